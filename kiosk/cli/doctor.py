"""``kiosk doctor``: looks at everything once. What it looks with is ``examination``; here are the command and its words."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.examination import examine
from kiosk.cli.loading import build, opened
from kiosk.cli.running import ask_running
from kiosk.cli.saying import words
from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.health import checks_without
from kiosk.plugin_host.start_marker import DataLock, InUse
from kiosk.storage.faults import trouble_of

MARKS = {
    HealthLevel.OK: Text("tốt", "ok"),
    HealthLevel.INFO: Text("tin", "info"),
    HealthLevel.WARNING: Text("CHÚ Ý", "WARNING"),
    HealthLevel.FAULT: Text("LỖI", "FAULT"),
}
MOST_SECONDS = 8.0


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where a running appliance listens; default: the profile's."
)
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(profile_name: str, data_dir: Path, port: int | None, as_json: bool) -> None:
    """Look at everything once and say what is wrong and what to do. Exit status 1 where there is a fault.

    Where the appliance is running, it is asked. Otherwise devices and sync are started for some seconds; codes that are
    shown meanwhile are not recorded.
    """
    try:
        held = DataLock(data_dir)
    except InUse:
        checks = ask_running(build(profile_name, data_dir).settings, port)
    except OSError as error:
        checks = checks_without(data_dir, trouble_of(error, data_dir))
    else:
        try:
            with opened(profile_name, data_dir, must_exist=False) as appliance:
                checks = examine(appliance, MOST_SECONDS)
        finally:
            held.release()
    click.echo(_as_json(checks) if as_json else _for_people(checks))
    sys.exit(1 if any(one.level is HealthLevel.FAULT for one in checks) else 0)


def _as_json(checks: list[HealthCheck]) -> str:
    return json.dumps(
        {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "checks": [
                {"name": one.name, "level": one.level.value, "text": words(one.text), "advice": words(one.advice)}
                for one in checks
            ],
        },
        ensure_ascii=False,
    )


def _for_people(checks: list[HealthCheck]) -> str:
    lines = [f"Python {platform.python_version()}, {platform.machine()}"]
    for one in checks:
        advice = f" → {words(one.advice)}" if one.advice.en else ""
        lines.append(f"{words(MARKS[one.level]):<8} {one.name:<24} {words(one.text)}{advice}")
    return "\n".join(lines)
