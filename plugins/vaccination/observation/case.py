"""One reaction as the page shows it: grade, the protocol's steps in their order with the times they were done, what is due again.

Pure reading; JSON for pages."""

from __future__ import annotations

from typing import Any

from kiosk.domain import Record, Text
from plugins.vaccination.observation.room import Watched
from plugins.vaccination.observation.timing import MINUTE
from plugins.vaccination.records import Reaction
from plugins.vaccination.rules.reactions import Protocol

OTHER = Text("Phản ứng khác", "Another reaction")
STATE = {
    "observed": Text("đang theo dõi", "watched"),
    "treated": Text("đang xử trí", "under treatment"),
    "resolved": Text("đã hết", "over"),
    "transferred": Text("đã chuyển viện", "taken to hospital"),
}


def both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def title(protocol: Protocol, body: Reaction) -> Text:
    """The grade in words; a reaction without any sign of anaphylaxis is another one."""
    return protocol.grade(body.grade).title if body.grade or body.signs else OTHER


def case(protocol: Protocol, found: Record, person: Watched | None) -> dict[str, Any]:
    """``prompts``: ``done`` are Unix times in ms, ``due_ms`` when to do it again, None for once."""
    body: Reaction = found.data
    done: dict[str, list[int]] = {}
    for step in body.done:
        done.setdefault(step.prompt, []).append(step.at_ms)
    prompts = protocol.prompts(body.grade) if body.grade or body.signs else ()
    return {
        "reaction": body.amends or str(found.id),
        "dose": body.dose,
        "ticket": person.ticket if person else "",
        "name": person.name if person else "",
        "lot": body.lot,
        "product": person.product if person else "",
        "grade": body.grade,
        "title": both(title(protocol, body)),
        "signs": body.signs,
        "vitals": body.vitals.model_dump(exclude_none=True),
        "note": body.note,
        "state": body.state,
        "state_words": both(STATE[body.state]),
        "prompts": [
            {
                "id": one.id,
                "text": both(one.text),
                "minutes": one.minutes,
                "urgent": one.id in ("adrenaline", "resuscitate") and body.grade >= 2,
                "done": done.get(one.id, []),
                "due_ms": done[one.id][-1] + one.minutes * MINUTE if one.minutes and one.id in done else None,
            }
            for one in prompts
        ],
    }
