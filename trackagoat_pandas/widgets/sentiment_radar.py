"""The board of sentiment: trend, creators, alerts and texts of a program's comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.facts import server_now
from trackagoat_pandas.helpers.sentiment.lexicon import LABELS, MODES, OWN
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.resources import load_campaigns, load_creators, load_videos
from trackagoat_pandas.showing.recorder import Recorder, Traced, given
from trackagoat_pandas.widgets import sentiment_radar_views as views
from trackagoat_pandas.widgets.board import ProjectBoard, View, asked_timezone
from trackagoat_pandas.widgets.filters import (
    ALL,
    NO_MATCH,
    Filters,
    all_of,
    dropdown,
    picker_of_all_days,
)
from trackagoat_pandas.widgets.panel import check_client, show_if
from trackagoat_pandas.widgets.pickers import LABELS as STYLE
from trackagoat_pandas.widgets.pickers import DateRangePicker, Picker
from trackagoat_pandas.widgets.row_pickers import CampaignPicker

PAGES: Final = {
    "Trend": "posted_at",
    "Creators": "creator_id",
    "Alerts": "video_id",
    "Comments": "text",
}
"""Each page and the column it needs."""
READINGS: Final = (
    ("TrackaGoat's own", "api"),
    ("more emoji", "plus"),
    ("TikTok slang", "tiktok"),
)
"""The modes of the scores, each with its label."""
_NONE_OF_DAYS: Final = "There are no comments of these days: choose other days."
_ALL_VIDEOS: Final = ("All", ALL)
_NAMING: Final[Mapping[str, Callable[..., pd.DataFrame]]] = {
    "campaigns": load_campaigns,
    "creators": load_creators,
    "videos": load_videos,
}
"""What is loaded beside the comments."""


class SentimentRadar(ProjectBoard):
    """Show the sentiment of comments: their trend, creators, alerts and texts.

    Its heading has the answers to ``ask("under_fire")`` and ``ask("comments")``, which are about
    the last 28 days.

    Parameters
    ----------
    comments : DataFrame, optional
        The frame of :func:`load_comments`, or any with a column ``text``. Scores in it are kept;
        otherwise the comments are scored as TrackaGoat does. By default comments, campaigns,
        creators and videos are loaded in the background, for one project.
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`, to filter by.
    creators, videos : DataFrame, optional
        The frames of :func:`load_creators` and :func:`load_videos`, for handles, titles and links.
        A creator who isn't among them has the handle in the addresses of the videos.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    dates : str, tuple, DateRange or None, default 'last 30 days'
        The days whose comments are loaded; by default the last 30, as in the product. None for
        all.
    timezone : str, optional
        The organization's time zone; by default that of the comments' attributes, or else UTC.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    reading : ipywidgets.Dropdown
        The mode of the scores: ``"api"``, ``"plus"`` or ``"tiktok"``; also ``"own"`` if the
        comments were given with scores from your own lexicon. Another mode scores them again.
    page : ipywidgets.ToggleButtons
        ``"Trend"``, ``"Creators"``, ``"Alerts"`` or ``"Comments"``; only pages whose columns the
        comments have.
    label, search : ipywidgets.Dropdown, ipywidgets.Text
        Filters of the page of comments: a label, ``""`` for all; and a word or phrase.
    creator, video : ipywidgets.Dropdown
        The creator whose videos the comments are on, and the video, which a click on an alert
        chooses; ``""`` for all.
    campaigns : CampaignPicker or None
        The campaigns, each with all those below it; an empty ``value`` for all comments.
    dates : DateRangePicker
        The days of the comments. From code, set ``radar.dates.value = "2026-05"``. Presets end on
        the last day of the comments. A radar that loads its comments loads other days, too.
    filters : Filters
        The dropdowns, the days and the campaigns.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    load_comments : Load comments.
    find_negative_alerts : Find videos under fire.
    plots.sentiment_trend : Draw the trend.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["love it", "so bad", "ok then"]})
    >>> radar = tgp.widgets.SentimentRadar(comments)
    >>> radar.label.value = "negative"
    >>> radar.frame["text"].tolist()
    ['so bad']
    >>> radar.reading.value = "tiktok"
    >>> radar.frame["sentiment_mode"].tolist()
    ['tiktok']
    """

    what, needs_project = "comments", True

    @takes_arrow
    def __init__(
        self,
        comments: pd.DataFrame | None = None,
        *,
        campaigns: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        dates: DatesLike | None = "last 30 days",
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        # What was given is all there is; what is loaded are these days, until others are chosen.
        self._days = dates if comments is None else None
        frames = given(comments=comments, campaigns=campaigns, creators=creators, videos=videos)
        self._timezone = asked_timezone(timezone, given(comments=comments), client)
        opened = (
            None if comments is None else views.open_comments(Recorder(), frames, self._timezone)
        )
        self._loaded_as: views.Opened | None = None
        self._opened: views.Opened | None = None
        self._loaded_days: DateRange | None = None
        self._seen: dict[views.CommentChoice, views.Seen] = {}
        self._make_controls()
        super().__init__(
            "Sentiment",
            "sentiment",
            [self.filters, self.reading],
            tabs=[self.page],
            is_given=opened is not None,
            project=project,
            client=client,
        )
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        is_all = self._days is None
        self.dates = (
            picker_of_all_days()
            if is_all
            else DateRangePicker(self._days, today=dt.datetime.now(dt.UTC).date())
        )
        self.page = ipw.ToggleButtons(options=list(PAGES), style={"button_width": "auto"})
        self.reading = dropdown("Scoring", READINGS)
        show_if(self.reading, is_shown=False)  # until there are comments to score
        self.search = ipw.Text(description="Words", placeholder="word or phrase", style=STYLE)
        self.creator, self.video = dropdown("Creator"), dropdown("Video", [_ALL_VIDEOS])
        words = [(name.capitalize(), name) for name in reversed(LABELS)]
        self.label = dropdown("Label", [("All", ALL), *words])
        ranks = [("positive comments", "positive"), ("negative comments", "negative")]
        self.filters = Filters(
            {
                "creator": self.creator,
                "video": self.video,
                "label": self.label,
                "search": self.search,
                "rank": dropdown("Rank by", ranks),
            },
            self._on_filter,
            self.dates,
        )
        self.campaigns: CampaignPicker | None = None
        self._listen(self.page, lambda _: self._draw())
        self._listen(self.reading, self._read_as)

    def _on_filter(self, name: str) -> None:
        """Draw after a click, or load the days chosen if they are not all there."""
        with self._lock:
            chosen, loaded = self.dates.value, self._loaded_days
            has_days = loaded is not None and chosen.first in loaded and chosen.last in loaded
            if name == "dates" and self._days is not None and not has_days:
                self._days = chosen
                self.reload()
            else:
                self._draw()

    def _read_as(self, reading: str) -> None:
        if self._loaded_as is not None:
            self._opened, self._seen = self._loaded_as.read_as(reading), {}
            self._draw()

    def _load_all(self, view: Session, project: str | None) -> views.Opened:
        recorder, frames = Recorder(), dict[str, Traced]()
        comments = partial(load_comments, client=view)
        frames["comments"] = recorder.step("comments", comments, project, dates=self._days)
        for name, load in _NAMING.items():
            frames[name] = recorder.step(name, partial(load, client=view), project)
        return views.open_comments(recorder, frames, self._timezone)

    def _open(self, loaded: views.Opened) -> None:
        is_first, self._loaded_as = self._loaded_as is None, loaded
        with self._showing():
            chosen = loaded.reading if is_first else self.reading.value
            own = [("your own words", OWN)] if loaded.reading == OWN else []
            self.reading.options = [*READINGS, *own]
            self.reading.value = chosen
            show_if(self.reading, is_shown=True)
            self._opened, self._seen = loaded.read_as(chosen), {}
            scored = self._opened.scored.value
            pages = [page for page, column in PAGES.items() if column in scored.columns]
            chosen = self.page.value
            self.page.options = pages
            self.page.value = chosen if chosen in pages else pages[0]
        handles = views.handles_of(scored)
        self.filters.offer("creator", all_of(handles))
        self.filters.show("creator", is_shown=bool(handles))
        self._offer_video(self.video.value)
        zone = self._zone(loaded)
        self._loaded_days = days = views.days_of(scored, zone)
        self.filters.offer_days(days)
        if days is not None and self._days is not None:
            # Presets end today, not on the last day loaded; and what was loaded isn't all time.
            self.dates.offer(today=server_now([scored]).tz_convert(zone).date(), earliest=None)
        self._offer_campaigns(loaded.campaigns)
        self._title("Sentiment", *loaded.findings)
        self._draw()

    def _offer_video(self, id_: str) -> None:
        """Offer the video that is or will be chosen: of 150,000 none could be found in a list."""
        scored = None if self._opened is None else self._opened.scored.value
        name = views.video_named(scored, id_) if id_ and scored is not None else None
        named = [] if name is None else [(name, id_)]
        self.filters.offer("video", [_ALL_VIDEOS, *named])

    def _offer_campaigns(self, campaigns: Traced | None) -> None:
        old, self.campaigns = self.campaigns, None
        if campaigns is not None:
            self.campaigns = CampaignPicker(
                campaigns.value, value=old.value if old else (), none_is_all=True
            )
        self.filters.place(self.campaigns)
        if old is not None:
            old.close()

    def _zone(self, opened: views.Opened) -> str:
        return self._timezone or opened.zone or "UTC"

    def _see(self, opened: views.Opened) -> views.Seen:
        """Return the comments that match the filters; all and the last choice are cached."""
        chosen = self.campaigns.value if self.campaigns else ()
        choice = views.CommentChoice(
            tuple(chosen), self.filters["creator"], self.filters["video"], self.filters.days
        )
        if choice not in self._seen:
            seen = views.see(opened, self._zone(opened), choice)
            whole = {key: kept for key, kept in self._seen.items() if key == views.CommentChoice()}
            self._seen = {**whole, choice: seen}
        return self._seen[choice]

    def _draw(self) -> None:
        if self._opened is None:
            return
        page, seen = self.page.value, self._see(self._opened)
        for name, is_shown in {
            "search": page == "Comments",
            "label": page == "Comments",
            "rank": page == "Creators",
            "video": bool(self.video.value),
        }.items():
            self.filters.show(name, is_shown=is_shown)
        alert = views.alerting(seen) if page == "Alerts" else ""
        lost = views.without_creator(seen) if page == "Creators" else ""
        said = [alert, lost, *self._caveats(self._opened), views.read_otherwise(seen)]
        if self._opened.findings and self._opened.reading != MODES[0]:
            said.append("The sentences of the heading score comments as TrackaGoat does.")
        try:
            if page == "Comments":
                seen = views.matching(seen, self.search.value.strip())
            view = self._view(page, seen)
        except ArgumentError as error:
            # The search has no letter, digit or symbol to look for; what was shown stays.
            self._notice(str(error), *said)
            return
        self._notice(*said)
        self.show(view._replace(empty=self._nothing(page, seen)), seen.tiles)

    def _nothing(self, page: str, seen: views.Seen) -> str:
        """Say why a page has no rows, if it has none, and what to do next."""
        miss = views.nearest_miss(seen) if page == "Alerts" else None
        if miss and len(seen.comments.value):
            return miss
        is_all = self._opened is None or self._opened.scored.value.empty
        if not is_all:
            return NO_MATCH.format("comments")
        return self._no_rows() if self._days is None else _NONE_OF_DAYS

    def _pick(self, column: str, id_: str) -> None:
        if column == "video_id":
            with self._showing():
                self.page.value = "Comments"
            self._offer_video(id_)
            if self.video.value == id_:
                self._draw()
        super()._pick(column, id_)

    def _view(self, page: str, seen: views.Seen) -> View:
        match page:
            case "Trend":
                return views.trend(seen)
            case "Creators":
                return views.creators(seen, self.filters["rank"])
            case "Alerts" if seen.alerts is not None:
                return views.alerts(seen, seen.alerts)
        return views.stream(seen, self.label.value or None)

    def _caveats(self, opened: views.Opened) -> Iterable[str]:
        """List the caveats: partial or stale frames, unknown names, vanished selections."""
        yield from self._caveats_of({"comments": opened.scored.value})
        if "posted_at" in opened.scored.value.columns and not (self._timezone or opened.zone):
            yield "Days are UTC days: the comments don't carry the organization's time zone."
        for name, id_ in self.filters.gone().items():
            whose = f"the selected {name} {id_}"
            whose = whose if name == "video" else f"videos of {whose}"
            yield f"None of these comments are on {whose}."
