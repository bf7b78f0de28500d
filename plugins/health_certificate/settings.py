"""What a profile can say about health certificates."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.plugin import PluginSettings

Format = Literal["hcert", "smart_health_card", "divoc", "vds_nc"]


class Settings(PluginSettings):
    """The section ``[plugin.health_certificate]``."""

    formats: tuple[Format, ...] = Field(
        default=("hcert", "smart_health_card", "divoc", "vds_nc"), description="certificates this site reads"
    )
    trust_files: tuple[str, ...] = Field(
        default=(),
        max_length=50,
        description="files of trusted keys, or folders of such: certificates, JWK sets, DID documents, trust lists",
    )
    stale_days: int = Field(default=14, ge=1, le=3650, description="a trust list that is older is shown as stale")
