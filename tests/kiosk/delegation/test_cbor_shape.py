"""Foreign CBOR looked at before it is decoded: what no token is made of does not reach a decoder that would make something of it."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.delegation import cbor_shape, cose

SCALARS = st.integers(-(2**63), 2**63) | st.binary(max_size=20) | st.text(max_size=20) | st.booleans()
TOKENS = st.recursive(
    SCALARS,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.integers(0, 30), one, max_size=3),
    max_leaves=12,
)


def depth(one: Any) -> int:
    inside = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return 1 + max(map(depth, inside), default=0)


@given(TOKENS.filter(lambda one: depth(one) < cbor_shape.DEEPEST))
def test_what_tokens_are_made_of_is_decoded(one: Any) -> None:
    assert cose.decode(cbor2.dumps(one)) == one


# cbor2 by itself makes something of nearly all of these
REFUSED = {
    "a date": cbor2.dumps(cbor2.CBORTag(1, 0)),
    "a pattern": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")),
    "a number of 2**62 digits": cbor2.dumps(cbor2.CBORTag(4, [2**62, 3])),
    "a float": cbor2.dumps(1.5),
    "nothing": cbor2.dumps(None),
    "an array without a length": b"\x9f\x01\xff",
    "bytes without a length": b"\x5f\x41\x00\xff",
    "two items": b"\x01\x02",
    "half an item": b"\x82\x01",
    "a string beyond the end": b"\x43ab",
    "nine deep": b"\x81" * 9 + b"\x00",
    "many items": cbor2.dumps([0] * 201),
    "many items in several": cbor2.dumps([[0] * 100] * 3),
    "2**63 items": b"\x9b\x7f" + b"\xff" * 7,
    "no bytes": b"",
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_before_it_is_decoded(name: str) -> None:
    with pytest.raises(cbor_shape.BadShape):
        cbor_shape.check(REFUSED[name])
    with pytest.raises(cose.BadCose):
        cose.decode(REFUSED[name])


@given(st.binary(max_size=80))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        cose.decode(raw)
    except cose.BadCose:
        return
    cbor_shape.check(raw)  # nothing else was decoded
