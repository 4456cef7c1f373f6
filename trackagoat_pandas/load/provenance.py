"""The provenance that a frame carries in its attributes: a small dict, and how it is displayed.

pandas copies attributes on every operation, so the dict holds counts and names, never rows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.base.html import facts_table, note
from trackagoat_pandas.base.wording import number, one_line
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.frames.build import ATTRIBUTE

_NOTHING = (
    "Nothing is known of where this frame came from: no loader made it, or a join dropped it."
)
_NAMES = {
    "fetched_at": "fetched at",
    "server_time": "server time",
    "rows": "rows loaded",
    "rows_now": "rows now",
    "cut": "made from",
    "undeclared": "undeclared words",
    "timezone": "time zone",
    "unreadable": "unreadable values",
    "duplicates": "duplicates dropped",
    "dropped": "rows not asked for",
    "unverified": "filters not verified",
    "missing": "fields missing",
    "unmatched": "columns not matched",
    "data_since": "data since",
    "kept_since": "days kept since",
    "data_until": "data until",
    "starts_later": "starts later",
    "goals_until": "goals until",
    "gaps": "days missing",
    "pages": "pages from",
    "compared": "lists compared",
    "dry_run": "dry run",
    "store": "from the store",
}
"""The label under which a fact is displayed, where that isn't its name."""
_PARTS = {"all": "all of it", "some": "a part of it", "none": "nothing: all was requested"}
"""How much of a frame is from the store."""
MOST_NAMES: Final = 20
"""How many names are listed, so that the dict stays small."""
_SAME_CLOCK = dt.timedelta(minutes=5)
"""A smaller difference may come from a slow response or a clock that is slightly wrong."""


class Provenance(dict[str, Any]):
    """How a frame was loaded: a dict with a readable repr.

    Examples
    --------
    >>> from trackagoat_pandas.load.provenance import Provenance
    >>> Provenance(path="/videos", params={"limit": 2}, complete=True, rows=2, timezone=None)
    Provenance of a frame
      path         /videos
      params       limit=2
      complete     yes
      rows loaded  2
    """

    def __repr__(self) -> str:
        if not self:
            return _NOTHING
        facts = self._facts()
        width = max(map(len, facts), default=0)
        lines = [f"  {name:<{width}}  {text}" for name, text in facts.items()]
        return "\n".join(["Provenance of a frame", *lines])

    def _repr_html_(self) -> str:
        if not self:
            return note(_NOTHING)
        warning = ""
        if not self.get("complete", True):
            warning = note(f"This frame is NOT complete: {self._flaw()}.", "warning")
        return warning + facts_table("Provenance of a frame", self._facts())

    def _facts(self) -> dict[str, str]:
        names = _NAMES | ({"rows": "rows"} if "helper" in self else {})
        facts = {
            names.get(name, name): one_line(_as_text(name, value))
            for name, value in self.items()
            if value is not None and value != {}
        }
        if "complete" in facts:
            facts["complete"] = "yes" if self["complete"] else f"NO: {self._flaw()}"
        return facts

    def _flaw(self) -> str:
        """Say why the frame is incomplete."""
        if self.get("gaps"):
            return "days are missing"
        return "a part of the request failed to load"


def provenance(
    path: str,
    params: Mapping[str, Any],
    *,
    requests: int,
    timezone: str | None,
    sent_at: dt.datetime | None = None,
    age: dt.timedelta = dt.timedelta(),
    complete: bool = True,
    project: str | None = None,
) -> dict[str, Any]:
    """Describe a load: its parameters, its time, and whether it is complete.

    ``fetched_at`` is the time of this machine's clock, in UTC, when the last response arrived: now,
    or ``age`` ago for a stored one. ``server_time`` is the Date header of the last response; it is
    left out unless the two differ by more than 5 minutes, as they do in the sandbox. ``timezone``
    is the time zone of the frame's days, or None if it is unknown. ``project`` is the name of the
    one project that was requested, where it is known.
    """
    fetched_at = dt.datetime.now(dt.UTC) - age
    moments = clock_facts(fetched_at, sent_at)
    facts: dict[str, Any] = {
        "path": path,
        "params": {
            name: value if isinstance(value, str | int | float | bool) else str(value)
            for name, value in params.items()
            if value is not None
        },
        "fetched_at": moments.pop("fetched_at"),
        "complete": complete,
        "requests": requests,
        "timezone": timezone,
        **moments,
    }
    if project is not None:
        facts["project"] = project
    return facts


