"""The amounts due that an audit compares, and the accruals that they cover."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DateLike
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import MissingArgumentError, TrackaGoatWarning
from trackagoat_pandas.helpers.clocks import NO_DAY
from trackagoat_pandas.helpers.columns import (
    instants_of,
    is_among,
    is_word,
    read_columns,
)
from trackagoat_pandas.helpers.loads import latest_rows
from trackagoat_pandas.helpers.payouts.money import check_cents, currencies
from trackagoat_pandas.helpers.payouts.rules import GOAL_DELAY
from trackagoat_pandas.inputs.checks import fact_instant, loaded_at, require_columns
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.tables import PAYOUT_ACCRUALS
from trackagoat_pandas.tables.model import Column

_DUE: Final = (
    "project_id", "creator_id", "structure_id", "period_start", "amount_cents", "reason",
)  # fmt: skip
_OPTIONAL: Final = (
    "period_end", "structure_version", "due_at", "version_in_force", "rule_source",
)  # fmt: skip
_TABLE: Final = replace(
    PAYOUT_ACCRUALS,
    loader="accrue",
    columns=(
        *PAYOUT_ACCRUALS.columns,
        Column("due_at", "instant", "When the amount is due."),
        Column("reason", "text", "Why no amount is given."),
        Column("rule_source", "text", "Where the terms are from."),
        Column("version_in_force", "bool", "Whether the version was in force then."),
    ),
)
"""The columns of accrue's frame."""
UNKNOWN_START: Final = "unknown_start"
"""The cause of an undecided amount of a rule that may not have existed yet."""
_TEXTS: Final = ("project_id", "creator_id", "structure_id")
_DAY: Final = np.timedelta64(1, "D")
_GOAL_DAYS: Final = GOAL_DELAY // pd.Timedelta(days=1)


def rows_due(
    due: pd.DataFrame, accruals: pd.DataFrame, *, now: np.datetime64 | None = None
) -> pd.DataFrame:
    """Return the rows of `due` that an audit compares.

    What wasn't due when the accruals were loaded is left out: its accrual can't be missing. A
    repeated period of an assignment, as in two joined frames of accrue, counts once.
    """
    require_columns(due, _DUE, loader="accrue")
    if "assignment_id" in due.columns:
        is_one = latest_rows(due, ["assignment_id", "period_start"])
        due = due[is_one | due["assignment_id"].isna().to_numpy(bool)]
    if "due_at" not in due.columns or due.empty:
        return due
    is_known = now is not None or (now := _loaded_at(accruals)) is not None
    if now is None:  # whatever was made later is of a later load
        made = instants_of(accruals["created_at"])
        if np.isnat(made).all():
            raise MissingArgumentError("now", "the accruals don't say when they were loaded")
        now = made[~np.isnat(made)].max()
    is_later = instants_of(due["due_at"]) > now
    if is_later.any():
        which = f"{is_later.sum():,} of {len(due):,} amounts in `due`"
        moment = f"{pd.Timestamp(now):%Y-%m-%d %H:%M} UTC"
        warn(
            f"{which} aren't due yet at {moment} and are left out of the audit."
            if is_known
            else f"{which} became due after the newest accrual, of {moment}, and are left out of "
            "the audit: the accruals don't say when they were loaded. Pass `now`.",
            TrackaGoatWarning,
        )
    return due[~is_later]


def _loaded_at(accruals: pd.DataFrame) -> np.datetime64 | None:
    """Return when accruals were loaded, by the server's clock; None if they don't say it."""
    # The server's time first, as accruals and due dates are by its clock.
    moment = loaded_at(accruals)
    return None if moment is None else moment.tz_localize(None).to_datetime64()


def read_due(
    due: pd.DataFrame,
    accruals: pd.DataFrame,
    currency: str,
    *,
    now: np.datetime64 | None = None,
) -> pd.DataFrame:
    """Read the amounts due when the accruals were loaded, a row for each assignment and period.

    Days are numbers, ``due_cents`` is 0 where ``is_undecided``, and ``cause`` says why it is.
    ``has_start`` is False where it isn't known when the rule was made.
    """
    loaded = _loaded_at(accruals) if now is None else now
    rows = rows_due(due, accruals, now=loaded)
    read = read_columns(rows, _TABLE, _DUE, optional=_OPTIONAL)
    is_fresh = pd.Series(data=False, index=read.index)
    if loaded is not None:
        is_fresh = read["due_at"] > pd.Timestamp(loaded - _DAY, tz="UTC")
    first, last = (read[name].to_numpy("datetime64[D]") for name in ("period_start", "period_end"))
    cents = check_cents(read["amount_cents"])
    return read[[*_TEXTS]].assign(
        first=first.astype(np.int64),
        last=np.where(np.isnat(last), np.nan, last.astype(np.int64)),
        currency=currencies(rows, currency),
        version=read["structure_version"].astype("float64"),
        is_later=~read["version_in_force"].fillna(value=True).to_numpy(bool),
        has_start=read["version_in_force"].notna() | ("version_in_force" not in rows.columns),
        is_fresh=is_fresh,
        cause=read["reason"],
        source=read["rule_source"],
        due_cents=cents.fillna(0).astype(np.int64),
        is_undecided=cents.isna(),
    )


