"""The picker of videos."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.columns import arrow
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import TEXT, takes_arrow
from trackagoat_pandas.load.resources import load_videos
from trackagoat_pandas.plots.style import count_text
from trackagoat_pandas.showing.row_search import texts_by_value
from trackagoat_pandas.widgets.picker import Picker, RowsPicker, joined

_LONGEST_TITLE = 150


class VideoPicker(RowsPicker):
    """Pick several videos from a list, the newest first, by title, creator and views.

    Parameters
    ----------
    videos
        The frame of :func:`load_videos`; by default it is loaded in the background.
    project, client
        As for :class:`CreatorPicker`.
    creators
        A :class:`CreatorPicker` to follow, so that only videos of its selected creators are
        offered; all videos where none is selected.
    value
        The videos selected at first: ids, or a frame of videos.
    none_is_all
        Whether no selection stands for all videos, as in a board, and the heading says so.

    Attributes
    ----------
    value : tuple of str
        The selected videos' ids, as loaders take them. Videos that the search, the page or the
        creators hide stay selected.
    code : str
        The Python line for the selection.
    frame : pandas.DataFrame or None
        The videos to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or the value doesn't consist of ids.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.VideoPicker(project="Summer Launch").wait()
    >>> picker.code
    'videos = []'
    """

    what, one, needs = "videos", "video", ("id", "creator_id", "title", "url", "posted_at")
    hint = "title or link"

    @takes_arrow
    def __init__(
        self,
        videos: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        creators: Picker | None = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        if creators is not None and not isinstance(creators, Picker):
            raise ArgumentTypeError("creators", creators, "a CreatorPicker, or None")
        self._creators = creators
        self._owners = pa.array([], TEXT)
        super().__init__(videos, project, client, value, none_is_all=none_is_all)
        if creators is not None:
            self._follow(creators, lambda _: self._match())

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        return load_videos(project, client=view)

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        rows = frame.sort_values("posted_at", ascending=False, na_position="last", kind="stable")
        self._owners = _texts(rows["creator_id"])
        titles = _cut(_texts(rows["title"]))
        urls = _texts(rows["url"])
        handles = pc.replace_substring_regex(urls, pattern=r"^.*?(@[^/?#]+).*$", replacement=r"\1")
        labels = pc.binary_join_element_wise(
            titles, handles, _views(rows), _days(rows["posted_at"]), _text(" · "),
            null_handling="skip",
        )  # fmt: skip
        tiktok = rows["tiktok_video_id"] if "tiktok_video_id" in rows else rows["id"]
        return rows, labels.to_pylist(), joined(rows["title"], rows["url"], tiktok)

    def _narrow(self) -> NDArray[np.bool_] | None:
        chosen = () if self._creators is None else self._creators.value
        if not chosen:
            return None
        wanted = pa.array(chosen, TEXT)
        return np.asarray(pc.is_in(self._owners, value_set=wanted)).astype(np.bool_)


def _texts(column: pd.Series) -> pa.Array:
    return arrow(column).cast(TEXT)


def _cut(titles: pa.Array) -> pa.Array:
    """Put titles on one line; a caption may be as long as a page."""
    titles = pc.utf8_trim_whitespace(pc.replace_substring_regex(titles, r"\s+", " "))
    is_long = pc.greater(pc.utf8_length(titles), _LONGEST_TITLE)
    short = pc.utf8_slice_codeunits(titles, 0, _LONGEST_TITLE)
    marked = pc.binary_join_element_wise(short, _text("…"), _text(""))
    return pc.fill_null(pc.if_else(is_long, marked, titles), _text("(no title)"))


def _views(videos: pd.DataFrame) -> pa.Array:
    """Write the views of videos briefly; null where they aren't known."""
    if "view_count" not in videos.columns:
        return pa.nulls(len(videos), TEXT)
    return texts_by_value(videos["view_count"], lambda views: f"{count_text(views)} views")


def _days(instants: pd.Series) -> pa.Array:
    # In a zone whose clocks change at midnight, a day may begin twice or not at all.
    return texts_by_value(instants.dt.tz_localize(None).dt.floor("D"), day_text)


def _text(words: str) -> pa.Scalar:
    return pa.scalar(words, TEXT)