def clock_facts(fetched_at: dt.datetime, sent_at: dt.datetime | None) -> dict[str, str]:
    """Say when a response came, by this machine's clock and, if that differs, by the server's."""
    facts = {"fetched_at": fetched_at.isoformat(timespec="seconds")}
    if sent_at is not None and abs(fetched_at - sent_at) > _SAME_CLOCK:
        facts["server_time"] = sent_at.isoformat(timespec="seconds")
    return facts


def brief_ids(ids: Sequence[str]) -> str:
    """Write the ids of a load for its provenance: no more than 3, since it must stay small."""
    return ",".join(ids) if len(ids) <= 3 else f"{len(ids)} ids"


def add_facts(frame: pd.DataFrame, **facts: Any) -> None:
    """Add facts to a frame's provenance, except None and empty lists and dicts."""
    known = {name: fact for name, fact in facts.items() if fact not in (None, [], {})}
    frame.attrs[ATTRIBUTE] = {**frame.attrs[ATTRIBUTE], **known}


def hand_over(error: TrackaGoatError, frame: pd.DataFrame, path: str | None = None) -> None:
    """Add the frame of the rows that came to an error, as its ``partial``, if there are any.

    The message says how to load the rest, if `path` is that of a list that ``load_path`` can go on
    with; otherwise ``resume_at`` is None.
    """
    if path is None:
        error.resume_at = None
    if len(frame):
        error.partial = frame
        rows = number(len(frame), "row")
        said = f"{error} The rows loaded before it are in `error.partial`: {rows}."
        if (place := error.resume_at) is not None:
            name = "offset" if isinstance(place, int) else "cursor"
            rest = f"load_path({path!r}, ..., {name}=error.resume_at)"
            said += f" {rest}, with the same parameters, loads the others."
        error.args = (said, *error.args[1:])


def _moment(text: object) -> str:
    return str(text).replace("T", " ").replace("+00:00", " UTC")


def _of_store(fact: Mapping[str, Any]) -> str:
    """Say which part of a frame is from the store, how old it is, and which rows were stored."""
    said = [_PARTS.get(str(fact.get("part")), "")]
    if "fetched_since" in fact:
        first, last = _moment(fact["fetched_since"]), _moment(fact.get("fetched_at"))
        said.append(f"fetched from {first} to {last}")
    elif fact.get("fetched_at"):
        said.append(f"fetched {_moment(fact['fetched_at'])}")
    words = {"observed_at": "observed", "as_of": "as of"}
    said += [f"{word} {_moment(fact[name])}" for name, word in words.items() if fact.get(name)]
    if "snapshots" in fact:
        said.append(f"lists: {fact['snapshots']:,}")
    if counts := [f"{fact[name]:,} {name}" for name in ("new", "changed", "gone") if name in fact]:
        partial = (
            " (changed: those of days that were partial included)" if fact.get("changed") else ""
        )
        said.append(f"kept now: {', '.join(counts)}{partial}")
    if "restated" in fact:
        said.append(f"settled values among the changed: {fact['restated']:,}")
    if "doubtful" in fact:
        said.append(f"values that may have changed: {fact['doubtful']:,}")
    return "; ".join(filter(None, said))


def _of_resumed(fact: Mapping[str, Any]) -> str:
    if "lists" in fact:
        return "1 list" if fact["lists"] == 1 else f"{fact['lists']:,} lists"
    answers = "1 answer" if fact.get("answers") == 1 else f"{fact.get('answers')} answers"
    return f"{answers} kept since {fact.get('since')}"


_TEXTS: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("params", "unreadable", "dropped"),
            lambda fact: ", ".join(f"{key}={member}" for key, member in fact.items()),
        ),
        **dict.fromkeys(("pages", "compared"), lambda fact: " to ".join(map(str, fact.values()))),
        "store": _of_store,
        "resumed": _of_resumed,
        "starts_later": lambda fact: "{} of {}, from {} to {}".format(
            *map(fact.get, ("number", "of", "first", "last"))
        ),
        "names": lambda fact: ", ".join(map(str, fact.values())),
        "undeclared": lambda fact: "; ".join(
            f"{column}: {', '.join(words) if isinstance(words, dict) else words}"
            for column, words in fact.items()
        ),
        "cut": lambda fact: "; ".join(f"{frame} with {said}" for frame, said in fact.items()),
    }
)
"""How facts that are dicts are written."""


_LISTS: Final = frozenset({"unverified", "gaps", "missing", "unmatched", "absent", "inactive"})


def _as_text(name: str, value: Any) -> str:
    if name in ("fetched_at", "server_time"):
        return _moment(value)
    if name in _TEXTS and isinstance(value, dict):
        return _TEXTS[name](value)
    if name in _LISTS and isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
