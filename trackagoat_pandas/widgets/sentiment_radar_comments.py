"""The comments of a sentiment radar as it keeps them: scored, named, the newest first."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from trackagoat_pandas.checks import frame_facts, require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.sentiment.lexicon import MODES
from trackagoat_pandas.helpers.sentiment.scoring import own_readings, score_comments, with_scores
from trackagoat_pandas.helpers.sentiment.summaries import INSTANTS, written_on


class Opened(NamedTuple):
    """Comments with scores and names, and what else was given or loaded."""

    scored: pd.DataFrame
    campaigns: pd.DataFrame | None
    lines: tuple[str, ...]
    zone: str | None

    @property
    def reading(self) -> str:
        """The mode of the scores, or ``"own"``."""
        return next(iter(own_readings(self.scored)), "api")

    def read_as(self, reading: str) -> Opened:
        """Give the same comments with scores of another mode."""
        mode = next((mode for mode in MODES if mode == reading), None)
        if mode is None or reading == self.reading:
            return self
        line = f"scored = tgp.score_comments(scored, mode={mode!r})"
        scored = score_comments(self.scored, mode=mode)
        return self._replace(scored=scored, lines=(*self.lines, line))


def opened_comments(
    comments: pd.DataFrame,
    campaigns: pd.DataFrame | None,
    creators: pd.DataFrame | None,
    videos: pd.DataFrame | None,
) -> Opened:
    """Score comments, name their creators and videos, newest first, with the lines that do so."""
    require_columns(comments, ["text"], loader="load_comments")
    if campaigns is not None:
        require_columns(campaigns, ["id", "name", "items"], loader="load_campaigns")
    scored = with_scores(comments, None, "text")
    lines = ["scored = comments" if scored is comments else "scored = tgp.score_comments(comments)"]
    if creators is not None and "creator_id" in scored.columns:
        scored = with_names(scored, creators=creators)
        lines.append("scored = tgp.with_names(scored, creators=creators)")
    if videos is not None and "video_id" in scored.columns:
        scored = with_names(scored, videos=videos)
        lines.append("scored = tgp.with_names(scored, videos=videos)")
    if "posted_at" in scored.columns:
        if not pd.api.types.is_datetime64_any_dtype(scored["posted_at"].dtype):
            with holding(scored["posted_at"], INSTANTS):
                times = pd.to_datetime(scored["posted_at"], utc=True, format="ISO8601")
            scored = scored.assign(posted_at=times)
            read = 'to_datetime(scored["posted_at"], utc=True, format="ISO8601")'
            lines += ["from pandas import to_datetime", f"scored = scored.assign(posted_at={read})"]
        scored = scored.sort_values("posted_at", ascending=False, kind="stable")
        lines.append('scored = scored.sort_values("posted_at", ascending=False, kind="stable")')
    zone = frame_facts(comments).get("timezone")
    return Opened(scored, campaigns, tuple(lines), zone)


def handles_of(scored: pd.DataFrame) -> dict[str, str]:
    """Give each creator's handle, the id's first letters where it isn't known."""
    if "creator_id" not in scored.columns:
        return {}
    owners = scored.drop_duplicates("creator_id").dropna(subset="creator_id")
    known = dict.fromkeys(owners["creator_id"])
    if "tiktok_handle" in owners.columns:
        known |= dict(owners[["creator_id", "tiktok_handle"]].dropna().itertuples(index=False))
    return {id_: f"@{name}" if name else str(id_)[:8] for id_, name in known.items()}


def span_of(scored: pd.DataFrame, zone: str) -> DateRange | None:
    """Give the days from the first comment to the last, if any has a time."""
    if "posted_at" not in scored.columns or scored["posted_at"].isna().all():
        return None
    ends = pd.Series([scored["posted_at"].min(), scored["posted_at"].max()])
    first, last = written_on(ends, zone).tolist()
    return DateRange(first, last)
