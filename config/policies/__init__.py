"""Policy packs that ship, one TOML each, and the risk maps they use. Data only; ``plugins.checkpoint.policy`` reads them."""

from pathlib import Path

FOLDER = Path(__file__).parent
