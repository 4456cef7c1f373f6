"""Every argument of every public function with wrong values: an error of the package."""

from __future__ import annotations

import warnings
from inspect import Parameter, isfunction, signature

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import check_each, part
from tests.plots.test_common import SAMPLES
from tests.support.acting import CHEAP, PROJECT, client_of, ids_of
from tests.support.demo_results import scored_forecasts
from tests.support.watching import alert_of, memory_of
from trackagoat_pandas.errors import ArgumentError, IncompleteFrameWarning, TrackaGoatError
from trackagoat_pandas.watching.memory import write_memory

ID = ids_of(1)[0]
_PLACED = (Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL)
_OPTIONS = Parameter.VAR_KEYWORD
MODULES = (tgp, tgp.actions, tgp.plots)
FRAMES = {"analytics", "campaigns", "creators", "goals", "projects", "videos"}
"""Optional frames, which are passed so that the code that uses them is reached."""


def public_functions():
    return {
        f"{module.__name__}.{name}": function
        for module in MODULES
        for name in sorted(module.__all__)
        if isfunction(function := getattr(module, name)) and name not in {"connect", "sandbox"}
    }


FUNCTIONS = public_functions()


@pytest.fixture(scope="module")
def client():
    with tgp.sandbox(**CHEAP) as box, client_of(box) as connected:
        yield connected


