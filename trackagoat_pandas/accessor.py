"""The accessors ``df.goat`` and ``series.goat``: public functions as methods of a frame.

An accessor holds its frame and nothing else. Each verb calls a public function with the frame as
first argument; the function's module is imported when the verb is first used. Importing this module
registers the accessors, which is the package's only side effect.
"""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING

import pandas as pd

from trackagoat_pandas.verbs import Accessor, Verb, fitting

if TYPE_CHECKING:
    from trackagoat_pandas._arrow import ArrowStream
    from trackagoat_pandas.load.provenance import Provenance


_plot = functools.partial(Verb, home="plots")

_SERIES = ("date", "value", "metric", "entity_id")
_SCATTER = ("tiktok_handle", "engagement_rate_by_views")
_STANDING = (
    "creator_id", "tiktok_handle", "goal_id", "metric", "period", "status", "target", "actual",
    "period_start", "period_end", "hours_until_period_end", "hours_since_period_end",
    "not_yet_started",
)  # fmt: skip
_GOALS = (
    "creator_id", "goal_id", "metric", "period", "target_value", "start_date", "end_date",
)  # fmt: skip
_EARNED = ("amount_cents", "structure_id", "creator_id", "period_start")
_COMMENTS = ("text",)


@pd.api.extensions.register_series_accessor("goat")
class GoatSeriesAccessor(Accessor):
    """TrackaGoat's verbs on a Series."""

    _called = "Series.goat"

    score = Verb(name="score_texts")
    to_money = Verb()

    def __repr__(self) -> str:
        values = f"{len(self._data):,} value{'s' * (len(self._data) != 1)}"
        return f"{values} of dtype {self._data.dtype}\nVerbs: {', '.join(self.__dir__())}"


class GoatPlotAccessor(Accessor):
    """TrackaGoat's plots of a DataFrame."""

    _called = "DataFrame.goat.plot"

    trend = _plot(*_SERIES, "series_kind", "is_partial")
    leaderboard = _plot("view_count")
    creator_scatter = _plot(
        *_SCATTER,
        "post_count",
        "avg_views_per_post",
        instead=(*_SCATTER, "posts", "views"),
    )
    goal_board = _plot(*_STANDING)
    goal_odds = _plot(
        "tiktok_handle",
        "metric",
        "period",
        "chance",
        "missing",
        "days_left",
    )
    payout_summary = _plot(*_EARNED)
    payout_timeline = _plot(*_EARNED)
    sentiment_trend = _plot(*_COMMENTS, "posted_at")
    sentiment_creators = _plot(*_COMMENTS, "creator_id")
    comment_words = _plot(*_COMMENTS)

    def __repr__(self) -> str:
        return fitting("Plots that fit", self)


