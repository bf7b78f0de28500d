"""Appliances for commands: built from a profile, opened only where the command needs the data directory."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from kiosk.appliance import Appliance
from kiosk.plugin_host import installed_plugins
from kiosk.settings import CoreSettings, Profile, ProfileError, SiteSettings, find_profile, read_profile
from kiosk.start_marker import DataLock, InUse

log = logging.getLogger(__name__)

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
    return {command.name: command for command in everything_installed().host.collect("commands").flat() if command.name}


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


def of_site(profile_name: str | None) -> Appliance:
    """The plugins of a profile, or of no site in particular, for commands that open nothing. Names on standard error
    what the profile asks for and cannot have."""
    if profile_name is None:
        return everything_installed()
    appliance = build(profile_name, _NOWHERE)
    for state in appliance.host.states():
        if state.status != "loaded":
            click.echo(f"{state.name}: {state.status} ({state.reason})", err=True)
    return appliance


def with_plugin(name: str, profile_name: str, data_dir: Path = _NOWHERE) -> tuple[Appliance, Any]:
    """An appliance of a profile, nothing opened, and one of its plugins. Without that plugin the command ends."""
    appliance = build(profile_name, data_dir)
    plugin = appliance.host.plugin(name)
    if plugin is None:
        why = next((f": {state.reason}" for state in appliance.host.states() if state.name == name), "")
        raise click.ClickException(
            f"{appliance.profile.path}: 'plugins' does not have {name}, or it did not load{why}. "
            "Choose a profile with --profile."
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
        raise click.ClickException(f"another process runs the appliance in {data_dir}; stop it first") from None
    except OSError as error:
        raise click.ClickException(f"{data_dir} cannot be written: {error.strerror}") from None
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
        yield appliance
    finally:
        appliance.database.close()


def _need_appliance(data_dir: Path) -> None:
    if not (data_dir / "identity").is_dir():
        raise click.ClickException(f"{data_dir} holds no appliance; give its directory with --data")


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except ProfileError as error:
        raise click.ClickException("\n".join(error.problems)) from None


@contextmanager
def _faults_told(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, sqlite3.Error, SQLAlchemyError) as error:
        raise click.ClickException(f"{data_dir} cannot be opened: {error}") from None
