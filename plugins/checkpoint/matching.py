"""Are all the codes of one traveller one person's? Pure: compares claims, decides nothing about policy."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.domain import Credential, Finding, Severity, Text
from plugins.checkpoint import names
from plugins.checkpoint.travellers import Shown, Traveller, is_identity

COMPARE = Text(
    "So giấy tờ với người trước mặt; nếu không đúng người, không cho qua bằng mã này.",
    "Compare the documents with the person before you; if it is not theirs, do not let them pass by this code.",
)
_WHAT = {
    "name": Text("họ tên", "name"),
    "birth_date": Text("ngày sinh", "date of birth"),
    "national_id_tail": Text("số giấy tờ", "document number"),
}


def differences(traveller: Traveller) -> tuple[Finding, ...]:
    """One finding for each document that names another person than the identity document does (else: than the first)."""
    base, *others = traveller.standing
    found = []
    for other in others:
        differing = list(differing_claims(base.credential, other.credential))
        if _another(base, other):
            differing.append("national_id_tail")
        if differing:
            differing = list(dict.fromkeys(differing))
            vi = ", ".join(_WHAT[claim].vi for claim in differing)
            en = ", ".join(_WHAT[claim].en for claim in differing)
            text = Text(
                f"Mã này của người khác: {vi} không khớp.", f"This code belongs to another person: {en} does not match."
            )
            found.append(Finding("checkpoint.another_person", Severity.CONCERN, text, COMPARE))
    return tuple(dict.fromkeys(found))


def _another(base: Shown, other: Shown) -> bool:
    """Whether a proven pass names another holder, by keyed hash, than the identity document does."""
    holder = other.credential.named_citizen
    return bool(holder and base.citizen and is_identity(base.credential) and holder != base.citizen)


def differing_claims(one: Credential, other: Credential) -> Iterator[str]:
    """The claims on which two documents contradict each other. What one of them does not say is no contradiction."""
    left, right = one.value("name"), other.value("name")
    if left and right and not names.same(left, right):
        yield "name"
    if not _same_start(one.value("birth_date"), other.value("birth_date")):
        yield "birth_date"
    if not _same_number(one, other):
        yield "national_id_tail"


def _same_start(one: str | None, other: str | None) -> bool:
    """ISO dates of which one may be cut short, to a month or a year."""
    if not one or not other:
        return True
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _same_number(one: Credential, other: Credential) -> bool:
    """Whole numbers must be equal; of one that shows its last digits alone, those."""
    left, right = one.value("national_id"), other.value("national_id")
    if left and right:
        return left == right
    for number, tail in ((left, other.value("national_id_tail")), (right, one.value("national_id_tail"))):
        digits = "".join(letter for letter in tail or "" if letter.isdigit())
        if number and digits and not number.endswith(digits):
            return False
    return True
