from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text

import trackagoat_pandas as tgp
from tests.support.named_frames import analytics_of
from tests.support.named_frames import series as series_from
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError
from trackagoat_pandas.plots.marks import MARKS, Mark
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.svg import svg_of
from trackagoat_pandas.plots.theme import INK, PAGE, QUIET


def series(values, *, start="2026-05-01", **options):
    return series_from(start, values, **options)


def finding_in(*frames, **options):
    """The title and subtitle of the frames' plot; the first one says what was asked for."""
    joined = pd.concat(frames)
    joined.attrs = frames[0].attrs
    return finding_of(tgp.plots.trend(joined, **options))


def is_end(text):
    return text.arrow_patch is not None


def labels(ax):
    """The names of lines, beside them or in the legend."""
    ends = [text.get_text() for text in ax.texts if is_end(text)]
    return ends or ax.get_legend_handles_labels()[1]


def written(ax):
    """What is written on the axes, but for the subtitle, the source and the names of lines."""
    texts = [text for text in ax.texts if not is_end(text) and text.get_gid() is None]
    return [text.get_text() for text in texts]


def strips(ax):
    return [patch for patch in ax.patches if patch in MARKS]


def lines_of(ax, color=None):
    """The data of the lines that join values, by the order in which they were drawn."""
    joined = [line for line in ax.lines if line.get_linestyle() in ("-", "--")]
    return [line for line in joined if color in (None, line.get_color())]


def prior(values, start):
    return series(values, start=start, kind="prior_period")


def test_values_are_summed_over_entities():
    frame = pd.concat([series([1, 2, 3]), series([10, 20, 30], entity="b")])
    (line,) = tgp.plots.trend(frame).lines
    assert line.get_ydata().tolist() == [11, 22, 33]


SIX, B = series([1, 2, 3, 4, 5, 6]), {"entity": "b"}
RATES = series([5, None, 6], metric="engagement_rate_by_views")
OF_RATES = "Engagement rate by views from 1 May to 3 May 2026. Engagement rate by views, percent"
UNWEIGHED = "; days of few views count as much as others: load views too to leave them out"


@pytest.mark.parametrize(
    ("frames", "finding"),
    [
        (
            [series([1000, 2000]), prior([500, 500], "2026-04-29")],
            "3k views from 1 May to 2 May 2026, up 200% on the 2 days before. Views a day",
        ),
        (
            [series([5]), prior([5], "2026-04-30")],
            "5 views on 1 May 2026, as many as on the day before. Views a day",
        ),
        (
            [SIX.drop(index=[1, 2])],
            "16 views from 1 May to 6 May 2026. Views a day; 2 May to 3 May 2026 missing",
        ),
        (
            [SIX.drop(index=[1, 3])],
            "15 views from 1 May to 6 May 2026. Views a day; 2 days missing",
        ),
        ([SIX.drop(index=[0, 5])], "14 views from 2 May to 5 May 2026. Views a day"),
        ([series([1] * 31)], "31 views in May 2026. Views a day"),
        ([series([1] * 61)], "61 views from May to Jun 2026. Views a day"),
        ([series([1])], "1 view on 1 May 2026. Views a day"),
        ([series([7], metric="followers")], "7 new followers on 1 May 2026. New followers a day"),
        (
            [SIX.drop(index=1), series([1] * 6, **B)],
            "25 views from 1 May to 6 May 2026. Views a day; 2 May 2026 incomplete",
        ),
        (
            [SIX.drop(index=1), prior([4] * 6, "2026-04-25")],
            (
                "19 views from 1 May to 6 May 2026, 5 of 6 days down 5% on the same days before. "
                "Views a day; 2 May 2026 missing; compared: 5 of 6 days with the same days of 25 "
                "Apr to 30 Apr 2026"
            ),
        ),
        (  # 2 May has no value of one of two entities
            [series([10] * 4), series([10, None, 10, 10], **B), prior([50] * 4, "2026-04-27")],
            (
                "70 views from 1 May to 4 May 2026, 3 of 4 days down 60% on the same days before. "
                "Views a day; 2 May 2026 incomplete; compared: 3 of 4 days with the same days of "
                "27 Apr to 30 Apr 2026"
            ),
        ),
        (  # the period before has data from its second day on
            [series([110] * 4), prior([None, 100, 100, 100], "2026-04-27")],
            (
                "440 views from 1 May to 4 May 2026, 2 May to 4 May up 10% on the same days "
                "before. Views a day; compared: 2 May to 4 May with 28 Apr to 30 Apr 2026"
            ),
        ),
        (
            [series([110, 110, 1], partial=True), prior([100] * 3, "2026-04-28")],
            (
                "221 views from 1 May to 3 May 2026, up 10% on the same days before. "
                "Views a day; 3 May 2026 still filling; compared: through 2 May with 28 Apr to 29 "
                "Apr 2026"
            ),
        ),
        (
            [SIX.drop(index=1).assign(is_partial=[False] * 4 + [True])],
            (
                "19 views from 1 May to 6 May 2026. Views a day; 2 May 2026 missing; 6 May 2026 "
                "still "
                "filling"
            ),
        ),
        ([RATES], f"{OF_RATES}{UNWEIGHED}"),  # nothing to divide by on 2 May
        ([RATES.drop(index=1)], f"{OF_RATES}; 2 May 2026 missing{UNWEIGHED}"),
        (
            [series([1000, 1200, 1500], metric="followers", mode="cumulative", granularity="day")],
            "1.5k followers by 3 May 2026, 500 more than by 1 May 2026. Followers in total",
        ),
        (
            [series([5, 4], start="2026-05-01", freq="MS", metric="followers", mode="cumulative")],
            "4 followers by Jun 2026, 1 fewer than by May 2026. Followers in total",
        ),
        (
            [series([1, 2, 3], start="2026-05-04", freq="W-MON", granularity="week").drop(index=1)],
            (
                "4 views in the weeks of 4 May to 18 May 2026. Views a week; the week of 11 May "
                "2026 "
                "missing"
            ),
        ),
        (
            [series([2], start="2026-05-04", granularity="week")],
            "2 views in the week of 4 May 2026. Views a week",
        ),
        (
            [series([1, 2, 3], start="2025-12-01", freq="MS", granularity="month").drop(index=1)],
            "4 views from Dec 2025 to Feb 2026. Views a month; Jan 2026 missing",
        ),
        (
            [series([2], granularity="month", partial=True)],
            "2 views in May 2026. Views a month; May 2026 still filling",
        ),
    ],
)
def test_the_title_states_the_finding_and_the_subtitle_which_buckets_are_not_whole(frames, finding):
    assert finding_in(*frames) == finding


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ([SIX, prior([None, None, 4, 4, 4, 4], "2026-04-25")], "4 of 6 days have values in both"),
        ([series([100, None]), prior([50, 900], "2026-04-29")], "1 of 2 days have values in both"),
        ([series([1], partial=True), prior([1], "2026-04-30")], "no day is over yet"),
    ],
)
def test_less_than_three_quarters_of_a_period_are_not_compared_and_a_note_says_why(frames, why):
    ax = tgp.plots.trend(pd.concat(frames))
    assert ax.get_title(loc="left").endswith("May 2026")  # and no change after it
    said = ax.get_xlabel().replace("\n", " ")
    assert f"Not compared with the period before: {why}" in said


