"""``kiosk vaccination …``: puts the rooms' commands together."""

from __future__ import annotations

import click


@click.group()
def vaccination() -> None:
    """Vaccination: a day's signed report."""


def command() -> click.Command:
    """The group with everything in it."""
    from plugins.vaccination.day.commands import verify_report

    vaccination.add_command(verify_report)
    return vaccination
