"""Tools that answer the questions of people who run a program, each by a function of ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import Field

from trackagoat_pandas.agents.desk import MOST_REQUESTS, Desk, traced
from trackagoat_pandas.agents.handles import KeptFrame
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.untrusted import FIELD, clean, trusted
from trackagoat_pandas.helpers.analytics import summarize_analytics
from trackagoat_pandas.helpers.campaigns.lift import campaign_lift
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.creators import summarize_creators
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.misses import will_miss
from trackagoat_pandas.helpers.health.program import program_health
from trackagoat_pandas.helpers.payouts.summaries import (
    balance_totals,
    outstanding_balances,
    summarize_payouts,
)
from trackagoat_pandas.helpers.sentiment.scoring import score_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts,
    show_alert_evidence,
    summarize_sentiment,
)
from trackagoat_pandas.helpers.videos.outliers import find_outliers
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.program.frames import ProgramData, stamp_text
from trackagoat_pandas.reporting.weeks import week_of
from trackagoat_pandas.showing.recorder import Traced

Project = Annotated[str, Field(max_length=100)]
Dates = Annotated[str, Field(max_length=40, pattern=r"^[\w .:-]*$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")]
_LIKELY_PCT: Final = 50
_YOUNG: Final = pd.Timedelta(days=28)
_MOST_TEXTS: Final = 5
_MISSED: Final = (
    "tiktok_handle metric period miss_pct missing needed_per_day deadline urgency target actual "
    "status reason creator_id"
)
_OF_METRIC: Final = ("missing", "needed_per_day", "target", "actual")
_OWED: Final = (
    "tiktok_handle currency owed_cents earned_cents paid_cents unpaid_accruals oldest_unpaid "
    "days_outstanding creator_id"
)
_MOVERS: Final = "tiktok_handle before after change share_pct is_partial creator_id"
_CENTS: Final = ("owed_cents", "earned_cents", "paid_cents")
_MOVED: Final = ("before", "after", "change", "views_before", "views")
_BROKE: Final = (
    "tiktok_handle", "title", "view_count", "baseline_views", "multiple", "posted_at", "id",
    "creator_id",
)  # fmt: skip
_HEALTH: Final = (
    "creators", "videos", "analytics", "goals", "comments", "accruals", "payments",
)  # fmt: skip
_PARTS: Final = ("cadence", "views", "over-posting", "goals", "sentiment", "payouts")
_BOOKS: Final = ("accruals", "payments", "creators")


class Questions:
    """Answers questions about one program each.

    Parameters
    ----------
    desk
        What the tools of a server share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def who_will_miss(self, project: Project) -> dict[str, Any]:
        """List open goals, the one that will most probably be missed first."""
        program = self._desk.program(project, "goals", "creators", "videos", "analytics")
        given = program.given("goals", "videos", "analytics")
        kept = self._desk.ask(
            program, "misses", will_miss, **given, now=program.now, timezone=program.zone,
        ).showing(_MISSED, dict.fromkeys(_OF_METRIC, "of metric"))  # fmt: skip
        rows = kept.frame.drop_duplicates("goal_id")
        is_late = rows["urgency"].astype("str") == "late"
        likely = (rows["miss_pct"] >= _LIKELY_PCT).fillna(value=False).astype(bool) | is_late
        unknown = rows["miss_pct"].isna() & ~is_late
        goals = program.data["goals"].drop_duplicates("goal_id")
        totals = {
            "goals": len(goals), "open": len(rows), "likely_missed": int(likely.sum()),
            "chance_unknown": int(unknown.sum()),
        }  # fmt: skip
        said = (
            f"{totals['likely_missed']} of {len(rows)} open goals are late, or have a chance of "
            f"{_LIKELY_PCT} % or more of being missed. The others of {len(goals)} goals are "
            "reached, over or not begun."
        )
        return self._desk.answer(kept, said, totals)

    def who_is_owed(self, project: Project) -> dict[str, Any]:
        """List what each creator is owed, has earned and was paid, the most owed first.

        A negative balance is what the creator was overpaid.
        """
        program = self._desk.program(project, *_BOOKS)
        kept = self._desk.ask(
            program, "balances", outstanding_balances, traced(program, "accruals"),
            traced(program, "payments"), settled=True, **_names(program), timezone=program.zone,
        ).showing(_OWED, dict.fromkeys(_CENTS, "cents"))  # fmt: skip
        rows = kept.frame
        count, over = (
            int(rows.loc[is_so, "creator_id"].nunique())
            for is_so in (rows["owed_cents"] > 0, rows["owed_cents"] < 0)
        )
        verb = "creator is" if count == 1 else "creators are"
        said = f"{count} {verb} owed something; the totals are by currency, in cents."
        if over:
            verb = "creator was" if over == 1 else "creators were"
            said += f" {over} {verb} overpaid, which isn't deducted from owed_cents in the totals."
        totals = {"creditors": count, "overpaid": over, **_money_totals(rows)}
        return self._desk.answer(kept, said, totals)

    def what_moved(self, project: Project, dates: Dates = "") -> dict[str, Any]:
        """Split a change of views by creator: the last whole week, or `dates`, and before it."""
        program = self._desk.program(project, "creators", "analytics")
        kept = self._desk.ask(
            program, "moved", explain_change, traced(program, "analytics"),
            dates=dates or week_of(program).dates, **program.given("creators"),
            timezone=program.zone,
        ).showing(_MOVERS, dict.fromkeys(_MOVED, "views") | {"share_pct": "percent"})  # fmt: skip
        rows, facts = kept.frame, kept.frame.attrs["trackagoat"]["params"]
        before, after = (int(rows[name].sum()) for name in ("before", "after"))
        unknown = int(rows["change"].isna().sum())
        totals = {
            "views_before": before, "views": after, "change": after - before,
            "days": f"{facts['from']}..{facts['to']}",
            "days_before": f"{facts['compared_from']}..{facts['compared_to']}",
            "change_unknown": unknown,
        }  # fmt: skip
        more = "more" if after >= before else "fewer"
        said = f"{after:,} views, {abs(after - before):,} {more} than in as many days before."
        said += " breakouts and the section changes of report name the posts behind it."
        if unknown:
            said += f" Days of {unknown} creators are missing, so that their change is unknown."
        return self._desk.answer(kept, said, totals)

    def under_fire(self, project: Project) -> dict[str, Any]:
        """List posts with surprisingly many negative comments in the last 28 days."""
        program = self._desk.program(project, "comments", "creators", "videos")
        script = program.recorder.branch()
        scored = self._desk.ask_in(
            script, program, "scored", score_comments, traced(program, "comments")
        ).traced
        names = [program.frames[one] for one in ("videos", "creators") if one in program.frames]
        kept = self._desk.ask_in(
            script, program, "alerts", find_negative_alerts, scored, names=names,
        ).showing("tiktok_handle video_title analysed negative negative_pct low_pct video_id "
            "creator_id")  # fmt: skip
        total = summarize_sentiment(scored.value)
        totals = {
            "posts_under_fire": len(kept.frame), "posts_judged": _fact(kept, "judged"),
            "comments": int(total["analysed"].sum()), "negative": int(total["negative"].sum()),
        }  # fmt: skip
        said = (
            "A post is under fire with 10 comments or more and surprisingly many negative ones. "
            "Comments are judged by their words, so irony is missed."
        )
        extra = _evidence(scored, kept)
        return self._desk.answer(kept, said, totals, extra=extra, most=_MOST_TEXTS)

    def breakouts(self, project: Project) -> dict[str, Any]:
        """List posts of the last 28 days that did far better than their creator's usual."""
        program = self._desk.program(project, "videos", "creators")
        script = program.recorder.branch()
        found = self._desk.ask_in(
            script, program, "found", find_outliers, traced(program, "videos"), now=program.now,
            timezone=program.zone,
        )  # fmt: skip
        since = stamp_text(program.moment - _YOUNG)
        is_out = found.traced["is_outlier"].fillna(value=False)
        broke = script.let("broke", found.traced[is_out & (found.traced["posted_at"] >= since)])
        kept = KeptFrame(
            broke, script, program.now, found.notes, _BROKE, {"multiple": "times usual"}
        )
        recent = found.frame[found.frame["posted_at"] >= since]
        totals = {
            "breakouts": len(kept.frame), "posts": len(recent),
            "not_judged": int(recent["z"].isna().sum()), "since": since,
        }  # fmt: skip
        said = (
            "`multiple` is a post's views over the usual views of its creator's earlier posts, by "
            "today's counts of posts that are a week old; "
            "posts that are too young, or of creators with few posts, can't be judged."
        )
        return self._desk.answer(kept, said, totals)

    def lift(self, project: Project, campaign_id: Id) -> dict[str, Any]:
        """Estimate how many views a campaign added, in percent, or say why that can't be seen."""
        program = self._desk.program(project, "videos", "campaigns")
        campaigns = traced(program, "campaigns")
        listed = campaigns.value.drop_duplicates("id").set_index("id")["created_at"]
        if campaign_id not in listed.index or pd.isna(listed[campaign_id]):
            raise Refusal("The project has no campaign of this id: load campaigns has them.")
        start = str(listed[campaign_id].tz_convert(program.zone).date())
        kept = self._desk.ask(
            program, "lift", campaign_lift, traced(program, "videos"), members=campaign_id,
            campaigns=campaigns, since=start, now=program.now, timezone=program.zone,
        )  # fmt: skip
        row = kept.frame.iloc[0]
        if pd.isna(row["effect"]):
            said = "What the campaign added can't be known; `refused` says why."
        elif row["low"] <= 0 <= row["high"]:
            said = "Whether the campaign added views can't be seen: 0 is within low and high."
        else:
            said = "The campaign changed its creators' views by `effect` percent, low to high."
        return self._desk.answer(kept, said, {"campaign_id": campaign_id, "since": start})

    def health(self, project: Project) -> dict[str, Any]:
        """Give the status of each part of a program with the evidence, and what to do."""
        program = self._desk.program(project, *_HEALTH)
        kept = self._desk.ask(
            program, "health", program_health, **program.given(*_HEALTH), parts=[*_PARTS],
            now=program.now, timezone=program.zone,
        ).showing("part status since evidence advice")  # fmt: skip
        counts = kept.frame["status"].astype("str").value_counts()
        totals = {str(status): int(count) for status, count in counts.items()}
        said = f"The program as a whole is {_fact(kept, 'status')}: its worst part decides."
        return self._desk.answer(kept, said, totals)

    def summarize(
        self,
        project: Project,
        what: Literal["creators", "views", "goals", "payouts", "sentiment", "campaigns"],
        dates: Dates = "",
    ) -> dict[str, Any]:
        """Summarize a program: a row for each creator or campaign. `dates` are for views alone."""
        if dates and what != "views":
            raise Refusal("Only what='views' takes dates.")
        kept = self._views(project, dates) if dates else getattr(self, f"_{what}")(project)
        if what == "campaigns":
            said = "A row for each campaign. Campaigns share posts, so that rows don't add up."
            return self._desk.answer(kept, said, {"campaigns": len(kept.frame)})
        totals: dict[str, Any] = {
            name: int(kept.frame[name].sum())
            for name in kept.frame.columns
            if name in _ADDITIVE and kept.frame[name].notna().any()
        }
        if what == "payouts":
            totals |= _money_totals(kept.frame)
        return self._desk.answer(kept, "A row for each creator.", totals)

    def _views(self, project: str, dates: str = "") -> KeptFrame:
        program = self._desk.program(project, "creators")
        script = program.recorder.branch()
        load = partial(load_analytics, client=self._desk.client, max_requests=MOST_REQUESTS)
        analytics = script.step(
            "analytics", load, "creator", traced(program, "creators"), [*_DAILY],
            dates=dates or "last 28 days", clip=True,
        )  # fmt: skip
        return self._desk.ask_in(script, program, "summary", summarize_analytics, analytics)

    def _creators(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "videos", "creators", "goals")
        given = (traced(program, one) for one in ("creators", "videos", "goals"))
        return self._desk.ask(program, "summary", summarize_creators, *given)

    def _goals(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "goals", "creators")
        goals = traced(program, "goals")
        return self._desk.ask(
            program,
            "summary",
            summarize_compliance,
            goals,
            by="creator",
            **_names(program),
        )

    def _payouts(self, project: str) -> KeptFrame:
        program = self._desk.program(project, *_BOOKS)
        books = traced(program, "accruals"), traced(program, "payments")
        return self._desk.ask(
            program,
            "summary",
            summarize_payouts,
            *books,
            timezone=program.zone,
            **_names(program),
        )

    def _sentiment(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "comments", "creators")
        script, comments = program.recorder.branch(), traced(program, "comments")
        scored = self._desk.ask_in(script, program, "scored", score_comments, comments).traced
        return self._desk.ask_in(
            script, program, "summary", summarize_sentiment, scored, "creator_id",
            **_names(program),
        )  # fmt: skip

    def _campaigns(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "campaigns", "videos", "accruals")
        given = program.given("campaigns", "videos", "accruals")
        kept = self._desk.ask(program, "summary", summarize_campaigns, **given, now=program.now)
        return kept.showing(_CAMPAIGNS)


