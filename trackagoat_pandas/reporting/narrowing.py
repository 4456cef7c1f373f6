"""Narrow a program to one campaign, so a report can't show anything of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from trackagoat_pandas.helpers.campaigns.membership import chosen_ids, items_below
from trackagoat_pandas.helpers.campaigns.posts import campaign_videos
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced, call

CAMPAIGN_FRAMES: Final = ("projects", "creators", "campaigns", "videos", "comments")
"""What a report about one campaign is made from."""
CAMPAIGN_SECTIONS: Final = ("breakouts", "comments", "campaigns")
"""The sections that can be made from the posts of a campaign alone."""
_KEPT_FACTS: Final = ("complete", "timezone", "fetched_at", "server_time", "helper")
"""Provenance that says nothing about rows that were left out."""


def narrowed(program: ProgramData, campaign: str) -> ProgramData:
    """Return a program with only the posts, creators and comments of one campaign.

    Daily views, goals, payouts and histories are left out: they are about everything that a
    creator does. The program is named after the campaign.

    Parameters
    ----------
    program
        A whole program.
    campaign
        The id or the name of the campaign.

    Raises
    ------
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has the name, or several have it.
    """
    recorder, frames = program.recorder.branch(), dict[str, Traced]()
    missing = {name: program.missing.get(name, "they weren't loaded") for name in CAMPAIGN_FRAMES
               if name not in program.frames}  # fmt: skip
    if "campaigns" not in program.frames or "videos" not in program.frames:
        return replace(program, name="Campaign", frames={}, missing=missing, recorder=recorder)
    campaigns, videos = program.frames["campaigns"], program.frames["videos"]
    (campaign_id,) = chosen_ids(campaigns.value, campaign, "campaign")
    names = campaigns.value.drop_duplicates("id").set_index("id")["name"].dropna()
    below = items_below(campaigns.value, [campaign_id])
    tree = [campaign_id, *below["id"][below["kind"] == "campaign"].drop_duplicates()]

    def keep(name: str, rows: Traced) -> None:
        frames[name] = recorder.let(name, Traced(_without_others(rows.value), rows.code))

    keep("videos", call(campaign_videos, campaigns, videos, campaign_id))
    keep("campaigns", campaigns[campaigns["id"].isin(tree)])
    posts = frames["videos"]
    if "creators" in program.frames:
        creators = program.frames["creators"]
        keep("creators", creators[creators["id"].isin(posts["creator_id"])])
    if "comments" in program.frames:
        comments = program.frames["comments"]
        keep("comments", comments[comments["video_id"].isin(posts["id"])])
    name = one_line(str(names.get(campaign_id, campaign_id)))
    return replace(program, name=name, frames=frames, missing=missing, recorder=recorder)


def _without_others(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose provenance doesn't count or name what was left out."""
    kept = rows.reset_index(drop=True)
    facts = {name: value for name, value in frame_facts(rows).items() if name in _KEPT_FACTS}
    kept.attrs = {"trackagoat": {**facts, "rows": len(kept)}}
    return kept
