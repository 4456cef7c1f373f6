from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

import trackagoat_pandas as tgp
from tests.named_frames import analytics_of
from tests.named_frames import series as series_from
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError


def series(values, *, start="2026-05-01", **options):
    return series_from(start, values, **options)


def title_of(*frames, **options):
    """The title of the frames' plot; the first one says what was asked for."""
    joined = pd.concat(frames)
    joined.attrs = frames[0].attrs
    return tgp.plots.trend(joined, **options).get_title(loc="left").replace("\n", " ")


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def prior(values, start):
    return series(values, start=start, kind="prior_period")


def test_values_are_summed_over_entities():
    frame = pd.concat([series([1, 2, 3]), series([10, 20, 30], entity="b")])
    (line,) = tgp.plots.trend(frame).lines
    assert line.get_ydata().tolist() == [11, 22, 33]


SIX, B = series([1, 2, 3, 4, 5, 6]), {"entity": "b"}
RATES = series([5, None, 6], metric="engagement_rate_by_views")


@pytest.mark.parametrize(
    ("frames", "title"),
    [
        (
            [series([1000, 2000]), prior([500, 500], "2026-04-29")],
            "Views: 3k from 1 May to 2 May 2026, +200% on 29 Apr to 30 Apr 2026",
        ),
        (
            [series([5]), prior([5], "2026-04-30")],
            "Views: 5 on 1 May 2026, as many as on 30 Apr 2026",
        ),
        (
            [SIX.drop(index=[1, 2])],
            "Views: 16 from 1 May to 6 May 2026 (2 May to 3 May 2026 missing)",
        ),
        ([SIX.drop(index=3)], "Views: 17 from 1 May to 6 May 2026 (4 May 2026 missing)"),
        ([SIX.drop(index=[1, 3])], "Views: 15 from 1 May to 6 May 2026 (2 days missing)"),
        ([SIX.drop(index=[0, 5])], "Views: 14 from 2 May to 5 May 2026"),
        (
            [SIX.drop(index=1), series([1] * 6, **B)],
            "Views: 25 from 1 May to 6 May 2026 (2 May 2026 incomplete)",
        ),
        (
            [SIX.drop(index=[1, 2]), prior([1] * 6, "2026-04-25")],
            ("Views: 16 from 1 May to 6 May 2026 (2 May to 3 May 2026 missing), +300% on the same "
            "days of 25 Apr to 30 Apr 2026"),
        ),
        (  # 2 May has no value of one of two entities
            [series([10, 10, 10]), series([10, None, 10], **B), prior([10] * 3, "2026-04-28")],
            ("Views: 50 from 1 May to 3 May 2026 (2 May 2026 incomplete), "
            "+100% on the same days of 28 Apr to 30 Apr 2026"),
        ),
        (  # 2 May has no value in this period
            [series([100, None]), prior([50, 900], "2026-04-29")],
            "Views: 100 on 1 May 2026, +100% on 29 Apr 2026",
        ),
        (
            [series([110, 110, 1], partial=True), prior([100] * 3, "2026-04-28")],
            ("Views: 221 from 1 May to 3 May 2026 (3 May 2026 still filling), "
            "whole days +10% on 28 Apr to 29 Apr 2026"),
        ),
        (
            [SIX.drop(index=1).assign(is_partial=[False] * 4 + [True])],
            "Views: 19 from 1 May to 6 May 2026 (2 May 2026 missing, 6 May 2026 still filling)",
        ),
        (  # nothing to divide by on 2 May
            [RATES],
            "Engagement rate by views: median 5.5%, 5% to 6%, from 1 May to 3 May 2026",
        ),
        (
            [RATES.drop(index=1)],
            ("Engagement rate by views: median 5.5%, 5% to 6%, from 1 May to 3 May 2026 "
            "(2 May 2026 missing)"),
        ),
        (
            [series([1000, 1200, 1500], metric="followers", mode="cumulative", granularity="day")],
            "Followers: 1.5k by 3 May 2026, +500 since 1 May 2026",
        ),
        (
            [series([5, 4], start="2026-05-01", freq="MS", metric="followers", mode="cumulative")],
            "Followers: 4 by Jun 2026, -1 since May 2026",
        ),
        (
            [series([1, 2, 3], start="2026-05-04", freq="W-MON", granularity="week").drop(index=1)],
            "Views: 4 in the weeks of 4 May to 18 May 2026 (the week of 11 May 2026 missing)",
        ),
        (
            [series([1], start="2026-05-04", granularity="week")],
            "Views: 1 in the week of 4 May 2026",
        ),
        (
            [series([1, 2, 3], start="2025-12-01", freq="MS", granularity="month").drop(index=1)],
            "Views: 4 from Dec 2025 to Feb 2026 (Jan 2026 missing)",
        ),
        (
            [series([1], granularity="month", partial=True)],
            "Views: 1 in May 2026 (May 2026 still filling)",
        ),
    ],
)  # fmt: skip
def test_the_title_states_the_finding_and_which_buckets_are_not_whole(frames, title):
    assert title_of(*frames) == title


