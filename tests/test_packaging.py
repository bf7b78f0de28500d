"""What pip installs is whole: pages, words, migrations and data travel with the code."""

from __future__ import annotations

from configparser import ConfigParser
from fnmatch import fnmatch

import pytest

from tests.support.processes import ROOT

ROOMS = ("kiosk", "plugins", "hardware", "config")


@pytest.fixture(scope="module")
def written() -> ConfigParser:
    found = ConfigParser()
    found.read(ROOT / "setup.cfg", "utf-8")
    return found


def test_every_file_of_the_rooms_is_code_or_named_as_data(written: ConfigParser) -> None:
    patterns = [one.strip() for one in written["options.package_data"]["*"].split(",")]
    left_out = [
        file.relative_to(ROOT).as_posix()
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".py"
        if not any(fnmatch(file.name, pattern) for pattern in patterns)
    ]
    assert left_out == []


def test_folders_without_an_init_file_are_packages_too(written: ConfigParser) -> None:
    """Templates, static files, translations and migrations lie in such folders; plain "find:" passes them over in silence."""
    assert written["options"]["packages"] == "find_namespace:"
    assert set(written["options.packages.find"]["include"].split()) == {f"{room}*" for room in ROOMS}
    assert list((ROOT / "kiosk" / "migrations").glob("versions/*.py"))
    assert not (ROOT / "kiosk" / "migrations" / "__init__.py").exists()
