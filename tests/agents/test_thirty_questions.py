"""Thirty questions, asked over stdio; pandas computes the answers from the JSON of the sandbox."""

from __future__ import annotations

import pandas as pd
import pytest

PENDING = {"tracking_status": "pending_review"}


def load(agent, raw, table, **options):
    return agent.ask("load", project=raw.project, table=table, **options)


def totals(agent, raw, tool, **options):
    return agent.ask(tool, project=raw.project, **options)["totals"]


def top(agent, raw, table, column, *, descending=True, **options):
    """The first row of a loaded table, sorted by a column."""
    handle = load(agent, raw, table, **options)["handle"]
    rows = agent.ask("rows", handle=handle, sort_by=column, descending=descending)
    return rows["items"][0]


def some(agent, raw, table, where, **options):
    """The totals of some rows of a loaded table."""
    handle = load(agent, raw, table, **options)["handle"]
    return agent.ask("rows", handle=handle, where=where)["totals"]


def daily(raw, first, last):
    """The new views of each creator on each day, as the sandbox sends them."""
    return pd.DataFrame([
        {"creator_id": series["entity_ref"]["id"], **point}
        for series in raw.views(first, last)["data"]["series"]
        for point in series["points"]
    ])  # fmt: skip


def week(raw):
    """The views of the two weeks before the day of the shared sandbox, by creator."""
    after = daily(raw, "2026-06-08", "2026-06-14").groupby("creator_id")["value"].sum()
    before = daily(raw, "2026-06-01", "2026-06-07").groupby("creator_id")["value"].sum()
    return pd.DataFrame({"after": after, "before": before}).fillna(0).astype(int)


def earned(raw):
    """What each creator has earned and was paid, in cents."""
    made = raw.accruals.groupby("creator_id")["amount_cents"].sum()
    recorded = raw.payments[raw.payments["status"] == "recorded"]
    paid = recorded.groupby("creator_id")["amount_cents"].sum()
    books = pd.DataFrame({"earned": made, "paid": paid}).fillna(0).astype(int)
    return books.assign(owed=books["earned"] - books["paid"])


def recent_comments(raw):
    """The comments of the last 28 local days of the shared sandbox."""
    since = pd.Timestamp("2026-05-19", tz="America/New_York")
    return raw.comments[pd.to_datetime(raw.comments["posted_at"], format="ISO8601") >= since]


def sent(raw, path):
    return raw.rows(path, project_id=raw.project)


