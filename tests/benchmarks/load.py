"""A small HTTP load generator for the benchmarks: keep-alive connections, one thread each, latencies in seconds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable


class Connection:
    """One keep-alive HTTP/1.1 connection; just enough to be cheaper than what it measures."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send one request; the status and the body."""
        self._socket.sendall(request)
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        head = self._buffer[:end].lower()
        at = head.index(b"content-length:") + 15
        length = int(head[at : head.find(b"\r\n", at) if head.find(b"\r\n", at) > 0 else len(head)])
        while len(self._buffer) < end + 4 + length:
            self._more()
        body = self._buffer[end + 4 : end + 4 + length]
        self._buffer = self._buffer[end + 4 + length :]
        return int(head[9:12]), body

    def _more(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        self._buffer += received

    def close(self) -> None:
        self._socket.close()


def request_bytes(method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


def saturate(port: int, connections: int, seconds: float, make: Callable[[int], bytes]) -> tuple[float, list[float]]:
    """Requests per second that ``connections`` clients get in ``seconds``, and every latency. ``make(n)``: the n-th request."""
    latencies: list[list[float]] = [[] for _ in range(connections)]
    numbers = iter(range(10**9))
    lock = threading.Lock()
    begin = time.perf_counter()

    def client(mine: list[float]) -> None:
        connection = Connection("127.0.0.1", port)
        while time.perf_counter() - begin < seconds:
            with lock:
                request = make(next(numbers))
            start = time.perf_counter()
            status, body = connection.exchange(request)
            mine.append(time.perf_counter() - start)
            if status != 200:
                raise AssertionError(f"status {status}: {body[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=client, args=(mine,)) for mine in latencies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    every = [one for mine in latencies for one in mine]
    return len(every) / elapsed, every


def paced(port: int, rate: float, seconds: float, make: Callable[[int], bytes]) -> list[float]:
    """Latencies at ``rate`` requests a second, from one client: from sending to the whole answer, and where the answer before kept
    it from sending in time, from when it should have sent. How late the client itself wakes is not the server's."""
    connection = Connection("127.0.0.1", port)
    latencies = []
    count = int(rate * seconds)
    request = make(0)
    begin = time.perf_counter()
    for number in range(count):
        due = begin + number / rate
        early = due - time.perf_counter()
        if early > 0:
            time.sleep(early)
            due = time.perf_counter()
        connection.exchange(request)
        latencies.append(time.perf_counter() - due)
        if number + 1 < count:
            request = make(number + 1)
    connection.close()
    return latencies


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
