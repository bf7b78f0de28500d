"""``kiosk enrol``: joins this device to a platform. The work is in ``enrol``; this says what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from plugins.upstream_sync.enrol import Enrolled, enrol
from plugins.upstream_sync.enrolment import NotSecure
from plugins.upstream_sync.faults import SyncFault
from plugins.upstream_sync.transport import Limits, Transport
from plugins.upstream_sync.words import advice_for


@click.command("enrol")
@click.argument("code")
@click.option(
    "--platform", required=True, metavar="URL", help="Address of the platform, such as https://platform.example"
)
@click.option(
    "--ca-file", default="", type=click.Path(dir_okay=False), help="PEM file of a private certificate authority."
)
@click.option("--insecure", is_flag=True, help="Allow plain http to another machine: for a test network only.")
@PROFILE_OPTION
@DATA_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def enrol_command(
    code: str, platform: str, ca_file: str, insecure: bool, profile_name: str, data_dir: Path, as_json: bool
) -> None:
    """Enrol this device at a platform with a single-use CODE.

    The device's private key never leaves it. A new journal begins under the nation's key; earlier records are sent too.
    Giving the same code again changes nothing. Restart a running appliance afterwards.
    """
    with opened(profile_name, data_dir, must_exist=False) as appliance:
        transport = Transport(Limits(connect=10, silence=30, total=60), ca_file)
        try:
            done = enrol(
                data_dir,
                appliance.database,
                appliance.station,
                appliance.settings.role,
                appliance.clock,
                transport,
                platform,
                code.strip(),
                insecure,
            )
        except NotSecure as error:
            raise click.ClickException(f"{error}; use https, or --insecure on a test network") from None
        except SyncFault as fault:
            what, advice = advice_for(fault, enrolling=True)
            said = f"\n({fault.code}: {fault.detail})" if fault.detail else ""
            raise click.ClickException(f"{what.vi} {advice.vi}\n{what.en} {advice.en}{said}") from None
        except (OSError, ValueError) as error:
            raise click.ClickException(str(error)) from None
        finally:
            transport.close()
    click.echo(json.dumps(_as_json(done), ensure_ascii=False) if as_json else _as_words(done))


def _as_json(done: Enrolled) -> dict[str, object]:
    return {
        "device": done.enrolment.device,
        "writer": done.writer,
        "platform": done.enrolment.platform,
        "site": done.enrolment.site,
        "audiences": list(done.enrolment.audiences),
        "already": done.already,
        "clock_drift_ms": done.drift_ms,
    }


def _as_words(done: Enrolled) -> str:
    known = done.enrolment
    lines = [
        f"Đã đăng ký / Enrolled: {known.device} → {known.platform}",
        f"  điểm / site: {known.site};  sổ nhật ký / journal: {done.writer};  nhận / receives: {', '.join(known.audiences)}",
    ]
    if done.already:
        lines.append(
            "  Mã này đã được dùng trước đó trên máy này; không có gì thay đổi. / Done before; nothing changed."
        )
    else:
        lines.append("  Hãy khởi động lại máy nếu đang chạy. / Restart the appliance if it is running.")
    if done.drift_ms is not None and abs(done.drift_ms) > 60_000:
        seconds = done.drift_ms // 1000
        lines.append(
            f"  Đồng hồ lệch {seconds} giây so với nền tảng. / The clock differs from the platform's by {seconds} s."
        )
    return "\n".join(lines)
