"""What the observation room's page asks, as JSON: who is here, who goes, reactions step by step, the hand-over. Pages only; every
POST carries the page's token and, where it records something, the key that the page minted for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Severity, Text
from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from plugins.vaccination.acting import Refusal
from plugins.vaccination.arrival import searching
from plugins.vaccination.lookups import doses, named
from plugins.vaccination.observation import board, case, reactions, room
from plugins.vaccination.observation.board import Board
from plugins.vaccination.observation.exiting import Exits, Shown
from plugins.vaccination.observation.reactions import HANDOVER, Reactions
from plugins.vaccination.replies import BadRequest, answering, asked, key_of, operator_id, text_of
from plugins.vaccination.rules.reactions import load_protocol
from plugins.vaccination.site import Site

ROLE = "medical_staff"
PAYLOAD = 7089  # characters; the most digits that one QR code holds (ISO/IEC 18004, version 40-L)
ACTIONS = ("exit", "leave", "find", "report", "case", "again", "step", "end", "hand_over", "reprint")
WHERE = Finding(
    "vaccination.handover_where",
    Severity.BAR,
    Text("Chưa ghi nơi tiếp nhận.", "Where the person is taken is not written."),
    Text("Ghi tên xe cấp cứu hoặc bệnh viện.", "Write the ambulance or the hospital."),
)


def add_routes(blueprint: Blueprint, site: Site) -> Reactions:
    """Below ``/vaccination/observation/``."""
    api = Api(site)
    for name in ACTIONS:
        view = require_role(ROLE)(answering(getattr(api, name)))
        blueprint.add_url_rule(f"/observation/{name.replace('_', '-')}", f"observation_{name}", view, methods=["POST"])
    blueprint.add_url_rule("/observation/state", "observation_state", require_role(ROLE)(api.state), methods=["GET"])
    blueprint.add_url_rule("/observation/board/state", "observation_board_state", api.board_state, methods=["GET"])
    return api.reactions


class Api:
    """The views of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._steps = site.steps
        self._board = Board(site, self._steps)
        self._exits = Exits(site, self._steps)
        self.reactions = Reactions(site, load_protocol(site.rules))

    def state(self) -> Response:
        return reply(self._board.state(for_staff=True))

    def board_state(self) -> Response:
        return reply(self._board.state(for_staff=False))

    # --- the way out

    def exit(self) -> ResponseReturnValue:
        """``{"payload", "key"}``: who may go is recorded as gone at once; of others the page learns why not."""
        said = asked()
        payload, key = said.get("payload"), key_of(said)
        if not isinstance(payload, str) or not payload.strip() or len(payload) > PAYLOAD:
            raise BadRequest("payload")
        with self._site.context.services.session() as session:
            shown = self._exits.look(session, payload)
        note_access("vaccination_person_shown", subject="observation", citizen=shown.person.citizen or None)
        if shown.verdict == "may_go":
            self._exits.leave(key, shown.person.dose, "", operator_id())
        return self._exit(shown)

    def leave(self) -> ResponseReturnValue:
        """``{"dose", "reason", "key"}``."""
        said = asked()
        self._exits.leave(key_of(said), text_of(said, "dose", 36), text_of(said, "reason"), operator_id())
        return self._done()

    def _exit(self, shown: Shown) -> Response:
        self._board.changed()
        return reply(
            {
                "verdict": shown.verdict,
                "person": board.tile(shown.person, for_staff=True),
                "state": self._board.state(for_staff=True),
            }
        )

    # --- reactions

    def find(self) -> ResponseReturnValue:
        """``{"text"}``: doses at this site of whom the words may mean, newest first: somebody telephones from home."""
        with self._site.context.services.session() as session:
            citizens = searching.find(session, self._site, text_of(asked(), "text", 120))
            rows = [row for one in citizens for row in doses(session, named(session, one)) if row.site == self._site.id]
            rows.sort(key=lambda row: (row.day, row.seq), reverse=True)
            found = [self._found(session, row) for row in rows[:20]]
        if rows:
            note_access("vaccination_people_searched", citizens=list({row.citizen for row in rows if row.citizen}))
        return reply({"found": found})

    def _found(self, session: Any, row: Any) -> dict[str, Any]:
        told = board.person(session, self._site, self._steps, row.record) or {}
        return {**told, "dose": room.chain(session, row)[-1].record, "given_on": row.given_on}

    def report(self) -> ResponseReturnValue:
        """``{"dose", "signs", "vitals", "note", "grade", "onset_minutes", "reported", "key"}``."""
        said = asked()
        reported = said.get("reported", "site")
        if reported not in ("site", "phone"):
            raise BadRequest("reported")
        done = self.reactions.report(key_of(said), text_of(said, "dose", 36), self._said(said), reported, operator_id())
        return self._case(str(done.records[0].id))

    def case(self) -> ResponseReturnValue:
        """``{"reaction"}``."""
        return self._case(text_of(asked(), "reaction", 36))

    def again(self) -> ResponseReturnValue:
        """``{"reaction", "signs", "vitals", "note", "grade", "key"}``."""
        said = asked()
        reaction = text_of(said, "reaction", 36)
        self.reactions.look_again(key_of(said), reaction, self._said(said), operator_id())
        return self._case(reaction)

    def step(self) -> ResponseReturnValue:
        """``{"reaction", "prompt", "key"}``."""
        said = asked()
        reaction = text_of(said, "reaction", 36)
        try:
            self.reactions.step(key_of(said), reaction, text_of(said, "prompt", 80), operator_id())
        except ValueError:
            raise BadRequest("prompt") from None
        return self._case(reaction)

    def end(self) -> ResponseReturnValue:
        """``{"reaction", "key"}``."""
        said = asked()
        reaction = text_of(said, "reaction", 36)
        self.reactions.end(key_of(said), reaction, operator_id())
        return self._case(reaction)

    def hand_over(self) -> ResponseReturnValue:
        """``{"reaction", "to", "summary", "key"}``: recorded, then printed."""
        said = asked()
        reaction, to = text_of(said, "reaction", 36), text_of(said, "to", 120)
        if not to:
            raise Refusal([WHERE])
        summary = text_of(said, "summary", 1000)
        done = self.reactions.hand_over(key_of(said), reaction, to, summary, operator_id())
        printed = next(one for one in done.records if one.kind == HANDOVER)
        if not done.again:
            self._site.context.services.reprint(printed.id)
        return self._case(reaction, handover=str(printed.id))

    def reprint(self) -> ResponseReturnValue:
        """``{"record"}``: the slip of a dose, or a hand-over's paper, once more."""
        try:
            record = UUID(text_of(asked(), "record", 36))
        except ValueError:
            raise BadRequest("record") from None
        note_access("receipt_reprinted", subject=str(record))
        return reply({"done": self._site.context.services.reprint(record)})

    # --- within

    def _said(self, said: dict[str, Any]) -> reactions.Said:
        try:
            return reactions.said(said, self.reactions.protocol)
        except ValueError:
            raise BadRequest("reaction") from None

    def _case(self, reaction: str, **more: Any) -> Response:
        self._board.changed()
        with self._site.context.services.session() as session:
            found = reactions.latest(session, self._site, reaction)
            if found is None:
                raise Refusal([reactions.NO_REACTION])
            person = room.one(session, self._site, self._steps, found.data.dose)
            shown = case.case(self.reactions.protocol, found, person)
        note_access("vaccination_reaction_shown", citizen=found.citizen)
        return reply({"case": shown, "state": self._board.state(for_staff=True), **more})

    def _done(self) -> Response:
        self._board.changed()
        return reply({"done": True, "state": self._board.state(for_staff=True)})
