"""The platform's state, in words for who runs it."""

from __future__ import annotations

from sqlalchemy import func, select

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.plugin import PluginContext
from plugins.national_platform import alarms, devices
from plugins.national_platform.models import ParkedRecord


def checks(context: PluginContext) -> list[HealthCheck]:
    """Copied cards, parked records, devices heard of. Three small counts, no list."""
    now_ms = int(context.clock.now().timestamp() * 1000)
    with context.services.session() as session:
        forks = alarms.count_open(session)
        parked = session.scalar(select(func.count()).select_from(ParkedRecord)) or 0
        enrolled, online = devices.counts(session, now_ms - context.settings.online_minutes * 60_000)
    return [_forks(forks), _parked(parked), _devices(enrolled, online)]


def _forks(count: int) -> HealthCheck:
    if not count:
        return HealthCheck("platform.alarms", HealthLevel.OK, Text("Không có báo động.", "No alarm is open."))
    return HealthCheck(
        "platform.alarms",
        HealthLevel.FAULT,
        Text(
            f"{count} sổ nhật ký có hai lịch sử khác nhau: có thể thẻ nhớ bị sao chép.",
            f"{count} journals have two histories: a card was probably copied.",
        ),
        Text(
            "Xem trang Báo động, tìm hai máy dùng cùng danh tính, thu hồi và cài lại một máy.",
            "See the page Alarms, find the two machines with one identity, revoke it and set one up anew.",
        ),
    )


def _parked(count: int) -> HealthCheck:
    if not count:
        return HealthCheck("platform.parked", HealthLevel.OK, Text("Mọi bản ghi đã vào bảng.", "No record is parked."))
    return HealthCheck(
        "platform.parked",
        HealthLevel.WARNING,
        Text(f"{count} bản ghi được giữ nhưng chưa vào bảng.", f"{count} records are kept and in no table yet."),
        Text(
            "Xem lý do ở trang Bản ghi để riêng. Nếu một phần mở rộng không nạp được, khởi động lại; nếu loại bản ghi còn lạ, "
            "cập nhật nền tảng. Sau đó nền tảng tự đưa chúng vào bảng.",
            "See why on the page Parked records. Where a plugin did not load, restart; where a kind is not known yet, update the "
            "platform. After that it takes them up by itself.",
        ),
    )


def _devices(enrolled: int, online: int) -> HealthCheck:
    return HealthCheck(
        "platform.devices",
        HealthLevel.INFO,
        Text(f"{online} trên {enrolled} thiết bị đang kết nối.", f"{online} of {enrolled} devices are connected."),
    )
