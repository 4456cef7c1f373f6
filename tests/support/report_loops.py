"""The numbers of a report by plain loops over the API's raw JSON, for comparison."""

from __future__ import annotations

import datetime as dt
import itertools
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
            found[f"row.{id_}.needed_per_day"] = missing if left <= 1 else math.ceil(missing / left)
    return {**found, "open": count, "goals": sum(len(one["compliance"]) for one in raw.goals)}


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
            found[f"row.{id_} USD.{name}_cents"] = cents
            found[f"{name}_usd_cents"] += max(cents, 0) if name == "owed" else cents
        found["creditors"] += sums["owed"] > 0
        found["overpaid_usd_cents"] += max(-sums["owed"], 0)
        found["overpaid"] += sums["owed"] < 0
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
            found[f"row.{id_}.negative_pct"] = share
    for one in recent:
        found[f"text.{one['id']}.likes"] = one["like_count"]
    return {**found, **_shares(recent), "alerts": alerts}


def _shares(recent):
    """Count what comments say, in all and by creator, with intervals of their shares."""
    scores = tgp.score_texts(pd.Series([one["text"] for one in recent], dtype="str"))
    total, of_creators = Counter(), defaultdict(Counter)
    for comment, row in zip(recent, scores.to_dict("records"), strict=True):
        text = comment["text"]
        for counts in (total, of_creators[comment["creator_id"]]):
            counts["comments"] += 1
            counts["without_text"] += text is None
            if text is None:
                continue
            has_word = any(letter.isalnum() for letter in text)
            counts["analysed"] += 1
            counts["positive"] += row["score"] > 0
            counts["negative"] += row["score"] < 0
            is_neutral, is_foreign = row["score"] == 0, row["is_english"] is False
            counts["without_words"] += is_neutral and not has_word
            counts["other_language"] += is_neutral and has_word and is_foreign
    for counts in (total, *of_creators.values()):
        counts["unjudged"] = counts["without_words"] + counts["other_language"]
        counts["judged"] = counts["analysed"] - counts["unjudged"]
        counts["neutral"] = counts["judged"] - counts["positive"] - counts["negative"]
    known = {id_: one for id_, one in of_creators.items() if id_ is not None}
    judged = {
        id_: one for id_, one in known.items()
        if one["judged"] >= 10 and one["judged"] * 2 >= one["analysed"]
    }  # fmt: skip
    total |= {"creators": len(known), "judged_creators": len(judged), "undated": 0}
    found = {f"all.{name}": total[name] for name in [*total, "other_language", "without_words"]}
    found |= {f"all.{name}": share for name, share in _intervals(total).items()}
    for id_, one in judged.items():
        found |= {f"row.{id_}.{name}": one[name] for name in ("analysed", "unjudged")}
        found |= {f"row.{id_}.{name}": share for name, share in _intervals(one).items()}
    return found


def _intervals(counts):
    """Compute the shares in percent with the ends of their Wilson score intervals."""
    found, number, z = {}, counts["analysed"], 1.96
    for name, before in (("negative", ""), ("positive", "positive_")):
        share = counts[name] / number
        middle = (share + z**2 / 2 / number) / (1 + z**2 / number)
        half = z * (share * (1 - share) / number + z**2 / 4 / number**2) ** 0.5
        half /= 1 + z**2 / number
        found[f"{name}_pct"] = 100 * share
        found[f"{before}low_pct"] = 100 * (middle - half)
        found[f"{before}high_pct"] = 100 * (middle + half)
    return found


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
    for id_ in last:
        found[f"creator.{id_}.posts"] = made[id_]
    over = set()
    for (id_, day), posts in sorted(days.items(), key=lambda one: one[0][1]):
        low = sum(_is_low(post, raw, lists or {}) for post in posts)
        if day >= raw.day(27) and len(posts) >= 7 and low >= 2:
            found["over_days"] += 1
            found[f"row.{id_}.over_days"] += 1
            found[f"row.{id_}.day"] = str(day)
            found[f"row.{id_}.posts"], found[f"row.{id_}.low_posts"] = len(posts), low
            over.add(id_)
    found["overposters"] = len(over)
    active = [one["id"] for one in raw.creators if one["is_active"] is not False]
    found["active"] = len(active)
    found["silent"] = len(_silent({id_: {day for one, day in days if one == id_} for id_ in active},
                                  raw.day(0)))  # fmt: skip
    found["posts"], found["posting"] = made.total(), len(made)
    return found


def _silent(posted, today):
    """The creators whose silence chance brings once a month or less, by their days with a post."""
    rates, longest = {}, {}
    for id_, days in posted.items():
        recent = [day for day in sorted(days) if (max(days) - day).days < 182]
        if len(recent) >= 5:
            rates[id_] = min((len(recent) - 1) / (recent[-1] - recent[0]).days, 0.95)
            longest[id_] = max(
                (day - before).days - 1
                for before, day in itertools.pairwise(sorted(days)) if day in recent
            )  # fmt: skip
    found = set()
    for id_, days in posted.items():
        quiet = (today - max(days)).days - 1 if days else 0
        if id_ in rates:
            chance = (1 - rates[id_]) ** quiet
            is_rare = chance < 0.5 and 30 * sum(rates.values()) * chance <= 1
            if quiet > max(longest[id_], 7) and is_rare:
                found.add(id_)
        elif quiet > 28:
            found.add(id_)
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
    """The posts and views of each campaign, all that is inside it counted once, and its pace."""
    by_id = {one["id"]: one for one in raw.campaigns}
    counted = {
        one["id"]: one for one in raw.videos
        if one["tracking_status"] in COUNTED and not one["is_tracking_disabled"]
    }  # fmt: skip
    found = dict.fromkeys(("targets", "behind", "missed", "reached"), 0)
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
        found[f"row.{id_}.target_views"] = campaign["target_views"]
        if campaign["target_views"]:
            share = 100 * found[f"row.{id_}.views"] / campaign["target_views"]
            found[f"row.{id_}.target_pct"] = share
            start, end = (instant(campaign[name]) for name in ("created_at", "target_at"))
            left, missing = end - raw.now, campaign["target_views"] - found[f"row.{id_}.views"]
            if left < -dt.timedelta(days=7):
                continue
            found["targets"] += 1
            found["reached"] += missing <= 0
            found["missed"] += left <= dt.timedelta() and missing > 0
            due = campaign["target_views"] * ((raw.now - start) / (end - start))
            is_running = left > dt.timedelta()
            found["behind"] += is_running and found[f"row.{id_}.views"] < due
            if is_running:
                needed = max(missing, 0) / (left / dt.timedelta(days=1))
                found[f"row.{id_}.needed_per_day"] = math.ceil(needed)
    return found
