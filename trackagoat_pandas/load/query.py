"""The parameters of /analytics, and the comparison of responses with them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, get_args
from zoneinfo import ZoneInfo

import numpy as np

from trackagoat_pandas.base.secrets import redact_quoted
from trackagoat_pandas.base.types import Days, Entity, Granularity, Json, Metric, Mode
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    ArgumentError,
    ContractWarning,
    MismatchedResponseError,
    MissingArgumentError,
    UnreadableResponseError,
    brief,
    listing,
)
from trackagoat_pandas.frames.series import Key, SeriesRead
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.series import next_bucket
from trackagoat_pandas.inputs.checks import check_choice, check_timezone
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.tables.analytics import NOT_OF_A_VIDEO, RAW_METRICS

PATH = "/analytics"
_SYNONYMS: Final = {"daily": "day", "weekly": "week", "monthly": "month"}
_BESIDE: Final = {"prior_period": "comparison_series", "breakdown": "breakdown_series"}
"""The kinds of series that are sent on request only, and their member of a response."""
_ASKED_WITH: Final = {"prior_period": "compare", "breakdown": "breakdown"}
"""The parameter that requests each of these kinds."""
_FEW: Final = 3
"""Days; the distances between fewer days show no pattern."""
_LONGEST_WORD: Final = 60
_WEEKDAYS: Final = (
    "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday",
)  # fmt: skip
"""By days since 1970 modulo 7; the calendar module's names depend on the machine's locale."""


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a call of /analytics, except ids and dates."""

    entity: Entity
    metrics: tuple[Metric, ...]
    granularity: Granularity
    mode: Mode
    compare: str | None = None
    breakdown: str | None = None
    base_metric: str | None = None
    tz: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether a store keeps such points."""
        others = {self.compare, self.breakdown, self.base_metric, self.tz}
        return (self.granularity, self.mode, others) == ("day", "new", {None})

    def params(self, metric: str, ids: str, span: DateRange | None) -> dict[str, str | None]:
        """Return the query parameters of one call."""
        return {
            "entity": self.entity,
            "entity_id": ids,
            "metric": metric,
            "mode": self.mode,
            "granularity": self.granularity,
            "compare": self.compare,
            "breakdown": self.breakdown,
            "base_metric": self.base_metric,
            "tz": self.tz,
            **(span.params if span else {}),
        }


_ENGAGEMENT: Final = (
    "only goals have it: load 'likes', 'comments', 'shares' and 'saves', whose sum it is, or a "
    "rate such as 'engagement_rate_by_views'"
)


def check_query(query: Query) -> Query:
    """Reject parameters that the API is documented to refuse, and return the query.

    Raises
    ------
    ArgumentError
        An argument, or a combination, is not allowed.
    """
    check_choice("entity", query.entity, get_args(Entity))
    if not query.metrics:
        raise MissingArgumentError("metrics", "name at least one, such as 'views'")
    for metric in query.metrics:
        if str(metric) == "engagement":
            raise ArgumentError("metrics", metric, _ENGAGEMENT)
        check_choice("metrics", metric, get_args(Metric))
        if query.entity == "video" and metric in NOT_OF_A_VIDEO:
            raise ArgumentError("metrics", metric, "a video has no such metric")
    check_choice("granularity", query.granularity, get_args(Granularity))
    check_choice("mode", query.mode, get_args(Mode))
    if query.compare is not None:
        check_choice("compare", query.compare, ["prior_period"])
    if query.breakdown is not None:
        check_choice("breakdown", query.breakdown, ["video"])
        if query.entity != "campaign":
            raise ArgumentError("breakdown", query.breakdown, "only a campaign has a breakdown")
    _check_base_metric(query)
    if query.tz is not None:
        check_timezone("timezone", query.tz)
    return query


def _check_base_metric(query: Query) -> None:
    if "growth_rate_pop" in query.metrics:
        check_choice("base_metric", query.base_metric, RAW_METRICS)
    elif query.base_metric is not None:
        raise ArgumentError("base_metric", query.base_metric, "only growth_rate_pop has one")


Records = list[dict[str, Any]]


class SeriesRequest(NamedTuple):
    """The entities, metric and dates of one request."""

    query: Query
    entity_ids: tuple[str, ...]
    metric: Metric
    span: DateRange | None


@dataclass(slots=True)
class Discrepancies:
    """How responses differ from their requests, where that is no error.

    ``outside`` holds the days of dropped points, ``unasked`` counts the dropped points of each kind
    of series that wasn't requested, ``missing`` holds the entities without a kind that was, and
    ``unverified`` a sentence for each parameter that the server may have read differently.
    """

    outside: list[str] = field(default_factory=list)
    unasked: Counter[str] = field(default_factory=Counter)
    missing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unverified: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, several: Iterable[Discrepancies]) -> Discrepancies:
        """Return the doubts of several responses as one."""
        whole = cls()
        for each in several:
            whole.add(each)
        return whole

    def __bool__(self) -> bool:
        return bool(self.outside or self.unasked or self.missing or self.unverified)

    def add(self, other: Discrepancies) -> None:
        """Add the doubts of another response."""
        self.outside += other.outside
        self.unasked += other.unasked
        for kind, ids in other.missing.items():
            self.missing[kind] |= ids
        self.unverified |= other.unverified

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts for `add_facts`: counts and names, by parameter."""
        dropped = {"dates": len(self.outside)} if self.outside else {}
        dropped |= {_ASKED_WITH[kind]: count for kind, count in self.unasked.items()}
        complete = False if self.missing else None
        return {"complete": complete, "dropped": dropped, "unverified": sorted(self.unverified)}

    def warn(self, span: DateRange | None, names: Mapping[str, str]) -> None:
        """Warn once of each kind; `names` maps ids to names."""
        if self.outside:
            days = f"{min(self.outside)}..{max(self.outside)}"
            _warn(
                f"the server sent {number(len(self.outside), 'point')} of {days}, outside the "
                f"dates {span}; they are left out."
            )
        for kind, count in self.unasked.items():
            _warn(
                f"the server sent {number(count, 'point')} of the series kind {kind!r}, which "
                "wasn't requested; they are left out."
            )
        for kind, ids in self.missing.items():
            # Names from the server: short, on one line and without a key.
            called = listing(
                [
                    " ".join(redact_quoted(names.get(id_, id_)).split())[:_LONGEST_WORD]
                    for id_ in sorted(ids)
                ],
                2,
            )
            _warn(
                f"`{_ASKED_WITH[kind]}` was given, but the server sent no {_BESIDE[kind]} for "
                f"{called}; the frame is incomplete."
            )
        for sentence in self.unverified.values():
            _warn(sentence)


