"""The frames to export: checked, named, and with the columns of their index."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from trackagoat_pandas.checks import frame_facts, warn_of_frames
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    listing,
)
from trackagoat_pandas.frames.dictionary import table_of
from trackagoat_pandas.helpers.captions import title
from trackagoat_pandas.helpers.cuts import cuts_said, is_regrouped, rows_said
from trackagoat_pandas.helpers.facts import incomplete_among
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.showing import Shown

_TAKES = "a DataFrame, or a dict of DataFrames by their names"


def named_frames(function: str, frames: object) -> dict[str, pd.DataFrame]:
    """Return the frames to export, by their names, each with the columns of its index.

    A single frame is called like the table that it was loaded from, such as ``Videos``, or like
    what a helper made it, such as ``Budget``; ``Data`` if it doesn't say. Warnings in the name of
    the function say which frames are incomplete, and which have other rows than were loaded.

    Raises
    ------
    ArgumentTypeError
        There is something else than a frame, or a name isn't a string.
    ArgumentError
        There are no frames.
    """
    given = {"frames": frames} if isinstance(frames, pd.DataFrame) else frames
    if isinstance(given, Shown):
        raise ArgumentTypeError("frames", frames, f"{_TAKES}; of a shown table, pass its .frame")
    if not isinstance(given, Mapping):
        raise ArgumentTypeError("frames", frames, _TAKES)
    if not given:
        raise ArgumentError("frames", frames, f"give {_TAKES}")
    for name, frame in given.items():
        if not isinstance(name, str):
            raise ArgumentTypeError("frames", name, f"{_TAKES}; a name is a string")
        if not isinstance(frame, pd.DataFrame):
            raise ArgumentTypeError(f"frames[{name!r}]", frame, "a pandas DataFrame")
    if incomplete := incomplete_among([(name, frame_facts(each)) for name, each in given.items()]):
        warn_of_frames(f"{function}: {incomplete}", IncompleteFrameWarning)
    # Groups, or a table turned on its side, are no part of one.
    cut = [
        f"`{name}` has {said}" if said == rows_said(frame) else f"`{name}` is {said}"
        for name, frame in given.items()
        if not is_regrouped(frame)
        for said in cuts_said(frame)
    ]
    if cut:
        warn_of_frames(f"{function}: {listing(cut, 3)}.", IncompleteFrameWarning)
    if isinstance(frames, pd.DataFrame):
        table = table_of(frames)
        loaded = heading(table.name.replace("-", "_")) if table else "Data"
        # After a comma is of whom and when, which would be too long for the name of a sheet.
        made = title(frames).partition(",")[0] if "helper" in frame_facts(frames) else ""
        given = {made or loaded: frames}
    return {name: with_index(frame) for name, frame in given.items()}


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index as first columns; numbers without a name are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> with_index(pd.DataFrame({"views": [5]}, index=pd.Index(["mia"], name="creator")))
      creator  views
    0     mia      5
    >>> with_index(pd.DataFrame({"views": [5]}, index=[7])).columns.tolist()
    ['views']
    """
    index = frame.index
    if all(name is None for name in index.names) and pd.api.types.is_integer_dtype(index.dtype):
        return frame
    taken = {str(name) for name in frame.columns}
    said = [f"index_{n}" if name is None else name for n, name in enumerate(index.names, 1)]
    names = [f"{name}_index" if str(name) in taken else name for name in said]
    rest = frame.reset_index(drop=True)
    joined = pd.concat([index.to_frame(index=False), rest], axis="columns", ignore_index=True)
    labels = pd.Index([*names, *frame.columns.tolist()], tupleize_cols=False)
    joined.columns = labels.rename(frame.columns.name)
    joined.attrs = frame.attrs
    return joined
