"""What every test may use: a workshop that builds real appliances, and the test data beside the project."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# so that "from tests.support…" works however pytest was started
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.support.appliance import Workshop  # noqa: E402
from tests.support.browser import chromium  # noqa: E402

__all__ = ["chromium"]  # one for all: Playwright cannot run twice in a process

os.environ["KIOSK_LANG"] = "en"  # what commands say is compared with English, whoever runs the tests


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
