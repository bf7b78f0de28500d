"""The two papers of this room: the slip after a dose, and the hand-over to an ambulance. Composes sections; prints nothing itself.

Each is drawn anew from its record, so that a reprint says what the first said unless the dose was corrected meanwhile."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain import BigNumber, Block, Field, Heading, Paragraph, QrCode, ReceiptSection, Record, Rule
from plugins.vaccination import lookups
from plugins.vaccination.certificate import proof
from plugins.vaccination.certificate.colour import colour_of
from plugins.vaccination.models import DoseRow
from plugins.vaccination.observation import reactions, room
from plugins.vaccination.observation.case import title
from plugins.vaccination.observation.paper_words import HANDOVER, SLIP, VITALS
from plugins.vaccination.people import known
from plugins.vaccination.records import Dose, Handover, Reaction
from plugins.vaccination.rules.reactions import load_protocol
from plugins.vaccination.site import Site

log = logging.getLogger(__name__)
WHO, WHAT, NEXT, ADVICE, CODE = 20, 40, 50, 75, 80


def sections(record: Record, session: Session, site: Site, language: str) -> list[ReceiptSection]:
    """Empty for records of other kinds."""
    if isinstance(record.data, Dose):
        return slip(record, session, site, language)
    if isinstance(record.data, Handover):
        return handover(record, session, site, language)
    return []


def print_slip(site: Site, record: Record) -> bool:
    """Queue the slip of a dose, where the site prints any. The dose stands whatever becomes of the paper."""
    return site.settings.slips and site.context.services.reprint(record.id)


def slip(record: Record, session: Session, site: Site, language: str) -> list[ReceiptSection]:
    """Dose, lot, date, colour, until when to stay, what to mind at home, and the proof's code."""

    def w(key: str, **values: object) -> str:
        return SLIP[key].format(**values).in_language(language)

    dose: Dose = record.data
    counts = room.counting(session, str(record.id))
    if dose.void or counts is None or counts.record != str(record.id):
        return [ReceiptSection(WHAT, (Heading(w("withdrawn")), Paragraph(w("withdrawn_step"))))]
    first = room.chain(session, counts)[-1]
    what: list[Block] = [BigNumber(w("dose"), f"{dose.number}/{dose.total}")]
    came = lookups.arrival(session, dose.visit) if dose.visit else None
    what += [Field(w("ticket"), lookups.numbered(session, came).ticket)] if came else []
    what += _person(record, session, site, language)
    what += [
        Field(w("vaccine"), dose.product),
        Field(w("lot"), dose.lot),
        Field(w("given_on"), _day(dose.given_on)),
    ]
    what += [Field(w("table"), dose.table)] if dose.table else []
    is_full = dose.number >= dose.total
    what += [Rule(), Field(w("colour"), w(colour_of(dose)))]
    what += [Field(w("next_on"), _day(dose.next_on))] if dose.next_on and not is_full else []
    until = _local(first.occurred_at_ms + dose.observation_minutes * 60_000, site)
    stay: list[Block] = [BigNumber(w("stay_until"), f"{until:%H:%M}"), Paragraph(w("stay"), centred=True)]
    if not record.clock_trusted:
        stay.append(Paragraph(w("stay_minutes", n=dose.observation_minutes), centred=True))
    advice: list[Block] = [Rule(), Paragraph(w("advice_day"), small=True), Paragraph(w("advice_weeks"), small=True)]
    hotline = site.settings.hotline
    advice.append(Paragraph(w("call_site", number=hotline) if hotline else w("call"), small=True))
    found = [
        ReceiptSection(WHAT, tuple(what)),
        ReceiptSection(NEXT, tuple(stay)),
        ReceiptSection(ADVICE, tuple(advice)),
    ]
    code = _proof(record, session, site)
    if code:
        found.append(ReceiptSection(CODE, (QrCode(code, w("proof", days=site.settings.proof_days)),)))
    return found


def handover(record: Record, session: Session, site: Site, language: str) -> list[ReceiptSection]:
    """Person, dose, signs, vital signs, and what was done when: in the order that a doctor asks for it."""

    def w(key: str, **values: object) -> str:
        return HANDOVER[key].format(**values).in_language(language)

    body: Handover = record.data
    who: list[Block] = [Heading(w("title")), Field(w("to"), body.to)]
    who += _person(record, session, site, language)
    row = room.counting(session, body.dose)
    what: list[Block] = [Rule()]
    if row is not None:
        first = room.chain(session, row)[-1]
        what += [
            Field(w("dose"), f"{row.product} {row.number}/{row.total}"),
            Field(w("lot"), row.lot),
            Field(w("given_at"), f"{_local(first.occurred_at_ms, site):%H:%M %d/%m/%Y}"),
        ]
    found = reactions.latest(session, site, body.reaction)
    what += _reaction(found.data, site, row, language) if found is not None else []
    if body.summary:
        what += [Rule(), Paragraph(body.summary)]
    return [ReceiptSection(WHO, tuple(who)), ReceiptSection(WHAT, tuple(what))]


def _reaction(body: Reaction, site: Site, row: DoseRow | None, language: str) -> list[Block]:
    protocol = load_protocol(site.rules)
    signs = {one.id: one.text.in_language(language) for one in protocol.signs}
    prompts = {one.id: one.text.in_language(language) for one in protocol.prompts(body.grade)}

    def w(key: str, **values: object) -> str:
        return HANDOVER[key].format(**values).in_language(language)

    blocks: list[Block] = [Rule(), Field(w("reaction"), title(protocol, body).in_language(language))]
    if body.onset_minutes is not None:
        blocks.append(Field(w("onset"), w("minutes", n=body.onset_minutes)))
    blocks += [Paragraph("– " + signs.get(one, one)) for one in body.signs]
    measured = body.vitals.model_dump(exclude_none=True)
    blocks += [Field(VITALS[name].in_language(language), f"{value:g}") for name, value in measured.items()]
    if body.note:
        blocks.append(Paragraph(body.note))
    if body.done:
        blocks += [Rule(), Paragraph(w("done"))]
        blocks += [
            Paragraph(f"{_local(step.at_ms, site):%H:%M} {prompts.get(step.prompt, step.prompt)}", small=True)
            for step in body.done
        ]
    return blocks


def _person(record: Record, session: Session, site: Site, language: str) -> list[Block]:
    """Whole name and birth date: the paper is the person's own, or goes with them to hospital."""
    if record.citizen is None:
        return []
    who = known(session, record.citizen, site.id, site.today_text())
    name, born = who.said("name"), who.said("birth_date")
    said: list[Block] = [Field(SLIP["name"].in_language(language), name)] if name else []
    return said + ([Field(SLIP["birth_date"].in_language(language), _day(born))] if born else [])


def _proof(record: Record, session: Session, site: Site) -> str | None:
    try:
        return proof.payload_of(record, session, site)
    except (OSError, ValueError) as error:
        log.error("a slip goes without its proof: %s", type(error).__name__)
        return None


def _local(at_ms: int, site: Site) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(site.context.time_zone))


def _day(iso: str) -> str:
    """``2021-08-10`` as people here write it; a year alone, or year and month, as they are."""
    try:
        return f"{date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso
