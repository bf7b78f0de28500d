"""Whether the rule data of a site can be used: read at start, so that a broken file shows then and not before the first person."""

from __future__ import annotations

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.toml_file import FileError, Problem
from plugins.vaccination.site import Site

BROKEN = Text(
    "Tệp quy tắc tiêm chủng có lỗi: {problem}. Chưa thể khám và tiêm.",
    "The vaccination rules have a mistake: {problem}. Nobody can be screened or vaccinated.",
)
NO_PACK = Text("Hôm nay không có bộ câu hỏi sàng lọc nào có hiệu lực.", "No screening questions are in force today.")
FINE = Text("Quy tắc tiêm chủng: {pack}.", "Vaccination rules: {pack}.")
MEND = Text(
    "Sửa tệp, kiểm tra bằng lệnh kiosk vaccination-rules, rồi khởi động lại.",
    "Mend the file, check it with kiosk vaccination-rules, then restart.",
)
CLOCK = Text(
    "Kiểm tra ngày giờ của máy; nếu đúng, báo sở y tế.",
    "Check the computer's date; if it is right, tell the health department.",
)


class RuleHealth:
    """One site's."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._problem: Problem | None = None

    def load(self) -> None:
        """Read every file that the site's steps need."""
        site = self._site
        try:
            _ = (site.vaccines, site.early, site.packs, site.priorities, site.consents)
        except FileError as error:
            self._problem = error.problems[0]

    def checks(self) -> list[HealthCheck]:
        """From memory: what ``load`` found, and whether a pack is in force today."""
        if self._problem is not None:
            vi, en = (self._problem.in_language(one) for one in ("vi", "en"))
            text = Text(BROKEN.vi.format(problem=vi), BROKEN.en.format(problem=en))
            return [HealthCheck("vaccination.rules", HealthLevel.FAULT, text, MEND)]
        pack = self._site.pack_today()
        if pack is None:
            return [HealthCheck("vaccination.rules", HealthLevel.FAULT, NO_PACK, CLOCK)]
        text = Text(FINE.vi.format(pack=pack.title.vi), FINE.en.format(pack=pack.title.en))
        return [HealthCheck("vaccination.rules", HealthLevel.OK, text)]
