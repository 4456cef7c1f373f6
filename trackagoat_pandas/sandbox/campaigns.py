"""The campaigns of a project, their members, and the notes on its charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from trackagoat_pandas.sandbox.clock import DAY_S, Timeline
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator

EFFECTIVE_CAMPAIGN = "Everyday Goat"
"""The campaign that has an effect on the views of its creators' posts."""

# Name, the campaign above it, readme, target in views, share of the creators, videos.
_PLANS: tuple[tuple[str, str | None, str | None, int | None, float, int], ...] = (
    ("Spring Drop", None, "Everything around the spring collection.", 25_000_000, 0.0, 3),
    ("Spring Drop: Teasers", "Spring Drop", None, None, 0.3, 4),
    ("Spring Drop: Launch Week", "Spring Drop", "Three posts each.", 8_000_000, 0.4, 0),
    ("Launch Week: Encore", "Spring Drop: Launch Week", None, None, 0.0, 12),
    (EFFECTIVE_CAMPAIGN, None, None, 1_500_000, 0.6, 0),
    ("Unboxed", None, "Videos only; creators join by invitation.", None, 0.0, 15),
    ("Not briefed yet", None, None, None, 0.0, 0),
)
_METADATA = ('{"owner":"nina","budget_cents":1250000}', "{}", '{"season":"spring"}', "{}")
_NOTES = (
    ("launch", "Spring Drop goes live", 0.45, None),
    ("algorithm", "TikTok favours longer videos", 0.6, None),
    ("note", "Away for the trade fair", 0.75, "creator"),
    ("launch", "Launch week begins", 0.5, "campaign"),
    ("note", "Brief changed, hooks first", 0.9, None),
)


class CampaignPlanner:
    """Makes the campaigns of one project, and remembers their ids.

    Parameters
    ----------
    dice, timeline
        Chance and time.
    project_id
        The project.
    creators, video_ids
        What may be in a campaign; either may be empty.
    """

    def __init__(
        self,
        dice: Dice,
        timeline: Timeline,
        project_id: str,
        creators: Sequence[Creator],
        video_ids: Sequence[str],
    ) -> None:
        self._dice, self._timeline, self._project_id = dice, timeline, project_id
        self._creators, self._video_ids = creators, video_ids
        self._ids = {plan[0]: dice.uuid() for plan in _PLANS}

    def campaigns(self) -> list[dict[str, Any]]:
        """Make the rows of the table campaigns."""
        return [
            {
                "id": self._ids[name],
                "project_id": self._project_id,
                "name": name,
                "readme": readme,
                "metadata": _METADATA[place % len(_METADATA)],
                "target_views": target,
                "target_at": self._target_at() if target else None,
                "created_at": self._created_at(place),
            }
            for place, (name, _, readme, target, _, _) in enumerate(_PLANS)
        ]

    def items(self, chosen: Sequence[Creator] | None = None) -> list[dict[str, Any]]:
        """Make the rows of the table campaign_items; members of different campaigns overlap.

        ``chosen`` are all creators, those first that get the campaign with an effect; None for
        anybody.
        """
        links = []
        for place, (name, above, _, _, share, videos) in enumerate(_PLANS):
            members = self._dice.shuffled(self._creators)
            if name == EFFECTIVE_CAMPAIGN and chosen is not None:
                members = [*chosen]
            links += [
                (place, name, "creator", creator.id)
                for creator in members[: round(share * len(self._creators))]
            ]
            some = self._dice.shuffled(self._video_ids)[:videos]
            links += [(place, name, "video", video_id) for video_id in some]
            if above is not None:
                links.append((place, above, "campaign", self._ids[name]))
        return [
            {
                "campaign_id": self._ids[name],
                "item_type": kind,
                "item_id": item_id,
                "created_at": self._created_at(place),
            }
            for place, name, kind, item_id in links
        ]

    def annotations(self) -> list[dict[str, Any]]:
        """Make the rows of the table annotations."""
        targets = {"campaign": self._ids["Spring Drop: Launch Week"]}
        if self._creators:
            targets["creator"] = self._creators[0].id
        days = self._timeline.days
        return [
            {
                "id": self._dice.uuid(),
                "project_id": self._project_id,
                "kind": kind,
                "label": label,
                "date": (self._timeline.first_day + timedelta(days=int(days * at))).isoformat(),
                "entity": entity,
                "entity_id": targets[entity] if entity else None,
                "created_at": self._timeline.text(self._at(at) + self._dice.whole(0, 7_200)),
            }
            for kind, label, at, entity in _NOTES
            if entity is None or entity in targets
        ]

    def _at(self, share: float) -> float:
        return self._timeline.now_s - (1.0 - share) * self._timeline.days * DAY_S

    def _created_at(self, place: int) -> str:
        return self._timeline.text(self._at(0.3 + 0.05 * place) + self._dice.whole(0, 3_600))

    def _target_at(self) -> str:
        ends = self._timeline.today + timedelta(days=self._dice.whole(10, 60))
        return f"{ends.isoformat()}T03:59:59Z"
