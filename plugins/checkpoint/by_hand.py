"""A traveller without any code: what an officer types of them becomes a credential. Nobody else can make one."""

from __future__ import annotations

import json
import re

from kiosk.domain import Claim, Credential, Scan, Trust

KIND = "by_hand"
SYMBOLOGY = "by_hand"
OFFICER = "officer:"  # how the sources of the officers' pages begin; no program over the network can name itself so
_YEAR = re.compile(r"(19|20)\d{2}", re.ASCII)
_SURE = 0.3  # an officer writes what somebody says


def payload(name: str, birth_year: str, document: str) -> str:
    """The payload that stands for what was typed. Raises ``ValueError`` where neither name nor document is given."""
    name, document = " ".join(name.split())[:100], "".join(document.split()).upper()[:20]
    if not name and not document:
        raise ValueError("neither a name nor a document")
    if birth_year and not _YEAR.fullmatch(birth_year):
        raise ValueError("not a year")
    return json.dumps({"name": name, "birth_date": birth_year, "document_number": document}, ensure_ascii=False)


def read(scan: Scan) -> Credential | None:
    """The credential of an officer's own typing; None for everything else."""
    if scan.symbology != SYMBOLOGY or not scan.source.startswith(OFFICER):
        return None
    said = json.loads(scan.payload)
    claims = {name: Claim(str(value), _SURE) for name, value in said.items() if value}
    return Credential(KIND, claims, Trust.UNVERIFIED)