def test_days_before_the_first_data_are_not_drawn_and_named():
    heads = series([None, None, 5, 6, 7])
    heads.attrs["trackagoat"] = {"data_since": "2026-05-03"}
    ax = tgp.plots.trend(heads)
    assert ax.get_title(loc="left") == "18 views from 3 May to 5 May 2026"
    assert ax.get_xlabel() == "Data since 3 May 2026."
    (line,) = ax.lines
    assert line.get_ydata().tolist() == [5, 6, 7]


@pytest.mark.parametrize(("freq", "before"), [("D", "2026-04-28"), ("MS", "2026-02-01")])
def test_a_prior_period_is_dashed_and_laid_over_this_one(freq, before):
    frame = pd.concat(
        [
            series([1, 2, 3], freq=freq),
            series([3, 4, 5], freq=freq, start=before, kind="prior_period"),
        ]
    )
    ax = tgp.plots.trend(frame)
    main, dashed = lines_of(ax)
    assert dashed.get_linestyle() == "--"
    assert sorted(labels(ax)) == ["the period before", "this period"]
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
    assert ax.get_xlabel().replace("\n", " ").partition(" Data since ")[0] == " ".join(notes)


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
    months = [
        series(values, start="2026-04-01", freq="MS", partial=True, entity=name, **asked)
        for name, values in (
            ("a.creator.with.a.name", [1, 2, 3]),
            ("b.creator.with.a.name", [3, 2, 1]),
        )
    ]
    joined = pd.concat(months)
    joined.attrs = months[0].attrs
    tgp.plots.trend(joined, by="entity_id", ax=ax)
    ax.figure.draw_without_rendering()
    note, legend = ax.xaxis.label.get_window_extent(), ax.get_legend().get_window_extent()
    assert note.y0 >= legend.y1 - 3
    assert legend.y0 >= 0
    assert note.x1 <= ax.figure.bbox.x1


@pytest.mark.parametrize(
    ("granularity", "first", "unit", "ticks"),
    [
        ("D", "2026-01-05", "Views a day", ["5\nJan 2026", "6", "7"]),
        ("W-MON", "2026-01-05", "Views a week", ["5\nJan 2026", "12", "19"]),
        ("MS", "2026-04-01", "Views a month", ["Apr\n2026", "May", "Jun"]),
    ],
)
def test_the_subtitle_and_the_axes_name_the_bucket(granularity, first, unit, ticks):
    ax = tgp.plots.trend(series([1, 2, 3], start=first, freq=granularity))
    assert finding_of(ax).endswith(f". {unit}")
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


