"""What every page of the platform's vaccination shares: its template's frame, forms read with what is wrong in them, words told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import flash, render_template, request

from kiosk.web.access import current_operator
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.day_words import day_words
from plugins.vaccination.nation.words import PAGE
from plugins.vaccination.site import Site

ROLE = "administrator"
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}").fullmatch
MOST_DAYS = 92
PAGES = ("appointments", "import", "conflicts", "figures", "lots")


def page(site: Site, name: str, **more: Any) -> str:
    frame = page_frame(site.appliance)
    for entry in frame["menu"]:  # one entry leads to all of these pages
        entry["current"] = entry["endpoint"] == "vaccination.nation_appointments"
    return render_template(
        f"vaccination/nation_{name}.html", words=PAGE, pages=PAGES, current=name, on=day_words, **frame, **more
    )


def tell(key: str, level: str = "ok", words: Mapping[str, Any] = PAGE, **values: object) -> None:
    """Words for the next page. ``values``: for its placeholders."""
    text = words[key].format(**values) if values else words[key]
    flash(text.in_language(language()), level)


def say_wrong(fields: list[str]) -> None:
    """Which fields of a form are to be looked at again."""
    names = ", ".join(PAGE[field].in_language(language()) for field in fields)
    flash(PAGE["bad_form"].format(fields=names).in_language(language()), "warning")


def operator_id() -> str:
    operator = current_operator()
    assert operator is not None
    return operator.id


class Form:
    """The fields of a posted form, each checked; ``wrong`` names those that do not hold what they should."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def text(self, name: str, most: int = 200, needed: bool = True, fits: Callable[[str], Any] | None = None) -> str:
        value = " ".join(request.form.get(name, "").split())[:most]
        if (needed and not value) or (value and fits and not fits(value)):
            self.wrong.append(name)
        return value

    def number(self, name: str, least: int, most: int) -> int:
        value = request.form.get(name, "").strip()
        if not (value.isascii() and value.isdigit() and len(value) < 9 and least <= int(value) <= most):
            self.wrong.append(name)
            return least
        return int(value)

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(request.form.get(name, ""))
        except ValueError:
            self.wrong.append(name)
            return date(2000, 1, 1)


def days_asked(site: Site, before: int, after: int) -> tuple[date, date]:
    """``since`` and ``until`` of the address, else around today. Where they are further apart than ``MOST_DAYS`` the next page says
    that it ends earlier."""
    today = date.fromisoformat(site.today_text())
    try:
        since = date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        since = today - timedelta(days=before)
    try:
        until = date.fromisoformat(request.args.get("until", ""))
    except ValueError:
        until = max(since, today + timedelta(days=after))
    last = since + timedelta(days=MOST_DAYS)
    if until > last:
        tell("many_days", "warning", days=str(MOST_DAYS), day=day_words(last.isoformat()))
    return since, min(max(since, until), last)
