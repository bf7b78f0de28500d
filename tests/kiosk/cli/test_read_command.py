"""``kiosk read``: what a payload is, as JSON and in words; exit status 0, 3 or 4."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cli import main
from tests.support.appliance import people
from tests.support.running_kiosk import ROOT

PERSON = next(people())


def read(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["read", *arguments], input=given)


def test_a_card_is_recognised() -> None:
    said = read(PERSON.cccd_2021(), "--json")
    assert said.exit_code == 0
    credential: dict[str, Any] = json.loads(said.stdout)
    assert set(credential) == {"kind", "claims", "trust", "failed_step", "issuer", "warnings"}
    assert credential["claims"]["national_id"] == {"value": PERSON.national_id, "confidence": 1.0}
    assert credential["claims"]["name"]["value"] == PERSON.name
    assert credential["trust"] == "unverified"
    assert PERSON.name in read(PERSON.cccd_2021()).stdout


def test_standard_input_gives_the_same() -> None:
    payload = PERSON.cccd_2021()
    assert read("-", "--json", given=payload.encode() + b"\n").stdout == read(payload, "--json").stdout


@pytest.mark.parametrize("payload", ["hello", "https://example.invalid", "HC2:x"])
def test_an_unknown_format(payload: str) -> None:
    said = read(payload, "--json")
    assert (said.exit_code, json.loads(said.stdout)["error"]) == (3, "unknown")


@pytest.mark.parametrize(
    "payload", ["VNT1:ABC", PERSON.cccd_2021().replace(PERSON.cccd_2021().split("|")[3], "31022000")]
)
def test_a_known_format_that_breaks_its_rules(payload: str) -> None:
    said = read(payload, "--json")
    assert said.exit_code == 4
    assert json.loads(said.stdout)["reason"]
    assert read(payload).stdout.startswith("malformed: ")


PATTERN = """
plugins = ["citizen_id"]
[site]
id = "gate"
name = "Chốt"
[plugin.citizen_id]
patterns = [{ kind = "pass_2021", pattern = '''PASS:(?P<national_id>[0-9]{12})''' }]
"""


def test_a_sites_own_patterns_are_read_with_its_profile(tmp_path: Path) -> None:
    profile = tmp_path / "gate.toml"
    profile.write_text(PATTERN, "utf-8")
    assert read("PASS:001099012345", "--json").exit_code == 3
    said = read("PASS:001099012345", "--json", "--profile", str(profile))
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["kind"] == "pass_2021"
    assert read("VNT1:ABC", "--profile", str(profile)).exit_code == 3  # its plugin is not in this profile


def test_a_plugin_that_the_profile_lacks_is_named(tmp_path: Path) -> None:
    profile = tmp_path / "gate.toml"
    profile.write_text(PATTERN.replace('["citizen_id"]', '["citizen_id", "nowhere"]'), "utf-8")
    said = read("PASS:001099012345", "--json", "--profile", str(profile))
    assert json.loads(said.stdout)["kind"] == "pass_2021"
    assert "nowhere: missing" in said.stderr


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_have_a_status(data: bytes) -> None:
    said = read("-", "--json", given=data)
    assert said.exit_code in (0, 3, 4), said.output
    json.loads(said.stdout)


@pytest.mark.process
def test_bytes_that_are_no_text_as_an_argument() -> None:
    for payload in (b"\xff\xfe", b"001099012345||Nguy\xe1\xbb\x85n V\xff An|01011999|Nam|x|01012021"):
        ended = subprocess.run(
            [sys.executable.encode(), b"-m", b"kiosk", b"read", payload, b"--json"],
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode in (0, 3, 4), ended.stderr
        json.loads(ended.stdout)
