"""``kiosk config check`` and ``kiosk plugins``: what a profile says and which plugins there are. Opens no data directory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kiosk.appliance import Appliance
from kiosk.cli import PROFILE_OPTION
from kiosk.cli.loading import build
from kiosk.plugin_host import installed_plugins
from kiosk.plugin_loading import settings_model
from kiosk.settings import ProfileError, check_section, find_profile, plugin_sections, read_profile


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
        raise click.UsageError("\n".join(error.problems)) from None
    problems = _problems(file)
    if as_json:
        click.echo(json.dumps({"file": str(file), "ok": not problems, "problems": problems}, ensure_ascii=False))
    elif problems:
        click.echo("\n".join(problems), err=True)
    else:
        click.echo(f"{file}: usable")
    sys.exit(1 if problems else 0)


def _problems(file: Path) -> list[str]:
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
        f"{file}: plugins: {state.name!r} {state.reason}"
        for state in appliance.host.states()
        if state.status != "loaded"
    ]


def _problems_of_plugins(file: Path) -> list[str]:
    installed, problems = installed_plugins(), list[str]()
    for name, section in plugin_sections(file).items():
        if name not in installed:
            continue
        try:
            check_section(file, name, settings_model(installed[name]), section)
        except ProfileError as error:
            problems += error.problems
        except Exception as error:  # noqa: BLE001 - a plugin that does not load is a mistake to tell, not one to end by
            problems.append(f"{file}: plugins: {name!r} did not load: {type(error).__name__}")
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
        click.echo(
            f"{row['name']:<20} {row['status']:<20} {row['title']}{'  — ' + row['reason'] if row['reason'] else ''}"
        )
