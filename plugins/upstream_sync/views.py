"""The technician's page about sync: what waits, what was set aside and why, and a button to try now."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy import select

from hardware.supervise import Supervised
from kiosk.domain import Text
from kiosk.journal import exchange
from kiosk.plugin import PluginContext
from kiosk.web.access import note_access, require_role
from plugins.upstream_sync import health
from plugins.upstream_sync.backlog import read_backlog
from plugins.upstream_sync.models import ParkedRecord
from plugins.upstream_sync.page_words import PAGE, parked_reason
from plugins.upstream_sync.settings import UpstreamSyncSettings
from plugins.upstream_sync.status import Noted
from plugins.upstream_sync.worker import SyncWorker

PARKED_SHOWN = 200
ROLES = ("technician", "administrator")


def make_blueprint(context: PluginContext, status: Noted, worker: SyncWorker, thread: Supervised) -> Blueprint:
    """Pages below ``/upstream_sync``, for technicians and administrators."""
    settings: UpstreamSyncSettings = context.settings
    blueprint = Blueprint("upstream_sync", __name__, template_folder="templates")

    def local_time(ms: int | None) -> str:
        if not ms:
            return "–"
        return (
            datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(context.time_zone)).strftime("%d/%m/%Y %H:%M:%S")
        )

    def say(text: Text) -> str:
        return text.in_language(str(get_locale()))

    @blueprint.get("/")
    @require_role(*ROLES)
    def page() -> ResponseReturnValue:
        with context.services.session() as session:
            backlog = read_backlog(session, context.services.journal.kinds.names())
            parked = session.scalars(
                select(ParkedRecord).order_by(ParkedRecord.writer, ParkedRecord.seq).limit(PARKED_SHOWN)
            ).all()
        now_ms = int(context.clock.now().timestamp() * 1000)
        current = status.now()
        return render_template(
            "upstream_sync/page.html",
            words=PAGE,
            say=say,
            local_time=local_time,
            status=current,
            backlog=backlog,
            parked=parked,
            parked_reason=parked_reason,
            checks=list(health.checks(current, thread.condition(), now_ms, settings.drift_warning_seconds)),
        )

    @blueprint.post("/resend")
    @require_role(*ROLES)
    def resend() -> ResponseReturnValue:
        worker.resend()
        flash(say(PAGE["resend_done"]), "ok")
        return redirect(url_for("upstream_sync.page"), 303)

    @blueprint.post("/export")
    @require_role(*ROLES)
    def export() -> ResponseReturnValue:
        """What is not sent, as a file. It is gathered on disk first: a backlog of weeks does not fit in memory."""
        identity = context.services.journal.identity
        gathered = tempfile.TemporaryFile(dir=context.data_dir)  # noqa: SIM115 - the response closes it
        try:
            with context.services.session() as session:
                parts = exchange.wanted(session, unacknowledged=True)
                exchange.write(session, identity, gathered, parts)
        except (OSError, ValueError):
            gathered.close()
            flash(say(PAGE["export_failed"]), "fault")
            return redirect(url_for("upstream_sync.page"), 303)
        if not parts:
            gathered.close()
            flash(say(PAGE["nothing_unsent"]), "info")
            return redirect(url_for("upstream_sync.page"), 303)
        note_access("journal_exported", subject=", ".join(part.writer for part in parts)[:80])
        gathered.seek(0)
        name = f"{identity.device}-{context.clock.now():%Y%m%dT%H%M%SZ}.kiosk-journal"
        return send_file(gathered, "application/octet-stream", as_attachment=True, download_name=name)

    return blueprint
