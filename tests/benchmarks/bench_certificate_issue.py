"""How many official certificates a signer issues a second: read what is due, decide, sign, append, fold, durable; beside bare signatures.

The yardstick is ``cryptography``'s ES256 over as many bytes, and nothing else: no database, no COSE, no QR text.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.domain import Draft
from plugins.vaccination.certificate import dcc, hc1, uvci
from plugins.vaccination.certificate.dcc import Wanted
from plugins.vaccination.certificate.signer.keys import KeyFolder
from plugins.vaccination.records import Dose, Person
from tests.support.appliance import Workshop
from tests.support.certificates import certificates, day, office_of, platform_of

PEOPLE, SIGNATURES = 6000, 3000


def issue(folder: Path) -> tuple[float, float, int]:
    """Wall seconds, processor seconds, and how many, of all that was due in a platform's SQLite."""
    workshop = Workshop(folder)
    platform = platform_of(workshop)
    try:
        office = office_of(platform, folder / "keys")
        given = day(platform, 20)
        for start in range(0, PEOPLE, 500):
            drafts = []
            for number in range(start, start + 500):
                citizen = platform.pseudonym(f"0010{number:08d}")
                drafts.append(
                    Draft("vaccination.person", Person(name="Nguyễn Thị Phương Thảo", birth_date="1990-02-28"), citizen)
                )
                body = Dose(product="AstraZeneca", lot="ABV1234", number=1, total=2, given_on=given)
                drafts.append(Draft("vaccination.dose", body, citizen))
            platform.record(drafts)
        wall, busy = time.perf_counter(), time.process_time()
        issued = office.work()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
        assert issued == PEOPLE == len(certificates(platform))
        return wall, busy, issued
    finally:
        workshop.close()


def codes(folder: Path) -> float:
    """Codes a processor second: content, CWT, COSE, signature, zlib, base45; no database."""
    keys = KeyFolder(folder / "alone")
    now = datetime.now(UTC)
    keys.make_authority("VN", "Bộ Y tế", now)
    signer = keys.make_signer("VN", "Bộ Y tế", now, 10, 396)
    wanted = Wanted("r", "Nguyễn Thị Phương Thảo", "1990-02-28", "AstraZeneca", now.date(), 1, 2)
    begun = time.process_time()
    for _ in range(SIGNATURES):
        content = dcc.content(wanted, uvci.mint("VN"), "VN", "Bộ Y tế")
        hc1.write(content, "VN", 1, 2, signer.key, signer.kid)
    return SIGNATURES / (time.process_time() - begun)


def bare() -> float:
    """Signatures a processor second."""
    key, message = ec.generate_private_key(ec.SECP256R1()), b"m" * 320
    begun = time.process_time()
    for _ in range(SIGNATURES):
        key.sign(message, ec.ECDSA(hashes.SHA256()))
    return SIGNATURES / (time.process_time() - begun)


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        wall, busy, issued = issue(folder)
        alone, yardstick = codes(folder), bare()
    told = f"bare ES256 by cryptography {yardstick:.0f} /s"
    return [
        {
            "what": "issue official certificates, from what is due to durable and folded",
            "value": issued / busy,
            "unit": "/s and core",
            "yardstick": f"{told}; {issued / wall:.0f} /s by the clock on the wall",
            "goal": "≥ 1000",
            "met": issued / busy >= 1000,
        },
        {
            "what": "make the HC1 code alone",
            "value": alone,
            "unit": "/s and core",
            "yardstick": told,
            "goal": "",
            "met": None,
        },
    ]


if __name__ == "__main__":
    for row in rows():
        print(
            f"{row['what']:70} {row['value']:9.0f} {row['unit']:12} {row['yardstick']:70} {row['goal']:8} {row['met']}"
        )
