"""The platform's part in withdrawals: what devices withdrew is said again to the nation, so that every post hears of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.audiences import NATION
from kiosk.journal.saying import say
from kiosk.plugin import PluginContext
from kiosk.repeating import Repeating
from plugins.declaration import withdrawals
from plugins.declaration.records import Withdrawn


class Teller:
    """One per platform. ``tick`` is the whole work; the thread only repeats it."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        seconds = context.settings.check_seconds
        self.repeated = Repeating("declaration-withdrawals", self.tick, seconds, "withdrawals could not be told")

    def tick(self) -> None:
        """One look. Raises ``SQLAlchemyError``, ``NotRecorded``, ``OSError``, ``ValueError``, and ``ProjectionFailed``: then nothing was
        said, for what is in no table would be said again with every look."""
        journal, clock = self._context.services.journal, self._context.clock
        device = journal.identity.device
        with self._context.services.session() as session:
            if not withdrawals.untold(session, device):
                return

        def compose(session: Session) -> list[Entry]:
            """Asked under the audience's lock: several processes say it once."""
            drafts = [
                Draft("declaration.withdrawn", Withdrawn.model_validate({"pass_id": pass_id, "reason": reason}))
                for pass_id, reason in withdrawals.untold(session, device)
            ]
            return entries_of(drafts, clock.now(), clock.trusted())

        say(journal, NATION, compose, only_folded=True)
