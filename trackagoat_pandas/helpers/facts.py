"""What frames say of themselves: their time zone, the server's clock, and how they were loaded."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from itertools import chain, repeat
from typing import Any, Final, ParamSpec, TypeVar, cast

import pandas as pd

from trackagoat_pandas._arrow import takes_arrow
from trackagoat_pandas.checks import (
    check_timezone,
    fact_instant,
    facts_as_made,
    frame_facts,
    frame_params,
    require_columns,
    warn_of_frames,
    without_frame_warnings,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    IncompleteFrameWarning,
    MismatchedFramesWarning,
    MissingArgumentError,
    listing,
)
from trackagoat_pandas.helpers.cuts import cut_among, cuts_of
from trackagoat_pandas.helpers.formats import is_id
from trackagoat_pandas.helpers.labels import arranged, check_names, is_arranged, with_known_names
from trackagoat_pandas.helpers.series import ROW
from trackagoat_pandas.tables import ANALYTICS

P = ParamSpec("P")
T = TypeVar("T")

_IS_INNER: ContextVar[bool] = ContextVar("_IS_INNER", default=False)
"""Whether a function further up the stack makes its result readable."""

_JOINT: Final = ("fetched_at", "server_time", "timezone")
"""What is said of a table that was computed from frames, as far as they agree."""
_ONLY_NAMES: Final = ("names", "creators", "projects")
"""What gives names to a result about something else, so that a part of it does as well."""
_LEDGER_FILTERS = ("project_id", "creator_id", "from", "to")
_PROJECT = re.compile(r"/projects/([^/]+)/")


def derived(
    *,
    rows_of: str | None = None,
    is_own: bool | None = None,
    is_regrouped: bool = False,
    whole: Sequence[str] = (),
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function's result say what the frames that it is computed from say.

    It is no more complete than they are: where a frame's provenance says ``complete`` is False, the
    outermost such function warns once, and so says the result's provenance. The outermost one also
    puts the names that they know beside the result's ids, and its columns in the order in which a
    row is read, and its name into the provenance, by which the result gets its title. What the
    caller names in `by` comes first, unless it is an id.

    Parameters
    ----------
    rows_of
        The argument whose rows the result has, so that it keeps that frame's provenance. By
        default the result is a table of its own: of its frames' provenance it keeps when they were
        loaded and in which time zone, where they agree, and whether all were complete.
    is_own
        Whether the result's columns are its own; by default if it has no other frame's rows. If
        not, it gets no names, and it is in reading order only if the frame of its rows is.
    is_regrouped
        Whether the rows are groups of those of `rows_of`, or rows were added to them.
    whole
        The arguments of which the function needs all rows that were loaded: it warns if they have
        fewer or more. Of other frames a part gives the answer for that part.
    """
    has_names = rows_of is None if is_own is None else is_own
    kept = None if has_names or is_regrouped else rows_of

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        parameters = inspect.signature(function).parameters
        names, usual_by = list(parameters), getattr(parameters.get("by"), "default", None)

        @functools.wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            # What follows the named arguments belongs to the last, ``*frames``.
            given = [*zip(chain(names, repeat(names[-1])), args, strict=False), *kwargs.items()]
            frames = _frames_among(given)
            check_names([each for each in frames if each[0] == "names"])
            facts = [(name, frame_facts(frame)) for name, frame in frames]
            cuts = cuts_of(
                (name, each)
                for name, each in frames
                if name == (rows_of or names[0]) or (has_names and name not in _ONLY_NAMES)
            )
            for problem in filter(None, [incomplete_among(facts), cut_among(cuts, whole)]):
                warn_of_frames(f"{function.__name__}: {problem}", IncompleteFrameWarning)
            if problem := mismatch_of(dict(frames)):
                warn_of_frames(f"{function.__name__}: {problem}.", MismatchedFramesWarning)
            is_inner = _IS_INNER.get()
            token = _IS_INNER.set(True)
            try:
                with without_frame_warnings():
                    result = function(*args, **kwargs)
            finally:
                _IS_INNER.reset(token)
            if isinstance(result, pd.DataFrame) and not any(result is each for _, each in frames):
                source = next((each for name, each in frames if name == rows_of), None)
                attrs = _result_attrs(result, [each for _, each in facts], source)
                attrs = attrs if is_inner else _with_rows(attrs, result, cuts, kept)
                table: pd.DataFrame = result
                if has_names and not is_inner:
                    by = dict(given).get("by", usual_by)
                    table = _readable(table, frames, dict(given).get("by"))
                    attrs = _titled(attrs, function.__name__, by)
                elif source is not None and not is_inner and is_arranged(source):
                    table = arranged(table)
                table.attrs = attrs
                return cast("T", table)
            return result

        return takes_arrow(answer)

    return decorate


