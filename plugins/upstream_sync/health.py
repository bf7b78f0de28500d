"""Sync's lines on the technician's page, from memory alone."""

from __future__ import annotations

from collections.abc import Iterator

from hardware.supervise import Condition, WorkerState
from kiosk.domain import HealthCheck, HealthLevel, Text
from plugins.upstream_sync.faults import SyncFault
from plugins.upstream_sync.status import Status
from plugins.upstream_sync.words import advice_for, words_for

OLD_HOURS = 24  # an unsent record older than this is worth a warning
SILENT_HOURS = 24
CORRECTED_MS = 60_000  # a clock that is put right by so little has not gone back

_ENROL = Text(
    "Xin mã đăng ký từ nền tảng rồi chạy 'kiosk enrol MÃ --platform ĐỊA_CHỈ'. Không mạng: 'kiosk journal export' ra USB.",
    "Get a code from the platform, then run 'kiosk enrol CODE --platform URL'. No link: 'kiosk journal export' to USB.",
)
_CARRY = Text(
    "Kiểm tra mạng; nếu lâu dài, xuất sổ nhật ký ra USB và mang tới nơi có mạng.",
    "Check the network; if it lasts, export the journal to USB and carry it to where there is one.",
)


def checks(status: Status, worker: Condition, now_ms: int, drift_warning_seconds: float) -> Iterator[HealthCheck]:
    """Enrolment, contact, backlog, parked records, alarms, clock; the worker only where it is not well."""
    yield _enrolment(status)
    if worker.stalled or worker.failures:
        yield _worker(worker)
    if status.enrolment is None:
        return
    yield _contact(status, now_ms)
    if status.pull_fault in ("signature", "chain"):
        what, advice = words_for(status.pull_fault)
        yield HealthCheck("sync.received", HealthLevel.FAULT, what, advice)
    if status.backlog is not None:
        yield _backlog(status, now_ms)
        if status.backlog.parked > status.backlog.kept:
            yield _parked(status.backlog.parked - status.backlog.kept)
        if status.backlog.kept:
            yield _kept(status.backlog.kept)
        for writer, code, seq in status.backlog.alarms:
            yield _alarm(writer, code, seq)
    if status.drift_ms is not None:
        yield _drift(status.drift_ms, status.drift_uncertain_ms, drift_warning_seconds)


def _enrolment(status: Status) -> HealthCheck:
    if status.enrolment_damaged:
        return HealthCheck(
            "sync.enrolment",
            HealthLevel.FAULT,
            Text("Không đọc được thông tin đăng ký của máy.", "This device's enrolment cannot be read."),
            _ENROL,
        )
    if status.enrolment is None and not status.looked:
        starting = Text("Đồng bộ đang khởi động.", "Sync is starting.")
        return HealthCheck("sync.enrolment", HealthLevel.INFO, starting, pending=True)
    if status.enrolment is None:
        return HealthCheck(
            "sync.enrolment",
            HealthLevel.INFO,
            Text("Máy chưa đăng ký với nền tảng; bản ghi được giữ tại máy.", "Not enrolled; records stay here."),
            _ENROL,
        )
    if status.restart_needed:
        return HealthCheck(
            "sync.enrolment",
            HealthLevel.WARNING,
            Text("Vừa đăng ký xong.", "Just enrolled."),
            Text("Khởi động lại máy để bắt đầu sổ nhật ký mới.", "Restart the appliance to begin its new journal."),
        )
    return HealthCheck(
        "sync.enrolment",
        HealthLevel.OK,
        Text(f"Đã đăng ký với {status.enrolment.platform}.", f"Enrolled at {status.enrolment.platform}."),
    )


def _worker(worker: Condition) -> HealthCheck:
    failed = worker.state is WorkerState.FAILED or worker.stalled
    return HealthCheck(
        "sync.worker",
        HealthLevel.FAULT if failed else HealthLevel.WARNING,
        Text(
            f"Luồng đồng bộ gặp lỗi ({worker.error or 'stalled'}).",
            f"Sync's worker failed ({worker.error or 'stalled'}).",
        ),
        Text(
            "Máy tự thử lại; nếu còn, khởi động lại và báo kỹ thuật.",
            "It is restarted; if it stays, restart and report it.",
        ),
    )


def _contact(status: Status, now_ms: int) -> HealthCheck:
    """Not ok as soon as an exchange failed: the citizen's screen then says that the work goes on without the platform."""
    ago = _ago(status.last_contact_ms, now_ms)
    if not status.looked:
        text = Text("Đang liên lạc với nền tảng.", "The platform is being asked.")
        return HealthCheck("sync.contact", HealthLevel.OK, text, pending=True)
    if not status.fault:
        if status.last_contact_ms is None:
            text = Text("Chưa liên lạc với nền tảng.", "No contact with the platform yet.")
            return HealthCheck("sync.contact", HealthLevel.OK, text)
        text = Text(f"Liên lạc lần cuối {ago.vi} trước.", f"Last contact {ago.en} ago.")
        return HealthCheck("sync.contact", HealthLevel.OK, text)
    what, advice = advice_for(SyncFault(status.fault))
    silent = _is_old(status.last_contact_ms, now_ms, SILENT_HOURS)
    person = status.fault in ("unauthorised", "revoked", "forbidden", "site", "device", "clock", "tls", "malformed")
    said = Text(
        f"{what.vi} Liên lạc lần cuối: {ago.vi} trước." if status.last_contact_ms is not None else what.vi,
        f"{what.en} Last contact: {ago.en} ago." if status.last_contact_ms is not None else what.en,
    )
    level = HealthLevel.FAULT if person else HealthLevel.WARNING if silent else HealthLevel.INFO
    return HealthCheck("sync.contact", level, said, advice)


