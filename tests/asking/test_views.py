"""The question what moved the views: its days, sums, sentences, level and missing days."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer, answer_of
from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.program.frames import ProgramData, loaded_program
from trackagoat_pandas.showing.recorder import Traced

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
NOW = pd.Timestamp("2026-06-18T20:00:00Z")  # a Thursday
WEEK = "from 11 Jun to 17 Jun 2026"
Weeks = dict[str, tuple[float | None, float | None]]


def daily(series: dict[str, list[float | None]], entity: str = "creator") -> pd.DataFrame:
    """Daily views that end on the day before the moment, by entity."""
    frames = [
        pd.DataFrame({
            "entity": entity, "entity_id": id_, "label": id_, "metric": "views",
            "date": pd.date_range(end="2026-06-17", periods=len(values)),
            "value": pd.array(values, "Float64"), "series_kind": "main", "is_partial": False,
            "is_baseline": False,
        })
        for id_, values in series.items()
    ]  # fmt: skip
    frame = pd.concat(frames, ignore_index=True)
    params = {"entity": entity, "metric": "views"}
    frame.attrs = {"trackagoat": {
        "tz": "UTC", "timezone": "UTC", "rows": len(frame), "complete": True, "params": params,
        "fetched_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    }}  # fmt: skip
    return frame


def weeks_of(weeks: Weeks) -> pd.DataFrame:
    """Two weeks of each creator, all views of a week on its last day."""
    return daily({
        id_: [0.0] * 6 + [before] + [0.0] * 6 + [after] for id_, (before, after) in weeks.items()
    })  # fmt: skip


def creators(*ids: str | None, handles: list[str | None] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"id": ids, "tiktok_handle": handles or [*ids], "is_active": True})
    frame.attrs = {"trackagoat": {
        "timezone": "UTC", "rows": len(frame), "complete": True, "params": {},
        "fetched_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    }}  # fmt: skip
    return frame


def asked(analytics: pd.DataFrame, names: pd.DataFrame | None = None, **options: Any) -> Answer:
    frames = {"analytics": analytics}
    frames |= {} if names is None else {"creators": names}
    return tgp.ask("views", frames=frames, now=options.pop("now", NOW), **options)


@pytest.mark.parametrize(
    ("weeks", "finding"),
    [
        (
            {"mia": (600, 300), "ben": (400, 405)},
            "705 views {}, 30% fewer than the week before. @mia explains most: 300 fewer.",
        ),
        (
            {"mia": (100, 200), "ben": (100, 40), "zoe": (800, 790)},
            "1,030 views {}, 3% more than the week before. @mia changed most: 100 more.",
        ),
        (
            {"mia": (0, 1)},
            "1 view {}, after none the week before. @mia explains most: 1 more.",
        ),
        ({"mia": (5, 5)}, "5 views {}, as many as the week before."),
        ({"mia": (0, 0)}, "0 views {}, as many as the week before."),
        ({"mia": (100_000, 99_990)}, "99,990 views {}, under 0.1% fewer than the week before."),
        (
            {"mia": (10_000, 10)},
            "10 views {}, 99.9% fewer than the week before. @mia explains most: 9,990 fewer.",
        ),
    ],
    ids=["fall", "offset", "first view", "equal", "none", "tiny", "almost all"],
)
def test_finding_compares_two_weeks(weeks: Weeks, finding: str) -> None:
    expected = finding.format(WEEK).replace("explains most", "explains most of the change")
    assert asked(weeks_of(weeks), creators(*weeks)).finding == f"Creators had {expected}"


def test_rows_are_creators_from_one_percent_the_largest_first() -> None:
    answer = asked(weeks_of({"a": (500, 510), "b": (500, 491), "c": (0, 100)}))
    assert [*answer.rows.index] == ["c"]
    assert [*answer.judged.index] == ["c", "a", "b"]
    answer = asked(weeks_of({"a": (500, 520), "b": (500, 530)}))
    assert [*answer.rows.index] == ["b", "a"]
    assert answer.lines[1] == "@a had 520 views, 20 more than before."


def test_a_missing_day_makes_the_change_unknown() -> None:
    answer = asked(weeks_of({"mia": (100, 50), "ben": (None, 50)}), creators("mia", "ben"))
    assert answer.finding == (
        f"We don't know how the views changed {WEEK}: days of 1 of 2 creators are missing."
        " Load the daily views again."
    )
    assert answer.totals["unknown"] == 1
    assert [answer.totals[name] for name in ("views_before", "change")] == [None, None]
    assert answer.rows.index.tolist() == ["mia"]


def test_days_before_tracking_count_as_none() -> None:
    names = creators("mia", "ben").assign(
        tracking_start_date=[pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-12")]
    )
    late = [None] * 8 + [10.0] * 6
    answer = asked(daily({"mia": [10.0] * 14, "ben": late}), names)
    assert (answer.totals["views"], answer.totals["views_before"]) == (130, 70)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("2026-06-16", "Creators had 10 views on 16 Jun 2026, as many as the day before."),
        ("2026-06-13..2026-06-15", "from 13 Jun to 15 Jun 2026, as many as the 3 days before."),
        ("yesterday", "Creators had 10 views on 17 Jun 2026, as many as the day before."),
        ("2026-05", "The daily views don't cover 2026-05-01..2026-05-31"),
    ],
)
def test_requested_days_are_compared_with_as_many_before(dates: str, said: str) -> None:
    assert said in asked(daily({"mia": [10.0] * 14}), dates=dates).finding


def test_a_day_that_is_not_over_is_named() -> None:
    views = daily({"mia": [10.0] * 14})
    views["is_partial"] = views["date"] == "2026-06-17"
    answer = asked(views, dates="2026-06-16..2026-06-17")
    assert "The last day isn't over." in answer.finding
    assert "isn't over" not in asked(views, dates="2026-06-15..2026-06-16").finding


def test_views_beyond_those_of_creators_are_noted_and_left_out() -> None:
    views = daily({"mia": [10.0] * 14})
    project = daily({"p": [15.0] * 14}, entity="project")
    both = pd.concat([views, project], ignore_index=True)
    both.attrs = views.attrs
    answer = asked(both)
    assert answer.totals["views"] == 70
    assert any("The project has 70 views more than the creator" in note for note in answer.notes)
    assert answer.finding == asked(views).finding


def many(factor: float, number: int = 8, days: int = 150) -> dict[str, list[float | None]]:
    """Noisy views that change by a factor fifteen days before the end."""
    series = dict[str, list[float | None]]()
    for place in range(number):
        values = 1_000 * np.exp(np.random.default_rng(place).normal(0, 0.2, days))
        values[-15:] *= factor
        series[f"c{place}"] = values.round().tolist()
    return series


@pytest.mark.parametrize(
    ("factor", "number", "level"),
    [(1.0, 8, "good"), (0.75, 8, "watch"), (0.5, 8, "bad"), (0.5, 4, "unknown")],
)
def test_level_is_that_of_health(factor: float, number: int, level: str) -> None:
    series = many(factor, number)
    answer = asked(daily(series), creators(*series))
    assert answer.level == level
    is_said = "A typical creator's daily views are" in answer.finding
    assert is_said == (level != "unknown")
    assert any(note.startswith("The level is unknown.") for note in answer.notes) != is_said


def test_level_of_earlier_days_ignores_later_ones() -> None:
    series = many(0.5)
    answer = asked(daily(series), creators(*series), dates="2026-05-20..2026-05-26")
    assert answer.level == "good"
    assert asked(daily(series), creators(*series), dates="2026-06-11..2026-06-17").level == "bad"


def test_level_is_unknown_without_creators_or_days() -> None:
    series = many(0.5)
    assert asked(daily(series)).level == "unknown"
    series["c0"][-3] = None
    lost = asked(daily(series), creators(*series))
    assert lost.level == "bad"
    assert "We don't know how the views changed" in lost.finding


@pytest.mark.parametrize(
    "views",
    [
        daily({"mia": [None] * 14}),
        daily({"mia": [10.0] * 14}).head(0),
        daily({"p": [10.0] * 14}, entity="project"),
    ],
    ids=["all missing", "no rows", "only the project"],
)
def test_without_daily_views_there_is_a_reason(views: pd.DataFrame) -> None:
    answer = asked(views)
    assert (answer.level, answer.finding) == ("unknown", "There are no daily views of creators.")
    assert (answer.totals, answer.code, answer.advice) == ({}, "", "")


def test_hostile_names_and_ids_are_answered() -> None:
    long = "9007199254740993123"
    views = weeks_of({long: (10, 30), "x": (20, 5), "y": (3, 3)})
    views["entity_id"] = views["entity_id"].mask(views["entity_id"] == "y")
    views = views.drop(columns=["label", "is_baseline"])
    names = creators(long, "x", "x", None, handles=[None, "a\nb", "a\nb", "z"])
    answer = asked(views, names)
    assert [*answer.rows.index] == [long, "x"]
    assert answer.lines[0].startswith("a creator without a name had 30 views")
    assert answer.lines[1].startswith("@a b had 5 views")


def test_the_code_gives_the_rows_and_numbers() -> None:
    series = many(0.5)
    frames = {"analytics": daily(series), "creators": creators(*series)}
    traced = {name: Traced(frame, name) for name, frame in frames.items()}
    answer = answer_of(VIEWS, ProgramData("Goats", "p", NOW, "UTC", traced, {}))
    space = {**frames}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(answer.code, space)
    pd.testing.assert_frame_equal(space["movers"], answer.rows)
    parts = [part for part in answer.finding.parts if not isinstance(part, str)]
    assert len(parts) == 3
    space["views"] = answer.judged
    assert [eval(part.code, space) for part in parts] == [part.value for part in parts]


@pytest.mark.parametrize("place", range(5))
def test_totals_are_sums_of_the_raw_points(place: int, box: Any) -> None:
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        id_ = tgp.load_projects(client=client)["id"].iloc[place]
        program = loaded_program(id_, client=client, wanted=("creators", "analytics"))
        answer = answer_of(VIEWS, program)
        owners = [one["id"] for one in client.records("/creators", {"project_id": id_})]
        if not owners:
            assert answer.level == "unknown"
            return
        sums = {"views": 0, "views_before": 0}
        for name, first, last in (
            ("views", "from", "to"), ("views_before", "compared_from", "compared_to"),
        ):  # fmt: skip
            days = {"from": answer.totals[first], "to": answer.totals[last]}
            for owner in owners:
                asked_of = {"entity": "creator", "entity_id": owner, "metric": "views", **days}
                points = client.get("/analytics", asked_of).data["series"][0]["points"]
                sums[name] += sum(point["value"] or 0 for point in points)
    assert sums == {name: answer.totals[name] for name in sums}
    assert answer.totals["change"] == sums["views"] - sums["views_before"]
    assert json.dumps(answer.totals)
