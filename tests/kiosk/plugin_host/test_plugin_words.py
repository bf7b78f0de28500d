"""Why a plugin does not run, in words: what the host and the appliance really say, without English in Vietnamese."""

from __future__ import annotations

import pytest

from kiosk.domain import HealthCheck
from kiosk.health import core_checks
from kiosk.plugin import PluginContext, PluginSettings, hookimpl
from kiosk.plugin_host import words as plugin_words
from tests.support.appliance import Workshop


class Plain:
    Settings = PluginSettings

    def __init__(self, context: PluginContext) -> None:
        pass


class Refuses(Plain):
    def __init__(self, context: PluginContext) -> None:
        raise RuntimeError("no such library")


class Fails(Plain):
    @hookimpl
    def startup(self) -> None:
        raise KeyError("x")


def check(workshop: Workshop, name: str, plugin: type | None, safe: bool = False) -> HealthCheck:
    appliance = workshop.open([(name, plugin) if plugin else name], safe=safe)
    appliance.guarded("startup")
    found = {one.name: one for one in core_checks(appliance)}
    assert found[f"plugin.{name}"].advice.vi
    return found[f"plugin.{name}"]


@pytest.mark.parametrize(
    ("plugin", "vi", "en"),
    [
        (None, "chưa cài (cài bằng pip gói có phần này)", "missing (not installed; pip install"),
        (Refuses, "không nạp được (lỗi khi nạp: RuntimeError", "broken (did not load: RuntimeError"),
        (Fails, "đang chạy (startup: lỗi KeyError tại test_plugin_words.py:", "loaded (startup: KeyError at"),
    ],
)
def test_each_reason_has_words_in_both_languages(workshop: Workshop, plugin: type | None, vi: str, en: str) -> None:
    said = check(workshop, "probe", plugin).text
    assert vi in said.vi
    assert en in said.en


def test_a_plugin_that_blocks() -> None:
    assert plugin_words.reason("judge: no answer for 10 s").vi == "judge: không trả lời trong 10 giây"
    assert plugin_words.reason("did not load within 20 s").vi == "không nạp xong trong 20 giây"


def test_safe_mode_is_said_in_the_readers_language(workshop: Workshop) -> None:
    said = check(workshop, "probe", Plain, safe=True).text
    assert said.vi == "Phần mở rộng probe: tạm ngừng (máy ở chế độ an toàn)."
    assert plugin_words.safe_mode_reason("asked for").vi == "được yêu cầu bằng --safe"
    assert plugin_words.safe_mode_reason("the last start did not end").vi == "lần khởi động trước không xong"


def test_a_sentence_that_is_new_is_shown_as_it_is() -> None:
    assert plugin_words.reason("something else").vi == "something else"
    assert plugin_words.safe_mode_reason("something else").en == "something else"
    assert plugin_words.status("new").vi == "new"