@pd.api.extensions.register_dataframe_accessor("goat")
class GoatAccessor(Accessor):
    """TrackaGoat's verbs on a DataFrame."""

    _called = "DataFrame.goat"

    @property
    def provenance(self) -> Provenance:
        """Where the frame came from: path, params, fetched_at, complete, requests, rows, timezone.

        The dict is a copy, with a readable display in notebooks. It is empty if no loader made the
        frame, and after operations in which pandas drops attributes, such as ``pd.concat`` of
        frames from different loads. Where rows were cut out or added since, it doesn't say
        ``complete``, but how many of them there are, as ``rows_now``.
        """
        from trackagoat_pandas.checks import frame_facts
        from trackagoat_pandas.helpers.cuts import rows_said
        from trackagoat_pandas.load.provenance import Provenance

        facts = copy.deepcopy(frame_facts(self._data))
        said = rows_said(self._data)
        return Provenance({**facts, "rows_now": said} if said else facts)

    def __repr__(self) -> str:
        from trackagoat_pandas.helpers.captions import summary

        verbs, plots = fitting("Verbs that fit", self), fitting("Plots that fit", self.plot)
        return "\n".join([*summary(self._data), verbs, plots])

    @property
    def plot(self) -> GoatPlotAccessor:
        """The plots of the frame."""
        return GoatPlotAccessor(self._data)

    show = Verb()
    engagement = Verb("view_count", "like_count", "comment_count", "share_count", "save_count")
    leaderboard = Verb("view_count")
    diff = Verb("id")
    as_table = Verb()
    unreadable_cells = Verb()
    with_names = Verb()
    to_csv = Verb()
    to_excel = Verb()
    growth = Verb(*_SERIES, "series_kind")
    to_wide = Verb(*_SERIES, "series_kind", "label")
    add_missing_days = Verb("date")
    align_days = Verb("date", "series_kind")
    explain_change = Verb("entity", *_SERIES, "series_kind")
    resample = Verb(*_SERIES, "series_kind")
    campaign_members = Verb("id", "items")
    comments_of_campaigns = Verb(*_COMMENTS, "video_id", instead=(*_COMMENTS, "creator_id"))
    score_comments = Verb(*_COMMENTS)
    summarize_sentiment = Verb(*_COMMENTS)
    sentiment_trend = Verb(*_COMMENTS, "posted_at")
    rank_creators_by_sentiment = Verb(*_COMMENTS, "creator_id")
    find_negative_alerts = Verb(*_COMMENTS, "video_id")
    show_alert_evidence = Verb(*_COMMENTS, "video_id")
    search_comments = Verb(*_COMMENTS)
    compare_sentiment_modes = Verb(*_COMMENTS)
    count_sentiment_words = Verb(*_COMMENTS)
    summarize_compliance = Verb("project_id", "creator_id", "status", "percentage")
    who_to_nudge = Verb(*_STANDING)
    will_miss = Verb(*_STANDING, *_GOALS)
    mark_not_started = Verb("status", "not_yet_started", instead=("status", "reason"))
    evaluate_goals = Verb(*_GOALS)
    goal_history = Verb(*_GOALS)
    goal_odds = Verb(*_GOALS)
    backtest_goal_odds = Verb(*_GOALS)
    calibrate_goal_odds = Verb("chance", "is_hit")
    goal_odds_skill = Verb("chance", "is_hit")
    summarize_payouts = Verb(*_EARNED)
    outstanding_balances = Verb(*_EARNED)
    paid_by_year = Verb("accrual_ids", "amount_cents", "paid_at")
    payout_file = Verb("creator_id", "owed_cents")
    payout_timeline = Verb(*_EARNED)
    plan_budget = Verb(*_EARNED)
    payout_entries = Verb(*_EARNED)
    accrual_days = Verb("period_end", "created_at")
    effective_cpm = Verb(*_EARNED)
    cost_per_engagement = Verb(*_EARNED)
    accrue = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")
    what_if = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")
    forecast_payouts = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")
    backtest_payouts = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")


def goat(frame: pd.DataFrame | ArrowStream) -> GoatAccessor:
    """Return a frame's verbs, as ``frame.goat`` does, for type checkers and editors to see.

    Parameters
    ----------
    frame
        Any frame, or a table of Polars, DuckDB or PyArrow.

    Returns
    -------
    GoatAccessor
        Each public function that takes a frame first, as a method. Its repr says what the frame is
        and which verbs fit its columns.

    Raises
    ------
    ArgumentTypeError
        ``frame`` is no frame.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"tiktok_handle": ["ann", "bob"], "view_count": [1200, 98000]})
    >>> tgp.goat(videos).leaderboard()["tiktok_handle"].tolist()
    ['bob', 'ann']
    >>> tgp.goat(videos)
    2 rows x 2 columns
    Verbs that fit: as_table, leaderboard, show, to_csv, to_excel, unreadable_cells,
      with_names
    Plots that fit: leaderboard
    """
    from trackagoat_pandas._arrow import as_pandas
    from trackagoat_pandas.checks import require_columns

    data = as_pandas("frame", frame)
    require_columns(data, [])
    return GoatAccessor(data)
