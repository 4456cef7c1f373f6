"""The third law for files: no action, frame, notebook or page leaves a key in one."""

from __future__ import annotations

import copy
import json
import pickle
import re
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

import trackagoat_pandas as tgp
from tests.actions.test_routes import CALLS, ORG
from tests.support.leaping import leaping_client
from tests.support.telltale import (
    GIVEN,
    KEY,
    NEW_KEY,
    key_server,
    parts_seen,
    said_of_error,
    telltale_of_writes,
)
from trackagoat_pandas import actions
from trackagoat_pandas.errors import TrackaGoatError


@pytest.fixture
def receipt():
    path = Path("receipt.pdf")
    path.write_bytes(b"%PDF")
    return path


def test_no_action_leaves_a_file_behind(receipt):
    for name, (*given, options) in CALLS.items():
        with (
            leaping_client(KEY, telltale_of_writes("bad request")) as client,
            suppress(TrackaGoatError),
        ):
            getattr(actions, name)(*given, **options, client=client)
    assert list(Path().iterdir()) == [receipt]


WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path),
    "json": lambda frame, path: frame.to_json(path, date_format="iso", default_handler=str),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "pickle": lambda frame, path: frame.to_pickle(path),
    "pickle of a cell": lambda frame, path: path.write_bytes(pickle.dumps(frame["key"].iloc[0])),
    "json of a cell": lambda frame, path: path.write_text(json.dumps(frame["key"].iloc[0])),
    "a deep copy": lambda frame, path: copy.deepcopy(frame).to_csv(path),
    "text": lambda frame, path: frame.astype(str).to_parquet(path),
}
REFUSED = {"parquet", "pickle", "pickle of a cell", "json of a cell"}


@pytest.mark.parametrize("name", WRITERS)
def test_a_new_key_gets_into_no_file(name):
    path, refusal = Path("file"), ""
    with leaping_client(KEY, key_server({"data": {**GIVEN, "key": NEW_KEY}})) as client:
        frame = actions.create_api_key("x", organization=ORG, client=client)
    assert frame["key"].iloc[0].reveal() == NEW_KEY
    try:
        WRITERS[name](frame, path)
    except (TypeError, pa.ArrowException) as error:
        refusal = "".join(said_of_error(error, html=False))
    written = path.read_bytes().decode("latin-1") if path.exists() else ""
    assert parts_seen(NEW_KEY, written + refusal) == set()
    assert bool(refusal) == (name in REFUSED)


def test_no_notebook_or_page_holds_a_key():
    root = Path(tgp.__file__).parents[1]
    files = [path for path in (root / "notebooks").rglob("*") if path.is_file()]
    files += root.glob("*.md")
    assert {path.suffix for path in files} >= {".ipynb", ".md", ".png"}
    found = {
        (path.name, key)
        for path in files
        for key in re.findall(r"tga_([0-9a-f]{12,})", path.read_text("latin-1"))
        if len(set(key)) > 2  # such as 64 zeros, which stand for a key
    }
    assert found == set()
