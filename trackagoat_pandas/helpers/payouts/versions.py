"""Earlier versions of payout rules: given, or inferred from what accrued by them."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.helpers.clocks import NO_DAY
from trackagoat_pandas.helpers.columns import STRING, as_days, is_among, read_columns
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.ledger import read_accruals
from trackagoat_pandas.helpers.payouts.money import half_up
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import PAYOUT_STRUCTURES

_KEYS: Final = ("id", "version")
_NOW: Final = ("id", "version", "kind", "proration", "cap_cents")
_DATES: Final = ("created_at", "effective_date")
"""Columns of which a version without a value doesn't take that of the version now."""
SOURCES: Final = ("server", "store", "given", "inferred")
"""Where the terms of a version are from."""
_LEAST_SHARE: Final = 0.75
_LEAST_STATED_SHARE: Final = 0.5
"""Where the accruals themselves state the rate, and some amounts may be wrong or capped."""
_LEAST_ALIKE: Final = 2
"""Accruals: one alone agrees with any terms that are inferred from it."""
_TERMS: Final = ("amount_cents", "cpm_cents", "threshold_views")
_BASIS: Final = ("days_assigned", "days_in_period", "views", "cpm_cents", "threshold_views")


def with_versions(structures: pd.DataFrame, earlier: pd.DataFrame | None) -> pd.DataFrame:
    """Add earlier versions to structures, with the terms of today where they give none.

    Parameters
    ----------
    structures
        The frame of :func:`load_payout_structures`.
    earlier
        One row per version: ``id``, ``version``, and the columns that differ. A version that
        `structures` has is left out.

    Returns
    -------
    pandas.DataFrame
        All versions, with their ``source``: ``server``, or that of `earlier`, else ``given``.
    """
    if earlier is None:
        return structures
    require_columns(structures, _KEYS, loader="load_payout_structures")
    require_columns(earlier, _KEYS)
    if earlier.empty:
        return structures
    known = pd.MultiIndex.from_frame(read_columns(structures, PAYOUT_STRUCTURES, _KEYS))
    own = read_columns(earlier, PAYOUT_STRUCTURES, _KEYS)
    is_new = ~pd.MultiIndex.from_frame(own).isin(known) & is_among(own["id"], structures["id"])
    rows, own = earlier[is_new].reset_index(drop=True), own[is_new].reset_index(drop=True)
    now = structures.drop_duplicates("id", keep="last").set_index("id")
    filled = {
        name: rows[name] if name in rows.columns else own["id"].map(now[name])
        for name in structures.columns
        if name not in _DATES
    }
    filled |= {name: rows[name] for name in _DATES if name in rows.columns}
    source = rows["source"] if "source" in rows.columns else "given"
    added = pd.DataFrame({**filled, **{name: own[name] for name in _KEYS}}).assign(source=source)
    # Their dtypes may differ; what reads a column looks at its values.
    sides = (structures.assign(source="server"), added)
    both = pd.concat([side.astype(object) for side in sides], ignore_index=True)
    facts = structures.attrs.get("trackagoat", {})
    # As many rows more as were added, so that a part of the structures is still known as one.
    if isinstance(facts, dict) and isinstance(facts.get("rows"), int):
        facts = {**facts, "rows": facts["rows"] + len(added)}
    both.attrs = {**structures.attrs, "trackagoat": facts}
    return both


@derived("structures", "accruals")
def infer_rule_versions(structures: pd.DataFrame, accruals: pd.DataFrame) -> pd.DataFrame:
    """Infer the terms of earlier versions of rules from the accruals that were made by them.

    The API lists only the current version of a rule, but accruals name the version that they were
    made by. What most of them agree on is taken for its terms: what a whole period, a goal or a
    video paid, or the amount per 1,000 views. An accrual that differs is then a finding of
    :func:`audit_payouts`. Pass the result to :func:`accrue` as ``rule_versions``.

    Parameters
    ----------
    structures : DataFrame
        The frame of :func:`load_payout_structures`. Versions that it has aren't inferred.
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`, all of these structures.

    Returns
    -------
    pandas.DataFrame
        One row per version whose terms could be inferred: ``id`` and ``version`` of the structure,
        ``amount_cents``, ``cpm_cents``, ``threshold_views`` (Int64; NA where the kind has none),
        ``effective_date`` (day: the first period that accrued by it; NaT for a structure's first
        known version, which applies to all before), ``accruals`` and ``agreeing`` (Int64: how many
        accruals there are, and how many have exactly the amount that the terms give), ``source``
        (``"inferred"``). A version of which fewer than three quarters of the accruals agree, or
        only one, has no row; where they state the amount per 1,000 views, half of them are enough.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or holds values of the wrong kind.

    See Also
    --------
    accrue : Work out what each rule owes.
    load_payout_structures : Load the rules of pay.
    load_payout_accruals : Load what creators earned.

    Notes
    -----
    Kind, period, proration, cap and the goal's metric are taken to be as in the current version:
    the accruals don't say them. What was worked with is read from ``basis``: the days assigned, the
    views and the amount per 1,000, the videos and their threshold. All 120 versions that
    are inferred in 20 programs of the sandbox have the terms that the rule really had.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program")
    >>> earlier = tgp.infer_rule_versions(structures, accruals)
    >>> names = earlier["id"].map(structures.set_index("id")["name"])
    >>> terms = earlier["amount_cents"].fillna(earlier["cpm_cents"])
    >>> sorted(zip(names, map(int, terms), strict=True))
    [('Base retainer', 50000), ('CPM', 120)]
    """
    now = read_columns(latest_of(structures, ["id"]), PAYOUT_STRUCTURES, _NOW)
    now = now.drop_duplicates("id", keep="last")
    rows = read_accruals(accruals, "USD")
    # Adjustments are made by hand, and follow no rule.
    is_regular = rows["is_standing"] & rows["has_amount"] & (rows["kind"] == "accrual")
    rows = rows[is_regular.fillna(value=False) & rows["version"].notna()]
    # From here on "kind" is the rule's.
    rows = rows.drop(columns=["kind"]).merge(
        now.drop(columns="version"), left_on="structure_id", right_on="id", suffixes=("", "_rule")
    )
    lowest = rows.groupby("structure_id")["version"].min()
    known = read_columns(structures, PAYOUT_STRUCTURES, _KEYS)
    pairs = pd.MultiIndex.from_arrays([rows["structure_id"], rows["version"].astype("Int64")])
    found = []
    unknown = rows[~pairs.isin(pd.MultiIndex.from_frame(known))]
    for _, some in unknown.groupby(["structure_id", "version"]):
        if (fit := _fit(some)) is not None:
            structure, version = some["structure_id"].iloc[0], some["version"].iloc[0]
            first = int(some["first"].min()) if version > lowest[structure] else NO_DAY
            found.append({"id": structure, "version": version, **fit, "first": first})
    names = [*_KEYS, *_TERMS, "accruals", "agreeing", "first"]
    table = pd.DataFrame(found, columns=names)
    whole = ["version", *_TERMS, "accruals", "agreeing"]
    table = table.astype({"id": STRING, **dict.fromkeys(whole, "Int64")})
    days = as_days(table.pop("first").to_numpy(np.int64))
    source = pd.Series("inferred", table.index, dtype=STRING)
    return table.assign(effective_date=days, source=source)


