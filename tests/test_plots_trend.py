from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.named_frames import analytics_of
from tests.named_frames import series as series_from
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError
from trackagoat_pandas.plots.trend import picture_of


def series(values, *, start="2026-05-01", **options):
    return series_from(start, values, **options)


def test_values_are_summed_over_entities():
    frame = pd.concat([series([1, 2, 3]), series([10, 20, 30], entity="b")])
    (line,) = tgp.plots.trend(frame).lines
    assert line.get_ydata().tolist() == [11, 22, 33]


def title_of(frame):
    return tgp.plots.trend(frame).get_title(loc="left").replace("\n", " ")


def test_the_title_states_the_finding():
    frame = pd.concat(
        [series([1000, 2000]), series([500, 500], start="2026-04-29", kind="prior_period")]
    )
    title = tgp.plots.trend(frame).get_title(loc="left")
    assert title == "Views: 3k from 1 May to 2 May 2026, +200% on 29 Apr to 30 Apr 2026"


def test_the_title_says_which_days_are_missing_in_between():
    def title(*gone, prior=()):
        frame = series([1, 2, 3, 4, 5, 6]).drop(index=list(gone))
        return title_of(pd.concat([frame, *prior]))

    assert title(1, 2) == "Views: 16 from 1 May to 6 May 2026 (2 May to 3 May 2026 missing)"
    assert title(3) == "Views: 17 from 1 May to 6 May 2026 (4 May 2026 missing)"
    assert title(1, 3) == "Views: 15 from 1 May to 6 May 2026 (2 days missing)"
    assert title(0, 5) == "Views: 14 from 2 May to 5 May 2026"
    other = series([1] * 6, entity="b")
    assert title(1, prior=[other]).endswith("from 1 May to 6 May 2026 (2 May 2026 incomplete)")
    before = series([1] * 6, start="2026-04-25", kind="prior_period")
    assert title(1, 2, prior=[before]).endswith(
        " missing), +300% on the same days of 25 Apr to 30 Apr 2026"
    )


def test_a_day_without_a_value_of_one_of_two_entities_is_not_compared():
    frame = pd.concat(
        [
            series([10, 10, 10]),
            series([10, None, 10], entity="b"),
            series([10, 10, 10], start="2026-04-28", kind="prior_period"),
        ]
    )
    assert title_of(frame).endswith("+100% on the same days of 28 Apr to 30 Apr 2026")


def test_a_rate_that_divides_by_nothing_is_no_missing_day():
    rates = series([5, None, 6]).assign(metric="engagement_rate_by_views")
    assert title_of(rates).endswith("from 1 May to 3 May 2026")
    gone = rates.drop(index=1)
    assert title_of(gone).endswith("(2 May 2026 missing)")


@pytest.mark.parametrize(
    ("start", "freq", "span"),
    [
        ("2026-05-04", "W-MON", "in the weeks of 4 May to 18 May 2026 (the week of 11 May 2026 "),
        ("2025-12-01", "MS", "from Dec 2025 to Feb 2026 (Jan 2026 missing)"),
    ],
)
def test_the_title_names_weeks_and_months_as_such(start, freq, span):
    frame = series([1, 2, 3]).assign(date=pd.date_range(start, periods=3, freq=freq))
    frame.attrs["trackagoat"] = {"params": {"granularity": "month" if freq == "MS" else "week"}}
    assert span in title_of(frame.drop(index=1))
    assert " on " not in title_of(frame.head(1))


def test_a_prior_period_is_dashed_and_laid_over_this_one():
    frame = pd.concat([series([1, 2]), series([3, 4], start="2026-04-29", kind="prior_period")])
    prior, main = tgp.plots.trend(frame).lines
    assert prior.get_linestyle() == "--"
    assert prior.get_xdata().tolist() == main.get_xdata().tolist()


def test_a_bucket_that_still_fills_is_hatched():
    ax = tgp.plots.trend(series([1, 2, 3], partial=True))
    (patch,) = ax.patches
    assert patch.get_hatch() == "///"
    assert "still filling" in ax.get_legend_handles_labels()[1]


