"""What a proof of vaccination says, as values and as the integer-keyed map inside its CBOR Web Token (RFC 8392).

Pure; signs nothing and judges nothing. docs/vaccination-certificates.md is the specification.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kiosk.delegation.claims import BadClaims, short_text, whole_number

KIND = "vaccination_proof"  # of the credential that it is read as
EXP, IAT, CTI = 4, 6, 7  # RFC 8392
PROOF = -65539  # private use: integers below -65536
_NAME, _BORN, _CITIZEN, _PRODUCT, _NUMBER, _TOTAL, _ON, _LOT, _SITE, _COLOUR = range(1, 11)
NAME_BYTES = 34  # of UTF-8; a longer name is cut on the proof and whole in the record
SITE_BYTES = 16  # a longer id is cut: with all at its longest the code is one of version 15-M
PRODUCT_BYTES, LOT_BYTES = 16, 20
CITIZEN_BYTES = 16
LONGEST_DAYS = 60
COLOURS = ("yellow", "green")  # the order is part of the format


@dataclass(frozen=True, slots=True)
class ProofClaims:
    """One proof. Times are Unix seconds. ``record``: id of the dose's record; ``citizen``: 22 characters of base64url, or empty where
    the person has no id yet; ``birth_year`` 0: not known; ``on``: yyyymmdd."""

    record: str
    issued_at: int
    expires_at: int
    name: str
    birth_year: int
    citizen: str
    product: str
    number: int
    total: int
    on: int
    lot: str
    site: str
    colour: str


def cut_name(name: str) -> str:
    """As much of a name as a proof carries; what was left out shows as "…"."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    return name.encode()[: NAME_BYTES - 3].decode("utf-8", "ignore").rstrip() + "…"


def to_map(claims: ProofClaims) -> dict[int, Any]:
    """The token's claims set. Raises ``BadClaims`` where a value does not fit the format."""
    _check(claims)
    body: dict[int, Any] = {
        _NAME: cut_name(claims.name),
        _BORN: claims.birth_year,
        _PRODUCT: claims.product,
        _NUMBER: claims.number,
        _TOTAL: claims.total,
        _ON: claims.on,
        _LOT: claims.lot,
        _SITE: claims.site,
        _COLOUR: COLOURS.index(claims.colour),
    }
    if claims.citizen:
        body[_CITIZEN] = base64.urlsafe_b64decode(claims.citizen + "==")
    return {EXP: claims.expires_at, IAT: claims.issued_at, CTI: UUID(claims.record).bytes, PROOF: body}


def from_map(found: Any) -> ProofClaims:
    """The claims of a decoded token. Raises ``BadClaims``; unknown claims are an error, for none is ever added unseen."""
    if not isinstance(found, dict) or set(found) != {EXP, IAT, CTI, PROOF}:
        raise BadClaims("not the claims of a proof")
    body, raw_id = found[PROOF], found[CTI]
    needed = set(range(1, 11)) - {_CITIZEN}
    if not isinstance(body, dict) or not needed <= set(body) <= needed | {_CITIZEN}:
        raise BadClaims("not the claims of a proof")
    citizen = body.get(_CITIZEN, b"")
    if not isinstance(citizen, bytes) or len(citizen) not in (0, CITIZEN_BYTES):
        raise BadClaims("an identifier of another length")
    if not isinstance(raw_id, bytes) or len(raw_id) != 16:
        raise BadClaims("an identifier of another length")
    claims = ProofClaims(
        record=str(UUID(bytes=raw_id)),
        issued_at=whole_number(found[IAT], 0, 2**40),
        expires_at=whole_number(found[EXP], 0, 2**40),
        name=short_text(body[_NAME], NAME_BYTES),
        birth_year=whole_number(body[_BORN], 0, 2200),
        citizen=base64.urlsafe_b64encode(citizen).rstrip(b"=").decode("ascii"),
        product=short_text(body[_PRODUCT], PRODUCT_BYTES),
        number=whole_number(body[_NUMBER], 1, 9),
        total=whole_number(body[_TOTAL], 1, 9),
        on=whole_number(body[_ON], 20200101, 22001231),
        lot=short_text(body[_LOT], LOT_BYTES),
        site=short_text(body[_SITE], SITE_BYTES),
        colour=COLOURS[whole_number(body[_COLOUR], 0, len(COLOURS) - 1)],
    )
    _check(claims)
    return claims


def _check(claims: ProofClaims) -> None:
    if not 0 < claims.expires_at - claims.issued_at <= LONGEST_DAYS * 86_400:
        raise BadClaims(f"a proof is valid for at most {LONGEST_DAYS} days")
    if not claims.name or not claims.name.isprintable() or claims.colour not in COLOURS:
        raise BadClaims("name or colour")
    for text, most in ((claims.product, PRODUCT_BYTES), (claims.lot, LOT_BYTES), (claims.site, SITE_BYTES)):
        short_text(text, most)
    if claims.birth_year and claims.birth_year < 1850:
        raise BadClaims("a number out of range")
    day_of(claims.on)


def day_of(on: int) -> date:
    """``yyyymmdd`` as a day. Raises ``BadClaims`` where the calendar does not have it."""
    try:
        return date(on // 10_000, on // 100 % 100, on % 100)
    except ValueError:
        raise BadClaims("not a day") from None


def as_claims(claims: ProofClaims, proven: bool, signed: bool = False) -> Mapping[str, str]:
    """The claims under the names that health certificates have, so that a policy asks both alike. A colour is a statement that
    takes a signature: ``none`` where nothing is ``proven``. ``signed``: the signature is good, though the
    proof may be out of its term; only then it names its holder. Absent ones are left out."""
    dose = {"product": claims.product, "on": day_of(claims.on).isoformat(), "number": claims.number, "of": claims.total}
    if claims.lot:
        dose["lot"] = claims.lot
    named = {
        "certificate.id": claims.record,  # the same slip shown again is known again
        "vaccination.record": claims.record,
        "vaccination.product": claims.product,
        "vaccination.lot": claims.lot,
        "vaccination.site": claims.site,
        "vaccination.doses_given": str(claims.number),
        "vaccination.doses_total": str(claims.total),
        "vaccination.last_dose_on": day_of(claims.on).isoformat(),
        "vaccination.doses": json.dumps([dose], ensure_ascii=False, separators=(",", ":")),
        "doses": str(claims.number),
        "certificate.types": "vaccination",
        "certificate.colour": claims.colour if proven else "none",
        "name": claims.name,
        "birth_date": str(claims.birth_year) if claims.birth_year else "",
        "citizen": claims.citizen if proven or signed else "",
    }
    return {name: value for name, value in named.items() if value}
