"""The vial before the table: what its code says, what the site's papers say of its lot, what is left in it. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.domain import Finding, Severity
from plugins.vaccination.injection.asked import Glass
from plugins.vaccination.injection.words import finding, of_problem
from plugins.vaccination.rules import course_words
from plugins.vaccination.rules import vials as rules
from plugins.vaccination.rules.gs1 import Gs1, Gs1Error, parse_or_lot
from plugins.vaccination.rules.vaccine import Vaccine
from plugins.vaccination.site import Site
from plugins.vaccination.stock import balances, lots, open_vials
from plugins.vaccination.stock.lots import Lot
from plugins.vaccination.stock.open_vials import OpenVial


@dataclass(frozen=True, slots=True)
class Vial:
    """One vial as far as it is known. ``number`` empty: a new one, which gets a number of the site when it is opened; ``open``: what
    is left where it is open already. ``problems``: what is wrong with it by itself, whoever is to get it."""

    lot: str = ""
    product: str = ""
    number: str = ""
    gtin: str = ""
    expiry: date | None = None
    vaccine: Vaccine | None = None
    open: OpenVial | None = None
    moves: bool = False  # was open at another table, and is here now
    problems: tuple[Finding, ...] = ()

    @property
    def left(self) -> int:
        if self.open:
            return self.open.left
        return self.vaccine.doses_per_vial if self.vaccine else 0

    @property
    def single(self) -> bool:
        """One dose, used at once: nothing is written on the glass."""
        return bool(self.vaccine and self.vaccine.doses_per_vial == 1)

    @property
    def blocked(self) -> bool:
        return any(one.severity is Severity.BAR for one in self.problems)


def vial(session: Session, site: Site, glass: Glass, table: str, at: datetime) -> Vial:
    """The vial that ``glass`` means, as it stands at this moment (aware)."""
    today = at.astimezone(site.zone).date()
    try:
        code = parse_or_lot(glass.code, today) if glass.code else Gs1(lot=glass.lot)
    except Gs1Error as error:
        return Vial(problems=(Finding(f"vaccination.{error.code}", Severity.BAR, error.text, error.next_step),))
    if not code.lot:
        return Vial(gtin=code.gtin, problems=(finding("no_lot"),))
    known = lots.of(lots.known(session, site.id), code.lot)
    by_pack = site.vaccines.by_gtin(code.gtin, today) if code.gtin else None
    product = _product(site, glass, known, by_pack)
    if not product:
        return Vial(code.lot, gtin=code.gtin, problems=(finding("which_product", lot=code.lot),))
    papers = next((one for one in known if one.product == product), None)
    lot = papers.lot if papers else code.lot
    vaccine = by_pack or site.vaccines.named(product, today)
    if vaccine and papers and papers.doses_per_vial:
        vaccine = replace(vaccine, doses_per_vial=papers.doses_per_vial)
    number = glass.vial or _serial(site, code) or _at_table(session, site, glass, table, lot, product, at)
    opened = open_vials.named(session, site.id, lot, number) if number else None
    dates = [day for day in (code.expiry, glass.expiry, papers and papers.expiry, opened and opened.expiry) if day]
    gtin = code.gtin or (papers.gtin if papers else "")
    made = Vial(lot, product, number, gtin, min(dates, default=None), vaccine, opened)
    return _judged(session, site, made, papers, known, code, glass, table, at)


def _product(site: Site, glass: Glass, known: list[Lot], by_pack: Vaccine | None) -> str:
    """By the pack's code, else by the site's papers where they leave no doubt, else as somebody chose."""
    if by_pack:
        return by_pack.product
    products = {one.product for one in known}
    chosen = site.vaccines.product_of(glass.product)
    return products.pop() if len(products) == 1 else chosen


def _serial(site: Site, code: Gs1) -> str:
    """The serial number of the vial itself. A carton's is shared by all the vials in it."""
    packs = site.vaccines.gtins.get(code.gtin, ())
    return "" if any(one.level == "carton" for one in packs) else code.serial


def _at_table(session: Session, site: Site, glass: Glass, table: str, lot: str, product: str, at: datetime) -> str:
    """A code without a serial number means the vial of this lot that is open at the table, as long as it can be used."""
    if glass.new:
        return ""
    day = at.astimezone(site.zone).date()
    here = open_vials.at_table(session, site.id, table, day.year * 10_000 + day.month * 100 + day.day)
    if here is None or (here.lot, here.product) != (lot, product):
        return ""
    return here.vial if here.left and at.timestamp() * 1000 <= here.use_by_ms else ""


def _judged(
    session: Session,
    site: Site,
    made: Vial,
    papers: Lot | None,
    known: list[Lot],
    code: Gs1,
    glass: Glass,
    table: str,
    at: datetime,
) -> Vial:
    problems: list[Finding] = []
    recalled = lots.recalled(session, made.product, made.lot)
    announced = bool(papers and papers.announced)
    if made.vaccine:
        full = rules.Vial(made.lot, made.expiry, made.vaccine.doses_per_vial)
        facts = made.open.as_rule() if made.open else full
        facts = replace(facts, expiry=made.expiry, recalled=recalled is not None, allocated=announced)
        for problem in rules.usable(facts, made.vaccine, at, site.zone):
            allowed = problem.code == "not_allocated" and site.settings.accept_unallocated
            problems.append(of_problem(problem, Severity.NOTE if allowed else None))
    else:
        problems.append(of_problem(course_words.problem("not_in_use", product=made.product)))
    if recalled:
        problems.append(finding("recalled_because", reason=recalled))
    if known and not papers:
        problems.append(finding("other_product", lot=made.lot, product=made.product, papers=known[0].product))
    if code.expiry and papers and papers.expiry and papers.expiry != code.expiry:
        problems.append(finding("expiry_differs", here=f"{code.expiry:%d/%m/%Y}", papers=f"{papers.expiry:%d/%m/%Y}"))
    if glass.vial and made.open is None:
        problems.append(finding("vial_not_open", vial=glass.vial))
    elsewhere = made.open is not None and made.open.table != table and made.open.left > 0
    if elsewhere and made.open and not glass.take_over:
        problems.append(finding("vial_elsewhere", vial=made.number, table=made.open.table))
    barred = any(one.severity is Severity.BAR for one in problems)  # "you may go on" would contradict that
    if not barred and made.open is None and papers and balances.closed(session, site.id, made.product, made.lot) <= 0:
        problems.append(finding("none_left", lot=made.lot))
    return replace(made, moves=elsewhere, problems=tuple(problems))
