"""The history of rows: their values at each moment at which they were listed."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.snapshots import HOUR, NOON, keep, videos
from trackagoat_pandas.errors import IncompleteFrameWarning, MissingColumnError, StoreMissingError
from trackagoat_pandas.store.disk.checkup import merge_lists
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import read_history
from trackagoat_pandas.tables import CREATORS, VIDEOS


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


@pytest.fixture(params=["as kept", "merged"])
def grown(request, archive):
    """Two videos at noon, more views an hour later, the same at two, one left at three."""
    for hour, views in enumerate([[1, 10], [2, 20], [2, 20], [3]]):
        rows = ({"view_count": count, "tracking_status": "included"} for count in views)
        keep(archive, videos(*rows), NOON + hour * HOUR)
    if request.param == "merged":
        merge_lists(archive.ledger)
    return archive


def history(archive, ids=None, columns=("view_count",), **options):
    return read_history(archive.ledger, VIDEOS, ids, columns, **options)


def test_a_row_has_its_value_at_each_moment_at_which_it_was_listed(grown):
    found = history(grown)
    assert found.columns.tolist() == ["id", "observed_at", "view_count"]
    assert found["id"].tolist() == ["v0"] * 4 + ["v1"] * 3
    assert found["view_count"].tolist() == [1, 2, 2, 3, 10, 20, 20]
    moments = [pd.Timestamp(NOON + hour * HOUR) for hour in (0, 1, 2, 3, 0, 1, 2)]
    assert found["observed_at"].tolist() == moments


def test_dtypes_are_those_of_the_loader(grown):
    found = history(grown, columns=["tracking_status", "view_count"])
    wanted = videos({"tracking_status": "included"})
    assert found["view_count"].dtype == "Int64"
    assert found["id"].dtype == wanted["id"].dtype
    assert str(found["observed_at"].dtype) == "datetime64[us, UTC]"
    assert found["tracking_status"].cat.categories[1] == "included"
    arrows = history(grown, dtype_backend="pyarrow")
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in arrows.dtypes)


def test_ids_choose_rows(grown):
    assert history(grown, ["v1", "v9"])["view_count"].tolist() == [10, 20, 20]


def test_no_ids_give_no_rows_but_the_dtypes(grown):
    found = history(grown, [])
    assert found.empty
    assert found.dtypes.equals(history(grown).dtypes)


def test_all_columns_come_by_default_in_the_tables_order(grown):
    assert history(grown, columns=None).columns.tolist() == [
        "id", "observed_at", *(name for name in VIDEOS.names if name != "id"),
    ]  # fmt: skip


def test_two_lists_of_one_moment_give_a_row_once(archive):
    keep(archive, videos({"view_count": 1}))
    keep(archive, videos({"view_count": 2}), project_id="p1")
    assert history(archive)["view_count"].tolist() == [2]


@pytest.mark.filterwarnings("ignore:videos. the API sent fields:UserWarning")
def test_a_field_that_came_later_is_na_before(archive):
    keep(archive, videos({}))
    keep(archive, videos({"mood": "glad"}), NOON + HOUR)
    keep(archive, videos({"mood": 5}), NOON + 2 * HOUR)
    moods = history(archive, columns=["mood"])["mood"]
    assert moods.isna().tolist() == [True, False, False]
    assert moods.tolist()[1:] == ["glad", "5"]


def test_a_column_that_no_list_had_is_named(grown):
    said = r"^The store's list of videos has no column 'view_counts' .* mean 'view_count'\?$"
    with pytest.raises(MissingColumnError, match=said):
        history(grown, columns=["view_counts"])


def test_a_table_without_lists_is_missing(grown):
    with pytest.raises(StoreMissingError, match=r"no lists of creators\. It has lists of videos\."):
        read_history(grown.ledger, CREATORS, None, None)


def test_damaged_files_are_left_out_with_a_warning(archive):
    keep(archive, videos({"view_count": 1}))
    newest = keep(archive, videos({"view_count": 2}), NOON + HOUR)
    (part,) = [part for part in archive.ledger.parts() if part.name == newest.part]
    path = archive.path / part.path
    content = bytearray(path.read_bytes())
    content[4:60] = bytes(56)  # of the first column, while the end can still be read
    path.write_bytes(content)
    with pytest.warns(IncompleteFrameWarning, match=rf"not complete.*{part.name} \(its content"):
        found = history(archive, columns=["title", "view_count"])
    assert found["view_count"].tolist() == [1]
    assert found.attrs["trackagoat"]["complete"] is False
    path.unlink()
    with pytest.warns(IncompleteFrameWarning, match=rf"{part.name} \(it is missing\)"):
        assert history(archive)["view_count"].tolist() == [1]


def test_the_views_of_a_real_video_grow(client, archive):
    loaded = tgp.load_videos("Q1 Brand Program", client=client)
    facts = loaded.attrs["trackagoat"]
    more = loaded.assign(view_count=loaded["view_count"] + 1)
    for hour, frame in enumerate([loaded, more]):
        archive.lists.keep(VIDEOS, facts["path"], facts["params"], frame, NOON + hour * HOUR)
    found = history(archive)
    assert len(found) == 2 * len(loaded)
    steps = found.groupby("id", sort=False)["view_count"].diff().dropna()
    assert (steps == 1).all()
