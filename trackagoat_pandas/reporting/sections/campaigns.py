"""The section on campaigns: progress to targets, and effects."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.base.wording import cut, joined
from trackagoat_pandas.helpers.campaigns.lift import campaign_lift
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.plots.campaigns import campaigns as plot_campaigns
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import Draft, percent_text, section, short_day
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_MOST: Final = 5
_WEEK: Final = pd.Timedelta(days=7)
_NAME, _WHOLE = 40, 100
_STANDING: Final = {
    "completed": "has reached its target",
    "on_track": "is on track",
    "behind_pace": "is behind pace",
    "at_risk": "is at risk",
    "missed": "has missed its target",
}


@section("Campaigns", needs=["campaigns", "videos"], uses=["accruals"])
def campaigns(draft: Draft) -> None:
    """Write the progress of current campaigns to their targets, and their effects."""
    if draft.is_without("campaigns", "videos"):
        return
    draft.judge("campaigns", "videos")
    program = draft.program
    summary = draft.call(
        "summary", summarize_campaigns, **program.given("campaigns", "videos", "accruals"),
        now=program.now,
    )  # fmt: skip
    summary = summary.drop_duplicates("campaign_id").set_index("campaign_id")
    is_over = summary["target_at"] < stamp_text(program.moment - _WEEK)
    current = draft.let("current", summary[~is_over & (summary["posts"] > 0)])
    if current.value.empty:
        draft.say("No campaign with posts is running.")
        return
    chosen = _chosen(current.value)
    _say_standing(draft, current, chosen)
    _list_campaigns(draft, current, chosen)
    if "campaign_id" not in program.frames["videos"].value.columns:
        # A report about one campaign has no other creators to compare with.
        _say_lifts(draft, current, chosen)
    text = "A bar for each of the campaigns with the most views."
    videos = program.frames["videos"].value
    draft.draw(
        plot_campaigns, program.frames["campaigns"].value, text, height_in=3.0, videos=videos,
        n=_MOST,
    )  # fmt: skip


def _chosen(current: pd.DataFrame) -> list[str]:
    """Return the campaigns that are written of, those farthest behind their target first."""
    status = pd.Categorical(current["status"].astype(object), [*reversed(_STANDING)], ordered=True)
    order = current.assign(place=status).sort_values(["place", "views"], ascending=[True, False])
    return [str(id_) for id_ in order.index[:_MOST]]


def _name(current: Traced, id_: str) -> str:
    name = current.value["campaign_name"].get(id_)
    return (
        f"“{cut(one_line(name), _NAME)}”" if isinstance(name, str) else "a campaign without a name"
    )


def _say_standing(draft: Draft, current: Traced, chosen: list[str]) -> None:
    """Say how each campaign with a target stands, the worst first."""
    rows, with_target = current.value, 0
    for id_ in chosen:
        row = rows.loc[id_]
        if pd.isna(row["target_views"]):
            continue
        with_target += 1
        views = draft.number(f"row.{id_}.views", current["views"][id_])
        target = draft.number(f"row.{id_}.target", current["target_views"][id_])
        reached, left, needs = (
            0.0 if pd.isna(row[name]) else float(row[name])
            for name in ("target_pct", "days_left", "needed_per_day")
        )
        is_there = reached >= _WHOLE and left > 0
        how = "is beyond its target" if is_there else _STANDING.get(str(row["status"]), "runs")
        said: list[str | Number] = [
            f"{_name(current, id_)} {how}: ",
            views,
            " of ",
            target,
            " views",
        ]
        if left > 0 and needs > 0:
            needed = draft.number(f"row.{id_}.per_day", current["needed_per_day"][id_])
            said += ["; it needs ", needed, " a day until ", _end(draft, current, id_)]
        draft.say(*said, ".")
    if not with_target:
        count = draft.number("count", current.shape[0])
        verb = "campaigns run" if count.value != 1 else "campaign runs"
        draft.say(count, f" {verb}; none of them has a target.")


def _end(draft: Draft, current: Traced, id_: str) -> Number:
    """Write the last local day of a campaign."""
    end = current["target_at"][id_]
    last = end.value.tz_convert(draft.program.zone) - pd.Timedelta(seconds=1)
    return draft.number(f"row.{id_}.end", end, "instant", text=short_day(last))


def _list_campaigns(draft: Draft, current: Traced, chosen: list[str]) -> None:
    has_cost = "cost_cents" in current.value.columns
    made = list[tuple[str | Number, ...]]()
    for id_ in chosen:
        reached = current["target_pct"][id_]
        size = percent_text(reached.value) if pd.notna(reached.value) else ""
        currency = str(current.value["currency"].get(id_)) if has_cost else ""
        made.append((
            _name(current, id_),
            draft.number(f"row.{id_}.posts", current["posts"][id_]),
            draft.number(f"row.{id_}.views", current["views"][id_]),
            draft.number(f"row.{id_}.target", current["target_views"][id_]),
            draft.number(f"row.{id_}.reached", reached, "percent", text=size),
            *([draft.number(
                f"row.{id_}.cost", current["cost_cents"][id_], "money", currency=currency
            )] if has_cost else []),
        ))  # fmt: skip
    if has_cost:
        unknown = current.value.loc[chosen, "cost_cents"].isna()
        for id_, reason in current.value.loc[chosen, "reason"][unknown].dropna().items():
            draft.note(f"The cost of {_name(current, str(id_))} isn't known: {reason}")
    draft.list(
        "Campaigns and their targets",
        ("Campaign", "Posts", "Views", "Target", "Reached", *(["Its creators earned"] * has_cost)),
        made,
        numeric="-nnnn" + "n" * has_cost,
        of=len(current.value),
    )


def _say_lifts(draft: Draft, current: Traced, chosen: list[str]) -> None:
    """Say what each campaign added, or why that can't be seen."""
    starts = (
        draft.program.frames["campaigns"].value.drop_duplicates("id").set_index("id")["created_at"]
    )
    made, refused = list[tuple[str | Number, ...]](), dict[str, tuple[Number, list[str]]]()
    for place, id_ in enumerate(chosen, start=1):
        if pd.isna(starts.get(id_)):
            continue
        lift = draft.call(
            f"lift_{place}", campaign_lift, draft.program.frames["videos"], members=id_,
            campaigns=draft.program.frames["campaigns"],
            since=str(starts[id_].tz_convert(draft.program.zone).date()), now=draft.program.now,
            timezone=draft.program.zone,
        )  # fmt: skip
        row = lift.value.iloc[0]
        if pd.notna(row["effect"]):
            _say_effect(draft, lift, id_, _name(current, id_))
        else:
            why = draft.number(f"lift.{id_}.refused", lift["refused"].iloc[0], "text")
            refused.setdefault(why.text, (why, []))[1].append(_name(current, id_))
        made += [_lift_row(draft, lift, id_, _name(current, id_))] * bool(pd.notna(row["effect"]))
    for why, names in refused.values():
        draft.say(f"What {joined(names)} added can't be seen: ", why, ".")
    headings = ("Campaign", "Added", "At least", "At most", "Smallest effect that would show")
    draft.list("What campaigns added, in views", headings, made, numeric="-nnnn", of=len(made))


def _say_effect(draft: Draft, lift: Traced, id_: str, name: str) -> None:
    effect, low, high = (_percent(draft, lift, id_, part) for part in ("effect", "low", "high"))
    row = lift.value.iloc[0]
    if row["low"] <= 0 <= row["high"]:
        draft.say(
            f"Whether {name} added views can't be seen: anything from ", low, " to ", high,
            " is possible.",
        )  # fmt: skip
        return
    verb = "added" if row["effect"] > 0 else "changed its creators' views by"
    draft.say(f"{name} {verb} about ", effect, " (", low, " to ", high, ").")


def _percent(draft: Draft, lift: Traced, id_: str, part: str) -> Number:
    value = lift[part].iloc[0]
    text = percent_text(value.value) if pd.notna(value.value) else BLANK
    return draft.number(f"lift.{id_}.{part}", value, "percent", text=text)


def _lift_row(draft: Draft, lift: Traced, id_: str, name: str) -> tuple[str | Number, ...]:
    parts = ("effect", "low", "high", "smallest_visible")
    return (name, *(_percent(draft, lift, id_, part) for part in parts))
