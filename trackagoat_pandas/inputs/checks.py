"""Checks of arguments and frames."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from numbers import Real
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from trackagoat_pandas.base.spelling import fold
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    IncompleteFrameWarning,
    MissingColumnError,
    brief,
)
from trackagoat_pandas.inputs.settings import timezone_advice
from trackagoat_pandas.tables import TABLES, table_at

_IS_SAID: ContextVar[bool] = ContextVar("_IS_SAID", default=False)
"""Whether a function further up the stack warns about the frames."""
_IDS: Final = "one id, several in a list, Index or Series, or a loaded frame"
_HANDLE: Final = re.compile(r"@?[A-Za-z0-9._-]{1,30}")
_LOADERS: Final = {
    "project": "load_projects",
    "creator": "load_creators",
    "video": "load_videos",
    "campaign": "load_campaigns",
    "annotation": "load_annotations",
    "goal": "load_goal_compliance",
    "method": "load_payout_methods",
    "structure": "load_payout_structures",
    "assignment": "load_payout_assignments",
    "accrual": "load_payout_accruals",
    "payment": "load_payout_payments",
}
"""The loader whose frames have the ids of each kind of thing."""
_BY_NAME: Final = ("project", "campaign", "method", "structure")
"""What people call by a name."""
_NOUNS: Final = {
    **{f"{noun}s": noun for noun in _LOADERS},
    **{f"payout-{noun}s": noun for noun in _LOADERS},
    "comments": "comment",
    "organizations": "organization",
    "members": "user",
    "invitations": "invitation",
    "api-keys": "key",
}
"""What the column ``id`` of a frame identifies, by the resource at the end of its path."""
_TABLES_CALLED: Final = {
    "goals": "goal_compliance",
    **{
        name: f"payout_{name}"
        for name in ("accruals", "assignments", "methods", "payments", "structures")
    },
}
"""The tables whose frames arguments call by a shorter name."""
_RESULTS_CALLED: Final = {
    "alerts": "find_negative_alerts",
    "due": "accrue",
    "explained": "explain_change",
    "findings": "audit",
    "forecast": "forecast_payouts",
    "forecasts": "backtest_goal_odds",
    "odds": "goal_odds",
    "owed": "outstanding_balances",
    "plan": "plan_budget",
}
"""The helpers whose results arguments call by these names."""
_READERS: Final = {
    ".csv": "read_csv",
    ".xlsx": "read_excel",
    ".json": "read_json",
    ".parquet": "read_parquet",
}
"""pandas' functions that read files, by the end of a file's name."""
_VERBS: Final = re.compile(r"scrape|bulk-\w+|tracking-\w+")
"""Parts at the end of a path that name an action instead of a resource."""


def loader_called(argument: str) -> str | None:
    """Return the function whose frames an argument of this name takes; None if several do."""
    table = TABLES.get(_TABLES_CALLED.get(argument, argument))
    return table.loader if table else _RESULTS_CALLED.get(argument)


def check_frame(
    argument: str, given: object, loader: str | None = None, *, instead: str = ""
) -> None:
    """Check that an argument is a DataFrame; `loader` is a function that returns such ones.

    `instead` says what else can be done with a text that was given for a frame.

    Raises
    ------
    ArgumentTypeError
        It isn't.
    """
    if not isinstance(given, pd.DataFrame):
        hint = f", such as `{loader}` returns" if loader else ""
        if isinstance(given, pd.Series):
            column = given.name if isinstance(given.name, str) else "name"
            whole = f"the whole frame, not its column {column!r}"
            one = f"; a frame of one column is df[[{column!r}]], in two pairs of brackets"
            hint += f": pass {whole}" if loader else one
        elif isinstance(given, list | tuple):
            hint += _list_advice(argument, given, loader)
        elif isinstance(given, str | os.PathLike):
            reader = _READERS.get(Path(given).suffix.lower())
            reads = f"pd.{reader}({os.fspath(given)!r}) reads one" if reader else ""
            advice = (
                instead or reads or ("" if loader else "load one first: tgp.load_videos(project)")
            )
            hint += f"; {advice}" if advice else ""
        raise ArgumentTypeError(argument, given, f"a pandas DataFrame{hint}")


def _list_advice(argument: str, given: Sequence[object], loader: str | None) -> str:
    """Say how the frame is made that was given as a list of frames, of rows or of texts."""
    frames = [one for one in given if isinstance(one, pd.DataFrame)]
    if len({loader_of_frame(one) for one in frames}) == 1:
        return "; tgp.combine_loads(*frames) makes one of several"
    if frames and argument == "frames":
        return "; give the frames one by one, with a star before their list: *frames"
    if frames:
        return "; give each of these to the argument of its name"
    if given and all(isinstance(one, Mapping) for one in given):
        return "; pd.DataFrame(rows) makes one of a list of dicts"
    if given and loader == "load_comments" and all(isinstance(one, str) for one in given):
        return "; tgp.score_texts(pd.Series(texts)) scores texts alone"
    return ""


def require_columns(
    frame: pd.DataFrame, names: Iterable[str], *, loader: str | None = None
) -> None:
    """Check that a frame has the columns that a function needs.

    Parameters
    ----------
    frame
        The frame.
    names
        The required columns.
    loader
        The public function whose frames have these columns, for the message.

    Raises
    ------
    ArgumentTypeError
        `frame` isn't a DataFrame.
    MissingColumnError
        Columns are missing. The message names them, the columns that there are, and the loader.
    ArgumentError
        Several columns have one of these names.
    """
    check_frame("frame", frame, loader)
    names, missing = list(names), []
    unchecked: Sequence[object] = names
    for name in unchecked:
        if not isinstance(name, str):
            check_name("column", name)
        elif name not in frame.columns:
            missing.append(name)
    if missing:
        # A frame of another resource, and not one from which a column was dropped.
        source = loader_of_frame(frame) if loader is not None else None
        other = source if source != loader else None
        raise MissingColumnError(missing, frame.columns, loader=loader, source=other)
    if not frame.columns.is_unique:
        for name in frame.columns[frame.columns.duplicated()].intersection(names):
            raise ArgumentError("frame", name, problem=f"it has several columns {name!r}")


def loader_of_frame(frame: pd.DataFrame) -> str | None:
    """Return the loader that a frame is from; None if its provenance doesn't say it."""
    declared = table_at(str(facts_as_made(frame).get("path")))
    return declared.loader if declared else None


