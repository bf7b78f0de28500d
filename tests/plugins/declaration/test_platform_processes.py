"""The platform's part on both databases, and two of its processes that look for the same work at once."""

from __future__ import annotations

import base64
import shutil
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.delegation import key_files, token
from kiosk.delegation.models import DelegationRow, IssuerKeyRow
from kiosk.delegation.records import SigningKey
from kiosk.delegation.token import key_id
from kiosk.domain import Draft, Record
from kiosk.journal.models import JournalRecord
from plugins.declaration import projecting, withdrawals
from plugins.declaration.models import DeclaredRow, WithdrawnRow
from plugins.declaration.records import Declared, Withdrawn
from tests.plugins.declaration.conftest import DECLARED, tick
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.platform import lines_of, make, take
from tests.support.platform_fixtures import journal_section, template

__all__ = ["journal_section", "template"]

PLUGINS = ("self_check_in", "national_platform", "declaration")


@pytest.fixture
def opened(workshop: Workshop, journal_section: str) -> Appliance:
    return workshop.open(PLUGINS, role="platform", sections=journal_section)


def asks(platform: Appliance, workshop: Workshop, device: str) -> bytes:
    """A device's journal arrives: its key, a declaration, and that it was withdrawn. Returns the key's point."""
    point = key_files.point(key_files.load_or_make(workshop.folder / f"{device}.pem"))
    text = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    number = device[-1].upper() * 16
    body = {**DECLARED, "pass_id": number, "issued_at": 1, "expires_at": 2, "link_hash": "0" * 64}
    drafts = [
        Draft("core.signing_key", SigningKey(point=text)),
        Draft("declaration.declared", Declared.model_validate(body), "c" * 22),
        Draft("declaration.withdrawn", Withdrawn(pass_id=number)),
    ]
    send(platform, f"{device}.1", drafts)
    return point


def send(platform: Appliance, writer: str, drafts: list[Draft]) -> None:
    key = platform.identity.pseudonym_key
    take(platform, writer, lines_of(make(platform, writer, drafts, key=key)), key=key)


def count(platform: Appliance, model: type) -> int:
    with platform.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_requests_are_answered_and_withdrawals_told(opened: Appliance, workshop: Workshop) -> None:
    point = asks(opened, workshop, "deviceb")
    tick(opened)
    tick(opened)
    with opened.session() as session:
        row = session.scalars(select(DelegationRow)).one()
        assert (row.writer, row.device, row.asked_by, row.asked_seq) == ("site:site-a", "deviceb", "deviceb.1", 1)
        ring = opened.signing.ring
        found = token.read_own_delegation(row.token, ring.issuers(session))
        assert found is not None
        assert key_files.point(key_files.load_or_make(workshop.folder / "deviceb.pem")) == point
        assert len(key_id(found.key)) == 4
        assert withdrawals.is_withdrawn(session, "B" * 16, "another")
        assert sorted(session.scalars(select(WithdrawnRow.writer))) == ["deviceb.1", "nation"]
    assert count(opened, DeclaredRow) == 1
    assert_whole(opened, ["core", "declaration"])


def test_a_withdrawal_that_cannot_be_folded_is_told_later_and_once(
    opened: Appliance, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(opened, workshop, "deviceb")
    teller, fold = opened.host.plugin("declaration")._teller, projecting.project

    def fails(records: Sequence[Record], session: Session) -> None:
        if any(one.writer == "nation" for one in records):
            raise ArithmeticError("not today")
        fold(records, session)

    with monkeypatch.context() as broken:
        broken.setattr(projecting, "project", fails)
        for _ in range(2):
            teller.repeated.once()  # what goes wrong with it is contained
        assert teller.repeated.failure == "ProjectionFailed"
    teller.repeated.once()
    teller.repeated.once()
    assert teller.repeated.failure == ""
    with opened.session() as session:
        told = select(func.count()).select_from(JournalRecord).where(JournalRecord.kind == "declaration.withdrawn")
        assert session.scalar(told.where(JournalRecord.writer == "nation")) == 1
    assert_whole(opened, ["core", "declaration"])


def test_two_processes_say_everything_once(workshop: Workshop, journal_section: str) -> None:
    if not journal_section:
        pytest.skip("one process per data directory on SQLite")
    sections = journal_section
    one = workshop.open(PLUGINS, role="platform", sections=sections, data="one")
    shutil.copytree(workshop.folder / "one" / "identity", workshop.folder / "two" / "identity")
    two = workshop.open(PLUGINS, role="platform", sections=sections, data="two", clock=SetClock())
    shutil.rmtree(workshop.folder / "two" / "identity")
    (workshop.folder / "two" / "identity").symlink_to(workshop.folder / "one" / "identity")
    for device in ("devicea", "deviceb", "devicec"):
        asks(one, workshop, device)
    threads = [threading.Thread(target=tick, args=(appliance,)) for appliance in (one, two) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (count(one, IssuerKeyRow), count(one, DelegationRow), count(one, WithdrawnRow)) == (1, 3, 6)
    assert key_files.point(one.signing.ring.own_key()) == key_files.point(two.signing.ring.own_key())


def test_a_key_that_is_no_point_is_answered_once_with_nothing(opened: Appliance) -> None:
    broken = base64.urlsafe_b64encode(b"\x05" * 33).decode()
    drafts = [Draft("core.signing_key", SigningKey(point=broken))]
    send(opened, "deviced.1", drafts)
    tick(opened)
    tick(opened)
    with opened.session() as session:
        assert session.scalars(select(DelegationRow.not_after)).all() == [0]
