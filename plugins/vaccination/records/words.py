"""The small types that several record kinds share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

KEPT_DAYS = 3650  # ten years: a dose, and all that explains it, belongs to a person's medical history

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the site's own date, ISO 8601")]
OptionalDay = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="the same, or empty")]
Product = Annotated[str, Field(max_length=60, description="the product's name in config/value_sets/vaccines.csv")]
Lot = Annotated[str, Field(min_length=1, max_length=20, description="GS1 (10): letters, digits and marks, as printed")]
Gtin = Annotated[str, Field(pattern=r"^(\d{14})?$", description="GS1 (01); empty where the lot was typed")]
RecordId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
OptionalId = Annotated[str, Field(pattern=r"^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})?$")]
Code = Annotated[str, Field(max_length=80)]
Place = Annotated[str, Field(max_length=20, description="the table's name")]
Sex = Literal["male", "female", "other", ""]
