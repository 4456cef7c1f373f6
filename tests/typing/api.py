"""What a type checker sees of the public names; checked by mypy, never run."""

from pathlib import Path
from typing import Any, assert_type

import pandas as pd
from matplotlib.axes import Axes

import trackagoat_pandas as tgp
from trackagoat_pandas.accessor import _GoatFrame
from trackagoat_pandas.errors import ConflictError, LimitReachedError, PartialWriteError


def connecting() -> None:
    with tgp.connect(sandbox=True, rate_limit=None) as client:
        assert_type(client, tgp.Client)
        assert_type(client.timezone, str | None)


def loading(client: tgp.Client) -> None:
    creators = tgp.load_creators("Q1 Brand Program", search="goat", client=client)
    assert_type(creators, _GoatFrame)
    days = tgp.DateRange.parse("2026-05")
    for ids in ("a", ["a", "b"], creators["id"], creators):
        assert_type(tgp.load_analytics("creator", ids, "views", dates=days), _GoatFrame)
    for creator in ("@a", ["@a", "b"], creators["tiktok_handle"], creators):
        assert_type(tgp.load_videos("Q1 Brand Program", creator=creator), _GoatFrame)
    tgp.load_analytics("creator", creators, ["views", "likes"], dates="last 30 days")
    tgp.load_analytics("creator", creators, "smiles")  # type: ignore[arg-type]
    tgp.load_creators(creators, dtype_backend="numpy")  # type: ignore[arg-type]


def completing(client: tgp.Client) -> None:
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    assert_type(videos.goat.engagement(), _GoatFrame)
    assert_type(videos[videos["view_count"] > 9].goat.plot.leaderboard(n=3), Axes)
    videos.goat.engagment()  # type: ignore[attr-defined]
    faults = tgp.sandbox.Faults(plan={2: "500"})
    with tgp.sandbox(faults=faults) as box:
        assert_type(tgp.connect(sandbox=box), tgp.Client)


def planning(
    goals: pd.DataFrame, accruals: pd.DataFrame, payments: pd.DataFrame, rules: pd.DataFrame
) -> None:
    assert_type(tgp.will_miss(goals), _GoatFrame)
    assert_type(
        tgp.plan_budget(accruals, payments, budget_cents={"Q1 Brand Program": 4_000_000}),
        _GoatFrame,
    )
    assert_type(tgp.what_if(rules, rules, {"CPM": {"cap_cents": None}}), _GoatFrame)
    tgp.what_if(rules, rules, rules, by="rule")  # type: ignore[arg-type]


def helping(goals: pd.DataFrame, comments: pd.DataFrame, accruals: pd.DataFrame) -> None:
    assert_type(tgp.who_to_nudge(goals), _GoatFrame)
    assert_type(tgp.score_comments(comments, mode="plus"), _GoatFrame)
    assert_type(tgp.to_money(accruals["amount_cents"]), "pd.Series")
    assert_type(tgp.plots.goal_board(goals), Axes)


def closing(accruals: pd.DataFrame, payments: pd.DataFrame) -> None:
    owed = tgp.outstanding_balances(accruals, payments, by="method")
    assert_type(owed, _GoatFrame)
    file = tgp.payout_file(owed, "june.csv", format="venmo", recipients={"@mia": "mia-goat"})
    assert_type(file.left_out, pd.DataFrame)
    assert_type(tgp.payout_workbook(accruals, payments, "june.xlsx", month="2026-06"), Path)
    assert_type(tgp.creator_statement("@mia", accruals, payments).html, str)
    tgp.payout_file(owed, format="wise")  # type: ignore[arg-type]


class Arrow:
    """A table of another library."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def verbs(videos: pd.DataFrame, accruals: pd.DataFrame, payments: pd.DataFrame) -> None:
    assert_type(tgp.goat(videos).engagement(), _GoatFrame)
    assert_type(tgp.goat(Arrow()).leaderboard(by="likes", n=3), _GoatFrame)
    assert_type(tgp.goat(accruals).outstanding_balances(payments, currency="EUR"), _GoatFrame)
    assert_type(tgp.goat(accruals).accrual_days(), "pd.Series")
    assert_type(tgp.goat(videos).plot.leaderboard(n=3), Axes)
    assert_type(tgp.goat(videos).show(5, ids=True).html, str)
    assert_type(tgp.goat(videos).provenance["path"], Any)
    tgp.goat(videos).engagement(by="dollars")  # type: ignore[arg-type]
    tgp.goat(accruals).outstanding_balances()  # type: ignore[call-arg]
    tgp.goat(videos).engagment()  # type: ignore[attr-defined]
    tgp.goat([1])  # type: ignore[arg-type]


def writing(sheet: pd.DataFrame, client: tgp.Client) -> pd.DataFrame:
    try:
        added = tgp.actions.add_creators("Q1 Brand Program", sheet, dry_run=True, client=client)
    except PartialWriteError as stop:
        assert_type(stop.frame, pd.DataFrame)
        return stop.frame
    except LimitReachedError as full:
        assert_type(full.limit_key, str | None)
        raise
    except ConflictError as conflict:
        assert_type(conflict.code, str | None)
        raise
    tgp.actions.set_tracking(added, enabled="yes")  # type: ignore[arg-type]
    tgp.actions.update_creator(added, tracking_mode="sometimes")  # type: ignore[arg-type]
    return added
