"""What a campaign added, against creators outside it, and whether that could be seen at all."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike, Floats
from trackagoat_pandas.base.wording import with_minus
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.campaigns.members import Members, members_of
from trackagoat_pandas.helpers.campaigns.study import FEWEST_WEEKS, Lift, Study
from trackagoat_pandas.helpers.campaigns.weeks import NEEDED, Weeks, read_posts, weeks_of
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown, last_started_day
from trackagoat_pandas.helpers.columns import STRING, floats, read_columns, text
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_loaded
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_bool,
    check_int,
    frame_facts,
    given_ids,
    is_null,
    is_uuid,
    require_columns,
)
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.progress import calculating
from trackagoat_pandas.tables import CAMPAIGNS, VIDEOS

HEAVIEST: Final = 0.6
"""A donor with more of the weight decides alone what would have been without the campaign."""
_NO_CREATORS: Final = "it lists no creators"
_EFFECTS: Final = (
    "effect", "low", "high", "posts_effect", "views_per_post_effect", "least_without_one",
    "most_without_one",
)  # fmt: skip
_FEWEST_PAST: Final = 10
_TRIED: Final = (
    "At {calls} earlier dates, when there was no campaign, the interval of the same creators had "
    "0 in it {held} times"
)


@dataclass(frozen=True)
class LiftStudy:
    """A study, its first day, how many creators the campaign has, and its problems."""

    study: Study
    since: np.datetime64
    creators: int
    problem: str

    def day_of(self, week: int) -> np.datetime64:
        """Return the first day of a week of the study."""
        return self.since + np.timedelta64(7 * (week - self.study.weeks.before), "D")


@derived("videos")
def campaign_lift(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = (),
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
    backtest: bool = False,
) -> pd.DataFrame:
    """Estimate how many views a campaign added, against creators outside it.

    Its creators are compared with the others, before it and in it (difference in differences): how
    many more posts they made, and how many more views a post got than others' posts of the same
    week. Where the two can't be compared there is no effect, and ``refused`` says why.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of all creators of the program, the longer
        ago the better. Posts that don't count in the product's statistics are left out.
    members : str, list of str or DataFrame
        The creators who got it: ids, a Series of ids, or a frame of creators. With `campaigns`
        also the id or name of one campaign, or of several, with the creators of all campaigns in
        them.
    since : str or date
        The campaign's first day.
    until : str or date, optional
        Its last day; by default the last day whose posts are old enough.
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`. Then creators of other campaigns that were made, or
        were due, in the time that is compared aren't compared with; nor are posts that the campaign
        lists itself, of creators who aren't members.
    exclude : list of str, optional
        Ids of further creators not to compare with.
    age_days : int, default 7
        How old posts must be, in days, for their views to count. Views are those of now, compared
        within weeks of posting, and so at the same age.
    level : float, default 0.9
        The chance that the interval holds the true effect, from 0.5 to 0.99.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.
    backtest : bool, default False
        Whether to find out how often an effect is seen at earlier dates, when there was none. With
        fewer than 10 such dates that isn't known.

    Returns
    -------
    pandas.DataFrame
        One row: ``effect``, ``low`` and ``high`` (Float64, percent: how many more views its
        creators got than without it), ``p`` (Float64: how often random creators' views differ as
        much), ``posts_effect`` and ``views_per_post_effect`` (Float64, percent: the effect is both
        together), ``smallest_visible`` (Float64, percent: the effect that is seen at p < 0.05 in 4
        of 5 such campaigns), ``least_without_one`` and ``most_without_one`` (Float64, percent: the
        effect without one of the other creators at a time), ``members`` and ``donors`` (Int64: the
        creators who got it, and the others, who posted before and in it), ``weeks_before`` (Int64),
        ``weeks`` (Float64: how long it is) and ``refused`` (str: why ``effect``, its interval and
        ``p`` are NA).

        ``attrs["trackagoat"]["note"]`` says what was found, from the interval alone.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    lift_weeks : Compare week by week.
    lift_placebos : Compare with campaigns that never were.
    plots.lift : Draw the weeks.
    visible_effects : See which effect could be seen.
    plan_campaign : Draw who gets a campaign.

    Notes
    -----
    Logs of views are taken, so that a single hit doesn't decide; of each post the mean of its
    creator and that of all posts of its week are subtracted. Creators with more posts weigh more,
    but hardly more where levels drift. Posts a week are compared in logs, too.

    p is that of a placebo test: 1,999 random groups of as many creators (Abadie, Diamond &
    Hainmueller, "Synthetic control methods for comparative case studies", Journal of the American
    Statistical Association 105, 2010). The interval inverts the test (Firpo & Possebom, "Synthetic
    control method: inference, sensitivity analysis and confidence sets", Journal of Causal
    Inference 6, 2018), so that ``p < 1 - level`` if and only if 0 isn't in it.

    It is refused with fewer than 19 other creators, fewer than 8 weeks before it or fewer than 4
    times its own, and if its creators differed from the others in its last weeks before it by over
    twice what random groups do: creators who were chosen because they had a good month would seem
    to lose by the campaign. Weeks before it count from when half of the creators had begun to post,
    at most 52.

    On 400 simulated programs each of 72 creators with 5 posts a week, 24 of them in a campaign of
    8 weeks after 40, an effect is seen (p < 0.05) in 5 to 6 % of those without one. Campaigns of
    creators who had a hot or cold month are refused. +20 % is seen in 98 %, and in 82 % if posts
    come at random times rather than on a schedule; the 90 % interval holds it in 88 to 91 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    >>> lift = tgp.campaign_lift(videos, members="Everyday Goat", campaigns=campaigns,
    ...                          since="2026-05-05")
    >>> lift["refused"].item()
    'it takes 19 creators outside it, and there are 2'
    """
    check_bool("backtest", backtest)
    level = check_between("level", level, 0.5, 0.99, ends=True)
    given = read_study(
        videos, members, since, until, campaigns, exclude, age_days, now=now, timezone=timezone
    )
    study = given.study
    lift = study.lift()
    refused = given.problem or study.refusal(lift)
    logs, p = dict.fromkeys(_EFFECTS, np.nan), np.nan
    if not refused:
        test, without = lift.test(), lift.without_each_donor()
        p = test.p
        views, posts = (float(each[0]) for each in lift.effects(lift.is_member[None]))
        ends = (*test.interval(level), posts, views, without.min(), without.max())
        logs = dict(zip(_EFFECTS, (test.effect, *ends), strict=True))
    logs["smallest_visible"] = lift.smallest_visible()
    columns: dict[str, object] = {name: percents(np.array([value])) for name, value in logs.items()}
    columns |= {
        "p": floats(np.array([p])),
        "members": pd.array([lift.sizes[0]], dtype="Int64"),
        "donors": pd.array([lift.sizes[1]], dtype="Int64"),
        "weeks_before": pd.array([study.weeks.before], dtype="Int64"),
        "weeks": floats(np.array([study.weeks.length])),
        "refused": pd.array([refused or None], dtype=STRING),
    }
    table = pd.DataFrame(columns)
    note = _finding(table.iloc[0], level, given.creators)
    if (heaviest := lift.largest_weight()) > HEAVIEST:
        note += f". One of the other creators has {100 * heaviest:.0f} % of their weight"
    table.attrs["trackagoat"] = {
        **frame_facts(table),
        "note": note,
        "level": level,
        "heaviest": heaviest,
    }
    if backtest:
        table = with_record(table, _record(study, level), note=note)
    return table


def percents(logs: Floats) -> pd.api.extensions.ExtensionArray | Floats:
    """Return effects in percent, given in logs."""
    return floats(100.0 * np.expm1(logs))


def read_study(
    videos: pd.DataFrame,
    members: object,
    since: DateLike,
    until: DateLike | None,
    campaigns: pd.DataFrame | None,
    exclude: object,
    age_days: int,
    *,
    now: InstantLike | None,
    timezone: str | None,
) -> LiftStudy:
    """Read the arguments of :func:`campaign_lift`."""
    check_int("age_days", age_days, minimum=0, maximum=90)
    require_columns(videos, [*NEEDED], loader=VIDEOS.loader)
    zone = known_zone(timezone, [videos])
    first = _day("since", since)
    read_at = moment_loaded(now, videos)
    old_enough = np.datetime64(last_started_day(read_at, zone) - age_days - 1, "D")
    last = old_enough if until is None else _day("until", until)
    if until is not None and last < first:
        raise ArgumentError("until", until, f"it must be {first} or later: it is the last day")
    problem = ""
    if last - first < np.timedelta64(6, "D"):
        problem = "less than a week of it"
        problem += "" if until is not None else f" has posts of {age_days} days and more"
    # A week at least, so that weeks and creators can be counted although the effect is refused.
    last = max(last, first + np.timedelta64(6, "D"))
    chosen = read_members(members, campaigns)
    posts = read_posts(videos, read_at)
    is_theirs = posts["creator_id"].isin(chosen.creators).to_numpy(bool)
    if not problem and not is_theirs.any():
        is_listing = chosen.creators or not chosen.campaigns
        problem = "none of its creators has a post in `videos`" if is_listing else _NO_CREATORS
    left_out = posts["creator_id"].isin(read_ids("exclude", exclude))
    left_out |= posts["id"].isin(chosen.videos)
    posts = posts[is_theirs | ~left_out.to_numpy(bool)]

    def weeks_now() -> Weeks:
        return weeks_of(
            posts, since=first, until=last, read_at=read_at, age_days=age_days, zone=zone
        )

    # Counted twice: how many weeks there are before says which other campaigns matter, and without
    # their creators there may be fewer.
    weeks = weeks_now()
    if campaigns is not None:
        begin = first - np.timedelta64(7 * weeks.before, "D")
        others = _members_elsewhere(campaigns, chosen, (begin, last), zone)
        posts = posts[~posts["creator_id"].isin(others - chosen.creators)]
        weeks = weeks_now()
    is_member = pd.Series(weeks.creators, dtype=STRING).isin(chosen.creators).to_numpy(bool)
    return LiftStudy(Study(weeks, is_member), first, len(chosen.creators), problem)


def _day(argument: str, given: DateLike) -> np.datetime64:
    return np.datetime64(parse_day(given, argument), "D")


def read_ids(argument: str, given: object) -> frozenset[str]:
    """Read ids of creators: one, several, or a frame of creators."""
    ids = [*given_ids(argument, given, "creator")]
    for one in ids:
        if is_null(one):
            raise ArgumentError(argument, one, "an id can't be null")
        if isinstance(one, bool) or not isinstance(one, str | int | np.integer):
            raise ArgumentTypeError(argument, one, "an id, several ids, or a frame of creators")
    return frozenset(map(str, ids))


def read_members(members: object, campaigns: pd.DataFrame | None) -> Members:
    """Read the creators who got a campaign: ids, or with a frame of campaigns, campaigns' names."""
    nothing = frozenset[str]()
    if campaigns is None:
        return Members(read_ids("members", members), nothing, nothing)
    require_columns(campaigns, ["id", "items"], loader=CAMPAIGNS.loader)
    ids = {*text(campaigns["id"]).dropna()}
    if isinstance(members, pd.DataFrame) and "items" not in members.columns:
        return Members(read_ids("members", members), nothing, nothing)
    given = [*given_ids("members", members, None)]
    if given and all(isinstance(one, str) and is_uuid(one) and one not in ids for one in given):
        return Members(read_ids("members", given), nothing, nothing)
    return members_of(campaigns, given)


def _members_elsewhere(
    campaigns: pd.DataFrame, chosen: Members, span: tuple[np.datetime64, np.datetime64], zone: str
) -> frozenset[str]:
    """Return the creators of other campaigns that were made, or were due, in some days."""
    read = read_columns(campaigns, CAMPAIGNS, ("id",), optional=("created_at", "target_at"))
    is_then = np.zeros(len(read), np.bool_)
    for name in ("created_at", "target_at"):
        days = days_shown(read[name].to_numpy("datetime64[us]"), zone)
        is_then |= (span[0] <= days) & (days <= span[1])
    # Nobody knows when it was made.
    is_then |= read["created_at"].isna().to_numpy(bool)
    others = read["id"][is_then & ~read["id"].isin(chosen.campaigns).to_numpy(bool)].dropna()
    return members_of(campaigns, others).creators if len(others) else frozenset()


def _record(study: Study, level: float) -> Record:
    """Say how often the interval of the same creators had 0 in it at earlier dates."""
    past, held = earlier(study), 0
    if len(past) < _FEWEST_PAST:
        return Record(0, 0, f"fewer than {_FEWEST_PAST} earlier dates to try it at")
    with calculating("earlier dates", len(past)) as step:
        for _, lift in past:
            low, high = lift.test().interval(level)
            held += low <= 0.0 <= high
            step()
    return Record(len(past), held, said=_TRIED)


def earlier(study: Study) -> list[tuple[int, Lift]]:
    """Return the weeks at which the campaign might have begun earlier, and its lift there."""
    weeks = ceil(study.weeks.length)
    latest = study.weeks.before - weeks
    lifts = [(day, study.lift(day, day + weeks)) for day in range(latest, FEWEST_WEEKS - 1, -1)]
    return [(day, lift) for day, lift in lifts if lift.has_groups]


def _finding(row: pd.Series, level: float, creators: int) -> str:
    """Say in a sentence what the interval says."""
    known = "" if pd.isna(row["smallest_visible"]) else f"{row['smallest_visible']:.0f} %"
    left_out = creators - int(row["members"])
    without = f"; {left_out:,} of its creators didn't post both before and in it"
    if pd.notna(row["refused"]):
        why = f"What the campaign added can't be known: {row['refused']}"
        return f"{why}. An effect below {known} would often be missed" if known else why
    said = effect_found(float(row["low"]), float(row["high"]), level, known)
    return said + (without if left_out > 0 else "")


def effect_found(low: float, high: float, level: float, visible: str = "") -> str:
    """Say in a sentence what an interval, in percent, says; and that "13 %" is often seen."""
    interval = f"({100 * level:.3g} % interval)"
    if low <= 0.0 <= high:
        span = with_minus(f"{low:+.0f} to {high:+.0f} %")
        said = f"No more than chance: {span} views {interval}"
    else:
        nearer, farther = sorted([abs(low), abs(high)])
        span = f"{nearer:.0f} to {farther:.0f} % {'more' if low > 0.0 else 'fewer'} views"
        said = f"The campaign's creators got {span} than without it {interval}"
    return f"{said}. {visible} more is seen in 4 of 5 such campaigns" if visible else said
