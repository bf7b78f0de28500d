"""What follows a recorded dose: the slip. The dose stands whatever becomes of the paper."""

from __future__ import annotations

from kiosk.domain import Record
from plugins.vaccination.site import Site


def after_dose(site: Site, record: Record) -> None:
    """Print the slip of a dose that was just given."""
    if site.settings.slips:
        site.context.services.reprint(record.id)
