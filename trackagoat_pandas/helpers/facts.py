"""What frames say of themselves: their time zone, the server's clock, and how they were loaded."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, ParamSpec, TypeVar

import pandas as pd

from trackagoat_pandas.errors import (
    ArgumentError,
    IncompleteFrameWarning,
    MismatchedFramesWarning,
    MissingArgumentError,
    MissingColumnError,
    listing,
)
from trackagoat_pandas.helpers.clocks import InstantLike, parse_instant, past_instant
from trackagoat_pandas.helpers.cuts import cut_among, cuts_of
from trackagoat_pandas.helpers.labels import finish, read_names
from trackagoat_pandas.helpers.series import ROW
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_timezone,
    fact_instant,
    facts_as_made,
    frame_facts,
    frame_params,
    loaded_at,
    loader_called,
    loader_of_frame,
    require_columns,
    warn_of_frames,
    without_frame_warnings,
)
from trackagoat_pandas.tables import ANALYTICS

P = ParamSpec("P")
T = TypeVar("T")

_AHEAD: Final = pd.Timedelta(minutes=1)
"""By how much the clocks of two answers of a server may differ."""
_JOINT: Final = ("fetched_at", "server_time", "timezone")
"""The facts that a result takes from its frames if they agree on them."""
_LEDGER_FILTERS = ("project_id", "creator_id", "from", "to")
_PROJECT = re.compile(r"/projects/([^/]+)/")
_COUNTED: Final[Mapping[str, Sequence[str]]] = {
    "videos": ("goals", "creators", "structures", "campaigns"),
    "goals": ("creators", "structures"),
    "due": ("accruals",),
}
"""Frames whose rows are counted for the rows of others, for which a row that wasn't loaded looks
like none: a creator who never posted, an accrual that was never due."""
_LOST: Final = {
    "videos": "posts are missing",
    "goals": "goals are missing",
    "due": "nothing looks due there",
}
_BY_DATES: Final = (
    "For the periods that end in a month, pass all with {}='2026-05'; payments_for returns the "
    "part of all payments that is for some accruals."
)
"""How a part of a ledger is summed, by the argument that chooses days."""
_RULES: Final = {"videos": ["view_threshold"], "goals": ["goal"]}
"""The kinds of payout rules that count rows of a frame."""


def derived(
    *made_of: str,
    rows_of: str = "",
    facts_of: str = "",
    whole: Sequence[str] = (),
    by: str = "",
    is_titled: bool = True,
    dates: str = "",
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function's result say what the frames say that it is made of.

    Where a frame's provenance says ``complete`` is False, or frames don't belong together, the
    function warns, and so says the result's provenance. Of the frames' provenance the result keeps
    when they were loaded and in which time zone, where they agree. Tables of other libraries become
    frames before the function is called; anything else than a frame is refused where one is needed.
    A result with a title of its own gets its declared dtypes, the names that the frames know of its
    ids, and the order in which a row is read.

    Parameters
    ----------
    made_of
        The arguments of whose rows the result is made: of a part of them, it is a part. Others,
        such as ``names``, only have to be complete.
    rows_of
        The argument whose rows the result has, so that it keeps that frame's provenance.
    facts_of
        The argument whose provenance the result keeps, with rows of its own.
    whole
        The arguments whose missing rows would count as zero, such as posts of a goal: the function
        warns if they have fewer or more rows than were loaded. For other frames, a filtered frame
        gives the answer for its rows, and the caption says so.
    by
        The argument that says what the rows are, for the result's title.
    is_titled
        Whether the result has a title of its own, or that of the frame whose facts it keeps.
    dates
        The argument that chooses accruals by days, so that no part of a ledger has to be passed.
    """
    made_of, facts_of = made_of or (rows_of,), facts_of or rows_of

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        parameters = inspect.signature(function).parameters
        own = {"helper": function.__name__} if is_titled and not rows_of else {}

        @functools.wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            given: dict[str, Any] = {**dict(zip(parameters, args, strict=False)), **kwargs}
            frames = [
                (name, each)
                for name, one in given.items()
                for each in (one if _are_frames(one) else [one])
                if isinstance(each, pd.DataFrame)
            ]
            parts = {name: frame for name, frame in frames if name in made_of}
            said = [(name, frame_facts(frame)) for name, frame in frames]
            cuts = cuts_of(parts)
            cut, advice = cut_among(cuts, whole), _BY_DATES.format(dates) if dates else ""
            for problem in filter(None, [incomplete_among(said), cut and f"{cut} {advice}"]):
                warn_of_frames(f"{function.__name__}: {problem.strip()}", IncompleteFrameWarning)
            if len(parts) > 1 and (problem := mismatch_of(parts)):
                problem = f"{function.__name__}: {problem}. {advice}".strip()
                warn_of_frames(problem, MismatchedFramesWarning)
            with without_frame_warnings():
                try:
                    result: Any = function(*args, **kwargs)
                except MissingColumnError as error:
                    _say_what_is_swapped(error, frames)
                    raise
            if isinstance(result, pd.DataFrame) and not any(result is each for _, each in frames):
                groups = given.get(by, parameters[by].default) if by else None
                if own:
                    names = read_names(given.get("names"))
                    others = [(name, each) for name, each in frames if name != "names"]
                    result = finish(result, function.__name__, names, others, groups)
                selects = "selection" in facts_as_made(result)
                made = {} if rows_of else {"rows": len(result), **own}
                made |= {"by": groups} if isinstance(groups, str) else {}
                # Rows of a frame are compared with those that were loaded when they are shown.
                if not selects:
                    cuts.pop(rows_of, None)
                facts = [each for _, each in said]
                result.attrs = _attrs_of(result, facts, parts.get(facts_of), cuts, made)
            found: T = result
            return found

        return takes_arrow(answer)

    return decorate


