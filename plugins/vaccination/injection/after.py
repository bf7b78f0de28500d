"""What follows a recorded dose: the slip. The dose stands whatever becomes of the paper."""

from __future__ import annotations

from kiosk.domain import Record
from plugins.vaccination.observation.slip import print_slip
from plugins.vaccination.site import Site


def after_dose(site: Site, record: Record) -> None:
    """Print the slip of a dose that was just given, or corrected."""
    print_slip(site, record)
