"""The stories of a world's videos, such as breakouts and bought views: what helpers should find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, format_second, format_seconds
from trackagoat_pandas.sandbox.curves import ADVERTISED, BOUGHT, DRIPPED, NATURAL
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.nature import Form, Nature
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.spans import local_day_of
from trackagoat_pandas.sandbox.truth import Kind, planted_row
from trackagoat_pandas.sandbox.videos import FLOOD_POSTS, MOST_VIEWS, Posts

_VIDEOS_A_STORY = 400  # one more story of each kind for as many videos
# Of bought views: how they come, in how many days, and how much engagement they bring against real
# ones. Those that come at once arrive within a day.
_BOUGHT: dict[Form, tuple[int, float, float]] = {
    "crude": (BOUGHT, 0.25, 0.02),
    "dripped": (DRIPPED, 5.0, 0.02),
    "bundled": (BOUGHT, 0.25, 0.3),
}
# Of other rises: days after posting, views against the post's own, days of the rise, engagement.
_RISES: dict[str, tuple[tuple[float, float], ...]] = {
    "second_wave": ((10.0, 40.0), (0.5, 3.0), (2.0, 6.0), (0.5, 1.0)),
    "boosted": ((1.0, 4.0), (1.0, 4.0), (3.0, 7.0), (0.4, 0.8)),
}
_GOOD = 1.5  # times its creator's median: an advertised post
OWN_VIEWS = 1_000.0
"""The least final views of a story: of fewer nobody buys more, or could say what held them back."""
_SUPPRESSED_TAU_DAYS, _SUPPRESSED_SHAPE = 4.0, 3.0  # 2 % of the views after a day, 34 % after three
_FACTORS = (1.2, 1.3, 1.45, 1.6)


@dataclass(frozen=True, slots=True)
class Story:
    """What was planted in one post, by its position; or in its owner, if so."""

    kind: Kind
    place: int
    facts: Mapping[str, Any]
    of_owner: bool = False


def tell_stories(
    dice: Dice, timeline: Timeline, creators: Sequence[Creator], posts: Posts, nature: Nature
) -> list[Story]:
    """Plant stories in the posts, and list those that are in them already.

    Some videos break out days after they were posted, some have bought views in three strengths,
    some are suppressed at first; others have what the world's nature says. All are of active
    creators, and tracked from the beginning.
    """
    stories = [*_breakouts(timeline, creators, posts), *_floods(timeline, creators, posts)]
    number = 1 + len(posts) // _VIDEOS_A_STORY
    teller = _Teller(dice, timeline, creators, posts)
    for place in teller.choose(number, (12.0, 60.0)):
        median = creators[posts.owners[place]].median_views
        stories.append(Story("breakout", place, break_out_late(dice, posts, place, median)))
    buyers, oldest_days = number, 90.0
    if nature.bought is not None:
        buyers = round(nature.bought * len(posts) / len(nature.strengths))
        oldest_days = timeline.days
    for strength in nature.strengths:
        stories += [
            Story("bought", place, buy_views(dice, posts, place, strength, nature))
            for place in teller.choose(buyers, (10.0, oldest_days))
        ]
    for place in teller.choose(number + 1, (8.0, 60.0)):
        suppress(posts, place)
        stories.append(Story("suppressed", place, {}))
    for kind, share in shares_of(nature).items():
        stories += [
            Story(kind, place, change(dice, posts, place, kind))
            for place in teller.choose(round(share * len(posts)), (0.0, timeline.days), kind)
        ]
    return stories


def shares_of(nature: Nature) -> dict[Kind, float]:
    """Return the share of the posts that each change of nature happens to."""
    return {
        "second_wave": nature.second_waves, "boosted": nature.boosted, "gap": nature.gaps,
    }  # fmt: skip


def is_good(views: NDArray[np.float64], median: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Say which posts did so well that somebody would advertise them."""
    good: NDArray[np.bool_] = views >= _GOOD * median
    return good


class _Teller:
    """Chooses posts without a story."""

    def __init__(
        self, dice: Dice, timeline: Timeline, creators: Sequence[Creator], posts: Posts
    ) -> None:
        self._dice, self._posts = dice, posts
        self._ages_days = (timeline.now_s - posts.posted_s) / DAY_S
        # NOBODY is -1: the value appended last is its own.
        since_s = [timeline.start_s(creator.tracked_from) for creator in creators]
        fits = [creator.is_active and creator.trait != "slump" for creator in creators]
        self._fits = np.array([*fits, False])[posts.owners]
        self._fits &= posts.posted_s >= np.array([*since_s, 0.0])[posts.owners]
        self._fits &= posts.final_views >= OWN_VIEWS
        medians = [creator.median_views for creator in creators]
        self._is_good = is_good(posts.final_views, np.array([*medians, np.inf])[posts.owners])

    def choose(
        self, number: int, ages_days: tuple[float, float], kind: Kind | None = None
    ) -> list[int]:
        """Take some posts of an age; they count from now on."""
        least, most = ages_days
        is_free = self._fits & ~self._posts.is_staged
        if kind == "boosted":
            is_free &= self._is_good
        free = np.flatnonzero(is_free & (self._ages_days >= least) & (self._ages_days <= most))
        chosen = self._dice.shuffled(free.tolist())[:number]
        self._posts.is_staged[chosen] = True
        return chosen


