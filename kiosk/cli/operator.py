"""``kiosk operator``: who may sign in at this appliance. PINs are asked for or read from standard input, never an argument."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import Stopped, say, stop, words
from kiosk.domain import Text
from kiosk.journal.jobs import NotRecorded
from kiosk.operators.pin import Pins, objection
from kiosk.operators.register import Operator, Role, Trust, change, everyone, find, free_id

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
PIN_OPTION = click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input instead of asking.")


@click.group()
def operator() -> None:
    """Who may sign in at this appliance."""


@operator.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May be repeated.",
)
@click.option("--id", "operator_id", help="What they sign in with; default: the next free number.")
@PIN_OPTION
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def add(
    name: str,
    roles: tuple[str, ...],
    operator_id: str | None,
    pin_stdin: bool,
    profile_name: str,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Add an operator called NAME."""
    with opened(profile_name, data_dir, must_exist=False) as appliance:
        trust = _trust(appliance)
        with appliance.database.reading() as session:
            chosen = operator_id or free_id(session)
            if find(session, trust, chosen) is not None:
                stop(
                    f"đã có nhân viên {chosen}; hãy dùng reset-pin hoặc disable, hoặc --id khác",
                    f"operator {chosen} exists; use reset-pin or disable, or another --id",
                )
        pin_hash = Pins().hash(_read_pin(pin_stdin))
        made = Operator(chosen, name.strip(), frozenset(map(Role, roles)), True, pin_hash)
        _say(appliance, made, "operator_added")
    if as_json:
        click.echo(json.dumps(_shown(made), ensure_ascii=False))
    else:
        roles_named = ", ".join(sorted(made.roles))
        say(
            Text(
                f"{chosen} ({made.name}) đăng nhập được ở /staff với vai trò {roles_named}",
                f"{chosen} ({made.name}) may sign in at /staff as {roles_named}",
            )
        )


@operator.command("list")
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def list_command(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """List the operators."""
    with opened(profile_name, data_dir) as appliance, appliance.database.reading() as session:
        found = everyone(session, _trust(appliance))
    if as_json:
        click.echo(json.dumps([_shown(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        state = "" if one.active else words(Text("  (đã tắt)", "  (disabled)"))
        click.echo(f"{one.id:<16} {one.name:<32} {', '.join(sorted(one.roles))}{state}")
    if not found:
        say(first_operator_hint(data_dir, profile_name))


@operator.command()
@click.argument("operator_id", metavar="ID")
@PROFILE_OPTION
@DATA_OPTION
def disable(operator_id: str, profile_name: str, data_dir: Path) -> None:
    """Disable an operator: their sessions end at once."""
    with opened(profile_name, data_dir) as appliance:
        _say(appliance, replace(_known(appliance, operator_id), active=False), "operator_disabled")
    say(Text(f"{operator_id} không còn đăng nhập được", f"{operator_id} may no longer sign in"))


@operator.command("reset-pin")
@click.argument("operator_id", metavar="ID")
@PIN_OPTION
@PROFILE_OPTION
@DATA_OPTION
def reset_pin(operator_id: str, pin_stdin: bool, profile_name: str, data_dir: Path) -> None:
    """Give an operator a new PIN, and enable them: their sessions end at once."""
    with opened(profile_name, data_dir) as appliance:
        known = _known(appliance, operator_id)
        pin_hash = Pins().hash(_read_pin(pin_stdin))
        _say(appliance, replace(known, active=True, pin_hash=pin_hash), "operator_pin_reset")
    say(Text(f"{operator_id} đã có PIN mới", f"{operator_id} has a new PIN"))


def any_active(appliance: Appliance) -> bool:
    """Whether somebody could sign in at this opened appliance."""
    with appliance.database.reading() as session:
        return any(one.active for one in everyone(session, _trust(appliance)))


def first_operator_hint(data_dir: Path, profile_name: str) -> Text:
    """What to do on a fresh appliance."""
    command = f"--role technician --profile {profile_name} --data {data_dir}"
    return Text(
        f'Chưa có ai đăng nhập được vào trang nhân viên. Thêm kỹ thuật viên:\n  kiosk operator add "HỌ TÊN" {command}',
        f'Nobody can sign in to the staff pages yet. Add a technician:\n  kiosk operator add "NAME" {command}',
    )


def _trust(appliance: Appliance) -> Trust:
    return Trust.of(appliance.identity, appliance.settings.role)


def _known(appliance: Appliance, operator_id: str) -> Operator:
    with appliance.database.reading() as session:
        known = find(session, _trust(appliance), operator_id)
    if known is None:
        stop(
            f"không có nhân viên nào tên {operator_id!r}; xem 'kiosk operator list'",
            f"no operator is called {operator_id!r}; see 'kiosk operator list'",
        )
    return known


def _say(appliance: Appliance, said: Operator, action: str) -> None:
    try:
        drafts = change(said, action)
    except ValueError:
        stop(
            "id gồm tối đa 32 chữ thường, số, '.', '_' hoặc '-'; họ tên tối đa 80 ký tự",
            "an id has up to 32 small letters, digits, '.', '_' or '-'; a name up to 80 characters",
        )
    try:
        appliance.record(drafts)
    except NotRecorded as failure:
        stop(
            f"không ghi được ({failure.reason}); không có gì thay đổi",
            f"not recorded ({failure.reason}); nothing was changed",
        )


def _read_pin(from_stdin: bool) -> str:
    pin = sys.stdin.readline().strip() if from_stdin else click.prompt("PIN", hide_input=True, confirmation_prompt=True)
    found = objection(pin)
    if found:
        raise Stopped(found)
    return pin


def _shown(one: Operator) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "roles": sorted(one.roles), "active": one.active}
