"""The frames that widgets are tested with, and an end for each widget."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.widgets.doubles import (
    CAMPAIGNS,
    COMMENTS,
    CREATORS,
    DUE,
    EARNED,
    NAMES,
    PAID,
    REGISTRY,
    RULES,
    VIDEOS,
)
from trackagoat_pandas.widgets.grid import PAGE_ROWS, Grid

PROGRAM, CAMPAIGN = "Q1 Brand Program", "Summer Launch"
METRICS = ("views", "likes", "engagement_rate_by_views")


@pytest.fixture(autouse=True)
def _close_widgets():
    """Widgets that are left open make the registry, and each search for garbage, longer."""
    before = set(REGISTRY)
    yield
    Grid.rows_chosen = PAGE_ROWS  # else a test would begin with the rows that another has chosen
    for id_ in set(REGISTRY) - before:
        if id_ in REGISTRY:
            REGISTRY[id_].close()


@pytest.fixture(scope="session")
def program(box):
    """Goals, videos and analytics of a program, loaded once."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(CAMPAIGN, client=client).head(4)
        return {
            "goals": tgp.load_goal_compliance(PROGRAM, client=client),
            "videos": tgp.load_videos(PROGRAM, client=client),
            "campaigns": tgp.load_campaigns(PROGRAM, client=client),
            "analytics": tgp.load_analytics(
                "creator", creators, METRICS, dates="2026-05", compare="prior_period", client=client
            ),
        }


@pytest.fixture
def goals(program):
    return program["goals"].copy()


@pytest.fixture
def videos(program):
    return program["videos"].copy()


@pytest.fixture
def analytics(program):
    return program["analytics"].copy()


@pytest.fixture
def frames(goals, videos, analytics, program):
    """All that each board takes, by the name of the board."""
    return {
        "GoalBoard": {"goals": goals.iloc[::3], "videos": videos},
        "PayoutBoard": {
            "accruals": EARNED, "payments": PAID, "creators": NAMES, "structures": RULES,
            "due": DUE,
        },
        "PostingBoard": {
            "videos": videos,
            "creators": videos[["creator_id"]].dropna().drop_duplicates().rename(
                columns={"creator_id": "id"}
            ).assign(tiktok_handle="goat"),
        },
        "VideoBoard": {"videos": videos},
        "CampaignBoard": {"campaigns": program["campaigns"], "videos": videos},
        "HealthBoard": {
            "videos": videos, "goals": goals, "accruals": EARNED, "payments": PAID,
            "comments": COMMENTS, "creators": NAMES.assign(is_active=True),
        },
        "SentimentRadar": {
            "comments": COMMENTS, "campaigns": CAMPAIGNS, "creators": CREATORS, "videos": VIDEOS,
        },
        "Explorer": {"analytics": analytics},
    }  # fmt: skip
