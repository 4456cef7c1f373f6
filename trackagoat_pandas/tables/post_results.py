"""The results of helpers about posts and videos: their columns, and the meaning of a row."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, maybe
from trackagoat_pandas.tables.vocabulary import result

POST_RESULTS = (
    # Posting
    result("posting_heatmap", "one hour of the week with a post", title="When posts come",
        columns=(
        Column("dow", "int", "Day of the week: 0 is Sunday.", content="weekday", heading="weekday"),
        Column("hour", "int", "Hour of the day.", unit="hour", content="ordinal"),
        "posts",
        maybe("mean_views", "float", "Mean of the known view counts.", unit="views"),
        maybe("median_views", "float", "Median of the known view counts.", unit="views"),
    )),
    result("posting_consistency", "one creator", title="How regularly creators post", columns=(
        "tiktok_handle",
        Column("active_days", "int", "Days with a post.", unit="days"),
        "posts",
        Column("posts_per_week", "float", "Posts over the weeks looked at.", unit="posts a week"),
        Column("longest_silence_days", "int", "The most days without a post.", unit="days"),
        Column("gaps", "int", "Times without a post for some days.", unit="gaps"),
        maybe("last_day", "day", "The day of the last post.", heading="last post", role="measure"),
        "creator_id",
    )),
    result("content_calendar", "one day", title="Content calendar", columns=(
        "day posts creators views",
        maybe("video_titles", "text", "The captions, each after its creator.", heading="videos"),
    )),
    result("inbox", "one post that waits for review", title="Posts to review", columns=(
        "tiktok_handle title",
        maybe("view_count", "int", "Views now.", unit="views", heading="views"),
        maybe("hours_waiting", "float", "How long it has waited.", unit="hours", heading="waiting"),
        maybe("waiting_since", "instant", "When TrackaGoat found it."),
        "posted_at creator_id id url",
    )),
    result("check_posts", "one thing that is wrong with one post's caption",
        title="Captions to look at", columns=(
        "tiktok_handle title",
        Column("problem", "category", "What is wrong.", categories=("missing", "forbidden")),
        Column("term", "text", "What should be there, or not."),
        "posted_at creator_id id url",
    )),
    result("find_overposting", "one day on which a creator over-posted", title="Over-posting",
        columns=(
        "tiktok_handle day posts",
        Column("low_posts", "int", "Those with fewer than 100 views.", unit="posts"),
        maybe("confirmed_posts", "int", "Low posts that a snapshot shows.", unit="posts"),
        Column("severity", "category", "Amber for a day of the last seven, else neutral.",
            categories=("amber", "neutral"), role="standing"),
        "creator_id",
    )),
    # Posting times and the cost of posting
    result("suggest_posting_times", "one block of hours, or one weekday", title="Posting times",
        columns=(
        "tiktok_handle? label:text",
        Column("kind", "category", "Whether it is a block of hours or a weekday.",
            categories=("hours", "weekday")),
        Column("block", "int", "0 to 7 from midnight, or 0 to 6 from Sunday.", content="ordinal"),
        "posts",
        "effect low high",
        Column("answer", "category", "Whether more views come then than at other times.",
            categories=("better", "no difference", "not tried"), role="standing"),
        "creator_id?",
    )),
    result("posting_cost", "one place among a creator's posts of a day", title="Cost of posting",
        columns=(
        Column("position", "category", "Which post of the day it is.",
            categories=("1", "2", "3 and more")),
        "posts",
        "effect low high",
        "reason",
    )),
)  # fmt: skip
