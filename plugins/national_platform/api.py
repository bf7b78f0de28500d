"""``/national_platform/api/v1``: what devices ask. Reads requests and writes answers; the work is done elsewhere.

The contract with devices is docs/protocol.md.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kiosk.journal.audiences import audiences_of
from kiosk.journal.batch import Fork, Gap, MalformedLine
from kiosk.journal.rebuilding import Rebuilding
from kiosk.plugin import PluginContext
from kiosk.web import errors
from kiosk.web.description import Body, Operation, described
from kiosk.web.json_reply import reply
from plugins.national_platform import enrolment, ingest, keys, parked, pull, shapes
from plugins.national_platform.announcing import announce
from plugins.national_platform.assertion import Refused, Sender, authenticate, prove_possession
from plugins.national_platform.heard import Heard
from plugins.national_platform.rate import FailureLimit

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.national_platform.settings import NationalPlatformSettings

log = logging.getLogger(__name__)

JSON_BYTES = 64 * 1024
REBUILDING_SECONDS = 15  # after which a device comes again that came while tables were rebuilt
PREFIX = "/api/v1"
NDJSON = "application/x-ndjson"
SIGNED = "Bearer and a short-lived assertion (JWT, EdDSA) over method, path and body; see docs/protocol.md"


class RetryRequest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    writer: str = Field(pattern=r"^[a-z0-9]{4,24}\.[0-9]{1,6}$")
    seqs: list[int] = Field(max_length=20_000)


def add_routes(blueprint: Blueprint, context: PluginContext) -> None:
    """Every route of the interface."""
    settings: NationalPlatformSettings = context.settings
    journal, hooks = context.services.journal, cast("Appliance", context.services).hooks
    failures = FailureLimit()
    heard = Heard(journal.database)

    def now_ms() -> int:
        return int(context.clock.now().timestamp() * 1000)

    def sender(body: bytes) -> Sender:
        with journal.database.reading() as session:
            found = authenticate(
                session,
                request.headers.get("Authorization"),
                request.method,
                request.path,
                body,
                now_ms(),
                settings.clock_window_days,
            )
        heard.note(found.device, now_ms())
        return found

    @blueprint.get(f"{PREFIX}/time")
    @described(Operation("getTime", "sync", {200: Body(shapes.TimeAnswer)}))
    def time() -> Response:
        """The platform's clock, by which a device bounds its own."""
        return reply({"server_time_ms": now_ms()})

    @blueprint.post(f"{PREFIX}/enrol")
    @described(
        Operation(
            "enrol",
            "sync",
            {201: Body(shapes.EnrolmentAnswer)},
            Body(enrolment.EnrolmentRequest),
            (400, 401, 403, 413, 429, 503),
            {"Authorization": SIGNED},
        )
    )
    def enrol() -> ResponseReturnValue:
        """Join with a single-use code: the device's public key, for the nation's key for pseudonyms."""
        source = request.remote_addr or "?"
        wait = failures.wait(source)
        if wait:
            return _later(429, wait, "Too many wrong codes; wait, then try again.")
        asked = _read(enrolment.EnrolmentRequest)
        if isinstance(asked, str):
            return errors.answer(400, "invalid_request", asked)
        prove_possession(
            request.headers.get("Authorization"),
            asked.device,
            asked.public_key_pem,
            request.method,
            request.path,
            request.get_data(),
            now_ms(),
            settings.clock_window_days,
        )
        try:
            with journal.database.writing() as session:
                answer = enrolment.enrol(session, journal.identity, asked, now_ms())
        except enrolment.EnrolmentRefused as refused:
            failures.failed(source)
            return errors.answer(403, refused.code, refused.message)
        log.info("device %s enrolled for site %s", asked.device, asked.site)
        return reply(answer, 201)

    @blueprint.post(f"{PREFIX}/batches")
    @described(
        Operation(
            "postBatch",
            "sync",
            {200: Body(shapes.BatchAnswer)},
            Body(media_type=NDJSON),
            (400, 401, 403, 409, 413, 415, 422, 503),
            {"Authorization": SIGNED, "Content-Encoding": "zstd, always"},
        )
    )
    def batches() -> ResponseReturnValue:
        """Take the next records of one journal, a line each, compressed with zstd."""
        if (request.content_length or 0) > ingest.COMPRESSED_BYTES:
            return _too_large()
        if request.headers.get("Content-Encoding", "").lower() != "zstd":
            return errors.answer(415, "unsupported_media_type", "Send NDJSON, compressed with zstd.")
        body = request.get_data(cache=False)
        return reply(ingest.ingest(journal, hooks, sender(body), body, now_ms()))

    @blueprint.post(f"{PREFIX}/parked/retry")
    @described(
        Operation(
            "retryParked",
            "sync",
            {200: Body(shapes.RetryAnswer)},
            Body(RetryRequest),
            (400, 401, 403, 413, 503),
            {"Authorization": SIGNED},
        )
    )
    def retry_parked() -> ResponseReturnValue:
        """Look again at records that are kept and did not fit."""
        device = sender(request.get_data()).device
        asked = _read(RetryRequest)
        if isinstance(asked, str):
            return errors.answer(400, "invalid_request", asked)
        if asked.writer.rpartition(".")[0] != device:
            return errors.answer(403, "forbidden", "A device may ask about its own journals only.")
        return reply({"parked": parked.retry(journal, asked.writer, asked.seqs)})

    @blueprint.post(f"{PREFIX}/keys")
    @described(
        Operation(
            "changeKey",
            "sync",
            {200: Body(shapes.KeyAnswer)},
            Body(keys.KeyRequest),
            (400, 401, 403, 413, 503),
            {"Authorization": SIGNED},
        )
    )
    def change_key() -> ResponseReturnValue:
        """A device's next public key; the one before counts for some days more."""
        device = sender(request.get_data()).device
        asked = _read(keys.KeyRequest)
        if isinstance(asked, str):
            return errors.answer(400, "invalid_request", asked)
        with journal.database.writing() as session:
            until = keys.change(session, device, asked.public_key_pem, now_ms(), settings.key_overlap_days)
        return reply({"device": device, "previous_until_ms": until})

    @blueprint.get(f"{PREFIX}/journals")
    @described(
        Operation(
            "getJournals",
            "sync",
            {200: Body(media_type=NDJSON)},
            None,
            (400, 401, 403, 503),
            {"Authorization": SIGNED},
            {"cursor": "X-Cursor of the answer before; empty at the beginning"},
        )
    )
    def journals() -> ResponseReturnValue:
        """The rest of the journals that concern the asking device, a line each, compressed with zstd."""
        device = sender(b"")
        announce(
            journal, hooks, audiences_of(device.site, device.province), context.clock.now(), context.clock.trusted()
        )
        with journal.database.reading() as session:
            try:
                answer = pull.journals_for(
                    journal, session, device.site, device.province, request.args.get("cursor", ""), settings.pull_lines
                )
            except pull.BadCursor as error:
                return errors.answer(400, "cursor", f"{error}; begin again with an empty one.")
        response = Response(answer.body, mimetype=NDJSON)
        response.headers["X-Cursor"] = answer.cursor
        response.headers["X-More"] = str(int(answer.more))
        response.headers["X-Head-Signature"] = answer.signature
        response.headers["Content-Encoding"] = "zstd"
        return response

    _add_errors(blueprint)


