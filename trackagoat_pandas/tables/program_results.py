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
    # Creators who are alike
    # How a program does
    # Skill or luck
)  # fmt: skip
