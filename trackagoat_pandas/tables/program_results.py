"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, ResultTable, id_, maybe, percent
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[ResultTable, ...] = (
    # Campaigns: who is in them, and how they do
    result("campaign_tree", "one place of one campaign", title="Campaigns in their tree", columns=(
        "campaign_name",
        Column("path", "text", "The names from the top."),
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
        "visible_effects",
        "one size and length of a campaign",
        title="Effects that would be seen",
        columns=(
            "weeks",
            Column("size", "int", "How many get it.", unit="creators"),
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
    # How a program does
    # Skill or luck
)  # fmt: skip
