"""How much of a month's pay came from creators' lasting levels, and how much from single hits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike, Floats, Ints
from trackagoat_pandas.base.wording import number, with_minus
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import NO_DAY, InstantLike, days_shown, month_starts
from trackagoat_pandas.helpers.columns import STRING, as_days, text, whole
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_of
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.luck.levels import SETTLED_DAYS, Levels, posts_in_logs
from trackagoat_pandas.helpers.payouts.ledger import earned_days, read_accruals
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.tables import PAYOUT_ACCRUALS

_BY_VIEWS: Final = ("views", "video_ids")
"""What the basis of an accrual has if it pays for views, or for each post with enough of them."""
_PARTS: Final = ("level_cents", "hits_cents", "other_cents")
_LEVELS: Final = 20
_BIN: Final = 0.05
"""The width of the bins in which luck is counted, in logs: a twentieth of the usual luck."""
_NO_BASIS: Final = "it isn't known what an accrual is for"
_NO_AMOUNT: Final = "an amount isn't known"
_NO_POST: Final = "no post of the period is known that is old enough"
_GROUP: Final = ["creator_id", "month", "currency"]
_SCENARIO: Final = ("creator_id", "currency", "then_cents", "change_cents")


@derived("accruals", "videos")
def payout_luck(
    accruals: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    scenario: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    age_days: int = SETTLED_DAYS,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Split what creators earned in each month into level and luck, before a rule is changed.

    Those who are paid most by views in a month were mostly lucky, too. This says what the posts of
    a period would have earned on average, at the creator's lasting level; the rest came from single
    hits, or is missing where posts did worse than usual.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Voided ones don't count. What an accrual pays
        for is read from its ``basis``; goals count as pay that isn't by views.
    videos : DataFrame
        The frame of :func:`load_videos`, with as long a past as there is: it shows the levels.
    scenario : DataFrame, optional
        The frame of :func:`what_if` by creator, for the same month: what each creator would earn
        under other rules. The note then says how much of the change goes to creators whose pay was
        raised by hits.
    dates : str, tuple or DateRange, optional
        Which periods: those whose last day is in it, as for :func:`what_if`; by default all.
    age_days : int, default 7
        Younger posts aren't compared, since their counts still grow.
    now : str or datetime, optional
        The instant at which the counts were read; by default when `videos` were loaded, by the
        server's clock.
    timezone : str, optional
        IANA name of the organization's time zone, for the days of posts; by default from a frame.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator, month (in which a period ends) and currency, by month, and the
        most from hits first: ``tiktok_handle`` where a frame knows it, ``month`` (its first day),
        ``currency``, ``posts`` (Int64: those of the periods that pay by views), ``earned_cents``
        (Int64), ``level_cents`` (Int64: what such posts earn on average at the creator's level),
        ``hits_cents`` (Int64: the rest of the pay by views; negative where posts did worse),
        ``other_cents`` (Int64: retainers, goals and adjustments), ``then_cents`` and
        ``change_cents`` (Int64, of the scenario), ``reason`` (str: why level and hits are NA) and
        ``creator_id``. Level, hits and others sum to what was earned, to the cent.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        No time zone is known, an argument has a value that isn't allowed, or with a scenario, the
        accruals are of several months, or it has several rows of one creator.

    Warns
    -----
    ContractWarning
        Accruals have an unknown status, or it isn't known of posts whether they count.

    See Also
    --------
    reliability : See how much is skill and how much luck.
    what_if : See what other rules would pay.
    rank_creators : Rank creators, with the luck in each rank.

    Notes
    -----
    Levels are those of :func:`rank_creators`, and a post at a level earns on average what the luck
    of all posts of the program makes of it, at the creator's own spread. Pay by views is split by
    the posts of its period; views that older posts still got are taken to be split alike. A cap
    cuts off hits first. Pay for posts with enough views is split by how many posts at the level
    would have had as many. A month in which a creator earned nothing has no row.

    In simulated programs of 300 creators, what the level would have earned is off by 11, 17 and
    30 % at luck of 0.5, 0.9 and 1.6 in logs, where the pay itself is off by 18, 31 and 63 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Summer Launch")
    ...     videos = tgp.load_videos("Summer Launch")
    ...     rules = tgp.load_payout_structures("Summer Launch").query("kind == 'cpm'")
    ...     assignments = tgp.load_payout_assignments(rules)
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> luck = tgp.payout_luck(accruals, videos, dates="2026-05")
    >>> columns = ["earned_cents", "level_cents", "hits_cents", "other_cents"]
    >>> print(luck[columns].head(1).to_string(index=False))
     earned_cents  level_cents  hits_cents  other_cents
            20000         7291       12709            0

    Who would get twice as much for 1,000 views:

    >>> doubled = tgp.what_if(rules, assignments, {"CPM": {"cpm_cents": "+100%"}},
    ...                       dates="2026-05", videos=videos, analytics=views)
    >>> luck = tgp.payout_luck(accruals, videos, dates="2026-05", scenario=doubled)
    >>> luck.attrs["trackagoat"]["note"].partition(". ")[2]
    'Of a change of $69.56, $0.00 would go to those whom hits helped'
    """
    require_columns(accruals, ["basis"], loader=PAYOUT_ACCRUALS.loader)
    zone = known_zone(timezone, [accruals, videos])
    posts, _ = posts_in_logs(videos, metric="view_count", age_days=age_days, now=now)
    rows = read_accruals(accruals, currency)
    days = earned_days(rows, zone)
    if dates is not None:
        today = moment_of(now, [accruals, videos]).tz_convert(zone).date()
        span = DateRange.parse(dates, today=today)
        first, stop = (np.datetime64(end, "D").astype(np.int64) for end in (span.start, span.stop))
        rows, days = _chosen(rows, days, (days >= first) & (days < stop))
    rows, days = _chosen(rows, days, rows["is_standing"].to_numpy(bool) & (days != NO_DAY))
    rows["month"] = month_starts(days)
    parts = _split(rows, _Usual.of(posts, zone))
    table = _sum_parts(rows.join(parts))
    if scenario is not None:
        table = _with_scenario(table, scenario)
    note = _finding(table)
    table["month"] = as_days(table["month"].to_numpy(np.int64))
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note}
    return table


