"""The core's own health checks, in words a technician can act on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from kiosk.delegation import health as signing_health
from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.journal.project import behind
from kiosk.journal.rebuilding import under_way
from kiosk.plugin_host import words as plugin_words
from kiosk.storage import words as storage_words
from kiosk.storage.faults import Kind, StorageTrouble

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

LOW_DISK = 200 * 1024 * 1024  # bytes; a day's journal of a busy kiosk is under a tenth of it

REBUILDING = HealthCheck(
    "journal.tables",
    HealthLevel.WARNING,
    Text(
        "Các bảng đang được dựng lại từ sổ. Trong lúc đó thiết bị được hẹn gửi lại và giữ bản ghi của mình.",
        "Tables are being rebuilt from the journals. Meanwhile devices are told to come again, and keep their records.",
    ),
    Text(
        "Chờ cho xong, đừng tắt máy: nếu bị ngắt, việc dựng lại bắt đầu từ đầu.",
        "Wait until it has ended and switch nothing off: cut short, it begins anew.",
    ),
)
_PLUGIN_LEVELS = {
    "loaded": HealthLevel.OK,
    "suspended": HealthLevel.FAULT,
    "broken": HealthLevel.FAULT,
    "missing": HealthLevel.FAULT,
}


def core_checks(appliance: Appliance) -> list[HealthCheck]:
    """Journal, disk, clock, plugins, tables that are behind, what nobody had time to ask them, safe mode, signing."""
    return [
        _journal(appliance),
        disk_check(appliance.data_dir),
        _clock(appliance),
        *_plugins(appliance),
        *_behind(appliance),
        *_unanswered(appliance),
        *_safe_mode(appliance),
        *signing_health.checks(appliance.signing, appliance.clock.now().timestamp()),
    ]


def checks_without(data_dir: Path, trouble: StorageTrouble) -> list[HealthCheck]:
    """Where the data cannot be opened: by the same names, so that who watches them need learn nothing new."""
    what, advice = storage_words.WHAT[trouble.kind], storage_words.ADVICE[trouble.kind]
    named = Text(f"{what.vi} ({trouble.detail})", f"{what.en} ({trouble.detail})")
    told = HealthCheck("journal", HealthLevel.FAULT, named, advice)
    if trouble.kind is Kind.SILENT:
        return [told]  # whoever asks such a card how much room it has would hang as well
    return [told, disk_check(data_dir)]


def _journal(appliance: Appliance) -> HealthCheck:
    failure = appliance.journal.last_failure
    if not failure:
        return HealthCheck(
            "journal", HealthLevel.OK, Text("Sổ nhật ký ghi bình thường.", "The journal is being written.")
        )
    return HealthCheck(
        "journal",
        HealthLevel.FAULT,
        Text(f"Không ghi được sổ nhật ký ({failure}).", f"The journal cannot be written ({failure})."),
        Text(
            "Kiểm tra thẻ nhớ: còn chỗ trống không, có bị khóa ghi không. Máy chuyển mọi người tới nhân viên cho tới khi ghi được.",
            "Check the card: is there room, is it write-protected? Everyone is referred to staff until it can be written.",
        ),
    )


def disk_check(data_dir: Path) -> HealthCheck:
    """How much room is left where the data directory is."""
    try:
        card = shutil.disk_usage(data_dir)
    except OSError:
        card = None
    if card is None or not card.total:  # not there, or no place for files: /proc and its like
        return HealthCheck(
            "disk",
            HealthLevel.WARNING,
            Text("Không biết thẻ nhớ còn bao nhiêu chỗ.", "How much room the card has is not known."),
            Text("Kiểm tra đường dẫn sau --data.", "Check the path after --data."),
        )
    free = card.free
    megabytes = free // (1024 * 1024)
    if free >= LOW_DISK:
        return HealthCheck("disk", HealthLevel.OK, Text(f"Còn trống {megabytes} MB.", f"{megabytes} MB free."))
    return HealthCheck(
        "disk",
        HealthLevel.WARNING,
        Text(f"Thẻ nhớ sắp đầy: còn {megabytes} MB.", f"The card is nearly full: {megabytes} MB left."),
        Text(
            "Xuất sổ nhật ký rồi dọn thẻ, hoặc thay thẻ lớn hơn.",
            "Export the journal and make room, or use a larger card.",
        ),
    )


def _clock(appliance: Appliance) -> HealthCheck:
    if appliance.clock.trusted() and appliance.settings.site.clock_set_by_hand:
        return HealthCheck(
            "clock",
            HealthLevel.INFO,
            Text("Đồng hồ do người đặt tay, không có gì kiểm tra.", "The clock is set by hand; nothing checks it."),
            Text(
                "So với một đồng hồ đúng mỗi ngày. Có mạng thì bỏ clock_set_by_hand trong hồ sơ.",
                "Compare it with a good clock every day. With a network, take clock_set_by_hand out of the profile.",
            ),
        )
    if appliance.clock.trusted():
        return HealthCheck("clock", HealthLevel.OK, Text("Đồng hồ đã đồng bộ.", "The clock is synchronised."))
    if appliance.clock.went_back():
        return HealthCheck(
            "clock",
            HealthLevel.WARNING,
            Text(
                "Đồng hồ lùi về trước những lượt đã ghi; các lượt mới mang dấu “giờ chưa tin cậy”.",
                "The clock went back behind records already made; new records say “clock not trusted”.",
            ),
            Text(
                "Nối mạng để máy tự chỉnh giờ (NTP). Nếu giờ bây giờ mới đúng, khởi động lại máy.",
                "Connect a network, so that the time is set by itself (NTP). If it is right now and was wrong before, restart.",
            ),
        )
    return HealthCheck(
        "clock",
        HealthLevel.WARNING,
        Text("Đồng hồ chưa được đồng bộ.", "The clock is not synchronised."),
        Text(
            "Nối mạng để máy tự chỉnh giờ (NTP). Đặt giờ bằng tay làm giờ đúng hơn, nhưng các lượt ghi vẫn mang dấu "
            "“giờ chưa tin cậy” cho tới khi có mạng.",
            "Connect a network, so that the time is set by itself (NTP). Setting it by hand makes it right, but records "
            "say “clock not trusted” until there is a network.",
        ),
    )


def _plugins(appliance: Appliance) -> list[HealthCheck]:
    checks = []
    for state in appliance.host.states():
        level = _PLUGIN_LEVELS[state.status]
        if level is HealthLevel.OK and state.faults:
            level = HealthLevel.WARNING
        if level is HealthLevel.OK:
            continue
        status, reason = plugin_words.status(state.status), plugin_words.reason(state.reason)
        checks.append(
            HealthCheck(
                f"plugin.{state.name}",
                level,
                Text(
                    f"Phần mở rộng {state.name}: {status.vi} ({reason.vi}).",
                    f"Plugin {state.name}: {status.en} ({reason.en}).",
                ),
                plugin_words.advice(state.status),
            )
        )
    return checks


def _behind(appliance: Appliance) -> list[HealthCheck]:
    """Records that are in the journal and, since a plugin failed, not in its tables: no page would show that they are missing."""
    try:
        with appliance.database.reading() as session:
            if under_way(session):
                return [REBUILDING]
            names = ", ".join(behind(session))
    except SQLAlchemyError:  # other checks speak of a database that does not answer
        return []
    if not names:
        return []
    return [
        HealthCheck(
            "journal.tables",
            HealthLevel.FAULT,
            Text(
                f"Các bảng của {names} thiếu những bản ghi đã có trong sổ: phần mở rộng bị lỗi lúc ghi.",
                f"Tables of {names} lack records that are in the journal: the plugin failed while they were written.",
            ),
            Text(
                "Khởi động lại: máy tự dựng lại các bảng từ sổ. Không mất bản ghi nào.",
                "Restart: the tables are rebuilt from the journal by themselves. No record is lost.",
            ),
        )
    ]


def _unanswered(appliance: Appliance) -> list[HealthCheck]:
    """A check that is missing because nobody could be asked must not look like one that is well."""
    calls = appliance.hooks.unanswered()
    if not calls:
        return []
    names = ", ".join(f"{plugin} ({hook})" for plugin, hook in calls)
    return [
        HealthCheck(
            "unanswered",
            HealthLevel.WARNING,
            Text(
                f"Máy quá bận, hoặc phần mở rộng bị treo: trong phút vừa qua chưa hỏi được {names}; thông tin của các phần này "
                "có thể thiếu ở đây.",
                f"Too busy, or a plugin hangs: within the last minute these gave no answer: {names}; what they say may be "
                "missing here.",
            ),
            Text(
                "Xem lại sau một phút: phần bị treo sẽ được tạm ngừng. Nếu còn, giảm số ảnh gửi cùng lúc, rồi khởi động lại máy.",
                "Look again in a minute: what hangs is then suspended. If it stays, send fewer pictures at once, then restart.",
            ),
        )
    ]


def _safe_mode(appliance: Appliance) -> list[HealthCheck]:
    if not appliance.safe:
        return []
    reason = plugin_words.safe_mode_reason(appliance.safe_reason)
    return [
        HealthCheck(
            "safe_mode",
            HealthLevel.FAULT,
            Text(f"Máy chạy ở chế độ an toàn: {reason.vi}.", f"Running in safe mode: {reason.en}."),
            Text(
                "Mọi lượt đều chuyển tới nhân viên. Xem phần lỗi ở trang kỹ thuật, sửa, rồi khởi động lại.",
                "Everyone is referred to staff. See the technician's page for the cause, mend it, then restart.",
            ),
        )
    ]
