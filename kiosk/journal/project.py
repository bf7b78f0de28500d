"""Hands records to the plugins that fold them into tables, and remembers which plugin fell behind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.models import ProjectionState
from kiosk.plugin_host.host import HookFailed, PluginFault, PluginHost
from kiosk.storage.faults import is_storage_fault


class ProjectionFailed(HookFailed):
    """A plugin could not fold a batch."""


class Projector:
    """Calls ``project`` of every plugin that has one, in the profile's order."""

    def __init__(self, host: PluginHost) -> None:
        self._host = host
        # of a plugin that is not loaded nobody knows whether it projects: it may have to catch up
        absent = [state.name for state in host.states() if state.status != "loaded"]
        self._expected = [*host.implementations("project"), *absent]

    def project(self, records: Sequence[Record], session: Session, skip: frozenset[str] = frozenset()) -> None:
        """Fold. Plugins in ``skip``, and suspended ones, are noted as behind instead. Raises ``ProjectionFailed``."""
        if not records:
            return
        active = set(self._host.implementations("project"))
        for plugin in self._expected:
            if plugin in skip or plugin not in active:
                self._note_behind(plugin, records[0], session)
                continue
            fault = fold(self._host, plugin, records, session)
            if fault:
                raise ProjectionFailed(fault)

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


def fold(host: PluginHost, plugin: str, records: Sequence[Record], session: Session) -> PluginFault | None:
    """Let one plugin fold a batch, and write what it left pending: a row that does not fit is its fault as well."""
    _, fault = host.call_one(plugin, "project", records=records, session=session)
    if fault:
        return fault
    try:
        session.flush()
    except Exception as error:
        if is_storage_fault(error):
            raise
        return host.blame(plugin, "project", error)
    return None


def behind(session: Session) -> list[str]:
    """The plugins whose tables must be rebuilt."""
    return sorted(set(session.scalars(select(ProjectionState.plugin))))
