"""Campaigns in numbers: posts, views, engagement, cost, and the pace to their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Instants, Words
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.campaigns.posts import CampaignPosts, campaigns_named
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import (
    STRING,
    categories,
    floats,
    integers,
    read_columns,
    values_of,
)
from trackagoat_pandas.helpers.creators import INTERACTIONS, rate
from trackagoat_pandas.helpers.facts import derived, moment_loaded
from trackagoat_pandas.helpers.goals.standing import Standing
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.ledger import read_accruals
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.tables import CAMPAIGNS

STATUSES: Final = ("completed", "on_track", "behind_pace", "at_risk", "missed")
_SEVERAL: Final = "its creators earn in several currencies"
_MOST: Final = 2**63
_DAY_US: Final = 86_400e6


@derived("campaigns", "videos", "accruals", whole=("videos", "accruals"))
def summarize_campaigns(
    campaigns: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    ids: object = None,
    accruals: pd.DataFrame | None = None,
    currency: str = "USD",
    now: InstantLike | None = None,
) -> pd.DataFrame:
    """Summarize the posts, views, engagement and cost of campaigns, and the pace to their targets.

    A post that is reached in several ways counts once in a campaign. It counts in each campaign
    that it is in, so the rows have no sum: the caption says what they have together.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    videos : DataFrame
        The frame of :func:`load_videos`.
    ids : str, list of str or DataFrame, optional
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns; None
        for all.
    accruals : DataFrame, optional
        The frame of :func:`load_payout_accruals`, of all time as the views are, for costs.
    currency : str, default 'USD'
        The currency of accruals in a frame that has no column ``currency``.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock.

    Returns
    -------
    pandas.DataFrame
        One row for each campaign, most views first, unknown ones last: ``campaign_name``, ``posts``
        and ``views`` (Int64: views are 0 without posts, and NA if no post has a known count),
        ``posts_added_up`` and ``views_added_up`` (Int64: what a sum over the campaigns inside it
        gives, which counts a post repeatedly that several of them have; NA where a campaign is
        inside itself), ``creators`` (Int64: listed, or authors of posts), ``median_views``
        (Float64), ``engagement_rate_by_views`` (Float64, percent), ``target_views`` (Int64),
        ``target_pct`` (Float64: views in percent of the target), ``days_left`` (Float64, until
        ``target_at``; 0 after it), ``needed_per_day`` (Int64: views that each of these days needs,
        rounded up), ``pace`` (Float64), ``status`` (ordered category: completed, on_track,
        behind_pace, at_risk, missed), ``reason`` (str: why the pace or the cost is NA),
        ``target_at`` and ``campaign_id``. With `accruals` also ``currency``, ``cost_cents``
        and ``effective_cpm_cents`` (Float64: cents per 1,000 views; NA at 0 views).

        ``attrs["trackagoat"]["together"]`` has the posts and views of all campaigns together, each
        post counted once (views: None if no post has a known count).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, a frame isn't one, ``ids`` are neither ids nor
        names, or ``currency`` or ``now`` isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some videos whether they count; they are left out. Or accruals have an
        unknown status; they count as earned.

    See Also
    --------
    plots.campaigns : Draw campaigns side by side.
    campaign_tree : List campaigns in their tree.
    compare_campaigns : Compare two campaigns.
    campaign_lift : Estimate what a campaign added.

    Notes
    -----
    The API's pages say that a campaign counts the union of its tree, and elsewhere that it sums
    recursively. ``posts`` and ``views`` are the union, the other two that sum.

    The pace is the views in share of the target, over the share of the time from ``created_at`` to
    ``target_at`` that has passed; the status is that of a goal with such a pace
    (:func:`evaluate_goals`). The API doesn't say from when on views count for a target: here all
    views of the posts do, those before the campaign among them.

    An accrual pays a creator, not a campaign. Creators whom a campaign lists bring it all that they
    earned; of an author whose posts it lists singly, the share that these have of the author's
    views. So costs of campaigns with the same creators repeat each other, as their views do.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> summary = tgp.summarize_campaigns(campaigns, videos)
    >>> print(summary[["campaign_name", "posts", "posts_added_up"]].head(2).to_string(index=False))
    campaign_name  posts  posts_added_up
      Spring Drop    355             451
    Everyday Goat    282             282
    """
    check_currency(currency)
    found = CampaignPosts.of(campaigns, videos, ids, "view_count", *INTERACTIONS)
    read_at = moment_loaded(now, videos)
    table = _counts(found)
    table = table.assign(**_added_up(found), **_targets(campaigns, found, table["views"], read_at))
    if accruals is not None:
        table = table.assign(**_costs(found, accruals, currency))
        per_view = table["cost_cents"] * 1_000 / table["views"].where(table["views"] > 0)
        table["effective_cpm_cents"] = per_view.astype("Float64")
        unknown = table["cost_cents"].isna()
        said = table["reason"].fillna("") + "; " + _SEVERAL
        table["reason"] = table["reason"].mask(unknown, said.str.removeprefix("; "))
    names = campaigns_named(campaigns, found.ids)
    table = table.assign(campaign_name=names, campaign_id=pd.Series(found.ids, dtype=STRING))
    table = table.sort_values("views", ascending=False, kind="stable", ignore_index=True)
    posts, views = _together(found)
    together, note = {"posts": posts, "views": views}, _finding(posts, views, table)
    table.attrs["trackagoat"] = {**frame_facts(table), "together": together, "note": note}
    return table


def _counts(found: CampaignPosts) -> pd.DataFrame:
    """Count the posts of campaigns, their views and engagement, and their creators."""
    rows = found.posts[["view_count", *INTERACTIONS]].iloc[found.places]
    rows = rows.reset_index(drop=True)
    size, of_each = len(found.ids), rows.groupby(found.owners)
    posts = np.bincount(found.owners, minlength=size)
    views = of_each["view_count"].sum(min_count=1).reindex(range(size)).astype("Int64")
    is_whole = rows.notna().all(axis=1).to_numpy(bool)
    whole = rows[is_whole].groupby(found.owners[is_whole]).sum().reindex(range(size))
    creators = np.bincount(found.creators["owner"], minlength=size)
    median = of_each["view_count"].median().reindex(range(size))
    return pd.DataFrame(
        {
            "posts": pd.array(posts, dtype="Int64"),
            "views": views.mask(posts == 0, 0),
            "creators": pd.array(creators, dtype="Int64"),
            "median_views": floats(values_of(median)),
            "engagement_rate_by_views": rate(whole, "view_count"),
        }
    )


def _added_up(found: CampaignPosts) -> dict[str, Any]:
    """Add to what each campaign lists what those inside it add up to, as often as it comes."""
    is_post = found.place_of >= 0
    counts = values_of(found.posts["view_count"])
    views = np.zeros(len(is_post))
    views[is_post] = np.nan_to_num(counts[found.place_of[is_post]])
    of_campaign = (found.tree.things["kind"] == "campaign").to_numpy(bool)
    inside = {
        place: found.tree.campaigns_in(place) for place in np.flatnonzero(of_campaign).tolist()
    }
    outer: dict[int, list[int]] = {place: [] for place in inside}
    for place, inner in inside.items():
        for one in inner:
            outer[one].append(place)
    sums, waiting = dict[int, tuple[int, int]](), {one: len(inner) for one, inner in inside.items()}
    ready = [place for place, many in waiting.items() if not many]
    # Those that are inside themselves, or above such, wait for ever, and have no sum.
    for place in ready:
        own = found.tree.own_videos(place)
        own = own[is_post[own]]
        parts = [(len(own), int(views[own].sum())), *(sums[one] for one in inside[place])]
        sums[place] = sum(posts for posts, _ in parts), sum(seen for _, seen in parts)
        for above in outer[place]:
            waiting[above] -= 1
            if not waiting[above]:
                ready.append(above)
    known = [sums.get(place, (None, None)) for place in range(len(found.ids))]
    names = ("posts_added_up", "views_added_up")
    return {name: _whole([each[at] for each in known]) for at, name in enumerate(names)}


def _whole(sums: Sequence[int | None]) -> Any:
    """Return sums as Int64; NA where they aren't known, or have no room in 64 bits."""
    return pd.array([None if one is None or one >= _MOST else one for one in sums], dtype="Int64")


