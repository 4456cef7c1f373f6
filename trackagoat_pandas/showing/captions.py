"""Describe a frame in words, by its provenance: its title, its gaps and its caveats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.base.wording import ended, one_line, without_code
from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.comparison import difference_text
from trackagoat_pandas.helpers.cuts import cut_sentences
from trackagoat_pandas.helpers.facts import why_incomplete
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.inputs.checks import frame_facts, frame_params, loaded_at
from trackagoat_pandas.inputs.settings import is_timezone
from trackagoat_pandas.tables import ANALYTICS, table_at
from trackagoat_pandas.tables.results import RESULTS

_MOST: Final = 3
"""So many names are listed."""
_COUNTS: Final = {
    "lifetime": "Counts are those of the videos' lifetime, not of these days.",
    "unclear": "Counts may be those of the videos' lifetime, not of these days.",
    "undocumented": "Whether counts are of these days or of the videos' lifetime isn't documented",
}
_UNKNOWN: Final = {
    "view-distribution": "; load_report(..., check=True) compares them with the videos' views now.",
    "outliers": (
        ", nor what is a creator's usual and which posts are compared with it: bigger ones may be "
        "left out. load_report(..., check=True) looks for them."
    ),
}
"""How the note on undocumented counts ends, by the report."""
_DOUBTS: Final = {
    "project_id": "this project",
    "dates": "these days",
    "reference_date": "this day",
    "tz": "this time zone",
}
"""What a frame's rows don't show that they are of, by the filter."""
_FILTERS: Final[Mapping[str, str]] = {
    "search": " matching “{}”",
    "status": ", {}",
    "period": ", {}",
    "reference_date": ", for {}",
}
"""How the filters of a load are named after its title."""


def title(frame: pd.DataFrame) -> str:
    """Return a frame's title: its table or helper, subject and time; "" if they aren't known.

    Examples
    --------
    >>> frame = pd.DataFrame()
    >>> params = {"metric": "views,likes", "from": "2026-05-01", "to": "2026-05-31"}
    >>> frame.attrs["trackagoat"] = {"path": "/analytics", "params": params}
    >>> title(frame)
    'Analytics (views, likes), 1 May to 31 May 2026'
    """
    facts, params = frame_facts(frame), frame_params(frame)
    if facts.get("dry_run") is True:
        made = table_at(str(facts.get("path")))
        return "Dry run" if made is None else f"Dry run: {heading(made.name).lower()}"
    what = _what(facts, params)
    if not what:
        return ""
    owners = [*_creators_of(facts, params), *filter(None, [project_of(frame)])]
    if owners:
        what += f"{',' if 'helper' in facts else ' of'} {', '.join(map(one_line, owners))}"
    for name, words in _FILTERS.items():
        if isinstance(params.get(name), str) and params[name] != "all":
            what += words.format(_plain(params[name]))
    if isinstance(facts.get("selection"), str):
        what += f" {facts['selection']}"
    if moments := _compared_moments(frame):
        return f"{what}, {moments}"
    days, before = _days(params, ""), _days(params, "compared_")
    if not days:
        return what
    return f"{what}: {days} against {before}" if before else f"{what}, {days}"


def _what(facts: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """Name a helper's result, or a table and its shown part; "" if neither is known."""
    if "helper" in facts:
        declared = RESULTS.get(str(facts["helper"]))
        what = "" if declared is None else declared.title
        said = {"metric": params.get("metric", "a total"), "status": facts.get("status", "unknown")}
        what = what.format(**said)
        if "compared" in facts and "resource" in facts:
            what = f"Changes of {_plain(facts['resource'])}"
        return f"{what}, by {_plain(facts['by'])}" if what and "by" in facts else what
    table = table_at(str(facts.get("path")))
    if table is None:
        return ""
    what = heading(table.name.replace("-", "_"))
    if isinstance(shows := facts.get("shows"), str):
        what = f"{heading(shows)} of {what[:1].lower()}{what[1:]}"
    if table is ANALYTICS and params.get("metric"):
        metrics = str(params["metric"]).replace("_", " ").split(",")
        more = f" and {len(metrics) - _MOST} more" if len(metrics) > _MOST else ""
        what += f" ({', '.join(metrics[:_MOST])}{more})"
    return what


def _plain(word: object) -> str:
    return str(word).removesuffix("_id").replace("_", " ")