def test_the_line_to_a_bucket_that_still_fills_is_dotted():
    whole, dotted, end = tgp.plots.trend(series([1, 2, 3], partial=True)).lines
    assert whole.get_ydata()[:2].tolist() == [1, 2]
    assert pd.isna(whole.get_ydata()[2])
    assert dotted.get_linestyle() == ":"
    assert dotted.get_ydata()[1:].tolist() == [2, 3]
    assert pd.isna(dotted.get_ydata()[0])
    assert end.get_markerfacecolor() == PAGE


def test_posts_are_bars_and_that_of_a_bucket_that_still_fills_is_hatched():
    posts = series([1, 0, 3], metric="posts", partial=True)
    ax = tgp.plots.trend(pd.concat([posts, prior([2, 2, 2], "2026-04-28").assign(metric="posts")]))
    before, bars = ax.containers
    assert [bar.get_height() for bar in bars] == [1, 0, 3]
    assert [bar.get_hatch() or None for bar in bars] == [None, None, "///"]
    assert [bar.get_height() for bar in before] == [2, 2, 2]
    ends = [bar.get_x() + bar.get_width() for bar in before]
    assert ends == pytest.approx([bar.get_x() for bar in bars])
    assert labels(ax) == ["the period before", "this period"]
    alone = tgp.plots.trend(posts)
    assert alone.get_legend() is None
    assert alone.containers[0][0].get_width() == pytest.approx(2 * bars[0].get_width())


def test_posts_of_several_creators_are_bars_on_one_another_and_lines_on_a_logarithmic_scale():
    frame = pd.concat(
        [
            series(values, metric="posts", entity=name, partial=True)
            for name, values in {
                "a": [3, 0, 2],
                "b": [1, 2, 1],
                "c": [1, 0, 0],
                "d": [0, 1, 0],
            }.items()
        ]
    )
    ax = tgp.plots.trend(frame, by="entity_id", n=2)
    spans = [[(bar.get_y(), bar.get_height()) for bar in bars] for bars in ax.containers]
    assert spans == [[(0, 3), (0, 0), (0, 2)], [(3, 1), (0, 2), (2, 1)], [(4, 1), (2, 1), (3, 0)]]
    assert [bars[0].get_hatch() for bars in ax.containers] == ["", "//", ""]
    assert [bars[2].get_hatch() for bars in ax.containers] == ["///", "//", "///"]
    assert labels(ax) == ["a", "b", "2 others together"]
    assert ax.get_ylim()[1] > 5
    logged = tgp.plots.trend(frame, by="entity_id", scale="log")
    assert not logged.containers
    below_zero = frame.assign(value=-frame["value"])
    assert not tgp.plots.trend(below_zero, by="entity_id").containers
    of_campaigns = campaigns(5, 7).assign(metric="posts")
    assert not tgp.plots.trend(of_campaigns, by="entity_id").containers


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
    one = tgp.plots.trend(frame[frame["entity_id"] == "a"])
    assert one.get_title(loc="left") == "Engagement rate by views on 1 May 2026"


def test_rates_of_several_entities_can_be_split_and_are_never_added_up():
    name = "engagement_rate_by_views"
    parts = [series([place, 5.0], metric=name, entity=f"e{place}") for place in range(7)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=3)
    assert sorted(labels(ax)) == ["e4", "e5", "e6"]
    assert "; 4 others not drawn" in finding_of(ax)
    assert ax.get_title(loc="left") == "Engagement rate by views from 1 May to 2 May 2026"


def rated(entity, rates, views):
    name = "engagement_rate_by_views"
    return [series(rates, metric=name, entity=entity), series(views, entity=entity)]


def test_the_biggest_by_a_rate_are_those_with_the_most_views_and_few_views_make_no_rate():
    parts = [*rated("tiny", [50, 50], [2, 99]), *rated("mia", [6, 7], [100, 900])]
    parts += rated("ben", [5, 90], [5_000, 3])
    frame = pd.concat(parts)
    options = {"metric": "engagement_rate_by_views", "by": "entity_id", "n": 2}
    ax = tgp.plots.trend(frame, **options)
    assert [line.get_ydata().tolist()[0] for line in lines_of(ax)] == [5, 6]
    assert pd.isna(lines_of(ax)[0].get_ydata()[1])
    assert finding_of(ax) == (
        "Engagement rate by views from 1 May to 2 May 2026. "
        "Engagement rate by views, percent; 1 other not drawn; days of fewer than 100 views left "
        "out"
    )
    few = frame[frame["entity_id"] == "tiny"]
    empty = tgp.plots.trend(few, metric="engagement_rate_by_views")
    assert empty.get_title(loc="left") == "No day has 100 views"


def test_few_views_make_no_rate_of_the_period_before_either():
    earlier = [
        each.assign(series_kind="prior_period", date=each["date"] - pd.Timedelta(days=2))
        for each in rated("a", [33.3, 4.0], [3, 100])
    ]
    frame = pd.concat([*rated("a", [5.0, 6.0], [200, 900]), *earlier])
    ax = tgp.plots.trend(frame, metric="engagement_rate_by_views")
    (before,) = lines_of(ax, QUIET)
    assert pd.isna(before.get_ydata()[0])
    assert before.get_ydata()[1] == 4.0


