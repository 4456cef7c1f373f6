"""A campaign's series taken apart by video: the ten biggest, and the rest as one.

Must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.measures import gained
from trackagoat_pandas.sandbox.series import Plan, series_of
from trackagoat_pandas.sandbox.subjects import Subject

MOST = 10
OTHER_ID, OTHER_LABEL = "__other__", "Other"


def by_video(
    campaign: Subject, plan: Plan, labels_of: Callable[[list[str]], Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Compute the series of the videos that gained most in the span, biggest first."""
    edges = np.array(plan.span.bounds(plan.now_ts))
    gains = gained(campaign.videos, edges, plan.basis)[:, 0]
    order = np.argsort(-gains, kind="stable")
    biggest = campaign.videos.select(order[:MOST])
    labels = labels_of(biggest.ids)
    parts = [
        replace(
            campaign,
            id=video_id,
            label=labels[video_id],
            videos=biggest.select(slice(place, place + 1)),
        )
        for place, video_id in enumerate(biggest.ids)
    ]
    if len(order) > MOST:
        rest = campaign.videos.select(np.sort(order[MOST:]))
        parts.append(replace(campaign, id=OTHER_ID, label=OTHER_LABEL, videos=rest))
    return [series_of(part, plan) for part in parts]
