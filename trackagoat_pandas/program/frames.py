"""A project's frames as of one moment, with the code that makes them."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.spelling import fold
from trackagoat_pandas.base.warnings import ClippedDatesWarning, NoDataWarning, delayed_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    RequestBudgetError,
    StoreDamagedError,
    StoreMissingError,
)
from trackagoat_pandas.helpers.clocks import last_started_day
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.gains import PARTS
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.supply import ONE_LOAD
from trackagoat_pandas.helpers.loads import combine_loads
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.checks import check_project, frame_facts, loaded_at
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.payouts import (
    load_payout_accruals,
    load_payout_assignments,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.load.resources import (
    load_campaigns,
    load_creators,
    load_goal_compliance,
    load_projects,
    load_videos,
)
from trackagoat_pandas.names.organization import resolve_project, server_time
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.store.forecasts import score_forecasts
from trackagoat_pandas.store.scope import known_timezone, read_project
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.tables import table

MOST_UNASKED: Final = 30
"""The most requests that a load sends before the user agrees: half of a minute's."""
ANALYTICS_DAYS, COMMENT_DAYS, POST_DAYS, HISTORY_DAYS = 365, 28, 15, 45
"""Odds of goals depend on how many days they are made from, so they get the days that most plans
keep, which take no more requests than fewer days do."""
_METRIC: Final = "views"


@dataclass(frozen=True)
class _Source:
    """Where a frame comes from: a loader, or a table of a store.

    ``days`` are how many of the last days are loaded; None for all.
    """

    load: Callable[..., pd.DataFrame]
    table: str
    days: int | None = None
    of_project: bool = True


# In the order in which they are loaded: those whose cost grows with a program come last.
_SOURCES: Final[Mapping[str, _Source]] = {
    "projects": _Source(load_projects, "projects", of_project=False),
    "creators": _Source(load_creators, "creators"),
    "campaigns": _Source(load_campaigns, "campaigns"),
    "goals": _Source(load_goal_compliance, "goal_compliance"),
    "structures": _Source(load_payout_structures, "payout_structures"),
    "assignments": _Source(load_payout_assignments, "payout_assignments"),
    "payments": _Source(load_payout_payments, "payout_payments"),
    "accruals": _Source(load_payout_accruals, "payout_accruals"),
    "videos": _Source(load_videos, "videos"),
    "analytics": _Source(load_analytics, "analytics", ANALYTICS_DAYS),
    "comments": _Source(load_comments, "comments", COMMENT_DAYS),
    "post_analytics": _Source(load_analytics, "analytics", POST_DAYS),
    "threshold_analytics": _Source(load_analytics, "analytics", ANALYTICS_DAYS),
}
_NEEDS: Final = {
    "assignments": frozenset({"structures"}),
    "analytics": frozenset({"creators"}),
    "post_analytics": frozenset({"videos"}),
    "threshold_analytics": frozenset({"structures", "assignments", "videos"}),
    "history": frozenset({"videos"}),
}
"""The frames that others are loaded for."""
_MOST_POSTS: Final = 20
"""How many of the new posts, and how many of all, are asked for their daily views: those with the
most views, since none can have gained more than it has. Both together take two requests."""
_CAME_AT: Final = {
    "videos": "posted_at", "comments": "posted_at", "accruals": "created_at",
    "payments": "paid_at", "campaigns": "created_at",
}  # fmt: skip
"""The columns that say since when a row was there."""
_DAILY: Final = ("analytics", "post_analytics", "threshold_analytics")
_UNDATED: Final = ("projects", "history", "forecasts")
"""Frames that count nothing up to a moment: names, and what other frames are checked for."""
_AT_ONCE: Final = pd.Timedelta(minutes=1)
"""Lists that are so close count as of one moment."""
STORED_FRAMES: Final = ("forecasts", "history")
"""Frames that only a store has."""
ALL_FRAMES: Final = (*_SOURCES, *STORED_FRAMES)
"""The names of a program's frames. ``post_analytics`` has the daily views of posts: live of those
with the most views, from a store of those that were synced. ``threshold_analytics`` has those of
posts that passed a threshold for which their creator is paid. ``forecasts`` are those of
:func:`score_forecasts`, and ``history`` has the view counts of videos at each load; only a store
has both."""
_ASKED: Final = ("assignments", "threshold_analytics")
"""Frames that only questions about pay to come read; they take a request for each rule."""
FRAMES: Final = tuple(name for name in ALL_FRAMES if name not in _ASKED)
"""The frames of reports and alerts."""


