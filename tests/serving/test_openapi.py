"""The description and the answers agree: schemathesis makes requests of the one and holds the other against it."""

from dataclasses import replace
from html.parser import HTMLParser

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from src.bundle.endpoint import describe
from src.serving.refusal import STATUS
from src.serving.schemas import COMPONENTS, EXAMPLES
from tests.serving.fakes import PLATE, client_of, encoded, fake_service, grey

# A schema cannot say what makes bytes a picture.
PICTURES = st.sampled_from([grey(), grey(90, 10, 255), encoded(Image.new("RGB", (40, 30)), "JPEG")])
schemathesis.openapi.format("binary", PICTURES)
for kind in ("image/jpeg", "image/png", "image/webp", "image/bmp", "application/octet-stream"):
    schemathesis.openapi.media_type(kind, PICTURES)

APP = client_of(fake_service()).app
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request(case: schemathesis.Case) -> None:
    # A body that fits the schema need not be a picture, and 400 says so.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


def validator(name: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": COMPONENTS}}
    return jsonschema_rs.validator_for(schema)


@pytest.fixture
def client() -> TestClient:
    return TestClient(APP)


def test_answers_are_as_described(client: TestClient) -> None:
    for content in (grey(), grey(value=255)):
        validator("Answer").validate(client.post("/predict", files={"file": content}).json())
    files = [("file", grey()), ("file", b"words")]
    validator("BatchAnswer").validate(client.post("/predict/batch", files=files).json())
    validator("Detections").validate(client.post("/invocations", content=grey()).json())
    validator("Error").validate(client.get("/nothing").json())
    validator("Ready").validate(client.get("/readyz").json())
    promoted = client_of(fake_service(release="release@v1.0.0", stage="prod"))
    validator("Ready").validate(promoted.get("/readyz").json())
    validator("Live").validate(client.get("/healthz").json())


def test_a_plate_of_no_country_is_as_described() -> None:
    answer = describe([replace(PLATE, region=None), PLATE], 64, 48)
    for plate in answer["plates"]:
        validator("Plate").validate(plate)
    assert [plate["region"] for plate in answer["plates"]] == [
        None,
        {
            "code": "CH",
            "name": "Switzerland",
            "confidence": 1.0,
            "subdivision": {"code": "CH-ZH", "name": "Zürich"},
        },
    ]


def test_examples_are_as_described() -> None:
    for example in EXAMPLES.values():
        validator("Answer").validate(example)
    for name, schema in COMPONENTS.items():
        for example in schema.get("examples", []):
            validator(name).validate(example)


def test_what_is_wrong_is_found() -> None:
    answer = {**EXAMPLES["no plate"], "more": 1}
    assert not validator("Answer").is_valid(answer)
    assert not validator("Error").is_valid(
        {"error": {"code": "new", "message": ""}, "request_id": ""}
    )


def test_every_route_and_code_is_described(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    routes = {"/predict", "/predict/batch", "/invocations", "/ping", "/healthz", "/readyz"}
    assert set(document["paths"]) == routes | {"/metrics", "/samples"}
    told = str(document["paths"]["/predict"])
    assert [code for code in STATUS if code not in told and STATUS[code] not in (404, 405)] == []


def test_docs_load_nothing_from_elsewhere(client: TestClient) -> None:
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    page = client.get("/docs").text
    Reader().feed(page)
    assert {tag for tag, _ in tags} & {"script", "link", "img", "style", "iframe"} == set()
    targets = {attributes["href"] for tag, attributes in tags if tag == "a"}
    assert targets == {"/openapi.json", "/"}
    for path in ("/predict", "/predict/batch", "/readyz"):
        assert path in page
