"""The board of campaigns: tree, pace, comparison, overlap, effects and plans."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.asking.campaigns import CAMPAIGNS
from trackagoat_pandas.asking.kernel import Answer, answer_from
from trackagoat_pandas.asking.lift import LIFT
from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.campaigns.comparison import compare_campaigns
from trackagoat_pandas.helpers.campaigns.overlap import member_overlap
from trackagoat_pandas.helpers.campaigns.plan import plan_campaign, visible_effects
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.helpers.campaigns.tree import campaign_tree
from trackagoat_pandas.helpers.facts import server_now, zone_of
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import frame_facts, loaded_at
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.campaign_tree import campaign_tree as plot_tree
from trackagoat_pandas.plots.compare_campaigns import compare_campaigns as plot_comparison
from trackagoat_pandas.plots.overlap import overlap as plot_overlap
from trackagoat_pandas.plots.visible_effects import visible_effects as plot_visible
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, given
from trackagoat_pandas.widgets.answers import answer_view, asked
from trackagoat_pandas.widgets.board import HEIGHT_IN, Tile, View, asked_timezone, height_of
from trackagoat_pandas.widgets.filters import ALL, Filters, all_of, dropdown, picker_of_all_days
from trackagoat_pandas.widgets.panel import check_client, show_if
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.posts import SeenFrames, VideosBoard

_MOST_ROWS: Final = 24
"""The most campaigns in a picture."""
_WEEKS: Final = ("1", "2", "4", "8")
_COLUMNS: Final = {
    "Tree": (
        "campaign_name", "posts", "views", "target_views", "days_left",
        "needed_per_day", "pace", "cost_cents", "status",
    ),
    "Compare": ("label", "posts", "views", "median_views", "creators", "effect", "low", "high"),
    "Overlap": ("campaign_a_name", "campaign_b_name", "shared_creators", "shared_videos"),
    "Lift": (
        "effect", "low", "high", "p", "posts_effect", "views_per_post_effect", "smallest_visible",
        "members", "donors", "weeks_before",
    ),
    "Plan": ("tiktok_handle", "pair", "gets_campaign", "typical_views", "posts_per_week", "since"),
}  # fmt: skip
_NO_EFFECT: Final = "This is no effect of a campaign: the page Lift looks for that."
_KEEP: Final = (
    "Keep the plan with record_plan(store, board.frame), and read what the campaign added with "
    "read_campaign."
)


class CampaignChoice(NamedTuple):
    """What the controls choose; None for the largest campaigns, or since it was created."""

    campaign: str | None = None
    other: str | None = None
    days: DateRange | None = None
    weeks: int = 4
    seed: int = 0


class SeenCampaigns(SeenFrames):
    """Campaigns and videos, and what each page says of them, worked out once.

    Parameters
    ----------
    frames
        Campaigns and videos; and accruals, analytics and creators where they are known.
    recorder
        The code of these frames.
    zone
        The time zone of days.
    """

    def __init__(self, frames: Mapping[str, Traced], recorder: Recorder, zone: str) -> None:
        super().__init__(frames, recorder, zone)
        videos = frames["videos"].value
        self._zone = {} if zone_of(None, [videos]) == zone else {"timezone": zone}
        self._when = {}
        if loaded_at(videos) is None:  # else the code would give other days that are left
            self._when = {"now": f"{server_now([videos]).tz_convert('UTC'):%Y-%m-%dT%H:%M:%SZ}"}

    @property
    def campaigns(self) -> Traced:
        """The frame of campaigns."""
        return self.frames["campaigns"]

    @cached_property
    def names(self) -> dict[str, str]:
        """What the campaigns are called, by id, the one with the most views first."""
        summary = self.summary.value
        ids, called = summary["campaign_id"], summary["campaign_name"]
        return dict(zip(ids, called.fillna(ids.str[:ID_LETTERS]), strict=True))

    @cached_property
    def summary(self) -> Traced:
        """The campaigns in numbers."""
        more = {**self._given_frames("accruals"), **self._when}
        return call(summarize_campaigns, self.campaigns, self.videos, **more)

    @cached_property
    def answer(self) -> Answer:
        """Whether they are on pace."""
        frames = {**self.frames, "summary": self.summary}
        return answer_from(CAMPAIGNS, frames, self.zone)

    def tree(self, campaign: str | None) -> Traced:
        """Return the places of all campaigns, or of one and those inside it."""
        ids = [] if campaign is None else [campaign]
        return self._once(("tree", campaign), lambda: call(campaign_tree, self.campaigns, *ids))

    @cached_property
    def overlap(self) -> Traced:
        """What each two campaigns share."""
        return call(member_overlap, self.campaigns, self.videos)

    def pair(self, choice: CampaignChoice) -> tuple[str, str]:
        """Return the two campaigns to compare: those chosen, or the largest others."""
        first = choice.campaign or next(one for one in self.names if one != choice.other)
        other = choice.other if choice.other != first else None
        return first, other or next(one for one in self.names if one != first)

    def comparison(self, first: str, other: str) -> Traced:
        """Return two campaigns side by side."""
        daily = {**self._given_frames("analytics"), **self._when}
        if "analytics" in daily:
            daily |= self._zone
        return self._once(
            ("comparison", first, other),
            lambda: call(compare_campaigns, self.campaigns, self.videos, first, other, **daily),
        )

    def lift(self, choice: CampaignChoice) -> Traced:
        """Return what a campaign added, by default the one with the most views."""
        campaign = choice.campaign or next(iter(self.names))
        tree, days = self.tree(None).value, choice.days
        if days is None and tree.loc[tree["campaign_id"] == campaign, "created_at"].isna().all():
            days = self.days_of_posts
        dated = {} if days is None else {"dates": str(days)}
        return self._once(
            ("lift", campaign, days),
            lambda: asked(LIFT, self.frames, options={"campaign": campaign}, **dated, **self._zone),
        )

    @property
    def days_of_posts(self) -> DateRange:
        """The days of the first and the last post."""
        days = self.videos.value["posted_at"].dropna().dt.tz_convert(self.zone)
        return DateRange(days.min().date(), days.max().date())

    def plan(self, choice: CampaignChoice) -> Traced:
        """Return who gets a campaign by chance."""
        options = {"weeks": choice.weeks, "seed": choice.seed, **self._zone, **self._when}
        return self._once(
            ("plan", choice.weeks, choice.seed),
            lambda: call(plan_campaign, self.frames["creators"], self.videos, **options),
        )

    @cached_property
    def visible(self) -> Traced:
        """The effects that would be seen."""
        options = {**self._zone, **self._when}
        return call(visible_effects, self.frames["creators"], self.videos, **options)


class CampaignBoard(VideosBoard):
    """Show campaigns in their tree and their pace, compare two, and plan the next.

    Parameters
    ----------
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`, including all nested campaigns. By default the
        campaigns, videos and creators of one project are loaded in the background.
    videos : DataFrame, optional
        The frame of :func:`load_videos`; needed where `campaigns` is given.
    accruals : DataFrame, optional
        The frame of :func:`load_payout_accruals`, for costs.
    analytics : DataFrame, optional
        Daily new views of the videos, as ``load_analytics("video", videos, "views")`` has them, so
        that the page "Compare" compares posts at the same age.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles, and for the page "Plan".
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
        ``"Tree"``, ``"Compare"``, ``"Overlap"``, ``"Lift"`` or ``"Plan"``; the second and third
        only with several campaigns, the last only with `creators`.
    campaign, other : ipywidgets.Dropdown
        The campaign, and the one that it is compared with: an id, or ``""`` for all. The pages
        "Compare" and "Lift" then take those with the most views, and their lists name them. A
        click on a row or bar chooses its campaign, and one on a cell of the page "Overlap" both.
    dates : DateRangePicker
        The first and last day of the campaign on the page "Lift"; by default all since it was
        created. From code, set ``board.dates.value = "2026-05"``.
    weeks : ipywidgets.Dropdown
        How long the campaign of the page "Plan" lasts: ``"1"``, ``"2"``, ``"4"`` or ``"8"``.
    draw_button : ipywidgets.Button
        Draws another plan.
    filters : Filters
        All controls.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    summarize_campaigns : Summarize campaigns.
    compare_campaigns : Compare two campaigns.
    plan_campaign : Draw who gets a campaign.
    widgets.CampaignPicker : Pick campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> board = tgp.widgets.CampaignBoard(campaigns, videos)
    >>> board.page.options
    ('Tree', 'Compare', 'Overlap', 'Lift')
    >>> board.page.value = "Overlap"
    >>> len(board.frame), int(board.frame["shared_creators"].max())
    (15, 8)
    """

    what, needs_project = "campaigns", True

    @takes_arrow
    def __init__(
        self,
        campaigns: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
        *,
        accruals: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        kept = given(accruals=accruals, analytics=analytics)
        frames = {**given(campaigns=campaigns, videos=videos, creators=creators), **kept}
        if (campaigns is None) != (videos is None):
            missing = "campaigns" if campaigns is None else "videos"
            raise MissingArgumentError(missing, "campaigns and videos are given together")
        self._timezone = asked_timezone(timezone, given(videos=videos), client)
        self._kept, self._seed = kept, secrets.randbelow(1 << 31)
        opened = None if campaigns is None else self._opened_with(Recorder(), frames)
        self._all: SeenCampaigns | None = None
        self._options: list[tuple[str, str]] = []
        self._make_controls()
        super().__init__(
            "Campaigns", "campaigns", [self.filters, self.draw_button], tabs=[self.page],
            is_given=opened is not None, project=project, client=client,
        )  # fmt: skip
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(options=list(PAGES), style={"button_width": "auto"})
        self.campaign, self.other = dropdown("Campaign"), dropdown("Compared with")
        self.weeks = dropdown("Weeks", [(one, one) for one in _WEEKS])
        self.weeks.value = "4"
        self.dates = picker_of_all_days()
        controls = {"campaign": self.campaign, "other": self.other, "weeks": self.weeks}
        self.filters = Filters(controls, lambda _: self._redraw(), self.dates)
        self.draw_button = ipw.Button(
            description="Draw again", icon="random", tooltip="Draw by chance who gets the campaign"
        )
        self.draw_button.on_click(lambda _: self._draw_again())
        self._listen(self.page, lambda _: self._draw())

    def _opened_with(self, recorder: Recorder, frames: dict[str, Traced]) -> SeenCampaigns:
        zone = self._zone_of(recorder, frames)
        opened = SeenCampaigns(frames, recorder, zone)
        opened.names  # noqa: B018 - refuses a frame without a column that it needs
        return opened

    def _load_all(self, view: Session, project: str | None) -> SeenCampaigns:
        names = ("campaigns", "videos", "creators")
        return self._opened_with(*self._load_lists(view, project, *names))

    def _open(self, loaded: SeenCampaigns) -> None:
        self._all = loaded
        several, some = len(loaded.names) > 1, bool(loaded.names)
        has_posts = loaded.videos.value["posted_at"].notna().any()
        is_offered = {
            "Compare": several, "Overlap": several, "Lift": some and has_posts,
            "Plan": "creators" in loaded.frames and has_posts,
        }  # fmt: skip
        self._offer_pages([page for page in PAGES if is_offered.get(page, True)])
        projects = loaded.tree(None).value.drop_duplicates("campaign_id")
        projects = projects.dropna(subset="project_id").set_index("campaign_id")["project_id"]
        self._options = all_of(loaded.names, projects.str[:ID_LETTERS].to_dict())
        self.filters.offer_days(loaded.days_of_posts if has_posts else None)
        self._draw()

    def _pick(self, column: str, id_: str) -> None:
        if column != "pair":
            super()._pick(column, id_)
            return
        known = [value for _, value in self.campaign.options]
        first, _, second = id_.partition(" ")
        if first and second and {first, second} <= {*known}:
            with self._showing():
                self.page.value = "Compare"
            self.filters.choose({"campaign": first, "other": second})

    def _draw_again(self) -> None:
        with self._lock:
            self._seed = secrets.randbelow(1 << 31)
            self._draw()

    def _draw(self) -> None:
        if self._all is None:
            return
        page, opened = self.page.value, self._all
        if page == "Compare" and self.filters["other"] == self.filters["campaign"] is not None:
            self.filters.choose({"other": ALL})  # draws, with another campaign beside it
            return
        self.filters.show("campaign", is_shown=page != "Plan")
        self.filters.show("other", is_shown=page == "Compare")
        self.filters.show("weeks", is_shown=page == "Plan")
        show_if(self.dates, is_shown=page == "Lift")
        show_if(self.draw_button, is_shown=page == "Plan")
        choice = CampaignChoice(
            self._known("campaign"), self._known("other"), self.filters.days,
            int(self.weeks.value), self._seed,
        )  # fmt: skip
        self._offer_campaigns(page, opened, choice)
        answer = opened.lift(choice).value if page == "Lift" else opened.answer
        self._title("Campaigns", answer.finding)
        view = PAGES[page](opened, choice)
        self._notice(*_notes_on(page, opened, choice, view), *self._caveats(opened.frames))
        is_empty = not opened.names
        empty = self._no_rows() if is_empty else view.empty or _EMPTY.get(page, "")
        self.show(view._replace(empty=empty), tiles_of(opened, choice))

    def _offer_campaigns(self, page: str, opened: SeenCampaigns, choice: CampaignChoice) -> None:
        """Offer the campaigns; a page that shows one or two says which these are by default."""
        shown = dict[str, str]()
        if page == "Compare":
            shown = dict(zip(("campaign", "other"), opened.pair(choice), strict=True))
        elif page == "Lift":
            shown = {"campaign": choice.campaign or next(iter(opened.names))}
        labels = {id_: label for label, id_ in self._options}
        for name in ("campaign", "other"):
            options = self._options
            if name in shown:
                options = [(f"{labels[shown[name]]} (default)", ALL), *options[1:]]
            self.filters.offer(name, options)

    def _known(self, name: str) -> str | None:
        """Return a chosen campaign, if it is still there."""
        chosen = self.filters[name]
        return chosen if self._all is not None and chosen in self._all.names else None


_EMPTY: Final = {
    "Overlap": "No two campaigns share creators or posts.",
    "Plan": "No creator has posted in the last 8 weeks.",
}


def _notes_on(page: str, opened: SeenCampaigns, choice: CampaignChoice, view: View) -> list[str]:
    """List the caveats of a page."""
    if page == "Tree":
        return []
    if page == "Lift":
        answer = opened.lift(choice).value
        return [answer.record, *answer.notes]
    note = frame_facts(view.frame.value).get("note", "")
    more = {"Compare": _NO_EFFECT, "Plan": _KEEP}.get(page, "")
    return [f"{note}." if note else "", more]


def tiles_of(opened: SeenCampaigns, choice: CampaignChoice) -> dict[str, str | Tile]:
    """Count the campaigns, their posts and views, each once, and those behind their targets."""
    summary = opened.summary.value
    together = frame_facts(summary).get("together", {})
    made: dict[str, str | Tile] = {"Campaigns": f"{len(summary):,}"}
    posts, views = together.get("posts", 0), together.get("views", 0)
    said = "each counted once"
    if choice.campaign is not None:
        row = summary[summary["campaign_id"] == choice.campaign].iloc[0]
        posts, views, said = row["posts"], row["views"], opened.names[choice.campaign]
    made["Posts"] = Tile(f"{posts:,}", said, act="page:Tree")
    made["Views"] = Tile("n/a" if pd.isna(views) else count_text(float(views)), said)
    if targets := opened.answer.totals.get("targets"):
        behind = opened.answer.count
        about = f"of {targets:,} with a target"
        made["Behind"] = Tile(f"{behind:,}", about, act="page:Tree", is_alarm=behind > 0)
    return made


def tree_page(opened: SeenCampaigns, choice: CampaignChoice) -> View:
    """List the campaigns, or one with those inside it, below their tree."""
    recorder = opened.recorder.branch()
    tree = recorder.let("tree", opened.tree(choice.campaign))
    rows = opened.summary
    if choice.campaign is not None:
        summary = recorder.let("summary", rows)
        rows = summary[summary["campaign_id"].isin(tree["campaign_id"])]
    frame = recorder.let("frame", rows)
    plot = recorder.plot(plot_tree, tree, frame, n=_MOST_ROWS)
    return _view("Tree", opened, recorder, frame, plot, len(tree.value), "campaign_id")


def compare_page(opened: SeenCampaigns, choice: CampaignChoice) -> View:
    """Set two campaigns side by side."""
    recorder = opened.recorder.branch()
    frame = recorder.let("frame", opened.comparison(*opened.pair(choice)))
    plot = recorder.plot(plot_comparison, frame)
    return _view("Compare", opened, recorder, frame, plot, 3)


def overlap_page(opened: SeenCampaigns, choice: CampaignChoice) -> View:
    """List the pairs of campaigns that share something, of all or of one."""
    recorder = opened.recorder.branch()
    rows = opened.overlap
    if choice.campaign is not None:
        pairs = recorder.let("overlap", rows)
        is_own = [pairs[end] == choice.campaign for end in ("campaign_a", "campaign_b")]
        rows = pairs[is_own[0] | is_own[1]]
    frame = recorder.let("frame", rows)
    plot = recorder.plot(plot_overlap, frame, n=_MOST_ROWS)
    ends = pd.concat([frame.value["campaign_a"], frame.value["campaign_b"]])
    view = _view("Overlap", opened, recorder, frame, plot, ends.nunique())
    return view._replace(mark="pair")


def lift_page(opened: SeenCampaigns, choice: CampaignChoice) -> View:
    """Say what a campaign added, below its weeks; a refused one has no picture of an effect."""
    view = answer_view(opened.recorder.branch(), opened.lift(choice), opened.zone)
    return view._replace(columns=_columns("Lift", view.frame))


def plan_page(opened: SeenCampaigns, choice: CampaignChoice) -> View:
    """Draw who gets a campaign, below the effects that would be seen."""
    recorder = opened.recorder.branch()
    frame = recorder.let("frame", opened.plan(choice))
    effects = recorder.let("effects", opened.visible)
    plot = recorder.plot(plot_visible, effects)
    return _view("Plan", opened, recorder, frame, plot)


def _view(
    page: str, opened: SeenCampaigns, recorder: Recorder, frame: Traced, plot: Callable[..., Any],
    bars: int = 0, pick: str = "",
) -> View:  # fmt: skip
    columns = _columns(page, frame)
    height = height_of(min(bars, _MOST_ROWS)) if bars else HEIGHT_IN
    return View(recorder, frame, plot, columns, height, opened.zone, pick=pick)


def _columns(page: str, frame: Traced) -> list[str]:
    return [name for name in _COLUMNS[page] if name in frame.value.columns]


PAGES: Final[Mapping[str, Callable[[SeenCampaigns, CampaignChoice], View]]] = {
    "Tree": tree_page,
    "Compare": compare_page,
    "Overlap": overlap_page,
    "Lift": lift_page,
    "Plan": plan_page,
}
"""The pages, and what makes each."""