def frame_facts(frame: pd.DataFrame | pd.Series) -> dict[str, Any]:
    """Return the provenance of a frame; empty if it has none.

    Users can change a frame's attributes, so anything there but a dict counts as none. pandas
    copies attributes to what it cuts out of a frame or adds to it: a frame with other rows than
    were loaded isn't said to be complete.
    """
    said = facts_as_made(frame)
    if said.get("complete") is True and ("cut" in said or rows_then(frame) != len(frame)):
        del said["complete"]
    return said


def facts_as_made(frame: pd.DataFrame | pd.Series) -> dict[str, Any]:
    """Return the provenance of a frame as it was when the frame was made.

    It differs from :func:`frame_facts` in nothing but ``complete``.
    """
    facts = frame.attrs.get("trackagoat")
    return dict(facts) if isinstance(facts, Mapping) else {}


def rows_then(frame: pd.DataFrame | pd.Series) -> int:
    """Return how many rows a frame had when it was made; those that it has if it doesn't say."""
    rows = facts_as_made(frame).get("rows")
    if isinstance(rows, int) and not isinstance(rows, bool) and rows >= 0:
        return rows
    return len(frame)


def frame_params(frame: pd.DataFrame | pd.Series) -> dict[str, Any]:
    """Return the query parameters that a frame was loaded with; empty if it has none."""
    params = frame_facts(frame).get("params")
    return dict(params) if isinstance(params, Mapping) else {}


def fact_instant(frame: pd.DataFrame, name: str) -> pd.Timestamp | None:
    """Read an instant of a frame's provenance; None where it doesn't say one."""
    said = facts_as_made(frame).get(name)
    read = pd.to_datetime(said, utc=True, errors="coerce") if isinstance(said, str) else pd.NaT
    return None if pd.isna(read) else read


def loaded_at(frame: pd.DataFrame) -> pd.Timestamp | None:
    """Return when a frame was loaded, by the server's clock if it says that; None if it doesn't.

    What happened later isn't in the frame.
    """
    return fact_instant(frame, "server_time") or fact_instant(frame, "fetched_at")