@pytest.mark.parametrize(("freq", "before"), [("D", "2026-04-28"), ("MS", "2026-02-01")])
def test_a_prior_period_is_dashed_and_laid_over_this_one(freq, before):
    frame = pd.concat(
        [
            series([1, 2, 3], freq=freq),
            series([3, 4, 5], freq=freq, start=before, kind="prior_period"),
        ]
    )
    dashed, main = tgp.plots.trend(frame).lines
    assert dashed.get_linestyle() == "--"
    assert dashed.get_ydata().tolist() == [3, 4, 5]
    assert dashed.get_xdata().tolist() == main.get_xdata().tolist()


@pytest.mark.parametrize(
    ("granularity", "dates", "is_compared", "note"),
    [
        ("month", "2026-05", False, ""),  # the 31 days before begin on 31 March
        ("month", ("2026-05-01", "2026-06-15"), False, "the last month up to 15 Jun 2026"),
        ("month", ("2026-03-01", "2026-04-30"), False, ""),
        ("month", ("2026-05-01", "2026-06-30"), True, ""),  # after 61 days of March and April
        ("week", ("2026-05-04", "2026-05-17"), True, ""),
        (  # cut alike
            "week", ("2026-05-06", "2026-05-19"), True,
            "the first week from 6 May 2026 and the last week up to 19 May 2026",
        ),
        ("week", ("2026-05-04", "2026-05-20"), False, "the last week up to 20 May 2026"),
        ("day", ("2026-05-06", "2026-05-20"), True, ""),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
def test_cut_buckets_are_noted_and_compared_only_if_they_are_cut_alike(
    client, granularity, dates, is_compared, note
):
    views = tgp.load_analytics(
        "creator", tgp.load_creators("Q1 Brand Program", client=client).head(2), "views",
        dates=dates, granularity=granularity, compare="prior_period", client=client,
    )  # fmt: skip
    ax = tgp.plots.trend(views)
    assert ("% on " in ax.get_title(loc="left").replace("\n", " ")) == is_compared
    assert ("the period before" in labels(ax)) == is_compared
    notes = [f"Counted only in part: {note}."] if note else []
    if not is_compared:
        notes.append(f"The period before isn't drawn: its {granularity}s are cut differently.")
    assert ax.get_xlabel().replace("\n", " ") == " ".join(notes)


def test_only_buckets_at_the_ends_of_what_was_asked_for_are_noted_as_cut():
    asked = {"from": "2026-04-15", "to": "2026-06-15", "granularity": "month"}
    months = series([1, 2, 3], start="2026-04-01", freq="MS", **asked)
    assert tgp.plots.trend(months).get_xlabel().startswith("Counted only in part")
    assert tgp.plots.trend(months.iloc[1:2]).get_xlabel() == ""
    months.attrs["trackagoat"]["params"]["mode"] = "cumulative"
    assert tgp.plots.trend(months).get_xlabel() == ""


def test_a_note_of_narrow_axes_lies_within_the_figure_and_above_the_legend():
    ax = Figure(figsize=(3, 3)).add_subplot()
    asked = {"from": "2026-04-15", "to": "2026-06-15", "granularity": "month"}
    months = series([1, 2, 3], start="2026-04-01", freq="MS", partial=True, **asked)
    tgp.plots.trend(months, ax=ax)
    ax.figure.draw_without_rendering()
    note, legend = ax.xaxis.label.get_window_extent(), ax.get_legend().get_window_extent()
    assert note.y0 >= legend.y1 - 3
    assert legend.y0 >= 0
    assert note.x1 <= ax.figure.bbox.x1


@pytest.mark.parametrize(
    ("granularity", "first", "label", "ticks"),
    [
        ("D", "2026-01-05", "views a day", ["05\nJan 2026", "06", "07"]),
        ("W-MON", "2026-01-05", "views a week", ["05\nJan 2026", "12", "19"]),
        ("MS", "2026-04-01", "views a month", ["Apr\n2026", "May", "Jun"]),
    ],
)
def test_the_axes_name_the_bucket(granularity, first, label, ticks):
    ax = tgp.plots.trend(series([1, 2, 3], start=first, freq=granularity))
    assert ax.get_ylabel() == label
    assert [text.get_text() for text in ax.get_xticklabels()] == ticks
    assert ax.xaxis.get_offset_text().get_text() == ""


@pytest.mark.parametrize(
    "frame", [series([1, 2, None, 3, None]), series([1, 2, 9, 3]).drop(index=2)]
)
def test_a_null_value_and_an_absent_day_leave_a_gap_and_a_lone_value_is_a_dot(frame):
    line, dot = tgp.plots.trend(frame).lines
    assert pd.isna(line.get_ydata()[2])
    assert line.get_marker() == "None"
    assert dot.get_marker() == "o"
    assert dot.get_ydata().tolist() == [3]


def test_a_bucket_that_still_fills_is_hatched():
    ax = tgp.plots.trend(series([1, 2, 3], partial=True))
    (patch,) = ax.patches
    assert patch.get_hatch() == "///"
    assert "still filling" in ax.get_legend_handles_labels()[1]


def test_one_of_several_metrics_must_be_named():
    frame = pd.concat([series([1]), series([2], metric="likes")])
    with pytest.raises(ArgumentError, match="name one of views, likes"):
        tgp.plots.trend(frame)
    assert tgp.plots.trend(frame, metric="likes").lines[0].get_ydata().tolist() == [2]
    with pytest.raises(ChoiceError, match="'views', 'likes'"):
        tgp.plots.trend(frame, metric="saves")


def test_a_rate_of_several_entities_is_refused():
    name = "engagement_rate_by_views"
    frame = pd.concat([series([1], metric=name), series([2], metric=name, entity="b")])
    with pytest.raises(ArgumentError, match="a rate can't be summed"):
        tgp.plots.trend(frame)
    assert tgp.plots.trend(frame[frame["entity_id"] == "a"]).get_ylabel().startswith("engagement")


def test_rates_of_several_entities_can_be_split_and_are_never_added_up():
    name = "engagement_rate_by_views"
    parts = [series([place, 5.0], metric=name, entity=f"e{place}") for place in range(7)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=3)
    assert labels(ax) == ["4 others not drawn", "e6", "e5", "e4"]
    assert ax.get_title(loc="left").startswith("Engagement rate by views: median 5%, 0% to")


def test_the_biggest_entities_have_a_line_each_and_the_others_one():
    parts = [series([place, place], entity=f"e{place}") for place in range(1, 5)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=2)
    others, first, second = ax.lines
    assert labels(ax) == ["2 others together", "e4", "e3"]
    assert [line.get_ydata()[0] for line in (others, first, second)] == [3, 4, 3]
    assert ax.get_title(loc="left").endswith("; e4 has 40% of them")


def test_up_to_eight_lines_differ_by_marker_too():
    frame = pd.concat([series([1, 2], entity=name) for name in "abcdefgh"])
    ax = tgp.plots.trend(frame, by="entity_id", n=8)
    assert len({line.get_marker() for line in ax.lines}) == 8
    assert len({line.get_color() for line in ax.lines}) == 8


@pytest.mark.parametrize(
    ("count", "label", "share"),
    [(9, "4 others together", "11%"), (10, "5 others not drawn", "10%"),
     (110, "105 others not drawn", "under 1%")],
)  # fmt: skip
def test_others_that_would_dwarf_the_lines_are_not_drawn(count, label, share):
    parts = [series([10, 10], entity=f"e{place}") for place in range(count)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=5)
    assert labels(ax)[0] == label
    assert (ax.get_ylim()[1] < 20) == label.endswith("not drawn")
    assert ax.get_title(loc="left").endswith(f"; e0 has {share} of them")


def test_equal_labels_have_lines_of_their_own():
    parts = [series([1], entity=f"{name * 8}-1").assign(label="mia") for name in "ab"]
    ax = tgp.plots.trend(pd.concat(parts), by="label")
    assert labels(ax) == ["mia (aaaaaaaa)", "mia (bbbbbbbb)"]


def test_parts_of_a_campaign_can_be_drawn():
    frame = pd.concat([series([9]), series([2], entity="v", kind="breakdown")])
    ax = tgp.plots.trend(frame, by="entity_id", series_kind="breakdown")
    assert [line.get_ydata().tolist() for line in ax.lines[:1]] == [[2]]


def test_where_tracking_starts_a_triangle_stands():
    frame = series([1, 2, 3]).assign(is_baseline=[False, True, False])
    ax = tgp.plots.trend(frame)
    (mark,) = [line for line in ax.lines if line.get_marker() == "^"]
    assert list(mark.get_xdata()) == [pd.Timestamp("2026-05-02")]
    assert "tracking starts" in labels(ax)


def notes(**columns):
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-05-02", "2026-07-01"]),
            "label": ["Brief", "Late"],
            **columns,
        }
    )


