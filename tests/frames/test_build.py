"""Chunks to frames."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import decode_pages
from trackagoat_pandas.frames.dtypes import SHOWN_DTYPES
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import ANALYTICS, CREATORS, TABLES, VIDEOS

STR = pd.StringDtype(na_value=np.nan)
GAINED = ("views", "likes", "comments", "shares", "saves")


def build(*chunks_of_records, table=CREATORS, **options) -> pd.DataFrame:
    chunks = [chunk_from_records(records, table) for records in chunks_of_records]
    return build_frame(chunks, table, provenance={"path": table.path}, **options)


@pytest.mark.parametrize("declared", TABLES.values(), ids=list(TABLES))
def test_an_empty_frame_has_every_declared_dtype(declared):
    frame = build(table=declared)
    assert tuple(frame.columns) == declared.names
    shown = [SHOWN_DTYPES[column.kind] for column in declared.columns]
    assert ["str" if dtype == STR else str(dtype) for dtype in frame.dtypes] == shown


def test_an_empty_category_has_its_declared_words():
    assert build()["tracking_mode"].cat.categories.tolist() == ["auto", "selective"]


def test_categories_have_text_as_their_dtype():
    frame = build([{"id": "a", "tracking_mode": "auto"}])
    assert frame["tracking_mode"].cat.categories.dtype == STR


def test_words_that_only_later_chunks_know_are_appended():
    words = ["selective", "manual", "auto", "paused"]
    with pytest.warns(ContractWarning, match="words that are not declared"):
        frame = build(*([{"id": word, "tracking_mode": word}] for word in words))
    assert frame["tracking_mode"].tolist() == words
    assert frame["tracking_mode"].cat.categories.tolist() == [
        "auto", "selective", "manual", "paused"
    ]  # fmt: skip


def test_missing_values_are_na_of_the_declared_dtype():
    frame = build([{"id": "a"}])
    assert frame.drop(columns="id").isna().all(axis=None)
    assert frame.dtypes.equals(build().dtypes)


def test_provenance_says_how_many_rows_there_are():
    assert build([{"id": "a"}, {"id": "b"}]).attrs == {
        "trackagoat": {"path": "/creators", "rows": 2}
    }


def test_provenance_can_be_written_as_json():
    with pytest.warns(ContractWarning, match="can't be read"):
        frame = build([{"id": "a", "follower_count": "?"}, {"id": "a"}])
    assert json.loads(json.dumps(frame.attrs["trackagoat"])) == frame.attrs["trackagoat"]


@pytest.mark.parametrize("count", [-1, "-1", -1.0, "-1.0", -(2**63)])
def test_negative_counts_are_na_with_a_warning(count):
    with pytest.warns(ContractWarning, match=r"follower_count \(1 value, the first is "):
        frame = build([{"id": "a", "follower_count": count}, {"id": "b", "follower_count": 0}])
    assert frame["follower_count"].tolist() == [pd.NA, 0]
    assert frame.attrs["trackagoat"]["unreadable"] == {"follower_count": 1}


@pytest.mark.parametrize("declared", TABLES.values(), ids=list(TABLES))
def test_counts_of_lists_have_a_smallest_number(declared):
    for column in declared.columns:
        is_count = column.kind == "int" and column.content is None and column.unit != "cents"
        # What a range gained can be negative.
        if is_count and not ("/aggregate/" in declared.path and column.unit in GAINED):
            assert column.least == 0, column.name


def test_of_rows_with_one_key_the_last_is_kept_and_the_others_counted():
    frame = build(
        [{"id": "a", "follower_count": 1}, {"id": "b"}], [{"id": "a", "follower_count": 2}]
    )
    assert frame["id"].tolist() == ["b", "a"]
    assert frame["follower_count"].tolist() == [pd.NA, 2]
    assert frame.attrs["trackagoat"]["duplicates"] == 1


def test_rows_without_a_key_are_no_duplicates():
    assert len(build([{"id": None}, {"id": None}, {"display_name": "x"}])) == 3


def test_a_key_of_several_columns_is_compared_whole():
    point = {"entity": "creator", "entity_id": "a", "metric": "views", "series_kind": "main"}
    days = ["2026-01-01", "2026-01-02", "2026-01-02"]
    rows = [{**point, "date": day, "value": place} for place, day in enumerate(days)]
    assert build(rows, table=ANALYTICS)["value"].tolist() == [0.0, 2.0]


def test_the_rest_of_two_campaigns_is_not_one_series():
    rest = {"entity": "campaign", "entity_id": "__other__", "metric": "views", "date": "2026-01-01"}
    rows = [{**rest, "series_kind": "breakdown", "parent_id": parent} for parent in "ab"]
    assert len(build(rows, table=ANALYTICS)) == 2


def test_unknown_fields_are_kept_with_one_warning_that_names_them_all():
    with pytest.warns(ContractWarning, match="not declared: age, tags") as caught:
        frame = build([{"id": "a", "age": 3}], [{"id": "b", "tags": ["x"]}])
    assert len(caught) == 1
    assert frame["age"].tolist() == [3, pd.NA]
    assert frame["age"].dtype == pd.Int64Dtype()
    assert frame["tags"].tolist() == [np.nan, '["x"]']


@pytest.mark.parametrize(
    ("parts", "dtype", "kept"),
    [
        ([[1], [2.5]], "Float64", [1.0, 2.5]),
        ([[2**53 + 1], [0.5]], STR, [str(2**53 + 1), "0.5"]),
        ([["x"], [1], [2.0], [True]], STR, ['"x"', "1", "2", "true"]),
        ([[None], [True]], "boolean", [pd.NA, True]),
        ([[None], [None]], STR, [np.nan, np.nan]),
    ],
)
def test_an_unknown_field_has_one_type_across_chunks(parts, dtype, kept):
    chunks = [[{"id": f"{at}", "x": value} for value in part] for at, part in enumerate(parts)]
    with pytest.warns(ContractWarning, match="not declared: x"):
        frame = build(*chunks)
    assert frame["x"].dtype == dtype
    assert (
        frame["x"].astype(object).tolist() == pd.Series(kept, dtype=dtype).astype(object).tolist()
    )


def test_unreadable_values_are_counted_with_one_warning_that_shows_the_first():
    problem = r"creators: .*follower_count \(2 values, the first is \"\?\"\); created_at \(1 value"
    with pytest.warns(ContractWarning, match=problem) as caught:
        frame = build(
            [{"id": "a", "follower_count": "?"}],
            [{"id": "b", "follower_count": "!", "created_at": 5}],
        )
    assert len(caught) == 1
    assert frame.attrs["trackagoat"]["unreadable"] == {"follower_count": 2, "created_at": 1}


def test_warnings_point_at_the_line_outside_the_package():
    with pytest.warns(ContractWarning, match="not declared") as caught:
        build([{"id": "a", "surprise": 1}])
    assert caught[0].filename == __file__


def test_a_19_digit_id_beside_a_null_keeps_its_digits():
    body = b'{"data": [{"tiktok_video_id": 7234567890123456789}, {"tiktok_video_id": null}]}'
    frame = build_frame([decode_pages([body], VIDEOS)], VIDEOS, provenance={})
    assert frame["tiktok_video_id"].tolist() == ["7234567890123456789", np.nan]


def test_the_arrow_backend_gives_arrow_dtypes_throughout():
    frame = build([{"id": "a", "tracking_mode": "auto"}], dtype_backend="pyarrow")
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)
    assert frame["tracking_mode"].tolist() == ["auto"]


def test_the_frame_is_a_plain_one_that_can_be_changed():
    frame = build([{"id": "a", "tracking_mode": "auto"}])
    assert type(frame) is pd.DataFrame
    frame.loc[0, "follower_count"] = 5
    frame["new"] = frame["follower_count"] * 2
    assert frame["new"].tolist() == [10]


def test_words_in_another_spelling_are_the_declared_ones():
    sent = ["AUTO_TRACKED", "Auto-tracked", "direct add", "included", None]
    frame = build(
        [{"id": str(n), "tracking_status": word} for n, word in enumerate(sent)], table=VIDEOS
    )
    status = frame["tracking_status"]
    assert status.tolist()[:4] == ["auto_tracked", "auto_tracked", "direct_add", "included"]
    assert status.isna().tolist() == [False] * 4 + [True]
    assert tuple(status.cat.categories) == VIDEOS.column("tracking_status").categories


def test_words_that_no_closed_set_has_are_kept_and_counted_in_a_warning():
    pages = [["Auto", "paused"], ["off", "PAUSED", "selective"]]
    records = [[{"id": word, "tracking_mode": word} for word in page] for page in pages]
    with pytest.warns(
        ContractWarning, match=r"tracking_mode: 'paused' \(1\), 'off' \(1\), 'PAUSED'"
    ):
        frame = build(*records)
    assert frame["tracking_mode"].tolist() == ["auto", "paused", "off", "PAUSED", "selective"]
    odd = frame.attrs["trackagoat"]["undeclared"]
    assert odd == {"tracking_mode": {"paused": 1, "off": 1, "PAUSED": 1}}
