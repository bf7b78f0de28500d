"""Building records: numbered without gaps, chained, refused where kind or body do not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core_slice import EncounterBody, Notice
from kiosk.domain import Decision, Draft
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.journal.verify import header_of
from kiosk.record_kinds import RecordKinds

KEY = b"k" * 32
AT = datetime(2021, 8, 15, 1, 2, 3, 456_000, UTC)
words = st.text(st.characters(codec="utf-8"), max_size=30)


def kinds() -> RecordKinds:
    made = RecordKinds()
    made.add("core", {"core.notice": Notice, "core.encounter": EncounterBody})
    return made


def entry(title: str = "x", trusted: bool = True, kind: str = "core.notice") -> Entry:
    return Entry(uuid4(), Draft(kind, Notice(title=title, text="y"), None), AT, trusted, "op1")


@given(st.lists(words, max_size=12), st.integers(0, 2**40))
def test_records_continue_the_head_without_a_gap(titles: list[str], start: int) -> None:
    head = Head(start, b"h" * 32)
    records = build(head, "abc.1", "site-a", KEY, kinds(), [entry(title) for title in titles])
    assert [record.seq for record in records] == list(range(start + 1, start + 1 + len(titles)))
    previous = head.hash
    for record, title in zip(records, titles, strict=True):
        assert record.body is not None
        assert record.data.title == title
        assert Notice.model_validate_json(record.body).title == title
        assert record.body_digest == chain.body_digest(record.body.encode(), KEY)
        assert record.hash == chain.next_hash(previous, "abc.1", header_of(record), record.body_digest)
        previous = record.hash


def test_time_is_kept_in_milliseconds() -> None:
    (record,) = build(Head(0, b""), "abc.1", "site-a", KEY, kinds(), [entry(trusted=False)])
    assert (record.occurred_at_ms, record.clock_trusted, record.operator) == (1_628_989_323_456, False, "op1")


@pytest.mark.parametrize(
    "draft",
    [
        Draft("core.nothing", Notice(title="x", text="y")),
        Draft("core.encounter", Notice(title="x", text="y")),
        Draft("core.notice", EncounterBody(decision=Decision.REFER)),
        Draft("core.notice", {"title": "x", "text": "y"}),
    ],
)
def test_a_draft_that_no_kind_allows_is_refused(draft: Draft) -> None:
    with pytest.raises(ValueError):
        build(Head(0, b""), "abc.1", "site-a", KEY, kinds(), [Entry(uuid4(), draft, AT, True)])


def test_a_kind_carries_its_plugins_name_and_exists_once() -> None:
    made = kinds()
    with pytest.raises(ValueError, match=r"must start with 'other\.'"):
        made.add("other", {"core.more": Notice})
    with pytest.raises(ValueError, match="defined twice"):
        made.add("core", {"core.notice": Notice})
    assert made.names() == ["core.encounter", "core.notice"]
