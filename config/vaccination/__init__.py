"""Vaccination rules as data: vials, screening packs, anaphylaxis, priority groups. Data only; ``plugins.vaccination.rules`` reads them."""

from pathlib import Path

FOLDER = Path(__file__).parent
