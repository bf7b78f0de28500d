"""The stock of a vaccination site for tests: who keeps it, with the pages' forms, and deliveries that come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from kiosk.appliance import Appliance
from plugins.vaccination.records import Allocation
from plugins.vaccination.rules.consignment import Consignment, Line, encode
from tests.support.vaccination import SITE, Nurse, record, today
from tests.support.vaccination_tables import ASTRA_VIAL, LOT


class Keeper(Nurse):
    """Who keeps the stock, with the pages' forms."""

    def send(self, path: str, status: int = 303, key: Any = None, **form: Any) -> str:
        """Send a form; what the page that follows says."""
        said = {"key": str(key or uuid4()), **{name: str(value) for name, value in form.items()}}
        reply = self.browser.post(f"/vaccination/stock/{path}", said, token=self.token)
        assert reply.status_code == status, reply.text[:300]
        return reply.text if status != 303 else self.browser.get(reply.headers["Location"]).text

    def refused(self, path: str, **form: Any) -> str:
        """Send a form that cannot be taken; the page with the form as it comes back."""
        return self.send(path, 422, **form)


def delivery(site: Appliance, *lines: Line, receiver: str = SITE, number: str = "C-77") -> str:
    until = date.fromisoformat(today(site, 90))
    made = lines or (Line(ASTRA_VIAL, "AstraZeneca", LOT, until, 20, 10),)
    return encode(Consignment(number, "kho-tinh", receiver, date.fromisoformat(today(site)), made))


def announce(site: Appliance, **more: Any) -> None:
    said = {"consignment": "C-77", "site": SITE, "product": "AstraZeneca", "gtin": ASTRA_VIAL, "lot": LOT}
    said |= {"expiry": today(site, 90), "vials": 20, "doses_per_vial": 10, **more}
    record(site, "allocation", Allocation(**said))
