"""A demo that runs past midnight makes the new day's appointments by itself, each day once."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.demo import clinic, command
from plugins.demo.days import Days

TODAY = date(2026, 3, 2)
TOMORROW = TODAY + timedelta(days=1)


def test_each_day_is_made_once_with_people_of_its_own(tmp_path: Path) -> None:
    made: list[tuple[int, date, date]] = []

    def begin(today: date) -> Days:
        return Days(tmp_path / "ready", 2021, today, lambda *day: made.append(day))

    days = begin(TODAY)
    assert days.is_new(TODAY)
    days.make(TODAY)
    assert not days.is_new(TODAY)
    again = begin(TOMORROW)
    assert (again.first, again.is_new(TODAY), again.is_new(TOMORROW)) == (TODAY, False, True)
    again.make(TOMORROW)
    assert not again.is_new(TODAY), "a clock that was set back brings nobody twice"
    assert made == [(2021, TODAY, TODAY), (clinic.seed_of(2021, TODAY, TOMORROW), TOMORROW, TODAY)]


def test_a_day_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    def fails(*_: Any) -> None:
        raise OSError("cut short")

    days = Days(tmp_path / "ready", 2021, TODAY, fails)
    with pytest.raises(OSError, match="cut short"):
        days.make(TODAY)
    assert days.is_new(TODAY)
    assert not (tmp_path / "ready").exists()


class Standing:
    """A process that is always there."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def start(self, _: threading.Event) -> None: ...

    def keep(self, _: threading.Event) -> None: ...


def test_who_comes_after_midnight_are_the_new_day_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnished: list[date] = []
    came: list[str] = []
    turns = iter([TODAY, TODAY, TODAY, TODAY, TOMORROW])  # the start, then each turn
    monkeypatch.setattr(command, "Part", Standing)
    monkeypatch.setattr(command, "run", lambda *_: "{}")
    monkeypatch.setattr(command, "_code", lambda *_: "code")
    monkeypatch.setattr(command, "_operator", lambda *_: None)
    monkeypatch.setattr(command, "_furnish", lambda _, __, day, ___: furnished.append(day))
    monkeypatch.setattr(command, "SECONDS_EACH", 0.0)
    monkeypatch.setattr(clinic, "today_at", lambda _: next(turns, TOMORROW))

    def step_up(folder: Path, _: int, arrival: Any) -> None:
        if folder.parts[-2] == "vaccination":
            came.append(arrival.words)

    monkeypatch.setattr(command, "step_up", step_up)
    ports = dict.fromkeys(("kiosk", "platform", "checkpoint", "vaccination"), 1)
    command._play(tmp_path, ports, 4, 2021, threading.Event(), [])
    assert furnished == [TODAY, TOMORROW]
    expected = [next(clinic.arrivals(days)).words for days in (2021, clinic.seed_of(2021, TODAY, TOMORROW))]
    assert came == expected
