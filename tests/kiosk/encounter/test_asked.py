"""What waits for an answer to a question: completed by its key, and forgotten."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from kiosk.domain import Decision, Scan
from kiosk.encounter.asked import AskedScans
from kiosk.plugin import DecodedCode

SHOWN = Scan(uuid4(), "the card", b"the card", "QRCode", "camera:front", datetime.now(UTC))


def repeated(scan: Scan) -> Scan:
    return Scan(scan.key, "", b"", "QRCode", "page", datetime.now(UTC))


def test_a_repeated_key_without_payload_stands_for_what_was_shown() -> None:
    asked = AskedScans()
    asked.keep(SHOWN)
    assert asked.complete(repeated(SHOWN)) is SHOWN


def test_a_payload_is_never_replaced() -> None:
    asked = AskedScans()
    asked.keep(SHOWN)
    other = Scan(SHOWN.key, "another", b"another", "QRCode", "page", datetime.now(UTC))
    assert asked.complete(other) is other


def test_it_is_forgotten_by_time_by_number_and_when_the_person_leaves() -> None:
    now = [0.0]
    asked = AskedScans(capacity=2, seconds=120, monotonic=lambda: now[0])
    asked.keep(SHOWN)
    now[0] = 120.0
    assert asked.complete(repeated(SHOWN)).payload == ""

    scans = [Scan(uuid4(), str(n), b"x", "QRCode", "page", datetime.now(UTC)) for n in range(3)]
    for scan in scans:
        asked.keep(scan)
    assert [asked.complete(repeated(scan)).payload for scan in scans] == ["", "1", "2"]

    asked.forget()
    assert asked.complete(repeated(scans[2])).payload == ""


def test_a_typed_number_is_answered_by_its_key_alone(workshop: Any) -> None:
    appliance = workshop.start(["citizen_id", "self_check_in"])
    typed = appliance.new_scan(DecodedCode("001099012345", b"001099012345", "typed"), "typed")
    assert appliance.handle(typed).decision is Decision.ASK
    answer = appliance.handle(repeated(typed), {"birth_date": "1999-01-01"})
    assert answer.decision is Decision.ADMIT
    assert answer.ticket is not None


def test_nothing_that_was_shown_is_told_to_the_screen(workshop: Any) -> None:
    appliance = workshop.start(["citizen_id", "self_check_in"])
    appliance._deliver_from("scanner:desk")(DecodedCode("001099012345", b"001099012345", "typed"))
    _, events = appliance.events.poll(0)
    told = [event.body for event in events if event.name == "answer"]
    assert len(told) == 1
    assert '"ask"' in told[0]
    assert "001099012345" not in told[0]
