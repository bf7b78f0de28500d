"""Letters on the citizen's screen: Vietnamese by Telex and by touch."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

pytestmark = pytest.mark.browser


NAME = {"id": "name", "text": {"vi": "Họ tên?", "en": "Name?"}, "kind": "text", "choices": [], "max_length": 6}


def telex(screen: Any, typed: list[str]) -> list[str]:
    return list(
        screen.page.evaluate(
            """async words => {
              const {type} = await import("/static/js/kiosk/telex.js");
              return words.map((keys) => [...keys].reduce((text, key) => type(text, key), ""));
            }""",
            typed,
        )
    )


def test_telex_writes_vietnamese(appliance: Any, screen: Any) -> None:
    screen.page.goto(appliance.url + "/kiosk")
    expected = {
        "Nguyeenx": "Nguyễn", "Nguyenex": "Nguyễn", "tieengs Vieetj": "tiếng Việt", "dduwowngf": "đường", "dduongwf": "đường",
        "hoaf": "hòa", "hoafn": "hoàn", "quas": "quá", "gias": "giá", "gif": "gì", "quyeenf": "quyền", "khuyur": "khuỷu",
        "Hawngf": "Hằng", "ddaaus": "đấu", "Ddaf Nawngx": "Đà Nẵng", "Hueej": "Huệ", "thuowr": "thuở", "thuowng": "thương",
        "nguwowif": "người", "ruowuj": "rượu", "Phuowngj": "Phượng", "muaf": "mùa", "mias": "mía", "toans": "toán",
        "ngoaif": "ngoài", "quoocs": "quốc", "quow": "quơ", "Bif": "Bì", "oong": "ông",
        "ass": "as", "aaa": "aa", "ddd": "dd", "aww": "aw", "hoasz": "hoa", "12a": "12a",
    }  # fmt: skip
    assert dict(zip(expected, telex(screen, list(expected)), strict=True)) == expected


@limits(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    words=st.lists(
        st.text(st.sampled_from("abcdeghiklmnopqrstuvxyAĐzwfjsrx đêơ1.-"), max_size=12), min_size=10, max_size=30
    )
)
def test_telex_takes_any_keys_and_gives_composed_text(appliance: Any, screen: Any, words: list[str]) -> None:
    if "/kiosk" not in screen.page.url:
        screen.page.goto(appliance.url + "/kiosk")
    for keys, text in zip(words, telex(screen, words), strict=True):
        assert len(text) <= len(keys)
        assert text == unicodedata.normalize("NFC", text)


def test_the_letter_keyboard_by_touch(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    appliance.scripted(decision="ask", questions=[NAME])
    screen.scanner("001099012345")
    screen.wait_for("keyboard")
    for key in ("l", "ê", "tone:s", "space", "a", "n"):
        selector = {"tone:s": "[data-tone=s]", "space": "[data-letter=' ']"}.get(key, f"[data-letter='{key}']")
        screen.page.click(f".keyboard-keys {selector}")
    assert screen.text("#keyboard-line") == "Lế An"
    screen.page.click("[data-letter=x]")  # the tone of Telex takes no room
    assert screen.text("#keyboard-line") == "Lế Ãn"
    screen.page.click("[data-letter=b]")
    screen.page.click("[data-letter=c]")
    assert screen.text("#keyboard-line") == "Lế Ãnb"  # six letters are the limit
    screen.page.click(".keyboard-keys [data-erase]")
    assert screen.text("#keyboard-line") == "Lế Ãn"