def test_without_views_the_biggest_by_a_rate_have_the_highest_median():
    name = "engagement_rate_by_views"
    noisy, calm = series([0, 0, 90], metric=name), series([6, 6, 6], metric=name, entity="b")
    ax = tgp.plots.trend(pd.concat([noisy, calm]), by="entity_id", n=1)
    assert lines_of(ax)[0].get_ydata().tolist() == [6, 6, 6]


def test_the_biggest_entities_have_a_line_each_and_the_others_none_but_their_share():
    parts = [series([place, place], entity=f"e{place}") for place in range(1, 5)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=2)
    assert [line.get_ydata()[0] for line in lines_of(ax)] == [4, 3]
    assert sorted(labels(ax)) == ["e3", "e4"]
    assert ax.get_title(loc="left").startswith("e4 has 40% of 20 views ")
    assert finding_of(ax).endswith("Views a day; 2 others with 30% of all not drawn")


def test_the_rest_of_a_breakdown_is_one_with_the_others():
    parts = [series([1, 2], entity="a"), series([5, 5], entity="b")]
    rest = series([70, 80], entity="__other__").assign(label="Other")
    frame = pd.concat([*parts, rest])
    for n, share in ((2, 92), (1, 94)):
        ax = tgp.plots.trend(frame, by="label", n=n)
        assert f"; all others with {share}% of all not drawn" in finding_of(ax)
        assert len(lines_of(ax)) == n
    assert ax.get_title(loc="left").startswith("@ann (b) has 6% of 163 views")


def test_up_to_eight_lines_differ_by_marker_too():
    frame = pd.concat([series([1, 2], entity=name) for name in "abcdefgh"])
    ax = tgp.plots.trend(frame, by="entity_id", n=8)
    assert len({line.get_marker() for line in ax.lines}) == 8
    assert len({line.get_color() for line in ax.lines}) == 8
    assert ax.get_legend() is None


def test_from_the_fourth_on_lines_have_dashes_of_their_own():
    frame = pd.concat([series([1, 2], entity=name) for name in "abcdefgh"])
    ax = tgp.plots.trend(frame, by="entity_id", n=8)
    dashes = [line._unscaled_dash_pattern for line in ax.lines]
    assert dashes[:3] == [(0, None)] * 3
    assert len(set(map(str, dashes[2:]))) == 6


def test_the_two_lowest_labels_of_a_logarithmic_scale_do_not_touch():
    frame = pd.concat([series([0, 10**place, 3], entity=f"e{place}") for place in range(2, 8)])
    ax = Figure(figsize=(5, 2.4), layout="constrained").add_subplot()
    tgp.plots.trend(frame, by="entity_id", scale="log", ax=ax)
    ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(lower.y1 < upper.y0 for lower, upper in pairwise(boxes))


