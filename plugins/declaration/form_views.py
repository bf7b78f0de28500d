"""The form's routes: every step is one page, works without scripts, and carries what was typed before. Records nothing but the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.domain import Credential
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import PluginContext
from kiosk.web.json_reply import reply
from kiosk.web.rate import Rate
from kiosk.web.staff_language import language
from plugins.declaration import codes, declaring, form_checks, form_values, links
from plugins.declaration.areas import Areas, areas
from plugins.declaration.form_fields import MOST_COMPANIONS, STEPS, fields_of, input_names, label_of
from plugins.declaration.form_values import Values
from plugins.declaration.form_words import NOTICES
from plugins.declaration.frame import Frame
from plugins.declaration.prefill import CardReader, LastScan, NothingRead, fill
from plugins.declaration.review import review_lines
from plugins.declaration.validity import Validity

AREA_SECONDS = 24 * 3600  # how long a browser may keep a list of districts


class Form:
    """One appliance's form."""

    def __init__(self, context: PluginContext, frame: Frame, last_scan: LastScan, validity: Validity) -> None:
        self._context = context
        self._frame = frame
        self._scans = last_scan
        self._validity = validity
        self._reader = CardReader(context.services)
        self._rate = Rate(context.settings.forms_per_minute)

    @property
    def _areas(self) -> Areas:
        return areas(self._context.settings.area_list)

    def add_to(self, blueprint: Blueprint) -> None:
        blueprint.add_url_rule("/", "choose", self.choose)
        blueprint.add_url_rule("/new/<kind>", "form", self.begin)
        blueprint.add_url_rule("/new/<kind>", "post", self.post, methods=["POST"])
        blueprint.add_url_rule("/pass/<number>/<secret>/edit", "edit", self.edit)
        blueprint.add_url_rule("/areas/<code>", "areas", self.children)
        blueprint.add_url_rule("/scanned", "scanned", self.scanned)

    # --- routes

    def choose(self) -> ResponseReturnValue:
        address = self._context.settings.public_url if self._frame.at_kiosk() else ""
        return render_template(
            "declaration/choose.html",
            **self._frame.values(),
            phone_code=codes.inline(address) if address else "",
            address=address,
        )

    def begin(self, kind: str) -> ResponseReturnValue:
        return self._page(form_values.fresh(_known(kind)), "who")

    def edit(self, number: str, secret: str) -> ResponseReturnValue:
        """The form, filled with what was declared; sending it makes a new pass and withdraws the old one."""
        found = links.look(self._context, number, secret)
        if found is None:
            abort(404)
        record, state = found
        if state == "withdrawn":
            return redirect(url_for(".show", number=number, secret=secret), 303)
        return self._page(form_values.of_record(record, f"{number}/{secret}"), "who")

    def children(self, code: str) -> ResponseReturnValue:
        """The districts of a province, the wards of a district: [[code, name], …]."""
        if not (code.isascii() and code.isdigit() and len(code) in (2, 3)):
            abort(404)
        response = reply(self._areas.children(code))
        response.headers["Cache-Control"] = f"public, max-age={AREA_SECONDS}"
        return response

    def scanned(self) -> ResponseReturnValue:
        """Whether this kiosk has just read a card; for its own screen alone."""
        if not self._frame.at_kiosk():
            abort(404)
        return reply({"waiting": self._scans.waiting()})

    def post(self, kind: str) -> ResponseReturnValue:
        several = {name: request.form.getlist(name) for name in request.form}
        values = form_values.read(_known(kind), request.form, several)
        steps = STEPS[kind]
        step = request.form.get("step", "")
        if step not in steps:
            abort(400)
        go, _, to = request.form.get("go", "next").partition(":")
        if go == "prefill":
            return self._prefill(values, scanned=to == "scan")
        if go in ("add", "remove"):
            return self._companions(values, go, to)
        if go == "back":
            return self._page(values, steps[max(0, steps.index(step) - 1)])
        if go == "to" and to in steps:
            return self._page(values, to)
        if go == "list":
            return self._page(values, step)
        if go == "send":
            return self._send(values)
        errors = form_checks.check(values, self._areas, self._now(), step)
        if errors:
            return self._page(values, step, errors)
        return self._page(values, steps[min(len(steps) - 1, steps.index(step) + 1)])

    # --- what the buttons do

    def _companions(self, values: Values, go: str, to: str) -> ResponseReturnValue:
        present = list(values.companions)
        if go == "add" and len(present) < MOST_COMPANIONS:
            present.append({"name": "", "birth_year": "", "document": ""})
        elif go == "remove" and to.isdigit() and int(to) < len(present):
            del present[int(to)]
        return self._page(
            values.with_companions(present),
            "journey",
            focus=f"companion-{len(present) - 1}-name" if go == "add" else "",
        )

    def _prefill(self, values: Values, scanned: bool) -> ResponseReturnValue:
        try:
            credential = self._from_scan() if scanned else self._from_upload()
        except NothingRead as nothing:
            return self._page(values, "who", notice=nothing.notice)
        return self._page(fill(values, credential, self._areas), "who", prefilled=True)

    def _from_scan(self) -> Credential:
        credential = self._scans.take() if self._frame.at_kiosk() else None
        if credential is None:
            raise NothingRead("no_scan")
        return credential

    def _from_upload(self) -> Credential:
        picture = request.files.get("card_picture")
        content = picture.read() if picture else b""
        text = request.form.get("card_text", "").strip()
        if content:
            return self._reader.of_image(content)
        if text:
            return self._reader.of_text(text)
        raise NothingRead("nothing_given")

    def _send(self, values: Values) -> ResponseReturnValue:
        errors = form_checks.check(values, self._areas, self._now())
        if errors:
            wrong = next(step for step in STEPS[values.kind] if _of_step(step, errors))
            return self._page(values, wrong, errors)
        if request.form.get("consent") != "yes":
            return self._page(values, "review", {"consent": form_checks.ERRORS["consent"]})
        said = form_checks.said(values, language())
        replaced = values.replaces.partition("/")[0]
        if replaced and not self._may_replace(values, said):
            return self._page(form_values.without_link(values), "review", notice="link")
        if not self._rate.take(request.remote_addr or "?"):
            return self._page(values, "review", notice="later", status=429)
        try:
            issued = declaring.declare(self._context, self._validity, said, replaced, values.key)
        except NotRecorded:
            return self._page(values, "review", notice="not_recorded", status=503)
        if self._frame.at_kiosk():
            self._context.services.reprint(issued.record.id)
        return redirect(url_for(".show", number=issued.record.data.pass_id, secret=issued.secret), 303)

    def _may_replace(self, values: Values, said: dict[str, object]) -> bool:
        """Whether the secret opens what is to be replaced, and nothing has replaced it but this very form, sent twice."""
        number, _, secret = values.replaces.partition("/")
        found = links.look(self._context, number, secret)
        if found is None:
            return False
        if found[1] != "withdrawn":
            return True
        return links.look(self._context, *declaring.names_of(self._context, said, number, values.key)) is not None

    # --- a page

    def _now(self) -> datetime:
        return self._context.clock.now().astimezone(ZoneInfo(self._context.time_zone))

    def _page(
        self,
        values: Values,
        step: str,
        errors: form_checks.Errors | None = None,
        *,
        notice: str = "",
        prefilled: bool = False,
        focus: str = "",
        status: int | None = None,
    ) -> ResponseReturnValue:
        if step == "journey":
            values = self._with_defaults(values)
        shown = fields_of(step)
        html = render_template(
            "declaration/review.html" if step == "review" else "declaration/step.html",
            **self._frame.values(),
            values=values,
            step=step,
            steps=STEPS[values.kind],
            fields=shown,
            errors=errors or {},
            notice=NOTICES.get(notice),
            prefilled=prefilled,
            focus=focus,
            areas=self._areas,
            hidden=form_values.hidden(values, shown),
            hidden_companions=[] if step == "journey" else form_values.hidden_companions(values),
            review=review_lines(values, self._areas) if step == "review" else [],
            label_of=label_of,
            may_add=len(values.companions) < MOST_COMPANIONS,
        )
        return Response(html, status or (422 if errors else 200), mimetype="text/html")

    def _with_defaults(self, values: Values) -> Values:
        """Who travels mostly leaves from home, and soon."""
        more = {}
        if not values.get("origin_province"):
            more = {f"origin_{part}": values.get(f"home_{part}") for part in ("province", "district", "ward")}
        if not values.get("departs_at"):
            soon = self._now() + timedelta(minutes=10)
            more["departs_at"] = soon.replace(minute=soon.minute // 10 * 10).strftime("%Y-%m-%dT%H:%M")
        return values.with_simple(**more)


def _known(kind: str) -> str:
    if kind not in STEPS:
        abort(404)
    return kind


def _of_step(step: str, errors: form_checks.Errors) -> bool:
    names = {name for field in fields_of(step) for name in (*input_names(field), field.name)}
    return any(name in names or (step == "journey" and name.startswith("companion")) for name in errors)
