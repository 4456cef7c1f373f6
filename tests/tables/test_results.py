"""Every helper's result is as its declaration says."""

from __future__ import annotations

import inspect
from collections import Counter

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.demo_results import calls_of, demo_frames, demo_results
from tests.support.payout_frames import NOON, ZONE
from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.errors import ArgumentError, UnknownCampaignError
from trackagoat_pandas.frames.dtypes import SHOWN_DTYPES
from trackagoat_pandas.helpers.formats import (
    adds_up,
    column_of,
    in_reading_order,
    is_words,
    place_of,
)
from trackagoat_pandas.helpers.labels import NAMES
from trackagoat_pandas.tables import TABLES, vocabulary
from trackagoat_pandas.tables.results import COLUMNS, RESULTS
from trackagoat_pandas.tables.vocabulary import NAME_ORDER, SHARED, VARIANTS, named_column

KEPT = {"frame": "videos", "frames": "videos"}
"""The demo program's frame for arguments that take any."""
TABLE_OF = {"goals": "goal_compliance"}
CALCULATED = ("explain_comment", "score_texts")
"""These stand in the order of the calculation."""


def results_and_frames(box):
    """Each demo result, its declaration, and the frame whose columns it keeps, if it keeps any."""
    world = demo_frames(box)
    for call, result in demo_results(box).items():
        declared = RESULTS.get(call.partition(" ")[0])
        if declared is None:  # another test says so
            continue
        kept = KEPT.get(declared.rows_of, declared.rows_of)
        yield call, result, declared, world[kept] if kept else pd.DataFrame()


BY_DATA = {"summarize_analytics", "to_wide"}
"""Calls whose columns are the metrics or entities of a frame."""


def test_every_helper_that_returns_a_frame_declares_its_result():
    homes = (
        "helpers.",
        "asking.health",
        "store.forecasts",
        "store.plans",
        "reporting.",
        "watching.",
    )
    helpers = [name for name, home in HOMES.items() if home.startswith(homes)]
    frames = [
        name
        for name in helpers
        if inspect.signature(getattr(tgp, name)).return_annotation == "pd.DataFrame"
    ]
    assert {*frames} ^ {*RESULTS} == set(), "declare the result in tables/results.py"


def test_every_result_has_its_declared_columns_and_no_others(box):
    for call, result, declared, kept in results_and_frames(box):
        if call in BY_DATA:
            continue
        own = {*declared.names}
        unknown = {*result.columns} - own - {*kept.columns} - NAMES
        assert unknown == set(), f"{call}: declare them in tables/results.py"
        absent = own - declared.optional - NAMES - {*result.columns}
        assert absent == set(), f"{call}: drop them from tables/results.py, or end them with a ?"


OF_KIND = "give them the dtype of their declared kind, or declare another kind"


def differing(result, declared):
    """The declared columns whose dtype is another, with that."""
    return {
        one.name: str(result[one.name].dtype)
        for one in declared.columns
        if one.name in result and str(result[one.name].dtype) != SHOWN_DTYPES[one.kind]
    }


def test_the_columns_of_every_result_have_their_declared_dtypes(box):
    for call, result, declared, _ in results_and_frames(box):
        assert differing(result, declared) == {}, f"{call}: {OF_KIND}"


ORDERED = {
    ("program_health", "status"),
    ("rank_programs", "status"),
    ("summarize_campaigns", "status"),
    ("summarize_creators", "goal_status"),
    ("view_quality", "grade"),
    ("who_to_nudge", "urgency"),
    ("will_miss", "urgency"),
}
"""The columns whose words can be compared with < and >, along a scale from one end to the other."""


def test_no_words_of_results_are_ordered_but_those_that_go_from_worst_to_best(box):
    found = {
        (call.partition(" ")[0], one.name)
        for call, result, declared, _ in results_and_frames(box)
        for one in declared.columns
        if one.name in result and getattr(result[one.name].dtype, "ordered", False)
    }
    assert found == ORDERED


