"""The same payouts in every form in which frames come: the answers are the same, to the cent."""

from __future__ import annotations

import contextlib
import io

import pandas as pd
import pytest

from tests.heavy import every
from tests.support.payout_frames import (
    ZONE,
    accrual,
    accruals,
    assigned,
    assignments,
    daily,
    goal,
    goals,
    payment,
    payments,
    rule,
    structures,
    video,
    videos,
)
from trackagoat_pandas.errors import ArgumentError, TrackaGoatError
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    paid_by_year,
    payout_timeline,
    summarize_payouts,
)

# TikTok's ids have 19 digits, more than a float holds.
BO, MIA = "7123456789012345678", "7123456789012345679"
RULES = structures(
    rule(id="flat", amount_cents=310, proration="daily"),
    rule("cpm", id="cpm", cpm_cents=100, cap_cents=5_000),
    rule("goal", "weekly", id="goal", amount_cents=700, goal_metric="posts"),
    rule("view_threshold", id="mark", amount_cents=50, threshold_views=1_000),
)
# No assignment has ended.
ASSIGNED = assignments(
    *(
        assigned("2026-04-15", id=f"{structure}{who}", structure_id=structure, creator_id=who)
        for structure in RULES["id"]
        for who in (BO, MIA)
    )
)
VIDEOS = videos(
    video("v", "2026-05-12 09:00", 1_500, creator_id=BO),
    video("w", "2026-05-13 09:00", 400, creator_id=MIA),
)
VIEWS = pd.concat(
    [
        *(
            daily("2026-03-01", [100 + day % 9 for day in range(92)], entity_id=who)
            for who in (BO, MIA)
        ),
        *(
            daily("2026-05-12", [75] * 20, entity="video", entity_id=video_id)
            for video_id in ("v", "w")
        ),
    ],
    ignore_index=True,
).assign(is_partial=False)
PARTS = pd.concat(
    [
        daily("2026-05-01", [4] * 31, metric=part, entity_id=who)
        for part in ("likes", "comments", "shares", "saves")
        for who in (BO, MIA)
    ],
    ignore_index=True,
)
GOALS = goals(goal(1.0, "2026-01-01", creator_id=BO), goal(9.0, "2026-01-01", creator_id=MIA,
              goal_id="h"))  # fmt: skip
EARNED = accruals(
    accrual("a", 1_000, creator_id=BO, structure_id="flat", status="paid"),
    accrual("b", 250, creator_id=MIA, structure_id="cpm"),
    accrual("c", 70, creator_id=MIA, structure_id="flat", status="voided"),
)
PAID = payments(payment("x", 990, "a", creator_id=BO), payment("y", 5, creator_id=MIA))

FRAMES = {
    "structures": RULES, "assignments": ASSIGNED, "videos": VIDEOS, "analytics": VIEWS,
    "parts": PARTS, "goals": GOALS, "accruals": EARNED, "payments": PAID,
}  # fmt: skip
LEDGER = ("accruals", "payments")
ACHIEVED = ("structures", "assignments"), ("videos", "analytics", "goals")
ANSWERS = {
    "accrue": (accrue, *ACHIEVED, {"until": "2026-05-31", "timezone": ZONE}),
    "forecast": (forecast_payouts, *ACHIEVED, {"as_of": "2026-05-28", "timezone": ZONE}),
    "audit": (audit_payouts, ("due", *LEDGER), ("videos",), {"until": "2026-05-31"}),
    "balances": (outstanding_balances, LEDGER, (), {"as_of": "2026-06-30", "timezone": ZONE}),
    "years": (paid_by_year, ("payments",), (), {"timezone": ZONE}),
    "methods": (outstanding_balances, LEDGER, (), {"by": "method", "timezone": ZONE}),
    **{
        f"by {by}": (summarize_payouts, LEDGER, (), {"by": by, "timezone": ZONE})
        for by in ("creator", "project", "structure", "method", "month", "status")
    },
    "timeline": (payout_timeline, LEDGER, (), {"timezone": ZONE}),
    "cpm": (effective_cpm, ("accruals", "analytics"), (), {}),
    "engagement": (cost_per_engagement, ("accruals", "parts"), (), {}),
}
"""Each helper, the frames that it takes by place and by name, and what else it is asked with."""


def ask(answer, frames):
    helper, given, named, options = ANSWERS[answer]
    return helper(*map(frames.get, given), **{name: frames[name] for name in named}, **options)


FRAMES["due"] = ask("accrue", FRAMES).drop(
    # The audit doesn't read these.
    columns=["rule_kind", "period_end", "days_assigned", "days_in_period", "quantity",
             "uncapped_cents", "video_ids"]
)  # fmt: skip
EXPECTED = {answer: ask(answer, FRAMES) for answer in ANSWERS}


def from_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def categorical(frame):
    ids = [name for name in frame.columns if pd.api.types.is_string_dtype(frame[name])]
    return frame.astype(dict.fromkeys(ids, "category"))


def halves(frame):
    """Two loads that overlap by a row."""
    middle = len(frame) // 2
    return pd.concat([frame.iloc[: middle + 1], frame.iloc[middle:]])


def with_odd_attributes(frame):
    frame = frame.copy()
    frame.attrs["trackagoat"] = "not a dict"
    return frame


def with_odd_params(frame):
    frame = frame.copy()
    frame.attrs["trackagoat"] = {"path": "/x", "params": None}
    return frame


