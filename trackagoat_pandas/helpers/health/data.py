"""Whether the loaded tables of a program are complete and current."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import InstantLike, last_started_day, positions
from trackagoat_pandas.helpers.columns import STRING, categories, days_of, flags_of, is_word
from trackagoat_pandas.helpers.facts import derived, moment_of, zone_of
from trackagoat_pandas.helpers.health.supply import (
    FRAMES,
    flaw_of,
    foreign_frames,
    unreadable_in,
)
from trackagoat_pandas.inputs.checks import check_frame, loaded_at, require_columns
from trackagoat_pandas.tables import ANALYTICS

TABLES: Final = tuple(name for name in FRAMES if name != "forecasts")
"""The frames that are loaded; forecasts are computed."""
FLAWS: Final = ("incomplete", "unsaid", "unreadable")
_DAY_HOURS: Final = 24
_NO_DAY: Final = np.datetime64("NaT", "D")


@derived(*TABLES)
def check_data(
    *,
    videos: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    accruals: pd.DataFrame | None = None,
    payments: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Check how old each frame of a program is, and what is missing.

    Parameters
    ----------
    videos, creators : DataFrame, optional
        The frames of :func:`load_videos` and :func:`load_creators`.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"`` and ``"views"``, by day.
    goals, comments, accruals, payments : DataFrame, optional
        The frames of the other lists, such as that of :func:`load_comments`.
    now : str or datetime, optional
        The instant to compare with, such as ``"2026-06-15T12:00:00Z"``; by default this very
        moment, by the server's clock.
    timezone : str, optional
        IANA name of the time zone of days; by default the organization's, from a frame, or UTC.

    Returns
    -------
    pandas.DataFrame
        A row for all tables together and one for each frame: ``table`` (category: ``"all"`` or the
        name of the argument), ``row_count`` (Int64), ``late_days`` (Float64: the days since the
        load, to the hour, or the missing days at the end of daily views, where one may still come;
        of all the days since the newest load, or those of daily views if they are more),
        ``flaw_text`` (str: what is missing, in words), ``loaded_at`` (datetime64[us, UTC], of all
        the newest), ``data_end`` (datetime64[us]: the last whole day of daily views; of all only if
        they are older than the newest load) and ``flaw`` (category: ``"incomplete"``, ``"unsaid"``
        if a frame doesn't say whether it is complete, or ``"unreadable"``). What isn't known, and
        what a table doesn't have, is NA.

    Raises
    ------
    MissingColumnError
        A column is missing from the daily views.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    Warns
    -----
    IncompleteFrameWarning
        A frame is incomplete.

    See Also
    --------
    program_health : Judge a program part by part.
    ask : Answer a question about a project.
    show : Show a frame as a table.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    >>> checked = tgp.check_data(videos=videos.head(9), now="2026-06-20T19:00:00Z")
    >>> print(checked[["table", "flaw_text", "late_days"]].to_string(index=False))
     table           flaw_text  late_days
       all                 NaN        2.0
    videos has 9 of 180 videos        2.0
    """
    each = (videos, creators, analytics, goals, comments, accruals, payments)
    frames = {name: frame for name, frame in zip(TABLES, each, strict=True) if frame is not None}
    for name, frame in frames.items():
        check_frame(name, frame)
    moment = moment_of(now, [*frames.values()])
    zone = zone_of(timezone, [*frames.values()]) or "UTC"
    loads = pd.Series([loaded_at(one) for one in frames.values()], dtype="datetime64[us, UTC]")
    age = _days_since(loads, moment, zone)
    ends = np.array(
        [
            _last_day(frame, loaded_at(frame) or moment, zone) if name == "analytics" else _NO_DAY
            for name, frame in frames.items()
        ],
        dtype="datetime64[D]",
    )
    missing = last_started_day(moment, zone) - 1 - ends.astype(np.int64)
    # The numbers of a day come in the course of the next: one missing day isn't late.
    late = np.where(np.isnat(ends), age, missing * (missing > 1))
    newest = np.fmin.reduce(age, initial=np.nan)
    daily = np.fmax.reduce(late[~np.isnat(ends)], initial=np.nan)
    end = _NO_DAY if newest >= daily else np.fmax.reduce(ends, initial=_NO_DAY)
    flaws = _flaws_of(frames)
    rows = [len(frame) for frame in frames.values()]
    return pd.DataFrame(
        {
            "table": categories(np.array(["all", *frames], object), ("all", *TABLES)),
            "row_count": pd.array([sum(rows), *rows], "Int64"),
            "loaded_at": pd.Series([loads.max(), *loads], dtype=loads.dtype),
            "data_end": np.array([end, *ends], "datetime64[us]"),
            "late_days": pd.array([np.fmax(newest, daily), *late], "Float64"),
            "flaw": categories(np.array([None, *(flaw for flaw, _ in flaws)], object), FLAWS),
            "flaw_text": pd.array([None, *(problem for _, problem in flaws)], dtype=STRING),
        }
    )


def _days_since(loads: pd.Series, moment: pd.Timestamp, zone: str) -> Floats:
    """Return the local days since each load, to the hour; NaN where it isn't known."""
    instants = pd.Series([*loads, moment], dtype="datetime64[us, UTC]").dt.tz_localize(None)
    places = positions(instants.to_numpy("datetime64[us]"), zone)
    # Two runs at one time of day are whole days apart, also if the clocks change between them.
    hours = np.round((places[-1] - places[:-1]) * _DAY_HOURS)
    days: Floats = np.maximum(hours, 0.0) / _DAY_HOURS
    return days


def _last_day(analytics: pd.DataFrame, loaded: pd.Timestamp, zone: str) -> np.datetime64:
    """Return the last day of daily views that was over at their load; NaT without any."""
    needed = ["entity", "metric", "value", "date"]
    require_columns(analytics, needed, loader=ANALYTICS.loader)
    is_used = is_word(analytics["entity"], "creator") & is_word(analytics["metric"], "views")
    is_used &= ~flags_of(analytics, "is_partial") & analytics["value"].notna().to_numpy(bool)
    days = days_of(analytics["date"])[is_used].astype("datetime64[D]")
    days = days[days < np.datetime64(last_started_day(loaded, zone), "D")]
    last: np.datetime64 = days.max() if len(days) else _NO_DAY
    return last


def _flaws_of(frames: Mapping[str, pd.DataFrame]) -> list[tuple[str | None, str | None]]:
    """Return the worst flaw of each frame, and its words."""
    found, others = list[tuple[str | None, str | None]](), foreign_frames(frames)
    for name, frame in frames.items():
        problem = flaw_of(name, frame).removeprefix(f"`{name}` ")
        if name in others:
            found.append(("incomplete", f"is of another project than the {others[name]}"))
        elif problem:
            found.append(("unsaid" if "doesn't say" in problem else "incomplete", problem))
        elif count := unreadable_in(frame):
            found.append(("unreadable", f"has {number(count, 'value')} that could not be read"))
        else:
            found.append((None, None))
    return found
