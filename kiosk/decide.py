"""Pure: findings in, decision out, in a fixed order. No I/O, no plugin, no time.

1. Any ``bar`` refuses. 2. Else any ``concern`` refers to a person. 3. Else any ``open`` finding or unanswered question
asks. 4. Else at least one ``ground`` admits. 5. Else (nobody vouched) it is referred: absence never admits.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain import Decision, Finding, Question, Severity, Text

NO_GROUND = Finding(
    code="core.no_ground",
    severity=Severity.CONCERN,
    text=Text("Chưa có căn cứ để tự động giải quyết.", "There is nothing here that this kiosk may decide on."),
    next_step=Text("Mời bạn gặp nhân viên.", "Please see a member of staff."),
)

_ORDER = {Severity.BAR: 0, Severity.CONCERN: 1, Severity.OPEN: 2, Severity.GROUND: 3, Severity.NOTE: 4}


def decide(findings: Sequence[Finding], questions: Sequence[Question] = ()) -> tuple[Decision, tuple[Finding, ...]]:
    """The decision, and the findings with the weightiest first (equal ones keep their order)."""
    severities = {finding.severity for finding in findings}
    if Severity.BAR in severities:
        decision = Decision.REFUSE
    elif Severity.CONCERN in severities:
        decision = Decision.REFER
    elif Severity.OPEN in severities or questions:
        decision = Decision.ASK
    elif Severity.GROUND in severities:
        decision = Decision.ADMIT
    else:
        decision = Decision.REFER
        findings = (NO_GROUND, *findings)
    return decision, tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))
