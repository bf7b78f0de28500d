"""A PostgreSQL cluster of its own for tests and benchmarks: in a temporary directory, on a Unix socket, gone afterwards.

PostgreSQL refuses to run as root, so there it runs under an unprivileged account. Needs the server's programs; where they
are absent ``programs`` says so by raising ``NoPostgres``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from tests.support import in_memory

# what a crash of the server must not lose is written out all the same; a crash of the machine ends the tests too
FORGETFUL = ("fsync=off", "full_page_writes=off", "autovacuum=off", "checkpoint_timeout=1h")
ACCOUNTS = ("postgres", "nobody")
SUPERUSER = "kiosk"


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine, and what to install."""


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises ``NoPostgres``."""
    candidates = []
    config = shutil.which("pg_config")
    if config:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(told.stdout.strip()))
    found = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(found, key=lambda path: float(path.parent.name) if path.parent.name.isdigit() else 0)[::-1]
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file():
            return folder
    raise NoPostgres("no PostgreSQL server here; install the package “postgresql”")


class Cluster:
    """Started by ``start``, ended by ``stop``. ``durable``: on the disk and with fsync, as a real platform runs."""

    def __init__(self, durable: bool = False, options: tuple[str, ...] = ()) -> None:
        self._bin = programs()
        place = in_memory.FOLDER if in_memory.plenty() and not durable else None
        self._folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=place))
        kept = ("fsync=on",) if durable else FORGETFUL
        self._options = (*kept, "listen_addresses=", "max_connections=120", *options)
        self._numbers = count(1)
        self._left: list[str] = []
        self._as: dict[str, Any] = {}
        self._strategy = ""

    def start(self) -> Cluster:
        """Raises ``NoPostgres`` where root finds no unprivileged account, ``CalledProcessError`` where it will not run."""
        if os.geteuid() == 0:
            account = _account()
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._init()
        settings = "".join(f" -c {option}" for option in self._options)
        self._run(
            "pg_ctl", "-D", str(self._folder / "data"), "-l", str(self._folder / "log"), "-w",
            "-o", f"-k {self._folder}{settings}", "start",
        )  # fmt: skip
        # copying files beats writing every page to the log; before version 15 there was no other way
        major = int((self._folder / "data" / "PG_VERSION").read_text("ascii"))
        self._strategy = "STRATEGY FILE_COPY" if major >= 15 else ""
        return self

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, template: str = "template0") -> str:
        """A new database's URL. Nobody may be connected to ``template``."""
        while self._left:
            self.run_sql(f"DROP DATABASE {self._left.pop()} WITH (FORCE)")
        name = f"kiosk_{next(self._numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {template} {self._strategy}")
        return self.url(name)

    def leave(self, url: str) -> None:
        """Nobody needs this database any more: it goes when the next one is made, when whoever is connected has gone as well."""
        self._left.append(self.name(url))

    @staticmethod
    def name(url: str) -> str:
        """The database's name in a URL that ``create_database`` gave."""
        return url.partition("@/")[2].partition("?")[0]

    def url(self, name: str) -> str:
        return f"postgresql://{SUPERUSER}@/{name}?host={self._folder}"

    def pid(self) -> int:
        """Of the server, whose children serve the connections."""
        return int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def run_sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def restart(self) -> None:
        """As after a crash: connections break, what was committed stays."""
        self._run(
            "pg_ctl",
            "-D",
            str(self._folder / "data"),
            "-m",
            "immediate",
            "-w",
            "-l",
            str(self._folder / "log"),
            "restart",
        )

    def _init(self) -> None:
        arguments = (
            "initdb",
            "-D",
            str(self._folder / "data"),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        try:
            # a language's own order of letters shows whoever relied on the order of bytes
            self._run(*arguments, "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi")
        except subprocess.CalledProcessError:
            shutil.rmtree(self._folder / "data", ignore_errors=True)
            self._run(*arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            **self._as,
        )


def _account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("running as root, and there is no account “postgres” or “nobody” to run PostgreSQL as")
