"""What a type checker sees of the public names; checked by mypy, never run."""

from typing import assert_type

import pandas as pd
from matplotlib.axes import Axes

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ConflictError, LimitReachedError, PartialWriteError


def connecting() -> None:
    with tgp.connect(sandbox=True, rate_limit=None) as client:
        assert_type(client, tgp.Client)
        assert_type(client.timezone, str | None)


def loading(client: tgp.Client) -> None:
    creators = tgp.load_creators("Q1 Brand Program", search="goat", client=client)
    assert_type(creators, pd.DataFrame)
    days = tgp.DateRange.parse("2026-05")
    for ids in ("a", ["a", "b"], creators["id"], creators):
        assert_type(tgp.load_analytics("creator", ids, "views", dates=days), pd.DataFrame)
    for creator in ("@a", ["@a", "b"], creators["tiktok_handle"], creators):
        assert_type(tgp.load_videos("Q1 Brand Program", creator=creator), pd.DataFrame)
    tgp.load_analytics("creator", creators, ["views", "likes"], dates="last 30 days")
    tgp.load_analytics("creator", creators, "smiles")  # type: ignore[arg-type]
    tgp.load_creators(creators, dtype_backend="numpy")  # type: ignore[arg-type]


def helping(goals: pd.DataFrame, comments: pd.DataFrame, accruals: pd.DataFrame) -> None:
    assert_type(tgp.who_to_nudge(goals), pd.DataFrame)
    assert_type(tgp.score_comments(comments, mode="plus"), pd.DataFrame)
    assert_type(tgp.to_money(accruals["amount_cents"]), "pd.Series")
    assert_type(tgp.plots.goal_board(goals), Axes)


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