def test_of_many_points_the_highest_has_a_marker_and_narrow_axes_have_a_legend():
    values = [None, *range(20), 7]
    frame = pd.concat([series(values, entity=name) for name in "ab"])
    ax = Figure(figsize=(2, 3), layout="constrained").add_subplot()
    tgp.plots.trend(frame, by="entity_id", ax=ax)
    assert [line.get_markevery() for line in ax.lines] == [[19], [19]]
    assert [line.get_marker() for line in ax.lines] == ["o", "s"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert not any(map(is_end, ax.texts))


def test_an_entity_without_any_value_has_a_name_and_no_line():
    frame = pd.concat([series([1.0] * 20), series([None] * 20, **B)])
    ax = tgp.plots.trend(frame, by="entity_id")
    ax.figure.draw_without_rendering()
    assert sorted(labels(ax)) == ["a", "b"]


def test_names_stand_at_the_ends_of_lines_and_none_overlaps_another():
    frame = pd.concat([series([1, place], entity=f"e{place}") for place in (5, 5.01, 5.02, 90)])
    for layout in ("constrained", None):
        ax = Figure(figsize=(9, 4), layout=layout).add_subplot()
        tgp.plots.trend(frame, by="entity_id", n=8, facet=False, ax=ax)
        ax.figure.draw_without_rendering()
        ends = [text for text in ax.texts if is_end(text)]
        assert [end.xy[1] for end in ends] == [5, 5.01, 5.02, 90]
        # Not the annotation's, which includes the line to the end.
        boxes = [Text.get_window_extent(end) for end in ends]
        assert all(lower.y1 <= upper.y0 for lower, upper in pairwise(boxes))
        assert max(box.x1 for box in boxes) <= ax.figure.bbox.x1
        assert min(box.x0 for box in boxes) > ax.bbox.x1


@pytest.mark.parametrize(
    ("tops", "scale", "rows"),
    [
        ([5, 6, 2_000], "auto", True),
        ([5, 6, 2_000], "linear", False),
        ([5, 6, 50], "auto", False),
        ([5, 6, 50], "log", False),
        ([5, 2_000], "auto", True),
        ([5, 50], "auto", False),
        ([0, 50], "auto", False),
        ([5, 6, 2_000, 2_001, 2_002], "auto", True),
    ],
)
def test_lines_that_would_lie_on_the_floor_have_rows_and_no_scale_changes_by_itself(
    tops, scale, rows
):
    frame = pd.concat([series([0, top], entity=f"e{top}") for top in tops])
    ax = tgp.plots.trend(frame, by="entity_id", scale=scale)
    assert (ax.get_yscale() == "symlog") == (scale == "log")
    assert finding_of(ax).endswith("logarithmic scale") == (scale == "log")
    assert ("each row on its own scale" in finding_of(ax)) == rows
    named = [label.get_text() for label in ax.get_yticklabels()]
    assert (named == [f"e{top}" for top in sorted(tops, reverse=True)]) == rows
    if not rows:
        assert ax.get_ylim()[0] == 0
    plain = tgp.plots.trend(frame, by="entity_id", scale=scale, facet=False)
    assert "row" not in finding_of(plain)
    ax.figure.draw_without_rendering()


def test_another_scale_is_refused():
    with pytest.raises(ChoiceError, match="scale"):
        tgp.plots.trend(series([1]), scale="cubic")


def test_equal_labels_have_lines_of_their_own():
    parts = [series([1], entity=f"{name * 8}-1").assign(label="mia") for name in "ab"]
    ax = tgp.plots.trend(pd.concat(parts), by="label")
    assert sorted(labels(ax)) == ["@mia (aaaaaaaa)", "@mia (bbbbbbbb)"]


def test_parts_of_a_campaign_can_be_drawn():
    frame = pd.concat([series([9]), series([2], entity="v", kind="breakdown")])
    ax = tgp.plots.trend(frame, by="entity_id", series_kind="breakdown")
    assert [line.get_ydata().tolist() for line in ax.lines[:1]] == [[2]]


def campaigns(*sizes, **options):
    parts = [series([size] * 2, entity=f"c{place}", **options) for place, size in enumerate(sizes)]
    return pd.concat(parts).assign(entity="campaign")


def test_names_of_campaigns_are_no_handles():
    frame = analytics_of("Summer", "Winter").assign(entity="campaign")
    assert sorted(labels(tgp.plots.trend(frame, by="label"))) == ["Summer", "Winter"]


def test_several_campaigns_overlap_and_have_no_sum():
    with pytest.raises(ArgumentError, match=r"campaigns overlap: choose .*or by='label'"):
        tgp.plots.trend(campaigns(5, 7))
    parts = campaigns(5, 7, kind="breakdown").assign(entity="video")
    with pytest.raises(ArgumentError, match="campaigns overlap"):
        tgp.plots.trend(parts.assign(parent_id=["p", "p", "q", "q"]), series_kind="breakdown")
    of_one = finding_in(parts.assign(parent_id="p"), series_kind="breakdown")
    assert of_one.startswith("24 views")
    assert finding_in(campaigns(5)).startswith("10 views")


def test_of_several_campaigns_the_title_has_no_share_and_the_others_are_not_summed():
    ax = tgp.plots.trend(campaigns(5, 7, 1, 1), by="entity_id", n=2)
    assert finding_of(ax) == (
        "c1 has the most views: 14 from 1 May to 2 May 2026. "
        "Views a day; campaigns overlap, so they have no sum; 2 others not drawn"
    )
    assert len(lines_of(ax)) == 2
    equal = tgp.plots.trend(campaigns(5, 7, 7), by="entity_id").get_title(loc="left")
    assert equal == "2 of 3 have the most views: 14 each from 1 May to 2 May 2026"
    totals = campaigns(5, 7, mode="cumulative")
    totals.attrs = series([1], mode="cumulative").attrs
    title = tgp.plots.trend(totals, by="entity_id").get_title(loc="left")
    assert title == "c1 has the most views: 7 by 2 May 2026"


def triangles(ax):
    [mark] = [line for line in ax.lines if line.get_marker() == "^"]
    return list(mark.get_xdata())


def test_where_tracking_starts_a_triangle_stands():
    ax = tgp.plots.trend(series([1, 2, 3]).assign(is_baseline=[False, True, False]))
    assert triangles(ax) == [date2num(pd.Timestamp("2026-05-02"))]
    assert ax.get_xlabel() == "▲ tracking starts: @ann (2 May 2026)"


def test_many_starts_are_counted_and_their_triangles_do_not_pile_up():
    dates = [f"2026-0{1 + place % 6}-{1 + place // 6:02}" for place in range(120)]
    parts = [
        series([1, 2], entity=f"e{place}", start=date).assign(is_baseline=[True, False])
        for place, date in enumerate(dates)
    ]
    ax = tgp.plots.trend(pd.concat(parts))
    ax.figure.draw_without_rendering()
    places = triangles(ax)
    pixels = ax.transData.transform([(place, 0) for place in places])[:, 0]
    assert 10 < len(places) < 60
    assert min(b - a for a, b in pairwise(pixels)) > 7
    assert ax.get_xlabel() == "▲ tracking starts: 120 (1 Jan to 20 Jun 2026)"


def test_of_lines_only_those_that_are_drawn_have_starts():
    parts = [
        series([9 - place] * 3, entity=f"e{place}")
        .assign(label=f"c{place}", is_baseline=[False, place > 0, False])
        for place in range(3)
    ]  # fmt: skip
    frame = pd.concat(parts)
    later = {"number": 2, "of": 3, "first": "2026-05-02", "last": "2026-05-02"}
    frame.attrs["trackagoat"] = {"params": {"entity": "creator"}, "starts_later": later}
    ax = tgp.plots.trend(frame, by="label", n=2)
    assert ax.get_xlabel() == "▲ tracking starts: @c1 (2 May 2026)"
    assert len(triangles(ax)) == 1
    whole = frame.assign(is_baseline=False)
    assert tgp.plots.trend(whole, by="label", n=2).get_xlabel() == ""
    counted = "2 of 3 creators start later (2 May 2026)."
    assert tgp.plots.trend(whole, by="label", n=3).get_xlabel() == counted


def test_what_was_before_the_days_that_are_drawn_is_not_said():
    later = {"number": 1, "of": 2, "first": "2026-04-30", "last": "2026-04-30"}
    before = series([1, 1], start="2026-04-29", kind="prior_period")
    frame = pd.concat([series([1, 2]), before, series([3, 4], **B)])
    frame.attrs["trackagoat"] = {"params": {"entity": "creator"}, "starts_later": later}
    counted = "1 of 2 creators starts later (30 Apr 2026)."
    assert tgp.plots.trend(frame).get_xlabel() == counted
    assert tgp.plots.trend(frame, by="label").get_xlabel() == ""
    one = frame[frame["entity_id"] == "a"]
    assert "later" not in tgp.plots.trend(one).get_xlabel()


def test_a_period_before_without_values_has_no_name():
    before = series([np.nan] * 3, start="2026-04-28", kind="prior_period")
    ax = tgp.plots.trend(pd.concat([series([1, 2, 3]), before]))
    assert labels(ax) == []
    assert ax.get_xlabel() == "The period before has no data."


def test_a_thin_line_crosses_the_gaps_of_a_rate_and_of_no_count():
    values = [np.nan, 4, 6, np.nan, np.nan, 3, np.nan]
    ax = tgp.plots.trend(series(values, metric="engagement_rate_by_views"))
    [across] = [line for line in ax.lines if line.get_linewidth() == 0.7]
    assert across.get_ydata()[2:6].tolist() == [6, 5, 4, 3]
    assert np.isfinite(across.get_ydata()).sum() == 4
    counts = tgp.plots.trend(series(values))
    assert not [line for line in counts.lines if line.get_linewidth() == 0.7]


def test_a_note_of_several_projects_is_written_once():
    twice = pd.concat([notes(), notes()])
    once, both_ = (
        tgp.plots.trend(series([1, 2, 3]), annotations=each) for each in (notes(), twice)
    )
    assert len(both_.texts) == len(once.texts)
    assert len(both_.lines) == len(once.lines)


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
    assert written(ax) == texts
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert bool(dotted) == (ax.get_ylim()[1] > 3.15) == bool(texts)


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
    boxes = [text.get_window_extent() for text in ax.texts if text.get_gid() is None]
    assert 3 <= len(boxes) < 30
    pairs = [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :]]
    assert not any(a.overlaps(b) for a, b in pairs)
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert len(dotted) == 30


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_notes_are_written_above_the_lines(scale):
    first = pd.DataFrame({"date": pd.to_datetime(["2026-05-01"]), "label": ["Brief changed"]})
    ax = tgp.plots.trend(series([90_000, 500, 3]), annotations=first, scale=scale)
    ax.figure.canvas.draw()
    [note] = [text for text in ax.texts if text.get_gid() is None]
    _, top = ax.transData.transform((0, 90_000))
    assert note.get_window_extent().y0 > top