def _fit(accruals: pd.DataFrame) -> dict[str, Any] | None:
    """Find the terms on which the accruals of one version agree; None if there are none."""
    kind, cents = str(accruals["kind"].iloc[0]), accruals["cents"].to_numpy(np.int64)
    basis = _read_basis(accruals["basis"])
    terms: dict[str, Any] = {}
    is_stated = False
    if kind in ("recurring", "goal"):
        days, of = (basis[name].to_numpy(np.float64) for name in _BASIS[:2])
        is_daily = kind == "recurring" and accruals["proration"].iloc[0] == "daily"
        # Not `days >= of`: an accrual whose basis doesn't state its days is taken for a whole one.
        is_whole = ~(days < of) if is_daily else np.ones(len(cents), np.bool_)
        if not is_whole.any():
            return None
        terms["amount_cents"] = _most_frequent(cents[is_whole])
        share = np.where(is_whole, 1.0, days), np.where(is_whole, 1.0, of)
        parts, wholes = (each.astype(np.int64) for each in share)
        right = half_up(terms["amount_cents"] * parts, wholes)
    elif kind == "cpm":
        basis = basis[["views", "cpm_cents"]].dropna()
        if len(basis) < len(cents):
            return None
        views = basis["views"].to_numpy(np.int64)
        rates = basis["cpm_cents"].to_numpy(np.int64)
        terms["cpm_cents"] = _most_frequent(rates)
        is_stated = bool((rates == terms["cpm_cents"]).mean() >= _LEAST_SHARE)
        # In two steps, so that the product of views and cents can't overflow 64 bits.
        right = views // 1_000 * terms["cpm_cents"]
        right = right + half_up(views % 1_000 * terms["cpm_cents"], 1_000)
    else:
        basis = basis[["videos", "threshold_views"]].dropna()
        if kind != "view_threshold" or len(basis) < len(cents) or (basis["videos"] < 1).any():
            return None
        videos = basis["videos"].to_numpy(np.int64)
        terms["threshold_views"] = _most_frequent(basis["threshold_views"].to_numpy(np.int64))
        terms["amount_cents"] = _most_frequent(cents // videos)
        right = terms["amount_cents"] * videos
    cap = accruals["cap_cents"].iloc[0]
    agreeing = int((cents == (right if pd.isna(cap) else np.minimum(right, cap))).sum())
    least = _LEAST_STATED_SHARE if is_stated else _LEAST_SHARE
    if agreeing < max(1 if is_stated else _LEAST_ALIKE, least * len(cents)):
        return None
    return {**terms, "accruals": len(cents), "agreeing": agreeing}


def _most_frequent(values: Ints) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])


def _read_basis(basis: pd.Series) -> pd.DataFrame:
    """Read the numbers that each basis states, and count its videos; NA where it doesn't say."""
    rows = [_members(text) for text in basis]
    numbers = {name: [_number(row.get(name)) for row in rows] for name in _BASIS}
    read = pd.DataFrame(numbers, dtype="float64")
    videos = [row.get("video_ids") for row in rows]
    counts = [float(len(ids)) if isinstance(ids, list) else np.nan for ids in videos]
    table: pd.DataFrame = read.assign(videos=counts)
    return table


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else np.nan  # type: ignore[arg-type]


def _members(text: object) -> dict[str, Any]:
    if not isinstance(text, str):
        return {}
    try:
        basis = json.loads(text)
    except ValueError:  # a basis is free-form, and needn't be JSON
        return {}
    return basis if isinstance(basis, dict) else {}
