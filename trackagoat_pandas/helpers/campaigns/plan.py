"""A campaign as an experiment: random assignment, detectable effects, and the result."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DateLike, Floats, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.campaigns.lift import effect_found, percents
from trackagoat_pandas.helpers.campaigns.placebos import DRAWS, PlaceboTest, smallest_visible
from trackagoat_pandas.helpers.campaigns.study import FEWEST_WEEKS
from trackagoat_pandas.helpers.campaigns.weeks import (
    NEEDED,
    Changes,
    Weeks,
    read_posts,
    weeks_of,
)
from trackagoat_pandas.helpers.clocks import InstantLike, last_started_day
from trackagoat_pandas.helpers.columns import STRING, day_numbers, floats, text, values_of, whole
from trackagoat_pandas.helpers.counted import active_ids
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_loaded
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_int,
    frame_facts,
    require_columns,
)
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.tables import VIDEOS

FEWEST_PAIRS: Final = 6
"""Of fewer, one draw of 20 isn't rare enough: five pairs have 32 draws, of two sides."""
_MOST_WEEKS: Final = 26
_RECENT_WEEKS: Final = 8
"""Creators who haven't posted for longer aren't drawn."""
_MONDAY: Final = 4  # days from 1 January 1970, a Thursday, to the first Monday
_PLAN: Final = ("creator_id", "pair", "gets_campaign", "since", "weeks")
_EFFECTS: Final = ("effect", "low", "high", "posts_effect", "views_per_post_effect")
_SIZES: Final = (6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
_SPANS: Final = (1, 2, 4, 8)


@derived("creators", "videos")
def plan_campaign(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    weeks: int,
    since: DateLike | None = None,
    size: int | None = None,
    seed: int | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Draw at random who gets a campaign, and say which effect could be seen, before it is paid.

    Creators who are alike in views a post and posts a week are paired, and chance gives the
    campaign to one of each pair. So neither hot nor favoured creators can be taken for its effect.
    Keep the plan with :func:`record_plan`, and read the result with :func:`read_campaign`.

    Parameters
    ----------
    creators : DataFrame
        The frame of :func:`load_creators`: those who may get it. Inactive ones are left out, as are
        creators without a post in the last 8 weeks.
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of these creators.
    weeks : int
        How many weeks it will last.
    since : str or date, optional
        Its first day; by default the coming Monday.
    size : int, optional
        How many creators get it; by default one of each pair. Of the other pairs nobody does.
    seed : int, optional
        A whole number that decides the draw; by default one that nobody knew before.
    age_days : int, default 7
        How old posts must be, in days, for their views to count.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from a frame.

    Returns
    -------
    pandas.DataFrame
        One row for each creator who may get it, pair by pair: ``tiktok_handle`` (str, where the
        frame knows it), ``pair`` (Int64; NA for a creator without a partner, or whose pair isn't
        drawn), ``gets_campaign`` (boolean), ``typical_views`` (Float64: the geometric mean of
        views) and ``posts_per_week`` (Float64, of the last 26 weeks), ``since`` (datetime64[us]),
        ``weeks`` (Int64), ``smallest_visible`` (Float64, percent: the effect that such a campaign
        shows at p < 0.05 with a chance of 0.8; the same in all rows), ``seed`` (Int64) and
        ``creator_id`` (str). ``attrs["trackagoat"]["note"]`` says it in a sentence. With fewer than
        6 pairs nobody gets it.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        `size` is more than there are pairs, no time zone is known, or an argument has a value that
        isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    visible_effects : See which effect could be seen.
    record_plan : Keep a plan as it was drawn.
    read_campaign : Read what a planned campaign added.
    actions.create_campaign : Create a campaign.

    Notes
    -----
    The smallest visible effect is that of the test of :func:`read_campaign`, on the same pairs at
    earlier dates of the program, one campaign's length apart, each with 8 weeks before it and
    more. Without such a date it is NA. On 200 simulated programs, campaigns with just that
    effect are seen in 84 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> plan = tgp.plan_campaign(creators, videos, weeks=4, seed=7)
    >>> print(plan[["pair", "tiktok_handle", "gets_campaign"]].head(4).to_string(index=False))
     pair      tiktok_handle  gets_campaign
        1 its_frosty_reads22           True
        1 themidnightthrift_          False
        2        salty.tonic           True
        2    tonic.by.quiet_          False
    """
    check_int("weeks", weeks, minimum=1, maximum=26)
    if seed is not None:
        check_int("seed", seed, minimum=0, maximum=2**63 - 1)
    reading = _Reading.of(creators, videos, age_days, now=now, timezone=timezone)
    past = reading.past(weeks)
    first = reading.monday if since is None else np.datetime64(parse_day(since, "since"), "D")
    pairs = past.pairs()
    if size is not None:
        check_int("size", size, minimum=FEWEST_PAIRS, maximum=max(len(pairs), FEWEST_PAIRS))
    chosen = secrets.randbelow(1 << 31) if seed is None else seed
    is_drawn, gets = _draw(pairs, len(pairs) if size is None else size, chosen)
    drawn = int(is_drawn.sum())
    smallest = past.smallest(pairs) * sqrt(len(pairs) / drawn) if drawn else np.nan
    order = [*pairs[is_drawn].ravel(), *pairs[~is_drawn].ravel()]
    order += [place for place in range(len(past.ids)) if place not in {*order}]
    places, rows = np.array(order, np.int64), len(order)
    pair = np.full(rows, np.nan)
    pair[: 2 * drawn] = np.repeat(np.arange(1, drawn + 1), 2)
    table = pd.DataFrame(
        {
            "pair": pd.array(pair, dtype="Int64"),
            "gets_campaign": pd.array(np.isin(places, gets), dtype="boolean"),
            "typical_views": floats(np.expm1(past.levels[places])),
            "posts_per_week": floats(np.exp(past.rates[places])),
            "since": pd.to_datetime(np.repeat(first, rows).astype("datetime64[us]")).as_unit("us"),
            "weeks": pd.array([weeks] * rows, dtype="Int64"),
            "smallest_visible": percents(np.full(rows, smallest)),
            "seed": pd.array([chosen] * rows, dtype="Int64"),
            "creator_id": pd.array(past.ids[places], dtype=STRING),
        }
    )
    note = _plan_text(table, drawn, len(pairs))
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note}
    return table


def _draw(pairs: Ints, size: int, seed: int) -> tuple[Bools, Ints]:
    """Draw which pairs are in it, and which creator of each gets it; none of too few pairs."""
    dice = np.random.default_rng(seed)
    drawn = dice.permutation(len(pairs))[: size if len(pairs) >= FEWEST_PAIRS else 0]
    is_drawn = np.isin(np.arange(len(pairs)), drawn)
    gets = np.where(dice.random(len(pairs)) < 0.5, pairs[:, 0], pairs[:, 1])
    return is_drawn, gets[is_drawn]


@derived("creators", "videos")
def visible_effects(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Say which effect a campaign must have to be seen, by how many get it and how long.

    Parameters
    ----------
    creators : DataFrame
        The frame of :func:`load_creators`: those who may get the campaign. Inactive ones are
        left out, as are creators without a post in the last 8 weeks.
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of these creators.
    age_days : int, default 7
        How old posts must be, in days, for their views to count.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from a frame.

    Returns
    -------
    pandas.DataFrame
        One row for each number of weeks (1, 2, 4, 8) and of creators who get it, up to one of each
        pair: ``weeks`` (Int64), ``group_size`` (Int64: how many get it) and ``smallest_visible``
        (Float64, percent; NA where the past is too short to say).

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
    plots.visible_effects : Draw the effects by size of group.
    plan_campaign : Draw who gets a campaign.
    campaign_lift : Estimate what a campaign added.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> effects = tgp.visible_effects(creators, videos)
    >>> print(effects[["weeks", "group_size", "smallest_visible"]].round(0).to_string(index=False))
     weeks  group_size  smallest_visible
         1           6             260.0
         2           6             279.0
         4           6             136.0
         8           6             124.0
    """
    rows = list[tuple[int, int, float]]()
    reading = _Reading.of(creators, videos, age_days, now=now, timezone=timezone)
    for weeks in _SPANS:
        past = reading.past(weeks)
        pairs = past.pairs()
        smallest = past.smallest(pairs)
        # A size just below that of all says nothing that the last one doesn't.
        sizes = sorted({*(one for one in _SIZES if 1.1 * one < len(pairs)), len(pairs)})
        rows += [
            (weeks, one, smallest * sqrt(len(pairs) / one)) for one in sizes if one >= FEWEST_PAIRS
        ]
    return pd.DataFrame(
        {
            "weeks": pd.array([weeks for weeks, _, _ in rows], dtype="Int64"),
            "group_size": pd.array([size for _, size, _ in rows], dtype="Int64"),
            "smallest_visible": percents(np.array([effect for _, _, effect in rows], np.float64)),
        }
    )


@derived("plan", "videos", whole=("videos",))
def read_campaign(
    plan: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    until: DateLike | None = None,
    level: float = 0.9,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Say what a planned campaign added: the difference within pairs, by the test of the draw.

    Parameters
    ----------
    plan : DataFrame
        The frame of :func:`plan_campaign`.
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of these creators before it and in it.
    until : str or date, optional
        Its last day; by default that of the plan, or the last one whose posts are old enough.
    level : float, default 0.9
        The chance that the interval holds the true effect, from 0.5 to 0.99.
    age_days : int, default 7
        How old posts must be, in days, for their views to count.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from a frame.

    Returns
    -------
    pandas.DataFrame
        One row: ``effect``, ``low`` and ``high`` (Float64, percent: how many more views those who
        got it had than without it), ``p`` (Float64: how often another draw shows as much),
        ``posts_effect`` and ``views_per_post_effect`` (Float64, percent), ``pairs`` (Int64: those
        whose two creators posted before and in it), ``weeks`` (Float64: how long it is by then) and
        ``refused`` (str: why ``effect``, its interval and ``p`` are NA).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        The frame isn't one plan, no time zone is known, or an argument has a value that isn't
        allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plan_campaign : Draw who gets a campaign.
    recorded_plans : List the plans that were kept.
    campaign_lift : Estimate what a campaign added.

    Notes
    -----
    Each of 1,999 other draws swaps the two creators of some pairs, by chance (randomization test:
    Fisher, "The design of experiments", 1935); the interval inverts it, so that ``p < 1 - level``
    if and only if 0 isn't in it. It is refused with fewer than 6 pairs, of which no draw is rare
    enough. What a campaign's creators do to the others, such as posting instead of them, isn't
    seen. On 200 simulated programs each it sees an effect in 3 to 4 % of those without one,
    also with hot streaks; the 90 % interval holds the truth in 92 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> plan = tgp.plan_campaign(creators, videos, weeks=4, since="2026-05-11", seed=7)
    >>> result = tgp.read_campaign(plan, videos)  # of a campaign that never was
    >>> print(result.goat.provenance["note"])
    No more than chance: −31 to +224 % views (90 % interval)
    """
    level = check_between("level", level, 0.5, 0.99, ends=True)
    check_int("age_days", age_days, minimum=0, maximum=90)
    require_columns(plan, [*_PLAN], loader="plan_campaign")
    require_columns(videos, [*NEEDED], loader=VIDEOS.loader)
    zone = known_zone(timezone, [videos, plan])
    read_at = moment_loaded(now, videos)
    today = np.datetime64(last_started_day(read_at, zone), "D")
    first, planned = (today, today) if plan.empty else span_of(plan)
    last = np.datetime64(parse_day(until, "until"), "D") if until is not None else planned
    if last < first:
        raise ArgumentError("until", until, f"it must be {first} or later: it is the last day")
    last = min(last, today - np.timedelta64(age_days + 1, "D"))
    weeks = weeks_of(
        read_posts(videos, read_at),
        since=first,
        until=max(last, first + np.timedelta64(6, "D")),
        read_at=read_at,
        age_days=age_days,
        zone=zone,
    )
    changes = weeks.changes(0, weeks.before, weeks.posts.shape[1])
    differences = _Differences.of(changes, _pairs_of(plan, pd.Index(weeks.creators.astype(str))))
    refused = ""
    if plan.empty:
        refused = "nobody is in the plan"
    elif last - first < np.timedelta64(6, "D"):
        refused = f"less than a week of it has posts of {age_days} days and more"
    elif differences.pairs < FEWEST_PAIRS:
        refused = f"{number(differences.pairs, 'pair')} posted before and in it, 6 are needed"
    table = differences.table(level, refused)
    table["weeks"] = floats(np.array([max(float((last - first).astype(int) + 1) / 7.0, 0.0)]))
    table["refused"] = pd.array([refused or None], dtype=STRING)
    note = f"What the campaign added can't be known: {refused}"
    if not refused:
        note = effect_found(float(table["low"].item()), float(table["high"].item()), level)
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note, "level": level}
    return table


def span_of(plan: pd.DataFrame) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and the last day of a plan."""
    firsts, weeks = day_numbers(plan["since"]), values_of(whole(plan["weeks"]))
    if len(np.unique(firsts)) != 1 or len(np.unique(weeks)) != 1:
        raise ArgumentError("plan", plan, problem="it must be one plan, with one first day")
    first = np.datetime64(int(firsts[0]), "D")
    return first, first + np.timedelta64(7 * int(weeks[0]) - 1, "D")


def _pairs_of(plan: pd.DataFrame, ids: pd.Index) -> Ints:
    """Return the places of pairs' creators among some ids, who gets it first; -1 if missing."""
    rows = pd.DataFrame(
        {
            "pair": values_of(whole(plan["pair"])),
            "gets": plan["gets_campaign"].astype("boolean").fillna(value=False).to_numpy(bool),
            "place": ids.get_indexer(pd.Index(text(plan["creator_id"]))),
        }
    ).dropna(subset=["pair"])
    rows["creator"] = text(plan["creator_id"]).array[rows.index]
    rows = rows.drop_duplicates()
    if rows["creator"].duplicated().any() or rows.duplicated(["pair", "gets"]).any():
        problem = "it must be one plan: of each pair one creator gets the campaign, and one doesn't"
        raise ArgumentError("plan", plan, problem=problem)
    sides = [rows[rows["gets"] == gets].set_index("pair")["place"] for gets in (True, False)]
    pairs: Ints = pd.concat(sides, axis=1).fillna(-1).to_numpy(np.int64)
    return pairs


@dataclass(frozen=True)
class _Differences:
    """How much more the first of each pair changed than the second, in logs; and the weights."""

    views: Floats
    weights: Floats
    posts: Floats

    @classmethod
    def of(cls, changes: Changes, pairs: Ints) -> _Differences:
        """Compare pairs of creators, as places among all; those with one who is missing are out."""
        place = pd.Index(changes.creators).get_indexer(pd.Index(pairs.ravel())).reshape(pairs.shape)
        place = place[((pairs >= 0) & (place >= 0)).all(axis=1)]
        views, weights, posts = (
            values[place] for values in (changes.views, changes.weights, changes.posts)
        )
        return cls(
            views[:, 0] - views[:, 1],
            1.0 / (1.0 / weights).sum(axis=1) if len(place) else np.empty(0),
            posts[:, 0] - posts[:, 1],
        )

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self.views)

    def parts(self, signs: Floats) -> Floats:
        """Return the effects on views a post and on posts with some pairs' creators swapped."""
        views = signs @ (self.views * self.weights) / self.weights.sum()
        return np.vstack([views, signs @ self.posts / self.pairs])

    def table(self, level: float, refused: str) -> pd.DataFrame:
        """Return the effect, its interval and its parts as a row, all NA if it is refused."""
        logs, p = dict.fromkeys(_EFFECTS, np.nan), np.nan
        if not refused:
            test = self.test()
            p = test.p
            views, posts = self.parts(np.ones((1, self.pairs)))[:, 0]
            ends = (test.effect, *test.interval(level), posts, views)
            logs = dict(zip(_EFFECTS, ends, strict=True))
        effects = {name: percents(np.array([value])) for name, value in logs.items()}
        pairs = pd.array([self.pairs], dtype="Int64")
        return pd.DataFrame({**effects, "p": floats(np.array([p])), "pairs": pairs})

    def draws(self) -> Floats:
        """Return the signs of pairs in other draws."""
        dice = np.random.default_rng(self.pairs)
        return np.where(dice.random((DRAWS, self.pairs)) < 0.5, -1.0, 1.0)

    def test(self) -> PlaceboTest:
        """Compare the effect of the draw with that of others."""
        signs = self.draws()
        shares = (signs @ self.weights / self.weights.sum() + signs.mean(axis=1)) / 2.0
        own = float(self.parts(np.ones((1, self.pairs))).sum())
        return PlaceboTest(own, self.parts(signs).sum(axis=0), shares)


@dataclass(frozen=True)
class _Reading:
    """The posts of a program, and who may get a campaign."""

    posts: pd.DataFrame
    active: pd.Series
    read_at: pd.Timestamp
    age_days: int
    zone: str

    @classmethod
    def of(
        cls,
        creators: pd.DataFrame,
        videos: pd.DataFrame,
        age_days: int,
        *,
        now: InstantLike | None,
        timezone: str | None,
    ) -> _Reading:
        """Read the arguments of :func:`plan_campaign`."""
        check_int("age_days", age_days, minimum=0, maximum=90)
        require_columns(creators, ["id"], loader="load_creators")
        require_columns(videos, [*NEEDED], loader=VIDEOS.loader)
        zone = known_zone(timezone, [videos, creators])
        read_at = moment_loaded(now, videos)
        active = text(active_ids(creators))
        return cls(read_posts(videos, read_at), active, read_at, age_days, zone)

    @property
    def today(self) -> int:
        """The number of the day on which the posts were read."""
        return last_started_day(self.read_at, self.zone)

    @property
    def monday(self) -> np.datetime64:
        """The coming Monday."""
        return np.datetime64(self.today + 7 - (self.today - _MONDAY) % 7, "D")

    def past(self, span: int) -> _Past:
        """Count posts by week up to the last one whose posts are old enough."""
        last = np.datetime64(self.today - self.age_days - 1, "D")
        weeks = weeks_of(
            self.posts,
            since=last - np.timedelta64(7 * span - 1, "D"),
            until=last,
            read_at=self.read_at,
            age_days=self.age_days,
            zone=self.zone,
        )
        known, posts = weeks.known[:, -_MOST_WEEKS:], weeks.posts[:, -_MOST_WEEKS:]
        is_wanted = pd.Index(weeks.creators).isin(self.active)
        is_wanted &= (known.sum(axis=1) > 0) & (posts[:, -_RECENT_WEEKS:].sum(axis=1) > 0)
        places = np.flatnonzero(is_wanted)
        length = np.minimum(weeks.posts.shape[1] - weeks.begins, posts.shape[1])[places]
        return _Past(
            weeks,
            span,
            weeks.creators[places],
            places,
            weeks.logs[places, -_MOST_WEEKS:].sum(axis=1) / known[places].sum(axis=1),
            np.log(posts[places].sum(axis=1) / np.maximum(length, 1)),
        )


@dataclass(frozen=True)
class _Past:
    """The past of creators who may get a campaign: weeks up to now, and what each is like."""

    weeks: Weeks
    span: int
    ids: np.ndarray[tuple[int], np.dtype[np.object_]]
    places: Ints
    levels: Floats
    rates: Floats

    def pairs(self) -> Ints:
        """Pair creators who are alike: the most unusual one first, with the nearest one left."""
        traits = np.column_stack([self.levels, self.rates])
        if not len(traits):
            return np.empty((0, 2), np.int64)
        traits = (traits - traits.mean(axis=0)) / np.maximum(traits.std(axis=0), 1e-9)
        left, pairs = [*np.argsort(-np.abs(traits).max(axis=1), kind="stable")], []
        while len(left) > 1:
            one, others = left[0], np.array(left[1:])
            nearest = others[np.abs(traits[others] - traits[one]).sum(axis=1).argmin()]
            pairs.append((one, nearest))
            left = [place for place in left if place not in (one, nearest)]
        return np.array(pairs, np.int64).reshape(-1, 2)

    def smallest(self, pairs: Ints) -> float:
        """Return the smallest visible effect, in logs, by the past; NaN if that is too short."""
        drawn = []
        for day in range(self.weeks.before, FEWEST_WEEKS - 1, -self.span):
            changes = self.weeks.changes(0, day, day + self.span)
            differences = _Differences.of(changes, self.places[pairs])
            if differences.pairs >= FEWEST_PAIRS:
                drawn.append(differences.test().drawn * sqrt(differences.pairs / len(pairs)))
        return smallest_visible(np.concatenate(drawn)) if drawn else np.nan


def _plan_text(plan: pd.DataFrame, drawn: int, pairs: int) -> str:
    if not drawn:
        few = f"Only {number(pairs, 'pair')} of active creators posted lately"
        return f"{few}, {FEWEST_PAIRS} are needed: nobody is drawn"
    smallest, first = plan["smallest_visible"].iloc[0], plan["since"].iloc[0]
    weeks = number(int(plan["weeks"].iloc[0]), "week")
    said = f"{drawn} of {2 * drawn} creators get it for {weeks} from {first.day} {first:%B %Y}"
    if pd.isna(smallest):
        return f"{said}. The past is too short to say which effect could be seen"
    return f"{said}. An effect of {smallest:+.0f} % would be seen in 4 of 5 such campaigns"
