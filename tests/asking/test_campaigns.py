"""The question whether campaigns are on pace: its targets, levels, sentences and unknown paces."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.campaign_frames import IDS, campaigns, videos
from tests.support.payout_frames import accrual, accruals
from trackagoat_pandas.asking.campaigns import CAMPAIGNS
from trackagoat_pandas.asking.kernel import Answer

NOW = pd.Timestamp("2026-06-18T19:00:00Z")
START = NOW - pd.Timedelta(days=30)
END = NOW + pd.Timedelta(days=30)  # half of the time has passed
POSTS = videos(("v1", "mia", 600), ("v2", "ben", 400))
Target = tuple[int | None, pd.Timestamp | None]


def listed(*targets: Target, **columns: Any) -> pd.DataFrame:
    """Campaigns called a, b, c and so on with all posts, each with a target and its day."""
    frame = campaigns(**dict.fromkeys("abcdefgh"[: len(targets)], "video:v1 video:v2"))
    return frame.assign(
        target_views=pd.array([views for views, _ in targets], "Int64"),
        target_at=pd.Series([at for _, at in targets], dtype="datetime64[us, UTC]"),
        created_at=START,
    ).assign(**columns)


def asked(*targets: Target, posts: pd.DataFrame = POSTS, **columns: Any) -> Answer:
    frames = {"campaigns": listed(*targets, **columns), "videos": posts}
    return tgp.ask("campaigns", frames=frames, now=NOW)


ON_PACE, BEHIND, REACHED = (2_000, END), (2_001, END), (1_000, END)
MISSED = (1_001, NOW - pd.Timedelta(days=2))
WITH, LATELY = "campaigns with a target", "in the last 7 days."
A_NEEDS = "“a” has 1,000 of 2,001 views and needs 34 a day until Sat 18 Jul."
A_MISSED = "“a” missed its target of Tue 16 Jun: it has 1,000 of 1,001 views."


@pytest.mark.parametrize(
    ("targets", "level", "finding"),
    [
        ([], "good", "No campaign has a current target."),
        ([(None, None)], "good", "No campaign has a current target."),
        ([ON_PACE], "good", "The only campaign with a target is on pace."),
        ([REACHED], "good", "The only campaign with a target has reached it."),
        ([BEHIND], "watch", f"The only campaign with a target is behind pace. {A_NEEDS}"),
        ([ON_PACE, ON_PACE], "good", "Both campaigns with a target are on pace."),
        ([REACHED, REACHED], "good", "Both campaigns with a target have reached it."),
        ([ON_PACE] * 3, "good", "All 3 campaigns with a target are on pace."),
        (
            [ON_PACE, REACHED], "good",
            "Both campaigns with a target are on pace. 1 has reached its target.",
        ),
        ([BEHIND, ON_PACE], "watch",
         f"1 of 2 campaigns with a target is behind pace. {A_NEEDS}"),
        (
            [BEHIND, BEHIND, REACHED, REACHED], "watch",
            f"2 of 4 {WITH} are behind pace. 2 have reached their targets. {A_NEEDS}",
        ),
        (
            [MISSED], "bad",
            f"No campaign with a target is behind pace. 1 missed its target {LATELY} {A_MISSED}",
        ),
        (
            [MISSED, MISSED, BEHIND], "bad",
            f"1 of 3 {WITH} is behind pace. 2 missed their targets {LATELY} {A_MISSED}",
        ),
        (
            [BEHIND, (5_000, None)], "unknown",
            f"1 of 2 campaigns with a target is behind pace. 1 can't be judged. {A_NEEDS}",
        ),
        (
            [(5_000, None)], "unknown",
            "No campaign with a target is known to be behind pace. 1 can't be judged.",
        ),
    ],
)  # fmt: skip
def test_finding_counts_targets(targets: list[Target], level: str, finding: str) -> None:
    answer = asked(*targets)
    assert (answer.level, answer.finding) == (level, finding)
    assert bool(answer.advice) == (level in ("watch", "bad") or answer.count > 0)
    assert not any(f"“{name}”" in answer.headline for name in "abc")


@pytest.mark.parametrize(
    ("target", "end", "level"),
    [
        (1_000, END, 0), (2_000, END, 0), (2_001, END, 1), (2_857, END, 1), (2_858, END, 2),
        (1_000, NOW, 0), (1_001, NOW, 3), (10**18, END, 2),
    ],
)  # fmt: skip
def test_level_is_the_status_of_the_pace(target: int, end: pd.Timestamp, level: int) -> None:
    assert asked((target, end)).judged["level"].tolist() == [level]


def test_thresholds_name_units_and_no_alert() -> None:
    at = CAMPAIGNS.thresholds
    assert (at.watch, at.bad, at.fires, at.clears) == (1, 3, None, None)
    listed_at = tgp.questions().set_index("name").loc["campaigns"]
    assert listed_at[["fires", "clears"]].isna().all()


@pytest.mark.parametrize(("days", "count"), [(6.9, 1), (7.0, 1), (7.1, 0)])
def test_a_target_is_current_for_a_week_after_its_day(days: float, count: int) -> None:
    answer = asked((1_001, NOW - pd.Timedelta(days=days)))
    assert answer.totals["targets"] == answer.totals["missed"] == count
    note = "Targets that ended more than 7 days ago are left out."
    assert answer.notes == (() if count else (note,))


def test_missed_targets_and_the_slowest_campaigns_come_first() -> None:
    slow = (9_000, END)
    answer = asked(BEHIND, slow, ON_PACE, MISSED, REACHED)
    assert answer.rows["campaign_name"].tolist() == ["d", "b", "a"]
    cells = [getattr(cell, "text", cell) for cell in answer.table(8)[2]]
    assert cells == ["“a”", "1,000", "2,001", "99%", "34", "Sat 18 Jul"]


def test_a_campaign_without_posts_is_behind_its_target() -> None:
    answer = asked((1_000, END), posts=POSTS.head(0))
    assert (answer.level, answer.totals["behind"]) == ("watch", 1)
    assert answer.lines == ("“a” has 0 of 1,000 views and needs 34 a day until Sat 18 Jul.",)


@pytest.mark.parametrize(
    ("target", "columns", "reason"),
    [
        ((5_000, None), {}, "no day for its target"),
        ((None, END), {}, "no target"),
        ((5_000, END), {"created_at": pd.NaT}, "the day of its creation isn't known"),
        (
            (5_000, NOW - pd.Timedelta(days=1)),
            {"created_at": NOW},
            "its target isn't due after it was created",
        ),
    ],
)
def test_unknown_paces_have_their_reason(
    target: Target, columns: dict[str, Any], reason: str
) -> None:
    columns = {name: pd.Series([at], dtype="datetime64[us, UTC]") for name, at in columns.items()}
    answer = asked(target, **columns)
    assert (answer.level, answer.totals["unknown"]) == ("unknown", 1)
    assert f"No pace for 1 campaign: {reason}." in answer.notes


def test_unknown_views_are_unknown_and_partly_known_ones_noted() -> None:
    unknown = asked(BEHIND, posts=videos(("v1", "mia", None)))
    assert unknown.level == "unknown"
    assert "No pace for 1 campaign: its views aren't known." in unknown.notes
    partly = asked((1_000, END), posts=videos(("v1", "mia", 400), ("v2", "ben", None)))
    assert partly.level == "watch"
    assert partly.notes == ("Posts without a known number of views add nothing.",)


def test_a_reached_target_needs_no_pace() -> None:
    never = pd.Series([pd.NaT], dtype="datetime64[us, UTC]")
    assert asked((900, None), created_at=never).level == "good"


def test_campaigns_without_ids_make_the_level_unknown() -> None:
    answer = asked(ON_PACE, BEHIND, id=[IDS[0], None])
    assert (answer.level, answer.totals["unknown"]) == ("unknown", 1)
    assert "Campaigns without an id can't be judged." in answer.notes


def test_repeated_and_nameless_campaigns_are_named_once() -> None:
    frame = listed(BEHIND, name=[None])
    frames = {"campaigns": pd.concat([frame, frame]), "videos": POSTS}
    answer = tgp.ask("campaigns", frames=frames, now=NOW)
    assert answer.lines == (f"A campaign without a name{A_NEEDS.removeprefix('“a”')}",)


@pytest.mark.parametrize("column", ["target_views", "items", "id"])
def test_missing_columns_are_the_reason(column: str) -> None:
    frames = {"campaigns": listed(BEHIND).drop(columns=column), "videos": POSTS}
    answer = tgp.ask("campaigns", frames=frames, now=NOW)
    assert answer.level == "unknown"
    assert repr(column) in answer.finding


def test_costs_in_several_currencies_leave_the_reason() -> None:
    frames = {"campaigns": listed((5_000, None)), "videos": POSTS}
    earned = accruals(accrual("p", 100), accrual("q", 200)).assign(
        creator_id=["mia", "ben"], currency=["USD", "EUR"]
    )
    answer = tgp.ask("campaigns", frames={**frames, "accruals": earned}, now=NOW)
    assert answer.judged["reason"].str.contains("several currencies").all()
    assert answer.notes == ("No pace for 1 campaign: no day for its target.",)


def test_the_picture_shows_judged_campaigns_under_the_headline() -> None:
    answer = asked(BEHIND, REACHED, (None, None))
    ax = answer.plot()
    assert ax is not None
    assert ax.get_title(loc="left") == answer.headline.rstrip(".")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert asked(REACHED).plot() is None


def test_rows_are_those_of_loops_over_json(box: Any) -> None:
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        for project in [one["id"] for one in client.records("/projects")]:
            answer = tgp.ask("campaigns", project, client=client)
            now, behind = answer.script.program.moment, set()
            for one in client.records("/campaigns", {"project_id": project}):
                if not one["target_views"]:
                    continue
                start, end = (pd.Timestamp(one[name]) for name in ("created_at", "target_at"))
                if end < now - pd.Timedelta(days=7):
                    continue
                due = one["target_views"] * min((now - start) / (end - start), 1.0)
                if answer.judged["views"][one["id"]] < due:
                    behind.add(one["id"])
            assert {*answer.rows.index} == behind
            assert answer.totals["behind"] + answer.totals["missed"] == len(behind)
