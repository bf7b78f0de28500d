"""What staff type of a person at the desk becomes a credential, so that typing goes the way that a card goes. Nobody but the desk's
own page can make one: a program over the network cannot name its source so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from kiosk.domain import Claim, Credential, Scan, Text, Trust
from plugins.vaccination.arrival import temporary

KIND = "enrolment"
SYMBOLOGY = "enrolment"
DESK = "desk:"  # how the sources of the desk's pages begin
_COPIED = 0.8  # staff copied it from a document that they hold in their hands
_ID = re.compile(r"\d{12}", re.ASCII)
_DOCUMENT = re.compile(r"[0-9A-Z][0-9A-Z./-]{4,19}", re.ASCII)
_PHONE = re.compile(r"[+0-9][0-9 .-]{6,19}", re.ASCII)
SEXES = ("male", "female", "other")


class Wrong(ValueError):
    """A field cannot stay as it is. ``text`` says which and what is expected."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(field)
        self.field = field
        self.text = text


@dataclass(frozen=True, slots=True)
class Typed:
    """The desk's form, checked. ``number``: 12 digits, another document's number, or "" for somebody who has none."""

    name: str
    birth_date: str  # ISO 8601; a year alone where nobody knows more
    sex: str = ""
    number: str = ""
    phone: str = ""
    address: str = ""
    guardian: str = ""
    priority_group: str = ""


NAME = Text("Ghi đủ họ và tên.", "Give the full name.")
BIRTH = Text(
    "Ngày sinh phải là ngày có thật, hoặc chỉ năm sinh (4 chữ số).",
    "A birth date is a real day, or a year of 4 digits.",
)
FUTURE = Text("Ngày sinh ở sau hôm nay.", "The birth date is after today.")
NUMBER = Text(
    "Số giấy tờ: 12 chữ số căn cước, hoặc số hộ chiếu, giấy khai sinh (5–20 chữ, số).",
    "Document number: the 12 digits of the ID card, or a passport's or birth certificate's (5–20 letters and digits).",
)
PHONE = Text("Số điện thoại gồm 7–20 chữ số.", "A telephone number has 7–20 digits.")
SEX = Text("Chọn giới tính.", "Choose the sex.")


def typed(form: Mapping[str, Any], today: date) -> Typed:
    """The form's fields, trimmed and checked. Raises ``Wrong``."""
    said = {one.name: _clean(form.get(one.name)) for one in fields(Typed)}
    if len(said["name"]) < 2 or not any(letter.isalpha() for letter in said["name"]):
        raise Wrong("name", NAME)
    said["birth_date"] = birth_date(said["birth_date"], today)
    if said["sex"] not in SEXES:
        raise Wrong("sex", SEX)
    number = said["number"].replace(" ", "").upper()
    if number and not (_ID.fullmatch(number) or _DOCUMENT.fullmatch(number)):
        raise Wrong("number", NUMBER)
    if said["phone"] and not _PHONE.fullmatch(said["phone"]):
        raise Wrong("phone", PHONE)
    limits = {"name": 120, "address": 160, "guardian": 120, "priority_group": 24, "phone": 20}
    return Typed(**{**said, "number": number, **{name: said[name][:most] for name, most in limits.items()}})


def birth_date(text: str, today: date) -> str:
    """``2001-02-28``, ``28/02/2001`` or ``2001`` as ISO 8601. Raises ``Wrong`` for what was never a day."""
    if re.fullmatch(r"(19|20)\d\d", text, re.ASCII):
        if int(text) > today.year:
            raise Wrong("birth_date", FUTURE)
        return text
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    try:
        day = date(int(local[3]), int(local[2]), int(local[1])) if local else date.fromisoformat(text)
    except ValueError:
        raise Wrong("birth_date", BIRTH) from None
    if day > today:
        raise Wrong("birth_date", FUTURE)
    if day.year < 1900:
        raise Wrong("birth_date", BIRTH)
    return day.isoformat()


def payload(form: Typed, key: UUID) -> str:
    """What stands for the form as a scan; who has no document gets the code that belongs to ``key``."""
    said = {one.name: getattr(form, one.name) for one in fields(Typed)}
    return msgspec.json.encode({**said, "code": "" if form.number else temporary.code_of(key)}).decode()


def read(scan: Scan) -> Credential | None:
    """The credential of the desk's own typing; None for everything else."""
    if scan.symbology != SYMBOLOGY or not scan.source.startswith(DESK):
        return None
    said: dict[str, str] = msgspec.json.decode(scan.payload)
    number, code = said.pop("number"), said.pop("code")
    if code:
        return temporary.credential_of(code, **said)
    claim = "national_id" if _ID.fullmatch(number) else "document_number"
    claims = {name: Claim(value, _COPIED) for name, value in {**said, claim: number}.items() if value}
    return Credential(KIND, claims, Trust.UNVERIFIED)


def _clean(value: Any) -> str:
    """One line of text, without control characters, composed as Unicode wants it."""
    text = unicodedata.normalize("NFC", value if isinstance(value, str) else "")[:400]
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
