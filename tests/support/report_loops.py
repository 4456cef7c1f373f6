"""The numbers of a report by plain loops over the API's raw JSON, for comparison."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pandas as pd

import trackagoat_pandas as tgp

COUNTED = ("auto_tracked", "included", "direct_add")


class Raw:
    """A project's lists as the API sends them, and the local days around a moment."""

    def __init__(self, client, project_id, now):
        at = {"project_id": project_id}
        zones = {one["id"]: one["timezone"] for one in client.records("/projects")}
        self.zone = ZoneInfo(zones[project_id])
        self.now = now
        self.today = now.astimezone(self.zone).date()
        self.creators = [*client.records("/creators", at)]
        self.videos = [*client.records("/videos", at)]
        self.campaigns = [*client.records("/campaigns", at)]
        self.goals = [*client.records(f"/projects/{project_id}/goal-compliance", {"period": "all"})]
        self.accruals = [*client.records("/payout-accruals", at)]
        self.payments = [*client.records("/payout-payments", at)]
        self.comments = [*client.records("/comments", at)]
        self.views = {one["id"]: self._views(client, one["id"]) for one in self.creators}

    def _views(self, client, id_):
        asked = {"entity": "creator", "entity_id": id_, "metric": "views"}
        days = {"from": f"{self.day(14)}", "to": f"{self.day(1)}"}
        points = client.get("/analytics", {**asked, **days}).data["series"][0]["points"]
        return {dt.date.fromisoformat(one["date"]): one["value"] for one in points}

    def day(self, before):
        return self.today - dt.timedelta(days=before)

    def week(self, ago=0):
        """The seven days before today, or those before them."""
        return [self.day(before + 7 * ago) for before in range(7, 0, -1)]

    def local(self, text):
        return instant(text).astimezone(self.zone).date()

    @property
    def posts(self):
        """The videos that count, of a creator."""
        return [
            one for one in self.videos
            if one["tracking_status"] in COUNTED and not one["is_tracking_disabled"]
            and one["creator_id"] is not None and instant(one["posted_at"]) <= self.now
        ]  # fmt: skip


def instant(text):
    return dt.datetime.fromisoformat(text)


def changes(raw):
    """Views and posts of the week and of the week before, also by creator."""
    found = {"posts": 0, "posts_before": 0, "views": 0, "views_before": 0}
    for id_, values in raw.views.items():
        before = after = 0
        for day in raw.week(1):
            before += values.get(day) or 0
        for day in raw.week():
            after += values.get(day) or 0
        found["views"] += after
        found["views_before"] += before
        found[f"row.{id_}.before"], found[f"row.{id_}.after"] = before, after
        found[f"row.{id_}.change"] = after - before
    for post in raw.posts:
        day = raw.local(post["posted_at"])
        found["posts"] += day in raw.week()
        found["posts_before"] += day in raw.week(1)
    if found["views_before"]:
        change = found["views"] - found["views_before"]
        found["views_pct"] = 100 * change / found["views_before"]
    return found


def gains(lists, raw):
    """What each post gained in both weeks, on lines between the lists of some instants."""
    week = [raw.week(1)[0], raw.week()[0], raw.today]
    ends = [dt.datetime.combine(day, dt.time(), raw.zone).astimezone(dt.UTC) for day in week]
    found = {}
    for post in raw.posts:
        counts = [_at(lists, post, end) for end in ends]
        if post["creator_id"] in raw.views and None not in counts:
            before, after = (round(counts[k + 1] - counts[k]) for k in (0, 1))
            found[f"post.{post['id']}.before"] = before
            found[f"post.{post['id']}.after"] = after
            found[f"post.{post['id']}.change"] = after - before
    return found


def _at(lists, post, end):
    """The views of a post at an instant; None if the lists don't say."""
    posted = instant(post["posted_at"])
    if posted >= end:
        return 0
    high = min(moment for moment in lists if moment >= end)
    low = max((moment for moment in lists if moment <= end), default=high)
    counts = [lists[one].get(post["id"]) if posted < one else 0 for one in (low, high)]
    if None in counts:
        return None
    part = round((end - low) / (high - low), 4) if high > low else 0.0
    return counts[0] + part * (counts[1] - counts[0])


def goals(raw):
    """What open goals have, shall have, and need a day."""
    found, count = {}, 0
    for creator in raw.goals:
        for one in creator["compliance"]:
            id_, advice = one["goal"]["id"], one["advisory"]
            left = (instant(advice["period_end"]) - raw.now).total_seconds() / 86_400
            missing = math.ceil(one["target"] - one["actual"])
            if missing <= 0 or left <= 0 or advice["not_yet_started"]:
                continue
            count += 1
            found[f"row.{id_}.actual"], found[f"row.{id_}.target"] = one["actual"], one["target"]
            found[f"row.{id_}.missing"] = missing
            found[f"row.{id_}.per_day"] = missing if left <= 1 else math.ceil(missing / left)
    return {**found, "open": count}