@dataclass(frozen=True)
class ProgramData:
    """A project's frames as of one moment, in one time zone.

    Attributes
    ----------
    name, project_id
        The project.
    moment
        The instant for which everything is said, by the server's clock (UTC).
    zone
        The organization's time zone.
    frames
        The frames that there are by their names in ``ALL_FRAMES``, each with its code.
    missing
        Why each of the other frames isn't there, in words.
    recorder
        The script that makes the frames. From a store it begins with a comment, since only the
        reader knows the store's folder.
    read
        Reads the program from its store again, with the arguments ``as_of`` and ``moment`` of
        :func:`stored_program`; None for one that was loaded live.
    """

    name: str
    project_id: str
    moment: pd.Timestamp
    zone: str
    frames: Mapping[str, Traced]
    missing: Mapping[str, str]
    recorder: Recorder = field(default_factory=Recorder, repr=False)
    read: Callable[..., ProgramData] | None = field(default=None, repr=False)

    @property
    def now(self) -> str:
        """The moment as an argument of helpers, to the second or finer."""
        return stamp_text(self.moment)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """The frames without their code."""
        return {name: frame.value for name, frame in self.frames.items()}

    def given(self, *names: str) -> dict[str, Traced]:
        """Return those of some frames that there are, as arguments of the same names."""
        return {name: self.frames[name] for name in names if name in self.frames}

    def load_times(self, *names: str) -> dict[str, pd.Timestamp]:
        """Return when some frames were loaded, where they are there and say it."""
        times = {
            name: loaded_at(self.frames[name].value)
            for name in names if name in self.frames and name not in _UNDATED
        }  # fmt: skip
        known = {name: at for name, at in times.items() if at is not None}
        # A store keeps only changed points, so a day that is there says more than their load.
        today = pd.Timestamp(days_before(self.moment, self.zone, 0))
        for name in known.keys() & {*_DAILY}:
            if (self.frames[name].value["date"] >= today).any():
                known[name] = max(known[name], self.moment)
        return known

    def old_frames(self, *names: str) -> dict[str, pd.Timestamp]:
        """Return the frames of an earlier sync than the moment, and when they were loaded."""
        times = self.load_times(*names)
        return {name: at for name, at in times.items() if self.moment - at > ONE_LOAD}

    def as_of_oldest(self, *names: str) -> ProgramData:
        """Return the program as of the load of the oldest of some frames.

        A list says nothing about later events: counted up to a later moment, what isn't loaded
        would look as if it hadn't happened. Frames of a store are read again as of then, so that
        all of them are of one sync.
        """
        program, oldest = self, min(self.load_times(*names).values(), default=self.moment)
        while program.moment - oldest > ONE_LOAD and self.read is not None:
            program = self.read(as_of=(oldest + ONE_LOAD).to_pydatetime())
            if any(name in self.frames and name not in program.frames for name in names):
                program = self
                break
            oldest = min(program.load_times(*names).values(), default=program.moment)
        if program.moment - oldest <= _AT_ONCE:
            return program
        return replace(program, moment=oldest)

    def without_old(self, *names: str) -> ProgramData:
        """Leave out those of some frames that are of an earlier sync, and what needs them."""
        gone = {
            name: f"they were last loaded on {day_text(at.tz_convert(self.zone))}"
            for name, at in self.old_frames(*names).items()
        }
        for name in self.frames:
            if needed := _NEEDS.get(name, frozenset()) & {*names} & gone.keys():
                gone.setdefault(name, gone[min(needed)])
        kept = {name: frame for name, frame in self.frames.items() if name not in gone}
        return replace(self, frames=kept, missing={**self.missing, **gone})


