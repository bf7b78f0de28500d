"""Code pages of real printers, from python-escpos's list of printers. Only text mode needs them.

Importing python-escpos leaves a handler on the root logger and a folder in the temporary directory: both are taken away here.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from hardware.virtual.escpos.character_sets import COMMON_CODE_PAGES, python_code_page


@lru_cache(maxsize=1)
def _profiles() -> tuple[Any, Any]:
    handlers = list(logging.root.handlers)
    from escpos import capabilities, codepages

    for handler in [found for found in logging.root.handlers if found not in handlers]:
        logging.root.removeHandler(handler)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return capabilities.CAPABILITIES, codepages.CodePages


def profile_names() -> list[str]:
    """The printers that are known by name."""
    return sorted(_profiles()[0]["profiles"])


@lru_cache(maxsize=8)
def code_pages(profile: str) -> Mapping[int, str]:
    """The code pages of a printer: number -> the letters of bytes 0x80 to 0xFF, a space where there is none.

    Raises ``ValueError`` for a printer that is not known.
    """
    capabilities, encodings = _profiles()
    if profile not in capabilities["profiles"]:
        raise ValueError(f"no printer profile {profile!r}; known are {', '.join(profile_names())}")
    pages = {
        int(number): _letters(encodings, name)
        for number, name in capabilities["profiles"][profile]["codePages"].items()
    }
    return {number: letters for number, letters in pages.items() if letters}


def _letters(encodings: Any, name: str) -> str:
    try:
        encoding = encodings.get_encoding(name)
    except KeyError:
        return ""
    if "data" in encoding:
        return "".join(encoding["data"])
    return python_code_page(encoding["python_encode"]) if "python_encode" in encoding else ""


class DrawnCodePages(Mapping[int, str]):
    """The same pages for the virtual printer, read only when a job leaves page 0: most jobs never do."""

    def __init__(self, profile: str) -> None:
        self._profile = profile

    def __getitem__(self, number: int) -> str:
        return COMMON_CODE_PAGES[0] if number == 0 else code_pages(self._profile)[number]

    def __iter__(self) -> Iterator[int]:
        return iter(code_pages(self._profile))

    def __len__(self) -> int:
        return len(code_pages(self._profile))
