"""``kiosk journal``: look at, check and rebuild from the journals of a data directory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from kiosk.journal.models import JournalHead
from kiosk.journal.project import behind
from kiosk.journal.replay import ReplayFailed, replay
from kiosk.journal.verify import verify

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def journal() -> None:
    """The journals of an appliance."""


@journal.command()
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def status(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """How long each journal is, and how much of it the platform has."""
    with opened(profile_name, data_dir) as appliance, appliance.session() as session:
        rows: list[dict[str, Any]] = [
            {
                "writer": head.writer,
                "own": head.own,
                "records": head.seq,
                "acknowledged": head.acknowledged,
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
        whose = "own" if row["own"] else "received"
        click.echo(f"{row['writer']:<24} {whose:<9} {row['records']:>9} records, {row['acknowledged']:>9} acknowledged")
    for plugin in late:
        click.echo(f"tables of {plugin} are behind: run 'kiosk journal replay'")


@journal.command("verify")
@PROFILE_OPTION
@DATA_OPTION
@JSON_OPTION
def verify_command(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Check numbering, bodies and hash chain of every journal. Exit status 1 where one is broken."""
    with opened(profile_name, data_dir) as appliance, appliance.session() as session:
        key = appliance.identity.pseudonym_key
        results = [
            verify(session, head, appliance.kinds, key)
            for head in session.scalars(select(JournalHead.writer).order_by(JournalHead.writer))
        ]
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
            )
        )
    else:
        for one in results:
            click.echo(f"{one.writer:<24} {one.records:>9} records, {one.problem or 'whole'}")
    sys.exit(1 if any(one.problem for one in results) else 0)


@journal.command("replay")
@PROFILE_OPTION
@DATA_OPTION
@click.option("--plugin", "plugins", multiple=True, help="Only this plugin's tables; may be repeated.")
@JSON_OPTION
def replay_command(profile_name: str, data_dir: Path, plugins: tuple[str, ...], as_json: bool) -> None:
    """Empty every projected table and fill it again from the journals."""
    with opened(profile_name, data_dir) as appliance:
        try:
            count = replay(appliance.database, appliance.host, appliance.kinds, plugins or None)
        except ReplayFailed as error:
            raise click.ClickException(str(error)) from None
    click.echo(json.dumps({"records": count}) if as_json else f"rebuilt from {count} records")