def _add_errors(blueprint: Blueprint) -> None:
    @blueprint.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        return errors.answer(401, error.code, error.message)

    @blueprint.errorhandler(ingest.TooLarge)
    def too_large(_error: ingest.TooLarge) -> ResponseReturnValue:
        return _too_large()

    @blueprint.errorhandler(Gap)
    def gap(error: Gap) -> ResponseReturnValue:
        return _error(409, "gap", f"Send from record {error.expected} on.", expected=error.expected)

    @blueprint.errorhandler(Fork)
    def fork(error: Fork) -> ResponseReturnValue:
        return _error(409, "fork", "Another record is here under this number: a copied card?", seq=error.seq)

    @blueprint.errorhandler(MalformedLine)
    def malformed(error: MalformedLine) -> ResponseReturnValue:
        return _error(422, "malformed", str(error), line=max(1, error.line))

    @blueprint.errorhandler(Rebuilding)
    def rebuilding(_error: Rebuilding) -> ResponseReturnValue:
        log.warning("a batch was sent away: tables are being rebuilt")
        return _later(503, REBUILDING_SECONDS, "The platform's tables are being rebuilt; send again later.")

    @blueprint.errorhandler(ingest.Unfinished)
    def unfinished(error: ingest.Unfinished) -> ResponseReturnValue:
        log.error("a batch was not taken in time: %s", error)
        return _later(503, 5, "The platform did not finish in time; send again later.")

    @blueprint.errorhandler(SQLAlchemyError)
    def storage(error: SQLAlchemyError) -> ResponseReturnValue:
        """The database is away or overburdened: nothing was stored, the device comes again."""
        cause = getattr(error, "orig", None) if isinstance(error, DBAPIError) else None
        log.error("storage failed: %s (%s)", type(error).__name__, type(cause).__name__)
        return _later(503, 5, "The platform cannot store just now; send again later.")


def _error(status: int, code: str, message: str, **more: Any) -> Response:
    return reply({"error": {"code": code, "message": message, **more}}, status)


def _later(status: int, seconds: int, message: str) -> Response:
    response = _error(status, "later", message)
    response.headers["Retry-After"] = str(seconds)
    return response


def _too_large() -> ResponseReturnValue:
    return _error(
        413,
        "too_large",
        f"At most {ingest.COMPRESSED_BYTES} bytes compressed, {ingest.LINES} lines; send smaller batches.",
    )


def _read(model: type[Any]) -> Any:
    """The JSON body as ``model``, or the reason (without values) why it is none."""
    if (request.content_length or 0) > JSON_BYTES * 16:
        return "body: too large"
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        return "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False, include_context=False)[:5]
        )