def test_notes_beside_names_of_lines_dont_overlap():
    frame = pd.concat([series([9, 2] * 10, entity=name) for name in ("a" * 16, "b" * 16)])
    labels = ["Away for the trade fair", "Brief changed, hooks first"]
    days = pd.to_datetime(["2026-05-02", "2026-05-19"])
    ax = Figure(figsize=(5, 4), layout="constrained").add_subplot()
    tgp.plots.trend(
        frame, by="entity_id", annotations=pd.DataFrame({"date": days, "label": labels}), ax=ax
    )
    ax.figure.draw_without_rendering()
    first, second = (text.get_window_extent() for text in ax.texts if text.get_text() in labels)
    assert not first.overlaps(second)


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
    one = loaded[loaded["label"] == campaigns["name"].iloc[0]]
    ax = tgp.plots.trend(one, annotations=annotations)
    total = one.loc[one["series_kind"] == "main", "value"].sum()
    drawn = [line for line in ax.lines if line.get_color() == INK]
    days = {day: y for line in drawn for day, y in line.get_xydata() if not pd.isna(y)}
    assert sum(days.values()) == pytest.approx(total)
    split = tgp.plots.trend(loaded, by="label", n=8, series_kind="breakdown")
    split.figure.canvas.draw()


def test_a_day_of_two_joined_loads_is_drawn_once_and_not_as_partial():
    whole = analytics_of("mia")
    stale = whole.tail(1).assign(value=1.0, is_partial=True)
    for frames in ([whole, stale], [stale, whole]):
        ax = tgp.plots.trend(pd.concat(frames))
        assert ax.lines[0].get_ydata().tolist() == [1, 2, 3, 4]
        assert list(ax.patches) == strips(ax)


