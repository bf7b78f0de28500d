"""Why a plugin does not run, and why safe mode, in words. The host and the appliance say it in code and English."""

from __future__ import annotations

import re

from kiosk.domain import Text

_STATUS = {
    "loaded": Text("đang chạy", "loaded"),
    "suspended": Text("tạm ngừng", "suspended"),
    "broken": Text("không nạp được", "broken"),
    "missing": Text("chưa cài", "missing"),
    "not in this profile": Text("không có trong hồ sơ", "not in this profile"),
}
_SAFE_MODE = {
    "asked for": Text("được yêu cầu bằng --safe", "asked for with --safe"),
    "the last start did not end": Text("lần khởi động trước không xong", "the last start did not end"),
}
_REASONS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(said), vietnamese, english)
    for said, vietnamese, english in (
        (r"safe mode", "máy ở chế độ an toàn", "safe mode loads no plugin"),
        (r"not installed; .*", "cài bằng pip gói có phần này", r"\g<0>"),
        (r"did not load within (\d+) s", r"không nạp xong trong \1 giây", r"\g<0>"),
        (r"did not load: (.*)", r"lỗi khi nạp: \1", r"\g<0>"),
        (r"its tables cannot be rebuilt: (.*)", r"không dựng lại được các bảng: \1", r"\g<0>"),
        (r"(.*): (\S+) did not start in (\d+) s", r"\1: \2 không khởi động xong trong \3 giây", r"\g<0>"),
        (r"(\S+): no answer for (\d+) s", r"\1: không trả lời trong \2 giây", r"\g<0>"),
        (r"(\S+): (\S+) at (\S+)", r"\1: lỗi \2 tại \3", r"\g<0>"),
    )
)


def status(code: str) -> Text:
    """``PluginState.status`` in words."""
    return _STATUS.get(code, Text(code, code))


def reason(said: str) -> Text:
    """``PluginState.reason`` in words; names of hooks, errors and files stay as they are."""
    for pattern, vietnamese, english in _REASONS:
        found = pattern.fullmatch(said)
        if found:
            return Text(found.expand(vietnamese), found.expand(english))
    return Text(said, said)


def safe_mode_reason(said: str) -> Text:
    """``Appliance.safe_reason`` in words."""
    return _SAFE_MODE.get(said, Text(said, said))


def advice(code: str) -> Text:
    """What to do about a plugin in this status."""
    if code == "missing":
        return Text(
            "Cài gói có phần này, hoặc tắt nó trong hồ sơ điểm; rồi khởi động lại.",
            "Install the package that brings it, or disable it in the profile; then restart.",
        )
    return Text(
        "Khởi động lại; nếu lặp lại, tắt phần này trong hồ sơ điểm và báo kỹ thuật.",
        "Restart; if it happens again, disable it in the profile and report it.",
    )
