"""The page of a machine that cannot use its card: everything in sight at the sizes in use, readable by everybody, gone by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.settings.profile import CoreSettings, SiteSettings
from kiosk.storage.faults import Kind, StorageTrouble
from kiosk.web import out_of_service

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.browser

SETTINGS = CoreSettings(site=SiteSettings(id="test-site", name="Trạm Y tế phường Bến Nghé"), plugins=[])
DETAIL = dict.fromkeys(Kind, "SQLITE_IOERR_SHMSIZE")
BELOW_THE_EDGE = (
    "(() => { const one = document.querySelector('.detail'); return one.scrollHeight - one.clientHeight; })()"
)


class Machine:
    """What answers: the out-of-service page, or, once it is well, the stand-in appliance's screen."""

    def __init__(self, write: Any, screen_app: Any) -> None:
        self.trouble = StorageTrouble(Kind.FULL, "ENOSPC")
        self.well = False
        out = out_of_service.create_app(SETTINGS, Path("/var/lib/kiosk"), lambda: self.trouble, "127.0.0.1")
        self.served = write.Served(lambda environ, start: (screen_app if self.well else out).wsgi_app(environ, start))
        self.url = self.served.url


@pytest.fixture
def machine(appliance: Any, write: Any) -> Iterator[Machine]:
    app = write.make_app(appliance)
    app.add_url_rule("/health", "health", dict)
    made = Machine(write, app)
    yield made
    made.served.close()


@pytest.fixture
def visitor(screen: Any) -> Any:
    """The tab; that the page comes with status 503 is said on its console, and is as it should be."""
    screen.forgiven.append("status of 503")
    return screen


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (800, 1280)])
def test_all_of_it_is_in_sight(machine: Machine, visitor: Any, kind: Kind, size: tuple[int, int]) -> None:
    machine.trouble = StorageTrouble(kind, DETAIL[kind])
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.page.goto(machine.url + "/kiosk")
    assert visitor.page.inner_text("h1") == "Máy tạm ngừng phục vụ\nThis machine is out of service"
    assert visitor.page.evaluate(BELOW_THE_EDGE) <= 0
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everybody_can_read_it(machine: Machine, visitor: Any) -> None:
    visitor.page.goto(machine.url + "/kiosk")
    assert visitor.page.get_attribute("html", "lang") == "vi"
    found = axe.Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [one["id"] for one in found] == []


def test_it_goes_by_itself_when_the_machine_is_well_and_comes_when_it_is_not(
    machine: Machine, visitor: Any, appliance: Any
) -> None:
    visitor.page.goto(machine.url + "/kiosk")
    machine.well = True
    visitor.page.wait_for_selector("#see-camera")  # the screen of a machine that works
    machine.well = False
    appliance.events.close()  # the process ended and was started anew: streams break, polls find out why
    visitor.page.wait_for_selector("body.out")
    assert "Máy tạm ngừng phục vụ" in visitor.page.inner_text("h1")


def test_another_fault_is_shown_when_it_changes(machine: Machine, visitor: Any) -> None:
    visitor.page.goto(machine.url + "/kiosk")
    assert visitor.page.inner_text(".out-kind").startswith("Thẻ nhớ đã đầy.")
    machine.trouble = StorageTrouble(Kind.READ_ONLY, "EROFS")
    visitor.page.wait_for_selector("body[data-kind=read_only]")
    assert visitor.page.inner_text(".out-kind").startswith("Thẻ nhớ bị khóa ghi.")
