"""Tables of Polars, DuckDB and PyArrow, wherever a frame is taken."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from inspect import isclass, isfunction, signature

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import NEW_YORK
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    MissingArgumentError,
)
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.inputs.arrow import arrow_buffer, as_pandas, takes_arrow

NIGHT = pd.Timestamp("2026-06-15").to_pydatetime()
ONE_COLUMN = pd.DataFrame({"a": [1]})
BIG = 7_400_000_000_000_000_001
"""An id that a float can't hold."""
PROJECT = "Q1 Brand Program"
FRAME = re.compile(r"DataFrame|Series|\b(One|Items)\b")
"""How an annotation says that an argument may be a frame."""


def column(values, kind=None):
    return as_pandas("frame", pa.table({"x": pa.array(values, kind)}))["x"]


@pytest.mark.parametrize(
    ("values", "kind", "dtype"),
    [
        (["a", None], pa.string(), STRING),
        (["a", None], pa.large_string(), STRING),
        (["a", None], pa.string_view(), STRING),
        ([1, None], pa.int8(), "Int64"),
        ([BIG, None], pa.int64(), "Int64"),
        ([BIG, None], pa.uint64(), "Int64"),
        ([1.5, None], pa.float32(), "Float64"),
        ([True, None], pa.bool_(), "boolean"),
        ([dt.date(2026, 6, 15), None], pa.date32(), "datetime64[us]"),
        ([NIGHT, None], pa.timestamp("ns"), "datetime64[us]"),
        ([NIGHT, None], pa.timestamp("s", "UTC"), "datetime64[us, UTC]"),
        (
            [NIGHT, None],
            pa.timestamp("ms", NEW_YORK),
            f"datetime64[us, {NEW_YORK}]",
        ),
    ],
    ids=str,
)
def test_a_column_gets_the_dtype_of_loaded_frames(values, kind, dtype):
    read = column(values, kind)
    assert read.dtype == dtype
    assert read.isna().tolist() == [False, True]


def test_an_id_of_nineteen_digits_stays_exact_beside_a_null():
    for given in (
        pl.DataFrame({"x": [BIG, None]}),
        duckdb.sql(f"from (values ({BIG}), (null)) _(x)"),
    ):
        assert as_pandas("frame", given)["x"].tolist() == [BIG, pd.NA]
    assert as_pandas("frame", pl.DataFrame({"x": [str(BIG)]}))["x"].tolist() == [str(BIG)]


def test_the_numbers_of_a_sum_in_duckdb_are_whole_numbers():
    relation = duckdb.sql("select sum(x) as total from (values (1), (2)) _(x)")
    assert pa.table(relation).schema.field("total").type == pa.decimal128(38, 0)
    assert as_pandas("frame", relation)["total"].dtype == "Int64"


def test_numbers_that_no_int64_holds_stay_exact():
    assert column([2**64 - 1], pa.uint64()).tolist() == [2**64 - 1]
    beyond = as_pandas("frame", duckdb.sql("select (2::hugeint ** 80)::hugeint as x"))["x"]
    assert int(beyond.iloc[0]) == 2**80
    money = as_pandas("frame", duckdb.sql("select 12.30::decimal(10, 2) as x"))["x"]
    assert str(money.iloc[0]) == "12.30"


def test_not_a_number_is_missing():
    assert column([1.0, float("nan")]).isna().tolist() == [False, True]


def test_words_are_a_category_and_a_dictionary_of_numbers_is_numbers():
    given = pl.DataFrame(
        {"plain": pl.Series(["a", None], dtype=pl.Categorical),
         "ordered": pl.Series(["a", None], dtype=pl.Enum(["b", "a"]))}
    )  # fmt: skip
    read = as_pandas("frame", given)
    assert not read["plain"].cat.ordered
    assert read["ordered"].cat.ordered
    assert read["ordered"].cat.categories.tolist() == ["b", "a"]
    assert read["ordered"].cat.categories.dtype == STRING
    assert column(pa.array([3, None, 3]).dictionary_encode()).dtype == "Int64"


def test_words_of_several_batches_share_their_categories():
    batches = pa.chunked_array(
        [pa.array(["a"]).dictionary_encode(), pa.array(["b", "a"]).dictionary_encode()]
    )
    assert as_pandas("frame", pa.table({"x": batches}))["x"].tolist() == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, None], "[1, null]"),
        ({"a": "ä", "day": dt.date(2026, 6, 15)}, '{"a": "ä", "day": "2026-06-15"}'),
        ([{"id": BIG}], f'[{{"id": {BIG}}}]'),
    ],
    ids=["list", "struct", "list-of-structs"],
)
def test_nested_values_become_json_text(value, text):
    read = as_pandas("frame", pl.DataFrame({"x": [value, None]}, strict=False))["x"]
    assert read.dtype == STRING
    assert read.iloc[0] == text
    assert pd.isna(read.iloc[1])


