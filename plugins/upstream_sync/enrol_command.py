"""``kiosk enrol``: joins this device to a platform. The work is in ``enrol``; this says what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened
from kiosk.cli.saying import Stopped, words
from kiosk.cli.untouched import Untouched
from kiosk.domain import Text
from kiosk.explained import Explained, text_of
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
    before = Untouched(data_dir)
    try:
        done = _enrol(code, platform, ca_file, insecure, profile_name, data_dir)
    except _InVain as failed:
        before.restore()  # a mistyped address or code leaves no device behind that nobody asked for
        raise Stopped(failed.text) from None
    click.echo(json.dumps(_as_json(done), ensure_ascii=False) if as_json else words(_as_words(done)))


class _InVain(Exception):
    """Nothing came of it, and nothing can: the platform has not taken the code."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


# after these the platform may have taken the code before its answer was lost: the keys it knows must stay
_PERHAPS_TAKEN = frozenset({"timeout", "cut", "server", "garbage", "clock"})


def _enrol(code: str, platform: str, ca_file: str, insecure: bool, profile_name: str, data_dir: Path) -> Enrolled:
    with opened(profile_name, data_dir, must_exist=False) as appliance:
        transport = Transport(Limits(connect=10, silence=30, total=60), ca_file)
        try:
            return enrol(
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
            raise _InVain(
                Text(
                    f"{error.text.vi}; hãy dùng https, hoặc --insecure trong mạng thử",
                    f"{error.text.en}; use https, or --insecure on a test network",
                )
            ) from None
        except SyncFault as fault:
            what, advice = advice_for(fault, enrolling=True)
            said = f"\n({fault.code}: {fault.detail})" if fault.detail else ""
            text = Text(f"{what.vi} {advice.vi}{said}", f"{what.en} {advice.en}{said}")
            raise (Stopped(text) if fault.code in _PERHAPS_TAKEN else _InVain(text)) from None
        except Explained as error:
            raise _InVain(error.text) from None
        except (OSError, ValueError) as error:
            raise Stopped(text_of(error)) from None
        finally:
            transport.close()


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


def _as_words(done: Enrolled) -> Text:
    known, receives = done.enrolment, ", ".join(done.enrolment.audiences)
    vi = [
        f"Đã đăng ký: {known.device} → {known.platform}",
        f"  điểm: {known.site};  sổ nhật ký: {done.writer};  nhận: {receives}",
        "  Mã này đã được dùng trước đó trên máy này; không có gì thay đổi."
        if done.already
        else "  Hãy khởi động lại máy nếu đang chạy.",
    ]
    en = [
        f"Enrolled: {known.device} → {known.platform}",
        f"  site: {known.site};  journal: {done.writer};  receives: {receives}",
        "  Done before; nothing changed." if done.already else "  Restart the appliance if it is running.",
    ]
    if done.drift_ms is not None and abs(done.drift_ms) > 60_000:
        seconds = done.drift_ms // 1000
        vi.append(f"  Đồng hồ lệch {seconds} giây so với nền tảng.")
        en.append(f"  The clock differs from the platform's by {seconds} s.")
    return Text("\n".join(vi), "\n".join(en))
