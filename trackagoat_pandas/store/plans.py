"""Plans of campaigns that were kept when they were drawn."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.dtypes import DAY, INSTANT, TEXT
from trackagoat_pandas.helpers.campaigns.plan import span_of
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import (
    as_days,
    day_numbers,
    floats,
    nullable_flags,
    text,
    values_of,
    whole,
)
from trackagoat_pandas.helpers.facts import derived, moment_loaded
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.store.disk.parts import keep_made, read_parts
from trackagoat_pandas.store.store import Store, refuse_other

_TABLE: Final = "campaign_plans"
_SCHEMA: Final = pa.schema(
    [
        ("made_at", INSTANT), ("pair", pa.int64()), ("gets_campaign", pa.bool_()),
        ("typical_views", pa.float64()), ("posts_per_week", pa.float64()), ("since", DAY),
        ("weeks", pa.int64()), ("smallest_visible", pa.float64()), ("seed", pa.int64()),
        ("creator_id", TEXT),
    ]
)  # fmt: skip
_KEY: Final = ["seed", "since", "weeks", "creator_id", "gets_campaign"]


@derived("plan")
def record_plan(store: Store, plan: pd.DataFrame, *, now: InstantLike | None = None) -> int:
    """Keep a plan of a campaign in a store, so that nobody can draw again until they like it.

    A plan that is kept already isn't kept twice, and another draw of some of its creators for the
    same first day is refused. It is written whole or not at all.

    Parameters
    ----------
    store : Store
        The store, as :func:`open_store` returns it.
    plan : DataFrame
        The frame of :func:`plan_campaign`, whole.
    now : str or datetime, optional
        When it was drawn; by default when its frames were loaded, by the server's clock.

    Returns
    -------
    int
        How many rows were kept: 0 if the plan was there already.

    Raises
    ------
    MissingColumnError, ArgumentError
        The frame isn't one plan, another draw is kept already, or an argument has a value that
        isn't allowed.
    StoreBusyError, StoreWriteError
        Another process writes to the store, or it can't be written to.

    See Also
    --------
    plan_campaign : Draw who gets a campaign.
    recorded_plans : List the plans that were kept.
    read_campaign : Read what a planned campaign added.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True, store=store):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> plan = tgp.plan_campaign(creators, videos, weeks=4, seed=7)
    >>> tgp.record_plan(store, plan), tgp.record_plan(store, plan)
    (12, 0)
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    require_columns(plan, _SCHEMA.names[1:], loader="plan_campaign")
    if plan.empty:
        raise ArgumentError("plan", plan, problem="it has no rows")
    first, _ = span_of(plan)
    moment = moment_loaded(now, plan)
    rows = pd.DataFrame(
        {
            "made_at": pd.Series([moment] * len(plan), dtype="datetime64[us, UTC]"),
            "pair": whole(plan["pair"]).array,
            "gets_campaign": nullable_flags(plan["gets_campaign"]).array,
            **{
                name: values_of(plan[name])
                for name in ("typical_views", "posts_per_week", "smallest_visible")
            },
            "since": as_days(day_numbers(plan["since"])),
            **{name: whole(plan[name]).array for name in ("weeks", "seed")},
            "creator_id": text(plan["creator_id"]).array,
        }
    )
    # One writer at a time, so that no other one keeps the same between reading and writing.
    with store.archive.ledger.writing("record a plan"):
        kept = _stored_plans(store)
        known = pd.MultiIndex.from_frame(kept[_KEY])
        if pd.MultiIndex.from_frame(rows[_KEY]).isin(known).all():
            return 0
        same = kept[(kept["since"] == rows["since"].iloc[0]).to_numpy(bool)]
        if rows["creator_id"].isin(same["creator_id"]).any():
            problem = f"another draw of some of its creators for {first} is kept already"
            raise ArgumentError("plan", plan, problem=f"{problem}: see recorded_plans(store)")
        keep_made(store.archive.ledger, _TABLE, rows, _SCHEMA)
    return len(rows)


@takes_arrow
def recorded_plans(store: Store) -> pd.DataFrame:
    """List the plans of campaigns that a store keeps, in the order in which they were drawn.

    Parameters
    ----------
    store : Store
        The store in which :func:`record_plan` kept them.

    Returns
    -------
    pandas.DataFrame
        The rows of :func:`plan_campaign`, each with ``made_at`` (datetime64[us, UTC]: when it was
        drawn). :func:`read_campaign` takes those of one plan.

    Raises
    ------
    StoreDamagedError
        A file is missing or damaged; the error names it.

    See Also
    --------
    record_plan : Keep a plan as it was drawn.
    read_campaign : Read what a planned campaign added.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> plan = tgp.plan_campaign(creators, videos, weeks=4, since="2026-06-22", seed=7)
    >>> kept = tgp.record_plan(store, plan)
    >>> print(tgp.recorded_plans(store)[["pair", "gets_campaign"]].head(2).to_string(index=False))
     pair  gets_campaign
        1           True
        1          False
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    rows = _stored_plans(store)
    table = pd.DataFrame(
        {
            "made_at": rows["made_at"],
            "pair": rows["pair"].astype("Int64"),
            "gets_campaign": rows["gets_campaign"].astype("boolean"),
            **{
                name: floats(rows[name].to_numpy(float))
                for name in ("typical_views", "posts_per_week", "smallest_visible")
            },
            "since": rows["since"].astype("datetime64[us]"),
            **{name: rows[name].astype("Int64") for name in ("weeks", "seed")},
            "creator_id": text(rows["creator_id"]),
        }
    )
    table.attrs["trackagoat"] = {"helper": "recorded_plans", "rows": len(table)}
    return finish(table, "recorded_plans")


def _stored_plans(store: Store) -> pd.DataFrame:
    """Read all plans of a store, the earliest first."""
    parts = store.archive.ledger.parts(_TABLE)
    table = read_parts(store.path, parts).cast(_SCHEMA) if parts else _SCHEMA.empty_table()
    # An integer with a null must not become a float: a seed may have 19 digits.
    rows: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return rows.sort_values("made_at", kind="stable", ignore_index=True)
