"""Code as users write it has no error of mypy and pyright, and editors complete what fits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jedi
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy

ROOT = Path(__file__).parents[1]
MAGIC = re.compile(r"^\s*[%!].*", re.MULTILINE)
UNTYPED = ["ipywidgets", "pyarrow"]
"""What the code imports that has no types; the user of a strict checker says so, too."""


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A folder with the code of notebooks, of the gallery, and of the README, each in a module."""
    folder = tmp_path_factory.mktemp("written")
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        code = MAGIC.sub("", "\n\n".join(sources))
        (folder / f"notebook_{notebook.stem}.py").write_text(code, "utf-8")
    for script in (ROOT / "notebooks" / "gallery").glob("*.py"):
        (folder / f"gallery_{script.name}").write_text(script.read_text("utf-8"), "utf-8")
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (folder / "readme.py").write_text("\n\n".join(blocks), "utf-8")
    sections = [f"[mypy-{name}.*]\nignore_missing_imports = True" for name in UNTYPED]
    (folder / "mypy.ini").write_text("\n".join(["[mypy]", *sections]), "utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(settings(folder)), "utf-8")
    return folder


def settings(folder: Path) -> dict[str, Any]:
    """Pyright's own default rules, in the environment of the tests."""
    place = Path(sys.prefix)
    return {
        "include": [str(folder)],
        "venvPath": str(place.parent),
        "venv": place.name,
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "standard",
    }


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    given = [sys.executable, "-m", *command]
    return subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)


@heavy
def test_mypy_strict_has_no_error(written):
    files = [file.name for file in sorted(written.glob("*.py"))]
    checked = run(written, "mypy", "--strict", "--config-file", "mypy.ini", *files)
    assert checked.stdout == f"Success: no issues found in {len(files)} source files\n"


@heavy
def test_pyright_has_no_error(written):
    checked = run(written, "basedpyright", "-p", ".", "--level", "error")
    assert checked.stdout.splitlines()[-1] == "0 errors, 0 warnings, 0 notes", checked.stdout


@heavy
@pytest.mark.parametrize("loader", ["load_videos", "load_goal_compliance", "load_payout_accruals"])
def test_jedi_offers_the_verbs_and_plots_that_fit_a_frame(loader, client):
    frame = getattr(tgp, loader)("Q1 Brand Program")
    for written, fitting in (("frame.goat.", frame.goat), ("frame.goat.plot.", frame.goat.plot)):
        offered = jedi.Interpreter(written, [{"frame": frame}]).complete()
        assert [each.name for each in offered if not each.name.startswith("_")] == dir(fitting)


class Server:
    """The language server of pyright, whose engine is that of Pylance."""

    def __init__(self, folder: Path) -> None:
        script = Path(sys.executable).with_name("basedpyright-langserver")
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen([script, "--stdio"], **pipes)
        self._folder, self._number = folder.as_uri(), 0
        place = {"uri": self._folder, "name": "written"}
        self.ask("initialize", {"workspaceFolders": [place], "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def completed(self, code: str) -> set[str]:
        """What may follow the end of some code."""
        document = {"uri": f"{self._folder}/typed.py"}
        opened = {**document, "languageId": "python", "version": 1, "text": code}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": opened}})
        *before, last = code.split("\n")
        end = {"line": len(before), "character": len(last)}
        found = self.ask("textDocument/completion", {"textDocument": document, "position": end})
        return {item["label"] for item in found["items"]}

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        """The answer to a request; those of the server itself get none of our own."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if "method" not in message and message["id"] == self._number:
                return message["result"]
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items")
                self._send({"id": message["id"], "result": items and [None] * len(items)})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self._process.stdout.read(length))

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@heavy
def test_pylances_engine_offers_the_verbs_of_a_frame_and_of_a_part_of_it(written):
    server = Server(written)
    try:
        load = 'import trackagoat_pandas as tgp\nvideos = tgp.load_videos("Summer Launch")\n'
        for frame in ("videos", 'videos[videos["view_count"] > 9]', "videos.goat.engagement()"):
            assert {"engagement", "leaderboard", "show"} <= server.completed(f"{load}{frame}.goat.")
    finally:
        server.close()