def _warn(sentence: str) -> None:
    warn(f"analytics: {sentence}", ContractWarning)


def quoted(said: str) -> str:
    """Quote a word of the server for a message: short, on one line and without a key."""
    return brief(redact_quoted(said), _LONGEST_WORD)


def check_echo(data: Json, asked: SeriesRequest) -> dict[str, str]:
    """Compare the parameters that a response repeats with those of its request.

    Returns a sentence for each parameter that has an unknown value in the response.

    Raises
    ------
    MismatchedResponseError
        A parameter has another known value.
    """
    if not isinstance(data, dict):
        return {}
    query, unsure = asked.query, {}
    words = (
        ("entity", query.entity, get_args(Entity)),
        ("metric", asked.metric, get_args(Metric)),
        ("mode", query.mode, get_args(Mode)),
        ("granularity", query.granularity, get_args(Granularity)),
        ("base_metric", query.base_metric, get_args(Metric)),
    )
    for name, wanted, known in words:
        said = data.get(name)
        if not isinstance(said, str) or wanted is None:
            continue
        said = _SYNONYMS.get(said.strip().lower(), said.strip().lower())
        if said != wanted and said in known:
            _refuse(f"{name} {said!r} instead of {wanted!r}")
        if said != wanted:
            unsure[name] = (
                f"the response has {name} {quoted(said)}, an unknown word, instead of {wanted!r}; "
                "check that the values are what you requested."
            )
    said = data.get("entity_id")
    # Without "series" the response is one itself, and `check_series` compares its id.
    if "series" in data and isinstance(said, str) and said:
        owners = {id_.strip().lower() for id_ in said.split(",")}
        if owners.isdisjoint(asked.entity_ids):
            _refuse(f"entity_id {quoted(said)} instead of {asked.entity_ids[0]!r}")
    if sentence := _doubt_of_zone(data.get("timezone"), asked):
        unsure["tz"] = sentence
    return unsure


