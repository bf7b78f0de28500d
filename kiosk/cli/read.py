"""``kiosk read``: what a payload is, to a site or to no site in particular. Records nothing."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO
from uuid import UUID

import click
from uuid6 import uuid7

from kiosk import reasons
from kiosk.appliance import Appliance
from kiosk.cli import SITE_OPTION
from kiosk.cli.loading import of_site
from kiosk.cli.read_batch import read_lines
from kiosk.cli.reading import Read, Reader
from kiosk.cli.saying import say, stop, words
from kiosk.delegation.token import UNKNOWN_KEY
from kiosk.domain import Scan, Text, Trust
from kiosk.plugin_host.host import PluginFault

RECOGNISED, UNKNOWN, MALFORMED = 0, 3, 4
NO_KEY = UNKNOWN_KEY | {"kid"}  # failed steps that say only that the signer's key is not at hand
TRUST = {
    Trust.VERIFIED: Text("đã xác minh", "verified"),
    Trust.UNVERIFIED: Text("chưa xác minh", "unverified"),
    Trust.INVALID: Text("không hợp lệ", "invalid"),
}
TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S"]


@click.command()
@click.argument("payload", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the credential as one JSON object.")
@click.option("--at", "at", type=click.DateTime(TIMES), help="Read it as of this time (UTC).")
@click.option("--symbology", default="QRCode", show_default=True, help="How it was read; “typed” for a keypad.")
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify signatures by the keys in this file alone: certificate, JWK set, DID document, trust list. May be repeated.",
)
@click.option(
    "--batch",
    type=click.File("r", encoding="utf-8"),
    help="Read every line of this file (“-”: standard input): {“id”, “payload”, “at”, “trust”}.",
)
@SITE_OPTION
def read(
    payload: str | None,
    as_json: bool,
    at: datetime | None,
    symbology: str,
    trust_files: tuple[Path, ...],
    batch: TextIO | None,
    profile_name: str | None,
) -> None:
    """Read PAYLOAD, or standard input for “-”; with --profile by that site's own formats and patterns.

    Exit status 0: recognised; 3: unknown; 4: its format is known and it breaks that format's rules, or it is too long. With --batch
    one JSON line answers each line, whatever is in it, and the status is 0.
    """
    if (payload is None) == (batch is None):
        stop("hãy đưa PAYLOAD, hoặc --batch TỆP", "give a PAYLOAD, or --batch FILE", exit_code=2)
    when = (at.replace(tzinfo=UTC) if at.tzinfo is None else at) if at else None
    trust = tuple(_content(file) for file in trust_files)
    with of_site(profile_name) as appliance:
        if batch is not None:
            for line in read_lines(batch, Reader(appliance), trust, when, symbology):
                click.echo(line)
            return
        assert payload is not None
        _read_one(appliance, payload, symbology, when, trust if trust_files else None, as_json)


def _read_one(
    appliance: Appliance,
    payload: str,
    symbology: str,
    when: datetime | None,
    trust: tuple[bytes, ...] | None,
    as_json: bool,
) -> NoReturn:
    longest = appliance.settings.limits.payload_bytes
    # no more than tells that it is too long: whatever is on standard input, it may have no end
    raw = sys.stdin.buffer.read(longest + 1) if payload == "-" else payload.encode("utf-8", "surrogateescape")
    text = raw.decode("utf-8", "replace").rstrip("\r\n") if payload == "-" else payload
    scan = Scan(UUID(int=uuid7().int), text, raw, symbology, "command line", when or datetime.now(UTC))
    if max(len(text), len(raw)) > longest:  # as the appliance does: it is not even looked at
        finding = reasons.too_long(longest)
        _print_malformed("unknown", finding.code, "", finding.text, as_json)
    _print(Reader(appliance).read(scan, trust), as_json)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file}: không đọc được ({error.strerror})", f"{file}: cannot be read ({error.strerror})")


def _print(found: Read, as_json: bool) -> NoReturn:
    if found.credential is not None:
        click.echo(json.dumps(_as_dict(found), ensure_ascii=False)) if as_json else _print_words(found)
        sys.exit(RECOGNISED)
    if found.malformed is not None:
        known = found.malformed
        _print_malformed(known.kind, known.code, found.failed_step, known.text, as_json)
    if found.fault is not None:
        _stop_at(found.fault)
    reason = words(Text("không phần mở rộng nào biết định dạng này", "no plugin knows this format"))
    unknown = {"kind": "unknown", "error": "unknown", "reason": reason}
    click.echo(
        json.dumps(unknown, ensure_ascii=False) if as_json else f"{words(Text('không rõ', 'unknown'))}: {reason}"
    )
    sys.exit(UNKNOWN)


def _stop_at(fault: PluginFault) -> NoReturn:
    """What would have known the payload may be what failed: that is not "unknown"."""
    stop(
        f"phần mở rộng {fault.plugin} gặp lỗi ({fault.hook}: {fault.reason}), nên không biết đây là gì",
        f"the plugin {fault.plugin} failed ({fault.hook}: {fault.reason}), so what this is is not known",
    )


def _print_malformed(kind: str, code: str, failed_step: str, text: Text, as_json: bool) -> NoReturn:
    reason = words(text)
    result = {"kind": kind, "error": code, "failed_step": failed_step or None, "reason": reason}
    click.echo(
        json.dumps(result, ensure_ascii=False) if as_json else f"{words(Text('sai quy cách', 'malformed'))}: {reason}"
    )
    sys.exit(MALFORMED)


def _as_dict(found: Read) -> dict[str, Any]:
    assert found.credential is not None
    credential = found.credential
    return {
        "kind": credential.kind,
        "claims": {name: {"value": one.value, "confidence": one.confidence} for name, one in found.claims.items()},
        "trust": credential.trust.value,
        "failed_step": found.failed_step or None,
        "issuer": credential.issuer,
        "warnings": list(credential.warnings),
    }


def _print_words(found: Read) -> None:
    assert found.credential is not None
    click.echo(f"{found.credential.kind} ({words(TRUST[found.credential.trust])})")
    if found.failed_step in NO_KEY:
        say(
            Text(
                "  không có khóa để kiểm chữ ký; hãy đưa khóa công khai của nơi ký bằng --trust TỆP",
                "  no key here to check the signature by; give the signer's public key with --trust FILE",
            )
        )
    elif found.failed_step:
        say(Text(f"  hỏng ở bước {found.failed_step}", f"  failed at {found.failed_step}"))
    for name, claim in found.claims.items():
        click.echo(f"  {name:<24} {claim.value}  [{claim.confidence:.2f}]")
    for warning in found.credential.warnings:
        say(Text(f"  chú ý: {warning}", f"  warning: {warning}"))
