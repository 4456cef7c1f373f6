"""The board of videos: outliers, the growth of one, expected views, and view quality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.breakouts import BREAKOUTS
from trackagoat_pandas.asking.kernel import Answer, answer_from
from trackagoat_pandas.asking.view_quality import VIEW_QUALITY
from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.columns import nullable_flags, values_of
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.videos.expected import expected_views
from trackagoat_pandas.helpers.videos.following import follow_post
from trackagoat_pandas.helpers.videos.outliers import find_outliers
from trackagoat_pandas.helpers.videos.quality import view_quality
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.openapi import takes_several_entities
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.plots.expected_views import expected_views as plot_expected
from trackagoat_pandas.plots.follow_post import follow_post as plot_post
from trackagoat_pandas.plots.outliers import outliers as plot_outliers
from trackagoat_pandas.plots.view_quality import view_quality as plot_quality
from trackagoat_pandas.program.frames import MOST_UNASKED
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
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.posts import Choice, PostsBoard, SeenFrames, of_days

_COLUMNS: Final = {
    "Posts": ("tiktok_handle", "title", "view_count", "baseline_views", "multiple", "is_outlier"),
    "Expected": ("tiktok_handle", "title", "age_hours", "views", "expected_views", "low", "high"),
    "Quality": ("tiktok_handle", "title", "view_count", "grade", "evidence", "innocent"),
}  # fmt: skip
_MOST_FOLLOWED: Final = 300
"""The videos, the latest, whose daily views a board that loads itself may load."""
_TOO_DEAR: Final = (
    "The daily views of the latest {:,} videos weren't loaded, since they may take {:,} requests: "
    "load them with load_analytics, and give them as VideoBoard(videos, analytics=...)."
)
_NO_FORECAST: Final = (
    "Expected views need to know how posts grew: VideoBoard(videos, analytics=...) or history=...."
)


class SeenVideos(SeenFrames):
    """The posts, and what each page says of them, worked out once.

    Posts are compared with all others, and chosen afterwards.

    Parameters
    ----------
    frames
        The videos; and daily analytics, snapshots and comments where they are known.
    recorder
        The code of these frames.
    zone
        The time zone of days.
    """

    def __init__(self, frames: Mapping[str, Traced], recorder: Recorder, zone: str) -> None:
        super().__init__(frames, recorder, zone)
        self._named = {} if zone_of(None, [self.videos.value]) == zone else {"timezone": zone}
        self._named = self._named if "analytics" in frames else {}

    @cached_property
    def finding(self) -> str:
        """Which posts broke out."""
        return answer_from(BREAKOUTS, self.frames, self.zone).finding

    @property
    def is_followed(self) -> bool:
        """Whether it is known how posts grew."""
        return not {"analytics", "history"}.isdisjoint(self.frames)

    @cached_property
    def outliers(self) -> Traced:
        """Each post against its creator's earlier ones."""
        return call(
            find_outliers, self.videos, **self._given_frames("analytics", "history"), **self._named
        )

    @cached_property
    def expected(self) -> Traced:
        """What young posts are expected to have."""
        followed = self._given_frames("analytics", "history")
        return call(expected_views, self.videos, **followed, **self._named)

    @cached_property
    def quality_answer(self) -> Answer:
        """Whether the views look right."""
        frames = {**self.frames, "quality": self.quality}
        return answer_from(VIEW_QUALITY, frames, self.zone)

    @cached_property
    def quality(self) -> Traced:
        """The evidence on each post's views."""
        others = self._given_frames("analytics", "history", "comments")
        return call(view_quality, self.videos, **others, **self._named)

    def follow(self, id_: str) -> Traced:
        """Return what one post had at each moment at which it was seen."""
        followed = self._given_frames("analytics", "history")
        return self._once(
            id_, lambda: call(follow_post, self.videos, id_, **followed, **self._named)
        )

    def chosen(self, rows: Traced, choice: Choice) -> Traced:
        """Keep the rows of the chosen creator and days of posting."""
        if choice.creator is not None:
            rows = rows[rows["creator_id"] == choice.creator]
        return of_days(rows, choice.days, self.zone)