@pytest.fixture(scope="module")
def right(client, tmp_path_factory):
    """Return a valid value for each argument, by its name or its function's name and its own."""
    loaded = {"client": client}
    creators, videos = tgp.load_creators(PROJECT, **loaded), tgp.load_videos(PROJECT, **loaded)
    goals = tgp.load_goal_compliance(PROJECT, **loaded)
    comments = tgp.load_comments(PROJECT, **loaded)
    metrics = ["views", "likes", "comments", "shares", "saves"]
    days = {"dates": "last 14 days", **loaded}
    analytics = tgp.load_analytics("creator", creators, metrics, **days)
    # Helpers of posts read the views of videos, of the same frame.
    views = tgp.load_analytics("video", videos.nlargest(20, "posted_at"), "views", **days)
    both = tgp.combine_loads(analytics, views)
    campaigns = tgp.load_campaigns(PROJECT, **loaded)
    structures = tgp.load_payout_structures(PROJECT, **loaded)
    assignments = tgp.load_payout_assignments(structures, **loaded)
    accruals = tgp.load_payout_accruals(PROJECT, **loaded)
    payments = tgp.load_payout_payments(PROJECT, **loaded)
    workbook = tmp_path_factory.mktemp("workbooks") / "workbook.xlsx"
    receipt = tmp_path_factory.mktemp("receipts") / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flat = structures[structures["kind"] == "recurring"]
        mine = assignments[assignments["structure_id"].isin(flat["id"])]
        due = tgp.accrue(flat, mine, until="2026-06-15")
        odds = tgp.goal_odds(goals, videos=videos)
        forecasts = tgp.backtest_goal_odds(goals, videos=videos)
        plan = tgp.plan_campaign(creators, videos, weeks=4, timezone="America/New_York")
    edited = creators.assign(description="Evenings")
    store = tgp.open_store(tmp_path_factory.mktemp("stores") / "program")
    write_memory(store, memory_of(alert_of("one")))
    watched = tgp.open_store(tmp_path_factory.mktemp("watched") / "program")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        watched.sync(PROJECT, dates="last 14 days", client=client)
        written = tgp.report(PROJECT, receipt.with_name("monday.html"), store=watched)
    yield {
        "accruals": accruals, "after": edited, "amount_cents": 1, "analytics": both,
        "annotation": ID, "annotations": ids_of(1), "as_of": "2026-06-10",
        "assignments": assignments, "before": creators, "campaign": ID,
        "campaigns": campaigns, "cents": accruals["amount_cents"],
        "changes": {"Base retainer": {"amount_cents": 70_000}},
        "comment": "love it", "comments": comments, "cpm_cents": 5, "creator": ID,
        "creators": creators, "date": "2026-06-10", "days": ["2026-06-01"],
        "diff": tgp.diff(creators, edited),
        "due": due, "emails": "ann@example.com", "enabled": True, "entity": "creator",
        "explained": tgp.explain_change(
            analytics, dates="2026-06-12..2026-06-17", compare="2026-06-06..2026-06-11"
        ),
        "file": receipt, "frames": videos,
        "healths": {"Spring": tgp.program_health(videos=videos, parts="over-posting")},
        "forecasts": forecasts, "frame": videos, "goal": ID, "goals": goals, "granularity": "week",
        "ids": creators, "invitations": ids_of(1), "keys": ids_of(1), "kind": "cpm", "label": "x",
        "key": "one",
        "member": ID, "members": ids_of(1), "method": ID, "methods": ids_of(1), "metrics": "views",
        "name": "outliers", "trackagoat_pandas.ask.name": "goals", "odds": odds,
        "trackagoat_pandas.plots.budget.plan":
            tgp.plan_budget(accruals, payments, timezone="America/New_York"),
        "owed": tgp.outstanding_balances(accruals, payments).assign(recipient="a@example.com"),
        "path": "/projects", "payment": ID, "payments": payments,
        "period": "weekly",
        "post": videos["id"].iloc[0], "posts": videos, "project": PROJECT,
        "projects": tgp.load_projects(**loaded),
        "role": "member", "series": analytics, "source": PROJECT, "status": "voided",
        "structure": ID, "structures": structures, "texts": comments["text"],
        "until": "2026-06-15", "video": ID, "videos": videos,
        "trackagoat_pandas.payments_for.part": accruals,
        "trackagoat_pandas.plots.calendar.days": tgp.content_calendar(videos),
        "trackagoat_pandas.plots.posting_heatmap.cells": tgp.posting_heatmap(videos),
        "trackagoat_pandas.plots.creator_scatter.summary":
            tgp.summarize_creators(creators, videos, goals),
        "trackagoat_pandas.to_csv.path": receipt.with_name("videos.csv"),
        "trackagoat_pandas.to_excel.path": receipt.with_name("videos.xlsx"),
        "watched": watched, "trackagoat_pandas.backtest_watch.store": watched,
        "trackagoat_pandas.verify_report.path": written.paths[0],
        "trackagoat_pandas.verify_report.store": watched,
        "store": store, "trackagoat_pandas.record_forecasts.forecasts": odds,
        "trackagoat_pandas.forecast_coverage.forecasts": scored_forecasts(videos),
        "expected": tgp.expected_views(videos), "curves": tgp.life_curves(videos),
        "table": "videos", "since": "2026-05-05", "plan": plan, "exclude": ids_of(1),
        "trackagoat_pandas.plan_campaign.weeks": 4, "trackagoat_pandas.plan_campaign.size": 6,
        "trackagoat_pandas.campaign_lift.members": campaigns.head(1),
        "trackagoat_pandas.lift_weeks.members": campaigns.head(1),
        "trackagoat_pandas.lift_placebos.members": campaigns.head(1),
        "loader": tgp.load_videos, "args": PROJECT,
        "trackagoat_pandas.unreadable_cells.frame": tgp.as_table(videos, "videos"),
        "trackagoat_pandas.campaign_members.ids": campaigns,
        "a": campaigns["id"].iloc[0], "b": campaigns["id"].iloc[1],
        "tree": tgp.campaign_tree(campaigns),
        "overlap": tgp.member_overlap(campaigns, videos),
        "compared": tgp.compare_campaigns(campaigns, videos, *campaigns["id"].head(2)),
        "effects": tgp.visible_effects(creators, videos),
        "trackagoat_pandas.plots.campaign_tree.summary":
            tgp.summarize_campaigns(campaigns, videos),
        "trackagoat_pandas.comments_of_campaigns.ids": campaigns,
        "trackagoat_pandas.creator_statement.creator": accruals["creator_id"].iloc[0],
        "trackagoat_pandas.open_store.path": receipt.with_name("program"),
        "trackagoat_pandas.follow_post.now": "2026-06-18T19:00Z",
        "trackagoat_pandas.similar_creators.to": creators["id"].iloc[0],
        "trackagoat_pandas.calendar_file.path": receipt.with_name("posts.ics"),
        "trackagoat_pandas.payout_workbook.path": workbook,
        "trackagoat_pandas.backtest_payouts.assignments": mine.head(1),
        "trackagoat_pandas.backtest_payouts.structures": flat,
        "trackagoat_pandas.what_if.structures": flat,
        "trackagoat_pandas.what_if.assignments": mine.head(1),
        "trackagoat_pandas.actions.add_creators.creators": ["new_goat"],
    }  # fmt: skip
    store.close()
    watched.close()


