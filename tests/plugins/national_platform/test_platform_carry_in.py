"""A device's journal that comes as a file: proved by the enrolled key, and the same records as if they had been pushed."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.journal.carry_in import source_of
from plugins.national_platform import alarms, devices, keys
from plugins.national_platform.models import Device
from tests.support.platform import PlatformUnderTest


def test_the_enrolled_key_proves_a_devices_journal(platform: PlatformUnderTest) -> None:
    device = platform.device()
    source = source_of(platform.appliance.journal, device.writer)
    assert source is not None
    assert device.identity.public_key_pem() in source.public_key_pems
    assert source.digest_key == device.identity.pseudonym_key
    for unknown in ("nobodyknown1.2", "nation", "site:site-a", device.identity.device):
        assert source_of(platform.appliance.journal, unknown) is None


def test_a_revoked_device_proves_nothing(platform: PlatformUnderTest) -> None:
    device = platform.device()
    with platform.appliance.database.writing() as session:
        devices.revoke(session, device.identity.device, "lost", 1)
    source = source_of(platform.appliance.journal, device.writer)
    assert source is not None
    assert source.public_key_pems == (platform.appliance.identity.public_key_pem(),), "only this platform's own backup"
    assert source.digest_key == device.identity.pseudonym_key


def test_a_file_from_before_the_exchange_of_the_key_is_proved_for_as_long_as_the_old_key_counts(
    platform: PlatformUnderTest,
) -> None:
    device = platform.device()
    old, fresh = device.identity.public_key_pem(), replace(device.identity, signing_key=Ed25519PrivateKey.generate())

    def proving() -> set[str]:
        source = source_of(platform.appliance.journal, device.writer)
        assert source is not None
        return set(source.public_key_pems) - {platform.appliance.identity.public_key_pem()}

    now_ms = int(platform.appliance.clock.now().timestamp() * 1000)
    with platform.appliance.database.writing() as session:
        keys.change(session, device.identity.device, fresh.public_key_pem(), now_ms, 7)
    assert proving() == {old, fresh.public_key_pem()}
    with platform.appliance.database.writing() as session:
        session.get_one(Device, device.identity.device).previous_until_ms = now_ms
    assert proving() == {fresh.public_key_pem()}


def test_a_copied_card_in_a_file_raises_the_alarm(platform: PlatformUnderTest) -> None:
    device = platform.device()
    source = source_of(platform.appliance.journal, device.writer)
    assert source is not None
    assert source.forked is not None
    source.forked(7)
    with platform.appliance.session() as session:
        assert [(one.writer, one.seq) for one in alarms.open_alarms(session)] == [(device.writer, 7)]
