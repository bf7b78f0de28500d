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

# python-escpos's stand-in for a printer that nobody named: it lists every page that any printer has
UNNAMED = "default"


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


def not_printed(text: str, profile: str) -> str:
    """The letters of ``text`` that text mode sends to a printer which probably has no such code page: see ``UNNAMED``."""
    if profile != UNNAMED:
        return ""
    known = {char for letters in COMMON_CODE_PAGES.values() for char in letters}
    return "".join(sorted({char for char in text if not char.isascii() and char not in known}))


class DrawnCodePages(Mapping[int, str]):
    """The same pages for the virtual printer, read only when a job leaves page 0: most jobs never do.

    An unnamed printer has the common pages; of any other it prints "?", as most real ones do with Vietnamese.
    """

    def __init__(self, profile: str) -> None:
        self._profile = profile

    def __getitem__(self, number: int) -> str:
        if number == 0 or (self._profile == UNNAMED and number in COMMON_CODE_PAGES):
            return COMMON_CODE_PAGES[number]
        letters = code_pages(self._profile)[number]
        return letters if self._profile != UNNAMED else "?" * len(letters)

    def __iter__(self) -> Iterator[int]:
        return iter(code_pages(self._profile))

    def __len__(self) -> int:
        return len(code_pages(self._profile))