@pytest.mark.parametrize(
    "frame", [series([1, 2, None, 3, 4]), series([1, 2, 9, 3, 4]).drop(index=2)]
)
def test_a_null_value_and_an_absent_day_leave_a_gap(frame):
    (line,) = tgp.plots.trend(frame).lines
    assert len(line.get_ydata()) == 5
    assert pd.isna(line.get_ydata()[2])


def test_a_lone_value_between_gaps_is_a_dot():
    line, dot = tgp.plots.trend(series([1, 2, None, 3, None])).lines
    assert line.get_marker() == "None"
    assert dot.get_marker() == "o"
    assert dot.get_ydata().tolist() == [3]


@pytest.mark.parametrize("frame", [series([1]).head(0), series([None, None])])
def test_a_frame_without_values_says_so(frame):
    ax = tgp.plots.trend(frame)
    assert ax.get_title(loc="left").startswith("No ")
    assert [text.get_text() for text in ax.texts] == ["nothing to show"]


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


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def test_the_biggest_entities_have_a_line_each_and_the_others_one():
    parts = [series([place, place], entity=f"e{place}") for place in range(1, 5)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=2)
    others, first, second = ax.lines
    assert labels(ax) == ["2 others together", "e4", "e3"]
    assert [line.get_ydata()[0] for line in (others, first, second)] == [3, 4, 3]
    assert ax.get_title(loc="left").endswith("; e4 has 40% of them")


def test_a_small_share_is_never_called_nothing():
    parts = [series([1, 1], entity=f"e{place}") for place in range(300)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id")
    assert ax.get_title(loc="left").endswith("; e0 has under 1% of them")


def test_lines_differ_by_marker_too():
    parts = [series([1, 2], entity=name) for name in "abcdefgh"]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=8)
    assert len({line.get_marker() for line in ax.lines}) == 8
    assert len({line.get_color() for line in ax.lines}) == 8


def test_others_that_would_dwarf_the_lines_are_not_drawn():
    parts = [series([10, 10], entity=f"e{place}") for place in range(30)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=5)
    assert labels(ax)[0] == "25 others not drawn"
    assert ax.get_ylim()[1] < 20


def test_equal_labels_have_lines_of_their_own():
    parts = [series([1], entity=f"{name * 8}-1").assign(label="mia") for name in "ab"]
    ax = tgp.plots.trend(pd.concat(parts), by="label")
    assert labels(ax) == ["mia (aaaaaaaa)", "mia (bbbbbbbb)"]


def test_an_underscore_or_dollars_in_a_name_do_no_harm():
    parts = [series([1, 2], entity=name) for name in ("_mia", "a$b$c")]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id")
    texts = ax.get_legend().get_texts()
    assert [text.get_text().strip("\u200b") for text in texts] == ["_mia", "a$b$c"]
    assert not any(text.get_parse_math() for text in texts)


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


def test_notes_inside_the_axes_are_marked_and_named():
    ax = tgp.plots.trend(series([1, 2, 3]), annotations=notes())
    assert [text.get_text() for text in ax.texts] == ["Brief"]
    assert "note" in labels(ax)
    assert ax.get_ylim()[1] > 3.15


def test_notes_on_other_entities_are_not_marked():
    other = notes(entity=["creator", "creator"], entity_id=["x", "a"])
    assert len(tgp.plots.trend(series([1, 2, 3]), annotations=other).texts) == 0
    own = notes(entity=["creator", "creator"], entity_id=["a", "a"])
    assert len(tgp.plots.trend(series([1, 2, 3]), annotations=own).texts) == 1


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


def test_no_notes_are_no_trouble():
    ax = tgp.plots.trend(series([1, 2]), annotations=notes().head(0))
    assert len(ax.lines) == 1


def test_another_frame_of_notes_is_refused():
    with pytest.raises(MissingColumnError, match="load_annotations"):
        tgp.plots.trend(series([1]), annotations=pd.DataFrame({"a": [1]}))


def test_only_whole_buckets_are_compared_with_the_period_before():
    frame = pd.concat(
        [
            series([110, 110, 1], partial=True),
            series([100, 100, 100], start="2026-04-28", kind="prior_period"),
        ]
    )
    title = tgp.plots.trend(frame).get_title(loc="left")
    assert title == "Views: 221 from 1 May to 3 May 2026, +10% on 28 Apr to 29 Apr 2026"


