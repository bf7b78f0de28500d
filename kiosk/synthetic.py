"""Synthetic citizens and the payload texts of their documents, for the demo, the tests and the load generator.

Not real people: everything is drawn from a seed, and a likeness to anybody is chance. Reads no payloads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from config import value_set

# Family names with their rough share in a hundred people, then middle and given names by sex.
_FAMILY = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Phan": 5, "Vũ": 4, "Võ": 4, "Đặng": 3, "Bùi": 2,
    "Đỗ": 2, "Hồ": 2, "Ngô": 1, "Dương": 1, "Lý": 1, "Huỳnh": 1, "Trương": 1, "Đinh": 1, "Đoàn": 1,
}  # fmt: skip
_MIDDLE = {
    "male": ("Văn", "Hữu", "Đức", "Công", "Quang", "Minh", "Thành", "Quốc", "Xuân", "Đình"),
    "female": ("Thị", "Ngọc", "Thu", "Thanh", "Bích", "Diệu", "Kim", "Mỹ", "Hồng", "Như"),
}
_GIVEN = {
    "male": (
        "An", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hiếu", "Hùng", "Huy", "Khánh", "Khoa", "Long", "Mạnh",
        "Nghĩa", "Phúc", "Sơn", "Thắng", "Tuấn", "Việt",
    ),
    "female": (
        "Ánh", "Châu", "Diễm", "Dung", "Hạnh", "Hằng", "Hoa", "Hương", "Lan", "Linh", "Mai", "Nga", "Ngân", "Nhung",
        "Phượng", "Quỳnh", "Thảo", "Trang", "Tuyết", "Yến",
    ),
}  # fmt: skip
_STREETS = (
    "Trần Hưng Đạo", "Lê Lợi", "Nguyễn Huệ", "Hai Bà Trưng", "Quang Trung", "Lý Thường Kiệt", "Điện Biên Phủ",
)  # fmt: skip
_COMMUNES = ("Tân Lập", "Hòa Bình", "Phú Mỹ", "An Thạnh", "Đông Sơn", "Vĩnh Thịnh", "Xuân Hòa", "Thạnh Lộc")
_DISTRICTS = ("Đông Hưng", "Phú Hòa", "Châu Thành", "Tân Thạnh", "Vĩnh Lộc", "Yên Sơn", "An Phú", "Bình Lục")

_FIRST_ISSUE = date(2021, 1, 4)  # chip cards were issued from January 2021
_SERIAL_STEP = 618_033  # prime to a million, so that serials of one run do not repeat before a million people


@dataclass(frozen=True, slots=True)
class Citizen:
    """One invented person. ``sex`` is "male" or "female"; ``old_id`` is the nine-digit number or empty.

    ``expires_on`` is None for cards without a term (issued from the age of 60 on).
    """

    national_id: str
    old_id: str
    name: str
    sex: str
    birth_date: date
    province: str
    address: str
    issued_on: date
    expires_on: date | None
    insurance_number: str
    insurance_object: str  # two letters and the benefit level of old insurance cards, such as "DN4"

    def cccd_2021(self) -> str:
        """The QR code of a chip identity card of 2021: seven fields, dates ``ddmmyyyy``."""
        return "|".join((
            self.national_id, self.old_id, self.name, f"{self.birth_date:%d%m%Y}", self._sex_word, self.address,
            f"{self.issued_on:%d%m%Y}",
        ))  # fmt: skip

    def cccd_2024(self) -> str:
        """The QR code of a card of July 2024 and later, in the layout that is seen most: name and sex come second."""
        return "|".join((
            self.national_id, self.name, self._sex_word, f"{self.birth_date:%d%m%Y}", self.address,
            f"{self.issued_on:%d%m%Y}", self.old_id, "",
        ))  # fmt: skip

    def national_qr(self, masked: bool = False) -> str:
        """The national personal QR (Decision 1405/QĐ-BTTTT): capitals without accents; ``masked`` hides six digits."""
        number = "******" + self.national_id[6:] if masked else self.national_id
        return f"{number}|{plain_letters(self.name)}|{self.birth_date.isoformat()}|1|{self.insurance_number}|"

    def bhyt(self) -> str:
        """The QR code of a health insurance card with the ten-digit number: sixteen fields and a closing ``$``."""
        valid_from = self.issued_on.replace(day=1)
        return "|".join((
            self.insurance_number, _hex(self.name), f"{self.birth_date:%d/%m/%Y}", "1" if self.sex == "male" else "2",
            _hex(self.address), "01 - C54", f"{valid_from:%d/%m/%Y}", "-", f"{self.issued_on:%d/%m/%Y}", "-", "-",
            self.insurance_object[2], f"{valid_from.replace(year=valid_from.year + 5):%d/%m/%Y}", "0-0", "4",
            _hex(self.province), "$",
        ))  # fmt: skip

    def bhyt_old(self) -> str:
        """The QR code of an old health insurance card: fifteen characters of number, nine fields and ``$``."""
        number = f"{self.insurance_object}{self.national_id[1:3]}{self.insurance_number}"
        last_day = date(self.issued_on.year, 12, 31)
        return "|".join((
            number, _hex(self.name), f"{self.birth_date:%d/%m/%Y}", "1" if self.sex == "male" else "2",
            _hex(self.address), "79 - 031", f"{self.issued_on:%d/%m/%Y}", f"{last_day:%d/%m/%Y}",
            f"{self.issued_on:%d/%m/%Y}", "$",
        ))  # fmt: skip

    def mrz_td1(self) -> str:
        """The machine-readable zone of the identity card (ICAO 9303 part 5): three lines of 30, ``\\n`` between."""
        number = self.national_id[3:]
        first = f"IDVNM{number}{mrz_check_digit(number)}{self.national_id}<<{mrz_check_digit(self.national_id)}"
        birth = f"{self.birth_date:%y%m%d}"
        expiry = f"{self.expires_on:%y%m%d}" if self.expires_on else "991231"
        second = f"{birth}{mrz_check_digit(birth)}{'M' if self.sex == 'male' else 'F'}{expiry}{mrz_check_digit(expiry)}"
        total = mrz_check_digit(first[5:] + second[:7] + second[8:15])
        family, _, given = plain_letters(self.name).partition(" ")
        names = f"{family}<<{given.replace(' ', '<')}"
        return f"{first}\n{second}VNM{'<' * 11}{total}\n{names[:30]:<<30}"

    @property
    def _sex_word(self) -> str:
        return "Nam" if self.sex == "male" else "Nữ"


def citizens(rng: Random, today: date = date(2021, 8, 15)) -> Iterator[Citizen]:
    """Invent people without end; the same ``rng`` state gives the same people, a million with different numbers.

    Cards are issued between January 2021 and ``today`` (or on the first day, where ``today`` is earlier).
    """
    provinces = [(row["code"], row["name"]) for row in value_set("provinces_id_number")]
    families, shares = list(_FAMILY), list(accumulate(_FAMILY.values()))
    days_of_issue = max(0, (today - _FIRST_ISSUE).days)
    oldest = today.toordinal() - 90 * 365
    youngest = _FIRST_ISSUE.toordinal() - 15 * 365  # cards are for people from 14 on
    serial = rng.randrange(1_000_000)
    while True:
        serial = (serial + _SERIAL_STEP) % 1_000_000
        sex = "male" if rng.random() < 0.5 else "female"
        birth = date.fromordinal(rng.randint(oldest, youngest))
        code, province = rng.choice(provinces)
        century = (birth.year // 100 - 19) * 2 + (sex == "female")
        issued = _FIRST_ISSUE + timedelta(days=rng.randint(0, days_of_issue))
        name = " ".join((
            rng.choices(families, cum_weights=shares)[0], rng.choice(_MIDDLE[sex]), rng.choice(_GIVEN[sex]),
        ))  # fmt: skip
        yield Citizen(
            national_id=f"{code}{century}{birth.year % 100:02}{serial:06}",
            old_id=f"{rng.randrange(1_000_000_000):09}" if birth.year < 2000 and rng.random() < 0.6 else "",
            name=name,
            sex=sex,
            birth_date=birth,
            province=province,
            address=f"Số {rng.randint(1, 400)} {rng.choice(_STREETS)}, Xã {rng.choice(_COMMUNES)}, "
            f"Huyện {rng.choice(_DISTRICTS)}, {province}",
            issued_on=issued,
            expires_on=_expiry(birth, issued),
            insurance_number=f"{rng.randrange(10_000_000_000):010}",
            insurance_object=rng.choice(("DN4", "HS4", "GD4", "HT3")),
        )


def _expiry(birth: date, issued: date) -> date | None:
    """Cards run to the birthday of 25, 40 or 60 years; one issued in the two years before runs to the next of them."""
    for age in (25, 40, 60):
        leap = birth.month == 2 and birth.day == 29
        birthday = birth.replace(year=birth.year + age, day=28 if leap else birth.day)
        if birthday - issued > timedelta(days=730):
            return birthday
    return None


def plain_letters(text: str) -> str:
    """Capitals without accents, as on the machine-readable zone: ``Đặng Thị Hằng`` -> ``DANG THI HANG``."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def mrz_check_digit(field: str) -> str:
    """The check digit of ICAO 9303 part 3: weights 7, 3, 1; letters count from 10, the filler ``<`` is 0."""
    total = sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(field))
    return str(total % 10)


def _hex(text: str) -> str:
    return text.encode().hex()
