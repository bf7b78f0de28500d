"""Bytes of a scanner become whole payloads: never half ones, never two in one, never more than the bound."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.base import Assembler, describe

CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021".encode()
MRZ = b"IDVNM0990123453001099012345<<8\r\n9901011M2401017VNM<<<<<<<<<<<4\r\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<\r\n"


def run(*events: tuple[float, bytes], longest: int = 8192) -> list[bytes]:
    """Feed bytes at their times, then silence."""
    assembler = Assembler(gap=0.15, longest=longest)
    found = [payload for at, data in events for payload in assembler.feed(data, at)]
    return found + assembler.feed(b"", events[-1][0] + 1.0)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b""])
def test_every_line_end_and_none_end_a_payload(end: bytes) -> None:
    assert run((0.0, CARD + end)) == [CARD]


def test_a_line_end_delivers_at_once() -> None:
    assert Assembler().feed(CARD + b"\r", 0.0) == [CARD]


def test_two_payloads_in_one_reading_are_two() -> None:
    assert run((0.0, b"first\r\nsecond\r\n")) == [b"first", b"second"]


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=20))
def test_pieces_are_put_together_however_they_arrive(pieces: list[bytes]) -> None:
    whole = b"A:" + b"".join(pieces).replace(b"\r", b"?").replace(b"\n", b"?")
    events = [(at * 0.1, piece) for at, piece in enumerate(whole[i : i + 3] for i in range(0, len(whole), 3))]
    assert run(*events) == [whole]


def test_bytes_that_waited_while_the_process_was_busy_are_not_late() -> None:
    assert run((0.0, CARD[:10]), (30.0, CARD[10:] + b"\r")) == [CARD]


def test_silence_ends_a_payload_without_line_end() -> None:
    assembler = Assembler(gap=0.15)
    assert assembler.feed(b"one", 0.0) == []
    assert assembler.feed(b"", 0.1) == []
    assert assembler.feed(b"", 0.2) == [b"one"]
    assert assembler.feed(b"", 0.5) == []


@pytest.mark.parametrize("cut", [1, 7, 32, 33, 64, len(MRZ) - 1])
def test_the_lines_of_a_machine_readable_zone_stay_together(cut: int) -> None:
    assert run((0.0, MRZ[:cut]), (0.05, MRZ[cut:])) == [MRZ.rstrip()]


@pytest.mark.parametrize("front", [b"", b"]Q3"])
def test_a_zip_with_line_ends_inside_stays_whole(front: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("certificate.json", b"{}\r\n" * 40)
    payload = front + buffer.getvalue()
    assert payload.count(b"\n") > 1
    for cut in (1, 2, 3, 5, 60):
        assert run((0.0, payload[:cut]), (0.05, payload[cut:] + b"\r")) == [payload]


def test_what_merely_starts_like_a_zip_is_cut_as_usual() -> None:
    assert run((0.0, b"PK-12\rP\r]Q1\r")) == [b"PK-12", b"P", b"]Q1"]


@pytest.mark.parametrize("chunk", [7, 100, 5000])
def test_what_is_too_long_is_dropped_whole_and_counted(chunk: int) -> None:
    assembler = Assembler(gap=0.15, longest=1000)
    flood = b"x" * 4321 + b"\r"
    found = [p for i in range(0, len(flood), chunk) for p in assembler.feed(flood[i : i + chunk], i * 1e-6)]
    assert found + assembler.feed(b"", 1.0) == []
    assert assembler.overlong == 1
    assert assembler.feed(b"next\r", 1.1) == [b"next"]


@given(st.lists(st.tuples(st.floats(0, 0.4), st.binary(max_size=80)), max_size=30))
def test_foreign_bytes_stay_bounded_and_lose_nothing_but_line_ends(events: list[tuple[float, bytes]]) -> None:
    assembler = Assembler(gap=0.15, longest=200)
    now, found, sent = 0.0, [], b""
    for pause, data in events:
        now += pause
        found += assembler.feed(data, now)
        sent += data
    found += assembler.feed(b"", now + 1.0)
    assert all(0 < len(payload) <= 200 for payload in found)
    assert not assembler.pending
    if not assembler.overlong:
        strip = bytes.maketrans(b"", b"")
        assert b"".join(found).translate(strip, b"\r\n") == sent.translate(strip, b"\r\n")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (CARD, (CARD.decode(), CARD, "unknown")),
        (b"]Q1" + CARD, (CARD.decode(), CARD, "QRCode")),
        (b"]d2\x1d0103", ("\x1d0103", b"\x1d0103", "DataMatrix")),
        (b"]~", ("]~", b"]~", "unknown")),
        (b"caf\xe9", ("café", b"caf\xe9", "unknown")),
    ],
)
def test_payloads_are_described_without_losing_a_byte(payload: bytes, expected: tuple[str, bytes, str]) -> None:
    assert describe(payload) == expected


@given(st.binary(max_size=60))
def test_any_bytes_can_be_described(payload: bytes) -> None:
    text, raw, symbology = describe(payload)
    assert payload.endswith(raw)
    assert text.encode("utf-8") == raw or text.encode("latin-1") == raw
    assert symbology
