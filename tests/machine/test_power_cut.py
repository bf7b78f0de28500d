"""The power goes while people are being checked in: what was answered is on the disk, whatever the disk's own cache held."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.machine.image import Image, empty_disk
from tests.machine.qemu import Machine, throwaway
from tests.machine.write_log import disk_at, flushes
from tests.support.appliance import Workshop, assert_whole, people
from tests.support.processes import get_json, post_json

PLUGINS = ["citizen_id", "self_check_in"]
MOUNT = "mount /dev/vdc /var/lib/kiosk"
KIOSK = "/opt/kiosk/venv/bin/kiosk"
WHERE = "--profile /var/lib/kiosk/site.toml --data /var/lib/kiosk/data"
ENOUGH = 12  # answers before the power goes
START = 1200.0  # seconds: an emulated processor makes the tables and imports everything in minutes


class Crowd(threading.Thread):
    """Somebody who shows one card after another, until nobody answers."""

    def __init__(self, url: str, seed: int, answered: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self._url, self._people, self._answered = url, people(seed), answered

    def run(self) -> None:
        while True:
            key = str(uuid4())
            try:
                self._answered[key] = post_json(self._url, {"payload": next(self._people).cccd_2021(), "key": key})
            except OSError:
                return


def ready(url: str) -> None:
    until = time.monotonic() + START
    while True:
        try:
            assert get_json(f"{url}/health")["safe_mode"] is False
            return
        except OSError:
            assert time.monotonic() < until, "the kiosk did not start"
            time.sleep(1.0)


def answers_until_the_power_goes(machine: Machine, profile: str) -> dict[str, Any]:
    machine.guest.run(f"mkdir -p /var/lib/kiosk && {MOUNT}")
    machine.guest.run(f"cat > /var/lib/kiosk/site.toml <<'END'\n{profile}\nEND\nsync")
    machine.guest.start(f"exec {KIOSK} run {WHERE} --host 0.0.0.0 --port 8080")
    url = f"http://127.0.0.1:{machine.forward(8080)}"
    ready(url)
    answered: dict[str, Any] = {}
    crowd = [Crowd(f"{url}/api/v1/scans", seed, answered) for seed in (1, 2)]
    for person in crowd:
        person.start()
    until = time.monotonic() + START
    while len(answered) < ENOUGH:
        assert time.monotonic() < until, f"{len(answered)} answers"
        time.sleep(0.01)
    machine.cut_power()
    for person in crowd:
        person.join(150)
        assert not person.is_alive()
    return answered


def data_of(disk: Path, into: Path) -> None:
    """The kiosk's folder out of a disk, after its file system's journal was played back."""
    mended = subprocess.run(["/usr/sbin/e2fsck", "-fy", str(disk)], capture_output=True, text=True)
    assert mended.returncode in (0, 1), mended.stdout  # 1: the journal was played back
    shutil.rmtree(into, ignore_errors=True)
    into.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["/usr/sbin/debugfs", "-R", f"rdump /data {into.parent}", str(disk)], check=True, capture_output=True
    )


def recorded(workshop: Workshop, name: str) -> dict[str, Any]:
    """The journal in ``name``, which is whole, by the records' ids."""
    appliance = workshop.open(PLUGINS, data=name)
    own = {str(record.id): record for record in assert_whole(appliance)}
    workshop.stop(appliance)
    return own


def test_what_was_answered_is_on_the_disk(image: Image, source: Path, workshop: Workshop, tmp_path: Path) -> None:
    base, disk, log = (tmp_path / name for name in ("base.ext4", "data.ext4", "writes.log"))
    empty_disk(base, "data")
    shutil.copy(base, disk)
    log.touch()
    logged = f"driver=blklogwrites,file.driver=file,file.filename={disk},log.driver=file,log.filename={log},if=virtio"
    system = [throwaway(image.ready), throwaway(source)]
    machine = Machine(image, [*system, logged], tmp_path)
    try:
        answered = answers_until_the_power_goes(machine, workshop.profile(PLUGINS).read_text("utf-8"))
    finally:
        machine.cut_power()
    assert len(answered) >= ENOUGH

    # what lay in the disk's own cache is lost too: nothing after the last time that it was written out
    last = flushes(log)
    disk_at(base, log, last, tmp_path / "lost.ext4")
    data_of(tmp_path / "lost.ext4", tmp_path / "lost/data")
    own = recorded(workshop, "lost/data")
    for key, said in answered.items():
        assert own[key].seq == said["record"]["seq"]
        assert own[key].data.ticket == said["ticket"]["number"]

    # the power might as well have gone earlier: less was recorded, and what was is whole
    earlier = last
    while earlier > 1:
        earlier = max(1, earlier - 4)
        disk_at(base, log, earlier, tmp_path / "earlier.ext4")
        data_of(tmp_path / "earlier.ext4", tmp_path / "earlier/data")
        then = recorded(workshop, "earlier/data")
        assert set(then) <= set(own)
        if len(then) < len(own) // 2:
            break
    assert len(then) < len(own)

    # and the machine itself starts again from the disk as it was left
    again = Machine(image, [*system, f"file={disk},if=virtio,format=raw"], tmp_path)
    try:
        again.guest.run(f"mkdir -p /var/lib/kiosk && {MOUNT}")
        again.guest.run(f"{KIOSK} journal verify {WHERE}", START)
        assert "recovery complete" in again.guest.run("dmesg")
    finally:
        again.cut_power()
    data_of(disk, tmp_path / "left/data")
    assert set(answered) <= set(recorded(workshop, "left/data"))
