"""The platform's certificates for tests: people with doses by records, and a signer with keys in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from plugins.vaccination.certificate import publishing
from plugins.vaccination.certificate.signer.issuing import Batch, Issuing
from plugins.vaccination.certificate.signer.keys import DocumentSigner, KeyFolder
from plugins.vaccination.models import CertificateRow, RevokedRow
from plugins.vaccination.records import Dose, Merged, Person
from plugins.vaccination.records.care import Was
from plugins.vaccination.rules.vaccines import Vaccines, load_vaccines
from tests.support.appliance import Workshop

PLATFORM = ("health_certificate", "vaccination")
VACCINES: Vaccines = load_vaccines()


def platform_of(workshop: Workshop, **more: Any) -> Appliance:
    """A platform whose pages are not served."""
    return workshop.open(PLATFORM, role="platform", **{"data": "platform", "name": "platform", **more})


def context_of(appliance: Appliance) -> Any:
    plugin: Any = appliance.host.plugin("vaccination")
    return plugin.site.context


@dataclass
class Office:
    """A signer with its own folder of keys, beside the platform."""

    appliance: Appliance
    folder: KeyFolder
    any_clock: bool = False

    def batch(self, most: int = 300) -> Batch:
        return self.issuing(most).batch()

    def issuing(self, most: int = 300) -> Issuing:
        return Issuing(context_of(self.appliance), self.folder, VACCINES, self.any_clock, most)

    def work(self, most: int = 300) -> int:
        """Everything that is due; returns how many were issued."""
        issued = 0
        while True:
            done = self.batch(most)
            issued += done.issued
            if not done.moved:
                break
        publishing.tell_revocations(context_of(self.appliance))
        return issued

    def new_key(self, in_days: float = 0, signs_days: int = 180, valid_days: int = 396) -> DocumentSigner:
        since = self.appliance.clock.now() + timedelta(days=in_days)
        made = self.folder.make_signer("VN", "Bộ Y tế (thử nghiệm)", since, signs_days, valid_days)
        kinds = self.appliance.kinds
        drafts = publishing.key_drafts(kinds, made.certificate, made.kid, (made.since, made.until))
        publishing.tell(context_of(self.appliance), drafts)
        return made


def office_of(appliance: Appliance, folder: Path) -> Office:
    """With an authority and one document signer."""
    made = Office(appliance, KeyFolder(folder, appliance.data_dir))
    made.folder.make_authority("VN", "Bộ Y tế (thử nghiệm)", appliance.clock.now())
    made.new_key()
    return made


def day(appliance: Appliance, back: int) -> str:
    """The date so many days ago."""
    found: date = (appliance.clock.now() + timedelta(hours=7) - timedelta(days=back)).date()
    return found.isoformat()


def say(appliance: Appliance, kind: str, body: Any, citizen: str | None) -> Record:
    return appliance.record([Draft(f"vaccination.{kind}", body, citizen)], "11")[0]


def person(appliance: Appliance, number: str, name: str = "Nguyễn Văn An", **more: Any) -> str:
    """Somebody's data by a record; returns the keyed hash of who it is."""
    citizen = appliance.pseudonym(number)
    said = {"name": name, "birth_date": "1990-02-28", "sex": "male", "source": "card", **more}
    say(appliance, "person", Person(**said), citizen)
    return citizen


def dose(appliance: Appliance, citizen: str, back: int = 20, number: int = 1, **more: Any) -> Record:
    said = {
        "product": "AstraZeneca", "lot": "ABV1234", "number": number, "total": 2, "given_on": day(appliance, back), **more,
    }  # fmt: skip
    return say(appliance, "dose", Dose(**said), citizen)


def take_back(appliance: Appliance, given: Record, **more: Any) -> Record:
    """The dose never was; with ``more``, it was another."""
    body: Dose = given.data
    was = Was(product=body.product, lot=body.lot, number=body.number, given_on=body.given_on)
    said = {**body.model_dump(), "amends": str(given.id), "was": was, "void": not more, "reason": "ghi nhầm", **more}
    return say(appliance, "dose", Dose.model_validate(said), given.citizen)


def merge(appliance: Appliance, temporary: str, citizen: str) -> Record:
    return say(appliance, "merged", Merged(temporary=temporary, reason="đã có thẻ"), citizen)


def certificates(appliance: Appliance, citizen: str | None = None) -> list[CertificateRow]:
    """Issued ones, oldest first."""
    query = select(CertificateRow).order_by(CertificateRow.writer, CertificateRow.seq)
    with appliance.session() as session:
        return [row for row in session.scalars(query) if citizen is None or row.citizen == citizen]


def valid(appliance: Appliance, citizen: str | None = None) -> list[CertificateRow]:
    with appliance.session() as session:
        gone = set(session.scalars(select(RevokedRow.uvci_hash)))
    return [row for row in certificates(appliance, citizen) if row.uvci_hash not in gone]