def _creators_of(facts: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    """Return the creators that were requested, or their number, if the frame knows them."""
    asked, known = params.get("creator_id"), facts.get("names")
    if not isinstance(asked, str):
        return []
    if asked.endswith(" ids"):
        return [f"{asked.removesuffix(' ids')} creators"]
    named = known if isinstance(known, Mapping) else {}
    return [str(named.get(id_, "1 creator")) for id_ in asked.split(",")]


def _days(params: Mapping[str, Any], prefix: str) -> str:
    first, last = _day(params.get(f"{prefix}from")), _day(params.get(f"{prefix}to"))
    return "" if first is None or last is None else buckets_text(first, last, "day")


def _day(said: object) -> pd.Timestamp | None:
    read = pd.to_datetime(said, errors="coerce") if isinstance(said, str) else pd.NaT
    return None if pd.isna(read) else read.tz_localize(None)


def _compared_moments(frame: pd.DataFrame) -> str:
    """Say of which two moments lists were compared; "" if none were."""
    compared = frame_facts(frame).get("compared")
    if not isinstance(compared, Mapping):
        return ""
    said = [str(compared.get(end)) for end in ("since", "until")]
    moments = pd.to_datetime(said, format="%Y-%m-%d %H:%M:%S UTC", utc=True, errors="coerce")
    if moments.isna().any():
        return ""
    zone = zone_in(frame)
    first, last = (f"{day_text(one)} {one:%H:%M}" for one in moments.tz_convert(zone))
    return f"{first} to {last} {zone}"


def zone_in(frame: pd.DataFrame) -> str:
    """Return the time zone that a frame carries, else UTC."""
    zone = frame_facts(frame).get("timezone")
    return zone if isinstance(zone, str) and is_timezone(zone) else "UTC"


def project_of(frame: pd.DataFrame) -> str | None:
    """Return the name of the one project that a frame is about, where it knows it."""
    loaded = frame_facts(frame).get("project")
    if isinstance(loaded, str):
        return loaded
    # For a name that several columns have, pandas would return a frame.
    if [*frame.columns].count("project_name") != 1:
        return None
    names = frame["project_name"].dropna().astype(str).unique()
    return str(names[0]) if len(names) == 1 else None


def as_of(frame: pd.DataFrame, zone: str) -> str:
    """Say when a frame was loaded, by the server's clock; "" if it doesn't say.

    Of two lists that were compared the title has both moments.

    Examples
    --------
    >>> frame = pd.DataFrame()
    >>> frame.attrs["trackagoat"] = {"fetched_at": "2026-06-15T12:00:00+00:00"}
    >>> as_of(frame, "America/New_York")
    'as of 15 Jun 2026 08:00 America/New_York'
    """
    loaded = loaded_at(frame)
    if loaded is None or _compared_moments(frame):
        return ""
    local = loaded.tz_convert(zone)
    return f"as of {day_text(local)} {local:%H:%M} {zone}"


def rows_text(shown: int, rows: int) -> str:
    """Say how many rows are shown of how many.

    Examples
    --------
    >>> rows_text(20, 1638), rows_text(1, 1), rows_text(0, 0)
    ('20 of 1,638 rows', '1 row', 'no rows')
    """
    if shown < rows:
        return f"{shown:,} of {rows:,} rows"
    return f"{rows:,} row{'s' * (rows != 1)}" if rows else "no rows"


def flaws(frame: pd.DataFrame) -> list[str]:
    """List a frame's gaps: parts, rows, days, values, fields, the end of its last bucket.

    Examples
    --------
    >>> frame = pd.DataFrame()
    >>> frame.attrs["trackagoat"] = {"complete": False, "unreadable": {"view_count": 2}}
    >>> flaws(frame)
    ['Not complete: a part was not loaded.', "Values that can't be read: 2 of view_count."]
    """
    facts = frame_facts(frame)
    is_part = facts.get("complete") is False
    return [
        *([f"Not complete: {why_incomplete(facts)}."] if is_part else []),
        *cut_sentences(frame),
        *gaps_within(frame),
    ]


def gaps_within(frame: pd.DataFrame) -> list[str]:
    """List the gaps within a frame's rows: values, fields, and the end of the last bucket."""
    facts = frame_facts(frame)
    found = []
    unreadable = facts.get("unreadable")
    if isinstance(unreadable, Mapping) and unreadable:
        counts = [f"{count} of {name}" for name, count in unreadable.items()]
        found.append(f"Values that can't be read: {', '.join(counts)}.")
    undeclared = facts.get("undeclared")
    if isinstance(undeclared, Mapping):
        columns = [
            f"{listing(map(repr, words), _MOST)} in {name}"
            for name, words in undeclared.items()
            if isinstance(words, Mapping) and words
        ]
        found += [f"Words that aren't declared: {'; '.join(columns)}."] if columns else []
    missing = facts.get("missing")
    if isinstance(missing, list) and missing:
        found.append(f"The API didn't send {listing(missing)}.")
    absent = facts.get("absent")
    if isinstance(absent, list) and absent:
        found.append(f"The server has no series of {listing(map(str, absent), _MOST)}.")
    if running := _running(frame):
        found.append(f"Not over yet: {running}.")
    return found


def notes(frame: pd.DataFrame) -> list[str]:
    """List the caveats of a frame: how it counts, and the notes of its helper.

    Examples
    --------
    >>> frame = pd.DataFrame()
    >>> facts = {"path": "/analytics/aggregate/creator-leaderboard", "counts": "lifetime"}
    >>> frame.attrs["trackagoat"] = facts
    >>> notes(frame)
    ["Counts are those of the videos' lifetime, not of these days."]
    """
    facts = frame_facts(frame)
    counts, doubts = facts.get("counts"), facts.get("unverified")
    found = [_COUNTS[counts]] if isinstance(counts, str) and counts in _COUNTS else []
    table = table_at(str(facts.get("path")))
    if counts == "undocumented":
        name = "" if table is None else table.name
        found[0] += _UNKNOWN.get(name, "; load_report(..., check=True) finds out.")
    if table is not None and table.loader == "load_report" and isinstance(doubts, list):
        unsure = [
            _DOUBTS.get(name, str(name)) for name in doubts if not (counts and name == "dates")
        ]
        if unsure:
            found.append(f"Its rows don't show whether they are of {' and '.join(unsure)}.")
    found += filter(None, [starts_text(frame), _inactive_text(frame), difference_text(frame)])
    if facts.get("dry_run") is True:
        found.append("Nothing was changed: this says what a run would do.")
    if isinstance(note := facts.get("note"), str) and note:
        found.append(ended(without_code(note)))
    return found


def starts_text(frame: pd.DataFrame, *, later: bool = True) -> str:
    """Say from when an analytics frame has data; "" if that is from its first day on.

    Without ``later``, entities whose data begin later aren't counted.

    Examples
    --------
    >>> frame = pd.DataFrame()
    >>> facts = {"data_since": "2025-12-20", "params": {"entity": "creator"}}
    >>> frame.attrs["trackagoat"] = facts
    >>> starts_text(frame)
    'Data since 20 Dec 2025.'
    >>> facts["starts_later"] = {"number": 3, "of": 13, "first": "2026-02-15", "last": "2026-03-02"}
    >>> starts_text(frame)
    'Data since 20 Dec 2025; 3 of 13 creators start later (15 Feb to 2 Mar 2026).'
    """
    facts, begin = frame_facts(frame), pd.NaT
    if [*frame.columns].count("date") == 1 and frame["date"].dtype.kind == "M":
        begin = frame["date"].min()  # of rows that were chosen, all may have data
    since = _day(facts.get("data_since"))
    said = [] if since is None or begin >= since else [f"Data since {day_text(since)}"]
    starts = facts.get("starts_later")
    if later and isinstance(starts, Mapping):
        first, last = _day(starts.get("first")), _day(starts.get("last"))
        number, of = starts.get("number"), starts.get("of")
        is_counted = isinstance(number, int) and isinstance(of, int)
        if isinstance(of, int) and "entity_id" in frame.columns:
            is_counted &= frame["entity_id"].nunique() >= of  # else some were chosen
        if is_counted and first is not None and last is not None and not begin >= last:
            noun = str(frame_params(frame).get("entity") or "series")
            who = noun if of == 1 else f"{noun.removesuffix('s')}s"
            days = buckets_text(first, last, "day")
            start = "starts" if number == 1 else "start"
            said.append(f"{number:,} of {of:,} {who} {start} later ({days})")
    return f"{'; '.join(said)}." if said else ""


def _inactive_text(frame: pd.DataFrame) -> str:
    """Name the inactive creators among a frame's rows of whom the server counts nothing."""
    said = frame_facts(frame).get("inactive")
    names = [str(name) for name in said] if isinstance(said, list) else []
    if names and [*frame.columns].count("label") == 1:
        shown = set(frame["label"].dropna().astype(str))
        names = names if shown.intersection(names) else []
    return f"Inactive, so that nothing of theirs is counted: {listing(names, _MOST)}." * bool(names)


def _running(frame: pd.DataFrame) -> str:
    """Name the buckets that weren't over when a series was loaded."""
    columns = [*frame.columns]
    if columns.count("is_partial") != 1 or columns.count("date") != 1:
        return ""
    flags, days = frame["is_partial"], frame["date"]
    if not pd.api.types.is_bool_dtype(flags) or days.dtype.kind != "M":
        return ""
    partial = sorted(days[flags.fillna(value=False).astype(bool)].dropna().unique())
    named = [day_text(day) for day in partial[:_MOST]]
    more = [f"{len(partial) - _MOST} more"] if len(partial) > _MOST else []
    return ", ".join([*named, *more])


def summary(frame: pd.DataFrame) -> list[str]:
    """Describe a frame in a line or two: its title, its size, and whether it is complete.

    Examples
    --------
    >>> frame = pd.DataFrame({"view_count": [5, 9]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "complete": True}
    >>> summary(frame)
    ['Videos', '2 rows x 1 column, complete']
    """
    rows, columns = frame.shape
    size = f"{rows:,} row{'s' * (rows != 1)} x {columns:,} column{'s' * (columns != 1)}"
    what, flawed = title(frame), flaws(frame)
    is_whole = frame_facts(frame).get("complete") is True and not flawed
    loaded, whole = as_of(frame, zone_in(frame)), "complete" if is_whole else ""
    about = ", ".join(filter(None, [size, loaded, whole]))
    return [*filter(None, [what]), about, *flawed, *notes(frame)]
