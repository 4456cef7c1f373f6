"""A load of the explorer: its arguments, its cost, and the code that loads the same again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from trackagoat_pandas.base.types import Granularity, Metric
from trackagoat_pandas.errors import PartialLoadError, TrackaGoatError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.planning import Plan, estimate_load
from trackagoat_pandas.load.resources import load_videos
from trackagoat_pandas.showing.recorder import WIDEST, Recorder, Traced, literal
from trackagoat_pandas.tables.analytics import RAW_METRICS

_PLAIN: Final = re.compile(r"[\w.-]+", re.ASCII)
"""What can stand in a query as it is."""


def _base_of(metrics: Sequence[str]) -> dict[str, str]:
    """Return the argument that a growth rate needs: its metric."""
    if "growth_rate_pop" not in metrics:
        return {}
    return {"base_metric": next((name for name in RAW_METRICS if name in metrics), "views")}


class Selection(NamedTuple):
    """The arguments of a load, or a selection from its rows."""

    ids: tuple[str, ...]
    metrics: tuple[Metric, ...]
    dates: DateRange
    granularity: Granularity
    compare: Literal["prior_period"] | None

    @property
    def options(self) -> dict[str, Any]:
        """The arguments besides ids and metrics."""
        options = {"dates": self.dates, "granularity": self.granularity, "compare": self.compare}
        return options | _base_of(self.metrics)

    def load(self, client: Client) -> tuple[pd.DataFrame, PartialLoadError | None]:
        """Load it; if a part fails, return the loaded rows and the error."""
        try:
            frame = load_analytics("creator", self.ids, self.metrics, **self.options, client=client)
        except PartialLoadError as failure:
            if failure.partial.empty:
                raise
            return failure.partial, failure
        return frame, None

    def series_of(self, videos: pd.DataFrame, metric: Metric, client: Client) -> pd.DataFrame:
        """Load the same days of posts."""
        options = self._replace(metrics=(metric,)).options
        return load_analytics("video", videos, metric, **options, client=client)

    def series_cost(self, videos: pd.DataFrame, metric: Metric, client: Client) -> Plan:
        """Count the requests that loading the same days of posts takes."""
        options = self._replace(metrics=(metric,)).options
        return estimate_load(load_analytics, "video", videos, metric, **options, client=client)

    def cost(self, client: Client) -> Plan:
        """Count the requests that loading it takes."""
        return estimate_load(
            load_analytics, "creator", self.ids, self.metrics, **self.options, client=client
        )

    def covers(self, other: Selection) -> bool:
        """Whether a selection can be made from what this loads."""
        if not (set(other.ids) <= set(self.ids) and set(other.metrics) <= set(self.metrics)):
            return False
        if self.compare is None and other.compare is not None:
            return False
        is_within = self.dates.first <= other.dates.first and other.dates.last <= self.dates.last
        if self.granularity != "day":
            return (self.granularity, self.dates) == (other.granularity, other.dates)
        if other.granularity == "day":
            return is_within
        # Only counts of days add up, and months only without the period before.
        is_compared_by_month = other.granularity == "month" and other.compare is not None
        return is_within and set(other.metrics) <= set(RAW_METRICS) and not is_compared_by_month


class Posts(NamedTuple):
    """The posts of the loaded entities, and their series by metric."""

    videos: pd.DataFrame
    series: dict[str, pd.DataFrame]


class Source(NamedTuple):
    """What was loaded, with all that its code says."""

    asked: Selection
    frame: pd.DataFrame
    creators: pd.DataFrame
    project: str | None
    dates: str
    is_whole: bool

    def record(self, ids: Sequence[str], metrics: Sequence[str]) -> tuple[Recorder, Traced, Traced]:
        """Write a load of some creators and metrics; return it with their rows and the creators."""
        recorder, asked = Recorder(), self.asked
        chosen = self.creators[self.creators["id"].isin(ids)]
        listed = Traced(self.creators, f"tgp.load_creators({self._in_project})")
        if len(chosen) < len(self.creators):
            listed = _chosen_of(recorder, listed, chosen)
        creators = recorder.let("creators", listed)
        rows, named = self.frame[self.frame["entity_id"].isin(ids)], list(metrics)
        if self.is_whole:
            rows = rows[rows["metric"].isin(named)]
        else:  # those that failed are missing, whichever are shown
            named = list(asked.metrics)
        code = self.call_of("creator", "creators", named)
        if self.is_whole:
            return recorder, recorder.let("views", Traced(rows, code)), creators
        recorder.write(
            "try:", f"    views = {code}", "except tgp.errors.PartialLoadError as failure:",
            "    views = failure.partial  # incomplete",
        )  # fmt: skip
        return recorder, Traced(rows, "views"), creators

    def record_posts(
        self, recorder: Recorder, creators: Traced, posts: Posts, metric: str
    ) -> dict[str, Traced]:
        """Write the load of the posts of the creators that are written, and return all."""
        listed, code = posts.videos, f"tgp.load_videos({self._in_project})"
        if len(creators.value) < len(self.creators):
            listed = listed[listed["creator_id"].isin(creators.value["id"])]
            code += '.query("creator_id in @creators.id")'
        videos = recorder.let("videos", Traced(listed, code))
        rows = posts.series[metric]
        rows = rows[rows["entity_id"].isin(listed["id"])]
        series = recorder.let("posts", Traced(rows, self.call_of("video", "videos", [metric])))
        return {"videos": videos, "posts": series, "creators": creators}

    @property
    def _in_project(self) -> str:
        return "" if self.project is None else literal(self.project)

    def call_of(self, entity: str, ids: str, metrics: Sequence[str]) -> str:
        """Write the call that loads the same days of some entities."""
        asked, named = self.asked, metrics[0] if len(metrics) == 1 else list(metrics)
        options = {"dates": self.dates}
        if asked.granularity != "day":
            options["granularity"] = literal(asked.granularity)
        if asked.compare:
            options["compare"] = literal(asked.compare)
        options |= {name: literal(value) for name, value in _base_of(metrics).items()}
        said = ", ".join(f"{name}={value}" for name, value in options.items())
        return f"tgp.load_analytics({literal(entity)}, {ids}, {literal(named)}, {said})"


def _chosen_of(recorder: Recorder, listed: Traced, chosen: pd.DataFrame) -> Traced:
    """Write which of the creators are chosen, by their handles, or which aren't if these are few.

    Ids take the place of handles that several creators have.
    """
    creators = listed.value
    handles = creators["tiktok_handle"]
    column = "tiktok_handle" if handles.notna().all() and handles.is_unique else "id"
    is_few = 2 * len(chosen) <= len(creators)
    others = creators[~creators["id"].isin(chosen["id"])]
    named = (chosen if is_few else others)[column].tolist()
    if all(map(_PLAIN.fullmatch, named)):
        query = listed.query(f"{column} {'in' if is_few else 'not in'} {named}")
        if len(f"creators = {query.code}") <= WIDEST:
            return query
    listed = recorder.let("creators", listed)
    is_named = listed[column].isin(named)
    return listed[is_named if is_few else ~is_named]


def price_text(estimate: Callable[[], Plan]) -> str:
    """Say how many requests a load takes, or at least takes; empty if it can't be estimated."""
    try:
        cost = estimate()
    except TrackaGoatError:  # the load will say what is wrong
        return ""
    price = f": {cost.requests or cost.least:,}"
    if cost.requests is None:
        price += " or more" if cost.most is None else f" to {cost.most:,}"
    price += " request" if cost.requests == 1 else " requests"
    return price + (f", about {cost.seconds:,.0f} s" if cost.seconds >= 1 else "")


def list_posts(project: str | None, client: Client) -> Posts:
    """Load the list of posts of a project, without their series."""
    return Posts(load_videos(project, client=client), {})


def load_series(source: Source, posts: Posts, metric: Metric, client: Client) -> Posts:
    """Load a metric of all posts, on the days that were loaded of their creators."""
    found = source.asked.series_of(posts.videos, metric, client)
    return posts._replace(series={**posts.series, metric: found})
