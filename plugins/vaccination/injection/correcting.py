"""Corrections of doses: a further record that replaces an earlier one whole, with a reason; never an edit. Serves no page.

Only the newest word on a dose is corrected, and only where it was given here: what another device wrote, that device corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.storage.lookups import Rows, Values, given
from plugins.vaccination import lookups
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.injection import correction_check, history
from plugins.vaccination.injection.giving import DOSE
from plugins.vaccination.models import DoseRow
from plugins.vaccination.records import Dose
from plugins.vaccination.records.care import BodySite, Was
from plugins.vaccination.rules.course import PastDose, next_dose_on
from plugins.vaccination.rules.gs1 import Gs1Error, typed_lot
from plugins.vaccination.site import Site
from plugins.vaccination.stock import lots

_TRY = Text("Tải lại trang để xem bản ghi mới nhất.", "Reload the page to see the newest record.")
_WORDS = {
    "not_here": (
        Text("Máy này không giữ mũi tiêm đó.", "This device does not hold that dose."),
        Text("Sửa tại điểm đã tiêm.", "Correct it at the site that gave it."),
    ),
    "corrected_before": (Text("Mũi tiêm này đã được sửa.", "This dose was corrected before."), _TRY),
    "void_before": (Text("Mũi tiêm này đã bị hủy.", "This dose was voided before."), _TRY),
    "no_reason": (
        Text("Chưa ghi lý do.", "No reason is given."),
        Text("Ghi lý do rồi lưu lại.", "Give one, then save."),
    ),
    "nothing_changed": (
        Text("Chưa có gì thay đổi.", "Nothing has changed."),
        Text("Sửa ít nhất một mục.", "Change at least one thing."),
    ),
    "unknown_product": (
        Text("Không biết vắc xin “{value}”.", "The vaccine “{value}” is not known."),
        Text("Chọn tên trong danh sách.", "Choose one of the list."),
    ),
    "lot_of_other_product": (
        Text("Theo sổ, lô {value} là vắc xin khác.", "By the books lot {value} is another vaccine."),
        Text("Chọn lại vắc xin hoặc số lô.", "Choose vaccine or lot again."),
    ),
}


class Correction(BaseModel):
    """What to write instead. Empty: as it was. ``void``: the dose was never given. ``confirmed``: codes of what stands against these
    facts and was read by whoever says that they are true."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dose: UUID
    product: str = Field(default="", max_length=60)
    lot: str = Field(default="", max_length=40)
    number: int = Field(default=0, ge=0, le=9)
    body_site: BodySite | None = None
    void: bool = False
    reason: str = Field(default="", max_length=200)
    confirmed: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=20)


def read(said: object) -> Correction | None:
    """What a page sent; None where it has another shape."""
    try:
        return Correction.model_validate(said)
    except ValidationError:
        return None


def correct(site: Site, key: UUID, correction: Correction, operator: str) -> Done:
    """Record the correction. Raises ``Refusal``, also where something stands against it that nobody has confirmed, or
    ``NotRecorded``."""
    reason = " ".join(correction.reason.split())

    def check(session: Session) -> Sequence[Draft]:
        if not reason:
            raise Refusal([_finding("no_reason")])
        before, citizen = _before(session, site, correction.dose)
        after = _after(session, site, before, citizen, correction)
        if after == before:
            raise Refusal([_finding("nothing_changed")])
        found = [] if after.void else correction_check.against(session, site, before, after, citizen)
        if open_still := correction_check.unconfirmed(found, correction.confirmed):
            raise Refusal(open_still)
        was = Was(product=before.product, lot=before.lot, number=before.number, given_on=before.given_on)
        said = correction_check.warnings(before, after, found)
        changed = {
            "amends": str(correction.dose),
            "was": was,
            "void": correction.void,
            "reason": reason,
            "warnings": said,
        }
        return [Draft(DOSE, Dose.model_validate(after.model_dump() | changed), citizen)]

    return site.actions.act(key, check, operator)


def at_table(session: Session, site: Site, table: str, day: int, most: int) -> list[DoseRow]:
    """The doses that count of a table's day, the last first."""
    return _AT_TABLE.all(session, site=site.id, table=table, day=day, most=most)


