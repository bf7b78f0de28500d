"""In which language the command line speaks, click's own words included."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.cli.saying import TRANSLATIONS, language_of


def kiosk(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "KIOSK_LANG": "vi"}, "vi"),
        ({"LANG": "vi_VN", "KIOSK_LANG": "en"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
        ({"KIOSK_LANG": "", "LANG": "vi"}, "vi"),
    ],
)
def test_the_language_is_the_systems_unless_one_is_set(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (["config", "check", "/nowhere.toml"], "Lỗi: /nowhere.toml: không có tệp này", "Error: /nowhere.toml: no such"),
        (["config"], "Cách dùng:", "Usage:"),
        (["nonsense"], "Không có lệnh 'nonsense'", "No such command 'nonsense'"),
        (["config", "check"], "Thiếu đối số", "Missing argument"),
        (["journal", "status", "--data", "/nowhere"], "không chứa máy nào", "holds no appliance"),
        (["operator", "list", "--data", "/nowhere"], "không chứa máy nào", "holds no appliance"),
        (["read", "hello"], "không rõ", "unknown"),
        (["read"], "hãy đưa PAYLOAD", "give a PAYLOAD"),
    ],
)
def test_one_setting_gives_the_one_language_and_not_the_other(arguments: list[str], vi: str, en: str) -> None:
    for said, here, other in (
        (kiosk("--lang", "vi", *arguments), vi, en),
        (kiosk(*arguments, KIOSK_LANG="vi"), vi, en),
        (kiosk("--lang", "en", *arguments, KIOSK_LANG="vi"), en, vi),
        (kiosk(*arguments, KIOSK_LANG="en"), en, vi),
    ):
        assert here in said.output
        assert other not in said.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["config", "check", "/nowhere.toml"], "không có tệp này"),
        (["platform", "code", "--profile", "/nowhere.toml"], "không có tệp này"),  # a plugin's command
        (["policy", "explain", "--help"], "Cách dùng:"),
        (["journal", "status", "--data", "/nowhere"], "không chứa máy nào"),
        (["read", "hello"], "không rõ"),
        (["platform", "nonsense"], "Không có lệnh"),
    ],
)
def test_the_language_may_stand_anywhere(arguments: list[str], said: str) -> None:
    for place in range(len(arguments) + 1):
        if place and arguments[place - 1].startswith("--"):
            continue  # there it would be the value of another option
        for lang in (["--lang", "vi"], ["--lang=vi"]):
            told = kiosk(*arguments[:place], *lang, *arguments[place:], KIOSK_LANG="en")
            assert said in told.output, (place, told.output)
            assert "Error" not in told.output


def test_a_payload_after_two_dashes_may_look_like_the_option() -> None:
    told = kiosk("read", "--json", "--", "--lang=vi", KIOSK_LANG="en")
    assert told.exit_code == 3
    assert "unknown" in told.output


def test_a_language_that_is_none_is_told() -> None:
    assert "'fr'" in kiosk("platform", "code", "--lang", "fr").output
    for arguments in (["--lang"], ["platform", "code", "--lang"]):
        told = kiosk(*arguments, KIOSK_LANG="en")
        assert told.exit_code == 2
        assert "'--lang' requires an argument" in told.output


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    import gettext

    folder = TRANSLATIONS / "vi" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    compiled = gettext.translation("messages", TRANSLATIONS, ["vi"])
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
            assert message.string
