"""What the review page says back: label and answer, step by step. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosk.domain import Choice, Text
from plugins.declaration.areas import Areas
from plugins.declaration.choices import word
from plugins.declaration.form_fields import REVEALS, STEPS, FormField, fields_of
from plugins.declaration.form_values import Values
from plugins.declaration.form_words import PAGE

Line = tuple[Text, Text]


def review_lines(values: Values, areas: Areas) -> list[tuple[str, list[Line]]]:
    """(step, lines) of every step but the last. What does not apply is left out."""
    return [(step, _lines(step, values, areas)) for step in STEPS[values.kind] if step != "review"]


def _lines(step: str, values: Values, areas: Areas) -> list[Line]:
    lines = [(field.label, _answer(field, values, areas)) for field in fields_of(step) if _applies(field, values)]
    if step == "journey":
        for number, one in enumerate(values.companions, 1):
            said = ", ".join(part for part in (one["name"], one["birth_year"], one["document"]) if part)
            lines.append((PAGE["companion"].format(n=number), Text(said, said)))
    return [(label, answer) for label, answer in lines if answer.vi]


def _applies(field: FormField, values: Values) -> bool:
    asked_by = REVEALS.get(field.name)
    return asked_by is None or values.get(asked_by) == "yes"


def _answer(field: FormField, values: Values, areas: Areas) -> Text:
    if field.kind == "area":
        names = areas.path(*(values.get(f"{field.name}_{part}") for part in ("province", "district", "ward")))
        return Text(names, names)
    if field.kind == "checks":
        return _joined(field.choices, values.ticked.get(field.name, ()))
    value = values.get(field.name)
    if field.choices:
        return word(field.choices, value)
    if field.kind == "datetime":
        return _time(value)
    return Text(value, value)


def _joined(choices: tuple[Choice, ...], chosen: tuple[str, ...]) -> Text:
    words = [word(choices, value) for value in chosen]
    return Text(", ".join(one.vi for one in words), ", ".join(one.en for one in words))


def _time(value: str) -> Text:
    try:
        shown = datetime.fromisoformat(value).strftime("%H:%M %d/%m/%Y")
    except ValueError:
        shown = value
    return Text(shown, shown)
