"""The administrator's page of certificates: the signer's keys, what waits and why, and taking one back. Holds no private key."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.journal.jobs import NotRecorded
from kiosk.web.access import current_operator, note_access, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.certificate import revoking
from plugins.vaccination.certificate.staff_words import STAFF
from plugins.vaccination.certificate.standing import standing
from plugins.vaccination.day_words import day_words
from plugins.vaccination.site import Site

ROLE = "administrator"
SOON_DAYS = 14  # a key that ends so soon should have been followed by the next


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/certificates`` and its form."""

    @blueprint.get("/certificates", endpoint="certificates")
    @require_role(ROLE)
    def overview() -> ResponseReturnValue:
        with site.context.services.session() as session:
            found = standing(session, site.now_ms() // 1000)
        left = found["signs_days_left"]
        return render_template(
            "vaccination/certificate_staff.html",
            words=STAFF,
            found=found,
            trouble="no_key" if left is None else "key_ends" if left < SOON_DAYS else "",
            left=left,
            on=day_words,
            **page_frame(site.appliance),
        )

    @blueprint.post("/certificates/revoke", endpoint="revoke_certificate")
    @require_role(ROLE)
    def revoke() -> ResponseReturnValue:
        operator = current_operator()
        assert operator is not None
        said, reason = request.form.get("identifier", "")[:5000], request.form.get("reason", "")[:200]
        try:
            outcome = revoking.revoke(site.context, said, reason, operator.id)
        except NotRecorded:
            outcome = "not_recorded"
        if outcome == "revoked":
            note_access("vaccination.certificate_revoked", subject=revoking.identifier_of(said)[-12:])
            flash(STAFF["revoked_done"].in_language(language()), "ok")
        else:
            text = revoking.PROBLEMS.get(outcome) or STAFF["not_recorded"]
            flash(text.in_language(language()), "warning")
        return redirect(url_for(".certificates"), 303)
