"""``kiosk certificate``: look into files of trusted keys, believe in them here, or make the records that a platform publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import ValidationError

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.saying import Stopped, say
from kiosk.domain import Draft, Text
from kiosk.plugin import RecordBody
from plugins.health_certificate.command_parts import holding, record, wrong
from plugins.health_certificate.key_files import NotKeys, materials, read_keys
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.records import TrustKey, TrustList
from plugins.health_certificate.revoke_command import revoke

TRUST_KEY, TRUST_LIST = "health_certificate.trust_key", "health_certificate.trust_list"
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
        raise wrong(file, problem) from None


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
            raise wrong(file, problem) from None
        for material in found:
            try:
                yield TrustKey(material=material, issuer=issuer, source=file.name[:80], active=not withdraw)
            except ValidationError as error:
                said = error.errors()[0]["msg"]
                raise Stopped(Text(f"{file}: không dùng được ({said})", f"{file}: cannot be used ({said})")) from None


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
    with holding(profile_name, data_dir) as appliance:
        record(appliance, drafts)
    say(
        Text(
            f"{'không còn tin' if withdraw else 'đã tin'} ở máy này: {len(said)} khóa",
            f"{'withdrawn' if withdraw else 'trusted'} here: {len(said)} keys",
        )
    )


certificate.add_command(revoke)
