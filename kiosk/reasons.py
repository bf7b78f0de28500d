"""The core's own reasons, in words: what happened and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain import Finding, Malformed, Severity, Text
from kiosk.plugin_host.host import PluginFault

SEE_STAFF = Text("Mời bạn gặp nhân viên, họ sẽ giúp bạn ngay.", "Please see a member of staff; they will help you.")
SHOW_AGAIN = Text(
    "Hãy đưa lại mã, hoặc chọn “Tôi không có mã QR”, hoặc gặp nhân viên.",
    "Show the code again, choose “I have no QR code”, or see a member of staff.",
)

EMPTY = Finding(
    "core.empty_payload", Severity.CONCERN, Text("Mã không có nội dung.", "The code holds nothing."), SHOW_AGAIN
)
UNKNOWN = Finding(
    "core.unknown_code",
    Severity.CONCERN,
    Text("Máy không nhận ra loại mã này.", "This kiosk does not know this kind of code."),
    Text(
        "Hãy đưa mã trên căn cước công dân hoặc thẻ bảo hiểm y tế, hoặc gặp nhân viên.",
        "Show the code on your ID card or health insurance card, or see a member of staff.",
    ),
)
TOO_SLOW = Finding(
    "core.too_slow",
    Severity.CONCERN,
    Text("Máy không kiểm tra xong kịp thời.", "The check could not be finished in time."),
    SEE_STAFF,
)


def too_long(limit: int) -> Finding:
    return Finding(
        "core.payload_too_long",
        Severity.CONCERN,
        Text(
            f"Mã dài quá mức cho phép ({limit} byte), nên không được đọc.",
            f"The code is longer than allowed ({limit} bytes), so it was not read.",
        ),
        SHOW_AGAIN,
    )


def malformed(found: Malformed) -> Finding:
    return Finding(found.code, Severity.CONCERN, found.text, SHOW_AGAIN)


def plugin_fault(fault: PluginFault) -> Finding:
    return Finding(
        "core.plugin_fault",
        Severity.CONCERN,
        Text(
            f"Một phần của máy ({fault.plugin}) gặp lỗi, nên máy không tự quyết định.",
            f"A part of this kiosk ({fault.plugin}) failed, so it does not decide by itself.",
        ),
        SEE_STAFF,
    )


def plugins_absent(names: Sequence[str]) -> Finding:
    """Parts of the profile that decide, or may, and do not run: what they know is missing."""
    which = ", ".join(names)
    return Finding(
        "core.plugin_absent",
        Severity.CONCERN,
        Text(
            f"Một phần của máy ({which}) không hoạt động, nên máy không tự quyết định.",
            f"A part of this kiosk ({which}) is not working, so it does not decide by itself.",
        ),
        SEE_STAFF,
    )


def not_recorded(reason: str) -> Finding:
    return Finding(
        f"core.not_recorded.{reason}",
        Severity.CONCERN,
        Text("Lượt của bạn chưa được ghi lại.", "Your visit has not been recorded."),
        SEE_STAFF,
    )
