"""``kiosk checkpoint list``: turns ID numbers into the deltas that a platform publishes; the numbers themselves go nowhere.
``kiosk checkpoint peer``: what another computer of the post must know of this one."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import stop
from plugins.checkpoint import lists
from plugins.checkpoint.records import LISTS

AT_ONCE = 5_000  # hashes in one record: folding more at once would keep a lane waiting


@click.group()
def checkpoint() -> None:
    """Lists of who must not pass, and the post's other computers."""


@checkpoint.command("list")
@PROFILE_OPTION
@DATA_OPTION
@click.argument("numbers", type=click.File("r", encoding="utf-8"))
@click.option("--list", "list_name", type=click.Choice(LISTS), required=True, help="Onto which list, or off which.")
@click.option("--remove", is_flag=True, help="Take these people off the list instead.")
def make_list(profile_name: str, data_dir: Path, numbers: TextIO, list_name: str, remove: bool) -> None:
    """Write the deltas for the 12-digit ID numbers in the file NUMBERS, one a line ("-": standard input), as JSON lines.

    Publish them at the platform, under whose key this must run: kiosk platform publish checkpoint.list_delta.
    """
    with opened(profile_name, data_dir) as appliance:
        read = _read(numbers)
        while part := list(islice(read, AT_ONCE)):
            packed = lists.pack(appliance.pseudonym(number) for number in part)
            line = {"list_name": list_name, "remove" if remove else "add": packed}
            sys.stdout.write(json.dumps(line) + "\n")


@checkpoint.command()
@PROFILE_OPTION
@DATA_OPTION
@click.argument("address")
def peer(profile_name: str, data_dir: Path, address: str) -> None:
    """Print the entry that the profiles of the post's other computers need for this one, which they reach at ADDRESS."""
    with opened(profile_name, data_dir) as appliance:
        identity = appliance.identity
    raw = identity.signing_key.public_key().public_bytes_raw()
    lines = {"device": identity.device, "address": address.rstrip("/"), "public_key": base64.b64encode(raw).decode()}
    click.echo("[[plugin.checkpoint.peers]]")
    for name, value in lines.items():
        click.echo(f'{name} = "{value}"')


def _read(numbers: TextIO) -> Iterator[str]:
    for place, line in enumerate(numbers, 1):
        number = line.replace(" ", "").strip()
        if not number:
            continue
        if len(number) != 12 or not (number.isascii() and number.isdigit()):
            stop(
                f"dòng {place}: số căn cước có 12 chữ số; không được công bố gì từ tệp này",
                f"line {place}: an ID number has 12 digits; nothing may be published of this",
            )
        yield number