def count_at_table(session: Session, site: Site, table: str, day: int) -> int:
    """How many these are."""
    return _COUNT.one(session, site=site.id, table=table, day=day) or 0


def name_of(session: Session, citizen: str | None) -> str:
    """The name that is known for a dose's citizen."""
    who = lookups.person(session, lookups.named(session, citizen)) if citizen else None
    return who.name if who else ""


def _before(session: Session, site: Site, dose: UUID) -> tuple[Dose, str | None]:
    """What stands now, with whose it is. Raises ``Refusal``."""
    journal = site.context.services.journal
    row = session.scalars(
        select(JournalRecord).where(JournalRecord.writer == journal.writer, JournalRecord.id == dose)
    ).one_or_none()
    if row is None or row.kind != DOSE or row.body is None:
        raise Refusal([_finding("not_here")])
    if session.scalar(select(exists().where(DoseRow.amends == str(dose), lookups.amending(DoseRow)))):
        raise Refusal([_finding("corrected_before")])
    found: Dose = record_of_row(row, journal.kinds).data
    if found.void:
        raise Refusal([_finding("void_before")])
    return found.model_copy(update={"amends": "", "was": None, "reason": ""}), row.citizen


def _after(session: Session, site: Site, before: Dose, citizen: str | None, asked: Correction) -> Dose:
    """What shall stand, but for the words on why. Raises ``Refusal``."""
    if asked.void:
        return before.model_copy(update={"void": True})
    on = date.fromisoformat(before.given_on)
    product = site.vaccines.product_of(asked.product) if asked.product else before.product
    vaccine = site.vaccines.named(product, on)
    if vaccine is None:
        raise Refusal([_finding("unknown_product", value=asked.product or before.product)])
    lot = _lot(asked.lot) if asked.lot else before.lot
    update: dict[str, object] = {"product": product, "lot": lot, "body_site": asked.body_site or before.body_site}
    if (product, lot) != (before.product, before.lot):
        papers = lots.of(lots.known(session, site.id), lot)
        mine = next((one for one in papers if one.product == product), None)
        if papers and mine is None:
            raise Refusal([_finding("lot_of_other_product", value=lot)])
        expiry = mine.expiry.isoformat() if mine and mine.expiry else ""
        # another lot is another vial, and nobody knows which
        update |= {"lot": mine.lot if mine else lot, "gtin": mine.gtin if mine else "", "expiry": expiry, "vial": ""}
    number = asked.number or before.number
    update |= {"number": number, "total": max(vaccine.doses if number == 1 else before.total, number)}
    if product != before.product or number != before.number:
        update["next_on"] = _next_on(session, site, citizen, PastDose(product, on, lot, site.id))
    return before.model_copy(update=update)


def _next_on(session: Session, site: Site, citizen: str | None, given: PastDose) -> str:
    past: list[PastDose] = []
    if citizen:
        names = lookups.named(session, citizen)
        past = [one for one in history.doses_of(session, names, site.id, site.id) if one.on < given.on]
    after = next_dose_on([*past, given], given.on, site.vaccines)
    return after.isoformat() if after else ""


def _lot(text: str) -> str:
    try:
        return typed_lot(text)
    except Gs1Error as error:
        raise Refusal([Finding("vaccination.lot", Severity.BAR, error.text, error.next_step)]) from None


def _finding(code: str, **values: object) -> Finding:
    text, step = _WORDS[code]
    return Finding(f"vaccination.{code}", Severity.BAR, text.format(**values), step)


_OF_TABLE = (
    DoseRow.site == given("site"),
    DoseRow.day == given("day"),
    DoseRow.table_name == given("table"),
    *lookups.counting(),
)
_AT_TABLE = Rows(
    select(DoseRow).where(*_OF_TABLE).order_by(DoseRow.occurred_at_ms.desc(), DoseRow.seq.desc()).limit(given("most"))
)
_COUNT = Values(select(func.count()).select_from(DoseRow).where(*_OF_TABLE))
