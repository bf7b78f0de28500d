"""Is there somebody to believe, and is that still so? For the technician's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk.domain import HealthCheck, HealthLevel, Text
from plugins.health_certificate.trust_files import FromFiles
from plugins.health_certificate.trust_store import TrustState

TRUST, FILES = "health_certificate.trust", "health_certificate.trust_files"
_LOAD = Text(
    "Kết nối nền tảng quốc gia, hoặc nạp khóa: 'kiosk certificate trust TỆP', hoặc ghi 'trust_files' trong hồ sơ cấu hình.",
    "Connect to the national platform, or load keys: 'kiosk certificate trust FILE', or name 'trust_files' in the profile.",
)
_RENEW = Text(
    "Kết nối nền tảng quốc gia để nhận danh sách mới; đến lúc đó vẫn dùng danh sách cũ.",
    "Connect to the national platform for a new one; the old one serves until then.",
)
_FIX = Text(
    "Sửa tệp hoặc bỏ tên tệp khỏi 'trust_files' rồi khởi động lại.",
    "Mend the file or take it out of 'trust_files', then restart.",
)


def age_days(files: FromFiles, state: TrustState, now: datetime) -> int | None:
    """How old the newest word on any key is; None where there is none."""
    newest = max(files.newest, state.newest_ms / 1000)
    return None if newest == 0 else max(0, int((now.timestamp() - newest) // 86_400))


def checks(files: FromFiles, state: TrustState, now: datetime, stale_days: int) -> Iterator[HealthCheck]:
    """The trust list, and files that could not be read."""
    keys = files.ring.size + state.keys
    age = age_days(files, state, now)
    if keys == 0 or age is None:
        text = Text(
            "Chưa có khóa tin cậy nào: không kiểm tra được chứng nhận.",
            "No trusted key: no certificate can be checked.",
        )
        yield HealthCheck(TRUST, HealthLevel.WARNING, text, _LOAD)
    elif age > stale_days:
        text = Text(f"Danh sách khóa tin cậy đã cũ {age} ngày.", f"The trust list is {age} days old.")
        yield HealthCheck(TRUST, HealthLevel.WARNING, text, _RENEW)
    else:
        text = Text(
            f"Số khóa tin cậy: {keys}; mới nhất {age} ngày trước.",
            f"Trusted keys: {keys}; the newest word is {age} days old.",
        )
        yield HealthCheck(TRUST, HealthLevel.OK, text)
    if files.problems:
        names = ", ".join(f"{name} ({problem})" for name, problem in files.problems[:5])
        text = Text(f"Không đọc được tệp khóa: {names}.", f"Files of keys cannot be read: {names}.")
        yield HealthCheck(FILES, HealthLevel.WARNING, text, _FIX)
