"""Pages that show the virtual printer's papers, for the demo and for training. A real printer shows nothing here."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, send_file

from hardware.virtual.escpos.paper_folder import PaperFolder

SHOWN = 24


def make_blueprint(papers: PaperFolder, drawn: bool) -> Blueprint:
    """``drawn``: the printer is the virtual one; otherwise every page answers 404."""
    blueprint = Blueprint("receipt_printing", __name__, template_folder="templates", static_folder="static")

    @blueprint.before_request
    def only_for_the_virtual_printer() -> None:
        if not drawn:
            abort(404)

    @blueprint.get("/papers")
    def papers_page() -> Response:
        page = Response(render_template("receipt_printing/papers.html", names=papers.names()[:SHOWN]))
        page.headers["Cache-Control"] = "no-store"
        return page

    @blueprint.get("/latest.png")
    def latest() -> Response:
        names = papers.names()
        return _picture(papers, names[0] if names else "")

    @blueprint.get("/papers/<name>")
    def paper(name: str) -> Response:
        return _picture(papers, name)

    return blueprint


def _picture(papers: PaperFolder, name: str) -> Response:
    path = papers.path(name)
    if path is None:
        abort(404)
    picture = send_file(path.resolve(), mimetype="image/png", max_age=0)
    picture.headers["Cache-Control"] = "no-store"  # tickets are people's: they stay in no browser's cache
    return picture
