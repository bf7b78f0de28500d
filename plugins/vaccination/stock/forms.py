"""Forms of the stock's pages: what was typed becomes numbers, days and a consignment, or the reason why not. Records nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from kiosk.domain import Finding, Severity
from kiosk.journal.jobs import NotRecorded
from kiosk.web.staff_language import language
from plugins.vaccination import replies
from plugins.vaccination.acting import Refusal
from plugins.vaccination.rules.consignment import Consignment, ConsignmentError, Line, encode, parse
from plugins.vaccination.rules.gs1 import Gs1Error, typed_lot
from plugins.vaccination.stock.words import finding

Form = Mapping[str, str]


def new_key() -> UUID:
    """Of one form on one page: sent twice it is recorded once."""
    return UUID(int=uuid7().int)


def text(form: Form, name: str, most: int = 200) -> str:
    """Blanks put together; empty where the field is missing."""
    return " ".join(form.get(name, "").split())[:most]


def needed(form: Form, name: str, most: int = 64) -> str:
    """The same; raises ``Refusal`` where it is empty."""
    value = text(form, name, most)
    if not value:
        raise Refusal([finding("missing", field=name)])
    return value


def whole(form: Form, name: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises ``Refusal``."""
    value = text(form, name, 20)
    if not (value.isascii() and value.isdecimal()) or not least <= int(value) <= most:
        raise Refusal([finding("not_a_number", value=value or "–")])
    return int(value)


def celsius(form: Form, name: str) -> float | None:
    """Degrees Celsius, with a point or, as people here write, a comma; None where it is empty. Raises ``Refusal``."""
    value = text(form, name, 20)
    if not value:
        return None
    try:
        found = float(value.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise Refusal([finding("not_a_number", value=value)]) from None
    if not -100 <= found <= 60:
        raise Refusal([finding("not_a_number", value=value)])
    return round(found, 1)


def consignment(payload: str) -> Consignment:
    """What a delivery's code says. Raises ``Refusal``."""
    try:
        return parse(payload)
    except ConsignmentError as error:
        raise Refusal([_finding(error)]) from None


def typed(form: Form, site: str, today: date) -> str:
    """The code that a delivery without one would have had, of one lot. Raises ``Refusal``."""
    try:
        expiry = date.fromisoformat(needed(form, "expiry"))
    except ValueError:
        raise Refusal([finding("not_a_number", value=form.get("expiry", "")[:20])]) from None
    try:
        lot = typed_lot(needed(form, "lot"))
        line = Line(
            "", needed(form, "product"), lot, expiry, whole(form, "vials", 1, 1_000_000), whole(form, "doses", 1, 50)
        )
        return encode(Consignment(needed(form, "id", 40), text(form, "sender", 64) or "?", site, today, (line,)))
    except (ConsignmentError, Gs1Error) as error:
        raise Refusal([_finding(error)]) from None


def attempt(do: Callable[[], str | None], back: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Do what a form asks for and say what came of it on the page that follows."""
    try:
        said = do()
        if said:
            flash(said, "ok")
    except Refusal as refusal:
        for one in refusal.findings:
            flash(f"{one.text.in_language(language())} {one.next_step.in_language(language())}", "fault")
    except NotRecorded:
        flash(replies.NOT_RECORDED.text.in_language(language()), "fault")
    except replies.BadRequest:
        flash(replies.BAD_REQUEST.text.in_language(language()), "fault")
    return back()


def warn(findings: list[Finding]) -> None:
    """What is recorded all the same, and what to do about it."""
    for one in findings:
        flash(f"{one.text.in_language(language())} {one.next_step.in_language(language())}", "warning")


def _finding(error: ConsignmentError | Gs1Error) -> Finding:
    return Finding(f"vaccination.{error.code}", Severity.BAR, error.text, error.next_step)