def warn_of_frames(message: str, category: type[Warning]) -> None:
    """Warn of incomplete or mismatched frames, unless within `without_frame_warnings`."""
    if not _IS_SAID.get():
        warn(message, category)


@contextmanager
def without_frame_warnings() -> Iterator[None]:
    """Suppress warnings of incomplete or mismatched frames where the caller warns by itself."""
    token = _IS_SAID.set(True)
    try:
        yield
    finally:
        _IS_SAID.reset(token)


def check_choice(argument: str, given: object, choices: Sequence[str]) -> str:
    """Return `given` if it is one of the choices.

    Raises
    ------
    ChoiceError
        It isn't. The message lists the choices.
    """
    if not isinstance(given, str) or given not in choices:
        raise ChoiceError(argument, given, choices)
    return given


def read_choice(argument: str, given: object, choices: Sequence[str]) -> str:
    """Match `given` to a choice, ignoring case, "-" and "_".

    Raises
    ------
    ChoiceError
        No choice matches, or several do. The message lists the choices.
    """
    if isinstance(given, str) and given not in choices:
        alike = [choice for choice in choices if fold(choice) == fold(given)]
        if len(alike) == 1:
            return alike[0]
    return check_choice(argument, given, choices)


def check_bool(argument: str, given: object) -> bool:
    """Return `given` if it is True or False.

    Raises
    ------
    ArgumentTypeError
        It is anything else, even 0 or 1.
    """
    if not isinstance(given, bool):
        raise ArgumentTypeError(argument, given, "True or False")
    return given


def check_int(
    argument: str, given: object, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return `given` if it is a whole number within bounds, both inclusive.

    Raises
    ------
    ArgumentTypeError
        It isn't an int; True and False don't count as ints.
    ArgumentError
        It is out of bounds.
    """
    if isinstance(given, bool) or not isinstance(given, int):
        raise ArgumentTypeError(argument, given, "a whole number")
    if minimum is not None and given < minimum:
        raise ArgumentError(argument, given, f"it must be at least {minimum}")
    if maximum is not None and given > maximum:
        raise ArgumentError(argument, given, f"it must be at most {maximum}")
    return given


def check_between(
    argument: str, given: object, low: float, high: float, *, ends: bool = False
) -> float:
    """Return `given` if it is a number between `low` and `high`, which are allowed with `ends`.

    Raises
    ------
    ArgumentTypeError
        It isn't a number.
    ArgumentError
        It is out of bounds.
    """
    if isinstance(given, bool) or not isinstance(given, Real):
        raise ArgumentTypeError(argument, given, "a number")
    try:
        number = float(given)
    except OverflowError:  # a whole number of more than 308 digits
        number = math.inf
    # Many write a share as a percentage.
    meant = f"; did you mean {number / 100:g}?" if high == 1 < number < 100 else ""
    if ends and not low <= number <= high:
        raise ArgumentError(argument, given, f"it must be from {low:g} to {high:g}{meant}")
    if not ends and not low < number < high:
        raise ArgumentError(argument, given, f"it must be above {low:g} and below {high:g}{meant}")
    return number


def check_text(argument: str, given: object, expected: str) -> str:
    """Return `given` if it is a string.

    Raises
    ------
    ArgumentTypeError
        It is of another type.
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, expected)
    return given


def check_name(argument: str, given: object) -> str:
    """Return `given` if it is a string, as a column's name must be.

    Raises
    ------
    ArgumentTypeError
        It is of another type.
    """
    return check_text(argument, given, "the name of a column")


def check_project(given: object) -> str:
    """Return `given` if it is a string, as a project's id or name must be.

    Raises
    ------
    ArgumentTypeError
        It is of another type.
    """
    return check_text("project", given, "a project's id or exact name")


def read_folder(argument: str, given: str | os.PathLike[str]) -> Path:
    """Read the path of a folder that is there or can be made; ``~`` is the home directory.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        No folder can be there, or the path is neither a string nor a Path.
    """
    if not isinstance(given, str | os.PathLike):
        raise ArgumentTypeError(argument, given, "the path of a folder")
    text = os.fsdecode(given)
    if not text or "\0" in text:
        raise ArgumentError(argument, text, "give the path of a folder")
    try:
        place = Path(text).expanduser()
        os.fsencode(place)
    except (UnicodeError, RuntimeError) as error:
        # Half of an emoji, or the home of a user whom the system doesn't know.
        raise ArgumentError(argument, text, f"no folder can be there: {error}") from error
    if place.exists() and not place.is_dir():
        raise ArgumentError(argument, text, "give the path of a folder; a file is there")
    return place


