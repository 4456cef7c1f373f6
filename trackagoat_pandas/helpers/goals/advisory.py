"""The advisory beside a goal's status: flags, sentences and hours."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.clocks import Instants
from trackagoat_pandas.helpers.goals.arrays import (
    Flags,
    Numbers,
    as_flags,
    as_instants,
    as_numbers,
    as_texts,
    read_words,
)
from trackagoat_pandas.helpers.goals.standing import Standing

RECENT_HOURS = 48.0
STALE_HOURS = 24.0
"""Assumed: the API documents the flag and not its threshold."""
_ONE_HOUR = np.timedelta64(1, "h")
_NEAR = 1e-6
_SENTENCES = {
    "period_in_progress": "The period is still running: the count can rise.",
    "period_recently_ended": "The period ended less than 48 hours ago: late counts may arrive.",
    "scrape_stale": "The last scrape is more than 24 hours old.",
    "not_yet_started": "The goal has not started yet.",
}
_MESSAGES = np.array(
    [
        json.dumps(
            [text for place, text in enumerate(_SENTENCES.values()) if raised >> place & 1],
            separators=(",", ":"),
        )
        for raised in range(2 ** len(_SENTENCES))
    ],
    dtype=object,
)
"""The sentences of every combination of flags."""


def advise(standing: Standing, scraped: Instants) -> dict[str, Any]:
    """Make the advisory columns of goals, given when their creators were last scraped."""
    since_end = (standing.at - standing.end) / _ONE_HOUR
    scrape_age = np.where(scraped <= standing.at, (standing.at - scraped) / _ONE_HOUR, np.nan)
    flags = {
        "period_in_progress": standing.in_progress,
        "period_recently_ended": standing.ended & (since_end <= RECENT_HOURS),
        "scrape_stale": np.round(scrape_age, 2) > STALE_HOURS,
        "not_yet_started": ~standing.started,
    }
    raised = np.sum([flag << place for place, flag in enumerate(flags.values())], axis=0)
    unknown = np.isnat(standing.start)
    messages = _MESSAGES[raised]
    messages[unknown] = None
    return {
        "has_advisory": as_flags(raised > 0, unknown),
        **{name: as_flags(flag, unknown) for name, flag in flags.items()},
        "messages": as_texts(messages),
        "period_start": as_instants(standing.start),
        "period_end": as_instants(standing.end),
        "hours_until_period_end": _hours(-since_end, standing.in_progress),
        "hours_since_period_end": _hours(since_end, standing.ended),
        "scrape_freshness": _freshness(scraped, scrape_age),
    }


def read_scrapes(goals: pd.DataFrame) -> Instants:
    """Read when each creator was last scraped, where the frame says so; else NaT."""
    if "scrape_freshness" not in goals.columns:
        return np.full(len(goals), np.datetime64("NaT", "us"))
    places, different = pd.factorize(read_words(goals["scrape_freshness"]), use_na_sentinel=False)
    texts = pd.Series(different, dtype="str").str.extract(r'"last_scraped_at":\s*"([^"]+)"')[0]
    instants = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    return instants.astype("datetime64[us, UTC]").to_numpy("datetime64[us]")[places]


def _hours(hours: Numbers, applies: Flags) -> Any:
    return as_numbers(np.where(applies, _rounded(hours), np.nan))


def _rounded(hours: Numbers) -> Numbers:
    """Round to hundredths as servers do: numpy multiplies first, and so misses some halves."""
    rounded: Numbers = np.round(hours, 2)
    for place in np.flatnonzero(np.abs(hours * 100 % 1 - 0.5) < _NEAR):
        rounded[place] = round(float(hours[place]), 2)
    return rounded


def _freshness(scraped: Instants, age: Numbers) -> Any:
    texts: NDArray[np.object_] = np.full(len(scraped), None, dtype=object)
    known = ~np.isnan(age)
    moments = pd.Series(np.datetime_as_string(scraped[known], unit="s"), dtype=object)
    hours = pd.Series(_rounded(age[known])).astype(str).astype(object)
    texts[known] = (
        '{"last_scraped_at":"' + moments + 'Z","hours_since_scrape":' + hours + "}"
    ).to_numpy()
    return as_texts(texts)
