"""The supervisor's day: reconciliation, closing, the signed report and the exports. Administrators only; each export is on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.journal.jobs import NotRecorded
from kiosk.web.access import note_access, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.acting import Refusal
from plugins.vaccination.day import closing, csv_export, exporting, pdf
from plugins.vaccination.day.figures import figures
from plugins.vaccination.day.findings import findings_of
from plugins.vaccination.day.records_of_day import iso, records_of
from plugins.vaccination.day.signing import fingerprint
from plugins.vaccination.day.words import DAY, EXPORT_HEAD, code_words
from plugins.vaccination.fhir.bundle import KINDS, day_bundle
from plugins.vaccination.fhir.resources import Writing
from plugins.vaccination.replies import NOT_RECORDED, operator_id
from plugins.vaccination.site import Site

ROLE = "administrator"
GRADES = ("", "I", "II", "III", "IV")


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/day`` and below ``/vaccination/day/<yyyy-mm-dd>/``."""

    @blueprint.get("/day", endpoint="day")
    @require_role(ROLE)
    def page() -> ResponseReturnValue:
        day = closing.day_of(request.args.get("day", site.today_text()))
        if day is None:
            abort(404)
        with site.context.services.session() as session:
            row = closing.closed(session, site, day)
            found = figures(session, site, day)
            findings = findings_of(session, site, day)
            changed = closing.changes(json.loads(row.report), found) if row else []
            signed = closing.signed(site, row) if row else None
        zone = ZoneInfo(site.context.time_zone)
        return render_template(
            "vaccination/day.html",
            words=DAY,
            code_words=code_words,
            grades=GRADES,
            day=iso(day),
            found=found,
            findings=findings,
            closed_at=datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC).astimezone(zone) if row else None,
            changed=changed,
            signed=signed,
            key_fingerprint=fingerprint(exporting.public_key(site)),
            key=str(uuid4()),
            csrf=generate_csrf(),
            **page_frame(site.appliance),
        )

    @blueprint.post("/day/<text>/close", endpoint="day_close")
    @require_role(ROLE)
    def close(text: str) -> ResponseReturnValue:
        day = _known(text)
        try:
            note = " ".join(request.form.get("note", "").split())[:600]
            closing.close(site, UUID(request.form.get("key", "")), day, note, operator_id())
            flash(DAY["done"].in_language(language()), "ok")
        except ValueError:
            abort(400)
        except Refusal as refusal:
            first = refusal.findings[0]
            flash(f"{first.text.in_language(language())} {first.next_step.in_language(language())}", "warning")
        except NotRecorded:
            flash(NOT_RECORDED.text.in_language(language()), "fault")
        return redirect(url_for(".day", day=iso(day)), 303)

    def download(name: str, kind: str, suffix: str) -> Callable[[Callable[[int], bytes]], None]:
        """A file of a day; whoever takes it is on record."""

        def add(make: Callable[[int], bytes]) -> None:
            def view(text: str) -> ResponseReturnValue:
                day = _known(text)
                note_access(f"vaccination_day_{name}", subject=iso(day))
                filename = f"{site.id}-{iso(day)}.{suffix}"
                return Response(
                    make(day), mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
                )

            blueprint.add_url_rule(f"/day/<text>/{name}", f"day_{name}", require_role(ROLE)(view), methods=["GET"])

        return add

    @download("report", "application/pdf", "pdf")
    def report(day: int) -> bytes:
        with site.context.services.session() as session:
            row = closing.closed(session, site, day)
        if row is None:
            abort(404)
        return pdf.draw(closing.signed(site, row), language())

    @download("doses", "text/csv", "csv")
    def doses(day: int) -> bytes:
        with site.context.services.session() as session:
            return csv_export.table(
                [one.in_language(language()) for one in EXPORT_HEAD], exporting.dose_lines(session, site, day)
            )

    @download("bundle", "application/fhir+json", "json")
    def bundle(day: int) -> bytes:
        now = site.context.clock.now().astimezone(ZoneInfo(site.context.time_zone)).isoformat(timespec="seconds")
        writing = Writing(site.vaccines, site.context.time_zone)
        with site.context.services.session() as session:
            found: dict[str, Any] = day_bundle(
                exporting.with_later(session, site, records_of(session, site, day, *KINDS)),
                writing,
                site.id,
                site.context.station.site_name,
                iso(day),
                now,
            )
        return json.dumps(found, ensure_ascii=False, indent=1).encode()

    @download("key", "application/x-pem-file", "pem")
    def key(_: int) -> bytes:
        return site.context.services.journal.identity.public_key_pem().encode()


def _known(text: str) -> int:
    day = closing.day_of(text)
    if day is None:
        abort(404)
    return day
