"""Lists and reports sent in any way give the frame of what was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.contract_variations import drawn, loading, spelling, wrapping
from tests.laws.contract_variations.comparing import assert_same, in_python
from trackagoat_pandas.tables import TABLES


def as_sent(value: Any, kind: str) -> Any:
    """A frame's value as it was before it was sent."""
    if value is None or kind not in ("day", "json"):
        return value
    return value.date() if kind == "day" else json.loads(value)


@pytest.mark.parametrize("name", loading.LISTED)
@given(data=st.data())
@drawn.examples(40)
def test_a_list_sent_in_any_way_gives_the_frame_of_what_was_sent(
    name: str, data: st.DataObject
) -> None:
    table = TABLES[name]
    rows = data.draw(drawn.rows_of(table))
    plain = loading.load_table(name, spelling.mixed(rows, table, [spelling.AS_DECLARED]))
    kinds = [column.kind for column in table.columns]
    found = [map(as_sent, values, kinds) for values in in_python(plain.frame)]
    assert [dict(zip(table.names, values, strict=True)) for values in found] == rows
    sent = spelling.mixed(rows, table, data.draw(spelling.MIXTURES))
    how = data.draw(wrapping.wrappings(name))
    assert_same(loading.load_table(name, how.answer(sent)), plain, name)
