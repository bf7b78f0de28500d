"""What every test may use: a workshop that builds real appliances, and the test data beside the project."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
UNHURRIED = hypothesis.HealthCheck.too_slow

# so that "from tests.support…" works however pytest was started
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.support import in_memory, many_apps  # noqa: E402
from tests.support.appliance import Workshop  # noqa: E402
from tests.support.browser import chromium  # noqa: E402
from tests.support.platform_fixtures import cluster  # noqa: E402

__all__ = [
    "chromium",
    "cluster",
]  # one for all: Playwright cannot run twice in a process, and a server takes seconds to start

os.environ["KIOSK_LANG"] = "en"  # what commands say is compared with English, whoever runs the tests

# tests start the program a hundred times: it need not be compiled as often
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# every commit waits for the disk, and thousands of tests commit: where memory is plenty their folders lie there
if in_memory.plenty():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory.FOLDER))

many_apps.make_cheap()

# no property may fail for a machine that is busy; and none by chance: the same examples each time, unless somebody goes looking for others
hypothesis.settings.register_profile(
    "same", deadline=None, suppress_health_check=[UNHURRIED], derandomize=True, print_blob=True
)
hypothesis.settings.register_profile("explore", deadline=None, suppress_health_check=[UNHURRIED], print_blob=True)
hypothesis.settings.load_profile("explore" if os.environ.get("KIOSK_EXPLORE") else "same")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes first: they are the longest tests, and the last to run should be short ones, so that no worker waits for another."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)
    for item in items:
        if "day" in getattr(item, "fixturenames", ()) and "flow" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("vaccination day"))  # its processes run once, on one worker


def pytest_runtest_teardown() -> None:
    """A command that was asked to speak Vietnamese says so to the whole process, which is the next test's as well."""
    os.environ.pop("LANGUAGE", None)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """Builds real appliances below ``tmp_path``, and stops them at the end."""
    made = Workshop(tmp_path)
    yield made
    made.close()


@pytest.fixture
def shared_data() -> Path:
    """The folder of test data that is kept beside the project."""
    folder = Path(os.environ.get("KIOSK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"test data not beside the project: {folder}")
    return folder
