"""How ``kiosk policy`` prints its results for people. Computes nothing."""

from __future__ import annotations

import json
from typing import Any

import click

from plugins.checkpoint.policy import Fact, Pack, Problem

_VERDICTS = {
    "admit": "ADMIT / cho qua",
    "ask": "ASK / hỏi thêm",
    "refer": "REFER / mời gặp cán bộ",
    "refuse": "REFUSE / không cho qua",
}
_STATES = {"met": "met", "not_met": "NOT MET", "open": "open", "not_applicable": "does not apply"}
_MARKS = {"met": "+", "not_met": "x", "open": "?", "not_applicable": "-"}


def problem(one: Problem) -> dict[str, Any]:
    """A problem for JSON."""
    return {"file": one.file, "line": one.line, "key": one.key, "message": one.message}


def validity(pack: Pack) -> str:
    """When a pack is in force."""
    end = "further notice" if pack.valid_to is None else pack.valid_to.astimezone(pack.zone).isoformat()
    return f"from {pack.valid_from.astimezone(pack.zone).isoformat()} until {end}"


def fact(one: Fact) -> dict[str, Any]:
    """A fact for JSON."""
    return {
        "name": one.name,
        "type": one.kind,
        "unit": one.unit,
        "values": list(one.values()),
        "vi": one.text.vi,
        "en": one.text.en,
    }


def print_facts(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        what = ", ".join(row["values"]) or " ".join(filter(None, (row["type"], row["unit"])))
        click.echo(f"{row['name']:<26} {row['vi']} / {row['en']}\n{'':<26} {what}")


def print_check(report: dict[str, Any]) -> None:
    for one in report["problems"]:
        click.echo(f"{one['file']}:{one['line']}: {one['key']}: {one['message']}", err=True)
    for one in report["warnings"]:
        click.echo(f"{one['file']}:{one['line']}: warning: {one['key']}: {one['message']}", err=True)
    if report.get("untried"):
        names = ", ".join(report["untried"])
        click.echo(f"{report['file']}: note: not tried both ways by the examples: {names}", err=True)
    if report["ok"] and "id" in report:
        click.echo(
            f"{report['file']}: usable; {report['id']}, {report['conditions']} conditions, "
            f"{report['examples']} examples as written, digest {report['digest'][:12]}"
        )


def print_explanation(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['title']['vi']} / {answer['title']['en']}")
    click.echo(f"{answer['policy']}, digest {answer['digest'][:12]}, as of {answer['at']}")
    click.echo(f"\n{_VERDICTS[answer['verdict']]}")
    for one in answer["about_the_pack"]:
        click.echo(f"  {one['reason']['vi']}\n  {one['reason']['en']}")
    for one in answer["conditions"]:
        follows = f" -> {one['verdict']}" if one["verdict"] else ""
        click.echo(f"\n{_MARKS[one['state']]} {one['name']}: {_STATES[one['state']]}{follows}")
        click.echo(f"    rule:  {' '.join(one['rule'].split())}")
        if one["when"]:
            click.echo(f"    when:  {' '.join(one['when'].split())}")
        values = ", ".join(f"{name} = {_value(value)}" for name, value in one["facts"].items())
        click.echo(f"    facts: {values}")
        if one["fault"]:
            click.echo(f"    fault: {one['fault']}")
        if one["state"] in ("not_met", "open"):
            for what in ("reason", "next_step"):
                if one[what]["vi"]:
                    click.echo(f"    {one[what]['vi']} / {one[what]['en']}")
            if one["legal_basis"]:
                click.echo(f"    {one['legal_basis']}")
    if answer["missing"]:
        click.echo(f"\nto ask: {', '.join(answer['missing'])}")
    for name, fault in answer["unusable"].items():
        click.echo(f"not usable: {name}: {fault}", err=True)
    for text in answer["unknown_facts"]:
        click.echo(f"not looked at: {text}", err=True)


def _value(value: Any) -> str:
    return "?" if value is None else json.dumps(value, ensure_ascii=False)


def print_replay(answer: dict[str, Any], most: int) -> None:
    click.echo(f"{answer['policy']}, digest {answer['digest'][:12]}: {answer['passages']} passages")
    if answer["undone"]:
        click.echo(f"{answer['undone']} were taken back and are left out")
    if answer["unreadable"]:
        click.echo(f"{answer['unreadable']} cannot be judged again: their content is erased or holds no facts")
    for row in answer["table"]:
        same = "" if row["then"] != row["now"] else "   (as it was)"
        click.echo(f"  {row['then']:>7} -> {row['now']:<7} {row['passages']:>8}{same}")
    for name, count in answer["because"].items():
        click.echo(f"  {count:>8} times because of {name}")
    for one in answer["changes"][:most]:
        because = ", ".join(one["now"]["because"])
        click.echo(f"{one['at']}  {one['record']}: {one['then']} -> {one['now']['verdict']} ({because or 'all met'})")
    if len(answer["changes"]) > most:
        click.echo(f"and {len(answer['changes']) - most} more; all of them with --json")
    elif not answer["changes"]:
        click.echo("nothing would change")