def payouts(raw):
    """What was earned, paid and is owed, in cents."""
    earned, paid = Counter(), Counter()
    found = Counter({f"usd.{name}": 0 for name in ("pending", "pending_accruals", "paid_in_week")})
    for one in raw.accruals:
        if one["status"] != "voided":
            earned[one["creator_id"]] += one["amount_cents"]
        if one["status"] == "pending":
            found["usd.pending"] += one["amount_cents"]
            found["usd.pending_accruals"] += 1
    for one in raw.payments:
        if one["status"] == "recorded":
            paid[one["creator_id"]] += one["amount_cents"]
            if raw.local(one["paid_at"]) in raw.week():
                found["usd.paid_in_week"] += one["amount_cents"]
    for id_ in {*earned, *paid}:
        sums = {"earned": earned[id_], "paid": paid[id_], "owed": earned[id_] - paid[id_]}
        for name, cents in sums.items():
            found[f"row.usd.{id_}.{name}"] = cents
            found[f"usd.{name}"] += max(cents, 0) if name == "owed" else cents
        found["usd.creditors"] += sums["owed"] > 0
        found["usd.overpaid"] += max(-sums["owed"], 0)
        found["usd.overpaid_creators"] += sums["owed"] < 0
    return found


def comments(raw):
    """How many comments are negative, in all and under the posts with an alert."""
    first = raw.day(27)
    recent = [one for one in raw.comments if raw.local(one["posted_at"]) >= first]
    texts = pd.Series([one["text"] for one in recent], dtype="str")
    by_post = defaultdict(Counter)
    for comment, score in zip(recent, tgp.score_texts(texts)["score"], strict=True):
        if comment["text"] is not None:
            by_post[comment["video_id"]]["analysed"] += 1
            by_post[comment["video_id"]]["negative"] += score < 0
    found = {name: sum(one[name] for one in by_post.values()) for name in ("analysed", "negative")}
    alerts = 0
    for id_, counts in by_post.items():
        share = 100 * counts["negative"] / counts["analysed"]
        if counts["analysed"] >= 10 and share >= 40:
            alerts += 1
            found[f"row.{id_}.negative"] = counts["negative"]
            found[f"row.{id_}.analysed"] = counts["analysed"]
            found[f"row.{id_}.share"] = share
    for one in recent:
        found[f"text.{one['id']}.likes"] = one["like_count"]
    return {**found, "alerts": alerts}


def posting(raw, lists=None):
    """Posts of four weeks, last days, and over-posted days; low views also by earlier lists."""
    found, last, made = Counter(), {}, Counter()
    days = defaultdict(list)
    for post in raw.posts:
        id_, day = post["creator_id"], raw.local(post["posted_at"])
        last[id_] = max(last.get(id_, day), day)
        days[id_, day].append(post)
        if day >= raw.day(27):
            made[id_] += 1
    for id_, day in last.items():
        found[f"row.{id_}.last_day"] = str(day)
        found[f"row.{id_}.posts"] = made[id_]
    for (id_, day), posts in days.items():
        low = sum(_is_low(post, raw, lists or {}) for post in posts)
        if day >= raw.day(27) and len(posts) >= 7 and low >= 2:
            found["over_days"] += 1
            found[f"over.{id_}.{day}.posts"], found[f"over.{id_}.{day}.low"] = len(posts), low
    active = [one["id"] for one in raw.creators if one["is_active"] is not False]
    found["active"] = len(active)
    found["silent"] = sum(id_ not in last or last[id_] < raw.day(6) for id_ in active)
    found["posts"], found["posting"] = made.total(), len(made)
    return found


def _is_low(post, raw, lists):
    posted = instant(post["posted_at"])
    seen = [(raw.now, post["view_count"], False)]
    seen += [(at, counts[post["id"]], True) for at, counts in lists.items() if post["id"] in counts]
    for at, views, is_listed in seen:
        age = (at - posted).total_seconds() / 3600
        may_be_unread = is_listed and views == 0 and age <= 24
        if age >= 2 and views is not None and views < 100 and not may_be_unread:
            return True
    return False


def campaigns(raw):
    """The posts and views of each campaign, all that is inside it counted once."""
    by_id = {one["id"]: one for one in raw.campaigns}
    counted = {
        one["id"]: one for one in raw.videos
        if one["tracking_status"] in COUNTED and not one["is_tracking_disabled"]
    }  # fmt: skip
    found = {}
    for id_, campaign in by_id.items():
        videos, waiting, seen = set(), [id_], set()
        while waiting:
            one = waiting.pop()
            if one in seen or one not in by_id:
                continue
            seen.add(one)
            for item in by_id[one]["items"]:
                if item["item_type"] == "campaign":
                    waiting.append(item["item_id"])
                elif item["item_type"] == "video":
                    videos.add(item["item_id"])
                else:
                    videos |= {v["id"] for v in raw.videos if v["creator_id"] == item["item_id"]}
        posts = [counted[one] for one in videos if one in counted]
        found[f"row.{id_}.posts"] = len(posts)
        found[f"row.{id_}.views"] = sum(one["view_count"] or 0 for one in posts)
        found[f"row.{id_}.target"] = campaign["target_views"]
        if campaign["target_views"]:
            share = 100 * found[f"row.{id_}.views"] / campaign["target_views"]
            found[f"row.{id_}.reached"] = share
    return found
