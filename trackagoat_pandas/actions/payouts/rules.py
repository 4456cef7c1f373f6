"""Required and optional fields of each kind of payout rule, and how they are checked.

The API's documentation names the kinds; their fields are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trackagoat_pandas.actions import values
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.payouts import PRORATIONS, RULE_KINDS

CHECKS: Final[dict[str, Check]] = {
    "project_id": values.id_,
    "name": values.name(100),
    "kind": values.choice(*RULE_KINDS),
    "is_active": values.flag,
    "amount_cents": values.cents,
    "period": values.choice(*GOAL_PERIODS),
    "cpm_cents": values.cents,
    "threshold_views": values.whole,
    "cap_cents": values.or_null(values.cents),
    "goal_metric": values.choice(*GOAL_METRICS),
    "proration": values.choice(*PRORATIONS),
}
_MUST: Final[dict[str, tuple[str, ...]]] = {
    "recurring": ("amount_cents", "period"),
    "goal": ("amount_cents", "period", "goal_metric"),
    "cpm": ("cpm_cents",),
    "view_threshold": ("amount_cents", "threshold_views"),
}
_MAY: Final[dict[str, tuple[str, ...]]] = {
    "recurring": ("cap_cents", "proration"),
    "goal": ("cap_cents",),
    "cpm": ("period", "cap_cents"),
    "view_threshold": ("period", "cap_cents"),
}


def check_rule(kind: str, rule: Mapping[str, Any]) -> None:
    """Make sure that a new rule has what its kind needs, and nothing that it has no use for.

    Raises
    ------
    ArgumentError
        A field is missing, or has no meaning for the kind.
    """
    for name in _MUST[kind]:
        if name not in rule:
            raise MissingArgumentError(name, f"a {kind} structure needs it")
    for name in rule:
        if name not in (*_MUST[kind], *_MAY[kind]):
            raise ArgumentError(name, rule[name], f"a {kind} structure has no use for it")
