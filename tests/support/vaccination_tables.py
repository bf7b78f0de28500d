"""An injection table for tests: vaccine that is allotted, codes as vials carry them, and a nurse who scans and confirms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.appliance import Appliance
from plugins.vaccination.records import Allocation, Received
from tests.support.vaccination import SITE, ZONE, Nurse, Visitor, record, today

ASTRA_VIAL, ASTRA_CARTON = "00303101222105", "00303101222150"  # as config/vaccination/gtins.csv has them
COMIRNATY_VIAL = "00359267100016"
LOT = "ABV1234"


def allot(
    appliance: Appliance,
    lot: str = LOT,
    product: str = "AstraZeneca",
    *,
    gtin: str = ASTRA_VIAL,
    days: int = 90,
    vials: int = 20,
    doses: int = 10,
    received: bool = True,
    consignment: str = "C-1",
) -> None:
    """The platform allots a lot to the site, and it has come."""
    said: dict[str, Any] = {
        "consignment": consignment, "product": product, "gtin": gtin, "lot": lot, "expiry": today(appliance, days),
        "vials": vials, "doses_per_vial": doses,
    }  # fmt: skip
    record(appliance, "allocation", Allocation(site=SITE, **said))
    if received:
        record(appliance, "received", Received(**said))


def in_ninety_days() -> date:
    """The expiry that ``allot`` gives a lot, by the site's own calendar."""
    return datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=90)


def code(lot: str = LOT, serial: str = "", gtin: str = ASTRA_VIAL, expiry: date | None = None) -> str:
    """What a scanner delivers of a vial's GS1 DataMatrix."""
    until = expiry or in_ninety_days()
    tail = f"21{serial}" if serial else ""
    return f"]d201{gtin}17{until:%y%m%d}10{lot}" + (f"\x1d{tail}" if tail else "")


class Table:
    """One injection table with a nurse at it, as its page talks to the appliance."""

    def __init__(self, appliance: Appliance, name: str = "3", operator: str = "31") -> None:
        self.appliance = appliance
        self.name = name
        self.nurse = Nurse(appliance, operator, address=f"192.0.2.{operator}")
        self.dose: dict[str, Any] = {}

    def do(self, action: str, status: int = 200, key: UUID | str | None = None, **asked: Any) -> dict[str, Any]:
        return self.nurse.do(f"injection/{self.name}/{action}", status, key, **asked)

    def scan(self, payload: str, expect: str = "", source: str = "wedge", **choices: Any) -> dict[str, Any]:
        """Show a code; what the page then shows (the reply's ``case``), and keeps in mind."""
        self.dose |= choices
        reply = self.do("look", scan={"payload": payload, "source": source, "expect": expect}, dose=self.dose)
        return self._took(reply)

    def look(self, **choices: Any) -> dict[str, Any]:
        """Change what was chosen."""
        self.dose |= choices
        return self._took(self.do("look", dose=self.dose))

    def _took(self, reply: dict[str, Any]) -> dict[str, Any]:
        case = reply["case"]
        for place, part in (("who", "person"), ("glass", "vial")):
            if case[part]:
                self.dose[place] = case[part]["handle"]
        return case | {"unread": reply.get("unread")}

    def give(self, status: int = 200, key: UUID | str | None = None, **choices: Any) -> dict[str, Any]:
        """The confirm. After a dose the next person begins with the table's vial."""
        reply = self.do("give", status, key, dose=self.dose | choices)
        if status == 200:
            vial = reply["table"]["vial"]
            self.dose = {"glass": vial["handle"]} if vial and vial["usable"] else {}
        return reply

    def day(self) -> dict[str, Any]:
        """What the table has done today."""
        found: dict[str, Any] = self.nurse.get(f"injection/{self.name}/state")["day"]
        return found

    def vaccinate(self, visitor: Visitor, vial: str = "", status: int = 200) -> dict[str, Any]:
        """Ticket, vial where it is a new one, confirm."""
        self.scan(visitor.code)
        if vial:
            self.scan(vial)
        return self.give(status)


def codes(found: dict[str, Any]) -> list[str]:
    """Of a case's findings or a refusal's problems, without the plugin's name."""
    return [one["code"].removeprefix("vaccination.") for one in found.get("findings") or found.get("problems") or []]
