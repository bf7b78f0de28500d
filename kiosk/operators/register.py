"""Who works at the appliance: operators, their roles, and whose word about them counts. Checks no PIN and serves no page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.core_models import OperatorRow
from kiosk.domain import Draft, Record, Text
from kiosk.identity import Identity
from kiosk.plugin import RecordBody
from kiosk.storage.lookups import Rows, given

OPERATOR_KIND = "core.operator"
STAFF_ACTION_KIND = "core.staff_action"
OPERATOR_ID = r"^[a-z0-9][a-z0-9._-]{0,31}$"
_BY_ID = Rows(select(OperatorRow).where(OperatorRow.operator == given("operator")))
MOST_SHOWN = 200  # citizens on one record of a look at a list
FIRST_NUMBER = 101  # ids are numbers by default: they can be typed on the same pad as the PIN


class Role(StrEnum):
    """What a person (or a kiosk's own account) may do. No role contains another; a person may hold several."""

    CITIZEN_KIOSK = "citizen_kiosk"
    OFFICER = "officer"
    MEDICAL_STAFF = "medical_staff"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    Role.CITIZEN_KIOSK: Text("Quầy tự phục vụ", "Citizen kiosk"),
    Role.OFFICER: Text("Cán bộ trực", "Officer"),
    Role.MEDICAL_STAFF: Text("Nhân viên y tế", "Medical staff"),
    Role.TECHNICIAN: Text("Kỹ thuật viên", "Technician"),
    Role.ADMINISTRATOR: Text("Quản trị", "Administrator"),
}


class OperatorRecord(RecordBody):
    """The newest word on one operator. It travels with the journal, hash and all: see ``kiosk.operators.pin``."""

    operator: str = Field(pattern=OPERATOR_ID)
    name: str = Field(min_length=1, max_length=80)
    roles: list[Role] = Field(min_length=1, max_length=5)
    pin_hash: str = Field(pattern=r"^\$argon2id\$", max_length=200, repr=False)
    active: bool = True


class StaffAction(RecordBody):
    """What a member of staff did. The record names who (``operator``) and whom (``citizen``, or ``citizens`` of a list)."""

    retention_days: ClassVar[int] = 730  # who looked at whom may be asked long after the visit itself is erased

    action: str = Field(pattern=r"^[a-z][a-z0-9_.]{1,63}$")
    subject: str = Field(
        default="", max_length=200, description="what was acted on, or why: a record, plugin, operator, case; no name"
    )
    citizens: list[str] = Field(
        default_factory=list, max_length=MOST_SHOWN, description="keyed hashes of the people shown"
    )


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may sign in."""

    id: str
    name: str
    roles: frozenset[Role]
    active: bool = True
    pin_hash: str = field(default="", repr=False)

    def may(self, *roles: str) -> bool:
        """Whether one of ``roles`` is held."""
        return not self.roles.isdisjoint(roles)

    def said_as(self) -> OperatorRecord:
        """The record that says all this."""
        return OperatorRecord(
            operator=self.id, name=self.name, roles=sorted(self.roles), pin_hash=self.pin_hash, active=self.active
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose records may make an operator here.

    A platform holds every device's journal, and whoever owns a device can write anything into it: there only the platform's own
    journal counts. A device believes itself and the platform's journals, never another post's.
    """

    device: str
    is_platform: bool

    @classmethod
    def of(cls, identity: Identity, role: str) -> Trust:
        return cls(identity.device, role == "platform")

    def __call__(self, writer: str) -> bool:
        if writer.startswith(self.device + "."):
            return True
        return not self.is_platform and (writer == "nation" or writer.startswith(("site:", "province:")))


def change(said: Operator, action: str) -> list[Draft]:
    """What is recorded when an operator is added or changed: the new word, and that a member of staff did it. ``ValueError``
    (pydantic's) where id, name or roles do not fit."""
    return [
        Draft(OPERATOR_KIND, said.said_as()),
        Draft(STAFF_ACTION_KIND, StaffAction(action=action, subject=said.id)),
    ]


def row_of(record: Record) -> dict[str, Any]:
    """A ``core.operator`` record as a row of ``core_operators``."""
    body: OperatorRecord = record.data
    return {
        "writer": record.writer,
        "operator": body.operator,
        "name": body.name,
        "roles": json.dumps(sorted(set(body.roles))),
        "pin_hash": body.pin_hash,
        "active": body.active,
        "said_at_ms": record.occurred_at_ms,
        "said_by": record.writer,
        "said_seq": record.seq,
    }


def find(session: Session, trust: Trust, operator_id: str) -> Operator | None:
    """The operator of this id as the newest trusted word has it, active or not."""
    return next(iter(_newest(_BY_ID.all(session, operator=operator_id), trust)), None)


def everyone(session: Session, trust: Trust) -> list[Operator]:
    """All operators that this appliance knows, active or not, by id."""
    return sorted(_newest(session.scalars(select(OperatorRow)), trust), key=lambda one: (len(one.id), one.id))


def free_id(session: Session) -> str:
    """The next number that no operator has, whoever spoke of it."""
    taken = set(session.scalars(select(OperatorRow.operator).distinct()))
    number = FIRST_NUMBER
    while str(number) in taken:
        number += 1
    return str(number)


def _newest(rows: Iterable[OperatorRow], trust: Trust) -> list[Operator]:
    newest: dict[str, OperatorRow] = {}
    for row in rows:
        known = newest.get(row.operator)
        if trust(row.writer) and (known is None or _said(row) > _said(known)):
            newest[row.operator] = row
    return [
        Operator(row.operator, row.name, frozenset(map(Role, json.loads(row.roles))), row.active, row.pin_hash)
        for row in newest.values()
    ]


def _said(row: OperatorRow) -> tuple[int, str, int]:
    return row.said_at_ms, row.said_by, row.said_seq
