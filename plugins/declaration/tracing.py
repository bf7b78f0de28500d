"""The platform's page for who may trace: what one person declared, to reach them and those who travelled along. Every look is a record.

People are named by the keyed hash, as the lists of passages have it, or by their 12 digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.plugin import PluginContext
from kiosk.web.access import note_access, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.declaration import form_values
from plugins.declaration.areas import areas
from plugins.declaration.form_words import PAGE, TRACING
from plugins.declaration.models import DeclaredRow
from plugins.declaration.records import Declared
from plugins.declaration.review import Line, review_lines

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

ROLE = "administrator"
SHOWN = 20
ENDPOINTS = frozenset({"declaration.tracing", "declaration.trace"})
_HASH = re.compile(r"[A-Za-z0-9_-]{22}")
_NUMBER = re.compile(r"\d{12}", re.ASCII)


def add_routes(blueprint: Blueprint, context: PluginContext) -> None:
    """``/declaration/tracing``."""
    appliance = cast("Appliance", context.services)

    def page(asked: dict[str, str], problem: str = "", found: list[Record] | None = None) -> str:
        return render_template(
            "declaration/tracing.html",
            words=TRACING,
            kinds=PAGE,
            asked=asked,
            problem=TRACING[problem] if problem else None,
            found=None
            if found is None
            else [(one, _time(one, context.time_zone), _lines(one, context)) for one in found],
            **page_frame(appliance),
        )

    @blueprint.get("/tracing", endpoint="tracing")
    @require_role(ROLE)
    def tracing() -> ResponseReturnValue:
        return page({})

    @blueprint.post("/tracing", endpoint="trace")
    @require_role(ROLE)
    def trace() -> ResponseReturnValue:
        """Asked by POST, so that who was looked for stands in no address and no log."""
        asked = {name: request.form.get(name, "").strip()[:80] for name in ("person", "why")}
        citizen = _citizen(asked["person"], context)
        if citizen is None or len(asked["why"]) < 3:
            return page(asked, "bad_person" if citizen is None else "bad_reason"), 400
        note_access("declaration.traced", subject=asked["why"], citizen=citizen)
        with context.services.session() as session:
            found = declarations_of(session, citizen, context)
        return page(asked, found=found)


def declarations_of(session: Session, citizen: str, context: PluginContext) -> list[Record]:
    """What this citizen declared and is not erased yet, newest first; at most ``SHOWN``."""
    rows: Sequence[DeclaredRow] = session.scalars(
        select(DeclaredRow)
        .where(DeclaredRow.citizen == citizen)
        .order_by(DeclaredRow.occurred_at_ms.desc(), DeclaredRow.writer, DeclaredRow.seq.desc())
        .limit(SHOWN)
    ).all()
    kinds = context.services.journal.kinds
    stored = (session.get(JournalRecord, (row.writer, row.seq)) for row in rows)
    records = (record_of_row(one, kinds) for one in stored if one is not None)
    return [one for one in records if one is not None and isinstance(one.data, Declared)]


def _citizen(person: str, context: PluginContext) -> str | None:
    digits = re.sub(r"[\s.-]", "", person)
    if _NUMBER.fullmatch(digits):
        return context.services.pseudonym(digits)
    return person if _HASH.fullmatch(person) else None


def _time(record: Record, time_zone: str) -> str:
    at = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))
    return at.strftime("%H:%M %d/%m/%Y")


def _lines(record: Record, context: PluginContext) -> list[tuple[str, str]]:
    """Label and answer in the page's language."""
    values = form_values.of_record(record, "")
    lines: list[Line] = [line for _, step in review_lines(values, areas(context.settings.area_list)) for line in step]
    return [(label.in_language(language()), answer.in_language(language())) for label, answer in lines]
