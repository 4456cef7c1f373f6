"""Accounts in several projects, against plain loops over the sandbox's JSON."""

from __future__ import annotations

import json
import statistics
import urllib.parse
import urllib.request
import warnings
from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part

Row = dict[str, Any]
ZONE = ZoneInfo("America/New_York")
PATHS = (
    "/projects", "/creators", "/videos", "/payout-accruals", "/payout-payments", "/comments",
)  # fmt: skip
COUNTED = ("auto_tracked", "included", "direct_add")
CREATORS, DAYS = 14, 120


def read_all(box: tgp.sandbox.Sandbox, path: str) -> list[Row]:
    """Request all pages of a list."""
    rows, cursor = list[Row](), None
    while True:
        query = {"limit": 100, **({} if cursor is None else {"cursor": cursor})}
        request = urllib.request.Request(
            f"{box.base_url}{path}?{urllib.parse.urlencode(query)}",
            headers={"Authorization": f"Bearer {box.key}"},
        )
        with urllib.request.urlopen(request) as answer:
            page = json.load(answer)
        rows += page["data"]
        if not page["meta"]["hasMore"]:
            return rows
        cursor = page["meta"]["nextCursor"]


def people_of(creators: list[Row], videos: list[Row]) -> dict[str, str]:
    """Return what stands for the person of each creator: the first of the person's ids."""
    ids = {row["id"] for row in creators}
    ids |= {row["creator_id"] for row in videos if row["creator_id"]}
    person = {creator_id: creator_id for creator_id in ids}
    keys = defaultdict(set)
    for row in creators:
        keys["handle", row["tiktok_handle"].lower()].add(row["id"])
    for row in videos:
        if row["creator_id"]:
            keys["post", row["tiktok_video_id"]].add(row["creator_id"])
    is_changing = True
    while is_changing:
        is_changing = False
        for members in keys.values():
            first = min(person[member] for member in members)
            for member in members:
                is_changing |= person[member] != first
                person[member] = first
    return person


