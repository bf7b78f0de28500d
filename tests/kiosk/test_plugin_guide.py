"""The plugins printed in the guide are installed as somebody else's distributions, and work."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from kiosk.cli import main
from kiosk.domain import Decision, Paragraph
from kiosk.plugin_host.host import installed_plugins
from kiosk.receipts.composing import compose
from kiosk.settings.profile import ProfileError
from kiosk.storage.database import Base
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, people, records, show, tables
from tests.support.running_kiosk import distribution

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "plugin-guide.md"


README = GUIDE.parents[1] / "README.md"


def block(after: str, language: str, document: Path = GUIDE) -> str:
    """The first code block of a language after some words."""
    text = document.read_text("utf-8").partition(after)[2]
    found = re.search(rf"```{language}\n(.*?)```", text, re.S)
    assert found
    return found[1]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed distributions."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for module in ("opening_hours", "tea_served", "greeting"):
        sys.modules.pop(module, None)
    for name in [table for table in Base.metadata.tables if table.startswith("tea_served_")]:
        Base.metadata.remove(Base.metadata.tables[name])


def install(site: Path, name: str = "opening_hours", plugin: str = "OpeningHours") -> None:
    """As the guide says, by pip itself; only without a package index."""
    config = block("`pyproject.toml` beside it", "toml").replace("OpeningHours", plugin).replace("opening_hours", name)
    source = site.parent / name
    source.mkdir()
    (source / "pyproject.toml").write_text(config, "utf-8")
    (source / f"{name}.py").write_text(block(f"`{name}.py`:", "python"), "utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*pip, "--target", str(site), "."], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    importlib.invalidate_caches()


def test_the_template_is_under_forty_lines() -> None:
    assert len(block("`opening_hours.py`:", "python").splitlines()) < 40


def at(hour: int) -> SetClock:
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    return SetClock(now.replace(hour=hour, minute=30, second=0) - now + timedelta(seconds=1))


def test_the_template_is_found_loaded_and_asked(site: Path, workshop: Workshop) -> None:
    install(site)
    info = installed_plugins()["opening_hours"]
    assert (info.title, info.distribution) == (
        "Opening hours: outside them a visitor is sent to staff.",
        "kiosk-opening-hours",
    )
    assert "opening_hours" not in sys.modules  # known without being imported
    profile = tomllib.loads(block("In the site's profile", "toml"))
    section = "[plugin.opening_hours]\ncloses = 19:30:00"
    assert tomllib.loads(section)["plugin"] == profile["plugin"]
    crowd = people()
    expected = {6: Decision.REFER, 9: Decision.ADMIT, 18: Decision.ADMIT, 20: Decision.REFER}
    for hour, decision in expected.items():
        appliance = workshop.start(profile["plugins"], sections=section, clock=at(hour), data=f"data-{hour}")
        answer = show(appliance, next(crowd).cccd_2021())
        assert answer.decision is decision, hour
        assert ("opening_hours.closed" in codes(answer)) == (decision is Decision.REFER)


def test_the_readmes_plugin_adds_its_line_to_a_ticket(site: Path, workshop: Workshop) -> None:
    distribution(site, "greeting", "greeting", block("## Write a plugin", "python", README), "Greeting")
    importlib.invalidate_caches()
    appliance = workshop.start(["citizen_id", "self_check_in", "greeting"])
    answer = show(appliance, next(people()).cccd_2021())
    assert answer.decision is Decision.ADMIT
    (record,) = records(appliance)
    for language, words in (("vi", "Chúc bạn mạnh khỏe!"), ("en", "Stay well!")):
        receipt = compose(appliance.host, None, record, language)  # type: ignore[arg-type]
        assert receipt.blocks[-1] == Paragraph(words, centred=True)


def test_a_mistake_in_its_section_is_told(site: Path, workshop: Workshop) -> None:
    install(site)
    with pytest.raises(ProfileError, match=r"plugin\.opening_hours\.closes: .*found 'late'"):
        workshop.build(["opening_hours"], sections='[plugin.opening_hours]\ncloses = "late"')


def test_the_command_line_knows_it(site: Path, workshop: Workshop) -> None:
    install(site)
    profile = workshop.profile(["self_check_in", "opening_hours"])
    checked = CliRunner().invoke(main, ["config", "check", str(profile)])
    assert (checked.exit_code, checked.output.strip()) == (0, f"{profile}: usable")
    listed = CliRunner().invoke(main, ["plugins", "--profile", str(profile)])
    assert re.search(r"^opening_hours +loaded +Opening hours:", listed.output, re.M)


def test_the_one_with_tables_gets_them_without_migrations(site: Path, workshop: Workshop) -> None:
    install(site, "tea_served", "TeaServed")
    # it is asked before self_check_in, which would claim the encounter itself
    appliance = workshop.start(["tea_served", "citizen_id", "self_check_in"])
    assert inspect(appliance.database.engine).has_table("tea_served_cups")
    show(appliance, next(people()).cccd_2021())
    show(appliance, "garbage")
    (record, other) = assert_whole(appliance)
    assert (record.kind, other.kind) == ("tea_served.cup", "core.encounter")
    assert tables(appliance)["tea_served_cups"] == [(appliance.identity.writer, 1)]
    keys = {column.name for column in Base.metadata.tables["tea_served_cups"].primary_key}
    assert "writer" in keys