REFUSED = {
    "explain_change": "analytics covers no days",
    "follow_post": "doesn't have it",
    "compare_campaigns": "no campaign is called",
    "similar_creators": "`creators` has",
}
"""What has no answer where there is nothing, and what its error says."""


def emptied(frame):
    """A frame as it is loaded where there is nothing."""
    none = frame.head(0)
    if "trackagoat" in frame.attrs:
        none.attrs["trackagoat"] = {**frame.attrs["trackagoat"], "rows": 0}
    return none


def test_an_empty_result_has_the_same_columns_and_dtypes(box):
    full = demo_results(box)
    nothing = {name: emptied(each) for name, each in demo_frames(box).items()}
    for call, helper in calls_of(nothing).items():
        declared = RESULTS.get(call.partition(" ")[0])
        if declared is None:  # another test says so
            continue
        if call in REFUSED:
            with pytest.raises((ArgumentError, UnknownCampaignError), match=REFUSED[call]):
                helper()
            continue
        result = helper()
        assert differing(result, declared) == {}, f"{call}: {OF_KIND}"
        if call not in BY_DATA:
            assert {*full[call].columns} - NAMES == {*result.columns} - NAMES, call


def test_a_column_without_na_has_none(box):
    for call, result, declared, _ in results_and_frames(box):
        never = [one.name for one in declared.columns if not one.nullable and one.name in result]
        found = [name for name in never if result[name].isna().any()]
        assert found == [], f"{call}: declare them by `maybe(...)`, since they have NA"


def test_results_are_declared_in_the_order_in_which_a_row_is_read():
    for name, declared in RESULTS.items():
        if name not in CALCULATED:
            ordered = in_reading_order(declared.names)
            advice = f"{name}: declare them in this order, or give a day or flag role='measure'"
            assert list(declared.names) == ordered, f"{advice}: {' '.join(map(str, ordered))}"
        assert len({*declared.names}) == len(declared.names)
        assert declared.optional <= {*declared.names}


@pytest.mark.parametrize("name", [name for name in RESULTS if RESULTS[name].rows_of])
def test_a_result_with_a_frames_rows_names_its_argument(name):
    assert RESULTS[name].rows_of in inspect.signature(getattr(tgp, name)).parameters


def test_no_column_is_declared_for_nothing():
    used = {name for declared in RESULTS.values() for name in declared.names}
    loaded = {name for table in TABLES.values() for name in table.names}
    assert {*SHARED} - used - loaded - NAMES == set()
    variants = {f"{one.name}:{one.kind}" for each in RESULTS.values() for one in each.columns}
    assert {*VARIANTS} <= variants


def test_a_declared_column_means_the_same_kind_in_tables_and_results():
    for name in COLUMNS.keys() & {name for table in TABLES.values() for name in table.names}:
        kinds = {one.kind for each in TABLES.values() for one in each.columns if one.name == name}
        assert COLUMNS[name].kind in kinds or name in ("accrual_ids", "month"), name


def test_a_users_own_column_is_guessed_by_its_spelling():
    guessed = {
        "bonus_cents": "money", "lift_pct": "percent", "profile_url": "link",
        "birth_year": "ordinal", "notes": None,
    }  # fmt: skip
    assert {name: column_of(name).content for name in guessed} == guessed
    assert column_of("sponsor_id").kind == "id"
    assert [place_of(name)[0] for name in ("week", "lift", "is_mine", "sponsor_id")] == [0, 1, 2, 3]
    assert place_of(NAME_ORDER[0]) < place_of(NAME_ORDER[-1])


def test_only_counts_and_amounts_are_added_up():
    added = {"due_cents", "owed_cents", "posts", "view_count", "comments", "my_bonus_cents"}
    never = {
        "threshold_cents", "cap_cents", "cpm_cents", "threshold_views", "level", "days_left_low",
        "rank", "creators", "my_max_cents",
    }  # fmt: skip
    for name in added | never:
        content = "money" if name.endswith("_cents") else "count"
        assert adds_up(name, content) == (name in added), name