BESIDE = {
    "ask": {"project": "project"},
    "explain_change": {"dates": "date"},
    "follow_post": {"now": "now"},  # else its last age is that of the call
    "load_comments": {"source": "source"},
    "plan_campaign": {"seed": "amount_cents"},
    "load_payout_assignments": {"structure": "structures"},
    "to_wide": {"metric": "metrics"},
    "trend": {"metric": "metrics"},
    "with_names": {"videos": None, "campaigns": None, "projects": None},
    "annotate": {"kind": None, "project": "project"},
    "assign_payout_structure": {"start_date": "date"},
    "check_posts": {"required": "name"},
    "create_payout_structure": {"cpm_cents": "cpm_cents"},
    "silence_alert": {"store": "store"},
    "set_goals": {
        "metric": "metrics", "period": "period", "target_value": "amount_cents",
        "start_date": "date",
    },
    "update_annotation": {"label": "label"},
    "update_campaign": {"name": "name"},
    "update_creator": {"readme": "name"},
    "update_goal": {"target_value": "amount_cents"},
    "update_payment": {"note": "name"},
    "update_payout_method": {"name": "name"},
    "update_payout_structure": {"name": "name"},
    "update_project": {"name": "name"},
    "update_video": {"title": "name"},
    "watch": {"store": "watched", "project": "project"},
}  # fmt: skip
"""Optional arguments that a function needs here, as names of `right`; None to leave one out."""
WRONG = {
    "None": None,
    "a number": 5,
    "a boolean": True,
    "NaN": float("nan"),
    "no text": "",
    "bytes": b"x",
    "an empty list": [],
    "numbers": (1, 2),
    "nulls": [None],
    "lists": [["x"]],
    "a dict": {},
    "a set": {"x"},
    "an object": object(),
    "an array": np.array([[1.5, 2.5]]),
    "a series of floats": pd.Series([1.5, None]),
    "a frame without columns": pd.DataFrame(),
    "a frame of lists": pd.DataFrame({"id": [["x"], None]}),
}
_NONE = object()
RESOURCES = ("accruals", "analytics", "comments", "creators", "goals", "projects", "videos")


def right_call(name, client, right):
    """Return arguments with which a function succeeds."""
    parameters = signature(FUNCTIONS[name]).parameters
    needed = {
        key: key
        for key, parameter in parameters.items()
        if (parameter.default is parameter.empty or key in FRAMES) and parameter.kind != _OPTIONS
    }
    beside = BESIDE.get(name.rpartition(".")[2], {})  # also of a plot of the same name
    needed |= {key: source for key, source in beside.items() if key in parameters}
    given = {}
    for key, source in needed.items():
        if source is not None:
            value = right.get(f"{name}.{key}", right.get(source, _NONE))
            value = drawn_frames(name).get(key, _NONE) if value is _NONE else value
            assert value is not _NONE, (
                f"add a valid value for {key!r} of {name} to `right` of "
                "tests/laws/test_wrong_types.py"
            )
            given[key] = value
    given |= {"client": client} if "client" in parameters else {}
    return given | ({"dry_run": True} if "dry_run" in parameters else {})


def drawn_frames(name):
    """The frames with which a plot is tested, by argument; none for other functions."""
    package, _, plot = name.rpartition(".")
    if package != tgp.plots.__name__ or plot not in SAMPLES:
        return {}
    frames, _ = SAMPLES[plot].frames(["mia", "ben"])
    return dict(zip(signature(FUNCTIONS[name]).parameters, frames, strict=False))


def called(name, given):
    """Call a function with arguments by name, except those that are positional only."""
    parameters = signature(FUNCTIONS[name]).parameters
    first = [given[key] for key, one in parameters.items() if one.kind in _PLACED]
    rest = {key: value for key, value in given.items() if parameters[key].kind not in _PLACED}
    return FUNCTIONS[name](*first, **rest)