def without_unknown_starts(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.DataFrame:
    """Make amounts undecided that may be for periods before their rule was made.

    An edited rule doesn't say when its first version was made, and its assignments may begin
    earlier. So amounts for periods that ended before its first accrual's are undecided.

    Parameters
    ----------
    lines
        The amounts due, as `read_due` returns them.
    accruals
        The accruals of a ledger.
    """
    dated = accruals[accruals["first"] != NO_DAY]
    first_accruals = dated.groupby("structure_id")["first"].min()
    starts = first_accruals.reindex(lines["structure_id"]).to_numpy(np.float64, na_value=np.nan)
    ends = lines["last"].fillna(lines["first"])
    is_open = ~lines["has_start"] & (ends < starts) & ~lines["is_undecided"]
    return lines.assign(
        is_undecided=lines["is_undecided"] | is_open,
        due_cents=lines["due_cents"].mask(is_open, 0),
        cause=lines["cause"].mask(is_open, UNKNOWN_START),
    )


def until_days(due: pd.DataFrame, until: DateLike | None) -> tuple[int, int] | None:
    """Return up to which day periods are covered, and those of goals; None if it isn't known."""
    if until is not None:
        day = int(np.datetime64(parse_day(until, "until"), "D").astype(np.int64))
        return day, day - _GOAL_DAYS
    days = [fact_instant(due, name) for name in ("until", "goals_until")]
    said = [int(day.normalize().timestamp()) // 86_400 for day in days if day is not None]
    return (said[0], said[1]) if len(said) == len(days) else None


def is_late_for(
    due: pd.DataFrame, lines: pd.DataFrame, accruals: pd.DataFrame, days: tuple[int, int] | None
) -> Bools:
    """Mark accruals for periods that `due`, up to its `until_days`, doesn't provably cover."""
    kinds = due["rule_kind"] if "rule_kind" in due.columns else pd.Series(None, due.index)
    is_at_once = kinds.notna() & ~is_word(kinds, "goal")
    at_once = is_among(accruals["structure_id"], due["structure_id"][is_at_once])
    last = accruals["last"].to_numpy(np.int64)
    if days is not None:
        late: Bools = last > np.where(at_once, *days)
        return late
    # An amount proves that its period was looked at, and others that ended as early.
    ends = lines["last"].fillna(lines["first"])
    # Above NO_DAY, the least integer: below, the days of goals are subtracted from it.
    newest = max([NO_DAY + _GOAL_DAYS, *ends.dropna().astype(np.int64)])
    by_rule = lines.groupby("structure_id")["first"].max()
    proven = accruals["structure_id"].map(by_rule).fillna(NO_DAY).to_numpy(np.int64)
    is_proven = accruals["first"].to_numpy(np.int64) <= proven
    unproven: Bools = ~is_proven & (last > np.where(at_once, newest, newest - _GOAL_DAYS))
    return unproven


def warn_of_late(findings: pd.Series, days: tuple[int, int] | None) -> None:
    """Warn of accruals that are set aside since `due` doesn't cover them."""
    count = int((findings == "not_covered").sum())
    if not count:
        return
    which = "1 accrual is" if count == 1 else f"{count:,} accruals are"
    if days is None:
        warn(
            f"{which} for periods that `due` may not cover, and set aside: the frame doesn't say "
            "up to when it goes. Pass the `until` that `accrue` was given.",
            TrackaGoatWarning,
        )
        return
    last, of_goals = np.array(days).astype("datetime64[D]")
    warn(
        f"{which} for periods that ended after {last} (of goals: {of_goals}), which `due` doesn't "
        "cover, and set aside. Give `accrue` a later `until` to audit them.",
        TrackaGoatWarning,
    )
