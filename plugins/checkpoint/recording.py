"""A judged traveller becomes a passage: the first code's record, and for each further code one that replaces it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.core_slice import encounter_body
from kiosk.decide import NO_GROUND, decide
from kiosk.domain import Decision, Draft, Encounter, Finding, Severity, Text
from kiosk.text.names import mask_name
from plugins.checkpoint import judging
from plugins.checkpoint.cases import Case
from plugins.checkpoint.facts import NOT_RECORDED
from plugins.checkpoint.records import REASON_LENGTH, Passage

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.travellers import Desks

KIND = "checkpoint.passage"
SLIP_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def draft(encounter: Encounter, case: Case, context: PluginContext, desks: Desks, slips: bool) -> Draft:
    """The record of this answer. That the traveller was answered is remembered with their codes."""
    traveller, vehicle = case.traveller, case.vehicle
    name = traveller.value("name") or ""
    common = encounter_body(encounter, context.name_masking, Passage, **_own(encounter, case, context.clock.now()))
    weightiest = _weightiest(encounter)
    body = common.model_copy(
        update={
            "reason_vi": weightiest.vi[:REASON_LENGTH],
            "reason_en": weightiest.en[:REASON_LENGTH],
            "direction": "out" if case.direction == "out" else "in",
            "name": mask_name(name, context.name_masking)[:200],
            "ticket": slip_number(encounter.scan.key) if slips and encounter.decision is Decision.ADMIT else "",
            "plate": vehicle.shown if vehicle else "",
            "plate_key": vehicle.plate_key if vehicle else "",
        }
    )
    before = {finding for one in traveller.shown if one.key != encounter.scan.key for finding in one.adverse}
    shown = tuple(
        replace(one, adverse=_adverse(encounter, before)) if one.key == encounter.scan.key else one
        for one in traveller.shown
    )
    answered = replace(traveller, shown=shown, record=str(encounter.scan.key), decision=encounter.decision)
    desks.keep(answered, case.desk)
    return Draft(KIND, body, case.citizen)


def _weightiest(encounter: Encounter) -> Text:
    """Why this traveller was not let through, in words; empty where they were."""
    stopped = encounter.decision in (Decision.REFUSE, Decision.REFER)
    return encounter.findings[0].text if stopped and encounter.findings else Text("", "")


def _adverse(encounter: Encounter, before: set[Finding]) -> tuple[Finding, ...]:
    """What others found against this very code, so that it still counts when the next one is shown. ``before``: what was found
    against earlier ones."""
    weighty = (Severity.BAR, Severity.CONCERN)
    return tuple(
        one
        for one in encounter.findings
        if one.severity in weighty and one not in before and not one.code.startswith(("checkpoint.", "core.no_ground"))
    )


def _own(encounter: Encounter, case: Case, now: datetime) -> dict[str, object]:
    """The fields that only a passage has."""
    traveller, pack = case.traveller, case.pack
    return {
        "passage": str(traveller.id),
        "replaces": traveller.record,
        "post": case.post.id,
        "lane": case.lane[:20],
        "policy": case.policy,
        "policy_digest": pack.digest if pack is not None else "",
        "facts": {name: value for name, value in case.facts.items() if name not in NOT_RECORDED},
        "missing": list(case.outcome.missing[:40]) if case.outcome else [],
        "apart_from_policy": _apart_from_policy(encounter, case),
        "credentials": [one.credential.kind[:40] for one in traveller.shown][:12],
        "keys": list(case.keys),
        "group": case.vehicle.id if case.vehicle else "",
        "surge": case.surge is not None,
        "milliseconds": max(0, int((now - traveller.opened_at).total_seconds() * 1000)),
    }


def _apart_from_policy(encounter: Encounter, case: Case) -> Decision:
    """What would have been decided had the policy had nothing against: so that another policy can be tried on this passage."""
    results = case.outcome.results if case.outcome else ()
    of_policy = {judging.code_of(one.name) for one in results}
    of_policy |= {NO_GROUND.code, judging.NO_POLICY.code, judging.NEEDS_OFFICER.code}
    others = [one for one in encounter.findings if one.code not in of_policy]
    return decide([*others, judging.NOBODY_EXAMINED])[0]  # the ground that the policy would have been


def slip_number(key: UUID) -> str:
    """Six letters on a slip that name the passage aloud; from the key, so that the same scan gives the same."""
    number, letters = key.int % len(SLIP_LETTERS) ** 6, ""
    for _ in range(6):
        number, rest = divmod(number, len(SLIP_LETTERS))
        letters += SLIP_LETTERS[rest]
    return letters
