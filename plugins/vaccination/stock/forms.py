"""Forms of the stock's pages: what was typed becomes numbers, days and a consignment, or the reason why not, said at the field.
Records nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from kiosk.domain import Finding, Severity, Text
from kiosk.journal.jobs import NotRecorded
from kiosk.web.staff_language import language
from plugins.vaccination import replies
from plugins.vaccination.acting import Refusal
from plugins.vaccination.rules.consignment import (
    MOST_DOSES,
    MOST_VIALS,
    Consignment,
    ConsignmentError,
    Line,
    encode,
    parse,
)
from plugins.vaccination.rules.gs1 import Gs1Error, typed_lot
from plugins.vaccination.stock.page_words import PAGE
from plugins.vaccination.stock.sent_back import SentBack, WrongField, sent_back
from plugins.vaccination.stock.words import finding

Form = Mapping[str, str]
COLDEST, WARMEST = -100, 60  # degrees Celsius: beyond these it was typed wrong


def new_key() -> UUID:
    """Of one form on one page: sent twice it is recorded once."""
    return UUID(int=uuid7().int)


def text(form: Form, name: str, most: int = 200) -> str:
    """Blanks put together; empty where the field is missing."""
    return " ".join(form.get(name, "").split())[:most]


def needed(form: Form, name: str, most: int = 64) -> str:
    """The same; raises ``WrongField`` where it is empty."""
    value = text(form, name, most)
    if not value:
        raise WrongField(name, finding("missing", field=_label(name)))
    return value


def whole(form: Form, name: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises ``WrongField``."""
    value = needed(form, name, 20)
    if not (value.isascii() and value.isdecimal()):
        raise WrongField(name, finding("not_a_number", value=value))
    if not least <= int(value) <= most:
        raise WrongField(name, finding("out_of_bounds", value=value, least=least, most=most))
    return int(value)


def damaged(form: Form, consignment: Consignment) -> tuple[int, ...]:
    """How many vials of each lot came damaged. Raises ``WrongField``."""
    found = []
    for place, line in enumerate(consignment.lines):
        name = f"damaged-{place}"
        count = whole(form, name, 0, 1_000_000)
        if count > line.vials:
            raise WrongField(name, finding("too_many_damaged", lot=line.lot))
        found.append(count)
    return tuple(found)


def celsius(form: Form, name: str = "celsius") -> float | None:
    """Degrees Celsius, with a point or, as people here write, a comma; None where it is empty. Raises ``WrongField``."""
    value = text(form, name, 20)
    if not value:
        return None
    try:
        found = float(value.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise WrongField(name, finding("not_a_number", value=value)) from None
    if not COLDEST <= found <= WARMEST:
        raise WrongField(name, finding("out_of_bounds", value=value, least=COLDEST, most=WARMEST))
    return round(found, 1)


def reading(form: Form) -> float:
    """The same, where there has to be one. Raises ``WrongField``."""
    found = celsius(form)
    if found is None:
        raise WrongField("celsius", finding("missing", field=_label("celsius")))
    return found


def consignment(payload: str) -> Consignment:
    """What a delivery's code says. Raises ``Refusal``."""
    try:
        return parse(payload)
    except ConsignmentError as error:
        raise WrongField("payload", _finding(error)) from None


def typed(form: Form, site: str, today: date) -> str:
    """The code that a delivery without one would have had, of one lot. Raises ``Refusal``."""
    number, sender = needed(form, "id", 40), text(form, "sender", 64) or "?"
    product = needed(form, "product")
    try:
        lot = typed_lot(needed(form, "lot"))
    except Gs1Error as error:
        raise WrongField("lot", _finding(error)) from None
    day = needed(form, "expiry")
    try:
        expiry = date.fromisoformat(day)
    except ValueError:
        raise WrongField("expiry", finding("not_a_date", value=day[:20])) from None
    line = Line("", product, lot, expiry, whole(form, "vials", 1, MOST_VIALS), whole(form, "doses", 1, MOST_DOSES))
    try:
        return encode(Consignment(number, sender, site, today, (line,)))
    except ConsignmentError as error:
        if error.code == "content" and error.field in form:
            raise WrongField(error.field, finding("characters", field=_label(error.field))) from None
        raise Refusal([_finding(error)]) from None


def attempt(
    form: str,
    do: Callable[[], str | None],
    then: Callable[[], ResponseReturnValue],
    again: Callable[[SentBack], str | None],
) -> ResponseReturnValue:
    """Do what the form called ``form`` asks for and say what came of it on the page that follows, ``then``.

    Where it could not be done, ``again`` is the page with the form as it was typed; None where there is no such page: then the
    stock's own says why.
    """
    try:
        said = do()
    except Refusal as refusal:
        return _refused(form, refusal, 422, again)
    except NotRecorded:
        return _refused(form, Refusal([replies.NOT_RECORDED]), 503, again)
    except replies.BadRequest:
        return _refused(form, Refusal([replies.BAD_REQUEST]), 400, again)
    if said:
        flash(said, "ok")
    return then()


def _refused(form: str, refusal: Refusal, status: int, again: Callable[[SentBack], str | None]) -> ResponseReturnValue:
    page = again(sent_back(form, request.form.to_dict(), refusal))
    if page is not None:
        return page, status
    _flash(refusal.findings, "fault")
    return redirect(url_for(".stock"), 303)


def warn(findings: Sequence[Finding]) -> None:
    """What is recorded all the same, and what to do about it."""
    _flash(findings, "warning")


def _flash(findings: Sequence[Finding], level: str) -> None:
    for one in findings:
        flash(f"{one.text.in_language(language())} {one.next_step.in_language(language())}", level)


def _label(name: str) -> Text:
    """What a page calls the field."""
    name = name.partition("-")[0]  # damaged-0
    return PAGE[{"id": "consignment", "doses": "doses_per_vial"}.get(name, name)]


def _finding(error: ConsignmentError | Gs1Error) -> Finding:
    return Finding(f"vaccination.{error.code}", Severity.BAR, error.text, error.next_step)
