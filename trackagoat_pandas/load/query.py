"""What a load of analytics asks for, and whether a response answers it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, get_args
from zoneinfo import ZoneInfo

from trackagoat_pandas._secrets import redact_quoted
from trackagoat_pandas._types import Entity, Granularity, Json, Metric, Mode
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import check_choice, check_timezone
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ArgumentError,
    ContractWarning,
    MismatchedResponseError,
    UnreadableResponseError,
    brief,
    listing,
)
from trackagoat_pandas.frames.series import Key, SeriesRead
from trackagoat_pandas.tables.analytics import NOT_OF_A_VIDEO, RAW_METRICS

PATH = "/analytics"


@dataclass(frozen=True, slots=True)
class Query:
    """All parameters of a call of /analytics but ids and dates."""

    entity: Entity
    metrics: tuple[Metric, ...]
    granularity: Granularity
    mode: Mode
    compare: str | None = None
    breakdown: str | None = None
    base_metric: str | None = None
    tz: str | None = None

    def params(self, metric: str, ids: str, span: DateRange | None) -> dict[str, str | None]:
        """The query parameters of one call."""
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


def check_query(query: Query) -> Query:
    """Refuse what the API is documented to refuse.

    Raises
    ------
    ArgumentError
        An argument, or a combination, is not allowed.
    """
    check_choice("entity", query.entity, get_args(Entity))
    if not query.metrics:
        raise ArgumentError("metrics", [], "name at least one")
    for metric in query.metrics:
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
        check_timezone("tz", query.tz)
    return query


def _check_base_metric(query: Query) -> None:
    if "growth_rate_pop" in query.metrics:
        check_choice("base_metric", query.base_metric, RAW_METRICS)
    elif query.base_metric is not None:
        raise ArgumentError("base_metric", query.base_metric, "only growth_rate_pop has one")


_SYNONYMS: Final = {"daily": "day", "weekly": "week", "monthly": "month"}
_BESIDE: Final = {"prior_period": "comparison_series", "breakdown": "breakdown_series"}
"""The kinds of series that come only when asked for, and where they stand in a response."""
_ASKED_WITH: Final = {"prior_period": "compare", "breakdown": "breakdown"}
_FEW: Final = 3
"""Fewer days than this are no pattern yet."""
_LONGEST_WORD: Final = 60
_WEEKDAYS: Final = (
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
)  # fmt: skip
"""By a day's ordinal modulo 7; the calendar module's names are the machine's language."""

Records = list[dict[str, Any]]


class Question(NamedTuple):
    """What one request asks for."""

    query: Query
    entity_ids: tuple[str, ...]
    metric: Metric
    span: DateRange | None


class _Days(NamedTuple):
    """Days as ordinals, both included."""

    first: int
    last: int


@dataclass(slots=True)
class Doubts:
    """What responses left open, or gave beyond what was asked, over a whole load.

    ``outside`` holds the days of dropped points, ``unasked`` the dropped points of each kind,
    ``missing`` the entities without a series of a kind that was asked for, ``unverified`` a
    sentence for each parameter that the server may have read differently.
    """

    outside: list[str] = field(default_factory=list)
    unasked: Counter[str] = field(default_factory=Counter)
    missing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unverified: dict[str, str] = field(default_factory=dict)

    def add(self, other: Doubts) -> None:
        """Take over another response's doubts."""
        self.outside += other.outside
        self.unasked += other.unasked
        for kind, ids in other.missing.items():
            self.missing[kind] |= ids
        self.unverified |= other.unverified

    @property
    def facts(self) -> dict[str, Any]:
        """What a frame's provenance says of them: counts and names by what was asked for."""
        dropped = {"dates": len(self.outside)} if self.outside else {}
        dropped |= {_ASKED_WITH[kind]: count for kind, count in self.unasked.items()}
        return {
            **({"complete": False} if self.missing else {}),
            **({"dropped": dropped} if dropped else {}),
            **({"unverified": sorted(self.unverified)} if self.unverified else {}),
        }

    def warn(self, span: DateRange | None, names: Mapping[str, str]) -> None:
        """Warn once of each; `names` gives what an id is called."""
        if self.outside:
            days = f"{min(self.outside)}..{max(self.outside)}"
            _warn(
                f"the server sent {_points(len(self.outside))} of {days}, outside the dates "
                f"{span or 'asked for'}; they are left out."
            )
        for kind, count in self.unasked.items():
            _warn(f"the server sent {_points(count)} of {kind}, not asked for; they are left out.")
        for kind, ids in self.missing.items():
            called = listing([_plain(names.get(id_, id_)) for id_ in sorted(ids)], 2)
            _warn(
                f"{_ASKED_WITH[kind]}={'video' if kind == 'breakdown' else kind!r} was asked for, "
                f"but the server sent no {_BESIDE[kind]} for {called}; "
                "the frame is incomplete."
            )
        for sentence in self.unverified.values():
            _warn(sentence)


