"""Image files from anywhere: read, or refused in words; and the command that reads them."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.qr_scanning.decode_command import decode_command
from plugins.qr_scanning.engine import UnreadableImage, decode_still, read_grey
from tests.support import engine_pictures as pictures


def encoded(text: str = "hello", kind: str = ".png") -> bytes:
    return bytes(cv2.imencode(kind, pictures.qr(text))[1])


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".bmp", ".tiff"])
def test_common_formats_are_read(kind: str) -> None:
    [code] = decode_still(read_grey(encoded(kind=kind)))
    assert code.text == "hello"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\0" * (64 * 1024 * 1024 + 1), "larger than 64 MiB"),
        (b"GIF89a but not really", "not an image"),
        (png_claiming(9000, 9000), "64 million"),
        (png_claiming(60000, 60000), "64 million"),
        (encoded()[:40], "damaged|not an image"),
    ],
    ids=["empty", "huge file", "no image", "many pixels", "very many pixels", "cut short"],
)
def test_unreadable_files_say_why_in_both_languages(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableImage, match=words) as caught:
        read_grey(data)
    assert caught.value.text.vi
    assert caught.value.text.vi != caught.value.text.en


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_garbage_never_crashes(data: bytes) -> None:
    assert_refused_or_grey(data)


@given(
    st.sampled_from([".png", ".jpg", ".webp", ".bmp", ".tiff"]),
    st.integers(0, 4000),
    st.binary(min_size=1, max_size=24),
)
@settings(max_examples=150, deadline=None)
def test_overwritten_images_never_crash(kind: str, at: int, patch: bytes) -> None:
    data = bytearray(encoded(kind=kind))
    at %= len(data)
    data[at : at + len(patch)] = patch
    assert_refused_or_grey(bytes(data))


def assert_refused_or_grey(data: bytes) -> None:
    try:
        grey = read_grey(data)
    except UnreadableImage:
        return
    assert grey.ndim == 2
    assert grey.size <= 64_000_000


def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(decode_command, [*arguments, "--json"])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_the_command_gives_one_line_per_file(tmp_path: Path) -> None:
    good, blank = tmp_path / "good.png", tmp_path / "blank.png"
    good.write_bytes(encoded("Nguyễn"))
    cv2.imwrite(str(blank), pictures.frame_with())
    status, [first, second] = run(str(good), str(blank))
    assert status == 0
    [code] = first["codes"]
    assert first["file"] == str(good)
    assert bytes.fromhex(code["bytes_hex"]).decode() == code["text"] == "Nguyễn"
    assert code["symbology"] == "QRCode"
    assert len(code["polygon"]) == 4
    assert first["ms"] > 0
    assert second["codes"] == []


def test_with_a_profile_only_what_its_cameras_look_for_is_read(tmp_path: Path) -> None:
    good, profile = tmp_path / "good.png", tmp_path / "site.toml"
    good.write_bytes(encoded("Nguyễn"))
    for symbology, codes in (("QRCode", 1), ("Aztec", 0)):
        profile.write_text(
            'plugins = ["qr_scanning"]\n[site]\nid = "q1"\nname = "Q1"\n'
            f'[plugin.qr_scanning]\nsymbologies = ["{symbology}"]\n',
            "utf-8",
        )
        _, [line] = run(str(good), "--profile", str(profile))
        assert len(line["codes"]) == codes


def test_a_bad_file_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(encoded())
    bad.write_bytes(b"no image")
    status, lines = run(str(bad), str(tmp_path / "absent.png"), str(tmp_path), str(good))
    assert status == 1
    assert ["error" in line for line in lines] == [True, True, True, False]
    assert lines[-1]["codes"][0]["text"] == "hello"


def test_the_command_speaks_to_people_too(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(encoded())
    bad.write_bytes(b"no image")
    result = CliRunner().invoke(decode_command, [str(good), str(bad)])
    assert "hello" in result.stdout
    assert "không phải là ảnh" in result.stdout
    assert result.exit_code == 1
