"""A PostgreSQL that keeps what it commits, as a platform's does, for one benchmark. Measures nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import Cluster, NoPostgres

LARGE = ("shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min")


@contextmanager
def own_database(*options: str) -> Iterator[tuple[Cluster, str] | None]:
    """The cluster and the address of an empty database in it. None, said on standard error, where there is no PostgreSQL."""
    try:
        cluster = Cluster(durable=True, options=options)
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        yield None
        return
    try:
        cluster.start()
        yield cluster, cluster.create_database()
    finally:
        cluster.stop()