def _chosen(rows: pd.DataFrame, days: Ints, is_chosen: Any) -> tuple[pd.DataFrame, Ints]:
    return rows[is_chosen].reset_index(drop=True), days[is_chosen]


@dataclass(frozen=True)
class _Usual:
    """What posts at their creators' levels get, on average and how often how much.

    ``owners`` are the ids of creators, in order, and ``starts`` where the posts of each begin.
    ``day`` (int64, the local one), ``views`` and ``by_age`` have a value for each post, by creator
    and time. ``luck`` and ``often`` are the luck of posts, in logs at the usual spread, and how
    often it is. ``spread`` and ``levels`` have a column for each creator: how far its luck goes,
    against the usual, and twenty equally likely levels, in logs.
    """

    owners: dict[str, int]
    starts: Ints
    day: Ints
    views: Floats
    by_age: Floats
    luck: Floats
    often: Floats
    spread: Floats
    levels: Floats
    reason: str

    @classmethod
    def of(cls, posts: pd.DataFrame, zone: str) -> _Usual:
        """Read posts as :func:`posts_in_logs` returns them."""
        levels = Levels.of(posts)
        day = days_shown(posts["posted_at"].to_numpy("datetime64[us]"), zone).astype(np.int64)
        owner, names = posts["creator"].to_numpy(np.int64), posts["creator_id"].drop_duplicates()
        views, by_age = posts["count"].to_numpy(np.float64), posts["by_age"].to_numpy()
        starts = np.searchsorted(owner, np.arange(len(names) + 1))
        places = {name: place for place, name in enumerate(names)}
        seen = (places, starts, day, views, by_age)
        if levels.reason:
            nothing = np.empty(0)
            return cls(*seen, nothing, nothing, nothing, nothing, levels.reason)
        draws, _ = levels.draws(np.random.default_rng(0))
        likely = np.quantile(draws, (np.arange(_LEVELS) + 0.5) / _LEVELS, axis=0)
        spread, several = levels.steady**-0.5, levels.number[owner] > 1
        owner = owner[several]
        # The mean of a creator's few posts is nearer to each of them than the level is.
        nearer = np.sqrt(1.0 - 1.0 / levels.number[owner])
        away = (posts["log"].to_numpy()[several] - levels.mean[owner]) / nearer / spread[owner]
        bins = np.floor(away / _BIN + 0.5).astype(np.int64)
        often = np.bincount(bins - bins.min())
        luck = _BIN * (np.arange(len(often)) + bins.min())
        return cls(*seen, luck, often / often.sum(), spread, likely, "")

    def posts_of(self, creator_id: str, first: int, last: int) -> tuple[int, Ints]:
        """Return a creator's number, and the places of its posts of some days."""
        creator = self.owners.get(creator_id, -1)
        if creator < 0:
            return creator, np.empty(0, np.int64)
        start, stop = self.starts[creator : creator + 2]
        begin, end = np.searchsorted(self.day[start:stop], [first, last + 1])
        return creator, np.arange(start + begin, start + end)

    def mean_views(self, creator: int, own: Ints) -> float:
        """Return how many views some posts at a creator's level have on average, together."""
        lucky = float(self.often @ np.exp(self.spread[creator] * self.luck))
        middle = float(np.exp(self.levels[:, creator]).mean())
        views = middle * lucky * np.exp(self.by_age[own]) - 1.0
        return float(np.maximum(views, 0.0).sum())

    def posts_with(self, threshold: float, creator: int, own: Ints) -> float:
        """Return how many of some posts at a creator's level have as many views on average."""
        needed = np.log1p(threshold) - self.by_age[own][:, None] - self.levels[:, creator]
        above = np.append(np.cumsum(self.often[::-1])[::-1], 0.0)
        places = np.searchsorted(self.luck, needed / self.spread[creator])
        return float(above[places].mean(axis=1).sum())


