"""Small campaigns and videos by hand, and programs whose posts are split between two campaigns."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from tests.support.posting_worlds import PostingWorld, posting_world
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.sandbox.nature import Nature

IDS = [f"{place:08x}-0000-4000-8000-000000000000" for place in range(40)]
"""The ids of campaigns; those of creators and videos are short words."""
NOW = "2026-06-18T19:00Z"


def campaigns(**items: str) -> pd.DataFrame:
    """Campaigns by name, each with its items as words: ``campaign:1 creator:mia video:v1``."""
    return pd.DataFrame(
        [
            {"id": IDS[place], "name": name, "items": json.dumps([*map(_item, words.split())])}
            for place, (name, words) in enumerate(items.items())
        ],
        columns=["id", "name", "items"],
    )


def _item(word: str) -> dict[str, str]:
    kind, number = word.split(":")
    return {"item_type": kind, "item_id": IDS[int(number)] if kind == "campaign" else number}


def videos(*rows: tuple[str, str | None, int | None], **columns: Any) -> pd.DataFrame:
    """Counted videos: an id, a creator and the views of each."""
    ids, creators, views = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "id": pd.array(ids, STRING),
            "creator_id": pd.array(creators, STRING),
            "title": pd.array(ids, STRING),
            "view_count": pd.array(views, "Int64"),
            **{
                f"{name}_count": pd.array([1] * len(ids), "Int64")
                for name in ("like", "comment", "share", "save")
            },
            "tracking_status": pd.array(["included"] * len(ids), STRING),
            "posted_at": pd.to_datetime(["2026-05-01T12:00Z"] * len(ids), utc=True).as_unit("us"),
            **columns,
        }
    )


def split_program(
    seed: int, *, effect: float = 0.0, spread: float = 0.0, share_b: float = 0.3, **options: Any
) -> tuple[pd.DataFrame, PostingWorld]:
    """Draw a program of which a part of the posts is in campaign A, and another one in B.

    ``effect`` is what the posts of A have more, of which each creator's differs by ``spread`` in
    logs.
    """
    dice, chosen = np.random.default_rng(seed), dict[str, Any]()

    def change(posts: Any, people: Any) -> None:
        drawn = dice.random(len(posts))
        is_a = drawn < 0.6 - share_b
        own = np.exp(np.log1p(effect) + spread * dice.normal(size=len(people) + 1))
        posts.final_views[is_a] *= own[posts.owners[is_a]]
        chosen.update(A=is_a, B=(drawn < 0.6) & ~is_a)

    settings: dict[str, Any] = {"posts": 600, "days": 100, "nature": Nature(), **options}
    world = posting_world(seed, change=change, **settings)
    ids = world.videos["id"].to_numpy(object)
    rows = [
        {
            "id": IDS[place],
            "name": name,
            "items": json.dumps(
                [{"item_type": "video", "item_id": one} for one in ids[chosen[name]]]
            ),
        }
        for place, name in enumerate("AB")
    ]
    return pd.DataFrame(rows), world
