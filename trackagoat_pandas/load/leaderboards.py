"""What a leaderboard's counts are of, the range or a lifetime: found out by comparing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Entity
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import is_null
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ApiError,
    ContractWarning,
    PartialLoadError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.query import quoted
from trackagoat_pandas.load.reading import read_list
from trackagoat_pandas.load.resources import load_campaigns, load_videos
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.tables import VIDEOS

Counts: TypeAlias = Literal["range", "lifetime", "unclear"]

BOARDS: Final[Mapping[str, tuple[Entity, str]]] = {
    "video-leaderboard": ("video", "title"),
    "creator-leaderboard": ("creator", "tiktok_handle"),
    "campaign-leaderboard": ("campaign", "name"),
}
"""The leaderboards: what their rows are, and the column of their names."""
COMPARED: Final = 3
"""The rows that are compared: those with the most views."""
MOST_PAGES: Final = 20
"""The pages of a project's videos that are looked through, the newest first."""
_CLOSE: Final = 0.01
"""How far apart two equal counts may be, as a share: they are of different minutes."""
_COUNTED: Final = ("auto_tracked", "included", "direct_add")


def check_counts(
    board: pd.DataFrame, name: str, project_id: str, span: DateRange, client: Client
) -> pd.DataFrame:
    """Note in a leaderboard's provenance what its counts are of.

    The views of its biggest rows, of older videos first, are compared with what analytics say was
    gained in the range, and with the views that the same videos have by now: of all of them, or of
    those posted in the range. A row for which these are the same says nothing. Of an empty board
    nothing is asked.

    Returns
    -------
    pandas.DataFrame
        The board, with ``counts`` in its provenance: ``"range"``, ``"lifetime"`` or ``"unclear"``.

    Warns
    -----
    ContractWarning
        If the counts are of a lifetime, or if that stays unclear; it says where only videos posted
        in the range are listed or counted. Not of an empty board, which is warned of already.
    """
    facts = board.attrs[ATTRIBUTE]
    if board.empty:
        board.attrs[ATTRIBUTE] = {**facts, "counts": "unclear"}
        return board
    entity, called = BOARDS[name]
    biggest = board[board["view_count"] > 0].sort_values("view_count", ascending=False)
    if entity == "video":  # an older video has surely gained less in the range than in all
        is_old = ~_is_posted_in(biggest, span, client)
        biggest = pd.concat([biggest[is_old], biggest[~is_old]])
    rows = biggest.head(COMPARED).to_dict("records")
    views = {str(row[f"{entity}_id"]): int(row["view_count"]) for row in rows}
    before = client.requests_sent
    try:
        gained = _gained(entity, list(views), span, client)
        totals = _totals(entity, list(views), project_id, span, client) if views else {}
    except (ApiError, PartialLoadError, UnreadableResponseError) as error:
        verdict, why = "unclear", f"what its counts are of could not be checked. {error}"
    else:
        names = {str(row[f"{entity}_id"]): _name(entity, row[called]) for row in rows}
        verdict, why = _verdict(views, gained, totals, names)
    if why and entity == "video" and _is_posted_in(board, span, client).all():
        why += " Only videos posted in these days are listed."
    requests = facts["requests"] + client.requests_sent - before
    board.attrs[ATTRIBUTE] = {**facts, "counts": verdict, "requests": requests}
    if why:
        warn(f"{name} of {span}: {why}", ContractWarning)
    return board


def _is_posted_in(videos: pd.DataFrame, span: DateRange, client: Client) -> NDArray[np.bool_]:
    """Find the videos that were posted on days of the organization's calendar."""
    zone = known_timezone(client) or "UTC"
    posted = days_shown(videos["posted_at"].to_numpy("datetime64[us]"), zone)
    found: NDArray[np.bool_] = (posted >= span.start.to_numpy()) & (posted < span.stop.to_numpy())
    return found


def _name(entity: Entity, given: object) -> str:
    """What to call a row in a sentence; nothing if it has no name."""
    if is_null(given):
        return ""
    return f"@{given}" if entity == "creator" else f"the {entity} {quoted(str(given))}"


