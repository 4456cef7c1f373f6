"""Run a notebook as in a browser: where no thread starts, nothing listens and no process is made.

``python -m tests.browserless.interpreter notebook.ipynb`` runs its cells in this process, and
writes the plain text that each of them shows, as JSON.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

NOT_THERE = 138, "not supported in a browser"
"""The number of the error that Pyodide raises, and our words."""
PROMPT = "Out[0]: "
"""IPython's, before the result of a cell that is in no history."""


def forbid() -> None:
    """Make the calls fail that fail in Pyodide, by the errors that it raises."""
    os.environ["OMP_NUM_THREADS"] = "1"  # a browser has one processor, and Arrow asks how many
    threading.Thread.start = no_thread  # type: ignore[method-assign]
    for name in ("bind", "listen", "connect", "connect_ex", "accept"):
        setattr(socket.socket, name, nothing_there)
    subprocess.Popen.__init__ = nothing_there  # type: ignore[assignment]
    for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "execv", "execve"):
        setattr(os, name, nothing_there)


def no_thread(self: threading.Thread) -> NoReturn:
    raise RuntimeError("can't start new thread")


def nothing_there(*_: object, **__: object) -> NoReturn:
    raise OSError(*NOT_THERE)


class Kernel:
    """What pandas and widgets see of Pyodide's kernel, which has no channels."""

    def get_parent(self) -> dict[str, Any]:
        return {}


def run(notebook: Path) -> list[str]:
    """Run the cells of code of a notebook, and return the plain text that each shows."""
    # Imported here: they may use what is forbidden while they are imported, as in Pyodide.
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False  # it saves in a thread
    shell = InteractiveShell.instance(config=settings)
    shell.kernel = Kernel()
    shown = []
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            with capture_output() as captured:
                outcome = shell.run_cell("".join(cell["source"]), store_history=False)
            outcome.raise_error()
            shown.append(text_of(captured))
    return shown


def text_of(captured: Any) -> str:
    displayed = [output.data.get("text/plain", "") for output in captured.outputs]
    return "\n".join([*displayed, captured.stdout.replace(PROMPT, "")])


if __name__ == "__main__":
    forbid()
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]))))
