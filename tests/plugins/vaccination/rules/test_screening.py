"""Screening: three-valued, as of a day, by the shipped packs and by made-up ones; hints while typing; mistakes in a pack."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plugins.vaccination.rules.screening import (
    Conclusion,
    Pack,
    Person,
    asked,
    choices_of,
    evaluate,
    load_packs,
    vital_hints,
)
from plugins.vaccination.rules.vaccines import load_vaccines

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PACKS = load_packs()
VACCINES = load_vaccines()
AUGUST = date(2021, 8, 15)
WOMAN, MAN = Person(30, "female"), Person(30, "male")
WELL = {"temperature_c": "36,8", "pulse": 75, "systolic": 120, "diastolic": 80, "respiration": 18}


def pack_of(day: date) -> Pack:
    found = PACKS.pack_as_of(day)
    assert found is not None
    return found


NOW = pack_of(AUGUST)


def healthy(pack: Pack, person: Person) -> dict[str, str]:
    """No to everything that is asked."""
    return {one: "no" for one in asked(pack, person, {}) if pack.question(one)}


# --- which pack counts


@pytest.mark.parametrize(
    ("first", "pack_id"),
    [
        (date(2021, 3, 18), "qd_1624_2021"),
        (date(2021, 6, 18), "qd_2995_2021"),
        (date(2021, 7, 15), "qd_3445_2021"),
        (date(2021, 8, 10), "qd_3802_2021"),
    ],
)
def test_each_decision_counts_from_its_day(first: date, pack_id: str) -> None:
    before = PACKS.pack_as_of(first - timedelta(days=1))
    assert pack_of(first).id == pack_id
    assert before is None or before.id != pack_id
    assert PACKS.by_digest(pack_of(first).digest) is pack_of(first)
    assert PACKS.by_digest("") is None


def test_without_a_pack_nobody_is_eligible() -> None:
    found = evaluate(PACKS.pack_as_of(date(2021, 3, 17)), MAN, {}, WELL)
    assert (found.outcome, found.missing) == (Conclusion.OPEN, ("pack",))
    assert found.observation_minutes == 30


@pytest.mark.parametrize("pack", PACKS.all, ids=lambda one: one.id)
def test_every_pack_says_where_it_comes_from_and_what_it_lacks(pack: Pack) -> None:
    assert pack.source and pack.not_found and pack.legal_basis  # noqa: PT018
    assert pack.observe_minutes == 30
    assert {one.id for one in pack.vitals} >= {"temperature_c", "pulse", "systolic", "diastolic", "respiration"}
    for question in pack.questions:
        assert question.kind == "number" or len(choices_of(question)) >= 2
        for one in question.consequence:
            assert {one.outcome} <= {"caution", "postpone", "contraindicated"}


# --- the shipped packs' answers


@pytest.mark.parametrize("pack", PACKS.all, ids=lambda one: one.id)
@pytest.mark.parametrize("person", [WOMAN, MAN], ids=lambda one: one.sex)
def test_a_healthy_person_is_eligible_and_nobody_unasked_is(pack: Pack, person: Person) -> None:
    answers = healthy(pack, person)
    found = evaluate(pack, person, answers, WELL)
    assert (found.outcome, found.reasons, found.missing, found.unread) == (Conclusion.ELIGIBLE, (), (), ())
    assert evaluate(pack, person, {}, {}).outcome is Conclusion.OPEN
    for name in answers:
        fewer = {key: value for key, value in answers.items() if key != name}
        left_out = evaluate(pack, person, fewer, WELL)
        assert (left_out.outcome, left_out.missing) == (Conclusion.OPEN, (name,))


THEN = {
    "1624": (date(2021, 4, 1), None),
    "2995": (date(2021, 7, 1), None),
    "3445": (date(2021, 8, 1), None),
    "3802": (AUGUST, None),
}


@pytest.mark.parametrize(
    ("decision", "answers", "outcome", "hospital"),
    [
        ("1624", {"anaphylaxis_grade_2": "yes"}, "contraindicated", False),
        ("1624", {"pregnant": "yes"}, "postpone", False),
        ("1624", {"clotting": "yes"}, "postpone", False),
        ("1624", {"other_allergy": "yes"}, "caution", True),
        ("2995", {"pregnant": "yes"}, "contraindicated", False),
        ("2995", {"clotting": "yes"}, "caution", True),
        ("3445", {"pregnant": "yes"}, "postpone", False),
        ("3445", {"breastfeeding": "yes"}, "postpone", False),
        ("3445", {"chronic_stable": "yes"}, "caution", True),
        ("3445", {"earlier_dose": "yes", "earlier_dose_reaction": "yes"}, "caution", True),
        ("3445", {"earlier_dose": "yes", "earlier_dose_reaction": "no"}, "eligible", False),
        ("3445", {"earlier_dose": "yes"}, "open", False),
        ("3802", {"anaphylaxis_covid_vaccine": "yes"}, "contraindicated", False),
        ("3802", {"covid_6_months": "yes"}, "postpone", False),
        ("3802", {"acute_illness": "yes"}, "postpone", False),
        ("3802", {"pregnant": "yes"}, "open", False),
        ("3802", {"pregnant": "yes", "pregnancy_weeks": "12"}, "postpone", False),
        ("3802", {"pregnant": "yes", "pregnancy_weeks": "12,9"}, "postpone", False),
        ("3802", {"pregnant": "yes", "pregnancy_weeks": "13"}, "caution", False),
        ("3802", {"pregnant": "yes", "pregnancy_weeks": "60"}, "open", False),
        ("3802", {"breastfeeding": "yes"}, "eligible", False),
        ("3802", {"anaphylaxis_grade_3": "yes"}, "caution", True),
        ("3802", {"immune_deficiency": "yes"}, "caution", False),
        ("3802", {"other_allergy": "yes", "clotting": "yes"}, "caution", False),
        (
            "3802",
            {"anaphylaxis_covid_vaccine": "yes", "acute_illness": "yes", "other_allergy": "yes"},
            "contraindicated",
            False,
        ),
    ],
)
def test_answers(decision: str, answers: dict[str, str], outcome: str, hospital: bool) -> None:
    pack = pack_of(THEN[decision][0])
    given = healthy(pack, WOMAN) | answers
    for name in asked(pack, WOMAN, given):
        if pack.question(name) and name not in given and name not in ("pregnancy_weeks", "earlier_dose_reaction"):
            given[name] = "no"
    found = evaluate(pack, WOMAN, given, WELL)
    assert (found.outcome, found.hospital) == (outcome, hospital)
    for reason in found.reasons:
        assert reason.code.startswith("question.")
        assert all((reason.text.vi, reason.text.en, reason.next_step.vi, reason.next_step.en))


def test_a_contraindication_settles_it_and_the_open_questions_are_still_told() -> None:
    found = evaluate(NOW, WOMAN, {"anaphylaxis_covid_vaccine": "yes"}, {})
    assert found.outcome is Conclusion.CONTRAINDICATED
    assert "acute_illness" in found.missing
    careful = evaluate(NOW, WOMAN, {"other_allergy": "yes"}, {})
    assert careful.outcome is Conclusion.OPEN  # caution does not settle it: an answer may yet forbid
    assert [one.code for one in careful.reasons] == ["question.other_allergy"]


def test_what_holds_for_one_vaccine_only() -> None:
    expecting = healthy(NOW, WOMAN) | {"pregnant": "yes", "pregnancy_weeks": "20"}
    sputnik, astrazeneca = (VACCINES.named(name, AUGUST) for name in ("Sputnik V", "AstraZeneca"))
    assert evaluate(NOW, WOMAN, expecting, WELL, sputnik).outcome is Conclusion.CONTRAINDICATED
    assert evaluate(NOW, WOMAN, expecting, WELL, astrazeneca).outcome is Conclusion.CAUTION
    spring = pack_of(date(2021, 4, 1))
    other = evaluate(spring, MAN, healthy(spring, MAN), WELL, sputnik)
    assert (other.outcome, other.reasons[0].code) == (Conclusion.OPEN, "vaccine.not_in_pack")
    assert evaluate(spring, MAN, healthy(spring, MAN), WELL, astrazeneca).outcome is Conclusion.ELIGIBLE


def test_age_and_sex() -> None:
    comirnaty = VACCINES.named("Comirnaty", date(2021, 10, 14))
    assert comirnaty is not None
    girl = Person(11, "female")
    young = evaluate(NOW, girl, healthy(NOW, girl), WELL, comirnaty)
    assert (young.outcome, [one.code for one in young.reasons]) == (Conclusion.POSTPONE, ["vaccine.too_young"])
    unknown = evaluate(NOW, Person(None, "male"), healthy(NOW, Person(None, "male")), WELL, comirnaty)
    assert (unknown.outcome, unknown.missing) == (Conclusion.OPEN, ("age",))
    assert "pregnant" not in asked(NOW, MAN, {})
    assert "pregnant" not in asked(NOW, Person(70, "female"), {})
    assert "pregnant" in asked(NOW, Person(30), {})  # nobody knows: it is asked
    spring, july = pack_of(date(2021, 4, 1)), pack_of(date(2021, 8, 1))
    assert [evaluate(spring, Person(age, "male"), healthy(spring, MAN), WELL).outcome for age in (65, 66)] == [
        "eligible",
        "postpone",
    ]
    assert [evaluate(july, Person(age, "male"), healthy(july, MAN), WELL).outcome for age in (64, 65)] == [
        "eligible",
        "caution",
    ]


def test_when_it_is_worth_coming_again() -> None:
    spring = pack_of(date(2021, 4, 1))
    given = healthy(spring, MAN) | {"other_vaccine_14_days": "yes", "immunoglobulin_90_days": "yes"}
    found = evaluate(spring, MAN, given, WELL, on=date(2021, 4, 1))
    assert (found.postpone_days, found.postpone_until) == (90, date(2021, 6, 30))
    assert evaluate(spring, MAN, given, WELL).postpone_until is None
    never = evaluate(spring, MAN, given | {"anaphylaxis_grade_2": "yes"}, WELL, on=date(2021, 4, 1))
    assert (never.outcome, never.postpone_until) == (Conclusion.CONTRAINDICATED, None)


# --- vital signs


@pytest.mark.parametrize(
    ("vital", "value", "level"),
    [
        ("temperature_c", "35,4", "caution"),
        ("temperature_c", "35.5", "within"),
        ("temperature_c", 37.5, "within"),
        ("temperature_c", " 37,6 ", "caution"),
        ("temperature_c", "3", "implausible"),
        ("temperature_c", "368", "implausible"),
        ("temperature_c", "abc", "implausible"),
        ("temperature_c", "", "empty"),
        ("temperature_c", None, "empty"),
        ("temperature_c", float("nan"), "implausible"),
        ("temperature_c", True, "implausible"),
        ("pulse", 59, "caution"),
        ("pulse", 60, "within"),
        ("pulse", 100, "within"),
        ("pulse", 101, "caution"),
        ("systolic", 89, "caution"),
        ("systolic", 90, "within"),
        ("systolic", 140, "within"),
        ("systolic", 141, "caution"),
        ("diastolic", 59, "caution"),
        ("diastolic", 90, "within"),
        ("diastolic", 91, "caution"),
        ("respiration", 25, "within"),
        ("respiration", 26, "caution"),
        ("height", 170, "empty"),
    ],
)
def test_hints_while_a_vital_sign_is_typed(vital: str, value: object, level: str) -> None:
    hint = vital_hints(NOW, vital, value)
    assert hint.level == level
    assert bool(hint.text.vi) == (level != "empty")


def test_above_what_is_usual() -> None:
    assert vital_hints(NOW, "systolic", 131, {"usual_systolic": 100}).level == "caution"
    assert vital_hints(NOW, "systolic", 130, {"usual_systolic": 100}).level == "within"
    found = evaluate(NOW, MAN, healthy(NOW, MAN), WELL | {"systolic": "135", "usual_systolic": "104"})
    assert [one.code for one in found.reasons] == ["vital.systolic"]


def test_who_is_measured() -> None:
    """Decision 3802: temperature of everybody; pressure of the old and of those with a history; pulse and breathing by signs."""
    answers = healthy(NOW, MAN)
    only_warm = evaluate(NOW, MAN, answers, {"temperature_c": "36.8"})
    assert only_warm.outcome is Conclusion.ELIGIBLE
    ill = answers | {"chronic_disease": "yes", "blood_pressure_history": "yes", "heart_disease": "no"}
    assert evaluate(NOW, MAN, ill, {"temperature_c": "36.8"}).missing == ("systolic", "diastolic")
    assert evaluate(NOW, Person(66, "male"), answers, {"temperature_c": "36.8"}).missing == ("systolic", "diastolic")
    breathless = answers | {"heart_failure_or_signs": "yes"}
    assert evaluate(NOW, MAN, breathless, {"temperature_c": "36.8"}).missing == ("pulse", "respiration")


def test_a_slip_is_never_taken_for_a_measurement() -> None:
    found = evaluate(NOW, MAN, healthy(NOW, MAN), {"temperature_c": "368"})
    assert (found.outcome, found.missing, found.unread) == (Conclusion.OPEN, ("temperature_c",), ("temperature_c",))
    extra = evaluate(NOW, MAN, healthy(NOW, MAN), {"temperature_c": "36.8", "pulse": "7"})  # not asked for, but given
    assert (extra.outcome, extra.missing) == (Conclusion.OPEN, ("pulse",))


# --- whatever comes in

IDS = [one.id for one in NOW.questions]
ANSWERS = st.dictionaries(
    st.sampled_from([*IDS, "x"]), st.sampled_from(["yes", "no", "", "?", "20", "5"]) | st.text(max_size=5)
)
VITALS = st.dictionaries(
    st.sampled_from([*(one.id for one in NOW.vitals), "x"]),
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["36,8", "38", "120"]),
)
PERSONS = st.builds(Person, st.none() | st.integers(0, 120), st.sampled_from(["male", "female", ""]))


@UNHURRIED
@given(st.sampled_from(PACKS.all), PERSONS, ANSWERS, VITALS, st.sampled_from([None, "Sputnik V", "AstraZeneca"]))
def test_nobody_is_eligible_while_something_is_open(pack, person, answers, vitals, product) -> None:
    vaccine = VACCINES.named(product, AUGUST) if product else None
    found = evaluate(pack, person, answers, vitals, vaccine)
    if found.missing:
        assert found.outcome not in (Conclusion.ELIGIBLE, Conclusion.CAUTION)
    if found.outcome is Conclusion.ELIGIBLE:
        assert not found.reasons
    needed = [one for one in asked(pack, person, answers, vaccine) if one not in answers and one not in vitals]
    assert set(needed) <= set(found.missing)
    assert found.observation_minutes >= 30


@UNHURRIED
@given(PERSONS, ANSWERS, VITALS, st.sampled_from(IDS))
def test_forgetting_an_answer_never_makes_eligible(person, answers, vitals, forgotten) -> None:
    assume(forgotten in answers)
    before = evaluate(NOW, person, answers, vitals).outcome
    after = evaluate(NOW, person, {key: value for key, value in answers.items() if key != forgotten}, vitals).outcome
    assert after != Conclusion.ELIGIBLE or before == Conclusion.ELIGIBLE or _was_not_asked(person, answers, forgotten)


def _was_not_asked(person: Person, answers: dict[str, str], question: str) -> bool:
    return question not in asked(NOW, person, answers)
