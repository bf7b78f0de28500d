"""Is what was typed right? Errors in words beside each input, and the fields of a record where there are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from kiosk.domain import Text
from plugins.declaration.areas import Areas
from plugins.declaration.choices import NO_PLATE
from plugins.declaration.form_fields import BY_NAME, FIELDS, MOST_COMPANIONS, REVEALS, STEPS, FormField
from plugins.declaration.form_values import Values
from plugins.declaration.form_words import ERRORS

Errors = dict[str, Text]  # the input's name -> what is wrong

_DOCUMENT_VN = re.compile(r"[0-9]{12}|[0-9]{9}|[A-Z][0-9]{7,8}")
_DOCUMENT = re.compile(r"[A-Z0-9]{4,20}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_PLATE = re.compile(r"[A-Z0-9][A-Z0-9 .-]{1,11}")
_CENTURY = {
    "0": 1900,
    "1": 1900,
    "2": 2000,
    "3": 2000,
    "4": 2100,
    "5": 2100,
    "6": 2200,
    "7": 2200,
    "8": 2300,
    "9": 2300,
}


def document_number(text: str) -> str:
    """As it is recorded: capitals, no spaces, dots or hyphens."""
    return re.sub(r"[\s.\-]", "", text).upper()


def check(values: Values, areas: Areas, today: datetime, step: str | None = None) -> Errors:
    """The errors of one step, or of all. ``today``: the present time at the site."""
    errors: Errors = {}
    for field in FIELDS:
        wanted = field.step == step if step else field.step in STEPS[values.kind]
        if wanted:
            _check_field(field, values, areas, today, errors)
    if step in (None, "journey") and values.kind == "movement":
        _check_companions(values, today, errors)
    return errors


def _check_field(field: FormField, values: Values, areas: Areas, today: datetime, errors: Errors) -> None:
    if field.kind == "area":
        _check_area(field, values, areas, errors)
        return
    asked_by = REVEALS.get(field.name)
    if asked_by and values.get(asked_by) != "yes":
        return
    if field.kind == "checks":
        if not values.ticked.get(field.name):
            errors[field.name] = ERRORS["which"]
        return
    value = values.get(field.name)
    if field.kind in ("radio", "select"):
        if value not in {choice.value for choice in field.choices}:
            errors[field.name] = ERRORS["choose"]
        return
    if not value:
        if field.required or asked_by:
            errors[field.name] = ERRORS["where" if field.name == "travelled" else "missing"]
        elif field.name == "plate" and values.get("vehicle") not in NO_PLATE | {""}:
            errors[field.name] = ERRORS["plate"]
        return
    if len(value) > field.most:
        errors[field.name] = ERRORS["long"].format(n=field.most)
    elif not value.isprintable():
        errors[field.name] = ERRORS["letters"]
    elif field.name in _CHECKS:
        found = _CHECKS[field.name](value, values, today)
        if found is not None:
            errors[field.name] = found


def _check_area(field: FormField, values: Values, areas: Areas, errors: Errors) -> None:
    province, district, ward = (values.get(f"{field.name}_{part}") for part in ("province", "district", "ward"))
    if not areas.fits(province, ""):
        errors[f"{field.name}_province"] = ERRORS["area_province"]
        return
    if field.name == "destination" and not district and not ward:
        return  # the province is enough to be let through; who knows more may say it
    if areas.districts and not areas.fits(district, province):
        errors[f"{field.name}_district"] = ERRORS["area"]
    elif not areas.fits(ward, district if areas.districts else province):
        above = district if areas.districts else province
        if areas.children(above) and field.name != "destination":
            errors[f"{field.name}_ward"] = ERRORS["area"]


def _name(value: str, _values: Values, _today: datetime) -> Text | None:
    letters = sum(char.isalpha() for char in value)
    return ERRORS["name"] if letters < 2 or any(char.isdigit() for char in value) else None


def _document(value: str, values: Values, _today: datetime) -> Text | None:
    number = document_number(value)
    if values.get("nationality") == "VNM":
        return None if _DOCUMENT_VN.fullmatch(number) else ERRORS["document_vn"]
    return None if _DOCUMENT.fullmatch(number) else ERRORS["document"]


def _birth_year(value: str, values: Values, today: datetime) -> Text | None:
    if not (value.isascii() and value.isdigit() and len(value) == 4 and 1900 <= int(value) <= today.year):
        return ERRORS["year"].format(n=today.year)
    number = document_number(values.get("document"))
    if values.get("nationality") == "VNM" and re.fullmatch(r"[0-9]{12}", number):
        born = _CENTURY[number[3]] + int(number[4:6])  # the number's own digits say it
        if born != int(value):
            return ERRORS["year_differs"].format(n=born)
    return None


def _phone(value: str, _values: Values, _today: datetime) -> Text | None:
    digits = re.sub(r"[\s.()\-]", "", value).removeprefix("+")
    return None if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15 else ERRORS["phone"]


def _email(value: str, _values: Values, _today: datetime) -> Text | None:
    return None if _EMAIL.fullmatch(value) else ERRORS["email"]


def _plate(value: str, _values: Values, _today: datetime) -> Text | None:
    return None if _PLATE.fullmatch(value.upper()) else ERRORS["plate"]


def _departs(value: str, _values: Values, _today: datetime) -> Text | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return ERRORS["time"]
    return None if found.tzinfo is None and len(value) == 16 else ERRORS["time"]


_CHECKS: dict[str, Callable[[str, Values, datetime], Text | None]] = {
    "name": _name,
    "declarer": _name,
    "document": _document,
    "birth_year": _birth_year,
    "phone": _phone,
    "email": _email,
    "plate": _plate,
    "departs_at": _departs,
}


def _check_companions(values: Values, today: datetime, errors: Errors) -> None:
    if len(values.companions) > MOST_COMPANIONS:
        errors["companions"] = ERRORS["many"].format(n=MOST_COMPANIONS)
    for number, one in enumerate(values.companions):
        if not one["name"]:
            errors[f"companion-{number}-name"] = ERRORS["missing"]
        elif (
            len(one["name"]) > BY_NAME["name"].most
            or not one["name"].isprintable()
            or _name(one["name"], values, today)
        ):
            errors[f"companion-{number}-name"] = ERRORS["name"]
        year = one["birth_year"]
        if not (year.isascii() and year.isdigit() and len(year) == 4 and 1900 <= int(year) <= today.year):
            errors[f"companion-{number}-birth_year"] = ERRORS["year"].format(n=today.year)
        if one["document"] and not _DOCUMENT.fullmatch(document_number(one["document"])):
            errors[f"companion-{number}-document"] = ERRORS["document"]


def said(values: Values, language: str) -> dict[str, object]:
    """The fields of ``records.Declared`` that a form without errors fills."""
    get = values.get
    fields: dict[str, object] = {
        "kind": values.kind,
        "language": language,
        "declarer": get("declarer") if get("on_behalf") == "yes" else "",
        **{name: get(name) for name in ("name", "sex", "nationality", "address", "email")},
        "document": document_number(get("document")),
        "birth_year": int(get("birth_year")),
        "home": _codes(values, "home"),
        "phone": re.sub(r"[\s.()\-]", "", get("phone")),
        "travelled": get("travelled") if get("has_travelled") == "yes" else "",
        "symptoms": list(values.ticked.get("symptoms", ())) if get("has_symptoms") == "yes" else [],
        "contacts": list(values.ticked.get("contacts", ())) if get("has_contact") == "yes" else [],
    }
    if values.kind == "movement":
        fields["journey"] = {
            **{name: get(name) for name in ("vehicle", "seat", "departs_at", "destination_address", "purpose")},
            "plate": get("plate").upper(),
            "origin": _codes(values, "origin"),
            "destination": _codes(values, "destination"),
            "companions": [
                {**one, "birth_year": int(one["birth_year"]), "document": document_number(one["document"])}
                for one in values.companions
            ],
        }
    return fields


def _codes(values: Values, name: str) -> dict[str, str]:
    return {part: values.get(f"{name}_{part}") for part in ("province", "district", "ward")}