@pytest.mark.parametrize(
    ("columns", "texts"),
    [
        ({}, ["Brief"]),
        ({"entity": "creator", "entity_id": "x"}, []),
        ({"entity": "creator", "entity_id": "a"}, ["Brief"]),
        ({"entity": "project", "entity_id": "x"}, ["Brief"]),
    ],
)
def test_notes_on_these_entities_inside_the_axes_are_marked_and_named(columns, texts):
    ax = tgp.plots.trend(series([1, 2, 3]), annotations=notes(**columns))
    assert [text.get_text() for text in ax.texts] == texts
    assert ("note" in labels(ax)) == (ax.get_ylim()[1] > 3.15) == bool(texts)


def test_no_notes_are_no_trouble_and_another_frame_of_notes_is_refused():
    ax = tgp.plots.trend(series([1, 2]), annotations=notes().head(0))
    assert len(ax.lines) == 1
    with pytest.raises(MissingColumnError, match="load_annotations"):
        tgp.plots.trend(series([1]), annotations=pd.DataFrame({"a": [1]}))


def test_notes_that_have_no_room_are_lines_without_a_name():
    days = pd.date_range("2026-05-01", periods=30)
    crowd = pd.DataFrame({"date": days, "label": [f"What happened on day {n}" for n in range(30)]})
    ax = tgp.plots.trend(series(list(range(30))), annotations=crowd)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert 3 <= len(boxes) < 30
    pairs = [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :]]
    assert not any(a.overlaps(b) for a, b in pairs)
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert len(dotted) == 30


