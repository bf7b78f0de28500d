"""How far somebody has come today, in one word and in words for staff. Asks the tables; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.storage.lookups import Rows, Values, given, several
from plugins.vaccination import lookups
from plugins.vaccination.arrival import queue
from plugins.vaccination.models import ConsentRow, DoseRow, ScreeningRow

WORDS = {
    "waits_screening": Text("Chờ khám sàng lọc", "Waits for screening"),
    "at_screening": Text("Đang ở bàn khám {table}", "At screening table {table}"),
    "absent": Text("Đã gọi, vắng mặt", "Called, was absent"),
    "postpone": Text("Hoãn tiêm hôm nay", "Postponed today"),
    "contraindicated": Text("Chống chỉ định", "Contraindicated"),
    "no_consent": Text("Đã khám, chưa có đồng ý", "Screened, no consent yet"),
    "declined": Text("Không đồng ý tiêm", "Declined"),
    "withdrawn": Text("Đã rút lại đồng ý", "Consent withdrawn"),
    "waits_injection": Text("Chờ tiêm", "Waits for the injection"),
    "at_injection": Text("Đang ở bàn tiêm {table}", "At injection table {table}"),
    "vaccinated": Text("Đã tiêm hôm nay", "Vaccinated today"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    table: str = ""

    @property
    def text(self) -> Text:
        return WORDS[self.code].format(table=self.table)


def stage(session: Session, visit: str, citizens: Sequence[str], day: int) -> Stage:
    """``citizens``: every keyed hash of the person."""
    if is_vaccinated(session, citizens, day):
        return Stage("vaccinated")
    screening = last_screening(session, citizens, day)
    step: queue.Step = "screening" if screening is None else "injection"
    if screening is not None and screening.outcome not in queue.GO_ON:
        return Stage(screening.outcome if screening.outcome in WORDS else "postpone")
    if screening is not None:
        said = last_consent(session, citizens, day)
        if said is None:
            return Stage("no_consent")
        if said.state != "given":
            return Stage(said.state)
    call = queue.last_call(session, visit, step)
    if call is not None and call.state == "called":
        return Stage(f"at_{step}", call.table_name)
    if call is not None and call.state == "absent":
        return Stage("absent")
    return Stage(f"waits_{step}")


def is_vaccinated(session: Session, citizens: Sequence[str], day: int) -> bool:
    """Whether a dose of this day is on record that was not taken back."""
    return _DOSE.one(session, citizens=citizens, day=day) is not None


def last_screening(session: Session, citizens: Sequence[str], day: int) -> ScreeningRow | None:
    """The examination of this day that counts: the last, in its journal's own order."""
    return _last(lookups.of_own_visits(session, _SCREENINGS.all(session, citizens=citizens, day=day), citizens))


def last_consent(session: Session, citizens: Sequence[str], day: int) -> ConsentRow | None:
    """The last word of this day on consent."""
    return _last(lookups.of_own_visits(session, _CONSENTS.all(session, citizens=citizens, day=day), citizens))


def _last(rows):  # type: ignore[no-untyped-def]  # rows of one model, one of them or None
    """Within one journal its order counts, between journals the clock's."""
    newest = {row.writer: row for row in sorted(rows, key=lambda row: row.seq)}
    return max(newest.values(), key=lambda row: (row.occurred_at_ms, row.writer), default=None)


_DOSE = Values(
    select(DoseRow.record)
    .where(DoseRow.citizen.in_(several("citizens")), DoseRow.day == given("day"), *lookups.counting())
    .limit(1)
)
_SCREENINGS = Rows(
    select(ScreeningRow).where(ScreeningRow.citizen.in_(several("citizens")), ScreeningRow.day == given("day"))
)
_CONSENTS = Rows(select(ConsentRow).where(ConsentRow.citizen.in_(several("citizens")), ConsentRow.day == given("day")))