def with_declared_words(name: str, frame: Traced) -> Traced:
    """Spell a frame's words as they are declared: a spreadsheet may have ``Not paid``."""
    source, spelled = _SOURCES.get(name), dict[str, dict[str, str]]()
    for column in table(source.table).columns if source else ():
        if column.kind != "category" or column.name not in frame.value.columns:
            continue
        declared = {fold(word): word for word in column.categories}
        held = [word for word in frame.value[column.name].unique() if isinstance(word, str)]
        words = {word: declared.get(fold(word), word) for word in held}
        if odd := {word: plain for word, plain in words.items() if word != plain}:
            spelled[column.name] = odd
    if not spelled:
        return frame
    return frame.astype(dict.fromkeys(spelled, "string")).replace(spelled)


def stamp_text(moment: pd.Timestamp) -> str:
    """Write an instant in UTC as an argument: ``2026-06-18T19:00:00Z``."""
    digits = "" if not moment.microsecond else f".{moment.microsecond:06d}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{digits}Z"


def loaded_program(
    project: str,
    *,
    client: Client | None = None,
    wanted: Iterable[str] = FRAMES,
    max_requests: int = MOST_UNASKED,
) -> ProgramData:
    """Load a project's frames, the cheapest first; leave out the ones that cost too much.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it.
    ApiError, ConnectionFailedError, DeadlineError
        A list can't be loaded.
    """
    session = session_of(client)
    before, recorder, missing = session.requests_sent, Recorder(), dict[str, str]()
    frames = dict[str, Traced]()
    project_id = resolve_project(session, check_project(project))
    for name in _in_order(wanted):
        source = _SOURCES.get(name)
        if source is None:
            missing[name] = "only a store has them"
            continue
        if needed := _NEEDS.get(name, frozenset()) - frames.keys():
            missing[name] = f"it needs the {' and '.join(needed)}"
            continue
        args, options = _arguments_of(name, source, project, frames, _now(session))
        left = max_requests - (session.requests_sent - before)
        try:
            frames[name] = _load(recorder, name, source, args, options, session, left)
        except RequestBudgetError as error:
            missing[name] = _too_dear(error, max_requests)
    if "analytics" in frames and (metrics := _goal_metrics(frames)):
        source, left = _SOURCES["analytics"], max_requests - (session.requests_sent - before)
        (*args, _), options = _arguments_of("analytics", source, project, frames, _now(session))
        # Without them the answer on goals says which it can't judge; nothing else needs them.
        with suppress(RequestBudgetError):
            more = _load(
                recorder, "goal_analytics", source, [*args, metrics], options, session, left
            )
            frames["analytics"] = recorder.let(
                "analytics", call(combine_loads, frames["analytics"], more)
            )
    return _program(project_id, frames, missing, recorder, _now(session))


def _now(session: Session) -> pd.Timestamp:
    """Return the last full second of the server's time.

    Helpers take an instant that is still to come as the present one, which goes on.
    """
    return pd.Timestamp(server_time(session)).floor("s")


def _load(
    recorder: Recorder,
    name: str,
    source: _Source,
    args: list[Any],
    options: dict[str, Any],
    session: Session,
    left: int,
) -> Traced:
    values = [arg.value if isinstance(arg, Traced) else arg for arg in args]
    least = estimate_load(source.load, *values, client=session, **options).least
    if least > left:
        raise RequestBudgetError(left, needed=least)
    load = partial(source.load, client=session, max_requests=left)
    with without_warnings_of_few_days(options):
        return recorder.step(name, load, *args, **options)


@contextmanager
def without_warnings_of_few_days(options: Mapping[str, Any]) -> Iterator[None]:
    """Drop the warnings of a load by dates that there are fewer days: nobody asked for all."""
    with delayed_warnings() as delayed:
        yield
        if "dates" in options:
            dropped = (NoDataWarning, ClippedDatesWarning)
            delayed[:] = [warning for warning in delayed if warning[1] not in dropped]


def _too_dear(error: RequestBudgetError, max_requests: int) -> str:
    need = "more" if error.needed is None else number(error.needed, "request")
    return f"it takes {need}, beyond the {max_requests} allowed: sync a store and pass store="


