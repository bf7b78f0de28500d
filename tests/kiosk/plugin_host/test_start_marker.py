"""An incomplete start leads to safe mode; a power cut during one is forgiven once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.plugin_host.start_marker import StartMarker
from tests.support.cards import fill_up, small_card, write_protect


def test_a_first_start_and_one_after_a_complete_start_are_normal(tmp_path: Path) -> None:
    marker = StartMarker(tmp_path, "boot-1")
    assert marker.begin() is False
    marker.complete()
    assert StartMarker(tmp_path, "boot-1").begin() is False


def test_a_start_that_did_not_end_makes_the_next_one_safe(tmp_path: Path) -> None:
    StartMarker(tmp_path, "boot-1").begin()
    assert StartMarker(tmp_path, "boot-1").begin() is True
    assert StartMarker(tmp_path, "boot-1").begin() is True


def test_a_reboot_in_the_middle_is_forgiven_once(tmp_path: Path) -> None:
    StartMarker(tmp_path, "boot-1").begin()
    assert StartMarker(tmp_path, "boot-2").begin() is False
    assert StartMarker(tmp_path, "boot-3").begin() is True


def test_a_complete_start_in_between_forgets(tmp_path: Path) -> None:
    StartMarker(tmp_path, "boot-1").begin()
    second = StartMarker(tmp_path, "boot-2")
    second.begin()
    second.complete()
    StartMarker(tmp_path, "boot-3").begin()
    assert StartMarker(tmp_path, "boot-4").begin() is False


def test_complete_twice_is_no_mistake(tmp_path: Path) -> None:
    marker = StartMarker(tmp_path, "boot-1")
    marker.begin()
    marker.complete()
    marker.complete()
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_cannot_be_noted_is_no_start(tmp_path: Path) -> None:
    """An empty marker on a full card would bring safe mode for nothing, and an earlier one must not be lost."""
    with small_card(tmp_path / "card") as card:
        fill_up(card / "ballast")
        with pytest.raises(OSError):
            StartMarker(card, "boot-1").begin()
        (card / "ballast").unlink()
        assert StartMarker(card, "boot-1").begin() is False
        fill_up(card / "ballast")
        with pytest.raises(OSError):
            StartMarker(card, "boot-1").begin()
        (card / "ballast").unlink()
        assert StartMarker(card, "boot-1").begin() is True


def test_a_marker_that_cannot_be_removed_is_said_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with small_card(tmp_path / "card") as card:
        marker = StartMarker(card, "boot-1")
        marker.begin()
        write_protect(card)
        marker.complete()
        assert "cannot be removed" in caplog.text


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.binary(max_size=60) | st.sampled_from([b'{"attempts": null}', b'{"attempts": "x"}', b"[1]", b"7", b"[" * 5000])
)
def test_any_bytes_in_the_marker_are_an_incomplete_start(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "starting.json").write_bytes(data)
    assert StartMarker(tmp_path, "boot-1").begin() in (True, False)
    assert StartMarker(tmp_path, "boot-1").begin() is True


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"\xff"])
def test_a_marker_cut_short_is_an_incomplete_start(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "starting.json").write_bytes(data)
    assert StartMarker(tmp_path, "boot-1").begin() is True
