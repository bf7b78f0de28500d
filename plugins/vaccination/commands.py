"""``kiosk vaccination``: the commands of this slice, each room's in a file of its own."""

from __future__ import annotations

import click


@click.group()
def vaccination() -> None:
    """Vaccination: the certificates' signer, its public keys, revocations."""


def command() -> click.Command:
    """The group with everything in it."""
    from plugins.vaccination.certificate import commands as certificates
    from plugins.vaccination.certificate.signer_commands import signer

    for one in (signer, certificates.trust_list, certificates.revoke):
        vaccination.add_command(one)
    return vaccination