def money(rows: dict[str, list[Row]], person: dict[str, str]) -> dict[str, tuple[int, int]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows["/payout-accruals"]:
        if row["status"] != "voided":
            sums[person.get(row["creator_id"], row["creator_id"])][0] += row["amount_cents"]
    for row in rows["/payout-payments"]:
        if row["status"] == "recorded":
            sums[person.get(row["creator_id"], row["creator_id"])][1] += row["amount_cents"]
    return {who: (earned, paid) for who, (earned, paid) in sums.items()}


def paid_in_years(payments: list[Row], person: dict[str, str]) -> dict[tuple[str, int], Any]:
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in payments:
        if row["status"] == "recorded":
            paid_at = datetime.fromisoformat(row["paid_at"]).astimezone(ZONE)
            group = sums[person.get(row["creator_id"], row["creator_id"]), paid_at.year]
            group[0] += 1
            group[1] += row["amount_cents"]
    return {key: tuple(group) for key, group in sums.items()}


def counted_once(videos: list[Row]) -> dict[str, Row]:
    """Return each counted post once, as it was read with the most views."""
    posts: dict[str, Row] = {}
    for row in videos:
        if row["tracking_status"] in COUNTED and not row["is_tracking_disabled"]:
            known = posts.get(row["tiktok_video_id"])
            if known is None or known["view_count"] < row["view_count"]:
                posts[row["tiktok_video_id"]] = row
    return posts


def by_person(frame: pd.DataFrame, person: dict[str, str], *names: str) -> dict[str, Any]:
    """Return the rows of a frame by person; a person with two rows has both in a list."""
    found = defaultdict(list)
    for row in frame.to_dict("records"):
        values = tuple(int(row[name]) for name in names)
        found[person.get(row["creator_id"], row["creator_id"])].append(values)
    return {who: rows[0] if len(rows) == 1 else rows for who, rows in found.items()}


def check_lists(videos: pd.DataFrame, raw: dict[str, list[Row]]) -> None:
    """Compare lists of posts and the number of comments with loops that see each once."""
    assert len(tgp.leaderboard(videos, n=None)) == len(
        {row["tiktok_video_id"] for row in raw["/videos"]}
    )
    listed_once = tgp.find_outliers(videos)["id"]
    of_creators = {
        row["tiktok_video_id"]
        for row in raw["/videos"]
        if row["tracking_status"] in COUNTED
        and not row["is_tracking_disabled"]
        and row["creator_id"]
    }
    assert len(listed_once) == len(of_creators)
    said = {row["tiktok_comment_id"]: row["text"] for row in raw["/comments"]}
    comments = pd.DataFrame(raw["/comments"])
    assert tgp.summarize_sentiment(comments)["comments"].tolist() == [len(said)]


@pytest.mark.parametrize("seed", range(part(20, 20, 2)))
def test_people_of_several_projects_have_one_row_and_posts_count_once(seed: int) -> None:
    with tgp.sandbox(
        seed=seed, creators=CREATORS, days=DAYS, shared_accounts=3 + seed % 4, rate_limit=None
    ) as box:
        raw = {path: read_all(box, path) for path in PATHS}
        with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False):
            creators, videos = tgp.load_creators(), tgp.load_videos()
            accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    person = people_of(raw["/creators"], raw["/videos"])
    groups = defaultdict(set)
    for creator_id, who in person.items():
        groups[who].add(creator_id)
    assert max(map(len, groups.values())) > 1

    found = tgp.accounts(creators, videos)
    assert sorted(found["creator_ids"]) == sorted(
        json.dumps(sorted(ids)) for ids in groups.values()
    )
    expected = money(raw, person)
    years = paid_in_years(raw["/payout-payments"], person)
    for known in ({"accounts": found}, {"names": [creators, videos]}):
        sums = tgp.summarize_payouts(accruals, payments, **known)
        assert by_person(sums, person, "earned_cents", "paid_cents") == expected
        balances = tgp.outstanding_balances(accruals, payments, settled=True, **known)
        assert by_person(balances, person, "earned_cents", "paid_cents") == expected
        by_year = tgp.paid_by_year(payments, timezone=str(ZONE), **known)
        got = {
            (person.get(row["creator_id"], row["creator_id"]), int(row["year"])): (
                int(row["payments"]), int(row["paid_cents"]),
            )
            for row in by_year.to_dict("records")
        }  # fmt: skip
        assert len(by_year) == len(got)
        assert got == years

    net = [earned - paid for earned, paid in expected.values()]
    end = tgp.payout_timeline(accruals, payments, timezone=str(ZONE), accounts=found).iloc[-1]
    assert end["owed_cents"] == sum(cents for cents in net if cents > 0)
    assert end["overpaid_cents"] == -sum(cents for cents in net if cents < 0)

    recipients = {row["tiktok_handle"]: f"{row['id']}@example.com" for row in raw["/creators"]}
    recipients = {handle.lower(): to for handle, to in recipients.items()}
    owed = {who: earned - paid for who, (earned, paid) in expected.items()}
    handles = {person[row["id"]]: row["tiktok_handle"].lower() for row in raw["/creators"]}
    payable = {who: (cents,) for who, cents in owed.items() if cents > 0 and who in handles}
    balances = tgp.outstanding_balances(accruals, payments, names=creators)
    file = tgp.payout_file(balances, recipients=recipients, limit_cents=10**9)
    assert by_person(file.written, person, "owed_cents") == payable
    listed = {row["id"] for row in raw["/creators"]}
    alone = {
        creator_id: (earned - paid,)
        for creator_id, (earned, paid) in money(raw, {}).items()
        if earned > paid and creator_id in listed
    }
    balances = tgp.outstanding_balances(accruals, payments, names=creators, accounts=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some creators share a recipient
        file = tgp.payout_file(balances, recipients=recipients, limit_cents=10**9)
    assert by_person(file.written, {}, "owed_cents") == alone
    for who, ids in groups.items():
        if len(ids) > 1 and who in handles:
            page = tgp.creator_statement(f"@{handles[who]}", accruals, payments, creators=creators)
            assert page.balances["closing_cents"].tolist() == [owed.get(who, 0)]

    posts = counted_once(raw["/videos"])
    spread = tgp.view_distribution(videos).iloc[0]
    views = [row["view_count"] for row in posts.values()]
    assert spread["posts"] == len(posts) < len(videos)
    assert spread["mean_views"] == pytest.approx(statistics.fmean(views))
    assert spread["median_views"] == pytest.approx(statistics.median(views))
    assert tgp.posting_heatmap(videos, timezone=str(ZONE))["posts"].sum() == len(posts)
    check_lists(videos, raw)
    days = defaultdict(int)
    for row in posts.values():
        days[datetime.fromisoformat(row["posted_at"]).astimezone(ZONE).date()] += 1
    calendar = tgp.content_calendar(videos, timezone=str(ZONE))
    counts = dict(zip(calendar["day"].dt.date, calendar["posts"], strict=True))
    assert {day: number for day, number in counts.items() if number} == days
    for project in raw["/projects"]:
        own = [row for row in raw["/videos"] if row["project_id"] == project["id"]]
        mine = videos[videos["project_id"] == project["id"]]
        alone = tgp.view_distribution(mine)
        assert alone["posts"].iloc[0] == len(counted_once(own))