def _split(rows: pd.DataFrame, usual: _Usual) -> pd.DataFrame:
    """Return how much of each accrual is by level, by hits and not by views, or why not."""
    nothing = np.empty(0, np.int64)
    parts: list[tuple[Any, ...]] = []
    for one in rows.to_dict("records"):
        what, cents = _read(one.get("basis")), int(one["cents"])
        creator, own = usual.posts_of(one["creator_id"], one["first"], one["last"])
        if not one["has_amount"]:
            parts.append((None, None, 0, nothing, _NO_AMOUNT))
        elif one["kind"] == "adjustment" or (what and what.keys().isdisjoint(_BY_VIEWS)):
            parts.append((0, 0, cents, nothing, None))
        elif reason := _unknown(what, usual, own):
            parts.append((None, None, 0, own, reason))
        else:
            level = _level_cents(what, cents, usual, creator, own)
            parts.append((level, cents - level, 0, own, None))
    split = pd.DataFrame(parts, rows.index, [*_PARTS, "post", "reason"], dtype=object)
    return split.astype(dict.fromkeys(_PARTS, "Int64") | {"reason": STRING})


def _read(basis: object) -> dict[str, Any]:
    """Read what an accrual is for; empty if it isn't known."""
    try:
        read = json.loads(basis) if isinstance(basis, str) else None
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _unknown(what: dict[str, Any], usual: _Usual, own: Ints) -> str:
    """Say why the pay for a period's posts can't be split; "" if it can."""
    if not what or (_BY_VIEWS[1] in what and not _paid_posts(what)):
        return _NO_BASIS
    if not usual.views[own].any():
        return _NO_POST
    return usual.reason


def _paid_posts(what: dict[str, Any]) -> int:
    """Return how many posts an accrual pays for; 0 if that, or from how many views, isn't known."""
    ids, threshold = what.get(_BY_VIEWS[1]), what.get("threshold_views")
    return len(ids) if isinstance(ids, list) and isinstance(threshold, int | float) else 0


def _level_cents(what: dict[str, Any], cents: int, usual: _Usual, creator: int, own: Ints) -> int:
    """Return what a period's posts earn on average at their creator's level, in whole cents."""
    if _BY_VIEWS[1] in what:
        often = usual.posts_with(what["threshold_views"], creator, own)
        return int(cents / _paid_posts(what) * often + 0.5)
    uncapped = what.get("uncapped_cents")
    uncapped = uncapped if isinstance(uncapped, int) else cents
    level = int(uncapped * usual.mean_views(creator, own) / usual.views[own].sum() + 0.5)
    # A cap that was reached would have held back the pay of the level as well.
    return min(level, cents) if uncapped > cents else level


