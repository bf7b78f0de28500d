"""TLS, addresses, answers and the worker's life."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hardware.supervise import Supervised
from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.web.screen_status import status_of
from plugins.upstream_sync import answers, enrolment, health
from plugins.upstream_sync.backlog import Backlog
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.faults import SyncFault, Unreachable
from plugins.upstream_sync.messages import Reply
from plugins.upstream_sync.status import Status
from plugins.upstream_sync.transport import Limits, Transport
from plugins.upstream_sync.words import WORDS
from tests.plugins.upstream_sync import fake_platform as support
from tests.plugins.upstream_sync.conftest import add_records
from tests.support.processes import eventually


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "platform.pem", folder / "platform.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def test_a_platform_without_a_known_certificate_is_refused(tmp_path: Path, platform: Any) -> None:
    certificate_file, key_file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    platform.server.socket = context.wrap_socket(platform.server.socket, server_side=True)
    url = platform.url.replace("http:", "https:") + support.API + "/time"
    with pytest.raises(Unreachable) as met:
        Transport(Limits(1, 1, 2)).exchange("GET", url)
    assert met.value.code == "tls"
    transport = Transport(Limits(1, 1, 2), str(certificate_file))
    assert transport.exchange("GET", url).status == 200
    transport.close()


def test_netrc_does_not_replace_the_assertion(tmp_path: Path, platform: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    transport = Transport(Limits(1, 1, 2))
    transport.exchange("GET", platform.url + support.API + "/time", {"Authorization": "Bearer ours"})
    assert platform.requests[-1][2]["Authorization"] == "Bearer ours"
    transport.close()


def test_abort_ends_a_request_of_another_thread(platform: Any) -> None:
    platform.faults = [support.silence]
    transport = Transport(Limits(1, 30, 60))
    met: list[SyncFault] = []

    def ask() -> None:
        try:
            transport.exchange("GET", platform.url + support.API + "/time")
        except SyncFault as fault:
            met.append(fault)

    thread = threading.Thread(target=ask)
    thread.start()
    while not platform.requests:
        thread.join(0.01)
    transport.abort()
    thread.join(120)
    assert not thread.is_alive()
    assert isinstance(met[0], Unreachable)


@pytest.mark.parametrize(
    ("url", "insecure", "address"),
    [
        ("https://platform.example/", False, "https://platform.example"),
        ("https://platform.example/base/", False, "https://platform.example/base"),
        ("http://127.0.0.1:8090", False, "http://127.0.0.1:8090"),
        ("http://[::1]:8090", False, "http://[::1]:8090"),
        ("http://localhost:8090", False, "http://localhost:8090"),
        ("http://10.0.0.5", True, "http://10.0.0.5"),
    ],
)
def test_addresses(url: str, insecure: bool, address: str) -> None:
    assert enrolment.base_address(url, insecure) == address


@pytest.mark.parametrize("url", ["http://10.0.0.5", "http://platform.example", "http://localhost.example"])
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(enrolment.NotSecure):
        enrolment.base_address(url, False)


@pytest.mark.parametrize("url", ["platform.example", "ftp://x", "https://u:p@x", "https://x?y=1", ""])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        enrolment.base_address(url, True)


@given(st.text(max_size=60))
def test_any_retry_after_is_bounded_or_ignored(value: str) -> None:
    seconds = answers.retry_after(value)
    assert seconds is None or 0 <= seconds <= 3600


@given(st.integers(100, 599), st.binary(max_size=300))
def test_any_answer_is_an_answer_or_a_fault(status: int, body: bytes) -> None:
    reply = Reply(status, {}, body, 0.0)
    assert answers.fault_of(reply).code in WORDS
    with contextlib.suppress(SyncFault):
        assert answers.read(reply, answers.BatchTaken).acknowledged >= 0


def test_the_worker_sends_by_itself_and_ends_promptly(
    tmp_path: Path, device: Appliance, platform: Any, reopened: Any
) -> None:
    arguments = (device.database, device.station, "kiosk", device.clock, Transport(), platform.url)
    enrol(tmp_path / "device", *arguments, "CODE-1")
    appliance = reopened(longest_pause_seconds=0.05)
    plugin = appliance.host.plugin("upstream_sync")
    platform.faults = [support.status(500), support.hang_up, support.status(200, b"<html>")]
    plugin.startup()
    try:
        for number in range(3):
            appliance.record([Draft("core.notice", Notice(title=str(number), text="x"))])
        eventually(lambda: len(platform.lines(appliance.identity.writer)) == 3)
        eventually(lambda: plugin._status.now().backlog.unsent == 0)
    finally:
        plugin.shutdown()
    names = {check.name: check.level.value for check in plugin.health_checks()}
    assert names["sync.enrolment"] == "ok"
    assert names["sync.backlog"] == "ok"
    assert plugin._thread.condition().state == "stopped"


TROUBLE = {
    "500": support.status(500),
    "429": support.status(429, Retry_After="1"),
    "garbage": support.status(200, b"<html>Please sign in to the Wi-Fi</html>"),
    "cut off": support.hang_up,
    "slow": support.drip,
    "silent": support.silence,
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_with_a_platform_in_trouble_people_are_served_and_the_screen_and_health_say_so(
    tmp_path: Path, device: Appliance, platform: Any, reopened: Any, trouble: str
) -> None:
    arguments = (device.database, device.station, "kiosk", device.clock, Transport(), platform.url)
    enrol(tmp_path / "device", *arguments, "CODE-1")
    appliance = reopened(longest_pause_seconds=0.05, answer_seconds=2.0, request_seconds=3.0)
    plugin = appliance.host.plugin("upstream_sync")
    platform.faults = [TROUBLE[trouble]] * 10_000

    def contact() -> str | None:
        level = status_of(plugin.health_checks())["platform"]
        assert level is None or isinstance(level, str)
        return level

    plugin.startup()
    try:
        eventually(lambda: contact() in ("info", "warning"))
        add_records(appliance, 3)  # what happens meanwhile is written down, and waits
        assert contact() != "ok"
        platform.faults.clear()
        eventually(lambda: len(platform.lines(appliance.identity.writer)) == 3)
        eventually(lambda: contact() == "ok")
    finally:
        plugin.shutdown()


def test_health_says_what_is_wrong_in_both_languages(device: Appliance) -> None:
    known = enrolment.Enrolment("https://p.example", "d", "s", "", ("nation",), 2, 0, "")
    condition = Supervised("x", lambda stop: None).condition()
    day = 86_400_000
    for code in [*WORDS, "unforeseen"]:
        status = Status(
            enrolment=known,
            backlog=Backlog(7, 0, 3, (("d.1", "fork", 5),), kept=1),
            last_contact_ms=0,
            fault=code,
            drift_ms=-120_000,
        )
        checks = {check.name: check for check in health.checks(status, condition, 3 * day, 60)}
        assert checks["sync.backlog"].level == "warning"
        assert checks["sync.parked"].level == "warning"
        assert checks["sync.parked"].text.en.startswith("2 records")
        assert checks["sync.kept"].level == "info"
        assert checks["sync.alarm.d.1"].level == "fault"
        assert checks["sync.clock"].level == "warning"
        assert checks["sync.contact"].level in ("warning", "fault")
        for check in checks.values():
            assert check.text.vi
            assert check.text.en
            assert check.text.vi != check.text.en
            if check.level != "ok":
                assert check.advice.vi
                assert check.advice.en
    without = [check.name for check in health.checks(Status(), condition, 0, 60)]
    assert without == ["sync.enrolment"]


def test_a_clock_that_went_back_makes_nothing_look_new() -> None:
    """By such a clock the last contact is still to come: the platform may have been away for as long as the clock jumped."""
    known = enrolment.Enrolment("https://p.example", "d", "s", "", ("nation",), 2, 0, "")
    condition = Supervised("x", lambda stop: None).condition()
    then = 400 * 86_400_000
    status = Status(enrolment=known, backlog=Backlog(7, then, 0, ()), last_contact_ms=then, fault="refused")
    said = {
        back: {check.name: check for check in health.checks(status, condition, then - back, 60)}
        for back in (0, 1_000, 365 * 86_400_000)
    }
    for corrected in (0, 1_000):  # a clock that is put right by a second did not go back
        assert said[corrected]["sync.contact"].level == said[corrected]["sync.backlog"].level == "info"
        assert "less than a minute" in said[corrected]["sync.contact"].text.en
    for name in ("sync.contact", "sync.backlog"):
        check = said[365 * 86_400_000][name]
        assert check.level == "warning"
        assert "an unknown time ago" in check.text.en
        assert "không rõ bao lâu trước" in check.text.vi
        assert check.advice.en
