"""What the platform says of its interface for programs: OpenAPI 3.1, and true, for real devices and for a fuzzer that believes it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.platform import API, PlatformUnderTest
from tests.support.platform_fixtures import shared_platform

__all__ = ["shared_platform"]

PATH = "/api/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def document(shared_platform: PlatformUnderTest) -> dict[str, Any]:
    return dict(shared_platform.client.get(PATH).get_json())


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: Any, value: Any) -> bytes:
    """Whatever the fuzzer makes up, as bytes: none of it is signed."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def fits(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """The answer is one of those described, and of the described shape."""
    described = document["paths"][path][method]["responses"][str(answer.status_code)]
    schema = described["content"]["application/json"]["schema"]
    jsonschema_rs.validator_for({**document, **schema}).validate(answer.get_json())


def test_every_route_that_a_program_asks_is_described(
    shared_platform: PlatformUnderTest, document: dict[str, Any]
) -> None:
    assert document["openapi"].startswith("3.1")
    rules = shared_platform.client.application.url_map.iter_rules()
    for_programs = {one.rule for one in rules if one.rule.startswith(API) or one.rule.endswith(".json")} - {PATH}
    assert for_programs | {"/health", "/metrics"} == set(document["paths"])
    assert all(one["summary"] for path in document["paths"].values() for one in path.values())


def test_every_schema_is_whole(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for target in {part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]}:
        assert target.rpartition("/")[2] in schemas, target
    for name in schemas:
        jsonschema_rs.validator_for({**document, "$ref": f"#/components/schemas/{name}"})


def test_what_a_real_device_gets_is_what_is_described(
    shared_platform: PlatformUnderTest, document: dict[str, Any]
) -> None:
    device = shared_platform.device()
    fits(document, f"{API}/enrol", "post", device.enrol(shared_platform.mint()))
    pushed = device.push(device.visits(3))
    assert pushed.status_code == 200
    fits(document, f"{API}/batches", "post", pushed)
    again = json.dumps({"writer": device.writer, "seqs": [1]}).encode()
    fits(document, f"{API}/parked/retry", "post", device.post("/parked/retry", again))
    key = json.dumps({"public_key_pem": device.identity.public_key_pem()}).encode()
    fits(document, f"{API}/keys", "post", device.post("/keys", key))
    assert device.pull().mimetype in document["paths"][f"{API}/journals"]["get"]["responses"]["200"]["content"]
    for path in (f"{API}/time", "/national_platform/live.json", "/health"):
        fits(document, path, "get", shared_platform.client.get(path))
    fits(document, f"{API}/enrol", "post", device.enrol("WRONG-CODE"))
    fits(document, f"{API}/journals", "get", shared_platform.client.get(f"{API}/journals"))


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_answers_to_any_request_are_the_described_ones(
    shared_platform: PlatformUnderTest, mode: Any, data: st.DataObject
) -> None:
    schema = schemathesis.openapi.from_wsgi(PATH, shared_platform.client.application)
    for result in schema.get_all_operations():
        operation = result.ok()
        sent = {body.media_type for body in operation.body}
        if mode is schemathesis.GenerationMode.NEGATIVE and "application/json" not in sent:
            continue  # nothing is sent of which it is said what would be right
        case = data.draw(operation.as_strategy(generation_mode=mode))
        answer = case.call_and_validate(checks=CHECKS)  # raises where one of them fails
        assert answer.status_code < 500
