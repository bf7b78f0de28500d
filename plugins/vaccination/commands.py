"""``kiosk vaccination …``: puts the rooms' commands together."""

from __future__ import annotations

import click


@click.group()
def vaccination() -> None:
    """Vaccination: rules, registrations, the day's signed report, the certificates' signer and its public keys."""


def command() -> click.Command:
    """The group with everything in it."""
    from plugins.vaccination.certificate import commands as certificates
    from plugins.vaccination.certificate.signer_commands import signer
    from plugins.vaccination.day.commands import verify_report
    from plugins.vaccination.nation import commands as nation

    for one in (signer, certificates.trust_list, certificates.revoke, nation.import_list, verify_report):
        vaccination.add_command(one)
    return vaccination
