"""JupyterLab and Voila in processes of their own: loopback only, with nothing but a token to know.

Knows no browser. Each server keeps its settings, data and logs inside the folder that it is given.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 60.0

# Every cell stays in the page, also off screen, and nothing asks for news over the network.
_LAB_SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, what it lets in with, and what it serves."""

    url: str
    token: str
    notebooks: Path


@contextmanager
def lab(place: Path) -> Iterator[Server]:
    """Run JupyterLab over an empty folder of notebooks."""
    settings = place / "config" / "lab" / "user-settings"
    for name, values in _LAB_SETTINGS.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    with _running(
        place,
        "jupyterlab",
        secrets.token_hex(16),
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_root=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.expose_app_in_browser=True",
    ) as server:
        yield server


@contextmanager
def voila(place: Path) -> Iterator[Server]:
    """Run Voila over an empty folder of notebooks."""
    token = secrets.token_hex(16)
    with _running(
        place,
        "voila",
        token,
        "--Voila.ip=127.0.0.1",
        f"--Voila.token={token}",
        f"--Voila.connection_dir_root={place}",
    ) as server:
        yield server


@contextmanager
def _running(place: Path, module: str, token: str, *options: str) -> Iterator[Server]:
    notebooks = place / "notebooks"
    notebooks.mkdir(parents=True)
    port = _free_port()
    log = place / "log.txt"
    with (
        log.open("w") as written,
        subprocess.Popen(
            [sys.executable, "-m", module, "--no-browser", f"--port={port}", *options],
            cwd=notebooks,
            env={**_environment(place), "JUPYTER_TOKEN": token},
            stdout=written,
            stderr=written,
        ) as process,
    ):
        try:
            _wait_until_it_answers(process, port, log)
            yield Server(f"http://127.0.0.1:{port}", token, notebooks)
        finally:
            _stop(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Knock until somebody opens: the line in the log that says so comes too early."""
    deadline = time.monotonic() + PATIENCE_S
    while not _is_open(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the server doesn't answer:\n{log.read_text()}")
        time.sleep(0.05)


def _is_open(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; a kernel whose server is gone ends by itself."""
    process.terminate()
    try:
        process.wait(PATIENCE_S / 4)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment(place: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if "TRACKAGOAT" not in name}
    folders = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "config/lab/user-settings",
        "JUPYTERLAB_WORKSPACES_DIR": "config/lab/workspaces",
        "MPLCONFIGDIR": "matplotlib",
    }
    return {**inherited, **{name: str(place / folder) for name, folder in folders.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
