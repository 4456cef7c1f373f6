"""How long creators have been silent, and how unusual that is for them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown, last_started_day
from trackagoat_pandas.helpers.columns import as_days, read_columns
from trackagoat_pandas.helpers.counted import is_counted, warn_of_unknown
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_loaded
from trackagoat_pandas.helpers.health.statuses import MONTH_DAYS
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.tables import CREATORS, VIDEOS

_FEWEST_DAYS: Final = 5
"""Days with a post by which a creator's habit is known."""
_HABIT_DAYS: Final = 182
_SHORTEST_DAYS: Final = 7
"""A week without a post is never unusual."""
_MOST_OFTEN: Final = 0.95
"""A creator who posted every day so far may skip one: at a rate of 1 none could be skipped."""
_MOST_MONTHS: Final = 1200.0
"""A century: beyond it only the days of a silence say more."""
_BACK_DAYS: Final = 4


@derived("videos", "creators", whole=("videos",))
def posting_silences(
    videos: pd.DataFrame,
    creators: pd.DataFrame,
    *,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Compare how long each active creator has been silent with the creator's habit.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`.
    creators : DataFrame
        The frame of :func:`load_creators`. Without ``is_active`` all are active.
    now : str or datetime, optional
        The instant of today, such as ``"2026-06-15T12:00:00Z"``; by default when `videos` were
        loaded, by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each active creator, the most unusual silence first: ``creator_id``,
        ``tiktok_handle`` where a frame knows it, ``last_day`` (datetime64[us], the day of the last
        post; NaT without any), ``silent_days`` (Int64, the full days since then; without a post
        those since tracking began), ``longest_before_days`` (Int64, the longest silence in the half
        year before the last post), ``post_days_per_week`` (Float64, days with a post in that half
        year), ``rarity_months`` (Float64, see below), ``ended_silence_days`` (Int64, an unusual
        silence that ended in the last four days) and ``unsure_posts`` (Int64, posts whose day isn't
        known, or whether they count).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    posting_consistency : See how regularly creators post.
    ask : ``ask("silent")`` names the creators who have gone silent.

    Notes
    -----
    ``rarity_months`` is the number of months in which one such silence comes by chance, if all
    active creators go on as in their half years and each picks days at random. It is 0 for a
    silence of up to a week and for one that the creator had before, 1,200 at most, and NA for
    creators with posts on fewer than five days, whose habit isn't known.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> days = pd.date_range("2026-05-01", "2026-05-29", freq="2D", tz="UTC")
    >>> videos = pd.DataFrame({"id": [*map(str, days)], "creator_id": "ann", "posted_at": days,
    ...                        "tracking_status": "included"})
    >>> creators = pd.DataFrame({"id": ["ann"], "tiktok_handle": ["ann"]})
    >>> found = tgp.posting_silences(videos, creators, now="2026-06-08T12:00Z", timezone="UTC")
    >>> columns = ["silent_days", "longest_before_days", "rarity_months"]
    >>> print(found[columns].round().to_string(index=False))
     silent_days  longest_before_days  rarity_months
               9                    1           34.0
    """
    zone = known_zone(timezone, [videos, creators])
    moment = moment_loaded(now, videos)
    today = last_started_day(moment, zone)
    flags, began = "is_active", "tracking_start_date"
    people = read_columns(latest_of(creators, ["id"]), CREATORS, ["id"], optional=(flags, began))
    is_active = people[flags].fillna(value=True).to_numpy(bool) & people["id"].notna().to_numpy()
    people = people[is_active].drop_duplicates("id")
    ids = pd.Index(people["id"], name="creator_id")
    disabled = "is_tracking_disabled"
    posts = read_columns(
        latest_of(videos, ["id"]), VIDEOS, ("creator_id", "posted_at", "tracking_status"),
        optional=(disabled,),
    )  # fmt: skip
    counts = is_counted(posts)
    warn_of_unknown(posts, counts, "They are left out.")
    is_lost = posts["posted_at"].isna() | counts.isna()
    if disabled in videos.columns:
        is_lost |= posts[disabled].isna()
    is_unsure = is_lost & counts.fillna(value=True)
    is_past = (posts["posted_at"] <= moment) & counts.fillna(value=False)
    posts, unsure = posts[is_past.to_numpy(bool)], posts["creator_id"][is_unsure.to_numpy(bool)]
    days = days_shown(posts["posted_at"].to_numpy("datetime64[us]"), zone).astype(np.int64)
    habits, before = _habits(pd.DataFrame({"creator_id": posts["creator_id"], "day": days}), ids)
    last = habits["last"].to_numpy(np.float64)
    silent_days = np.maximum(today - last - 1, 0)
    rate = np.nansum(habits["rate"]) * MONTH_DAYS
    ended = habits["gap"].to_numpy(np.float64)
    is_back = (_rarity(before, ended, rate) >= 1) & (silent_days < _BACK_DAYS)
    start = pd.Series(people[began].to_numpy("datetime64[D]").astype(np.float64), ids)
    tracked_days = np.maximum(today - start.where(people[began].notna().to_numpy()).to_numpy(), 0)
    table = pd.DataFrame(
        {
            "silent_days": np.where(np.isnan(last), tracked_days, silent_days),
            "longest_before_days": habits["longest"],
            "ended_silence_days": np.where(is_back, ended, np.nan),
            "unsure_posts": unsure.value_counts().reindex(ids).fillna(0),
        },
        index=ids,
    ).astype("Int64")
    table["last_day"] = as_days(np.nan_to_num(last).astype(np.int64))
    table["last_day"] = table["last_day"].where(habits["last"].notna())
    table["post_days_per_week"] = (7 * habits["rate"]).astype("Float64")
    table["rarity_months"] = pd.array(_rarity(habits, silent_days, rate), "Float64")
    order = ["rarity_months", "silent_days"]
    table = table.reset_index().sort_values(order, ascending=False, kind="stable")
    return table.reset_index(drop=True)


def _habits(posts: pd.DataFrame, ids: pd.Index) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the habits of creators, and those before the last day on which each posted."""
    active = posts.drop_duplicates().sort_values(["creator_id", "day"])
    by_creator = active.groupby("creator_id")["day"]
    active["gap"] = by_creator.diff() - 1
    age = by_creator.transform("max") - active["day"]
    recent = active[(age < _HABIT_DAYS).to_numpy(bool)]
    before = active[((age > 0) & (age < _HABIT_DAYS)).to_numpy(bool)]
    return _habits_by(recent).reindex(ids), _habits_by(before).reindex(ids)


def _habits_by(active: pd.DataFrame) -> pd.DataFrame:
    """Return each creator's last day, rate of days with a post, last gap and longest gap."""
    by_creator = active.groupby("creator_id")
    number_of, gaps, days = by_creator.size(), by_creator["gap"], by_creator["day"]
    # The last day ends the habit that is looked at, and isn't one of its chances.
    rate = (number_of - 1) / (days.max() - days.min())
    return pd.DataFrame(
        {
            "last": days.max(),
            "rate": rate.where(number_of >= _FEWEST_DAYS).clip(upper=_MOST_OFTEN),
            "gap": gaps.last(),
            "longest": gaps.max(),
        }
    )


def _rarity(habits: pd.DataFrame, silent_days: Floats, gaps_a_month: float) -> Floats:
    """Return in how many months one such silence comes by chance; NaN without a habit.

    A creator who posts on a share of the days at random is silent for n days with the chance
    (1 - share) ** n. A silence isn't unusual as long as there was a longer one before.
    """
    rate = habits["rate"].to_numpy(np.float64)
    chance = (1 - rate) ** silent_days
    with np.errstate(divide="ignore", invalid="ignore"):
        months = np.fmin(1 / (gaps_a_month * chance), _MOST_MONTHS)
    usual_days = np.fmax(habits["longest"].to_numpy(np.float64), _SHORTEST_DAYS)
    # A rare poster is as likely silent as not for weeks, in a program of few posts too.
    is_usual = (silent_days <= usual_days) | (chance >= 0.5)
    return np.where(np.isnan(rate), np.nan, np.where(is_usual, 0.0, months))
