"""The signer's work on a platform's database: who gets a certificate, once; corrections; merges; two signers; a wrong clock."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import NATION
from kiosk.journal.models import JournalRecord
from kiosk.journal.saying import say as say_to
from plugins.vaccination.certificate import dcc, hc1, uvci
from plugins.vaccination.certificate.signer.issuing import CannotSign
from plugins.vaccination.certificate.signer.running import Running
from plugins.vaccination.folding import nation
from plugins.vaccination.folding.rows import CERTIFICATES, Bodies
from plugins.vaccination.models import RevokedRow, SignerBlocked
from plugins.vaccination.records import Certificate, Finding, Revoked, ShownDose, ShownWithdrawn
from tests.support.appliance import SetClock, Workshop, assert_whole, tables
from tests.support.certificates import (
    Office,
    certificates,
    context_of,
    day,
    dose,
    merge,
    office_of,
    person,
    platform_of,
    say,
    take_back,
    valid,
)
from tests.support.platform_fixtures import journal_section, template
from tests.support.vaccination import at_the_site

__all__ = ["journal_section", "template"]

ONE, TWO = "001090012345", "001090012346"


@pytest.fixture
def platform(workshop: Workshop, journal_section: str) -> Appliance:
    return platform_of(workshop, sections=journal_section, clock=at_the_site(12))  # no test runs over midnight


@pytest.fixture
def office(platform: Appliance, tmp_path: Path) -> Office:
    return office_of(platform, tmp_path / "signer")


def blocked(platform: Appliance) -> dict[str, str]:
    with platform.session() as session:
        return {row.citizen: row.reason for row in session.scalars(select(SignerBlocked))}


def test_a_dose_leads_to_one_certificate(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE, "Đặng Thị Ưng")
    given = dose(platform, citizen)
    assert office.work() == 1
    assert office.work() == 0
    (row,) = certificates(platform)
    assert (row.writer, row.citizen, row.colour, row.number, row.total, row.dose) == (
        "certificates", citizen, "yellow", 1, 2, str(given.id),
    )  # fmt: skip
    assert uvci.checks(row.uvci)
    assert row.expires_at - row.issued_at == 365 * 86_400
    content = hc1.content_of(row.payload)
    assert content["nam"] == {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Ưng", "gnt": "THI<UNG"}
    assert content["v"][0] == {
        "tg": dcc.COVID_19, "vp": "29061000087103", "mp": "EU/1/21/1529", "ma": "ORG-100001699", "dn": 1, "sd": 2,
        "dt": day(platform, 20), "co": "VN", "is": "Bộ Y tế", "ci": row.uvci,
    }  # fmt: skip
    assert_whole(platform)


def test_the_second_dose_makes_it_green(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE)
    dose(platform, citizen, 80)
    assert office.work() == 1
    dose(platform, citizen, 10, 2)
    assert office.work() == 1
    assert [row.colour for row in valid(platform, citizen)] == ["yellow", "green"]


def test_who_is_not_known_waits_until_somebody_says_who_they_are(platform: Appliance, office: Office) -> None:
    citizen = platform.pseudonym(ONE)
    dose(platform, citizen)
    assert office.work() == 0
    assert blocked(platform) == {citizen: "name"}
    person(platform, ONE)
    assert office.work() == 1
    assert blocked(platform) == {}


def test_a_temporary_id_gets_none_until_it_is_merged(platform: Appliance, office: Office) -> None:
    temporary = person(platform, "temporary:7", temporary=True, source="temporary")
    dose(platform, temporary)
    assert office.work() == 0
    assert blocked(platform) == {temporary: "temporary"}
    real = person(platform, ONE)
    merge(platform, temporary, real)
    assert office.work() == 1
    (row,) = certificates(platform)
    assert row.citizen == real
    assert blocked(platform) == {}
    dose(platform, real, 0, 2, product="AstraZeneca", given_on=day(platform, -60))  # dated in the future: it waits
    assert office.work() == 0


def test_a_dose_that_was_taken_back_revokes_and_issues_what_is_left(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE)
    first = dose(platform, citizen, 80)
    dose(platform, citizen, 10, 2)
    assert office.work() == 1
    (green,) = valid(platform, citizen)
    take_back(platform, first)
    assert office.work() == 1
    (yellow,) = valid(platform, citizen)
    assert (green.colour, yellow.colour, yellow.number) == ("green", "yellow", 1)
    with platform.session() as session:
        words = session.scalars(select(RevokedRow).order_by(RevokedRow.writer)).all()
        assert [(row.writer, row.uvci_hash) for row in words] == [
            ("certificates", green.uvci_hash),
            ("nation", green.uvci_hash),
        ]
    assert_whole(platform)


def test_a_corrected_lot_and_day_of_a_dose(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE)
    given = dose(platform, citizen, 20)
    office.work()
    take_back(platform, given, given_on=day(platform, 21))
    assert office.work() == 1
    (row,) = valid(platform, citizen)
    assert hc1.content_of(row.payload)["v"][0]["dt"] == day(platform, 21)


def test_open_conflicts_are_skipped_until_somebody_decides(platform: Appliance, office: Office) -> None:
    """Two sites gave the same person a dose on one day."""
    citizen = person(platform, ONE)
    one, two = dose(platform, citizen, 20), dose(platform, citizen, 20, lot="OTHER")
    assert office.work() == 0
    assert blocked(platform) == {citizen: "conflict"}
    settled = Finding(code="dose_twice", first=str(one.id), second=str(two.id), settled=True)
    entries = entries_of([Draft("vaccination.finding", settled, citizen)], platform.clock.now(), True)
    say_to(platform.journal, "site:a", lambda session: entries)
    assert office.work() == 1
    (row,) = certificates(platform)
    assert (row.number, row.colour) == (1, "yellow")


def test_a_dose_dated_tomorrow_waits_for_tomorrow(platform: Appliance, office: Office) -> None:
    """A site's clock was a day ahead."""
    citizen = person(platform, ONE)
    dose(platform, citizen, -1)
    assert office.work() == 0
    clock: SetClock = platform.clock._clock  # type: ignore[assignment]
    clock.ahead += timedelta(days=1)
    assert office.work() == 1