def test_each_bucket_has_a_read_out_of_its_values_over_its_whole_height():
    frame = pd.concat([series([1_234, 5], partial=True), prior([7, 8], "2026-04-29")])
    ax = tgp.plots.trend(frame)
    assert [MARKS[strip].text for strip in strips(ax)] == [
        "1 May 2026\nviews: 1,234\nthe period before: 7",
        "2 May 2026, still filling\nviews: 5\nthe period before: 8",
    ]
    first, second = strips(ax)
    assert first.get_x() + first.get_width() == second.get_x()
    assert second.get_x() == date2num(pd.Timestamp("2026-05-01T12:00"))
    split = tgp.plots.trend(pd.concat([SIX, series([2.5] * 6, **B)]), by="entity_id")
    assert MARKS[strips(split)[0]].text == "1 May 2026\na: 1\nb: 2.5"


def test_a_click_on_the_name_of_a_line_chooses_its_entity_where_no_other_is_called_so():
    frame = pd.concat(
        series([1, 2, 3], entity=entity).assign(label=label)
        for entity, label in (("a", "mia"), ("b", "ben"), ("c", "ben"))
    )
    marks = {MARKS[text] for text in tgp.plots.trend(frame, by="label").texts if text in MARKS}
    assert marks == {Mark("@mia", "a")}


def in_rows(sizes, **options):
    parts = [series([size, 2 * size, 0], entity=f"e{place}") for place, size in enumerate(sizes)]
    return tgp.plots.trend(pd.concat(parts), by="entity_id", facet=True, **options)


def test_rows_have_a_scale_of_their_own_and_their_sum_and_highest_value_beside_them():
    ax = in_rows([1_000, 3], n=24)
    first, second = lines_of(ax, INK)
    heights = [(max(line.get_ydata()) - line.get_ydata()).tolist() for line in (first, second)]
    assert heights[0] == pytest.approx(heights[1])
    assert heights[0][1] == pytest.approx(2 * heights[0][0])
    beside = [text.get_text() for text in ax.texts if text.get_gid() is None]
    assert beside == ["3k in all, at most 2k", "9 in all, at most 6"]
    assert "each row on its own scale" in finding_of(ax)
    assert MARKS[strips(ax)[0]].text == "1 May 2026\ne0: 1,000\ne1: 3"


def test_as_many_rows_are_drawn_as_have_room():
    small = Figure(figsize=(7, 2)).add_subplot()
    ax = in_rows(range(1, 31), n=24, ax=small)
    drawn = len(ax.get_yticks())
    assert 3 <= drawn < 10
    assert f"{30 - drawn} others with " in finding_of(ax).replace("\n", " ")
    tall = in_rows(range(1, 31), n=24)
    assert len(tall.get_yticks()) == 24
    assert tall.figure.get_size_inches()[1] > 9


def test_rows_need_entities_and_no_scale_and_are_24_at_most():
    frame = pd.concat([series([1]), series([2], **B)])
    with pytest.raises(ArgumentError, match="by='label'"):
        tgp.plots.trend(frame, facet=True)
    with pytest.raises(ArgumentError, match="a scale of its own"):
        tgp.plots.trend(frame, by="entity_id", facet=True, scale="linear")
    with pytest.raises(ArgumentError, match="at most 24"):
        in_rows([1], n=25)


def test_posts_have_rows_of_bars_only_where_they_are_asked_for():
    sizes = {"a": [900, 0, 3], "b": [1, 2, 1]}
    frame = pd.concat(
        [series(values, metric="posts", entity=name) for name, values in sizes.items()]
    )
    assert "row" not in finding_of(tgp.plots.trend(frame, by="entity_id"))
    ax = tgp.plots.trend(frame, by="entity_id", facet=True)
    first, second = ax.containers
    assert [bar.get_height() < 0 for bar in first] == [True, False, True]
    assert second[1].get_height() == pytest.approx(2 * second[0].get_height())


def test_a_click_on_the_name_of_a_row_chooses_its_entity():
    frame = pd.concat([series([1, 2]), series([900, 2], **B).assign(label="ben")])
    ax = tgp.plots.trend(frame, by="label", facet=True)
    assert [MARKS[label] for label in ax.get_yticklabels()] == [
        Mark("@ben", "b"),
        Mark("@ann", "a"),
    ]
    page = svg_of(ax.figure, "")
    assert page.count("data-goat='pick:") + page.count('data-goat="pick:') == 2


def posts(values, **options):
    return series(values, metric="posts", **options)


