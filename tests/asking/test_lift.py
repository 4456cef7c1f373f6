"""The question what a campaign added: its sentences, levels, days and which campaigns it takes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.asking.lift import LIFT
from trackagoat_pandas.showing.recorder import Traced

NOW = "2026-06-18T19:00:00Z"
BEGIN, END = pd.Timestamp("2026-05-04"), pd.Timestamp("2026-06-01")
SPRING, FALL = "7412345678901234567", "7412345678901234568"  # 19 digits
RIGHT = "In 88% to 91% of simulated programs such an interval held the true effect."
TOO_FEW = "it takes 19 creators outside it, and there are"


def posts(
    creators: int = 28, *, factor: float = 1.0, before: int = 20, zone: str = "UTC"
) -> pd.DataFrame:
    """Three posts a week of each creator; the first four have other views from BEGIN to END."""
    dice, rows = np.random.default_rng(6), []
    for place in range(creators):
        for week in range(-before, 6):
            for day in (1, 3, 5):
                at = BEGIN + pd.Timedelta(days=7 * week + day, hours=12)
                is_in = place < 4 and BEGIN <= at < END
                views = 1_000 * (1 + place) * dice.lognormal(0, 0.2) * (factor if is_in else 1)
                rows.append((f"{place} {at}", f"c{place}", at, round(views)))
    frame = pd.DataFrame(rows, columns=["id", "creator_id", "posted_at", "view_count"])
    posted_at = frame["posted_at"].dt.tz_localize(zone).dt.tz_convert("UTC").dt.as_unit("us")
    interactions = {f"{name}_count": 1 for name in ("like", "comment", "share", "save")}
    counts = frame["view_count"].astype("Int64")
    frame = frame.assign(posted_at=posted_at, view_count=counts, title="x", **interactions)
    return frame.assign(tracking_status="included")


def campaign(id_: Any = SPRING, name: Any = "Spring Drop", size: int = 4, **columns: Any) -> Any:
    """A campaign of the first creators, from BEGIN until END in the zone of its days."""
    members = [{"item_type": "creator", "item_id": f"c{place}"} for place in range(size)]
    times = {"created_at": BEGIN.tz_localize("UTC"), "target_at": END.tz_localize("UTC")}
    items = json.dumps(members)
    return {"id": id_, "name": name, "items": items, "target_views": 1, **times, **columns}


def listed(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = [*campaign()]
    frame = pd.DataFrame(rows, columns=columns).astype({"target_views": "Int64"})
    for name in ("created_at", "target_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame


def asked(
    campaigns: pd.DataFrame, videos: pd.DataFrame, now: str = NOW, zone: str = "UTC", **more: Any
) -> Answer:
    frames = {"campaigns": campaigns, "videos": videos}
    for frame in frames.values():
        frame.attrs = {"trackagoat": {"timezone": zone}}
    return tgp.ask("lift", frames=frames, now=now, **more)


def effect_by_hand(videos: pd.DataFrame, creators: int = 28) -> float:
    """Compare means of log views by a plain loop; each creator posts as often as the others."""
    sums: dict[tuple[bool, bool], list[float]] = {}
    for row in videos.to_dict("records"):
        at = row["posted_at"].tz_localize(None)
        if at >= END:
            continue
        key = int(row["creator_id"][1:]) < 4, at >= BEGIN
        sums.setdefault(key, []).append(np.log1p(row["view_count"]))
    means = {key: np.mean(logs) for key, logs in sums.items()}
    gap = means[True, True] - means[True, False] - means[False, True] + means[False, False]
    return float(100 * np.expm1(gap))


@pytest.mark.parametrize(
    ("factor", "level", "headline", "begin"),
    [
        (2.0, "good", "added views in the last 28 days.", "“Spring Drop” added about "),
        (0.5, "watch", "lost views in the last 28 days.",
         "The creators of “Spring Drop” lost about "),
        (1.0, "unknown", "", "What “Spring Drop” added can't be told from chance: "),
    ],
)  # fmt: skip
def test_effect_is_that_of_a_loop_over_posts(
    factor: float, level: str, headline: str, begin: str
) -> None:
    videos = posts(factor=factor)
    answer = asked(listed(campaign()), videos)
    row = answer.rows.loc[SPRING]
    assert row["effect"] == pytest.approx(effect_by_hand(videos), abs=0.3)
    assert (answer.level, answer.count) == (level, 1)
    said = f"The only campaign {headline}" if headline else (
        "Whether the only campaign added views in the last 28 days can't be told from chance."
    )  # fmt: skip
    assert answer.headline == said
    assert answer.finding.startswith(f"{said} {begin}")
    assert answer.finding.endswith(f"). {RIGHT}")
    assert f"{abs(round(row['effect']))}%" in answer.top
    low, high = (f"{row[name]:.0f}%".replace("-", "−") for name in ("low", "high"))
    assert f"(90% interval {low} to {high})" in answer.top
    assert answer.record
    assert answer.advice


def test_totals_count_gains_losses_and_what_is_not_known() -> None:
    videos = posts(factor=2.0)
    lost = campaign(FALL, "Fall", size=0)
    nameless = campaign("n", None, created_at=None)
    answer = asked(listed(campaign(), lost, nameless), videos)
    # “Fall” lists nobody, so it has no posts.
    names = ("campaigns", "gained", "lost", "unclear", "unknown", "nameless", "left_out")
    assert answer.totals == dict(zip(names, (2, 1, 0, 0, 1, 0, 0), strict=True))
    assert answer.headline == (
        "1 of 2 campaigns added views in the last 28 days. 1 can't be measured."
    )
    assert answer.level == "unknown"
    assert answer.notes == ("No effect of 1 campaign: the day of its creation isn't known.",)
    line = answer.line("n")
    assert (
        line == "A campaign without a name can't be measured: the day of its creation isn't known."
    )


def test_campaigns_that_cannot_be_measured_have_their_reason() -> None:
    answer = asked(listed(campaign()), posts(22))
    assert answer.headline == "What the only campaign added in the last 28 days can't be measured."
    assert answer.finding == f"{answer.headline} “Spring Drop”: {TOO_FEW} 18."
    assert (answer.level, answer.count, answer.record, answer.advice) == ("unknown", 0, "", "")
    two = asked(listed(campaign(), campaign(FALL, "Fall")), posts(22))
    assert two.headline == "What 2 campaigns added in the last 28 days can't be measured."
    assert two.notes == (f"No effect of 2 campaigns: {TOO_FEW} 18.",)


@pytest.mark.parametrize("name", ["Spring Drop", SPRING])
def test_a_named_campaign_is_measured_whenever_it_ran(name: str) -> None:
    frames = listed(campaign(), campaign(FALL, "Fall"))
    answer = asked(frames, posts(factor=2.0), "2026-09-01T00:00Z", options={"campaign": name})
    assert answer.headline == "The campaign added views."
    assert [*answer.rows.index] == [SPRING]
    everyone = asked(frames, posts(factor=2.0), "2026-09-01T00:00Z")
    assert everyone.finding == "No campaign with posts ran in the last 28 days."
    assert everyone.level == "good"
    unknown = asked(frames, posts(), options={"campaign": "Sprin Drop"})
    assert (unknown.level, unknown.totals) == ("unknown", {})
    assert "Did you mean 'Spring Drop'?" in unknown.finding


def test_requested_days_replace_those_of_the_campaign() -> None:
    videos = posts(factor=2.0)
    late = listed(campaign(created_at=pd.Timestamp("2026-05-20T12:00Z"), target_at=None))
    answer = asked(late, videos, dates="2026-05-04 to 2026-05-31")
    assert answer.rows.loc[SPRING, "effect"] == pytest.approx(effect_by_hand(videos), abs=0.3)
    assert answer.headline == "The only campaign added views from 4 May to 31 May 2026."
    # A campaign that begins after the days didn't run on them.
    assert asked(late, videos, dates="2026-04").totals["campaigns"] == 0
    named = asked(late, videos, dates="2026-05", options={"campaign": SPRING})
    assert named.headline == "The campaign added views from 1 May to 31 May 2026."


@pytest.mark.parametrize(
    ("zone", "created", "target", "days"),
    [
        ("UTC", "2026-05-04T00:00Z", "2026-06-01T00:00Z", {"2026-05-04", "2026-05-31"}),
        ("America/New_York", "2026-05-04T03:59Z", "2026-06-01T04:00Z",
         {"2026-05-03", "2026-05-31"}),
        ("Europe/Berlin", "2026-03-29T01:30Z", "2026-05-31T22:00Z",
         {"2026-03-29", "2026-05-31"}),
        ("UTC", "2026-05-04T00:00Z", None, {"2026-05-04"}),
        ("UTC", "2026-05-04T00:00Z", "2026-07-01T00:00Z", {"2026-05-04"}),
        ("UTC", "2026-06-10T00:00Z", "2026-06-01T00:00Z", {"2026-06-10"}),
    ],
)  # fmt: skip
def test_days_are_those_from_creation_to_target(
    zone: str, created: str, target: str | None, days: set[str]
) -> None:
    frame = listed(campaign(created_at=created, target_at=target))
    answer = asked(frame, posts(zone=zone), zone=zone, options={"campaign": SPRING})
    study = answer.script.results["study"].value
    known = {study[name] for name in ("since", "until") if name in study}
    assert known == days


@pytest.mark.parametrize(
    ("target", "count"),
    [("2026-05-22T00:00Z", 0), ("2026-05-22T00:01Z", 1), (None, 1)],
)
def test_campaigns_of_the_last_28_days_are_measured(target: str | None, count: int) -> None:
    answer = asked(listed(campaign(target_at=target)), posts())
    assert answer.totals["campaigns"] == count


def test_five_campaigns_with_the_most_views_are_measured() -> None:
    frame = listed(*(campaign(f"s{size}", f"Drop {size}", size) for size in range(2, 9)))
    answer = asked(frame, posts())
    assert {*answer.judged.index} == {f"s{size}" for size in range(4, 9)}
    assert answer.totals["left_out"] == 2
    assert "most views are measured; 2 more can be named." in answer.notes[0]


@pytest.mark.parametrize(
    ("percent", "text"), [(12.4, "12%"), (-0.57, "−0.6%"), (0.04, "0.04%"), (0.0, "0%")]
)
def test_small_effects_do_not_seem_to_be_none(percent: float, text: str) -> None:
    assert LIFT.columns[1].write is not None
    assert LIFT.columns[1].write(percent) == text


def test_several_campaigns_without_a_known_gain() -> None:
    pair = listed(campaign(), campaign(FALL, "Fall"))
    answer = asked(pair, posts())
    said = "None of 2 campaigns is known to have added views in the last 28 days."
    assert answer.headline == f"{said} 2 can't be told from chance."
    assert answer.level == "unknown"
    both = asked(pair, posts(factor=0.5))
    assert (both.headline, both.level) == (f"{said} 2 lost views.", "watch")


def test_losses_come_first_then_sure_gains() -> None:
    frame = pd.DataFrame({"level": [None, 0, 1, 0], "low": [-9, 3, -50, 8]}, index=[*"abcd"])
    rows = LIFT.order(Traced(frame.astype("Float64"), "rows"))
    assert [*rows.value.index] == ["c", "d", "b", "a"]


def test_creators_of_other_campaigns_are_not_compared_with() -> None:
    videos = posts(factor=2.0)
    both = asked(listed(campaign(FALL, "Fall", 27), campaign()), videos)
    assert [*both.judged.index] == [FALL, SPRING]
    assert both.totals["unknown"] == 2
    nameless = asked(listed(campaign(None, "Fall", 27), campaign()), videos)
    assert nameless.totals["nameless"] == nameless.totals["gained"] == 1
    assert "Campaigns without an id can't be measured." in nameless.notes
    assert nameless.level == "unknown"


@pytest.mark.parametrize("column", ["id", "items", "created_at"])
def test_missing_columns_are_the_reason(column: str) -> None:
    answer = asked(listed(campaign()).drop(columns=column), posts())
    assert answer.level == "unknown"
    assert repr(column) in answer.finding


def test_unknown_views_words_and_empty_frames() -> None:
    videos = posts(factor=2.0).assign(tracking_status="Included")
    frame = pd.concat([listed(campaign(name=" Spring\nDrop "))] * 2)
    answer = asked(frame, videos)
    assert answer.top.startswith("“Spring Drop” added about ")
    lost = videos.assign(view_count=videos["view_count"].mask(videos.index % 7 == 0))
    assert asked(frame, lost).totals["gained"] == 1
    nothing = asked(frame, videos.assign(view_count=pd.array([None] * len(videos), "Int64")))
    assert (nothing.level, nothing.count) == ("unknown", 0)
    for frames in ((listed(), videos), (frame, videos.head(0))):
        empty = asked(*frames)
        assert empty.finding == "No campaign with posts ran in the last 28 days."
        assert empty.judged.empty


def test_code_computes_the_rows() -> None:
    videos, frame = posts(factor=2.0), listed(campaign(), campaign("u", created_at=None))
    answer = asked(frame, videos)
    space: dict[str, Any] = {"campaigns": frame, "videos": videos}
    exec(answer.code, space)
    pd.testing.assert_frame_equal(space["measured"], answer.rows, check_names=False)


def test_picture_is_of_a_single_campaign() -> None:
    answer = asked(listed(campaign()), posts(factor=2.0))
    ax = answer.plot()
    assert ax is not None
    title = " ".join(ax.get_title(loc="left").split())
    assert title == "The only campaign added views in the last 28 days"
    assert len(ax.patches) >= 20
    assert asked(listed(campaign()), posts(22)).plot() is None


def test_thresholds_have_no_bad_level_and_no_alert() -> None:
    at = LIFT.thresholds
    assert (at.watch, at.bad, at.fires, at.clears) == (1, None, None, None)
    assert LIFT.surfaces == ("report: campaigns", "CampaignBoard")


def test_board_page_says_the_answer_of_its_campaign_and_days() -> None:
    videos, frame = posts(factor=2.0), listed(campaign(), campaign(FALL, "Fall", 2))
    for one in (videos, frame):
        one.attrs = {"trackagoat": {"timezone": "UTC", "server_time": NOW}}
    board = tgp.widgets.CampaignBoard(frame, videos)
    board.page.value = "Lift"
    for options, dates in (
        ({"campaign": SPRING}, None), ({"campaign": FALL}, None),
        ({"campaign": FALL}, "2026-05-04 to 2026-05-31"),
    ):  # fmt: skip
        board.campaign.value = options["campaign"]
        if dates:
            board.dates.value = dates
        frames = {"campaigns": frame, "videos": videos}
        answer = tgp.ask("lift", frames=frames, options=options, dates=dates)
        assert answer.finding in board._head.value.replace("&#x27;", "'").replace("&#39;", "'")
