"""The shapes of the HTTP interface, as pydantic models: requests are checked by them, OpenAPI is made from them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

PAYLOAD_CHARACTERS = (
    12 * 1024 * 1024
)  # as much as a request may hold: longer payloads than the site's limit get a finding


class Words(BaseModel):
    vi: str
    en: str


class ScanRequest(BaseModel):
    """One scan. Repeat the same ``key`` to get the same answer, or to send answers to questions."""

    model_config = ConfigDict(extra="forbid")

    payload: str = Field(max_length=PAYLOAD_CHARACTERS, description="the code's text")
    key: UUID | None = Field(default=None, description="minted by the sender before the first attempt")
    source: Literal["page", "typed", "wedge", "api"] = "api"
    answers: dict[str, str] = Field(default_factory=dict, max_length=40)


class FindingModel(BaseModel):
    code: str
    severity: Literal["ground", "note", "open", "concern", "bar"]
    text: Words
    next_step: Words
    legal_basis: str


class ChoiceModel(BaseModel):
    value: str
    label: Words


class QuestionModel(BaseModel):
    id: str
    text: Words
    kind: Literal["choice", "date", "digits", "text"]
    choices: list[ChoiceModel]
    max_length: int


class CitizenModel(BaseModel):
    name: str | None = Field(description="masked as the site chooses")


class RecordModel(BaseModel):
    writer: str
    seq: int


class TicketModel(BaseModel):
    number: str
    payload: str = Field(description="what the QR on the paper says")


class ScanAnswer(BaseModel):
    """The decision with its reasons. ``record`` is null for ``ask``, and where nothing could be recorded."""

    key: UUID
    decision: Literal["admit", "ask", "refer", "refuse"]
    findings: list[FindingModel]
    questions: list[QuestionModel]
    citizen: CitizenModel | None
    record: RecordModel | None
    ticket: TicketModel | None


class ErrorDetail(BaseModel):
    code: str
    message: str


class ErrorAnswer(BaseModel):
    error: ErrorDetail


class HealthCheckModel(BaseModel):
    name: str
    level: Literal["ok", "info", "warning", "fault"]
    text: Words
    advice: Words
    pending: bool  # the first look is still awaited: the level says nothing yet


class HealthAnswer(BaseModel):
    """The appliance's state. No personal data."""

    status: Literal["ok", "info", "warning", "fault"]
    version: str
    role: Literal["kiosk", "platform"]
    site: str
    safe_mode: bool
    checks: list[HealthCheckModel]
