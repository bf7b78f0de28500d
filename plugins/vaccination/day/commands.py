"""``kiosk vaccination verify-report``: is this day's report as the device signed it? Changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from kiosk.cli.saying import say, stop
from kiosk.domain import Text
from plugins.vaccination.day.pdf import LANGUAGES, draw, taken_from
from plugins.vaccination.day.signing import BadReport, SignedReport, verify


@click.command("verify-report")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The device's public key (PEM), from the day's page or the platform. Left out: compare the key by eye.",
)
def verify_report(file: Path, key_file: Path | None) -> None:
    """Check the signature of a day's report (PDF), and that its pages show the figures that were signed.

    Exit status 0: signed by the key that was given, and unchanged; 1: not; 2: whole in itself, but nobody said whose the key is.
    """
    data = file.read_bytes()
    try:
        signed = taken_from(data)
        verify(signed)
    except BadReport:
        stop(
            f"{file}: không phải báo cáo có chữ ký hợp lệ, hoặc đã bị sửa",
            f"{file}: not a report with a valid signature, or it was changed",
        )
    if key_file is not None and _key(key_file) != signed.key:
        stop(f"{file}: khóa khác đã ký báo cáo này", f"{file}: another key signed this report")
    if not _is_as_drawn(data, signed):
        stop(
            f"{file}: số liệu đã ký còn nguyên, nhưng trang giấy không phải do chương trình này vẽ từ đó: đừng tin các trang",
            f"{file}: the signed figures are whole, but its pages were not drawn from them by this program: do not trust the pages",
        )
    say(
        Text(
            f"{signed.figures.get('site')} {signed.figures.get('day')}: {signed.figures.get('doses')} mũi; SHA-256 {signed.digest}; "
            f"khóa {signed.fingerprint} ({signed.writer})",
            f"{signed.figures.get('site')} {signed.figures.get('day')}: {signed.figures.get('doses')} doses; SHA-256 {signed.digest}; "
            f"key {signed.fingerprint} ({signed.writer})",
        )
    )
    if key_file is None:
        say(
            Text(
                "Chưa biết khóa là của ai: so dấu vân tay trên với trang “Tổng kết ngày”, hoặc đưa --key.",
                "Whose key it is was not said: compare the fingerprint with the day's page, or give --key.",
            ),
            err=True,
        )
        sys.exit(2)


def _is_as_drawn(data: bytes, signed: SignedReport) -> bool:
    """Whether the file is, byte for byte, what this program draws from the signed figures, in either language."""
    try:
        return any(draw(signed, language) == data for language in LANGUAGES)
    except Exception:  # noqa: BLE001 - figures that cannot be drawn were not drawn by this program
        return False


def _key(file: Path) -> bytes:
    try:
        found = load_pem_public_key(file.read_bytes())
    except ValueError:
        stop(f"{file}: không phải khóa công khai PEM", f"{file}: not a public key in PEM")
    if not isinstance(found, Ed25519PublicKey):
        stop(f"{file}: không phải khóa Ed25519", f"{file}: not an Ed25519 key")
    return found.public_bytes(Encoding.Raw, PublicFormat.Raw)
