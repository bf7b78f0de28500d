"""``kiosk config check``, ``kiosk plugins``, ``kiosk doctor``."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import click

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import build, opened
from kiosk.domain import HealthLevel
from kiosk.plugin_host import installed_plugins
from kiosk.settings import ProfileError, read_profile

MARKS = {HealthLevel.OK: "ok", HealthLevel.INFO: "info", HealthLevel.WARNING: "WARNING", HealthLevel.FAULT: "FAULT"}


@click.group()
def config() -> None:
    """Profiles of sites."""


@config.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(file: Path, as_json: bool) -> None:
    """Check a profile. Exit status 0: usable; 1: the mistakes are printed."""
    problems: list[str] = []
    try:
        appliance = Appliance(read_profile(file), Path("."))
        appliance.load_plugins()
        problems = [
            f"{file}: plugins: {state.name!r} {state.reason}"
            for state in appliance.host.states()
            if state.status != "loaded"
        ]
    except ProfileError as error:
        problems = error.problems
    if as_json:
        click.echo(json.dumps({"file": str(file), "ok": not problems, "problems": problems}, ensure_ascii=False))
    elif problems:
        click.echo("\n".join(problems), err=True)
    else:
        click.echo(f"{file}: usable")
    sys.exit(1 if problems else 0)


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


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Look at everything once and say what is wrong and what to do. Exit status 1 where there is a fault."""
    with opened(profile_name, data_dir, must_exist=False) as appliance:
        checks = appliance.health()
    if as_json:
        click.echo(
            json.dumps(
                {
                    "python": platform.python_version(),
                    "machine": platform.machine(),
                    "checks": [
                        {"name": one.name, "level": one.level.value, "text": one.text.en, "advice": one.advice.en}
                        for one in checks
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        click.echo(f"Python {platform.python_version()} on {platform.machine()}")
        for one in checks:
            click.echo(
                f"{MARKS[one.level]:<8} {one.name:<24} {one.text.en}{' → ' + one.advice.en if one.advice.en else ''}"
            )
    sys.exit(1 if any(one.level is HealthLevel.FAULT for one in checks) else 0)