def test_no_certificate_lasts_longer_than_the_key_that_signed_it(platform: Appliance, office: Office) -> None:
    """A verifier takes nothing by a signer's certificate that has ended: what is promised must hold until its day."""
    short = office.new_key(signs_days=100, valid_days=50)
    dose(platform, person(platform, ONE))
    assert office.work() == 1
    (row,) = certificates(platform)
    assert row.expires_at == int(short.certificate.not_valid_after_utc.timestamp())
    assert row.expires_at - row.issued_at < 365 * 86_400


def test_it_is_renewed_before_it_ends(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE)
    dose(platform, citizen)
    office.work()
    clock: SetClock = platform.clock._clock  # type: ignore[assignment]
    clock.ahead += timedelta(days=334)
    assert office.work() == 0
    clock.ahead += timedelta(days=2)
    with pytest.raises(CannotSign, match="no_key"):  # the old key has signed its time
        office.batch()
    office.new_key()
    assert office.work() == 1
    assert len(valid(platform, citizen)) == 2  # the old one lasts until its own end


def test_news_of_somebody_does_not_make_their_renewal_forgotten(platform: Appliance, office: Office) -> None:
    citizen = person(platform, ONE)
    dose(platform, citizen)
    assert office.work() == 1
    person(platform, ONE, phone="0900000001")  # looked at, and nothing is due
    assert office.work() == 0
    clock: SetClock = platform.clock._clock  # type: ignore[assignment]
    clock.ahead += timedelta(days=337)
    office.new_key()
    assert office.work() == 1


def test_nothing_is_signed_by_a_clock_that_nobody_trusts_or_that_went_back(platform: Appliance, office: Office) -> None:
    dose(platform, person(platform, ONE))
    clock: SetClock = platform.clock._clock  # type: ignore[assignment]
    clock.is_trusted = False
    with pytest.raises(CannotSign, match="clock_untrusted"):
        office.batch()
    clock.is_trusted = True
    assert office.work() == 1
    dose(platform, person(platform, TWO))
    clock.ahead -= timedelta(days=1)
    office.any_clock = True
    with pytest.raises(CannotSign, match=r"clock_behind|no_key"):
        office.batch()
    assert len(certificates(platform)) == 1
    clock.ahead += timedelta(days=1)
    assert office.work() == 1


def test_two_signers_at_once_issue_each_certificate_once(platform: Appliance, office: Office) -> None:
    citizens = [person(platform, f"0010900{number:05d}") for number in range(60)]
    for citizen in citizens:
        dose(platform, citizen)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            Office(platform, office.folder).work(most=7)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    issued = [row.citizen for row in certificates(platform)]
    assert sorted(issued) == sorted(citizens)  # type: ignore[type-var]
    with platform.session() as session:
        assert session.scalar(select(RevokedRow.seq).limit(1)) is None
    assert_whole(platform)


