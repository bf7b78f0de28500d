"""Identity and epochs: minted once, private, kept, never silently replaced when damaged."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.identity import begin_epoch, epoch_key, load_identity, write_private
from kiosk.journal.verify import verify
from tests.support.appliance import Workshop, people, show

FILES = ["device.pem", "pseudonym.key", "session.key", "writer.json"]


def test_an_identity_is_minted_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = load_identity(tmp_path), load_identity(tmp_path)
    assert first.writer == second.writer
    assert first.writer == f"{first.device}.1"
    assert len(first.device) == 12
    assert first.signing_key.private_bytes_raw() == second.signing_key.private_bytes_raw()
    assert (first.pseudonym_key, first.session_key) == (second.pseudonym_key, second.session_key)
    assert sorted(file.name for file in first.folder.iterdir()) == FILES
    assert {stat.S_IMODE(file.stat().st_mode) for file in first.folder.iterdir()} == {0o600}


def test_two_devices_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = load_identity(tmp_path / "a"), load_identity(tmp_path / "b")
    assert one.device != other.device
    assert one.public_key_pem() != other.public_key_pem()
    assert one.pseudonym("001099012345") != other.pseudonym("001099012345")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_a_pseudonym_is_22_letters_and_hides_the_number(number: str) -> None:
    identity = _identity()
    found = identity.pseudonym(number)
    assert len(found) == 22
    assert found == identity.pseudonym(number) != identity.pseudonym(number + "0")


_made: list[Any] = []


def _identity() -> Any:
    if not _made:
        from tempfile import mkdtemp

        _made.append(load_identity(Path(mkdtemp())))
    return _made[0]


def test_a_new_epoch_is_a_new_journal_with_its_own_key(tmp_path: Path) -> None:
    first = load_identity(tmp_path)
    second = begin_epoch(tmp_path, b"n" * 32)
    third = begin_epoch(tmp_path)
    assert [one.epoch for one in (first, second, third)] == [1, 2, 3]
    assert {one.device for one in (first, second, third)} == {first.device}
    assert (second.pseudonym_key, third.pseudonym_key) == (b"n" * 32, b"n" * 32)
    assert third.digest_key(first.writer) == first.pseudonym_key
    assert third.digest_key(second.writer) == b"n" * 32
    assert third.digest_key("nation.1") == third.pseudonym_key


def test_journals_of_earlier_epochs_still_verify(workshop: Workshop) -> None:
    crowd = iter(people())
    first = workshop.open(["citizen_id", "self_check_in"])
    show(first, next(crowd).cccd_2021())
    workshop.stop(first)
    begin_epoch(first.data_dir, b"n" * 32)
    second = workshop.open(["citizen_id", "self_check_in"])
    show(second, next(crowd).cccd_2021())
    with second.session() as session:
        for identity in (first.identity, second.identity):
            key = second.identity.digest_key(identity.writer)
            found = verify(session, identity.writer, second.kinds, key)
            assert (found.records, found.problem) == (1, "")


def test_power_that_goes_between_the_two_writes_of_an_epoch_changes_nothing(tmp_path: Path) -> None:
    first = load_identity(tmp_path)
    write_private(first.folder / "pseudonym.2.key", b"x" * 32)  # the key was written, the epoch not
    assert load_identity(tmp_path).pseudonym_key == first.pseudonym_key
    assert begin_epoch(tmp_path, b"n" * 32).pseudonym_key == b"n" * 32
    assert epoch_key(first.folder, 1).name == "pseudonym.key"


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    data=st.binary(max_size=80).filter(lambda data: len(data) != 32)
    | st.sampled_from([b"{}", b"[]", b"null", b'{"device": "x", "epoch": null}', b'{"device": "../x", "epoch": 1}'])
)
def test_a_damaged_file_is_named_and_nothing_is_minted_over_it(tmp_path: Path, file: str, data: bytes) -> None:
    load_identity(tmp_path)
    path = tmp_path / "identity" / file
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        with pytest.raises(ValueError, match=file):
            load_identity(tmp_path)
        assert path.read_bytes() == data
    finally:
        path.write_bytes(before)


def test_private_files_are_written_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.key"
    write_private(path, b"old")

    def fails(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("kiosk.identity.os.fsync", fails)
    with pytest.raises(OSError, match="no space"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