def test_a_prior_period_of_months_lies_over_months():
    this = series([1, 2, 3]).assign(date=pd.date_range("2026-04-01", periods=3, freq="MS"))
    prior = series([4, 5, 6], kind="prior_period").assign(
        date=pd.date_range("2026-01-01", periods=3, freq="MS")
    )
    dashed, main = tgp.plots.trend(pd.concat([this, prior])).lines
    assert dashed.get_xdata().tolist() == main.get_xdata().tolist()


@pytest.mark.parametrize(
    ("granularity", "dates", "is_compared"),
    [
        ("month", "2026-05", False),  # the 31 days before begin on 31 March
        ("month", ("2026-05-01", "2026-06-15"), False),
        ("month", ("2026-03-01", "2026-04-30"), False),
        ("month", ("2026-05-01", "2026-06-30"), True),  # after 61 days of March and April
        ("week", ("2026-05-04", "2026-05-17"), True),
        ("week", ("2026-05-06", "2026-05-19"), True),  # cut alike
        ("week", ("2026-05-04", "2026-05-20"), False),
    ],
)
@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
def test_only_buckets_that_are_cut_alike_are_compared(client, granularity, dates, is_compared):
    views = tgp.load_analytics(
        "creator", tgp.load_creators("Q1 Brand Program", client=client).head(2), "views",
        dates=dates, granularity=granularity, compare="prior_period", client=client,
    )  # fmt: skip
    ax = tgp.plots.trend(views)
    assert ("% on " in ax.get_title(loc="left").replace("\n", " ")) == is_compared
    assert ("the period before" in [line.get_label() for line in ax.lines]) == is_compared
    note = f"The period before isn't drawn: its {granularity}s are cut differently."
    assert (ax.get_xlabel().replace("\n", " ") == note) != is_compared


def test_a_total_is_said_as_it_stands_in_the_end():
    frame = series([1000, 1200, 1500], metric="followers")
    frame.attrs["trackagoat"] = {"params": {"mode": "cumulative", "granularity": "day"}}
    ax = tgp.plots.trend(frame)
    title = ax.get_title(loc="left")
    assert title == "Followers: 1.5k by 3 May 2026, +500 since 1 May 2026"
    assert ax.get_ylabel() == "followers in total"


def test_losses_are_drawn_below_a_line_at_zero():
    ax = tgp.plots.trend(series([5, -3], metric="followers"))
    assert ax.get_ylim()[0] < 0
    assert any(list(line.get_ydata()) == [0, 0] for line in ax.lines)


def test_the_number_of_lines_is_between_one_and_eight():
    with pytest.raises(ArgumentError, match="at most 8"):
        tgp.plots.trend(series([1]), by="entity_id", n=9)


def test_dates_on_the_axis_do_not_overlap():
    for days in (9, 400):
        ax = tgp.plots.trend(series(list(range(days))))
        ax.figure.canvas.draw()
        shown = [text for text in ax.get_xticklabels() if text.get_text() and text.get_visible()]
        boxes = sorted((text.get_window_extent() for text in shown), key=lambda box: box.x0)
        assert 1 <= len(boxes) <= 9
        assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))


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


@pytest.mark.parametrize(
    ("granularity", "label"),
    [("D", "views a day"), ("W-MON", "views a week"), ("MS", "views a month")],
)
def test_the_axis_names_the_bucket(granularity, label):
    frame = series([1, 2, 3]).assign(date=pd.date_range("2026-01-05", periods=3, freq=granularity))
    assert tgp.plots.trend(frame).get_ylabel() == label


def test_a_day_of_two_joined_loads_is_drawn_once_and_not_as_partial():
    whole = analytics_of("mia")
    stale = whole.tail(1).assign(value=1.0, is_partial=True)
    for frames in ([whole, stale], [stale, whole]):
        drawn = picture_of(pd.concat(frames), "views", None, "main")
        assert drawn.wide["all"].tolist() == [1, 2, 3, 4]
        assert len(drawn.partial) == 0


def test_a_bucket_that_is_known_on_one_side_only_is_not_compared():
    frame = pd.concat(
        [series([100, None]), series([50, 900], start="2026-04-29", kind="prior_period")]
    )
    title = tgp.plots.trend(frame).get_title(loc="left")
    assert title == "Views: 100 on 1 May 2026, +100% on 29 Apr 2026"
