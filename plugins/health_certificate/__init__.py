"""Health certificates: verifies EU, Vietnamese, WHO, SMART, DIVOC and ICAO certificates offline, and says what they are worth.

A valid certificate is a note here, never a ground to admit: that is the business of the site or the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import click
from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.domain import Credential, Encounter, Finding, HealthCheck, Malformed, Record, Scan
from kiosk.plugin import PluginContext, hookimpl
from plugins.health_certificate import chunks, health, judging, projecting, reader, settings, trust_files
from plugins.health_certificate.key_files import NotKeys, read_once
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.records import Revocation, TrustKey, TrustList
from plugins.health_certificate.trust import KeyRing, TrustAt, TrustSource
from plugins.health_certificate.trust_store import TrustStore


class HealthCertificates:
    """One format a file: ``hcert`` (``eu_dcc``, ``who_ddcc``), ``smart_health_card``, ``divoc``, ``vds_nc``."""

    Settings = settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._settings: settings.Settings = context.settings
        self._zone = ZoneInfo(context.time_zone)
        self._store = TrustStore(context.services.session)
        self._chunks = chunks.SeenChunks()
        self._has_tables = False  # a command that opens nothing has none; files of keys serve it too

    @hookimpl
    def startup(self) -> None:
        """Read the files of keys, so that what is wrong with them shows now."""
        self._files  # noqa: B018 - reading them is the point
        self._has_tables = True

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        """A health certificate, verified by this appliance's trust list, or what is wrong with it, or None for another format."""
        return self._read(scan, self.trust_sources() if self._has_tables else (self._files.ring,), together=True)

    @hookimpl
    def verify_credential(self, scan: Scan, trust: tuple[bytes, ...]) -> Credential | Malformed | None:
        """The same by the keys in ``trust`` alone."""
        return self._read(scan, (_key_ring(trust),))

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        """What the certificate means here, and its warnings in words."""
        if encounter.credential is None or encounter.credential.kind not in judging.LEGAL_BASIS:
            return ()
        state = self._store.state()
        age = health.age_days(self._files, state, encounter.scan.scanned_at)
        stale = age if age is not None and age > self._settings.stale_days else None
        return tuple(judging.judge(encounter, bool(state.keys or self._files.ring.size), stale))

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return {
            "health_certificate.trust_key": TrustKey,
            "health_certificate.revocation": Revocation,
            "health_certificate.trust_list": TrustList,
        }

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        if projecting.project(records, session, self._context.services.journal.identity.device):
            self._store.forget_state()

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.health_certificate.commands import certificate

        return [certificate]

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        now = self._context.clock.now()
        return tuple(health.checks(self._files, self._store.state(), now, self._settings.stale_days))

    def trust_sources(self) -> tuple[TrustSource, ...]:
        """Whom this appliance believes: its tables and its files. For its commands too; its database must be open."""
        return (self._store, self._files.ring)

    @cached_property
    def _files(self) -> trust_files.FromFiles:
        return trust_files.load(self._settings.trust_files)

    def _read(
        self, scan: Scan, sources: tuple[TrustSource, ...], together: bool = False
    ) -> Credential | Malformed | None:
        """``together``: with chunks that were shown here shortly before."""
        found = reader.recognise(scan)
        if found is None or found.format not in self._settings.formats:
            return None
        if together and found.format == "smart_health_card":
            found = reader.Recognised(found.format, self._chunks.with_earlier(found.text, scan.scanned_at, scan.key))
        return reader.read(found, TrustAt(scan.scanned_at, sources), self._today(scan))

    def _today(self, scan: Scan) -> date:
        return scan.scanned_at.astimezone(self._zone).date()


@lru_cache(maxsize=1024)
def _key_ring(trust: tuple[bytes, ...]) -> KeyRing:
    """The keys of files' contents; what holds none counts for nothing, so that one bad line of a batch spoils no other."""
    keys: list[TrustedKey] = []
    for content in trust:
        try:
            keys += read_once(content)
        except NotKeys:
            continue
    return KeyRing(keys)
