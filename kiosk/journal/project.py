"""Hands records to the plugins that fold them into tables, and remembers which plugin fell behind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.models import ProjectionState
from kiosk.plugin_host import PluginFault, PluginHost


class ProjectionFailed(Exception):
    """A plugin could not fold a batch: the transaction must be rolled back, then tried without it."""

    def __init__(self, fault: PluginFault) -> None:
        super().__init__(f"{fault.plugin} in {fault.hook}: {fault.reason}")
        self.fault = fault


class Projector:
    """Calls ``project`` of every plugin that has one, in the profile's order."""

    def __init__(self, host: PluginHost) -> None:
        self._host = host
        self._expected = host.implementations("project")

    def project(self, records: Sequence[Record], session: Session, skip: frozenset[str] = frozenset()) -> None:
        """Fold. Plugins in ``skip``, and suspended ones, are noted as behind instead. Raises ``ProjectionFailed``."""
        if not records:
            return
        active = set(self._host.implementations("project"))
        for plugin in self._expected:
            if plugin in skip or plugin not in active:
                self._note_behind(plugin, records[0], session)
                continue
            _, fault = self._host.call_one(plugin, "project", records=records, session=session)
            if fault:
                raise ProjectionFailed(fault)
        session.flush()

    def _note_behind(self, plugin: str, first: Record, session: Session) -> None:
        known = session.get(ProjectionState, (first.writer, plugin))
        if known is None:
            session.add(
                ProjectionState(
                    writer=first.writer,
                    plugin=plugin,
                    behind_since_seq=first.seq,
                    reason="suspended or failed while records were appended",
                )
            )
            session.flush()


def behind(session: Session) -> list[str]:
    """The plugins whose tables must be rebuilt."""
    return sorted(set(session.scalars(select(ProjectionState.plugin))))
