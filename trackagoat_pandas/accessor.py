"""The accessors ``df.goat`` and ``series.goat``: public functions as methods of a frame.

An accessor holds its frame and nothing else. Each verb calls a public function with the frame as
first argument; the function's module is imported when the verb is first used. Importing this module
registers the accessors, which is the package's only side effect.
"""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

import pandas as pd

from trackagoat_pandas._homes import HOMES, PLOTS, VERBS, VERBS_OF, place_of

if TYPE_CHECKING:
    from trackagoat_pandas.inputs.arrow import ArrowStream
    from trackagoat_pandas.load.provenance import Provenance

_WIDTH: Final = 88
"""The longest line of an accessor's repr."""


class Verb:
    """A public function as a method.

    Parameters
    ----------
    name
        The function's name.
    needs
        The columns, with spaces between, that a frame needs for completion to offer the verb; after
        ``|`` other columns that do as well.
    home
        The function's package, in which its module has its name; by default the module is that in
        ``HOMES``.
    """

    def __init__(self, name: str, needs: str = "", home: str | None = None) -> None:
        self._name, self._home = name, home
        self.needs = [frozenset(columns.split()) for columns in needs.split("|")]

    @property
    def function(self) -> Callable[..., Any]:
        """The public function, imported on access."""
        home = HOMES[self._name] if self._home is None else f"{self._home}.{self._name}"
        module = importlib.import_module(f"trackagoat_pandas.{home}")
        function: Callable[..., Any] = getattr(module, self._name)
        return function

    def fits(self, columns: AbstractSet[str]) -> bool:
        """Return whether completion offers the verb for a frame with these columns."""
        return any(needed <= columns for needed in self.needs)

    def __get__(self, accessor: Accessor | None, owner: type) -> Any:
        return self if accessor is None else _bound(self.function, accessor._data)  # noqa: SLF001


def _bound(function: Callable[..., Any], data: Any) -> Callable[..., Any]:
    """Return the function with its first argument bound, also in its signature."""

    @functools.wraps(function)
    def verb(*args: Any, **options: Any) -> Any:
        return function(data, *args, **options)

    signature = inspect.signature(function)
    rest = list(signature.parameters.values())[1:]
    verb.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return verb


class Accessor:
    """Base of the accessors; completion offers only the verbs that fit the frame's columns."""

    _called: ClassVar[str]
    """How users write the accessor."""
    _first: ClassVar[str] = "show"
    """A method that every frame has, for the message to one who calls the accessor itself."""

    def __init_subclass__(
        cls, verbs: Mapping[str, str] | None = None, home: str | None = None
    ) -> None:
        for name, needs in (verbs or {}).items():
            setattr(cls, name, Verb(name, needs, home))

    def __init__(self, data: Any) -> None:
        self._data = data

    def __dir__(self) -> list[str]:
        columns = set(getattr(self._data, "columns", ()))
        unfit = self._verbs_of_other_tables()
        return sorted(
            name
            for name, value in self._public().items()
            if name not in unfit and (not isinstance(value, Verb) or value.fits(columns))
        )

    def _verbs_of_other_tables(self) -> set[str]:
        """Return the methods written for other tables than that of a loaded frame."""
        from trackagoat_pandas.inputs.checks import facts_as_made
        from trackagoat_pandas.tables import REPORTS, table_at

        facts = facts_as_made(self._data)
        table = table_at(str(facts.get("path")))
        if table is None or table in REPORTS or "helper" in facts:
            return set()
        return {
            verb for name, verbs in VERBS_OF.items() if name != table.name for verb in verbs.split()
        }

    if not TYPE_CHECKING:  # With a __getattr__, type checkers would accept any name.

        def __getattr__(self, name: str) -> NoReturn:
            # Here, since the errors would be most of what an import adds to that of pandas.
            from trackagoat_pandas.errors import UnknownNameError

            # Python and tools try names with an underscore, also before there is any data.
            place = "" if name.startswith("_") else self._place(name)
            raise UnknownNameError(self._called, name, self._public(), place=place)

        def __call__(self, *_: object, **__: object) -> NoReturn:
            """Say that the accessor isn't called, but one of its methods is."""
            from trackagoat_pandas.errors import ArgumentError

            method = f"{self._called.lower().replace('data', '')}.{self._first}()"
            raise ArgumentError(self._called, None, problem=f"call one of its methods: {method}")

    def _place(self, name: str) -> str:
        """Say where the name is that this accessor doesn't have."""
        is_series = isinstance(self._data, pd.Series)
        if is_series and name in VERBS:
            return f"It is a method of frames: series.to_frame().goat.{name}()"
        if name in PLOTS and hasattr(type(self), "plot"):
            return f"It is a plot: frame.goat{self._maker(PLOTS[name])}.plot.{name}()"
        if name in VERBS and not is_series:
            return f"It is frame.goat.{name}()"
        if name in getattr(self._data, "columns", ()):
            return f"It is a column: frame[{name!r}]"
        if hasattr(type(self._data), name):
            return f"It is pandas' own: {'series' if is_series else 'frame'}.{name}"
        return place_of(name)

    def _maker(self, needs: str) -> str:
        """Return the call of the method whose result has the columns that a plot needs."""
        from trackagoat_pandas.tables.results import RESULTS

        wanted = [{*columns.split()} for columns in needs.split("|")]
        if any(columns <= {*map(str, self._data.columns)} for columns in wanted):
            return ""
        makers = [
            verb
            for verb in dir(self)
            if verb in RESULTS and any(columns <= {*RESULTS[verb].names} for columns in wanted)
        ]
        return f".{makers[0]}().goat" if makers else ""

    @classmethod
    def _public(cls) -> dict[str, Any]:
        return {name: value for name, value in vars(cls).items() if not name.startswith("_")}


def fitting(title: str, accessor: Accessor) -> str:
    """List the verbs that fit an accessor's frame, on as many lines as they need."""
    names = [name for name in dir(accessor) if name not in ("plot", "provenance")]
    text = f"{title}: {', '.join(names) or 'none'}"
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


@pd.api.extensions.register_series_accessor("goat")
class GoatSeriesAccessor(Accessor):
    """TrackaGoat's verbs on a Series."""

    _called, _first = "Series.goat", "to_money"

    score = Verb("score_texts")
    to_money = Verb("to_money")

    def __repr__(self) -> str:
        values = f"{len(self._data):,} value{'s' * (len(self._data) != 1)}"
        return f"{values} of dtype {self._data.dtype}\nVerbs: {', '.join(self.__dir__())}"


class GoatPlotAccessor(Accessor, verbs=PLOTS, home="plots"):
    """TrackaGoat's plots of a DataFrame."""

    _called, _first = "DataFrame.goat.plot", "leaderboard"

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

    # Of a property Jedi would offer all plots, by the class that it returns.
    @functools.cached_property
    def plot(self) -> GoatPlotAccessor:
        """The plots of the frame."""
        return GoatPlotAccessor(self._data)


def goat(frame: pd.DataFrame | ArrowStream) -> GoatAccessor:
    """Return a frame's verbs, as ``frame.goat`` does, for type checkers and editors to see.

    Parameters
    ----------
    frame : DataFrame or Arrow table
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

    See Also
    --------
    show : Show a frame as people read it.
    describe : Describe the columns.

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
