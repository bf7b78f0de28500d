"""A small platform in the test process that answers well, or as badly as a test asks: its journal is the oracle."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import zstandard
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.journal import chain

API = "/national_platform/api/v1"
Fault = Callable[["Handler"], bool]  # True: the fault answered, False: go on as usual


@dataclass
class FakePlatform:
    """``faults`` are used up one a request. ``journals``: writer -> (line, hash) in order."""

    nation_key: bytes = b"n" * 32
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    faults: list[Fault] = field(default_factory=list)
    journals: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    digest_keys: dict[str, bytes] = field(default_factory=dict)
    device_keys: dict[str, str] = field(default_factory=dict)
    park: dict[int, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=lambda: {"CODE-1", "CODE-2"})
    published: dict[str, list[Any]] = field(default_factory=dict)  # writer -> records
    most_lines: int = 20_000
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    accepted_heads: int = 0

    def __post_init__(self) -> None:
        handler = type("BoundHandler", (Handler,), {"platform": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def lines(self, writer: str) -> list[bytes]:
        return [line for line, _ in self.journals.get(writer, [])]

    def pem(self) -> str:
        return (
            self.key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    # --- the five requests

    def enrol(self, body: bytes) -> tuple[int, dict[str, Any]]:
        asked = json.loads(body)
        if asked["code"] not in self.codes:
            return 403, {"error": {"code": "code", "message": "wrong, used or expired"}}
        self.codes.discard(asked["code"])
        self.device_keys[asked["device"]] = asked["public_key_pem"]
        for earlier in asked["earlier"]:
            self.digest_keys[earlier["writer"]] = base64.b64decode(earlier["digest_key"])
        return 201, {
            "device": asked["device"],
            "pseudonym_key": base64.b64encode(self.nation_key).decode(),
            "platform_key_pem": self.pem(),
            "audiences": ["nation", f"site:{asked['site']}"],
            "server_time_ms": int(time.time() * 1000),
        }

    def claims(
        self, authorization: str, method: str, path: str, body: bytes | None, keys: dict[str, str] | None = None
    ) -> dict[str, Any]:
        token = authorization.removeprefix("Bearer ")
        device = jwt.decode(token, options={"verify_signature": False})["iss"]
        found: dict[str, Any] = jwt.decode(
            token, (keys or self.device_keys)[device], algorithms=["EdDSA"], audience="national-platform"
        )
        assert found["htm"] == method
        assert found["htu"] == path
        assert found["exp"] - found["iat"] <= 120
        if body is not None:
            assert found["digest"] == base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        return found

    def batch(self, claims: dict[str, Any], body: bytes) -> tuple[int, dict[str, Any]]:
        writer = claims["writer"]
        lines = zstandard.ZstdDecompressor().decompress(body, max_output_size=2**26).splitlines()
        if len(lines) > self.most_lines:
            return 413, {"error": {"code": "too_large", "message": ""}}
        with self.lock:
            known = self.journals.setdefault(writer, [])
            if claims["first"] > len(known) + 1:
                return 409, {"error": {"code": "gap", "expected": len(known) + 1, "message": ""}}
            key = self.digest_keys.get(writer, self.nation_key)
            first = claims["first"]
            previous = known[first - 2][1] if first > 1 else chain.genesis(writer)
            fresh: list[tuple[bytes, bytes]] = []
            duplicates = 0
            for number, line in enumerate(lines):
                wire = chain.decode_line(line)
                assert wire.seq == first + number
                previous = chain.next_hash(previous, writer, chain.wire_header(wire), chain.wire_digest(wire, key))
                if wire.seq <= len(known):
                    if known[wire.seq - 1][1] != previous:
                        return 409, {"error": {"code": "fork", "seq": wire.seq, "message": ""}}
                    duplicates += 1
                else:
                    fresh.append((line, previous))
            if previous.hex() != claims["head"]:
                return 409, {"error": {"code": "fork", "seq": first + len(lines) - 1, "message": ""}}
            known += fresh
            parked = [
                {"seq": first + number, "reason": self.park[first + number]}
                for number in range(len(lines))
                if first + number in self.park
            ]
            return 200, {
                "writer": writer,
                "acknowledged": len(known),
                "parked": parked,
                "duplicates": duplicates,
                "server_time_ms": int(time.time() * 1000),
                "drift_ms": 0,
            }

    def retry(self, body: bytes) -> tuple[int, dict[str, Any]]:
        asked = json.loads(body)
        return 200, {"parked": [{"seq": seq, "reason": self.park[seq]} for seq in asked["seqs"] if seq in self.park]}

    def pulled(self, cursor: str) -> tuple[bytes, str, str]:
        """Everything after the cursor: compressed lines, the next cursor, the signature."""
        after = json.loads(cursor) if cursor else {}
        pieces, ends = [], {}
        for writer, records in self.published.items():
            start = after.get(writer, 0)
            if start >= len(records):
                continue
            previous = records[start - 1].hash if start else chain.genesis(writer)
            pieces.append(
                json.dumps({"writer": writer, "previous_seq": start, "previous_hash": previous.hex()}).encode()
            )
            pieces += [chain.encode_line(record) for record in records[start:]]
            after[writer] = len(records)
            ends[writer] = records[-1].hash.hex()
        body = b"".join(piece + b"\n" for piece in pieces)
        token = jwt.encode(ends, self.key, algorithm="EdDSA")
        return zstandard.ZstdCompressor().compress(body), json.dumps(after), token


class Handler(BaseHTTPRequestHandler):
    """HTTP around the platform; a fault may take the request over."""

    platform: FakePlatform
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        platform = self.platform
        path, _, query = self.path.partition("?")
        platform.requests.append((self.command, path, dict(self.headers)))
        fault = platform.faults.pop(0) if platform.faults else None
        if fault and fault(self):
            return
        self.answer(*self.outcome(path, query))

    do_GET = do_POST = _serve

    def outcome(self, path: str, query: str = "") -> tuple[int, dict[str, str], bytes]:
        """What a platform that is well answers. Stores what the request brought."""
        platform = self.platform
        if path == f"{API}/time":
            return _json(200, {"server_time_ms": int(time.time() * 1000)})
        if path == f"{API}/enrol":
            asked = json.loads(self.body)  # whoever enrols signs with the key that they bring
            known = {**platform.device_keys, asked["device"]: asked["public_key_pem"]}
            platform.claims(self.headers["Authorization"], self.command, path, self.body, known)
            return _json(*platform.enrol(self.body))
        body = self.body if self.command == "POST" else None
        claims = platform.claims(self.headers["Authorization"], self.command, path, body)
        if path == f"{API}/batches":
            return _json(*platform.batch(claims, self.body))
        if path == f"{API}/parked/retry":
            return _json(*platform.retry(self.body))
        assert path == f"{API}/journals"
        from urllib.parse import parse_qs

        lines, cursor, signature = platform.pulled(parse_qs(query).get("cursor", [""])[0])
        headers = {"X-Cursor": cursor, "X-More": "0", "X-Head-Signature": signature, "Content-Encoding": "zstd"}
        return 200, headers, lines

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _json(status: int, content: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


# --- faults


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    """Answers so without storing anything."""

    def fault(handler: Handler) -> bool:
        handler.answer(code, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return True

    return fault


def stored_then(fault: Fault) -> Fault:
    """Stores what came, then answers badly: the answer is lost."""

    def both(handler: Handler) -> bool:
        path, _, query = handler.path.partition("?")
        handler.outcome(path, query)
        return fault(handler)

    return both


def half_a_body(handler: Handler) -> bool:
    path, _, query = handler.path.partition("?")
    code, _headers, body = handler.outcome(path, query)
    handler.send_response(code)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.close_connection = True
    return True


def hang_up(handler: Handler) -> bool:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
    return True


def drip(handler: Handler) -> bool:
    """One byte at a time, headers included: no single silence is long."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 10_000:
            if handler.platform.ending.is_set():
                break
            handler.connection.sendall(bytes([byte]))
            time.sleep(0.02)
    except OSError:
        pass
    handler.close_connection = True
    return True


def silence(handler: Handler) -> bool:
    handler.platform.ending.wait(5)
    handler.close_connection = True
    return True
