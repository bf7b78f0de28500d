"""The form's fields: name, step, words and what kind of input. Data only; ``form_checks`` says what is right."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import Choice, Text
from plugins.declaration import choices

STEPS = {"place": ("who", "health", "review"), "movement": ("who", "journey", "health", "review")}
STEP_TITLES = {
    "who": Text("Người khai", "Who"),
    "journey": Text("Chuyến đi", "Journey"),
    "health": Text("Sức khỏe", "Health"),
    "review": Text("Xem lại và gửi", "Review and send"),
}
MOST_COMPANIONS = 8  # on one form; a pass may count more, and in a bus everybody declares


NO_HINT = Text("", "")


@dataclass(frozen=True, slots=True)
class FormField:
    """One input. ``kind``: text, select, radio, checks, area (three selects), datetime. ``more``: HTML attributes."""

    name: str
    step: str
    label: Text
    kind: str = "text"
    required: bool = True
    hint: Text = NO_HINT
    choices: tuple[Choice, ...] = ()
    most: int = 80
    more: tuple[tuple[str, str], ...] = ()


FIELDS = (
    FormField("on_behalf", "who", Text("Bạn khai cho ai?", "Who is this declaration for?"), "radio",
        choices=(Choice("no", Text("Cho tôi", "Myself")), Choice("yes", Text("Cho người khác", "Another person")))),
    FormField("declarer", "who", Text("Họ tên của bạn (người khai hộ)", "Your own name (you declare for somebody)"), required=False),
    FormField("name", "who", Text("Họ và tên", "Full name"), hint=Text("Viết như trên giấy tờ.", "As on the document."),
        more=(("autocomplete", "name"), ("autocapitalize", "words"))),
    FormField("document", "who", Text("Số CCCD, CMND hoặc hộ chiếu", "ID card or passport number"), most=20,
        more=(("autocomplete", "off"), ("autocapitalize", "characters"), ("spellcheck", "false"))),
    FormField("birth_year", "who", Text("Năm sinh", "Year of birth"), most=4,
        more=(("inputmode", "numeric"), ("autocomplete", "bday-year"))),
    FormField("sex", "who", Text("Giới tính", "Sex"), "radio", choices=choices.SEXES),
    FormField("nationality", "who", Text("Quốc tịch", "Nationality"), "select", choices=choices.NATIONALITIES),
    FormField("home", "who", Text("Nơi ở hiện nay", "Where you live now"), "area"),
    FormField("address", "who", Text("Số nhà, đường, thôn, tổ", "House, street, hamlet"), most=120,
        more=(("autocomplete", "street-address"),)),
    FormField("phone", "who", Text("Số điện thoại", "Telephone"), most=20,
        more=(("inputmode", "tel"), ("autocomplete", "tel"))),
    FormField("email", "who", Text("Thư điện tử (nếu có)", "E-mail (if any)"), required=False,
        more=(("inputmode", "email"), ("autocomplete", "email"))),
    FormField("vehicle", "journey", Text("Phương tiện", "Vehicle"), "select", choices=choices.VEHICLE_CHOICES),
    FormField("plate", "journey", Text("Biển số hoặc số hiệu chuyến", "Plate, or number of the service"), required=False, most=12,
        hint=Text("Ví dụ 29A-123.45. Bỏ trống nếu không có.", "Such as 29A-123.45. Leave empty if there is none."),
        more=(("autocomplete", "off"), ("autocapitalize", "characters"), ("spellcheck", "false"))),
    FormField("seat", "journey", Text("Số ghế (nếu có)", "Seat (if any)"), required=False, most=10, more=(("autocomplete", "off"),)),
    FormField("origin", "journey", Text("Nơi đi", "From"), "area"),
    FormField("departs_at", "journey", Text("Giờ khởi hành", "Departure"), "datetime", most=16),
    FormField("destination", "journey", Text("Nơi đến", "To"), "area",
        hint=Text("Tỉnh là đủ; huyện, xã nếu biết.", "The province is enough; the rest if you know it.")),
    FormField("destination_address", "journey", Text("Địa chỉ nơi đến (nếu biết)", "Address there (if known)"), required=False, most=120,
        more=(("autocomplete", "off"),)),
    FormField("purpose", "journey", Text("Mục đích chuyến đi", "Purpose"), "select", choices=choices.PURPOSE_CHOICES),
    FormField("has_symptoms", "health",
        Text("Trong 14 ngày qua, bạn có sốt, ho, khó thở, viêm phổi, đau họng hoặc mệt mỏi không?",
             "In the past 14 days, have you had fever, cough, shortness of breath, pneumonia, a sore throat or fatigue?"),
        "radio", choices=choices.YES_NO),
    FormField("symptoms", "health", Text("Bạn có dấu hiệu nào?", "Which of them?"), "checks", False, choices=choices.SYMPTOM_CHOICES),
    FormField("has_contact", "health",
        Text("Trong 14 ngày qua, bạn có tiếp xúc với người bệnh, người nghi mắc, người từ vùng dịch hoặc người có triệu chứng không?",
             "In the past 14 days, have you met a patient, a suspect, somebody from an affected area or somebody with symptoms?"),
        "radio", choices=choices.YES_NO),
    FormField("contacts", "health", Text("Bạn đã tiếp xúc với ai?", "Whom did you meet?"), "checks", False,
        choices=choices.CONTACT_CHOICES),
    FormField("has_travelled", "health",
        Text("Trong 14 ngày qua, bạn có đến tỉnh, thành phố hoặc nước khác không?",
             "In the past 14 days, have you been to another province or country?"),
        "radio", choices=choices.YES_NO),
    FormField("travelled", "health", Text("Bạn đã đến những nơi nào?", "Which places?"), required=False, most=200,
        more=(("autocomplete", "off"),)),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
REVEALS = {"declarer": "on_behalf", "symptoms": "has_symptoms", "contacts": "has_contact", "travelled": "has_travelled"}
AREA_PARTS = ("province", "district", "ward")
COMPANION_PARTS = ("name", "birth_year", "document")


_PART = {
    "province": Text("tỉnh, thành phố", "province or city"),
    "district": Text("quận, huyện", "district"),
    "ward": Text("phường, xã", "ward or commune"),
}
_COMPANION_LABELS = {
    "name": Text("Họ tên người đi cùng {n}", "Name of companion {n}"),
    "birth_year": Text("Năm sinh người đi cùng {n}", "Year of birth of companion {n}"),
    "document": Text("Giấy tờ người đi cùng {n}", "Document of companion {n}"),
}
_CONSENT = Text("Đồng ý", "Consent")
_COMPANIONS = Text("Người đi cùng", "Companions")


def label_of(name: str) -> Text:
    """What a person calls an input, for a list of errors."""
    if name in BY_NAME:
        return BY_NAME[name].label
    if name.startswith("companion-"):
        _, number, part = name.split("-")
        return _COMPANION_LABELS[part].format(n=int(number) + 1)
    field, _, part = name.rpartition("_")
    if field in BY_NAME:
        label = BY_NAME[field].label
        return Text(f"{label.vi}, {_PART[part].vi}", f"{label.en}, {_PART[part].en}")
    return _CONSENT if name == "consent" else _COMPANIONS


def fields_of(step: str) -> list[FormField]:
    return [field for field in FIELDS if field.step == step]


def input_names(field: FormField) -> list[str]:
    """The names of the HTML inputs of one field."""
    return [f"{field.name}_{part}" for part in AREA_PARTS] if field.kind == "area" else [field.name]
