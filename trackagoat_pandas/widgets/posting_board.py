"""The board of posting: calendar, hours, regularity, over-posting, and posts to review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.actions.videos import review_inbox
from trackagoat_pandas.asking.inbox import INBOX
from trackagoat_pandas.asking.kernel import answer_from
from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.silent import SILENT
from trackagoat_pandas.base.html import Kind, note
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.facts import server_now, zone_of
from trackagoat_pandas.helpers.posting import (
    LOW_VIEWS,
    OVERPOSTING_LOW_POSTS,
    OVERPOSTING_POSTS,
    content_calendar,
    find_overposting,
    inbox,
    posting_consistency,
    posting_heatmap,
    without_empty_running_day,
)
from trackagoat_pandas.helpers.posting_times import suggest_posting_times
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import loaded_at
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.calendar import calendar as plot_calendar
from trackagoat_pandas.plots.leaderboard import leaderboard as plot_leaderboard
from trackagoat_pandas.plots.posting_heatmap import posting_heatmap as plot_heatmap
from trackagoat_pandas.plots.posting_times import posting_times as plot_times
from trackagoat_pandas.progress import quiet
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, given
from trackagoat_pandas.widgets.board import (
    HEIGHT_IN,
    MOST_BARS,
    Tile,
    View,
    asked_timezone,
    height_of,
)
from trackagoat_pandas.widgets.filters import (
    ALL,
    NO_MATCH,
)
from trackagoat_pandas.widgets.panel import check_client, show_if
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.posts import Choice, PostsBoard, of_days

Decision: TypeAlias = Literal["approve", "exclude"]

_ASKED: Final = {"Regularity": SILENT, "Over-posting": OVERPOSTING}
"""The questions of pages; that of others is what waits for review."""
_WAITING: Final = ("tiktok_handle", "title", "view_count", "posted_at", "waiting_since")
_HOURS_A_DAY: Final = 24
_MONTHS: Final = 3
"""The sheets of months that have room for dates and numbers on one screen."""
_DONE: Final[Mapping[Decision, str]] = {"approve": "approved", "exclude": "excluded"}
_HINT: Final = "First says what would change, and writes nothing"
_CANT_PROVE: Final = (
    "TikTok doesn't publish when it shows posts to fewer people, and counts alone can't prove that "
    "it did."
)
_UNCONFIRMED: Final = (
    "No snapshots confirm the low views: PostingBoard(videos, "
    'history=store.history("videos", columns=["view_count"])).'
)
_NONE_OVER: Final = (
    f"No creator posted {OVERPOSTING_POSTS} times on one of these days with {OVERPOSTING_LOW_POSTS}"
    f" posts below {LOW_VIEWS} views."
)


class SeenPosts:
    """The posts that a choice leaves, and what each page shows of them, worked out once.

    Parameters
    ----------
    frames
        The videos, and creators and snapshots where they are known.
    recorder
        The code of these frames.
    zone
        The time zone of days and hours.
    choice
        The choice.
    of_all_days
        The posts of the same creator on all days, whose answers that are narrowed by day afterwards
        are used again.
    """

    def __init__(
        self,
        frames: Mapping[str, Traced],
        recorder: Recorder,
        zone: str,
        choice: Choice | None = None,
        of_all_days: SeenPosts | None = None,
    ) -> None:
        self.frames, self.zone, self.choice = frames, zone, choice or Choice()
        self._of_all_days, self._findings = of_all_days, dict[str, str]()
        # Waiting goes on, so that the code says until when: else it would give other hours.
        read = loaded_at(frames["videos"].value) or server_now([frames["videos"].value])
        self._now = f"{read.tz_convert('UTC'):%Y-%m-%dT%H:%M:%SZ}"
        self.recorder, videos = recorder.branch(), frames["videos"]
        self._named = {} if zone_of(None, [videos.value]) == zone else {"timezone": zone}
        if self.choice.creator is not None:
            is_theirs = videos["creator_id"] == self.choice.creator
            videos = self.recorder.let("videos", videos[is_theirs])
        self.videos = videos

    def narrowed(self, choice: Choice) -> SeenPosts:
        """Return the posts that another choice leaves of all."""
        of_all_days = self if choice.creator == self.choice.creator else None
        return SeenPosts(self.frames, self.recorder, self.zone, choice, of_all_days)

    @cached_property
    def calendar(self) -> Traced:
        """The days with their posts."""
        return call(content_calendar, self.videos, **self._dates(), **self._named)

    @cached_property
    def hours(self) -> Traced:
        """The hours of the week with their posts."""
        return call(
            posting_heatmap, of_days(self.videos, self.choice.days, self.zone), **self._named
        )

    @cached_property
    def times(self) -> Traced:
        """What is known of better hours and weekdays, by the daily views of the posts."""
        return call(
            suggest_posting_times, self._of_days, self.frames["analytics"],
            **self._named,
        )  # fmt: skip

    @cached_property
    def regularity(self) -> Traced:
        """The creators, and how regularly they post."""
        # The list of all creators would add those that the filter has left out.
        is_all = self.choice.creator is None and "creators" in self.frames
        named = {"creators": self.frames["creators"]} if is_all else {}
        return call(posting_consistency, self.videos, **named, **self._dates(), **self._named)

    @cached_property
    def overposting(self) -> Traced:
        """The days on which a creator over-posted."""
        if self._of_all_days is not None:
            found = self._of_all_days.overposting
        else:
            snapshots = {"history": self.frames["history"]} if "history" in self.frames else {}
            found = call(find_overposting, self.videos, **snapshots, **self._named)
        if self.choice.days is None:
            return found
        # A rule about days needs whole ones, so that they are chosen afterwards.
        first, last = str(self.choice.days.first), str(self.choice.days.last)
        over = self.recorder.let("over", found)
        return over[over["day"].between(first, last)]

    @cached_property
    def waiting(self) -> Traced:
        """The posts that wait for review."""
        known = self._of_all_days
        found = call(inbox, self.videos, now=self._now) if known is None else known.waiting
        if self.choice.days is None:
            return found
        return of_days(self.recorder.let("waiting", found), self.choice.days, self.zone)

    def finding_on(self, page: str) -> str:
        """Answer a page's question about the posts of all days; by default what waits."""
        question = _ASKED.get(page, INBOX)
        if not self.frames.keys() >= {*question.needs}:
            question = INBOX
        if question.name not in self._findings:
            answer = answer_from(question, self.frames, self.zone)
            self._findings[question.name] = answer.finding
        return self._findings[question.name]

    @property
    def _of_days(self) -> Traced:
        return of_days(self.videos, self.choice.days, self.zone)

    def _dates(self) -> dict[str, DateRange]:
        return {} if self.choice.days is None else {"dates": self.choice.days}


