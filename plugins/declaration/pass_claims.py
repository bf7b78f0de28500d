"""What a pass says, as values and as the integer-keyed map inside its CBOR Web Token. docs/pass.md is the specification.

Pure; signs nothing and judges nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.delegation.claims import BadClaims, short_text, whole_number

ID_BYTES = 10
CITIZEN_BYTES = 16
NAME_BYTES = 56  # of UTF-8; a longer name is cut on the pass and whole in the record
PLATE_LENGTH = 12
COMPANIONS = 60
LONGEST_HOURS = 72

KINDS = ("place", "movement")
# the order is part of the format: new words go to the end
VEHICLES = (
    "on_foot",
    "motorbike",
    "car",
    "bus",
    "truck",
    "goods",
    "ambulance",
    "official",
    "train",
    "boat",
    "aircraft",
    "bicycle",
)
PURPOSES = ("other", "work", "goods", "medical", "return_home", "family", "official_duty", "study")
FLAGS = ("symptoms", "contact", "on_behalf", "travelled")

EXP, IAT, CTI = 4, 6, 7  # RFC 8392
PASS = -65537  # private use: integers below -65536
_KIND, _NAME, _BORN, _TAIL, _CITIZEN, _FLAGS, _FROM, _TO, _PURPOSE, _VEHICLE, _PLATE, _COMPANIONS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Area:
    """Codes of the statistics office: province (2 digits), district (3, or empty since 2025), ward (5, or empty)."""

    province: str
    district: str = ""
    ward: str = ""


@dataclass(frozen=True, slots=True)
class PassClaims:
    """One pass. Times are Unix seconds. ``citizen``: 22 characters of base64url, or empty where no document was named."""

    id: str  # 16 characters of base32
    kind: str
    issued_at: int
    expires_at: int
    name: str
    birth_year: int
    document_tail: str  # last four characters of the document's number
    citizen: str = ""
    flags: frozenset[str] = frozenset()
    origin: Area | None = None
    destination: Area | None = None
    purpose: str = ""
    vehicle: str = ""
    plate: str = ""
    companions: int = 0


def id_of(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii")


def cut_name(name: str) -> str:
    """As much of a name as a pass carries; what was left out shows as "…"."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    return name.encode()[: NAME_BYTES - 3].decode("utf-8", "ignore").rstrip() + "…"


def to_map(claims: PassClaims) -> dict[int, Any]:
    """The token's claims set. Raises ``BadClaims`` where a value does not fit the format."""
    _check(claims)
    body: dict[int, Any] = {
        _KIND: KINDS.index(claims.kind),
        _NAME: cut_name(claims.name),
        _BORN: claims.birth_year,
        _TAIL: claims.document_tail,
    }
    if claims.citizen:
        body[_CITIZEN] = base64.urlsafe_b64decode(claims.citizen + "==")
    if claims.flags:
        body[_FLAGS] = sum(1 << FLAGS.index(flag) for flag in claims.flags)
    for key, area in ((_FROM, claims.origin), (_TO, claims.destination)):
        if area is not None:
            body[key] = [int(code or 0) for code in (area.province, area.district, area.ward)]
    if claims.purpose:
        body[_PURPOSE] = PURPOSES.index(claims.purpose)
    if claims.vehicle:
        body[_VEHICLE] = VEHICLES.index(claims.vehicle)
    if claims.plate:
        body[_PLATE] = claims.plate
    if claims.companions:
        body[_COMPANIONS] = claims.companions
    return {EXP: claims.expires_at, IAT: claims.issued_at, CTI: base64.b32decode(claims.id), PASS: body}