def select_rows(rows: pd.DataFrame, source: pd.DataFrame, selection: str) -> pd.DataFrame:
    """Mark rows as a selection by a function, which is complete in itself.

    A frame that a user filtered counts its rows against those that were loaded. A function that
    selects rows names its selection instead, such as "in Spring Drop", so that a page for one
    client doesn't count the rows of others.
    """
    if facts := facts_as_made(source):
        earlier = facts.get("selection")
        selected = f"{earlier}, {selection}" if earlier else selection
        facts = {**facts, "rows": len(rows), "selection": selected}
        rows.attrs = {**source.attrs, "trackagoat": facts}
    return rows


def _say_what_is_swapped(
    error: MissingColumnError, frames: Sequence[tuple[str, pd.DataFrame]]
) -> None:
    """Add to the error for a frame of another loader which argument has the right one."""
    given_as = {loader_of_frame(frame): name for name, frame in frames}
    if error.source in given_as and error.loader in given_as and error.source:
        source, other = given_as[error.source], given_as[error.loader]
        is_swap = loader_called(other) in (error.source, None)
        swapped = f"It seems that `{source}` and `{other}` are swapped."
        advice = swapped if is_swap else f"That frame was given as `{other}`."
        if advice not in str(error):  # a plot's helper has said it already
            error.add_advice(advice)


def _are_frames(given: object) -> bool:
    """Whether an argument is a list of frames; of 150,000 ids the first says that it isn't."""
    return isinstance(given, list | tuple) and bool(given) and isinstance(given[0], pd.DataFrame)


def mismatch_of(frames: Mapping[str, pd.DataFrame]) -> str:
    """Say which of a function's frames cover less than another; empty where none is known to.

    What is owed is wrong if accruals and payments were loaded with different filters. Where videos
    are of one creator or project, and goals, creators or rules of others as well, posts are missing
    there, and look as if nobody had posted. Frames that only have to know names may be of anything.
    """
    earned, paid = _load_params(frames.get("accruals")), _load_params(frames.get("payments"))
    if earned is not None and paid is not None:
        differ = [name for name in _LEDGER_FILTERS if earned.get(name) != paid.get(name)]
        if "status" in earned:
            differ.append("status")
        if differ:
            return (
                "`accruals` and `payments` were loaded with different filters "
                f"({listing(differ)}), so sums over both are wrong: load both alike"
            )
    for name, others in _COUNTED.items():
        for other in others:
            if name in frames and other in frames and (left := _left_out(frames, name, other)):
                return left
    return ""


