"""The signer at work: batch after batch until there is nothing due, then a pause. Says in its log how many, never whose."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from kiosk.cli.saying import words
from kiosk.domain import Text
from kiosk.journal.project import ProjectionFailed
from kiosk.plugin import PluginContext
from plugins.vaccination.certificate import publishing
from plugins.vaccination.certificate.signer.issuing import CannotSign, Issuing, words_of
from plugins.vaccination.certificate.signer.keys import KeyTrouble

log = logging.getLogger(__name__)

WHY = {
    "clock_untrusted": Text(
        "đồng hồ máy này chưa đồng bộ; chưa ký gì cho đến khi đồng bộ (hoặc dùng --any-clock)",
        "this computer's clock is not synchronised; nothing is signed until it is (or --any-clock is given)",
    ),
    "clock_behind": Text(
        "đồng hồ máy này chậm hơn những gì đã ký; chưa ký gì cho đến khi đúng giờ",
        "this computer's clock is behind what was signed before; nothing is signed until it is right",
    ),
    "no_key": Text(
        "không có khóa ký nào đang trong hạn; 'kiosk vaccination signer roll' tạo khóa tiếp theo",
        "no document signer's key is in its time; 'kiosk vaccination signer roll' makes the next one",
    ),
    "not_folded": Text(
        "một phần mở rộng không đưa được những gì sắp ký vào bảng; chưa ký và chưa báo gì cho đến khi được, xem nhật ký",
        "a plugin cannot fold what would be signed into its tables; nothing is signed or told until it can, see the log",
    ),
}


_DONE = Text("đã cấp %d, thu hồi %d trong %.2f giây%s", "issued %d, revoked %d in %.2f s%s")


@dataclass(slots=True)
class Total:
    issued: int = 0
    revoked: int = 0
    blocked: int = 0


class Running:
    """One process's. ``pause``: seconds between two looks where nothing is due."""

    def __init__(self, context: PluginContext, issuing: Issuing, pause: float) -> None:
        self._context = context
        self._issuing = issuing
        self._pause = pause
        self._said = ""

    def until(self, stop: threading.Event) -> None:
        """Work until told to stop; what fails is said once and tried again."""
        while not stop.is_set():
            try:
                self.work(stop)
                self._say("")
            except CannotSign as refusal:
                self._say(words(WHY[refusal.code]))
            except (SQLAlchemyError, OSError, KeyTrouble) as error:
                self._say(words(_trouble(error)))
            stop.wait(self._pause)

    def work(self, stop: threading.Event) -> Total:
        """Everything that is due now. Raises what ``Issuing.batch`` does. Revocations are told even where nothing can be signed."""
        total = Total()
        try:
            self._work(stop, total)
        except ProjectionFailed:
            raise CannotSign("not_folded") from None
        return total

    def _work(self, stop: threading.Event, total: Total) -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                done = self._issuing.batch()
                total.issued += done.issued
                total.revoked += done.revoked
                total.blocked += sum(done.blocked.values())
                if not done.moved:
                    break
                self._log(done.issued, done.revoked, words_of(done.blocked), time.monotonic() - began)
        finally:
            while publishing.tell_revocations(self._context):
                pass

    def _log(self, issued: int, revoked: int, blocked: str, seconds: float) -> None:
        if issued or revoked or blocked:
            more = f"; {blocked}" if blocked else ""
            log.info(words(_DONE), issued, revoked, seconds, more)

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._said:
            log.error("%s", trouble)
        self._said = trouble


def _trouble(error: Exception) -> Text:
    if isinstance(error, KeyTrouble):
        return error.text
    kind = type(error).__name__
    return Text(f"không làm việc được: {kind}", f"cannot work: {kind}")
