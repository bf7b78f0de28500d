"""Look-ups compiled once: the same rows, types and order as SQLAlchemy finds, for lists of any size, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, String, Uuid, func, insert, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kiosk.storage.database import Database
from kiosk.storage.lookups import Rows, Values, given, several
from tests.support.postgres import Cluster, NoPostgres


class Base(DeclarativeBase):
    """Apart from the product's tables."""


class Thing(Base):
    __tablename__ = "looked_up_things"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    good: Mapped[bool] = mapped_column(Boolean)
    key: Mapped[uuid.UUID] = mapped_column(Uuid)
    seal: Mapped[bytes] = mapped_column(LargeBinary(4))
    note: Mapped[str | None] = mapped_column(String(20))


class Lost(Base):
    """A table that nobody made."""

    __tablename__ = "looked_up_nothing"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)


KEYS = [uuid.UUID(int=number) for number in range(1, 41)]
NAMED = Rows(select(Thing).where(Thing.name.in_(several("names")), Thing.good.is_(True)).order_by(Thing.number.desc()))
BY_KEY = Values(
    select(Thing.name).where(Thing.key.in_(several("keys")), Thing.note == given("note")).order_by(Thing.name)
)
FIRST = Rows(select(Thing).where(Thing.good == given("good")).order_by(Thing.number).limit(1))
HOW_MANY = Values(
    select(func.count())
    .select_from(Thing)
    .where(Thing.number > given("more"), Thing.number < 35, Thing.name.not_in(("x", "y")))
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    try:
        cluster = Cluster()
    except NoPostgres as missing:
        pytest.skip(str(missing))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    is_sqlite = request.param == "sqlite"
    own = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    database = Database(own if is_sqlite else request.getfixturevalue("postgres").create_database())
    Base.metadata.tables[Thing.__tablename__].create(database.engine)
    with database.writing() as session:
        rows = [
            {"name": f"n{at:02}", "number": at, "good": at % 3 != 0, "key": key, "seal": bytes([at]) * 4, "note": "ă"}
            for at, key in enumerate(KEYS)
        ]
        session.execute(insert(Thing), rows)
    yield database
    database.close()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 9, 33])
def test_rows_are_those_that_sqlalchemy_finds(database: Database, count: int) -> None:
    names = [f"n{at:02}" for at in range(count)]
    columns = list(Thing.__table__.columns.keys())
    query = select(Thing).where(Thing.name.in_(names), Thing.good.is_(True)).order_by(Thing.number.desc())
    with database.reading() as session:
        for asked in (names, tuple(names), set(names), dict.fromkeys(names)):
            found = NAMED.all(session, names=asked)
            expected = session.scalars(query).all()
            assert [[getattr(row, name) for name in columns] for row in found] == [
                [getattr(row, name) for name in columns] for row in expected
            ]
        assert len(found) == sum(at % 3 != 0 for at in range(count))
        assert all(row.good is True and isinstance(row.key, uuid.UUID) and isinstance(row.seal, bytes) for row in found)


def test_values_take_and_give_the_columns_types(database: Database) -> None:
    with database.reading() as session:
        assert BY_KEY.all(session, keys=KEYS[3:6], note="ă") == ["n03", "n04", "n05"]
        assert BY_KEY.all(session, keys=KEYS[3:6], note="a") == []
        assert BY_KEY.one(session, keys=[], note="ă") is None
        assert HOW_MANY.one(session, more=30) == 4
        bad, good = FIRST.first(session, good=False), FIRST.first(session, good=True)
        assert bad is not None
        assert (bad.name, bad.good) == ("n00", False)
        assert good is not None
        assert (good.name, good.good) == ("n01", True)


def test_rows_are_nobodys_and_cannot_be_changed(database: Database) -> None:
    with database.reading() as session:
        row = FIRST.first(session, good=True)
        assert row is not None
        assert not list(session)
    with pytest.raises(AttributeError):
        row.number = 7


def test_a_look_up_sees_what_its_own_transaction_wrote(database: Database) -> None:
    with database.writing() as session, database.sharing(session):
        session.execute(Thing.__table__.delete().where(Thing.number > 30))  # type: ignore[attr-defined]
        with database.reading() as shared:
            assert HOW_MANY.one(shared, more=29) == 1


def test_few_texts_are_made_however_many_lists_come(database: Database) -> None:
    own = Values(select(Thing.name).where(Thing.name.in_(several("names"))))
    with database.reading() as session:
        for count in range(40):
            assert len(own.all(session, names=[f"n{at:02}" for at in range(count)])) == count
    assert len(own._compiled) == 8  # of 0, 1, 2, 4, 8, 16, 32, 64 places


def test_a_value_that_is_missing_or_not_asked_for_is_an_error(database: Database) -> None:
    with database.reading() as session:
        for values in ({}, {"more": 1, "names": ["a"]}, {"mroe": 1}):
            with pytest.raises(TypeError):
                HOW_MANY.one(session, **values)


def test_errors_are_sqlalchemys_and_tell_no_values(database: Database) -> None:
    lost = Values(select(Lost.name).where(Lost.name == given("name")))
    with pytest.raises(SQLAlchemyError) as wrong, database.reading() as session:
        lost.one(session, name="Nguyễn")
    assert "Nguyễn" not in str(wrong.value)
    assert database.is_sqlite == isinstance(wrong.value, OperationalError)
