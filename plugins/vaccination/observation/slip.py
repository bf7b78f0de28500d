"""The slip after a dose, for the injection room: one call. What it says stands in ``paper``."""

from plugins.vaccination.observation.paper import print_slip

__all__ = ["print_slip"]
