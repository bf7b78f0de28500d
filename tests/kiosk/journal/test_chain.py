"""The wire line and the hash chain: every field counts, and foreign bytes end in ``ValueError``."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Record
from kiosk.journal import chain

KEY = b"k" * 32
words = st.text(st.characters(codec="utf-8"), max_size=20)
maybe = st.none() | words


@st.composite
def made_records(draw: st.DrawFn, erased: bool = False) -> Record:
    body = json.dumps({"note": draw(words)}, ensure_ascii=False, separators=(",", ":"))
    digest = chain.body_digest(body.encode(), KEY)
    return Record(
        writer=draw(st.sampled_from(["abc.1", "abc.2", "nation"])),
        seq=draw(st.integers(1, 2**40)),
        id=draw(st.uuids()),
        kind=draw(st.sampled_from(["core.encounter", "x.y"])),
        schema=draw(st.integers(0, 100)),
        occurred_at_ms=draw(st.integers(0, 2**50)),
        clock_trusted=draw(st.booleans()),
        site=draw(words),
        citizen=draw(maybe),
        operator=draw(maybe),
        body=None if erased else body,
        data=None,
        body_digest=digest,
        hash=b"",
    )


def header_of(record: Record) -> bytes:
    return chain.wire_header(chain.decode_line(chain.encode_line(record)))


@given(made_records())
def test_a_line_says_all_that_the_record_says(record: Record) -> None:
    wire = chain.decode_line(chain.encode_line(record))
    assert (wire.seq, wire.id, wire.kind, wire.schema) == (
        record.seq,
        chain.pack_id(record.id),
        record.kind,
        record.schema,
    )
    assert (wire.occurred_at_ms, wire.clock_trusted) == (record.occurred_at_ms, record.clock_trusted)
    assert (wire.site, wire.citizen, wire.operator) == (record.site, record.citizen, record.operator)
    assert bytes(wire.body).decode() == record.body
    assert chain.wire_digest(wire, KEY) == record.body_digest


@given(made_records(erased=True))
def test_an_erased_body_leaves_its_digest_and_the_same_place_in_the_chain(record: Record) -> None:
    wire = chain.decode_line(chain.encode_line(record))
    assert chain.wire_digest(wire, b"another key".ljust(32)) == record.body_digest
    whole = record._replace(body='{"note":"still there"}')
    assert header_of(record) == header_of(whole)


CHANGES: dict[str, Any] = {
    "seq": lambda value: value + 1,
    "id": lambda value: UUID(int=value.int ^ 1),
    "occurred_at_ms": lambda value: value ^ 1,
    "clock_trusted": lambda value: not value,
    "kind": lambda value: value + "x",
    "schema": lambda value: value + 1,
    "site": lambda value: value + "x",
    "citizen": lambda value: None if value is not None else "",
    "operator": lambda value: None if value is not None else "",
    "body_digest": lambda value: bytes([value[0] ^ 1]) + value[1:],
    "writer": lambda value: value + "0",
}


@pytest.mark.parametrize("field", sorted(CHANGES))
@given(record=made_records())
def test_every_field_counts(field: str, record: Record) -> None:
    def place(one: Record) -> bytes:
        return chain.next_hash(b"p" * 32, one.writer, header_of(one), one.body_digest)

    assert place(record._replace(**{field: CHANGES[field](getattr(record, field))})) != place(record)


def test_the_chain_is_what_its_description_says() -> None:
    record = Record(
        "abc.1", 1, UUID(int=5), "core.encounter", 1, 1_628_989_200_000, True, "site-a", None, None, "{}", None,
        hashlib.blake2b(b"{}", key=KEY, digest_size=32).digest(), b"",
    )  # fmt: skip
    header = b'[1,"AAAAAAAAAAAAAAAAAAAAAAAF"'[:-1]
    line = chain.encode_line(record)
    assert line == b'[1,"AAAAAAAAAAAAAAAAAAAABQ",1628989200000,true,"core.encounter",1,"site-a",null,null,{}]'
    header = line[: -len(b",{}]")] + b"]"
    previous = hashlib.sha256(b"abc.1").digest()
    assert chain.genesis("abc.1") == previous
    expected = hashlib.sha256(previous + b"abc.1" + header + record.body_digest).digest()
    assert chain.next_hash(previous, "abc.1", header_of(record), chain.body_digest(b"{}", KEY)) == expected


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_with_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError):
        chain.decode_line(line)


@given(made_records(), st.integers(0, 8), st.sampled_from([None, -1, 2**63, 1.5, "x" * 65, [], {}, True]))
def test_a_field_of_another_type_or_size_is_refused_or_kept_as_it_is(record: Record, place: int, value: Any) -> None:
    row = json.loads(chain.encode_line(record))
    if row[place] == value and type(row[place]) is type(value):
        return
    row[place] = value
    try:
        wire = chain.decode_line(json.dumps(row).encode())
    except ValueError:
        return
    assert json.loads(chain.wire_header(wire))[place] == value
