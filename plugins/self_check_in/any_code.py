"""Takes any code as a token, where the site allows it: who shows the same one again is the same visitor.

Put this plugin after those that read real documents: plugins are asked in the profile's order.
"""

from __future__ import annotations

import hashlib

from kiosk.domain import Claim, Credential, Scan, Trust

KIND = "any_code"


def read(scan: Scan) -> Credential | None:
    """A credential whose ``document_number`` is SHA-256 of the code's bytes; nothing of the content is kept. None for
    what was typed: a mistyped number must not become a visitor."""
    if scan.symbology == "typed" or not scan.raw:
        return None
    token = hashlib.sha256(scan.raw).hexdigest()[:32]
    return Credential(KIND, {"document_number": Claim(token)}, Trust.UNVERIFIED)
