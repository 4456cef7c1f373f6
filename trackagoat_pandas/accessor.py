"""The accessors ``df.goat`` and ``series.goat``: public functions as methods of a frame.

An accessor holds its frame and nothing else. Each verb calls a public function with the frame as
first argument; the function's module is imported when the verb is first used. Importing this module
registers the accessors, which is the package's only side effect.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pandas as pd

from trackagoat_pandas._homes import PLOTS, VERBS
from trackagoat_pandas.verbs import Accessor, Verb, fitting

if TYPE_CHECKING:
    from trackagoat_pandas.inputs.arrow import ArrowStream
    from trackagoat_pandas.load.provenance import Provenance


@pd.api.extensions.register_series_accessor("goat")
class GoatSeriesAccessor(Accessor):
    """TrackaGoat's verbs on a Series."""

    _called = "Series.goat"

    score = Verb("score_texts")
    to_money = Verb("to_money")

    def __repr__(self) -> str:
        values = f"{len(self._data):,} value{'s' * (len(self._data) != 1)}"
        return f"{values} of dtype {self._data.dtype}\nVerbs: {', '.join(self.__dir__())}"


class GoatPlotAccessor(Accessor, verbs=PLOTS, home="plots"):
    """TrackaGoat's plots of a DataFrame."""

    _called = "DataFrame.goat.plot"

    def __repr__(self) -> str:
        return fitting("Plots that fit", self)


@pd.api.extensions.register_dataframe_accessor("goat")
class GoatAccessor(Accessor, verbs=VERBS):
    """TrackaGoat's verbs on a DataFrame."""

    _called = "DataFrame.goat"

    @property
    def provenance(self) -> Provenance:
        """Where the frame came from: path, params, fetched_at, complete, requests, rows, timezone.

        The dict is a copy, with a readable display in notebooks. It is empty if no loader made the
        frame, and after operations in which pandas drops attributes, such as ``pd.concat`` of
        frames from different loads. Where rows were cut out or added since, it doesn't say
        ``complete``, but how many of them there are, as ``rows_now``.
        """
        from trackagoat_pandas.helpers.cuts import rows_said
        from trackagoat_pandas.inputs.checks import frame_facts
        from trackagoat_pandas.load.provenance import Provenance

        facts = copy.deepcopy(frame_facts(self._data))
        said = rows_said(self._data)
        return Provenance({**facts, "rows_now": said} if said else facts)

    def __repr__(self) -> str:
        from trackagoat_pandas.showing.captions import summary

        verbs, plots = fitting("Verbs that fit", self), fitting("Plots that fit", self.plot)
        return "\n".join([*summary(self._data), verbs, plots])

    @property
    def plot(self) -> GoatPlotAccessor:
        """The plots of the frame."""
        return GoatPlotAccessor(self._data)


def goat(frame: pd.DataFrame | ArrowStream) -> GoatAccessor:
    """Return a frame's verbs, as ``frame.goat`` does, for type checkers and editors to see.

    Parameters
    ----------
    frame
        Any frame, or a table of Polars, DuckDB or PyArrow.

    Returns
    -------
    GoatAccessor
        Each public function that takes a frame first, as a method. Its repr says what the frame is
        and which verbs fit its columns.

    Raises
    ------
    ArgumentTypeError
        ``frame`` is no frame.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"tiktok_handle": ["ann", "bob"], "view_count": [1200, 98000]})
    >>> tgp.goat(videos).leaderboard()["tiktok_handle"].tolist()
    ['bob', 'ann']
    >>> tgp.goat(videos)
    2 rows x 2 columns
    Verbs that fit: as_table, leaderboard, show, to_csv, to_excel, unreadable_cells,
      with_names
    Plots that fit: leaderboard
    """
    from trackagoat_pandas.inputs.arrow import as_pandas
    from trackagoat_pandas.inputs.checks import require_columns

    data = as_pandas("frame", frame)
    require_columns(data, [])
    return GoatAccessor(data)
