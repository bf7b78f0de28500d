"""A list of registrations becomes records of the platform: read row by row, checked as a whole, then said. Memory does not grow with it.

While a list is read its good rows wait in a file of their own, under the citizen's keyed hash: a person who stands in it twice is
found however far apart, and nothing is said before all of it was read. The file has no name from the beginning, so nothing of it
stays where the import is killed; the numbers of the list are never in it.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Text
from kiosk.plugin import Services
from kiosk.text.names import plain
from plugins.vaccination.models import RegistrationRow
from plugins.vaccination.nation import list_text, reading_rows
from plugins.vaccination.nation.many import among
from plugins.vaccination.nation.problems import RowProblem
from plugins.vaccination.records import Registration

KIND = "vaccination.registration"
MOST_PROBLEMS = 5000  # told one by one; the rest is counted
AT_ONCE = 2000  # registrations a transaction
TELL_EVERY = 10_000

WORDS = {
    "encoding": Text(
        "Không nhận ra bảng mã của tệp. Lưu lại dạng CSV UTF-8 rồi gửi lại.",
        "The file's encoding is not known. Save it as CSV UTF-8 and send it again.",
    ),
    "empty": Text("Tệp không có dòng nào.", "The file has no line."),
    "no_csv": Text(
        "Từ dòng này tệp không còn là CSV (dấu ngoặc kép không đóng?). Các dòng sau chưa được đọc.",
        "From this line on the file is no CSV (a quotation mark that is not closed?). What follows was not read.",
    ),
    "twice": Text(
        "Cùng người đã có ở dòng {other}; dòng này thay thế.", "The same person is in line {other}; this line replaces it."
    ),
    "other_person": Text(
        "Số căn cước này ở dòng {other} thuộc người khác (họ tên hoặc năm sinh khác). Cả hai dòng không được nhập.",
        "Line {other} gives this id to somebody else (another name or year of birth). Neither line is imported.",
    ),
    "registered_other": Text(
        "Số căn cước này đã đăng ký cho người khác (họ tên hoặc năm sinh khác). Kiểm tra lại giấy tờ.",
        "This id is registered for somebody else (another name or year of birth). Check the document.",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Report:
    """What became of a list. ``problems`` are rows that are not imported, ``notes`` what is worth knowing of rows that are."""

    encoding: str = ""
    rows: int = 0
    good: int = 0  # people that can be imported
    replaced: int = 0  # rows that a later row of the same person replaces
    repaired: int = 0  # rows whose letters were mended
    bad: int = 0  # rows that cannot be imported
    unchanged: int = 0  # people registered in these very words already
    imported: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[RowProblem] = field(default_factory=list)

    def refuse(self, found: Sequence[RowProblem], rows: int = 1) -> None:
        self.bad += rows
        self.problems += found[: max(0, MOST_PROBLEMS - len(self.problems))]

    def note(self, found: RowProblem) -> None:
        if len(self.notes) < MOST_PROBLEMS:
            self.notes.append(found)

    def counts(self) -> dict[str, object]:
        names = ("encoding", "rows", "good", "replaced", "repaired", "bad", "unchanged", "imported")
        return {name: getattr(self, name) for name in names}


Progress = Callable[[int, float], None]  # rows, share of the bytes


class Importer:
    """One platform's. Safe from any thread; two lists may be imported at once."""

    def __init__(self, services: Services, folder: Path, groups: Sequence[str], today: date) -> None:
        self._services = services
        self._folder = folder
        self._groups = groups
        self._today = today

    def run(
        self,
        file: BinaryIO,
        defaults: Mapping[str, str],
        dry_run: bool,
        operator: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Read the list, and unless ``dry_run`` say what is good of it. Rows that are bad keep the others from nothing.

        Raises ``NotRecorded`` where the journal cannot be written; what was said until then stays, and saying it again adds nothing.
        """
        report = Report()
        with _waiting(self._folder) as waiting:
            self._read(file, waiting, defaults, report, progress)
            report.good = waiting.count()
            for part in waiting.parts():
                self._say(part, report, dry_run, operator)
        return report

    def _read(
        self, file: BinaryIO, waiting: _Waiting, defaults: Mapping[str, str], report: Report, progress: Progress | None
    ) -> None:
        size = file.seek(0, 2) or 1
        try:
            report.encoding = list_text.encoding_of(file)
        except list_text.UnknownEncoding:
            report.refuse([RowProblem(1, "", "encoding", WORDS["encoding"])], 0)
            return
        lines = list_text.rows(file, report.encoding)
        try:
            first = next(lines, None)
            if first is None:
                report.refuse([RowProblem(1, "", "empty", WORDS["empty"])], 0)
                return
            head = reading_rows.columns(first.cells)
            if isinstance(head, Text):
                report.refuse([RowProblem(first.number, "", "columns", head)], 0)
                return
            for line in lines:
                report.rows += 1
                if progress and report.rows % TELL_EVERY == 0:
                    progress(report.rows, min(1.0, file.tell() / size))
                row = reading_rows.read(line.number, line.cells, head, self._groups, self._today, defaults)
                if isinstance(row, list):
                    report.refuse(row)
                    continue
                report.repaired += row.repaired
                self._keep(line.number, row, head, waiting, report)
        except list_text.BadLine as bad:
            report.refuse([RowProblem(bad.number, "", "no_csv", WORDS["no_csv"])])
        except UnicodeError:
            report.refuse([RowProblem(report.rows + 2, "", "encoding", WORDS["encoding"])])

    def _keep(
        self, number: int, row: reading_rows.Row, head: reading_rows.Columns, waiting: _Waiting, report: Report
    ) -> None:
        citizen = self._services.pseudonym(row.national_id)
        before = waiting.keep(citizen, number, row.registration)
        if before is None:
            return
        column = head.titles["national_id"]
        other, same, refused = before
        if same:
            report.replaced += 1
            report.note(RowProblem(number, column, "twice", WORDS["twice"].format(other=other)))
            return
        text = WORDS["other_person"].format(other=other)
        report.refuse([RowProblem(number, column, "other_person", text)])
        if not refused:
            report.refuse([RowProblem(other, column, "other_person", WORDS["other_person"].format(other=number))])

    def _say(
        self, part: Mapping[str, tuple[int, Registration]], report: Report, dry_run: bool, operator: str | None
    ) -> None:
        with self._services.session() as session:
            known = _registered(session, part)
        drafts = []
        for citizen, (number, said) in part.items():
            before = known.get(citizen)
            if before is not None and not _same(before.name, before.birth_date, said.name, said.birth_date):
                report.good -= 1
                report.refuse([RowProblem(number, "", "registered_other", WORDS["registered_other"])])
            elif before is not None and _words(before) == _words(said):
                report.unchanged += 1
            else:
                drafts.append(Draft(KIND, said, citizen))
        if drafts and not dry_run:
            self._services.record(drafts, operator)
            report.imported += len(drafts)


class _Waiting:
    """Good rows by citizen, on disk. Not for several threads."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(
            "CREATE TABLE waiting (citizen BLOB PRIMARY KEY, row INTEGER, person BLOB, refused INTEGER, body TEXT) "
            "WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def keep(self, citizen: str, row: int, said: Registration) -> tuple[int, bool, bool] | None:
        """Keep a row; of two on the same person the later. Where there was one: its number, whether it was the same person, and
        whether it had been refused."""
        key, person, body = base64.urlsafe_b64decode(citizen + "=="), _person(said), said.model_dump_json()
        done = self._database.execute(
            "INSERT INTO waiting VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING", (key, row, person, body)
        )
        if done.rowcount:
            return None
        other, known, refused = self._database.execute(
            "SELECT row, person, refused FROM waiting WHERE citizen = ?", (key,)
        ).fetchone()
        same = known == person and not refused
        if same:
            self._database.execute("UPDATE waiting SET row = ?, body = ? WHERE citizen = ?", (row, body, key))
        else:
            self._database.execute("UPDATE waiting SET refused = 1 WHERE citizen = ?", (key,))
        return other, same, bool(refused)

    def count(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM waiting WHERE NOT refused").fetchone()[0])

    def parts(self) -> Iterator[dict[str, tuple[int, Registration]]]:
        """What was kept, in the order of the keys."""
        cursor = self._database.execute("SELECT citizen, row, body FROM waiting WHERE NOT refused ORDER BY citizen")
        while found := cursor.fetchmany(AT_ONCE):
            yield {
                base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii"): (
                    row,
                    Registration.model_validate_json(body),
                )
                for key, row, body in found
            }

    def close(self) -> None:
        self._database.close()


@contextmanager
def _waiting(folder: Path) -> Iterator[_Waiting]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="import-") as directory:  # readable by its owner alone
        made = _Waiting(Path(directory) / "rows.sqlite3")
    # the folder is gone and the file lives while it is open: whoever kills this process leaves nobody's name on the disk
    try:
        yield made
    finally:
        made.close()


def _registered(session: Session, citizens: Mapping[str, object]) -> dict[str, RegistrationRow]:
    query = select(RegistrationRow)
    return {row[0].citizen: row[0] for row in among(session, query, RegistrationRow.citizen, citizens)}


def _person(said: Registration) -> bytes:
    return hashlib.blake2b(f"{plain(said.name)}|{said.birth_date[:4]}".encode(), digest_size=8).digest()


def _same(name: str, born: str, other_name: str, other_born: str) -> bool:
    return plain(name) == plain(other_name) and born[:4] == other_born[:4]


def _words(one: Registration | RegistrationRow) -> tuple[str, ...]:
    names = ("name", "birth_date", "sex", "phone", "area", "document", "priority_group", "round", "state")
    return tuple(getattr(one, name) for name in names)
