"""LibreOffice, which recalculates every formula of a workbook and saves it again."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Otherwise LibreOffice shows the results that a file carries.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def recalculated(files: list[Path], folder: Path) -> list[Path]:
    """Open files in LibreOffice, all in one process, and save them as xlsx into a folder."""
    program = shutil.which("soffice")
    if program is None and os.environ.get("TRACKAGOAT_OFFICE") != "required":
        pytest.skip("LibreOffice is not installed")
    assert program, "LibreOffice is not installed"
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
    out = folder / "recalculated"
    command = [program, "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--convert-to", "xlsx", "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return [out / file.name for file in files]
