"""One HTTP exchange with hard limits on time and size: an answer that drips, bloats or breaks off becomes a fault.

Knows nothing of the protocol. One transport serves one thread; ``abort`` may be called from any.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from plugins.upstream_sync.faults import NotUnderstood, Unreachable
from plugins.upstream_sync.messages import Reply

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, of silence, and for the whole exchange."""

    connect: float = 5.0
    silence: float = 20.0
    total: float = 120.0


class Transport:
    """Keeps connections open between exchanges. Follows no redirect: the assertion is for the platform alone."""

    def __init__(self, limits: Limits | None = None, ca_file: str = "") -> None:
        self._limits = limits or Limits()
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()
        self._session = requests.Session()
        self._verify: str | bool = ca_file or True
        adapter = _Adapter(self._open)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int = 1024 * 1024,
    ) -> Reply:
        """Send and read everything, undecoded. Raises ``Unreachable`` or ``NotUnderstood`` (larger than ``most_bytes``)."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.abort()

        # read time-outs only bound each silence: a server that sends one byte a second would hold the device for ever
        timer = threading.Timer(self._limits.total, expire)
        timer.daemon = True
        timer.start()
        began = time.monotonic()
        try:
            reply = self._exchange(method, url, headers or {}, body, most_bytes, began)
            if expired.is_set():  # the cut may look like the end of the headers, or of a body without a length
                raise Unreachable("timeout", "cut off")
            return reply
        except requests.exceptions.SSLError as error:
            raise Unreachable("tls", _class_of(error)) from None
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise Unreachable("timeout", _class_of(error)) from None
        except requests.exceptions.ConnectionError as error:
            code = "timeout" if expired.is_set() else "refused" if _refused(error) else "cut"
            raise Unreachable(code, _class_of(error)) from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable("timeout" if expired.is_set() else "cut", _class_of(error)) from None
        finally:
            timer.cancel()

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, most_bytes: int, began: float
    ) -> Reply:
        with self._session.request(
            method,
            url,
            data=body,
            headers={"Accept-Encoding": "identity", **headers},
            verify=self._verify,  # here: of a session requests forgets it where the environment names a bundle
            auth=_leave_alone,  # else requests takes an Authorization from .netrc instead of ours
            timeout=(self._limits.connect, self._limits.silence),
            stream=True,
            allow_redirects=False,
        ) as response:
            pieces, size = [], 0
            for piece in response.raw.stream(PIECE, decode_content=False):
                size += len(piece)
                if size > most_bytes:
                    raise NotUnderstood("garbage", f"an answer of more than {most_bytes} bytes")
                pieces.append(piece)
            return Reply(
                response.status_code,
                {name.lower(): value for name, value in response.headers.items()},
                b"".join(pieces),
                time.monotonic() - began,
            )

    def abort(self) -> None:
        """End an exchange that is under way: its thread gets ``Unreachable``."""
        for connection in list(self._open):
            sock = getattr(connection, "sock", None)
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._session.close()


class _Adapter(HTTPAdapter):
    """Remembers its open connections, so that another thread can shut their sockets."""

    def __init__(self, connections: weakref.WeakSet[Any]) -> None:
        self._connections = connections
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _remembering(HTTPConnectionPool, HTTPConnection, self._connections),
            "https": _remembering(HTTPSConnectionPool, HTTPSConnection, self._connections),
        }


def _remembering(pool: Any, connection: Any, connections: weakref.WeakSet[Any]) -> Any:
    def connect(self: Any) -> None:
        connections.add(self)
        connection.connect(self)

    kept = type(f"Kept{connection.__name__}", (connection,), {"connect": connect})
    return type(f"Kept{pool.__name__}", (pool,), {"ConnectionCls": kept})


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _class_of(error: BaseException) -> str:
    """The innermost cause's class: addresses and headers stay out of logs."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return type(error).__name__


def _refused(error: BaseException) -> bool:
    return _class_of(error) in ("ConnectionRefusedError", "gaierror")
