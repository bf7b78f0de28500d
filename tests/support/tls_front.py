"""An https server before an appliance, as a post has one for the phones' cameras: ends TLS, forwards, and says for whom. For tests."""

from __future__ import annotations

import http.client
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

BETWEEN_TWO = {"connection", "keep-alive", "transfer-encoding", "host", "te", "upgrade"}  # RFC 9110, 7.6.1


class TlsFront:
    """``https://<name>:<port>`` before ``target`` (an http address). ``close`` ends it."""

    def __init__(self, target: str, name: str, folder: Path) -> None:
        where = urlsplit(target)

        class Forwards(_Forwards):
            appliance = (str(where.hostname), int(where.port or 80))

        self._server = _Quiet(("127.0.0.1", 0), Forwards)
        self._server.daemon_threads = True
        self._server.block_on_close = False  # a page's stream ends with the appliance
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(name, folder))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://{name}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(120)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that looks first at the certificate, or leaves: nothing that a test reads of."""


class _Forwards(BaseHTTPRequestHandler):
    appliance: tuple[str, int]

    def _forward(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in BETWEEN_TWO and not name.lower().startswith("x-forwarded-")
        }
        name = self.headers["Host"]
        headers |= {"Host": name, "X-Forwarded-Host": name, "X-Forwarded-Proto": "https", "Connection": "close"}
        headers["X-Forwarded-For"] = self.client_address[0]
        asked = http.client.HTTPConnection(*self.appliance, timeout=120)
        try:
            asked.request(self.command, self.path, self.rfile.read(length) or None, headers)
            answer = asked.getresponse()
            self.send_response(answer.status)
            for key, value in answer.getheaders():
                if key.lower() not in {*BETWEEN_TWO, "date", "server"}:
                    self.send_header(key, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read1(65_536):
                self.wfile.write(piece)
                self.wfile.flush()
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # the page left, or the appliance ended
        finally:
            asked.close()

    do_GET = do_POST = do_DELETE = do_HEAD = _forward

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests read the appliance's log."""


def _certificate(name: str, folder: Path) -> Path:
    """A self-made one with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, *form) + made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(pem)
    return file
