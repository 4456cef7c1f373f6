"""Ask for a few settled series again, and for those related to one that has changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    RequestBudgetError,
    RestatedWarning,
    RetentionExceededError,
    ServerError,
    listing,
)
from trackagoat_pandas.load.fanout import Outcome
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.store.disk.doubts import Doubted, Relations, add_doubts
from trackagoat_pandas.store.disk.series import microseconds_of

if TYPE_CHECKING:
    from trackagoat_pandas.load.stored import Parts, StoredLoad

_NOT_CHECKED: Final = (
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    RequestBudgetError,
    RetentionExceededError,
    ServerError,
)
"""Errors after which a spot check says nothing about a series."""
_PAUSE: Final = dt.timedelta(hours=1)
"""For so long after the last answer about any of its series a load makes no spot check."""
_NAMED: Final = 3
"""The most entities that a warning names."""


def add_checks(
    stored: StoredLoad, parts: Parts, settled: Mapping[int, int], size_of: Callable[[], int]
) -> tuple[Parts, Parts]:
    """Choose settled series to ask for again, those first that weren't asked for the longest.

    Without a number of checks, they are those for which there is room in the requests that are sent
    in any case, or in one request if there are none.

    Parameters
    ----------
    stored
        The load.
    parts
        What it asks for in any case.
    settled
        The series that it needn't ask for, by their places in ``keys``, and when it did last, in
        microseconds since 1970.
    size_of
        Returns how many ids a request takes.

    Returns
    -------
    filled, own
        ``parts`` with the series for which there is room, and those that take requests of their
        own.
    """
    most = stored.spot_checks
    if not settled or most == 0 or stored.session.offline:
        return parts, {}
    if max(settled.values()) > microseconds_of(stored.now - _PAUSE):
        return parts, {}
    due = sorted(settled, key=lambda row: settled[row])
    if most is None and not parts:
        # These checks are one request, which has one metric.
        due = [row for row in due if stored.keys[row][1] == stored.keys[due[0]][1]]
    size = size_of()
    left = most if most is not None else len(due) if parts else size
    if len(due) > left:
        due = _spread(stored, due, settled)
    filled: Parts = {}
    for (days, metric), ids in parts.items():
        # As many ids as still fit into the last request of this part: they cost no request.
        room = min(-len(ids) % size, left)
        whole = stored.whole(row for row in due if stored.keys[row][1] == metric)
        more = whole.get((days, metric), [])[:room]
        filled[days, metric] = [*ids, *more]
        taken = {(id_, metric) for id_ in more}
        due = [row for row in due if stored.keys[row] not in taken]
        left -= len(more)
    if most is None and parts:
        return filled, {}
    return filled, stored.whole(due[:left])


def _spread(stored: StoredLoad, due: list[int], settled: Mapping[int, int]) -> list[int]:
    """Order series of one age so that those of each project take turns, of videos each creator."""
    relations, seen = Relations(stored.archive.lists), Counter[tuple[int, str | None]]()
    turns = {}
    for row in due:
        id_ = stored.keys[row][0]
        group = settled[row], relations.group_of(stored.query.entity, id_)
        turns[row] = settled[row], seen[group]
        seen[group] += 1
    return sorted(due, key=lambda row: turns[row])


def note_unchecked(stored: StoredLoad, sample: Outcome[Any, Any]) -> None:
    """Take spot checks that could not be made out of their outcome; the store's values stay.

    Warns
    -----
    RestatedWarning
        The server couldn't be reached. There is no warning if the load may not send more requests,
        or if the plan doesn't keep the days any more.
    """
    failed = [(job, error) for job, error in sample.failed if isinstance(error, _NOT_CHECKED)]
    sample.failed = [one for one in sample.failed if one not in failed]
    for _, error in failed:
        if isinstance(error, RetentionExceededError) and error.earliest is not None:
            stored.note_refusal(error.earliest)
    lost = [
        (job, error)
        for job, error in failed
        if not isinstance(error, RequestBudgetError | RetentionExceededError)
    ]
    if lost:
        series = sum(len(job.series) for job, _ in lost)
        warn(
            f"analytics: {series} settled series could not be checked, and are as they were "
            f"stored: {lost[0][1]}",
            RestatedWarning,
        )


def related(
    stored: StoredLoad,
    restated: pd.DataFrame,
    settled: Iterable[int],
    asked: Collection[tuple[str, str]],
) -> Parts:
    """Return series to request since others have changed without a known reason.

    These are the settled series of the same projects; all of them where it isn't known which.

    Parameters
    ----------
    stored
        The load.
    restated
        What has changed, from `StoredLoad.compare`.
    settled
        The settled series, by their places in ``keys``.
    asked
        The series that were asked for.
    """
    strange = restated.loc[~restated["is_foreseen"], "entity_id"].unique()
    if not len(strange):
        return {}
    entity, relations = stored.query.entity, Relations(stored.archive.lists)
    projects = {relations.project_of(entity, id_) for id_ in strange}
    left = [row for row in settled if stored.keys[row] not in asked]
    if None not in projects:
        ids = {stored.keys[row][0] for row in left}
        own = {id_: relations.project_of(entity, id_) for id_ in ids}
        # A series whose project isn't known may be of any of these.
        left = [row for row in left if own[stored.keys[row][0]] in {None, *projects}]
    return stored.whole(left)


def note_restated(stored: StoredLoad, frame: pd.DataFrame) -> None:
    """Say which settled values have changed, and note that related ones may have.

    Parameters
    ----------
    stored
        The load.
    frame
        The load's frame; its provenance counts them in ``store``.

    Warns
    -----
    RestatedWarning
        Once, if there are any.
    """
    restated = stored.restated
    if restated.empty:
        return
    entity, archive, lookback_days = (
        stored.query.entity,
        stored.archive,
        stored.session.lookback_days,
    )
    strange = restated.loc[~restated["is_foreseen"], "entity_id"].unique()
    if len(strange):
        relations = Relations(archive.lists)
        doubts = [one for id_ in strange for one in relations.around(entity, id_)]
        own = [Doubted(entity, id_) for id_ in strange]
        add_doubts(archive.ledger, [*own, *doubts], stored.now)
    add_facts(frame, store={**frame.attrs["trackagoat"]["store"], "restated": len(restated)})
    labels = frame.drop_duplicates("entity_id").set_index("entity_id")["label"].dropna()
    names = [str(labels.get(id_, id_)) for id_ in restated["entity_id"].unique()]
    sums = restated.groupby("metric", sort=False)[["old", "new"]].sum()
    said = ", ".join(
        f"{metric} {old:,.10g} -> {new:,.10g} ({new - old:+,.10g})"
        for metric, old, new in sums.itertuples(name=None)
    )
    days = restated["day"].nunique()
    warn(
        f"analytics: {number(len(restated), 'value')} of {number(days, 'day')} that ended more "
        f"than {number(lookback_days, 'day')} before they were stored differ now, of "
        f"{number(len(names), entity)} ({listing(names, _NAMED)}): {said}. The frame has the new "
        "values; restatements() of the store lists both.",
        RestatedWarning,
    )
