"""One organization of a world: everything from its keys to its payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.accruals import accrue
from trackagoat_pandas.sandbox.agenda import Moment
from trackagoat_pandas.sandbox.campaigns import EFFECTIVE_CAMPAIGN, CampaignPlanner
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, parse_instant
from trackagoat_pandas.sandbox.comments import comment_rows, count_comments
from trackagoat_pandas.sandbox.database import Database, marks
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.fortunes import STREAK_DAYS, befall, signs_of, streak
from trackagoat_pandas.sandbox.goals import GoalSetter
from trackagoat_pandas.sandbox.habits import habit_rows, pace_of
from trackagoat_pandas.sandbox.life import begin
from trackagoat_pandas.sandbox.mistakes import Accountant
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.organizations import (
    Plan,
    key_rows,
    limit_rows,
    organization_row,
    project_rows,
)
from trackagoat_pandas.sandbox.payments import Cashier, accrual_row, batches_due, corrections
from trackagoat_pandas.sandbox.payouts import (
    assign,
    assignment_rows,
    method_rows,
    plan_structures,
    structure_rows,
)
from trackagoat_pandas.sandbox.people import Creator, cast_creators, creator_rows
from trackagoat_pandas.sandbox.rules import Assignment
from trackagoat_pandas.sandbox.shared import (
    Account,
    account_rows,
    choose_accounts,
    share_comments,
    share_videos,
)
from trackagoat_pandas.sandbox.stories import boost, planted_rows, tell_stories
from trackagoat_pandas.sandbox.truth import planted_row
from trackagoat_pandas.sandbox.videos import GUEST_VIEWS, Posts, film, plan_posts, video_rows

_FIRST_PROJECT_SHARE = 0.6  # of the creators
_MONTH_S = 30 * DAY_S
SHARED_PROJECT = "Creator Club"
"""A project of shared accounts: all its creators are tracked in another project, too."""


class Settlement:
    """Fills the tables for one organization.

    Parameters
    ----------
    database
        The database to fill.
    plan
        The organization, its keys and projects.
    timeline
        The days of its history.
    seed
        The world's seed.
    creators, videos
        The numbers of all projects together.
    nature
        How posts do.
    shared_accounts
        How many creators are also tracked in other projects.
    """

    def __init__(
        self,
        database: Database,
        plan: Plan,
        timeline: Timeline,
        *,
        seed: int,
        creators: int,
        videos: int,
        nature: Nature,
        shared_accounts: int = 0,
    ) -> None:
        self._database, self._plan, self._timeline = database, plan, timeline
        self._seed, self._videos, self._nature = seed, videos, nature
        organization = organization_row(self._dice("organization"), timeline, plan)
        self._org_id = organization["id"]
        names = [*plan.projects, *plan.empty_projects]
        self._projects = project_rows(self._dice("projects"), timeline, plan, self._org_id, names)
        self._project_ids = [row["id"] for row in self._projects[: len(plan.projects)]]
        self._creators = cast_creators(
            self._dice("creators"), timeline, self._project_of_each(creators)
        )
        self._cast = self._creators
        self._accounts = list[Account]()
        if shared_accounts:
            self._share(shared_accounts)
        database.insert("organizations", [organization])
        database.insert("plan_limits", limit_rows(plan, self._org_id))
        database.insert("projects", self._projects)
        keys = key_rows(self._dice("keys"), timeline, plan, self._org_id)
        database.insert("api_keys", keys)

    def _share(self, number: int) -> None:
        """Add creators to other projects, and a project that has only such creators."""
        dice, timeline = self._dice("shared accounts"), self._timeline
        more = project_rows(dice, timeline, self._plan, self._org_id, [SHARED_PROJECT])
        self._projects += more
        homes = [*self._project_ids, *(row["id"] for row in more)]
        self._accounts = choose_accounts(dice, timeline, self._cast, homes, number)
        self._project_ids = homes
        self._creators = [*self._cast, *(one for each in self._accounts for one in each.others)]

    def _dice(self, name: str) -> Dice:
        return Dice(self._seed, f"{self._plan.name}: {name}")

    def _project_of_each(self, creators: int) -> list[str]:
        """Give most creators to the first project, and equal parts to the others."""
        first, *others = self._project_ids
        large = round(creators * _FIRST_PROJECT_SHARE) if others else creators
        rest = [others[place % len(others)] for place in range(creators - large)]
        return [first] * large + sorted(rest, key=others.index)

    def publish(self) -> None:
        """Fill creators, videos, comments and campaigns."""
        timeline, creators = self._timeline, self._cast
        posts = self._posts()
        stories = tell_stories(self._dice("stories"), timeline, creators, posts, self._nature)
        homes = self._project_ids[: len(self._plan.projects)]
        videos = film(self._dice("videos"), timeline, creators, posts, homes)
        self._database.insert("planted", planted_rows(stories, videos))
        signs = zip(videos["id"], signs_of(posts), strict=True)
        self._database.insert(
            "planted", [planted_row(kind, id_, {}) for id_, kinds in signs for kind in kinds]
        )
        self._campaign(videos, posts)
        people = creator_rows(self._dice("creator rows"), timeline, creators)
        comments = comment_rows(self._dice("comments"), timeline, videos)
        count_comments(timeline, videos, comments)
        rows: Iterable[dict[str, Any]] = video_rows(videos)
        if self._accounts:
            rows = [*rows]
            dice = self._dice("shared posts")
            first_ids = dict(zip(videos["tiktok_video_id"], videos["id"], strict=True))
            people += creator_rows(dice, timeline, self._creators[len(self._cast) :])
            for account in self._accounts:
                for shared in share_videos(dice, timeline, account, videos, posts):
                    rows += video_rows(shared)
                    comments += share_comments(dice, shared, comments, first_ids)
            for each in (rows, comments):
                each.sort(key=lambda row: str(row["created_at"]))
            self._database.insert("planted", account_rows(self._accounts))
        self._database.insert("creators", sorted(people, key=lambda row: str(row["created_at"])))
        self._database.insert("videos", rows)
        self._database.insert("comments", comments)

    def _posts(self) -> Posts:
        """Plan the posts, and let them have what the world's nature makes of them."""
        timeline, creators, nature = self._timeline, self._cast, self._nature
        days = timeline.days + 1
        hot = [np.ones(days)] * len(creators)
        if nature.streaks:
            dice = self._dice("streaks")
            shocks = [dice.normal(0.0, nature.streaks, days + STREAK_DAYS - 1) for _ in creators]
            hot = [np.exp(streak(own)) for own in shocks]
        posts = plan_posts(self._dice("posts"), timeline, creators, self._videos, nature.luck, hot)
        # NOBODY is -1: the value appended last is its own.
        medians = np.array([*(creator.median_views for creator in creators), GUEST_VIEWS])
        befall(self._dice("nature"), nature, timeline.zone, posts, medians[posts.owners])
        return posts

    def _campaign(self, videos: dict[str, Any], posts: Posts) -> None:
        """Fill campaigns; one of each project has an effect on the views of its creators' posts."""
        homes = zip(videos["id"], videos["project_id"], videos["deleted_at"], strict=True)
        homes_of_cast = self._project_ids[: len(self._plan.projects)]
        owned: dict[str, list[str]] = {project_id: [] for project_id in homes_of_cast}
        for video_id, home, deleted in homes:
            if deleted is None:
                owned[home].append(video_id)
        for project_id, video_ids in owned.items():
            active = [
                creator
                for creator in self._cast
                if creator.project_id == project_id and creator.is_active
            ]
            dice = self._dice(f"campaigns of {project_id}")
            planner = CampaignPlanner(dice, self._timeline, project_id, active, video_ids)
            campaigns = planner.campaigns()
            [campaign] = [row for row in campaigns if row["name"] == EFFECTIVE_CAMPAIGN]
            since_s = parse_instant(campaign["created_at"]).timestamp()
            items = planner.items(self._chosen(active, videos, since_s))
            self._database.insert("campaigns", campaigns)
            self._database.insert("campaign_items", items)
            self._database.insert("annotations", planner.annotations())
            members = {row["item_id"] for row in items if row["campaign_id"] == campaign["id"]}
            is_member = np.array([one in members for one in videos["creator_id"]], np.bool_)
            effect = boost(
                self._dice(f"effect of {campaign['id']}"),
                campaign["id"],
                since_s,
                is_member & ~posts.is_staged,
                videos,
                self._nature.campaign_effect,
            )
            self._database.insert("planted", [effect])

    def _chosen(
        self, creators: Sequence[Creator], videos: Mapping[str, Any], since_s: float
    ) -> Sequence[Creator] | None:
        """Rank creators for the campaign with an effect by their luck in the month before it."""
        if self._nature.campaigns_for == "random":
            return None
        is_recent = (videos["posted_ts"] < since_s) & (videos["posted_ts"] >= since_s - _MONTH_S)
        owners = np.array(videos["creator_id"], object)
        luck = {}
        for creator in creators:
            views = videos["final_views"][is_recent & (owners == creator.id)]
            luck[creator.id] = np.log(np.maximum(views, 1.0) / creator.median_views).sum()
        is_hot = self._nature.campaigns_for == "hot"
        return sorted(creators, key=lambda creator: float(luck[creator.id]), reverse=is_hot)

    def _in_project(self, project_id: str) -> list[Creator]:
        return [creator for creator in self._creators if creator.project_id == project_id]

    def reward(self) -> None:
        """Fill goals and payouts, which measure the videos in the database."""
        setter = GoalSetter(self._dice("goals"), self._database, self._timeline)
        self._database.insert("goals", setter.rows(self._creators))
        methods = method_rows(self._dice("methods"), self._timeline, self._org_id)
        self._database.insert("payout_methods", methods)
        accruals = [
            accrual
            for project_id in self._project_ids
            for accrual in self._accrue(project_id, self._dice(f"payouts of {project_id}"))
        ]
        batches = batches_due(self._timeline, accruals)
        accruals += corrections(self._dice("corrections"), self._timeline, batches)
        accountant = Accountant(self._dice("mistakes"), self._timeline, accruals, batches)
        accountant.mistake_an_accrual()
        payments = Cashier(self._dice("payments"), self._timeline, methods).pay(batches)
        accountant.mistake_a_payment(payments)
        self._database.insert("planted", accountant.planted)
        self._database.insert("payout_payments", payments)
        accruals.sort(key=lambda row: str(row["created_at"]))
        self._database.insert("payout_accruals", accruals)

    def live_on(self) -> None:
        """Plan what happens after now."""
        others = [one.id for one in self._creators[len(self._cast) :]]
        owned = f"creator_id IS NOT NULL AND creator_id NOT IN ({marks(others)})"
        moment = Moment(
            self._database, self._seed, self._org_id, self._timeline.zone, int(self._timeline.now_s)
        )
        [posts] = moment.own("count(*) AS n", "videos", owned, *others)
        pace = pace_of(self._creators, self._timeline.today, posts["n"])
        self._database.insert("habits", habit_rows(self._cast, pace))
        begin(moment, pace=pace, days=self._timeline.days)

    def _accrue(self, project_id: str, dice: Dice) -> list[dict[str, Any]]:
        """Set up a project's structures and assignments; return their accruals."""
        timeline, database = self._timeline, self._database
        structures = plan_structures(dice, timeline, project_id)
        database.insert("payout_structures", structure_rows(timeline, structures.values()))
        assignments = assign(dice, timeline, structures, self._in_project(project_id))
        database.insert("payout_assignments", assignment_rows(dice, timeline, assignments))
        rules = {
            structure.rules[0].structure_id: structure.rules for structure in structures.values()
        }
        owners: dict[tuple[str, str], list[Assignment]] = {}
        for assignment in assignments:
            owners.setdefault((assignment.creator_id, assignment.structure_id), []).append(
                assignment
            )
        return [
            accrual_row(dice, timeline, project_id, creator_id, earned)
            for (creator_id, structure_id), own in owners.items()
            for earned in accrue(database, timeline.zone, timeline.now, rules[structure_id], own)
        ]
