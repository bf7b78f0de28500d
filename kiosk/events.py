"""The hub between what happens on the appliance and the citizen's screen: server-sent events, with polling behind them.

It carries words that may be shown and forgets them within seconds; it stores nothing and knows no route.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class TooManySubscribersError(RuntimeError):
    """Every place for a stream is taken: answer 503, the page then polls."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``number`` grows by one per event, ``body`` is JSON, ``at`` is monotonic, in seconds."""

    number: int
    name: str
    body: str
    at: float

    def wire(self) -> bytes:
        """The event as WHATWG HTML server-sent events put it on the wire, UTF-8."""
        # JSON escapes line breaks inside strings, so one data line always holds the whole value.
        return f"id: {self.number}\nevent: {self.name}\ndata: {self.body}\n\n".encode()


class EventHub:
    """Publishes events to every open screen. Safe to call from any thread.

    ``max_streams``: open streams at once; each holds a server thread, hence the hard cap.
    ``queue_length``: events that wait for a slow reader; the oldest are dropped, a screen needs only the newest.
    ``memory``: events kept for readers that poll or reconnect, for ``expiry`` seconds at most: a person's answer must
    not be shown to the next one. ``lasting`` names events of which the newest is kept until replaced, and sent to every
    new reader (the state of the devices); they must hold nothing about a person.
    ``heartbeat``: seconds between signs of life, which is also how a vanished reader is noticed.
    """

    def __init__(
        self,
        *,
        max_streams: int = 8,
        queue_length: int = 32,
        memory: int = 16,
        expiry: float = 20.0,
        heartbeat: float = 5.0,
        lasting: tuple[str, ...] = ("status",),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_streams = max_streams
        self.heartbeat = heartbeat
        self._queue_length = queue_length
        self._expiry = expiry
        self._lasting = lasting
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._number = 0
        self._recent: deque[Event] = deque(maxlen=memory)
        self._newest: dict[str, Event] = {}
        self._streams: set[EventStream] = set()
        self._sweeper: threading.Timer | None = None
        self._closed = False

    def publish(self, event: str, data: Mapping[str, Any]) -> int:
        """Tell every reader; returns the event's number.

        ``ValueError`` for a name that does not fit the wire format, ``TypeError`` for data that is not JSON.
        """
        if not EVENT_NAME.fullmatch(event):
            raise ValueError(f"event name {event!r} must be lower-case letters, digits and underscores")
        body = json.dumps(data, separators=(",", ":"))  # ASCII: a stray surrogate in a code must not end a stream
        with self._changed:
            self._number += 1
            made = Event(self._number, event, body, self._monotonic())
            if event in self._lasting:
                self._newest[event] = made
            else:
                self._sweep()
                self._recent.append(made)
                self._sweep_later()
            for stream in self._streams:
                stream.waiting.append(made)
            self._changed.notify_all()
            return made.number

    def stream(self, after: int | None = None) -> EventStream:
        """Open a stream of wire-format bytes. ``after``: the last number a reader saw, when it comes back.

        Raises ``TooManySubscribersError`` at once when all places are taken.
        """
        with self._changed:
            if self._closed or len(self._streams) >= self.max_streams:
                raise TooManySubscribersError(f"{len(self._streams)} streams are open")
            stream = EventStream(self, self._queue_length)
            # A new reader has nothing to catch up with: what was answered before it came is not for it.
            stream.waiting.extend(self._newest.values() if after is None else self._after(after))
            self._streams.add(stream)
            return stream

    def poll(self, after: int) -> tuple[int, list[Event]]:
        """The newest number, and what was published after ``after`` and is still remembered."""
        with self._changed:
            return self._number, self._after(after)

    def forget(self) -> None:
        """Drop every event that may speak of a person, delivered or not: the person has gone."""
        with self._changed:
            self._recent.clear()
            for stream in self._streams:
                stream.waiting = deque(
                    (event for event in stream.waiting if event.name in self._lasting), maxlen=self._queue_length
                )

    def close(self) -> None:
        """End every stream and accept no more."""
        with self._changed:
            self._closed = True
            if self._sweeper:
                self._sweeper.cancel()
                self._sweeper = None
            self._recent.clear()
            self._changed.notify_all()

    # The rest is called with the lock held.

    def _after(self, number: int) -> list[Event]:
        self._sweep()
        if number > self._number:  # the reader knew an earlier life of this process: its count means nothing here
            number = 0
        found = [event for event in (*self._newest.values(), *self._recent) if event.number > number]
        return sorted(found, key=lambda event: event.number)

    def _sweep(self) -> None:
        oldest = self._monotonic() - self._expiry
        while self._recent and self._recent[0].at <= oldest:
            self._recent.popleft()

    def _sweep_later(self) -> None:
        # Without a timer the last answer of the day would stay in memory until the next citizen.
        if self._sweeper is None and not self._closed:
            self._sweeper = threading.Timer(self._expiry, self._sweep_now)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep_now(self) -> None:
        with self._changed:
            self._sweeper = None
            self._sweep()
            for stream in self._streams:
                stream.drop_stale()
            if self._recent:
                self._sweep_later()

    def _is_stale(self, event: Event) -> bool:
        return event.name not in self._lasting and event.at <= self._monotonic() - self._expiry


class EventStream:
    """One reader's stream. Iterate for bytes; ``close`` gives its place back (a WSGI server calls it, even when
    the reader never asked for the first bytes, where a generator would leak its place)."""

    def __init__(self, hub: EventHub, queue_length: int) -> None:
        self.waiting: deque[Event] = deque(maxlen=queue_length)
        self._hub = hub
        self._greeted = False
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        hub = self._hub
        if not self._greeted:
            self._greeted = True
            return b"retry: 1000\n\n"  # reconnect after one second; the first bytes also open the reader's stream
        with hub._changed:
            until = time.monotonic() + hub.heartbeat
            while True:
                if hub._closed or not self._open:
                    raise StopIteration
                self.drop_stale()
                if self.waiting:
                    return self.waiting.popleft().wire()
                left = until - time.monotonic()
                if left <= 0:
                    # A named event and not a comment: the page sees it and so knows that the line is alive.
                    return b"event: beat\ndata: {}\n\n"
                hub._changed.wait(left)

    def drop_stale(self) -> None:
        """Forget what waited too long: a late answer would be shown to the wrong person."""
        while self.waiting and self._hub._is_stale(self.waiting[0]):
            self.waiting.popleft()

    def close(self) -> None:
        """Give the place back."""
        with self._hub._changed:
            self._open = False
            self.waiting.clear()
            self._hub._streams.discard(self)
            self._hub._changed.notify_all()