def _doubt_of_zone(said: Json, asked: SeriesRequest) -> str | None:
    """Refuse another time zone than the requested one; return a sentence if it is unknown."""
    wanted = asked.query.tz
    if wanted is None or not isinstance(said, str) or said == wanted:
        return None
    try:
        other = ZoneInfo(said)
    except (KeyError, ValueError, OSError):
        return f"the response has tz {quoted(said)}, an unknown time zone, instead of {wanted!r}."
    today = dt.datetime.now(dt.UTC).date()
    # Without dates, more than a year: the clocks of some zones differ only in summer.
    span = asked.span or DateRange(today - dt.timedelta(days=400), today)
    zone = ZoneInfo(wanted)
    for day in range(span.first.toordinal(), span.last.toordinal() + 1):
        at = dt.datetime.combine(dt.date.fromordinal(day), dt.time(12))
        # A zone may have several names, so the offsets are compared.
        if zone.utcoffset(at) != other.utcoffset(at):
            _refuse(f"tz {said!r} instead of {wanted!r}")
    return None


def check_series(
    read: SeriesRead, data: Json, asked: SeriesRequest
) -> tuple[Records, Discrepancies]:
    """Filter to the requested points; also report extra and missing series.

    Raises
    ------
    UnreadableResponseError
        A requested entity has no series, or an entity that wasn't requested has one.
    MismatchedResponseError
        The buckets have another length, or no point is of the requested days.
    """
    doubts, query = Discrepancies(), asked.query
    owners = {parent or id_ for _, parent, id_ in read.keys}
    if not owners <= set(asked.entity_ids):
        problem = "the response has series of entities that weren't requested"
        raise UnreadableResponseError(PATH, 200, problem)
    answered = {id_ for kind, _, id_ in read.keys if kind == "main"}
    if left := [id_ for id_ in asked.entity_ids if id_ not in answered]:
        problem = f"the response has no series of the {query.entity} {listing(left, 2)}"
        raise UnreadableResponseError(PATH, 200, problem)
    by_key: dict[Key, Records] = {key: [] for key in read.keys}
    for record in read.records:
        by_key[record["series_kind"], record["parent_id"], record["entity_id"]].append(record)
    asked_kinds = {"prior_period": query.compare, "breakdown": query.breakdown}
    for key in [key for key in by_key if key[0] in asked_kinds and not asked_kinds[key[0]]]:
        doubts.unasked[key[0]] += len(by_key.pop(key))
    doubts.unasked = +doubts.unasked  # a Counter's + drops the series without a point
    _check_buckets(by_key, data, asked, doubts)
    kept = _within(by_key, asked, doubts)
    _look_for_missing(kept, data, asked, doubts)
    # By identity, so that the records stay in the order in which they were sent.
    stay = {id(record) for records in kept.values() for record in records}
    return [record for record in read.records if id(record) in stay], doubts


