"""How ``kiosk policy`` prints its results for people. Computes nothing."""

from __future__ import annotations

import json
from typing import Any

import click

from kiosk.cli.saying import say, words
from kiosk.domain import Text
from plugins.checkpoint.policy import Fact, Pack, Problem
from plugins.checkpoint.policy.replay import APART

_VERDICTS = {
    "admit": Text("CHO QUA (admit)", "ADMIT"),
    "ask": Text("HỎI THÊM (ask)", "ASK"),
    "refer": Text("MỜI GẶP CÁN BỘ (refer)", "REFER"),
    "refuse": Text("KHÔNG CHO QUA (refuse)", "REFUSE"),
}
_STATES = {
    "met": Text("đạt", "met"),
    "not_met": Text("KHÔNG ĐẠT", "NOT MET"),
    "open": Text("chưa rõ", "open"),
    "not_applicable": Text("không áp dụng", "does not apply"),
}
_APART = Text(
    "điều ngoài quy định (danh sách, giấy tờ giả, sai người …)", "what no policy decides (lists, forgeries, …)"
)
_MARKS = {"met": "+", "not_met": "x", "open": "?", "not_applicable": "-"}


def problem(one: Problem) -> dict[str, Any]:
    """A problem for JSON, in the language of who asks."""
    return {"file": one.file, "line": one.line, "key": one.key, "message": words(one.text)}


def validity(pack: Pack) -> Text:
    """When a pack is in force."""
    begin = pack.valid_from.astimezone(pack.zone).isoformat()
    if pack.valid_to is None:
        return Text(f"từ {begin} đến khi có thông báo mới", f"from {begin} until further notice")
    end = pack.valid_to.astimezone(pack.zone).isoformat()
    return Text(f"từ {begin} đến {end}", f"from {begin} until {end}")


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
        click.echo(f"{row['name']:<26} {_both(row)}\n{'':<26} {what}")


def print_check(report: dict[str, Any]) -> None:
    for one in report["problems"]:
        click.echo(f"{one['file']}:{one['line']}: {one['key']}: {one['message']}", err=True)
    for one in report["warnings"]:
        warning = words(Text("chú ý", "warning"))
        click.echo(f"{one['file']}:{one['line']}: {warning}: {one['key']}: {one['message']}", err=True)
    if report.get("untried"):
        names = ", ".join(report["untried"])
        note = Text(
            f"{report['file']}: lưu ý: các ví dụ chưa thử cả hai chiều: {names}",
            f"{report['file']}: note: not tried both ways by the examples: {names}",
        )
        say(note, err=True)
    if report["ok"] and "id" in report:
        name, many, tried = report["id"], report["conditions"], report["examples"]
        digest = report["digest"][:12]
        say(
            Text(
                f"{report['file']}: dùng được; {name}, {many} điều kiện, {tried} ví dụ ra đúng như đã viết, mã băm {digest}",
                f"{report['file']}: usable; {name}, {many} conditions, {tried} examples as written, digest {digest}",
            )
        )


