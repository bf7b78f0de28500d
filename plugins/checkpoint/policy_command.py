"""``kiosk policy``: packs checked, explained, and tried on past passages. Changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from config.policies import FOLDER
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened_to_look
from kiosk.cli.saying import Stopped, stop
from kiosk.cli.saying import words as in_words
from kiosk.domain import Text
from plugins.checkpoint import policy_words as words
from plugins.checkpoint.policy import FACTS, Pack, PolicyError, Problem, load_pack, load_packs
from plugins.checkpoint.policy.examples import Tried, try_examples, untried
from plugins.checkpoint.policy.explain import explain
from plugins.checkpoint.policy.passages import past_passages
from plugins.checkpoint.policy.replay import replay

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
CHANGES_SHOWN = 20


class Moment(click.ParamType):
    """A day or a time in ISO 8601; without an offset it is of the pack's time zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            wrong = Text(
                f"{value!r} không phải thời điểm; hãy viết 2021-08-24 hoặc 2021-08-24T09:00:00+07:00",
                f"{value!r} is no time; write 2021-08-24 or 2021-08-24T09:00:00+07:00",
            )
            self.fail(in_words(wrong), param, ctx)


AT_OPTION_HELP = "As of this time: 2021-08-24, or 2021-08-24T09:00:00+07:00."


@click.group()
def policy() -> None:
    """Policies of checkpoints: packs of named conditions in TOML.

    A pack is a file, or the name of one that ships.
    """


def commands() -> list[click.Command]:
    """What the plugin brings to the command line."""
    return [policy]


@policy.command()
@click.argument("files", nargs=-1, metavar="[FILE…]")
@JSON_OPTION
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Check packs and try their examples; without FILE, those that ship. A folder is checked as a whole.

    Exit status 0: all usable, every example comes out as written; 1: something is wrong, with file and line.
    """
    reports = [_checked(path) for path in _paths(files)]
    reports += [_checked_together(Path(name)) for name in files or (str(FOLDER),) if Path(name).is_dir()]
    good = all(report["ok"] for report in reports)
    if as_json:
        click.echo(json.dumps({"ok": good, "files": reports}, ensure_ascii=False))
    else:
        for report in reports:
            words.print_check(report)
    sys.exit(0 if good else 1)


@policy.command()
@JSON_OPTION
def facts(as_json: bool) -> None:
    """List the facts that rules may use, with their types and the values they can have."""
    rows = [words.fact(one) for one in FACTS.values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        words.print_facts(rows)


@policy.command("explain")
@click.argument("file")
@click.option("--facts", "facts_file", required=True, type=click.File("r", encoding="utf-8"), help="JSON; “-”: stdin.")
@click.option("--at", type=Moment(), help=AT_OPTION_HELP + " Default: now.")
@JSON_OPTION
def explain_command(file: str, facts_file: TextIO, at: datetime | None, as_json: bool) -> None:
    """Say what the pack in FILE answers for one traveller, and why: every condition with the facts it saw."""
    try:
        given = json.load(facts_file)
    except (ValueError, RecursionError):
        stop(f"{facts_file.name}: không phải JSON dạng UTF-8", f"{facts_file.name}: not JSON in UTF-8")
    if not isinstance(given, dict):
        example = '{"doses": 2, "purpose": "work"}'
        stop(
            f"{facts_file.name}: cần một đối tượng như {example}",
            f"{facts_file.name}: expected an object such as {example}",
        )
    pack = _pack(file)
    answer = explain(pack, given, _in_zone(at or datetime.now(UTC), pack))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        words.print_explanation(answer)


@policy.command("replay")
@click.argument("file")
@click.option(
    "--at", type=Moment(), help="Take the pack to be in force all along, as it is at this time. Default: when it was."
)
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def replay_command(file: str, at: datetime | None, profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Try the pack in FILE on the passages in an appliance's journals: what would have been decided otherwise.

    Each passage is judged by the facts that were known then, as of its own time. What was found apart from the policy (a forged
    paper, a list, another person's pass) still counts, and surge mode still lets pass. Times are of the pack's time zone. Nothing
    is changed; the appliance may run.
    """
    pack = _pack(file)
    moment = None if at is None else _in_zone(at, pack)
    if moment is not None and not pack.valid_at(moment):
        valid = words.validity(pack)
        stop(
            f"{file} không có hiệu lực vào {moment.isoformat()}: {valid.vi}",
            f"{file} is not in force at {moment.isoformat()}: {valid.en}",
        )
    with opened_to_look(profile_name, data_dir) as appliance, appliance.session() as session:
        found = past_passages(session)
    result = replay(pack, found.passages, moment)
    answer = {
        "policy": pack.id,
        "digest": pack.digest,
        "passages": result.passages,
        "unreadable": found.unreadable,
        "undone": found.undone,
        "unexamined": found.unexamined,
        "surge": result.surge,
        "time_zone": pack.zone.key,
        "changed": len(result.changes),
        "table": [{"then": then, "now": now, "passages": count} for (then, now), count in sorted(result.table.items())],
        "because": dict(sorted(result.reasons.items(), key=lambda one: (-one[1], one[0]))),
        "changes": [
            {
                "record": one.passage.record,
                "at": one.passage.at.astimezone(pack.zone).isoformat(timespec="seconds"),
                "policy": one.passage.policy,
                "then": one.passage.decision,
                "now": {"verdict": one.decision.value, "because": list(one.because)},
            }
            for one in result.changes
        ],
    }
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        words.print_replay(answer, CHANGES_SHOWN)


