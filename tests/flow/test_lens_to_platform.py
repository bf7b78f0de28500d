"""The main job from the lens to the nation: a picture before the camera ends as paper and as one row on PostgreSQL.

Every device is a twin at the wire; both appliances are real processes, the database is a real server.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.synthetic import citizens
from plugins.demo import pictures
from tests.support.postgres import Cluster
from tests.support.processes import eventually, get_json, kiosk, run
from tests.support.running_kiosk import RunningKiosk

pytestmark = [pytest.mark.process, pytest.mark.postgres]

KIOSK = """
role = "kiosk"
plugins = ["qr_scanning", "citizen_id", "self_check_in", "receipt_printing", "upstream_sync"]
[site]
id = "flow-site"
name = "Trạm thử nghiệm"
lane = "F"
[plugin.qr_scanning]
cameras = [{ kind = "virtual", name = "front", source = "camera", live = true, seconds_per_picture = 3.0 }]
# a machine that has much else to do may look at few pictures in the 3 s: what lies between two looks is one showing all the same
release_seconds = 10
[plugin.self_check_in]
any_code_checks_in = true
[plugin.receipt_printing]
width = 58
printer = { kind = "virtual" }
[plugin.upstream_sync]
interval_seconds = 0.5
gather_seconds = 0.1
"""
PLATFORM = """
role = "platform"
plugins = ["self_check_in", "national_platform"]
[site]
id = "national-platform"
name = "Nền tảng"
[journal]
database = "{database}"
"""


@pytest.fixture
def enrolled(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[RunningKiosk, str]]:
    """A kiosk that is enrolled at a running platform, and the platform's database."""
    database = cluster.create_database()
    profiles = {"kiosk": KIOSK, "platform": PLATFORM.format(database=database)}
    for name, text in profiles.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    platform = RunningKiosk(tmp_path / "platform.toml", tmp_path / "platform", tmp_path / "platform.log")
    device = RunningKiosk(tmp_path / "kiosk.toml", tmp_path / "kiosk", tmp_path / "kiosk.log")
    code = run([*kiosk("platform code", platform.profile, platform.data), "--json"])
    platform.start()
    try:
        run([*kiosk("enrol", device.profile, device.data), json.loads(code)["code"], "--platform", platform.url])
        device.start()
        yield device, database
    finally:
        device.stop()
        platform.stop()


def show(device: RunningKiosk, picture: Path) -> None:
    """Hold a picture before the camera."""
    folder = device.data / "camera"
    shutil.copy(picture, folder / f".{picture.name}.part")
    (folder / f".{picture.name}.part").rename(folder / picture.name)


def papers(device: RunningKiosk) -> list[Path]:
    return sorted((device.data / "receipts").glob("*.png"))


def rows(database: str, statement: str) -> list[Any]:
    import psycopg

    with psycopg.connect(database) as connection:
        return connection.execute(statement).fetchall()


def ends_as_paper_and_row(device: RunningKiosk, database: str) -> list[Any]:
    """Exactly one paper, whose ticket's code reads back, and exactly one row with a ticket."""
    paper = eventually(lambda: papers(device))
    assert len(paper) == 1
    codes = json.loads(run([*kiosk_plain("decode"), str(paper[0]), "--json"]))["codes"]
    assert codes[0]["text"].startswith("VNT1:")
    found = eventually(
        lambda: rows(database, "SELECT ticket, decision, site FROM self_check_in_visits WHERE ticket <> ''")
    )
    assert found == [("F001", "admit", "flow-site")]
    return rows(database, "SELECT body FROM journal_records WHERE kind = 'self_check_in.visit'")


def kiosk_plain(command: str) -> list[str]:
    return kiosk(command, Path("-"), Path("-"))[: 3 + len(command.split())]


def test_an_identity_card_before_the_camera_ends_as_paper_and_one_row(enrolled: Any, tmp_path: Path) -> None:
    device, database = enrolled
    rng = random.Random(58)
    citizen = next(citizens(rng))
    (tmp_path / "card.jpg").write_bytes(pictures.jpeg(pictures.held(pictures.card(citizen), rng)))

    show(device, tmp_path / "card.jpg")

    bodies = ends_as_paper_and_row(device, database)
    assert len(bodies) == 1
    assert citizen.national_id not in bodies[0][0]
    assert citizen.name not in bodies[0][0]
    eventually(lambda: get_json(f"{device.url}/health")["checks"])
    assert citizen.national_id not in device.log()


@pytest.mark.shared
def test_a_photograph_of_a_real_code_ends_as_paper_and_one_row(enrolled: Any) -> None:
    shared = os.environ.get("KIOSK_SHARED_DATA")
    folder = Path(shared) if shared else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    photographs = sorted((folder / "qr" / "boofcv" / "nominal").glob("*.jpg"))  # photographs, not drawings
    if not photographs:
        pytest.skip(f"test data not beside the project: no photographs in {folder}")
    device, database = enrolled

    show(device, photographs[0])

    assert len(ends_as_paper_and_row(device, database)) == 1
