"""The pickers of several rows: creators, videos and campaigns, by search and check boxes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import ipywidgets as ipw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import traitlets
from numpy.typing import NDArray

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.html import curve_svg
from trackagoat_pandas.errors import ArgumentTypeError, TrackaGoatError
from trackagoat_pandas.helpers.campaigns.members import members_of
from trackagoat_pandas.helpers.campaigns.membership import items_of
from trackagoat_pandas.helpers.columns import arrow
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.series import ROW
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import TEXT, takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_ids, require_columns
from trackagoat_pandas.load.resources import load_campaigns, load_creators, load_videos
from trackagoat_pandas.names.organization import organization
from trackagoat_pandas.showing.recorder import literal
from trackagoat_pandas.showing.row_search import folded, matching, texts_by_value
from trackagoat_pandas.widgets.checklist import MOST_CHIPS, WIDE, CheckList, Chips, cover_html
from trackagoat_pandas.widgets.grid import daily_curves
from trackagoat_pandas.widgets.panel import show_if
from trackagoat_pandas.widgets.pickers import (
    LABELS,
    FramePicker,
    Picker,
    all_text,
    distinct,
    told_apart,
)

_NAMED: Final = 3
"""How many names a sentence lists before it counts the rest."""
_ALL = ("All", "")
_ORDERS: Final = [("Newest", "posted_at"), ("Most views", "view_count")]
_LONGEST_TITLE = 150
_INDENT = "\N{EM SPACE}"


class RowsPicker(FramePicker):
    """A picker of several rows; subclasses define their order, labels and searched texts.

    ``value`` is a tuple of ids, in the order in which they were selected.
    """

    value: Any = traitlets.TraitType(())

    page_rows = 8
    """The number of rows in the list at a time."""
    one = ""
    """What one row is, such as ``"creator"``."""
    hint = ""
    """What the search looks at."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
        value: object,
        narrowing: Sequence[ipw.Widget] = (),
        *,
        none_is_all: bool = False,
    ) -> None:
        super().__init__(given, project, client)
        self._ids: NDArray[np.object_] = np.empty(0, dtype=object)
        self._labels: NDArray[np.object_] = np.empty(0, dtype=object)
        self._texts = pa.array([], TEXT)
        self._there: set[str] = set()
        self._known: dict[str, str] = {}
        self._none_is_all = check_bool("none_is_all", none_is_all)
        self._make_controls(narrowing)
        self._arrange(self.choices, self._status)
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[str, ...]:
        return tuple(check_ids("value", proposal["value"], entity=self.one))

    @abstractmethod
    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        """Sort the rows, and return them with their labels and the texts to search."""

    def _narrow(self) -> NDArray[np.bool_] | None:
        """Return which rows to offer where there are filters beside the search, else None."""
        return None

    def _picture(self, id_: str) -> str:
        """Return the HTML of a small picture of a row."""
        raise NotImplementedError

    @property
    def _has_pictures(self) -> bool:
        return False

    def _make_controls(self, narrowing: Sequence[ipw.Widget]) -> None:
        self.search = ipw.Text(
            description="Search",
            placeholder=self.hint,
            tooltip="Enter selects the only match",
            style=LABELS,
            layout=ipw.Layout(**WIDE),
        )
        self.chips = Chips(self._take_away)
        self.choices = CheckList(
            description=self.what.capitalize(),
            page_rows=self.page_rows,
            beneath=[self.chips, self.search, *narrowing],
            picture=self._picture if self._has_pictures else None,
        )
        self.counts, self.select_all = self.choices.counts, self.choices.select_all
        self.clear, self.previous, self.next = (
            self.choices.clear, self.choices.previous, self.choices.next
        )  # fmt: skip
        self._listen(self.search, lambda _: self._match())
        self.search.on_msg(self._enter)
        self._listen(self.choices, self._choose)

    def _show_rows(self) -> None:
        rows, labels, texts = self._with_options(self.frame)
        self._ids = rows["id"].to_numpy(object)
        self._labels = np.array(labels, dtype=object)
        self._texts, self._there = folded(texts), set(self._ids)
        self._known.update(zip(self._ids, labels, strict=True))
        self._match()

    def _match(self) -> None:
        """Offer the rows that match the search and other filters."""
        with self._showing():
            is_match = matching(self._texts, self.search.value.strip().removeprefix("@"))
            narrowed = self._narrow()
            found = np.flatnonzero(is_match if narrowed is None else is_match & narrowed)
            self.choices.options = zip(self._labels[found], self._ids[found], strict=True)
            self._show_value()

    def _show_value(self) -> None:
        self.choices.value = self.value
        self.choices.describe(self._counts())
        self.chips.show(self._named_chips(), len(self.value))
        self._notice(self._lost())

    def _named_chips(self) -> list[tuple[str, str]]:
        """Pair selected ids with the beginnings of their labels, or all where two begin alike."""
        ids = self.value[:MOST_CHIPS]
        labels = [self._known.get(id_, id_).strip() for id_ in ids]
        short = [label.split(" · ")[0] for label in labels]
        return [
            (label if short.count(name) > 1 else name, id_)
            for id_, label, name in zip(ids, labels, short, strict=True)
        ]

    def _counts(self) -> str:
        count, found = len(self._ids), len(self.choices.options)
        if self.frame is not None and not count:
            return f"no {self.what} here"
        if self.value:
            chosen = f"{sum(id_ in self._there for id_ in self.value):,} of {count:,} selected"
        else:
            chosen = all_text(count) if self._none_is_all else "none selected"
        return chosen if found == count else f"{chosen} · {found:,} of {count:,} found"

    def _lost(self) -> str:
        """Write a sentence about selected rows that no longer exist."""
        if self.frame is None:
            return ""
        lost = [self._known.get(id_, id_) for id_ in self.value if id_ not in self._there]
        if not lost:
            return ""
        names = ", ".join(lost[:_NAMED]) + (
            f" and {len(lost) - _NAMED:,} more" * (len(lost) > _NAMED)
        )
        return f"Selected, but no longer among the {self.what}: {names}."

    def _enter(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("event") == "submit" and len(self.choices.options) == 1:
            self.choices.check_all()

    def _take_away(self, id_: str) -> None:
        self._choose(tuple(other for other in self.value if other != id_))

    def _choose(self, ids: tuple[str, ...]) -> None:
        with self._lock:
            self.value = ids

    def _line(self) -> str:
        names = [" ".join(self._known[id_].split()) for id_ in self.value if id_ in self._known]
        named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        return f"{self.what} = {literal(self.value)}" + (f"  # {named}" if named else "")


def joined(*columns: pd.Series) -> pa.Array:
    """Join the texts of several columns row by row; a missing text counts as empty."""
    texts = [pc.fill_null(arrow(column).cast(TEXT), "") for column in columns]
    return pc.binary_join_element_wise(*texts, pa.scalar(" ", TEXT))


def learn_projects(client: Client, names: pd.Series) -> None:
    """Load the names of projects where rows of one name may be of several of them."""
    if names.duplicated().any():
        with suppress(TrackaGoatError):  # ids then distinguish the rows
            organization(session_of(client))


class CreatorPicker(RowsPicker):
    """Pick several creators from a list, by search and by campaign, with a curve of each.

    Parameters
    ----------
    creators : DataFrame, optional
        The frame of :func:`load_creators`; by default it is loaded in the background.
    project : str or ProjectPicker, optional
        A :class:`ProjectPicker` to follow, a project's id or exact name, or None for all. A given
        frame is filtered by the project's id.
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`, to filter the creators by a campaign and those below
        it. Where the creators are loaded, the campaigns are, too.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, by day for creators: the curve beside each creator
        is the last 28 whole days of its first metric.
    value : list of str or DataFrame, optional
        The creators selected at first: ids, or a frame of creators.
    none_is_all : bool, default False
        Whether no selection stands for all creators, as in a board, and the heading says so.
    client : Client, optional
        The client to load with; by default the project picker's, or the one that ``connect`` made
        last.

    Attributes
    ----------
    value : tuple of str
        The selected creators' ids, as loaders take them. Creators that the search or the campaign
        hides stay selected.
    code : str
        The Python line for the selection.
    frame : pandas.DataFrame or None
        The creators to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or the value doesn't consist of ids.

    See Also
    --------
    load_creators : Load creators.
    widgets.ProjectPicker : Pick a project.
    widgets.VideoPicker : Pick videos.
    widgets.Explorer : Click through the series.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.CreatorPicker(project="Summer Launch").wait()
    ...     picker.value = picker.frame["id"].head(2)
    ...     len(tgp.load_analytics("creator", picker.value, "views", dates="2026-05"))
    62
    """

    what, one, needs = "creators", "creator", ("id", "tiktok_handle")
    hint = "handle or name"

    @takes_arrow
    def __init__(
        self,
        creators: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        campaigns: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        if campaigns is not None:
            require_columns(campaigns, ["id", "name", "items"], loader="load_campaigns")
        self._campaigns, self._curves = campaigns, dict[str, str]()
        if analytics is not None:
            self._curves = _curves_of(analytics)
        self.campaign = ipw.Dropdown(
            description="Campaign",
            options=[_ALL],
            value="",
            style=LABELS,
            layout=ipw.Layout(**WIDE),
        )
        super().__init__(creators, project, client, value, [self.campaign], none_is_all=none_is_all)
        self._listen(self.campaign, lambda _: self._match())

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        self._campaigns = load_campaigns(project, client=view)
        creators = load_creators(project, client=view)
        learn_projects(view, creators["tiktok_handle"])
        learn_projects(view, self._campaigns["name"])
        return creators

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        self._offer_campaigns()
        handles = frame["tiktok_handle"].fillna("(no handle)")
        order = np.argsort(handles.str.casefold().to_numpy(object), kind="stable")
        rows, handles = frame.iloc[order], handles.iloc[order]
        names = rows["display_name"] if "display_name" in rows else pd.Series("", index=rows.index)
        labels = [
            f"@{handle} · {name}" if name else f"@{handle}"
            for handle, name in zip(handles, names.fillna(""), strict=True)
        ]
        called = dict(zip(rows["id"], labels, strict=True))
        projects = self._projects_of(rows)
        return rows, list(told_apart(called, projects).values()), joined(handles, names)

    def show_curves(self, analytics: pd.DataFrame) -> None:
        """Draw the curve of each creator beside it, of the first metric of a frame."""
        self._curves = _curves_of(analytics)
        with self._showing():
            self._show_value()

    def _picture(self, id_: str) -> str:
        return self._curves.get(id_, "")

    @property
    def _has_pictures(self) -> bool:
        return True

    def _offer_campaigns(self) -> None:
        frame = self._campaigns
        self.campaign.layout.display = "none" if frame is None or frame.empty else None
        if frame is None:
            return
        chosen = self.campaign.value
        names = dict(zip(frame["id"], frame["name"].fillna("(no name)"), strict=True))
        self.campaign.options = [_ALL, *distinct(names, self._projects_of(frame))]
        self.campaign.value = chosen if chosen in set(frame["id"]) else ""

    def _narrow(self) -> NDArray[np.bool_] | None:
        campaign = self.campaign.value
        if not campaign or self._campaigns is None:
            return None
        members = members_of(self._campaigns, [campaign]).creators
        return np.fromiter((id_ in members for id_ in self._ids), np.bool_, len(self._ids))


def _curves_of(analytics: pd.DataFrame) -> dict[str, str]:
    """Draw the first metric of each entity by day; nothing for frames by week or month."""
    require_columns(analytics, [*ROW], loader="load_analytics")
    curves = daily_curves(analytics, next(iter(analytics["metric"].dropna()), ""))
    return {} if curves is None else {id_: curve_svg(line) for id_, line in curves.lines.items()}


class VideoPicker(RowsPicker):
    """Pick several videos from a list, by title, creator and views, each with its cover.

    Parameters
    ----------
    videos : DataFrame, optional
        The frame of :func:`load_videos`; by default it is loaded in the background.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    creators : DataFrame or CreatorPicker, optional
        The frame of :func:`load_creators`, for handles, by one of which the list can be narrowed;
        by default they are read in the addresses of the videos. Or a :class:`CreatorPicker` to
        follow, so that only videos of its selected creators are offered; all where none is.
    value : list of str or DataFrame, optional
        The videos selected at first: ids, or a frame of videos.
    none_is_all : bool, default False
        Whether no selection stands for all videos, as in a board, and the heading says so.
    client : Client, optional
        The client to load with; by default the one that ``connect`` made last.

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

    See Also
    --------
    load_videos : Load videos.
    widgets.CreatorPicker : Pick creators.
    widgets.VideoBoard : Click through videos.

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
        creators: Any = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        if isinstance(creators, pd.DataFrame):
            require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")
        elif creators is not None and not isinstance(creators, Picker):
            wanted = "the frame of load_creators, a CreatorPicker, or None"
            raise ArgumentTypeError("creators", creators, wanted)
        self._creators = creators
        self._owners, self._covers = pa.array([], TEXT), dict[str, tuple[object, str]]()
        self.creator, self.order = (
            ipw.Dropdown(description=name, options=options, style=LABELS, layout=ipw.Layout(**WIDE))
            for name, options in (("Creator", [_ALL]), ("Sort by", _ORDERS))
        )
        narrowing = [self.creator, self.order]
        super().__init__(videos, project, client, value, narrowing, none_is_all=none_is_all)
        if isinstance(creators, Picker):
            self._follow(creators, lambda _: self._match())
        self._listen(self.creator, lambda _: self._match())
        self._listen(self.order, lambda _: self._show_rows())

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        return load_videos(project, client=view)

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        show_if(self.order, is_shown="view_count" in frame.columns)
        order = ["posted_at"] if self.order.value not in frame.columns else [self.order.value]
        order += [name for name in ("posted_at",) if name not in order]
        rows = frame.sort_values(order, ascending=False, na_position="last", kind="stable")
        self._owners = _texts(rows["creator_id"])
        titles = _cut(_texts(rows["title"]))
        urls = _texts(rows["url"])
        handles = pc.replace_substring_regex(urls, pattern=r"^.*?(@[^/?#]+).*$", replacement=r"\1")
        views = pa.nulls(len(rows), TEXT)
        if "view_count" in rows.columns:
            views = texts_by_value(rows["view_count"], lambda count: f"{count_text(count)} views")
        # In a zone whose clocks change at midnight, a day may begin twice or not at all.
        days = rows["posted_at"].dt.tz_localize(None).dt.floor("D")
        labels = pc.binary_join_element_wise(
            titles, handles, views, texts_by_value(days, day_text), _text(" · "),
            null_handling="skip",
        )  # fmt: skip
        self._offer_creators(rows["creator_id"], handles)
        covers = rows.get("thumbnail_url", pd.Series(None, rows.index, dtype=object))
        names = pc.fill_null(handles, "").to_pylist()
        pairs = zip(covers.astype(object), names, strict=True)
        self._covers = dict(zip(rows["id"], pairs, strict=True))
        tiktok = rows["tiktok_video_id"] if "tiktok_video_id" in rows else rows["id"]
        return rows, labels.to_pylist(), joined(rows["title"], rows["url"], tiktok)

    def _offer_creators(self, ids: pd.Series, handles: pa.Array) -> None:
        """Offer the creators of the videos, by their handles where these are known."""
        known = self._creators
        show_if(self.creator, is_shown=not isinstance(known, Picker))
        if isinstance(known, Picker):
            return
        owners = pd.DataFrame({"id": ids.to_numpy(object), "name": handles.to_pandas()})
        owners = owners.dropna().drop_duplicates("id")
        names = dict(zip(owners["id"], owners["name"], strict=True))
        if known is not None:
            listed = known.dropna(subset=["id", "tiktok_handle"])
            listed = listed[listed["id"].isin(ids)]
            names |= dict(zip(listed["id"], "@" + listed["tiktok_handle"], strict=True))
        chosen = self.creator.value
        self.creator.options = [(all_text(len(names)), ""), *distinct(names)]
        self.creator.value = chosen if chosen in names else ""

    def _picture(self, id_: str) -> str:
        return cover_html(*self._covers.get(id_, (None, "")))

    @property
    def _has_pictures(self) -> bool:
        return True

    def _narrow(self) -> NDArray[np.bool_] | None:
        followed = self._creators
        chosen = followed.value if isinstance(followed, Picker) else [self.creator.value]
        wanted = pa.array([id_ for id_ in chosen if id_], TEXT)
        if not len(wanted):
            return None
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


def _text(words: str) -> pa.Scalar:
    return pa.scalar(words, TEXT)


class CampaignPicker(RowsPicker):
    """Pick several campaigns from their tree.

    Campaigns of one name in several projects have their project's name beside it. A campaign is
    listed below the first one that contains it. Selecting a campaign doesn't select
    those below it, because the API counts them with it.

    Parameters
    ----------
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`; by default it is loaded in the background.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    value : list of str or DataFrame, optional
        The campaigns selected at first: ids, or a frame of campaigns.
    none_is_all : bool, default False
        Whether no selection stands for all campaigns, as in a board, and the heading says so.
    client : Client, optional
        The client to load with; by default the one that ``connect`` made last.

    Attributes
    ----------
    value : tuple of str
        The selected campaigns' ids, as loaders take them.
    code : str
        The Python line for the selection.
    frame : pandas.DataFrame or None
        The campaigns to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or the value doesn't consist of ids.

    See Also
    --------
    load_campaigns : Load campaigns.
    widgets.CreatorPicker : Pick creators.
    widgets.CampaignBoard : Click through campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.CampaignPicker(project="Q1 Brand Program").wait()
    >>> picker.code
    'campaigns = []'
    """

    what, one, needs = "campaigns", "campaign", ("id", "name", "items")
    hint = "name"

    @takes_arrow
    def __init__(
        self,
        campaigns: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        super().__init__(campaigns, project, client, value, none_is_all=none_is_all)
        self.choices.add_class("trackagoat-tree")

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        campaigns = load_campaigns(project, client=view)
        learn_projects(view, campaigns["name"])
        return campaigns

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        names = dict(zip(frame["id"], frame["name"].fillna("(no name)"), strict=True))
        names = told_apart(names, self._projects_of(frame))
        children = {
            id_: [item for kind, item in items_of(items) if kind == "campaign" and item in names]
            for id_, items in zip(frame["id"], frame["items"], strict=True)
        }
        order = list(_walk(list(names), children))
        place = {id_: number for number, id_ in enumerate(frame["id"])}
        rows = frame.iloc[[place[id_] for id_, _ in order]]
        labels = [f"{_INDENT * depth}{names[id_]}" for id_, depth in order]
        texts = pa.array([names[id_] for id_, _ in order], pa.large_string())
        return rows, labels, texts


def _walk(ids: list[str], children: dict[str, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield each campaign once with its depth: first from the roots down, then pure cycles."""
    held = {child for listed in children.values() for child in listed}
    seen: set[str] = set()
    for start in [*(id_ for id_ in ids if id_ not in held), *ids]:
        waiting = [(start, 0)]
        while waiting:
            id_, depth = waiting.pop()
            if id_ not in seen:
                seen.add(id_)
                yield id_, depth
                waiting += [(child, depth + 1) for child in reversed(children[id_])]
