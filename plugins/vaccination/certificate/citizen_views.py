"""The citizen's page of their certificate: a slip's code and the birth date, in; colour, code and doses, out. Nobody signs in, nothing of
it stands in an address or is kept by a browser."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.domain import Text
from kiosk.web.rate import Rate
from kiosk.web.staff_language import language
from plugins.vaccination.certificate import drawing, hc1, looking_up, proof
from plugins.vaccination.certificate.looking_up import Found
from plugins.vaccination.certificate.page_words import PAGE, PROBLEMS, WAITING
from plugins.vaccination.site import Site

WRONG_IN_A_DAY = 10  # wrong birth dates that one code takes: a year has 365
DAY_SECONDS = 86_400.0
IMAGE_SECONDS = 6.0
IMAGES_AT_ONCE = 2
LARGEST_IMAGE = 12 * 1024 * 1024  # bytes
STATUS = {"busy": 429, "locked": 429}


class CitizenPages:
    """One platform process's."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._asked = Rate(site.settings.lookups_per_minute)
        self._wrong = Rate(WRONG_IN_A_DAY, DAY_SECONDS)
        self._turns = threading.BoundedSemaphore(IMAGES_AT_ONCE)

    def add_to(self, blueprint: Blueprint) -> None:
        blueprint.add_url_rule("/certificate", "certificate", self.ask)
        blueprint.add_url_rule("/certificate", "certificate_shown", self.show, methods=["POST"])
        blueprint.add_url_rule("/certificate/pdf", "certificate_pdf", self.paper, methods=["POST"])

    def ask(self) -> ResponseReturnValue:
        return self._page("certificate_ask", asked={})

    def show(self) -> ResponseReturnValue:
        found, code, birth = self._found()
        if found.certificate is None:
            return self._told(found.problem, code, birth)
        return self._page("certificate_shown", **self._shown(found), code=code, birth=birth)

    def paper(self) -> ResponseReturnValue:
        from plugins.vaccination.certificate import paper

        found, code, birth = self._found()
        row = found.certificate
        if row is None:
            return self._told(found.problem, code, birth)
        made = paper.Paper(
            colour=row.colour,
            number=row.number,
            total=row.total,
            name=found.name,
            birth_date=_written(found.birth_date),
            doses=[(_day(one.given_on), one.product, one.lot) for one in found.doses],
            uvci=row.uvci,
            issuer=self._site.settings.certificate_issuer,
            issued=self._local(row.issued_at),
            until=self._local(row.expires_at),
            payload=row.payload,
        )
        reply = Response(paper.pdf(made), mimetype="application/pdf")
        reply.headers["Content-Disposition"] = f'attachment; filename="chung-nhan-{row.uvci[-8:-2].lower()}.pdf"'
        reply.headers["Cache-Control"] = "no-store"
        return reply

    # --- the way to a certificate

    def _found(self) -> tuple[Found, str, str]:
        typed = request.form.get("birth", "")[:20]
        if not self._asked.take(request.remote_addr or "?"):
            return Found("busy"), "", typed
        code, problem = self._code()
        if problem:
            return Found(problem), code, typed
        birth = looking_up.birth_of(typed)
        if not birth:
            return Found("birth"), code, typed
        subject = looking_up.subject_of(code)
        if not self._wrong.has_room(subject):
            return Found("locked"), code, typed
        with self._site.context.services.session() as session:
            ring = self._site.context.services.signing.ring
            found = looking_up.look_up(session, ring, code, birth, self._site.now_ms() // 1000)
        if found.problem == "wrong":
            self._wrong.take(subject)
        return found, code, typed

    def _code(self) -> tuple[str, str]:
        """The code's text, from a picture or as it was scanned; and what is wrong with it."""
        picture = request.files.get("picture")
        content = picture.read(LARGEST_IMAGE + 1) if picture and picture.filename else b""
        if content:
            texts = self._texts_in(content)
            return next(((text, "") for text in texts if _is_ours(text)), ("", "not_a_slip" if texts else "not_read"))
        text = request.form.get("code", "").strip()[: self._site.appliance.settings.limits.payload_bytes]
        if not text:
            return "", "no_code"
        return (text, "") if _is_ours(text) else ("", "not_a_slip")

    def _texts_in(self, image: bytes) -> list[str]:
        if len(image) > LARGEST_IMAGE or not self._turns.acquire(blocking=False):
            return []
        try:
            found = self._site.appliance.guarded_first("decode_image", IMAGE_SECONDS, image=image).value
        except ValueError:
            return []
        finally:
            self._turns.release()
        return [one.text for one in found or ()]

    # --- pages

    def _shown(self, found: Found) -> dict[str, Any]:
        row = found.certificate
        assert row is not None
        return {
            "row": row,
            "holder": found.name,
            "born": _written(found.birth_date),
            "doses": [(_day(one.given_on), one) for one in found.doses],
            "qr": drawing.inline(row.payload),
            "issuer": self._site.settings.certificate_issuer,
            "issued": self._local(row.issued_at),
            "until": self._local(row.expires_at),
        }

    def _told(self, problem: str, code: str, birth: str) -> ResponseReturnValue:
        text = PROBLEMS.get(problem) or WAITING[problem]
        waiting = problem in WAITING
        page = self._page(
            "certificate_ask", asked={"code": code, "birth": birth}, told=text, level="info" if waiting else "warning"
        )
        return page, STATUS.get(problem, 200 if waiting else 422)

    def _page(self, template: str, **more: Any) -> Response:
        chosen = language()

        def say(key: str, **values: object) -> str:
            text: Text = PAGE[key]
            return (text.format(**values) if values else text).in_language(chosen)

        page = render_template(
            f"vaccination/{template}.html",
            say=say,
            language=chosen,
            other="vi" if chosen == "en" else "en",
            site_name=self._site.context.station.site_name,
            **more,
        )
        reply = make_response(page)
        reply.headers["Cache-Control"] = "no-store"
        return reply

    def _local(self, seconds: int) -> str:
        zone = ZoneInfo(self._site.context.time_zone)
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone).strftime("%d/%m/%Y")


def _is_ours(text: str) -> bool:
    return text.startswith((proof.PREFIX, hc1.PREFIX))


def _written(iso: str) -> str:
    """``1990-02-28`` as people write it."""
    return "/".join(reversed(iso.split("-")))


def _day(number: int) -> str:
    return f"{number % 100:02d}/{number // 100 % 100:02d}/{number // 10_000}"
