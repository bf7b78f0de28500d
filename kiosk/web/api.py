"""``POST /api/v1/scans``: the story over HTTP; and the OpenAPI 3.1 description, made from the models."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from spectree import Response as Documented
from spectree import SpecTree

from kiosk import __version__
from kiosk.appliance import Appliance
from kiosk.domain import Scan
from kiosk.encounter.story import Begun
from kiosk.plugin import DecodedCode
from kiosk.web import errors
from kiosk.web.description import add_to
from kiosk.web.json_reply import reply, reply_encoded
from kiosk.web.models import ErrorAnswer, ScanAnswer, ScanRequest
from kiosk.web.turns import NoRoom, Turns

SCANS = "/api/v1/scans"
JSON = "application/json"
FAILED = "kiosk.failed"  # in a request's WSGI environment: the error in which its scan ended already
SYMBOLOGY = {"typed": "typed", "wedge": "wedge", "page": "QRCode", "api": "QRCode"}
IMAGE_SECONDS = 10.0  # a large photograph on a small computer
IMAGES_AT_ONCE = 2  # each takes a core and tens of megabytes; scans and pages need the rest
IMAGE_WAIT_SECONDS = 5.0
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif", "image/tiff")


def describe() -> SpecTree:
    """The describing extension; the same for every app, so that routes can be decorated before the app exists."""
    return SpecTree(
        "flask",
        title="Kiosk",
        version=__version__,
        path="openapi",  # spectree leaves out what lies below its own path, so this is not where ours are served
        annotations=False,
        mode="strict",  # only decorated routes are described
        page_templates={},  # a documentation page would load scripts from outside
        openapi_version="3.1.0",
    )


def make_blueprint(appliance: Appliance) -> Blueprint:
    """The interface of one appliance. Scans are taken by kiosks alone: nobody walks up to a platform, so whatever came
    would be anonymous records among the nation's."""
    blueprint = Blueprint("api", __name__)
    documented = describe()
    if appliance.settings.role == "kiosk":
        _add_scans(blueprint, documented, appliance)

    @blueprint.get("/api/openapi.json")
    def description() -> ResponseReturnValue:
        """What this interface takes and answers, for programs."""
        spec = documented.spec
        return reply(add_to(_with_images(spec) if SCANS in spec["paths"] else spec, current_app))

    return blueprint


def _add_scans(blueprint: Blueprint, documented: SpecTree, appliance: Appliance) -> None:
    turns = Turns(IMAGES_AT_ONCE, waiting=min(8, appliance.settings.server.threads // 4))

    @blueprint.post(SCANS)
    @documented.validate(
        json=ScanRequest,
        resp=Documented(
            HTTP_200=ScanAnswer,
            HTTP_400=ErrorAnswer,
            HTTP_403=ErrorAnswer,
            HTTP_413=ErrorAnswer,
            HTTP_415=ErrorAnswer,
            HTTP_503=ErrorAnswer,
        ),
        validation_error_status=400,
        tags=("scans",),
        skip_validation=True,  # checked below, once, with errors in the words of this interface
        operation_id="postScan",
    )
    def post_scan() -> ResponseReturnValue:
        """Show one code to the appliance: a payload as JSON, or a picture of a code as the request's body."""
        if FAILED in request.environ:
            raise request.environ[FAILED]
        if request.mimetype == JSON:
            return _from_json(appliance)
        if request.mimetype in IMAGE_TYPES:
            return _from_image(appliance, turns, request.get_data(cache=False))
        upload = request.files.get("image")
        if upload is not None:
            return _from_image(appliance, turns, upload.read())
        return errors.answer(415, "unsupported_media_type", "Send application/json, or an image.")


def _with_images(spec: dict[str, Any]) -> dict[str, Any]:
    """The description with what no model can say: that a picture may be sent instead."""
    operation = spec["paths"][SCANS]["post"]
    body = operation["requestBody"]
    picture = {"schema": {"type": "string", "format": "binary"}}
    form = {"schema": {"type": "object", "properties": {"image": picture["schema"]}, "required": ["image"]}}
    content = {**body["content"], **dict.fromkeys(IMAGE_TYPES, picture), "multipart/form-data": form}
    key = {
        "name": "key",
        "in": "query",
        "description": "for pictures: minted by the sender before the first attempt",
        "schema": {"type": "string", "format": "uuid"},
    }
    operation = {**operation, "requestBody": {**body, "content": content}, "parameters": [key]}
    return {**spec, "paths": {**spec["paths"], SCANS: {"post": operation}}}


def begun(appliance: Appliance, body: bytes) -> Begun:
    """One scan, begun. Raises ``pydantic.ValidationError`` where the body is no ``ScanRequest``."""
    asked = ScanRequest.model_validate_json(body)
    text = asked.payload
    raw = text.encode("utf-8", "surrogatepass")
    scan = _scan(appliance, text, raw, SYMBOLOGY[asked.source], asked.source, asked.key)
    return appliance.begin(scan, asked.answers)


def _from_json(appliance: Appliance) -> ResponseReturnValue:
    try:
        return reply_encoded(begun(appliance, request.get_data(cache=False)).answer().as_json)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False, include_context=False)[:5]
        )
        return errors.answer(400, "invalid_request", problems)


def _from_image(appliance: Appliance, turns: Turns, image: bytes) -> ResponseReturnValue:
    try:
        key = UUID(request.args["key"]) if "key" in request.args else None
    except ValueError:
        return errors.answer(400, "invalid_request", "key: not a UUID")
    known = appliance.encounters.answered(key) if key else None
    if known is not None:  # whoever asks again need not wait for a reader, nor find one that works
        return reply_encoded(known.as_json)
    try:
        with turns.one(IMAGE_WAIT_SECONDS):
            found = appliance.guarded_first("decode_image", IMAGE_SECONDS, image=image)
    except NoRoom:
        busy = make_response(
            errors.answer(
                503,
                "readers_busy",
                "Too many pictures are being read. Nothing was decided; send it again in some seconds.",
            )
        )
        busy.headers["Retry-After"] = "2"
        return busy
    except ValueError:
        return errors.answer(400, "not_an_image", "The body cannot be read as an image.")
    if found.value is None and found.faults:
        return errors.answer(
            503, "reader_failed", "What reads images failed. Nothing was decided; see a member of staff."
        )
    if found.value is None:
        return errors.answer(503, "no_reader", "No loaded plugin reads images.")
    code = next(iter(found.value), DecodedCode("", b"", "none"))
    scan = _scan(appliance, code.text, code.raw, code.symbology, "image", key)
    return reply_encoded(appliance.handle(scan).as_json)


def _scan(appliance: Appliance, text: str, raw: bytes, symbology: str, source: str, key: UUID | None) -> Scan:
    return appliance.new_scan(DecodedCode(text, raw, symbology), source, key)
