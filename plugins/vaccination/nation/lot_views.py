"""Lots on the platform: allotted to sites, recalled from all, and how many people got one, by site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import NATION, site_audience
from kiosk.journal.saying import say
from kiosk.web.access import require_role
from plugins.vaccination.models import AllocationRow, DoseRow
from plugins.vaccination.nation import groups
from plugins.vaccination.nation.frame import ROLE, SITE_ID, Form, operator_id, page, say_wrong, tell
from plugins.vaccination.nation.recalled_doses import recalled
from plugins.vaccination.records import Allocation, Recall
from plugins.vaccination.rules.gs1 import Gs1Error, typed_lot
from plugins.vaccination.site import Site

SHOWN = 100


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/nation/lots`` and what is done there."""

    def publish(audience: str, draft: Draft) -> None:
        clock = site.context.clock
        entries = entries_of([draft], clock.now(), clock.trusted(), operator_id())
        say(site.context.services.journal, audience, lambda session: entries)

    @blueprint.get("/nation/lots", endpoint="nation_lots")
    @require_role(ROLE)
    def lots() -> ResponseReturnValue:
        lot = request.args.get("lot", "").strip()[:20]
        newest = (AllocationRow.occurred_at_ms.desc(), AllocationRow.seq.desc())
        with site.context.services.session() as session:
            allocations = session.scalars(select(AllocationRow).order_by(*newest).limit(SHOWN)).all()
            people = who_got(session, lot) if lot else []
            of_lot = {one[1] for one in people} | {row.product for row in allocations if row.lot == lot}
            return page(
                site, "lots", allocations=allocations, recalls=recalled(session), lot=lot, people=people,
                product=of_lot.pop() if len(of_lot) == 1 else "", products=site.vaccines.products(groups.today(site)),
            )  # fmt: skip

    @blueprint.post("/nation/lots/allocate", endpoint="nation_allocate")
    @require_role(ROLE)
    def allocate() -> ResponseReturnValue:
        form = Form()
        at = form.text("site", 40, fits=SITE_ID)
        body: dict[str, Any] = {
            "consignment": form.text("consignment", 40),
            "site": at,
            "product": form.text("product", 60, fits=site.vaccines.product_of),
            "gtin": form.text(
                "gtin", 14, False, lambda value: len(value) == 14 and value.isascii() and value.isdigit()
            ),
            "lot": form.text("lot", 20, fits=_is_lot),
            "expiry": form.day("expiry").isoformat(),
            "vials": form.number("vials", 0, 1_000_000),
            "doses_per_vial": form.number("doses_per_vial", 1, 50),
        }
        if form.wrong:
            say_wrong(form.wrong)
        else:
            publish(site_audience(at), Draft("vaccination.allocation", Allocation(**body)))
            tell("allocated")
        return redirect(url_for(".nation_lots"), 303)

    @blueprint.post("/nation/lots/recall", endpoint="nation_recall")
    @require_role(ROLE)
    def recall() -> ResponseReturnValue:
        form = Form()
        lifted = request.form.get("lifted") == "1"
        product, lot = form.text("product", 60, fits=site.vaccines.product_of), form.text("lot", 20, fits=_is_lot)
        reason = form.text("reason", 200)
        if form.wrong:
            say_wrong(form.wrong)
        else:
            body = Recall(product=product, lot=lot, lifted=lifted, reason=reason)
            publish(NATION, Draft("vaccination.recall", body))
            tell("lifted" if lifted else "recalled")
        return redirect(url_for(".nation_lots", lot=lot), 303)


def who_got(session: Session, lot: str) -> list[tuple[str, str, int, int]]:
    """Site, vaccine, people, doses of one lot: doses that count alone. Their names are at the sites."""
    later = aliased(DoseRow)
    rows = session.execute(
        select(DoseRow.site, DoseRow.product, func.count(func.distinct(DoseRow.citizen)), func.count())
        .where(DoseRow.lot == lot, DoseRow.void.is_(False))
        .where(~exists().where(later.amends == DoseRow.record, later.amends != literal_column("''")))
        .group_by(DoseRow.site, DoseRow.product)
        .order_by(DoseRow.site, DoseRow.product)
    )
    return [(at, product, people, doses) for at, product, people, doses in rows]


def _is_lot(value: str) -> bool:
    try:
        return typed_lot(value) == value
    except Gs1Error:
        return False
