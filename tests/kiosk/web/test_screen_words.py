"""The sentences of the pages: nothing untranslated, nothing out of date, every key used and every used key there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import flask
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask_babel import Babel

import kiosk.web
from kiosk.web.screen_words import words_in_both_languages

WEB = Path(kiosk.web.__file__).parent
CATALOGUE = WEB / "translations" / "en" / "LC_MESSAGES" / "messages"
ADVICE = "see the head of kiosk/web/babel.cfg for the three commands that bring the catalogue up to date"
# Keys that a script puts together: `${decision}_title`.
ASSEMBLED = re.compile(r"(admit|refer|refuse|ask)_(title|next|reason)")


@pytest.fixture
def sentences() -> dict[str, dict[str, str]]:
    app = flask.Flask("kiosk.web")
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    Babel(app)
    with app.test_request_context("/"):
        return words_in_both_languages()


def catalogue() -> Catalog:
    with CATALOGUE.with_suffix(".po").open("rb") as file:
        return read_po(file, locale="en")


def test_every_sentence_in_the_source_is_in_the_catalogue_and_no_other() -> None:
    with (WEB / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, filename="babel.cfg")
    found = {message for _, _, message, _, _ in extract_from_dir(WEB, methods, options)}
    known = {message.id for message in catalogue() if message.id}
    assert found - known == set(), ADVICE
    assert known - found == set(), ADVICE


def test_every_sentence_is_translated_and_none_is_fuzzy() -> None:
    for message in catalogue():
        if message.id:
            assert message.string, f"{message.id!r}: {ADVICE}"
            assert not message.fuzzy, f"{message.id!r}: {ADVICE}"


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in catalogue():
        if message.id:
            holes = r"\{\w+\}|%\(\w+\)s"
            assert sorted(re.findall(holes, message.id)) == sorted(re.findall(holes, str(message.string)))


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    fresh = io.BytesIO()
    write_mo(fresh, catalogue())
    fresh.seek(0)
    assert compiled == {message.id: message.string for message in read_mo(fresh) if message.id}, ADVICE


def test_both_languages_have_the_same_keys_and_differ(sentences: dict[str, dict[str, str]]) -> None:
    assert sentences["vi"].keys() == sentences["en"].keys()
    assert [key for key, text in sentences["vi"].items() if text == sentences["en"][key]] == []


def test_keys_used_by_page_and_scripts_are_the_keys_there_are(sentences: dict[str, dict[str, str]]) -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in (WEB / "static" / "js" / "kiosk").glob("*.js"))
    pages = "\n".join(path.read_text("utf-8") for path in (WEB / "templates" / "kiosk").glob("*.html"))
    keys = set(sentences["vi"])
    quoted = set(re.findall(r"""["']([a-z_]+)["']""", scripts + pages)) | set(re.findall(r"words\.(\w+)", pages))
    assert {key for key in keys - quoted if not ASSEMBLED.fullmatch(key)} == set(), "sentences that nothing shows"
    asked = set(re.findall(r'words\.get\("([a-z_]+)"', scripts)) | set(
        re.findall(r'data-t(?:-\w+)?="([a-z_]+)"', pages)
    )
    asked |= set(re.findall(r'\bkey\("([a-z_]+)"\)', pages)) | set(re.findall(r'\bt\("([a-z_]+)"', pages))
    assert asked - keys == set(), "sentences that are missing"
