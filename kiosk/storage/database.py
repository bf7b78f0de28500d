"""One engine per appliance, its SQLite settings for power cuts, and the base of every table."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, QueuePool, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk.explained import Explained
from kiosk.storage import statements
from kiosk.storage.read_only import sqlite_reader

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table. A plugin's tables are named ``<plugin>_*``."""

    metadata = MetaData(naming_convention=NAMING)


class Projected(Base):
    """Base of tables that are folded from journals: replay empties and refills them. Other tables are left alone."""

    __abstract__ = True


IN_MEMORY = "sqlite://"

# a transaction in which nothing was asked of PostgreSQL for so long belongs to a thread that is stuck: it ends, and its locks with it
FORGOTTEN_SECONDS = 180


def sqlite_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir.absolute() / 'kiosk.sqlite3'}"  # Flask-SQLAlchemy makes a folder for a relative one


class Database:
    """The engine and its sessions. SQLite: WAL, ``synchronous=FULL`` (a commit is on the card), explicit BEGIN.

    ``IN_MEMORY``: gone when it is closed.
    ``read_only``: for looking at what is there; nothing is made and nothing can be written. Raises what ``sqlite_reader`` does.
    """

    def __init__(self, url: str, read_only: bool = False) -> None:
        # hide_parameters: an error that is printed names the statement, never what people showed
        self.is_sqlite = url.startswith("sqlite")
        if url == IN_MEMORY:
            self.engine = create_engine(url, creator=_in_memory(), poolclass=QueuePool, hide_parameters=True)
            event.listen(self.engine, "connect", _configure_sqlite)
            event.listen(self.engine, "begin", _begin_deferred)
        elif self.is_sqlite and read_only:
            reader = sqlite_reader(Path(make_url(url).database or ""))
            self.engine = create_engine("sqlite://", creator=reader, poolclass=QueuePool, hide_parameters=True)
            event.listen(self.engine, "begin", _begin_deferred)
        elif self.is_sqlite:
            self.engine = create_engine(url, pool_size=8, max_overflow=24, hide_parameters=True)
            event.listen(self.engine, "connect", _configure_sqlite)
            event.listen(self.engine, "begin", _begin_deferred)
        else:
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
            try:
                self.engine = create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=True, hide_parameters=True)
            except ModuleNotFoundError:
                raise Explained(
                    "cơ sở dữ liệu PostgreSQL cần trình điều khiển psycopg: pip install 'kiosk-appliance[platform]'",
                    "a PostgreSQL database needs the driver psycopg: pip install 'kiosk-appliance[platform]'",
                ) from None
            event.listen(self.engine, "connect", _end_forgotten)
            if read_only:
                event.listen(self.engine, "connect", _read_only_postgresql)
        event.listen(self.engine, "before_cursor_execute", statements.ask_leave)
        event.listen(self.engine, "checkin", self._given_back)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._thread = threading.local()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that is rolled back at the end. Inside a transaction of this thread: that one's session."""
        shared = getattr(self._thread, "session", None)
        if shared is not None:
            yield shared
            return
        with self.sessions() as session:
            yield session

    @contextmanager
    def sharing(self, session: Session) -> Iterator[None]:
        """While it lasts, ``reading`` in this thread sees what ``session`` has written and not yet committed."""
        self._thread.session = session
        try:
            yield
        finally:
            self._thread.session = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on an exception. On SQLite it holds the write lock from the start."""
        connection = self.engine.connect()
        try:
            if self.is_sqlite:
                connection = connection.execution_options(begin_immediate=True)
            transaction = connection.begin()
            try:
                with Session(bind=connection, expire_on_commit=False) as session:
                    yield session
                    session.flush()
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except BaseException:
                # the transaction may still be open, and hold the lock; SQLAlchemy takes it for ended
                connection.invalidate()
                raise
        finally:
            connection.close()

    def flask_extension(self) -> SQLAlchemy:
        """Flask-SQLAlchemy on this very engine, for pages."""
        return _OneEngine(self.engine)

    def close(self) -> None:
        """Close every connection; one that is lent out just now is closed by the thread that gives it back."""
        self._closed = True
        self.engine.dispose()

    def _given_back(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        if self._closed:
            record.close()


class _OneEngine(SQLAlchemy):
    """Flask-SQLAlchemy would build an engine per app; the journal and the pages must share one."""

    def __init__(self, engine: Engine) -> None:
        self._shared = engine
        super().__init__(model_class=Base)

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        return self._shared


def _in_memory() -> Callable[[], sqlite3.Connection]:
    """Connections to one database of their own, from any thread; it lasts as long as the pool keeps one of them."""
    name = f"file:{uuid4().hex}?mode=memory&cache=shared"
    return lambda: sqlite3.connect(name, uri=True, check_same_thread=False)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: see _begin_deferred
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "temp_store=MEMORY",
        "cache_size=-1024",  # KiB a connection, of which there are two dozen; the system's own cache holds the file as well
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _end_forgotten(connection: Any, _record: Any) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{FORGOTTEN_SECONDS}s'")
    connection.commit()


def _read_only_postgresql(connection: Any, _record: Any) -> None:
    connection.read_only = True


def _begin_deferred(connection: Any) -> None:
    immediate = connection.get_execution_options().get("begin_immediate")
    statements.run(connection, "BEGIN IMMEDIATE" if immediate else "BEGIN")
