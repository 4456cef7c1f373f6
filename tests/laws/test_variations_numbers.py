"""A number that can not be is NA and counted, or an error; none is rounded."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.contract_variations import drawn, loading, spelling, wrapping
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.tables import TABLES

BAD = [
    "12abc", "1,234", "", "NaN", "1e400", "0x10", "1_000", "\uff11\uff12", True, False, [1],
    {"a": 1},
]  # fmt: skip
HUGE = ["number:1e400", "number:-1e999"]
NOT_WHOLE = [12.5, "12.5", "1e3", 2**63, str(-(2**63) - 1), "number:9007199254740994.0"]


@pytest.mark.parametrize("name", loading.LISTED)
@given(data=st.data())
@drawn.examples(25)
def test_a_number_that_can_not_be_is_na_and_counted_or_an_error(
    name: str, data: st.DataObject
) -> None:
    table = TABLES[name]
    columns = [table.column(each) for each in table.of_kind("int", "float")]
    if not columns:
        return
    rows = data.draw(drawn.rows_of(table).filter(len))
    column = data.draw(st.sampled_from(columns))
    values = st.sampled_from(BAD + HUGE + (NOT_WHOLE if column.kind == "int" else []))
    sent = spelling.mixed(rows, table, [spelling.AS_DECLARED])
    place = data.draw(st.integers(0, len(rows) - 1))
    plain = loading.load_table(name, [*sent[:place], {**sent[place], column.name: None}])
    try:
        spoilt = {**sent[place], column.name: data.draw(values)}
        loaded = loading.load_table(name, [*sent[:place], spoilt])
    except TrackaGoatError as error:
        assert loading.path_of(name) in str(error)  # noqa: PT017 - NA is as good
        return
    assert loaded.unreadable == {column.name: 1}
    of_values = [text for text in loaded.warnings if "words that are not declared" not in text]
    assert [column.name in text for text in of_values] == [True]
    pd.testing.assert_frame_equal(loaded.frame, plain.frame)


@pytest.mark.parametrize("number", ["9007199254740993.0", "-9007199254740993.0"])
def test_a_whole_number_that_a_float_rounded_is_na(number: str) -> None:
    loaded = loading.load_table("videos", [{"id": "v", "view_count": f"number:{number}"}])
    assert loaded.unreadable == {"view_count": 1}


def test_an_unknown_number_that_a_float_would_round_keeps_its_digits() -> None:
    rows = [{"id": "v", "loops": 1.5}, {"id": "w", "loops": 2**53 + 1}]
    loaded = loading.load_table("videos", wrapping.Wrapping(size=1).answer(rows))
    assert loaded.frame["loops"].tolist() == ["1.5", str(2**53 + 1)]
