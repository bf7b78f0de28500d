"""``kiosk vaccination signer …``. The signer's own modules are imported inside its commands alone: a process that serves pages never
loads them."""

from __future__ import annotations

import base64
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import opened, opened_to_look
from kiosk.cli.saying import Stopped, say
from kiosk.domain import Text
from kiosk.explained import text_of
from plugins.vaccination import lookups
from plugins.vaccination.certificate.commands import platform_site

if TYPE_CHECKING:
    from plugins.vaccination.certificate.signer.keys import DocumentSigner, KeyFolder
    from plugins.vaccination.site import Site

KEYS_OPTION = click.option(
    "--keys",
    "keys",
    envvar="KIOSK_SIGNER_KEYS",
    default="/var/lib/kiosk-signer/keys",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of private keys; only the signer's own user may read it.",
)
SIGNS_DAYS, OVERLAP_DAYS = 180, 2


@click.group()
def signer() -> None:
    """Signs official certificates, apart from the web process: the only one that has private keys."""


@signer.command()
@PROFILE_OPTION
@DATA_OPTION
@KEYS_OPTION
@click.option("--organisation", default="Bộ Y tế (thử nghiệm)", show_default=True, help="Whose name the keys carry.")
@click.option("--signs-days", default=SIGNS_DAYS, show_default=True, type=click.IntRange(1, 1100))
def init(profile_name: str, data_dir: Path, keys: Path, organisation: str, signs_days: int) -> None:
    """Make an authority (CSCA) and the first document signer, and publish its public key."""
    with opened(profile_name, data_dir) as appliance:
        site, folder = platform_site(appliance), _folder(keys, data_dir)
        now = appliance.clock.now()
        with _told():
            folder.make_authority(site.settings.certificate_country, organisation, now)
            made = folder.make_signer(
                site.settings.certificate_country, organisation, now, signs_days, site.settings.certificate_days + 31
            )
        _publish(site, made)
        _describe(made)


@signer.command()
@PROFILE_OPTION
@DATA_OPTION
@KEYS_OPTION
@click.option("--organisation", default="Bộ Y tế (thử nghiệm)", show_default=True)
@click.option("--signs-days", default=SIGNS_DAYS, show_default=True, type=click.IntRange(1, 1100))
@click.option(
    "--in-days",
    default=OVERLAP_DAYS,
    show_default=True,
    type=click.IntRange(0, 366),
    help="The new key signs from then on: posts must have heard of it first.",
)
def roll(profile_name: str, data_dir: Path, keys: Path, organisation: str, signs_days: int, in_days: int) -> None:
    """Make and publish the next document signer. The old one signs until then; what it signed stays good."""
    with opened(profile_name, data_dir) as appliance:
        site, folder = platform_site(appliance), _folder(keys, data_dir)
        since = appliance.clock.now() + timedelta(days=in_days)
        with _told():
            made = folder.make_signer(
                site.settings.certificate_country, organisation, since, signs_days, site.settings.certificate_days + 31
            )
        _publish(site, made)
        _describe(made)


@signer.command()
@PROFILE_OPTION
@DATA_OPTION
@KEYS_OPTION
@click.option("--once", is_flag=True, help="Issue what is due now, then end.")
@click.option(
    "--any-clock", is_flag=True, help="Sign also while this computer's clock is not synchronised (demonstrations)."
)
@click.option(
    "--pause", default=2.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds between looks."
)
def run(profile_name: str, data_dir: Path, keys: Path, once: bool, any_clock: bool, pause: float) -> None:
    """Issue certificates as doses arrive, until told to stop."""
    from plugins.vaccination.certificate.signer.issuing import CannotSign, Issuing
    from plugins.vaccination.certificate.signer.running import WHY, Running
    from plugins.vaccination.rules.vaccines import load_vaccines

    with opened(profile_name, data_dir) as appliance:
        site, folder = platform_site(appliance), _folder(keys, data_dir)
        with _told():
            if not folder.signers():
                raise Stopped(
                    Text(
                        f"{keys} chưa có khóa ký; 'kiosk vaccination signer init' tạo một khóa",
                        f"{keys} has no document signer; 'kiosk vaccination signer init' makes one",
                    )
                )
            _publish_unknown(site, folder)
        vaccines = load_vaccines(*([Path(site.settings.rules)] if site.settings.rules else []))
        running = Running(site.context, Issuing(site.context, folder, vaccines, any_clock), pause)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if not once:
            site_name = appliance.station.site_name
            say(Text(f"đang ký chứng nhận cho {site_name}; khóa ở {keys}", f"signing for {site_name}; keys in {keys}"))
            running.until(stop)
            return
        try:
            with _told():
                total = running.work(stop)
        except CannotSign as refusal:
            raise Stopped(WHY[refusal.code]) from None
        say(
            Text(
                f"đã cấp {total.issued}, thu hồi {total.revoked}, chưa cấp được {total.blocked}",
                f"issued {total.issued}, revoked {total.revoked}, blocked {total.blocked}",
            )
        )


