"""Screening and consent: the choice of a table, the table's page, and what that asks as JSON. Each look at a person is on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.arrival import calling, desk, queue
from plugins.vaccination.arrival.words import both
from plugins.vaccination.replies import BadRequest, answering, asked, key_of, operator_id, text_of
from plugins.vaccination.screening import page_state
from plugins.vaccination.screening.consenting import Consents, Said
from plugins.vaccination.screening.examining import Examination, Examiner
from plugins.vaccination.screening.words import OUTCOMES, SCREENING
from plugins.vaccination.shown import page as shown
from plugins.vaccination.site import Site

ROLE = "medical_staff"
PAYLOAD = 7089
STROKES = 12_000  # characters


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/screening``, ``/vaccination/screening/<table>`` and what that page asks."""
    api = _Api(site)
    for name in ("person", "evaluate", "save", "consent", "withdraw"):
        view = require_role(ROLE)(answering(getattr(api, name)))
        blueprint.add_url_rule(f"/screening/<table>/{name}", f"screening_{name}", view, methods=["POST"])

    @blueprint.get("/screening", endpoint="screening")
    @require_role(ROLE)
    def choose() -> ResponseReturnValue:
        with site.context.services.session() as session:
            calls = {
                row.table_name: row.ticket for row in queue.open_calls(session, site.id, site.today(), "screening")
            }
        return render_template(
            "vaccination/screening_tables.html",
            tables=site.settings.screening_tables,
            calls=calls,
            words=SCREENING,
            **page_frame(site.appliance),
        )

    @blueprint.get("/screening/<table>", endpoint="screening_table")
    @require_role(ROLE)
    def station(table: str) -> ResponseReturnValue:
        _known(site, table)
        data = {
            "words": both({**SCREENING, **shown.WORDS}),
            "language": language(),
            "csrf": generate_csrf(),
            "payload_length": PAYLOAD,
            "sign_in": url_for("staff.sign_in_page", next=url_for(".screening_table", table=table)),
            "urls": {
                "frame": url_for(".frame"),
                **shown.urls(),
                **{
                    name: url_for(f".queue_{name}", step="screening", table=table)
                    for name in ("state", "next", "take", "again", "absent")
                },
                **{
                    name: url_for(f".screening_{name}", table=table)
                    for name in ("person", "evaluate", "save", "consent", "withdraw")
                },
            },
        }
        return render_template(
            "vaccination/screening.html",
            data=data,
            table=table,
            words={**SCREENING, **shown.WORDS},
            vaccines=shown.products(site),
            **page_frame(site.appliance),
        )


class _Api:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._examiner = Examiner(site)
        self._consents = Consents(site)
        self._desk = desk.Desk(site)

    def person(self, table: str) -> ResponseReturnValue:
        """``{"visit"}`` of whom the table called, or ``{"payload"}`` of a ticket: the person, the form, and what is known today."""
        _known(self._site, table)
        said = asked()
        visit = text_of(said, "visit", 36)
        if not visit:
            payload = said.get("payload")
            if not isinstance(payload, str) or not payload.strip() or len(payload) > PAYLOAD:
                raise BadRequest("payload")
            visit = self._desk.visit_of(payload)
        with self._site.context.services.session() as session:
            found = page_state.state(session, self._site, self._examiner, self._consents, visit)
        note_access("vaccination.screening_looked", subject=visit, citizen=found["person"]["citizen"])
        return reply(found)

    def evaluate(self, table: str) -> ResponseReturnValue:
        """``{"visit", "answers", "vitals", "product"}``: what the rules make of it so far. Records nothing."""
        _known(self._site, table)
        said = asked()
        visit, examination = text_of(said, "visit", 36), examination_of(said)
        with self._site.context.services.session() as session:
            came = calling.arrival_of_today(session, self._site, visit)
            who = page_state.who(session, self._site, came)
        return reply(page_state.outcome(self._examiner, who, examination))

    def save(self, table: str) -> ResponseReturnValue:
        """The examination with ``key``: recorded, the call ended. Answers with the person's state, consent next."""
        _known(self._site, table)
        said = asked()
        visit = text_of(said, "visit", 36)
        done = self._examiner.save(key_of(said), visit, table, examination_of(said), operator_id())
        body = done.records[0].data
        words = OUTCOMES[body.outcome]
        return self._state(visit, saved={"outcome": body.outcome, "vi": words.vi, "en": words.en})

    def consent(self, table: str) -> ResponseReturnValue:
        """``{"visit", "key", "state", "digest", "by", "guardian", "strokes" or "typed", "reason"}``."""
        _known(self._site, table)
        said = asked()
        strokes = said.get("strokes", "")
        if said.get("state") not in ("given", "declined") or not isinstance(strokes, str) or len(strokes) > STROKES:
            raise BadRequest("consent")
        visit = text_of(said, "visit", 36)
        word = Said(
            state=said["state"],
            digest=text_of(said, "digest", 64),
            by=text_of(said, "by", 10),
            guardian=text_of(said, "guardian", 120),
            strokes=strokes,
            typed=text_of(said, "typed", 120),
            reason=text_of(said, "reason"),
        )
        self._consents.say(key_of(said), visit, word, operator_id())
        return self._state(visit)

    def withdraw(self, table: str) -> ResponseReturnValue:
        """``{"visit", "key", "reason"}``."""
        _known(self._site, table)
        said = asked()
        visit = text_of(said, "visit", 36)
        self._consents.withdraw(key_of(said), visit, text_of(said, "reason"), operator_id())
        return self._state(visit)

    def _state(self, visit: str, **more: Any) -> Response:
        with self._site.context.services.session() as session:
            found = page_state.state(session, self._site, self._examiner, self._consents, visit)
        return reply({**found, **more})


def examination_of(said: Mapping[str, Any]) -> Examination:
    """What the page sent, bounded. Raises ``BadRequest``."""
    answers, vitals = said.get("answers") or {}, said.get("vitals") or {}
    if not isinstance(answers, dict) or not isinstance(vitals, dict) or len(answers) > 60 or len(vitals) > 20:
        raise BadRequest("answers")
    at_once = said.get("at_once") or []
    if not isinstance(at_once, list) or len(at_once) > 60:
        raise BadRequest("at_once")
    minutes = said.get("minutes") or 0
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 <= minutes <= 240:
        raise BadRequest("minutes")
    return Examination(
        answers={str(name)[:60]: value[:80] for name, value in answers.items() if isinstance(value, str) and value},
        vitals={str(name)[:60]: value[:12] for name, value in vitals.items() if isinstance(value, str) and value},
        product=text_of(said, "product", 60),
        minutes=minutes,
        decision=text_of(said, "decision", 20),
        note=text_of(said, "note", 400),
        at_once=tuple(dict.fromkeys(name[:60] for name in at_once if isinstance(name, str))),
    )


def _known(site: Site, table: str) -> None:
    if table not in site.settings.screening_tables:
        abort(404)
