"""Vaccine at the site: the stock at a glance, deliveries and temperatures: its pages. What is done with one lot is in ``lot_pages``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.web.access import require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination import replies
from plugins.vaccination.records import Temperature
from plugins.vaccination.site import Site
from plugins.vaccination.stock import balances, forms, lot_pages, lots, receiving, stores
from plugins.vaccination.stock.page_words import PAGE
from plugins.vaccination.stock.sent_back import FRESH, SentBack
from plugins.vaccination.stock.words import finding

ROLES = ("medical_staff", "administrator")
LONGEST = 4000  # characters of a code that are looked at; a consignment's are fewer


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/stock`` and below."""
    lot_pages.add_routes(blueprint, site)

    def page(template: str, **more: Any) -> str:
        return render_template(
            f"vaccination/{template}.html", words=PAGE, key=forms.new_key, **more, **page_frame(site.appliance)
        )

    def to_stock() -> ResponseReturnValue:
        return redirect(url_for(".stock"), 303)

    def overview(was: SentBack = FRESH) -> str:
        today = site.context.clock.now().astimezone(site.zone).date()
        with site.context.services.session() as session:
            known = lots.known(session, site.id)
            shown = {
                "lots": [
                    (lot, balances.balance(session, site.id, lot.product, lot.lot),
                     lots.recalled(session, lot.product, lot.lot), bool(lot.expiry and lot.expiry < today))
                    for lot in known
                ],
                "recalls": [(row, lots.by_platform(row)) for row in lots.recalls(session)],
                "readings": stores.readings(session, site),
                "too_warm": stores.outside(session, site, language()),
                "due": stores.due(session, site),
            }  # fmt: skip
        data = {
            "csrf": generate_csrf(),
            "language": language(),
            "words": {lang: {k: PAGE[k].in_language(lang) for k in _SCRIPT} for lang in ("vi", "en")},
            "urls": {"frame": url_for(".frame")},
            "sign_in": url_for("staff.sign_in_page", next=url_for(".stock")),
        }
        return page(
            "stock", **shown, stores=stores.stores(site.settings.stores), products=site.vaccines.products(today),
            data=data, clock=lambda ms: f"{datetime.fromtimestamp(ms / 1000, site.zone):%H:%M}",
            degrees=lambda celsius: stores.degrees(celsius, language()), was=was,
        )  # fmt: skip

    def delivery(payload: str, was: SentBack = FRESH) -> str:
        """Raises ``Refusal`` where the code is none of a consignment."""
        consignment = forms.consignment(payload)
        with site.context.services.session() as session:
            whole, checked = receiving.check(session, site, consignment)
        return page("stock_receive", consignment=consignment, whole=whole, lines=checked, payload=payload, was=was)

    @blueprint.get("/stock", endpoint="stock")
    @require_role(*ROLES)
    def stock() -> ResponseReturnValue:
        return overview()

    @blueprint.post("/stock/consignment", endpoint="stock_check")
    @require_role(*ROLES)
    def check() -> ResponseReturnValue:
        """The delivery beside what was allotted; nothing is recorded yet."""
        by_hand = "id" in request.form
        shown: list[str] = []

        def do() -> None:
            if by_hand:
                today = site.context.clock.now().astimezone(site.zone).date()
                shown.append(delivery(forms.typed(request.form, site.id, today)))
            else:
                forms.needed(request.form, "payload")
                shown.append(delivery(request.form["payload"].strip()[:LONGEST]))

        return forms.attempt("by_hand" if by_hand else "code", do, lambda: shown[0], overview)

    @blueprint.post("/stock/receive", endpoint="stock_receive")
    @require_role(*ROLES)
    def receive() -> ResponseReturnValue:
        payload = request.form.get("payload", "").strip()[:LONGEST]

        def do() -> str:
            consignment = forms.consignment(payload)
            damaged, warm = forms.damaged(request.form, consignment), forms.celsius(request.form)
            arrived = receiving.Arrived(damaged, warm, forms.text(request.form, "note"))
            done = receiving.receive(site, replies.key_of(request.form), consignment, arrived, replies.operator_id())
            forms.warn(receiving.too_warm(site, consignment, warm))
            return PAGE["taken_in"].format(n=len(done.records)).in_language(language())

        def again(was: SentBack) -> str:
            if was.at("receive", "payload"):  # no delivery that a page could show
                return overview(replace(was, form="code"))
            return delivery(payload, was)

        return forms.attempt("receive", do, to_stock, again)

    @blueprint.post("/stock/temperature", endpoint="stock_temperature")
    @require_role(*ROLES)
    def temperature() -> ResponseReturnValue:
        def do() -> str | None:
            done = stores.write_down(
                site, replies.key_of(request.form), forms.needed(request.form, "store"), forms.reading(request.form),
                forms.text(request.form, "note"), replies.operator_id(),
            )  # fmt: skip
            said: Temperature = done.records[0].data
            celsius = stores.degrees(said.celsius, language())
            store = next(one for one in stores.stores(site.settings.stores) if one.name == said.store)
            if not said.within:
                forms.warn([finding("warm", celsius=celsius, least=store.least, most=store.most)])
                return None
            return PAGE["temperature_done"].format(celsius=celsius).in_language(language())

        return forms.attempt("temperature", do, to_stock, overview)


_SCRIPT = ("camera_insecure", "camera_denied")
