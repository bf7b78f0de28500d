"""Every fact that a policy may ask about: the one list that rules are checked against and that questions take their words from.

Adding a fact here is all it takes for technicians to use it. Facts that can be known to be absent have a value that says so
(``test_kind`` "none", ``doses`` 0): a fact that is not given at all is a question still open.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.domain import Choice, Text
from plugins.checkpoint.policy.facts import Fact

# the statistics office's codes, alone or after those of the areas around
PROVINCE, DISTRICT, WARD = r"0?\d{2}", r"(\d{2})?\d{3}", r"(\d{5})?\d{5}"
NOW = "now"  # the moment of judging; always known
NOW_IN_EU_RULES = "external.validationClock"  # what the EU's business rules call the same


def _choices(*rows: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, Text(vi, en)) for value, vi, en in rows)


RISK = _choices(
    ("green", "Xanh (bình thường mới)", "Green (new normal)"),
    ("yellow", "Vàng (nguy cơ)", "Yellow (risk)"),
    ("orange", "Cam (nguy cơ cao)", "Orange (high risk)"),
    ("red", "Đỏ (nguy cơ rất cao)", "Red (very high risk)"),
)


def _area(prefix: str, vi: str, en: str) -> tuple[Fact, ...]:
    return (
        Fact(
            f"{prefix}.province",
            "area",
            Text(f"Tỉnh, thành phố nơi {vi}", f"Province {en}"),
            Text(f"Tỉnh, thành phố nơi {vi}? (tên hoặc mã)", f"Province {en}? (name or code)"),
            pattern=PROVINCE,
            digits=2,
        ),
        Fact(f"{prefix}.district", "area", Text(f"Quận, huyện nơi {vi}", f"District {en}"), pattern=DISTRICT, digits=3),
        Fact(f"{prefix}.ward", "area", Text(f"Phường, xã nơi {vi}", f"Ward {en}"), pattern=WARD, digits=5),
        Fact(
            f"{prefix}.risk",
            "choice",
            Text(f"Mức nguy cơ nơi {vi}", f"Risk level of the area {en}"),
            choices=RISK,
        ),
    )


_JOURNEY = (
    *_area("origin", "đi", "of departure"),
    *_area("destination", "đến", "of destination"),
    Fact(
        "direction",
        "choice",
        Text("Chiều đi qua chốt", "Direction through the post"),
        choices=_choices(("in", "Vào", "In"), ("out", "Ra", "Out")),
    ),
    Fact(
        "purpose",
        "choice",
        Text("Lý do đi lại", "Purpose of the journey"),
        Text("Bạn đi qua chốt để làm gì?", "Why are you travelling?"),
        choices=_choices(
            ("work", "Đi làm", "Work"),
            ("official_duty", "Công vụ, chống dịch", "Official duty, epidemic control"),
            ("goods", "Chở hàng", "Carrying goods"),
            ("medical", "Khám, chữa bệnh, cấp cứu", "Medical care, emergency"),
            ("vaccination", "Tiêm chủng, xét nghiệm", "Vaccination or testing"),
            ("food", "Mua lương thực, thuốc", "Buying food or medicine"),
            ("return_home", "Về nơi cư trú", "Returning home"),
            ("funeral", "Việc tang", "Funeral"),
            ("transit", "Đi qua, không dừng", "Passing through without a stop"),
            ("other", "Lý do khác", "Another reason"),
        ),
    ),
    Fact(
        "vehicle_class",
        "choice",
        Text("Loại phương tiện", "Class of vehicle"),
        Text("Đi bằng phương tiện gì?", "What vehicle is it?"),
        choices=_choices(
            ("goods", "Xe chở hàng", "Goods vehicle"),
            ("passenger", "Xe khách", "Passenger bus"),
            ("car", "Ô tô con", "Car"),
            ("motorbike", "Xe máy", "Motorbike"),
            ("ambulance", "Xe cứu thương", "Ambulance"),
            ("official", "Xe công vụ", "Official vehicle"),
            ("on_foot", "Đi bộ, xe đạp", "On foot, bicycle"),
            ("other", "Khác", "Other"),
        ),
    ),
    Fact(
        "green_lane",
        "boolean",
        Text("Có mã nhận diện luồng xanh còn hạn", "Holds a valid green-lane code"),
        Text("Xe có mã nhận diện luồng xanh còn hạn không?", "Does the vehicle have a valid green-lane code?"),
    ),
    Fact(
        "travel_paper",
        "choice",
        Text("Giấy đi đường", "Travel paper"),
        Text("Có giấy đi đường loại nào?", "Which travel paper is shown?"),
        choices=_choices(
            ("none", "Không có", "None"),
            ("employer", "Cơ quan, doanh nghiệp cấp", "Issued by the employer"),
            ("ward", "Phường, xã xác nhận", "Confirmed by the ward"),
            ("police", "Công an cấp", "Issued by the police"),
        ),
    ),
)

_HEALTH = (
    Fact(
        "certificate_kind",
        "choice",
        Text("Loại chứng nhận", "Kind of certificate"),
        Text("Có chứng nhận loại nào?", "Which certificate is shown?"),
        choices=_choices(
            ("none", "Không có", "None"),
            ("vaccination", "Tiêm chủng", "Vaccination"),
            ("test", "Xét nghiệm", "Test"),
            ("recovery", "Khỏi bệnh", "Recovery"),
        ),
    ),
    Fact(
        "certificate_trust",
        "choice",
        Text("Chữ ký của chứng nhận", "Signature of the certificate"),
        choices=_choices(
            ("none", "Không có chứng nhận", "No certificate"),
            ("verified", "Đã xác minh", "Verified"),
            ("unverified", "Chưa xác minh được", "Could not be verified"),
            ("invalid", "Không hợp lệ", "Invalid"),
        ),
    ),
    Fact(
        "certificate_colour",
        "choice",
        Text("Màu thẻ", "Colour of the certificate"),
        choices=_choices(
            ("none", "Chưa có thẻ", "None"),
            ("yellow", "Thẻ vàng (một mũi)", "Yellow (one dose)"),
            ("green", "Thẻ xanh (đủ mũi)", "Green (full course)"),
        ),
    ),
    Fact("vaccine", "text", Text("Vắc xin (mã EU)", "Vaccine (EU code)"), pattern=r"[A-Za-z0-9/_.-]{1,60}"),
    Fact(
        "doses",
        "integer",
        Text("Số mũi đã tiêm", "Doses received"),
        Text("Đã tiêm mấy mũi?", "How many doses?"),
        most=20,
        unit="doses",
    ),
    Fact("doses_total", "integer", Text("Số mũi của liệu trình", "Doses of the course"), most=20, unit="doses"),
    Fact("last_dose_on", "date", Text("Ngày tiêm mũi gần nhất", "Date of the last dose")),
    Fact(
        "days_since_last_dose",
        "integer",
        Text("Số ngày từ mũi gần nhất", "Days since the last dose"),
        Text("Mũi gần nhất tiêm cách đây mấy ngày?", "How many days ago was the last dose?"),
        most=4000,
        unit="days",
    ),
    Fact(
        "test_kind",
        "choice",
        Text("Loại xét nghiệm", "Kind of test"),
        Text("Có phiếu xét nghiệm loại nào?", "Which test result is shown?"),
        choices=_choices(
            ("none", "Không có", "None"), ("pcr", "RT-PCR", "RT-PCR"), ("rapid", "Kháng nguyên nhanh", "Rapid antigen")
        ),
    ),
    Fact(
        "test_result",
        "choice",
        Text("Kết quả xét nghiệm", "Test result"),
        Text("Kết quả xét nghiệm là gì?", "What is the test result?"),
        choices=_choices(
            ("none", "Không có", "None"),
            ("negative", "Âm tính", "Negative"),
            ("positive", "Dương tính", "Positive"),
            ("pending", "Chưa có kết quả", "Pending"),
        ),
    ),
    Fact("sampled_at", "moment", Text("Thời điểm lấy mẫu", "Time of sampling")),
    Fact(
        "hours_since_test",
        "number",
        Text("Số giờ từ khi lấy mẫu", "Hours since sampling"),
        Text("Lấy mẫu cách đây mấy giờ?", "How many hours ago was the sample taken?"),
        most=100_000,
        unit="hours",
    ),
    Fact("first_positive_on", "date", Text("Ngày dương tính lần đầu", "Date of the first positive test")),
    Fact(
        "days_since_first_positive",
        "integer",
        Text("Số ngày từ khi dương tính", "Days since the first positive test"),
        most=4000,
        unit="days",
    ),
)

_DECLARATION = (
    Fact("declaration.valid", "boolean", Text("Tờ khai y tế còn hạn", "Health declaration is valid")),
    Fact(
        "declaration.age_hours",
        "number",
        Text("Số giờ từ khi khai báo", "Hours since declaring"),
        most=100_000,
        unit="hours",
    ),
    Fact(
        "declaration.symptoms",
        "boolean",
        Text("Có triệu chứng trong 14 ngày", "Symptoms within 14 days"),
        Text(
            "Trong 14 ngày qua có sốt, ho, khó thở, đau họng, mệt mỏi không?",
            "Fever, cough, shortness of breath, sore throat or fatigue within 14 days?",
        ),
    ),
    Fact(
        "declaration.contact",
        "boolean",
        Text("Có tiếp xúc trong 14 ngày", "Contact within 14 days"),
        Text(
            "Trong 14 ngày qua có tiếp xúc với người mắc hoặc nghi mắc COVID-19 không?",
            "Contact with a case or a suspected case of COVID-19 within 14 days?",
        ),
    ),
)

_PERSON = (
    Fact(
        "age",
        "integer",
        Text("Tuổi", "Age"),
        Text("Bao nhiêu tuổi?", "How old?"),
        most=150,
        unit="years",
    ),
    Fact("birth_date", "date", Text("Ngày sinh", "Date of birth")),
    Fact("denied", "boolean", Text("Có trong danh sách không được qua", "On the deny list")),
    Fact("quarantined", "boolean", Text("Đang phải cách ly", "Under quarantine")),
    Fact(
        "identity_confidence",
        "integer",
        Text("Độ chắc chắn của giấy tờ đã đọc", "Confidence in the document read"),
        most=100,
        unit="percent",
    ),
)

_POST = (
    Fact("clock_trusted", "boolean", Text("Đồng hồ của chốt đã đồng bộ", "The post's clock is synchronised")),
    Fact(NOW, "moment", Text("Thời điểm kiểm tra", "Moment of judging")),
)

FACTS: Mapping[str, Fact] = MappingProxyType(
    {fact.name: fact for fact in (*_JOURNEY, *_HEALTH, *_DECLARATION, *_PERSON, *_POST)}
)
