"""The web app's outer skin: headers, origins, cookies, error pages; and no personal data in health, metrics or logs."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from kiosk.web.models import HealthAnswer
from tests.support.appliance import Workshop, people, show

URL = "/api/v1/scans"


@pytest.fixture
def appliance(workshop: Workshop) -> Appliance:
    return workshop.start(["citizen_id", "self_check_in"])


@pytest.fixture
def client(appliance: Appliance) -> FlaskClient:
    return create_app(appliance).test_client()


def scan(client: FlaskClient, payload: str = "x", **headers: str) -> Any:
    return client.post(
        URL, json={"payload": payload}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize("page", ["/kiosk", "/staff/sign-in", "/recovery", "/nowhere"])
def test_pages_let_nothing_in_from_outside(client: FlaskClient, page: str) -> None:
    headers = client.get(page, follow_redirects=True).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a program, or a scanner's bridge
        ({"Origin": "http://localhost"}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "null", "Sec_Fetch_Site": "same-origin"}, 403),
    ],
)
def test_a_page_of_another_origin_may_not_act_here(
    client: FlaskClient, appliance: Appliance, headers: dict[str, str], status: int
) -> None:
    answer = scan(client, **headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.get_json()["error"]["code"] == "cross_origin"
        assert client.get("/metrics").get_data(as_text=True).count('kiosk_journal_records{writer="') in (0, 1)
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_programs_interface_sets_and_takes_no_cookie(client: FlaskClient) -> None:
    client.set_cookie("kiosk_kiosk", "planted")
    for answer in (
        scan(client),
        client.get("/api/openapi.json"),
        client.get("/api/nowhere"),
        scan(client, Origin="null"),
    ):
        assert "Set-Cookie" not in answer.headers


def test_an_answer_is_never_kept_by_a_cache(client: FlaskClient) -> None:
    assert scan(client).headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_told_without_details(
    appliance: Appliance, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(appliance).test_client()

    def fails(*_: Any, **__: Any) -> Any:
        raise ValueError("Nguyễn Văn An 001099012345")

    monkeypatch.setattr(appliance, "begin", fails)
    answer = scan(client)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "internal_error")
    monkeypatch.setattr(appliance, "health", fails)
    page = client.get("/health")
    assert page.status_code == 500
    assert "Máy gặp lỗi" in page.get_data(as_text=True)
    assert "001099012345" not in page.get_data(as_text=True) + caplog.text


def test_health_has_the_described_shape(client: FlaskClient) -> None:
    said = HealthAnswer.model_validate_json(client.get("/health").data, strict=True)
    assert said.safe_mode is False
    assert {check.name for check in said.checks} >= {"journal", "disk", "clock"}


def test_nothing_about_anybody_in_health_metrics_and_logs(
    client: FlaskClient, appliance: Appliance, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    crowd = [person for person, _ in zip(people(3), range(12), strict=False)]
    payloads = [
        payload
        for one in crowd
        for payload in (one.cccd_2021(), one.cccd_2024(), one.bhyt(), one.mrz_td1(), one.national_qr())
    ]
    for payload in payloads:
        assert scan(client, payload).status_code == 200
        scan(client, payload[:-5] + "xxxxx")
    show(appliance, crowd[0].national_id)
    said = client.get("/health").get_data(as_text=True) + client.get("/metrics").get_data(as_text=True) + caplog.text
    for person in crowd:
        for secret in (
            person.national_id,
            person.insurance_number,
            person.name,
            person.address,
            person.old_id or person.name,
        ):
            assert secret not in said
        assert appliance.pseudonym(person.national_id) not in said
    assert not re.search(r"\b\d{12}\b", said)


def test_metrics_are_prometheus_text_and_count(client: FlaskClient, appliance: Appliance) -> None:
    for person, _ in zip(people(), range(3), strict=False):
        show(appliance, person.cccd_2021())
    text = client.get("/metrics").get_data(as_text=True)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    writer = appliance.identity.writer
    assert found["kiosk_journal_records", writer] == found["kiosk_journal_unacknowledged", writer] == 3
    assert found["kiosk_figure", "visits.admit"] == 3
    assert found["kiosk_health", "journal"] == 0
