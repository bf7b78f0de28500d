"""Profiles: a mistake is told with file, key, what was expected and what was there; the shipped ones are usable."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kiosk.appliance import Appliance
from kiosk.plugin_host.host import installed_plugins
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.settings.profile import PROFILES, CoreSettings, check_section, find_profile, read_profile
from kiosk.settings.words import FORMS, WORDS, expected
from plugins.self_check_in import SelfCheckInSettings
from tests.support.appliance import Workshop

GOOD = """
plugins = ["citizen_id"]

[site]
id = "test-site"
name = "Điểm thử"
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "site.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    assert all(one.file == str(path) and one.text.vi != one.text.en for one in caught.value.problems)
    return [f"{one.key}: {one.text.en}".removeprefix(": ") for one in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "key", "expected", "found"),
    [
        (("plugins = [", "pluginz = ["), "plugins", "missing and has no default", ""),
        (('id = "test-site"', 'id = "Test Site"'), "site.id", "small letters a–z, digits and hyphens", "'Test Site'"),
        (('id = "test-site"', ""), "site.id", "missing and has no default", ""),
        (('name = "Điểm thử"', "name = 7"), "site.name", "text in quotes", "7"),
        (('name = "Điểm thử"', 'name = "x"\nlanguage = "fr"'), "site.language", "one of: 'vi', 'en'", "'fr'"),
        (
            ('name = "Điểm thử"', 'name = "x"\ntime_zone = "Mars/Base"'),
            "site.time_zone",
            "such as Asia/Ho_Chi_Minh",
            "'Mars/Base'",
        ),
        (
            ('name = "Điểm thử"', 'name = "x"\ntime_zone = "../etc"'),
            "site.time_zone",
            "such as Asia/Ho_Chi_Minh",
            "'../etc'",
        ),
        (('name = "Điểm thử"', 'name = "x"\nnaem = 3'), "site.naem", "no such setting", "3"),
        (("[site]", "[server]\nport = 99999\n[site]"), "server.port", "65535 or less", "99999"),
        (("[site]", '[server]\nport = "x"\n[site]'), "server.port", "a whole number", "'x'"),
        (("[site]", '[server]\ntrusted_proxy = "*"\n[site]'), "server.trusted_proxy", "IP address", "'*'"),
        (
            ("[site]", '[server]\nallowed_hosts = ["https://a.example"]\n[site]'),
            "server.allowed_hosts.0",
            "without http:// and port",
            "'https://a.example'",
        ),
        (("[site]", "[server]\nbehind_tls = true\n[site]"), "server", "needs allowed_hosts", ""),
        (("[site]", "[limits]\nhook_seconds = 0\n[site]"), "limits.hook_seconds", "more than 0", "0"),
        (("plugins = [", 'role = "both"\nplugins = ['), "role", "one of: 'kiosk', 'platform'", "'both'"),
        (('["citizen_id"]', '"citizen_id"'), "plugins", "a list in brackets", "'citizen_id'"),
        (('["citizen_id"]', "[3]"), "plugins.0", "text in quotes", "3"),
    ],
)
def test_a_mistake_is_named_with_its_key_what_was_expected_and_what_is_there(
    tmp_path: Path, change: tuple[str, str], key: str, expected: str, found: str
) -> None:
    said = next(line for line in problems(tmp_path, GOOD.replace(*change)) if line.startswith(f"{key}: "))
    assert expected in said
    assert found in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[plugin.self_check_in]\n", "plugin.self_check_in: settings for a plugin that is not in 'plugins'"),
        ("[plugin]\ncitizen_id = 3\n", "plugin.citizen_id: expected a table"),
    ],
)
def test_sections_of_plugins(tmp_path: Path, more: str, said: str) -> None:
    assert any(line.startswith(said) for line in problems(tmp_path, GOOD + more))


def test_sections_that_are_no_table(tmp_path: Path) -> None:
    assert "plugin: expected tables" in problems(tmp_path, "plugin = 3\n" + GOOD)[0]


