"""What a route takes and answers, said beside it, and the OpenAPI 3.1 paths made from that. Serves and checks nothing.

The scans' own operation is described by spectree (``kiosk/web/api.py``); this is for routes whose requests are signed, compressed or
no JSON at all, and for plugins, which see no app. Schemas come from the pydantic models.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kiosk.web.models import ErrorAnswer

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "kiosk_described"
REFERENCE = "#/components/schemas/{model}"
JSON = "application/json"
WORDS = {
    200: "answered", 201: "made", 204: "nothing new", 400: "the request is not as described", 401: "not proved who asks",
    403: "refused", 404: "there is no such thing", 409: "does not fit what is here", 413: "too large",
    415: "another media type is expected", 422: "cannot be read", 429: "too often; see Retry-After", 503: "not just now; see Retry-After",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """A request's or an answer's body: a model as JSON, or bytes of another media type."""

    model: type[BaseModel] | None = None
    media_type: str = JSON

    def schema(self) -> dict[str, Any]:
        if self.model is not None:
            return {"$ref": REFERENCE.format(model=self.model.__name__)}
        return {"type": "string"} if self.media_type.startswith("text/") else {"type": "string", "format": "binary"}

    def content(self) -> dict[str, Any]:
        return {self.media_type: {"schema": self.schema()}}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route. ``headers`` and ``query``: name -> what it is for. ``errors``: statuses with an ``ErrorAnswer``."""

    id: str
    tag: str
    answers: Mapping[int, Body | None]
    takes: Body | None = None
    errors: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def described(operation: Operation) -> Callable[[View], View]:
    """Says what the route below takes and answers; its docstring's first line is the summary."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, operation)
        return view

    return mark


def add_to(document: dict[str, Any], app: Flask) -> dict[str, Any]:
    """``document`` with every described route of ``app``, and the schemas that they name."""
    paths: dict[str, Any] = {**document.get("paths", {})}
    models: set[type[BaseModel]] = set()
    for path, method, view, operation in _routes(app):
        paths.setdefault(path, {})
        paths[path] = {**paths[path], method: _operation(operation, view, path)}
        bodies = [*operation.answers.values(), operation.takes, Body(ErrorAnswer) if operation.errors else None]
        models |= {body.model for body in bodies if body is not None and body.model is not None}
    components = {**document.get("components", {})}
    components["schemas"] = {**_schemas(models), **components.get("schemas", {})}
    return {**document, "paths": dict(sorted(paths.items())), "components": components}


def _routes(app: Flask) -> Iterator[tuple[str, str, Any, Operation]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        operation = getattr(view, ATTRIBUTE, None)
        if isinstance(operation, Operation):
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield path, method.lower(), view, operation


def _operation(operation: Operation, view: Any, path: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, body in {**operation.answers, **dict.fromkeys(operation.errors, Body(ErrorAnswer))}.items():
        answers[str(status)] = {"description": WORDS[status], **({"content": body.content()} if body else {})}
    made: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": (view.__doc__ or "").strip().partition("\n")[0],
        "responses": answers,
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{([^}]+)}", path)
    ]
    for place, given in (("header", operation.headers), ("query", operation.query)):
        parameters += [
            {"name": name, "in": place, "description": what, "schema": {"type": "string"}}
            for name, what in given.items()
        ]
    if parameters:
        made["parameters"] = parameters
    if operation.takes is not None:
        made["requestBody"] = {"required": True, "content": operation.takes.content()}
    return made


def _schemas(models: set[type[BaseModel]]) -> dict[str, Any]:
    if not models:
        return {}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, made = models_json_schema([(model, "serialization") for model in ordered], ref_template=REFERENCE)
    return dict(made.get("$defs", {}))
