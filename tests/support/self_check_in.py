"""The people of the self check-in's tests, and what they do. No tests in here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.encounter.answers import Answer
from kiosk.plugin import DecodedCode
from tests.support.appliance import people

Start = Callable[..., Appliance]
CROWD = [person for person, _ in zip(people(11), range(8), strict=False)]
AN = CROWD[0]


def typed(appliance: Appliance, number: str, **answers: str) -> Answer:
    scan = appliance.new_scan(DecodedCode(number, number.encode(), "typed"), "page")
    answer = appliance.handle(scan, answers)
    assert isinstance(answer, Answer)
    return answer


def number_of(answer: Answer) -> str | None:
    return answer.ticket["number"] if answer.ticket else None


def said(appliance: Appliance, kind: str, body: Any, person: Any = AN) -> None:
    appliance.record([Draft(f"self_check_in.{kind}", body, appliance.pseudonym(person.national_id))])
