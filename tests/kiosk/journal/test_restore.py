"""A new card from a backup: the old journal comes back whole, and is closed before it does. Nobody continues a copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.identity import load_identity
from kiosk.journal import exchange
from kiosk.journal.models import JournalRecord
from tests.support.appliance import Workshop, assert_whole, people, show

PLUGINS = ("citizen_id", "self_check_in")
VISITS = 5


def command(workshop: Workshop, name: str, *more: str, data: str) -> Result:
    arguments = ["--profile", str(workshop.profile(PLUGINS)), "--data", str(workshop.folder / data), "--json"]
    return CliRunner().invoke(main, ["journal", name, *more, *arguments])


def chain_of(appliance: Appliance, writer: str) -> list[tuple[int, bytes]]:
    query = select(JournalRecord.seq, JournalRecord.hash).where(JournalRecord.writer == writer)
    with appliance.session() as session:
        return [(row.seq, row.hash) for row in session.execute(query.order_by(JournalRecord.seq))]


@pytest.fixture
def backup(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[tuple[int, bytes]], Path]:
    """The journal's name, its records, and the file. In it are several parts, so that a power cut may fall between two."""
    monkeypatch.setattr(exchange, "SECTION", 2)
    card = workshop.start(PLUGINS)
    crowd = people()
    for _ in range(VISITS):
        show(card, next(crowd).cccd_2021())
    writer, chain = card.identity.writer, chain_of(card, card.identity.writer)
    workshop.stop(card)
    written = command(workshop, "export", "--out", str(workshop.folder), data="data")
    assert written.exit_code == 0
    shutil.copytree(workshop.folder / "data" / "identity", workshop.folder / "new" / "identity")
    workshop.stop(workshop.open(PLUGINS, data="new"))
    return writer, chain, Path(json.loads(written.stdout)["file"])


def restored(workshop: Workshop, file: Path) -> Any:
    said = command(workshop, "import", str(file), data="new")
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)


def test_a_restored_journal_is_whole_and_another_one_goes_on(
    workshop: Workshop, backup: tuple[str, list[tuple[int, bytes]], Path]
) -> None:
    writer, chain, file = backup
    said = restored(workshop, file)
    assert said["restored"] is True
    assert [(one["writer"], one["stored"]) for one in said["journals"]] == [(writer, VISITS)]
    again = restored(workshop, file)
    assert (again["restored"], again["journals"][0]["duplicates"]) == (False, VISITS)
    assert load_identity(workshop.folder / "new").epoch == 2, "closed once, however often the file is taken"
    card = workshop.start(PLUGINS, data="new")
    answer = show(card, next(people(7)).cccd_2021())
    assert answer.record == {"writer": f"{card.identity.device}.2", "seq": 1}
    assert chain_of(card, writer) == chain
    assert_whole(card)


@pytest.mark.parametrize("stored", [0, 1, 2], ids=lambda stored: f"{stored} parts stored")
def test_power_that_goes_while_a_backup_is_taken_in_leaves_no_journal_to_be_continued(
    workshop: Workshop,
    backup: tuple[str, list[tuple[int, bytes]], Path],
    monkeypatch: pytest.MonkeyPatch,
    stored: int,
) -> None:
    from kiosk.journal import carry_in

    writer, chain, file = backup
    receive, parts = carry_in.receive, []

    class PowerGoes(BaseException):
        pass

    def until_the_power_goes(*arguments: Any) -> Any:
        if len(parts) == stored:
            raise PowerGoes
        parts.append(arguments)
        return receive(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(carry_in, "receive", until_the_power_goes)
        with pytest.raises(PowerGoes):
            CliRunner().invoke(main, _import(workshop, file), catch_exceptions=False)
    card = workshop.start(PLUGINS, data="new")
    answer = show(card, next(people(7)).cccd_2021())
    assert answer.record["writer"] != writer, "another copy of that journal may be in use"
    workshop.stop(card)
    restored(workshop, file)
    card = workshop.start(PLUGINS, data="new")
    assert chain_of(card, writer) == chain
    assert_whole(card)


def _import(workshop: Workshop, file: Path) -> list[str]:
    profile, data = workshop.profile(PLUGINS), workshop.folder / "new"
    return ["journal", "import", str(file), "--profile", str(profile), "--data", str(data)]
