"""``/demo/``: what a newcomer needs in the hand to play a day at the vaccination site: identity cards and vials, as pictures to hold
before a camera and as text to paste where a page lets one type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO

import numpy as np
import segno
import zxingcpp
from flask import Blueprint, Response, abort, render_template
from PIL import Image

from kiosk.plugin import PluginContext
from kiosk.synthetic import Citizen
from plugins.demo import clinic


@dataclass(frozen=True, slots=True)
class Thing:
    """One code: ``picture`` is its address below ``/demo/``."""

    picture: str
    title: str
    note_vi: str
    note_en: str
    text: str


def make_blueprint(context: PluginContext) -> Blueprint:
    """The page and its pictures. Everybody on them is made up."""
    blueprint = Blueprint("demo", __name__, template_folder="templates", static_folder="static")
    seed, since = context.settings.seed, context.settings.since

    def today() -> date:
        return clinic.today_at(context.clock.now())

    def first() -> date:
        return since or today()

    def coming() -> list[Citizen]:
        return clinic.people(clinic.seed_of(seed, first(), today()))

    @blueprint.get("/")
    def things() -> str:
        vials = [
            Thing(
                f"vial/{place}.png",
                f"{lot.product} · {lot.lot}",
                lot.words_vi,
                lot.words_en,
                lot.element_string(first()),
            )
            for place, lot in enumerate(clinic.LOTS)
        ]
        note = Thing(
            "consignment.png",
            "DEMO-1",
            "phiếu xuất kho: nhận ở trang Kho vắc xin",
            "delivery note: receive it on the stock page",
            clinic.consignment(first()),
        )
        cards = [_card(place, citizen) for place, citizen in enumerate(coming())]
        return render_template("demo/things.html", vials=[note, *vials], cards=cards)

    @blueprint.get("/card/<int:place>.png")
    def card(place: int) -> Response:
        people = coming()
        if place >= len(people):
            abort(404)
        return _png(qr_png(people[place].cccd_2021()))

    @blueprint.get("/consignment.png")
    def consignment() -> Response:
        return _png(qr_png(clinic.consignment(first())))

    @blueprint.get("/vial/<int:place>.png")
    def vial(place: int) -> Response:
        if place >= len(clinic.LOTS):
            abort(404)
        return _png(data_matrix_png(clinic.LOTS[place].element_string(first())))

    return blueprint


def _card(place: int, citizen: Citizen) -> Thing:
    second = place % 2 == 1
    return Thing(
        f"card/{place}.png",
        citizen.name,
        "đã tiêm mũi 1: mũi này là đủ liều" if second else "chưa tiêm mũi nào",
        "has had one dose: this one completes the course" if second else "has had no dose",
        citizen.cccd_2021(),
    )


@lru_cache(maxsize=64)
def qr_png(text: str) -> bytes:
    """A QR code, PNG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False, encoding="utf-8").save(out, kind="png", scale=4, border=4)
    return out.getvalue()


@lru_cache(maxsize=16)
def data_matrix_png(text: str) -> bytes:
    """A GS1 DataMatrix of an element string in its bracketed form, PNG with a quiet zone."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    modules = np.array(zxingcpp.write_barcode_to_image(made, scale=8))
    picture = Image.fromarray(np.pad(modules, 32, constant_values=255))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _png(data: bytes) -> Response:
    return Response(data, mimetype="image/png")
