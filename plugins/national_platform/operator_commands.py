"""``kiosk platform operator`` and ``disable-operator``: who may sign in at devices. Not who may sign in at the platform itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import Stopped, say, stop
from kiosk.core_models import OperatorRow
from kiosk.domain import Draft, Text
from kiosk.explained import text_of
from kiosk.journal.audiences import named
from kiosk.journal.jobs import NotRecorded
from kiosk.operators.pin import Pins, objection
from kiosk.operators.register import OPERATOR_KIND, STAFF_ACTION_KIND, OperatorRecord, Role, StaffAction, free_id
from plugins.national_platform import publishing
from plugins.national_platform.commands import JSON, PROFILE, must_be_platform, platform

AUDIENCE = click.option("--audience", required=True, help="nation, site:<id> or province:<code>: at whose devices.")


@platform.command()
@PROFILE
@DATA_OPTION
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May be repeated.",
)
@AUDIENCE
@click.option("--id", "operator_id", help="What they sign in with; default: the next number that nobody has.")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input instead of asking.")
@JSON
def operator(
    profile_name: str,
    data_dir: Path,
    name: str,
    roles: tuple[str, ...],
    audience: str,
    operator_id: str | None,
    pin_stdin: bool,
    as_json: bool,
) -> None:
    """Publish an operator called NAME to devices; only a hash of the PIN travels.

    With the --id of one who was published before: their new name, roles and PIN.
    """
    with opened(profile_name, data_dir) as appliance:
        must_be_platform(appliance)
        _writer(audience)
        with appliance.session() as session:
            chosen = operator_id or free_id(session)
        pin_hash = Pins().hash(_read_pin(pin_stdin))
        try:
            said = OperatorRecord(
                operator=chosen, name=name.strip(), roles=[Role(role) for role in roles], pin_hash=pin_hash
            )
        except ValidationError:
            stop(
                "mã số có tối đa 32 chữ thường, chữ số, '.', '_' hoặc '-'; tên có 1 đến 80 ký tự",
                "an id has up to 32 small letters, digits, '.', '_' or '-'; a name 1 to 80 characters",
            )
        _publish(appliance, audience, said, "platform.operator_published")
    if as_json:
        shown = {"id": chosen, "name": said.name, "roles": sorted(roles), "audience": audience}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        say(
            Text(
                f"{chosen} ({said.name}) đăng nhập được ở các máy của {audience} sau lần tải tiếp theo của máy",
                f"{chosen} ({said.name}) may sign in at devices of {audience} after their next fetch",
            )
        )


@platform.command("disable-operator")
@PROFILE
@DATA_OPTION
@click.argument("operator_id", metavar="ID")
@AUDIENCE
def disable_operator(profile_name: str, data_dir: Path, operator_id: str, audience: str) -> None:
    """Let a published operator no longer sign in at the devices of this audience."""
    with opened(profile_name, data_dir) as appliance:
        must_be_platform(appliance)
        with appliance.session() as session:
            known = _published(session, _writer(audience), operator_id)
        if known is None:
            stop(
                f"chưa công bố nhân viên {operator_id!r} nào cho {audience}",
                f"no operator {operator_id!r} was published to {audience}",
            )
        _publish(appliance, audience, known.model_copy(update={"active": False}), "platform.operator_disabled")
    say(
        Text(
            f"{operator_id} không còn đăng nhập được ở các máy của {audience} sau lần tải tiếp theo của máy",
            f"{operator_id} may no longer sign in at devices of {audience} after their next fetch",
        )
    )


def _writer(audience: str) -> str:
    try:
        return named(audience)
    except ValueError as error:
        raise Stopped(text_of(error)) from None


def _published(session: Session, writer: str, operator_id: str) -> OperatorRecord | None:
    """What this audience's journal says last of the operator."""
    row = session.get(OperatorRow, (writer, operator_id))
    if row is None:
        return None
    roles = [Role(role) for role in json.loads(row.roles)]
    return OperatorRecord(operator=row.operator, name=row.name, roles=roles, pin_hash=row.pin_hash, active=row.active)


def _publish(appliance: Appliance, audience: str, said: OperatorRecord, action: str) -> None:
    """To the devices; and first, to the platform's own journal, that somebody did it."""
    try:
        appliance.record([Draft(STAFF_ACTION_KIND, StaffAction(action=action, subject=said.operator))])
    except NotRecorded as failure:
        stop(
            f"không ghi được vào sổ ({failure.reason}); chưa công bố gì",
            f"not recorded ({failure.reason}); nothing was published",
        )
    publishing.publish(
        appliance.journal, audience, [Draft(OPERATOR_KIND, said)], appliance.clock.now(), appliance.clock.trusted()
    )


def _read_pin(from_stdin: bool) -> str:
    pin = sys.stdin.readline().strip() if from_stdin else click.prompt("PIN", hide_input=True, confirmation_prompt=True)
    found = objection(pin)
    if found:
        raise Stopped(found)
    return pin
