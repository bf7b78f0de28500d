"""What each hook may return. Anything else is its plugin's fault, found here and not halfway through somebody's story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from kiosk.domain import (
    Choice,
    CitizenLink,
    Claim,
    Credential,
    Draft,
    Figure,
    Finding,
    HealthCheck,
    HealthLevel,
    LastingCount,
    Malformed,
    NavigationItem,
    PrintOutcome,
    Question,
    ReceiptSection,
    Severity,
    Text,
    Trust,
)
from kiosk.plugin import DecodedCode, JournalSource


class WrongResultError(TypeError):
    """A hook returned something that its specification does not allow."""


def checked(hook: str, value: Any) -> Any:
    """``value`` as the core takes it: collections as tuples, nothing from hooks that return nothing.

    Raises ``WrongResultError``, or what a lazy collection raises while it is read.
    """
    return _CHECKS[hook](value) if value is not None and hook in _CHECKS else value


def _need(fits: bool) -> None:
    if not fits:
        raise WrongResultError


def _words(value: Any) -> bool:
    """Text that can be stored and sent: a lone surrogate cannot."""
    if not isinstance(value, str):
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: Any) -> bool:
    return isinstance(value, Text) and _words(value.vi) and _words(value.en)


def _is_finding(one: Any) -> bool:
    return (
        isinstance(one, Finding)
        and _words(one.code)
        and isinstance(one.severity, Severity)
        and _text(one.text)
        and _text(one.next_step)
        and _words(one.legal_basis)
    )


def _is_question(one: Any) -> bool:
    return (
        isinstance(one, Question)
        and _words(one.id)
        and _text(one.text)
        and one.kind in ("choice", "date", "digits", "text")
        and isinstance(one.choices, tuple)
        and all(isinstance(choice, Choice) and _words(choice.value) and _text(choice.label) for choice in one.choices)
        and isinstance(one.max_length, int)
    )


def _is_health_check(one: Any) -> bool:
    return (
        isinstance(one, HealthCheck)
        and _words(one.name)
        and isinstance(one.level, HealthLevel)
        and _text(one.text)
        and _text(one.advice)
    )


def _is_navigation_item(one: Any) -> bool:
    return (
        isinstance(one, NavigationItem) and _words(one.endpoint) and _text(one.label) and isinstance(one.roles, tuple)
    )


def _is_citizen_link(one: Any) -> bool:
    return isinstance(one, CitizenLink) and _words(one.endpoint) and _text(one.label)


def _is_figure(one: Any) -> bool:
    return isinstance(one, Figure) and _words(one.name) and _text(one.label) and isinstance(one.value, int | float)


def _is_lasting_count(one: Any) -> bool:
    return (
        isinstance(one, LastingCount)
        and _words(one.table)
        and _words(one.column)
        and isinstance(one.key, tuple)
        and all(_words(part) or type(part) in (int, bool) for part in one.key)
        and type(one.count) is int
    )


def _is_section(one: Any) -> bool:
    return isinstance(one, ReceiptSection) and isinstance(one.order, int) and isinstance(one.blocks, tuple)


def _is_code(one: Any) -> bool:
    return isinstance(one, DecodedCode) and isinstance(one.text, str) and isinstance(one.raw, bytes)


def _is_source(one: Any) -> bool:
    return (
        isinstance(getattr(one, "name", None), str)
        and callable(getattr(one, "start", None))
        and callable(getattr(one, "stop", None))
    )


def _is_command(one: Any) -> bool:
    import click  # the command line is there already when this hook is called

    return isinstance(one, click.Command)


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], tuple[Any, ...]]:
    def check(value: Any) -> tuple[Any, ...]:
        if type(value) not in (list, tuple):  # what nearly all of them return needs no further look
            _need(isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping))
        items = tuple(value)
        _need(all(map(fits, items)))
        return items

    return check


def _credential(value: Any) -> Credential | Malformed:
    if isinstance(value, Malformed):
        _need(_words(value.kind) and _words(value.code) and _text(value.text))
        return value
    _need(isinstance(value, Credential))
    assert isinstance(value, Credential)
    _need(_words(value.kind) and isinstance(value.trust, Trust) and _words(value.issuer))
    _need(isinstance(value.warnings, tuple))
    _need(all(isinstance(claim, Claim) and _words(claim.value) for claim in value.claims.values()))
    return value


def _kinds(value: Any) -> Mapping[str, type[BaseModel]]:
    _need(isinstance(value, Mapping))
    assert isinstance(value, Mapping)
    _need(all(isinstance(model, type) and issubclass(model, BaseModel) for model in value.values()))
    _need(all(isinstance(name, str) for name in value))
    return value


def _codes(value: Any) -> Sequence[DecodedCode]:
    return _all(_is_code)(value)


def _draft(value: Any) -> Draft:
    _need(_is_draft(value))
    assert isinstance(value, Draft)
    return value


def _is_draft(one: Any) -> bool:
    return (
        isinstance(one, Draft)
        and isinstance(one.kind, str)
        and isinstance(one.body, BaseModel)
        and (one.citizen is None or isinstance(one.citizen, str))
    )


def _outcome(value: Any) -> PrintOutcome:
    _need(isinstance(value, PrintOutcome))
    assert isinstance(value, PrintOutcome)
    _need(isinstance(value.problem, str) and _text(value.text))
    return value


def _journal_source(value: Any) -> JournalSource:
    _need(isinstance(value, JournalSource))
    assert isinstance(value, JournalSource)
    _need(isinstance(value.digest_key, bytes) and all(isinstance(pem, str) for pem in value.public_key_pems))
    return value


def _path(value: Any) -> str:
    _need(isinstance(value, str) and value.startswith("/"))
    return str(value)


def _blueprint(value: Any) -> Any:
    from flask import Blueprint  # only the web app asks for it, and has it loaded

    _need(isinstance(value, Blueprint))
    return value


def _nothing(_value: Any) -> None:
    return None


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "scan_sources": _all(_is_source),
    "decode_image": _codes,
    "read_credential": _credential,
    "verify_credential": _credential,
    "questions": _all(_is_question),
    "judge": _all(_is_finding),
    "record_kinds": _kinds,
    "record_encounter": _draft,
    "further_records": _all(_is_draft),
    "project": _nothing,
    "lasting_counts": _all(_is_lasting_count),
    "encounter_recorded": _nothing,
    "receipt_sections": _all(_is_section),
    "print_receipt": _outcome,
    "camera_preview": _path,
    "citizen_links": _all(_is_citizen_link),
    "blueprint": _blueprint,
    "navigation": _all(_is_navigation_item),
    "commands": _all(_is_command),
    "figures": _all(_is_figure),
    "health_checks": _all(_is_health_check),
    "announcements": _all(_is_draft),
    "journal_source": _journal_source,
    "startup": _nothing,
    "shutdown": _nothing,
}
