"""Run Python and record it at the same time, so that a board's code rebuilds its view."""

from __future__ import annotations

import functools
import io
import keyword
import operator
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from trackagoat_pandas.inputs.checks import without_frame_warnings
from trackagoat_pandas.inputs.dates import DateRange

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST: Final = 100
"""The most letters of a line of code."""
MOST_LINES: Final = 8
"""The most lines of a script that are left as they are: in a longer one, some are joined."""
_INDENT: Final = 4
_OPENING, _CLOSING, _JOINING = {"(", "[", "{"}, {")", "]", "}"}, {"&", "|"}
_SHOWN: Final = frozenset({"frame", "ax"})
"""The names that a board's code leaves behind."""


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


class Statement(NamedTuple):
    """A line of a script, and the name that it assigns to; "" where it has to stay anyway."""

    code: str
    name: str = ""

    @property
    def reads(self) -> set[str]:
        """The names that it reads."""
        made_of = self.code.removeprefix(f"{self.name} = ") if self.name else self.code
        return {token.string for token in _names_in(made_of)}


class Recorder:
    """A script that is run line by line as it is written.

    What is read of it has no line that nothing else in it needs, and none of more than 100 letters.

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

    def __init__(self, lines: Sequence[str | Statement] = (), imports: Sequence[str] = ()) -> None:
        self._statements = [Statement(line) if isinstance(line, str) else line for line in lines]
        self._imports = list(imports)

    @property
    def code(self) -> str:
        """The whole script."""
        last = self._statements[-1].name if self._statements else ""
        return self._script(
            _shortest(_needed_statements(self._statements, {*_SHOWN, last}), MOST_LINES - 1)
        )

    def code_for(self, expressions: Iterable[str]) -> str:
        """Return the script after which some expressions can be evaluated."""
        names = set[str]().union(*(Statement(one).reads for one in expressions))
        return self._script(_lines_of(_needed_statements(self._statements, names)))

    def _script(self, lines: Sequence[str]) -> str:
        imports = [line for line in self._imports if "pd." in "\n".join(lines)]
        return "\n".join(
            [*dict.fromkeys(["import trackagoat_pandas as tgp", *imports]), "", *lines]
        )

    @property
    def statements(self) -> Sequence[Statement]:
        """The script without its imports and with unneeded lines, to begin others with."""
        return tuple(self._statements)

    @property
    def pandas(self) -> Traced:
        """The pandas module; using it adds the import to the script."""
        self._imports.append("import pandas as pd")
        return Traced(pd, "pd")

    def branch(self) -> Recorder:
        """Return a recorder that continues from here."""
        return Recorder(self._statements, self._imports)

    def write(self, *lines: str) -> None:
        """Add comments, or lines that were run elsewhere."""
        self._statements += map(Statement, lines)

    def let(self, name: str, expression: Traced) -> Traced:
        """Assign an expression to a name."""
        if expression.code != name:
            self._statements.append(Statement(f"{name} = {expression.code}", name))
        return Traced(expression.value, name)

    def put(self, frame: Traced, column: str, values: Traced) -> Traced:
        """Add a column to a frame that has a name."""
        code = f"{frame.code}[{literal(column)}] = {values.code}"
        self._statements.append(Statement(code, frame.code))
        return Traced(frame.value.assign(**{column: values.value}), frame.code)

    def step(
        self, name: str, function: Callable[..., Any], *args: object, **options: object
    ) -> Traced:
        """Call a public function, and assign the result to a name."""
        return self.let(name, call(function, *args, **options))

    def plot(
        self, function: Callable[..., Axes], *args: object, **options: object
    ) -> Callable[..., Axes]:
        """Write a plot's line, and return the function that draws it on ``ax=``."""
        code = f"ax = {_public(function)}({_arguments(args, options)})"
        self._statements.append(Statement(code, "ax"))
        named = {name: _value(given) for name, given in options.items()}
        return functools.partial(function, *map(_value, args), **named)


def _needed_statements(statements: Sequence[Statement], names: AbstractSet[str]) -> list[Statement]:
    """Return all statements but those whose name isn't one of some, nor read after them."""
    kept, read = list[Statement](), {*names}
    for statement in reversed(statements):
        if statement.name and statement.name not in read:
            continue
        read = (read - {statement.name}) | statement.reads
        kept.insert(0, statement)
    return kept


