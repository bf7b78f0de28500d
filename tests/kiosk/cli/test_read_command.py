"""``kiosk read``: what a payload is, as JSON and in words; exit status 0, 3 or 4."""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cli import main
from tests.support.appliance import people
from tests.support.issuing import Issuer, hc1, issuer, shc, smart_jws
from tests.support.processes import ROOT

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
            timeout=180,
            check=False,
        )
        assert ended.returncode in (0, 3, 4), ended.stderr
        json.loads(ended.stdout)


# --- signatures


@pytest.fixture(scope="module")
def signer() -> Issuer:
    return issuer()


@pytest.fixture
def key_file(tmp_path: Path, signer: Issuer) -> Path:
    (tmp_path / "key.pem").write_bytes(signer.pem)
    return tmp_path / "key.pem"


def test_a_certificate_is_verified_by_the_given_keys_at_the_given_time(key_file: Path, signer: Issuer) -> None:
    payload = hc1(signer)
    said = read(payload, "--json", "--trust", str(key_file), "--at", "2021-10-01T00:00:00Z")
    assert said.exit_code == 0
    found = json.loads(said.stdout)
    assert (found["kind"], found["trust"], found["failed_step"]) == ("eu_dcc", "verified", None)
    assert "failed_step" not in found["claims"]
    late = json.loads(read(payload, "--json", "--trust", str(key_file), "--at", "2031-10-01").stdout)
    assert (late["trust"], late["failed_step"]) == ("invalid", "time")
    without = json.loads(read(payload, "--json", "--at", "2021-10-01").stdout)
    assert (without["trust"], without["failed_step"]) == ("unverified", "kid")
    assert "failed at time" in read(payload, "--trust", str(key_file), "--at", "2031-10-01").stdout
    broken = read("HC1:!", "--json", "--trust", str(key_file))
    assert (broken.exit_code, json.loads(broken.stdout)["failed_step"]) == (4, "base45")


def test_keys_that_are_given_count_alone(tmp_path: Path, key_file: Path, signer: Issuer) -> None:
    profile = tmp_path / "gate.toml"
    trusting = f'[plugin.health_certificate]\ntrust_files = ["{key_file}"]'
    profile.write_text(f'plugins = ["health_certificate"]\n[site]\nid = "gate"\nname = "Chốt"\n{trusting}', "utf-8")
    payload, site = hc1(signer), ("--profile", str(profile), "--at", "2021-10-01", "--json")
    assert json.loads(read(payload, *site).stdout)["trust"] == "verified"
    (tmp_path / "other.pem").write_bytes(issuer().pem)
    assert json.loads(read(payload, *site, "--trust", str(tmp_path / "other.pem")).stdout)["trust"] == "unverified"


def test_what_nobody_signs_is_read_with_keys_too(key_file: Path) -> None:
    said = json.loads(read(PERSON.cccd_2021(), "--json", "--trust", str(key_file)).stdout)
    assert (said["kind"], said["failed_step"]) == ("cccd", None)


def batch(lines: list[Any], *arguments: str) -> list[dict[str, Any]]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    said = read("--batch", "-", *arguments, given=text.encode("utf-8", "surrogatepass"))
    assert said.exit_code == 0, said.output
    return [json.loads(line) for line in said.stdout.splitlines()]


def test_a_batch_answers_every_line_in_order(signer: Issuer) -> None:
    der, at = base64.b64encode(signer.der).decode(), "2021-10-01T00:00:00+00:00"
    card = shc(smart_jws(signer))[0]
    lines: list[Any] = [
        {"id": 1, "payload": hc1(signer), "at": at, "trust": [der]},
        {"id": "two", "payload": card, "at": at, "trust": [signer.jwk(kid="k1")]},
        {"id": 3, "payload": card, "at": at, "trust": [json.dumps(signer.jwk(kid="k1"))]},
        {"id": 4, "payload": hc1(signer), "at": at, "trust": ["rubbish", der]},
        {"id": 5, "payload": hc1(signer), "at": at},
        {"id": 6, "payload": PERSON.cccd_2021()},
        {"id": 7, "payload": "HC2:"},
        {"id": 8, "payload": "HC1:!"},
    ]
    found = batch(lines)
    assert [(one["id"], one["kind"], one["trust"], one["failed_step"]) for one in found] == [
        (1, "eu_dcc", "verified", None),
        ("two", "smart_health_card", "verified", None),
        (3, "smart_health_card", "verified", None),
        (4, "eu_dcc", "verified", None),
        (5, "eu_dcc", "unverified", "kid"),
        (6, "cccd", "unverified", None),
        (7, "unknown", "invalid", "prefix"),
        (8, "eu_dcc", "invalid", "base45"),
    ]
    assert found[0]["claims"]["birth_date"] == "1990-02-28"
    assert set(found[0]) == {"id", "kind", "trust", "failed_step", "claims", "warnings"}


def test_keys_and_time_of_the_command_serve_lines_without_their_own(key_file: Path, signer: Issuer) -> None:
    lines = [{"id": 1, "payload": hc1(signer)}, {"id": 2, "payload": hc1(signer), "at": "2031-01-01"}]
    found = batch(lines, "--trust", str(key_file), "--at", "2021-10-01")
    assert [one["failed_step"] for one in found] == [None, "time"]


ODD_LINES = [
    "{",
    "[]",
    "7",
    '{"id": 1}',
    '{"id": 1, "payload": 7}',
    '{"id": 1, "payload": "x", "at": "noon"}',
    '{"id": 1, "payload": "x", "at": 7}',
    '{"id": 1, "payload": "x", "trust": 7}',
    '{"id": 1, "payload": "x", "trust": [7]}',
    "[" * 100_000,
]


@pytest.mark.parametrize("line", ODD_LINES, ids=range(len(ODD_LINES)))
def test_a_line_that_is_no_question_is_answered_so(line: str) -> None:
    found = batch([line, {"id": 2, "payload": "HC2:"}])
    assert [one["failed_step"] for one in found] == ["line", "prefix"]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=40) | st.dictionaries(st.text(max_size=5), st.text(max_size=9))))
def test_any_line_has_an_answer(payload: str, trust: list[Any]) -> None:
    (found,) = batch([{"id": None, "payload": payload, "trust": trust}])
    assert found["trust"] in ("verified", "unverified", "invalid")
    assert found["trust"] != "verified"


def test_a_payload_or_a_batch() -> None:
    assert read().exit_code == 2
    assert read("x", "--batch", "-", given=b"").exit_code == 2


def test_what_is_too_long_is_refused_unread() -> None:
    said = read("-", "--json", given=b"x" * 10_000_000)
    assert (said.exit_code, json.loads(said.stdout)["error"]) == (4, "core.payload_too_long")


def pour(into: IO[bytes]) -> None:
    for _ in range(1024):
        into.write(b"x" * 65536)


@pytest.mark.process
def test_of_standard_input_without_an_end_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "read", "-", "--json"]
    with (
        (tmp_path / "out").open("wb+") as out,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, cwd=ROOT) as process,
    ):
        assert process.stdin is not None
        with pytest.raises(BrokenPipeError):  # the process has ended
            pour(process.stdin)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        assert process.wait(120) == 4
        out.seek(0)
        assert json.loads(out.read())["error"] == "core.payload_too_long"
