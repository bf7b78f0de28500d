"""Screening packs, one TOML for each decision of the ministry. Data only; ``plugins.vaccination.rules`` reads them."""

from pathlib import Path

FOLDER = Path(__file__).parent