def _frames_among(given: Iterable[tuple[str, object]]) -> list[tuple[str, pd.DataFrame]]:
    """Return the frames among arguments, by their names."""
    return [
        (name, each)
        for name, one in given
        # Only this argument takes frames in a list; another's may hold 150,000 ids.
        for each in (one if name == "names" and isinstance(one, list | tuple) else [one])
        if isinstance(each, pd.DataFrame)
    ]


def _titled(attrs: Mapping[Any, Any], helper: str, by: object) -> dict[Any, Any]:
    """Add what made a result, and by what its rows are, to what is known of it, if anything is."""
    known = attrs.get("trackagoat")
    if not known or not isinstance(known, Mapping):
        return dict(attrs)
    facts = {name: fact for name, fact in known.items() if name != "by"}
    facts |= {"helper": helper} | ({"by": by} if isinstance(by, str) else {})
    return {**attrs, "trackagoat": facts}


def _readable(
    result: pd.DataFrame, frames: Sequence[tuple[str, pd.DataFrame]], by: object
) -> pd.DataFrame:
    """Add the names that frames know of a result's ids, and put its columns in reading order."""
    keys = [by] if isinstance(by, str) else by if isinstance(by, Iterable) else []
    leading = [key for key in keys if key in result.columns and not is_id(str(key))]
    return arranged(with_known_names(result, frames), list(dict.fromkeys(leading)))


def mismatch_of(frames: Mapping[str, pd.DataFrame]) -> str:
    """Say which of a function's frames cover less than another; empty where none is known to.

    What is owed is wrong if accruals and payments were loaded with different filters, and posts are
    missing if videos are of one creator, or another project, and goals are not.
    """
    earned, paid = _asked(frames.get("accruals")), _asked(frames.get("payments"))
    if earned is not None and paid is not None:
        differ = [name for name in _LEDGER_FILTERS if earned.get(name) != paid.get(name)]
        if "status" in earned:
            differ.append("status")
        if differ:
            return (
                "`accruals` and `payments` were loaded with different filters "
                f"({listing(differ)}), so sums over both are wrong: load both alike"
            )
    goals, videos = frames.get("goals"), frames.get("videos")
    if goals is None or videos is None or "creator_id" not in goals:
        return ""
    asked, of_goals = _asked(videos) or {}, _PROJECT.match(str(frame_facts(goals).get("path")))
    creator, project = asked.get("creator_id"), asked.get("project_id")
    # Of more than a few creators a load keeps only the number, as "5 ids".
    wanted = str(creator).split(",") if creator is not None and " " not in str(creator) else None
    if wanted is not None and not goals["creator_id"].dropna().isin(wanted).all():
        return "`goals` have creators whose `videos` were not loaded: posts are missing"
    if project is not None and of_goals is not None and project != of_goals[1]:
        return "`videos` and `goals` are of different projects: posts are missing"
    return ""


def _asked(frame: pd.DataFrame | None) -> Mapping[str, Any] | None:
    """Return what was asked for when a frame was loaded; None where it doesn't say."""
    params = None if frame is None else frame_facts(frame).get("params")
    return params if isinstance(params, Mapping) else None


def known_projects(frames: Sequence[pd.DataFrame | None]) -> dict[str, str]:
    """Return the names of the projects that frames were loaded for, by id, as they say them."""
    names = {}
    for frame in [frame for frame in frames if frame is not None]:
        facts = frame_facts(frame)
        in_path = _PROJECT.match(str(facts.get("path")))
        id_ = in_path[1] if in_path else (_asked(frame) or {}).get("project_id")
        if isinstance(id_, str) and isinstance(facts.get("project"), str):
            names[id_] = facts["project"]
    return names


