"""The story of a sign-in: limit, PIN, record, session. And the records of what staff do afterwards. Serves no page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from kiosk.domain import Draft
from kiosk.journal.jobs import NotRecorded
from kiosk.operators import pin as operators_pin
from kiosk.operators.limits import SignInLimits, Subject
from kiosk.operators.pin import Pins
from kiosk.operators.register import MOST_SHOWN, STAFF_ACTION_KIND, Operator, StaffAction, Trust, find
from kiosk.operators.sessions import Sessions

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one: a session's token with its operator, or the seconds to wait (0: simply wrong)."""

    token: str = ""
    operator: Operator | None = None
    wait: int = 0


class SignIn:
    """Sign-in for one appliance."""

    def __init__(self, appliance: Appliance, pins: Pins | None = None) -> None:
        self._appliance = appliance
        self._pins = pins or Pins()
        self._limits = SignInLimits(appliance.database, appliance.identity.session_key)
        self._sessions = Sessions(appliance.database, appliance.settings.limits.staff_idle_minutes * 60)
        self.trust = Trust.of(appliance.identity, appliance.settings.role)

    def attempt(self, operator_id: str, pin: str, address: str) -> Attempt:
        """Try. Says the same, in the same time, for a wrong PIN, an unknown operator and a disabled one."""
        operator_id = operator_id.strip().lower()[:64]
        subjects = (Subject.operator(operator_id), Subject.device(address))
        wait = self._limits.attempt(subjects, self._now_ms())
        if wait:
            return Attempt(wait=wait)
        operator = self._find(operator_id)
        usable = operator if operator is not None and operator.active else None
        if not self._pins.matches(usable.pin_hash if usable else None, pin) or usable is None:
            # an unknown id is not written down: it may be a PIN, or somebody's id number
            self.note(operator.id if operator else None, "sign_in_failed")
            return Attempt()
        self._limits.succeeded(subjects)
        token = self._sessions.begin(usable.id, operators_pin.mark(usable.pin_hash), self._now_ms())
        self.note(usable.id, "sign_in")
        return Attempt(token, usable)

    def resume(self, token: str, active: bool = True) -> Operator | None:
        """The operator of a session, as long as it lasts, they are active, and their PIN is the one it began with."""
        resumed = self._sessions.resume(token, self._now_ms(), active)
        if resumed is None:
            return None
        operator = self._find(resumed.operator)
        if operator is None or not operator.active or operators_pin.mark(operator.pin_hash) != resumed.pin_mark:
            self._sessions.end(token)
            return None
        return operator

    def end(self, token: str, operator: Operator | None) -> None:
        """Sign out."""
        self._sessions.end(token)
        if operator:
            self.note(operator.id, "sign_out")

    def note(
        self,
        operator: str | None,
        action: str,
        *,
        subject: str = "",
        citizen: str | None = None,
        citizens: Sequence[str] = (),
    ) -> bool:
        """Record a staff action; more ``citizens`` than a record holds make further ones, written together. False where the
        journal cannot be written: personal data may not be shown then."""
        parts = [list(citizens[start : start + MOST_SHOWN]) for start in range(0, max(len(citizens), 1), MOST_SHOWN)]
        bodies = [StaffAction(action=action, subject=subject, citizens=part) for part in parts]
        try:
            self._appliance.record([Draft(STAFF_ACTION_KIND, body, citizen) for body in bodies], operator)
        except NotRecorded as failure:
            log.error("a staff action was not recorded: %s", failure.reason)
            return False
        return True

    def _find(self, operator_id: str) -> Operator | None:
        try:
            with self._appliance.database.reading() as session:
                return find(session, self.trust, operator_id)
        except SQLAlchemyError as error:
            log.error("operators cannot be read: %s", type(error).__name__)
            return None

    def _now_ms(self) -> int:
        return int(self._appliance.clock.now().timestamp() * 1000)