def _sum_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum the parts by creator, month and currency; what isn't known of one isn't of the sum."""
    groups = rows.groupby(_GROUP, dropna=False)
    known = groups[["cents", "other_cents"]].sum().astype("Int64")
    known["posts"] = pd.array(_posts_by_group(rows["post"], groups.ngroup()), dtype="Int64")
    is_unknown = groups["reason"].count() > 0
    for name in ("level_cents", "hits_cents"):
        known[name] = groups[name].sum().astype("Int64").mask(is_unknown)
    known["reason"] = groups["reason"].first().astype(STRING)
    table = known.reset_index().rename(columns={"cents": "earned_cents"})
    order = ["month", "currency", "hits_cents", "earned_cents", "creator_id"]
    return table.sort_values(order, ascending=[True, True, False, False, True], ignore_index=True)


def _posts_by_group(posts: pd.Series, groups: pd.Series) -> Ints:
    """Count the posts of each group, once where two rules pay for the same ones."""
    numbers = groups.to_numpy(np.int64)
    if not len(numbers):
        return numbers
    flat = np.concatenate([*posts])
    repeated, most = np.repeat(numbers, posts.map(len)), int(flat.max(initial=0)) + 1
    pairs = np.unique(repeated * most + flat)
    counts: Ints = np.bincount(pairs // most, minlength=int(numbers.max()) + 1)
    return counts


def _with_scenario(table: pd.DataFrame, scenario: pd.DataFrame) -> pd.DataFrame:
    """Add what creators would earn under other rules, and how much that changes."""
    require_columns(scenario, [*_SCENARIO], loader="what_if")
    if len(table["month"].unique()) > 1:
        problem = "the accruals are of several months; choose that of the scenario by `dates`"
        raise ArgumentError("scenario", scenario, problem=problem)
    other = pd.DataFrame({name: text(scenario[name]) for name in _SCENARIO[:2]})
    for name in _SCENARIO[2:]:
        other[name] = whole(scenario[name])
    if other.duplicated([*_SCENARIO[:2]]).any():
        problem = "it has several rows of a creator; make it with by='creator'"
        raise ArgumentError("scenario", scenario, problem=problem)
    return table.merge(other, "left", on=[*_SCENARIO[:2]])


def _finding(table: pd.DataFrame) -> str:
    """Say what level and hits made of the pay by views, in each currency."""
    known = table[table["reason"].isna()]
    if not (known["level_cents"].any() or known["hits_cents"].any()):
        if len(known) == len(table) > 0:
            return "None of the pay is by views, so none of it is luck of posts"
        why = table["reason"].dropna().unique()
        return f"How much of the pay was luck isn't known{f': {why[0]}' if len(why) == 1 else ''}"
    said = [_of_currency(rows, str(name)) for name, rows in known.groupby("currency")]
    if unknown := len(table) - len(known):
        said.append(f"of {number(unknown, 'row')} it isn't known")
    return "; ".join(said)


def _of_currency(rows: pd.DataFrame, currency: str) -> str:
    hits = rows["hits_cents"]
    sums = {
        "level": rows["level_cents"].sum(),
        "more": hits.clip(lower=0).sum(),
        "less": -hits.clip(upper=0).sum(),
        "views": (rows["level_cents"] + hits).sum(),
    }
    money = {name: format_cents(int(cents), currency) for name, cents in sums.items()}
    said = (
        f"Of {money['views']} by views, creators' levels would have earned {money['level']}: "
        f"hits added {money['more']}, and posts that did worse took {money['less']}"
    )
    if "change_cents" not in rows or not (change := int(rows["change_cents"].sum())):
        return said
    lucky = int(rows.loc[hits > 0, "change_cents"].sum())
    change_text, lucky_text = (with_minus(format_cents(each, currency)) for each in (change, lucky))
    return f"{said}. Of a change of {change_text}, {lucky_text} would go to those whom hits helped"
