"""Lets the slices of the platform say what they have to tell an audience, before a device of it is answered.

What is told, and whether it was told already, is the slices' business (hook ``announcements``); each thing is said once, however
many processes answer devices at the same moment.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.project import ProjectionFailed
from kiosk.journal.rebuilding import under_way
from kiosk.journal.saying import say

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal
    from kiosk.plugin_host.guarded import GuardedHooks

log = logging.getLogger(__name__)

AT_ONCE = 500  # records an answer: what remains is told with the next


def announce(journal: Journal, hooks: GuardedHooks, audiences: Sequence[str], now: datetime, trusted: bool) -> int:
    """Append what the plugins have to tell these audiences; durable on return. Returns how many records.

    Whatever fails, or does not end in time, is told with a later answer: a device that asks is answered in any case.
    """
    if not hooks.implementations("announcements"):
        return 0
    return sum(_in_time(journal, hooks, audience, now, trusted) for audience in audiences)


def _in_time(journal: Journal, hooks: GuardedHooks, audience: str, now: datetime, trusted: bool) -> int:
    def call() -> tuple[int, None]:
        # the session lives and ends in the thread that the hook runs in: nobody else may touch it while a plugin is stuck there
        return _announce(journal, audience, now, trusted), None

    said, _ = hooks.bounded("national_platform", "announcements", call)
    return int(said or 0)


def _announce(journal: Journal, audience: str, now: datetime, trusted: bool) -> int:
    def compose(session: Session) -> list[Entry]:
        return entries_of(_asked(journal, audience, session), now, trusted)

    try:
        with journal.database.reading() as session:
            if under_way(session) or not _asked(journal, audience, session):
                return 0  # while tables are rebuilt they may not say all of it, and nobody waits for that here
        # what is in no table would be said again with every answer
        return len(say(journal, audience, compose, only_folded=True))
    except (
        SQLAlchemyError,
        ValueError,
        ProjectionFailed,
    ) as error:  # the database is away; or no kind allows what was said
        log.error("nothing could be announced: %s", type(error).__name__)
        return 0


def _asked(journal: Journal, audience: str, session: Session) -> list[Draft]:
    drafts: list[Draft] = []
    for plugin in journal.host.implementations("announcements"):
        apart = session.begin_nested()  # a statement that fails ends nobody else's
        said, fault = journal.host.call_one(plugin, "announcements", audience=audience, session=session)
        try:
            for draft in said or ():
                journal.kinds.of_model(draft.kind, draft.body)
        except ValueError as error:
            fault = journal.host.blame(plugin, "announcements", error)
        if fault:
            apart.rollback()
        else:
            apart.commit()
            drafts += said or ()
    return drafts[:AT_ONCE]
