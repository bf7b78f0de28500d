"""The platform's own journals, one per audience: records that devices pull. Several processes may write at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from kiosk.domain import Draft, Record
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import named
from kiosk.journal.saying import say

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal
    from kiosk.record_kinds import RecordKinds


class CannotPublish(ValueError):
    """What is wrong with what should be published, for who wrote it."""


def publish(
    journal: Journal, audience: str, drafts: Sequence[Draft], now: datetime, trusted: bool, operator: str | None = None
) -> list[Record]:
    """Append to the audience's journal, all or none, in one transaction with the tables; durable on return. Raises ``ValueError``."""
    entries = entries_of(drafts, now, trusted, operator)
    return say(journal, named(audience), lambda session: entries)


def read_drafts(
    lines: Iterable[str], kind_name: str, kinds: RecordKinds, pseudonym: Callable[[str], str], citizen_id: str | None
) -> list[Draft]:
    """One JSON object a line becomes a draft. ``"national_id"`` in a line, or ``citizen_id`` for all of them, names the
    citizen and is turned into the keyed hash at once; it is kept nowhere. Raises ``CannotPublish`` naming the line."""
    kind = kinds.get(kind_name)
    if kind is None:
        raise CannotPublish(f"no record kind is called {kind_name!r}; there are: {', '.join(kinds.names())}")
    drafts = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        body, national_id = _parse(kind.model, line, number)
        chosen = national_id or citizen_id
        if chosen is not None and not (len(chosen) == 12 and chosen.isascii() and chosen.isdigit()):
            raise CannotPublish(f"line {number}: a national id has 12 digits")
        drafts.append(Draft(kind_name, body, pseudonym(chosen) if chosen else None))
    if not drafts:
        raise CannotPublish("there is no line in it")
    return drafts


def _parse(model: type[BaseModel], line: str, number: int) -> tuple[BaseModel, str | None]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise CannotPublish(f"line {number}: not JSON") from None
    if not isinstance(content, dict):
        raise CannotPublish(f"line {number}: not a JSON object")
    national_id = content.pop("national_id", None)
    try:
        return model.model_validate_json(json.dumps(content)), None if national_id is None else str(national_id)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False, include_context=False)[:3]
        )
        raise CannotPublish(f"line {number}: {problems}") from None
