"""Damage that a walk along the chains does not meet: pages of the database, heads that are gone; and what was met, in words.

Mends nothing.
"""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy import select, text, union
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.storage.database import Database

SHOWN = 5


def damaged_pages(database: Database) -> list[str]:
    """What SQLite itself finds wrong in its file, at most ``SHOWN`` lines; empty where it is well, and on a server, which has checks
    of its own. See https://www.sqlite.org/pragma.html#pragma_quick_check."""
    if not database.is_sqlite:
        return []
    try:
        with database.reading() as session:
            found = session.execute(text(f"PRAGMA quick_check({SHOWN})")).scalars().all()
    except (SQLAlchemyError, sqlite3.Error) as error:
        return [type(getattr(error, "orig", None) or error).__name__]
    return [line for one in found for line in str(one).splitlines() if line != "ok" and not line.startswith("***")][
        :SHOWN
    ]


def every_writer(session: Session) -> list[str]:
    """Each journal of which there is a head, or a record: one whose head is gone must not look like one that never was."""
    return sorted(session.scalars(union(select(JournalHead.writer), select(JournalRecord.writer))).all())


_PROBLEMS = tuple(
    (re.compile(said), vietnamese)
    for said, vietnamese in (
        (r"record (\d+) cannot be read", r"không đọc được bản ghi \1"),
        (r"record (\d+) holds a damaged value", r"bản ghi \1 có giá trị bị hỏng"),
        (r"nothing says where the journal ends", r"không còn gì cho biết sổ kết thúc ở đâu"),
        (r"the journal ends at (\d+), its head says (\d+)", r"sổ kết thúc ở \1, còn đầu sổ ghi \2"),
        (r"record (\d+) is missing", r"thiếu bản ghi \1"),
        (r"the body of record (\d+) is gone", r"mất nội dung của bản ghi \1"),
        (r"the body of record (\d+) was changed", r"nội dung của bản ghi \1 đã bị sửa"),
        (r"the chain breaks at record (\d+)", r"chuỗi bị đứt ở bản ghi \1"),
    )
)


def problem_in_words(problem: str) -> Text:
    """``Verified.problem`` in both languages."""
    if not problem:
        return Text("nguyên vẹn", "whole")
    for pattern, vietnamese in _PROBLEMS:
        found = pattern.fullmatch(problem)
        if found:
            return Text(found.expand(vietnamese), problem)
    return Text(problem, problem)
