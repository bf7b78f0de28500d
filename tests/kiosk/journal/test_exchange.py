"""Carry-out and carry-in: what is whole and proved is taken once, the rest is said."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.identity import load_identity
from kiosk.journal import exchange
from kiosk.journal.carry_in import PROBLEMS, CarriedIn, carry_in
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.plugin import JournalSource, hookimpl
from kiosk.settings.profile import CoreSettings, Profile, SiteSettings


class Keys:
    """Stands for the plugin that knows who writes which journal."""

    def __init__(self) -> None:
        self.known: dict[str, JournalSource] = {}

    @hookimpl
    def journal_source(self, writer: str) -> JournalSource | None:
        return self.known.get(writer)


@pytest.fixture
def open_core(tmp_path: Path) -> Iterator[Callable[[str], Appliance]]:
    """Opens a core without plugins on a directory of this name."""
    running: list[Appliance] = []

    def build(name: str) -> Appliance:
        core = CoreSettings(site=SiteSettings(id="test-site", name="Điểm thử"), plugins=[])
        appliance = Appliance(Profile(path=Path("test"), core=core, sections={}), tmp_path / name)
        appliance.load_plugins()
        appliance.keys = Keys()  # type: ignore[attr-defined]
        appliance.host.register("keys", appliance.keys)  # type: ignore[attr-defined]
        appliance.open()
        appliance.journal.start()
        running.append(appliance)
        return appliance

    yield build
    for appliance in running:
        appliance.journal.stop()
        appliance.database.close()


def add(appliance: Appliance, count: int) -> None:
    appliance.record([Draft("core.notice", Notice(title=f"Số {n}", text="x" * 40)) for n in range(count)])


def exported(appliance: Appliance, **options: Any) -> bytes:
    out = io.BytesIO()
    with appliance.session() as session:
        exchange.write(session, appliance.identity, out, exchange.wanted(session, **options))
    return out.getvalue()


def introduce(device: Appliance, platform: Appliance, key_of: Appliance | None = None) -> None:
    """The platform learns the device's key, as by enrolment."""
    keys: Keys = platform.keys  # type: ignore[attr-defined]
    signer = (key_of or device).identity
    keys.known[device.identity.writer] = JournalSource((signer.public_key_pem(),), device.identity.pseudonym_key)


def rows(appliance: Appliance, writer: str) -> list[tuple[int, bytes]]:
    with appliance.session() as session:
        return [
            (row.seq, row.hash)
            for row in session.execute(
                select(JournalRecord.seq, JournalRecord.hash)
                .where(JournalRecord.writer == writer)
                .order_by(JournalRecord.seq)
            )
        ]


def codes(result: CarriedIn) -> list[str]:
    return [problem.code for problem in result.problems]


def test_a_file_is_taken_whole_and_once(open_core: Callable[[str], Appliance], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "SECTION", 10)
    device, platform = open_core("device"), open_core("platform")
    add(device, 35)
    introduce(device, platform)
    writer = device.identity.writer
    file = exported(device)
    first = carry_in(platform.journal, io.BytesIO(file))
    assert codes(first) == []
    assert (first.journals[writer].stored, first.journals[writer].last) == (35, 35)
    assert rows(platform, writer) == rows(device, writer)
    again = carry_in(platform.journal, io.BytesIO(file))
    assert (again.journals[writer].stored, again.journals[writer].duplicates) == (0, 35)
    add(device, 5)
    later = carry_in(platform.journal, io.BytesIO(exported(device, since=30)))
    assert (later.journals[writer].stored, later.journals[writer].duplicates) == (5, 5)
    assert rows(platform, writer) == rows(device, writer)