def _warn(sentence: str) -> None:
    warn(f"analytics: {sentence}", ContractWarning)


def quoted(said: str) -> str:
    """A server's word as a sentence may hold it: short, on one line and without a key."""
    return brief(redact_quoted(said), _LONGEST_WORD)


def _plain(name: str) -> str:
    """A name that the server gave, short, on one line and without a key."""
    return " ".join(redact_quoted(name).split())[:_LONGEST_WORD]


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"


def check_echo(data: Json, asked: Question) -> dict[str, str]:
    """Compare what a response says of itself with what was asked.

    Returns a sentence for each parameter whose word isn't known.

    Raises
    ------
    MismatchedResponseError
        The response says that it answers something else.
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
            _refuse(f"{name} {wanted!r} was asked for and {said!r} answered")
        if said != wanted:
            unsure[name] = (
                f"{name} {wanted!r} was asked for and {quoted(said)} answered, an unknown word; "
                "check that the values are what you asked for."
            )
    _check_owner(data, asked)
    if sentence := _doubt_of_zone(data.get("timezone"), asked):
        unsure["tz"] = sentence
    return unsure


def _check_owner(data: dict[str, Any], asked: Question) -> None:
    """Refuse the series of others, where the response says whose it is as a whole."""
    said = data.get("entity_id")
    said = said if isinstance(said, str) else ""
    owners = {id_.strip().lower() for id_ in said.split(",")} if said else set()
    if "series" in data and owners and owners.isdisjoint(asked.entity_ids):
        _refuse(
            f"{asked.query.entity} {asked.entity_ids[0]} was asked for and {quoted(said)} answered"
        )


def _doubt_of_zone(said: Json, asked: Question) -> str | None:
    """Refuse another time zone than the one asked for; say so if it isn't known."""
    wanted = asked.query.tz
    if wanted is None or not isinstance(said, str) or said == wanted:
        return None
    try:
        other = ZoneInfo(said)
    except (KeyError, ValueError, OSError):
        return f"tz {wanted!r} was asked for and {quoted(said)} answered, an unknown time zone."
    today = dt.datetime.now(dt.UTC).date()
    span = asked.span or DateRange(today - dt.timedelta(days=400), today)
    zone = ZoneInfo(wanted)
    for day in range(span.first.toordinal(), span.last.toordinal() + 1):
        at = dt.datetime.combine(dt.date.fromordinal(day), dt.time(12))
        if zone.utcoffset(at) != other.utcoffset(at):  # else another name of the same zone
            _refuse(f"tz {wanted!r} was asked for and {said!r} answered")
    return None


def check_series(read: SeriesRead, data: Json, asked: Question) -> tuple[Records, Doubts]:
    """Keep the points that were asked for, and say what else came or is missing.

    Raises
    ------
    UnreadableResponseError
        An entity has no series, or another one has.
    MismatchedResponseError
        The buckets have another length, or no point is of the days asked for.
    """
    doubts, query = Doubts(), asked.query
    owners = {parent or id_ for _, parent, id_ in read.keys}
    if not owners <= set(asked.entity_ids):
        raise UnreadableResponseError(PATH, 200, "it answers for entities not asked for")
    answered = {id_ for kind, _, id_ in read.keys if kind == "main"}
    if left := [id_ for id_ in asked.entity_ids if id_ not in answered]:
        problem = f"it holds no series of the {query.entity} {listing(left, 2)}"
        raise UnreadableResponseError(PATH, 200, problem)
    by_key: dict[Key, Records] = {key: [] for key in read.keys}
    for record in read.records:
        by_key[record["series_kind"], record["parent_id"], record["entity_id"]].append(record)
    asked_kinds = {"prior_period": query.compare, "breakdown": query.breakdown}
    for key in [key for key in by_key if key[0] in asked_kinds and not asked_kinds[key[0]]]:
        doubts.unasked[key[0]] += len(by_key.pop(key))
    doubts.unasked = +doubts.unasked  # a series without a point isn't worth a word
    _check_buckets(by_key, data, asked, doubts)
    kept = _within(by_key, asked, doubts)
    _look_for_missing(kept, data, asked, doubts)
    stay = {id(record) for records in kept.values() for record in records}
    return [record for record in read.records if id(record) in stay], doubts


