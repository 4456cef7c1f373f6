"""What ids are called: the columns of names, the frames that know them, and how they are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, listing
from trackagoat_pandas.helpers.columns import STRING, is_word
from trackagoat_pandas.helpers.formats import in_reading_order, is_id
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import entity_of, fact_instant
from trackagoat_pandas.tables.model import Kind
from trackagoat_pandas.tables.results import RESULTS

Names: TypeAlias = pd.DataFrame | list[pd.DataFrame] | tuple[pd.DataFrame, ...] | None
"""Frames that know names: of creators, videos, campaigns, payout structures or projects."""

IDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "creators": {"creator_id": "tiktok_handle"},
        "videos": {"video_id": "video_title"},
        "campaigns": {
            "campaign_id": "campaign_name",
            "campaign_a": "campaign_a_name",
            "campaign_b": "campaign_b_name",
        },
        "projects": {"project_id": "project_name"},
        "structures": {"structure_id": "structure_name"},
    }
)
"""For each kind, the columns that may hold its ids, and the column for the names of each."""
NAMES: Final = frozenset(name for names in IDS.values() for name in names.values())
"""The columns of names."""
LABELS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "creators": ("tiktok_handle",),
        "videos": ("title", "tiktok_video_id"),
        "campaigns": ("name",),
        "projects": ("name",),
        "structures": ("name",),
    }
)
"""The columns that hold the names in a loaded frame; the second is used where the first is NA."""
_MARKS: Final[Mapping[str, frozenset[str]]] = {
    "creators": frozenset({"tiktok_handle"}),
    "videos": frozenset({"title", "tiktok_video_id"}),
    "campaigns": frozenset({"target_views"}),
    "projects": frozenset({"timezone"}),
    "structures": frozenset({"version"}),
}
"""Columns by which a frame of each kind is known if it doesn't say where it was loaded from."""
_DTYPES: Final[Mapping[Kind, Any]] = {
    "text": STRING,
    "json": STRING,
    "int": "Int64",
    "float": "Float64",
    "bool": "boolean",
}
_WHEN: Final = ("fetched_at", "updated_at")
"""Columns that say which of several names is the latest."""
_OF_POST: Final = r"^https://(?:www\.)?tiktok\.com/@(?P<handle>[A-Za-z0-9._-]{1,30})/video/\d+"
"""The address of a video, which has the handle of its creator."""
ID_LETTERS: Final = 8
"""How many letters of an id stand for it where no name is known."""
_LONG_AGO = pd.Timestamp(0, tz="UTC")