def _check_buckets(
    by_key: dict[Key, Records], data: Json, asked: SeriesRequest, doubts: Discrepancies
) -> None:
    """Compare the distances between buckets with the requested granularity."""
    granularity = asked.query.granularity
    is_said = isinstance(data, dict) and isinstance(data.get("granularity"), str)
    starts: set[np.datetime64] = set()
    for key, records in by_key.items():
        limits = _limits(key, asked)
        days = np.unique(_days_of(records))
        # If the range cuts the first week or month, its bucket may begin with the range.
        if days.size and granularity != "day" and (limits is None or days[0] == limits[0]):
            days = days[1:]
        starts.update(days)
        has_other_length = {
            "day": False,
            "week": len(_weekdays(days)) > 1,
            "month": not _are_months(days),
        }[granularity]
        if has_other_length:
            _refuse(f"buckets of {listing(days, 2)}, which are no whole {granularity}s")
    days = np.array(list(starts), "datetime64[D]")
    weekdays = _weekdays(days)
    if granularity == "week" and weekdays and weekdays != {"Monday"}:
        doubts.unverified["granularity"] = (
            f"the server's weeks begin on {' and '.join(sorted(weekdays))}, not Monday."
        )
    if granularity == "day" and not is_said and len(days) >= _FEW:
        # A warning, not an error: the server may leave out days on which nothing happened.
        length = "weeks" if len(weekdays) == 1 else "months" if _are_months(days) else None
        if length:
            doubts.unverified["granularity"] = (
                f"the {len(days)} days in the response are as far apart as {length}, and may be "
                f"{length}."
            )


def _days_of(records: Records) -> Days:
    return np.array([record["date"] for record in records], "datetime64[D]")


def _weekdays(days: Days) -> set[str]:
    return {_WEEKDAYS[number] for number in days.astype(np.int64) % 7}


def _are_months(days: Days) -> bool:
    return bool((days == days.astype("datetime64[M]")).all())


def _within(
    by_key: dict[Key, Records], asked: SeriesRequest, doubts: Discrepancies
) -> dict[Key, Records]:
    """Keep the buckets that share a day with the requested range."""
    kept: dict[Key, Records] = {}
    for key, records in by_key.items():
        limits = _limits(key, asked)
        if limits is None:
            kept[key] = records
            continue
        days = _days_of(records)
        is_inside = (days <= limits[1]) & (next_bucket(days, asked.query.granularity) > limits[0])
        outside = days[~is_inside]
        if outside.size and key[0] == "main" and not is_inside.any():
            _refuse(f"the dates {outside.min()}..{outside.max()} instead of {asked.span}")
        doubts.outside += outside.astype(str).tolist()
        if is_inside.any() or not outside.size:
            kept[key] = [record for record, keep in zip(records, is_inside, strict=True) if keep]
    return kept


def _limits(key: Key, asked: SeriesRequest) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the days that a series may have: those of the range, or as many before it."""
    if asked.span is None:
        return None
    first, last = np.datetime64(asked.span.first), np.datetime64(asked.span.last)
    if key[0] == "prior_period":
        return first - (last - first) - ONE_DAY, first - ONE_DAY
    return first, last


def _look_for_missing(
    kept: dict[Key, Records], data: Json, asked: SeriesRequest, doubts: Discrepancies
) -> None:
    """Note entities without the comparison or the breakdown that was requested."""
    ids, query = set(asked.entity_ids), asked.query
    if query.compare and (left := ids - {key[2] for key in kept if key[0] == "prior_period"}):
        doubts.missing["prior_period"] |= left
    if query.breakdown and (left := ids - {key[1] for key in kept if key[0] == "breakdown"}):
        # A campaign without videos has no breakdown, but then it has no values either.
        has_values = any(r["value"] for key in kept if key[0] == "main" for r in kept[key])
        if has_values or not any(isinstance(part, list) for part in _parts(data)):
            doubts.missing["breakdown"] |= left


def _parts(data: Json) -> Iterator[Json]:
    """Yield the breakdown member of a response and of each series in it."""
    holders: Iterable[Json] = [data]
    if isinstance(data, dict) and isinstance(data.get("series"), list):
        holders = [data, *data["series"]]
    return (one.get(_BESIDE["breakdown"]) for one in holders if isinstance(one, dict))


def _refuse(problem: str) -> None:
    raise MismatchedResponseError(PATH, 200, f"the response has {problem}")