def test_what_is_whole_of_a_cut_file_is_taken_and_the_cut_is_said(
    open_core: Callable[[str], Appliance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "SECTION", 10)
    device, platform = open_core("device"), open_core("platform")
    add(device, 35)
    introduce(device, platform)
    writer, file = device.identity.writer, exported(device)
    seen = set()
    for size in [0, 1, 7, *range(50, len(file), 97), len(file) - 1]:
        result = carry_in(platform.journal, io.BytesIO(file[:size]))
        taken = len(rows(platform, writer))
        if taken == 35:  # only the mark that ends the last frame is lacking
            assert size > len(file) - 20
        else:
            assert codes(result) == (["cut_off"] if size >= 4 else ["not_a_journal_file"]), size
        seen.add(taken)
    assert seen == {0, 10, 20, 30, 35}
    assert codes(carry_in(platform.journal, io.BytesIO(file))) == []
    assert rows(platform, writer) == rows(device, writer)


def test_a_file_cut_exactly_between_sections_shows_it(
    open_core: Callable[[str], Appliance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "SECTION", 10)
    device, platform = open_core("device"), open_core("platform")
    add(device, 20)
    introduce(device, platform)
    plain = zstandard.ZstdDecompressor().stream_reader(exported(device), read_across_frames=True).read()
    first_section = b"".join(plain.splitlines(keepends=True)[:12])
    result = carry_in(platform.journal, io.BytesIO(zstandard.ZstdCompressor().compress(first_section)))
    assert codes(result) == ["cut_off"]
    assert len(rows(platform, device.identity.writer)) == 10


def test_several_journals_and_joined_files(open_core: Callable[[str], Appliance]) -> None:
    one, two, platform = open_core("one"), open_core("two"), open_core("platform")
    for device in (one, two):
        add(device, 3)
        introduce(device, platform)
    result = carry_in(platform.journal, io.BytesIO(exported(one) + exported(two)))
    assert codes(result) == []
    assert sorted(result.journals) == sorted([one.identity.writer, two.identity.writer])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("body", lambda lines: [lines[0], lines[1].replace("Số 0".encode(), "Số 9".encode()), *lines[2:]]),
        ("order", lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
        ("left out", lambda lines: [lines[0], *lines[2:]]),
        ("other start", lambda lines: [lines[0].replace(b'"first":1', b'"first":2'), *lines[1:]]),
        ("head", lambda lines: [*lines[:-1], lines[-1].replace(b'"head_seq":4', b'"head_seq":3')]),
        ("end", lambda lines: [*lines[:-1], lines[-1].replace(b'"last":true', b'"last":false')]),
    ],
)
def test_changed_files_are_left_out(open_core: Callable[[str], Appliance], name: str, change: Any) -> None:
    device, platform = open_core("device"), open_core("platform")
    add(device, 4)
    introduce(device, platform)
    plain = zstandard.ZstdDecompressor().stream_reader(exported(device), read_across_frames=True).read()
    changed = change(plain.splitlines())
    assert changed != plain.splitlines()
    file = zstandard.ZstdCompressor().compress(b"\n".join(changed) + b"\n")
    result = carry_in(platform.journal, io.BytesIO(file))
    assert codes(result)
    assert set(codes(result)) <= {"chain", "signature", "malformed", "cut_off"}
    assert rows(platform, device.identity.writer) == []


def test_unknown_writers_and_other_signers_are_left_out(open_core: Callable[[str], Appliance]) -> None:
    device, other, platform = open_core("device"), open_core("other"), open_core("platform")
    add(device, 2)
    file = exported(device)
    assert codes(carry_in(platform.journal, io.BytesIO(file))) == ["unknown_writer"]
    introduce(device, platform, key_of=other)
    assert codes(carry_in(platform.journal, io.BytesIO(file))) == ["signature"]
    assert rows(platform, device.identity.writer) == []


def test_gap_and_fork_are_said(open_core: Callable[[str], Appliance], tmp_path: Path) -> None:
    device, platform = open_core("device"), open_core("platform")
    add(device, 4)
    introduce(device, platform)
    keys: Keys = platform.keys  # type: ignore[attr-defined]
    writer = device.identity.writer
    forks: list[int] = []
    keys.known[writer] = JournalSource(
        (device.identity.public_key_pem(),), device.identity.pseudonym_key, None, forks.append
    )
    assert codes(carry_in(platform.journal, io.BytesIO(exported(device, since=2)))) == ["gap"]
    carry_in(platform.journal, io.BytesIO(exported(device)))
    # a copy of the card, from before its first record
    copy = open_core("copy")
    copy.journal.identity = copy.identity = dataclasses.replace(device.identity)
    add(copy, 4)
    assert codes(carry_in(platform.journal, io.BytesIO(exported(copy)))) == ["fork"]
    assert forks == [1]


def test_a_backup_restores_an_own_journal(open_core: Callable[[str], Appliance], tmp_path: Path) -> None:
    device = open_core("device")
    add(device, 5)
    file = exported(device)
    (tmp_path / "fresh").mkdir()
    shutil.copytree(tmp_path / "device" / "identity", tmp_path / "fresh" / "identity")
    fresh = open_core("fresh")
    result = carry_in(fresh.journal, io.BytesIO(file))
    assert codes(result) == []
    assert result.restored
    assert rows(fresh, device.identity.writer) == rows(device, device.identity.writer)
    with fresh.session() as session:
        assert session.scalars(select(JournalHead.own)).all() == [True]


def test_a_full_medium_leaves_no_file(
    open_core: Callable[[str], Appliance], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = open_core("device")
    add(device, 3)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "out.kiosk-journal"
    target.write_bytes(b"an older file")
    monkeypatch.setattr(exchange.os, "fsync", full)
    with device.session() as session, pytest.raises(OSError, match="No space"):
        exchange.write_file(session, device.identity, target, exchange.wanted(session))
    assert target.read_bytes() == b"an older file"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [target.name]


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(zstandard.ZstdCompressor().compress)))
def test_arbitrary_files_are_damaged_and_nothing_else(content: bytes) -> None:
    with pytest.raises(exchange.Damaged):
        list(exchange.read(io.BytesIO(content)))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_flipped_bits_never_become_records(data: st.DataObject) -> None:
    """A section that still reads is signed for exactly as it is, or is not signed for."""
    key = Ed25519PrivateKey.generate()
    header = json.dumps({"format": exchange.FORMAT, "writer": "d.1", "first": 1, "previous_hash": "00"}).encode()
    message = exchange._message(header, 1, "ff", True)
    seal = {"head_seq": 1, "head_hash": "ff", "last": True, "public_key_pem": "", "signature": key.sign(message).hex()}
    plain = b"\n".join([header, b"[1]", json.dumps(seal).encode()]) + b"\n"
    at, bit = data.draw(st.integers(0, len(plain) - 1)), data.draw(st.integers(0, 7))
    changed = plain[:at] + bytes([plain[at] ^ (1 << bit)]) + plain[at + 1 :]
    try:
        sections = list(exchange.read(io.BytesIO(zstandard.ZstdCompressor().compress(changed))))
    except exchange.Damaged:
        return
    for section in sections:
        if section.signed_by([key.public_key()]):
            same = (section.header_line, section.seal.head_seq, section.seal.head_hash, section.seal.last)
            assert same == (header, 1, "ff", True)


