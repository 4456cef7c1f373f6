"""A frame held against another: the same, or refused with an error of ours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.laws.contract_variations import loading
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.tables import TABLES, Column


def assert_same(varied: loading.Loaded, plain: loading.Loaded, name: str) -> None:
    """One frame in the declared columns; unknown ones follow them and are named in one warning."""
    declared = list(TABLES[name].names)
    assert list(varied.frame.columns[: len(declared)]) == declared, list(varied.frame.columns)
    pd.testing.assert_frame_equal(varied.frame[declared], plain.frame, check_exact=True)
    extras = varied.frame.columns[len(declared) :]
    further = [said for said in varied.warnings if said not in plain.warnings]
    assert len(further) == bool(len(extras)), varied.warnings
    assert all(extra in said for extra in extras for said in further), varied.warnings
    assert not varied.unreadable, varied.unreadable
    # Of what was sent as it is declared, only words may be unknown: both name them alike.
    odd = [one.name for one in TABLES[name].columns if has_unknown_words(plain.frame, one)]
    assert len(plain.warnings) == bool(odd), plain.warnings
    assert set(plain.warnings) <= set(varied.warnings), varied.warnings
    assert all(f"{column}: '" in said for column in odd for said in plain.warnings), plain.warnings


def has_unknown_words(frame: pd.DataFrame, column: Column) -> bool:
    """Whether a frame has words that a column's closed set doesn't have."""
    is_known = frame[column.name].dropna().isin(column.categories)
    return column.kind == "category" and not is_known.all()


def in_python(frame: pd.DataFrame) -> list[list[Any]]:
    """A frame's values as Python has them."""
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def assert_same_or_refused(name: str, sent: Any, rules: dict[str, Any], load: loading.Load) -> None:
    """Data in an unexpected shape give the same frame as the rules, or an error of ours."""
    path = next(iter(rules))
    plain = loading.load(rules, load)
    try:
        varied = loading.load({path: sent if callable(sent) else {"data": sent}}, load)
    except TrackaGoatError as error:
        assert path in str(error).replace("{id}", loading.ID), error  # noqa: PT017 - a frame is as good
    else:
        assert_same(varied, plain, name)
