"""``kiosk journal``: look at, check, carry out and in, erase from and rebuild from the journals of a data directory."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened_alone, opened_to_look
from kiosk.cli.saying import Stopped, say, stop, words
from kiosk.domain import Text
from kiosk.explained import text_of
from kiosk.identity import begin_epoch
from kiosk.journal import exchange
from kiosk.journal.carry_in import carry_in, source_of
from kiosk.journal.damage import damaged_pages, every_writer, problem_in_words
from kiosk.journal.jobs import NotRecorded
from kiosk.journal.models import JournalHead
from kiosk.journal.project import behind
from kiosk.journal.redact import redact
from kiosk.journal.redact_held import AlreadyErasing, redact_held
from kiosk.journal.replay import ReplayFailed, replay
from kiosk.journal.verify import Verified, verify
from kiosk.storage import words as storage_words
from kiosk.storage.faults import Kind

ACKNOWLEDGED = Text("nền tảng đã nhận", "acknowledged")
DAMAGED = storage_words.ADVICE[Kind.DAMAGED]
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def journal() -> None:
    """The journals of an appliance."""


@journal.command()
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def status(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """How long each journal is, and how much of a device's own ones the platform has."""
    with opened_to_look(profile_name, data_dir) as appliance, appliance.session() as session:
        sends = appliance.settings.role != "platform"
        rows: list[dict[str, Any]] = [
            {
                "writer": head.writer,
                "own": head.own,
                "records": head.seq,
                "acknowledged": head.acknowledged if head.own and sends else None,
                "erased": head.erased,
                "hash": head.hash.hex(),
            }
            for head in session.scalars(select(JournalHead).order_by(JournalHead.writer))
        ]
        late = behind(session)
    if as_json:
        click.echo(json.dumps({"journals": rows, "tables_behind": late}))
        return
    for row in rows:
        whose = words(Text("của máy", "own") if row["own"] else Text("nhận về", "received"))
        counted = words(Text("bản ghi", "records"))
        known = "" if row["acknowledged"] is None else f", {row['acknowledged']:>9} {words(ACKNOWLEDGED)}"
        click.echo(f"{row['writer']:<32} {whose:<9} {row['records']:>9} {counted}{known}")
    for plugin in late:
        say(
            Text(
                f"các bảng của {plugin} chưa theo kịp: hãy chạy 'kiosk journal replay'",
                f"tables of {plugin} are behind: run 'kiosk journal replay'",
            )
        )


@journal.command("verify")
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def verify_command(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Check numbering, bodies and hash chain of every journal, and the database's own pages. Exit status 1 where one is broken."""
    with opened_to_look(profile_name, data_dir) as appliance:
        results = _verified(appliance)
        damage = damaged_pages(appliance.database)
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "writer": one.writer,
                        "records": one.records,
                        "erased": one.erased,
                        "ok": not one.problem,
                        "problem": one.problem,
                        "at_seq": one.at_seq,
                    }
                    for one in results
                ]
                + [{"database": problem, "ok": False, "problem": "a page is damaged"} for problem in damage]
            )
        )
    else:
        for one in results:
            what = words(problem_in_words(one.problem))
            click.echo(f"{one.writer:<24} {one.records:>9} {words(Text('bản ghi', 'records'))}, {what}")
        for problem in damage:
            say(
                Text(
                    f"cơ sở dữ liệu hỏng ({problem}). {DAMAGED.vi}",
                    f"the database is damaged ({problem}). {DAMAGED.en}",
                )
            )
        if not results and not damage:
            say(Text("chưa có sổ nhật ký nào ở đây", "there is no journal here yet"))
    sys.exit(1 if damage or any(one.problem for one in results) else 0)