def _gained(entity: Entity, ids: list[str], span: DateRange, client: Client) -> dict[str, float]:
    """Add up the views that each entity gained in the range."""
    series = load_analytics(entity, ids, "views", dates=span, client=client)
    sums = series.groupby("entity_id")["value"].sum()
    return {str(id_): float(total) for id_, total in sums.items()}


def _totals(
    entity: Entity, ids: list[str], project_id: str, span: DateRange, client: Client
) -> dict[str, list[int]]:
    """Count the views of each entity's videos by now: of all, and of those posted in the range."""
    if entity == "creator":
        lists = [load_videos(creator=id_, client=client) for id_ in ids]
        videos = pd.concat(lists, ignore_index=True)
        members = {id_: videos["creator_id"] == id_ for id_ in ids}
    else:
        params = {"project_id": project_id}
        pages = list(islice(client.pages(VIDEOS.path, params), MOST_PAGES))
        videos = read_list(
            VIDEOS,
            pages,
            client=client,
            path=VIDEOS.path,
            params=params,
            dtype_backend="numpy_nullable",
        )
        if entity == "video":
            members = {id_: own for id_ in ids if (own := videos["id"] == id_).any()}
        elif len(pages) == MOST_PAGES:
            return {}
        else:
            campaigns = load_campaigns(project_id, client=client)
            members = {id_: _in_campaign(videos, campaigns, id_) for id_ in ids}
    counted = videos["tracking_status"].isin(_COUNTED)
    is_new = _is_posted_in(videos, span, client)
    return {
        id_: [int(videos.loc[own & counted & also, "view_count"].sum()) for also in (True, is_new)]
        for id_, own in members.items()
    }


def _in_campaign(videos: pd.DataFrame, campaigns: pd.DataFrame, campaign_id: str) -> pd.Series:
    """Find the videos of a campaign's tree, each once."""
    items = {
        id_: json.loads(text)
        for id_, text in zip(campaigns["id"], campaigns["items"], strict=True)
        if isinstance(text, str)
    }
    found: dict[str, set[Any]] = {"campaign": set(), "creator": set(), "video": set()}
    left = [campaign_id]
    while left:
        one = left.pop()
        if one in found["campaign"]:
            continue
        found["campaign"].add(one)
        for item in items.get(one, []):
            if item.get("item_type") == "campaign":
                left.append(item.get("item_id"))
            else:
                found.setdefault(item.get("item_type"), set()).add(item.get("item_id"))
    return videos["id"].isin(found["video"]) | videos["creator_id"].isin(found["creator"])


def _verdict(
    views: Mapping[str, int],
    gained: Mapping[str, float],
    totals: Mapping[str, list[int]],
    names: Mapping[str, str],
) -> tuple[Counts, str]:
    """Decide by the rows for which the range and the lifetime differ."""
    seen: dict[tuple[bool, bool], str] = {}
    for id_, count in views.items():
        if id_ in gained and id_ in totals:
            of_range = _is_close(count, gained[id_])
            of_lifetime = any(_is_close(count, total) for total in totals[id_])
            seen.setdefault((of_range, of_lifetime), id_)
    if (True, False) in seen and (False, True) not in seen:
        return "range", ""
    if (False, True) in seen and (True, False) not in seen:
        id_ = seen[False, True]
        why = (
            f"its counts are of the videos' lifetime: {names[id_] or id_} has {views[id_]:,} views "
            f"there and gained {gained[id_]:,.0f} in these days."
        )
        if not any(_is_close(views[one], total) for one, (total, _) in totals.items()):
            why += " Only videos posted in these days are counted."
        return "lifetime", why
    unclear = "whether its counts are of these days or of a lifetime is unclear:"
    if not seen:
        return "unclear", f"{unclear} there is nothing to compare them with."
    if seen.keys() == {(True, True)}:
        return "unclear", f"{unclear} for its biggest rows both are the same. Try older days."
    return "unclear", f"{unclear} its biggest rows don't agree with just one of them."


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(one, other)
