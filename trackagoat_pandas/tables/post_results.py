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
        "posts mean_views median_views",
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
        "tiktok_handle title view_count",
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
    # Single videos: how they are spread, and which stand out
    result("view_distribution", "all posts, or those of one creator", title="How views are spread",
        columns=(
        "tiktok_handle posts median_views mean_views",
        maybe("fewest_views", "int", "The fewest views of a post.", unit="views"),
        maybe("p25", "float", "A quarter of the posts have at most as many.", unit="views"),
        maybe("p75", "float", "Three quarters have at most as many.", unit="views"),
        maybe("p90", "float", "Nine of ten posts have at most as many.", unit="views"),
        maybe("p99", "float", "99 of 100 posts have at most as many.", unit="views"),
        maybe("most_views", "int", "The most views of a post.", unit="views"),
        *(
            Column(f"posts_from_{lower}", "int", f"Posts with {said} views.", unit="posts",
                heading=said)
            for lower, said in (
                (0, "0 to 99"), (100, "100 to 999"), (1_000, "1,000 to 9,999"),
                (10_000, "10,000 to 99,999"), (100_000, "100,000 to 999,999"),
                (1_000_000, "1,000,000 and more"),
            )
        ),
        "creator_id",
    )),
    result("find_outliers", "one post that counts", title="Posts against earlier ones", columns=(
        "tiktok_handle title view_count",
        maybe("age_days", "float", "The age at which posts are compared.", unit="days"),
        maybe("views_then", "float", "Views at that age.", unit="views"),
        maybe("baseline_views", "float", "Median of the creator's earlier posts at that age.",
            unit="views", heading="usual views"),
        maybe("multiple", "float", "Views at that age over the usual ones."),
        maybe("z", "float", "Log of the multiple, in spreads of the creator's posts.",
            heading="spreads above"),
        maybe("percentile", "float", "Earlier posts with fewer views.", unit="percent"),
        Column("compared_posts", "int", "Earlier posts that it was compared with.", unit="posts"),
        maybe("is_outlier", "bool", "2.8 spreads or more above the usual.", role="measure"),
        maybe("is_late_wave", "bool", "It rose again on its third day or later.", role="measure"),
        maybe("rose_at", "instant", "When that was first seen.", role="measure"),
        "reason:category posted_at creator_id id url",
    )),
    result("view_quality", "one post that counts", title="Evidence on views", columns=(
        "tiktok_handle title view_count score:float",
        "gained_views",
        maybe("gained_engagements", "int", "Likes, shares and saves that came with them.",
            unit="engagements"),
        maybe("usual_engagements", "float", "What as many views brought before.",
            unit="engagements"),
        maybe("window_start", "instant", "The snapshot before views came with little engagement.",
            role="measure"),
        maybe("window_end", "instant", "The snapshot after it.", role="measure"),
        maybe("grade", "category", "How much the evidence says.",
            categories=("none", "weak", "strong"), role="standing"),
        "reason:category posted_at creator_id id",
        maybe("evidence", "text", "What is unlike others, with the numbers.", role="long"),
        maybe("innocent", "text", "The innocent explanations that were tried.", role="long"),
        "url basis:category",
    )),
    # Lives of videos
    result("follow_post", "one moment of one post", title="Views of a post", columns=(
        "tiktok_handle title? age_hours views gained_views",
        Column("observed_at", "instant", "When it was seen."),
        "creator_id id",
    )),
    result("expected_views", "one young post", title="Expected views", columns=(
        "tiktok_handle title? views",
        maybe("expected_views", "int", "Expected views at the horizon.", unit="views"),
        maybe("low", "int", "Lower end of the interval.", unit="views"),
        maybe("high", "int", "Upper end of the interval.", unit="views"),
        maybe("settled_posts", "int", "Settled posts that it is made of.", unit="posts"),
        "age_hours horizon_days posted_at reason:category creator_id id basis:category",
    )),
    result("backtest_expected_views", "one doubling of age of posts of some creators",
        title="How good expected views were", columns=(
        Column("creator_size", "category", "Which creators' posts they are.", role="name",
            categories=("all creators", "smallest third", "middle third", "largest third",
            "fewer than 10 posts")),
        Column("from_hours", "float", "The lowest age.", unit="hours", heading="age from"),
        Column("to_hours", "float", "The age that isn't reached.", unit="hours", heading="age to"),
        "forecasts",
        maybe("inside", "float", "Share of the intervals that held.", content="share"),
        maybe("inside_low", "float", "Lower end of the share's interval.", content="share"),
        maybe("inside_high", "float", "Upper end of the share's interval.", content="share"),
        maybe("width", "float", "Median of the upper over the lower end."),
        maybe("log_error", "float", "Mean absolute error of log views."),
        maybe("naive_log_error", "float", "That of views times the median multiple."),
        maybe("score_ratio", "float", "Interval score over that of the best constant multiples."),
        "horizon_days",
    )),
    result("life_curves", "one age", title="How views come", columns=(
        "age_hours posts younger_posts",
        maybe("low_views", "float", "Lower quartile of the counts.", unit="views"),
        "median_views",
        maybe("high_views", "float", "Upper quartile of the counts.", unit="views"),
        "views_share",
        maybe("typical_share", "float", "Share of the typical post's.", content="share"),
        "horizon_days",
    )),
    result("settle_curve", "all views, or the typical post", title="When views settle", columns=(
        Column("kind", "category", "What the share is of.",
            categories=("all views", "typical post")),
        maybe("settled_days", "int", "Days after which the share is in.", unit="days"),
        "views_share posts younger_posts horizon_days reason:category",
    )),
)  # fmt: skip
