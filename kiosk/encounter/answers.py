"""What was answered to which scan key, kept long enough that a repeated request gets the same answer.

Written in the transaction that appends the record. Not a projection: it never leaves the device and expires.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Index, String, Table, Text, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.domain import Decision, Finding, Question
from kiosk.storage.database import Base

KEEP_MS = 48 * 3600 * 1000


class AnsweredKey(Base):
    """One answered scan key with its answer as JSON (names masked)."""

    __tablename__ = "core_answers"
    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    answered_at_ms: Mapped[int] = mapped_column(BigInteger)
    decision: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_core_answers_answered_at_ms", "answered_at_ms"),)


@dataclass(frozen=True)
class Answer:
    """The reply to one scan, in the shape of the HTTP interface."""

    key: uuid.UUID
    decision: Decision
    findings: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    citizen: dict[str, Any] | None = None
    record: dict[str, Any] | None = None
    ticket: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": str(self.key),
            "decision": self.decision.value,
            "findings": self.findings,
            "questions": self.questions,
            "citizen": self.citizen,
            "record": self.record,
            "ticket": self.ticket,
        }

    @cached_property
    def as_json(self) -> bytes:
        """UTF-8; made once: the same bytes are kept with the key and sent."""
        return msgspec.json.encode(self.as_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        return cls(
            key=uuid.UUID(data["key"]),
            decision=Decision(data["decision"]),
            findings=data["findings"],
            questions=data["questions"],
            citizen=data["citizen"],
            record=data["record"],
            ticket=data["ticket"],
        )


def finding_as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "text": {"vi": finding.text.vi, "en": finding.text.en},
        "next_step": {"vi": finding.next_step.vi, "en": finding.next_step.en},
        "legal_basis": finding.legal_basis,
    }


def question_as_dict(question: Question) -> dict[str, Any]:
    return asdict(question)


class RecentAnswers:
    """The last answers in memory: a page that retries does so within seconds."""

    def __init__(self, capacity: int = 2000) -> None:
        self._capacity = capacity
        self._answers: OrderedDict[int, Answer] = OrderedDict()  # by the key's number: a UUID's own hash is slow
        self._lock = threading.Lock()

    def get(self, key: uuid.UUID) -> Answer | None:
        return self._answers.get(key.int)

    def put(self, answer: Answer) -> None:
        with self._lock:
            self._answers[answer.key.int] = answer
            while len(self._answers) > self._capacity:
                self._answers.popitem(last=False)


def row_of(answer: Answer, now_ms: int) -> tuple[Table, dict[str, Any]]:
    """The answer as a row of ``core_answers``, with that table."""
    table = AnsweredKey.__table__
    assert isinstance(table, Table)
    return table, {
        "key": answer.key,
        "answered_at_ms": now_ms,
        "decision": answer.decision.value,
        "answer": answer.as_json.decode(),
    }


def recall(session: Session, key: uuid.UUID) -> Answer | None:
    """The answer given to this key before, if it still is kept."""
    text = session.scalar(select(AnsweredKey.answer).where(AnsweredKey.key == key))
    return Answer.from_dict(msgspec.json.decode(text)) if text else None


def forget_old(session: Session, now_ms: int) -> None:
    """Drop answers older than two days: a page that retries does so within minutes."""
    session.execute(delete(AnsweredKey).where(AnsweredKey.answered_at_ms < now_ms - KEEP_MS))
