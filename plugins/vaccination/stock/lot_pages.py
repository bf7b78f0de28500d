"""One lot: counted, sent on, wasted, stopped; and who got it: its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk.web.access import note_access, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination import replies
from plugins.vaccination.injection import wasting
from plugins.vaccination.rules.consignment import encode
from plugins.vaccination.site import Site
from plugins.vaccination.stock import balances, forms, lots, moving, recalling
from plugins.vaccination.stock.page_words import PAGE
from plugins.vaccination.stock.sent_back import FRESH, SentBack

ROLES = ("medical_staff", "administrator")
SUPERVISOR = "administrator"
MOST_NOTED = 200  # citizens on one record of a look at a list


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """Below ``/vaccination/stock/lot``: product and lot are in the query, since a lot may have any mark in it."""

    def page(template: str, **more: Any) -> str:
        return render_template(
            f"vaccination/{template}.html", words=PAGE, key=forms.new_key, **more, **page_frame(site.appliance)
        )

    def here() -> tuple[str, str]:
        return forms.text(request.values, "product", 60), request.values.get("lot", "")[:20]

    def to_lot() -> ResponseReturnValue:
        product, lot = here()
        return redirect(url_for(".stock_lot", product=product, lot=lot), 303)

    def lot_page(was: SentBack = FRESH) -> str | None:
        """None where the site has no such lot."""
        product, lot = here()
        with site.context.services.session() as session:
            known = lots.of(lots.known(session, site.id), lot, product)
            if not known:
                return None
            books = balances.balance(session, site.id, known[0].product, known[0].lot)
            recalled = lots.recalled(session, known[0].product, known[0].lot)
            receivers = moving.receivers(session, site)
        return page("stock_lot", lot=known[0], books=books, recalled=recalled, receivers=receivers, was=was)

    def attempt(
        form: str, do: Callable[[], str], then: Callable[[], ResponseReturnValue] = to_lot
    ) -> ResponseReturnValue:
        return forms.attempt(form, do, then, lot_page)

    @blueprint.get("/stock/lot", endpoint="stock_lot")
    @require_role(*ROLES)
    def one_lot() -> ResponseReturnValue:
        return lot_page() or abort(404)

    @blueprint.get("/stock/people", endpoint="stock_people")
    @require_role(*ROLES)
    def people() -> ResponseReturnValue:
        product, lot = here()
        with site.context.services.session() as session:
            found = recalling.recipients(session, site, product, lot)
        citizens = list(dict.fromkeys(one.citizen for one in found if one.citizen))
        for start in range(0, max(len(citizens), 1), MOST_NOTED):
            subject = f"{product} {lot}"
            note_access("lot_recipients_shown", subject=subject, citizens=citizens[start : start + MOST_NOTED])
        return page("stock_people", product=product, lot=lot, people=found)

    @blueprint.post("/stock/count", endpoint="stock_count")
    @require_role(*ROLES)
    def count() -> ResponseReturnValue:
        def do() -> str:
            product, lot = here()
            vials, note = forms.whole(request.form, "vials", 0, 1_000_000), forms.text(request.form, "note")
            moving.count(site, replies.key_of(request.form), product, lot, vials, note, replies.operator_id())
            with site.context.services.session() as session:
                books = balances.closed(session, site.id, product, lot)
            difference = PAGE["difference"].format(n=f"{vials - books:+}") if vials != books else PAGE["no_difference"]
            said = difference.in_language(language())
            return PAGE["count_done"].format(vials=vials, books=books, difference=said).in_language(language())

        return attempt("count", do)

    @blueprint.post("/stock/waste", endpoint="stock_waste")
    @require_role(*ROLES)
    def waste() -> ResponseReturnValue:
        def do() -> str:
            product, lot = here()
            vials, note = forms.whole(request.form, "vials", 1, wasting.MOST_VIALS), forms.text(request.form, "note")
            reason = request.form.get("reason", "")
            found = wasting.read({"product": product, "lot": lot, "vials": vials, "reason": reason, "note": note})
            if found is None:
                raise replies.BadRequest("waste")
            wasting.record(site, replies.key_of(request.form), found, replies.operator_id())
            return PAGE["waste_done"].in_language(language())

        return attempt("waste", do)

    @blueprint.post("/stock/stop", endpoint="stock_stop")
    @require_role(SUPERVISOR)
    def stop() -> ResponseReturnValue:
        def do() -> str:
            product, lot = here()
            lifted, reason = request.form.get("lifted") == "yes", forms.needed(request.form, "reason", 200)
            moving.stop(site, replies.key_of(request.form), product, lot, reason, lifted, replies.operator_id())
            return PAGE["lifted" if lifted else "stopped"].format(lot=lot).in_language(language())

        return attempt("stop", do)

    @blueprint.post("/stock/transfer", endpoint="stock_transfer")
    @require_role(*ROLES)
    def transfer() -> ResponseReturnValue:
        sent: list[UUID] = []

        def do() -> str:
            product, lot = here()
            to_site, vials = forms.needed(request.form, "to_site"), forms.whole(request.form, "vials", 1, 1_000_000)
            done = moving.transfer(
                site, replies.key_of(request.form), product, lot, vials, to_site, forms.text(request.form, "note"),
                replies.operator_id(),
            )  # fmt: skip
            sent.append(done.records[0].id)
            return PAGE["transfer_done"].in_language(language())

        return attempt("transfer", do, lambda: redirect(url_for(".stock_transferred", record=sent[0]), 303))

    @blueprint.get("/stock/transfer/<uuid:record>", endpoint="stock_transferred")
    @require_role(*ROLES)
    def transferred(record: UUID) -> ResponseReturnValue:
        with site.context.services.session() as session:
            consignment = moving.consignment_of(session, site, record)
        if consignment is None:
            abort(404)
        code = segno.make_qr(encode(consignment), error="m").svg_inline(scale=6, border=4, omitsize=False)
        return page("stock_transferred", consignment=consignment, code=Markup(code))  # noqa: S704 - drawn by segno: paths alone
