"""How often recorded forecasts were right."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import (
    categories,
    instants_of,
    nullable_flags,
    spelled,
    text,
)
from trackagoat_pandas.helpers.facts import derived, moment_loaded
from trackagoat_pandas.helpers.intervals import least_share
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.inputs.checks import require_columns

KINDS: Final = ("expected_views", "goal_odds", "forecast_payouts")
LATEST: Final = 100
"""The settled posts and payouts that are judged, and by which intervals are adapted."""
FEWEST: Final = 20
"""Fewer say nothing about how wide intervals have to be."""
_WORDS: Final = {"expected_views": "views", "forecast_payouts": "payouts"}
"""What forecasts with intervals are of, by the functions that made them."""
_READ: Final = ("forecast_kind", "about_id", "creator_id", "settles_at", "made_at", "is_inside")


@derived("forecasts")
def forecast_coverage(forecasts: pd.DataFrame, *, now: InstantLike | None = None) -> pd.DataFrame:
    """Count how many of the last settled forecasts were inside their interval.

    Parameters
    ----------
    forecasts : DataFrame
        The frame of :func:`score_forecasts`.
    now : str or datetime, optional
        The instant until which forecasts count as settled; by default that of the frame.

    Returns
    -------
    pandas.DataFrame
        One row over all forecasts, and with forecasts of several kinds one row for each:
        ``forecast_of`` (category: ``all``, ``views`` or ``payouts``), ``settled`` (Int64: the last
        100 with a known outcome), ``right`` (Int64: those inside their interval), ``right_pct``
        (Float64), ``unknown_outcomes`` (Int64: those among the last 100 without a known outcome,
        kind, id or time), ``missed_low`` (Float64: the lower end of the exact one-sided 99%
        interval of the share that misses, 0 to 1) and ``missed_low_worst`` (the same if all unknown
        outcomes missed). Both ends are NA for fewer than 20 forecasts.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing or holds other values.

    See Also
    --------
    score_forecasts : Score forecasts that were kept.
    ask : Say whether forecasts are right often enough.

    Notes
    -----
    Of several forecasts of one post or payout only the last counts. Chances of goals have no
    interval: :func:`goal_odds_skill` scores those.

    The interval is that of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial
    limits illustrated in the case of the binomial", Biometrika 26, 1934.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> forecasts = pd.DataFrame({
    ...     "forecast_kind": "expected_views",
    ...     "about_id": [f"post {place}" for place in range(40)], "creator_id": "mia",
    ...     "made_at": pd.Timestamp("2026-06-01T12:00Z"),
    ...     "settles_at": pd.Timestamp("2026-06-08T12:00Z"), "is_inside": [True, False] * 20,
    ... })
    >>> coverage = tgp.forecast_coverage(forecasts, now="2026-06-18T12:00Z")
    >>> coverage[["settled", "right", "missed_low"]].round(2).values.tolist()
    [[40, 20, 0.31]]
    """
    require_columns(forecasts, _READ, loader="score_forecasts")
    settled = settled_forecasts(forecasts, moment_loaded(now, forecasts))
    kinds = {word: settled[settled["kind"] == kind] for kind, word in _WORDS.items()}
    groups = {"all": settled, **{word: rows for word, rows in kinds.items() if len(rows)}}
    if len(groups) == 2:  # one kind alone
        groups = {"all": settled}
    counts = pd.DataFrame([_count(group["inside"]) for group in groups.values()])
    words = categories(np.array([*groups], object), ("all", *_WORDS.values()))
    return finish(counts.assign(forecast_of=words), "forecast_coverage")


def settled_forecasts(forecasts: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Return the last forecast of each settled post and payout, in the order of settling.

    ``kind`` is the function that made it, and ``inside`` is NA where the outcome isn't known.
    Forecasts without a kind, id or time can't be told from others: their outcome isn't known.
    """
    rows = pd.DataFrame(
        {
            "kind": spelled(forecasts["forecast_kind"], KINDS),
            "about_id": text(forecasts["about_id"]),
            "creator_id": text(forecasts["creator_id"]),
            "settles_at": instants_of(forecasts["settles_at"]),
            "made_at": instants_of(forecasts["made_at"]),
            "inside": nullable_flags(forecasts["is_inside"]).array,
        }
    )
    is_open = rows["settles_at"] > moment.tz_convert("UTC").tz_localize(None)
    rows = rows[~is_open & (rows["kind"] != "goal_odds")]
    is_whole = rows[["kind", "about_id", "settles_at", "made_at"]].notna().all(axis=1)
    inside = rows["inside"].where(is_whole)
    rows = rows.assign(inside=inside, is_known=inside.notna(), is_whole=is_whole)
    rows = rows.sort_values(["is_known", "made_at"], kind="stable")
    identity = ["kind", "about_id", "creator_id", "settles_at"]
    rows = rows[~(rows["is_whole"] & rows.duplicated(identity, keep="last"))]
    return rows.sort_values("settles_at", kind="stable", ignore_index=True)


def _count(inside: pd.Series) -> dict[str, Any]:
    latest, known = inside.tail(LATEST), inside.dropna().tail(LATEST)
    ends = {"missed_low": known, "missed_low_worst": latest.fillna(value=False)}
    is_enough = len(known) >= FEWEST
    return {
        "settled": len(known),
        "right": known.sum(),
        "unknown_outcomes": latest.isna().sum(),
        "right_pct": 100 * known.mean() if len(known) else np.nan,
        **{
            name: least_share(int((~held).sum()), len(held)) if is_enough else np.nan
            for name, held in ends.items()
        },
    }
