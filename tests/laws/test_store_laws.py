"""Laws of a store that hold for all lists, moments and orders of events."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import examples
from tests.laws.test_frames_laws import GOOD, ROWS, WILD
from tests.support.snapshots import HOUR, NOON, keep, load, videos
from trackagoat_pandas.errors import ContractWarning, StoreMissingError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.store.disk.checkup import check_store, merge_lists
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import read_history
from trackagoat_pandas.tables import VIDEOS

BACKENDS = st.sampled_from(["numpy_nullable", "pyarrow"])


def built(rows: list[dict[str, Any]], dtype_backend: str) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        about = {"path": "/rows", "params": {}, "complete": True}
        chunks = [chunk_from_records(rows, ROWS)]
        return build_frame(chunks, ROWS, dtype_backend=dtype_backend, provenance=about)


@settings(deadline=None, max_examples=examples(150))
@given(st.lists(st.one_of(GOOD, WILD), min_size=1, max_size=3), BACKENDS, BACKENDS, st.booleans())
def test_whatever_the_api_sends_is_read_back_as_it_was_built(lists, kept_as, read_as, is_merged):
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        kept = [
            archive.lists.keep(ROWS, "/rows", {}, built(rows, kept_as), NOON + hour * HOUR)
            for hour, rows in enumerate(lists)
        ]
        if is_merged:
            merge_lists(archive.ledger)
        for snapshot, rows in zip(kept, lists, strict=True):
            found = archive.lists.read(snapshot, dtype_backend=read_as)
            wanted = built(rows, read_as)
            pd.testing.assert_frame_equal(found, wanted, check_exact=True)
            facts = found.attrs["trackagoat"]
            assert {name: facts[name] for name in facts if name != "store"} == json.loads(
                json.dumps(wanted.attrs["trackagoat"])
            )
        assert check_store(archive.ledger) == []
        archive.ledger.close()


# An hour, the views of the videos at it, and whether all files are merged after that.
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1500), st.lists(st.integers(0, 3), max_size=3), st.integers(0, 3).map(bool)
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=examples(100))
@given(EVENTS)
def test_the_list_of_any_moment_is_the_last_one_of_it_whatever_the_order(events):
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        for hour, views, stays in events:
            keep(archive, videos(*({"view_count": count} for count in views)), NOON + hour * HOUR)
            if not stays:
                merge_lists(archive.ledger)
        # Of several at one hour, the last that was kept.
        newest = {hour: views for hour, views, _ in sorted(events, key=lambda event: event[0])}
        for hour in [-1, *newest, *range(3, 1502, 61)]:
            moment = NOON + hour * HOUR + dt.timedelta(minutes=1)
            past = [known for known in newest if known <= hour]
            try:
                found = load(archive, moment)["view_count"].tolist()
            except StoreMissingError:
                found = None
            assert found == (newest[max(past)] if past else None)
        archive.ledger.close()


@settings(deadline=None, max_examples=examples(100))
@given(EVENTS)
def test_the_history_has_each_row_of_each_moment_once(events):
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        wanted: dict[tuple[str, pd.Timestamp], int] = {}
        for hour, views, stays in events:
            moment = NOON + hour * HOUR
            keep(archive, videos(*({"view_count": count} for count in views)), moment)
            for number, count in enumerate(views):
                wanted[f"v{number}", pd.Timestamp(moment)] = count
            if not stays:
                merge_lists(archive.ledger)
        found = read_history(archive.ledger, VIDEOS, None, ["view_count"])
        keys = list(zip(found["id"], found["observed_at"], strict=True))
        assert keys == sorted(wanted)
        assert dict(zip(keys, found["view_count"], strict=True)) == wanted
        archive.ledger.close()