def _paths(files: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for name in files or (str(FOLDER),):
        path = Path(name)
        found += sorted(path.glob("*.toml")) if path.is_dir() else [_found(name)]
    return found


def _found(name: str) -> Path:
    """A file by path, or one that ships by name."""
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return path
    shipped = FOLDER / f"{name}.toml"
    if shipped.is_file():
        return shipped
    names = ", ".join(sorted(item.stem for item in FOLDER.glob("*.toml")))
    unknown = Text(
        f"không có gói nào tên {name!r}; có sẵn: {names}. Đường dẫn kết thúc bằng .toml cũng được",
        f"no policy pack is called {name!r}; shipped are: {names}. A path ending in .toml works too",
    )
    raise Stopped(unknown, exit_code=2)


def _pack(name: str) -> Pack:
    try:
        return load_pack(_found(name))
    except PolicyError as error:
        stop(error.in_language("vi"), error.in_language("en"))


def _in_zone(at: datetime, pack: Pack) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=pack.zone)


def _checked(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = {"file": str(path), "ok": False, "problems": [], "warnings": [], "examples": 0}
    try:
        pack = load_pack(path)
    except PolicyError as error:
        report["problems"] = [words.problem(one) for one in error.problems]
        return report
    tried = try_examples(pack)
    report |= {
        "id": pack.id,
        "valid_from": pack.valid_from.isoformat(),
        "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
        "digest": pack.digest,
        "conditions": len(pack.conditions),
        "facts": list(pack.uses),
        "examples": len(tried),
        "problems": [words.problem(one) for one in _differences(path, tried)],
        "warnings": [words.problem(one) for one in pack.warnings],
        "untried": untried(tried, pack) if tried else [],
    }
    report["ok"] = not report["problems"]
    return report


def _differences(path: Path, tried: Sequence[Tried]) -> list[Problem]:
    return [
        Problem(str(path), one.example.line, f"example {one.example.name!r}", one.difference)
        for one in tried
        if one.difference
    ]


def _checked_together(folder: Path) -> dict[str, Any]:
    """What is wrong only between the packs of a folder; what is wrong with one of them is told with it."""
    problems: list[dict[str, Any]] = []
    alone = {str(one) for path in sorted(folder.glob("*.toml")) for one in _problems_of(path)}
    try:
        load_packs(folder)
    except PolicyError as error:
        problems = [words.problem(one) for one in error.problems if str(one) not in alone]
    return {"file": str(folder), "ok": not problems, "problems": problems, "warnings": [], "examples": 0}


def _problems_of(path: Path) -> Sequence[Any]:
    try:
        load_pack(path)
    except PolicyError as error:
        return error.problems
    return ()
