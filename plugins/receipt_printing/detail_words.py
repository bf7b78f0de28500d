"""What the drivers of printers say in detail, in Vietnamese too. Knows no printer; a new sentence is told in English only."""

from __future__ import annotations

import re

from kiosk.domain import Text

# the status in words says the same already
_SAID = frozenset({"the paper sensor sees no paper", "the cover is open"})

_VIETNAMESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english), vietnamese)
    for english, vietnamese in (
        (r"the printer stopped taking bytes", "máy in ngừng nhận dữ liệu"),
        (r"the printer closed the connection", "máy in tự ngắt kết nối"),
        (r"the printer did not say that it finished", "máy in không báo đã in xong"),
        (r"the serial line is gone", "mất cổng nối tiếp"),
        (r"no USB printer is plugged in", "không thấy máy in USB nào được cắm"),
        (r"the USB printer was unplugged", "máy in USB đã bị rút ra"),
        (r"the USB printer has no end point to write to", "máy in USB không có đường ghi dữ liệu"),
        (r"libusb is not installed \(Debian: (\S+)\)", r"chưa cài libusb (Debian: \1)"),
        (r"the job took longer than (\d+) s", r"in một phiếu lâu hơn \1 giây"),
        (r"no answer to status request (\d)", r"không trả lời câu hỏi trạng thái số \1"),
        (r"the printer reports an error \((DLE EOT 3: 0x..): cutter or head\)", r"\1: dao cắt hoặc đầu in"),
        (r"the printer says it is off line \((DLE EOT 1: 0x..)\)", r"máy in báo ngoại tuyến, \1"),
        (r"(\S+) does not answer", r"\1 không trả lời"),
        (r"(\S+): cannot be opened", r"không mở được \1"),
        (r"(\S+): No such file or directory", r"không có \1"),
        (r"(\S+): Permission denied", r"không có quyền dùng \1"),
        (r"(\S+): Connection refused", r"\1 từ chối kết nối"),
        (r"(\S+): No route to host", r"không có đường mạng tới \1"),
    )
)


def detail_words(detail: str) -> Text:
    """A driver's ``detail`` for the technician. Vietnamese is empty where there are no words for it."""
    if detail in _SAID:
        return Text("", "")
    for english, vietnamese in _VIETNAMESE:
        found = english.fullmatch(detail)
        if found:
            return Text(found.expand(vietnamese), detail)
    return Text("", detail)
