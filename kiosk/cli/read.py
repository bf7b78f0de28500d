"""``kiosk read``: what a payload is, to a site or to no site in particular. Records nothing."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from uuid import UUID

import click
from uuid6 import uuid7

from kiosk.cli import SITE_OPTION
from kiosk.cli.loading import of_site
from kiosk.domain import Credential, Malformed, Scan

RECOGNISED, UNKNOWN, MALFORMED = 0, 3, 4


@click.command()
@click.argument("payload")
@click.option("--json", "as_json", is_flag=True, help="Print the credential as one JSON object.")
@click.option(
    "--at", "at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]), help="Read it as of this time (UTC)."
)
@click.option("--symbology", default="QRCode", show_default=True, help="How it was read; “typed” for a keypad.")
@SITE_OPTION
def read(payload: str, as_json: bool, at: datetime | None, symbology: str, profile_name: str | None) -> None:
    """Read PAYLOAD, or standard input for “-”; with --profile by that site's own formats and patterns.

    Exit status 0: recognised; 3: unknown; 4: its format is known and it breaks that format's rules.
    """
    raw = sys.stdin.buffer.read() if payload == "-" else payload.encode("utf-8", "surrogateescape")
    text = raw.decode("utf-8", "replace").rstrip("\r\n") if payload == "-" else payload
    when = (at.replace(tzinfo=UTC) if at.tzinfo is None else at) if at else datetime.now(UTC)
    scan = Scan(UUID(int=uuid7().int), text, raw, symbology, "command line", when)
    found = of_site(profile_name).host.first("read_credential", scan=scan)
    if isinstance(found.value, Credential):
        _print_credential(found.value, as_json)
        sys.exit(RECOGNISED)
    if isinstance(found.value, Malformed):
        result = {"kind": found.value.kind, "error": found.value.code, "reason": found.value.text.en}
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else f"malformed: {found.value.text.en}")
        sys.exit(MALFORMED)
    click.echo(
        json.dumps({"kind": "unknown", "error": "unknown", "reason": "no plugin knows this format"})
        if as_json
        else "unknown"
    )
    sys.exit(UNKNOWN)


def _print_credential(credential: Credential, as_json: bool) -> None:
    claims = {name: {"value": one.value, "confidence": one.confidence} for name, one in credential.claims.items()}
    if as_json:
        click.echo(
            json.dumps(
                {
                    "kind": credential.kind,
                    "claims": claims,
                    "trust": credential.trust.value,
                    "issuer": credential.issuer,
                    "warnings": list(credential.warnings),
                },
                ensure_ascii=False,
            )
        )
        return
    click.echo(f"{credential.kind} ({credential.trust.value})")
    for name, claim in claims.items():
        click.echo(f"  {name:<18} {claim['value']}  [{claim['confidence']:.2f}]")
    for warning in credential.warnings:
        click.echo(f"  warning: {warning}")
