"""Which certificate somebody should have, and which counts no longer: as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from config import value_set
from kiosk.domain import Text
from plugins.vaccination.certificate import dcc, uvci
from plugins.vaccination.certificate.dcc import Wanted
from plugins.vaccination.certificate.deciding import RENEW_SECONDS, Decided, Held, Person, decide
from plugins.vaccination.rules.course import PastDose
from plugins.vaccination.rules.vaccines import load_vaccines

VACCINES = load_vaccines()
TODAY, NOW = date(2021, 12, 1), 1_638_316_800
FAR = NOW + 365 * 86_400
FIRST = PastDose("AstraZeneca", date(2021, 8, 10), "A1", "s", "r1")
SECOND = PastDose("AstraZeneca", date(2021, 10, 12), "A2", "s", "r2")


def person(*doses: PastDose, held: Sequence[Held] = (), **more: Any) -> Person:
    said = {"name": "Nguyễn Văn An", "birth_date": "1990-02-28", "temporary": False, **more}
    return Person(doses=doses, held=held, **said)


def decided(who: Person, **more: Any) -> Decided:
    return decide(who, TODAY, NOW, VACCINES, "VN", "Bộ Y tế", **more)


def held(*doses: PastDose, **more: Any) -> Held:
    """The certificate that these doses had led to."""
    wanted = decided(person(*doses)).issue
    assert wanted is not None
    content = dcc.content(wanted, uvci.mint("VN"), "VN", "Bộ Y tế")
    return Held(**{"uvci_hash": "h", "dose": wanted.dose, "kid": "k", "expires_at": FAR, "content": content, **more})


def test_one_dose_is_yellow_the_full_course_green() -> None:
    assert decided(person(FIRST)).issue == Wanted("r1", "Nguyễn Văn An", "1990-02-28", "AstraZeneca", FIRST.on, 1, 2)
    one, two = decided(person(FIRST)).issue, decided(person(FIRST, SECOND)).issue
    assert one is not None
    assert two is not None
    assert (one.colour, two.colour, two.number, two.total, two.dose) == ("yellow", "green", 2, 2, "r2")
    janssen = decided(person(PastDose("Janssen", date(2021, 8, 10), record="j"))).issue
    assert janssen is not None
    assert (janssen.colour, janssen.total) == ("green", 1)


def test_a_mixed_course_that_was_allowed_is_full() -> None:
    found = decided(person(FIRST, PastDose("Comirnaty", date(2021, 10, 12), record="r2"))).issue
    assert found is not None
    assert (found.product, found.number, found.total) == ("Comirnaty", 2, 2)


def test_who_holds_it_gets_no_other() -> None:
    assert decided(person(FIRST, held=[held(FIRST)])) == Decided()
    assert decided(person(FIRST, SECOND, held=[held(FIRST), held(FIRST, SECOND, uvci_hash="i")])) == Decided()


def test_the_second_dose_leaves_the_first_certificate_alone() -> None:
    found = decided(person(FIRST, SECOND, held=[held(FIRST)]))
    assert found.issue is not None
    assert found.revoke == ()


def test_a_dose_taken_back_takes_its_certificate_along() -> None:
    assert decided(person(held=[held(FIRST)])) == Decided(revoke=("h",))
    # without the first dose the second is the first
    found = decided(person(SECOND, held=[held(FIRST), held(FIRST, SECOND, uvci_hash="i")]))
    assert found.revoke == ("h", "i")
    assert found.issue is not None
    assert (found.issue.number, found.issue.colour) == (1, "yellow")


def test_a_corrected_name_is_issued_anew_and_the_old_one_revoked() -> None:
    found = decided(person(FIRST, held=[held(FIRST)], name="Nguyễn Văn Ân"))
    assert (found.revoke, found.issue is not None) == (("h",), True)


def test_what_was_revoked_by_hand_is_not_issued_again_as_it_was() -> None:
    taken = held(FIRST, revoked=True, by_hand=True)
    assert decided(person(FIRST, held=[taken])) == Decided()
    assert decided(person(FIRST, held=[taken], name="Nguyễn Văn Ân")).issue is not None
    assert decided(person(FIRST, SECOND, held=[taken])).issue is not None
    # what the signer itself revoked comes back when the correction is taken back
    assert decided(person(FIRST, held=[held(FIRST, revoked=True)])).issue is not None


def test_near_its_end_and_by_a_key_that_was_stolen_it_is_issued_anew() -> None:
    ending = held(FIRST, expires_at=NOW + RENEW_SECONDS - 1)
    assert decided(person(FIRST, held=[ending])).issue is not None
    assert decided(person(FIRST, held=[ending])).revoke == ()
    assert decided(person(FIRST, held=[held(FIRST)]), withdrawn=frozenset({"k"})).issue is not None


def test_a_dose_of_tomorrow_waits_until_then() -> None:
    tomorrow = PastDose("AstraZeneca", TODAY + timedelta(days=1), record="r9")
    assert decided(person(tomorrow)) == Decided(again_on=tomorrow.on)
    found = decided(person(FIRST, tomorrow))
    assert found.issue is not None
    assert (found.issue.dose, found.again_on) == ("r1", tomorrow.on)


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        ("temporary", person(FIRST, temporary=True)),
        ("name", person(FIRST, name="")),
        ("name", person(FIRST, name="阮文安")),
        ("birth_date", person(FIRST, birth_date="")),
        ("product", person(PastDose("Nước muối", date(2021, 8, 10), record="x"))),
        ("conflict", person(FIRST, PastDose("AstraZeneca", FIRST.on, "B", "t", "r2"))),  # two sites, one day
        ("conflict", person(FIRST, PastDose("AstraZeneca", date(2021, 8, 20), record="r2"))),  # too soon
        ("conflict", person(FIRST, PastDose("Vero Cell", date(2021, 10, 12), record="r2"))),  # never allowed
        ("conflict", person(FIRST, SECOND, PastDose("AstraZeneca", date(2021, 11, 30), record="r3"))),
    ],
)
def test_nothing_is_certified_that_is_not_settled(reason: str, who: Person) -> None:
    assert decided(who) == Decided(blocked=reason)


def test_a_conflict_on_which_somebody_has_decided_is_none() -> None:
    twice = PastDose("AstraZeneca", FIRST.on, "B", "t", "r2")
    settled = frozenset({frozenset(("r1", "r2"))})
    found = decided(person(FIRST, twice, settled=settled)).issue
    assert found is not None
    assert (found.number, found.total) == (1, 2)  # one day, one dose
    other = frozenset({frozenset(("r1", "r7"))})
    assert decided(person(FIRST, twice, settled=other)).blocked == "conflict"


def test_a_conflict_does_not_keep_a_wrong_certificate() -> None:
    twice = PastDose("AstraZeneca", FIRST.on, "B", "t", "r5")
    found = decided(person(FIRST, twice, held=[held(SECOND, uvci_hash="i")]))
    assert (found.blocked, found.revoke) == ("conflict", ("i",))


def test_every_vaccine_can_be_certified_by_codes_that_verifiers_know() -> None:
    listed = {(row["field"], row["code"]) for row in value_set("hcert_codes") if row["status"] == "active"}
    for row in value_set("vaccines"):
        assert dcc.known(row["product"]), row["product"]
        wanted = Wanted("r", "Nguyễn An", "1990", row["product"], TODAY, 1, 2)
        (entry,) = dcc.content(wanted, "URN:UVCI:01:VN:A#B", "VN", "Bộ Y tế")["v"]
        for field in ("tg", "vp", "mp", "ma"):
            assert (field, entry[field]) in listed, (row["product"], field, entry[field])


# --- doses of elsewhere that a verified document told of

ABROAD = PastDose(
    "AstraZeneca", FIRST.on - timedelta(days=70), record="s1", number=1, told=Text("theo giấy", "from paper")
)


def test_a_dose_of_elsewhere_is_counted_before_the_one_that_is_certified() -> None:
    found = decided(person(FIRST, elsewhere=[ABROAD])).issue
    assert found is not None
    assert (found.dose, found.number, found.total, found.colour) == ("r1", 2, 2, "green")


def test_nothing_is_certified_of_what_was_only_shown() -> None:
    assert decided(person(elsewhere=[ABROAD])) == Decided()


@pytest.mark.parametrize(
    "shown",
    [
        replace(ABROAD, on=FIRST.on, number=2),  # the same dose: its record counts
        replace(ABROAD, on=FIRST.on + timedelta(days=60)),  # later than the one that is certified
        replace(ABROAD, on=FIRST.on - timedelta(days=10)),  # too near: a person looks at it
        replace(ABROAD, product="Comirnaty"),  # not to be followed by this one
        replace(ABROAD, product="Convidecia"),  # in no list
    ],
)
def test_what_does_not_go_with_the_rest_changes_nothing(shown: PastDose) -> None:
    found = decided(person(FIRST, elsewhere=[shown])).issue
    assert found is not None
    assert (found.number, found.colour) == (1, "yellow")
