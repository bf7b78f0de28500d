"""The product as its own process: started by its command line, spoken to over HTTP, stopped or killed, started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT, START_SECONDS, kiosk

SILENT, IN_SERVICE = b"out of service: the data cannot be opened, and no fault", b"in service: the card can be used"


class RunningKiosk:
    """``kiosk run`` on a free port. As a context manager it is started, and gone at the end."""

    def __init__(
        self,
        profile: Path,
        data: Path,
        log: Path,
        *more: str,
        python_path: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.profile = profile
        self.data = data
        self.url = ""  # without a slash at its end
        self._log = log
        self._more = more
        path = os.pathsep.join(filter(None, [str(python_path or ""), str(ROOT)]))
        self._environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._begin = 0

    def __enter__(self) -> RunningKiosk:
        if self._process is None:
            self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def begin(self) -> RunningKiosk:
        """Start the process; pages cannot be had yet."""
        with self._log.open("ab") as log:
            self._begin = log.tell()
            self._process = subprocess.Popen(
                [*kiosk("run", self.profile, self.data), "--port", "0", *self._more],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
            )
        return self

    def ready(self, opened: bool = True) -> RunningKiosk:
        """Wait until pages can be had; with ``opened`` also while a slow machine's start has not come to its end."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            ended = self.process.poll() is not None
            said = self._log.read_bytes()[self._begin :]
            starting = opened and SILENT in said and IN_SERVICE not in said
            for line in said.splitlines() if not starting else ():
                if line.startswith(b"http://"):
                    self.url = line.decode().strip().rstrip("/")
                    return self
            if ended:
                break
            time.sleep(0.02)
        raise AssertionError(f"the process did not start:\n{self.log()[-3000:]}")

    def start(self) -> RunningKiosk:
        """Begin, also once more after an end, and wait until pages can be had."""
        return self.begin().ready()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def kill(self) -> None:
        """As when the power goes, for the process."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(120)

    def stop(self) -> int:
        """As the service manager stops it. Returns its exit status; 0 where it never ran."""
        if self._process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)

    def wait(self, seconds: float = 120) -> int:
        return self.process.wait(seconds)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{path.lstrip('/')}", timeout=120) as answer:
            return json.loads(answer.read())

    def scan(self, payload: str, key: str, timeout: float = 120) -> Any:
        """The answer to one scan; ``OSError`` where none came."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/scans",
            json.dumps({"payload": payload, "key": key}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.loads(answer.read())
        except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError) as error:
            raise OSError("no answer") from error
        except OSError:
            raise
        except Exception as error:  # http.client's own: cut off in the middle of an answer
            raise OSError("no answer") from error


def distribution(folder: Path, name: str, module: str, source: str, attribute: str) -> Path:
    """Make a distribution with a ``kiosk.plugins`` entry point in ``folder``, as pip would install it. Returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(source, "utf-8")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 1.0\n", "utf-8"
    )
    (metadata / "entry_points.txt").write_text(f"[kiosk.plugins]\n{name} = {module}:{attribute}\n", "utf-8")
    return folder