def _check_buckets(by_key: dict[Key, Records], data: Json, asked: Question, doubts: Doubts) -> None:
    """Compare the distances between buckets with the granularity asked for."""
    granularity = asked.query.granularity
    is_said = isinstance(data, dict) and isinstance(data.get("granularity"), str)
    starts: set[int] = set()
    for key, records in by_key.items():
        limits = _limits(key, asked)
        days = sorted({_ordinal(record["date"]) for record in records})
        # The first week or month may be cut, and then begin with the range.
        if days and granularity != "day" and (limits is None or days[0] == limits.first):
            days = days[1:]
        starts |= set(days)
        has_other_length = {
            "day": False,
            "week": len({day % 7 for day in days}) > 1,
            "month": any(dt.date.fromordinal(day).day != 1 for day in days),
        }[granularity]
        if has_other_length:
            shown = listing([dt.date.fromordinal(day) for day in days], 2)
            _refuse(f"{granularity}s were asked for and buckets of {shown} answered")
    weekdays = {_WEEKDAYS[day % 7] for day in starts}
    is_month = all(dt.date.fromordinal(day).day == 1 for day in starts)
    if granularity == "week" and starts and weekdays != {"Monday"}:
        doubts.unverified["granularity"] = (
            f"the server's weeks begin on {' and '.join(sorted(weekdays))}, not Monday."
        )
    if granularity == "day" and not is_said and len(starts) >= _FEW:
        # No proof: nothing may have happened on other days, and the server may leave those out.
        length = "weeks" if len(weekdays) == 1 else "months" if is_month else None
        if length:
            doubts.unverified["granularity"] = (
                f"days were asked for, but the {len(starts)} days answered lie apart as "
                f"{length} do: they may be {length}."
            )


def _within(by_key: dict[Key, Records], asked: Question, doubts: Doubts) -> dict[Key, Records]:
    """Keep the buckets that share a day with the range that is asked for."""
    kept: dict[Key, Records] = {}
    for key, records in by_key.items():
        limits = _limits(key, asked)
        dates = {record["date"] for record in records}
        others = {date for date in dates if limits and not _meets(date, limits, asked)}
        inside = [record for record in records if record["date"] not in others]
        outside = sorted(record["date"] for record in records if record["date"] in others)
        if outside and not inside and key[0] == "main":
            _refuse(f"{asked.span} was asked for and {outside[0]}..{outside[-1]} answered")
        doubts.outside += outside
        if inside or not outside:
            kept[key] = inside
    return kept


def _limits(key: Key, asked: Question) -> _Days | None:
    """The days that a series may be of: the range asked for, or the equally long one before."""
    if asked.span is None:
        return None
    first, last = asked.span.first.toordinal(), asked.span.last.toordinal()
    return (
        _Days(first, last) if key[0] != "prior_period" else _Days(2 * first - last - 1, first - 1)
    )


def _meets(date: str, limits: _Days, asked: Question) -> bool:
    day = dt.date.fromisoformat(date)
    first = day.toordinal()
    month = calendar.monthrange(day.year, day.month)[1] - day.day + 1
    length = {"day": 1, "week": 7, "month": month}[asked.query.granularity]
    return first <= limits.last and first + length > limits.first


def _ordinal(date: str) -> int:
    return dt.date.fromisoformat(date).toordinal()


def _look_for_missing(
    kept: dict[Key, Records], data: Json, asked: Question, doubts: Doubts
) -> None:
    """Note entities without the comparison or the breakdown that was asked for."""
    ids, query = set(asked.entity_ids), asked.query
    if query.compare and (left := ids - {key[2] for key in kept if key[0] == "prior_period"}):
        doubts.missing["prior_period"] |= left
    if query.breakdown and (left := ids - {key[1] for key in kept if key[0] == "breakdown"}):
        # A campaign without videos has no parts, but then nothing counts either.
        has_values = any(r["value"] for key in kept if key[0] == "main" for r in kept[key])
        if has_values or not any(isinstance(part, list) for part in _parts(data)):
            doubts.missing["breakdown"] |= left


def _parts(data: Json) -> Iterator[Json]:
    """The member for a breakdown, of a response or of a series in it."""
    holders: Iterable[Json] = [data]
    if isinstance(data, dict) and isinstance(data.get("series"), list):
        holders = [data, *data["series"]]
    return (one.get(_BESIDE["breakdown"]) for one in holders if isinstance(one, dict))


def _refuse(problem: str) -> None:
    raise MismatchedResponseError(PATH, 200, problem)