def stored_program(
    project: str,
    *,
    store: Store,
    as_of: dt.datetime | None = None,
    moment: pd.Timestamp | None = None,
    wanted: Iterable[str] = FRAMES,
    history: pd.DataFrame | None = None,
    strict: bool = False,
) -> ProgramData:
    """Read a project's frames from a store as they were at a moment; nothing is requested.

    Parameters
    ----------
    as_of
        Only what was stored by then; by default all.
    moment
        The instant for which helpers judge; by default that of the newest data by `as_of`. A later
        one would let the clock of this machine decide what has happened since.
    history
        The history of the view counts of all videos, so that many moments don't read it each.
    strict
        Whether a damaged file is an error, instead of the reason why a frame is missing.

    Raises
    ------
    StoreMissingError
        The store has no list of projects, or nothing was stored by then.
    StoreDamagedError
        A file is damaged, if that is an error.
    UnknownProjectError, AmbiguousProjectError
        The store knows no project of this name, or several.
    """
    if not isinstance(store, Store):
        raise ArgumentTypeError("store", store, "a store, as tgp.open_store returns it")
    project_id = str(read_project(store.archive, check_project(project), None))
    newest = newest_moment(store, as_of)
    judged = newest if moment is None else moment
    recorder = Recorder()
    recorder.write("# store = tgp.open_store(...), with the folder that the data was synced to")
    frames, missing = dict[str, Traced](), dict[str, str]()
    for name in _in_order(wanted):
        if needed := _NEEDS.get(name, frozenset()) - frames.keys():
            missing[name] = f"it needs the {' and '.join(needed)}"
            continue
        try:
            made = _read(Traced(store, "store"), name, project_id, frames, newest, judged, history)
        except StoreMissingError:
            missing[name] = "the store had none of it by then"
        except StoreDamagedError:
            if strict:
                raise
            missing[name] = "its files in the store are damaged: store.verify() names them"
        else:
            if name == "forecasts" and made.value.empty:
                missing[name] = "none was recorded: tgp.record_forecasts keeps them"
            else:
                frames[name] = recorder.let(name, made)
    if judged < newest:
        zone = known_timezone(store.archive)
        frames = {
            name: Traced(_until(name, frame.value, judged, zone), name)
            for name, frame in frames.items()
        }
    read = cache(partial(stored_program, project_id, store=store, wanted=wanted, history=history,
                         strict=strict))  # fmt: skip
    return replace(_program(project_id, frames, missing, recorder, judged), read=read)


def _until(name: str, frame: pd.DataFrame, moment: pd.Timestamp, zone: str) -> pd.DataFrame:
    """Leave out the rows that came after a moment; the day of the moment was still partial then.

    What is left is as it is known now, such as an accrual that was voided since.
    """
    if name in _DAILY:
        today = pd.Timestamp(days_before(moment, zone, 0))
        is_partial = (frame["date"] >= today).to_numpy(bool)
        return frame.assign(is_partial=frame["is_partial"].mask(is_partial, other=True))
    came_at = _CAME_AT.get(name)
    if came_at not in frame.columns:
        return frame
    kept = frame[~(frame[came_at] > moment).to_numpy(bool)].reset_index(drop=True)
    facts = {**frame_facts(frame), "rows": len(kept)}
    kept.attrs = {**frame.attrs, "trackagoat": facts}
    return kept


def newest_moment(store: Store, as_of: dt.datetime | None = None) -> pd.Timestamp:
    """Return when the newest data of a store was observed, by the server's clock.

    Parameters
    ----------
    store
        The store.
    as_of
        The latest instant that counts; by default any.

    Raises
    ------
    StoreMissingError
        The store has no data, or none by then.
    """
    newest = store.archive.last_observed(as_of)
    if newest is None:
        problem = ("data", "no lists", "Fill it with store.sync(client=...)")
        if as_of is not None:
            problem = ("data", "nothing of that moment", "Pass a later `as_of`, or none")
        raise StoreMissingError(str(store.path), *problem)
    return pd.Timestamp(newest)


