"""``kiosk decode``: image files in, one line per file out, by the same engine as the camera. Changes nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from kiosk.cli import SITE_OPTION
from kiosk.cli.loading import with_plugin
from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine import UnreadableImage, decode_still, read_grey_file
from plugins.qr_scanning.engine.symbologies import STILL_DEFAULT


@click.command("decode")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, for machines.")
@click.option("--all", "everything", is_flag=True, help="Also look for other symbologies beside a code that was read.")
@SITE_OPTION
def decode_command(files: tuple[Path, ...], as_json: bool, everything: bool, profile_name: str | None) -> None:
    """Read the codes in image files.

    With --json each FILE gives {"file", "codes": [{"text", "bytes_hex", "symbology", "polygon"}], "ms"}, or
    {"file", "error"}. The exit status is 1 where any file could not be read as an image; a picture without a code is
    no error. With --profile only what that site's cameras look for is read.
    """
    symbologies = _of_site(profile_name) if profile_name else STILL_DEFAULT
    failed = False
    for path in files:
        line = _decode(path, everything, symbologies)
        failed = failed or "error" in line
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else _for_people(line))
    sys.exit(1 if failed else 0)


def _of_site(profile_name: str) -> Collection[str]:
    _, plugin = with_plugin("qr_scanning", profile_name)
    symbologies: Collection[str] = plugin.settings.symbologies
    return symbologies


def _decode(path: Path, everything: bool, symbologies: Collection[str]) -> dict[str, Any]:
    name = click.format_filename(path)
    try:
        picture = read_grey_file(path)
    except UnreadableImage as error:
        return {"file": name, "error": str(error), "error_vi": error.text.vi}
    except OSError as error:
        reason = error.strerror or str(error)
        return {"file": name, "error": reason, "error_vi": "Không mở được tệp: hãy kiểm tra tên và quyền đọc."}
    began = time.perf_counter()
    codes = decode_still(picture, symbologies, everything=everything)
    took_ms = (time.perf_counter() - began) * 1000
    return {"file": name, "codes": [_as_json(code) for code in codes], "ms": round(took_ms, 3)}


def _as_json(code: DecodedCode) -> dict[str, Any]:
    return {
        "text": code.text,
        "bytes_hex": code.raw.hex(),
        "symbology": code.symbology,
        "polygon": [list(corner) for corner in code.polygon],
    }


def _for_people(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"{line['file']}: {line['error_vi']} / {line['error']}"
    if not line["codes"]:
        return f"{line['file']}: không thấy mã / no code found ({line['ms']:.0f} ms)"
    return "\n".join(f"{line['file']}: {code['symbology']}: {code['text']!r}" for code in line["codes"])
