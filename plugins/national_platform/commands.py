"""``kiosk platform``: codes, devices, alarms, and what is published to devices."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import click

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION
from kiosk.cli.loading import opened, opened_to_look
from kiosk.cli.saying import Stopped, say, stop, words
from kiosk.delegation.given_keys import jwk_set
from kiosk.domain import Text
from kiosk.explained import text_of
from plugins.national_platform import alarms as alarm_table
from plugins.national_platform import devices as device_table
from plugins.national_platform import enrolment, publishing
from plugins.national_platform.settings import NationalPlatformSettings
from plugins.national_platform.words import local_time

NAME = "national_platform"
PROFILE = click.option(
    "--profile", "profile_name", default="platform", show_default=True, envvar="KIOSK_PROFILE", help="Name, or a file."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
SITE_ID = r"^[a-z0-9][a-z0-9-]{1,39}$"


@click.group()
def platform() -> None:
    """Run the national platform."""


def _settings(appliance: Appliance) -> NationalPlatformSettings:
    return NationalPlatformSettings.model_validate(appliance.profile.sections.get(NAME, {}))


def must_be_platform(appliance: Appliance) -> None:
    if NAME not in appliance.settings.plugins:
        stop(
            f"{appliance.profile.path} không phải nền tảng: 'plugins' không nêu {NAME!r}",
            f"{appliance.profile.path} is no platform: its 'plugins' do not name {NAME!r}",
        )


def _now_ms(appliance: Appliance) -> int:
    return int(appliance.clock.now().timestamp() * 1000)


def mint(profile_name: str, data_dir: Path, count: int) -> list[str]:
    """So many codes for devices of any site, minted in the data of a platform that is there. Ends the command where none is."""
    with opened(profile_name, data_dir) as appliance:
        must_be_platform(appliance)
        hours, now_ms = _settings(appliance).code_hours, _now_ms(appliance)
        with appliance.database.writing() as session:
            return [enrolment.mint(session, appliance.identity, now_ms, hours).code for _ in range(count)]


@platform.command()
@PROFILE
@DATA_OPTION
@click.option("--site", default="", help="Only a device of this site may use it; default: any.")
@click.option("--province", default="", help="Statistics-office code: the device also gets this province's journal.")
@click.option("--hours", type=click.FloatRange(0.02, 720), help="How long it may be used; default: the profile's.")
@click.option("--count", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many codes.")
@JSON
def code(
    profile_name: str, data_dir: Path, site: str, province: str, hours: float | None, count: int, as_json: bool
) -> None:
    """Mint single-use enrolment codes. They are shown once; only a hash is kept."""
    begins = not (data_dir / "identity").is_dir()
    with opened(profile_name, data_dir, must_exist=False) as appliance:
        must_be_platform(appliance)
        settings = _settings(appliance)
        with appliance.database.writing() as session:
            minted = [
                enrolment.mint(
                    session, appliance.identity, _now_ms(appliance), hours or settings.code_hours, site, province
                )
                for _ in range(count)
            ]
        zone = appliance.settings.site.time_zone
    if begins and not as_json:  # a mistyped directory would else be found out only when the code is refused
        say(
            Text(
                f"Ở {data_dir} trước đây chưa có nền tảng nào: mã này chỉ dùng được với nền tảng chạy trên thư mục đó.",
                f"There was no platform in {data_dir}: this code is good only for the one that will run on that directory.",
            ),
            err=True,
        )
    for one in minted:
        link = f"{settings.public_url.rstrip('/')}/#enrol={quote(one.code)}" if settings.public_url else ""
        if as_json:
            click.echo(json.dumps({"code": one.code, "expires_at_ms": one.expires_at_ms, "site": site, "link": link}))
        elif count > 1:
            click.echo(one.code)
        else:
            until = local_time(one.expires_at_ms, zone)
            say(Text(f"{one.code}   (dùng một lần; đến {until})", f"{one.code}   (once; until {until})"))
            click.echo(f"kiosk enrol {one.code} --platform {settings.public_url or 'https://…'}")
            if link:
                click.echo(f"QR: {link}")


@platform.command()
@PROFILE
@DATA_OPTION
def keys(profile_name: str, data_dir: Path) -> None:
    """Print the public keys of passes and slips as a JWK set: what 'kiosk read --trust' and other readers check them by. An enrolled
    device knows them too."""
    with opened_to_look(profile_name, data_dir) as appliance, appliance.session() as session:
        found = appliance.signing.ring.issuers(session)
    click.echo(json.dumps(jwk_set(found.values()), indent=2))


@platform.command()
@PROFILE
@DATA_OPTION
@click.option("--audience", required=True, help="nation, site:<id> or province:<code>.")
@click.option("--kind", required=True, help="Record kind, such as self_check_in.appointment.")
@click.option("--citizen-id", help="Twelve digits, for every line; a line may say its own in “national_id”.")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@JSON
def publish(
    profile_name: str, data_dir: Path, audience: str, kind: str, citizen_id: str | None, file: TextIO, as_json: bool
) -> None:
    """Write records for devices to pull: FILE holds one JSON body a line (“-”: standard input)."""
    with opened(profile_name, data_dir) as appliance:
        must_be_platform(appliance)
        try:
            drafts = publishing.read_drafts(file, kind, appliance.kinds, appliance.pseudonym, citizen_id)
            records = publishing.publish(
                appliance.journal, audience, drafts, appliance.clock.now(), appliance.clock.trusted()
            )
        except UnicodeDecodeError:
            stop("tệp không phải UTF-8: hãy lưu dạng UTF-8", "the file is not UTF-8: save it as UTF-8")
        except ValueError as error:
            raise Stopped(text_of(error)) from None
    last = records[-1]
    if as_json:
        click.echo(json.dumps({"writer": last.writer, "published": len(records), "seq": last.seq}))
    else:
        say(
            Text(
                f"{len(records)} bản ghi trong sổ {last.writer}, số cuối là {last.seq}",
                f"{len(records)} records in journal {last.writer}, the last is number {last.seq}",
            )
        )


@platform.command()
@PROFILE
@DATA_OPTION
@JSON
def devices(profile_name: str, data_dir: Path, as_json: bool) -> None:
    """List enrolled devices, the one longest not heard of first."""
    with opened(profile_name, data_dir) as appliance, appliance.session() as session:
        lines = device_table.device_lines(session)
        zone = appliance.settings.site.time_zone
    for line in lines:
        if as_json:
            click.echo(json.dumps({name: getattr(line, name) for name in line.__slots__}, ensure_ascii=False))
        else:
            revoked, counted = words(Text("ĐÃ THU HỒI", "REVOKED")), words(Text("bản ghi", "records"))
            state = revoked if line.revoked_at_ms else local_time(line.last_contact_ms, zone)
            click.echo(f"{line.device:<14} {line.site:<24} {state:<20} {line.records:>9} {counted}  {line.name}")
    if not lines and not as_json:
        say(
            Text(
                "chưa máy nào đăng ký; tạo mã bằng 'kiosk platform code'",
                "no device is enrolled; mint a code with 'kiosk platform code'",
            )
        )


@platform.command()
@PROFILE
@DATA_OPTION
@click.argument("device")
@click.option("--reason", default="", help="For those who look at the list later.")
def revoke(profile_name: str, data_dir: Path, device: str, reason: str) -> None:
    """Take nothing from DEVICE any more. What it sent before stays."""
    with opened(profile_name, data_dir) as appliance, appliance.database.writing() as session:
        done = device_table.revoke(session, device, reason, _now_ms(appliance))
    if not done:
        stop(
            f"không có máy {device!r} nào đăng ký, hoặc nó đã bị thu hồi",
            f"no device {device!r} is enrolled, or it is revoked already",
        )
    say(Text(f"đã thu hồi {device}", f"{device} is revoked"))


@platform.command()
@PROFILE
@DATA_OPTION
@click.option("--resolve", metavar="WRITER", help="Close this journal's alarms.")
@JSON
def alarms(profile_name: str, data_dir: Path, resolve: str | None, as_json: bool) -> None:
    """List open alarms. Exit status 1 where there is one."""
    with opened(profile_name, data_dir) as appliance:
        if resolve:
            with appliance.database.writing() as session:
                closed = alarm_table.resolve(session, resolve, _now_ms(appliance))
            say(Text(f"đã đóng {closed}", f"{closed} closed"))
            return
        with appliance.session() as session:
            found = alarm_table.open_alarms(session)
    for one in found:
        last = datetime.fromtimestamp(one.last_at_ms / 1000, UTC).isoformat(timespec="seconds")
        if as_json:
            click.echo(
                json.dumps({"writer": one.writer, "kind": one.kind, "seq": one.seq, "times": one.times, "last": last})
            )
        else:
            say(
                Text(
                    f"{one.kind}: sổ {one.writer} có hai lịch sử từ bản ghi {one.seq}; {one.times}×, {last}",
                    f"{one.kind}: journal {one.writer} has two histories from record {one.seq} on; {one.times}×, {last}",
                )
            )
    if not found and not as_json:
        say(Text("không có cảnh báo nào", "no alarm is open"))
    sys.exit(1 if found else 0)
