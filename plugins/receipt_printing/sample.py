"""A made-up ticket as this site would print it, and the test page's words. The person does not exist; nothing is recorded."""

from __future__ import annotations

from unicodedata import normalize
from uuid import UUID

from kiosk.appliance import Appliance
from kiosk.core_slice import CORE, EncounterBody
from kiosk.domain import BigNumber, Block, Decision, Field, Heading, Logo, Paragraph, QrCode, Record, Rule
from kiosk.encounter.afterwards import encounter_of_record
from kiosk.receipts.composing import compose
from kiosk.receipts.tickets import encode_ticket
from kiosk.text.names import mask_name

NAME = "Nguyễn Thị Hằng"
NUMBER = "042"
RECORD = UUID("0190f3c2-7c1e-7b1a-9d2e-2f6d1c0a4b5e")
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # none, grave, acute, hook, tilde, dot below


def site_ticket(appliance: Appliance, language: str = "vi") -> tuple[Block, ...]:
    """What the plugins of this profile print for a visit that one of them records; without such a one ``sample_ticket``.

    ``appliance`` need not be opened.
    """
    site = appliance.settings.site
    for name in appliance.kinds.names():
        kind = appliance.kinds.get(name)
        if kind is None or kind.plugin == CORE or not issubclass(kind.model, EncounterBody):
            continue
        visit = kind.model(
            decision=Decision.ADMIT,
            credential="cccd",
            name=mask_name(NAME, site.name_masking),
            ticket=f"{site.lane}{NUMBER}",
        )
        at_ms = int(appliance.clock.now().timestamp() * 1000)
        record = Record("", 0, RECORD, name, kind.schema, at_ms, True, site.id, None, None, None, visit, b"", b"")
        encounter = encounter_of_record(record, appliance.station)
        return compose(appliance.host, encounter, record, language).blocks
    return sample_ticket(site.name, language)


def sample_ticket(site_name: str, language: str = "vi", with_logo: bool = False) -> tuple[Block, ...]:
    """A ticket of a site where self check-in and this plugin work together, both with default settings."""
    vi = language != "en"
    return (
        *((Logo(),) if with_logo else ()),
        Heading(site_name),
        Rule(),
        BigNumber("SỐ THỨ TỰ" if vi else "YOUR NUMBER", f"A{NUMBER}"),
        Field("Họ tên" if vi else "Name", mask_name(NAME, "initials")),
        Field("Thời gian" if vi else "Time", "08:30 10/08/2021"),
        Field("Cửa" if vi else "Lane", "A"),
        Rule(),
        Paragraph(
            "Mời bạn chờ gọi số ở khu vực chờ." if vi else "Please wait in the waiting area for your number.",
            centred=True,
        ),
        QrCode(
            encode_ticket(RECORD),
            "Giữ phiếu này tới khi ra về" if vi else "Keep this ticket until you leave",
        ),
    )


def vietnamese_letters() -> list[str]:
    """Each vowel with its tones, small and capital, and Đ: 12 rows and one."""
    rows = [" ".join(normalize("NFC", vowel + tone) for tone in TONES) for vowel in VOWELS]
    return [f"{row} | {row.upper()}" for row in rows] + ["đ Đ"]
