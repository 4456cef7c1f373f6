"""What holds for every plot: odd names, given axes, and empty, wrong or incomplete frames."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from inspect import signature
from typing import Any, NamedTuple

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.cbook import is_math_text
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.heavy import every
from tests.support.explained_frames import explained
from tests.support.goal_frames import judged
from tests.support.named_frames import analytics_of
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas import plots
from trackagoat_pandas.errors import (
    ArgumentError,
    ChoiceError,
    IncompleteFrameWarning,
    MismatchedFramesWarning,
    MissingColumnError,
)
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.svg import svg_of
from trackagoat_pandas.plots.theme import DARK_OF, PAGE

NAMES = [
    r"$\frac{", "$$", "$x$ and $y$", r"\$", "^_{}", "_hidden", "__", "_$x$", "%s {0} {name}",
    "\u202eevil", "a\x00b", "\x1b[31mred", "<b>bo</b>", "x" * 5_000, "x y " * 2_000, "\n", "",
    "\U0001f410", r"\n \alpha", "#fff", "C0", "..", "../../etc/passwd",
]  # fmt: skip
CONTROLS = ["\x1b[31mred\x1b]0;goat\x07", "a\rb", "a\nNEW", "\u202etaog", "a\x00b", "a\x07b"]


def goals_of(names):
    return (judged(*({"tiktok_handle": name} for name in names)),), {}


def odds_of(names):
    numbers = dict.fromkeys(("chance", "missing", "days_left"), pd.array([0.2] * len(names)))
    columns = {"tiktok_handle": names, "metric": "views", "period": "monthly"}
    return (pd.DataFrame({**columns, **numbers}),), {}


def people_of(names):
    counts = pd.array(range(1, len(names) + 1), "Int64")
    columns = ("post_count", "avg_views_per_post", "view_count", "engagement_rate_by_views")
    people = pd.DataFrame({"tiktok_handle": names, **dict.fromkeys(columns, counts)})
    return (people.iloc[::-1],), {}


def series_of(names):
    return (analytics_of(*names),), {"by": "label", "n": 8}


def notes_of(names):
    days = pd.date_range("2026-05-01", "2026-05-04", periods=len(names)).as_unit("us")
    return (analytics_of("bob"),), {"annotations": pd.DataFrame({"date": days, "label": names})}


def owed_to(names):
    ids = [str(place) for place in range(len(names))]
    earned = accruals(*(accrual(id_, 1_000, creator_id=id_) for id_ in ids))
    paid = payments(*(payment(f"p{id_}", 500, id_, creator_id=id_) for id_ in ids))
    return (earned, paid), {"names": dict(zip(ids, names, strict=True))}


def paid_by(names):
    (earned, paid), _ = owed_to(names)
    return (earned, paid.assign(method_name=names, method_id=names)), {"by": "method"}


def months_of(names):
    return owed_to(names)[0], {"timezone": ZONE}


def comments_of(names):
    posted = pd.date_range("2026-05-01", periods=len(names), tz="UTC").as_unit("us")
    columns = {"creator_id": [str(place) for place in range(len(names))], "posted_at": posted}
    texts = [f"awful {name}" for name in names]
    return (pd.DataFrame({"text": texts, "tiktok_handle": names, **columns}),), {}


def changes_of(names):
    return (explained(*((name, None, 0, place) for place, name in enumerate(names, 1))),), {}


def posts_of(names):
    columns = {"id": [f"v{place}" for place in range(len(names))], "tracking_status": "included"}
    owners = [f"c{place}" for place in range(len(names))]
    views = pd.array(range(1, len(names) + 1), "Int64")
    posts = pd.DataFrame(
        {"tiktok_handle": names, "creator_id": owners, "view_count": views, "title": "x", **columns}
    )
    return (posts,), {}


def posts_by_creator(names):
    return posts_of(names)[0], {"by": "creator"}


def outliers_of(names):
    size = len(names)
    ids = [f"v{place}" for place in range(size)]
    numbers = {"compared_views": 3_000.0, "baseline_views": 100.0, "multiple": 30.0}
    found = pd.DataFrame({"tiktok_handle": names, "id": ids, "is_outlier": True, **numbers})
    return (found.assign(z=[3.0 + place / 10 for place in range(size)]),), {}


def ranks_of(names):
    places = list(range(1, len(names) + 1))
    ends = {"rank_low": places, "rank_high": [place + 2 for place in places]}
    numbers = {"rank": places, "level": 900.0, "alike_to_place": len(names), **ends, "posts": 9}
    frame = pd.DataFrame({"tiktok_handle": names, "creator_id": names, **numbers, "reason": None})
    return (frame,), {}


def evidence_on(names):
    ids = [f"v{place}" for place in range(len(names))]
    grades = ["strong", "weak"] * len(names)
    scores = [0.9 / (place + 1) for place in range(len(names))]
    found = {"tiktok_handle": names, "id": ids, "score": scores, "grade": grades[: len(names)]}
    return (pd.DataFrame(found),), {}


def campaigns_of(names):
    items = [json.dumps([{"item_type": "video", "item_id": f"v{n}"}]) for n in range(len(names))]
    ids = [f"k{place}" for place in range(len(names))]
    listed = pd.DataFrame({"id": ids, "name": pd.array(names, "string"), "items": items})
    return (listed, *posts_of(names)[0]), {}


def tree_of(names):
    size = len(names)
    ids = [f"k{place}" for place in range(size)]
    depth = pd.array([place % 4 for place in range(size)], "Int64")
    own = {"campaign_name": names, "campaign_id": ids}
    tree = pd.DataFrame({**own, "tree_path": names, "depth": depth, "place": "first"})
    views = pd.array([1_000 * (size - place) for place in range(size)], "Int64")
    numbers = {"target_views": 1_500, "days_left": 9.5, "needed_per_day": 70, "pace": 0.8}
    summary = pd.DataFrame({**own, "views": views, "posts": 3, **numbers, "status": "behind_pace"})
    return (tree, summary), {}


def overlap_of(names):
    size = len(names)
    pairs = [(first, second) for second in range(size) for first in range(second)]
    pairs = pairs or [(0, 0)]
    counts = pd.array(range(1, len(pairs) + 1), "Int64")
    ends = {
        f"campaign_{end}{what}": [values[pair[at]] for pair in pairs]
        for at, end in enumerate("ab")
        for what, values in (("", [f"k{place}" for place in range(size)]), ("_name", names))
    }
    return (pd.DataFrame({**ends, "shared_videos": counts, "shared_creators": counts}),), {}


def compared(names):
    sides = ["only a", "both", "only b", "same creators, a", "same creators, b"]
    labels = [f"Only in {names[0]}", "In both", f"Only in {names[-1]}", "Same a", "Same b"]
    numbers = {"creators": 3, "views": pd.array([9, 8, 7, 6, 5], "Int64"), "reason": None}
    effects = {name: [None] * 3 + [at, None] for name, at in zip(
        ("effect", "low", "high"), (20.0, 5.0, 40.0), strict=True
    )}  # fmt: skip
    posts = pd.array([30, 20, 10, 9, 8], "Int64")
    return (
        pd.DataFrame({"label": labels, "side": sides, "posts": posts, **numbers, **effects}),
    ), {}


def visible_of(names):
    weeks = [one for one in (1, 4) for _ in names]
    sizes = [6 + 2 * place for place in range(len(names))] * 2
    seen = [300.0 / one / size for one, size in zip(weeks, sizes, strict=True)]
    return (pd.DataFrame({"weeks": weeks, "group_size": sizes, "smallest_visible": seen}),), {}


def budgets_of(names):
    days = pd.array(range(10, 10 + len(names)), "Int64")
    cents = {"budget_cents": 90_000, "left_today_cents": 40_000, "daily_burn_cents": 1_000}
    ends = {"days_left": days, "days_left_low": days - 5, "days_left_high": days + 5}
    ids = [f"p{place}" for place in range(len(names))]
    plan = pd.DataFrame(
        {"project_name": names, "project_id": ids, "currency": "USD", **cents, **ends}
    )
    return (plan.assign(runs_out=pd.Timestamp("2026-07-01")),), {}


def restated(names):
    ages = range(1, len(names) + 1)
    values = {"first_value": 100.0, "value": 103.0, "change": 3.0, "points": 2}
    return (pd.DataFrame({"metric": "views", "age_days": ages, **values}),), {}


def health_of(names):
    places = range(len(names))
    columns = {"since": pd.Timestamp("2026-05-04"), "evidence": names}
    status = [("good", "bad", "watch", "unknown")[place % 4] for place in places]
    return (pd.DataFrame({"part": names, "status": status, **columns}),), {}


def followed(names):
    hours, views = range(24, 24 * len(names) + 1, 24), pd.array(range(len(names)), "Int64")
    return (
        pd.DataFrame({"id": "v", "title": names, "age_hours": hours, "views_so_far": views}),
    ), {}


def hours_of(names):
    places = range(len(names))
    cells = {"dow": [place % 7 for place in places], "hour": [5 * place % 24 for place in places]}
    views = [100.0 * (place + 1) for place in places]
    counts = pd.array([3 + place for place in places], "Int64")
    return (
        pd.DataFrame({**cells, "posts": counts, "mean_views": views, "median_views": views}),
    ), {}


def months_with_posts(names):
    days = pd.date_range("2026-01-31", periods=len(names), freq=pd.offsets.MonthEnd())
    counts = pd.array(range(len(names)), "Int64")
    return (pd.DataFrame({"day": days.as_unit("us"), "posts": counts}),), {}


def expected_of(names):
    views = pd.array(range(1, len(names) + 1), "Int64")
    ends = {"expected_views": views * 2, "low": views, "high": views * 3}
    posts = {"tiktok_handle": names, "title": names, "id": [f"v{n}" for n in range(len(names))]}
    return (pd.DataFrame({**posts, "views": views, **ends, "horizon_days": 30}),), {}


def lives_of(names):
    shares = pd.array([n / len(names) for n in range(1, len(names) + 1)], "Float64")
    ages = {"age_hours": [24.0 * n for n in range(1, len(names) + 1)], "horizon_days": len(names)}
    counts = {"posts": 9, "younger_posts": 1}
    return (pd.DataFrame({**ages, "typical_share": shares, "views_share": shares, **counts}),), {}


def rows_of(names):
    return series_of(names)[0], {"by": "label", "n": 24, "facet": True}


def ranked_comments_of(names):
    return comments_of(names)[0], {"min_comments": 1}


class Sample(NamedTuple):
    """What a plot is tested with, beside what its signature says."""

    frames: Callable[[list[str]], tuple[Any, dict[str, Any]]]
    """Makes the frames and options of a plot of things with some names."""
    loader: str
    """What makes its frame, as the error for another frame names it."""
    column: str
    """The column without which it has nothing to show."""
    said: str = ""
    """What it says where this column is NA, if it draws the rows all the same."""


NO_AMOUNT = "2 accruals and 2 payments without an amount left out"


def times_of(names):
    columns = {"kind": "hours", "label": "18:00 to 21:00", "answer": "better"}
    numbers = {"posts": 80, "effect": 60.0, "low": 20.0, "high": 110.0}
    frame = pd.DataFrame({"tiktok_handle": names, "creator_id": names, **columns, **numbers})
    return (frame,), {}


def program_times_of(names):
    (times,), options = times_of(names)
    return (times.drop(columns=["creator_id", "tiktok_handle"]),), options


def cost_of(names):
    effects = {"effect": [None, 8.0, -22.0], "low": [None, -10.0, -36.0], "high": [None, 30.0, -6]}
    frame = pd.DataFrame({"position": ["1", "2", "3 and more"], "posts": [9 * len(names)] * 3})
    return (frame.assign(**effects, reason=None),), {}


def weeks_of_lift(names):
    days = pd.date_range("2026-05-04", periods=2 * len(names), freq="7D").as_unit("us")
    gaps = [-4.0, 24.0] * len(names)
    frame = pd.DataFrame({"week": days, "gap": gaps, "usual_low": -9.0, "usual_high": 9.0})
    return (frame.assign(is_campaign=frame.index >= len(names)),), {}


def placebos_of(names):
    kinds = ["the campaign", *["random creators"] * 4, "an earlier date"]
    frame = pd.DataFrame({"placebo": kinds, "effect": [24.0, -3.0, 1.0, 5.0, -12.0, 2.0]})
    return (frame.assign(since=pd.Timestamp("2026-05-04"), posts=len(names)),), {}


def neighbours_of(names):
    parts = {"size": 0.1, "hours": 0.2, "weekdays": 0.1}
    distances = [0.4 + place / 100 for place in range(len(names))]
    near = pd.DataFrame({"tiktok_handle": names, "creator_id": names, "distance": distances})
    return (near.assign(**parts, stability=0.8, reason=None),), {}


def pools_of(names):
    numbers = {"median_views": 900.0, "views_factor": 2.1, "posts_per_week": 2.0}
    numbers |= {"engagement_rate_by_views": 5.0, "usual_hour": 18.5, "weekend_pct": 30.0}
    pool = pd.array([1 + place % 3 for place in range(len(names))], "Int64")
    found = pd.DataFrame({"tiktok_handle": names, "creator_id": names, "pool": pool, **numbers})
    found["median_views"] = [900.0 * (1 + place) for place in range(len(names))]
    return (found.assign(pool_description="2.0 posts a week (others 3.0)", reason=None),), {}


SAMPLES = {
    "lift": Sample(weeks_of_lift, "lift_weeks", "gap"),
    "lift_placebos": Sample(placebos_of, "lift_placebos", "effect"),
    "goal_board": Sample(goals_of, "load_goal", "actual", said="n/a of 4, at risk"),
    "goal_odds": Sample(odds_of, "goal_odds", "chance"),
    "leaderboard": Sample(people_of, "load_videos", "view_count"),
    "creator_scatter": Sample(people_of, "load_report", "avg_views_per_post"),
    "similar": Sample(neighbours_of, "similar_creators", "distance"),
    "pools": Sample(pools_of, "creator_pools", "pool", said="2 creators without a pool"),
    "trend": Sample(series_of, "load_analytics", "value"),
    "payout_summary": Sample(owed_to, "load_payout", "amount_cents", said=NO_AMOUNT),
    "payout_timeline": Sample(months_of, "load_payout", "amount_cents", said=NO_AMOUNT),
    "sentiment_creators": Sample(ranked_comments_of, "load_comments", "text"),
    "sentiment_trend": Sample(comments_of, "load_comments", "text"),
    "comment_words": Sample(comments_of, "load_comments", "text"),
    "waterfall": Sample(changes_of, "explain_change", "change"),
    "view_distribution": Sample(posts_of, "load_videos", "view_count"),
    "ranks": Sample(ranks_of, "rank_creators", "rank"),
    "view_quality": Sample(evidence_on, "view_quality", "score"),
    "outliers": Sample(outliers_of, "find_outliers", "z"),
    "campaigns": Sample(campaigns_of, "load_campaigns", "items"),
    "campaign_tree": Sample(tree_of, "campaign_tree", "campaign_id"),
    "compare_campaigns": Sample(compared, "compare_campaigns", "posts"),
    "visible_effects": Sample(visible_of, "visible_effects", "smallest_visible"),
    "overlap": Sample(overlap_of, "member_overlap", "shared_videos"),
    "budget": Sample(budgets_of, "plan_budget", "budget_cents"),
    "health": Sample(health_of, "program_health", "status", said="unknown"),
    "restatements": Sample(restated, "restatements", "change"),
    "follow_post": Sample(followed, "follow_post", "views_so_far"),
    "posting_heatmap": Sample(hours_of, "posting_heatmap", "posts"),
    "calendar": Sample(months_with_posts, "content_calendar", "posts"),
    "expected_views": Sample(expected_of, "expected_views", "expected_views"),
    "life_curves": Sample(lives_of, "life_curves", "typical_share"),
    "posting_times": Sample(times_of, "suggest_posting_times", "effect"),
    "posting_cost": Sample(cost_of, "posting_cost", "effect"),
}
PLOTS = {
    **{name: sample.frames for name, sample in SAMPLES.items()},
    "posting_times of a program": program_times_of,
    "trend with notes": notes_of,
    "trend in rows": rows_of,
    "payout_summary by method": paid_by,
    "view_distribution by creator": posts_by_creator,
}
"""What makes the frames of each plot, and of plots that look quite different with an option."""
NULLABLE = {name: sample.column for name, sample in SAMPLES.items() if not sample.said}
INCOMPLETE = {"trackagoat": {"complete": False}}
every_plot = pytest.mark.parametrize("name", PLOTS)
WORDS = ["bad", "good", "love", "awful", "nice", "hate", "great", "happy", "sad"]
COUNTED = [name for name in SAMPLES if "n" in signature(getattr(plots, name)).parameters]
CUT = {name: PLOTS[name] for name in COUNTED if name != "creator_scatter"} | {
    # A scatter shows all creators, and the names of n.
    "comment_words": lambda names: ((pd.DataFrame({"text": names}),), {}),
    "view_distribution": posts_by_creator,
}
"""What makes the frames of nine things of which a plot shows three."""
BOUNDS = dict.fromkeys(COUNTED, (0, "at least 1")) | {
    "creator_scatter": (-1, "at least 0"), "trend": (9, "at most 8"), "overlap": (1, "at least 2"),
}  # fmt: skip
"""A number that is too small or too large for ``n=``, and what its error says."""


def draw(name, frames, options, ax=None):
    figure = Figure(figsize=(8, 4), layout="constrained")
    plot = getattr(plots, name.partition(" ")[0])
    return plot(*frames, **options, ax=figure.add_subplot() if ax is None else ax)


@functools.cache
def crowded(name):
    """A plot of 24 creators with its source, drawn once for all tests that only look at it."""
    frames, options = PLOTS[name]([f"creator.{place}" for place in range(24)])
    ax = Figure(figsize=(8, 4), dpi=96, layout="constrained").add_subplot()
    draw(name, with_source(frames), options, ax)
    ax.figure.draw_without_rendering()
    return ax


def test_no_plot_is_left_out():
    assert set(SAMPLES) ^ set(plots.__all__) == set(), (
        "add a line for it to `SAMPLES` of tests/plots/test_common.py"
    )


@pytest.mark.parametrize("name", CUT)
def test_a_plot_of_three_of_nine_says_how_many_there_are(name):
    frames, options = CUT[name](WORDS)
    ax = getattr(plots, name)(*frames, **{**options, "n": 3})
    said = " ".join(text.get_text() for text in ax.figure.findobj(Text))
    is_said = re.search(r"\bof 9\b|\b6 (more|others|other goals)\b", said) is not None
    assert is_said, f"count those that aren't shown by add_note, as '6 more not shown': {said}"


@every_plot
@pytest.mark.parametrize("turn", range(0, 3, every(3)))
def test_no_name_breaks_a_plot_or_is_read_as_mathematics(name, turn):
    # In a usual run a third of the names, another one for the next plot.
    first = (turn + [*PLOTS].index(name)) % 3
    ax = draw(name, *PLOTS[name](NAMES[first::3]))
    ax.figure.draw_without_rendering()
    for text in ax.figure.findobj(Text):
        is_math = text.get_parse_math() and is_math_text(text.get_text())
        assert not is_math, f"write it with parse_math=False: {text.get_text()[:80]}"
        assert len(text.get_text()) < 1_000, "shorten names by `distinct` or `shown`"


@every_plot
def test_control_characters_of_names_are_not_drawn(name):
    ax = draw(name, *PLOTS[name](CONTROLS))
    ax.figure.draw_without_rendering()  # a letter without a glyph would be a warning
    texts = "".join(text.get_text() for text in ax.figure.findobj(Text))
    # Zero-width and no-break spaces are the plots' own.
    assert {mark for mark in texts if not mark.isprintable()} <= {"\n", "\u200b", "\xa0"}


@pytest.mark.parametrize("name", ["_hidden", "__", "_$x$"])
def test_a_legend_leaves_nobody_out(name):
    ax = draw("trend", *series_of([name, "bob"]))
    written = [text.get_text().strip("\u200b") for text in ax.figure.findobj(Text)]
    assert any(text.removeprefix("@").startswith(name) for text in written)
    assert all(not label.startswith("_") for label in ax.get_legend_handles_labels()[1])


@every_plot
def test_the_given_axes_are_drawn_on_and_nothing_else_is_touched(name):
    ax, settings = Figure().add_subplot(), dict(plt.rcParams)
    frames, options = PLOTS[name](["mia", "ben"])
    before = [frame.copy() for frame in frames]
    assert draw(name, frames, options, ax) is ax
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == settings
    for frame, was in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, was)


@pytest.mark.parametrize(("name", "column"), [*dict.fromkeys(PLOTS).items(), *NULLABLE.items()])
def test_a_frame_of_no_rows_or_only_nulls_says_so(name, column):
    frames, options = PLOTS[name](["mia", "ben"])
    if column is None:
        frames = [frame.head(0) for frame in frames]
    else:
        frames[0][column] = frames[0][column].mask(frames[0][column].notna())
    ax = draw(name, frames, options)
    assert ax.get_title(loc="left").startswith("No "), "return empty_axes(new_axes(ax), 'No ...')"
    assert [text.get_text() for text in ax.texts] == ["nothing to show"]
    assert len(ax.patches) == len(ax.lines) == 0


@every_plot
@pytest.mark.filterwarnings("ignore:.*have a status other:trackagoat_pandas.errors.ContractWarning")
def test_a_column_of_nulls_breaks_no_plot_and_is_never_written(name):
    for column in dict.fromkeys(PLOTS[name](["mia", "ben"])[0][0].columns):
        (first, *others), options = PLOTS[name](["mia", "ben"])
        known = first[column].convert_dtypes()
        nulls = first.assign(**{column: known.mask(known.notna())})
        if (name, column) == ("budget", "currency"):
            # An amount of no currency can't be written.
            continue
        ax = draw(name, [nulls, *others], options)
        ax.figure.draw_without_rendering()
        written = " ".join(text.get_text() for text in ax.figure.findobj(Text))
        assert not re.search(r"\b(nan|None|NaT)\b|<NA>", written), column


@pytest.mark.parametrize("name", [name for name in SAMPLES if SAMPLES[name].said])
def test_a_plot_that_draws_rows_without_numbers_says_so(name):
    _, _, column, said = SAMPLES[name]
    frames, options = PLOTS[name](["mia", "ben"])
    for frame in frames:
        frame[column] = frame[column].mask(frame[column].notna())
    ax = draw(name, frames, options)
    assert said in [ax.get_xlabel(), *(text.get_text() for text in ax.texts)]


@every_plot
def test_everything_lies_within_the_figure(name):
    ax = crowded(name)
    box, figure = ax.get_tightbbox(), ax.figure.bbox
    assert min(box.x0, box.y0) >= -1
    assert box.x1 <= figure.x1 + 1
    assert box.y1 <= figure.y1 + 1


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_out_of_bounds_is_refused(name):
    n, bound = BOUNDS[name]
    frames, options = PLOTS[name](["mia", "ben"])
    with pytest.raises(ArgumentError, match=bound):
        draw(name, frames, {**options, "n": n})


@every_plot
def test_another_frame_is_refused(name):
    frames, options = PLOTS[name](["mia", "ben"])
    with pytest.raises(MissingColumnError, match=SAMPLES[name.partition(" ")[0]].loader):
        draw(name, [frame[[]].assign(a=1) for frame in frames], options)


@every_plot
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_picture_of_an_incomplete_frame_says_so_below_the_axes(name, is_empty):
    frames, options = PLOTS[name](["mia", "ben"])
    if not is_empty:
        assert "incomplete" not in draw(name, frames, options).get_xlabel()
    last = frames[-1].head(0 if is_empty else None)
    last.attrs = INCOMPLETE
    with pytest.warns(IncompleteFrameWarning, match="` is incomplete, since a part was not loaded"):
        ax = draw(name, [*frames[:-1], last], options)
    assert ax.get_xlabel().endswith("incomplete: a part was not loaded")
    ax.figure.draw_without_rendering()
    assert ax.xaxis.label.get_window_extent().y0 >= 0


def test_what_a_frame_is_made_of_is_said_without_marks_of_code():
    (frame,), _ = months_with_posts(["mia"])
    cut = {"creators": "1 of 13 creators"}
    frame.attrs["trackagoat"] = {"path": "content_calendar", "rows": 1, "cut": cut}
    ax = draw("calendar", [frame], {})
    assert ax.get_xlabel() == "made from 1 of 13 creators"


def test_the_note_of_an_incomplete_frame_follows_other_notes():
    [odds], _ = odds_of(["mia", "ben"])
    odds.attrs = INCOMPLETE
    with pytest.warns(IncompleteFrameWarning, match="`odds` is incomplete"):
        ax = draw("goal_odds", [odds], {"n": 1})
    assert ax.get_xlabel() == (
        "1 more not shown, at 20% or higher\nincomplete: a part was not loaded"
    )


@pytest.mark.parametrize("name", ["payout_summary", "payout_timeline"])
def test_a_picture_of_mismatched_frames_says_so_below_the_axes(name):
    (earned, paid), options = PLOTS[name](["mia", "ben"])
    earned.attrs = {"trackagoat": {"complete": False, "params": {"from": "2026-05-01"}}}
    paid.attrs = {"trackagoat": {"params": {}}}
    with (
        pytest.warns(MismatchedFramesWarning, match="different filters"),
        pytest.warns(IncompleteFrameWarning, match="`accruals` is incomplete"),
    ):
        ax = draw(name, [earned], {"payments": paid, **options})
    assert ax.get_xlabel().replace("\n", " ") == (
        "incomplete: a part was not loaded accruals and payments were loaded with different "
        "filters (from), so sums over both are wrong: load both alike"
    )
    ax.figure.draw_without_rendering()
    box = ax.xaxis.label.get_window_extent()
    assert box.y0 >= 0
    assert box.x1 <= ax.figure.bbox.x1


LOADED = {
    "fetched_at": "2026-06-18T19:05:00+00:00", "server_time": "2026-06-18T19:00:00+00:00",
    "timezone": "America/New_York",
}  # fmt: skip


def with_source(frames, **facts):
    for frame in frames:
        frame.attrs = {"trackagoat": {**LOADED, **facts}}
    return frames


def words_of(ax):
    return [text for text in ax.figure.findobj(Text) if text.get_visible() and text.get_text()]


@every_plot
def test_a_picture_names_its_source_where_its_frames_know_it(name):
    frames, options = PLOTS[name](["mia", "ben"])
    assert not any("TrackaGoat" in text.get_text() for text in draw(name, frames, options).texts)
    ax = draw(name, with_source(frames), options)
    sources = [text for text in ax.texts if text.get_text().startswith("TrackaGoat")]
    assert len(sources) == 1, "decorate it with @picture, and end it with finish_axes(...)"
    [source] = sources
    assert source.get_text() == "TrackaGoat, as of 18 Jun 2026 15:00, New York"
    ax.figure.draw_without_rendering()
    box, figure = source.get_window_extent(), ax.figure.bbox
    assert 0 <= box.y0 < box.y1 <= ax.bbox.y0
    assert 0 <= box.x0 < box.x1 <= figure.x1
    below = [ax.xaxis.label, *ax.get_xticklabels()]
    assert not any(box.overlaps(text.get_window_extent()) for text in below if text.get_text())


def test_the_oldest_load_is_the_source_and_without_a_time_zone_it_is_in_utc():
    (earned, paid), options = PLOTS["payout_summary"](["mia", "ben"])
    with_source([earned, paid], timezone=None)
    paid.attrs["trackagoat"] |= {
        "fetched_at": "2026-06-11T19:05:00Z", "server_time": "2026-06-11T19:00:00Z"
    }  # fmt: skip
    written = [text.get_text() for text in draw("payout_summary", (earned, paid), options).texts]
    assert "TrackaGoat, as of 11 Jun 2026 19:00, UTC" in written


def test_one_of_several_axes_has_no_source_of_its_own():
    frames, options = PLOTS["trend"](["mia", "ben"])
    figure = Figure(figsize=(12, 4))
    axes = figure.subplots(1, 2)
    draw("trend", with_source(frames), options, axes[0])
    assert not any("TrackaGoat" in text.get_text() for text in words_of(axes[0]))


@pytest.mark.parametrize("count", [1, 24])
@every_plot
def test_no_letter_is_smaller_than_11_pixels_of_a_page(name, count):
    if count == 24:
        ax = crowded(name)
    else:
        frames, options = PLOTS[name](["creator.0"])
        ax = Figure(figsize=(4.4, 4), dpi=96, layout="constrained").add_subplot()
        draw(name, with_source(frames), options, ax)
        ax.figure.draw_without_rendering()
    small = {text.get_text() for text in words_of(ax) if text.get_fontsize() * 96 / 72 < 11}
    assert small == set(), "write them in TINY_PT or larger"


def colors_in(ax):
    """The colours of a picture, as a page gets them."""
    ax.figure.set_facecolor("none")
    return set(re.findall(r"#[0-9a-f]{6}\b", svg_of(ax.figure, "").lower()))


@pytest.mark.parametrize("count", [0, 24])
@every_plot
def test_every_colour_is_one_of_the_theme_so_that_dark_pages_have_one_for_it(name, count):
    frames, options = PLOTS[name]([f"creator.{place}" for place in range(count or 1)])
    frames = [frame if count else frame.head(0) for frame in frames]
    shown = crowded(name) if count else draw(name, with_source(frames), options)
    assert colors_in(shown) == set(), "take colours from plots/theme.py"
    dark = colors_in(draw(name, frames, {**options, "theme": "dark"}))
    assert dark <= set(DARK_OF.values()), "take colours from plots/theme.py"
    assert len(dark) > 2


@every_plot
def test_a_dark_picture_has_a_dark_background_and_another_theme_is_refused(name):
    frames, options = PLOTS[name](["mia", "ben"])
    ax = draw(name, frames, {**options, "theme": "dark"})
    assert to_hex(ax.figure.get_facecolor()) == to_hex(ax.get_facecolor()) == DARK_OF[PAGE]
    with pytest.raises(ChoiceError, match="'light', 'dark'"):
        draw(name, frames, {**options, "theme": "sepia"})


@every_plot
def test_the_finding_can_be_read_without_the_picture(name):
    ax = draw(name, *PLOTS[name](["mia", "ben"]))
    assert ax.get_title(loc="left").replace("\n", " ") in finding_of(ax)
    assert "\n" not in finding_of(ax)
    ax.figure.draw_without_rendering()
    title = ax._left_title
    assert title.get_fontweight() == "bold"


@every_plot
def test_marks_say_their_values(name):
    ax = crowded(name)
    said = [MARKS[artist].text for artist in ax.findobj(lambda artist: artist in MARKS)]
    assert said, "give each mark its read-out by label_marks(...)"
    assert all(re.search(r"\d|n/a", text) for text in said)
