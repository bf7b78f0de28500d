"""A site's day as one FHIR R4 collection: the doses, those not given, screenings, reactions and the site. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from kiosk.domain import Record
from plugins.vaccination.fhir.resources import RECORD, Writing, chain, place
from plugins.vaccination.records import Dose, Reaction

KINDS = ("dose", "not_given", "screening", "reaction")


def day_bundle(
    records: Iterable[Record], writing: Writing, site: str, site_name: str, day: str, now: str
) -> dict[str, Any]:
    """``records``: in their journals' order; of a reaction the newest word counts. ``day``: ISO 8601; ``now``: an instant. The
    bundle's own identifier follows from site and day: it is the same each time."""
    kept = list(records)
    replaced = {one.data.amends for one in kept if isinstance(one.data, Dose) and one.data.amends}
    reactions = {chain(one): one for one in kept if isinstance(one.data, Reaction)}  # the newest word on each
    kept = [one for one in kept if not isinstance(one.data, Reaction) or reactions[chain(one)] is one]
    entries = [
        {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
        for one in kept
        if (resource := writing.resource(one, corrected=str(one.id) in replaced)) is not None
    ]
    at = {
        "fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:kiosk:site:{site}')}",
        "resource": place(site, site_name),
    }
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:kiosk:day:{site}:{day}")
    return {
        "resourceType": "Bundle",
        "identifier": {"system": RECORD, "value": f"urn:uuid:{name}"},
        "type": "collection",
        "timestamp": now,
        "entry": [at, *entries],
    }
