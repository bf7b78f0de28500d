"""Sites of a vaccination campaign before a platform under test: doses, corrections and merges as their devices would record them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import zstandard
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.journal.append import Head
from kiosk.journal.batch import read_batch
from plugins.vaccination.models import ConflictRow
from plugins.vaccination.records import Dose, Finding, Merged, ShownDose, ShownWithdrawn
from plugins.vaccination.records.care import Was
from tests.support.platform import Device, PlatformUnderTest, lines_of, make, take

DAY = date(2021, 8, 10)
AT = datetime(2021, 8, 10, 2, 0, tzinfo=UTC)


def person(number: int) -> str:
    """A citizen's keyed hash, made up."""
    return f"p{number:021d}"


def dose(
    on: date = DAY,
    product: str = "AstraZeneca",
    lot: str = "ABV7890",
    number: int = 1,
    total: int = 2,
    amends: Record | None = None,
    **more: Any,
) -> Dose:
    """A dose; with ``amends`` the correction of that record."""
    if amends is not None:
        old: Dose = amends.data
        was = Was(product=old.product, lot=old.lot, number=old.number, given_on=old.given_on)
        more = {"amends": str(amends.id), "was": was, "reason": "nhập nhầm", **more}
    return Dose(product=product, lot=lot, number=number, total=total, given_on=on.isoformat(), **more)


def given(citizen: str, on: date = DAY, **more: Any) -> Draft:
    return Draft("vaccination.dose", dose(on, **more), citizen)


def shown(
    citizen: str,
    on: date,
    product: str = "AstraZeneca",
    basis: str = "verified",
    dose: Record | None = None,
    number: int = 0,
) -> Draft:
    """A document was shown about a dose of elsewhere; ``dose``: the record that it names."""
    body = ShownDose(
        product=product,
        on=on.isoformat(),
        basis=basis,
        number=number,
        document="eu_dcc",
        dose=str(dose.id) if dose else "",
    )  # type: ignore[arg-type]
    return Draft("vaccination.shown_dose", body, citizen)


def withdrawn(record: Record) -> Draft:
    """What was shown counts no longer."""
    return Draft(
        "vaccination.shown_withdrawn", ShownWithdrawn(shown=str(record.id), reason="của người khác"), record.citizen
    )


def merged(temporary: str, citizen: str) -> Draft:
    return Draft("vaccination.merged", Merged(temporary=temporary, reason="có căn cước"), citizen)


def written(appliance: Appliance, writer: str, drafts: Sequence[Draft], site: str, **more: Any) -> list[Record]:
    """One device's journal."""
    return make(appliance, writer, drafts, site=site, at=more.pop("at", AT), **more)


def taken(appliance: Appliance, records: Sequence[Record]) -> None:
    """Into the platform without HTTP."""
    take(appliance, records[0].writer, lines_of(records), records[-1].hash)


def sent(device: Device, drafts: Sequence[Draft], after: Sequence[Record] = (), **more: Any) -> list[Record]:
    """Into the platform as a device pushes it; ``after``: what it had sent before."""
    head = Head(after[-1].seq, after[-1].hash) if after else None
    appliance = device.platform.appliance
    records = written(
        appliance, device.writer, drafts, device.site, head=head, key=device.identity.pseudonym_key, **more
    )
    answer = device.push(records)
    assert answer.status_code == 200, answer.text
    return [*after, *records]


def told(device: Device) -> list[Finding]:
    """What the device hears when it asks: the findings of its site's journal, all from the beginning."""
    return [one.data for one in heard(device) if isinstance(one.data, Finding)]


def heard(device: Device) -> list[Record]:
    """Every record that a pull from the beginning yields."""
    answer = device.pull()
    assert answer.status_code == 200, answer.text
    records: list[Record] = []
    writer, lines = "", []
    appliance = device.platform.appliance

    def done() -> None:
        if lines:
            batch = read_batch(writer, lines, appliance.kinds, device.identity.pseudonym_key)
            records.extend(batch.records([b""] * len(batch), 0))

    for line in zstandard.ZstdDecompressor().decompress(answer.data).splitlines():
        if line.startswith(b"{"):
            done()
            writer, lines = json.loads(line)["writer"], []
        else:
            lines.append(line)
    done()
    return records


def conflicts(appliance: Appliance) -> list[tuple[str, str, str]]:
    """The table of conflicts: code and the two writers."""
    with appliance.session() as session:
        rows = session.scalars(select(ConflictRow))
        return sorted((row.code, row.first_writer, row.second_writer) for row in rows)


def sites(platform: PlatformUnderTest, names: Iterable[str]) -> list[Device]:
    return [platform.device(name) for name in names]


def later(days: int) -> date:
    return DAY + timedelta(days=days)