def read_age(given: object) -> dt.timedelta | None:
    """Read how old something may be, such as ``"1h"`` or a timedelta; None for no limit.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is no such time, or none above zero.
    """
    if given is None:
        return None
    if not isinstance(given, str | dt.timedelta):
        raise ArgumentTypeError("max_age", given, "a timedelta, a text such as '1h', or None")
    # A number without a unit would be one of nanoseconds.
    is_bare = isinstance(given, str) and re.fullmatch(r"[\s\d.+-]*", given)
    try:
        # pandas 3 warns of a small "d".
        text = re.sub(r"(?<=\d)(\s*)d\b", r"\1D", given) if isinstance(given, str) else given
        age = None if is_bare else pd.Timedelta(text)
    except (ValueError, OverflowError):
        age = None
    if age is None or pd.isna(age) or age <= dt.timedelta():
        raise ArgumentError("max_age", given, "give a time such as '1h', '30min' or '2 days'")
    found: dt.timedelta = age.to_pytimedelta()
    return found


def check_names(argument: str, given: object) -> list[str]:
    """Return one or several names as a list without repetitions; an empty one for None.

    Raises
    ------
    ArgumentTypeError
        `given` is neither a string nor an iterable of strings.
    """
    if given is None:
        return []
    names = [given] if isinstance(given, str) else given
    if isinstance(names, Iterable) and not isinstance(names, Mapping | pd.DataFrame):
        names = list(names)
        if all(isinstance(name, str) for name in names):
            return list(dict.fromkeys(names))
    raise ArgumentTypeError(argument, given, "a name, or several in a list")


def check_timezone(argument: str, given: object) -> str:
    """Return `given` if it is the name of an IANA time zone.

    Raises
    ------
    ArgumentTypeError
        It isn't a string.
    ArgumentError
        There is no time zone of this name. The message suggests a similar one.
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, "the name of a time zone")
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentError(argument, given, timezone_advice(given)) from error
    return given


def check_id(argument: str, given: object, *, entity: str | None = None) -> str:
    """Return one id, in lower case.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        The id.
    entity
        What the id identifies, such as ``"creator"``, for messages; by default `argument` without
        ``_id``.

    Raises
    ------
    ArgumentTypeError
        It isn't a string. An id that was a number may have lost digits.
    ArgumentError
        It is null, or not a UUID.
    """
    if is_null(given):
        raise ArgumentError(argument, given, problem="an id can't be null")
    if isinstance(given, pd.DataFrame | pd.Series | list):
        raise ArgumentTypeError(argument, given, "one id, such as frame['id'].iloc[0]")
    if not isinstance(given, str):
        lossy = "ids as strings, since a number may lose digits"
        is_number = isinstance(given, Real)
        raise ArgumentTypeError(argument, given, lossy if is_number else f"ids as strings; {_IDS}")
    if is_uuid(given):
        return given.lower()
    advice = _advice(given, entity or argument.removesuffix("_id"))
    raise ArgumentError(argument, given, problem=f"{brief(given)} is not an id{advice}")


def is_uuid(text: str) -> bool:
    """Whether a text is an id as the API writes it: 8-4-4-4-12 hexadecimal digits."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _advice(given: str, entity: str) -> str:
    loader = _LOADERS.get(entity)
    if loader is None:
        return "; an id is a UUID: 8-4-4-4-12 hexadecimal digits"
    if entity == "creator" and _HANDLE.fullmatch(given):
        loader = f"load_creators(search={given.removeprefix('@')!r})"
    else:
        loader += f": frame[frame['name'] == {given!r}]" if entity in _BY_NAME else ""
    return f" (an id is a UUID). Give the {entity}'s id, or look it up with {loader}"


def is_null(given: object) -> bool:
    """Whether a value is missing: None, NA, NaT or NaN."""
    is_nan = isinstance(given, float) and math.isnan(given)
    return is_nan or given is None or given is pd.NA or given is pd.NaT


