"""The values that flow through the house: scan, credential, finding, decision, record, receipt.

Frozen, standard library only, no I/O. Times are aware ``datetime`` in UTC; confidences are 0.0 to 1.0.
"""

from kiosk.domain.credential import Claim, Credential, Malformed, Scan, Trust
from kiosk.domain.encounter import Encounter, Station
from kiosk.domain.judgement import Choice, Decision, Finding, Question, Severity
from kiosk.domain.page import CitizenLink, Figure, HealthCheck, HealthLevel, NavigationItem
from kiosk.domain.receipt import (
    BigNumber,
    Block,
    Field,
    Heading,
    Logo,
    Paragraph,
    PrintOutcome,
    QrCode,
    Receipt,
    ReceiptSection,
    Rule,
)
from kiosk.domain.record import Draft, LastingCount, Record
from kiosk.domain.text import Text

__all__ = [
    "BigNumber",
    "Block",
    "Choice",
    "CitizenLink",
    "Claim",
    "Credential",
    "Decision",
    "Draft",
    "Encounter",
    "Field",
    "Figure",
    "Finding",
    "Heading",
    "HealthCheck",
    "HealthLevel",
    "LastingCount",
    "Logo",
    "Malformed",
    "NavigationItem",
    "Paragraph",
    "PrintOutcome",
    "QrCode",
    "Question",
    "Receipt",
    "ReceiptSection",
    "Record",
    "Rule",
    "Scan",
    "Severity",
    "Station",
    "Text",
    "Trust",
]
