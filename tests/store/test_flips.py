"""A bit that flipped in any file of a store gives the right frame or StoreDamagedError."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import warnings

import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.relays import Relay, after, refusal
from trackagoat_pandas.errors import (
    DeadlineError,
    IncompleteFrameWarning,
    StoreDamagedError,
)

pytestmark = pytest.mark.crash

PROJECT = "Q1 Brand Program"
NOW = "2026-06-16T12:00:00Z"
DAYS = "2026-05-12..2026-06-15"
FLIPS, USUAL_FLIPS = 1_000, 20


@pytest.fixture(scope="module")
def world():
    with tgp.sandbox(days=60, creators=4, videos=260, now=NOW, rate_limit=None) as made:
        yield made


def connected(world, folder, app=None):
    return tgp.connect(
        world.key, base_url=world.base_url, transport=app or world.app, rate_limit=None,
        progress=False, store=folder,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory, world):
    """Copies of a store that was closed, and of one that was still open with a load unfinished."""
    place = tmp_path_factory.mktemp("flips")
    store = tgp.open_store(place / "store")
    with connected(world, None) as client:
        store.sync(PROJECT, dates=DAYS, metrics="views", max_age=None, client=client)
        world.advance(dt.timedelta(hours=3))
        store.sync(PROJECT, dates=DAYS, metrics="views", max_age=None, client=client)
    store.close()
    closed = shutil.copytree(place / "store", place / "closed")
    is_later = after(2)

    def spent(request, go_on):
        return refusal(429, ("Retry-After", "40000")) if is_later(request) else go_on()

    with connected(world, store, Relay(world.app, spent)) as client, pytest.raises(DeadlineError):
        tgp.load_videos(PROJECT, client=client)
    opened = shutil.copytree(place / "store", place / "opened")
    store.close()
    assert (opened / "ledger.sqlite-wal").stat().st_size
    return closed, opened


def newest(store):
    """The newest list of each table and of each of its paths and parameters."""
    lists = store.archive.lists
    kept = {f"{one.table_name} {one.path} {one.params}": one for one in lists.snapshots()}
    return {name: lists.read(one) for name, one in kept.items()}


READS = {
    "lists": newest,
    "videos": lambda store: {"": store.load("videos", PROJECT)},
    "the list before": lambda store: {"": store.load("videos", PROJECT, as_of=NOW)},
    "points": lambda store: {"": store.load("analytics", PROJECT, dates=DAYS)},
    "changes": lambda store: {"": store.restatements()},
    "history": lambda store: {"": store.history("videos", columns=["view_count"])},
    "tables": lambda store: {"": store.info().tables.drop(columns="bytes")},
    "flaws": lambda store: {"": store.verify()},
}


def read(folder, world, *, loads: bool):
    """Everything that a store gives: frames, or the error that it raised in their place."""
    found = {}
    try:
        store = tgp.open_store(folder)
    except StoreDamagedError as error:
        return error
    with store:
        for name, call in READS.items():
            try:
                found[name] = call(store)
            except StoreDamagedError as error:
                found[name] = error
        if loads:
            with connected(world, store) as client:
                try:
                    found["a load"] = {"": tgp.load_videos(PROJECT, client=client)}
                except StoreDamagedError as error:
                    found["a load"] = error
    return found


def flip(folder, chance):
    """Flip a bit of a file: half the time of any file, and else of any byte."""
    files = sorted(one for one in folder.rglob("*") if one.is_file() and one.stat().st_size)
    sizes = [one.stat().st_size for one in files]
    (file,) = chance.choices(files, sizes if chance.random() < 0.5 else None)
    content = bytearray(file.read_bytes())
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    content[place] ^= 1 << bit
    file.write_bytes(content)
    return f"bit {bit} of byte {place} of {file.relative_to(folder)}"


def is_wrong(name, frames, right):
    """Whether a frame differs from the right one and doesn't say that it isn't complete."""
    if name == "flaws":
        return False  # it lists what is wrong
    for key, frame in frames.items():
        facts = frame.attrs.get("trackagoat", {})
        if facts.get("complete", True) and not frame.equals(right[name][key]):
            return True
    return False


@pytest.mark.parametrize("kind", ["closed", "opened"])
def test_a_flipped_bit_is_never_loaded_as_data(folders, world, tmp_path, kind):
    chance = random.Random(kind)
    whole = folders[kind == "opened"]
    right = read(shutil.copytree(whole, tmp_path / "right"), world, loads=True)
    assert not any(isinstance(found, Exception) for found in right.values())
    found = {"damaged": 0, "right": 0}
    for number in range(part(FLIPS, 200, USUAL_FLIPS) // 2):
        folder = shutil.copytree(whole, tmp_path / str(number))
        flipped = flip(folder, chance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteFrameWarning)
            seen = read(folder, world, loads=kind == "opened" and number % 10 == 0)
        if isinstance(seen, StoreDamagedError):
            found["damaged"] += 1
        else:
            good = {name: one for name, one in seen.items() if not isinstance(one, Exception)}
            wrong = [name for name, one in good.items() if is_wrong(name, one, right)]
            assert not wrong, f"{flipped}: {wrong}"
            found["right" if len(good) == len(seen) else "damaged"] += 1
        shutil.rmtree(folder)
    print(kind, found)
    assert all(found.values())
