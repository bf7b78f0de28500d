"""The page that takes a list of registrations, checks it, imports it, and gives the report. Holds no list: each request has its own."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk.journal.jobs import NotRecorded
from kiosk.web.access import note_access, require_role
from plugins.vaccination.nation import groups, list_text
from plugins.vaccination.nation.frame import ROLE, operator_id, page, tell
from plugins.vaccination.nation.importing import Importer
from plugins.vaccination.nation.problems import as_csv
from plugins.vaccination.site import Site

SHOWN = 200


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/nation/import``."""

    @blueprint.get("/nation/import", endpoint="nation_import")
    @require_role(ROLE)
    def form() -> ResponseReturnValue:
        return page(site, "import", report=None)

    @blueprint.post("/nation/import", endpoint="nation_import_list")
    @require_role(ROLE)
    def take() -> ResponseReturnValue:
        file = request.files.get("file")
        wanted = request.form.get("do", "check")
        if file is None or not file.filename:
            tell("no_file", "warning")
            return page(site, "import", report=None), 400
        context = site.context
        importer = Importer(context.services, context.data_dir, groups.ids(site), groups.today(site))
        state = "approved" if request.form.get("approved") else "registered"
        defaults = {"round": " ".join(request.form.get("round", "").split())[:40], "state": state}
        try:
            report = importer.run(file.stream, defaults, wanted != "import", operator_id())  # type: ignore[arg-type]
        except NotRecorded:
            tell("not_recorded", "fault")
            return page(site, "import", report=None), 503
        if wanted == "report":
            named = {"Content-Disposition": 'attachment; filename="bao-cao-nhap.csv"'}
            return Response(as_csv([*report.problems, *report.notes]), mimetype="text/csv", headers=named)
        if wanted == "import":
            note_access("vaccination.registrations_imported", subject=f"{report.imported} / {report.rows}")
        return page(
            site, "import", report=report, dry_run=wanted != "import", shown=SHOWN, encodings=list_text.SHOWN_AS
        )
