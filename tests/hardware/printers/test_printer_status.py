"""The bits of DLE EOT, after Epson's reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.status import from_status_bytes, is_status_byte


@pytest.mark.parametrize(
    ("answers", "error", "paper"),
    [
        ((0x12, 0x12, 0x12, 0x12), "", "ok"),
        ((0x12, 0x12, 0x12, 0x1E), "", "near_end"),
        ((0x1A, 0x32, 0x12, 0x7E), "paper_out", "out"),
        ((0x1A, 0x16, 0x12, 0x12), "cover_open", "ok"),
        ((0x1A, 0x36, 0x12, 0x72), "cover_open", "out"),
        ((0x1A, 0x52, 0x1A, 0x12), "fault", "ok"),
        ((0x1A, 0x12, 0x12, 0x12), "offline", "ok"),
    ],
)
def test_what_the_bits_mean(answers, error, paper):
    status = from_status_bytes(*answers)
    assert (status.error, status.paper) == (error, paper)
    assert status.ready == (not error)


def test_status_bytes_are_told_from_flow_control_and_ordinary_answers():
    assert is_status_byte(0x12)
    assert not any(is_status_byte(byte) for byte in (0x00, 0x0C, 0x11, 0x13, 0x92, 0xFF))


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_any_bytes_give_a_known_code(answers):
    assert from_status_bytes(*answers).error in ("", "paper_out", "cover_open", "offline", "fault")
