"""Frames of analytics and comments of creators with any name."""

from __future__ import annotations

import pandas as pd


def analytics_of(*labels):
    parts = [
        series(
            "2026-05-01",
            [value * (place + 1) for value in (1.0, 2.0, 3.0, 4.0)],
            entity=f"{place:08x}-0000-4000-8000-000000000000",
        ).assign(label=label)
        for place, label in enumerate(labels)
    ]
    return pd.concat(parts, ignore_index=True)


def comments_of(handle, text="love it"):
    posted = pd.to_datetime([f"2026-05-{day:02}T12:00Z" for day in range(1, 13)], utc=True)
    return pd.DataFrame(
        {
            "text": [text, *["love it"] * 5, *["awful"] * 6], "video_id": "v1", "author": handle,
            "creator_id": ["a"] * 6 + ["b"] * 6, "tiktok_handle": [handle] * 6 + ["plain"] * 6,
            "posted_at": posted,
        }
    )  # fmt: skip


def series(
    first, values, *, metric="views", kind="main", freq="D", entity="a", partial=False, **attrs
):
    days = pd.date_range(first, periods=len(values), freq=freq).as_unit("us")
    frame = pd.DataFrame(
        {
            "entity": "creator",
            "entity_id": entity,
            "label": "ann",
            "metric": metric,
            "date": days,
            "value": pd.array(values, "Float64"),
            "series_kind": kind,
            "is_partial": pd.array([False] * len(values), "boolean"),
            "is_baseline": pd.array([False] * len(values), "boolean"),
            "parent_id": pd.array([None] * len(values), "string"),
        }
    )
    frame.loc[frame.index[-1:], "is_partial"] = partial
    frame.attrs["trackagoat"] = {"path": "/analytics", "params": attrs}
    return frame


def both(main, prior):
    joined = pd.concat([main, prior], ignore_index=True)
    joined.attrs = main.attrs
    return joined
