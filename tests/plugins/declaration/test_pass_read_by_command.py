"""A delegated kiosk's pass, read by somebody who has no appliance, by the keys that the platform's command prints."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from kiosk.cli import main
from tests.plugins.declaration.conftest import code_of, declare
from tests.support.appliance import Workshop
from tests.support.exchange import Kiosk, Platform


def kiosk_command(*arguments: str) -> Result:
    said = CliRunner().invoke(main, [*arguments])
    assert said.exit_code == 0, said.output
    return said


def test_the_printed_keys_verify_a_kiosks_pass(
    platform: Platform, delegated: Kiosk, workshop: Workshop, tmp_path: Path
) -> None:
    text = code_of(delegated.appliance, declare(delegated.appliance))
    profile = platform.appliance.profile.path
    data = str(platform.appliance.data_dir)
    printed = kiosk_command("platform", "keys", "--profile", str(profile), "--data", data).stdout
    file = tmp_path / "platform.jwks"
    file.write_text(printed, "utf-8")
    assert len(json.loads(printed)["keys"]) == 1
    found = json.loads(kiosk_command("read", text, "--trust", str(file), "--json").stdout)
    assert (found["kind"], found["trust"]) == ("declaration_pass", "verified")
    assert found["issuer"] == f"device:{delegated.appliance.identity.device}"
    assert json.loads(kiosk_command("read", text, "--json").stdout)["trust"] == "unverified"
