"""What a certificate means at the gate, as findings. A valid one is only a note: whether it is ground enough is the site's business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk.domain import Credential, Encounter, Finding, Severity, Text, Trust
from plugins.health_certificate import divoc, eu_dcc, smart_health_card, vds_nc, who_ddcc, words
from plugins.health_certificate.claims import COLOUR, FAILED_STEP
from plugins.health_certificate.steps import Step

PLUGIN = "health_certificate"
LEGAL_BASIS = {
    eu_dcc.KIND: "Quyết định 5772/QĐ-BYT (20/12/2021); Regulation (EU) 2021/953",
    who_ddcc.KIND: "WHO DDCC:VS/TR",
    smart_health_card.KIND: "SMART Health Cards Framework 1.4",
    divoc.KIND: "W3C Verifiable Credentials (DIVOC)",
    vds_nc.KIND: "ICAO Doc 9303-13 (VDS-NC)",
}
_UNCHECKED = {Step.CANONICAL: words.NOT_CANONICAL, Step.COVERAGE: words.NOT_COVERED}


def judge(encounter: Encounter, has_keys: bool, stale_days: int | None) -> Iterator[Finding]:
    """``has_keys``: there is any trust list; ``stale_days``: its age in days where it is too old."""
    credential = encounter.credential
    if credential is None or credential.kind not in LEGAL_BASIS:
        return
    failed = credential.value(FAILED_STEP)
    if failed == Step.CHUNKS:
        yield _other_codes(credential)
        return
    if credential.trust is Trust.VERIFIED:
        yield from _verified(credential, encounter.clock_trusted, stale_days)
    elif failed == Step.TIME:
        yield _out_of_term(credential, encounter)
    elif credential.trust is Trust.INVALID:
        text = words.INVALID.get(Step(failed or Step.SIGNATURE), words.INVALID[Step.SIGNATURE])
        yield _finding(credential, f"invalid.{failed}", Severity.BAR, text, words.TELL_HOLDER)
    else:
        yield _unverified(credential, failed or "", has_keys)
    yield from _warnings(credential)


def _finding(credential: Credential, code: str, severity: Severity, text: Text, next_step: Text) -> Finding:
    return Finding(f"{PLUGIN}.{code}", severity, text, next_step, LEGAL_BASIS[credential.kind])


def _other_codes(credential: Credential) -> Finding:
    seen, total = credential.value("chunks_seen") or "1", credential.value("chunks_total") or "?"
    text = words.OTHER_CODES.format(seen=seen, total=total)
    return _finding(credential, "other_codes", Severity.OPEN, text, words.SHOW_OTHERS)


def _verified(credential: Credential, clock_trusted: bool, stale_days: int | None) -> Iterator[Finding]:
    if not clock_trusted:
        yield _finding(credential, "clock_untrusted", Severity.CONCERN, words.CLOCK, words.BY_EYE)
    what = _what(credential)
    yield _finding(credential, f"valid.{what}", Severity.NOTE, words.VALID[what], words.MATCH_PERSON)
    if stale_days is not None:
        text = words.STALE.format(days=stale_days)
        yield _finding(credential, "trust_list_stale", Severity.NOTE, text, words.RENEW_LIST)


def _what(credential: Credential) -> str:
    """Which of the words for a valid certificate fit. A positive test is told whatever else it certifies."""
    result, colour = credential.value("test.result"), credential.value(COLOUR) or "none"
    types = (credential.value("certificate.types") or "").split(",")
    if result == "positive" or (result and colour == "none"):
        return f"test_{result}"
    return colour if colour != "none" else next((one for one in ("test", "recovery") if one in types), "none")


def _out_of_term(credential: Credential, encounter: Encounter) -> Finding:
    """Out of term bars, unless it is the device that may be wrong about the time."""
    at = encounter.scan.scanned_at
    if _is(credential, "issued_at", after=at):
        code, text = "not_yet_valid", words.NOT_YET
    elif _is(credential, "expires_at", before=at):
        code, text = "expired", words.EXPIRED
    else:
        code, text = "key_out_of_term", words.KEY_TERM
    if not encounter.clock_trusted:
        both = Text(f"{text.vi} {words.CLOCK.vi}", f"{text.en} {words.CLOCK.en}")
        return _finding(credential, "clock_untrusted", Severity.CONCERN, both, words.BY_EYE)
    return _finding(credential, code, Severity.BAR, text, words.RENEW)


def _is(credential: Credential, claim: str, after: datetime | None = None, before: datetime | None = None) -> bool:
    """Whether the claim's time lies after or before another."""
    value = credential.value(claim)
    if not value:
        return False
    at = datetime.fromisoformat(value)
    return (after is not None and at > after) or (before is not None and at < before)


def _unverified(credential: Credential, failed: str, has_keys: bool) -> Finding:
    if failed in _UNCHECKED:
        return _finding(credential, f"unverified.{failed}", Severity.CONCERN, _UNCHECKED[Step(failed)], words.COMPARE)
    if not has_keys:
        return _finding(credential, "no_trust_list", Severity.CONCERN, words.NO_LIST, words.GET_LIST)
    return _finding(credential, "unknown_issuer", Severity.CONCERN, words.NO_KEY, words.COMPARE)


def _warnings(credential: Credential) -> Iterator[Finding]:
    """One note for each kind of warning of ours."""
    told = set()
    for code in credential.warnings:
        prefix, _, rest = code.partition(".")
        name = rest.partition(".")[0]
        if prefix == PLUGIN and name in words.WARNINGS and name not in told:
            told.add(name)
            yield _finding(credential, name, Severity.NOTE, words.WARNINGS[name], Text("", ""))