def _left_out(frames: Mapping[str, pd.DataFrame], name: str, other: str) -> str:
    """Say whether a frame has rows of creators or projects that another was not loaded for."""
    found, rows = frames[name], frames[other]
    if not rows.columns.is_unique:
        return ""
    if other == "structures":
        rows = _rules_that_need(name, rows, frames.get("assignments"))
    if rows.empty:
        return ""
    creator, project = (_load_params(found) or {}).get("creator_id"), project_of(found)
    ids = rows.get("id" if other == "creators" else "creator_id", pd.Series(dtype=object))
    # Of more than a few creators a load keeps only the number, as "5 ids".
    wanted = str(creator).split(",") if creator is not None and " " not in str(creator) else None
    if wanted is not None and not ids.dropna().isin(wanted).all():
        return f"`{other}` have rows of creators whose `{name}` were not loaded: {_LOST[name]}"
    if project is None:
        return ""
    theirs = rows.get("project_id", pd.Series([project_of(frames[other])])).dropna()
    is_other = theirs.astype(str).str.lower() != project.lower()
    if is_other.all() and len(theirs):
        return f"`{name}` and `{other}` are of different projects: {_LOST[name]}"
    if is_other.any():
        return f"`{other}` are of more projects than `{name}`: {_LOST[name]}"
    return ""


