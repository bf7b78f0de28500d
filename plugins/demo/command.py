"""``kiosk demo``: starts both appliances as real processes, enrols one at the other, and lets people come."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from types import FrameType

import click
import tomlkit

from kiosk.settings import find_profile
from plugins.demo.queue import arrivals, step_up

TECHNICIAN, OFFICER, PIN = "100", "200", "246810"
ROLES = ("--role", "technician", "--role", "administrator")
SITES = {"kiosk": "demo-site", "checkpoint": "demo-gate"}
SECONDS_EACH = 6.0  # the camera shows a picture for 3.5 s; then the next person steps up


class DemoFailed(click.ClickException):
    """A part of the demo did not start; its own words follow."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The kiosk's port.")
@click.option("--platform-port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="The platform's.")
@click.option("--gate-port", type=click.IntRange(0, 65535), default=8070, show_default=True, help="The checkpoint's.")
@click.option("--data", "data_dir", type=click.Path(file_okay=False, path_type=Path), help="Keep the data there.")
@click.option("--people", type=click.IntRange(0), help="End after so many people; default: when you press Ctrl-C.")
@click.option("--seed", type=int, default=2021, show_default=True, help="Which synthetic people come.")
def demo(port: int, platform_port: int, gate_port: int, data_dir: Path | None, people: int | None, seed: int) -> None:
    """Show the main job: people check in at a kiosk, tickets are printed, the platform counts; and a checkpoint waits for an
    officer. Ctrl-C ends it all."""
    root = data_dir or Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        ports = {"kiosk": _free(port), "platform": _free(platform_port), "checkpoint": _free(gate_port)}
        _play(root.resolve(), ports, people, seed, stopping, processes)
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        if data_dir is None:
            shutil.rmtree(root, ignore_errors=True)


def _play(
    root: Path,
    ports: Mapping[str, int],
    people: int | None,
    seed: int,
    stopping: threading.Event,
    processes: list[subprocess.Popen[bytes]],
) -> None:
    click.echo("Starting the platform, a kiosk with virtual devices and a checkpoint …")
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    where = {name: _where(root, name, urls["platform"]) for name in urls}

    def begin(name: str) -> None:
        arguments = ["run", *where[name], "--port", str(ports[name])]
        processes.append(_start(arguments, root / f"{name}.log", stopping))

    ready = root / "ready"  # a first start that was cut short is made up for
    codes = {} if ready.exists() else {name: _code(site, where["platform"]) for name, site in SITES.items()}
    begin("platform")
    for name, code in codes.items():
        _run(["enrol", code, "--platform", urls["platform"], *where[name]])
    if codes:
        for one in where.values():
            _operator(TECHNICIAN, "Kỹ thuật viên mẫu", ROLES, one)
        _operator(OFFICER, "Cán bộ chốt mẫu", ("--role", "officer"), where["checkpoint"])
        ready.touch()
    begin("kiosk")
    begin("checkpoint")
    click.echo(
        f"\n  kiosk screen      {urls['kiosk']}/kiosk\n"
        f"  printed tickets   {urls['kiosk']}/receipt_printing/papers\n"
        f"  staff pages       {urls['kiosk']}/staff/    (operator {TECHNICIAN}, PIN {PIN})\n"
        f"  declare           {urls['platform']}/declaration/\n"
        f"  checkpoint        {urls['checkpoint']}/checkpoint/    (officer {OFFICER}, PIN {PIN})\n"
        f"  platform counts   {urls['platform']}/national_platform/\n\n"
        f"Data and logs are in {root}. Ctrl-C ends everything.\n"
    )
    for number, arrival in enumerate(arrivals(Random(seed)), 1):
        if stopping.is_set() or (people is not None and number > people):
            return
        click.echo(f"{number:4d}  {arrival.words}")
        step_up(root / "kiosk" / "camera", number, arrival)
        stopping.wait(SECONDS_EACH)
        for process in processes:
            if process.poll() is not None:
                raise DemoFailed(f"a process ended by itself (status {process.returncode}); see the logs in {root}")


def _where(root: Path, name: str, platform_url: str) -> list[str]:
    """Which profile a command is for, and where its data are."""
    profile = str(_own_profile(root, name, platform_url)) if name in SITES else f"demo-{name}"
    return ["--profile", profile, "--data", str(root / name)]


def _own_profile(root: Path, name: str, platform_url: str) -> Path:
    """A device's profile, kept with its data: a platform that is started again may have another port."""
    own = root / f"{name}.toml"
    document = tomlkit.parse((own if own.exists() else find_profile(f"demo-{name}")).read_text("utf-8"))
    document["plugin"]["upstream_sync"]["platform"] = platform_url
    root.mkdir(parents=True, exist_ok=True)
    own.write_text(tomlkit.dumps(document), "utf-8")
    return own


def _code(site: str, platform: Sequence[str]) -> str:
    return str(json.loads(_run(["platform", "code", "--site", site, "--json", *platform]))["code"])


def _operator(number: str, words: str, roles: Sequence[str], where: Sequence[str]) -> None:
    if number not in {operator["id"] for operator in json.loads(_run(["operator", "list", "--json", *where]))}:
        _run(["operator", "add", words, "--id", number, "--pin-stdin", *roles, *where], PIN)


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "kiosk", *arguments]


def _run(arguments: Sequence[str], given: str | None = None) -> str:
    done = subprocess.run(_command(arguments), input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoFailed(f"kiosk {' '.join(arguments[:2])} failed:\n{done.stderr[-2000:]}{done.stdout[-500:]}")
    return done.stdout


def _start(arguments: Sequence[str], log: Path, stopping: threading.Event) -> subprocess.Popen[bytes]:
    """Start a server and wait until it prints its address."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # a session of its own: Ctrl-C reaches this process alone, which then ends the others in order
        process = subprocess.Popen(_command(arguments), stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    for _ in range(600):
        if b"http://" in log.read_bytes():
            return process
        if process.poll() is not None or stopping.wait(0.1):
            break
    process.terminate()
    raise DemoFailed(f"kiosk {' '.join(arguments[:1])} did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _free(port: int) -> int:
    """The port, or where it is taken, any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