_DAILY: Final = ("views", "likes", "comments", "shares")
_CAMPAIGNS: Final = (
    "campaign_name posts views creators target_views target_pct days_left needed_per_day status "
    "currency cost_cents effective_cpm_cents target_at reason campaign_id"
)
_ADDITIVE: Final = frozenset({
    *_DAILY, "posts", "goals", "analysed", "positive", "negative",
})  # fmt: skip


def _money_totals(balances: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Sum the owed, overpaid, earned and paid amounts of each currency, in cents."""
    sums = balance_totals(balances)[[*_CENTS, "overpaid_cents"]]
    return {
        str(name): {str(column): int(cents) for column, cents in amounts.items()}
        for name, amounts in zip(sums.index, sums.to_dict("records"), strict=True)
        if trusted("currency", name)
    }


def _names(program: ProgramData) -> dict[str, Traced]:
    return {"names": program.frames["creators"]} if "creators" in program.frames else {}


def _fact(kept: KeptFrame, name: str) -> Any:
    facts: Mapping[str, Any] = kept.frame.attrs["trackagoat"]
    return facts.get(name)


def _evidence(scored: Traced, kept: KeptFrame) -> dict[str, Any]:
    """Return the most negative comments, which only strangers wrote."""
    if kept.frame.empty:
        return {}
    shown = show_alert_evidence(scored.value, kept.frame)
    texts = shown["text"].dropna().drop_duplicates()
    return {"most_negative": {FIELD: [*map(clean, texts.head(_MOST_TEXTS))]}}
