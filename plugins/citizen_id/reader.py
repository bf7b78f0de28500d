"""Try the grammars in order on one scan. Holds the settings; decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from typing import ParamSpec

from kiosk.domain import Claim, Credential, Malformed, Scan
from kiosk.text import mojibake
from plugins.citizen_id import bhyt, cccd, mrz, national_qr, patterns, payload, typed
from plugins.citizen_id.refusals import Refused
from plugins.citizen_id.settings import Settings

Grammar = Callable[[str, date, str], Credential | None]  # text, the site's day, symbology
P = ParamSpec("P")

# Formats that belong to others, however wide a technician's pattern is: health certificates and archives.
_OTHERS = ("HC1:", "shc:/", "PK", "{")

_NOT_LATIN = re.compile("[^\\W\\d_\u0000-\u024f\u1e00-\u1eff]")  # letters outside the Latin blocks
_DAMAGED = 0.3


class Reader:
    """Reads payloads of one site; ``provinces`` maps the codes inside numbers to names, ``zone`` tells the site's day."""

    def __init__(self, settings: Settings, provinces: Mapping[str, str], zone: tzinfo) -> None:
        self._zone = zone
        self._settings = settings
        self._provinces = provinces
        grammars: dict[str, Grammar] = {
            mrz.KIND: self._mrz,
            national_qr.KIND: self._national_qr,
            bhyt.KIND: self._bhyt,
            cccd.KIND: self._cccd,
        }
        self._grammars = [(kind, read) for kind, read in grammars.items() if kind in settings.formats]
        self._patterns = [(each.kind, patterns.compiled(each.pattern)) for each in settings.patterns]

    def read(self, scan: Scan) -> Credential | Malformed | None:
        """What the scan shows. A format of a technician's pattern is preferred to a document that is only broken."""
        given = payload.text_of(scan)
        if scan.symbology == typed.SYMBOLOGY:
            return self._typed(given.text if given else "", scan)
        if given is None or given.text.startswith(_OTHERS):
            return None
        result = self._document(given.text, scan)
        if not isinstance(result, Credential):
            result = self._pattern(given.text) or result
        return _with_text_warnings(result, given) if isinstance(result, Credential) else result

    def _document(self, text: str, scan: Scan) -> Credential | Malformed | None:
        today = self._today(scan)
        for kind, read in self._grammars:
            result = _read(kind, read, text, today, scan.symbology)
            if result is not None:
                return result
        return None

    def _mrz(self, text: str, today: date, symbology: str) -> Credential | None:
        return mrz.read(text, today, self._provinces, symbology)

    def _national_qr(self, text: str, today: date, _symbology: str) -> Credential | None:
        separator, names = self._settings.national_qr_ext_separator, self._settings.national_qr_ext_fields
        return national_qr.read(text, today, self._provinces, separator, names)

    def _bhyt(self, text: str, today: date, _symbology: str) -> Credential | None:
        return bhyt.read(text, today, self._provinces)

    def _cccd(self, text: str, today: date, _symbology: str) -> Credential | None:
        return cccd.read(text, today, self._provinces)

    def _typed(self, text: str, scan: Scan) -> Credential | Malformed | None:
        if "typed" not in self._settings.formats:
            return None
        return _read(typed.KIND, typed.read, text, self._today(scan), self._provinces)

    def _today(self, scan: Scan) -> date:
        return scan.scanned_at.astimezone(self._zone).date()

    def _pattern(self, text: str) -> Credential | Malformed | None:
        found = patterns.match(text, self._patterns)
        if found is None:
            return None
        kind, captured = found
        return _read(kind, patterns.credential, kind, captured)


def _read(
    kind: str, read: Callable[P, Credential | None], *args: P.args, **more: P.kwargs
) -> Credential | Malformed | None:
    try:
        return read(*args, **more)
    except Refused as refused:
        return Malformed(kind, f"{kind}.{refused.reason}", refused.text)


def _with_text_warnings(credential: Credential, given: payload.PayloadText) -> Credential:
    """Say what happened to the letters on the way, and trust a damaged text little."""
    warnings = []
    claims = dict(credential.claims)
    if given.repaired:
        warnings.append("text.repaired")
    for claim_name, claim in claims.items():
        if not claim.value.isascii() and mojibake.damaged(claim.value):
            claims[claim_name] = Claim(claim.value, min(claim.confidence, _DAMAGED))
            warnings.append("text.damaged")
    name = credential.value("name")
    if name and not name.isascii() and _NOT_LATIN.search(name):
        warnings.append("text.mixed_script")
    if not warnings:
        return credential
    return replace(credential, claims=claims, warnings=(*credential.warnings, *dict.fromkeys(warnings)))
