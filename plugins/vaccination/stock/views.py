"""Vaccine at the site: the stock at a glance, deliveries and temperatures: its pages. What is done with one lot is in ``lot_pages``."""

from __future__ import annotations

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
from plugins.vaccination.stock.words import finding

ROLES = ("medical_staff", "administrator")


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/stock`` and below."""
    lot_pages.add_routes(blueprint, site)

    def page(template: str, **more: Any) -> str:
        return render_template(
            f"vaccination/{template}.html", words=PAGE, key=forms.new_key, **more, **page_frame(site.appliance)
        )

    def to_stock() -> ResponseReturnValue:
        return redirect(url_for(".stock"), 303)

    @blueprint.get("/stock", endpoint="stock")
    @require_role(*ROLES)
    def overview() -> ResponseReturnValue:
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
            degrees=lambda celsius: stores.degrees(celsius, language()),
        )  # fmt: skip

    @blueprint.post("/stock/consignment", endpoint="stock_check")
    @require_role(*ROLES)
    def check() -> ResponseReturnValue:
        """The delivery beside what was allotted; nothing is recorded yet."""
        payload = request.form.get("payload", "").strip()[:4000]
        shown: list[str] = []

        def do() -> None:
            today = site.context.clock.now().astimezone(site.zone).date()
            text = payload or forms.typed(request.form, site.id, today)
            consignment = forms.consignment(text)
            with site.context.services.session() as session:
                whole, checked = receiving.check(session, site, consignment)
            shown.append(page("stock_receive", consignment=consignment, whole=whole, lines=checked, payload=text))

        return forms.attempt(do, lambda: shown[0] if shown else to_stock())

    @blueprint.post("/stock/receive", endpoint="stock_receive")
    @require_role(*ROLES)
    def receive() -> ResponseReturnValue:
        def do() -> str:
            consignment = forms.consignment(request.form.get("payload", ""))
            damaged = tuple(
                forms.whole(request.form, f"damaged-{place}", 0, 1_000_000) for place in range(len(consignment.lines))
            )
            warm = forms.celsius(request.form, "celsius")
            arrived = receiving.Arrived(damaged, warm, forms.text(request.form, "note"))
            done = receiving.receive(site, replies.key_of(request.form), consignment, arrived, replies.operator_id())
            forms.warn(receiving.too_warm(site, consignment, warm))
            return PAGE["taken_in"].format(n=len(done.records)).in_language(language())

        return forms.attempt(do, to_stock)

    @blueprint.post("/stock/temperature", endpoint="stock_temperature")
    @require_role(*ROLES)
    def temperature() -> ResponseReturnValue:
        def do() -> str | None:
            read = forms.celsius(request.form, "celsius")
            if read is None:
                forms.needed(request.form, "celsius")
            done = stores.write_down(
                site, replies.key_of(request.form), forms.needed(request.form, "store"), float(read or 0),
                forms.text(request.form, "note"), replies.operator_id(),
            )  # fmt: skip
            said: Temperature = done.records[0].data
            store = next(one for one in stores.stores(site.settings.stores) if one.name == said.store)
            if not said.within:
                forms.warn(
                    [
                        finding(
                            "warm", celsius=stores.degrees(said.celsius, language()), least=store.least, most=store.most
                        )
                    ]
                )
                return None
            return (
                PAGE["temperature_done"]
                .format(celsius=stores.degrees(said.celsius, language()))
                .in_language(language())
            )

        return forms.attempt(do, to_stock)


_SCRIPT = ("camera_insecure", "camera_denied")