def from_map(found: Any) -> PassClaims:
    """The claims of a decoded token. Raises ``BadClaims``; unknown claims are an error, for none is ever added unseen."""
    if not isinstance(found, dict) or set(found) != {EXP, IAT, CTI, PASS}:
        raise BadClaims("not the claims of a pass")
    body, raw_id = found[PASS], found[CTI]
    if not isinstance(body, dict) or not {_KIND, _NAME, _BORN, _TAIL} <= set(body) <= set(range(1, 13)):
        raise BadClaims("not the claims of a pass")
    citizen = body.get(_CITIZEN, b"")
    if not isinstance(citizen, bytes) or len(citizen) not in (0, CITIZEN_BYTES) or not isinstance(raw_id, bytes):
        raise BadClaims("an identifier of another length")
    claims = PassClaims(
        id=id_of(raw_id),
        kind=_word(KINDS, body[_KIND]),
        issued_at=whole_number(found[IAT], 0, 2**40),
        expires_at=whole_number(found[EXP], 0, 2**40),
        name=short_text(body[_NAME], NAME_BYTES),
        birth_year=whole_number(body[_BORN], 1850, 2200),
        document_tail=short_text(body[_TAIL], 4),
        citizen=base64.urlsafe_b64encode(citizen).rstrip(b"=").decode("ascii"),
        flags=_flags(body.get(_FLAGS, 0)),
        origin=_area(body.get(_FROM)),
        destination=_area(body.get(_TO)),
        purpose=_word(PURPOSES, body[_PURPOSE]) if _PURPOSE in body else "",
        vehicle=_word(VEHICLES, body[_VEHICLE]) if _VEHICLE in body else "",
        plate=short_text(body.get(_PLATE, ""), PLATE_LENGTH),
        companions=whole_number(body.get(_COMPANIONS, 0), 0, COMPANIONS),
    )
    _check(claims)
    return claims


def _check(claims: PassClaims) -> None:
    if not claims.id.isascii() or len(claims.id) != ID_BYTES * 8 // 5 or claims.kind not in KINDS:
        raise BadClaims("id or kind")
    if not 0 < claims.expires_at - claims.issued_at <= LONGEST_HOURS * 3600:
        raise BadClaims("a pass is valid for at most 72 hours")
    short_text(claims.document_tail, 4)
    short_text(claims.plate, PLATE_LENGTH)
    whole_number(claims.companions, 0, COMPANIONS)
    if not claims.name or not claims.name.isprintable() or not claims.plate.isascii():
        raise BadClaims("name or plate")


def _word(words: tuple[str, ...], value: Any) -> str:
    return words[whole_number(value, 0, len(words) - 1)]


def _flags(value: Any) -> frozenset[str]:
    bits = whole_number(value, 0, (1 << len(FLAGS)) - 1)
    return frozenset(flag for place, flag in enumerate(FLAGS) if bits >> place & 1)


def _area(value: Any) -> Area | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 3:
        raise BadClaims("not an area")
    province, district, ward = (
        whole_number(code, 0, most) for code, most in zip(value, (99, 999, 99_999), strict=True)
    )
    return Area(f"{province:02d}", f"{district:03d}" if district else "", f"{ward:05d}" if ward else "")


def as_claims(claims: PassClaims) -> Mapping[str, str]:
    """The claims under the names that policies and other slices use. Absent ones are left out."""
    flags = {f"declaration.{flag}": "yes" if flag in claims.flags else "no" for flag in FLAGS}
    named = {
        "declaration.id": claims.id,
        "declaration.kind": claims.kind,
        "name": claims.name,
        "birth_date": str(claims.birth_year),
        "national_id_tail": claims.document_tail,
        "citizen": claims.citizen,
        "purpose": claims.purpose,
        "vehicle.class": claims.vehicle,
        "vehicle.plate": claims.plate,
        "vehicle.companions": str(claims.companions) if claims.kind == "movement" else "",
        **flags,
    }
    for where, area in (("origin", claims.origin), ("destination", claims.destination)):
        if area is not None:
            named |= {
                f"{where}.province": area.province,
                f"{where}.district": area.district,
                f"{where}.ward": area.ward,
            }
    return {name: value for name, value in named.items() if value}