@journal.command("replay")
@PROFILE_OPTION
@DATA_OPTION
@click.option("--plugin", "plugins", multiple=True, help="Only this plugin's tables; may be repeated.")
@click.option("--broken", is_flag=True, help="Also from journals that “verify” finds broken.")
@JSON_OPTION
def replay_command(profile_name: str, data_dir: Path, plugins: tuple[str, ...], broken: bool, as_json: bool) -> None:
    """Empty every projected table and fill it again from the journals. Stop the appliance first."""
    with opened_alone(profile_name, data_dir) as appliance:
        _need_plugins(appliance, plugins)
        damage = [f"{one.writer}: {one.problem}" for one in _verified(appliance) if one.problem]
        if damage and not broken:
            stop(
                f"chưa dựng lại gì: một sổ nhật ký không nguyên vẹn ({'; '.join(damage)}). Bảng dựng từ nó sẽ sai; "
                "hãy khôi phục sổ từ bản sao lưu, hoặc thêm --broken để vẫn dựng lại",
                f"nothing was rebuilt: a journal is not whole ({'; '.join(damage)}). Tables made from it would be wrong; "
                "bring the journal back from a backup, or rebuild all the same with --broken",
            )
        try:
            count = replay(appliance.database, appliance.host, appliance.kinds, plugins or None)
        except ReplayFailed as error:
            raise Stopped(text_of(error)) from None
    if as_json:
        click.echo(json.dumps({"records": count}))
    else:
        say(Text(f"đã dựng lại từ {count} bản ghi", f"rebuilt from {count} records"))


def _need_plugins(appliance: Appliance, wanted: Sequence[str]) -> None:
    """A name with a slip would rebuild nothing, and look as if it had."""
    projecting = appliance.host.implementations("project")
    unknown = [name for name in wanted if name not in projecting]
    if unknown:
        stop(
            f"không phần mở rộng nào có bảng tên {unknown[0]!r}; ở đây có: {', '.join(projecting)}",
            f"no plugin with tables is called {unknown[0]!r}; here are: {', '.join(projecting)}",
        )


def _verified(appliance: Appliance) -> list[Verified]:
    with appliance.session() as session:
        writers = every_writer(session)
        return [verify(session, one, appliance.kinds, _digest_key(appliance, one)) for one in writers]


def _digest_key(appliance: Appliance, writer: str) -> bytes:
    """The key under which a journal's bodies were digested; where nobody says otherwise, this appliance's own."""
    source = source_of(appliance.journal, writer)
    return source.digest_key if source else appliance.identity.pseudonym_key


@journal.command("export")
@PROFILE_OPTION
@DATA_OPTION
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write, or a folder (such as a USB stick's): then the name is chosen.",
)
@click.option("--writer", "writers", multiple=True, help="Only this journal; may be repeated. Default: all own ones.")
@click.option("--since", type=click.IntRange(0), default=0, help="Only records after this number.")
@click.option("--unacknowledged", is_flag=True, help="Only what the platform has not acknowledged.")
@JSON_OPTION
def export_command(
    profile_name: str,
    data_dir: Path,
    out: Path,
    writers: tuple[str, ...],
    since: int,
    unacknowledged: bool,
    as_json: bool,
) -> None:
    """Write journals to a signed file: carry-out by USB, or a backup. It holds personal data: guard it.

    The file appears under its name only when it is whole and on the medium.
    """
    with opened_to_look(profile_name, data_dir) as appliance, appliance.session() as session:
        if out.is_dir():
            out /= f"{appliance.identity.device}-{appliance.clock.now():%Y%m%dT%H%M%SZ}.kiosk-journal"
        try:
            parts = exchange.wanted(session, writers, since, unacknowledged)
            count = exchange.write_file(session, appliance.identity, out, parts) if parts else 0
        except ValueError as error:
            raise Stopped(text_of(error)) from None
        except OSError as error:
            stop(f"không ghi được {out}: {error.strerror}", f"{out} cannot be written: {error.strerror}")
    journals = [{"writer": part.writer, "first": part.since + 1, "last": part.until} for part in parts]
    size = out.stat().st_size if parts else 0
    if as_json:
        click.echo(
            json.dumps({"file": str(out) if parts else None, "records": count, "bytes": size, "journals": journals})
        )
    elif parts:
        say(Text(f"{out}: {count} bản ghi, {size} byte", f"{out}: {count} records, {size} bytes"))
    else:
        say(Text("không có gì để xuất; không ghi tệp nào", "nothing to export; no file was written"))


