"""``kiosk vaccination-rules``: the data files of vaccinating checked, and what they say on a day. Changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from config.vaccination import FOLDER
from kiosk.cli.saying import language, words
from kiosk.toml_file import FileError
from plugins.vaccination.rules.early import load_early
from plugins.vaccination.rules.priority import load_priorities
from plugins.vaccination.rules.reactions import load_protocol
from plugins.vaccination.rules.screening_packs import Packs, load_packs
from plugins.vaccination.rules.vaccines import VALUE_SETS, Vaccine, Vaccines, load_vaccines
from plugins.vaccination.rules_words import lines
from plugins.vaccination.screening.consent_texts import load_consents


def commands() -> list[click.Command]:
    """What the plugin brings to the command line."""
    return [vaccination_rules]


@click.command("vaccination-rules")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=FOLDER)
@click.option("--value-sets", type=click.Path(path_type=Path, file_okay=False, exists=True), default=VALUE_SETS)
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), help="Show what is in force on this day: 2021-08-24. Left out: today."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def vaccination_rules(folder: Path, value_sets: Path, at: datetime | None, as_json: bool) -> None:
    """Check the files in FOLDER (left out: those that ship) and show what they say on a day.

    Exit status 0: all usable; 1: mistakes, each with file, line and what was expected.
    """
    day = at.date() if at else datetime.now().astimezone().date()
    mistakes: list[str] = []
    vaccines = _loaded(lambda: load_vaccines(folder, value_sets), mistakes)
    if not mistakes:
        _loaded(lambda: load_early(vaccines, folder), mistakes)
    packs = _loaded(lambda: load_packs(folder / "screening"), mistakes)
    protocol = _loaded(lambda: load_protocol(folder), mistakes)
    priorities = _loaded(lambda: load_priorities(folder), mistakes)
    consents = _loaded(lambda: load_consents(folder), mistakes)
    if mistakes:
        click.echo(
            json.dumps({"ok": False, "problems": mistakes}, ensure_ascii=False) if as_json else "\n".join(mistakes)
        )
        sys.exit(1)
    groups, consent = priorities.as_of(day), consents.as_of(day)
    shown = {
        "ok": True,
        "day": day.isoformat(),
        "screening": _pack(packs, day),
        "anaphylaxis": protocol.id,
        "consent": None if consent is None else consent.id,
        "priority": None if groups is None else groups.id,
        "vaccines": list(_vaccines(vaccines, day)),
    }
    click.echo(json.dumps(shown, ensure_ascii=False) if as_json else "\n".join(words(one) for one in lines(shown)))


def _loaded(load: Callable[[], Any], mistakes: list[str]) -> Any:
    try:
        return load()
    except FileError as error:
        mistakes += [problem.in_language(language()) for problem in error.problems]
        return None


def _pack(packs: Packs, day: date) -> dict[str, Any] | None:
    pack = packs.pack_as_of(day)
    if pack is None:
        return None
    return {
        "id": pack.id,
        "digest": pack.digest,
        "questions": len(pack.questions),
        "vital_signs": len(pack.vitals),
        "observe_minutes": pack.observe_minutes,
        "not_found": pack.not_found,
    }


def _vaccines(vaccines: Vaccines, day: date) -> Iterator[dict[str, Any]]:
    for name in vaccines.products(day):
        one = vaccines.named(name, day)
        if one is not None:
            follows = [
                other for other in vaccines.products(day) if other != name and vaccines.may_follow(other, name, day)
            ]
            yield _vaccine(one) | {"may_follow": follows}


def _vaccine(one: Vaccine) -> dict[str, Any]:
    return {
        "product": one.product,
        "doses": one.doses,
        "min_days": one.min_days,
        "max_days": one.max_days,
        "doses_per_vial": one.doses_per_vial,
        "open_minutes": one.open_minutes,
        "minimum_age_years": one.minimum_age_years,
        "maximum_age_years": one.maximum_age_years,
        "gtins": list(one.gtins),
        "sure": one.sure,
        "course_sure": one.course_sure,
    }


if __name__ == "__main__":
    vaccination_rules()