QUESTIONS = {
    "how many projects": (
        lambda a, r: a.ask("list_projects")["totals"]["projects"],
        lambda r: len(r.get("/projects")["data"]),
    ),
    "how many creators": (
        lambda a, r: load(a, r, "creators")["totals"]["rows"],
        lambda r: len(r.creators),
    ),
    "how many active creators": (
        lambda a, r: load(a, r, "creators")["totals"]["count"]["is_active"]["true"],
        lambda r: r.creators["is_active"].sum(),
    ),
    "who has the most followers": (
        lambda a, r: top(a, r, "creators", "follower_count")["id"],
        lambda r: r.creators.loc[r.creators["follower_count"].idxmax(), "id"],
    ),
    "how many posts": (
        lambda a, r: load(a, r, "videos")["totals"]["rows"],
        lambda r: len(r.videos),
    ),
    "views of all posts": (
        lambda a, r: load(a, r, "videos")["totals"]["sum"]["view_count"],
        lambda r: r.videos["view_count"].sum(),
    ),
    "likes of all posts": (
        lambda a, r: load(a, r, "videos")["totals"]["sum"]["like_count"],
        lambda r: r.videos["like_count"].sum(),
    ),
    "shares of all posts": (
        lambda a, r: load(a, r, "videos")["totals"]["sum"]["share_count"],
        lambda r: r.videos["share_count"].sum(),
    ),
    "posts that wait for review": (
        lambda a, r: load(a, r, "videos")["totals"]["count"]["tracking_status"]["pending_review"],
        lambda r: (r.videos["tracking_status"] == "pending_review").sum(),
    ),
    "views of the posts that wait": (
        lambda a, r: some(a, r, "videos", PENDING)["sum"]["view_count"],
        lambda r: r.videos.loc[r.videos["tracking_status"] == "pending_review", "view_count"].sum(),
    ),
    "the post with the most views": (
        lambda a, r: top(a, r, "videos", "view_count")["id"],
        lambda r: r.videos.loc[r.videos["view_count"].idxmax(), "id"],
    ),
    "and how many it has": (
        lambda a, r: top(a, r, "videos", "view_count")["view_count"],
        lambda r: r.videos["view_count"].max(),
    ),
    "the fewest likes of a post": (
        lambda a, r: top(a, r, "videos", "like_count", descending=False)["like_count"],
        lambda r: r.videos["like_count"].min(),
    ),
    "posts of one creator": (
        lambda a, r: load(a, r, "videos", creator_ids=[r.creators["id"][0]])["totals"]["rows"],
        lambda r: (r.videos["creator_id"] == r.creators["id"][0]).sum(),
    ),
    "how many campaigns": (
        lambda a, r: load(a, r, "campaigns")["totals"]["rows"],
        lambda r: len(sent(r, "/campaigns")),
    ),
    "how many payout rules": (
        lambda a, r: load(a, r, "structures")["totals"]["rows"],
        lambda r: len(sent(r, "/payout-structures")),
    ),
    "how many goals": (
        lambda a, r: load(a, r, "goals")["totals"]["rows"],
        lambda r: len(r.goals),
    ),
    "goals at risk": (
        lambda a, r: load(a, r, "goals")["totals"]["count"]["status"]["at_risk"],
        lambda r: (r.goals["status"] == "at_risk").sum(),
    ),
    "goals of one creator": (
        lambda a, r: some(a, r, "goals", {"creator_id": r.goals["creator_id"][0]})["rows"],
        lambda r: (r.goals["creator_id"] == r.goals["creator_id"][0]).sum(),
    ),
    "what is pending": (
        lambda a, r: load(a, r, "accruals")["totals"]["sum"]["amount_cents"]["pending"],
        lambda r: r.accruals.loc[r.accruals["status"] == "pending", "amount_cents"].sum(),
    ),
    "what was paid": (
        lambda a, r: load(a, r, "payments")["totals"]["sum"]["amount_cents"]["recorded"],
        lambda r: r.payments.loc[r.payments["status"] == "recorded", "amount_cents"].sum(),
    ),
    "what is owed": (
        lambda a, r: totals(a, r, "owed")["owed_usd_cents"],
        lambda r: earned(r)["owed"].sum(),
    ),
    "to how many": (
        lambda a, r: totals(a, r, "owed")["creditors"],
        lambda r: (earned(r)["owed"] > 0).sum(),
    ),
    "who is owed most": (
        lambda a, r: a.ask("owed", project=r.project)["items"][0]["creator_id"],
        lambda r: earned(r)["owed"].idxmax(),
    ),
    "views in May": (
        lambda a, r: load(a, r, "analytics", dates="2026-05")["totals"]["sum"]["views"],
        lambda r: daily(r, "2026-05-01", "2026-05-31")["value"].sum(),
    ),
    "views of one creator in May": (
        lambda a, r: load(
            a, r, "analytics", dates="2026-05", creator_ids=[r.creators["id"][1]]
        )["totals"]["sum"]["views"],
        lambda r: daily(r, "2026-05-01", "2026-05-31")
        .query("creator_id == @r.creators['id'][1]")["value"].sum(),
    ),
    "views of the last week": (
        lambda a, r: totals(a, r, "views")["views"],
        lambda r: week(r)["after"].sum(),
    ),
    "their change": (
        lambda a, r: totals(a, r, "views")["change"],
        lambda r: week(r)["after"].sum() - week(r)["before"].sum(),
    ),
    "who moved them most": (
        lambda a, r: a.ask("views", project=r.project)["items"][0]["creator_id"],
        lambda r: (week(r)["after"] - week(r)["before"]).abs().idxmax(),
    ),
    "posts with ten comments or more": (
        lambda a, r: totals(a, r, "under_fire")["judged"],
        lambda r: (recent_comments(r)["video_id"].value_counts() >= 10).sum(),
    ),
}  # fmt: skip


def test_there_are_thirty():
    assert len(QUESTIONS) == 30


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_that_of_pandas(question, agent, raw):
    ask, compute = QUESTIONS[question]
    truth = compute(raw)
    assert ask(agent, raw) == (truth if isinstance(truth, str) else int(truth))
