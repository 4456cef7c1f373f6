"""The nature of a world: settings of how its posts do, which no request can see."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, Self, TypeAlias

from trackagoat_pandas.sandbox.database import Database

Form: TypeAlias = Literal["crude", "dripped", "bundled"]
"""How bought views come: at once, evenly over days, or with likes and comments bought, too."""
FORMS: tuple[Form, ...] = ("crude", "dripped", "bundled")
Chosen: TypeAlias = Literal["random", "hot", "cold"]

# Of each setting that is a share, or must stay below 1 for counts to grow.
_SHARES = (
    "evergreen", "second_waves", "boosted", "taken_back", "gaps", "comments_off", "over_posting",
    "noise", "rhythm",
)  # fmt: skip
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """How posts do in a world: the noise that a method must cope with, and effects it should find.

    Without arguments it is a sober world, with noise, a daily rhythm of the audience and posts that
    live long; :meth:`smooth` has none of it.

    Parameters
    ----------
    luck : float, default 0.9
        Spread of the final views of one creator's posts: the standard deviation of their logs.
    noise : float, default 0.6
        From 0 to 1: how much the gain of an hour is the audience's mood, which has a coefficient of
        variation of about 1, and not the curve.
    rhythm : float, default 0.5
        From 0 to 1: by how much the audience is larger than on average in the evening, and smaller
        in the morning.
    evergreen : float, default 0.15
        Share of the posts that are watched for 30 days and more.
    drift : float, default 0.0
        How far multiples, such as final views over those of a day, go up and down in half a year:
        the logarithm of the lives of posts.
    shift : tuple, optional
        A day, and the factor by which posts live longer from then on.
    fading : float, default 0.1
        How much engagement falls as reach grows: the exponent of views over the creator's median.
    second_waves : float, default 0.02
        Share of the posts that rise again, 10 to 40 days after posting.
    boosted : float, default 0.0
        Share of the posts that are advertised, all of which are good ones.
    bought : float, optional
        Share of the posts with bought views; None for a handful of each strength.
    forms : tuple, default ('crude',)
        How bought views come, as often each.
    strengths : tuple, default (0.5, 2.0, 6.0)
        How many are bought, as multiples of the views that a post gets by itself, as often each.
    taken_back : float, default 0.0
        Share of the posts with bought views that lose most of them again.
    gaps : float, default 0.0
        Share of the posts that aren't read for one to three days.
    comments_off : float, default 0.02
        Share of the posts that can't be commented on.
    hours : tuple, optional
        The first hour of the organization's day in which posting pays, the one after the last, and
        the effect on views, such as ``(18, 21, 1.0)`` for twice as many.
    over_posting : float, default 0.0
        The share of its views that each post loses from the third one of a creator's day on.
    streaks : float, default 0.0
        Spread of the hot and cold streaks of a creator, of some days: in a hot one it posts more,
        and its posts do better.
    campaign_effect : float, optional
        By how much a campaign multiplies the views of its creators' posts; None for 1.2 to 1.6.
    campaigns_for : {'random', 'hot', 'cold'}, default 'random'
        Who is given that campaign: anybody, or creators whose last month was lucky or unlucky.
    shock : tuple, optional
        A day, and the factor by which all posts get more or fewer views from then on.

    Raises
    ------
    ValueError
        If a share isn't from 0 to 1, a factor or spread is negative, or an hour isn't one.

    See Also
    --------
    sandbox.Sandbox : A demo program, without an account.
    Sandbox.truth : See what was planted.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> nature = tgp.sandbox.Nature(boosted=0.1)
    >>> with tgp.sandbox(creators=6, days=60, nature=nature) as box:
    ...     print(len(box.truth.boosted), "posts have bought views")
    9 posts have bought views
    """

    luck: float = 0.9
    noise: float = 0.6
    rhythm: float = 0.5
    evergreen: float = 0.15
    drift: float = 0.0
    shift: tuple[str, float] | None = None
    fading: float = 0.1
    second_waves: float = 0.02
    boosted: float = 0.0
    bought: float | None = None
    forms: tuple[Form, ...] = ("crude",)
    strengths: tuple[float, ...] = (0.5, 2.0, 6.0)
    taken_back: float = 0.0
    gaps: float = 0.0
    comments_off: float = 0.02
    hours: tuple[int, int, float] | None = None
    over_posting: float = 0.0
    streaks: float = 0.0
    campaign_effect: float | None = None
    campaigns_for: Chosen = "random"
    shock: tuple[str, float] | None = None

    def __post_init__(self) -> None:
        for name in (*_SHARES, "bought"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"{name}={value!r} must be a share from 0 to 1")
        for name in ("luck", "fading", "streaks", "campaign_effect"):
            value = getattr(self, name)
            if value is not None and not value >= 0.0:
                raise ValueError(f"{name}={value!r} must be 0 or more")
        if not self.forms or not set(self.forms) <= {*FORMS}:
            raise ValueError(f"forms={self.forms!r} must be some of {', '.join(FORMS)}")
        if not self.strengths or not min(self.strengths) > 0.0:
            raise ValueError(f"strengths={self.strengths!r} must be some factors above 0")
        if self.campaigns_for not in ("random", "hot", "cold"):
            raise ValueError(f"campaigns_for={self.campaigns_for!r} must be random, hot or cold")
        for name in ("shift", "shock"):
            self._check_change(name)
        if self.hours is not None and not 0 <= self.hours[0] < self.hours[1] <= _HOURS:
            raise ValueError(f"hours={self.hours!r} must be such as (18, 21, 1.0)")

    def _check_change(self, name: str) -> None:
        value = getattr(self, name)
        if value is None:
            return
        day, factor = value
        date.fromisoformat(day)
        if not factor > 0.0:
            raise ValueError(f"{name}={value!r} must have a factor above 0")

    @classmethod
    def smooth(cls) -> Self:
        """Return a world without noise, rhythm, long lives and second waves."""
        return cls(
            noise=0.0, rhythm=0.0, evergreen=0.0, fading=0.0, second_waves=0.0, comments_off=0.0
        )

    def text(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the settings from JSON."""
        known: dict[str, Any] = json.loads(text)
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        return cls(**known | lists)


def nature_of(database: Database) -> Nature:
    """Return the nature of a world."""
    [row] = database.rows("SELECT nature FROM chance")
    return _read(row["nature"])


_read = lru_cache(maxsize=8)(Nature.read)
