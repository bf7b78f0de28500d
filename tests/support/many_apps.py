"""Lets one process build a thousand apps and sign in to each at the cost of one. Changes nothing that a page shows or a route does.

An appliance builds its app once, so the product has no use for this.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from kiosk.operators import sign_in
from kiosk.operators.pin import Pins


class CompiledTemplates(BytecodeCache):
    """What templates compile to, by their name and text, for every app of the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get(bucket.key)
        if kept is not None:
            bucket.bytecode_from_string(kept)  # refused where the text is another one by now

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def build_when_asked(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Werkzeug compiles two functions for every route that make its address; few routes are asked for theirs."""

    def put_off(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        @functools.cache
        def made() -> Any:
            return compile_builder(rule, append_unknown)

        return lambda itself, *given, **named: made()(itself, *given, **named)

    return put_off


def make_cheap() -> None:
    """Once, before the first app is built."""
    flask.Flask.jinja_options = {**flask.Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    Rule._compile_builder = build_when_asked(Rule._compile_builder)  # type: ignore[method-assign]
    # the hash that an unknown operator's PIN is compared with is made anew at each appliance's first sign-in
    sign_in.Pins = functools.partial(Pins, memory_kib=1024, passes=1)  # type: ignore[misc,assignment]
