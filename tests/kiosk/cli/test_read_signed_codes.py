"""``kiosk read`` of codes that an appliance signed: without a key, by the platform's key, by another one, altered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.cli import main
from kiosk.delegation.given_keys import jwk_set
from plugins.declaration import pass_token
from tests.plugins.declaration.test_pass_token import KIOSK, PLATFORM
from tests.plugins.declaration.test_pass_token import PLAIN as PASS
from tests.plugins.vaccination.certificate.test_proof_token import PLATFORM as PLATFORM_OF_PROOF
from tests.plugins.vaccination.certificate.test_proof_token import made as proof_made

AT = "2021-08-27"  # both are valid then
LATER = "2022-08-27"
CODES = {
    "declaration_pass": (pass_token.make(PASS, KIOSK), PLATFORM),
    "vaccination_proof": (proof_made(), PLATFORM_OF_PROOF),
}


@pytest.fixture(params=list(CODES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def key_file(tmp_path: Path, kind: str) -> str:
    file = tmp_path / "platform.jwks"
    file.write_text(json.dumps(jwk_set([CODES[kind][1].public_key()])), "utf-8")
    return str(file)


def read(*arguments: str, status: int = 0) -> dict[str, Any]:
    said = CliRunner().invoke(main, ["read", *arguments, "--json"])
    assert said.exit_code == status, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_without_a_key_it_is_read_and_unverified(kind: str) -> None:
    code, _ = CODES[kind]
    found = read(code, "--at", AT)
    assert (found["kind"], found["trust"], found["failed_step"]) == (kind, "unverified", "delegation_key_unknown")
    assert found["claims"]["name"]["value"].startswith("Nguyễn")
    assert "failed_step" not in found["claims"]
    for language, words in (("vi", "không có khóa để kiểm chữ ký"), ("en", "no key here to check the signature by")):
        assert words in CliRunner().invoke(main, ["read", code, "--lang", language]).stdout


def test_by_the_platforms_key_it_is_verified_and_by_no_other(kind: str, key_file: str, tmp_path: Path) -> None:
    code, _ = CODES[kind]
    found = read(code, "--at", AT, "--trust", key_file)
    assert (found["trust"], found["failed_step"], found["issuer"]) == ("verified", None, "device:abcdef234567ghij")
    stranger = tmp_path / "stranger.jwks"
    stranger.write_text(json.dumps(jwk_set([generate_private_key(SECP256R1()).public_key()])), "utf-8")
    assert read(code, "--at", AT, "--trust", str(stranger))["trust"] == "unverified"


def test_one_altered_letter_is_never_verified(kind: str, key_file: str) -> None:
    code, _ = CODES[kind]
    altered = code[:-20] + ("0" if code[-20] != "0" else "1") + code[-19:]
    said = CliRunner().invoke(main, ["read", altered, "--at", AT, "--trust", key_file, "--json"])
    assert said.exit_code in (0, 4)
    assert json.loads(said.stdout).get("trust") in (None, "invalid")


def test_a_code_that_is_cut_short_is_malformed(kind: str) -> None:
    found = read(CODES[kind][0][:40], status=4)
    assert (found["kind"], bool(found["reason"])) == (kind, True)


def test_an_old_code_says_so(kind: str, key_file: str) -> None:
    found = read(CODES[kind][0], "--at", LATER, "--trust", key_file)
    assert found["failed_step"] == "time" or "declaration.expired" in found["warnings"]


def test_a_batch_verifies_each_by_its_own_key() -> None:
    lines = [
        {"id": kind, "payload": code, "at": AT, "trust": jwk_set([key.public_key()])["keys"]}
        for kind, (code, key) in CODES.items()
    ]
    lines.append({**lines[0], "id": "without", "trust": []})
    text = "\n".join(json.dumps(line) for line in lines)
    said = CliRunner().invoke(main, ["read", "--batch", "-"], input=text)
    found = [json.loads(line) for line in said.stdout.splitlines()]
    assert [(one["id"], one["trust"]) for one in found] == [
        ("declaration_pass", "verified"),
        ("vaccination_proof", "verified"),
        ("without", "unverified"),
    ]