def test_a_signer_that_has_forgotten_how_far_it_was_issues_nothing_twice(platform: Appliance, office: Office) -> None:
    from plugins.vaccination.models import SignerCursor

    for number in range(5):
        dose(platform, person(platform, f"0010900{number:05d}"))
    assert office.work() == 5
    with platform.database.writing() as session:
        session.execute(SignerCursor.__table__.delete())  # type: ignore[attr-defined]
    assert office.work() == 0


def test_what_a_device_says_of_certificates_counts_nothing(platform: Appliance, office: Office) -> None:
    """Only the platform's journals say what was issued, revoked and trusted; another device's own journal does not."""
    from plugins.vaccination.folding.rows import says

    assert says("certificates", "own.")
    assert says(NATION, "own.")
    assert not says("devicea.1", "own.")
    assert tables(platform, ["vaccination"])["vaccination_certificates"] == []


def test_news_of_many_journals_is_worked_through_in_one_go(
    platform: Appliance, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Journals that tell of nobody do not hide those behind them."""
    from kiosk.operators.register import Role
    from plugins.vaccination.certificate.signer import due
    from tests.support.staff import add_operator

    monkeypatch.setattr(due, "JOURNALS_AT_ONCE", 1)
    add_operator(platform, "7", Role.MEDICAL_STAFF)
    citizen = person(platform, ONE)
    dose(platform, citizen)
    entries = entries_of(
        [Draft("vaccination.dose", dose(platform, citizen, 5, 2, product="Janssen").data)], platform.clock.now(), True
    )
    for site in ("a", "b"):
        say_to(platform.journal, f"site:{site}", lambda session: entries)
    assert office.work() == 0  # an open conflict: Janssen after AstraZeneca
    assert blocked(platform) == {citizen: "conflict"}
    assert not office.batch().moved


def test_a_verified_dose_of_elsewhere_makes_it_green_until_it_is_taken_back(
    platform: Appliance, office: Office
) -> None:
    citizen = person(platform, ONE)
    dose(platform, citizen, 10)
    assert office.work() == 1
    typed, verified = (
        say(platform, "shown_dose", ShownDose(
            product="AstraZeneca", on=day(platform, 80), basis=basis, document="eu_dcc"
        ), citizen)
        for basis in ("typed", "verified")
    )  # fmt: skip
    assert office.work() == 1
    assert [(row.colour, row.number) for row in valid(platform, citizen)] == [("green", 2)]
    say(platform, "shown_withdrawn", ShownWithdrawn(shown=str(verified.id), reason="giấy của người khác"), citizen)
    assert office.work() == 1
    # what is left was typed from paper
    assert [(row.colour, row.number) for row in valid(platform, citizen)] == [("yellow", 1)]
    assert typed.data.basis == "typed"
    assert_whole(platform)


def test_what_cannot_be_folded_is_not_signed_and_no_revocation_is_told_twice(
    platform: Appliance, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next look would find in no table what it had issued or told, and do it again without end."""
    monkeypatch.setattr("kiosk.plugin_host.host.FAULT_LIMIT", 99)
    citizen = person(platform, ONE)
    first = dose(platform, citizen)
    fold = nation.project

    def work_without(body: type, writer: str) -> None:
        def fails(bodies: Bodies, session: Session, own: str) -> None:
            if any(one.writer == writer for one in bodies[body]):
                raise ArithmeticError("not today")
            fold(bodies, session, own)

        with monkeypatch.context() as broken:
            broken.setattr(nation, "project", fails)
            with pytest.raises(CannotSign, match="not_folded"):
                Running(context_of(platform), office.issuing(), 1.0).work(threading.Event())

    def written(kind: str) -> int:
        with platform.session() as session:
            query = select(func.count()).select_from(JournalRecord).where(JournalRecord.kind == f"vaccination.{kind}")
            return session.scalar(query) or 0

    work_without(Certificate, CERTIFICATES)
    assert written("certificate") == 0
    assert office.work() == 1
    take_back(platform, first)
    work_without(Revoked, CERTIFICATES)
    assert written("revoked") == 0
    work_without(Revoked, NATION)
    assert written("revoked") == 1  # by the signer
    office.work()
    office.work()
    assert (written("certificate"), written("revoked")) == (1, 2)  # and the nation was told, once
    assert_whole(platform)
