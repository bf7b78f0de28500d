"""``POST /checkpoint/api/journal``: hands the rest of this device's journal to another computer of the same post, in the carry-out
format. Only to the peers that the profile names, by their signature."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk.journal import exchange
from kiosk.journal.models import JournalHead
from kiosk.plugin import PluginContext
from plugins.checkpoint.peer_proof import Nonces, public_key

if TYPE_CHECKING:
    from plugins.checkpoint.settings import CheckpointSettings

ASKER, PROOF, NONCE, WRITER = "X-Kiosk-Peer", "X-Kiosk-Proof", "X-Kiosk-Nonce", "X-Kiosk-Writer"
MOST = 2000  # records in a reply; the rest with the next one
LONGEST_BODY = 500


class Asked(msgspec.Struct):
    """What a peer has already: the number of the last record of that journal."""

    writer: str
    after: int


def add_routes(blueprint: Blueprint, context: PluginContext) -> None:
    settings: CheckpointSettings = context.settings
    keys = {peer.device: public_key(peer.public_key) for peer in settings.peers}
    nonces = Nonces()

    @blueprint.post("/api/journal")
    def journal() -> ResponseReturnValue:
        """200 with sections, 204 where there is nothing new, 401 with a nonce to sign, 403 for strangers."""
        peer = request.headers.get(ASKER, "")
        if peer not in keys:
            return _reply(403, {})
        if (request.content_length or 0) > LONGEST_BODY:
            return _reply(413, {})
        body = request.get_data(cache=False)
        own = context.services.journal.identity
        proved = nonces.proves(keys[peer], request.headers.get(PROOF, ""), peer, own.device, body)
        headers = {NONCE: nonces.fresh(peer), WRITER: own.writer}
        if not proved:
            return _reply(401, headers)
        try:
            asked = msgspec.json.decode(body, type=Asked)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return _reply(400, headers)
        out = io.BytesIO()
        with context.services.session() as session:
            head = session.get(JournalHead, own.writer)
            after = asked.after if asked.writer == own.writer else 0  # another epoch is another journal
            if head is None or not 0 <= after < head.seq:
                return _reply(204, headers)
            part = exchange.Wanted(own.writer, after, min(head.seq, after + MOST))
            exchange.write(session, own, out, [part])
        return Response(out.getvalue(), 200, headers, content_type="application/octet-stream")


def _reply(status: int, headers: Mapping[str, str]) -> Response:
    return Response(b"", status, headers, content_type="application/octet-stream")
