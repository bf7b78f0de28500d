"""``kiosk config check`` and ``kiosk plugins``: what a profile says and which plugins there are. Opens no data directory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kiosk.appliance import Appliance
from kiosk.cli import PROFILE_OPTION
from kiosk.cli.loading import as_text, build
from kiosk.cli.saying import Stopped, language, say, words
from kiosk.domain import Text
from kiosk.plugin_host import words as plugin_words
from kiosk.plugin_host.host import installed_plugins
from kiosk.plugin_host.loading import settings_model
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.settings.profile import check_section, find_profile, plugin_sections, read_profile


@click.group()
def config() -> None:
    """Profiles of sites."""


@config.command()
@click.argument("profile")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(profile: str, as_json: bool) -> None:
    """Check PROFILE, a shipped name or a file. Exit status 0: usable; 1: the mistakes are printed."""
    try:
        file = find_profile(profile)
    except ProfileError as error:
        raise Stopped(as_text(error.problems), exit_code=2) from None
    problems = _problems(file)
    if as_json:
        click.echo(json.dumps(_as_json(file, problems), ensure_ascii=False))
    elif problems:
        say(as_text(problems), err=True)
    else:
        say(Text(f"{file}: dùng được", f"{file}: usable"))
    sys.exit(1 if problems else 0)


def _as_json(file: Path, problems: list[Mistake]) -> dict[str, object]:
    return {
        "file": str(file),
        "ok": not problems,
        "problems": [one.in_language(language()) for one in problems],
        "mistakes": [
            {"file": one.file, "line": one.line or None, "key": one.key, "text": {"vi": one.text.vi, "en": one.text.en}}
            for one in problems
        ],
    }


def _problems(file: Path) -> list[Mistake]:
    """Every mistake that can be told at once: those of plugins' sections also where the core's have some."""
    try:
        profile = read_profile(file)
    except ProfileError as error:
        return [*error.problems, *_problems_of_plugins(file)]
    try:
        appliance = Appliance(profile, Path("."))
        appliance.load_plugins()
    except ProfileError as error:
        return error.problems
    return [
        _of_plugin(file, state.name, plugin_words.reason(state.reason))
        for state in appliance.host.states()
        if state.status != "loaded"
    ]


def _of_plugin(file: Path, name: str, why: Text) -> Mistake:
    return Mistake(str(file), 0, "plugins", Text(f"{name!r}: {why.vi}", f"{name!r} {why.en}"))


def _problems_of_plugins(file: Path) -> list[Mistake]:
    installed, problems = installed_plugins(), list[Mistake]()
    for name, section in plugin_sections(file).items():
        if name not in installed:
            continue
        try:
            check_section(file, name, settings_model(installed[name]), section)
        except ProfileError as error:
            problems += error.problems
        except Exception as error:  # noqa: BLE001 - a plugin that does not load is a mistake to tell, not one to end by
            problems.append(_of_plugin(file, name, plugin_words.reason(f"did not load: {type(error).__name__}")))
    return problems


@click.command()
@PROFILE_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def plugins(profile_name: str, as_json: bool) -> None:
    """List the installed plugins, and what becomes of those that the profile names."""
    appliance = build(profile_name, Path("."))
    states = {state.name: state for state in appliance.host.states()}
    rows = [
        {
            "name": info.name,
            "title": info.title,
            "distribution": info.distribution,
            "status": states[info.name].status if info.name in states else "not in this profile",
            "reason": states[info.name].reason if info.name in states else "",
        }
        for info in installed_plugins().values()
    ]
    rows += [
        {"name": state.name, "title": "", "distribution": "", "status": state.status, "reason": state.reason}
        for state in states.values()
        if state.status == "missing"
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        why = words(plugin_words.reason(row["reason"]))
        status = words(plugin_words.status(row["status"]))
        click.echo(f"{row['name']:<20} {status:<20} {row['title']}{'  — ' + why if why else ''}")
