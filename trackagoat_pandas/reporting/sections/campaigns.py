"""The section on campaigns: progress to targets, and effects."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.asking.campaigns import CAMPAIGNS, campaign_text
from trackagoat_pandas.asking.lift import LIFT
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.plots.campaigns import campaigns as plot_campaigns
from trackagoat_pandas.reporting.drafts import Draft, percent_text, records_of, section
from trackagoat_pandas.showing.recorder import Traced

_MOST: Final = 5


@section("Campaigns", needs=CAMPAIGNS.needs, uses=["accruals"])
def campaigns(draft: Draft) -> None:
    """Write whether campaigns are on pace to their targets, and their effects."""
    draft.answer(CAMPAIGNS)
    if draft.reason:
        return
    pace, videos = draft.picture, draft.program.frames["videos"].value
    if "campaign_id" not in videos.columns:
        # A report about one campaign has no other creators to compare with.
        draft.answer(LIFT)
        draft.picture = pace or draft.picture
    current = draft.results["current"]
    current = draft.let("with_posts", current[current["posts"] > 0])
    if current.value.empty:
        return
    _list_campaigns(draft, current)
    if draft.picture is None:
        text = "A bar for each of the campaigns with the most views."
        draft.draw(
            plot_campaigns, draft.program.frames["campaigns"].value, text, height_in=3.0,
            videos=videos, n=_MOST,
        )  # fmt: skip


def _list_campaigns(draft: Draft, current: Traced) -> None:
    """List the campaigns with the most views, and what their creators earned."""
    rows = current.value.head(_MOST)
    has_cost = "cost_cents" in rows
    made = list[tuple[str | Number, ...]]()
    for id_, row in records_of(rows):
        reached = current["target_pct"][id_]
        size = percent_text(reached.value) if pd.notna(reached.value) else ""
        made.append((
            campaign_text(row["campaign_name"]),
            draft.number(f"row.{id_}.posts", current["posts"][id_]),
            draft.number(f"row.{id_}.views", current["views"][id_]),
            draft.number(f"row.{id_}.target_views", current["target_views"][id_]),
            draft.number(f"row.{id_}.target_pct", reached, "percent", text=size),
            *([draft.number(
                f"row.{id_}.cost", current["cost_cents"][id_], "money",
                currency=str(row["currency"]),
            )] if has_cost else []),
        ))  # fmt: skip
        if has_cost and pd.isna(row["cost_cents"]) and pd.notna(row["reason"]):
            name = campaign_text(row["campaign_name"])
            draft.note(f"The cost of {name} isn't known: {row['reason']}")
    draft.list(
        "Campaigns and their targets",
        ("Campaign", "Posts", "Views", "Target", "Reached", *(["Its creators earned"] * has_cost)),
        made,
        numeric="-nnnn" + "n" * has_cost,
        of=len(current.value),
    )
