"""Appliances for commands: built from a profile, opened only where the command needs the data directory."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from kiosk.appliance import Appliance
from kiosk.cli.saying import Stopped, say, stop
from kiosk.domain import Text
from kiosk.explained import Explained, text_of
from kiosk.plugin_host import words as plugin_words
from kiosk.plugin_host.host import installed_plugins
from kiosk.plugin_host.start_marker import DataLock, InUse
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.settings.profile import CoreSettings, Profile, SiteSettings, find_profile, read_profile
from kiosk.storage import words as storage_words
from kiosk.storage.faults import is_storage_fault, trouble_of

log = logging.getLogger(__name__)

COMMAND_SECONDS = 20.0  # plugins import what their commands need
# never made: building an appliance touches nothing. No temporary directory: on a full or write-protected card there is none.
_NOWHERE = Path("/nonexistent/kiosk-command-line")


def everything_installed() -> Appliance:
    """Every installed plugin with its default settings, nothing opened: for commands that need no site."""
    names = list(installed_plugins())
    core = CoreSettings(site=SiteSettings(id="command-line", name="Command line"), plugins=names)
    profile = Profile(path=Path("<defaults>"), core=core, sections={})
    appliance = Appliance(profile, _NOWHERE)
    appliance.load_plugins()
    return appliance


def plugin_commands() -> dict[str, click.Command]:
    """The commands that plugins bring, by name. A broken plugin costs only its own."""
    told = everything_installed().guarded("commands", COMMAND_SECONDS)
    return {command.name: command for command in told.flat() if command.name}


def build(profile_name: str, data_dir: Path, safe: bool = False) -> Appliance:
    """An appliance of a profile, plugins loaded, nothing opened. Wrong settings end the command with their reasons."""
    return build_from(profile(profile_name), data_dir, safe)


def profile(name: str) -> Profile:
    """A read profile. A wrong one ends the command with its reasons."""
    with _mistakes_told():
        return read_profile(find_profile(name))


def build_from(read: Profile, data_dir: Path, safe: bool = False) -> Appliance:
    """The same as ``build``, of a profile that was read already."""
    with _mistakes_told():
        appliance = Appliance(read, data_dir, safe)
        appliance.load_plugins()
        return appliance


@contextmanager
def of_site(profile_name: str | None) -> Iterator[Appliance]:
    """The plugins of a profile, or of no site in particular, with tables that hold nothing, for commands that open no data. Names
    on standard error what the profile asks for and cannot have."""
    appliance = _of_site(profile_name)
    appliance.open_empty()
    try:
        yield appliance
    finally:
        appliance.runner.stop()
        appliance.database.close()


def _of_site(profile_name: str | None) -> Appliance:
    if profile_name is None:
        return everything_installed()
    appliance = build(profile_name, _NOWHERE)
    for state in appliance.host.states():
        if state.status != "loaded":
            status, why = plugin_words.status(state.status), plugin_words.reason(state.reason)
            say(Text(f"{state.name}: {status.vi} ({why.vi})", f"{state.name}: {status.en} ({why.en})"), err=True)
    return appliance


def with_plugin(name: str, profile_name: str, data_dir: Path = _NOWHERE) -> tuple[Appliance, Any]:
    """An appliance of a profile, nothing opened, and one of its plugins. Without that plugin the command ends."""
    appliance = build(profile_name, data_dir)
    plugin = appliance.host.plugin(name)
    if plugin is None:
        why = plugin_words.reason(next((one.reason for one in appliance.host.states() if one.name == name), ""))
        stop(
            f"{appliance.profile.path}: 'plugins' không có {name}, hoặc không nạp được nó{_because(why.vi)}. "
            "Hãy chọn hồ sơ bằng --profile.",
            f"{appliance.profile.path}: 'plugins' does not have {name}, or it did not load{_because(why.en)}. "
            "Choose a profile with --profile.",
        )
    return appliance, plugin


@contextmanager
def opened(profile_name: str, data_dir: Path, must_exist: bool = True) -> Iterator[Appliance]:
    """An appliance with its database open and its long-running work not started."""
    if must_exist:
        _need_appliance(data_dir)
    appliance = build(profile_name, data_dir)
    with _faults_told(data_dir):
        appliance.open()
    appliance.journal.start()
    try:
        with _damage_told(data_dir):
            yield appliance
    finally:
        appliance.journal.stop()
        appliance.database.close()


@contextmanager
def opened_alone(profile_name: str, data_dir: Path) -> Iterator[Appliance]:
    """The same, and no other process runs the appliance meanwhile: for what must not happen under a running one."""
    _need_appliance(data_dir)
    try:
        held = DataLock(data_dir)
    except InUse:
        stop_in_use(data_dir)
    except OSError as error:
        raise Stopped(cannot_open(data_dir, error, to_write=True)) from None
    try:
        with opened(profile_name, data_dir) as appliance:
            yield appliance
    finally:
        held.release()


@contextmanager
def opened_to_look(profile_name: str, data_dir: Path) -> Iterator[Appliance]:
    """An appliance of which only what is there is read; one that runs in the same directory does not notice."""
    _need_appliance(data_dir)
    appliance = build(profile_name, data_dir)
    with _faults_told(data_dir):
        appliance.open_to_look()
    try:
        with _damage_told(data_dir):
            yield appliance
    finally:
        appliance.database.close()


def _need_appliance(data_dir: Path) -> None:
    if not (data_dir / "identity").is_dir():
        stop(
            f"{data_dir} không chứa máy nào; hãy đưa thư mục của máy sau --data",
            f"{data_dir} holds no appliance; give its directory with --data",
        )


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except ProfileError as error:
        raise Stopped(as_text(error.problems)) from None


@contextmanager
def _faults_told(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, sqlite3.Error, SQLAlchemyError) as error:
        raise Stopped(cannot_open(data_dir, error)) from None


@contextmanager
def _damage_told(data_dir: Path) -> Iterator[None]:
    """What a command meets in a database that could be opened: a page that cannot be read is found only then."""
    try:
        yield
    except (sqlite3.Error, SQLAlchemyError) as error:
        if not is_storage_fault(error):
            raise
        raise Stopped(cannot_open(data_dir, error)) from None


def cannot_open(data_dir: Path, error: BaseException, to_write: bool = False) -> Text:
    """Why the data cannot be opened, and what to do about it."""
    said = error.text if isinstance(error, Explained) else None
    if said is None and isinstance(error, ValueError) and not isinstance(error, SQLAlchemyError):
        said = text_of(error)
    if said is None and isinstance(error, FileNotFoundError):
        said = Text(f"Thiếu tệp {error.filename}.", f"The file {error.filename} is missing.")
    if said is None:
        trouble = trouble_of(error, data_dir)
        what, advice = storage_words.WHAT[trouble.kind], storage_words.ADVICE[trouble.kind]
        said = Text(f"{what.vi} ({trouble.detail}) {advice.vi}", f"{what.en} ({trouble.detail}) {advice.en}")
    vi, en = ("không ghi được", "cannot be written") if to_write else ("không mở được", "cannot be opened")
    return Text(f"{data_dir}: {vi}. {said.vi}", f"{data_dir} {en}. {said.en}")


def stop_in_use(data_dir: Path) -> NoReturn:
    """Raises ``Stopped``."""
    stop(
        f"một tiến trình khác đang chạy máy ở {data_dir}; hãy dừng nó trước",
        f"another process runs the appliance in {data_dir}; stop it first",
    )


def as_text(problems: Sequence[Mistake]) -> Text:
    """One line per mistake."""
    return Text(
        "\n".join(one.in_language("vi") for one in problems), "\n".join(one.in_language("en") for one in problems)
    )


def _because(why: str) -> str:
    return f": {why}" if why else ""
