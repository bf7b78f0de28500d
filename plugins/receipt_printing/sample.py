"""A made-up ticket and the test page's words. The person does not exist."""

from __future__ import annotations

from kiosk.domain import BigNumber, Block, Field, Heading, Logo, Paragraph, QrCode, Rule

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # none, grave, acute, hook, tilde, dot below


def sample_ticket(site_name: str, language: str = "vi", with_logo: bool = False) -> tuple[Block, ...]:
    """A ticket as ``self_check_in`` and this plugin make them together."""
    vi = language != "en"
    return (
        *((Logo(),) if with_logo else ()),
        Heading(site_name),
        Paragraph("Phường Bến Nghé, Quận 1, TP. Hồ Chí Minh", centred=True, small=True),
        Rule(),
        BigNumber("Số thứ tự" if vi else "Your number", "A-0127"),
        Field("Họ và tên" if vi else "Name", "N*** T** HẰNG"),
        Field("Thời gian" if vi else "Time", "08:30 10/08/2021"),
        Field("Cửa" if vi else "Lane", "1"),
        Field("Bước tiếp theo" if vi else "Next step", "Khám sàng lọc" if vi else "Screening"),
        Rule(),
        Paragraph(
            "Ở lại theo dõi ít nhất 30 phút sau khi tiêm. Nếu thấy khó thở, hãy báo ngay cho nhân viên y tế."
            if vi
            else "Stay for at least 30 minutes after the injection. If breathing gets hard, tell the staff at once."
        ),
        QrCode("KIOSK:0190F3C27C1E7B1A9D2E2F6D1C0A4B5E", "Giữ phiếu này" if vi else "Keep this ticket"),
    )


def vietnamese_letters() -> list[str]:
    """Each vowel with its tones, small and capital, and Đ: 12 rows and one."""
    from unicodedata import normalize

    rows = [" ".join(normalize("NFC", vowel + tone) for tone in TONES) for vowel in VOWELS]
    return [f"{row} | {row.upper()}" for row in rows] + ["đ Đ"]
