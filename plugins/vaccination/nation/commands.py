"""``kiosk vaccination import``: lists of registrations, of any length, from the command line of a platform."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk.cli import DATA_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import say, stop, words
from kiosk.domain import Text
from kiosk.journal.jobs import NotRecorded
from kiosk.toml_file import FileError
from plugins.vaccination.nation import groups, list_text
from plugins.vaccination.nation.importing import Importer, Report
from plugins.vaccination.nation.problems import as_csv

PROFILE = click.option(
    "--profile", "profile_name", default="platform", show_default=True, envvar="KIOSK_PROFILE", help="Name, or a file."
)


@click.command("import")
@PROFILE
@DATA_OPTION
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check: nothing is imported.")
@click.option("--round", "wave", default="", help="For rows that name no round.")
@click.option("--registered", is_flag=True, help="Rows are registered and not yet approved.")
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_list(
    profile_name: str,
    data_dir: Path,
    file: Path,
    dry_run: bool,
    wave: str,
    registered: bool,
    problems: Path | None,
    as_json: bool,
) -> None:
    """Import registrations from the CSV file FILE. Rows with mistakes are told and left out; the others are imported.

    Ends with 1 where a row was left out.
    """
    with opened(profile_name, data_dir) as appliance:
        plugin = appliance.host.plugin("vaccination")
        if plugin is None or appliance.settings.role != "platform":
            path = appliance.profile.path
            stop(
                f"{path} không phải nền tảng có phần 'vaccination'",
                f"{path} is no platform with the plugin 'vaccination'",
            )
        try:
            known = groups.ids(plugin.site)
        except FileError as error:
            raise click.ClickException(str(error)) from None
        importer = Importer(appliance, data_dir, known, groups.today(plugin.site))
        defaults = {"round": wave, "state": "registered" if registered else "approved"}
        try:
            with file.open("rb") as stream:
                report = importer.run(stream, defaults, dry_run, progress=_tell)
        except NotRecorded as failure:
            stop(
                f"không ghi được ({failure.reason}); nhập lại, không gì bị ghi hai lần",
                f"not recorded ({failure.reason}); import again, nothing is doubled",
            )
    if problems:
        problems.write_text(as_csv([*report.problems, *report.notes]), "utf-8", newline="")
    _show(report, dry_run, as_json)
    if report.bad or report.problems:
        raise click.exceptions.Exit(1)


def _tell(rows: int, share: float) -> None:
    click.echo(words(Text(f"\r{rows:,} dòng, {share:.0%}", f"\r{rows:,} rows, {share:.0%}")), nl=False, err=True)


def _show(report: Report, dry_run: bool, as_json: bool) -> None:
    click.echo("", err=True)
    if as_json:
        told = {
            **report.counts(),
            "dry_run": dry_run,
            "problems": [one.as_dict() for one in report.problems],
            "notes": [one.as_dict() for one in report.notes],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in [*report.problems, *report.notes][:50]:
        column = f", {one.column}" if one.column else ""
        say(Text(f"dòng {one.row}{column}: {one.text.vi}", f"row {one.row}{column}: {one.text.en}"))
    counts = report.counts() | {"encoding": list_text.SHOWN_AS.get(report.encoding, "–")}
    say(
        Text(
            f"{counts['rows']} dòng ({counts['encoding']}): nhập được {counts['good']} người, đã nhập {counts['imported']}, "
            f"{counts['unchanged']} đã đăng ký đúng như vậy; {counts['replaced']} dòng bị dòng sau thay, "
            f"{counts['repaired']} dòng được sửa, {counts['bad']} dòng bỏ lại",
            f"{counts['rows']} rows ({counts['encoding']}): {counts['good']} people can be imported, {counts['imported']} were, "
            f"{counts['unchanged']} were registered so already; {counts['replaced']} rows replaced by later ones, "
            f"{counts['repaired']} mended, {counts['bad']} left out",
        )
    )
