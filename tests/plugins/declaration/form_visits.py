"""A form that is filled in: what people type, the appliances that serve it, and how far a test goes. ``clock``, ``kiosk``, ``client``
and ``tab`` are fixtures: the conftest imports them.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from plugins.declaration.records import Declared
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import SetClock, Workshop, records

WHO: dict[str, Any] = {
    "on_behalf": "no",
    "name": "Nguyễn Văn An",
    "document": "001090012345",
    "birth_year": "1990",
    "sex": "male",
    "home_province": "01",
    "home_district": "001",
    "home_ward": "00001",
    "address": "Số 1, phố Hàng Bài",
    "phone": "0912 345 678",
}
JOURNEY = {"vehicle": "motorbike", "plate": "29a-123.45", "destination_province": "79", "purpose": "work"}
HEALTHY = {"has_symptoms": "no", "has_contact": "no", "has_travelled": "no"}
PLUGINS = ("qr_scanning", "citizen_id", "declaration", "receipt_printing")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def kiosk(workshop: Workshop, clock: SetClock) -> Appliance:
    return workshop.open(PLUGINS, clock=clock, sections='[plugin.receipt_printing]\nprinter = { kind = "virtual" }\n')


@pytest.fixture
def client(kiosk: Appliance) -> FlaskClient:
    return make_client(kiosk)


def make_client(appliance: Appliance) -> FlaskClient:
    app = create_app(appliance)
    app.config["TESTING"] = True
    return app.test_client()


@pytest.fixture
def tab(client: FlaskClient) -> PaperBrowser:
    return PaperBrowser(client)


def at_review(tab: PaperBrowser, kind: str = "movement", **more: Any) -> PaperBrowser:
    tab.open(f"/declaration/new/{kind}").fill(**{**WHO, **more}).press()
    if kind == "movement":
        assert tab.step() == "journey"
        tab.fill(**JOURNEY).press()
    assert tab.step() == "health", tab.errors()
    tab.fill(**HEALTHY).press()
    assert tab.step() == "review", tab.errors()
    return tab


def sent(tab: PaperBrowser, **more: Any) -> PaperBrowser:
    at_review(tab, **more).fill(consent="yes").press("send")
    assert "/pass/" in tab.path
    return tab


def declared(appliance: Appliance) -> list[Declared]:
    return [one.data for one in records(appliance) if isinstance(one.data, Declared)]
