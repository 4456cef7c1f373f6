"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import ResultTable, cents, maybe, percent
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[ResultTable, ...] = (
    # Campaigns: who is in them, and how they do
    # Campaigns: what they added
    # Creators who are alike
    # How a program does
    # Skill or luck
    result("reliability", "all creators together", title="Skill or luck", columns=(
        "creators posts share",
        percent("share_low", doc="Lower end of the interval of the share."),
        percent("share_high", doc="Upper end of the interval of the share."),
        maybe("posts_needed", "int", "Posts that show a creator's level.", unit="posts a creator"),
        maybe("posts_needed_low", "int", "Lower end of its interval.", unit="posts a creator"),
        maybe("posts_needed_high", "int", "Upper end of its interval.", unit="posts a creator"),
        "reason",
    )),
    result("rank_creators", "one creator", title="Creators by lasting level", columns=(
        "rank tiktok_handle posts level:float",
        maybe("level_low", "float", "Lower end of the interval of the level.", unit="views"),
        maybe("level_high", "float", "Upper end of the interval of the level.", unit="views"),
        "rank_low rank_high",
        maybe("alike_to_place", "int", "Down to this place creators can't be told apart."),
        maybe("reliability", "float", "How much of the mean of its posts is level, 0 to 1.",
            content="share"),
        "reason creator_id",
    )),
    result("payout_luck", "one creator, month and currency", title="Pay by level and by luck",
        columns=(
        "tiktok_handle month currency posts earned_cents",
        cents("level_cents", doc="What its posts earn on average at the creator's level.",
            nullable=True),
        cents("hits_cents", doc="The rest of the pay by views; negative where posts did worse.",
            nullable=True),
        cents("other_cents", doc="Retainers, goals and adjustments."),
        "then_cents? change_cents? reason creator_id",
    )),
)  # fmt: skip