def test_a_map_becomes_a_json_object():
    read = as_pandas("frame", duckdb.sql("select map {'budget_cents': 5} as x"))
    assert read["x"].tolist() == ['{"budget_cents": 5}']


def test_a_uuid_becomes_the_text_that_ids_are():
    one = uuid.UUID("0a000000-0000-4000-8000-00000000000b")
    stored = pa.array([one.bytes, None], pa.binary(16))
    ids = pa.ExtensionArray.from_storage(pa.uuid(), stored)
    assert column(ids).tolist()[0] == str(one)


def test_runs_are_written_out():
    assert column(pc.run_end_encode(pa.array([1, 1, None]))).tolist() == [1, 1, pd.NA]


def test_a_batch_without_rows_between_others_changes_nothing():
    numbers, texts = pa.array([1, 2, None]), pa.chunked_array([["a"], [], ["b", None]])
    batched = pa.table({"x": numbers, "text": texts})
    assert [len(batch) for batch in batched.to_batches()] == [1, 0, 2]
    whole = pa.table({"x": numbers, "text": texts.combine_chunks()})
    pd.testing.assert_frame_equal(as_pandas("frame", batched), as_pandas("frame", whole))
    chunked = pa.chunked_array([numbers[:1], numbers[1:1], numbers[1:]])
    assert as_pandas("texts", chunked).tolist() == [1, 2, pd.NA]


def test_a_column_of_another_library_becomes_a_series_with_its_name():
    texts = as_pandas("texts", pl.Series("text", ["love it", None]))
    pd.testing.assert_series_equal(texts, pd.Series(["love it", None], name="text", dtype=STRING))
    assert as_pandas("texts", pl.Series(["x"])).name is None
    scored = tgp.score_texts(pl.Series("text", ["love it", None]))
    pd.testing.assert_frame_equal(scored, tgp.score_texts(texts))


def test_columns_of_one_name_stay_apart():
    read = as_pandas("frame", pa.table([[1], ["x"]], names=["a", "a"]))
    assert read.columns.tolist() == ["a", "a"]
    assert read.iloc[0].tolist() == [1, "x"]


@pytest.mark.parametrize(
    "given",
    [pd.DataFrame({"a": [1]}), pd.Series([1]), None, "a", [1], {"a": 1}, (1,), pa.array([1])],
    ids=lambda given: type(given).__name__,
)
def test_what_is_no_table_of_another_library_is_left_as_it_is(given):
    assert as_pandas("frame", given) is given


def test_tables_in_a_list_or_a_dict_are_read():
    table = pl.DataFrame({"a": [1]})
    for read in (*as_pandas("frames", [table]), as_pandas("frames", {"x": table})["x"]):
        assert isinstance(read, pd.DataFrame)
    assert isinstance(as_pandas("frames", (table, 1)), tuple)


def test_a_stream_that_can_be_read_once_is_read_once():
    reader = pa.table({"view_count": [5, 9], "tiktok_handle": ["ann", "bob"]}).to_reader()
    assert tgp.leaderboard(reader)["tiktok_handle"].tolist() == ["bob", "ann"]


def test_what_an_arrow_table_can_hold_and_no_frame_of_ours_is_refused():
    far = pa.table({"x": pa.array([2**62], pa.timestamp("s"))})
    with pytest.raises(ArgumentError, match=r"^comments='Table' .*can't be read: .*out of bounds"):
        tgp.score_comments(far)


def test_a_lazy_frame_is_refused():
    with pytest.raises(ArgumentTypeError, match="a pandas DataFrame"):
        tgp.engagement(pl.LazyFrame({"view_count": [1]}))


def test_what_a_loaded_frame_says_of_itself_comes_along_in_an_arrow_table():
    videos = pd.DataFrame({"view_count": [5], "tiktok_handle": ["ann"]}, index=[7])
    videos.attrs["trackagoat"] = {"path": "/videos", "complete": False}
    with pytest.warns(IncompleteFrameWarning, match="^leaderboard: `frame` is incomplete"):
        ranked = tgp.leaderboard(pa.Table.from_pandas(videos))
    assert not ranked.goat.provenance["complete"]
    assert as_pandas("frame", pa.Table.from_pandas(videos)).index.tolist() == [7]


