"""Packs from files: read, checked against the facts, compiled once. Only this and ``kiosk.toml_file`` read files.

Every mistake names file, line and key and says what was expected; all that can be told are told at once. A file that changes
later is noticed only when it is loaded again: until then the digest says which one counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain import Text
from kiosk.toml_file import Problem, dotted, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.checkpoint.policy.catalogue import FACTS, NOW, NOW_IN_EU_RULES
from plugins.checkpoint.policy.certlogic import Compiler
from plugins.checkpoint.policy.certlogic_operations import Evaluator
from plugins.checkpoint.policy.checks import Report, flat, unfit, warnings
from plugins.checkpoint.policy.outcome import NOTHING
from plugins.checkpoint.policy.pack import Ask, Condition, Example, Pack, Packs, PolicyError
from plugins.checkpoint.policy.pack_file import ConditionTable, PackTable
from plugins.checkpoint.policy.risk_map import RiskMap, RiskMapModel, risk_map
from plugins.checkpoint.policy.rules import RuleError, facts_of, read_json, read_rule


def load_pack(path: Path) -> Pack:
    """The pack in a TOML file. Raises ``PolicyError``."""
    raw, text = read(path)
    lines = TomlLines(text)
    table = parsed(path, text, lines, PackTable)
    problems: list[Problem] = []

    def problem(where: tuple[str | int, ...], said: Text, line: int | None = None) -> None:
        problems.append(Problem(str(path), line or lines.of(where), _key(where, table), said))

    zone = ZoneInfo(table.time_zone)
    begin = _moment(table.valid_from, zone)
    end = None if table.valid_to is None else _moment(table.valid_to, zone, to_its_end=True)
    if end is not None and end <= begin:
        problem(("valid_to",), Text("cần một thời điểm sau 'valid_from'", "expected a time after 'valid_from'"))
    for name in table.lists:
        if name in FACTS:
            said = Text(
                "đã có dữ kiện tên này: hãy đặt tên khác cho danh sách",
                "a fact is called so: give the list another name",
            )
            problem(("lists", name), said)
    unfit(table, problem)
    compiler = Compiler(_variable)
    conditions = [
        _condition(number, one, table, lines, problem, compiler) for number, one in enumerate(table.condition)
    ]
    the_map, map_bytes = _risk_map_of(path, table, problems, lines)
    if problems:
        raise PolicyError(sorted(problems, key=lambda one: (one.file, one.line)))
    made = [one for one in conditions if one is not None]
    examples = tuple(
        Example(
            one.name,
            begin if one.at is None else _moment(one.at, zone),
            flat(one.facts) if one.bare else flat(table.usual) | flat(one.facts),
            one.verdict,
            None if one.because is None else tuple(one.because),
            lines.of(("example", number)),
        )
        for number, one in enumerate(table.example)
    )
    return Pack(
        id=table.id,
        title=table.title.text(),
        valid_from=begin,
        valid_to=end,
        zone=zone,
        conditions=tuple(made),
        legal_basis=table.legal_basis,
        sources=tuple(table.sources),
        simplified=table.simplified,
        file=path.name,
        digest=hashlib.sha256(raw + map_bytes).hexdigest(),
        uses=tuple(dict.fromkeys(name for one in made for name in one.uses)),
        risk_map=the_map,
        examples=examples,
        warnings=tuple(
            Problem(str(path), lines.of(where), _key(where, table), text) for where, text in warnings(table, made)
        ),
    )


def load_packs(folder: Path, pack_id: str | None = None) -> Packs:
    """Every pack in a folder (``*.toml``), or those of one policy. Raises ``PolicyError``, also where two packs of one policy
    are in force at the same time."""
    packs: list[tuple[Path, Pack]] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            packs.append((path, load_pack(path)))
        except PolicyError as error:
            problems += error.problems
    packs = [(path, pack) for path, pack in packs if pack_id in (None, pack.id)]
    packs.sort(key=lambda one: (one[1].id, one[1].valid_from))
    for (path, pack), (other, following) in pairwise(packs):
        if pack.id == following.id and (pack.valid_to is None or following.valid_from < pack.valid_to):
            said = Text(
                f"quy định {pack.id!r} đang có hiệu lực theo {path.name} khi gói này bắt đầu: hãy kết thúc gói kia trước đó",
                f"policy {pack.id!r} is in force already by {path.name} when this begins: end that one before",
            )
            problems.append(Problem(str(other), 1, "valid_from", said))
    if not packs and not problems:
        said = Text("ở đây không có gói quy định nào", "no policy pack is here")
        if pack_id is not None:
            said = Text(
                f"ở đây không có gói nào của quy định {pack_id!r}", f"no pack of the policy {pack_id!r} is here"
            )
        problems.append(Problem(str(folder), 1, "", said))
    if problems:
        raise PolicyError(problems)
    return Packs(tuple(pack for _, pack in packs))


def _key(where: Sequence[str | int], table: PackTable) -> str:
    if len(where) > 1 and where[0] == "condition" and isinstance(where[1], int):
        return " ".join([f"condition {table.condition[where[1]].name!r}", dotted(where[2:])]).rstrip()
    if len(where) > 1 and where[0] == "example" and isinstance(where[1], int):
        return " ".join([f"example {table.example[where[1]].name!r}", dotted(where[2:])]).rstrip()
    return dotted(where)


def _moment(value: date, zone: ZoneInfo, to_its_end: bool = False) -> datetime:
    """A day's beginning (or end) or a time, of the pack's zone where it says none, in UTC."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), zone)
        value += timedelta(days=1 if to_its_end else 0)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _condition(
    number: int,
    table: ConditionTable,
    pack: PackTable,
    lines: TomlLines,
    problem: Report,
    compiler: Compiler,
) -> Condition | None:
    where = ("condition", number)
    found: dict[str, Any] = {}
    for key, value in (("when", table.when), ("rule", table.rule), ("rule_json", table.rule_json)):
        if value is None:
            continue
        try:
            found[key] = read_json(value, FACTS) if key == "rule_json" else read_rule(value, FACTS, pack.lists)
        except RuleError as error:
            problem((*where, key), error.text, lines.of_text((*where, key), error.written) + error.line)
    rule = found.get("rule", found.get("rule_json"))
    if rule is None or ("when" not in found and table.when is not None):
        return None
    when = found.get("when")
    return Condition(
        name=table.name,
        verdict=table.verdict,
        if_missing="note" if table.verdict == "note" else table.if_missing,
        reason=table.reason.text(),
        next_step=table.next_step.text() if table.next_step else NOTHING,
        legal_basis=table.legal_basis or pack.legal_basis,
        when=when,
        rule=rule,
        written=table.rule_json or _shown(table.rule),
        written_when="" if table.when is None else _shown(table.when),
        uses=tuple(facts_of([when, rule])),
        asks=tuple(
            Ask(ask.fact, ask.text.text() if ask.text else None, tuple(one.choice() for one in ask.choices))
            for ask in table.ask
        ),
        applies=None if when is None else compiler.compile(when),
        holds=compiler.compile(rule),
    )


def _variable(path: str) -> Evaluator:
    """Facts are prepared flat, by their names: see ``given.gather``."""
    return itemgetter(NOW if path == NOW_IN_EU_RULES else path)


def _shown(rule: Any) -> str:
    if isinstance(rule, dict):
        ((word, parts),) = rule.items()
        return f"{word}({', '.join(_shown(part) for part in parts)})"
    return " and ".join(_shown(part) for part in rule) if isinstance(rule, list) else str(rule)


def _risk_map_of(
    path: Path, table: PackTable, problems: list[Problem], lines: TomlLines
) -> tuple[RiskMap | None, bytes]:
    if not table.risk_map:
        return None, b""
    file = path.parent / table.risk_map
    if Path(table.risk_map).is_absolute() or ".." in Path(table.risk_map).parts:
        said = Text("cần một tệp nằm cạnh tệp này hoặc bên dưới", "expected a file beside this one or below")
        problems.append(Problem(str(path), lines.of(("risk_map",)), "risk_map", said))
        return None, b""
    try:
        raw, text = read(file)
        return risk_map(parsed(file, text, TomlLines(text), RiskMapModel)), raw
    except PolicyError as error:
        problems += error.problems
        return None, b""
