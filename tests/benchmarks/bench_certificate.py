"""How long one certificate takes to verify, beside the libraries called bare, and how many lines a second a batch has.

The yardstick does what cannot be left out, by the libraries that one would take: base45, zlib, cbor2, cryptography. It checks no
terms, usages or codes, bounds nothing, and tells nobody anything.
"""

from __future__ import annotations

import base64
import json
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.cli.loading import everything_installed
from kiosk.cli.read_batch import read_lines
from kiosk.cli.reading import Reader
from kiosk.domain import Credential, Trust
from plugins.health_certificate import hcert, reader
from plugins.health_certificate.key_files import read_keys
from plugins.health_certificate.trust import KeyRing, TrustAt
from tests.plugins.health_certificate.conftest import scan_of
from tests.support.issuing import AT, ISSUED, Issuer, hc1, issuer

ROUNDS, TIMES = 1500, 5
BATCH = 3000


def bare(payload: str, key: ec.EllipticCurvePublicKey) -> Any:
    """The least: raises where the signature is wrong."""
    cose = cbor2.loads(zlib.decompress(base45.b45decode(payload[4:])))
    protected, _, content, signature = cose.value
    cbor2.loads(protected)
    signed = cbor2.dumps(["Signature1", protected, b"", content])
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    key.verify(der, signed, ec.ECDSA(hashes.SHA256()))
    return cbor2.loads(content)


def milliseconds(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """The two by turns, so that a busy moment meets both; the quietest rounds, for others may use the machine."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, call in zip(found, (ours, theirs), strict=True):
            begun = time.perf_counter()
            for _ in range(TIMES):
                call()
            times.append((time.perf_counter() - begun) / TIMES * 1000)
    return min(found[0]), min(found[1])


def one_certificate(by: Issuer) -> list[dict[str, Any]]:
    payload, key, today = hc1(by), by.key.public_key(), AT.date()
    scan, trust = scan_of(payload), TrustAt(AT, (KeyRing(read_keys(by.der)),))

    def verified() -> None:
        _, failed = hcert.read(payload, trust)
        assert failed is None

    def credential() -> None:
        recognised = reader.recognise(scan)
        assert recognised is not None
        found = reader.read(recognised, trust, today)
        assert isinstance(found, Credential)
        assert found.trust is Trust.VERIFIED

    rows = []
    for what, ours in (("payload to verdict", verified), ("scan to credential, with course and claims", credential)):
        mean, yardstick = milliseconds(ours, lambda: bare(payload, key))
        ratio = mean / yardstick
        rows.append(
            {
                "what": f"verify one HC1, {what}",
                "value": mean,
                "unit": "ms",
                "yardstick": f"base45 + zlib + cbor2 + cryptography bare {yardstick:.3f} ms; ratio {ratio:.2f}",
                "goal": "ratio ≤ 1.3",
                "met": ratio <= 1.3,
            }
        )
    return rows


def batch(by: Issuer) -> dict[str, Any]:
    """Every line another certificate, all by one key."""
    der, at = base64.b64encode(by.der).decode(), AT.isoformat()
    lines = [
        json.dumps(
            {
                "id": number,
                "payload": hc1(by, end=ISSUED + timedelta(days=300, seconds=number)),
                "at": at,
                "trust": [der],
            }
        )
        for number in range(BATCH)
    ]
    reader = Reader(everything_installed())
    begun = time.perf_counter()
    answers = list(read_lines(lines, reader, (), datetime.now(UTC), "QRCode"))
    seconds = time.perf_counter() - begun
    assert all(json.loads(answer)["trust"] == "verified" for answer in answers)
    key = by.key.public_key()
    begun = time.perf_counter()
    for line in lines:
        bare(json.loads(line)["payload"], key)
    yardstick = BATCH / (time.perf_counter() - begun)
    return {
        "what": f"kiosk read --batch, {BATCH} certificates of one key",
        "value": BATCH / seconds,
        "unit": "lines/s",
        "yardstick": f"bare {yardstick:.0f} /s",
        "goal": "≥ 1000",
        "met": seconds <= BATCH / 1000,
    }


def rows() -> list[dict[str, Any]]:
    by = issuer()
    return [*one_certificate(by), batch(by)]


if __name__ == "__main__":
    for row in rows():
        print(
            f"{row['what']:50} {row['value']:9.3f} {row['unit']:8} {row['yardstick']:70} {row['goal']:14} {row['met']}"
        )
