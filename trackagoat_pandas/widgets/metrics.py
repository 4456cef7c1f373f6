"""The picker of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

import traitlets

from trackagoat_pandas.base.types import Entity, Metric
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.inputs.checks import check_choice
from trackagoat_pandas.tables.analytics import NOT_OF_A_VIDEO
from trackagoat_pandas.widgets.checklist import CheckList
from trackagoat_pandas.widgets.picker import Picker
from trackagoat_pandas.widgets.recorder import literal

# For a video the API returns followers and posts, too, but those are its creator's.
_NOT_OFFERED: Final = (*NOT_OF_A_VIDEO, "followers", "posts")
_NEEDS_A_BASE: Final = "growth_rate_pop"


class MetricPicker(Picker):
    """Pick several metrics from a list.

    ``growth_rate_pop`` isn't offered, because it needs a base metric: pass both to
    :func:`load_analytics`, or compute it with :func:`growth`.

    Parameters
    ----------
    value
        The metrics selected at first.
    entity
        What they are measured of. A video has fewer metrics than a creator.

    Attributes
    ----------
    value : tuple of str
        The selected metrics, as :func:`load_analytics` takes them, in the order of the list.
    code : str
        The Python line for the selection.

    Raises
    ------
    ChoiceError, ArgumentTypeError
        The entity is unknown, or a metric isn't one of that entity's.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.widgets.MetricPicker(("views", "likes")).code
    'metrics = ["views", "likes"]'
    """

    value: Any = traitlets.TraitType(())

    def __init__(
        self, value: str | Sequence[str] = ("views",), *, entity: Entity = "creator"
    ) -> None:
        check_choice("entity", entity, get_args(Entity))
        self._metrics = [
            metric
            for metric in get_args(Metric)
            if metric != _NEEDS_A_BASE and not (entity == "video" and metric in _NOT_OFFERED)
        ]
        super().__init__()
        self.choices = CheckList(
            [(heading(metric), metric) for metric in self._metrics],
            description="Metrics",
            page_rows=len(self._metrics),
        )
        self.choices.add_class("trackagoat-short")
        self._listen(self.choices, self._mark)
        self._arrange(self.choices, self._status)
        self.value = value
        self._follow_value()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[str, ...]:
        given = proposal["value"]
        if not isinstance(given, str | Sequence):
            raise ArgumentTypeError("value", given, "one metric, or several in a list")
        chosen = {
            check_choice("value", metric, self._metrics)
            for metric in ([given] if isinstance(given, str) else given)
        }
        return tuple(metric for metric in self._metrics if metric in chosen)

    def _mark(self, metrics: tuple[str, ...]) -> None:
        self.value = metrics

    def _show_value(self) -> None:
        self.choices.value = self.value
        self.choices.describe("" if self.value else "none selected")

    def _line(self) -> str:
        return f"metrics = {literal(self.value)}"
