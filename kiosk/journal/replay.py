"""Rebuilds projected tables from the journals, and what erased records had added to counters from the records of erasures."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.core_slice import Erasure
from kiosk.domain import Record
from kiosk.journal import reading
from kiosk.journal.bulk import add_counts
from kiosk.journal.models import JournalHead, ProjectionState
from kiosk.journal.project import behind, fold
from kiosk.journal.rebuilding import stop_the_journals
from kiosk.plugin_host.host import PluginFault, PluginHost
from kiosk.record_kinds import RecordKinds
from kiosk.storage.database import Base, Database, Projected

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
    """Empty and refill the tables of ``plugins`` (default: all that project), in one transaction. Other processes of a platform
    wait with what they append until it has ended; devices are told to come again.

    Returns how many records were read. Raises ``ReplayFailed``.
    """
    projecting = host.implementations("project")
    chosen = projecting if plugins is None else [name for name in plugins if name in projecting]
    with database.writing() as session:
        stop_the_journals(session)
        return _rebuild(session, host, kinds, chosen)


def catch_up(database: Database, host: PluginHost, kinds: RecordKinds) -> None:
    """Rebuild the tables of plugins that missed records while they were suspended. One that cannot is not used: it would
    judge by tables that are wrong.

    Where a plugin did not load, its kinds of records are unknown here and in nobody's rebuilt tables: what is rebuilt is noted as
    behind still. On a platform, where other processes may know them, nothing is rebuilt then."""
    with database.reading() as session:
        missed = behind(session)
    late = [state.name for state in host.states() if state.status == "loaded" and state.name in missed]
    if late and not database.is_sqlite and not _knows_all_kinds(host):
        log.error("tables of %s stay behind until every plugin of the profile loads", ", ".join(late))
        return
    for name in late:
        log.warning("rebuilding the tables of %s", name)
        try:
            with database.writing() as session:
                stop_the_journals(session)
                if name in behind(session):  # else another process has done it meanwhile
                    _rebuild(session, host, kinds, [name])
        except ReplayFailed as failed:
            host.mark(name, "suspended", f"its tables cannot be rebuilt: {failed.fault.reason}")


def _rebuild(session: Session, host: PluginHost, kinds: RecordKinds, plugins: Sequence[str]) -> int:
    everybody = [state.name for state in host.states()]
    for plugin in plugins:
        for table in projected_tables(plugin, everybody):
            session.execute(delete(table))
    count = _fold(session, host, kinds, plugins)
    if _knows_all_kinds(host):
        session.execute(delete(ProjectionState).where(ProjectionState.plugin.in_(plugins)))
    return count


def _knows_all_kinds(host: PluginHost) -> bool:
    return all(state.status not in ("broken", "missing") for state in host.states())


def _fold(session: Session, host: PluginHost, kinds: RecordKinds, plugins: Sequence[str]) -> int:
    count = 0
    everybody = [state.name for state in host.states()]
    tables = {table.__tablename__: table for plugin in plugins for table in projected_tables(plugin, everybody)}
    # what another device erased of its copies is still whole here
    own = set(session.scalars(select(JournalHead.writer).where(JournalHead.own)))
    for writer in reading.writers(session):
        for batch in reading.batches(session, writer, kinds):
            count += len(batch)
            if writer in own:
                _count_erased(session, batch, tables)
            for plugin in plugins:
                fault = fold(host, plugin, batch, session)
                if fault:
                    raise ReplayFailed(fault)
    return count


def _count_erased(session: Session, batch: Sequence[Record], tables: Mapping[str, type[Projected]]) -> None:
    """Add what the erasures among these records say of ``tables``. A table that has changed its key since cannot take it."""
    erased = [count for record in batch if isinstance(record.data, Erasure) for count in record.data.counts]
    sums: dict[tuple[str, str], Counter[tuple[str | int, ...]]] = {}
    for one in erased:
        sums.setdefault((one.table, one.column), Counter())[tuple(one.key)] += one.count
    for (name, column), counts in sums.items():
        if name not in tables:
            continue
        table = tables[name].__table__
        kinds = [part.type.python_type for part in table.primary_key]
        fitting = {key: count for key, count in counts.items() if column in table.c and _fits(key, kinds)}
        if len(fitting) < len(counts):
            log.error("counts of erased records do not fit table %s any more", name)
        if fitting:
            add_counts(session, tables[name], getattr(tables[name], column), fitting)


def _fits(key: tuple[str | int, ...], kinds: Sequence[type]) -> bool:
    return len(key) == len(kinds) and all(isinstance(part, kind) for part, kind in zip(key, kinds, strict=True))
