"""A Debian that has nothing but git, make, python3 and python3-venv: ``make run`` sets the product up and it answers."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.machine.image import Image
from tests.machine.qemu import Machine, throwaway

PATIENCE = 3000.0  # seconds: an emulated processor installs and starts everything
SET_UP = "cp -r /opt/kiosk/current /root/kiosk && cd /root/kiosk && find . -name __pycache__ -prune -exec rm -r {} +"
FETCH = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=120).status)"


def test_make_run_answers(image: Image, source: Path, tmp_path: Path) -> None:
    machine = Machine(image, [throwaway(image.fresh), throwaway(source)], tmp_path)
    try:
        guest = machine.guest
        guest.run(
            "mkdir -p /opt/kiosk/current && { mountpoint -q /opt/kiosk/current || mount -o ro /dev/vdb /opt/kiosk/current; }"
        )
        guest.run(SET_UP, 600.0)
        number = guest.start("cd /root/kiosk && exec env PYTHONUNBUFFERED=1 make run > /tmp/run.log 2>&1")
        until = time.monotonic() + PATIENCE
        while not (addresses := re.findall(r"http://\S+", guest.run("cat /tmp/run.log"))):
            assert guest.ended(number) is None, guest.run("tail -c 3000 /tmp/run.log")
            assert time.monotonic() < until, guest.run("tail -c 3000 /tmp/run.log")
            time.sleep(2.0)
        assert len(addresses) >= 2
        for address in addresses[:2]:  # the kiosk's screen and the platform's counts
            assert guest.run(f"python3 -c '{FETCH}' {address}", 600.0).strip() == "200"
    finally:
        machine.cut_power()