def _rules_that_need(
    name: str, structures: pd.DataFrame, assignments: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the assigned rules whose amounts are counted from a frame."""
    if not {"id", "kind"} <= {*structures.columns}:
        return structures.iloc[:0]
    needing = structures[structures["kind"].isin(_RULES[name])]
    if assignments is not None and "structure_id" in assignments.columns:
        needing = needing[needing["id"].isin(assignments["structure_id"])]
    return needing


def _load_params(frame: pd.DataFrame | None) -> Mapping[str, Any] | None:
    """Return the parameters of a frame's load; None if they aren't known."""
    params = None if frame is None else facts_as_made(frame).get("params")
    return params if isinstance(params, Mapping) else None


def known_projects(frames: Sequence[pd.DataFrame | None]) -> dict[str, str]:
    """Return the names of the projects that frames were loaded for, by id, as they say them."""
    names = {}
    for frame in [frame for frame in frames if frame is not None]:
        id_, name = project_of(frame), facts_as_made(frame).get("project")
        if id_ is not None and isinstance(name, str):
            names[id_] = name
    return names


def project_of(frame: pd.DataFrame) -> str | None:
    """Return the id of the project that a frame was loaded for, or made of; None if not of one."""
    facts = facts_as_made(frame)
    in_path, made_of = _PROJECT.match(str(facts.get("path"))), facts.get("projects")
    id_ = in_path[1] if in_path else (_load_params(frame) or {}).get("project_id")
    if id_ is None and isinstance(made_of, list) and len(made_of) == 1:
        id_ = made_of[0]
    return id_ if isinstance(id_, str) else None


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


def why_incomplete(facts: Mapping[str, Any]) -> str:
    """Say why a frame is incomplete, by its provenance."""
    gaps = facts.get("gaps")
    if isinstance(gaps, list) and gaps:
        return f"days are missing ({listing(gaps)})"
    return "a part was not loaded"


def _attrs_of(
    result: pd.DataFrame,
    said: Sequence[Mapping[str, Any]],
    source: pd.DataFrame | None,
    cuts: Mapping[str, str],
    made: Mapping[str, Any],
) -> dict[Any, Any]:
    """Return a result's attributes: its own, and those that its frames agree on.

    With `source`, it keeps all attributes of that frame.
    """
    # As they stand: what is said of rows that were added or cut is in `cuts`.
    own = facts_as_made(result)
    if source is not None:
        attrs = {**source.attrs, **result.attrs}
        facts = own or facts_as_made(source)
    else:
        # pandas carries the frames' attributes along; only what none of them says is the helper's.
        inherited = {name for each in said for name in own if own[name] == each.get(name)}
        facts = _common_facts(said) | {name: own[name] for name in own if name not in inherited}
        attrs = {name: result.attrs[name] for name in result.attrs if name != "trackagoat"}
    if any(each.get("complete") is False for each in said):
        facts["complete"] = False
    dropped = {"cut", "by"} if "helper" in made else {"cut"}
    facts = {name: fact for name, fact in facts.items() if name not in dropped}
    facts |= {"cut": dict(cuts)} if cuts else {}
    return {**attrs, "trackagoat": {**facts, **made}} if facts else attrs


def _common_facts(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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
    named = [facts_as_made(frame).get("timezone") for frame in given]
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


def moment_of(
    now: InstantLike | None,
    frames: Sequence[pd.DataFrame | None],
    *,
    zone: str | None = None,
    passed: pd.Timestamp | None = None,
    unknown: str = "",
) -> pd.Timestamp:
    """Read the argument `now` of a function; if it isn't given, :func:`server_now` counts.

    Parameters
    ----------
    now
        The argument.
    frames
        The frames that may know the server's clock.
    zone
        A time zone, if an instant after today is to be refused; a later one of today is now.
    passed
        An instant that has surely passed. The frames of a file know no server's clock.
    unknown
        What isn't known by this machine's clock, so that it is refused.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It isn't an instant with its offset, or is after today.
    MissingArgumentError
        It isn't given, and no frame says when it was loaded.
    """
    if now is None:
        if unknown and all(each is None or not fact_instant(each, "fetched_at") for each in frames):
            reason = f"the frames don't say when they were loaded, so {unknown}"
            raise MissingArgumentError("now", f"{reason}, e.g. '2026-06-18T12:00:00Z'")
        return server_now(frames)
    given = pd.Timestamp(parse_instant("now", now), tz="UTC")
    if zone is None:
        return given
    clock = server_now(frames)
    clock = clock if passed is None else max(clock, passed)
    # A store's newest list may be some seconds ahead of the clock that another frame knows: an
    # instant that close is taken as it is, so that the same question gets the same answer later.
    return past_instant("now", given, zone, given if clock < given <= clock + _AHEAD else clock)


def moment_loaded(now: InstantLike | None, frame: pd.DataFrame) -> pd.Timestamp:
    """Read the argument `now` of a function; if it isn't given, when the frame was loaded counts.

    What happened later isn't in the frame. One that doesn't say when it was loaded is as of now.
    """
    return moment_of(loaded_at(frame) if now is None else now, [frame])


def server_now(frames: Sequence[pd.DataFrame | None]) -> pd.Timestamp:
    """Return this very moment by the server's clock, also of frames that were loaded last week.

    It is this machine's if no frame knows their difference; the sandbox's clock may be months off.
    Of several differences the one that makes it latest counts.
    """
    now, leads = pd.Timestamp.now("UTC"), []
    for frame in [frame for frame in frames if frame is not None]:
        server, machine = fact_instant(frame, "server_time"), fact_instant(frame, "fetched_at")
        if server is not None and machine is not None:
            leads.append(server - machine)
    return now + max(leads, default=pd.Timedelta(0))


def check_daily(analytics: pd.DataFrame) -> pd.DataFrame:
    """Return an analytics frame after checking that it holds daily new values.

    Raises
    ------
    MissingColumnError
        It is no analytics frame.
    ArgumentError
        By its attributes it holds running totals or longer buckets.
    """
    require_columns(analytics, ["entity", *ROW], loader=ANALYTICS.loader)
    params = frame_params(analytics)
    for name, wanted in (("mode", "new"), ("granularity", "day")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    return analytics
