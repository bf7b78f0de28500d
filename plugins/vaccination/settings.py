"""``[plugin.vaccination]``: the tables, times and data files of one site. Reads no files."""

from __future__ import annotations

from pydantic import Field

from kiosk.plugin import PluginSettings


class VaccinationSettings(PluginSettings):
    """``[plugin.vaccination]``."""

    screening_tables: tuple[str, ...] = Field(default=("1", "2"), min_length=1, max_length=40)
    injection_tables: tuple[str, ...] = Field(default=("3", "4"), min_length=1, max_length=40)
    rules: str = Field(default="", description="folder of rule data; empty: the shipped config/vaccination")
    accept_unallocated: bool = Field(
        default=False, description="a lot that the platform has not allotted to this site may be used"
    )
    walk_ins: bool = Field(default=True, description="people without an appointment are taken")
    calls_per_number: int = Field(default=3, ge=1, le=10, description="after so many calls a number passes its turn")
    stores: tuple[str, ...] = Field(default=("TL1",), max_length=20, description="refrigerators and cold boxes")
    proof_days: int = Field(
        default=14,
        ge=1,
        le=60,
        description="the code on a slip counts so many days, until the official certificate is there",
    )
    hotline: str = Field(
        default="", max_length=40, description="telephone of the site for reactions at home; empty: 115 alone"
    )
    slips: bool = Field(default=True, description="print a slip after each dose")