def test_results_by_group_have_declared_columns_as_well(box):
    world, done = demo_frames(box), demo_results(box)
    ledger = {"accruals": world["accruals"], "payments": world["payments"]}
    terms = {name: world[name] for name in ("structures", "assignments", "videos", "goals")}
    daily, now = world["analytics"], {"as_of": NOON, "timezone": ZONE}
    owed = ("month", "project", "structure", "method", "status", "creator")
    groups = ("creator", "structure", "project", "total")
    results = [
        *(
            ("summarize_payouts", tgp.summarize_payouts(**ledger, by=by, timezone=ZONE))
            for by in owed
        ),
        ("outstanding_balances", tgp.outstanding_balances(**ledger, by="method", as_of=NOON)),
        *(
            ("effective_cpm", tgp.effective_cpm(ledger["accruals"], daily, by=by))
            for by in ("month", "project", "structure")
        ),
        *(
            ("summarize_compliance", tgp.summarize_compliance(world["goals"], by=by))
            for by in ("metric", "period")
        ),
        ("goal_odds_skill", tgp.goal_odds_skill(done["backtest_goal_odds"], by="metric")),
        ("search_comments", tgp.search_comments(world["comments"], label="positive")),
        *(
            ("forecast_payouts", tgp.forecast_payouts(**terms, analytics=daily, by=by, **now))
            for by in groups
        ),
    ]
    for name, result in results:
        declared = RESULTS[name]
        kept = world["comments"].columns if declared.rows_of else []
        assert {*result.columns} - {*declared.names} - {*kept} - NAMES == set(), name
        assert {*declared.names} - declared.optional - NAMES - {*result.columns} == set(), name
        assert differing(result, declared) == {}, f"{name}: {OF_KIND}"


def test_a_name_that_tables_have_is_borrowed_only_on_purpose():
    # Of these, `post_count` means the posts of an hour in one table, `avatar_url` the same in all.
    for name in ("post_count", "like_count", "avatar_url", "nowhere"):
        with pytest.raises(KeyError, match=f"declare the column '{name}' where"):
            named_column(name)
    with pytest.raises(KeyError, match="declare the column 'post_count'"):
        vocabulary.result("quiet", "one creator", columns="tiktok_handle post_count")


def test_a_column_has_one_meaning_in_all_results_and_what_several_have_is_shared():
    declared = [(name, one) for name, result in RESULTS.items() for one in result.columns]
    for name, one in declared:
        if one.name in COLUMNS and f"{one.name}:{one.kind}" not in VARIANTS:
            assert COLUMNS[one.name].doc == one.doc, f"{name}: {one.name} is declared twice"
    count = Counter(one.name for _, one in declared if one.name in {*COLUMNS} - {*SHARED})
    several = sorted(name for name in count if count[name] > 1)
    assert several == [], "declare them in tables/vocabulary.py, since several results have them"


def test_words_of_a_table_read_as_words_whatever_another_table_or_a_result_calls_so():
    # A rule's `kind` is a word, that of an annotation a text.
    declared = [(table, one) for table in TABLES.values() for one in table.columns]
    for table, one in declared:
        if one.kind == "category":
            words = pd.Series(["a_word"], name=one.name, dtype="category")
            assert is_words(words), f"{table.name}: {one.name}"
    assert not is_words(pd.Series(["a_text"], name="kind", dtype="str"))


def test_numbers_are_added_up_if_they_are_of_views_and_percentages_never():
    wanted = {("extra_views", "number"): True, ("weight", "number"): False}
    wanted |= {("views_pct", "percent"): False, ("views", "text"): False}
    assert {one: adds_up(*one) for one in wanted} == wanted
