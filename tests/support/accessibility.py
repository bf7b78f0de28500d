"""WCAG 2.2 AA by axe-core: what it finds on a page that has come whole."""

from __future__ import annotations

from typing import Any

import pytest

WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def violations(page: Any) -> list[str]:
    """The rules that are broken, each with the first element that breaks it. Skips the test where axe is not installed."""
    library = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page.wait_for_load_state("load")  # with its sheets and scripts, however slowly they come
    found = library.Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
