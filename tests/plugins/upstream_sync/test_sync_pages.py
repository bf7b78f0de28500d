"""The technician's page, and journals that travel by file between a real device and a real platform."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.identity import begin_epoch
from kiosk.journal import chain, exchange, reading
from kiosk.journal.carry_in import carry_in
from kiosk.journal.models import JournalRecord
from kiosk.journal.verify import header_of
from kiosk.operators.register import Role
from plugins.national_platform import enrolment as platform_enrolment
from plugins.national_platform.models import Alarm, ParkedRecord
from plugins.national_platform.publishing import publish
from plugins.upstream_sync import backlog, enrolment
from plugins.upstream_sync.answers import Parked
from tests.support.appliance import Workshop
from tests.support.staff import Browser, add_operator

NOTICE = Draft("core.notice", Notice(title="Thông báo", text="x"))


@pytest.fixture
def page(device: Appliance) -> Browser:
    add_operator(device, "tech", Role.TECHNICIAN)
    add_operator(device, "nurse", Role.MEDICAL_STAFF)
    return Browser(device)


def test_only_technicians_and_administrators_may_look(page: Browser) -> None:
    assert page.get("/upstream_sync/").status_code == 303
    page.sign_in("nurse")
    assert page.get("/upstream_sync/").status_code == 403
    assert page.post("/upstream_sync/export").status_code == 403
    assert page.post("/upstream_sync/resend").status_code == 403


def test_the_page_shows_what_waits_and_what_was_set_aside(page: Browser, device: Appliance) -> None:
    with device.database.writing() as session:
        backlog.note_parked(session, device.identity.writer, [], [Parked(seq=1, reason="unknown_kind")], 1)
        backlog.raise_alarm(session, device.identity.writer, "fork", 2, 1)
    page.sign_in("tech")
    vietnamese, english = page.get("/upstream_sync/").text, page.get("/upstream_sync/?lang=en").text
    assert "Bên nhận chưa biết loại bản ghi này" in vietnamese
    assert "The receiver does not know this kind yet" in english
    assert "Chưa đăng ký" in vietnamese
    assert page.post("/upstream_sync/resend").status_code == 303
    with device.session() as session:
        assert backlog.read_backlog(session).alarms == (), "it is tried again; a fork that is still there comes back"


def test_the_export_button_gives_a_file_and_is_on_record(page: Browser, device: Appliance) -> None:
    page.sign_in("tech")
    with page.post("/upstream_sync/export") as answer:
        assert answer.status_code == 200
        assert ".kiosk-journal" in answer.headers["Content-Disposition"]
        sections = list(exchange.read(io.BytesIO(answer.data)))
    assert sections[0].header.writer == device.identity.writer
    assert sections[0].signed_by([device.identity.signing_key.public_key()])
    with device.session() as session:
        actions = session.scalars(select(JournalRecord.body).where(JournalRecord.kind == "core.staff_action")).all()
    assert any(json.loads(body or "{}")["action"] == "journal_exported" for body in actions)
    with device.database.writing() as session:
        head = session.scalar(select(JournalRecord.seq).order_by(JournalRecord.seq.desc()))
        assert head
        backlog.mark_acknowledged(session, device.identity.writer, head)
    assert page.post("/upstream_sync/export").status_code == 303, "nothing that is not sent"


class Pair:
    """A device and a platform that never meet; enrolment was done by hand."""

    def __init__(self, workshop: Workshop, device: Appliance) -> None:
        self.platform = workshop.open(["self_check_in", "national_platform"], data="platform", role="platform")
        self.device = device
        now_ms = int(self.platform.clock.now().timestamp() * 1000)
        with self.platform.database.writing() as session:
            code = platform_enrolment.mint(session, self.platform.identity, now_ms, 1)
            asked = platform_enrolment.EnrolmentRequest(
                code=code.code,
                device=device.identity.device,
                public_key_pem=device.identity.public_key_pem(),
                site="test-site",
            )
            answer = platform_enrolment.enrol(session, self.platform.identity, asked, now_ms)
        begin_epoch(device.data_dir, self.platform.identity.pseudonym_key)
        enrolment.save(
            device.data_dir,
            enrolment.Enrolment(
                platform="https://platform.example",
                device=device.identity.device,
                site="test-site",
                platform_key_pem=answer["platform_key_pem"],
                audiences=tuple(answer["audiences"]),
                epoch=2,
                enrolled_at_ms=now_ms,
                code_digest="",
            ),
        )


@pytest.fixture
def pair(workshop: Workshop, device: Appliance, reopened: Any) -> Pair:
    made = Pair(workshop, device)
    made.device = reopened()
    return made


def carried(source: Appliance, writers: list[str]) -> io.BytesIO:
    out = io.BytesIO()
    with source.session() as session:
        exchange.write(session, source.identity, out, exchange.wanted(session, writers))
    return io.BytesIO(out.getvalue())


def test_what_a_device_carries_out_the_platform_takes(pair: Pair) -> None:
    pair.device.record([NOTICE] * 3)
    writer = pair.device.identity.writer
    result = carry_in(pair.platform.journal, carried(pair.device, [writer]))
    assert result.problems == []
    assert result.journals[writer].stored == 3
    stranger = carried(pair.platform, [writer])  # signed by the platform itself: its backup
    assert carry_in(pair.platform.journal, stranger).journals[writer].duplicates == 3


def test_a_carried_copy_of_a_card_raises_the_platforms_alarm(pair: Pair, tmp_path: Path) -> None:
    pair.device.record([NOTICE] * 3)
    writer = pair.device.identity.writer
    carry_in(pair.platform.journal, carried(pair.device, [writer]))
    with pair.device.database.writing() as session:
        session.execute(JournalRecord.__table__.update().values(occurred_at_ms=1))  # another history
        previous = chain.genesis(writer)
        for batch in list(reading.batches(session, writer, pair.device.kinds)):
            for record in batch:
                previous = chain.next_hash(previous, writer, header_of(record), record.body_digest)
                session.execute(
                    JournalRecord.__table__.update().where(JournalRecord.seq == record.seq).values(hash=previous)
                )
    result = carry_in(pair.platform.journal, carried(pair.device, [writer]))
    assert [one.code for one in result.problems] == ["fork"]
    with pair.platform.session() as session:
        assert session.scalars(select(Alarm.seq)).all() == [1]


def test_a_carried_record_of_an_unknown_kind_is_set_aside(pair: Pair) -> None:
    pair.device.record([NOTICE] * 2)
    writer, file = pair.device.identity.writer, carried(pair.device, [pair.device.identity.writer])
    kind = pair.platform.kinds._kinds.pop("core.notice")
    result = carry_in(pair.platform.journal, file)
    pair.platform.kinds._kinds["core.notice"] = kind
    assert result.journals[writer].parked == [(1, "unknown_kind"), (2, "unknown_kind")]
    with pair.platform.session() as session:
        assert session.scalars(select(ParkedRecord.seq)).all() == [1, 2]


def test_what_the_platform_wrote_is_carried_to_a_device(pair: Pair) -> None:
    publish(pair.platform.journal, "nation", [NOTICE, NOTICE], pair.platform.clock.now(), True)
    result = carry_in(pair.device.journal, carried(pair.platform, ["nation"]))
    assert result.problems == []
    assert result.journals["nation"].stored == 2


def test_a_device_takes_the_platforms_journals_from_nobody_else(pair: Pair, workshop: Workshop) -> None:
    other = workshop.open(["self_check_in", "national_platform"], data="other", role="platform")
    publish(other.journal, "nation", [NOTICE], other.clock.now(), True)
    result = carry_in(pair.device.journal, carried(other, ["nation"]))
    assert [one.code for one in result.problems] == ["signature"]


def test_a_device_that_is_not_enrolled_knows_no_platform(device: Appliance, workshop: Workshop) -> None:
    platform = workshop.open(["self_check_in", "national_platform"], data="platform", role="platform")
    publish(platform.journal, "nation", [NOTICE], platform.clock.now(), True)
    result = carry_in(device.journal, carried(platform, ["nation"]))
    assert [one.code for one in result.problems] == ["unknown_writer"]
