"""The accessors ``df.goat`` and ``series.goat``: public functions as methods of a frame.

An accessor holds its frame and nothing else. Each verb calls a public function with the frame as
first argument; the function's module is imported when the verb is first used. Importing this module
registers the accessors, which is the package's only side effect.
"""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import pandas as pd

from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.errors import UnknownNameError

if TYPE_CHECKING:
    from trackagoat_pandas.load.provenance import Provenance


class Verb:
    """A public function as a method.

    Parameters
    ----------
    needs
        Completion offers the verb for a frame with all of these columns.
    instead
        It also offers the verb for a frame with all of these.
    name
        The function's name, if it differs from the method's.
    home
        The function's module below the package; by default the one in ``HOMES``.
    """

    def __init__(
        self,
        *needs: str,
        instead: Sequence[str] = (),
        name: str | None = None,
        home: str | None = None,
    ) -> None:
        self.needs, self._name, self._home = frozenset(needs), name, home
        self._instead = frozenset(instead)

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = self._name or name

    @property
    def function(self) -> Callable[..., Any]:
        """The public function, imported on access."""
        name = str(self._name)
        module = importlib.import_module(f"{__package__}.{self._home or HOMES[name]}")
        function: Callable[..., Any] = getattr(module, name)
        return function

    def fits(self, columns: AbstractSet[str]) -> bool:
        """Return whether completion offers the verb for a frame with these columns."""
        return self.needs <= columns or (bool(self._instead) and self._instead <= columns)

    def __get__(self, accessor: _Accessor | None, owner: type) -> Any:
        return self if accessor is None else _bound(self.function, accessor._data)  # noqa: SLF001


def _bound(function: Callable[..., Any], data: Any) -> Callable[..., Any]:
    """Return the function with its first argument bound, also in its signature."""

    @functools.wraps(function)
    def verb(*args: Any, **options: Any) -> Any:
        return function(data, *args, **options)

    signature = inspect.signature(function)
    rest = list(signature.parameters.values())[1:]
    verb.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return verb


class _Accessor:
    """Base of the accessors; completion offers only the verbs that fit the frame's columns."""

    _called: ClassVar[str]
    """How users write the accessor."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def __dir__(self) -> list[str]:
        columns = set(getattr(self._data, "columns", ()))
        return sorted(
            name
            for name, value in self._public().items()
            if not isinstance(value, Verb) or value.fits(columns)
        )

    if not TYPE_CHECKING:  # With a __getattr__, type checkers would accept any name.

        def __getattr__(self, name: str) -> NoReturn:
            raise UnknownNameError(self._called, name, self._public())

    @classmethod
    def _public(cls) -> dict[str, Any]:
        return {name: value for name, value in vars(cls).items() if not name.startswith("_")}


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
class GoatSeriesAccessor(_Accessor):
    """TrackaGoat's verbs on a Series."""

    _called = "Series.goat"

    score = Verb(name="score_texts")
    to_money = Verb()


class GoatPlotAccessor(_Accessor):
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


@pd.api.extensions.register_dataframe_accessor("goat")
class GoatAccessor(_Accessor):
    """TrackaGoat's verbs on a DataFrame."""

    _called = "DataFrame.goat"

    @property
    def provenance(self) -> Provenance:
        """Where the frame came from: path, params, fetched_at, complete, requests, rows, timezone.

        The dict is a copy, with a readable display in notebooks. It is empty if no loader made the
        frame, and after operations in which pandas drops attributes, such as ``pd.concat`` of
        frames from different loads.
        """
        from trackagoat_pandas.checks import frame_facts
        from trackagoat_pandas.load.provenance import Provenance

        return Provenance(copy.deepcopy(frame_facts(self._data)))

    @property
    def plot(self) -> GoatPlotAccessor:
        """The plots of the frame."""
        return GoatPlotAccessor(self._data)

    engagement = Verb("view_count", "like_count", "comment_count", "share_count", "save_count")
    leaderboard = Verb("view_count")
    diff = Verb("id")
    as_table = Verb()
    unreadable_cells = Verb()
    with_names = Verb()
    growth = Verb(*_SERIES, "series_kind")
    to_wide = Verb(*_SERIES, "series_kind", "label")
    complete_days = Verb("date")
    compared_days = Verb("date", "series_kind")
    in_buckets = Verb(*_SERIES, "series_kind")
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
    mark_not_started = Verb("status", "not_yet_started", instead=("status", "reason"))
    evaluate_goals = Verb(*_GOALS)
    goal_history = Verb(*_GOALS)
    goal_odds = Verb(*_GOALS)
    backtest_goal_odds = Verb(*_GOALS)
    calibrate_goal_odds = Verb("chance", "is_hit")
    score_goal_odds = Verb("chance", "is_hit")
    summarize_payouts = Verb(*_EARNED)
    outstanding_balances = Verb(*_EARNED)
    payout_timeline = Verb(*_EARNED)
    list_entries = Verb(*_EARNED)
    accrual_days = Verb("period_end", "created_at")
    effective_cpm = Verb(*_EARNED)
    cost_per_engagement = Verb(*_EARNED)
    accrue = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")
    forecast_payouts = Verb("kind", "amount_cents", "cpm_cents", "threshold_views")
