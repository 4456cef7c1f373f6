"""The parts of boards about posts: selections, filters and caveats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.helpers.columns import text
from trackagoat_pandas.helpers.facts import mismatch_of, zone_of
from trackagoat_pandas.helpers.labels import ID_LETTERS, with_known_names
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.foreign import as_table
from trackagoat_pandas.load.resources import load_campaigns, load_creators, load_videos
from trackagoat_pandas.showing.recorder import Recorder, Traced
from trackagoat_pandas.tables import VIDEOS
from trackagoat_pandas.widgets.board import ProjectBoard
from trackagoat_pandas.widgets.filters import ALL, Filters, all_of, dropdown, picker_of_all_days

_LISTS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = {
    "campaigns": load_campaigns,
    "videos": load_videos,
    "creators": load_creators,
}
_Result = TypeVar("_Result")
_NEEDED: Final = ("id", "creator_id", "title", "posted_at", "tracking_status", "view_count")


class Choice(NamedTuple):
    """What the filters choose; None for all."""

    creator: str | None = None
    days: DateRange | None = None


def of_days(posts: Traced, days: DateRange | None, zone: str) -> Traced:
    """Keep the posts of some days; None for all."""
    if days is None:
        return posts
    # By the clock on the wall: in some zones a day has no midnight.
    ends = (f"{end:%Y-%m-%d}" for end in (days.first, days.stop))
    local = posts["posted_at"].dt.tz_convert(zone).dt.tz_localize(None)
    return posts[local.between(*ends, inclusive="left")]


class SeenFrames:
    """The frames of a board that needs videos, and what its pages show of them, worked out once.

    Parameters
    ----------
    frames
        The frames by name, with the videos among them.
    recorder
        The code of these frames.
    zone
        The time zone of days.
    """

    def __init__(self, frames: Mapping[str, Traced], recorder: Recorder, zone: str) -> None:
        self.frames, self.recorder, self.zone = frames, recorder, zone
        self._known: dict[object, Any] = {}

    @property
    def videos(self) -> Traced:
        """The frame of videos."""
        return self.frames["videos"]

    def _given_frames(self, *names: str) -> dict[str, Traced]:
        return {name: self.frames[name] for name in names if name in self.frames}

    def _once(self, key: object, work: Callable[[], _Result]) -> _Result:
        if key not in self._known:
            self._known[key] = work()
        known: _Result = self._known[key]
        return known


class VideosBoard(ProjectBoard):
    """A board that needs videos, with filters of any kind."""

    _timezone: str | None
    _kept: dict[str, Traced]
    """The frames that were given and aren't loaded."""
    filters: Filters

    def _load_lists(
        self, view: Session, project: str | None, *names: str
    ) -> tuple[Recorder, dict[str, Traced]]:
        """Load some lists of a project; return them with the frames that were given."""
        recorder, frames = Recorder(), dict(self._kept)
        for name in names:
            frames[name] = recorder.step(name, partial(_LISTS[name], client=view), project)
        return recorder, frames

    def _offer_pages(self, pages: Sequence[str]) -> None:
        """Offer the pages that the frames allow; the selected one stays if it is among them."""
        with self._showing():
            page = self.page.value
            self.page.options = pages
            self.page.value = page if page in pages else pages[0]

    def _zone_of(self, recorder: Recorder, frames: dict[str, Traced]) -> str:
        """Check and convert the videos among the frames; return the time zone of their days."""
        videos = frames["videos"]
        require_columns(videos.value, _NEEDED, loader=VIDEOS.loader)
        for name in ("id", "creator_id"):
            text(videos.value[name])  # refuses ids that became floats
        if not _is_as_loaded(videos.value):
            frames["videos"] = recorder.step("videos", as_table, videos, "videos")
        return zone_of(self._timezone, [frame.value for frame in frames.values()]) or "UTC"

    def _caveats(self, traced: Mapping[str, Traced]) -> Iterable[str]:
        """List the caveats: partial or stale frames, no time zone, vanished selections."""
        frames = {name: frame.value for name, frame in traced.items()}
        yield from self._caveats_of(frames)
        if problem := mismatch_of({name: frames[name] for name in frames if name != "history"}):
            yield f"{problem}."
        if zone_of(self._timezone, [*frames.values()]) is None:
            yield "Days are UTC days: the videos don't carry the organization's time zone."
        for name, called in self.filters.gone().items():
            yield f"The selected {name} {called} is not among these {self.what}."


class PostsBoard(VideosBoard):
    """A board about posts: filters by creator, post and day, of which the post is seldom shown.

    Attributes
    ----------
    page : ipywidgets.ToggleButtons
        The pages.
    creator, post : ipywidgets.Dropdown
        Filters: an id, or ``""`` for all.
    dates : DateRangePicker
        The days of posting.
    filters : Filters
        All filters.
    """

    def _make_filters(self, pages: Iterable[str]) -> None:
        self.page = ipw.ToggleButtons(options=list(pages), style={"button_width": "auto"})
        self.creator, self.post = dropdown("Creator"), dropdown("Post")
        self.dates = picker_of_all_days()
        self.filters = Filters(
            {"creator": self.creator, "post": self.post}, lambda _: self._redraw(), self.dates
        )
        self._listen(self.page, lambda _: self._draw())

    def _offer_choices(
        self, frames: Mapping[str, Traced], pages: Sequence[str], span: DateRange | None
    ) -> None:
        """Offer the pages that the frames allow, their creators and days."""
        self._offer_pages(pages)
        self.filters.offer("creator", all_of(_creators(frames)))
        self.filters.offer_days(span)

    def _offer_post(self, id_: str, posts: pd.DataFrame) -> None:
        """Offer the post that is or will be chosen: of thousands none could be found in a list."""
        found = posts[posts["id"] == id_].to_dict("records") if id_ else []
        self.filters.offer("post", [("All", ALL), *((_post_name(post), id_) for post in found[:1])])


def _is_as_loaded(videos: pd.DataFrame) -> bool:
    """Whether ids are texts, counts are numbers and times are instants, as boards compare them."""
    return (
        isinstance(videos["posted_at"].dtype, pd.DatetimeTZDtype)
        and pd.api.types.is_numeric_dtype(videos["view_count"])
        and all(pd.api.types.is_string_dtype(videos[name]) for name in ("id", "creator_id"))
    )


def _creators(frames: Mapping[str, Traced]) -> dict[str, str]:
    """Name the creators of the posts, by id."""
    ids = frames["videos"].value["creator_id"].dropna().unique()
    names = [(name, frames[name].value) for name in ("creators", "videos") if name in frames]
    table = with_known_names(pd.DataFrame({"creator_id": ids}), names)
    handles = table.get("tiktok_handle", pd.Series(None, table.index, dtype=object))
    called = ("@" + handles).fillna(table["creator_id"].str[:ID_LETTERS])
    return dict(zip(ids, called, strict=True))


def _post_name(post: Mapping[Any, Any]) -> str:
    """Name a post by its title and creator, as pictures do, or else by its id's first letters."""
    handle, title = post.get("tiktok_handle"), post.get("title")
    words = [str(title)] * isinstance(title, str) + [f"@{handle}"] * isinstance(handle, str)
    return " · ".join(words) or str(post["id"])[:ID_LETTERS]
