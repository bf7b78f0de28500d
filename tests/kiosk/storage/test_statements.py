"""Statements handed to the driver as they are: the same rows, the same errors, and nothing without leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, String, bindparam, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kiosk.storage.database import Database
from kiosk.storage.statements import Prepared, connection_of, needs_leave, run


class Base(DeclarativeBase):
    """Apart from the product's tables."""


class Thing(Base):
    __tablename__ = "things"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


NAMED = select(Thing.name, Thing.number).where(
    (Thing.name == bindparam("name")) | (Thing.number > bindparam("more")), Thing.number < 100, Thing.name != "none"
)
ADD = Prepared(insert(Thing))
SET = Prepared(update(Thing).where(Thing.name == bindparam("of")).values(number=bindparam("to")))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        ADD.write(
            connection_of(session), [{"name": name, "number": at} for at, name in enumerate(("a", "ă", "â", "b"))]
        )
    yield database
    database.close()


def test_rows_are_those_that_sqlalchemy_finds(database: Database) -> None:
    prepared = Prepared(NAMED.order_by(Thing.number))
    with database.reading() as session:
        for given in ({"name": "a", "more": 1}, {"name": "ă", "more": 50}, {"name": "none", "more": 50}):
            expected = [tuple(row) for row in session.execute(NAMED.order_by(Thing.number), given)]
            assert prepared.rows(session, **given) == expected
    with database.reading() as session:
        assert len(prepared.rows(session, name="a", more=1)) == 3  # what the loop compared was not nothing with nothing


def test_writes_each_row_and_belongs_to_the_transaction(database: Database) -> None:
    with database.writing() as session:
        SET.write(connection_of(session), [{"of": "a", "to": 7}, {"of": "b", "to": 8}])
    with pytest.raises(IntegrityError), database.writing() as session:
        ADD.write(connection_of(session), [{"name": "z", "number": 9}, {"name": "a", "number": 9}])
    with database.reading() as session:
        found = dict(tuple(row) for row in session.execute(select(Thing.name, Thing.number)))
    assert found == {"a": 7, "ă": 1, "â": 2, "b": 8}


def test_errors_are_sqlalchemys_and_tell_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as taken, database.writing() as session:
        ADD.write(connection_of(session), [{"name": "a", "number": 123456789}])
    assert "123456789" not in str(taken.value)
    with pytest.raises(OperationalError) as wrong, database.reading() as session:
        run(connection_of(session), "SELECT * FROM nothing WHERE x = ?", ("Nguyễn",))
    assert "Nguyễn" not in str(wrong.value)


def test_the_connection_of_a_session(database: Database) -> None:
    with database.engine.connect() as connection, Session(bind=connection) as session:
        assert connection_of(session) is connection
    with database.reading() as session:
        assert connection_of(session) is session.connection()


def test_nothing_runs_without_leave_by_either_way(database: Database) -> None:
    class Refused(Exception):
        pass

    def refuse() -> None:
        raise Refused

    with (
        database.engine.connect() as connection,
        connection.begin(),
        Session(bind=needs_leave(connection, refuse)) as session,
    ):
        for attempt in (
            lambda: ADD.write(connection, [{"name": "z", "number": 1}]),
            lambda: run(connection, "DELETE FROM things"),
            lambda: Prepared(NAMED).rows(session, name="a", more=1),
            lambda: session.execute(text("DELETE FROM things")),
        ):
            with pytest.raises(Refused):
                attempt()
        needs_leave(connection, lambda: None)  # for the COMMIT
    with database.reading() as session:  # other connections need none
        assert len(session.execute(select(Thing)).all()) == 4


def test_a_listener_is_heard_before_the_statement(database: Database) -> None:
    asked: list[str] = []
    with database.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(f"sent {given[2]}"))
        needs_leave(connection, lambda: asked.append("asked"))
        connection.execute(text("SELECT 1"))
    assert asked[asked.index("sent SELECT 1") - 1] == "asked"
