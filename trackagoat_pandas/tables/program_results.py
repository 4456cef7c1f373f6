"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, ResultTable, cents, id_, maybe, percent
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[ResultTable, ...] = (
    # Campaigns: who is in them, and how they do
    result("campaign_tree", "one place of one campaign", title="Campaigns in their tree", columns=(
        "campaign_name",
        Column("tree_path", "text", "The names from the top.", heading="path"),
        Column("depth", "int", "How many campaigns it is below.", content="ordinal"),
        maybe("direct_members", "int", "What it lists itself.", unit="members"),
        maybe("nested_members", "int", "What only campaigns inside it list.", unit="members"),
        maybe("campaigns", "int", "Campaigns inside it.", unit="campaigns"),
        "creators",
        maybe("listed_videos", "int", "Videos that are listed.", unit="videos"),
        "target_views",
        Column("place", "category", "Whether what is inside it follows.",
            categories=("first", "again", "circle"), role="standing"),
        "target_at",
        maybe("created_at", "instant", "When the campaign was created."),
        "campaign_id",
        id_("parent_id", doc="The campaign that it is in.", nullable=True),
        "project_id",
    )),
    result("campaign_videos", "one counted video of one campaign", rows_of="videos", columns=(
        "campaign_name campaign_id"
    )),
    result("summarize_campaigns", "one campaign", title="Campaigns in numbers", columns=(
        "campaign_name currency? posts views",
        maybe("posts_added_up", "int", "Posts, each as often as it is reached.", unit="posts"),
        maybe("views_added_up", "int", "Views, each as often as it is reached.", unit="views"),
        "creators median_views engagement_rate_by_views target_views",
        percent("target_pct", doc="Views in percent of the target.", heading="of target"),
        "days_left needed_per_day pace cost_cents? effective_cpm_cents? status",
        "reason target_at campaign_id",
    )),
    result("member_overlap", "one pair of campaigns that share something",
        title="What campaigns share", columns=(
        "campaign_a_name campaign_b_name shared_creators shared_videos",
        "campaign_a campaign_b",
    )),
    result("compare_campaigns", "one part of two campaigns", title="Two campaigns compared",
        columns=(
        Column("label", "text", "The part in words.", heading="posts of"),
        "creators posts views median_views effect low high",
        Column("side", "category", "Which part of both campaigns.", categories=(
            "only a", "both", "only b", "same creators, a", "same creators, b"), role="standing"),
        "reason",
    )),
    # Campaigns: what they added
    result(
        "campaign_lift",
        "one campaign",
        title="What a campaign added",
        columns=(
            "effect low high",
            "p",
            "posts_effect",
            "views_per_post_effect",
            "smallest_visible",
            percent("least_without_one", doc="The least effect without one of the other creators."),
            percent(
                "most_without_one", doc="The largest effect without one of the other creators."
            ),
            Column("members", "int", "Its creators who posted before and in it.", unit="creators"),
            Column(
                "donors", "int", "Others who did, with whom they are compared.", unit="creators"
            ),
            Column("weeks_before", "int", "Weeks before it.", unit="weeks"),
            "weeks:float",
            "refused",
        ),
    ),
    result(
        "lift_weeks",
        "one week",
        title="A campaign's creators and others, by week",
        columns=(
            Column("week", "day", "First day of the week, counted from the campaign's."),
            percent("members_change", doc="Views of its creators, against the weeks before it."),
            percent("others_change", doc="Views of the others, against the weeks before it."),
            percent("gap", doc="The first against the second."),
            percent("usual_low", doc="Lower end of the gaps of random groups."),
            percent("usual_high", doc="Upper end of the gaps of random groups."),
            Column("is_campaign", "bool", "True from its first day on."),
        ),
    ),
    result(
        "lift_placebos",
        "one campaign that was, or never was",
        title="Placebos",
        columns=(
            Column(
                "placebo",
                "category",
                "What it is.",
                role="name",
                categories=("the campaign", "random creators", "an earlier date"),
            ),
            "effect",
            "since",
        ),
    ),
    result(
        "plan_campaign",
        "one creator who may get it",
        title="Who gets the campaign",
        columns=(
            "tiktok_handle",
            "pair",
            "gets_campaign",
            "typical_views",
            "posts_per_week",
            "weeks",
            "smallest_visible",
            "seed",
            "since",
            "creator_id",
        ),
    ),
    result(
        "recorded_plans",
        "one creator of one plan",
        title="Plans of campaigns",
        columns=(
            "pair",
            "gets_campaign",
            "typical_views",
            "posts_per_week",
            "weeks",
            "smallest_visible",
            "seed",
            "since",
            "made_at",
            "creator_id",
        ),
    ),
    result(
        "visible_effects",
        "one size and length of a campaign",
        title="Effects that would be seen",
        columns=(
            "weeks",
            Column("group_size", "int", "How many get it.", unit="creators"),
            "smallest_visible",
        ),
    ),
    result(
        "read_campaign",
        "one campaign",
        title="What a planned campaign added",
        columns=(
            "effect low high",
            "p",
            "posts_effect",
            "views_per_post_effect",
            Column("pairs", "int", "Pairs that posted before and in it.", unit="pairs"),
            "weeks:float",
            "refused",
        ),
    ),
    # Creators who are alike
    result(
        "similar_creators",
        "one other creator",
        title="Similar creators",
        columns=(
            "rank tiktok_handle",
            maybe("distance", "float", "The sum of what the parts add.", content="number"),
            *(
                maybe(
                    part,
                    "float",
                    f"What {what} add to the distance; 0 where all differ by no more than chance.",
                    content="number",
                )
                for part, what in (
                    ("size", "views of posts"),
                    ("spread", "differences of posts in views"),
                    ("cadence", "posts a week"),
                    ("engagement", "engagement rates"),
                    ("hours", "hours of posts"),
                    ("weekdays", "weekdays of posts"),
                )
            ),
            "hashtags?",
            maybe("stability", "float", "How often it is again among the first.", content="share"),
            "posts reason creator_id",
        ),
    ),
    result(
        "creator_pools",
        "one creator",
        title="Pools of creators",
        columns=(
            "tiktok_handle",
            maybe("pool", "int", "The group, 1 for the largest.", content="ordinal"),
            "posts median_views",
            maybe("views_factor", "float", "The factor by which posts usually differ in views."),
            "posts_per_week engagement_rate_by_views",
            maybe("usual_hour", "float", "The hour around which posts come.", unit="hour"),
            percent("weekend_pct", doc="Share of the posts on Saturdays and Sundays."),
            maybe(
                "pool_description",
                "text",
                "What sets the pool apart.",
                heading="set apart by",
                role="standing",
            ),
            "reason creator_id",
        ),
    ),
    # How a program does
    result("check_data", "all tables of a program, or one", title="How current the data is",
        columns=(
        Column("table", "category", "Its name, or all together.", role="name",
            categories=("all", "videos", "creators", "analytics", "goals", "comments", "accruals",
            "payments")),
        Column("row_count", "int", "Its rows.", unit="rows", heading="rows"),
        maybe("late_days", "float", "Days since its load, or that daily views lack at their end.",
            unit="days"),
        maybe("flaw_text", "text", "The flaw in words.", heading="problem"),
        maybe("loaded_at", "instant", "When it was loaded; of all the newest."),
        maybe("data_end", "day", "The last whole day of daily views."),
        Column("flaw", "category", "What kind of flaw it has.",
            categories=("incomplete", "unsaid", "unreadable"), role="standing", nullable=True),
    )),
    result("program_health", "one part of a program", title="Program health: {status}",
        optional=("score",), columns=(
        "status part:category",
        Column("score", "float", "The points of the whole, of 100."),
        "share:int? since advice evidence",
        "code",
    )),
    result("rank_programs", "one program", title="Programs by health", optional=("score",),
        columns=(
        "rank name",
        Column("score", "float", "The points of the whole, of 100."),
        Column("worst_share", "float", "Share of weightings in which its score is the lowest.",
            content="share"),
        "status",
    )),
    # Skill or luck
    result("reliability", "all creators together", title="Skill or luck", columns=(
        "creators posts share",
        percent("share_low", doc="Lower end of the interval of the share."),
        percent("share_high", doc="Upper end of the interval of the share."),
        maybe("posts_needed", "int", "Posts that show a creator's level.", unit="posts a creator"),
        maybe("posts_needed_low", "int", "Lower end of its interval.", unit="posts a creator"),
        maybe("posts_needed_high", "int", "Upper end of its interval.", unit="posts a creator"),
        "reason",
    )),
    result("rank_creators", "one creator", title="Creators by lasting level", columns=(
        "rank tiktok_handle posts level:float",
        maybe("level_low", "float", "Lower end of the interval of the level.", unit="views"),
        maybe("level_high", "float", "Upper end of the interval of the level.", unit="views"),
        "rank_low rank_high",
        maybe("alike_to_place", "int", "Down to this place creators can't be told apart."),
        maybe("reliability", "float", "How much of the mean of its posts is level, 0 to 1.",
            content="share"),
        "reason creator_id",
    )),
    result("payout_luck", "one creator, month and currency", title="Pay by level and by luck",
        columns=(
        "tiktok_handle month currency posts earned_cents",
        cents("level_cents", doc="What its posts earn on average at the creator's level.",
            nullable=True),
        cents("hits_cents", doc="The rest of the pay by views; negative where posts did worse.",
            nullable=True),
        cents("other_cents", doc="Retainers, goals and adjustments."),
        "then_cents? change_cents? reason creator_id",
    )),
)  # fmt: skip
