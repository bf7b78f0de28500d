"""What was scanned or typed at the table: a person's ticket or card, or a vial. Looks up whose it is; gives nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Finding, Malformed, Severity, Trust
from kiosk.identity import citizen_of
from kiosk.plugin import DecodedCode
from kiosk.receipts.tickets import decode_ticket
from plugins.vaccination import lookups
from plugins.vaccination.injection.asked import Glass, Who
from plugins.vaccination.injection.person import by_ticket
from plugins.vaccination.injection.words import finding
from plugins.vaccination.rules.gs1 import Gs1Error, parse_or_lot
from plugins.vaccination.site import Site
from plugins.vaccination.stock import open_vials

_NUMBER = re.compile(r"[A-Za-z]{0,4}\d{1,6}", re.ASCII)
PAYLOAD = 7089  # characters; the most digits that one QR code holds (ISO/IEC 18004, version 40-L)


@dataclass(frozen=True, slots=True)
class Read:
    """One of the three: who, which vial, or why it is neither."""

    who: Who | None = None
    glass: Glass | None = None
    problem: Finding | None = None


def read(session: Session, site: Site, payload: str, symbology: str, expect: str = "") -> Read:
    """What a payload means. ``expect``: "who" or "vial", where it was typed into the field for it; else the code itself tells."""
    text = payload.strip()
    if expect == "vial":
        return Read(glass=_by_number(session, site, text) or Glass(code=text[:400]))
    try:
        ticket = decode_ticket(text)
    except ValueError:
        return Read(problem=finding("ticket_damaged"))
    if ticket is not None:
        return _by_arrival(session, ticket)
    if expect != "who" and _is_vial(site, text):
        return Read(glass=Glass(code=text[:400]))
    if expect == "who" and _NUMBER.fullmatch(text):
        row = by_ticket(session, site, text.upper(), site.today())
        if row is not None:
            return Read(who=Who(citizen=row.citizen or "", visit=row.record))
    return _by_card(site, text, symbology)


def _by_number(session: Session, site: Site, text: str) -> Glass | None:
    """The vial on which this number was written when it was opened here."""
    opened = open_vials.numbered(session, site.id, text) if open_vials.is_ours(text) else None
    return Glass(lot=opened.lot, product=opened.product, vial=opened.vial) if opened else None


def _is_vial(site: Site, text: str) -> bool:
    """Whether a scanned code is one of GS1's; a lot alone is never scanned."""
    today = date.fromisoformat(site.today_text())
    try:
        found = parse_or_lot(text, today)
    except Gs1Error as error:
        return error.code in ("check_digit", "impossible_date", "separator_missing", "said_twice")
    return bool(found.gtin or found.expiry or found.serial)


def _by_arrival(session: Session, record: UUID) -> Read:
    row = lookups.arrival(session, str(record))
    if row is None:
        return Read(problem=finding("ticket_unknown"))
    return Read(who=Who(citizen=row.citizen or "", visit=row.record))


def _by_card(site: Site, text: str, symbology: str) -> Read:
    """A card by the plugins that read cards; nothing of it is recorded, and whoever shows it does not arrive by that."""
    appliance = site.appliance
    code = DecodedCode(text, text.encode("utf-8", "surrogatepass"), symbology)
    found = appliance.guarded_first("read_credential", scan=appliance.new_scan(code, "vaccination:injection")).value
    if isinstance(found, Malformed):
        return Read(problem=Finding(f"vaccination.{found.code}", Severity.BAR, found.text))
    if not isinstance(found, Credential) or found.trust is Trust.INVALID:
        return Read(problem=finding("code_unknown"))
    citizen = citizen_of(found, site.context.services.pseudonym)
    if citizen is None:
        return Read(problem=finding("citizen_unknown"))
    return Read(who=Who(citizen=citizen))
