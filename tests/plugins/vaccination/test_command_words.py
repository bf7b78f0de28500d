"""What ``kiosk vaccination …`` says comes in the language of whoever types; every reason not to sign has words in both."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from plugins.vaccination.certificate.signer.keys import KeyFolder, KeyTrouble
from plugins.vaccination.certificate.signer.running import WHY
from tests.support.appliance import Workshop

COMMANDS = (
    ["signer", "run", "--once", "--keys", "{folder}/keys"],
    ["signer", "withdraw", "AAAAAAAAAAA="],
    ["revoke", "URN:UVCI:01:VN:ABC#X", "--reason", "in thử"],
    ["import", "{folder}/list.csv"],
)
LETTERS = set("ăắằẳẵặâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữự")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: " ".join(one[:2]))
def test_each_command_answers_in_both_languages(workshop: Workshop, tmp_path: Path, command: list[str]) -> None:
    appliance = workshop.open(["qr_scanning", "health_certificate", "vaccination"], role="platform")
    profile = str(appliance.profile.path)
    workshop.stop(appliance)
    (tmp_path / "list.csv").write_text("họ tên,ngày sinh\n,32/13/1990\n", "utf-8")
    said = {}
    for language in ("vi", "en"):
        arguments = [one.format(folder=tmp_path) for one in command]
        found = CliRunner().invoke(
            main,
            ["--lang", language, "vaccination", *arguments, "--profile", profile, "--data", str(tmp_path / "data")],
        )
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        assert found.exit_code == 1, found.output
        said[language] = found.output.replace(str(tmp_path), "")
    assert LETTERS & set(said["vi"].lower()), said["vi"]
    assert said["vi"] != said["en"]


def test_every_reason_not_to_sign_has_words_in_both() -> None:
    assert all(said.vi and said.vi != said.en for said in WHY.values())


def test_what_is_wrong_with_keys_is_said_in_both(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble) as inside:
        KeyFolder(tmp_path / "keys", tmp_path)
    assert "bộ ký đọc được" in inside.value.text.vi
    signers = tmp_path / "signers"
    signers.mkdir()
    (signers / "ab.pem").write_bytes(b"nothing")
    with pytest.raises(KeyTrouble) as damaged:
        KeyFolder(tmp_path).signers()
    assert damaged.value.text.vi == f"{signers / 'ab.pem'}: tệp hỏng"
    assert damaged.value.text.en == f"{signers / 'ab.pem'}: damaged"