def _shortest(kept: Sequence[Statement], most: int) -> list[str]:
    """Return the lines of statements; of more than `most` some are joined."""
    shortest = lines = _lines_of(kept)
    while len(shortest) > most:
        joined = min(_join(kept), key=lambda each: len(_lines_of(each)), default=None)
        # One that saves no line may let another save some.
        if joined is None or len(_lines_of(joined)) > len(lines):
            break
        kept, lines = joined, _lines_of(joined)
        shortest = lines if len(lines) < len(shortest) else shortest
    return shortest


def _lines_of(statements: Sequence[Statement]) -> list[str]:
    return [line for statement in statements for line in _wrap(statement.code)]


def _join(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Give the script with one of its statements written where its name is read, if only once."""
    reads = [one.reads for one in statements]
    for place, (code, name) in enumerate(statements):
        made_of, rest = code.removeprefix(f"{name} = "), statements[place + 1 :]
        readers = [at for at, names in enumerate(reads[place + 1 :]) if name in names]
        ends = [at for at, one in enumerate(rest) if one.name == name and at not in readers]
        readers = [at for at in readers if not ends or at < ends[0]]
        if not name or name in _SHOWN or not readers:
            continue
        at = readers[0]
        is_read_again = len(readers) > 1 and rest[at].name != name
        # Further down, it would read what these lines have made of its names.
        changed = {one.name for one in rest[:at]} & reads[place]
        spots = [token for token in _names_in(rest[at].code) if token.string == name]
        # A name at the beginning of its own assignment is written there, not read.
        spots = [token for token in spots if token.start[1] or rest[at].name != name]
        if is_read_again or changed or len(spots) != 1 or not rest[at].name:
            continue
        into, (start, end) = rest[at].code, (spots[0].start[1], spots[0].end[1])
        put = f"({made_of})" if _is_operation(made_of) else made_of
        one = Statement(into[:start] + put + into[end:], rest[at].name)
        yield [*statements[:place], *rest[:at], one, *rest[at + 1 :]]


def _is_operation(code: str) -> bool:
    """Whether an expression has to stand in brackets to be a part of another."""
    depth = 0
    for token in _tokens(code):
        depth += (token.string in _OPENING) - (token.string in _CLOSING)
        if not depth and token.type == tokenize.OP and token.string not in {*_CLOSING, "."}:
            return True
    return False


def _wrap(code: str) -> Iterator[str]:
    """Break a line inside its brackets, where it has more letters than a line should have.

    A long text in quotes can't be broken.
    """
    if len(code) <= WIDEST:
        yield code
        return
    first = len(code) - len(code.lstrip())
    indent, rest, depth = " " * first, code[first:], 0
    breaks, starts = list[int](), list[int]()
    for token in _tokens(code):
        depth += (token.string in _OPENING) - (token.string in _CLOSING)
        if depth and token.string == ",":
            breaks.append(token.end[1])
        elif depth and token.string in _JOINING:
            breaks.append(token.start[1] - 1)
        elif token.string in _OPENING:
            starts.append(token.end[1])
    done = 0
    while len(indent) + len(rest) - done > WIDEST:
        room = done + WIDEST - len(indent)
        ends = [[at for at in spots if done < at <= room] for spots in (breaks, starts)]
        at = max(ends[0] or ends[1] or [min((each for each in breaks if each > done), default=0)])
        if not at:
            break
        yield indent + rest[done:at]
        done, indent = at + (rest[at] == " "), " " * (first + _INDENT)
    yield indent + rest[done:]


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    """Return the tokens of a line, which may be one of a block."""
    tokens = list[tokenize.TokenInfo]()
    with suppress(tokenize.TokenError, IndentationError):  # those before the error are kept
        tokens.extend(tokenize.generate_tokens(io.StringIO(code.strip()).readline))
    return tokens


def _names_in(code: str) -> list[tokenize.TokenInfo]:
    """Return the names in a line, without those of keyword arguments, which it doesn't read."""
    return [
        token
        for token, after in pairwise(_tokens(code))
        if token.type == tokenize.NAME and after.string != "="
    ]


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
    if isinstance(given, list):
        return [_value(one) for one in given]
    if isinstance(given, dict):
        return {name: _value(one) for name, one in given.items()}
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