def test_every_problem_has_words() -> None:
    for text in PROBLEMS.values():
        assert text.vi
        assert text.en


def test_command_line_round_trip(tmp_path: Path) -> None:
    profile = tmp_path / "bare.toml"
    profile.write_text('plugins = []\n[site]\nid = "test-site"\nname = "Điểm thử"\n', "utf-8")
    data = tmp_path / "data"
    arguments = ["--profile", str(profile), "--data", str(data)]
    run = CliRunner()
    core = CoreSettings(site=SiteSettings(id="test-site", name="Điểm thử"), plugins=[])
    appliance = Appliance(Profile(path=profile, core=core, sections={}), data)
    appliance.load_plugins()
    appliance.open()
    nothing = run.invoke(main, ["journal", "export", "--out", str(tmp_path / "x"), "--json", *arguments])
    assert json.loads(nothing.stdout)["records"] == 0
    assert not (tmp_path / "x").exists()
    appliance.journal.start()
    add(appliance, 3)
    appliance.journal.stop()
    appliance.database.close()
    written = run.invoke(main, ["journal", "export", "--out", str(tmp_path), "--json", *arguments])
    assert written.exit_code == 0
    file = json.loads(written.stdout)["file"]
    assert Path(file).stat().st_mode & 0o077 == 0, "only its owner reads it"
    taken = run.invoke(main, ["journal", "import", file, "--json", *arguments])
    assert taken.exit_code == 0
    assert json.loads(taken.stdout)["journals"][0]["duplicates"] == 3
    assert load_identity(data).epoch == 1, "nothing was restored"
    Path(file).write_bytes(Path(file).read_bytes()[:40])
    cut = run.invoke(main, ["journal", "import", file, "--json", *arguments])
    assert cut.exit_code == 1
    assert json.loads(cut.stdout)["problems"][0]["code"] == "cut_off"
    unknown = run.invoke(main, ["journal", "export", "--out", file, "--writer", "nobody.1", *arguments])
    assert unknown.exit_code == 1
    assert "nobody.1" in unknown.output


def test_names_in_the_file_are_those_of_the_format(open_core: Callable[[str], Appliance]) -> None:
    device = open_core("device")
    add(device, 1)
    plain = zstandard.ZstdDecompressor().stream_reader(exported(device), read_across_frames=True).read()
    header, record, seal = plain.splitlines()
    assert set(json.loads(header)) == {"format", "writer", "first", "previous_hash", "key_id"}
    assert json.loads(record)[0] == 1
    assert set(json.loads(seal)) == {"head_seq", "head_hash", "last", "signature", "public_key_pem"}
    assert datetime.fromtimestamp(json.loads(record)[2] / 1000, UTC).year >= 2021