def test_a_plugin_named_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD.replace('["citizen_id"]', '["citizen_id", "citizen_id"]')) == [
        "plugins: 'citizen_id' is named more than once"
    ]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("test-site", "No!").replace('name = "Điểm thử"', "name = 1\nlane = 2")
    assert {line.partition(":")[0] for line in problems(tmp_path, text)} == {"site.id", "site.name", "site.lane"}


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = ", b"[site\n", b'a = "\x00"'])
def test_files_that_are_no_toml(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(data)
    with pytest.raises(ProfileError, match=r"site\.toml"):
        read_profile(path)


@settings(max_examples=60)
@given(
    st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: (GOOD + text).encode("utf-8", "replace")))
)
def test_any_bytes_end_in_a_profile_or_in_words(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(data)
    said: list[Mistake] = []
    try:
        read_profile(path)
    except ProfileError as error:
        said = error.problems
    assert all(one.file == str(path) and one.text.vi and one.text.en for one in said)


def test_a_plugins_own_section_is_checked_by_its_own_model(workshop: Workshop) -> None:
    with pytest.raises(ProfileError) as caught:
        workshop.build(
            ["self_check_in"],
            sections='[plugin.self_check_in]\nsame_visit_minutes = -1\nticket_prefix = "TOOLONG"\nx = 1\n',
        )
    said = str(caught.value)
    for words in (
        "plugin.self_check_in.same_visit_minutes: expected 0 or more, found -1",
        "plugin.self_check_in.ticket_prefix: expected at most 3 characters, found 'TOOLONG'",
        "plugin.self_check_in.x: no such setting, found 1",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("role", "limits", "seconds"),
    [
        ("kiosk", "", 2.0),
        ("platform", "", 30.0),
        ("platform", "[limits]\nidle_reset_seconds = 60", 30.0),
        ("platform", "[limits]\nhook_seconds = 5", 5.0),
    ],
)
def test_a_platform_waits_longer_for_a_plugin_that_folds_thousands(
    tmp_path: Path, role: str, limits: str, seconds: float
) -> None:
    path = tmp_path / "site.toml"
    path.write_text(f'role = "{role}"\n{GOOD}{limits}\n', "utf-8")
    assert read_profile(path).core.limits.hook_seconds == seconds


def test_a_section_is_frozen() -> None:
    section = check_section(Path("x"), "self_check_in", SelfCheckInSettings, {"ticket_prefix": "B"})
    with pytest.raises(ValueError, match="frozen"):
        section.ticket_prefix = "C"  # type: ignore[attr-defined]


def test_profiles_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    assert find_profile("kiosk") == PROFILES / "kiosk.toml"
    own = tmp_path / "own.toml"
    own.write_text(GOOD)
    assert find_profile(str(own)) == own
    with pytest.raises(ProfileError, match="no such file"):
        find_profile(str(tmp_path / "other.toml"))
    with pytest.raises(ProfileError, match=r"shipped are: .*kiosk.*platform"):
        find_profile("kiosc")
    with pytest.raises(ProfileError):
        find_profile("../profiles/kiosk\0")


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_profile_loads_every_plugin_it_names(path: Path, tmp_path: Path) -> None:
    profile = read_profile(path)
    appliance = Appliance(profile, tmp_path)
    appliance.load_plugins()
    assert [state.name for state in appliance.host.states()] == ["core", *profile.core.plugins]
    assert {state.status for state in appliance.host.states()} == {"loaded"}
    assert appliance.host.absent == ()
    appliance.runner.stop()


# --- every mistake has words of its own

ODD = [
    None,
    "",
    "x" * 9000,
    "x y",
    -(10**9),
    10**12,
    [],
    {},
    [1],
    ["x", "x"],
    {"kind": "x"},
    3.5,
    True,
    float("inf"),
    "(?P<x",
    "\0",
]


def every_model() -> list[type[BaseModel]]:
    """The settings of the core and of every shipped plugin, with the models inside them."""
    found: list[type[BaseModel]] = []

    def walk(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
            found.append(annotation)
            for field in annotation.model_fields.values():
                walk(field.annotation)
        for inner in get_args(annotation):
            walk(inner)

    for model in [CoreSettings, *(info.entry_point.load().Settings for info in installed_plugins().values())]:
        walk(model)
    return found


@pytest.mark.parametrize("model", every_model(), ids=lambda model: model.__name__)
def test_what_any_settings_expect_is_said_in_our_own_words_in_both_languages(model: type[BaseModel]) -> None:
    own = {*WORDS, "string_pattern_mismatch", "literal_error", "union_tag_invalid", "value_error"}
    for name in model.model_fields:
        for odd in ODD:
            try:
                model.model_validate({name: odd})
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    words = expected(problem)
                    assert problem["type"] in own, problem
                    assert words.vi != words.en, problem
                    assert problem["msg"] not in words.en, problem
                    assert "{" not in words.vi + words.en, words
                    if problem["type"] == "string_pattern_mismatch":
                        assert problem["ctx"]["pattern"] in FORMS, "say in kiosk/settings/words.py what it means"


def test_a_mistake_is_told_with_its_line_and_in_the_readers_language(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(GOOD.replace('name = "Điểm thử"', 'naem = "Điểm thử"'), "utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    missing, unknown = caught.value.problems
    assert (missing.line, missing.key) == (4, "site.name")
    assert unknown.in_language("en") == f"{path}:6: site.naem: no such setting (did you mean name?), found 'Điểm thử'"
    assert (
        unknown.in_language("vi")
        == f"{path}:6: site.naem: không có mục cấu hình này (ý bạn là name?); đang là 'Điểm thử'"
    )