def check_ids(argument: str, given: object, *, entity: str | None = None) -> list[str]:
    """Return ids as a list without repetitions, in the order given.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        One id; a list, tuple, Index, Series or array of ids; or a frame with a column
        ``{entity}_id`` or ``id``, or one of its rows.
    entity
        What the ids identify, such as ``"creator"``; it decides which column of a frame is read.

    Returns
    -------
    list of str
        The ids in lower case; empty if `given` has none.

    Raises
    ------
    ArgumentTypeError
        `given` is of another type, or an id isn't a string.
    ArgumentError
        An id is null, or not a UUID.
    MissingColumnError
        A frame has no column of ids.

    Warns
    -----
    IncompleteFrameWarning
        The frame is incomplete, so ids may be missing.
    """
    ids = given_ids(argument, given, entity)
    return list(dict.fromkeys(check_id(argument, id_, entity=entity) for id_ in ids))


def row_as_frame(given: Any, names: AbstractSet[str]) -> Any:
    """Return a row of a frame, such as ``frame.iloc[0]``, as a frame; all else as it is.

    A Series is a row if one of its labels is among `names`: only that value names an item.
    """
    if not isinstance(given, pd.Series) or names.isdisjoint(map(str, given.index)):
        return given
    row = given.to_frame().T
    row.attrs = given.attrs
    return row


def given_ids(argument: str, given: object, entity: str | None) -> Iterable[Any]:
    """Extract ids from an argument, without validating them as `check_ids` does.

    Raises
    ------
    ArgumentTypeError
        `given` is of another type.
    ArgumentError
        Rows of a frame have no id, or its ids are of another entity.
    MissingColumnError
        A frame has no column of ids.

    Warns
    -----
    IncompleteFrameWarning
        The frame is incomplete, so ids may be missing.
    """
    if isinstance(given, str):
        return [given]
    given = row_as_frame(given, {"id", f"{entity}_id"})
    if isinstance(given, pd.DataFrame):
        return _ids_of_frame(argument, given, entity)
    if isinstance(given, pd.Series | pd.Index):
        return given.unique()
    if isinstance(given, Iterable) and not isinstance(given, bytes | Mapping):
        return given
    raise ArgumentTypeError(argument, given, _IDS)


def _ids_of_frame(argument: str, frame: pd.DataFrame, entity: str | None) -> Iterable[Any]:
    name = id_column(argument, frame, entity)
    if frame_facts(frame).get("complete") is False:
        warn_of_frames(
            f"{argument}: this frame is incomplete (a part was not loaded); ids may be missing.",
            IncompleteFrameWarning,
        )
    missing = int(frame[name].isna().sum())
    if missing:
        kind = entity_of(frame)
        which = f"the frame of {kind}s" if kind else "the frame"
        problem = f"{missing} of {len(frame)} rows of {which} have no {name!r}"
        other = f", or pass a frame from {_LOADERS[entity]}" if entity in _LOADERS else ""
        advice = f"an id can't be null: drop them with .dropna(subset={name!r}){other}"
        raise ArgumentError(argument, None, problem=f"{problem}; {advice}")
    return frame[name].unique()


def id_column(argument: str, frame: pd.DataFrame, entity: str | None) -> str:
    """Return the name of the column with the ids of an entity: ``{entity}_id`` or ``id``.

    Raises
    ------
    MissingColumnError
        The frame has neither.
    ArgumentError
        The frame has only ``id``, and its rows are of another entity.
    """
    # In a frame of videos, the ids of creators are in creator_id and not in id.
    if entity and f"{entity}_id" in frame.columns:
        name = f"{entity}_id"
    elif "id" in frame.columns:
        name = "id"
        kind = entity_of(frame)
        if entity and kind and kind != entity:
            needed = f"pass {entity} ids, or a frame from {_LOADERS.get(entity, 'its loader')}"
            raise ArgumentError(argument, frame, problem=f"this is a frame of {kind}s; {needed}")
    else:
        name = f"{entity}_id" if entity else "id"
        raise MissingColumnError([name], frame.columns, loader=_LOADERS.get(entity or ""))
    require_columns(frame, [name])
    return name


def entity_of(frame: pd.DataFrame) -> str | None:
    """Return what the rows of a loaded frame are, such as ``"creator"``; None if unknown."""
    path = facts_as_made(frame).get("path")
    parts = path.split("/") if isinstance(path, str) else []
    ends = [part for part in parts if not (is_uuid(part) or _VERBS.fullmatch(part))]
    return _NOUNS.get(ends[-1]) if ends else None