@journal.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def import_command(file: Path, profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Take the journals in FILE: on a platform what devices carried out, on a device what the platform wrote for it.

    Every part is proved by its signature and hash chain first. Taking a file twice changes nothing. Exit status 1 where
    a part was left out: what was whole is kept. A restored own journal is closed and a new one begun. Stop the appliance
    first.
    """
    with opened_alone(profile_name, data_dir) as appliance:
        try:
            with file.open("rb") as source:
                # a journal is never continued from a copy: another copy may be in use
                result = carry_in(appliance.journal, source, restoring=lambda: begin_epoch(data_dir))
        except OSError as error:
            stop(f"không đọc được {file}: {error.strerror}", f"{file} cannot be read: {error.strerror}")
    if as_json:
        click.echo(
            json.dumps(
                {
                    "file": str(file),
                    "restored": result.restored,
                    "journals": [
                        {
                            "writer": one.writer,
                            "first": one.first,
                            "last": one.last,
                            "stored": one.stored,
                            "duplicates": one.duplicates,
                            "parked": [{"seq": seq, "reason": reason} for seq, reason in one.parked],
                        }
                        for one in result.journals.values()
                    ],
                    "problems": [
                        {"code": one.code, "writer": one.writer, "seq": one.seq, "text": one.text.en}
                        for one in result.problems
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        for one in result.journals.values():
            say(_taken(one))
        for problem in result.problems:
            where = Text(f"{problem.writer} từ {problem.seq}: ", f"{problem.writer} from {problem.seq}: ")
            click.echo(f"{words(where) if problem.writer else ''}{words(problem.text)}", err=True)
    sys.exit(1 if result.problems else 0)


@journal.command("redact")
@PROFILE_OPTION
@DATA_OPTION
@click.option("--dry-run", is_flag=True, help="Only say how much is due.")
@JSON_OPTION
def redact_command(profile_name: str, data_dir: Path, dry_run: bool, as_json: bool) -> None:
    """Erase the bodies whose time is over; a running appliance does so every day. Hashes stay, the chain verifies.

    A device erases from its own journals what the platform has; a platform from every journal that it holds. Stop
    the appliance first, unless it is a dry run.
    """
    with (opened_to_look if dry_run else opened_alone)(profile_name, data_dir) as appliance:
        if not appliance.clock.trusted():
            stop(
                "đồng hồ chưa đồng bộ: ngày sai sẽ xóa nhầm quá nhiều. Hãy nối mạng để máy tự chỉnh giờ, rồi chạy lại",
                "the clock is not synchronised: by a wrong date too much would be erased. Connect a network, then run it again",
            )
        try:
            erase = redact_held if appliance.settings.role == "platform" else redact
            counts = erase(appliance.journal, appliance.settings.journal.retention_days, dry_run)
        except AlreadyErasing:
            stop(
                "một tiến trình khác đang xóa ở cơ sở dữ liệu này; không cần làm gì",
                "another process erases from this database just now; nothing to do",
            )
        except NotRecorded as error:
            stop(
                f"chưa xóa: không ghi được sổ nhật ký ({error.reason})",
                f"not erased: the journal cannot be written ({error.reason})",
            )
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "erased": counts}))
        return
    for writer, count in counts.items():
        say(_erased(writer, count, dry_run))
    if not counts:
        say(Text("chưa có gì đến hạn xóa", "nothing is due"))


def _taken(one: Any) -> Text:
    """What became of one journal's part of a carried file."""
    aside = len(one.parked)
    return Text(
        f"{one.writer:<24} {one.first} đến {one.last}: {one.stored} mới, {one.duplicates} đã có"
        + (f", {aside} để riêng" if aside else ""),
        f"{one.writer:<24} {one.first} to {one.last}: {one.stored} new, {one.duplicates} already here"
        + (f", {aside} set aside" if aside else ""),
    )


def _erased(writer: str, count: int, dry_run: bool) -> Text:
    return Text(
        f"{writer:<24} {count} nội dung {'đến hạn xóa' if dry_run else 'đã xóa'}",
        f"{writer:<24} {count} bodies {'are due' if dry_run else 'erased'}",
    )
