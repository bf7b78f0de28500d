"""One model for what the formats certify: vaccinations, tests, recoveries of one person. Values only; no format, no rule.

Doses are named tuples: these take a third of the time of a frozen dataclass, and a traveller waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class TestKind(StrEnum):
    """How a sample was examined."""

    __test__ = False  # not for pytest

    NUCLEIC_ACID = "naat"
    ANTIGEN = "antigen"
    ANTIBODY = "antibody"


class TestResult(StrEnum):
    """What was found."""

    __test__ = False

    NEGATIVE = "negative"
    POSITIVE = "positive"


class Vaccination(NamedTuple):
    """One dose, as its certificate tells it. ``product`` is the name in the value set ``vaccines`` where that knows it, else
    the code as it came. ``dose`` and ``doses`` are “2 of 3”."""

    product: str = ""
    on: date | None = None
    dose: int | None = None
    doses: int | None = None
    country: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One examined sample."""

    __test__ = False

    kind: TestKind | None = None
    result: TestResult | None = None
    sampled_at: datetime | None = None  # aware
    country: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A past infection and how long its certificate counts."""

    first_positive_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is about. ``birth_date``: ISO 8601, may be a year or a month alone."""

    name: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: str = ""
    sex: str = ""  # "male", "female" or empty
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class HealthCertificate:
    """What one code certifies, before anybody asks whether that is true."""

    kind: str  # the credential's kind, such as "eu_dcc"
    holder: Holder = Holder()
    issuer: str = ""  # a country code, or what the format names its issuers by
    vaccinations: tuple[Vaccination, ...] = ()
    tests: tuple[Test, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    valid_from: datetime | None = None  # aware; the certificate's own term, not the course's
    valid_until: datetime | None = None
    ids: tuple[str, ...] = field(default=(), repr=False)  # such as the UVCI: what revocation lists name
    warnings: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """``vaccination``, ``test``, ``recovery``: those of which it holds one."""
        held = (("vaccination", self.vaccinations), ("test", self.tests), ("recovery", self.recoveries))
        return tuple(name for name, items in held if items)
