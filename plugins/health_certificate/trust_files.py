"""Trusted keys in files that the profile names. Read once, at the start; a change takes a restart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plugins.health_certificate.key_files import LARGEST_FILE, NotKeys, read_keys
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.trust import KeyRing


@dataclass(frozen=True, slots=True)
class FromFiles:
    """The keys, and ``(file name, what is wrong)`` for each file that gave none. ``newest``: Unix time of the latest change."""

    ring: KeyRing
    problems: tuple[tuple[str, str], ...] = ()
    newest: float = 0.0


def load(paths: Iterable[str]) -> FromFiles:
    """Never raises: a file that cannot be read is a problem to show, and the others count."""
    keys: list[TrustedKey] = []
    problems: list[tuple[str, str]] = []
    newest = 0.0
    for path in map(Path, paths):
        try:
            for file in _files(path):
                newest = max(newest, file.stat().st_mtime)
                keys += _read(file, problems)
        except OSError as error:
            problems.append((str(path), error.strerror or "cannot be read"))
    return FromFiles(KeyRing(keys), tuple(problems), newest)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    else:
        yield path


def _read(file: Path, problems: list[tuple[str, str]]) -> Iterable[TrustedKey]:
    if file.stat().st_size > LARGEST_FILE:
        problems.append((file.name, "too large"))
        return ()
    try:
        return read_keys(file.read_bytes())
    except NotKeys as problem:
        problems.append((file.name, str(problem)))
        return ()
