"""Rebuilds projected tables from the journals."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.database import Base, Database, Projected
from kiosk.journal import reading
from kiosk.journal.kinds import RecordKinds
from kiosk.journal.models import ProjectionState
from kiosk.journal.project import behind, fold
from kiosk.plugin_host import PluginFault, PluginHost

log = logging.getLogger(__name__)


class ReplayFailed(Exception):
    """A plugin failed while its tables were rebuilt; they are as they were before."""

    def __init__(self, fault: PluginFault) -> None:
        super().__init__(f"plugin {fault.plugin} failed in {fault.hook}: {fault.reason}; its tables are unchanged")
        self.fault = fault


def projected_tables(plugin: str, plugins: Sequence[str]) -> list[type[Projected]]:
    """The projections of one plugin: its ``Projected`` tables, named ``<plugin>_*``. ``plugins``: all of the appliance, so that
    ``health`` does not take the tables of ``health_book``."""
    longer = tuple(f"{other}_" for other in plugins if other.startswith(plugin + "_"))
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Projected)
        and mapper.class_.__tablename__.startswith(plugin + "_")
        and not mapper.class_.__tablename__.startswith(longer)
    ]


def replay(database: Database, host: PluginHost, kinds: RecordKinds, plugins: Sequence[str] | None = None) -> int:
    """Empty and refill the tables of ``plugins`` (default: all that project), in one transaction.

    Returns how many records were read. Raises ``ReplayFailed``.
    """
    chosen = host.implementations("project") if plugins is None else list(plugins)
    everybody = [state.name for state in host.states()]
    with database.writing() as session:
        for plugin in chosen:
            for table in projected_tables(plugin, everybody):
                session.execute(delete(table))
        count = _fold(session, host, kinds, chosen)
        session.execute(delete(ProjectionState).where(ProjectionState.plugin.in_(chosen)))
    return count


def catch_up(database: Database, host: PluginHost, kinds: RecordKinds) -> None:
    """Rebuild the tables of plugins that missed records while they were suspended. One that cannot is not used: it would
    judge by tables that are wrong."""
    with database.reading() as session:
        missed = behind(session)
    late = [state.name for state in host.states() if state.status == "loaded" and state.name in missed]
    for name in late:
        log.warning("rebuilding the tables of %s", name)
        try:
            replay(database, host, kinds, [name])
        except ReplayFailed as failed:
            host.mark(name, "suspended", f"its tables cannot be rebuilt: {failed.fault.reason}")


def _fold(session: Session, host: PluginHost, kinds: RecordKinds, plugins: Sequence[str]) -> int:
    count = 0
    for writer in reading.writers(session):
        for batch in reading.batches(session, writer, kinds):
            count += len(batch)
            for plugin in plugins:
                fault = fold(host, plugin, batch, session)
                if fault:
                    raise ReplayFailed(fault)
    return count
