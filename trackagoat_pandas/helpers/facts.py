"""What frames say of themselves: their time zone, the server's clock, and how they were loaded."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from trackagoat_pandas.checks import check_timezone, frame_facts, frame_params, require_columns
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.tables import ANALYTICS

_SERIES = ("entity", "entity_id", "metric", "date", "value", "series_kind")


def zone_of(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str | None:
    """Return a time zone's name: the one given, else that of the first frame that has one.

    Raises
    ------
    ArgumentError
        No such zone is known.
    """
    given = [frame for frame in frames if frame is not None]
    for frame in given:
        require_columns(frame, [])
    named = (frame_facts(frame).get("timezone") for frame in given)
    zone = timezone if timezone is not None else next(filter(None, named), None)
    return None if zone is None else check_timezone("timezone", zone)


def known_zone(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str:
    """Return a time zone's name as :func:`zone_of`.

    Raises
    ------
    ArgumentError
        None is given and no frame has one, or no such zone is known.
    """
    zone = zone_of(timezone, frames)
    if zone is None:
        reason = "the frames don't carry one, e.g. 'Europe/Berlin'"
        raise MissingArgumentError("timezone", reason)
    return zone


def fact_instant(frame: pd.DataFrame, name: str) -> pd.Timestamp | None:
    """Read an instant of a frame's provenance; None where it doesn't say one."""
    said = frame_facts(frame).get(name)
    read = pd.to_datetime(said, utc=True, errors="coerce") if isinstance(said, str) else pd.NaT
    return None if pd.isna(read) else read


def now_of(frames: Sequence[pd.DataFrame | None]) -> pd.Timestamp:
    """Return now by the server's clock, as far as frames say how it differs from this machine's.

    The sandbox's clock may be months off. Of several differences the one that makes it latest
    counts; where no frame says one, it is this machine's time.
    """
    now, leads = pd.Timestamp.now("UTC"), []
    for frame in frames:
        if frame is not None:
            server, machine = (fact_instant(frame, name) for name in ("server_time", "fetched_at"))
            if server is not None and machine is not None:
                leads.append(server - machine)
    return now + max(leads, default=pd.Timedelta(0))


def check_daily(analytics: pd.DataFrame | None) -> pd.DataFrame:
    """Return an analytics frame of what is new each day.

    Raises
    ------
    MissingArgumentError, MissingColumnError
        There is none, or it is no analytics frame.
    ArgumentError
        By its attributes it holds running totals or longer buckets.
    """
    if analytics is None:
        raise MissingArgumentError("analytics", f"{ANALYTICS.loader} returns it")
    require_columns(analytics, _SERIES, loader=ANALYTICS.loader)
    params = frame_params(analytics)
    for name, wanted in (("mode", "new"), ("granularity", "day")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    return analytics