FORMS = {
    "arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "objects": lambda frame: frame.astype(object),
    "categories": categorical,
    "csv": from_csv,
    "halves": halves,
    "filtered": lambda frame: pd.concat([frame, frame.iloc[:1]]).iloc[:-1],
    "odd attributes": with_odd_attributes,
    "no params": with_odd_params,
    "shuffled columns": lambda frame: frame[list(frame.columns)[::-1]],
}


IN_FORMS = [
    (answer, form)
    for place, answer in enumerate(ANSWERS)
    # In a usual run each third form, beginning with another one for each answer.
    for form in [*FORMS][place % every(3) :: every(3)]
]


@pytest.mark.filterwarnings("ignore:audit_payouts. .due. has 11 rows from")
@pytest.mark.parametrize(("answer", "form"), IN_FORMS)
def test_every_form_of_the_frames_gives_the_same_answer(answer, form):
    assert len(EXPECTED[answer])
    formed = {name: FORMS[form](frame) for name, frame in FRAMES.items()}
    pd.testing.assert_frame_equal(ask(answer, formed), EXPECTED[answer])


@pytest.mark.filterwarnings("ignore:audit_payouts. .due. has none of .*computed rows")
@pytest.mark.parametrize("form", ["csv", "arrow", "objects", "shuffled columns"][:: every(2)])
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_form_of_empty_frames_gives_the_same_columns(answer, form):
    empty = {name: FORMS[form](frame.head(0)) for name, frame in FRAMES.items()}
    nothing = ask(answer, empty)
    assert nothing.empty
    pd.testing.assert_series_equal(nothing.dtypes, EXPECTED[answer].dtypes)


READERS = {
    **dict.fromkeys(ACHIEVED[0] + ACHIEVED[1], ("accrue",)),
    "parts": ("engagement",),
    "accruals": ("audit", "balances"),
    "payments": ("audit", "by method"),
    "due": ("audit",),
}
"""Who reads all columns of a frame."""
KINDS = {
    "analytics": ["cpm", "view_threshold"],
    "goals": ["goal"],
    "videos": ["goal", "view_threshold"],
}
"""The rules whose frame it is."""
ODD_VALUES = {
    "text": "abc", "a number": 7, "a fraction": 1.5, "a list": [[1], "x", None],
    "a flag": True, "an instant": pd.Timestamp("2026-05-01T12:00Z"),
}  # fmt: skip


def answered(answers, name, frame):
    """How many give a frame; each of the others must raise an error of the package."""
    is_asked = RULES["kind"].isin(KINDS.get(name, RULES["kind"]))
    rules, rows = RULES[is_asked], ASSIGNED[ASSIGNED["structure_id"].isin(RULES["id"][is_asked])]
    frames = FRAMES | {"structures": rules, "assignments": rows} | {name: frame}
    made = []
    for answer in answers:
        with contextlib.suppress(TrackaGoatError):
            made.append(ask(answer, frames))
    assert all(isinstance(one, pd.DataFrame) for one in made)
    return len(made)


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.filterwarnings("ignore:.*amounts are unknown:UserWarning")
@pytest.mark.filterwarnings("ignore:.*amounts in `due` aren't due yet:UserWarning")
@pytest.mark.filterwarnings("ignore:.*which `due` does:UserWarning")
@pytest.mark.filterwarnings("ignore:.*have a status:UserWarning")
@pytest.mark.filterwarnings("ignore:.*by their tracking_status:UserWarning")
@pytest.mark.filterwarnings("ignore:.*are left out of the audit")
def test_columns_of_something_else_give_an_answer_or_an_error_of_ours(name):
    frame = FRAMES[name]
    emptied = [column for column in frame.columns if column not in ("id", "status")]
    users = [answer for answer, asked in ANSWERS.items() if name in asked[1] + asked[2]]
    tried = len(users)
    count = answered(users, name, frame.assign(**dict.fromkeys(emptied)))
    step = every(10)
    for place, column in enumerate(frame.columns):
        # In a usual run each tenth value, beginning with another one for each column.
        for value in list(ODD_VALUES.values())[place % step :: step]:
            values = (value * len(frame))[: len(frame)] if isinstance(value, list) else value
            tried += len(READERS[name])
            count += answered(READERS[name], name, frame.assign(**{column: values}))
    # Columns that no rule reads may hold anything; those that one reads may not.
    assert 0 < count < tried


def test_open_assignments_of_a_csv_are_open():
    rows = from_csv(ASSIGNED)
    assert rows["end_date"].dtype == "float64"
    frames = FRAMES | {"assignments": rows}
    assert ask("accrue", frames)["amount_cents"].sum() == FRAMES["due"]["amount_cents"].sum() > 0


def test_ids_that_became_floats_are_refused():
    rows = ASSIGNED.assign(creator_id=ASSIGNED["creator_id"].astype("float64"))
    with pytest.raises(ArgumentError, match="the column must hold text"):
        ask("accrue", FRAMES | {"assignments": rows})


def test_numbers_are_no_days():
    rows = ASSIGNED.assign(start_date=1_776_211_200)
    with pytest.raises(ArgumentError, match=r"start_date.*the column must hold days"):
        ask("accrue", FRAMES | {"assignments": rows})


def test_a_day_with_a_time_zone_is_that_of_its_own_clock():
    local = ASSIGNED.assign(start_date=ASSIGNED["start_date"].dt.tz_localize("Pacific/Auckland"))
    due = ask("accrue", FRAMES | {"assignments": local})
    pd.testing.assert_frame_equal(due, EXPECTED["accrue"])