def _backlog(status: Status, now_ms: int) -> HealthCheck:
    backlog = status.backlog
    assert backlog is not None
    if not backlog.unsent:
        return HealthCheck("sync.backlog", HealthLevel.OK, Text("Mọi bản ghi đã gửi.", "Every record is sent."))
    age = _ago(backlog.oldest_ms, now_ms)
    old = _is_old(backlog.oldest_ms, now_ms, OLD_HOURS)
    return HealthCheck(
        "sync.backlog",
        HealthLevel.WARNING if old else HealthLevel.INFO,
        Text(
            f"{backlog.unsent} bản ghi chờ gửi, cũ nhất {age.vi} trước.",
            f"{backlog.unsent} records wait to be sent, the oldest from {age.en} ago.",
        ),
        _CARRY if old else Text("", ""),
    )


def _parked(count: int) -> HealthCheck:
    return HealthCheck(
        "sync.parked",
        HealthLevel.WARNING,
        Text(f"{count} bản ghi được để riêng vì chưa dùng được.", f"{count} records were set aside: not usable yet."),
        Text(
            "Xem lý do ở trang Đồng bộ; thường chỉ cần cập nhật phần mềm rồi bấm Gửi lại.",
            "See why on the page Sync; most often an update and 'Send again' mend it.",
        ),
    )


def _kept(count: int) -> HealthCheck:
    return HealthCheck(
        "sync.kept",
        HealthLevel.INFO,
        Text(
            f"{count} bản ghi của nền tảng dành cho phần mở rộng không có ở máy này; máy vẫn giữ chúng.",
            f"{count} records of the platform are for plugins that this device does not have; they are kept.",
        ),
        Text(
            "Không cần làm gì. Nếu sau này bật phần đó trong hồ sơ, chúng được dùng ngay.",
            "Nothing need be done. Where such a plugin is enabled in the profile later, they are used at once.",
        ),
    )


def _alarm(writer: str, code: str, seq: int) -> HealthCheck:
    what, advice = words_for(code)
    return HealthCheck(
        f"sync.alarm.{writer}",
        HealthLevel.FAULT,
        Text(f"{what.vi} (sổ {writer}, bản ghi {seq})", f"{what.en} (journal {writer}, record {seq})"),
        advice,
    )


def _drift(drift_ms: int, uncertain_ms: int, warning_seconds: float) -> HealthCheck:
    seconds, about = drift_ms / 1000, uncertain_ms / 1000
    way = ("nhanh", "ahead of") if drift_ms > 0 else ("chậm", "behind")
    text = Text(
        f"Đồng hồ {way[0]} {abs(seconds):.1f} ± {about:.1f} giây so với nền tảng.",
        f"The clock is {abs(seconds):.1f} ± {about:.1f} s {way[1]} the platform's.",
    )
    if abs(seconds) - about <= warning_seconds:
        return HealthCheck("sync.clock", HealthLevel.OK, text)
    advice = Text("Nối mạng NTP hoặc đặt giờ bằng tay.", "Connect NTP, or set the time by hand.")
    return HealthCheck("sync.clock", HealthLevel.WARNING, text, advice)


def _is_old(then_ms: int | None, now_ms: int, hours: float) -> bool:
    """Longer ago than ``hours``, or nobody can say: a clock that went back must not make all look new for a year."""
    age_ms = _age_ms(then_ms, now_ms)
    return age_ms is None or age_ms > hours * 3_600_000


def _age_ms(then_ms: int | None, now_ms: int) -> int | None:
    """None where it is not known: never, or by this clock still to come."""
    if then_ms is None or then_ms > now_ms + CORRECTED_MS:
        return None
    return max(0, now_ms - then_ms)


def _ago(then_ms: int | None, now_ms: int) -> Text:
    age_ms = _age_ms(then_ms, now_ms)
    if age_ms is None:
        return Text("không rõ bao lâu", "an unknown time")
    minutes = age_ms // 60_000
    if minutes < 1:
        return Text("dưới một phút", "less than a minute")
    if minutes < 120:
        return Text(f"{minutes} phút", f"{minutes} min")
    if minutes < 48 * 60:
        return Text(f"{minutes // 60} giờ", f"{minutes // 60} h")
    return Text(f"{minutes // 1440} ngày", f"{minutes // 1440} days")
