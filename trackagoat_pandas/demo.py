"""The demo: load every resource of an embedded sandbox, print how long it took, draw a plot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import pandas as pd

from trackagoat_pandas.connecting import connect
from trackagoat_pandas.helpers.creators import summarize_creators
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.paths import load_data_model
from trackagoat_pandas.load.payouts import (
    load_payout_accruals,
    load_payout_assignments,
    load_payout_methods,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.reports import Report, load_report
from trackagoat_pandas.load.resources import (
    load_annotations,
    load_campaigns,
    load_creators,
    load_goal_compliance,
    load_projects,
    load_videos,
)

PROJECT = "Q1 Brand Program"
DATES = "2026-04-01..2026-06-18"


def run_demo(output: Path) -> None:
    """Load everything, print a line for each resource and a table of creators, save a plot."""
    with connect(sandbox=True, rate_limit=None, progress=False) as client:
        print(f"An embedded TrackaGoat answers at {client.base_url}\n")
        frames = dict(_timed_loads(client))
    print(f"\n{PROJECT}: each creator, most views first\n")
    print(_creator_table(frames))
    _save_plot(frames["analytics"], output)
    print(f"\nViews over time: {output.resolve()}")


def _timed_loads(client: Client) -> Iterator[tuple[str, pd.DataFrame]]:
    print(f"{'resource':<30}{'rows':>8}{'columns':>9}{'requests':>10}{'seconds':>9}")
    frames: dict[str, pd.DataFrame] = {}
    for name, load in _loads(frames).items():
        sent, began = client.requests_sent, time.perf_counter()
        frame = frames[name] = load()
        took, asked = time.perf_counter() - began, client.requests_sent - sent
        print(f"{name:<30}{len(frame):>8,}{frame.shape[1]:>9}{asked:>10}{took:>9.2f}")
        yield name, frame


def _loads(frames: dict[str, pd.DataFrame]) -> dict[str, Callable[[], pd.DataFrame]]:
    """Return a load for each resource; later ones use the frames of earlier ones."""
    plain: dict[str, Callable[[], pd.DataFrame]] = {
        "projects": load_projects,
        "creators": lambda: load_creators(PROJECT),
        "videos": lambda: load_videos(PROJECT),
        "campaigns": lambda: load_campaigns(PROJECT),
        "goal_compliance": lambda: load_goal_compliance(PROJECT),
        "analytics": lambda: load_analytics(
            "creator", frames["creators"], "views", dates=DATES, compare="prior_period"
        ),
        "annotations": lambda: load_annotations(PROJECT, dates=DATES),
        "comments": lambda: load_comments(PROJECT),
        "payout_methods": load_payout_methods,
        "payout_structures": lambda: load_payout_structures(PROJECT),
        "payout_assignments": lambda: load_payout_assignments(frames["payout_structures"]),
        "payout_accruals": lambda: load_payout_accruals(PROJECT),
        "payout_payments": lambda: load_payout_payments(PROJECT),
        "data_model": load_data_model,
    }
    reports = {name: partial(load_report, name, PROJECT) for name in get_args(Report)}
    return plain | reports


def _creator_table(frames: dict[str, pd.DataFrame]) -> str:
    summary = summarize_creators(frames["creators"], frames["videos"], frames["goal_compliance"])
    started = summary["goals"] - summary["goals_not_started"]
    of_started = summary["goals_on_pace"].astype(str) + " of " + started.astype(str)
    shown = pd.DataFrame(
        {
            "creator": "@" + summary["tiktok_handle"],
            "posts": summary["posts"],
            "views": summary["views"].map("{:,}".format),
            "engagement": summary["engagement_rate_by_views"]
            .map("{:.1f} %".format, "ignore")
            .fillna("-"),
            "goals on pace": of_started.where(started > 0, "-"),
            "goal status": summary["goal_status"].astype("object").fillna("no goal"),
        }
    )
    return shown.to_string(index=False)


def _save_plot(series: pd.DataFrame, output: Path) -> None:
    from matplotlib.figure import Figure

    from trackagoat_pandas.plots.trend import trend

    figure = Figure(figsize=(9, 4), layout="constrained")
    trend(series, ax=figure.add_subplot())
    figure.savefig(output, dpi=150)
