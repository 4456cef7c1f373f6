"""Run Python and record it at the same time, so that a board's code rebuilds its view."""

from __future__ import annotations

import functools
import keyword
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from trackagoat_pandas.inputs.checks import without_frame_warnings
from trackagoat_pandas.inputs.dates import DateRange

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Traced:
    """A value and the Python that computes it; operations on the value extend the code.

    Parameters
    ----------
    value
        The current value: a frame, a column, a method.
    code
        The name or expression for it.
    needs_parentheses
        Whether the code needs parentheses before another operation.

    Examples
    --------
    >>> views = Traced(pd.DataFrame({"n": [1, 2, 3]}), "views")
    >>> few = views[(views["n"] == 1) | views["n"].isin([2])]
    >>> few.code
    'views[(views["n"] == 1) | views["n"].isin([2])]'
    >>> few.value["n"].tolist()
    [1, 2]
    """

    # As for a column, == returns a mask, so that equal values can't have equal hashes.
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, code: str, *, needs_parentheses: bool = False) -> None:
        self.value, self.code, self._needs_parentheses = value, code, needs_parentheses

    def __getattr__(self, name: str) -> Traced:
        return Traced(getattr(self.value, name), f"{_operand(self)}.{name}")

    def __getitem__(self, key: object) -> Traced:
        return Traced(self.value[_value(key)], f"{_operand(self)}[{literal(key)}]")

    def __call__(self, *args: object, **options: object) -> Traced:
        """Call the value, which is a function or method."""
        named = {name: _value(given) for name, given in options.items()}
        with without_frame_warnings():  # the board shows them once for all its pages
            value = self.value(*map(_value, args), **named)
        return Traced(value, f"{_operand(self)}({_arguments(args, options)})")

    def __eq__(self, other: object) -> Traced:  # type: ignore[override]
        return self._operation(operator.eq, "==", other)

    def __ne__(self, other: object) -> Traced:  # type: ignore[override]
        return self._operation(operator.ne, "!=", other)

    def __lt__(self, other: object) -> Traced:
        return self._operation(operator.lt, "<", other)

    def __gt__(self, other: object) -> Traced:
        return self._operation(operator.gt, ">", other)

    def __ge__(self, other: object) -> Traced:
        return self._operation(operator.ge, ">=", other)

    def __and__(self, other: object) -> Traced:
        return self._operation(operator.and_, "&", other)

    def __or__(self, other: object) -> Traced:
        return self._operation(operator.or_, "|", other)

    def __invert__(self) -> Traced:
        return Traced(~self.value, f"~{_operand(self)}", needs_parentheses=True)

    def __add__(self, other: object) -> Traced:
        return self._operation(operator.add, "+", other)

    def __sub__(self, other: object) -> Traced:
        return self._operation(operator.sub, "-", other)

    def __mul__(self, other: object) -> Traced:
        return self._operation(operator.mul, "*", other)

    def __truediv__(self, other: object) -> Traced:
        return self._operation(operator.truediv, "/", other)

    def __radd__(self, other: str) -> Traced:
        return Traced(
            other + self.value, f"{literal(other)} + {_operand(self)}", needs_parentheses=True
        )

    def __rmul__(self, other: float) -> Traced:
        return Traced(
            other * self.value, f"{literal(other)} * {_operand(self)}", needs_parentheses=True
        )

    def _operation(self, do: Callable[[Any, Any], Any], sign: str, other: object) -> Traced:
        code = f"{_operand(self)} {sign} {_operand(other)}"
        return Traced(do(self.value, _value(other)), code, needs_parentheses=True)


class Recorder:
    """A script that is run line by line as it is written.

    Examples
    --------
    >>> from trackagoat_pandas.helpers.payouts.money import to_money
    >>> recorder = Recorder()
    >>> cents = Traced(pd.Series([250, 199]), "cents")
    >>> dearest = recorder.let("dearest", cents[cents.isin([250])])
    >>> money = recorder.step("money", to_money, dearest, "EUR")
    >>> print(recorder.code)
    import trackagoat_pandas as tgp
    <BLANKLINE>
    dearest = cents[cents.isin([250])]
    money = tgp.to_money(dearest, "EUR")
    >>> str(money.value[0])
    '2.50'
    """

    def __init__(self, lines: Sequence[str] = (), imports: Sequence[str] = ()) -> None:
        self._lines, self._imports = list(lines), list(imports)

    @property
    def code(self) -> str:
        """The whole script."""
        imports = dict.fromkeys(["import trackagoat_pandas as tgp", *self._imports])
        return "\n".join([*imports, "", *self._lines])

    @property
    def lines(self) -> Sequence[str]:
        """The script without its imports."""
        return tuple(self._lines)

    @property
    def pandas(self) -> Traced:
        """The pandas module; using it adds the import to the script."""
        self._imports.append("import pandas as pd")
        return Traced(pd, "pd")

    def branch(self) -> Recorder:
        """Return a recorder that continues from here."""
        return Recorder(self._lines, self._imports)

    def write(self, *lines: str) -> None:
        """Add comments, or lines that were run elsewhere."""
        self._lines += lines

    def let(self, name: str, expression: Traced) -> Traced:
        """Assign an expression to a name."""
        self.write(f"{name} = {expression.code}")
        return Traced(expression.value, name)

    def step(
        self, name: str, function: Callable[..., Any], *args: object, **options: object
    ) -> Traced:
        """Call a public function, and assign the result to a name."""
        return self.let(name, call(function, *args, **options))

    def plot(
        self, function: Callable[..., Axes], *args: object, **options: object
    ) -> Callable[..., Axes]:
        """Write a plot's line, and return the function that draws it on ``ax=``."""
        self.write(f"ax = {_public(function)}({_arguments(args, options)})")
        named = {name: _value(given) for name, given in options.items()}
        return functools.partial(function, *map(_value, args), **named)


def given(**frames: pd.DataFrame | None) -> dict[str, Traced]:
    """Trace the user's frames under these names; None is left out."""
    return {name: Traced(frame, name) for name, frame in frames.items() if frame is not None}


def call(function: Callable[..., Any], *args: object, **options: object) -> Traced:
    """Call a public function; arguments bound by ``functools.partial`` aren't written."""
    return Traced(function, _public(function))(*args, **options)


def literal(value: object) -> str:
    """Write a value as Python, with any text of the API safely quoted."""
    match value:
        case Traced():
            return value.code
        case str() if value.isprintable():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case list() | tuple():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            pairs = (f"{literal(key)}: {literal(one)}" for key, one in value.items())
            return f"{{{', '.join(pairs)}}}"
        case DateRange():
            return f"tgp.{value!r}"
    return repr(value)


def _public(function: Callable[..., Any]) -> str:
    if isinstance(function, functools.partial):
        function = function.func
    is_plot = function.__module__.startswith("trackagoat_pandas.plots.")
    return f"tgp.{'plots.' * is_plot}{function.__name__}"


def _value(given: object) -> Any:
    return given.value if isinstance(given, Traced) else given


def _operand(given: object) -> str:
    needs_parentheses = isinstance(given, Traced) and given._needs_parentheses  # noqa: SLF001
    return f"({literal(given)})" if needs_parentheses else literal(given)


def _arguments(args: Sequence[object], options: dict[str, object]) -> str:
    named = [f"{name}={literal(given)}" for name, given in options.items() if _is_plain(name)]
    # A column may be called by a name that isn't one of Python's, or by code.
    rest = {name: given for name, given in options.items() if not _is_plain(name)}
    spread = [f"**{literal(rest)}"] if rest else []
    return ", ".join([*map(literal, args), *named, *spread])


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