def _read(
    store: Traced,
    name: str,
    project_id: str,
    frames: Mapping[str, Traced],
    newest: pd.Timestamp,
    judged: pd.Timestamp,
    history: pd.DataFrame | None,
) -> Traced:
    """Read a frame as it was at a moment."""
    at, zone = stamp_text(newest), known_timezone(store.value.archive)
    if name == "forecasts":
        return call(score_forecasts, store, now=stamp_text(judged))
    if name == "history":
        videos = frames["videos"]
        first = days_before(judged, zone, HISTORY_DAYS)
        young = videos[videos["posted_at"] >= first]
        if history is None:
            return store.history("videos", young, ["view_count"], names_at=at, until=at)
        known = partial(_history_of, history)
        made = Traced(known, "store.history")
        return made("videos", young, ["view_count"], names_at=at, until=at)
    source = _SOURCES[name]
    args = [source.table, project_id] if source.of_project else [source.table]
    options: dict[str, Any] = {"as_of": at}
    if source.days:
        options["dates"] = (
            f"{days_before(judged, zone, source.days - 1)}..{days_before(judged, zone, 0)}"
        )
    if source.load is load_analytics:
        entity = "creator" if name == "analytics" else "video"
        metrics = [_METRIC, *(_goal_metrics(frames) if name == "analytics" else [])]
        options |= {"entity": entity, "metrics": metrics, "names_at": at}
    return store.load(*args, **options)


def _history_of(
    history: pd.DataFrame,
    table: str,  # noqa: ARG001 - the arguments are those of ``store.history``
    videos: pd.DataFrame,
    columns: list[str],  # noqa: ARG001
    *,
    names_at: str,  # noqa: ARG001
    until: str,
) -> pd.DataFrame:
    """Return the part of a history that ``store.history`` would have read."""
    is_known = (history["observed_at"] <= pd.Timestamp(until)) & history["id"].isin(videos["id"])
    rows = history[is_known.to_numpy(bool)].reset_index(drop=True)
    facts = history.attrs["trackagoat"]
    rows.attrs = {"trackagoat": {**facts, "until": until, "rows": len(rows)}}
    return rows


def days_before(moment: pd.Timestamp, zone: str, days: int) -> str:
    """Return the local day that many days before that of a moment, as an ISO date."""
    return str(np.datetime64(last_started_day(moment, zone) - days, "D"))


def _arguments_of(
    name: str,
    source: _Source,
    project: str,
    frames: Mapping[str, Traced],
    now: pd.Timestamp,
) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a loader."""
    dates = {"dates": f"last {source.days} days"} if source.days else {}
    if name == "analytics":
        return ["creator", frames["creators"], [_METRIC]], {**dates, "clip": True}
    if name == "post_analytics":
        videos = frames["videos"]
        new = videos[videos["posted_at"] >= days_before(now, "UTC", POST_DAYS)]
        ids = (each.nlargest(_MOST_POSTS, "view_count")["id"] for each in (new, videos))
        is_asked = operator.or_(*(videos["id"].isin(some) for some in ids))
        return ["video", videos[is_asked], [_METRIC]], {**dates, "clip": True}
    if name == "assignments":
        return [frames["structures"]], {}
    if name == "threshold_analytics":
        rules, assigned, videos = (frames[one] for one in ("structures", "assignments", "videos"))
        rules = rules[rules["kind"] == "view_threshold"]
        theirs = assigned["creator_id"][assigned["structure_id"].isin(rules["id"])]
        # A post below the lowest threshold has passed none, whatever its days brought.
        is_big = ~(videos["view_count"] < rules["threshold_views"].min()).fillna(value=False)
        is_paid = videos["creator_id"].isin(theirs)
        return ["video", videos[is_big & is_paid], [_METRIC]], {**dates, "clip": True}
    return ([project] if source.of_project else []), dates


def _goal_metrics(frames: Mapping[str, Traced]) -> list[str]:
    """Return the daily metrics that goals count, besides views."""
    goals = frames["goals"].value["metric"].dropna().unique() if "goals" in frames else []
    parts = (part for metric in sorted(goals) for part in PARTS.get(metric, ()))
    return list(dict.fromkeys(part for part in parts if part not in (_METRIC, "posts")))


def _in_order(wanted: Iterable[str]) -> list[str]:
    names = {*wanted}
    return [name for name in ALL_FRAMES if name in names]


def _program(
    project_id: str,
    frames: Mapping[str, Traced],
    missing: Mapping[str, str],
    recorder: Recorder,
    moment: pd.Timestamp,
) -> ProgramData:
    values = [frame.value for frame in frames.values()]
    zone, name = zone_of(None, values) or "UTC", project_id
    if "projects" in frames:
        listed = frames["projects"].value.set_index("id")["name"].dropna()
        name = str(listed.get(project_id, project_id))
    return ProgramData(name, project_id, moment.as_unit("us"), zone, frames, missing, recorder)
