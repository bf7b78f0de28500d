"""``GET /health`` and ``GET /metrics``: how the appliance is, without personal data, for watchers and technicians."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from kiosk import __version__
from kiosk.appliance import Appliance
from kiosk.domain import HealthCheck, HealthLevel
from kiosk.journal.models import JournalHead
from kiosk.settings.profile import CoreSettings
from kiosk.web.description import Body, Operation, described
from kiosk.web.json_reply import reply
from kiosk.web.models import HealthAnswer

log = logging.getLogger(__name__)

_RANK = {HealthLevel.OK: 0, HealthLevel.INFO: 1, HealthLevel.WARNING: 2, HealthLevel.FAULT: 3}


def make_blueprint(appliance: Appliance) -> Blueprint:
    blueprint = Blueprint("operation", __name__)
    registry = CollectorRegistry()
    registry.register(_Metrics(appliance))

    @blueprint.get("/health")
    @described(Operation("getHealth", "operation", {200: Body(HealthAnswer), 503: Body(HealthAnswer)}))
    def health() -> Response:
        """200 while people can be served, even badly; the body says how well."""
        return reply(told(appliance.settings, appliance.safe, appliance.health()))

    @blueprint.get("/metrics")
    @described(Operation("getMetrics", "operation", {200: Body(media_type="text/plain")}))
    def metrics() -> Response:
        """Health, journals and today's figures in the text format of Prometheus."""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def told(settings: CoreSettings, safe: bool, checks: Sequence[HealthCheck]) -> dict[str, Any]:
    """The body of ``/health``; see ``HealthAnswer``."""
    worst = max((check.level for check in checks), key=_RANK.__getitem__, default=HealthLevel.OK)
    return {
        "status": worst.value,
        "version": __version__,
        "role": settings.role,
        "site": settings.site.id,
        "safe_mode": safe,
        "checks": [
            {
                "name": check.name,
                "level": check.level.value,
                "text": {"vi": check.text.vi, "en": check.text.en},
                "advice": {"vi": check.advice.vi, "en": check.advice.en},
                "pending": check.pending,
            }
            for check in checks
        ],
    }


def gauge(checks: Sequence[HealthCheck]) -> GaugeMetricFamily:
    """The checks' levels as Prometheus reads them."""
    family = GaugeMetricFamily("kiosk_health", "0 ok, 1 info, 2 warning, 3 fault", labels=["check"])
    for check in checks:
        family.add_metric([check.name], _RANK[check.level])
    return family


class _Metrics(Collector):
    """Reads the figures when asked, so that nothing is counted twice."""

    def __init__(self, appliance: Appliance) -> None:
        self._appliance = appliance

    def collect(self):  # type: ignore[no-untyped-def]  # prometheus_client's own signature is untyped
        records = GaugeMetricFamily(
            "kiosk_journal_records", "Records in a journal of this appliance", labels=["writer"]
        )
        pending = GaugeMetricFamily(
            "kiosk_journal_unacknowledged", "Records that the platform has not acknowledged", labels=["writer"]
        )
        heads: Sequence[JournalHead] = ()
        try:
            with self._appliance.database.reading() as session:
                heads = session.scalars(select(JournalHead).where(JournalHead.own)).all()
        except SQLAlchemyError as error:  # the other figures tell what is wrong
            log.error("metrics of the journal: %s", type(error).__name__)
        sends = (
            self._appliance.settings.role != "platform"
        )  # a platform's own journals are fetched, and nobody acknowledges them
        for head in heads:
            records.add_metric([head.writer], head.seq)
            if sends:
                pending.add_metric([head.writer], head.seq - head.acknowledged)
        yield records
        yield pending
        yield gauge(self._appliance.health())
        figures = GaugeMetricFamily("kiosk_figure", "Today's figures of the plugins", labels=["name"])
        for figure in self._appliance.guarded("figures", site=None).flat():
            figures.add_metric([figure.name], figure.value)
        yield figures
