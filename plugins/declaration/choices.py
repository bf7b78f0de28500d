"""What can be picked on the form, in both languages. Values are those of records and passes; words only."""

from __future__ import annotations

from kiosk.domain import Choice, Text
from plugins.declaration.pass_claims import PURPOSES, VEHICLES
from plugins.declaration.records import CONTACTS, SYMPTOMS

SEXES = (
    Choice("male", Text("Nam", "Male")),
    Choice("female", Text("Nữ", "Female")),
    Choice("other", Text("Khác", "Other")),
)
YES_NO = (Choice("no", Text("Không", "No")), Choice("yes", Text("Có", "Yes")))

_SYMPTOM_WORDS = {
    "fever": Text("Sốt", "Fever"),
    "cough": Text("Ho", "Cough"),
    "breath": Text("Khó thở", "Shortness of breath"),
    "pneumonia": Text("Viêm phổi", "Pneumonia"),
    "throat": Text("Đau họng", "Sore throat"),
    "fatigue": Text("Mệt mỏi", "Fatigue"),
}
_CONTACT_WORDS = {
    "case": Text("Người bệnh hoặc nghi mắc COVID-19", "A person with COVID-19, or suspected of it"),
    "area": Text("Người từ vùng có dịch", "A person from an affected area"),
    "symptomatic": Text("Người có biểu hiện sốt, ho, khó thở", "A person with fever, cough or shortness of breath"),
}
_VEHICLE_WORDS = {
    "on_foot": Text("Đi bộ", "On foot"),
    "motorbike": Text("Xe máy", "Motorbike"),
    "car": Text("Ô tô con", "Car"),
    "bus": Text("Xe khách, xe buýt", "Coach or bus"),
    "truck": Text("Xe tải", "Lorry"),
    "goods": Text("Xe chở hàng luồng xanh", "Goods vehicle, green lane"),
    "ambulance": Text("Xe cứu thương", "Ambulance"),
    "official": Text("Xe công vụ", "Official vehicle"),
    "train": Text("Tàu hỏa", "Train"),
    "boat": Text("Tàu, thuyền", "Boat"),
    "aircraft": Text("Máy bay", "Aircraft"),
    "bicycle": Text("Xe đạp", "Bicycle"),
}
_PURPOSE_WORDS = {
    "other": Text("Việc khác", "Other"),
    "work": Text("Đi làm", "Work"),
    "goods": Text("Chở hàng", "Carrying goods"),
    "medical": Text("Khám, chữa bệnh, tiêm chủng", "Medical care, vaccination"),
    "return_home": Text("Về nơi cư trú", "Returning home"),
    "family": Text("Việc gia đình cấp thiết", "Urgent family matter"),
    "official_duty": Text("Công vụ, chống dịch", "Official duty"),
    "study": Text("Học, thi", "Study, examination"),
}
_VEHICLE_ORDER = (
    "motorbike",
    "car",
    "bus",
    "truck",
    "goods",
    "bicycle",
    "on_foot",
    "train",
    "boat",
    "aircraft",
    "official",
    "ambulance",
)
_PURPOSE_ORDER = ("work", "goods", "medical", "return_home", "family", "official_duty", "study", "other")

SYMPTOM_CHOICES = tuple(Choice(value, _SYMPTOM_WORDS[value]) for value in SYMPTOMS)
CONTACT_CHOICES = tuple(Choice(value, _CONTACT_WORDS[value]) for value in CONTACTS)
VEHICLE_CHOICES = tuple(Choice(value, _VEHICLE_WORDS[value]) for value in _VEHICLE_ORDER)
PURPOSE_CHOICES = tuple(Choice(value, _PURPOSE_WORDS[value]) for value in _PURPOSE_ORDER)
assert set(_VEHICLE_ORDER) == set(VEHICLES)
assert set(_PURPOSE_ORDER) == set(PURPOSES)

# ISO 3166-1 alpha-3; XXX as in ICAO Doc 9303: not one of these
NATIONALITIES = (
    Choice("VNM", Text("Việt Nam", "Viet Nam")),
    Choice("AUS", Text("Úc", "Australia")),
    Choice("KHM", Text("Campuchia", "Cambodia")),
    Choice("CHN", Text("Trung Quốc", "China")),
    Choice("FRA", Text("Pháp", "France")),
    Choice("DEU", Text("Đức", "Germany")),
    Choice("IND", Text("Ấn Độ", "India")),
    Choice("IDN", Text("Indonesia", "Indonesia")),
    Choice("JPN", Text("Nhật Bản", "Japan")),
    Choice("KOR", Text("Hàn Quốc", "Korea, Republic of")),
    Choice("LAO", Text("Lào", "Laos")),
    Choice("MYS", Text("Malaysia", "Malaysia")),
    Choice("PHL", Text("Philippines", "Philippines")),
    Choice("RUS", Text("Nga", "Russia")),
    Choice("SGP", Text("Singapore", "Singapore")),
    Choice("TWN", Text("Đài Loan", "Taiwan")),
    Choice("THA", Text("Thái Lan", "Thailand")),
    Choice("GBR", Text("Anh", "United Kingdom")),
    Choice("USA", Text("Hoa Kỳ", "United States")),
    Choice("XXX", Text("Nước khác", "Another country")),
)
NO_PLATE = frozenset({"on_foot", "bicycle", "train", "boat", "aircraft"})


def word(choices: tuple[Choice, ...], value: str) -> Text:
    """The words for a value; empty where there is none."""
    return next((choice.label for choice in choices if choice.value == value), Text("", ""))