def named(table: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Add the names that the frames of a `names=` argument know of a table's ids.

    Raises
    ------
    ArgumentTypeError
        `names` is no frame, or list of frames.
    """
    return with_known_names(table, _frames_of(names))


def read_names(names: Names) -> list[tuple[str, pd.DataFrame]]:
    """Return the frames of a `names=` argument, each with the argument's name.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        `names` is no frame, or list of frames, or one of them can't know any name, so that it would
        be ignored.
    """
    given = _frames_of(names)
    for argument, frame in given:
        if not _has_names(argument, frame):
            columns = listing([str(name) for name in frame.columns], 4) or "none"
            problem = (
                f"a frame with the columns {columns} doesn't say of what it has names: pass it as "
                "it was loaded, or with columns such as structure_id and structure_name"
            )
            raise ArgumentError(argument, frame, problem=problem)
    return given


def _has_names(argument: str, frame: pd.DataFrame) -> bool:
    return frame.columns.is_unique and (
        _is_of_posts(frame)
        or {"entity", "entity_id", "label"} <= set(frame.columns)
        or any(_id_and_name(argument, frame, kind) is not None for kind in IDS)
    )


def _frames_of(names: Names) -> list[tuple[str, pd.DataFrame]]:
    if names is None:
        return []
    frames: Sequence[object] = names if isinstance(names, list | tuple) else [names]
    given = []
    for frame in frames:
        if not isinstance(frame, pd.DataFrame):
            raise ArgumentTypeError("names", frame, "a DataFrame or a list of them")
        given.append(("names", frame))
    return given


def with_known_names(
    table: pd.DataFrame, given: Sequence[tuple[str, pd.DataFrame]]
) -> pd.DataFrame:
    """Add the names that frames, given by argument, know of a table's ids; NA where none does.

    A column is added if a frame has that kind of names, even for other ids, so that a result's
    columns don't depend on its rows. Names that the table has stay.
    """
    if not given:
        return table
    for kind, columns in IDS.items():
        for ids, name in columns.items():
            if ids not in table.columns:
                continue
            there = table[name] if name in table.columns else None
            # Only rows that have an id and no name yet are looked for in frames of many rows.
            unnamed = table[ids] if there is None else table.loc[there.isna(), ids].dropna()
            if there is not None and unnamed.empty:
                continue
            wanted = _texts(unnamed)
            known = _known(given, kind, wanted.unique())
            posts = [frame for _, frame in given if kind == "creators" and _is_of_posts(frame)]
            if not known and not posts:
                continue
            found = pd.Series(None, table.index, dtype=STRING)
            if known:
                joined = latest_of(pd.concat(known, ignore_index=True), ["id"])
                found = looked_up(table[ids], joined["id"], joined["name"])
            left = table.loc[found.isna(), ids]
            if posts and len(left):
                in_urls = _handles_in_urls(posts, _texts(left))
                found = found.fillna(looked_up(table[ids], in_urls["id"], in_urls["name"]))
            if there is not None:
                found = there.astype(found.dtype).where(there.notna(), found)
            table = table.assign(**{name: found})
    return table


def named_comments(comments: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Add the names that the frames of a `names=` argument know of the ids of comments.

    A post that was added by its URL has no creator, but its address says whose it is.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        As :func:`read_names`.
    """
    given = read_names(names)
    return _with_posters(with_known_names(comments, given), given)


def _with_posters(table: pd.DataFrame, given: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Fill missing handles by those in the addresses of the rows' videos."""
    posts = [
        frame
        for _, frame in given
        if frame.columns.is_unique and {"id", "url"} <= set(frame.columns)
    ]
    if not posts or "video_id" not in table.columns:
        return table
    handles = table.get("tiktok_handle", pd.Series(None, table.index, dtype=STRING))
    for frame in posts:
        if handles.isna().any():
            found = _handles_of(frame["url"])
            own = looked_up(table["video_id"], frame["id"], found)
            handles = handles.fillna(own.astype(handles.dtype))
    return table.assign(tiktok_handle=handles)


def _handles_of(urls: pd.Series) -> pd.Series:
    """Return the handles in the addresses of posts; NA where there is none.

    Of 150,000 addresses Arrow reads them in 90 ms, pandas in 300 ms.
    """
    texts = urls.astype(STRING)
    arrow = _texts(texts)
    # Arrow knows the digits 0 to 9 only, Python those of all scripts.
    if not pc.all(pc.string_is_ascii(arrow)).as_py():
        return texts.str.extract(_OF_POST, expand=False)
    found = pc.struct_field(pc.extract_regex(arrow, pattern=_OF_POST), "handle")
    return pd.Series(found.to_pandas(), dtype=STRING).set_axis(urls.index)


def _is_of_posts(frame: pd.DataFrame) -> bool:
    """Whether a frame has the addresses of videos, with their creators."""
    return frame.columns.is_unique and {"creator_id", "url"} <= set(frame.columns)


def _handles_in_urls(frames: Sequence[pd.DataFrame], wanted: pa.Array) -> pd.DataFrame:
    """Return those of some creators whose handle is known from the addresses of their videos.

    They may be removed from the list of creators. Whose videos have several handles was renamed:
    then it isn't certain which is right.
    """
    found = []
    for frame in frames:
        owners = frame["creator_id"]
        rows = pc.is_in(_texts(owners), value_set=wanted).to_numpy(zero_copy_only=False)
        handles = _handles_of(frame.loc[rows, "url"])
        found.append(pd.DataFrame({"id": owners[rows].astype(STRING), "name": handles}))
    pairs = pd.concat(found, ignore_index=True).dropna().drop_duplicates()
    return pairs[~pairs.duplicated("id", keep=False)]


def _known(
    given: Sequence[tuple[str, pd.DataFrame]], kind: str, wanted: pa.Array
) -> list[pd.DataFrame]:
    """Find the wanted ids of a kind in frames, with their names and when they were loaded."""
    known = []
    for argument, frame in given:
        columns = _id_and_name(argument, frame, kind) if frame.columns.is_unique else None
        if columns is None:
            continue
        ids, name = columns
        rows = pc.is_in(_texts(frame[ids]), value_set=wanted).to_numpy(zero_copy_only=False)
        if ids == "entity_id":
            rows &= is_word(frame["entity"], kind[:-1])
        used = frame.columns.intersection([ids, *name, *_WHEN], sort=False)
        chosen = frame[used] if rows.all() else frame.loc[rows, used]
        found = pd.DataFrame({"id": chosen[ids].astype(STRING), "name": labels_of(chosen, name)})
        loaded = {"fetched_at": fact_instant(frame, "fetched_at") or _LONG_AGO}
        said = {when: chosen[when] for when in _WHEN if when in used}
        found = found.assign(**loaded | said).dropna(subset=["id", "name"])
        # A frame of facts says the same name in many rows.
        many = len(found) > len(wanted)
        known.append(found.drop_duplicates(["id", "name"], keep="last") if many else found)
    return known


def _id_and_name(argument: str, frame: pd.DataFrame, kind: str) -> tuple[str, Sequence[str]] | None:
    """Return the columns in which a frame has ids of a kind and their names; None if it hasn't."""
    for ids, name in IDS[kind].items():
        if ids in frame.columns and name in frame.columns:
            return ids, [name]
    if (
        "id" in frame.columns
        and LABELS[kind][0] in frame.columns
        and kind == _kind(argument, frame)
    ):
        return "id", LABELS[kind]
    if {"entity", "entity_id", "label"} <= set(frame.columns) and is_word(
        frame["entity"], kind[:-1]
    ).any():
        return "entity_id", ["label"]
    return None


def _kind(argument: str, frame: pd.DataFrame) -> str | None:
    """Return what the rows of a frame are; None if that isn't known."""
    if argument in IDS:
        return argument
    entity = entity_of(frame)
    if entity is not None:
        return f"{entity}s"
    marked = [kind for kind, marks in _MARKS.items() if not marks.isdisjoint(frame.columns)]
    return marked[0] if len(marked) == 1 else None


def labels_of(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return a frame's names as text, from the first of some columns that has one."""
    text = frame[columns[0]].astype(STRING)
    for name in columns[1:]:
        if name in frame.columns:
            text = text.fillna(frame[name].astype(STRING))
    return text


def looked_up(ids: pd.Series, known: pd.Series, names: pd.Series) -> pd.Series:
    """Return the name of each id as text; NA if it isn't among those known."""
    # 8 ms for the 150,000 comments of a board; Series.map takes 37.
    places = pc.index_in(_texts(ids), value_set=_texts(known), skip_nulls=True)
    text = names.astype(STRING).array.take(places.fill_null(-1).to_numpy(), allow_fill=True)
    found = pd.Series(text, index=ids.index)
    return found.astype(ids.dtype) if isinstance(ids.dtype, pd.ArrowDtype) else found


def _texts(ids: pd.Series) -> pa.Array:
    return pa.array(ids.astype(STRING), pa.large_string(), from_pandas=True)


def known_frames(**frames: pd.DataFrame | None) -> list[tuple[str, pd.DataFrame]]:
    """Return those of some arguments that were given, each with its name."""
    return [(argument, frame) for argument, frame in frames.items() if frame is not None]


def finish(
    table: pd.DataFrame,
    helper: str,
    names: Sequence[tuple[str, pd.DataFrame]] = (),
    frames: Sequence[tuple[str, pd.DataFrame]] = (),
    groups: object = None,
) -> pd.DataFrame:
    """Give a result its declared dtypes, the names of its ids, and the order of its columns.

    Parameters
    ----------
    table
        The result of a helper.
    helper
        The helper's name, by which its columns are declared.
    names, frames
        The frames of its argument ``names``, whose names count, and others that may know names.
    groups
        The column or columns that the caller grouped by, which come first unless they are ids.
    """
    known = with_known_names(with_known_names(as_declared(table, helper), names), frames)
    leading = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    leading = [name for name in leading if name in known.columns and not is_id(name)]
    return arranged(known, [*dict.fromkeys(leading)])


def as_declared(table: pd.DataFrame, helper: str) -> pd.DataFrame:
    """Cast the columns of a result that numpy holds, each to the dtype of its declared kind.

    Ids keep the dtype that they have in frames, so that both can be merged.
    """
    declared = RESULTS[helper].columns if helper in RESULTS else ()
    dtypes = {
        column.name: _DTYPES[column.kind]
        for column in declared
        if column.kind in _DTYPES
        and column.name in table.columns
        and isinstance(table.dtypes[column.name], np.dtype)
    }
    return table.astype(dtypes) if dtypes else table


def arranged(table: pd.DataFrame, leading: Sequence[object] = ()) -> pd.DataFrame:
    """Put a table's columns in the order in which a row is read, some before the others."""
    order = [name for name in in_reading_order(table.columns) if name not in leading]
    order = [*leading, *order]
    return table if order == list(table.columns) else table[order]


def keep_order(table: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Put a frame's columns and new ones in reading order, if the frame's were."""
    given = list(frame.columns)
    return arranged(table) if in_reading_order(given) == given else table