def _targets(
    campaigns: pd.DataFrame, found: CampaignPosts, views: pd.Series, read_at: pd.Timestamp
) -> dict[str, Any]:
    """Say how far campaigns are on the way to their targets."""
    wanted = ("target_views", "target_at", "created_at")
    read = read_columns(latest_of(campaigns, ["id"]), CAMPAIGNS, ["id"], optional=wanted)
    read = read.drop_duplicates("id", keep="last").set_index("id")
    own = read.reindex(found.ids).reset_index(drop=True)
    start, end = (own[name].to_numpy("datetime64[us]") for name in ("created_at", "target_at"))
    at = np.full(len(own), np.datetime64(read_at.tz_convert("UTC").tz_localize(None), "us"))
    target, actual = values_of(own["target_views"]), values_of(views)
    reasons = _reasons(target, actual, start, end)
    judged = np.flatnonzero(reasons == "")
    standing = Standing(start, end, at, np.ones(len(own), np.bool_), target, actual).take(judged)
    pace, status = np.full(len(own), np.nan), np.full(len(own), None, object)
    pace[judged], status[judged] = standing.pace, standing.status
    left = np.where(np.isnat(end), np.nan, (end - at).astype(np.int64) / _DAY_US)
    days = np.where(np.isnan(target), np.nan, np.maximum(left, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.ceil(np.maximum(target - actual, 0.0) / days)
        reached = np.where(target > 0, 100.0 * actual / target, np.nan)
    return {
        "target_views": own["target_views"],
        "target_pct": floats(reached),
        "days_left": floats(days),
        "needed_per_day": integers(np.where(np.isfinite(needed), needed, np.nan)),
        "pace": floats(pace),
        "status": categories(status, STATUSES, ordered=True),
        "reason": pd.array([one or None for one in reasons], dtype=STRING),
        "target_at": own["target_at"],
    }


def _reasons(target: Floats, actual: Floats, start: Instants, end: Instants) -> Words:
    """Say why the pace of each campaign isn't known; "" where it is."""
    said = np.select(
        [np.isnan(target), target <= 0, np.isnan(actual), np.isnat(end), np.isnat(start),
         end <= start],
        ["no target", "its target is 0", "its views aren't known", "no day for its target",
         "the day of its creation isn't known", "its target isn't due after it was created"],
        "",
    )  # fmt: skip
    return said.astype(object)


def _costs(found: CampaignPosts, accruals: pd.DataFrame, currency: str) -> Mapping[str, Any]:
    """Add up what creators earned, by the share of their posts' views that a campaign has."""
    earned = read_accruals(accruals, currency)
    earned = earned[earned["is_standing"]]
    cents = earned.groupby(["creator_id", "currency"], as_index=False)["cents"].sum()
    shares = found.creators.assign(share=_shares(found))
    rows = shares.merge(cents, on="creator_id")
    rows["cents"] = rows["cents"] * rows["share"]
    of_each = rows.groupby("owner")
    size = len(found.ids)
    known = of_each["currency"].nunique().reindex(range(size), fill_value=0)
    named = of_each["currency"].first().reindex(range(size)).fillna(currency)
    total = of_each["cents"].sum().reindex(range(size), fill_value=0.0)
    cost = np.where(known > 1, np.nan, np.floor(total + 0.5))
    return {
        "currency": pd.Series(named.where(known <= 1, None), dtype=STRING),
        "cost_cents": integers(cost),
    }


def _shares(found: CampaignPosts) -> Floats:
    """Return the share of each creator's views that is of a campaign; of posts without views."""
    posts = found.posts.assign(views=np.nan_to_num(values_of(found.posts["view_count"])))
    of_all = posts.groupby("creator_id")["views"].agg(["sum", "size"])
    inside = posts.iloc[found.places].assign(owner=found.owners)
    of_owner = inside.groupby(["owner", "creator_id"])["views"].agg(["sum", "size"])
    keys = pd.MultiIndex.from_frame(found.creators[["owner", "creator_id"]])
    part = of_owner.reindex(keys).to_numpy(np.float64)
    whole = of_all.reindex(found.creators["creator_id"]).to_numpy(np.float64)
    by = np.where(whole[:, 0] > 0, 0, 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.take_along_axis(part, by, 1)[:, 0] / np.take_along_axis(whole, by, 1)[:, 0]
    shares: Floats = np.where(found.creators["is_listed"], 1.0, share)
    return shares


def _together(found: CampaignPosts) -> tuple[int, int | None]:
    """Count the posts of all campaigns together, and their views, each post once.

    The views are None if there are posts, and none has a known count.
    """
    places = np.unique(found.places)
    views = values_of(found.posts["view_count"])[places]
    is_unknown = len(views) > 0 and bool(np.isnan(views).all())
    return len(places), None if is_unknown else int(np.nansum(views))


def _finding(posts: int, views: int | None, table: pd.DataFrame) -> str:
    """Say what the campaigns have together, each post once, and what their sum would say."""
    if table.empty:
        return "No campaigns"
    said = f"{number(len(table), 'campaign')} with {number(posts, 'post')}"
    if views is None:
        return f"{said}, whose views aren't known"
    said += f" and {views:,} views"
    added = table["views"].fillna(0).sum()
    if added == views and int(table["posts"].sum()) == posts:
        return said
    return f"{said}, each post counted once; the rows add up to {added:,} views"