@signer.command()
@PROFILE_OPTION
@DATA_OPTION
@KEYS_OPTION
@click.option("--json", "as_json", is_flag=True)
def status(profile_name: str, data_dir: Path, keys: Path, as_json: bool) -> None:
    """Which keys there are, how long they sign, and what waits."""
    from plugins.vaccination.certificate import standing
    from plugins.vaccination.certificate.staff_words import STAFF
    from plugins.vaccination.day_words import day_words

    with opened_to_look(profile_name, data_dir) as appliance:
        site, folder = platform_site(appliance), _folder(keys, data_dir)
        with site.context.services.session() as session:
            found = standing.standing(session, int(appliance.clock.now().timestamp()))
        with _told():
            here = {one.kid.hex() for one in folder.signers()}
    if as_json:
        click.echo(json.dumps({**found, "keys_here": sorted(here)}))
        return
    for key in found["keys"]:
        mark = "*" if key["signs_now"] else " "
        is_here = bytes.fromhex(key["kid_hex"]).hex() in here
        signs = Text(
            f"ký {day_words(key['signs_from'])} – {day_words(key['signs_until'])}",
            f"signs {day_words(key['signs_from'])} – {day_words(key['signs_until'])}",
        )
        state = Text("đã rút", "withdrawn") if key["withdrawn"] else signs
        until = day_words(key["verifies_until"])
        say(
            Text(
                f"{mark} {key['kid']}  {state.vi}, kiểm được đến {until}  ({'ở đây' if is_here else 'ở nơi khác'})",
                f"{mark} {key['kid']}  {state.en}, verifies until {until}  ({'here' if is_here else 'elsewhere'})",
            )
        )
    blocked = [(STAFF[f"reason_{why}"], count) for why, count in found["blocked"].items()]
    vi = ", ".join(f"{why.vi}: {count}" for why, count in blocked)
    en = ", ".join(f"{why.en}: {count}" for why, count in blocked)
    say(
        Text(
            f"đã cấp {found['issued']}, thu hồi {found['revoked']}, chưa xem {found['backlog']} bản ghi; "
            + (vi or "không ai bị giữ lại"),
            f"issued {found['issued']}, revoked {found['revoked']}, not looked at yet {found['backlog']} records; "
            + (en or "nobody blocked"),
        )
    )


@signer.command()
@PROFILE_OPTION
@DATA_OPTION
@click.argument("kid")
def withdraw(profile_name: str, data_dir: Path, kid: str) -> None:
    """KID was stolen: nothing that it signed counts any longer. Everybody is issued a new certificate by the key that signs now."""
    from plugins.vaccination.certificate import publishing
    from plugins.vaccination.certificate.signer import due
    from plugins.vaccination.records import SignerKey

    with opened(profile_name, data_dir) as appliance:
        site = platform_site(appliance)
        with site.context.services.session() as session:
            row = next((one for one in lookups.signer_keys(session) if one.kid == kid), None)
        if row is None:
            raise Stopped(
                Text(
                    f"không có khóa nào tên {kid!r}; 'signer status' cho xem các khóa",
                    f"no key is called {kid!r}; 'signer status' shows them",
                )
            )
        key = SignerKey(
            kid=row.kid,
            certificate=row.certificate,
            not_before=row.not_before,
            signs_until=row.signs_until,
            not_after=row.not_after,
        )
        publishing.tell(site.context, publishing.withdrawal_drafts(appliance.kinds, key))
        with appliance.database.writing() as session:
            count = due.look_again_at_those_signed_by(session, kid)
    say(
        Text(
            f"đã rút; {count} người được cấp chứng nhận mới khi bộ ký chạy lần tới",
            f"withdrawn; {count} people are issued new certificates when the signer runs next",
        )
    )


def _folder(keys: Path, data_dir: Path) -> KeyFolder:
    from plugins.vaccination.certificate.signer.keys import KeyFolder

    with _told():
        return KeyFolder(keys, data_dir)


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with keys ends the command in words."""
    from plugins.vaccination.certificate.signer.keys import KeyTrouble

    try:
        yield
    except KeyTrouble as trouble:
        raise Stopped(trouble.text) from None
    except OSError as error:
        why, file = text_of(error), error.filename or "keys"
        raise Stopped(Text(f"{file}: {why.vi}", f"{file}: {why.en}")) from None


def _publish(site: Site, made: DocumentSigner) -> None:
    from plugins.vaccination.certificate import publishing

    kinds = site.context.services.journal.kinds
    signs = (made.since, made.until)
    publishing.tell(site.context, publishing.key_drafts(kinds, made.certificate, made.kid, signs))


def _publish_unknown(site: Site, folder: KeyFolder) -> None:
    """A key that was made while the platform could not be written, or brought here from elsewhere."""
    with site.context.services.session() as session:
        known = {row.kid for row in lookups.signer_keys(session)}
    for one in folder.signers():
        if base64.b64encode(one.kid).decode("ascii") not in known:
            _publish(site, one)


def _describe(made: DocumentSigner) -> None:
    kid = base64.b64encode(made.kid).decode("ascii")
    say(
        Text(
            f"{kid} ký từ {made.since:%d/%m/%Y} đến {made.until:%d/%m/%Y}; đã công bố",
            f"{kid} signs {made.since:%Y-%m-%d} – {made.until:%Y-%m-%d}; published",
        )
    )