def test_posts_of_many_days_are_summed_by_week_and_so_is_the_period_before():
    # 1 May 2026 is a Friday, and 10 June a Wednesday.
    before = posts([2] * 41, start="2026-03-21", kind="prior_period")
    ax = tgp.plots.trend(pd.concat([posts([1] * 41), before]))
    quiet, bars = ax.containers
    assert [bar.get_height() for bar in bars] == [3, 7, 7, 7, 7, 7, 3]
    assert [bar.get_height() for bar in quiet] == [6, 14, 14, 14, 14, 14, 6]
    assert finding_of(ax) == (
        "41 posts from 1 May to 10 Jun 2026, down 50% on the 41 days before. Posts a week"
    )
    assert ax.get_xlabel().replace("\n", " ") == (
        "Counted only in part: the first week from 1 May 2026 and the last week up to 10 Jun 2026."
    )
    assert MARKS[strips(ax)[0]].text == ("the week of 27 Apr 2026\nposts: 3\nthe period before: 6")
    few = tgp.plots.trend(posts([1] * 35))
    assert len(few.containers[0]) == 35
    lines = tgp.plots.trend(series([1] * 41))
    assert len(lines.lines[0].get_ydata()) == 41


def test_a_week_of_a_day_that_still_fills_is_hatched_and_one_with_a_gap_is_named():
    ax = tgp.plots.trend(posts([1] * 41, partial=True).drop(index=3))
    assert [bar.get_hatch() for bar in ax.containers[0]] == [""] * 6 + ["///"]
    assert "the week of 4 May 2026 incomplete; the week of 8 Jun 2026 still filling" in (
        finding_of(ax)
    )
    assert "last week" not in ax.get_xlabel()


def test_rates_of_many_days_are_medians_of_weeks_and_the_title_has_a_finding_or_none():
    name = "engagement_rate_by_views"
    days = {"a": [1.0, 2.0, 9.0, 4.0] * 10, "b": [3.0] * 40}
    frame = pd.concat([series(rates, metric=name, entity=who) for who, rates in days.items()])
    ax = tgp.plots.trend(frame, by="entity_id")
    # The one with the highest median is first; 1 May 2026 is a Friday.
    assert [line.get_ydata()[0] for line in lines_of(ax)] == [3.0, 2.0]
    assert "Engagement rate by views, percent, medians of weeks; days of few views" in (
        finding_of(ax)
    )
    assert ax.get_title(loc="left") == (
        "b has the highest engagement rate by views of these 2: median 3%"
    )
    alike = frame.assign(value=3.0)
    assert tgp.plots.trend(alike, by="entity_id").get_title(loc="left") == (
        "Engagement rate by views from 1 May to 9 Jun 2026"
    )
    higher = frame.assign(value=frame["value"].where(frame["entity_id"] == "a", 8.0))
    assert tgp.plots.trend(higher, by="entity_id").get_title(loc="left") == (
        "b has the highest engagement rate by views of these 2: median 8%"
    )
    before = series([2.0] * 40, start="2026-03-22", metric=name, kind="prior_period")
    one = pd.concat([frame[frame["entity_id"] == "b"], before.assign(entity_id="b")])
    assert tgp.plots.trend(one).get_title(loc="left") == (
        "Engagement rate by views: median 3%, after 2% in the 40 days before"
    )


def test_names_stand_in_the_order_of_the_lines_before_a_bucket_that_still_fills():
    ax = tgp.plots.trend(pd.concat([series([9, 9, 1], partial=True), prior([5] * 3, "2026-04-28")]))
    ends = {text.get_text(): text.xy for text in ax.texts if is_end(text)}
    at = date2num(pd.Timestamp("2026-05-02"))
    assert ends == {"this period": (at, 9), "the period before": (at, 5)}
    heights = {text.get_text(): text.xyann[1] for text in ax.texts if is_end(text)}
    assert heights["this period"] > heights["the period before"]


def test_up_to_three_whose_tracking_starts_are_named():
    parts = [
        series([1, 2], entity=f"e{place}", start=f"2026-05-0{9 - place}").assign(
            is_baseline=[True, False], label=f"mia{place}"
        )
        for place in range(4)
    ]
    three = tgp.plots.trend(pd.concat(parts[:3])).get_xlabel().replace("\n", " ")
    assert three == (
        "▲ tracking starts: @mia2 (7 May 2026), @mia1 (8 May 2026), @mia0 (9 May 2026)"
    )
    assert (
        tgp.plots.trend(pd.concat(parts)).get_xlabel()
        == "▲ tracking starts: 4 (6 May to 9 May 2026)"
    )


@pytest.mark.parametrize(("number", "is_drawn"), [(8, True), (9, False)])
def test_bars_of_many_others_are_not_drawn_where_they_would_hide_the_named_ones(number, is_drawn):
    parts = [posts([5, 5], entity=f"e{place}") for place in range(number)]
    ax = tgp.plots.trend(pd.concat(parts), by="entity_id", n=2)
    assert len(ax.containers) == 2 + is_drawn
    assert ("others with " in finding_of(ax)) != is_drawn
