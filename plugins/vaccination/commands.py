"""``kiosk vaccination``: the commands of this slice, each room's in a file of its own."""

from __future__ import annotations

import click


@click.group()
def vaccination() -> None:
    """Vaccination: registrations."""


def command() -> click.Command:
    """The group with everything in it."""
    from plugins.vaccination.nation import commands as nation

    for one in (nation.import_list,):
        vaccination.add_command(one)
    return vaccination
