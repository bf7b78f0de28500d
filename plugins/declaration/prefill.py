"""Fills the form from an ID card: from a photograph or the text of its code, or from what this kiosk has just scanned.

The picture is decoded and dropped; what was scanned is kept in memory for two minutes, for this machine's own screen, and given once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from kiosk.domain import Credential
from kiosk.plugin import DecodedCode, Services
from plugins.declaration.areas import Areas
from plugins.declaration.form_values import Values, tidy

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

KEPT_SECONDS = 120.0
IMAGE_SECONDS = 10.0
IMAGES_AT_ONCE = 2  # each takes a core; people with other business need the rest


class NothingRead(Exception):
    """Why nothing was filled in: a key of ``form_words.NOTICES``."""

    def __init__(self, notice: str) -> None:
        super().__init__(notice)
        self.notice = notice


class LastScan:
    """The last credential with a name and a number that was shown to this kiosk."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: tuple[Credential, float] | None = None

    def keep(self, credential: Credential | None) -> None:
        if credential is not None and fits(credential):
            with self._lock:
                self._kept = (credential, self._monotonic())

    def waiting(self) -> bool:
        with self._lock:
            return self._fresh() is not None

    def take(self) -> Credential | None:
        """Give it, once."""
        with self._lock:
            found = self._fresh()
            self._kept = None
            return found

    def _fresh(self) -> Credential | None:
        if self._kept and self._monotonic() - self._kept[1] > KEPT_SECONDS:
            self._kept = None
        return self._kept[0] if self._kept else None


class CardReader:
    """Reads cards through the hooks of whatever plugins are loaded."""

    def __init__(self, services: Services) -> None:
        self._appliance = cast("Appliance", services)
        self._turns = threading.BoundedSemaphore(IMAGES_AT_ONCE)

    def of_image(self, image: bytes) -> Credential:
        """Raises ``NothingRead``."""
        if not self._turns.acquire(blocking=False):
            raise NothingRead("busy")
        try:
            found = self._appliance.guarded_first("decode_image", IMAGE_SECONDS, image=image).value
        except ValueError:
            raise NothingRead("not_an_image") from None
        finally:
            self._turns.release()
        if found is None:
            raise NothingRead("no_reader")
        for code in found:
            credential = self._read(code)
            if credential is not None:
                return credential
        raise NothingRead("not_a_card" if found else "no_code")

    def of_text(self, text: str) -> Credential:
        """Raises ``NothingRead``."""
        credential = self._read(DecodedCode(text, text.encode("utf-8", "surrogatepass"), "QRCode"))
        if credential is None:
            raise NothingRead("not_a_card")
        return credential

    def _read(self, code: DecodedCode) -> Credential | None:
        if not code.text.strip() or len(code.text) > self._appliance.settings.limits.payload_bytes:
            return None
        found = self._appliance.guarded_first(
            "read_credential", scan=self._appliance.new_scan(code, "declaration")
        ).value
        return found if isinstance(found, Credential) and fits(found) else None


def fits(credential: Credential) -> bool:
    """Whether it names a person and a document."""
    return bool(credential.value("name") and (credential.value("national_id") or credential.value("document_number")))


def fill(values: Values, credential: Credential, areas: Areas) -> Values:
    """What the card says, over what was typed; what it does not say stays."""
    filled = {
        "name": credential.value("name") or "",
        "document": credential.value("national_id") or credential.value("document_number") or "",
        "birth_year": (credential.value("birth_date") or "")[:4],
        "sex": credential.value("sex") or "",
    }
    nationality = credential.value("nationality")
    if nationality and len(nationality) == 3:
        filled["nationality"] = nationality
    address = credential.value("address")
    if address:
        found = areas.in_address(address)
        filled |= {
            "home_province": found.province,
            "home_district": found.district,
            "home_ward": found.ward,
            "address": found.rest,
        }
    kept = {name: tidy(value) for name, value in filled.items() if value}
    if address:  # an area that the card does not name must not stand there from before
        kept |= {name: filled[name] for name in ("home_province", "home_district", "home_ward")}
    return values.with_simple(**kept)
