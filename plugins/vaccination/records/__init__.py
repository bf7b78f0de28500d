"""The record kinds of vaccination, by the room that writes them. A change of mind is a further record, never an edit."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from plugins.vaccination.records.after import Handover, Left, Reaction
from plugins.vaccination.records.care import Called, Consent, Dose, NotGiven, Screening
from plugins.vaccination.records.nation import (
    Capacity,
    Certificate,
    Expected,
    Finding,
    Registration,
    Revoked,
    Round,
    SignerKey,
)
from plugins.vaccination.records.people import Merged, Person
from plugins.vaccination.records.shown import ShownDose, ShownWithdrawn
from plugins.vaccination.records.stock import (
    Allocation,
    ClockConfirmed,
    Counted,
    DayClosed,
    Recall,
    Received,
    Temperature,
    Transferred,
    VialOpened,
    Wasted,
)

KINDS: Mapping[str, type[BaseModel]] = {
    "vaccination.person": Person,
    "vaccination.merged": Merged,
    "vaccination.called": Called,
    "vaccination.screening": Screening,
    "vaccination.consent": Consent,
    "vaccination.dose": Dose,
    "vaccination.not_given": NotGiven,
    "vaccination.shown_dose": ShownDose,
    "vaccination.shown_withdrawn": ShownWithdrawn,
    "vaccination.reaction": Reaction,
    "vaccination.left": Left,
    "vaccination.handover": Handover,
    "vaccination.allocation": Allocation,
    "vaccination.received": Received,
    "vaccination.vial_opened": VialOpened,
    "vaccination.wasted": Wasted,
    "vaccination.transferred": Transferred,
    "vaccination.counted": Counted,
    "vaccination.temperature": Temperature,
    "vaccination.clock_confirmed": ClockConfirmed,
    "vaccination.recall": Recall,
    "vaccination.day_closed": DayClosed,
    "vaccination.registration": Registration,
    "vaccination.round": Round,
    "vaccination.capacity": Capacity,
    "vaccination.expected": Expected,
    "vaccination.finding": Finding,
    "vaccination.certificate": Certificate,
    "vaccination.revoked": Revoked,
    "vaccination.signer_key": SignerKey,
}
