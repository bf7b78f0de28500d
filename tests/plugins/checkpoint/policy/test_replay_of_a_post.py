"""A policy tried on what a post really recorded: what no policy decides stays decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft, Finding, Severity, Text
from kiosk.plugin import DecodedCode
from plugins.checkpoint import lists
from plugins.checkpoint.policy import load_pack
from plugins.checkpoint.policy.passages import past_passages
from plugins.checkpoint.policy.replay import APART, Replayed, replay
from plugins.checkpoint.records import ListDelta
from tests.support.appliance import Workshop, records
from tests.support.checkpoint_post import CROWD, GATE, Officer, declared, gate, paper

AN, BINH, CHI, DUNG, EM, GIANG = CROWD[:6]
FORGED = Finding("papers.forged", Severity.BAR, Text("Giấy giả.", "Forged."))
LENIENT = GATE.replace("not declaration.symptoms", "not declaration.symptoms or declaration.symptoms")


def worked(workshop: Workshop) -> Appliance:
    """A post with one traveller of each sort, and one who leaves."""
    appliance = gate(workshop)
    appliance.host.plugin("papers").says["forged"] = FORGED
    officer = Officer(appliance)
    tell: Any = officer.show
    assert tell(declared(AN))["answer"]["decision"] == "admit"
    officer.do("next")
    assert tell(declared(BINH, declaration__symptoms="yes"))["answer"]["decision"] == "refuse"
    officer.do("next")
    assert tell(paper("forged", **_claims(CHI)))["answer"]["decision"] == "refuse"
    officer.do("next")
    listed = lists.pack([appliance.pseudonym(DUNG.national_id)])
    appliance.record([Draft("checkpoint.list_delta", ListDelta(list_name="deny", add=listed))])
    assert officer.scan(DUNG.cccd_2021())["answer"]["decision"] == "refuse"
    officer.do("next")
    officer.do("surge", on=True, reason="Ùn tắc kéo dài", minutes=5)
    assert tell(declared(EM, declaration__symptoms="no", origin__province="48"))["answer"]["decision"] == "admit"
    officer.do("count", people=5)
    officer.do("surge", on=False, reason="Hết ùn tắc", minutes=1)
    officer.do("next")
    officer.take("out")
    assert tell(declared(GIANG))["answer"]["decision"] == "admit"
    return appliance


def _claims(person: Any) -> dict[str, str]:
    return {name.replace(".", "__"): claim.value for name, claim in declared(person).claims.items()}


def tried(appliance: Appliance, folder: Path, text: str) -> tuple[Replayed, int]:
    file = folder / "tried.toml"
    file.write_text(text, "utf-8")
    with appliance.session() as session:
        found = past_passages(session)
    return replay(load_pack(file), found.passages), found.unexamined


def test_the_same_policy_changes_nothing(workshop: Workshop, tmp_path: Path) -> None:
    result, unexamined = tried(worked(workshop), tmp_path, GATE)
    assert result.changes == ()
    assert (result.passages, result.surge, unexamined) == (5, 1, 1)  # heads that were only counted have no facts
    assert result.table == {("admit", "admit"): 2, ("refuse", "refuse"): 3}


def test_a_lenient_policy_lets_no_forgery_pass_and_nobody_who_is_listed(workshop: Workshop, tmp_path: Path) -> None:
    appliance = worked(workshop)
    result, _ = tried(appliance, tmp_path, LENIENT)
    (change,) = result.changes
    assert (change.passage.decision, change.decision, change.because) == ("refuse", Decision.ADMIT, ())
    assert result.reasons == {APART: 2}
    symptoms = next(one for one in records(appliance) if "checkpoint.no-symptoms" in getattr(one.data, "reasons", ()))
    assert change.passage.record == f"{symptoms.writer}/{symptoms.seq}"


def test_what_everything_but_the_policy_came_to_is_on_record(workshop: Workshop) -> None:
    said = [one.data.apart_from_policy for one in records(worked(workshop)) if one.kind == "checkpoint.passage"]
    admit, refuse = Decision.ADMIT, Decision.REFUSE
    assert said == [admit, admit, refuse, refuse, admit, None, admit]


def test_what_a_program_answered_for_somebody_is_still_an_officers_business(workshop: Workshop, tmp_path: Path) -> None:
    appliance = gate(workshop)
    payload = AN.cccd_2021()
    scan = appliance.new_scan(DecodedCode(payload, payload.encode(), "QRCode"), "api")
    assert appliance.handle(scan, {"declaration.symptoms": "no"}).decision is Decision.REFER
    result, _ = tried(appliance, tmp_path, GATE)
    assert result.changes == ()
