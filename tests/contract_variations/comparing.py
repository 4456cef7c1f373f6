"""A frame held against another: the same, or refused with an error of ours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.contract_variations import loading
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.tables import TABLES


def assert_same(varied: loading.Loaded, plain: loading.Loaded, name: str) -> None:
    """One frame in the declared columns; unknown ones follow them and are named in one warning."""
    declared = list(TABLES[name].names)
    assert list(varied.frame.columns[: len(declared)]) == declared, list(varied.frame.columns)
    pd.testing.assert_frame_equal(varied.frame[declared], plain.frame, check_exact=True)
    extras = varied.frame.columns[len(declared) :]
    assert len(varied.warnings) == bool(len(extras)), varied.warnings
    assert all(extra in warning for extra in extras for warning in varied.warnings), varied.warnings
    assert not varied.unreadable, varied.unreadable
    assert not plain.warnings, plain.warnings


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
