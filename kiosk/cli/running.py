"""Asks the appliance that runs as another process how it is, over its own ``/health``. Starts and changes nothing."""

from __future__ import annotations

import ipaddress
import json
import urllib.error
import urllib.request
from typing import Any

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.settings.profile import CoreSettings

SECONDS = 10.0


def ask_running(settings: CoreSettings, port: int | None = None) -> list[HealthCheck]:
    """Its checks, with one before them that says who was asked; or that alone, a fault, where it does not answer."""
    url = f"http://{_reachable(settings.server.host)}:{port or settings.server.port}/health"
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine is behind no proxy
        with _answer(direct, url) as answer:
            health = json.loads(answer.read())
        checks = [_check(one) for one in health["checks"]]
        site = health["site"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        return [
            _process(
                HealthLevel.FAULT,
                Text(
                    f"Một tiến trình khác đang chạy máy này và không trả lời tại {url} ({reason}).",
                    f"Another process runs this appliance and does not answer at {url} ({reason}).",
                ),
                Text(
                    "Nếu nó nghe ở cổng khác, thêm --port; nếu không, khởi động lại dịch vụ.",
                    "If it listens elsewhere, add --port; if not, restart the service.",
                ),
            )
        ]
    if site != settings.site.id:
        return [
            _process(
                HealthLevel.FAULT,
                Text(
                    f"Tại {url} là máy của điểm khác ({site}).", f"At {url} is the appliance of another site ({site})."
                ),
                Text("Thêm --profile và --port của máy này.", "Add this appliance's --profile and --port."),
            )
        ]
    asked = Text(f"Máy đang chạy; đã hỏi tại {url}.", f"The appliance is running; it was asked at {url}.")
    return [HealthCheck("process", HealthLevel.OK, asked), *checks]


def _answer(direct: urllib.request.OpenerDirector, url: str) -> Any:
    """The reply, also the one that says that nobody can be served: 503, with the same body."""
    try:
        return direct.open(url, timeout=SECONDS)
    except urllib.error.HTTPError as refused:
        if refused.code != 503:
            raise
        return refused


def _process(level: HealthLevel, text: Text, advice: Text) -> HealthCheck:
    return HealthCheck("process", level, text, advice)


def _check(told: dict[str, Any]) -> HealthCheck:
    text, advice = told["text"], told["advice"]
    return HealthCheck(
        told["name"],
        HealthLevel(told["level"]),
        Text(text["vi"], text["en"]),
        Text(advice["vi"], advice["en"]),
        pending=told.get("pending", False),  # a version before this one does not say it
    )


def _reachable(host: str) -> str:
    """The address to ask, of one to listen on: "every address" is reached at this machine's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"[{address}]" if address.version == 6 else str(address)