class PostingBoard(PostsBoard):
    """Show when posts come, how regularly, and whether too many; and review those that wait.

    On the page "Inbox" two buttons approve or exclude the posts that are listed. The first click
    asks what would change, and writes nothing; only then a button appears that writes it.

    Parameters
    ----------
    videos : DataFrame, optional
        The frame of :func:`load_videos`. By default videos and creators are loaded in the
        background, for one project.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles, and for creators without a post.
    analytics : DataFrame, optional
        The daily views of the posts, ``load_analytics("video", videos, "views")``, for the page
        "Times".
    history : DataFrame, optional
        The snapshots of the posts, ``store.history("videos", columns=["view_count"])``, which
        confirm low views.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone : str, optional
        The organization's time zone; by default that of the frames' attributes, or else UTC.
    client : Client, optional
        The client to load and to write with; by default the picker's, or the one that ``connect``
        made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Calendar"``, ``"Hours"``, ``"Times"``, ``"Regularity"``, ``"Over-posting"`` or
        ``"Inbox"``; "Times" only with `analytics`.
    creator, post : ipywidgets.Dropdown
        Filters: an id, or ``""`` for all. A click on a row of the page "Inbox" chooses its post.
    dates : DateRangePicker
        The days on which posts came. From code, set ``board.dates.value = "2026-05"``.
    filters : Filters
        All filters.
    approve_button, exclude_button, confirm_button : ipywidgets.Button
        What asks what would change, and what then writes it.
    reviewed : pandas.DataFrame or None
        What :func:`actions.review_inbox` returned last, of a dry run or of a write.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    content_calendar : Count posts by day.
    inbox : List posts that wait for review.
    actions.review_inbox : Approve or exclude them.
    find_overposting : Find days with too many posts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.widgets.PostingBoard(tgp.load_videos("Summer Launch"))
    >>> board.page.value = "Inbox"
    >>> len(board.frame)
    7
    """

    what, needs_project = "posts", True

    @takes_arrow
    def __init__(
        self,
        videos: pd.DataFrame | None = None,
        *,
        creators: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        history: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        frames = given(videos=videos, creators=creators, analytics=analytics, history=history)
        self._timezone = asked_timezone(timezone, given(videos=videos), client)
        self._kept = given(analytics=analytics, history=history)
        opened = None if videos is None else self._opened_with(Recorder(), frames)
        self._all: SeenPosts | None = None
        self._seen: dict[Choice, SeenPosts] = {}
        self._asked: object = None
        self._plan: _Plan | None = None
        self._done: tuple[str, Kind, pd.DataFrame] | None = None
        self.reviewed: pd.DataFrame | None = None
        self._make_controls()
        super().__init__(
            "Posting", "posting", [self.filters], tabs=[self.page],
            is_given=opened is not None, project=project, client=client,
        )  # fmt: skip
        tabs, status, body = self._main.children
        self._main.children = [tabs, status, self._review, body]
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self._make_filters(PAGES)
        self.approve_button = ipw.Button(icon="check", tooltip=_HINT)
        self.exclude_button = ipw.Button(icon="eye-slash", tooltip=_HINT)
        self.confirm_button = ipw.Button(button_style="primary", layout={"width": "auto"})
        self.approve_button.on_click(lambda _: self._preview("approve"))
        self.exclude_button.on_click(lambda _: self._preview("exclude"))
        self.confirm_button.on_click(lambda _: self._write())
        self._verdict = ipw.HTML()
        self._buttons = ipw.HBox([self.approve_button, self.exclude_button])
        self._review = ipw.VBox([self._buttons, self._verdict, ipw.HBox([self.confirm_button])])
        show_if(self._review, is_shown=False)

    def _opened_with(self, recorder: Recorder, frames: dict[str, Traced]) -> SeenPosts:
        zone = self._zone_of(recorder, frames)
        return SeenPosts(frames, recorder, zone)

    def _load_all(self, view: Session, project: str | None) -> SeenPosts:
        return self._opened_with(*self._load_lists(view, project, "videos", "creators"))

    def _open(self, loaded: SeenPosts) -> None:
        self._all, self._seen = loaded, {}
        pages = [page for page in PAGES if page != "Times" or "analytics" in loaded.frames]
        days = loaded.calendar.value["day"]
        span = None if days.empty else DateRange(days.iloc[0].date(), days.iloc[-1].date())
        self._offer_choices(loaded.frames, pages, span)
        self._offer_post(self.post.value, loaded.waiting.value)
        self._draw()

    def _pick(self, column: str, id_: str) -> None:
        if column == "id" and self._all is not None:
            self._offer_post(id_, self._all.waiting.value)
            self.post.value = id_
            return
        super()._pick(column, id_)

    def _see(self, opened: SeenPosts) -> SeenPosts:
        """Return the posts that match the filters; all and the last choice are kept."""
        choice = Choice(self.filters["creator"], self.filters.days)
        if choice == Choice():
            return opened
        if choice not in self._seen:
            self._seen = {choice: opened.narrowed(choice)}
        return self._seen[choice]

    def _draw(self) -> None:
        if self._all is None:
            return
        page, seen = self.page.value, self._see(self._all)
        self._title("Posting", self._all.finding_on(page))
        is_inbox = page == "Inbox"
        self.filters.show("post", is_shown=is_inbox and bool(self.post.value))
        view = inbox_page(seen, self.post.value) if is_inbox else PAGES[page](seen)
        self._notice(*notes_on(page, seen), *self._caveats(self._all.frames))
        self.show(view._replace(empty=self._nothing(page, seen)), tiles_of(seen))
        self._offer_review(len(view.frame.value) if is_inbox else 0)

    def _offer_review(self, count: int) -> None:
        """Show the buttons for the posts that are listed, and what the last write has done."""
        self._forget()
        done, self._done = self._done, None
        if done is not None:
            self._say(*done)
        show_if(self._review, is_shown=count > 0 or done is not None)
        show_if(self._buttons, is_shown=count > 0)
        self.approve_button.description = f"Approve {number(count, 'post')}"
        self.exclude_button.description = f"Exclude {number(count, 'post')}"

    def _nothing(self, page: str, seen: SeenPosts) -> str:
        """Say why a page has no rows, if it has none, and what to do next."""
        if self._all is not None and self._all.frames["videos"].value.empty:
            return self._no_rows()
        if page == "Over-posting":
            return _NONE_OVER
        if page == "Inbox":
            is_all = seen is self._all and not self.post.value
            return seen.finding_on(page) if is_all else NO_MATCH.format("posts")
        return NO_MATCH.format("posts")

    def _forget(self) -> None:
        """Take back what a dry run said: it was about other posts."""
        self._asked, self._plan, self._verdict.value = None, None, ""
        show_if(self.confirm_button, is_shown=False)

    def _preview(self, decision: Decision) -> None:
        """Ask what a decision about the posts listed would change, without writing it."""
        with self._lock:
            if self._all is None or self.frame is None or self.state == "running":
                return
            self._forget()
            ids = self.frame["id"].dropna().tolist()
            try:
                client, project = self._client or default_client(), self._project_of(ids)
            except TrackaGoatError as error:
                self._say(str(error), "error")
                return
            if project is None:
                self._say("These posts aren't of one project: choose a creator of one.")
                return
            self._asked = asked = object()

            def deliver(results: pd.DataFrame) -> None:
                if self._asked is asked:
                    self._offer(client, project, decision, results)

            self._load(
                client, "what would change",
                lambda view: _record_reviews(view, project, decision, ids, dry_run=True), deliver,
            )  # fmt: skip

    def _project_of(self, ids: Sequence[str]) -> str | None:
        """Return the project of some posts; None if they are of several, or it isn't known."""
        if self.project is not None or self._all is None:
            return self.project
        videos = self._all.frames["videos"].value
        if "project_id" not in videos.columns:
            return None
        found = videos.loc[videos["id"].isin(ids), "project_id"].unique()
        return str(found[0]) if len(found) == 1 and pd.notna(found[0]) else None

    def _offer(
        self, client: Client, project: str, decision: Decision, results: pd.DataFrame
    ) -> None:
        """Say what would change, and show the button that writes it, if anything would."""
        self.reviewed = results
        is_so = results["status"] == "would change"
        ids, rest = results.loc[is_so, "item"].tolist(), results[~is_so]
        text = f"{number(len(ids), 'post')} would be {_DONE[decision]}. Nothing has been written."
        self._say(f"Dry run: {text}", "info", rest)
        if ids:
            self._plan = _Plan(client, project, decision, ids)
            self.confirm_button.description = (
                f"{decision.capitalize()} {number(len(ids), 'post')} now"
            )
            show_if(self.confirm_button, is_shown=True)

    def _write(self) -> None:
        """Write what the last dry run said, and load the posts again.

        It is done before the next click is handled, since a load can be cancelled, and says then
        that nothing has changed.
        """
        with self._lock:
            plan = self._plan
            if plan is None or self.state == "running":
                return
            self._forget()
            try:
                with quiet():
                    results = _record_reviews(plan.client, plan.project, plan.decision, plan.ids)
            except TrackaGoatError as error:
                self._say(str(error), "error")
                return
            self.reviewed = results
            is_done = results["status"].isin(["updated", "unchanged"])
            rest = results[~is_done]  # of some it may be unknown whether they were written
            # A post that is no longer there would leave the page empty.
            self.filters.offer("post", [("All", ALL)])
            self.post.value = ALL
            text = f"{number(int(is_done.sum()), 'post')} {_DONE[plan.decision]}."
            self._done = text, "info" if rest.empty else "warning", rest
            # What was given is out of date now.
            self._is_given, self._client = False, plan.client
            self._project = self._project or plan.project
            self.reload()

    def _say(self, text: str, kind: Kind = "warning", rest: pd.DataFrame | None = None) -> None:
        """Write below the buttons what a click has found, with the posts that it isn't true of."""
        more = list[str]()
        if rest is not None:
            for status, rows in rest.groupby("status", observed=True):
                why = ", ".join([str(status), *rows["error"].dropna().head(1)])
                more.append(f"{number(len(rows), 'post')}: {why}")
        self._verdict.value = note(text, kind, more)


class _Plan(NamedTuple):
    """What a dry run said would change."""

    client: Client
    project: str
    decision: Decision
    ids: Sequence[str]


def _record_reviews(
    client: Any, project: str, decision: Decision, ids: Sequence[str], *, dry_run: bool = False
) -> pd.DataFrame:
    chosen = {decision: list(ids)}
    return review_inbox(project, **chosen, dry_run=dry_run, client=client)


def tiles_of(posts: SeenPosts) -> dict[str, str | Tile]:
    """Count posts, days without one, over-posted days, and the posts that wait for review."""
    counts = values_of(without_empty_running_day(posts.calendar.value)["posts"])
    over, waiting = posts.overposting.value, posts.waiting.value
    amber, hours = int((over["severity"] == "amber").sum()), waiting["hours_waiting"].max()
    mean = f"{counts.mean():,.1f} a day" if len(counts) else ""
    lately = f"{amber:,} in the last 7 days" if len(over) else ""
    longest = "" if pd.isna(hours) else f"longest for {hours / _HOURS_A_DAY:,.0f} days"
    return {
        "Posts": Tile(f"{counts.sum():,.0f}", mean, act="page:Calendar"),
        "Days without a post": Tile(f"{(counts == 0).sum():,}", f"of {len(counts):,}"),
        "Over-posted days": Tile(
            f"{len(over):,}", lately, act="page:Over-posting", is_alarm=amber > 0
        ),
        "To review": Tile(f"{len(waiting):,}", longest, act="page:Inbox"),
    }


def notes_on(page: str, posts: SeenPosts) -> list[str]:
    """List the caveats of a page."""
    if page != "Over-posting" or posts.overposting.value.empty:
        return []
    return [_CANT_PROVE, *[_UNCONFIRMED] * ("history" not in posts.frames)]


def calendar_page(posts: SeenPosts) -> View:
    """List the days, the last one first, below their calendar."""
    days = posts.calendar
    recorder = posts.recorder.branch()
    frame = recorder.let("frame", days.sort_values("day", ascending=False))
    plot = recorder.plot(plot_calendar, frame, n=_MONTHS)
    columns = ["day", "posts", "creators", "views", "video_titles"]
    return View(recorder, frame, plot, columns, HEIGHT_IN, posts.zone)


def hours_page(posts: SeenPosts) -> View:
    """List the hours of the week with a post, below the map of them."""
    hours = posts.hours
    recorder = posts.recorder.branch()
    frame = recorder.let("frame", hours)
    plot = recorder.plot(plot_heatmap, frame)
    return View(recorder, frame, plot, height_in=HEIGHT_IN, zone=posts.zone)


def times_page(posts: SeenPosts) -> View:
    """List blocks of hours and weekdays, with the answer to whether they are better."""
    times = posts.times
    recorder = posts.recorder.branch()
    frame = recorder.let("frame", times)
    plot = recorder.plot(plot_times, frame)
    return View(recorder, frame, plot, height_in=height_of(len(frame.value)), zone=posts.zone)


def regularity_page(posts: SeenPosts) -> View:
    """List the creators by how regularly they post, the most posts first."""
    rows = posts.regularity
    recorder = posts.recorder.branch()
    frame = recorder.let("frame", rows)
    return _rank_view(posts, recorder, frame, frame, by="posts")


def overposting_page(posts: SeenPosts) -> View:
    """List the days on which a creator over-posted, the last one first."""
    rows = posts.overposting
    recorder = posts.recorder.branch()
    frame = drawn = recorder.let("frame", rows)
    name = {}
    if "tiktok_handle" in frame.value.columns:  # else a bar is called by the creator's id
        days = frame["day"].dt.strftime("%d %b %Y").str.lstrip("0")
        when = ("@" + frame["tiktok_handle"]).str.cat(days, sep=", ")
        drawn, name = frame.assign(when=when), {"name": "when"}
    return _rank_view(posts, recorder, frame, drawn, by="low_posts", **name)


def inbox_page(posts: SeenPosts, post: str = ALL) -> View:
    """List the posts that wait for review, or one of them, the first one first."""
    rows = posts.waiting
    recorder = posts.recorder.branch()
    if post:
        rows = recorder.let("waiting", rows)
        rows = rows[rows["id"] == post]
    frame = recorder.let("frame", rows)
    columns = [name for name in _WAITING if name in frame.value.columns]
    view = _rank_view(posts, recorder, frame, frame, by="view_count")
    return view._replace(columns=columns, pick="id")


def _rank_view(
    posts: SeenPosts, recorder: Recorder, frame: Traced, drawn: Traced, **options: Any
) -> View:
    bars = min(int(frame.value[options["by"]].notna().sum()), MOST_BARS)
    plot = recorder.plot(plot_leaderboard, drawn, **options, n=MOST_BARS)
    return View(
        recorder, frame, plot, height_in=height_of(bars), zone=posts.zone, pick="creator_id"
    )


PAGES: Final[Mapping[str, Callable[[SeenPosts], View]]] = {
    "Calendar": calendar_page,
    "Hours": hours_page,
    "Times": times_page,
    "Regularity": regularity_page,
    "Over-posting": overposting_page,
    "Inbox": inbox_page,
}
"""What each page shows; a page of its own needs a line here, and a frame of `SeenPosts`."""
