"""``kiosk certificate revoke``: what is withdrawn, from a file into this appliance's journal or into records that a platform publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
from pydantic import ValidationError

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.saying import Stopped, say
from kiosk.clock import SystemClock
from kiosk.domain import Draft, Text
from plugins.health_certificate.command_parts import NAME, holding, record, wrong
from plugins.health_certificate.key_files import NotKeys, read_keys
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.records import Revocation
from plugins.health_certificate.revocation_files import NotABatch, hashes_in, is_signed
from plugins.health_certificate.signer_lists import (
    NotAList,
    NotGenuine,
    SignerList,
    UnknownAuthority,
    is_signer_list,
    read_signer_list,
)
from plugins.health_certificate.trust import KeyRing, TrustSource

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

REVOCATION = f"{NAME}.revocation"
HASHES_IN_RECORD = 1000


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.argument("file", type=click.File("rb"))
@click.option("--withdraw", is_flag=True, help="Say that these do not count any longer.")
@click.option(
    "--ids", "are_ids", is_flag=True, help="The lines are certificates' own ids (UVCI); their hashes are recorded."
)
@click.option("--records", "as_records", is_flag=True, help="Only print the records, for 'kiosk platform publish'.")
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The certificate by which an authority's X.509 list is checked, beside those that this appliance trusts.",
)
@click.option("--unchecked", is_flag=True, help="Take an X.509 list whose authority's certificate is not here.")
def revoke(
    profile_name: str,
    data_dir: Path,
    file: BinaryIO,
    withdraw: bool,
    are_ids: bool,
    as_records: bool,
    authorities: tuple[Path, ...],
    unchecked: bool,
) -> None:
    """Revoke certificates: FILE has one hash a line (32 hex digits, or kid:KEY for all that a key signed), or is a revocation batch
    of the EU's gateway (JSON), or an authority's X.509 revocation list (PEM or DER), whose signature is checked."""
    content, name = file.read(), getattr(file, "name", "-")
    listed = is_signer_list(content) and not is_signed(content)
    bodies = [] if listed else list(_bodies(_named(content, name, are_ids), withdraw))  # a mistake opens nothing
    with _place(profile_name, data_dir, as_records) as appliance:
        if listed:
            bodies = list(_bodies(_of_authority(content, name, _sources(appliance, authorities), unchecked), withdraw))
        if appliance is None:
            for body in bodies:
                click.echo(body.model_dump_json())
            return
        if bodies:  # an authority that has withdrawn nobody publishes an empty list
            record(appliance, [Draft(REVOCATION, body) for body in bodies])
    count = sum(len(body.hashes) for body in bodies)
    say(
        Text(
            f"{'không còn thu hồi' if withdraw else 'đã thu hồi'} ở máy này: {count} mã băm",
            f"{'no longer revoked' if withdraw else 'revoked'} here: {count} hashes",
        )
    )


@contextmanager
def _place(profile_name: str, data_dir: Path, as_records: bool) -> Iterator[Appliance | None]:
    """The appliance that is told, or None where records are only printed."""
    if as_records:
        yield None
        return
    with holding(profile_name, data_dir) as appliance:
        yield appliance


def _named(content: bytes, name: str, are_ids: bool) -> list[str]:
    try:
        return hashes_in(content, are_ids)
    except NotABatch as problem:
        raise wrong(name, problem) from None


def _sources(appliance: Appliance | None, files: Sequence[Path]) -> tuple[TrustSource, ...]:
    """The authorities in ``files``, and those that the appliance trusts."""
    keys: list[TrustedKey] = []
    for file in files:
        try:
            keys += read_keys(file.read_bytes())
        except NotKeys as problem:
            raise wrong(file, problem) from None
    return (KeyRing(keys), *(appliance.host.plugin(NAME).trust_sources() if appliance is not None else ()))


def _of_authority(content: bytes, name: str, sources: Sequence[TrustSource], unchecked: bool) -> Sequence[str]:
    try:
        found = read_signer_list(content, sources, unchecked)
    except (NotAList, NotGenuine, UnknownAuthority) as problem:
        raise wrong(name, problem) from None
    for text in _about(found, SystemClock().now()):
        say(text, err=True)
    return found.hashes


def _about(found: SignerList, now: datetime) -> Iterator[Text]:
    """Whether it was checked, and what is odd about its dates. An old list is taken: whom it names stays withdrawn."""
    made = found.made.date().isoformat()
    if found.verified:
        yield Text(
            f"danh sách ngày {made} của cơ quan «{found.authority}»: chữ ký đúng",
            f"list of {made} of the authority “{found.authority}”: the signature is right",
        )
    else:
        yield Text(
            f"danh sách ngày {made} của cơ quan «{found.authority}»: CHƯA kiểm tra chữ ký (--unchecked), vì không có chứng thư của cơ "
            "quan này",
            f"list of {made} of the authority “{found.authority}”: signature NOT checked (--unchecked), for the authority's certificate "
            "is not here",
        )
    if found.next_due is not None and found.next_due < now:
        due = found.next_due.date().isoformat()
        yield Text(
            f"danh sách này đã quá hạn từ {due}: ai bị thu hồi sau đó chưa có trong này. Hãy lấy danh sách mới của cơ quan",
            f"this list has been out of date since {due}: who was withdrawn later is not on it. Get the authority's new list",
        )
    if found.made > now:
        yield Text(
            f"danh sách ghi ngày {made}, sau giờ của máy này: hãy xem lại giờ của máy",
            f"the list is dated {made}, after this machine's clock: look at the clock",
        )


def _bodies(hashes: Sequence[str], withdraw: bool) -> Iterator[Revocation]:
    try:
        for at in range(0, len(hashes), HASHES_IN_RECORD):
            yield Revocation(hashes=list(hashes[at : at + HASHES_IN_RECORD]), active=not withdraw)
    except ValidationError as error:
        where = int(error.errors()[0]["loc"][-1]) + at
        raise Stopped(
            Text(
                f"không phải mã băm: mục {where} trong {len(hashes)}; cần 32 chữ số hệ 16",
                f"not a hash: entry {where} of {len(hashes)}; expected 32 hex digits",
            )
        ) from None
