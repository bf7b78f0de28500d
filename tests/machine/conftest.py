"""A virtual machine with Debian's own kernel. Its tests run by ``make machine`` alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import image as disks
from tests.machine.guest import Guest
from tests.machine.image import Image
from tests.machine.qemu import Machine, throwaway

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker("machine")
            item.add_marker(pytest.mark.xdist_group("machine"))


@pytest.fixture(scope="session")
def image() -> Image:
    """The disks; made in a quarter of an hour where they are not there yet."""
    lacking = disks.missing()
    if lacking:
        pytest.skip(f"no virtual machine: {lacking}")
    return disks.image()


@pytest.fixture(scope="session")
def source(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout on a disk."""
    return image.source(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def machine(image: Image, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One machine for all tests of devices; what is written in it is forgotten."""
    running = Machine(image, [throwaway(image.ready), throwaway(source)], tmp_path_factory.mktemp("machine"))
    yield running
    running.cut_power()


@pytest.fixture
def guest(machine: Machine) -> Guest:
    return machine.guest