def wrong_values(right):
    frames = {f"a frame of {name}": right[name] for name in RESOURCES}
    detached = right["videos"].copy()
    detached.attrs = {"trackagoat": {"path": None, "params": None}}
    return {**WRONG, **frames, "a frame with other attributes": detached}


def check_refused(call, arguments, wrong, given):
    """Call with each argument replaced by each wrong value: it succeeds or is refused by us."""
    failures, step = [], part(1, 2, 12)
    for place, argument in enumerate(arguments):
        # In a usual run each twelfth value, beginning with another one for each argument; in a
        # heavy one each second.
        for what, value in list(wrong.items())[place % step :: step]:
            try:
                call({**given, argument: value})
            except TrackaGoatError:
                continue
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                failures.append(f"{argument}={what}: {type(error).__name__}: {str(error)[:80]}")
    advice = "check every argument before it is used, as by require_columns or check_int"
    assert not failures, "\n".join([*failures, advice])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_an_argument_cannot_be_is_an_error_of_the_package(name, client, right):
    given = right_call(name, client, right)
    called(name, given)
    parameters = signature(FUNCTIONS[name]).parameters
    arguments = [key for key, one in parameters.items() if one.kind != _OPTIONS]
    if not arguments:
        return
    check_refused(lambda given: called(name, given), arguments, wrong_values(right), given)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name", [name for name, one in FUNCTIONS.items() if "timezone" in signature(one).parameters]
)
def test_a_wrong_time_zone_is_refused_also_where_no_day_needs_one(name, client, right):
    given = right_call(name, client, right)
    parameters = signature(FUNCTIONS[name]).parameters
    left_out = {key: None for key in FRAMES & {*given} if parameters[key].default is None}
    for frames in ({}, left_out):
        with pytest.raises(ArgumentError, match="timezone"):
            called(name, {**given, **frames, "timezone": "Mars/Olympus"})


SAYS_IT_ITSELF = {"combine_loads", "describe", "goat", "show", "unreadable_cells"}
"""Functions that join, describe or show frames, and compute nothing from rows."""


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if ".actions." not in name])
def test_what_is_computed_from_an_incomplete_frame_says_so(name, client, right):
    given = right_call(name, client, right)
    frames = {key: value for key, value in given.items() if isinstance(value, pd.DataFrame)}
    if name.rpartition(".")[2] in SAYS_IT_ITSELF:
        frames = {}
    for argument, frame in frames.items():
        partial = frame.copy()
        partial.attrs["trackagoat"] = {**frame.goat.provenance, "complete": False}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = called(name, {**given, argument: partial})
        said = [str(one.message) for one in caught if one.category is IncompleteFrameWarning]
        assert len(said) == 1, (
            f"{argument} is incomplete, and the warnings of that are {said}: decorate a helper "
            "with @derived(...), a plot with @picture, which warn once"
        )
        assert argument in said[0]
        if isinstance(result, pd.DataFrame) and "load_" not in name:
            assert result.goat.provenance["complete"] is False


PICKERS = ("Campaign", "Creator", "DateRange", "Metric", "Project", "Video")


@pytest.mark.parametrize("name", PICKERS)
def test_what_an_argument_of_a_picker_cannot_be_is_an_error_of_the_package(name, client):
    make = getattr(tgp.widgets, f"{name}Picker")
    given = {"client": client} if name != "Metric" else {}
    check_refused(lambda given: make(**given), signature(make).parameters, WRONG, given)


def test_what_days_cannot_be_is_an_error_of_the_package():
    check_each(WRONG, check_days)


def check_days(what):
    given = WRONG[what]
    for make in (
        lambda: tgp.DateRange(given, "2026-01-01"),
        lambda: tgp.DateRange("2026-01-01", given),
        lambda: tgp.DateRange.parse(given),
        lambda: tgp.DateRange.parse((given, given)),
        lambda: tgp.DateRange.parse("last 7 days", today=given),
        lambda: tgp.connect(sandbox=given, api_key="x"),
    ):
        with pytest.raises(TrackaGoatError, match=r"\w") as caught:
            make()
        assert isinstance(caught.value, ValueError | TypeError)
