"""``kiosk demo``: starts both appliances as real processes, enrols one at the other, and lets people come."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from types import FrameType

import click
import tomlkit

from kiosk.cli.saying import say
from kiosk.domain import Text
from kiosk.settings.profile import find_profile
from plugins.demo import clinic
from plugins.demo.days import Days
from plugins.demo.hold import Hold
from plugins.demo.processes import Part, free, run
from plugins.demo.queue import arrivals, leave, step_up

TECHNICIAN, OFFICER, NURSE, PIN = "100", "200", "300", "246810"
ROLES = ("--role", "technician", "--role", "administrator")
SITES = {"kiosk": "demo-site", "checkpoint": "demo-gate", "vaccination": clinic.SITE}
SECONDS_EACH = 6.0  # the camera shows a picture for 3.5 s; then the next person steps up
PATIENTS_EVERY = 3  # of these turns brings one person to the vaccination site


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The kiosk's port.")
@click.option("--platform-port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="The platform's.")
@click.option("--gate-port", type=click.IntRange(0, 65535), default=8070, show_default=True, help="The checkpoint's.")
@click.option(
    "--clinic-port", type=click.IntRange(0, 65535), default=8060, show_default=True, help="The vaccination site's."
)
@click.option("--data", "data_dir", type=click.Path(file_okay=False, path_type=Path), help="Keep the data there.")
@click.option("--people", type=click.IntRange(0), help="End after so many people; default: when you press Ctrl-C.")
@click.option("--seed", type=int, default=2021, show_default=True, help="Which synthetic people come.")
def demo(
    port: int,
    platform_port: int,
    gate_port: int,
    clinic_port: int,
    data_dir: Path | None,
    people: int | None,
    seed: int,
) -> None:
    """Show the main job: people check in at a kiosk, tickets are printed, the platform counts; a checkpoint waits for an
    officer, a vaccination site for its staff. Ctrl-C ends it all."""
    root = data_dir or Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    parts: list[Part] = []
    try:
        wanted = {"kiosk": port, "platform": platform_port, "checkpoint": gate_port, "vaccination": clinic_port}
        ports = {name: free(number) for name, number in wanted.items()}
        _play(root.resolve(), ports, people, seed, stopping, parts)
    finally:
        for part in reversed(parts):
            part.terminate()
        for part in parts:
            part.wait()
        if data_dir is None:
            shutil.rmtree(root, ignore_errors=True)


def _play(
    root: Path,
    ports: Mapping[str, int],
    people: int | None,
    seed: int,
    stopping: threading.Event,
    parts: list[Part],
) -> None:
    say(
        Text(
            "Đang khởi động nền tảng, một kiosk với thiết bị ảo, một chốt và một điểm tiêm …",
            "Starting the platform, a kiosk with virtual devices, a checkpoint and a vaccination site …",
        )
    )
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    # the days that the demo was made ready for, the first first; a first start that was cut short is made up for
    ready = root / "ready"
    today = clinic.today_at(datetime.now(UTC))
    days = Days(ready, seed, today, lambda *day: _furnish(where["platform"], *day))
    where = {name: _where(root, name, urls["platform"], {"seed": seed, "since": days.first}) for name in urls}
    keys = ["--keys", str(root / "signer-keys")]

    def begin(name: str) -> None:
        arguments = ["run", *where[name], "--port", str(ports[name])]
        parts.append(Part(name, arguments, root / f"{name}.log"))
        parts[-1].start(stopping)

    codes = {} if ready.exists() else {name: _code(site, where["platform"]) for name, site in SITES.items()}
    begin("platform")
    if codes:
        say(Text("… nền tảng đã chạy; đang ghi danh thiết bị", "… the platform is up; devices are being enrolled"))
    for name, code in codes.items():
        run(["enrol", code, "--platform", urls["platform"], *where[name]])
    if codes:
        say(Text("… đang thêm nhân viên", "… operators are being made"))
        for one in where.values():
            _operator(TECHNICIAN, "Kỹ thuật viên mẫu", ROLES, one)
        _operator(OFFICER, "Cán bộ chốt mẫu", ("--role", "officer"), where["checkpoint"])
        _operator(NURSE, "Nhân viên tiêm mẫu", ("--role", "medical_staff"), where["vaccination"])
    if codes:
        run(["vaccination", "signer", "init", *keys, *where["platform"]])
    if days.is_new(today):
        say(Text("… đang thêm vắc xin và lịch hẹn hôm nay", "… today's vaccine and appointments are being made"))
        days.make(today)
    # the signer is a process of its own: what serves pages has no private key of certificates
    signing = ["vaccination", "signer", "run", "--any-clock", *keys, *where["platform"]]
    parts.append(Part("signer", signing, root / "signer.log", says=("signing for", "đang ký chứng nhận")))
    parts[-1].start(stopping)
    say(Text("… đang mở kiosk, chốt và điểm tiêm", "… kiosk, checkpoint and vaccination site are starting"))
    for name in SITES:
        leave(root / name / "camera")  # the people of an earlier demo
        begin(name)
    hold = Hold(sys.stdin, stopping)
    say(_addresses(urls, root))
    if hold.possible:
        say(Text("Enter giữ hàng chờ trước kiosk lại.\n", "Enter holds the queue before the kiosk.\n"))

    def keep() -> None:
        for part in parts:
            part.keep(stopping)

    patients = clinic.arrivals(days.seed_of(today))
    for number, arrival in enumerate(arrivals(Random(seed)), 1):
        if stopping.is_set() or (people is not None and number > people):
            return
        if days.is_new(today := clinic.today_at(datetime.now(UTC))):
            say(Text("      Sang ngày mới: đang thêm lịch hẹn …", "      A new day: its appointments are being made …"))
            days.make(today)
            patients = clinic.arrivals(days.seed_of(today))
        click.echo(f"{number:4d}  {arrival.words}")
        step_up(root / "kiosk" / "camera", number, arrival)
        if number % PATIENTS_EVERY == 1 and (patient := next(patients, None)) is not None:
            click.echo(f"{number:4d}  {patient.words}")
            step_up(root / "vaccination" / "camera", number, patient)
        hold.wait(SECONDS_EACH, keep)


def _addresses(urls: Mapping[str, str], root: Path) -> Text:
    """What to open, and with whose PIN."""
    vi, en = f"(nhân viên {TECHNICIAN}, PIN {PIN})", f"(operator {TECHNICIAN}, PIN {PIN})"
    officer_vi, officer_en = f"(cán bộ {OFFICER}, PIN {PIN})", f"(officer {OFFICER}, PIN {PIN})"
    nurse_vi, nurse_en = f"(nhân viên {NURSE}, PIN {PIN})", f"(operator {NURSE}, PIN {PIN})"
    lines = (
        ("màn hình kiosk", "kiosk screen", f"{urls['kiosk']}/kiosk", "", ""),
        ("phiếu đã in", "printed tickets", f"{urls['kiosk']}/receipt_printing/papers", "", ""),
        ("trang nhân viên", "staff pages", f"{urls['kiosk']}/staff/", vi, en),
        ("khai báo", "declare", f"{urls['platform']}/declaration/", "", ""),
        ("chốt kiểm soát", "checkpoint", f"{urls['checkpoint']}/checkpoint/", officer_vi, officer_en),
        ("điểm tiêm", "vaccination", f"{urls['vaccination']}/staff/", nurse_vi, nurse_en),
        ("máy lấy số", "ticket machine", f"{urls['vaccination']}/kiosk", "", ""),
        ("bảng gọi số", "call board", f"{urls['vaccination']}/vaccination/board", "", ""),
        ("đồ dùng thử", "cards and vials", f"{urls['vaccination']}/demo/", "", ""),
        ("phiếu đã tiêm", "slips of doses", f"{urls['vaccination']}/receipt_printing/papers", "", ""),
        ("chứng nhận", "certificate", f"{urls['platform']}/vaccination/certificate", "", ""),
        ("số liệu nền tảng", "platform counts", f"{urls['platform']}/national_platform/", "", ""),
        ("nhân viên nền tảng", "platform staff", f"{urls['platform']}/staff/", vi, en),
    )
    return Text(
        "\n"
        + "".join(f"  {name:<19} {url}    {who}".rstrip() + "\n" for name, _, url, who, _ in lines)
        + f"\nDữ liệu và nhật ký nằm trong {root}. Ctrl-C kết thúc tất cả.\n",
        "\n"
        + "".join(f"  {name:<17} {url}    {who}".rstrip() + "\n" for _, name, url, _, who in lines)
        + f"\nData and logs are in {root}. Ctrl-C ends everything.\n",
    )


def _where(root: Path, name: str, platform_url: str, played: Mapping[str, object]) -> list[str]:
    """Which profile a command is for, and where its data are. ``played``: settings of the demo itself."""
    profile = str(_own_profile(root, name, platform_url, played)) if name in SITES else f"demo-{name}"
    return ["--profile", profile, "--data", str(root / name)]


def _own_profile(root: Path, name: str, platform_url: str, played: Mapping[str, object]) -> Path:
    """A device's profile, kept with its data: a platform that is started again may have another port."""
    own = root / f"{name}.toml"
    document = tomlkit.parse((own if own.exists() else find_profile(f"demo-{name}")).read_text("utf-8"))
    document["plugin"]["upstream_sync"]["platform"] = platform_url
    if name == "vaccination":
        document["plugin"]["demo"] = dict(played)
    root.mkdir(parents=True, exist_ok=True)
    own.write_text(tomlkit.dumps(document), "utf-8")
    return own


def _furnish(platform: Sequence[str], seed: int, today: date, first: date) -> None:
    """What the platform has for the vaccination site on a day: vaccine, slots, appointments, earlier doses."""
    for audience, kind, lines in clinic.published(seed, today, first):
        run(["platform", "publish", "--audience", audience, "--kind", kind, "-", *platform], lines)


def _code(site: str, platform: Sequence[str]) -> str:
    return str(json.loads(run(["platform", "code", "--site", site, "--json", *platform]))["code"])


def _operator(number: str, words: str, roles: Sequence[str], where: Sequence[str]) -> None:
    if number not in {operator["id"] for operator in json.loads(run(["operator", "list", "--json", *where]))}:
        run(["operator", "add", words, "--id", number, "--pin-stdin", *roles, *where], PIN)
