"""``kiosk vaccination trust-list`` and ``revoke``: what concerns certificates and needs no private key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened, opened_to_look
from kiosk.cli.saying import Stopped, say, stop
from kiosk.domain import Text

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.vaccination.site import Site


@click.command("trust-list")
@PROFILE_OPTION
@DATA_OPTION
def trust_list(profile_name: str, data_dir: Path) -> None:
    """The public keys as JSON: what 'kiosk read --trust' and 'kiosk certificate trust' load, and other verifiers, too."""
    from plugins.vaccination.certificate.trust_list import trust_list as make

    with opened_to_look(profile_name, data_dir) as appliance:
        site = platform_site(appliance)
        with site.context.services.session() as session:
            now = int(appliance.clock.now().timestamp())
            click.echo(json.dumps(make(session, site.settings.certificate_country, now), indent=1))


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.argument("identifier")
@click.option("--reason", required=True, help="Why; it is recorded.")
def revoke(profile_name: str, data_dir: Path, identifier: str, reason: str) -> None:
    """Revoke the certificate with this IDENTIFIER (URN:UVCI:…): posts hear of it with their next exchange."""
    from plugins.vaccination.certificate import revoking

    with opened(profile_name, data_dir) as appliance:
        outcome = revoking.revoke(platform_site(appliance).context, identifier, reason, None)
    if outcome != "revoked":
        raise Stopped(revoking.PROBLEMS[outcome])
    say(Text("đã thu hồi", "revoked"))


def platform_site(appliance: Appliance) -> Site:
    """The slice on a platform; elsewhere the command ends."""
    plugin: Any = appliance.host.plugin("vaccination")
    if plugin is None or not plugin.site.is_platform:
        path = appliance.profile.path
        stop(
            f"{path}: không phải nền tảng có phần vaccination",
            f"{path}: not a platform with the plugin vaccination",
        )
    found: Site = plugin.site
    return found
