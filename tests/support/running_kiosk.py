"""The product as its own process: started by its command line, spoken to over HTTP, stopped or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class RunningKiosk:
    """``kiosk run`` on a free port. Use as a context manager; at its end the process is gone."""

    def __init__(self, profile: Path, data: Path, log: Path, *more: str, python_path: Path | None = None) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(python_path or ""), str(ROOT)]))}
        self.log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "kiosk",
                    "run",
                    "--profile",
                    str(profile),
                    "--data",
                    str(data),
                    "--port",
                    "0",
                    *more,
                ],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self.url = ""

    def __enter__(self) -> RunningKiosk:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def ready(self) -> RunningKiosk:
        """Wait until pages can be had."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        assert line.startswith("http://"), (line, self.log.read_text("utf-8")[-2000:])
        self.url = line
        return self

    def kill(self) -> None:
        """As when the power goes, for the process."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> int:
        """As the service manager stops it. Returns its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def wait(self, seconds: float = 30) -> int:
        return self._process.wait(seconds)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path.lstrip("/"), timeout=10) as answer:
            return json.loads(answer.read())

    def scan(self, payload: str, key: str, timeout: float = 10) -> Any:
        """The answer to one scan; ``OSError`` where none came."""
        request = urllib.request.Request(
            self.url + "api/v1/scans",
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
