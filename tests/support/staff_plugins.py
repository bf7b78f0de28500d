"""Hand-written plugins that staff pages are tested with: a printer that runs out of paper, and a ward with pages of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint

from kiosk.domain import HealthCheck, HealthLevel, NavigationItem, PrintOutcome, Receipt, Text
from kiosk.operators.register import Role
from kiosk.plugin import hookimpl
from kiosk.web.access import current_operator, note_access, require_role
from tests.support.appliance import Probe


class Paper(Probe):
    """A printer that a test empties and fills."""

    problem = ""
    printed: list[Receipt]

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.printed = []

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome:
        if self.problem:
            return PrintOutcome(
                self.problem, Text("Máy in hết giấy. Hãy thay cuộn giấy.", "Out of paper. Change the roll.")
            )
        self.printed.append(receipt)
        return PrintOutcome()

    @hookimpl
    def health_checks(self) -> list[HealthCheck]:
        if not self.problem:
            return [HealthCheck("printer", HealthLevel.OK, Text("Máy in sẵn sàng.", "The printer is ready."))]
        words = Text("Máy in hết giấy.", "The printer is out of paper."), Text("Thay cuộn giấy.", "Change the roll.")
        return [HealthCheck("printer", HealthLevel.FAULT, *words)]


class Ward(Probe):
    """A plugin with a page for medical staff."""

    @hookimpl
    def blueprint(self) -> Blueprint:
        pages = Blueprint("ward", __name__)

        @pages.get("/beds")
        @require_role(Role.MEDICAL_STAFF)
        def beds() -> str:
            operator = current_operator()
            assert operator is not None
            note_access("beds_shown", citizen="someone")
            return operator.id

        @pages.post("/beds")
        @require_role(Role.MEDICAL_STAFF)
        def move() -> str:
            note_access("bed_moved")
            return "moved"

        @pages.post("/api/v1/anything")
        @require_role(Role.MEDICAL_STAFF)
        def program() -> str:
            return "must not be reached with a cookie"

        return pages

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        yield NavigationItem("ward.beds", Text("Giường bệnh", "Beds"), ("medical_staff",))
        yield NavigationItem("ward.gone", Text("Không có", "Gone"), ("medical_staff",))
