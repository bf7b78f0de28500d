"""A vial's arithmetic: doses left, how long it may still be used, and why it may not. From facts that are given; keeps no stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from kiosk.domain import Text
from plugins.vaccination.rules.problem import Problem
from plugins.vaccination.rules.vaccine import Vaccine

CLOCKS_DIFFER = timedelta(minutes=5)  # two devices' clocks may: less than this is no sign of a wrong one

_ANOTHER_VIAL = Text("Không tiêm. Để lọ riêng, lấy lọ khác.", "Do not inject. Set the vial apart and take another.")
_SUPERVISOR = Text(
    "Không tiêm. Để lọ riêng và báo người phụ trách điểm tiêm.",
    "Do not inject. Set the vial apart and tell the supervisor.",
)
_WORDS = {
    "expired_lot": (Text("Lô {lot} hết hạn ngày {on}.", "Lot {lot} expired on {on}."), _SUPERVISOR),
    "expiry_unknown": (
        Text("Chưa biết hạn dùng của lô {lot}.", "The expiry of lot {lot} is not known."),
        Text(
            "Không tiêm. Quét mã trên hộp hoặc nhập hạn in trên lọ.",
            "Do not inject. Scan the box, or enter the expiry on the vial.",
        ),
    ),
    "recalled_lot": (Text("Lô {lot} đã bị thu hồi.", "Lot {lot} is recalled."), _SUPERVISOR),
    "not_allocated": (
        Text("Lô {lot} không được phân bổ cho điểm này.", "Lot {lot} is not allocated to this site."),
        _SUPERVISOR,
    ),
    "open_too_long": (
        Text(
            "Lọ mở lúc {opened}, quá hạn lúc {until}.", "The vial was opened at {opened} and was to be used by {until}."
        ),
        Text("Không tiêm. Hủy phần còn lại và ghi hao phí.", "Do not inject. Discard the rest and record the waste."),
    ),
    "opened_in_future": (
        Text("Giờ mở lọ ({opened}) sau giờ hiện tại.", "The vial's opening ({opened}) is later than now."),
        Text("Không tiêm. Kiểm tra ngày giờ của thiết bị.", "Do not inject. Check the device's date and time."),
    ),
    "empty": (
        Text("Lọ đã hết liều: tiêm {given}, hủy {wasted}.", "The vial is used up: {given} given, {wasted} wasted."),
        _ANOTHER_VIAL,
    ),
}


@dataclass(frozen=True, slots=True)
class Vial:
    """What is known of one vial. ``expiry``: the last day of use, None where nobody knows it. ``doses``: it held when full; from
    ``vaccine.doses_per_vial`` or more, where skilled hands draw one more. Times are aware."""

    lot: str
    expiry: date | None
    doses: int
    opened_at: datetime | None = None
    given: int = 0
    wasted: int = 0
    recalled: bool = False
    allocated: bool = False


def doses_left(vial: Vial) -> int:
    """Never below nought, even where two tables counted the last dose twice."""
    return max(vial.doses - vial.given - vial.wasted, 0)


def open_until(vial: Vial, vaccine: Vaccine) -> datetime | None:
    """The last moment of use of an opened vial; None where it is closed, or the vaccine names no limit (a vial of one dose)."""
    if vial.opened_at is None or vaccine.open_minutes is None:
        return None
    return vial.opened_at + timedelta(minutes=vaccine.open_minutes)


def expired(vial: Vial, at: datetime, zone: tzinfo) -> bool | None:
    """Whether the last day of use is over at the site, whose day begins at its own midnight (``zone``). None: nobody knows."""
    return None if vial.expiry is None else at.astimezone(zone).date() > vial.expiry


def usable(vial: Vial, vaccine: Vaccine, at: datetime, zone: tzinfo) -> tuple[Problem, ...]:
    """Every reason against a dose from this vial at that moment (aware); empty where there is none.

    Codes: ``expired_lot``, ``expiry_unknown``, ``recalled_lot``, ``not_allocated``, ``open_too_long``, ``opened_in_future``, ``empty``."""
    found: list[Problem] = []
    is_expired = expired(vial, at, zone)
    if is_expired is None:
        found.append(_problem("expiry_unknown", lot=vial.lot))
    elif is_expired:
        found.append(_problem("expired_lot", lot=vial.lot, on=f"{vial.expiry:%d/%m/%Y}"))
    if vial.recalled:
        found.append(_problem("recalled_lot", lot=vial.lot))
    if not vial.allocated:
        found.append(_problem("not_allocated", lot=vial.lot))
    until = open_until(vial, vaccine)
    if until is not None and at > until:
        found.append(_problem("open_too_long", opened=_clock(vial.opened_at, zone), until=_clock(until, zone)))
    if vial.opened_at is not None and vial.opened_at > at + CLOCKS_DIFFER:
        found.append(_problem("opened_in_future", opened=_clock(vial.opened_at, zone)))
    if doses_left(vial) == 0:
        found.append(_problem("empty", given=vial.given, wasted=vial.wasted))
    return tuple(found)


def _problem(code: str, **values: object) -> Problem:
    text, next_step = _WORDS[code]
    return Problem(code, text.format(**values), next_step)


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%H:%M %d/%m/%Y}"