def incomplete_among(said: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Say which frames are incomplete, and why; empty if none is."""
    incomplete = [(name, facts) for name, facts in said if facts.get("complete") is False]
    if not incomplete:
        return ""
    which = " and ".join(dict.fromkeys(f"`{name}`" for name, _ in incomplete))
    why = " and ".join(dict.fromkeys(why_incomplete(facts) for _, facts in incomplete))
    return (
        f"{which} {'is' if len(incomplete) == 1 else 'are'} incomplete, since {why}. What is "
        "missing there is missing in the result."
    )


def _with_rows(
    attrs: Mapping[Any, Any], result: pd.DataFrame, cuts: Mapping[str, str], rows_of: str | None
) -> dict[Any, Any]:
    """Add to a result's attributes how many rows it has, and of what part of frames it was made."""
    known = attrs.get("trackagoat")
    said = known if isinstance(known, Mapping) else {}
    facts = {name: fact for name, fact in said.items() if name != "cut"}
    # Rows of a frame are compared with those that were loaded whenever they are shown.
    others = {name: said for name, said in cuts.items() if name != rows_of}
    facts |= {"cut": others} if others else {}
    facts |= {"rows": len(result)} if facts and rows_of is None else {}
    return {**attrs, "trackagoat": facts} if facts else dict(attrs)


def why_incomplete(facts: Mapping[str, Any]) -> str:
    """Say why a frame is incomplete, by its provenance."""
    gaps = facts.get("gaps")
    if isinstance(gaps, list) and gaps:
        return f"days are missing ({listing(gaps)})"
    return "a part was not loaded"


def _result_attrs(
    result: pd.DataFrame, said: Sequence[Mapping[str, Any]], source: pd.DataFrame | None
) -> dict[Any, Any]:
    """Return the attributes of a result, of what its frames say; `source` has its rows."""
    # As they stand: what is said of rows that were added or cut is for `_note_rows`.
    own = facts_as_made(result)
    if source is not None:
        attrs = {**source.attrs, **result.attrs}
        facts = own or facts_as_made(source)
    else:
        # pandas carries the frames' attributes along; only what none of them says is the helper's.
        inherited = {name for each in said for name in own if own[name] == each.get(name)}
        facts = _agreed(said) | {name: own[name] for name in own if name not in inherited}
        attrs = {name: result.attrs[name] for name in result.attrs if name != "trackagoat"}
    if any(each.get("complete") is False for each in said):
        facts["complete"] = False
    return {**attrs, "trackagoat": facts} if facts else attrs


def _agreed(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What frames agree on: the oldest load and the server's clock then, the zone, the project."""
    if not said or not all(said):
        return {}
    oldest = min(said, key=lambda each: str(each.get("fetched_at", "")))
    zones = {str(each.get("timezone")) for each in said}
    facts = {name: oldest[name] for name in _JOINT if name in oldest}
    if len(zones) > 1:
        facts.pop("timezone", None)
    project = oldest.get("project")
    if isinstance(project, str) and all(each.get("project") == project for each in said):
        facts["project"] = project
    return facts | ({"complete": True} if all(each.get("complete") for each in said) else {})


def zone_of(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str | None:
    """Return a time zone's name: the one given, else that of the first frame that has one.

    Raises
    ------
    ArgumentError
        No such zone is known.
    """
    given = [frame for frame in frames if frame is not None]
    for frame in given:
        require_columns(frame, [])
    named = (frame_facts(frame).get("timezone") for frame in given)
    zone = timezone if timezone is not None else next(filter(None, named), None)
    return None if zone is None else check_timezone("timezone", zone)


def known_zone(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str:
    """Return a time zone's name as :func:`zone_of`.

    Raises
    ------
    ArgumentError
        None is given and no frame has one, or no such zone is known.
    """
    zone = zone_of(timezone, frames)
    if zone is None:
        reason = (
            "the frames don't carry one, e.g. 'Europe/Berlin'. connect(timezone=...) gives it to "
            "all that are loaded after it"
        )
        raise MissingArgumentError("timezone", reason)
    return zone


def now_of(frames: Sequence[pd.DataFrame | None]) -> pd.Timestamp:
    """Return now by the server's clock, as far as frames say how it differs from this machine's.

    The sandbox's clock may be months off. Of several differences the one that makes it latest
    counts; where no frame says one, it is this machine's time.
    """
    now, leads = pd.Timestamp.now("UTC"), []
    for frame in [frame for frame in frames if frame is not None]:
        server, machine = fact_instant(frame, "server_time"), fact_instant(frame, "fetched_at")
        if server is not None and machine is not None:
            leads.append(server - machine)
    return now + max(leads, default=pd.Timedelta(0))


def check_daily(analytics: pd.DataFrame | None) -> pd.DataFrame:
    """Return an analytics frame of what is new each day.

    Raises
    ------
    MissingArgumentError, MissingColumnError
        There is none, or it is no analytics frame.
    ArgumentError
        By its attributes it holds running totals or longer buckets.
    """
    if analytics is None:
        raise MissingArgumentError("analytics", f"{ANALYTICS.loader} returns it")
    require_columns(analytics, ["entity", *ROW], loader=ANALYTICS.loader)
    params = frame_params(analytics)
    for name, wanted in (("mode", "new"), ("granularity", "day")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    return analytics
