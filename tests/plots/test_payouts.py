"""The plots of payouts: bars, labels and titles."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from matplotlib.figure import Figure

import trackagoat_pandas as tgp
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas.errors import ArgumentError, ChoiceError
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.payout_summary import payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline
from trackagoat_pandas.plots.style import finding_of

EARNED = accruals(
    accrual("a", 100_000),
    accrual("b", 40_000, creator_id="mia"),
    accrual("c", 10_000, creator_id="ben", period_end=pd.Timestamp("2026-04-30")),
)
PAID = payments(
    payment("x", 100_000, "a", paid="2026-06-05"),
    payment("y", 15_050, "b", creator_id="mia", paid="2026-06-05"),
    payment("z", 12_000, "c", creator_id="ben", paid="2026-05-05"),
)
LATER, MID_JUNE = "2026-09-01T00:00:00Z", "2026-06-15T12:00:00Z"


def loaded(frames, *times):
    """Copies of the frames, loaded at such times."""
    copies = [frame.copy() for frame in frames]
    for copied, time in zip(copies, times, strict=True):
        copied.attrs["trackagoat"] = {"fetched_at": time}
    return copies


def timeline(*frames, **options):
    return payout_timeline(*loaded(frames, LATER, LATER), timezone=ZONE, **options)


PARTS = {None: "paid", "///": "owed", "xxx": "overpaid"}


def bars(ax):
    """Start and width of each bar, by what it is and its row."""
    return {
        (PARTS[bar.get_hatch()], round(bar.get_y() + bar.get_height() / 2)): (
            bar.get_x(),
            bar.get_width(),
        )
        for container in ax.containers
        for bar in container
    }


def notes(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def names(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_paid_and_owed_stand_side_by_side_most_owed_on_top():
    ax = payout_summary(EARNED, PAID)
    assert names(ax) == ["mia", "nan", "ben"]
    drawn = bars(ax)
    assert drawn["paid", 0] == (0, 15_050)
    assert drawn["owed", 0] == (15_050, 24_950)
    assert drawn["paid", 1] == (0, 100_000)
    assert ("owed", 1) not in drawn


@pytest.mark.parametrize("width_in", [0.5, 1.0, 1.5, 3.0])
def test_what_is_settled_has_room_on_narrow_axes(width_in):
    ax = Figure(figsize=(width_in, 3)).add_subplot()
    payout_summary(EARNED.head(1), PAID.head(1), ax=ax)
    assert ax.get_xlim()[1] >= 100_000


def test_what_was_paid_beyond_is_shown_and_named():
    ax = payout_summary(EARNED, PAID)
    assert bars(ax)["overpaid", 2] == (10_000, 2_000)
    assert notes(ax) == ["$250 owed", "$20 overpaid"]


def test_each_kind_of_bar_has_its_own_hatch_and_is_named():
    ax = payout_summary(EARNED, PAID)
    assert len({container[0].get_hatch() for container in ax.containers}) == 3
    assert finding_of(ax).endswith(
        "Solid bars are paid, hatched ones owed, cross-hatched ones overpaid"
    )
    settled = payout_summary(accruals(accrual("a", 500)), payments(payment("x", 500, "a")))
    assert finding_of(settled).endswith("Solid bars are paid")


def test_the_title_states_what_is_owed():
    ax = payout_summary(EARNED, PAID)
    assert ax.get_title(loc="left") == (
        "$250 of $1.5k earned is still owed, most to mia ($250); $20 was overpaid"
    )
    settled = payout_summary(accruals(accrual("a", 500)), payments(payment("x", 500, "a")))
    assert settled.get_title(loc="left") == "All of the $5 earned has been paid"
    beyond = payout_summary(accruals(accrual("a", 500)), payments(payment("x", 700, "a")))
    assert beyond.get_title(loc="left") == "Nobody is owed anything, and $2 was overpaid"


def test_the_title_counts_those_who_are_owed_equally_much():
    equal = accruals(*(accrual(f"a{n}", 500, creator_id=f"c{n}") for n in range(9)))
    title = "$45 of $45 earned is still owed, most to 9 creators ($5 each)"
    assert payout_summary(equal, payments(), n=3).get_title(loc="left") == title


@pytest.mark.parametrize("by", ["creator", "project", "structure", "status"])
def test_the_title_doesnt_deduct_what_others_were_overpaid(by):
    earned = accruals(accrual("a", 500), accrual("b", 700, status="paid", creator_id="mia"))
    paid = payments(payment("x", 900, "b", creator_id="mia"))
    said = payout_summary(earned, paid, by=by).get_title(loc="left")
    assert said.startswith("$5 of $12 earned is still owed")
    assert said.endswith("$2 was overpaid")


def test_many_groups_are_cut_and_the_others_summed_up():
    many = accruals(*(accrual(f"a{n}", 100 + n, creator_id=f"c{n:03}") for n in range(300)))
    ax = payout_summary(many, payments(), n=10)
    assert names(ax)[0] == "c299"
    assert names(ax)[-1] == "290 others"
    # 100 + 101 + ... + 389 cents.
    assert notes(ax)[-1] == "$0 paid, $709 owed"
    assert ax.get_xlim()[1] < 1_000


@pytest.mark.parametrize(("groups", "last"), [(4, "c3"), (5, "c4"), (6, "2 others")])
def test_the_only_other_group_has_its_own_bar(groups, last):
    earned = accruals(*(accrual(f"a{n}", 900 - n, creator_id=f"c{n}") for n in range(groups)))
    assert names(payout_summary(earned, payments(), n=4))[-1] == last


def test_given_axes_have_as_many_rows_as_fit_and_the_last_sums_up_the_others():
    earned = accruals(*(accrual(f"e{n}", 1_000 + n, creator_id=f"c{n}") for n in range(24)))
    ax = payout_summary(earned, payments(), ax=Figure(figsize=(8, 2.4), dpi=96).add_subplot())
    ax.figure.draw_without_rendering()
    rows = ax.get_yticklabels()
    assert rows[-1].get_text() == f"{24 - (len(rows) - 1)} others"
    boxes = [row.get_window_extent() for row in rows]
    assert all(above.y0 >= below.y1 - 1 for above, below in itertools.pairwise(boxes))


def test_names_are_found_in_any_frame_that_knows_them():
    creators = pd.DataFrame({"id": ["mia", "ben"], "tiktok_handle": ["mia.m", "ben.b"]})
    assert names(payout_summary(EARNED, PAID, names=creators)) == ["@mia.m", "nan", "@ben.b"]
    of_payments = PAID.assign(tiktok_handle=PAID["creator_id"] + "_paid")
    assert names(payout_summary(EARNED, of_payments)) == ["@mia_paid", "@nan_paid", "@ben_paid"]
    rules = pd.DataFrame({"id": ["s"], "name": ["Base retainer"], "version": [1]})
    called = payout_summary(EARNED, PAID, by="structure", names=[creators, rules])
    assert names(called) == ["Base retainer"]


def test_structures_of_one_name_are_told_apart_by_their_projects():
    earned = accruals(
        *(accrual(f"a{n}", 900 - n, structure_id=f"s{n}", project_id=f"p{n}") for n in range(3))
    )
    rules = pd.DataFrame(
        {"id": ["s0", "s1", "s2"], "name": ["CPM", "CPM", "Bonus"], "version": [1, 1, 1]}
    )
    projects = pd.DataFrame(
        {"id": ["p0", "p1", "p2"], "name": ["Spring", "Summer", "Spring"], "timezone": ["UTC"] * 3}
    )
    ax = payout_summary(earned, payments(), by="structure", names=[rules, projects])
    assert names(ax) == ["CPM (Spring)", "CPM (Summer)", "Bonus"]
    alone = payout_summary(earned, payments(), by="structure", names=rules)
    assert names(alone) == ["CPM", "CPM (2)", "Bonus"]
    summary = tgp.summarize_payouts(earned, payments(), by="structure")
    lacking = earned.assign(project_id=None)
    without = payout_summary(
        lacking, payments(), by="structure", names=[rules, projects], summary=summary
    )
    assert names(without) == ["CPM", "CPM (2)", "Bonus"]


def test_a_bar_is_read_out_and_picks_its_group():
    ax = payout_summary(EARNED, PAID)
    paid, owed, overpaid = ax.containers
    text = "mia: $400 earned, $150.50 paid, $249.50 owed"
    assert [MARKS[bar][:2] for bar in (paid[0], owed[0])] == [(text, "mia")] * 2
    assert MARKS[overpaid[0]].id_ == "ben"
    by_status = payout_summary(EARNED, PAID, by="status")
    assert MARKS[by_status.containers[0][0]].id_ == ""


def test_groups_without_any_money_are_left_out():
    voided = accruals(accrual("a", 500), accrual("b", 700, status="voided"))
    assert names(payout_summary(voided, payments(), by="status")) == ["pending"]
    nothing = payout_summary(accruals(accrual("b", 700, status="voided")), payments())
    assert names(nothing) == ["nan"]


def test_bars_and_their_texts_take_the_whole_width():
    ax = payout_summary(EARNED, PAID)
    ax.figure.canvas.draw()
    ends = [text.get_window_extent().x1 for text in ax.texts if text.get_gid() is None]
    longest = ax.transData.transform((max(sum(span) for span in bars(ax).values()), 0))[0]
    assert max(*ends, longest) <= ax.bbox.x1 + 1
    assert longest > ax.bbox.x0 + 0.75 * ax.bbox.width


def test_handles_come_from_the_accruals_or_from_names():
    with_handles = EARNED.assign(tiktok_handle=EARNED["creator_id"] + "_goat")
    assert names(payout_summary(with_handles, PAID)) == ["@mia_goat", "@nan_goat", "@ben_goat"]
    called = payout_summary(EARNED, PAID, names={"mia": "Mia M."})
    assert names(called) == ["Mia M.", "nan", "ben"]


def test_what_has_no_method_is_not_paid_yet():
    ax = payout_summary(EARNED, payments(payment("x", 100_000, "a")), by="method")
    assert names(ax) == ["not paid yet", "PayPal"]


def test_a_month_is_no_group_of_the_summary():
    with pytest.raises(ChoiceError, match="'creator'"):
        payout_summary(EARNED, PAID, by="month")


@pytest.mark.parametrize("plot", [payout_summary, timeline])
def test_several_currencies_or_one_without_cents_are_refused(plot):
    mixed = accruals(accrual("a", 1, currency="EUR"), accrual("b", 1, currency="USD"))
    with pytest.raises(ArgumentError, match=r"EUR, USD.*one currency"):
        plot(mixed, payments())
    with pytest.raises(ArgumentError, match=r"JPY.*no cents"):
        plot(EARNED.assign(currency="JPY"), PAID.assign(currency="JPY"))


def test_other_currencies_have_their_sign():
    ax = payout_summary(accruals(accrual("a", 500)), payments(), currency="EUR")
    assert notes(ax) == ["€5 owed"]


def test_earned_paid_and_owed_are_bars_beside_one_another_which_look_as_in_the_summary():
    ax = timeline(EARNED, PAID)
    earned, paid, owed = ax.containers
    assert [bar.get_height() for bar in earned] == [10_000, 140_000, 0]
    assert [bar.get_height() for bar in paid] == [0, 12_000, 115_050]
    assert [bar.get_height() for bar in owed] == [10_000, 140_000, 24_950]
    for left, middle, right in zip(earned, paid, owed, strict=True):
        assert left.get_x() + left.get_width() == pytest.approx(middle.get_x())
        assert middle.get_x() + middle.get_width() == pytest.approx(right.get_x())
    in_summary = payout_summary(EARNED, PAID).containers
    for bars, other in zip((paid, owed), in_summary, strict=False):
        assert bars[0].get_facecolor() == other[0].get_facecolor()
        assert (bars[0].get_hatch() or None) == other[0].get_hatch()
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["earned in the month", "paid in the month", "owed at its end"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["Apr\n2026", "May", "Jun"]


@pytest.mark.parametrize(
    ("times", "running", "title"),
    [
        ([LATER, LATER], 0, "Owed as of Jun 2026: $250, down from $1.4k the month before"),
        (
            [LATER, "2026-07-01T04:00:00Z"],
            0,
            "Owed as of Jun 2026: $250, down from $1.4k the month before",
        ),
        (
            [MID_JUNE, LATER],
            1,
            ("Owed now: $250; end of May 2026: $1.4k, up from $100 the month before"),
        ),
        # Midnight of the zone, not that of UTC, ends the month.
        (
            [LATER, "2026-06-01T03:59:00Z"],
            2,
            "Owed so far in Jun 2026: $250; end of Apr 2026: $100",
        ),
        (["2026-04-09T00:00:00Z", LATER], 3, "Owed so far in Jun 2026: $250"),
    ],
)
def test_the_timelines_title_compares_only_buckets_that_were_over(times, running, title):
    ax = payout_timeline(*loaded([EARNED, PAID], *times), timezone=ZONE)
    assert ax.get_title(loc="left").replace("\n", " ") == title
    assert notes(ax).count("so far") == bool(running)
    dotted = [bar.get_linestyle() == ":" for bar in ax.containers[0]]
    assert dotted == [False] * (3 - running) + [True] * running


def test_the_timelines_subtitle_says_what_is_dotted():
    ax = payout_timeline(*loaded([EARNED, PAID], MID_JUNE, LATER), timezone=ZONE)
    assert "; dotted: the month so far" in finding_of(ax)
    assert "dotted" not in finding_of(timeline(EARNED, PAID))


def test_each_amount_is_written_at_its_bar():
    ax = timeline(EARNED, PAID)
    bars = [bar for container in ax.containers for bar in container if bar.get_height()]
    places = {(round(bar.get_x() + bar.get_width() / 2, 3), bar.get_height()) for bar in bars}
    written = [text for text in ax.texts if text.get_gid() is None]
    assert {(round(text.xy[0], 3), text.xy[1]) for text in written} == places
    assert notes(ax) == ["$100", "$100", "$1.4k", "$120", "$1.4k", "$1.1k", "$250"]


def test_without_a_time_of_loading_todays_buckets_are_not_over():
    now = pd.Timestamp.now(ZONE).tz_localize(None)
    ax = payout_timeline(accruals(accrual("a", 500, period_end=now)), payments(), timezone=ZONE)
    assert ax.get_title(loc="left") == "Owed now: $5"


@pytest.mark.parametrize(
    ("granularity", "opening", "day"),
    [("month", "Owed as of ", "May 2026"), ("week", "Owed as of the week of ", "25 May 2026")],
)
def test_one_bucket_is_named(granularity, opening, day):
    ax = timeline(accruals(accrual("a", 500)), payments(), granularity=granularity)
    assert [text.get_text() for text in ax.get_xticklabels()] == [day]
    assert ax.get_title(loc="left") == f"{opening}{day}: $5"


def test_money_below_zero_is_in_sight():
    ax = timeline(accruals(accrual("a", -500, kind="adjustment")), payments())
    assert ax.get_ylim()[0] <= -500
    assert "$5 overpaid to others isn't deducted" in finding_of(ax)


def test_nulls_are_drawn():
    holes = EARNED.assign(creator_id=None, amount_cents=pd.array([None, 5, 7], "Int64"))
    assert names(payout_summary(holes, payments())) == ["(none)"]
    ax = timeline(holes.assign(period_end=pd.NaT), payments())
    assert ax.containers[2][0].get_height() == 12


@pytest.mark.parametrize("plot", [payout_summary, timeline])
def test_what_has_no_amount_is_counted_in_a_note(plot):
    void = accruals(accrual("d", 1, status="voided"))
    holes = pd.concat([EARNED, void]).assign(
        amount_cents=pd.array([100_000, None, None, None], "Int64")
    )
    unpaid = PAID.assign(amount_cents=pd.array([100_000, None, 12_000], "Int64"))
    note = plot(holes, unpaid).get_xlabel().replace("\n", " ")
    assert note == "2 accruals and 1 payment without an amount left out"
    assert plot(EARNED, PAID).get_xlabel() == ""


def test_a_bucket_of_the_timeline_is_read_out():
    ax = timeline(EARNED, PAID)
    said = [MARKS[strip].text for strip in ax.patches if strip in MARKS]
    assert said[1] == "May 2026: earned $1.4k, paid $120, owed $1.4k"
    running = payout_timeline(*loaded([EARNED, PAID], MID_JUNE, LATER), timezone=ZONE)
    assert MARKS[running.patches[-1]].text.startswith("Jun 2026 so far: ")


def test_what_was_owed_is_written_only_where_it_has_room_and_so_far_once():
    many = accruals(
        *(accrual(f"a{n}", 900_000, period_end=pd.Timestamp("2020-01-31") + pd.DateOffset(months=n))
          for n in range(60))
    )  # fmt: skip
    assert notes(timeline(many, payments())) == []
    frames = loaded([many, payments()], "2023-06-15T12:00:00Z", LATER)
    early = payout_timeline(*frames, timezone=ZONE)
    assert notes(early) == ["so far"]


def test_amounts_owed_alone_stand_at_their_bars_but_where_the_next_bar_would_be_behind_them():
    ends = [pd.Timestamp("2026-03-31") + pd.offsets.MonthEnd(n) for n in range(3)]
    cents = (1_234_500, 56_700, 8_912_300)
    earned = accruals(
        *(accrual(f"a{n}", size, period_end=end)
          for n, (size, end) in enumerate(zip(cents, ends, strict=True)))
    )  # fmt: skip
    paid = payments(payment("p", 1_234_500, "a0", paid="2026-04-10"))
    ax = Figure(figsize=(4.7, 3)).add_subplot()
    frames = loaded([earned, paid], LATER, LATER)
    payout_timeline(*frames, timezone=ZONE, ax=ax)
    assert notes(ax) == ["$12.3k", "$89.7k"]
    owed = ax.containers[2]
    [first, last] = [text for text in ax.texts if text.get_gid() is None]
    assert (first.xy[0], last.xy[0]) == pytest.approx((owed[0].get_x(), owed[2].get_x()))