def test_a_decorated_function_is_documented_as_before():
    def measure(frame: pd.DataFrame, n: int = 2) -> int:
        """Count rows."""
        return len(frame) + n

    taking = takes_arrow(measure)
    assert taking(pl.DataFrame({"a": [1]})) == taking(frame=pl.DataFrame({"a": [1]})) == 3
    assert signature(taking) == signature(measure)
    assert taking.__doc__ == "Count rows."


@pytest.fixture(scope="module")
def loaded(box):
    """Frames of one project, as if they came without provenance."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(PROJECT, client=client)
        structures = tgp.load_payout_structures(PROJECT, client=client)
        frames = {
            "creators": creators,
            "videos": tgp.load_videos(PROJECT, client=client),
            "goals": tgp.load_goal_compliance(PROJECT, client=client),
            "comments": tgp.load_comments(PROJECT, client=client),
            "campaigns": tgp.load_campaigns(PROJECT, client=client),
            "analytics": tgp.load_analytics(
                "creator", creators, ["views", "likes"], dates="2026-05", client=client
            ),
            "structures": structures[structures["kind"] == "recurring"],
            "assignments": tgp.load_payout_assignments(
                structures[structures["kind"] == "recurring"], client=client
            ),
            "accruals": tgp.load_payout_accruals(PROJECT, client=client),
            "payments": tgp.load_payout_payments(PROJECT, client=client),
        }
    frames = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    for frame in frames.values():
        frame.attrs = {}
    return frames


def as_polars(frame):
    return pl.from_pandas(frame)


def as_duckdb(frame):
    return duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))


def as_reader(frame):
    return pa.Table.from_pandas(frame, preserve_index=False).to_reader(max_chunksize=100)


HELPERS = {
    "engagement": (tgp.engagement, ["videos"], {}),
    "leaderboard": (tgp.leaderboard, ["videos"], {"within": "creator_id"}),
    "with_names": (tgp.with_names, ["comments"], {"creators": "creators"}),
    "search_comments": (tgp.search_comments, ["comments"], {"words": "love"}),
    "summarize_creators": (tgp.summarize_creators, ["creators", "videos", "goals"], {}),
    "summarize_compliance": (tgp.summarize_compliance, ["goals"], {"by": "creator"}),
    "who_to_nudge": (tgp.who_to_nudge, ["goals"], {"now": "2026-06-15T12:00Z"}),
    "goal_odds": (
        tgp.goal_odds, ["goals"],
        {"videos": "videos", "reference_date": "2026-06-15", "timezone": NEW_YORK},
    ),
    "score_comments": (tgp.score_comments, ["comments"], {"mode": "plus"}),
    "find_negative_alerts": (tgp.find_negative_alerts, ["comments"], {"min_comments": 2}),
    "sentiment_trend": (tgp.sentiment_trend, ["comments"], {"timezone": NEW_YORK}),
    "comments_of_campaigns": (
        tgp.comments_of_campaigns, ["comments", "campaigns", "campaigns"], {}
    ),
    "to_wide": (tgp.to_wide, ["analytics"], {"metric": "views"}),
    "resample": (tgp.resample, ["analytics", ], {"granularity": "week"}),
    "growth": (tgp.growth, ["analytics"], {"metrics": "growth_rate_pop", "base_metric": "views"}),
    "outstanding_balances": (
        tgp.outstanding_balances, ["accruals", "payments"], {"timezone": NEW_YORK}
    ),
    "payout_timeline": (tgp.payout_timeline, ["accruals", "payments"], {"timezone": NEW_YORK}),
    "payout_entries": (tgp.payout_entries, ["accruals", "payments"], {"timezone": NEW_YORK}),
    "accrue": (
        tgp.accrue, ["structures", "assignments"], {"until": "2026-06-15", "timezone": NEW_YORK},
    ),
}  # fmt: skip
"""Functions, their frames by name, and their options; an option that names a frame is one."""


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
@pytest.mark.parametrize("other", [as_polars, as_duckdb, as_reader])
@pytest.mark.parametrize("name", HELPERS)
def test_a_helper_gives_the_same_of_any_librarys_table(loaded, name, other):
    function, frames, options = HELPERS[name]

    def answer(convert):
        named = {key: convert(loaded[value]) if value in loaded else value
                 for key, value in options.items()}  # fmt: skip
        return function(*[convert(loaded[frame]) for frame in frames], **named)

    expected = answer(lambda frame: frame)
    assert len(expected) > 0
    pd.testing.assert_frame_equal(comparable(answer(other)), comparable(expected))


def comparable(frame):
    """DuckDB makes texts of a dictionary's words, and gives instants in the machine's zone."""
    texts = frame.astype(dict.fromkeys(frame.select_dtypes("category"), STRING))
    instants = frame.select_dtypes("datetimetz").columns
    return texts.assign(**{name: frame[name].dt.tz_convert("UTC") for name in instants})


def test_loaders_and_actions_take_the_tables_of_other_libraries(client, loaded):
    creators = loaded["creators"].head(2)
    asked = {"metrics": "views", "dates": "2026-05", "client": client}
    pd.testing.assert_frame_equal(
        tgp.load_analytics("creator", pl.from_pandas(creators), **asked),
        tgp.load_analytics("creator", creators, **asked),
    )
    by_ids = tgp.load_analytics("creator", pl.from_pandas(creators)["id"], **asked)
    assert by_ids["entity_id"].unique().tolist() == creators["id"].tolist()
    texts = duckdb.sql("select 'love it' as text")
    assert tgp.load_comments(texts)["text"].tolist() == ["love it"]
    handles = pl.DataFrame({"tiktok_handle": ["new_goat"]})
    plan = tgp.actions.add_creators(PROJECT, handles, dry_run=True, client=client)
    assert "new_goat" in str(plan.to_dict())


def test_a_picture_says_that_an_arrow_table_is_incomplete(loaded):
    videos = loaded["videos"].copy()
    videos.attrs["trackagoat"] = {"path": "/videos", "complete": False}
    with pytest.warns(IncompleteFrameWarning, match="^leaderboard"):
        axes = tgp.plots.leaderboard(pa.Table.from_pandas(videos), name="title")
    said = [text.get_text() for text in axes.texts] + [axes.get_xlabel()]
    assert any("incomplete" in text for text in said) or "incomplete" in str(
        [
            text.get_text()
            for text in axes.figure.findobj(lambda artist: hasattr(artist, "get_text"))
        ]
    )


def is_public(value):
    return isfunction(value) or (
        isclass(value) and value.__module__.startswith(tgp.widgets.__name__)
    )


def takers():
    """Every public function that takes a frame, with its arguments that may be one."""
    for module in (tgp, tgp.plots, tgp.actions, tgp.widgets):
        for name in sorted(module.__all__):
            function = getattr(module, name)
            parameters = signature(function).parameters if is_public(function) else {}
            notes = {key: str(one.annotation) for key, one in parameters.items()}
            # A function that returns a frame is none itself.
            frames = [key for key, text in notes.items()
                      if FRAME.search(text) and "Callable" not in text]  # fmt: skip
            if frames:
                yield pytest.param(function, frames, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize(("function", "frames"), [*takers()])
def test_every_function_that_takes_a_frame_takes_other_libraries_tables(function, frames):
    """A table that can't be read is refused with its own error, so that reading it is seen."""

    class Torn:
        def __arrow_c_stream__(self, requested_schema=None):
            raise ValueError("torn")

    parameters = signature(function).parameters
    needed = [key for key, one in parameters.items() if one.default is one.empty]
    placed = [
        key
        for key, one in parameters.items()
        if one.kind in (one.POSITIONAL_ONLY, one.VAR_POSITIONAL)
    ]
    for torn in frames:
        values = {key: Torn() if key == torn else None for key in [*needed, torn]}
        first = [values.pop(key) for key in placed if key in values]
        with pytest.raises(ArgumentError, match=f"{torn}='Torn' .*the Torn can't be read: torn"):
            function(*first, **values)


def test_what_a_reader_of_files_gets_holds_no_object_of_python():
    ended = []

    class Content(bytes):
        def __del__(self):
            ended.append(bytes(self))

    assert arrow_buffer(Content(b"PAR1")).to_pybytes() == b"PAR1"
    copied = arrow_buffer(Content(b""))
    assert ended == [b"PAR1", b""]
    assert copied.size == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (tgp.load_goal_compliance, "`project` is required: call load_goal_compliance(pr"),
        (lambda: tgp.load_analytics("creator", "x"), "call load_analytics(entity, ids, metrics)"),
        (
            lambda: tgp.accrue(ONE_COLUMN, ONE_COLUMN),
            "required: call accrue(structures, assignments, until=",
        ),
        (ONE_COLUMN.goat.what_if, "`assignments` and `changes` are required"),
    ],
)
def test_an_argument_that_was_left_out_is_named_with_the_call(call, said):
    with pytest.raises(MissingArgumentError, match=re.escape(said)):
        call()


def test_a_list_of_frames_is_told_to_be_joined():
    with pytest.raises(ArgumentTypeError, match=r"tgp.combine_loads\(\*frames\) makes one of sev"):
        tgp.combine_loads([ONE_COLUMN, ONE_COLUMN])
