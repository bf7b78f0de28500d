"""The technician sees whether the rule data can be used, by file and line."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from config.vaccination import FOLDER
from kiosk.appliance import Appliance
from kiosk.domain import HealthLevel
from tests.support.appliance import SetClock, Workshop
from tests.support.vaccination import vaccination_site


def check(site: Appliance) -> tuple[HealthLevel, str]:
    found = next(one for one in site.health() if one.name == "vaccination.rules")
    return found.level, found.text.vi


def test_the_pack_of_the_day_is_named(site: Appliance) -> None:
    level, text = check(site)
    assert level is HealthLevel.OK
    assert "3802" in text


def test_a_broken_file_is_named_with_its_line(workshop: Workshop, clock: SetClock, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(FOLDER, folder)
    pack = folder / "screening" / "qd_3802_2021.toml"
    pack.write_text(pack.read_text("utf-8").replace('outcome = "contraindicated"', 'outcome = "never"', 1), "utf-8")
    level, text = check(vaccination_site(workshop, f'rules = "{folder}"', clock=clock))
    assert level is HealthLevel.FAULT
    assert "qd_3802_2021.toml:" in text
    assert "expected" not in text, "the mistake itself is in Vietnamese, too"


def test_a_day_before_every_pack_is_a_fault(workshop: Workshop, clock: SetClock) -> None:
    clock.ahead -= timedelta(days=365 * 8)
    level, text = check(vaccination_site(workshop, clock=clock))
    assert level is HealthLevel.FAULT
    assert "sàng lọc" in text
