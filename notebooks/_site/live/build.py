"""Build the JupyterLite site of the live page, with the tour and the package's wheel.

``python notebooks/_site/live/build.py OUT`` writes it to ``OUT``. It needs the extra ``live``, and
no network. The interpreter is not in it: a reader's browser loads Pyodide from its CDN after the
click on the live page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
TOUR: Final = ROOT / "notebooks" / "00_tour.ipynb"
START: Final = "notebooks/index.html?path=00_tour.ipynb"
"""The address of the tour below the folder that is built."""
NEEDED: Final = (
    "hatchling",
    "hatch_fancy_pypi_readme",
    "jupyterlite_core",
    "jupyterlite_pyodide_kernel",
)
"""What the extra ``live`` installs."""
EXTENSIONS: Final = (
    "@jupyterlite/pyodide-kernel-extension",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
)
"""JupyterLab's extensions that the tour needs; what else is installed here stays out."""
INSTALL: Final = "%pip install -q trackagoat-pandas"


def build(out: Path) -> bool:
    """Build the site of the live page in a folder; return False without the extra ``live``."""
    if not all(find_spec(name) for name in NEEDED):
        return False
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run(ROOT, "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheel"))
        (folder / "files").mkdir()
        tour = json.dumps(live_tour(json.loads(TOUR.read_text("utf-8"))), indent=1)
        (folder / "files" / TOUR.name).write_text(tour, "utf-8")
        settings = settings_of([*(folder / "wheel").glob("*.whl")], out.absolute())
        (folder / "jupyter_lite_config.json").write_text(json.dumps(settings), "utf-8")
        run(folder, "jupyterlite_core.app", "build")
    return True


def run(folder: Path, *command: str) -> None:
    """Run a module of Python in a folder."""
    quiet = subprocess.DEVNULL
    subprocess.run(  # noqa: S603 - commands of this module
        [sys.executable, "-m", *command], cwd=folder, check=True, stdout=quiet
    )


def live_tour(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the tour without outputs, with a first cell that installs the package."""
    install = {"cell_type": "code", "id": "install", "metadata": {}, "source": INSTALL}
    bare = {"execution_count": None, "outputs": []}
    cells = [
        {**cell, **bare} if cell["cell_type"] == "code" else cell
        for cell in [install, *notebook["cells"]]
    ]
    kernel = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    return {**notebook, "cells": cells, "metadata": {"kernelspec": kernel}}


def settings_of(wheels: list[Path], out: Path) -> dict[str, Any]:
    """Return the settings of JupyterLite."""
    labextensions = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "labextensions"
    return {
        "LiteBuildConfig": {
            "apps": ["notebooks"],
            "contents": ["files"],
            "federated_extensions": [str(labextensions / name) for name in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(out),
        },
        "PipliteAddon": {"piplite_urls": [str(wheel) for wheel in wheels]},
    }


if __name__ == "__main__":
    if not build(Path(sys.argv[1])):
        sys.exit("the live page needs: pip install 'trackagoat-pandas[live]'")
