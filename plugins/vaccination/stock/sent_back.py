"""A form that could not be taken is sent back: what was typed stays in it, and the reasons stand beside the field they are about.
Decides and records nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kiosk.domain import Finding
from plugins.vaccination.acting import Refusal

# which field the reasons are about that the books give, where the form has it
_FIELDS = {
    "vaccination.more_than_there": "vials",
    "vaccination.own_site": "to_site",
    "vaccination.unknown_store": "store",
}


class WrongField(Refusal):
    """What was typed in the field ``name`` cannot be used."""

    def __init__(self, name: str, found: Finding) -> None:
        super().__init__([found])
        self.name = name


@dataclass(frozen=True, slots=True)
class SentBack:
    """``form``: its name on its page, "" where no form was sent back; ``typed``: its fields; ``reasons``: by field, those that are
    about no field under ""."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """What stands in a field of ``form``: as it was typed, ``otherwise`` on a fresh page."""
        return self.typed.get(name, otherwise) if form == self.form else otherwise

    def at(self, form: str, name: str = "") -> tuple[Finding, ...]:
        """What is wrong with the field; without ``name`` what is wrong with the form as a whole."""
        return self.reasons.get(name, ()) if form == self.form else ()

    def key(self, form: str) -> str:
        """The form's key, so that it stays the same form however often it is sent; "" where it has none that is valid."""
        key = self.value(form, "key")
        try:
            return str(UUID(key))
        except ValueError:
            return ""


FRESH = SentBack()  # of a page on which no form was sent back


def sent_back(form: str, typed: Mapping[str, str], refusal: Refusal) -> SentBack:
    """``form`` with what was ``typed`` and why it was refused."""
    reasons: dict[str, tuple[Finding, ...]] = {}
    for one in refusal.findings:
        name = refusal.name if isinstance(refusal, WrongField) else _FIELDS.get(one.code, "")
        name = name if name in typed or isinstance(refusal, WrongField) else ""
        reasons[name] = (*reasons.get(name, ()), one)
    return SentBack(form, typed, reasons)
