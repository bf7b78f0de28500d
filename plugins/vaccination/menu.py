"""The entries that this slice adds to the menu of staff: the five steps at a site, the nation's pages on the platform."""

from __future__ import annotations

from kiosk.domain import NavigationItem, Text

STAFF = ("medical_staff",)
SUPERVISORS = ("administrator",)

AT_A_SITE = (
    NavigationItem("vaccination.desk", Text("Đón tiếp", "Reception"), STAFF),
    NavigationItem("vaccination.screening", Text("Khám sàng lọc", "Screening"), STAFF),
    NavigationItem("vaccination.injection", Text("Bàn tiêm", "Injection"), STAFF),
    NavigationItem("vaccination.observation", Text("Theo dõi sau tiêm", "Observation"), STAFF),
    NavigationItem("vaccination.reactions", Text("Phản ứng", "Reactions"), (*STAFF, *SUPERVISORS)),
    NavigationItem("vaccination.stock", Text("Kho vắc xin", "Stock"), (*STAFF, *SUPERVISORS)),
    NavigationItem("vaccination.day", Text("Tổng kết ngày", "The day"), SUPERVISORS),
    NavigationItem("vaccination.clock", Text("Ngày giờ", "Date and time"), SUPERVISORS),
)
ON_THE_PLATFORM = (
    NavigationItem("vaccination.nation_appointments", Text("Tiêm chủng", "Vaccination"), SUPERVISORS),
    NavigationItem("vaccination.certificates", Text("Chứng nhận tiêm chủng", "Certificates"), SUPERVISORS),
)