def test_losses_are_drawn_below_a_line_at_zero():
    ax = tgp.plots.trend(series([5, -3], metric="followers"))
    assert ax.get_ylim()[0] < 0
    assert any(list(line.get_ydata()) == [0, 0] for line in ax.lines)


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_loaded_frames_of_either_backend_can_be_drawn(client, backend):
    campaigns = tgp.load_campaigns("Q1 Brand Program", client=client)
    loaded = tgp.load_analytics(
        "campaign", campaigns, ["views"], dates="2026-05-20..2026-06-30", compare="prior_period",
        breakdown="video", dtype_backend=backend, client=client,
    )  # fmt: skip
    annotations = tgp.load_annotations("Q1 Brand Program", client=client)
    ax = tgp.plots.trend(loaded, annotations=annotations)
    total = loaded.loc[loaded["series_kind"] == "main", "value"].sum()
    assert sum(ax.lines[1].get_ydata()) == pytest.approx(total)
    split = tgp.plots.trend(loaded, by="label", n=8, series_kind="breakdown")
    split.figure.canvas.draw()


def test_a_day_of_two_joined_loads_is_drawn_once_and_not_as_partial():
    whole = analytics_of("mia")
    stale = whole.tail(1).assign(value=1.0, is_partial=True)
    for frames in ([whole, stale], [stale, whole]):
        ax = tgp.plots.trend(pd.concat(frames))
        assert ax.lines[0].get_ydata().tolist() == [1, 2, 3, 4]
        assert len(ax.patches) == 0
