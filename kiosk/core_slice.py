"""The core's own slice: the record kinds that exist without any plugin. It is what safe mode runs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, Field

from kiosk.domain import Decision, Encounter
from kiosk.names import mask_name
from kiosk.plugin import RecordBody, hookimpl

CORE = "core"
BodyT = TypeVar("BodyT", bound="EncounterBody")


class EncounterBody(RecordBody):
    """What every record of an encounter says. A plugin's own record of an encounter extends it."""

    decision: Decision
    reasons: list[str] = Field(default_factory=list, description="finding codes, weightiest first")
    credential: str = Field(default="unknown", description="the credential's kind; never its payload")
    trust: str = "unverified"
    source: str = Field(default="", description="the device that read it")
    direction: str = "in"
    name: str = Field(default="", description="masked as the site chooses")
    ticket: str = Field(default="", description="the number the person is called by")


class Notice(RecordBody):
    """Words from the platform to the staff of a site, such as a change of settings they must make."""

    title: str = Field(max_length=120)
    text: str = Field(max_length=2000)


def encounter_body(encounter: Encounter, masking: str, model: type[BodyT], **more: object) -> BodyT:
    """The part of a record's body that is the same for every encounter, in ``model``, with ``more`` fields."""
    credential = encounter.credential
    name = (credential.value("name") if credential else None) or ""
    return model(
        decision=encounter.decision,
        reasons=[finding.code for finding in encounter.findings],
        credential=credential.kind if credential else (encounter.malformed.kind if encounter.malformed else "unknown"),
        trust=credential.trust.value if credential else "unverified",
        source=encounter.scan.source,
        direction=encounter.station.direction,
        name=mask_name(name, masking),
        **more,  # type: ignore[arg-type]
    )


class CoreSlice:
    """Core: encounters that no plugin claims, and notices to staff."""

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return {"core.encounter": EncounterBody, "core.notice": Notice}