def break_out_late(dice: Dice, posts: Posts, place: int, median_views: float) -> dict[str, Any]:
    """Let a post break out days after it was posted; return the planted truth."""
    multiple, days = dice.uniform(12.0, 40.0, 1)[0], dice.uniform(3.0, 9.0, 1)[0]
    views = round(min(multiple * median_views, MOST_VIEWS))
    onset_s = _rise(posts, place, days, views, tau_days=dice.uniform(0.8, 2.5, 1)[0])
    multiple = round((posts.final_views[place] + views) / median_views, 2)
    return {"onset": format_second(onset_s), "multiple": multiple}


def buy_views(
    dice: Dice, posts: Posts, place: int, strength: float, nature: Nature
) -> dict[str, Any]:
    """Let a post have views that are bought days after it was posted; return the truth.

    They come as the world's nature says, and some of them are taken back.
    """
    views = round(strength * posts.final_views[place])
    days = dice.uniform(2.0, 7.0, 1)[0]
    form = nature.forms[0] if len(nature.forms) == 1 else dice.pick(nature.forms)
    wave_form, tau_days, engagement = _BOUGHT[form]
    at_s = _rise(
        posts, place, days, views, tau_days=tau_days, engagement=engagement, form=wave_form
    )
    facts = {"at": format_second(at_s), "strength": strength, "views": views, "form": form}
    if nature.taken_back and dice.chance(nature.taken_back, 1)[0]:
        taken_days, share = dice.uniform(2.0, 10.0, 1)[0], dice.uniform(0.6, 1.0, 1)[0]
        # What drips over days isn't taken back before it has come.
        taken_s = float(np.floor(at_s + max(taken_days, tau_days) * DAY_S))
        posts.taken_views[place], posts.taken_ts[place] = round(share * views), taken_s
        facts |= {"taken_at": format_second(taken_s), "taken_views": round(share * views)}
    return facts


def change(dice: Dice, posts: Posts, place: int, kind: str) -> dict[str, Any]:
    """Let a post rise again, be advertised, or not be read for days; return the truth."""
    if kind == "gap":
        start, days = dice.uniform(0.2, 8.0, 1)[0], dice.uniform(1.0, 3.0, 1)[0].round(3)
        at_s = float(np.floor(posts.posted_s[place] + start * DAY_S))
        posts.gap_ts[place], posts.gap_days[place] = at_s, days
        return {"at": format_second(at_s), "days": days}
    start, multiple, tau_days, engagement = _RISES[kind]
    views = round(dice.uniform(*multiple, 1)[0] * posts.final_views[place])
    at_s = _rise(
        posts,
        place,
        dice.uniform(*start, 1)[0],
        views,
        tau_days=dice.uniform(*tau_days, 1)[0],
        engagement=dice.uniform(*engagement, 1)[0].round(3),
        form=ADVERTISED if kind == "boosted" else NATURAL,
    )
    return {"at": format_second(at_s), "views": views}


def suppress(posts: Posts, place: int) -> None:
    """Hold back a post for its first days."""
    posts.is_evergreen[place] = False
    posts.tau_days[place], posts.shape[place] = _SUPPRESSED_TAU_DAYS, _SUPPRESSED_SHAPE


def _rise(
    posts: Posts,
    place: int,
    days: float,
    views: int,
    *,
    tau_days: float,
    engagement: float = 1.0,
    form: int = NATURAL,
) -> float:
    """Add a wave some days after posting; return when it starts."""
    start_s = float(np.floor(posts.posted_s[place] + days * DAY_S))
    posts.wave_views[place], posts.wave_ts[place] = views, start_s
    posts.wave_tau_days[place], posts.wave_engagement[place] = round(tau_days, 3), engagement
    posts.wave_form[place] = form
    return start_s


def _breakouts(timeline: Timeline, creators: Sequence[Creator], posts: Posts) -> list[Story]:
    """List the videos that broke out as soon as they were posted."""
    stories = []
    for place in np.flatnonzero(posts.is_staged).tolist():
        creator = creators[posts.owners[place]]
        if creator.trait == "breakout":
            multiple = round(posts.final_views[place] / creator.median_views, 2)
            facts = {"onset": timeline.text(posts.posted_s[place]), "multiple": multiple}
            stories.append(Story("breakout", place, facts))
    return stories


def _floods(timeline: Timeline, creators: Sequence[Creator], posts: Posts) -> list[Story]:
    """List the days on which creators over-posted, once each."""
    days: Counter[tuple[int, str]] = Counter()
    stories = []
    for place in np.flatnonzero(posts.is_staged).tolist():
        owner = int(posts.owners[place])
        if creators[owner].trait == "flood":
            day = local_day_of(posts.posted_s[place], timeline.zone).isoformat()
            days[owner, day] += 1
            if days[owner, day] == FLOOD_POSTS:
                stories.append(Story("over_posting", place, {"day": day}, of_owner=True))
    return stories


def planted_rows(stories: Sequence[Story], videos: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Make the rows of the table planted, given the columns of the videos."""
    return [
        planted_row(
            story.kind,
            videos["creator_id" if story.of_owner else "id"][story.place],
            story.facts,
        )
        for story in stories
    ]


def boost(
    dice: Dice,
    campaign_id: str,
    since_s: float,
    members: NDArray[np.bool_],
    videos: Mapping[str, Any],
    effect: float | None,
) -> dict[str, Any]:
    """Multiply the final views of a campaign's posts from its start on; return its planted row.

    ``members`` says which of the videos are its creators' and have no other story; without an
    effect, one is drawn.
    """
    factor = dice.pick(_FACTORS) if effect is None else effect
    chosen = members & (videos["posted_ts"] >= since_s)
    videos["final_views"][chosen] = np.round(videos["final_views"][chosen] * factor)
    since = format_seconds(np.array([since_s]))[0]
    return planted_row("campaign_effect", campaign_id, {"factor": factor, "since": since})
