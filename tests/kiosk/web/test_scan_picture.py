"""``POST /api/v1/scans`` with a picture, as the body or in a form: what a payload gets; and the same key has the same answer,
whatever became of the reader meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import segno
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.web.app import create_app
from tests.support.appliance import Workshop, assert_whole, people, records
from tests.support.probes import Misbehaviour, faulty

URL = "/api/v1/scans"
PLUGINS = ("qr_scanning", "citizen_id", "self_check_in")
NO_DEVICES = "[plugin.qr_scanning]\ncameras = []\nscanners = []"
Send = Callable[[FlaskClient, bytes, str], TestResponse]


def picture(payload: str) -> bytes:
    out = BytesIO()
    segno.make_qr(payload).save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def as_the_body(client: FlaskClient, image: bytes, query: str) -> TestResponse:
    return client.post(URL + query, data=image, content_type="image/png")


def in_a_form(client: FlaskClient, image: bytes, query: str) -> TestResponse:
    return client.post(URL + query, data={"image": (BytesIO(image), "card.png")})


@pytest.mark.parametrize("send", [as_the_body, in_a_form])
def test_a_picture_of_a_card_gets_what_its_payload_gets(workshop: Workshop, send: Send) -> None:
    appliance = workshop.start(PLUGINS, sections=NO_DEVICES)
    client = create_app(appliance).test_client()
    person = next(people())
    answer = send(client, picture(person.cccd_2021()), "")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    assert (told["decision"], told["record"]) == ("admit", {"writer": appliance.identity.writer, "seq": 1})
    again = client.post(URL, json={"payload": person.cccd_2021()}).get_json()
    assert (again["decision"], again["ticket"]["number"]) == ("admit", told["ticket"]["number"])
    assert [record.citizen for record in records(appliance)] == [appliance.pseudonym(person.national_id)] * 2


@pytest.mark.parametrize("send", [as_the_body, in_a_form])
def test_the_same_key_gives_the_same_answer_and_no_second_record(workshop: Workshop, send: Send) -> None:
    appliance = workshop.start(PLUGINS, sections=NO_DEVICES)
    key = uuid4()
    crowd = people()
    client = create_app(appliance).test_client()
    first = send(client, picture(next(crowd).cccd_2021()), f"?key={key}")
    assert first.get_json()["key"] == str(key)
    for image in (picture(next(crowd).cccd_2021()), b"cut short on the way"):
        assert send(client, image, f"?key={key}").data == first.data
    workshop.stop(appliance)
    after = workshop.start(PLUGINS, sections=NO_DEVICES)
    assert send(create_app(after).test_client(), b"", f"?key={key}").data == first.data
    assert len(assert_whole(after)) == 1


def test_a_reader_that_is_out_of_service_changes_no_answer_that_was_given(workshop: Workshop) -> None:
    breaks = Misbehaviour(lambda: None if breaks.calls == 1 else 1 / 0)
    plugins = [("faulty", faulty("decode_image", breaks)), *PLUGINS]
    client = create_app(workshop.start(plugins, sections=NO_DEVICES)).test_client()
    image, key = picture(next(people()).cccd_2021()), uuid4()
    first = as_the_body(client, image, f"?key={key}")
    assert first.status_code == 200
    assert as_the_body(client, image, f"?key={key}").data == first.data
    assert breaks.calls == 1, "nothing is read for an answer that is known"
