"""The served description: valid OpenAPI 3.1, and true: a fuzzer that believes it finds no other answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
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

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from tests.support.appliance import Workshop, assert_whole, records

PATH = "/api/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    workshop = Workshop(tmp_path_factory.mktemp("openapi"))
    made = workshop.start(
        ["qr_scanning", "citizen_id", "self_check_in"], sections="[plugin.qr_scanning]\ncameras = []\nscanners = []"
    )
    yield made
    assert {state.name: state.faults for state in made.host.states() if state.faults} == {}
    assert_whole(made)
    workshop.close()


@pytest.fixture(scope="module")
def app(appliance: Appliance) -> Any:
    return create_app(appliance)


@pytest.fixture(scope="module")
def document(app: Any) -> dict[str, Any]:
    return dict(app.test_client().get(PATH).get_json())


@pytest.fixture(scope="module")
def schema(app: Any) -> Any:
    return schemathesis.openapi.from_wsgi(PATH, app)


def test_a_platform_takes_no_scans_and_its_description_says_so(workshop: Workshop) -> None:
    platform = workshop.start(["self_check_in", "national_platform"], role="platform")
    client = create_app(platform).test_client()
    for sent in (
        client.post("/api/v1/scans", json={"payload": "x"}),
        client.post("/api/v1/scans", data=b"\x89PNG", content_type="image/png"),
    ):
        assert (sent.status_code, sent.get_json()["error"]["code"]) == (404, "not_found")
    assert records(platform) == []
    described = client.get(PATH)
    assert described.status_code == 200
    assert described.get_json()["openapi"].startswith("3.1")
    assert "/api/v1/scans" not in described.get_json()["paths"]


def test_the_description_is_of_version_3_1_and_names_what_there_is(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/api/v1/scans"]["post"]
    assert operation["operationId"] == "postScan"
    assert {"200", "400", "403", "413", "415"} <= set(operation["responses"])
    assert operation["summary"]
    assert {"image/png", "image/jpeg", "multipart/form-data"} <= set(operation["requestBody"]["content"])
    request = operation["requestBody"]["content"]["application/json"]["schema"]
    assert request["$ref"].rpartition("/")[2] in document["components"]["schemas"]


def test_health_and_figures_are_described_too(app: Any, document: dict[str, Any]) -> None:
    assert {"/health", "/metrics", "/api/v1/scans"} <= set(document["paths"])
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))
    assert all(one["summary"] for path in document["paths"].values() for one in path.values())
    schema = {**document, "$ref": "#/components/schemas/HealthAnswer"}
    jsonschema_rs.validator_for(schema).validate(app.test_client().get("/health").get_json())


def test_every_schema_is_valid_json_schema_of_2020_12(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas
    for name in schemas:
        whole = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **document,
            "$ref": f"#/components/schemas/{name}",
        }
        jsonschema_rs.validator_for(whole)
    reachable = json.dumps(document)
    for target in {part.split('"')[0] for part in reachable.split('"$ref": "')[1:]}:
        assert target.rpartition("/")[2] in schemas, target


def test_the_description_holds_no_way_out_of_the_device(document: dict[str, Any]) -> None:
    assert "://" not in json.dumps(document).replace("https://json-schema.org", "")


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_answers_to_any_request_are_the_described_ones(schema: Any, mode: Any, data: st.DataObject) -> None:
    for result in schema.get_all_operations():
        operation = result.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not operation.body:
            continue  # nothing is sent that could be wrong
        case = data.draw(operation.as_strategy(generation_mode=mode))
        answer = case.call_and_validate(checks=CHECKS)  # raises where one of them fails
        assert answer.status_code < 500


def test_a_real_answer_fits_its_schema(app: Any, document: dict[str, Any]) -> None:
    from tests.support.appliance import people

    answer = app.test_client().post("/api/v1/scans", json={"payload": next(people()).cccd_2021()})
    name = document["paths"]["/api/v1/scans"]["post"]["responses"]["200"]["content"]["application/json"]["schema"][
        "$ref"
    ]
    validator = jsonschema_rs.validator_for({**document, "$ref": name})
    validator.validate(answer.get_json())
    with pytest.raises(jsonschema_rs.ValidationError):
        validator.validate({**answer.get_json(), "decision": "perhaps"})
