"""What payout rules would have owed if they had been others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas._spelling import did_you_mean
from trackagoat_pandas._types import DatesLike
from trackagoat_pandas.checks import check_choice, check_int, is_null, require_columns
from trackagoat_pandas.dates import DateRange, is_relative
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError, brief, listing
from trackagoat_pandas.helpers.clocks import day_starts
from trackagoat_pandas.helpers.columns import STRING, is_among, text
from trackagoat_pandas.helpers.facts import derived, known_zone, now_of
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.accrual import due_by, warn_of_missing
from trackagoat_pandas.helpers.payouts.measures import Measures
from trackagoat_pandas.helpers.payouts.money import MOST_CENTS, check_currency
from trackagoat_pandas.helpers.payouts.rules import GOAL_DELAY
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.payouts import PRORATIONS

_COLUMNS = (
    "tiktok_handle", "structure_name", "currency", "now_cents", "then_cents", "change_cents",
    "undecided", "creator_id", "structure_id",
)  # fmt: skip


def _count(column: str, value: Any) -> Any:
    return check_int(column, value, minimum=0, maximum=MOST_CENTS)


def _word(*words: str) -> Callable[[str, Any], Any]:
    return lambda column, value: check_choice(column, value, words)


_TERMS: Mapping[str, Callable[[str, Any], Any]] = MappingProxyType(
    {
        "amount_cents": _count,
        "cpm_cents": _count,
        "threshold_views": _count,
        "cap_cents": _count,
        "period": _word(*GOAL_PERIODS),
        "goal_metric": _word(*GOAL_METRICS),
        "proration": _word(*PRORATIONS),
    }
)
"""The columns of a structure that decide what it pays, and the check of a new value of each."""


@derived(whole=("videos",))
def what_if(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    changes: pd.DataFrame | Mapping[str, Mapping[str, Any]],
    *,
    dates: DatesLike | None = None,
    by: Literal["creator", "structure"] = "creator",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """Work out what each creator would have earned under other rules.

    :func:`accrue` is applied twice to the same achievements: by the structures as they are, and by
    the changed ones. Nobody is assumed to have behaved differently.

    Parameters
    ----------
    structures, assignments, videos, analytics, goals, timezone, currency
        As for :func:`accrue`.
    changes
        The other rules: a dict such as ``{"Base retainer": {"amount_cents": 70_000}}``, by the name
        or id of a structure (a name means all structures of that name), with new values of
        ``amount_cents``, ``cpm_cents``, ``threshold_views``, ``cap_cents``, ``period``,
        ``goal_metric`` or ``proration``; None removes a value, such as a cap. It applies to all
        versions of a structure. Or a frame of the changed structures, like `structures`.
    dates
        Which periods: those whose last day is in it, as far as they have closed; by default all.
    by
        ``"creator"``, or ``"structure"`` for a row for each creator and structure.
    creators
        The frame of :func:`load_creators`, for handles; otherwise they come from `goals`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator (and structure) who earns anything under either rules, the
        biggest rise first: ``tiktok_handle``, ``structure_name``, ``currency`` (str);
        ``now_cents`` and ``then_cents`` (Int64: the sums of the known amounts of :func:`accrue`
        with the structures as they are and with the changed ones), ``change_cents`` (Int64: NA if
        any amount isn't known, since it doesn't count as zero), ``undecided`` (Int64: how many
        amounts aren't known, of that side that has more; :func:`accrue` gives the reasons),
        ``creator_id`` and ``structure_id``.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        No structure has that name or id, a value isn't allowed, or as in :func:`accrue`.

    Warns
    -----
    TrackaGoatWarning
        Once, as :func:`accrue` does for the structures as they are.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     retainers = structures[structures["kind"] == "recurring"]
    ...     assignments = tgp.load_payout_assignments(retainers)
    ...     creators = tgp.load_creators("Q1 Brand Program")
    >>> raised = tgp.what_if(retainers, assignments, {"Base retainer": {"amount_cents": 70_000}},
    ...                      dates="2026-05", creators=creators, timezone="America/New_York")
    >>> raised[["now_cents", "then_cents", "change_cents"]].sum().tolist()
    [375000, 420000, 45000]
    """
    check_choice("by", by, ["creator", "structure"])
    check_currency(currency)
    require_columns(structures, ["id"], loader="load_payout_structures")
    if creators is not None:
        require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")
    changed = _changed(structures, changes)
    frames = [analytics, goals, videos, assignments, structures]
    zone, now = known_zone(timezone, frames), now_of(frames)
    span, closed = None, now
    if dates is not None:
        today = now.tz_convert(zone).date() if is_relative(dates) else None
        span = DateRange.parse(dates, today=today)
        end = day_starts(np.array([span.stop], "datetime64[D]"), zone)
        # Goals that close on the last day are evaluated later.
        closed = min(now, pd.Timestamp(end[0], tz="UTC") + GOAL_DELAY)
    measures = Measures(videos, analytics, goals, zone)
    due, other = (
        due_by(rules, assignments, measures, closed, zone, currency=currency, dates=span)
        for rules in (structures, changed)
    )
    warn_of_missing(due)
    if creators is None and goals is not None and "tiktok_handle" in goals.columns:
        creators = goals[["creator_id", "tiktok_handle"]].rename(columns={"creator_id": "id"})
    return _shown(_compared(due, other, by), by, structures, creators)


def _changed(structures: pd.DataFrame, changes: Any) -> pd.DataFrame:
    """Return the changed structures."""
    if isinstance(changes, pd.DataFrame):
        require_columns(changes, ["id"], loader="load_payout_structures")
        is_new = ~is_among(changes["id"], structures["id"])
        if is_new.any():
            raise _unknown(text(changes["id"])[is_new].iloc[0], text(structures["id"]))
        kept = structures[~is_among(structures["id"], changes["id"])]
        return changes if kept.empty else pd.concat([kept, changes], ignore_index=True)
    if not isinstance(changes, Mapping):
        raise ArgumentTypeError("changes", changes, "a dict by structure, or a frame of structures")
    changed = structures.copy()
    ids = text(structures["id"])
    names = text(structures["name"]) if "name" in structures.columns else ids
    for structure, terms in changes.items():
        is_meant = ((ids == structure) | (names == structure)).to_numpy(bool)
        if not is_meant.any():
            raise _unknown(structure, names)
        if not isinstance(terms, Mapping):
            raise ArgumentTypeError("changes", terms, "new values in a dict by column")
        for column, value in terms.items():
            if column not in _TERMS:
                raise ChoiceError("changes", column, list(_TERMS))
            new = None if is_null(value) else _TERMS[column](column, value)
            require_columns(changed, [column], loader="load_payout_structures")
            if isinstance(changed[column].dtype, pd.CategoricalDtype):
                changed[column] = changed[column].astype(STRING)
            changed.loc[is_meant, column] = new
    return changed


def _unknown(given: object, names: pd.Series) -> ArgumentError:
    known = [*dict.fromkeys(names.dropna())]
    problem = (
        f"no structure has the name or id {brief(given)}; there are {listing(known) or 'none'}"
    )
    problem += f".{did_you_mean(given, known)}"
    return ArgumentError("changes", given, problem=problem)


def _compared(now: pd.DataFrame, then: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum the amounts of both by creator, or by creator and structure."""
    keys = ["creator_id", "currency", *(["structure_id"] if by == "structure" else [])]
    both = pd.concat([now, then], ignore_index=True)
    known, is_now = both["amount_cents"].fillna(0), both.index < len(now)
    lines = both[keys].assign(
        now_cents=known.where(is_now, 0),
        then_cents=known.mask(is_now, 0),
        undecided=both["amount_cents"].isna() & is_now,
        undecided_then=both["amount_cents"].isna() & ~is_now,
    )
    sums = lines.groupby(keys, dropna=False).sum().astype("Int64").reset_index()
    sums["undecided"] = sums[["undecided", "undecided_then"]].max(axis=1)
    change = sums["then_cents"] - sums["now_cents"]
    sums["change_cents"] = change.mask(sums["undecided"] > 0)
    order = ["change_cents", "now_cents"]
    return sums.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _shown(
    sums: pd.DataFrame, by: str, structures: pd.DataFrame, creators: pd.DataFrame | None
) -> pd.DataFrame:
    """Name creators and structures, and put the columns in order."""
    shown = sums.assign(
        tiktok_handle=pd.Series(None, sums.index, dtype=STRING),
        structure_name=pd.Series(None, sums.index, dtype=STRING),
    )
    if creators is not None:
        shown = with_names(shown, creators=creators)
    columns = [name for name in _COLUMNS if by == "structure" or not name.startswith("structure")]
    if by == "structure" and "name" in structures.columns:
        named = latest_of(structures, ["id"]).dropna(subset=["id"]).set_index("id")["name"]
        shown["structure_name"] = shown["structure_id"].map(named).astype(STRING)
    return shown[in_reading_order(columns)]
