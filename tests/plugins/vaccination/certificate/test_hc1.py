"""``HC1:`` codes: written as the specification has it, taken apart again, and foreign bytes come to nothing."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import cbor2
import pytest
import segno
from base45 import b45decode
from hypothesis import given
from hypothesis import strategies as st

from kiosk.text import base45
from plugins.vaccination.certificate import dcc, hc1, uvci
from plugins.vaccination.certificate.dcc import Wanted
from plugins.vaccination.certificate.signer.keys import DocumentSigner, KeyFolder

WANTED = Wanted("r", "Nguyễn Văn An", "1990-02-28", "Comirnaty", date(2021, 10, 12), 2, 2)
CONTENT = dcc.content(WANTED, "URN:UVCI:01:VN:AAAABBBBCCCCDDDDEEEEFFFF#A", "VN", "Bộ Y tế")


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> DocumentSigner:
    folder = KeyFolder(Path(tmp_path_factory.mktemp("signer")))
    now = datetime(2021, 12, 1, tzinfo=UTC)
    folder.make_authority("VN", "Bộ Y tế", now)
    return folder.make_signer("VN", "Bộ Y tế", now, 180, 396)


def test_the_layers_by_other_libraries(signer: DocumentSigner) -> None:
    text = hc1.write(CONTENT, "VN", 1_638_316_800, 1_669_852_800, signer.key, signer.kid)
    message = cbor2.loads(zlib.decompress(b45decode(text[4:])))
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert cbor2.loads(protected) == {1: -7, 4: signer.kid}
    assert unprotected == {}
    assert len(signature) == 64
    assert cbor2.loads(payload) == {1: "VN", 4: 1_669_852_800, 6: 1_638_316_800, -260: {1: CONTENT}}
    assert hc1.content_of(text) == CONTENT


def test_it_is_a_code_that_phones_show_well(signer: DocumentSigner) -> None:
    """Alphanumeric, level Q where the EU's specification asks for it, and below the version that cheap readers stumble over."""
    longest = dcc.content(
        Wanted("r", "Nguyễn " + "Phương Thảo " * 6, "1990-02-28", "Sputnik V", date(2021, 10, 12), 2, 2),
        uvci.mint("VN"), "VN", "Bộ Y tế",
    )  # fmt: skip
    code = segno.make(
        hc1.write(longest, "VN", 1_638_316_800, 1_669_852_800, signer.key, signer.kid), error="q", micro=False
    )
    assert (code.mode, int(code.version) <= 20) == ("alphanumeric", True)


@given(st.binary(max_size=300), st.booleans())
def test_foreign_bytes_come_to_nothing(raw: bytes, packed: bool) -> None:
    assert hc1.content_of("HC1:" + base45.encode(zlib.compress(raw) if packed else raw)) == {}


@given(st.text(max_size=300))
def test_foreign_text_comes_to_nothing(text: str) -> None:
    assert hc1.content_of(text) == {}


def test_a_code_that_unpacks_without_end_is_cut() -> None:
    assert hc1.content_of("HC1:" + base45.encode(zlib.compress(b"\0" * 50_000_000, 9))) == {}
