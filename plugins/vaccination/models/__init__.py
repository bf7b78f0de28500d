"""Tables folded from the journals of vaccination, by room. Each row is one record, keyed ``(writer, seq)``, so that erasure finds
it; what counts now is asked of them by ``lookups`` in each room, in the records' own order, never in that of arrival."""

from plugins.vaccination.models.after import LeftRow, ReactionRow
from plugins.vaccination.models.care import CallRow, ConsentRow, DoseRow, NotGivenRow, ScreeningRow
from plugins.vaccination.models.nation import (
    CapacityRow,
    CertificateRow,
    ConflictRow,
    DayRow,
    ExpectedRow,
    FindingRow,
    RegistrationRow,
    RevokedRow,
    RoundRow,
    SignerKeyRow,
)
from plugins.vaccination.models.people import ArrivalRow, MergeRow, PersonRow
from plugins.vaccination.models.shown import ShownRow, ShownWithdrawnRow
from plugins.vaccination.models.signing import SignerBlocked, SignerCursor, SignerWaiting
from plugins.vaccination.models.stock import (
    AllocationRow,
    ClockRow,
    DayClosedRow,
    MovementRow,
    RecallRow,
    TemperatureRow,
    VialRow,
)

__all__ = [
    "AllocationRow",
    "ArrivalRow",
    "CallRow",
    "CapacityRow",
    "CertificateRow",
    "ClockRow",
    "ConflictRow",
    "ConsentRow",
    "DayClosedRow",
    "DayRow",
    "DoseRow",
    "ExpectedRow",
    "FindingRow",
    "LeftRow",
    "MergeRow",
    "MovementRow",
    "NotGivenRow",
    "PersonRow",
    "ReactionRow",
    "RecallRow",
    "RegistrationRow",
    "RevokedRow",
    "RoundRow",
    "ScreeningRow",
    "ShownRow",
    "ShownWithdrawnRow",
    "SignerBlocked",
    "SignerCursor",
    "SignerKeyRow",
    "SignerWaiting",
    "TemperatureRow",
    "VialRow",
]
