"""Goals, their counts and the data model: the same frame in any arrangement."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.contract_variations import drawn, goals, loading, model, spelling
from tests.laws.contract_variations.comparing import assert_same, in_python
from trackagoat_pandas.tables import DATA_MODEL, GOAL_COMPLIANCE


@given(
    rows=goals.goal_rows(),
    shape=st.sampled_from(["grouped", "held", "single", "merged", "flat"]),
    ways=spelling.MIXTURES,
)
@drawn.examples(60)
def test_goals_nested_or_flat_give_the_same_frame(
    rows: list[drawn.Row], shape: str, ways: list[spelling.Spelling]
) -> None:
    name = "goal_compliance"
    declared = spelling.mixed(rows, GOAL_COMPLIANCE, [spelling.AS_DECLARED])
    plain = loading.load_table(name, goals.nested_goals(declared, "grouped"))
    sent = goals.nested_goals(spelling.mixed(rows, GOAL_COMPLIANCE, ways), shape)
    assert_same(loading.load_table(name, sent), plain, name)
    assert plain.frame["goal_id"].tolist() == [row["goal_id"] for row in rows]
    assert in_python(plain.frame[["actual"]]) == [[row["actual"]] for row in rows]


@given(rows=model.MODEL_ROWS, shape=model.MODEL_SHAPES)
@drawn.examples(60)
def test_a_data_model_by_name_or_in_lists_is_the_same_frame(
    rows: list[drawn.Row], shape: drawn.Row
) -> None:
    loaded = loading.load_table("data_model", {"data": model.model_of(rows, shape)})
    assert in_python(loaded.frame) == [[row[name] for name in DATA_MODEL.names] for row in rows]
    assert not loaded.warnings


@given(
    counts=st.dictionaries(
        st.sampled_from(goals.STATUSES), drawn.VALUES["int"].map(abs), min_size=1
    ),
    number=st.sampled_from(["number", "text", "text.0", "float"]),
    shape=st.sampled_from(["flat", "held", "rows"]),
)
@drawn.examples(60)
def test_counts_by_status_are_the_same_frame_in_any_shape(
    counts: dict[str, int], number: str, shape: str
) -> None:
    how = spelling.Spelling(number=number)
    sent = {status: spelling.written(count, "int", how) for status, count in counts.items()}
    rows = [{"status": status, "count": count} for status, count in sent.items()]
    answers: dict[str, Any] = {"flat": sent, "held": {"counts": sent, "total": 5}, "rows": rows}
    loaded = loading.load_table("goal-compliance", answers[shape])
    assert in_python(loaded.frame) == [[*item] for item in counts.items()]
    assert not loaded.warnings