def print_explanation(answer: dict[str, Any]) -> None:
    click.echo(_both(answer["title"]))
    digest, at = answer["digest"][:12], answer["at"]
    say(
        Text(
            f"{answer['policy']}, mã băm {digest}, vào thời điểm {at}",
            f"{answer['policy']}, digest {digest}, as of {at}",
        )
    )
    click.echo(f"\n{words(_VERDICTS[answer['verdict']])}")
    for one in answer["about_the_pack"]:
        click.echo(f"  {_both(one['reason'])}")
    for one in answer["conditions"]:
        follows = f" -> {one['verdict']}" if one["verdict"] else ""
        click.echo(f"\n{_MARKS[one['state']]} {one['name']}: {words(_STATES[one['state']])}{follows}")
        _labelled(Text("quy tắc", "rule"), " ".join(one["rule"].split()))
        if one["when"]:
            _labelled(Text("khi", "when"), " ".join(one["when"].split()))
        values = ", ".join(f"{name} = {_value(value)}" for name, value in one["facts"].items())
        _labelled(Text("dữ kiện", "facts"), values)
        if one["fault"]["en"]:
            _labelled(Text("hỏng", "fault"), _both(one["fault"]))
        if one["state"] in ("not_met", "open"):
            for what in ("reason", "next_step"):
                if one[what]["vi"]:
                    click.echo(f"    {_both(one[what])}")
            if one["legal_basis"]:
                click.echo(f"    {one['legal_basis']}")
    if answer["missing"]:
        missing = ", ".join(answer["missing"])
        say(Text(f"\ncần hỏi: {missing}", f"\nto ask: {missing}"))
    for name, why in answer["unusable"].items():
        say(Text(f"không dùng được: {name}: {why['vi']}", f"not usable: {name}: {why['en']}"), err=True)
    for one in answer["unknown_facts"]:
        say(Text(f"không xem đến: {one['vi']}", f"not looked at: {one['en']}"), err=True)


def _labelled(label: Text, said: str) -> None:
    click.echo(f"    {words(label) + ':':<9}{said}")


def _both(said: dict[str, Any]) -> str:
    """Words of a pack in the language of who asks."""
    return words(Text(said["vi"], said["en"]))


def _value(value: Any) -> str:
    return "?" if value is None else json.dumps(value, ensure_ascii=False)


def _because(name: str) -> Text:
    return _APART if name == APART else Text(name, name)


def print_replay(answer: dict[str, Any], most: int) -> None:
    digest, passages = answer["digest"][:12], answer["passages"]
    say(
        Text(
            f"{answer['policy']}, mã băm {digest}: {passages} lượt qua",
            f"{answer['policy']}, digest {digest}: {passages} passages",
        )
    )
    if undone := answer["undone"]:
        say(Text(f"{undone} lượt đã được rút lại và không tính", f"{undone} were taken back and are left out"))
    if unreadable := answer["unreadable"]:
        say(
            Text(
                f"{unreadable} lượt không xét lại được: nội dung đã xóa hoặc không có dữ kiện",
                f"{unreadable} cannot be judged again: their content is erased or holds no facts",
            )
        )
    if unexamined := answer["unexamined"]:
        say(
            Text(
                f"{unexamined} lượt ra không ai xét và không tính",
                f"{unexamined} left where nobody is examined and are left out",
            )
        )
    if surge := answer["surge"]:
        say(
            Text(
                f"{surge} lượt lúc xả chốt: cho qua bất kể quy định",
                f"{surge} in surge mode: let pass whatever the policy says",
            )
        )
    for row in answer["table"]:
        same = "" if row["then"] != row["now"] else words(Text("   (như cũ)", "   (as it was)"))
        click.echo(f"  {row['then']:>7} -> {row['now']:<7} {row['passages']:>8}{same}")
    for name, count in answer["because"].items():
        what = _because(name)
        say(Text(f"  {count:>8} lần vì {what.vi}", f"  {count:>8} times because of {what.en}"))
    if answer["changes"]:
        zone = answer["time_zone"]
        say(Text(f"Giờ ghi dưới đây là giờ {zone}:", f"Times below are of {zone}:"))
    for one in answer["changes"][:most]:
        because = ", ".join(words(_because(name)) for name in one["now"]["because"])
        because = because or words(Text("đạt mọi điều kiện", "all met"))
        click.echo(f"{one['at']}  {one['record']}: {one['then']} -> {one['now']['verdict']} ({because})")
    if len(answer["changes"]) > most:
        more = len(answer["changes"]) - most
        say(Text(f"và {more} lượt nữa; xem tất cả bằng --json", f"and {more} more; all of them with --json"))
    elif not answer["changes"]:
        say(Text("không có gì thay đổi", "nothing would change"))
