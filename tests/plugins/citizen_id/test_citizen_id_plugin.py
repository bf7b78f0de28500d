"""The plugin as the host sees it: hooks, and every warning in words."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pluggy
import pytest

import plugins.citizen_id
from kiosk.domain import Credential, Encounter, Scan, Severity, Station
from kiosk.hookspecs import KioskSpec
from kiosk.plugin import PluginContext
from plugins.citizen_id import CitizenId
from plugins.citizen_id.refusals import REASONS
from plugins.citizen_id.warnings import WARNINGS

SCAN = Scan(
    UUID(int=1),
    "001099012345||Nguyễn Văn An|01011998|Nam|Số 1, Quận 1, TP.HCM|01012021",
    b"",
    "QRCode",
    "test",
    datetime(2021, 9, 1, tzinfo=UTC),
)
STATION = Station("s1", "Site")


@pytest.fixture
def hooks(tmp_path):
    context = PluginContext(
        name="citizen_id",
        settings=CitizenId.Settings(),
        station=STATION,
        language="vi",
        time_zone="Asia/Ho_Chi_Minh",
        name_masking="initials",
        data_dir=tmp_path,
        clock=None,
        services=None,
    )
    manager = pluggy.PluginManager("kiosk")
    manager.add_hookspecs(KioskSpec)
    manager.register(CitizenId(context))
    manager.check_pending()
    manager.hook.startup()
    return manager.hook


def findings(hooks, credential, clock_trusted=True):
    encounter = Encounter(SCAN, STATION, credential=credential, clock_trusted=clock_trusted)
    return {finding.code: finding for found in hooks.judge(encounter=encounter) for finding in found}


def test_reads_and_judges(hooks):
    credential = hooks.read_credential(scan=SCAN)
    found = findings(hooks, credential)
    assert list(found) == ["citizen_id.id_number.birth_year_differs"]
    finding = found["citizen_id.id_number.birth_year_differs"]
    assert finding.severity is Severity.CONCERN
    assert finding.legal_basis
    assert finding.next_step.vi


def test_nothing_to_say_without_a_credential(hooks):
    assert findings(hooks, None) == {}


def test_others_warnings_are_left_to_others(hooks):
    assert findings(hooks, Credential("hcert", {}, warnings=("hcert.deprecated_code",))) == {}


@pytest.mark.parametrize(("trusted", "severity"), [(True, Severity.CONCERN), (False, Severity.NOTE)])
def test_what_rests_on_the_clock_weighs_little_when_the_clock_is_not_trusted(hooks, trusted, severity):
    card = Credential("cccd", {}, warnings=("birth_date.in_future",))
    assert findings(hooks, card, trusted)["citizen_id.birth_date.in_future"].severity is severity


def sources():
    return [path.read_text() for path in Path(plugins.citizen_id.__file__).parent.glob("*.py")]


def test_every_warning_that_the_grammars_give_has_words():
    given = set()
    for text in sources():
        given.update(re.findall(r'(?:append\(|warnings = \[|CONFIRM = )"([a-z_]+\.[a-z_]+)"', text))
    assert given == set(WARNINGS)


def test_every_reason_for_refusal_has_words():
    given = set()
    for text in sources():
        given.update(re.findall(r'Refused\(\s*"([a-z0-9_]+)"', text), re.findall(r'else "([a-z0-9_]+)"\)', text))
    assert given == set(REASONS)


@pytest.mark.parametrize("code", WARNINGS)
def test_warnings_speak_both_languages_and_say_what_to_do(code):
    warned = WARNINGS[code]
    assert all((warned.text.vi, warned.text.en, warned.next_step.vi, warned.next_step.en))
    assert warned.text.vi != warned.text.en
    assert warned.severity in (Severity.NOTE, Severity.CONCERN)
