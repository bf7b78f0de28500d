"""The diagnostics bundle: one ZIP with what somebody far away needs to help, and nothing about a person."""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
import platform
import shutil
import sys
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from flask.typing import ResponseReturnValue

from kiosk import __version__
from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.web.access import note_access, require_role
from kiosk.web.staff_console import journal_lines, plugin_lines
from kiosk.web.staff_log import recent_lines, scrub

ROLES = (Role.TECHNICIAN, Role.ADMINISTRATOR)
SECRET_KEYS = ("password", "secret", "token", "passphrase", "key", "pin", "credential")
HIDDEN = "(hidden)"


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``POST /staff/technician/diagnostics``."""

    @pages.post("/technician/diagnostics")
    @require_role(*ROLES)
    def diagnostics() -> ResponseReturnValue:
        note_access("diagnostics_downloaded")
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        name = f"kiosk-{appliance.identity.device}-{appliance.clock.now():%Y%m%d-%H%M%S}.zip"
        return Response(
            bundle(appliance, app),
            mimetype="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def bundle(appliance: Appliance, app: Flask) -> bytes:
    """The ZIP: health, versions, plugins, journals (counts only), settings without secrets, the log's last lines."""
    parts = {
        "health.json": [
            {"name": one.name, "level": one.level.value, "text": one.text.en, "advice": one.advice.en}
            for one in appliance.health()
        ],
        "versions.json": versions(appliance),
        "plugins.json": [
            {"name": one.name, "status": one.status, "reason": one.reason, "listed": one.listed}
            for one in plugin_lines(appliance)
        ],
        "journals.json": journal_lines(appliance),
        "settings.json": without_secrets(
            {**appliance.profile.core.model_dump(mode="json"), "plugin": appliance.profile.sections}
        ),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, json.dumps(data, ensure_ascii=False, indent=1, default=str))
        archive.writestr("log.txt", "\n".join(recent_lines(app)) + "\n")
    return packed.getvalue()


def versions(appliance: Appliance) -> dict[str, Any]:
    """What runs where."""
    packages = {dist.name: dist.version for dist in importlib.metadata.distributions() if dist.name}
    free = shutil.disk_usage(appliance.data_dir)
    return {
        "kiosk": __version__,
        "device": appliance.identity.device,
        "safe_mode": appliance.safe_reason if appliance.safe else "",
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "disk_free_mb": free.free // (1024 * 1024),
        "clock": appliance.clock.now().isoformat(),
        "clock_trusted": appliance.clock.trusted(),
        "packages": dict(sorted(packages.items())),
    }


def without_secrets(value: Any, key: str = "") -> Any:
    """The same value with secrets hidden, by their key's name, and passwords taken out of addresses."""
    if isinstance(value, Mapping):
        return {name: without_secrets(one, str(name)) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(one, key) for one in value]
    if value and any(part in SECRET_KEYS for part in key.lower().replace("-", "_").split("_")):
        return HIDDEN
    return scrub(value) if isinstance(value, str) else value
