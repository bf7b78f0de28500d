"""What the platform publishes reaches the devices it concerns, in parts, signed, once; several writers leave no gap."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import zstandard
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from werkzeug.test import TestResponse

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.batch import read_batch
from kiosk.journal.chain import genesis
from kiosk.journal.redact_held import redact_held
from kiosk.journal.verify import verify
from plugins.national_platform import publishing, pull
from plugins.self_check_in.models import AppointmentRow
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import Workshop
from tests.support.platform import CITIZEN, PlatformUnderTest, take

NOW = datetime(2021, 8, 15, 2, 0, tzinfo=UTC)


def notice(title: str) -> Draft:
    return Draft("core.notice", Notice(title=title, text="…"))


def publish(appliance: Appliance, audience: str, *drafts: Draft) -> None:
    publishing.publish(appliance.journal, audience, drafts, NOW, True)


def parts(answer: TestResponse) -> list[tuple[dict[str, Any], list[bytes]]]:
    """The journals of one answer: heading and lines."""
    found: list[tuple[dict[str, Any], list[bytes]]] = []
    for line in zstandard.ZstdDecompressor().decompress(answer.data).splitlines():
        if line.startswith(b"{"):
            found.append((json.loads(line), []))
        else:
            found[-1][1].append(line)
    return found


def test_a_device_gets_its_own_audiences_and_no_other(platform: PlatformUnderTest) -> None:
    here, there = platform.device("here", province="79"), platform.device("there")
    for audience in ("nation", "site:here", "site:there", "province:79"):
        publish(platform.appliance, audience, notice(audience))
    answer = here.pull()
    assert answer.headers["X-More"] == "0"
    assert [heading["writer"] for heading, _ in parts(answer)] == ["nation", "site:here", "province:79"]
    assert [heading["writer"] for heading, _ in parts(there.pull())] == ["nation", "site:there"]
    assert parts(here.pull(answer.headers["X-Cursor"])) == []


def test_heads_are_signed_by_the_platforms_key(platform: PlatformUnderTest) -> None:
    device = platform.device()
    publish(platform.appliance, "nation", notice("a"), notice("b"))
    answer = device.pull()
    key = load_pem_public_key(platform.appliance.identity.public_key_pem().encode())
    heads = jwt.decode(answer.headers["X-Head-Signature"], key, algorithms=["EdDSA"])
    lines = b"\n".join(parts(answer)[0][1])
    batch = read_batch("nation", lines, platform.appliance.kinds, platform.appliance.identity.pseudonym_key)
    assert heads == {"nation": batch.chain_after(genesis("nation"))[-1].hex()}


def test_a_device_that_fetches_late_gets_what_was_erased_as_a_digest(platform: PlatformUnderTest) -> None:
    device = platform.device("here")
    publish(platform.appliance, "nation", notice("1"), Draft("self_check_in.deny_entry", DenyEntry(), CITIZEN))
    assert redact_held(platform.appliance.journal, 90) == {"nation": 1}
    answer = device.pull()
    key = load_pem_public_key(platform.appliance.identity.public_key_pem().encode())
    heads = jwt.decode(answer.headers["X-Head-Signature"], key, algorithms=["EdDSA"])
    lines = b"\n".join(parts(answer)[0][1])
    batch = read_batch("nation", lines, platform.appliance.kinds, platform.appliance.identity.pseudonym_key)
    hashes = batch.chain_after(genesis("nation"))
    assert heads == {"nation": hashes[-1].hex()}
    assert [record.data for record in batch.records(hashes, 0)] == [None, DenyEntry()]


def test_a_long_journal_comes_in_parts_without_a_gap(
    platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = platform.device("here")
    publish(platform.appliance, "nation", *(notice(str(number)) for number in range(25)))
    publish(platform.appliance, "site:here", *(notice(str(number)) for number in range(5)))
    with platform.appliance.session() as session:
        cursor, seen, rounds = "", {"nation": 0, "site:here": 0}, 0
        while True:
            answer = pull.journals_for(platform.appliance.journal, session, "here", "", cursor, 7)
            body = zstandard.ZstdDecompressor().decompress(answer.body).splitlines()
            for line in body:
                if line.startswith(b"{"):
                    heading = json.loads(line)
                    assert heading["previous_seq"] == seen[heading["writer"]]
                else:
                    seen[heading["writer"]] += 1
                    assert json.loads(line)[0] == seen[heading["writer"]]
            rounds += 1
            cursor = answer.cursor
            if not answer.more:
                break
    assert seen == {"nation": 25, "site:here": 5}
    assert rounds == 5
    assert device.pull(cursor).headers["X-More"] == "0"


def test_a_kiosk_that_takes_the_journal_knows_the_appointment(platform: PlatformUnderTest, workshop: Workshop) -> None:
    device = platform.device("here")
    booked = Draft("self_check_in.appointment", Appointment(site="here", day="2021-08-16", slot="08:30"), CITIZEN)
    publish(platform.appliance, "site:here", booked)
    kiosk = workshop.open(("self_check_in",), data="kiosk", name="kiosk")
    (heading, lines), *none = parts(device.pull())
    assert (heading["previous_seq"], none) == (0, [])
    key = device.identity.pseudonym_key
    assert take(kiosk, heading["writer"], b"\n".join(lines), key=key).acknowledged == 1
    assert take(kiosk, heading["writer"], b"\n".join(lines), key=key).duplicates == 1
    with kiosk.session() as session:
        row = session.get(AppointmentRow, (CITIZEN, "here", "2021-08-16"))
        assert row is not None
        assert row.slot == "08:30"


def test_a_cursor_beyond_the_end_is_told_to_begin_again(platform: PlatformUnderTest) -> None:
    """A platform restored from a backup: its journals are shorter than the device remembers."""
    device = platform.device()
    publish(platform.appliance, "nation", notice("a"))
    answer = device.pull(pull.write_cursor({"nation": 9}))
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "cursor")
    assert device.pull(pull.write_cursor({"nation": 1})).status_code == 200


def test_many_who_publish_at_once_leave_no_gap(platform: PlatformUnderTest) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: publish(platform.appliance, "nation", notice(str(number))), range(30)))
    with platform.appliance.session() as session:
        found = verify(session, "nation", platform.appliance.kinds, platform.appliance.identity.pseudonym_key)
    assert (found.records, found.problem) == (30, "")


def test_what_is_wrong_with_a_line_is_said_by_number(platform: PlatformUnderTest) -> None:
    appliance = platform.appliance

    def read(text: str, kind: str = "self_check_in.appointment", citizen: str | None = None) -> list[Draft]:
        return publishing.read_drafts(text.splitlines(), kind, appliance.kinds, appliance.pseudonym, citizen)

    good = '{"site": "here", "day": "2021-08-16", "national_id": "001099012345"}'
    assert read(good + "\n\n" + good)[1].citizen == appliance.pseudonym("001099012345")
    assert read('{"site": "here", "day": "2021-08-16"}', citizen="001099012345")[0].citizen is not None
    for text, told in (
        ("", "no line"),
        (good + "\n{", "line 2: not JSON"),
        ("[]", "line 1: not a JSON object"),
        ('{"site": "here"}', "line 1: day"),
        ('{"site": "here", "day": "2021-08-16", "national_id": "12"}', "12 digits"),
    ):
        with pytest.raises(publishing.CannotPublish, match=told):
            read(text)
    with pytest.raises(publishing.CannotPublish, match="no record kind"):
        read(good, kind="nobody.knows")
