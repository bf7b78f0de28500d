"""``kiosk enrol`` as a technician types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.identity import load_identity
from plugins.upstream_sync import enrol as enrolling
from plugins.upstream_sync import enrolment
from plugins.upstream_sync.words import words_for
from tests.plugins.upstream_sync import fake_platform as support

PROFILE = 'plugins = ["upstream_sync"]\n[site]\nid = "test-site"\nname = "Điểm thử"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "site.toml").write_text(PROFILE, "utf-8")
    return tmp_path


def enrol(place: Path, code: str, platform: str, *more: str) -> Result:
    data = ["--profile", str(place / "site.toml"), "--data", str(place / "data")]
    return CliRunner().invoke(main, ["enrol", code, "--platform", platform, *data, *more])


def test_a_code_enrols_once_and_again_changes_nothing(place: Path, platform: Any) -> None:
    first = enrol(place, "CODE-1", platform.url, "--json")
    assert first.exit_code == 0, first.output
    said = json.loads(first.stdout)
    assert said["writer"] == f"{said['device']}.2"
    assert said["audiences"] == ["nation", "site:test-site"]
    asked = len(platform.requests)
    again = json.loads(enrol(place, "CODE-1", platform.url, "--json").stdout)
    assert again["already"]
    assert again["writer"] == said["writer"]
    assert len(platform.requests) == asked
    assert load_identity(place / "data").pseudonym_key == platform.nation_key
    assert (place / "data" / enrolment.FILE).stat().st_mode & 0o077 == 0


def test_another_code_enrols_anew_under_a_new_journal(place: Path, platform: Any) -> None:
    enrol(place, "CODE-1", platform.url)
    second = json.loads(enrol(place, "CODE-2", platform.url, "--json").stdout)
    assert second["writer"].endswith(".3")
    assert not second["already"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (None, "wrong, used or expired"),
        (support.status(403, b'{"error": {"code": "site", "message": "x"}}'), "for another site"),
        (support.status(403, b'{"error": {"code": "revoked", "message": "x"}}'), "revoked"),
        (support.status(429, b"", Retry_After="60"), "too many attempts"),
        (support.status(200, b"<html>sign in</html>"), "not the platform's"),
        (support.hang_up, "broke off"),
    ],
)
def test_a_failure_says_what_to_do_in_the_readers_language_and_keeps_the_device_as_it_was(
    place: Path, platform: Any, fault: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.codes.clear()
    platform.faults = [fault, fault] if fault else []
    failed = enrol(place, "CODE-1", platform.url)
    assert failed.exit_code == 1
    assert words in failed.output
    monkeypatch.setenv("KIOSK_LANG", "vi")
    assert any(word in enrol(place, "CODE-1", platform.url).output for word in ("Mã", "Nền tảng", "nền tảng"))
    assert "will be sent" not in failed.output  # nothing tries again by itself
    assert "Nothing to do" not in failed.output
    assert load_identity(place / "data").epoch == 1
    assert enrolment.load(place / "data") is None


@pytest.mark.parametrize("code", ["refused", "timeout", "cut", "tls", "server", "garbage", "clock", "malformed"])
def test_what_to_do_about_a_failed_enrolment_is_to_do_it_again(code: str) -> None:
    what, advice = words_for(code, enrolling=True)
    assert what.vi != what.en
    assert "chưa được đăng ký" in advice.vi
    assert "not enrolled" in advice.en
    assert advice != words_for(code)[1]


def test_the_doctor_sees_the_enrolment_and_asks_the_platform(place: Path, platform: Any) -> None:
    enrol(place, "CODE-1", platform.url)
    looking = ["doctor", "--profile", str(place / "site.toml"), "--data", str(place / "data"), "--json"]
    asked = len(platform.requests)
    found = {check["name"]: check for check in json.loads(CliRunner().invoke(main, looking).stdout)["checks"]}
    assert len(platform.requests) > asked, "it waits until the platform was asked, however slow the device is"
    assert found["sync.enrolment"]["text"] == f"Enrolled at {platform.url}."
    assert found["sync.contact"]["text"].startswith("Last contact")
    platform.faults = [support.status(500)] * 50
    found = {check["name"]: check for check in json.loads(CliRunner().invoke(main, looking).stdout)["checks"]}
    assert "has a fault" in found["sync.contact"]["text"]


@pytest.mark.parametrize("url", ["http://platform.example", "platform.example", "ftp://platform.example"])
def test_addresses_that_would_betray_the_device_are_refused(place: Path, url: str) -> None:
    refused = enrol(place, "CODE-1", url)
    assert refused.exit_code == 1
    assert "https" in refused.output


@pytest.mark.parametrize("there", [False, True])
def test_a_mistyped_address_or_code_leaves_no_data_directory_behind(place: Path, platform: Any, there: bool) -> None:
    platform.codes.clear()
    if there:
        (place / "data").mkdir()
    for url in ("htp://x", "http://platform.example", platform.url):
        assert enrol(place, "CODE-X", url).exit_code == 1
        assert (list((place / "data").iterdir()) if there else (place / "data").exists()) == ([] if there else False)


def test_a_device_that_was_there_stays_when_a_code_is_mistyped(place: Path, platform: Any) -> None:
    before = load_identity(place / "data").device
    platform.codes.clear()
    assert enrol(place, "CODE-X", platform.url).exit_code == 1
    assert load_identity(place / "data").device == before


def test_a_power_cut_in_the_middle_is_mended_by_doing_it_again(
    place: Path, platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_goes(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(enrolling.identities, "begin_epoch", power_goes)
        assert enrol(place, "CODE-1", platform.url).exit_code == 1
    assert load_identity(place / "data").epoch == 1, "the old journal goes on under its own key"
    mended = json.loads(enrol(place, "CODE-1", platform.url, "--json").stdout)
    assert mended["already"]
    assert mended["writer"].endswith(".2")
    assert load_identity(place / "data").pseudonym_key == platform.nation_key


def test_a_damaged_enrolment_is_noticed_and_replaced(place: Path, platform: Any) -> None:
    enrol(place, "CODE-1", platform.url)
    (place / "data" / enrolment.FILE).write_text("{", "utf-8")
    with pytest.raises(ValueError):
        enrolment.load(place / "data")
    assert enrol(place, "CODE-2", platform.url).exit_code == 0, "it can be enrolled anew"
