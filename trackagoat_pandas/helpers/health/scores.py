"""A program's health as one number, what each part adds to it, and how much depends on weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.columns import STRING, categories, codes_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.health.statuses import STATUSES, is_plural, worst_of
from trackagoat_pandas.inputs.checks import frame_facts, require_columns

_POINTS: Final = np.array([0.0, 0.0, 0.5, 1.0])
"""Of bad, unknown, watch and good: what isn't known adds nothing, as what is bad."""
WEIGHTINGS: Final = 1_000
_SAME: Final = 0.9
"""The share of weightings in which the same part must cost most, for it to be said."""
_FULL: Final = 100


def with_score(table: pd.DataFrame) -> pd.DataFrame:
    """Add the score of the whole, and what each part adds to it, in points of 100.

    All parts weigh the same. Shares are whole points whose sum is the score: rounded down, and then
    those with the largest remainders up.
    """
    points = points_of(table)
    exact = _FULL * points / max(len(points), 1)
    score = int(np.floor(exact.sum() + 0.5))
    share = shares_of(exact, score)
    scored = table.assign(
        score=pd.array([float(score)] * len(table), dtype="Float64"),
        share=pd.array(share, dtype="Int64"),
    )
    facts = frame_facts(table)
    note = f"{facts['note']} {_said_of_weights(table, points)}"
    scored.attrs["trackagoat"] = {**facts, "score": score, "note": note}
    return scored


def points_of(table: pd.DataFrame) -> Floats:
    """Return the points of each part, 0 to 1."""
    points: Floats = _POINTS[codes_of(table["status"], STATUSES)]
    return points


def shares_of(exact: Floats, total: int) -> Ints:
    """Round parts to whole numbers that add up to a whole total.

    Examples
    --------
    >>> shares_of(np.array([11.1, 5.6, 0.0]), 17).tolist()
    [11, 6, 0]
    """
    share = np.floor(exact).astype(np.int64)
    missing = total - int(share.sum())
    order = np.argsort(-(exact - share), kind="stable")
    share[order[:missing]] += 1
    return share


def weightings(parts: int) -> Floats:
    """Return random weights of parts, the same each time: every mix is as likely as another."""
    dice = np.random.default_rng(0)
    drawn: Floats = dice.dirichlet(np.ones(parts), WEIGHTINGS)
    return drawn


def _said_of_weights(table: pd.DataFrame, points: Floats) -> str:
    """Say whether the part that costs most depends on the weights of the parts."""
    costs = weightings(len(points)) * (1.0 - points)
    if not costs.any():
        return "No part costs anything, whatever the weights."
    counts = np.bincount(costs.argmax(axis=1), minlength=len(points))
    worst = int(counts.argmax())
    share, name = counts[worst] / WEIGHTINGS, table["part"].iloc[worst]
    if share >= _SAME:
        verb = "cost" if is_plural(str(name)) else "costs"
        return f"{name} {verb} most in {share:.0%} of {WEIGHTINGS:,} random weightings.".replace(
            "%", " %"
        )
    return (
        f"Which part costs most depends on the weights: {name} in {share:.0%} of "
        f"{WEIGHTINGS:,} random ones.".replace("%", " %")
    )


@derived("healths")
def rank_programs(healths: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rank programs by their health, the worst first, and say whether weights decide the order.

    Parameters
    ----------
    healths : dict
        The results of :func:`program_health` by the names of the programs, all of the same parts.

    Returns
    -------
    pandas.DataFrame
        One row for each program: ``name``, ``rank`` (Int64: 1 for the worst, by the status of the
        whole and then by the score; the same for programs with the same), ``score``
        (Float64: the points of the whole, of 100), ``worst_share`` (Float64, 0 to 1: in how many of
        1,000 random weightings of the parts its score is the lowest), and ``status`` (category, of
        the whole).

        ``attrs["trackagoat"]["note"]`` names the program whose score is the lowest in 0.9 of the
        weightings, or says that it depends on the weights.

    Raises
    ------
    MissingColumnError
        A frame isn't of :func:`program_health`.
    ArgumentError, ArgumentTypeError
        There is no program, or they have different parts, or ``healths`` isn't a dict of frames.

    See Also
    --------
    program_health : Judge a program part by part.
    plots.health : Draw the status of each part.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> found = {}
    >>> with tgp.connect(sandbox=True):
    ...     for project in ["Q1 Brand Program", "Summer Launch"]:
    ...         videos = tgp.load_videos(project)
    ...         found[project] = tgp.program_health(videos=videos, parts="over-posting")
    >>> print(tgp.rank_programs(found)[["name", "status"]].to_string(index=False))
                name status
    Q1 Brand Program    bad
       Summer Launch   good
    """
    names, points = _points_by_program(healths)
    exact = _FULL * points.mean(axis=1)
    statuses = [worst_of(frame["status"].astype(object)) for frame in healths.values()]
    places = np.array([STATUSES.index(status) for status in statuses])
    scores = np.floor(exact + 0.5)
    order = np.lexsort((scores, places))
    keys = [(int(places[place]), float(scores[place])) for place in order]
    weighed = points @ weightings(points.shape[1]).T
    worst = np.isclose(weighed, weighed.min(axis=0)).mean(axis=1)
    table = pd.DataFrame(
        {
            "rank": pd.array([1 + keys.index(key) for key in keys], "Int64"),
            "name": pd.array([names[place] for place in order], STRING),
            "score": pd.array(scores[order], "Float64"),
            "worst_share": pd.array(worst[order], "Float64"),
            "status": categories(np.array(statuses, object)[order], STATUSES, ordered=True),
        }
    )
    note, first = _said_of_programs(names, worst), int(order[0])
    if worst[first] < _SAME <= worst.max():
        note += f", but {names[first]} is {statuses[first]}"
    table.attrs["trackagoat"] = {"note": note}
    return table


def _points_by_program(healths: Mapping[str, pd.DataFrame]) -> tuple[list[str], Floats]:
    """Return the names of programs, and the points of their parts, a row for each program."""
    wanted = "a dict of frames of program_health, by the names of the programs"
    given: object = healths
    if not isinstance(given, Mapping):
        raise ArgumentTypeError("healths", given, wanted)
    if not healths:
        raise ArgumentError("healths", healths, "there is no program")
    rows = {}
    for name, frame in healths.items():
        if not isinstance(name, str):
            raise ArgumentTypeError("healths", name, wanted)
        require_columns(frame, ["part", "status"], loader="program_health")
        rows[name] = pd.Series(points_of(frame), frame["part"].astype(object))
    parts = [set(row.index) for row in rows.values()]
    if any(one != parts[0] for one in parts) or not parts[0]:
        raise ArgumentError("healths", [*rows], problem="the programs have different parts: judge "
                            "all with the same `parts`")  # fmt: skip
    first = next(iter(rows.values())).index
    return [*rows], np.array([row.reindex(first).to_numpy() for row in rows.values()])


def _said_of_programs(names: Sequence[str], worst: Floats) -> str:
    """Say whether one program has the lowest score whatever the weights."""
    place = int(worst.argmax())
    several = worst[worst >= _SAME]
    share = several.min(initial=worst[place])
    share = f"{share:.0%} of {WEIGHTINGS:,} random weightings".replace("%", " %")
    if len(several) > 1:
        return f"{len(several):,} programs have the lowest score in {share}"
    if len(several):
        return f"{names[place]} has the lowest score in {share}"
    return f"Which program has the lowest score depends on the weights: {names[place]} in {share}"
