"""The results of helpers about posts and videos: their columns, and the meaning of a row."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, id_, maybe
from trackagoat_pandas.tables.vocabulary import result

POST_RESULTS = (
    # Posting
    result("posting_heatmap", "one hour of the week with a post", title="When posts come",
        columns=(
        Column("dow", "int", "Day of the week: 0 is Sunday.", content="weekday", heading="weekday"),
        Column("hour", "int", "Hour of the day.", unit="hour", content="ordinal"),
        "posts",
        maybe("mean_views", "float", "Mean of the known view counts.", unit="views"),
        "median_views",
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
    # Lives of videos
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
    result("score_forecasts", "one forecast that was kept", title="How forecasts turned out",
        columns=(
        Column("forecast_kind", "category", "The function that made it.", role="name",
            categories=("expected_views", "goal_odds", "forecast_payouts")),
        maybe("expected_value", "float", "What was expected: views or cents."),
        maybe("low_value", "float", "Lower end of its interval."),
        maybe("high_value", "float", "Upper end of its interval."),
        maybe("adapted_low", "float", "The lower end by what had settled then."),
        maybe("adapted_high", "float", "The upper end by what had settled then."),
        "chance",
        maybe("actual_value", "float", "Views or cents, or 1 for a goal that was reached, else 0."),
        maybe("is_inside", "bool", "True if the interval held."),
        maybe("is_inside_adapted", "bool", "True if the adapted interval held."),
        "made_at",
        Column("settles_at", "instant", "When its outcome is known."),
        "reason:category creator_id",
        id_("about_id", doc="The post, the goal or the payout rule."),
    )),
)  # fmt: skip
