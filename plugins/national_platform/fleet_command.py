"""``kiosk simulate-fleet``: how many records a second a platform takes, measured from outside."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any, TextIO

import click

from kiosk.cli import DATA_OPTION
from kiosk.cli.loading import everything_installed
from kiosk.cli.saying import say, stop
from kiosk.domain import Text
from plugins.national_platform.commands import JSON, PROFILE, mint
from plugins.national_platform.fleet import FleetFailed, run_fleet


@click.command("simulate-fleet")
@click.option("--devices", type=click.IntRange(1, 10_000), default=4, show_default=True, help="How many devices.")
@click.option("--records", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="Of each device.")
@click.option("--platform", required=True, help="Its address, such as http://127.0.0.1:8090.")
@click.option(
    "--codes",
    type=click.File("r"),
    help="Enrolment codes, one a line (“-”: standard input). Default: minted in the data of this machine's platform.",
)
@click.option("--batch", type=click.IntRange(1, 20_000), default=2000, show_default=True, help="Records a request.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Devices that push at once.")
@click.option("--sites", type=click.IntRange(0, 10_000), default=0, help="Spread them over so many sites; 0: one each.")
@click.option("--seed", type=int, default=20210815, show_default=True, help="The same seed makes the same people.")
@PROFILE
@DATA_OPTION
@JSON
def simulate_fleet(
    devices: int,
    records: int,
    platform: str,
    codes: TextIO | None,
    batch: int,
    threads: int,
    sites: int,
    seed: int,
    profile_name: str,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Enrol synthetic devices, let each push a journal, print records per second.

    Codes of a platform elsewhere are minted there: kiosk platform code --count N > FILE. Never aim it at a platform in use: its
    records are invented and stay.
    """
    lines = mint(profile_name, data_dir, devices) if codes is None else codes
    given = [line.split()[0] for line in lines if line.strip()]
    if len(given) < devices:
        how = f"kiosk platform code --count {devices}"
        stop(
            f"{devices} máy cần {devices} mã, hiện có {len(given)}; hãy tạo bằng: {how}",
            f"{devices} devices need {devices} codes, there are {len(given)}; mint them with: {how}",
        )
    kinds = everything_installed().kinds
    try:
        sent = run_fleet(
            platform,
            given[:devices],
            records,
            batch,
            threads,
            kinds,
            seed,
            lambda words: click.echo(words, err=True),
            sites,
        )
    except FleetFailed as error:
        stop(f"nền tảng không nhận: {error}", f"the platform did not take it: {error}")
    result = {
        "devices": devices,
        "records": sent.records,
        "seconds": round(sent.seconds, 3),
        "records_per_second": round(sent.records / sent.seconds),
        "bytes_per_record": round(sent.bytes_on_the_wire / sent.records, 1),
        "batches": sent.batches,
        "median_batch_ms": round(statistics.median(sent.latencies) * 1000, 1),
        "parked": sent.parked,
        "duplicates": sent.duplicates,
        "retries": sent.retries,
    }
    if as_json:
        click.echo(json.dumps(result))
        return
    say(_in_words(result, batch))


def _in_words(result: dict[str, Any], batch: int) -> Text:
    seconds, rate, size, pace = (
        result[name] for name in ("seconds", "records_per_second", "bytes_per_record", "median_batch_ms")
    )
    records, devices, parked, retries = (result[name] for name in ("records", "devices", "parked", "retries"))
    return Text(
        f"{records} bản ghi của {devices} máy trong {seconds} giây: {rate} bản ghi/giây, {size} byte mỗi bản ghi trên đường truyền, "
        f"{pace} ms mỗi lô {batch}, {parked} để riêng, {retries} lần thử lại",
        f"{records} records of {devices} devices in {seconds} s: {rate} records/s, {size} bytes a record on the wire, "
        f"{pace} ms a batch of {batch}, {parked} parked, {retries} retries",
    )