class VideoBoard(PostsBoard):
    """Show videos: outliers, the growth of one, expected views, and view quality.

    Parameters
    ----------
    videos : DataFrame, optional
        The frame of :func:`load_videos`. By default the videos and creators of one project are
        loaded in the background, and the daily views of its latest 300 videos, if these surely take
        at most 30 requests.
    analytics : DataFrame, optional
        Daily new views of the videos, as ``load_analytics("video", videos, "views")`` has them.
    history : DataFrame, optional
        Their snapshots, as ``store.history("videos")`` has them; used rather than `analytics`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`, for the page "Quality".
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone : str, optional
        The organization's time zone; by default that of the frames' attributes, or else UTC.
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
    page : ipywidgets.ToggleButtons
        ``"Posts"``, ``"Post"``, ``"Expected"`` or ``"Quality"``.
    creator, post : ipywidgets.Dropdown
        Filters: an id, or ``""`` for all. A click on a row chooses its post, and turns to the page
        "Post"; without one that page shows the post with the most views.
    dates : DateRangePicker
        The days of posting. From code, set ``board.dates.value = "2026-05"``.
    filters : Filters
        All filters.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    load_videos : Load videos.
    find_outliers : Find posts that stand out.
    follow_post : Follow the views of one post.
    view_quality : Collect evidence on odd views.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.widgets.VideoBoard(tgp.load_videos("Summer Launch"))
    >>> board.page.value = "Post"
    >>> print(board.frame[["title", "age_hours", "views_so_far"]].to_string(index=False))
                                      title  age_hours  views_so_far
    mobility drill but make it cozy #foryou  1041.9925        405825
    """

    what, needs_project = "videos", True

    @takes_arrow
    def __init__(
        self,
        videos: pd.DataFrame | None = None,
        *,
        analytics: pd.DataFrame | None = None,
        history: pd.DataFrame | None = None,
        comments: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        self._kept = given(analytics=analytics, history=history, comments=comments)
        self._timezone = asked_timezone(timezone, given(videos=videos), client)
        frames = {**given(videos=videos), **self._kept, **given(creators=creators)}
        opened = None if videos is None else self._opened_with(Recorder(), frames)
        self._all: SeenVideos | None = None
        self._not_followed = ""
        self._make_filters(PAGES)
        super().__init__(
            "Videos", "videos", [self.filters], tabs=[self.page],
            is_given=opened is not None, project=project, client=client,
        )  # fmt: skip
        self.reload() if opened is None else self._open(opened)

    def _opened_with(self, recorder: Recorder, frames: dict[str, Traced]) -> SeenVideos:
        return SeenVideos(frames, recorder, self._zone_of(recorder, frames))

    def _load_all(self, view: Session, project: str | None) -> SeenVideos:
        recorder, frames = self._load_lists(view, project, "videos", "creators")
        self._not_followed = ""
        if not {"history", "analytics"} & {*frames} and len(frames["videos"].value):
            latest = recorder.let("latest", frames["videos"].nlargest(_MOST_FOLLOWED, "posted_at"))
            with suppress(TrackaGoatError):  # without it, the estimate has a wider range
                takes_several_entities(view)
            options: dict[str, Any] = {"dates": "last 181 days", "clip": True}
            plan = estimate_load(
                load_analytics, "video", latest.value, "views", client=view, **options
            )
            if plan.most is None or plan.most > MOST_UNASKED:
                self._not_followed = _TOO_DEAR.format(len(latest.value), plan.most or plan.least)
            else:
                load = partial(load_analytics, client=view)
                frames["analytics"] = recorder.step(
                    "analytics", load, "video", latest, "views", **options
                )
        return self._opened_with(recorder, frames)

    def _open(self, loaded: SeenVideos) -> None:
        self._all = loaded
        has_likes = "like_count" in loaded.videos.value.columns
        is_offered = {"Expected": loaded.is_followed, "Quality": has_likes}
        days = loaded.videos.value["posted_at"].dropna().dt.tz_convert(loaded.zone)
        span = None if days.empty else DateRange(days.min().date(), days.max().date())
        self._offer_choices(
            loaded.frames, [page for page in PAGES if is_offered.get(page, True)], span
        )
        self._offer_post(self.post.value, loaded.videos.value)
        self._draw()

    def _pick(self, column: str, id_: str) -> None:
        if column != "id" or self._all is None:
            super()._pick(column, id_)
            return
        with self._showing():
            self.page.value = "Post"
        self._offer_post(id_, self._all.videos.value)
        if self.post.value == id_:
            self._draw()
        self.post.value = id_

    def _draw(self) -> None:
        if self._all is None:
            return
        page, opened = self.page.value, self._all
        self.filters.show("post", is_shown=page == "Post" and bool(self.post.value))
        choice = Choice(self.filters["creator"], self.filters.days)
        finding = opened.quality_answer.finding if page == "Quality" else opened.finding
        self._title("Videos", finding)
        view = post_page(opened, choice, self.post.value) if page == "Post" else None
        view = view or PAGES[page](opened, choice)
        notes = [self._not_followed, *_notes_on(page, opened), *self._caveats(opened.frames)]
        self._notice(*notes)
        is_empty = opened.videos.value.empty
        empty = self._no_rows() if is_empty else NO_MATCH.format("videos")
        self.show(view._replace(empty=empty), tiles_of(opened, choice))


def _notes_on(page: str, opened: SeenVideos) -> list[str]:
    """List the caveats of a page."""
    if page == "Quality":
        note = frame_facts(opened.quality.value).get("note", "")
        answer = opened.quality_answer
        return [answer.record, *answer.notes, _with_stop(note)]
    if page == "Expected":
        return [_with_stop(frame_facts(opened.expected.value).get("note", ""))]
    return [_NO_FORECAST] if page == "Post" and not opened.is_followed else []


def _with_stop(note: str) -> str:
    return f"{note}." if note else ""


def tiles_of(opened: SeenVideos, choice: Choice) -> dict[str, str | Tile]:
    """Count the posts, their views, the outliers among them, and the late waves."""
    found = opened.chosen(opened.outliers, choice).value
    views = values_of(found["view_count"].dropna())
    is_far = nullable_flags(found["is_outlier"])
    compared, late = int(is_far.notna().sum()), nullable_flags(found["is_late_wave"])
    made: dict[str, str | Tile] = {
        "Videos": f"{len(found):,}", "Median views": "n/a", "Mean views": "n/a",
    }  # fmt: skip
    if len(views):
        made["Median views"] = count_text(float(pd.Series(views).median()))
        made["Mean views"] = count_text(float(views.mean()))
    far = int(is_far.fillna(value=False).sum())
    made["Outliers"] = Tile(f"{far:,}", f"of {compared:,} compared", act="page:Posts")
    if late.notna().any():
        rose = int(late.fillna(value=False).sum())
        made["Late waves"] = Tile(f"{rose:,}", "rose again after the third day", act="page:Posts")
    return made


def posts_page(opened: SeenVideos, choice: Choice) -> View:
    """List the posts, the farthest above their creator's earlier ones first."""
    recorder = opened.recorder.branch()
    rows = opened.outliers if choice == Choice() else recorder.let("outliers", opened.outliers)
    frame = recorder.let("frame", opened.chosen(rows, choice))
    far = int(nullable_flags(frame.value["is_outlier"]).fillna(value=False).sum())
    plot = recorder.plot(plot_outliers, frame, n=MOST_BARS)
    return _view("Posts", opened, recorder, frame, plot, min(far, MOST_BARS))


def post_page(opened: SeenVideos, choice: Choice, id_: str = ALL) -> View:
    """Follow one post, or else the one with the most views, and say its expected views."""
    recorder = opened.recorder.branch()
    if not id_:
        videos = opened.videos.value
        counts = is_counted(videos).fillna(value=False).to_numpy(bool)
        known = opened.chosen(Traced(videos[counts], "videos"), choice).value
        known = known.dropna(subset=["id", "view_count", "posted_at"])
        if known.empty:
            return posts_page(opened, choice)
        id_ = str(known.nlargest(1, "view_count")["id"].iloc[0])
    # The plot puts moments in order; the table has the last one on top.
    views = opened.follow(id_).sort_values("age_hours", ascending=False)
    frame = recorder.let("frame", views)
    expected = []
    if opened.is_followed and (opened.expected.value["id"] == id_).any():
        expected = [recorder.let("expected", opened.expected)]
    plot = recorder.plot(plot_post, frame, *expected)
    columns = ["observed_at", "age_hours", "views_so_far", "gained_views"]
    return View(recorder, frame, plot, columns, HEIGHT_IN, opened.zone)


def expected_page(opened: SeenVideos, choice: Choice) -> View:
    """List the young posts with their expected views, the highest first."""
    recorder = opened.recorder.branch()
    rows = recorder.let("expected", opened.expected)
    rows = opened.chosen(rows, choice).sort_values("expected_views", ascending=False)
    frame = recorder.let("frame", rows)
    plot = recorder.plot(plot_expected, frame, n=MOST_BARS)
    bars = min(int(frame.value["expected_views"].notna().sum()), MOST_BARS)
    return _view("Expected", opened, recorder, frame, plot, bars)


def quality_page(opened: SeenVideos, choice: Choice) -> View:
    """List the posts whose views are unlike others, the highest score first."""
    recorder = opened.recorder.branch()
    rows = recorder.let("quality", opened.quality)
    if choice != Choice():
        rows = recorder.let("quality", opened.chosen(rows, choice))
    frame = recorder.let("frame", rows[rows["grade"] != "none"])
    plot = recorder.plot(plot_quality, rows, n=MOST_BARS)
    bars = min(int(frame.value["score"].notna().sum()), MOST_BARS)
    return _view("Quality", opened, recorder, frame, plot, bars)


def _view(
    page: str, opened: SeenVideos, recorder: Recorder, frame: Traced, plot: Callable[..., Any],
    bars: int,
) -> View:  # fmt: skip
    columns = [name for name in _COLUMNS[page] if name in frame.value.columns]
    return View(recorder, frame, plot, columns, height_of(bars), opened.zone, pick="id")


PAGES: Final[Mapping[str, Callable[[SeenVideos, Choice], View]]] = {
    "Posts": posts_page,
    "Post": post_page,
    "Expected": expected_page,
    "Quality": quality_page,
}
"""The pages, and what makes each."""
