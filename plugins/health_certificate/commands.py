"""``kiosk certificate``: look into files of trusted keys, believe in them here, or make the records that a platform publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
from pydantic import ValidationError

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import Stopped, say, stop
from kiosk.domain import Draft, Text
from kiosk.explained import Explained
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import RecordBody
from plugins.health_certificate.key_files import NotKeys, materials, read_keys
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.records import Revocation, TrustKey, TrustList
from plugins.health_certificate.revocation_files import NotABatch, hashes_in

TRUST_KEY, REVOCATION, TRUST_LIST = (f"health_certificate.{name}" for name in ("trust_key", "revocation", "trust_list"))
HASHES_IN_RECORD = 1000
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
ISSUER = click.option("--issuer", default="", help="For a JWK set: the https address of the only issuer it is for.")
WITHDRAW = click.option("--withdraw", is_flag=True, help="Say that these do not count any longer.")


@click.group()
def certificate() -> None:
    """Health certificates: whom to believe."""


@certificate.command()
@FILES
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def keys(files: tuple[Path, ...], as_json: bool) -> None:
    """Show the keys in FILES: certificates, JWK sets, DID documents, trust lists."""
    for file in files:
        for key in _read(file):
            about = _about(key)
            click.echo(json.dumps(about) if as_json else "  ".join(f"{value}" for value in about.values() if value))


def _wrong(file: Path | str, problem: Explained) -> Stopped:
    return Stopped(Text(f"{file}: {problem.text.vi}", f"{file}: {problem.text.en}"))


def _about(key: TrustedKey) -> dict[str, str]:
    return {
        "id": key.ids[0],
        "issuer": key.issuer,
        "key": type(key.public_key).__name__.removesuffix("PublicKey").lower(),
        "signs": ",".join(sorted(key.usages)) or ("authority" if key.is_authority else "all"),
        "until": key.not_after.date().isoformat() if key.not_after else "",
    }


def _read(file: Path) -> tuple[TrustedKey, ...]:
    try:
        return read_keys(file.read_bytes())
    except NotKeys as problem:
        raise _wrong(file, problem) from None


@certificate.command()
@FILES
@ISSUER
@WITHDRAW
def records(files: tuple[Path, ...], issuer: str, withdraw: bool) -> None:
    """Make records of the keys in FILES, one JSON body a line, for 'kiosk platform publish --kind health_certificate.trust_key'."""
    for body in _bodies(files, issuer, withdraw):
        click.echo(body.model_dump_json())


def _bodies(files: tuple[Path, ...], issuer: str, withdraw: bool) -> Iterator[TrustKey]:
    for file in files:
        try:
            found = materials(file.read_bytes())
        except NotKeys as problem:
            raise _wrong(file, problem) from None
        for material in found:
            try:
                yield TrustKey(material=material, issuer=issuer, source=file.name[:80], active=not withdraw)
            except ValidationError as error:
                wrong = error.errors()[0]["msg"]
                raise Stopped(Text(f"{file}: không dùng được ({wrong})", f"{file}: cannot be used ({wrong})")) from None


@certificate.command()
@PROFILE_OPTION
@DATA_OPTION
@FILES
@ISSUER
@WITHDRAW
def trust(profile_name: str, data_dir: Path, files: tuple[Path, ...], issuer: str, withdraw: bool) -> None:
    """Believe in the keys in FILES on this appliance, without a restart. It is recorded in its journal."""
    said: list[RecordBody] = list(_bodies(files, issuer, withdraw))
    lists = [TrustList(source=file.name[:80], keys=len(_read(file))) for file in files]
    drafts = [Draft(TRUST_KEY, body) for body in said] + [Draft(TRUST_LIST, body) for body in lists]
    _record(profile_name, data_dir, drafts)
    say(
        Text(
            f"{'không còn tin' if withdraw else 'đã tin'} ở máy này: {len(said)} khóa",
            f"{'withdrawn' if withdraw else 'trusted'} here: {len(said)} keys",
        )
    )


@certificate.command()
@PROFILE_OPTION
@DATA_OPTION
@click.argument("file", type=click.File("rb"))
@WITHDRAW
@click.option(
    "--ids", "are_ids", is_flag=True, help="The lines are certificates' own ids (UVCI); their hashes are recorded."
)
@click.option("--records", "as_records", is_flag=True, help="Only print the records, for 'kiosk platform publish'.")
def revoke(profile_name: str, data_dir: Path, file: BinaryIO, withdraw: bool, are_ids: bool, as_records: bool) -> None:
    """Revoke certificates: FILE has one hash a line (32 hex digits, or kid:KEY for all that a key signed), or is a revocation batch
    of the EU's gateway (JSON), or an authority's X.509 revocation list (PEM or DER)."""
    try:
        hashes = hashes_in(file.read(), are_ids)
    except NotABatch as problem:
        raise _wrong(getattr(file, "name", "-"), problem) from None
    try:
        bodies = [
            Revocation(hashes=hashes[at : at + HASHES_IN_RECORD], active=not withdraw)
            for at in range(0, len(hashes), HASHES_IN_RECORD)
        ]
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        stop(
            f"không phải mã băm: mục {where[-1]} trong {len(hashes)}; cần 32 chữ số hệ 16",
            f"not a hash: entry {where[-1]} of {len(hashes)}; expected 32 hex digits",
        )
    if as_records:
        for body in bodies:
            click.echo(body.model_dump_json())
        return
    if bodies:  # an authority that has withdrawn nobody publishes an empty list
        _record(profile_name, data_dir, [Draft(REVOCATION, body) for body in bodies])
    say(
        Text(
            f"{'không còn thu hồi' if withdraw else 'đã thu hồi'} ở máy này: {len(hashes)} mã băm",
            f"{'no longer revoked' if withdraw else 'revoked'} here: {len(hashes)} hashes",
        )
    )


def _record(profile_name: str, data_dir: Path, drafts: list[Draft]) -> None:
    with opened(profile_name, data_dir) as appliance:
        if "health_certificate" not in appliance.settings.plugins:
            stop(
                f"{appliance.profile.path}: 'plugins' không có health_certificate",
                f"{appliance.profile.path}: 'plugins' does not have health_certificate",
            )
        try:
            appliance.record(drafts)
        except NotRecorded as failure:
            stop(
                f"không ghi được vào sổ ({failure.reason}); chưa có gì thay đổi",
                f"not recorded ({failure.reason}); nothing has changed",
            )
