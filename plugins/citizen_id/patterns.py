"""Formats of other systems (place codes, declaration codes), described by patterns that a technician can edit.

Patterns run on RE2, whose time grows with the text's length alone: no pattern from a profile can stall a kiosk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator

from kiosk.domain import Claim, Credential
from kiosk.explained import Explained
from plugins.citizen_id import fields, id_number
from plugins.citizen_id.refusals import Refused

Compiled = Any  # a compiled RE2 pattern; the library ships no types

_CLAIM_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OWN_KINDS = {"cccd", "national_qr", "bhyt", "mrz", "mrz_td1", "mrz_td3", "typed_id"}
_CONFIDENCE = 0.8


class Pattern(BaseModel):
    """One format: ``pattern`` must match the whole payload; its named groups become the claims."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    pattern: str = Field(min_length=1, max_length=500)

    @field_validator("kind")
    @classmethod
    def _not_an_identity_document(cls, kind: str) -> str:
        if kind in _OWN_KINDS:
            raise Explained(
                f"{kind!r} là định dạng phần này tự đọc; hãy chọn tên khác",
                f"{kind!r} is a format this plugin reads itself; choose another kind",
            )
        return kind

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            groups = compiled(pattern).groupindex
        except re2.error as fault:
            raise Explained(
                f"cần mẫu theo cú pháp RE2: {_words(fault)}", f"expected an RE2 pattern: {_words(fault)}"
            ) from None
        for name in groups:
            if not _CLAIM_NAME.fullmatch(name):
                raise Explained(
                    f"nhóm {name!r}: cần tên gồm chữ thường, số và _",
                    f"group {name!r}: expected a claim name of small letters, digits and _",
                )
        if not groups:
            raise Explained(
                "cần ít nhất một nhóm có tên, như (?P<place>[0-9]+)",
                "expected at least one named group, such as (?P<place>[0-9]+)",
            )
        return pattern


def compiled(pattern: str) -> Compiled:
    """The pattern, ready to match; ``re2.error`` where RE2 does not take it (look-around and back references)."""
    options = re2.Options()
    options.log_errors = False
    found: Compiled = re2.compile(pattern, options)
    return found


def match(text: str, patterns: Iterable[tuple[str, Compiled]]) -> tuple[str, dict[str, str]] | None:
    """The kind of the first pattern that matches the whole text, and what its named groups captured."""
    for kind, pattern in patterns:
        found = pattern.fullmatch(text)
        if found:
            return kind, {name: value for name, value in found.groupdict().items() if value}
    return None


def credential(kind: str, captured: dict[str, str]) -> Credential:
    """The claims of a match; ``Refused`` for control characters, or a ``national_id`` that is not twelve digits."""
    values = dict(zip(captured, fields.clean(captured.values()), strict=True))
    if "national_id" in values and not id_number.is_id_number(values["national_id"]):
        raise Refused("not_12_digits")
    return Credential(kind, {name: Claim(value, _CONFIDENCE) for name, value in values.items()})


def _words(fault: Exception) -> str:
    message = fault.args[0] if fault.args else fault
    return message.decode(errors="replace") if isinstance(message, bytes) else str(message)
