"""Read the tables of other libraries, by the Arrow stream that they offer, as pandas frames."""

from __future__ import annotations

import functools
import inspect
import json
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from typing import Any, Final, ParamSpec, Protocol, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingArgumentError,
    UnknownArgumentError,
    UnnamedArgumentError,
    listing,
)
from trackagoat_pandas.inputs.checks import check_frame, is_null, loader_called, loader_of_frame

P = ParamSpec("P")
T = TypeVar("T")

TEXT: Final = pa.large_string()
"""What pandas' str dtype holds, so that it needs no cast."""
WORDS: Final = pa.dictionary(pa.int32(), TEXT)
# pandas 3 calls this dtype "str"; pandas 2.3 would take "str" for object.
STRING: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
_INT64: Final = np.iinfo(np.int64)
_A_FRAME: Final = ("pd.DataFrame", "pd.DataFrame | None")
"""The annotations of arguments that take only frames."""
_SECRETS: Final = {"api_key", "base_url"}
"""Arguments that are a secret, or may contain one until they are checked."""
_ONE: Final = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
"""The kinds of arguments that are one value."""


class ArrowStream(Protocol):
    """A table that gives its rows as an Arrow stream: Polars', DuckDB's, PyArrow's and others'."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream as a capsule."""


def takes_arrow(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function take Arrow's tables wherever it takes a frame, a Series, or several.

    Python's errors about its arguments don't say what to write, so those of the package come first.
    What takes a frame and nothing else is checked to be one.
    """
    taken = inspect.signature(function).parameters
    names, kinds = list(taken), {one.kind for one in taken.values()}
    named = [name for name, one in taken.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    placed = [name for name in names if name not in named]
    needed = [name for name, one in taken.items() if one.default is one.empty and one.kind in _ONE]
    frames = {name: one.annotation for name, one in taken.items() if one.annotation in _A_FRAME}
    takes_more = inspect.Parameter.VAR_POSITIONAL in kinds
    takes_any = inspect.Parameter.VAR_KEYWORD in kinds

    # A constructor is called by the name of its class; neither it nor a method with `self`.
    is_bound, called = names[:1] == ["self"], function.__name__
    if is_bound:
        owner = function.__qualname__.split(".")[-2]
        called = owner if called == "__init__" else f"{owner.lower()}.{called}"

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> T:
        if "api_key" in taken:  # a traceback may print the variables of its frames
            args, kwargs = _hide_secrets(args, kwargs, names)
        if len(args) > len(placed) and not takes_more:
            if "project" in named and (instead := _other_call(called, taken, [], "", args[-1])):
                advice = f" {instead}."
            else:
                advice = _advice_on(args, len(placed), named, takes_project="project" in taken)
            count = len(args) - is_bound
            raise UnnamedArgumentError(called, count, placed[is_bound:], named, advice)
        if not takes_any and (unknown := [name for name in kwargs if name not in taken]):
            raise UnknownArgumentError(called, unknown[0], names[is_bound:])
        rest = names[len(args) :]  # the first were given by position
        if missing := [name for name in needed if name in rest and name not in kwargs]:
            raise MissingArgumentError(missing, _call(function, called, needed[is_bound:], missing))
        # What follows the named arguments belongs to the last, ``*frames``.
        given = zip(chain(names, repeat(names[-1] if names else "")), args, strict=False)
        plain: Any = [as_pandas(name, value) for name, value in given]
        options: Any = {name: as_pandas(name, value) for name, value in kwargs.items()}
        for name, value in chain(zip(names, plain, strict=False), options.items()):
            # An action says itself what it needs where a required one is null.
            may_be_null = "dry_run" in taken and is_null(value)
            may_be_null |= value is None and frames.get(name, "").endswith("None")
            if name in frames and not (isinstance(value, pd.DataFrame) or may_be_null):
                instead = _other_call(called, taken, needed[is_bound:], name, value)
                check_frame(name, value, loader_called(name), instead=instead)
        return function(*plain, **options)

    return answer


def _advice_on(
    args: Sequence[object], placed: int, named: Sequence[str], *, takes_project: bool
) -> str:
    """Say by which names the arguments are meant that are too many by position; "" if unclear."""
    # Functions that take a project have it first, and people give it to the others too.
    if (
        not takes_project
        and len(args) > 1
        and isinstance(args[0], str)
        and (isinstance(args[1], pd.DataFrame))
    ):
        return " It takes no project: the rows say which it is."
    meant = []
    for frame in args[placed:]:
        loader = loader_of_frame(frame) if isinstance(frame, pd.DataFrame) else None
        if loader:
            by_kind = [name for name in named if loader_called(name) == loader]
            meant += by_kind[:1] or [name for name in named if name == "names"]
    return f" Did you mean {', '.join(f'{name}=...' for name in meant)}?" if meant else ""


def _hide_secrets(
    args: tuple[Any, ...], kwargs: dict[str, Any], names: Sequence[str]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return arguments with a Secret for each text that may be a key, also under a wrong name."""
    may_be = {name for name in kwargs if name in _SECRETS or name not in names}
    hidden = {
        name: Secret(given) if name in may_be and isinstance(given, str) else given
        for name, given in kwargs.items()
    }
    for name in _SECRETS & set(hidden):
        hidden[name] = _without_content(hidden[name])
    placed = [Secret(given) if isinstance(given, str) else given for given in args]
    if placed and names[0] == "api_key":
        placed[0] = _without_content(placed[0])
    return tuple(placed), hidden


def _without_content(given: object) -> object:
    """Return a stand-in of the same type's name for a secret of a wrong type, such as bytes."""
    if given is None or isinstance(given, Secret):
        return given
    return type(type(given).__name__, (), {})()


def _call(
    function: Callable[..., object], called: str, needed: Sequence[str], missing: Sequence[str]
) -> str:
    """Write a call with the required arguments, and where the frames that are missing are from."""
    taken = inspect.signature(function).parameters
    named = inspect.Parameter.KEYWORD_ONLY
    written = [f"{name}=..." if taken[name].kind is named else name for name in needed]
    loaders = {name: loader_called(name) for name in missing}
    sources = [f"`{name}` from {loader}" for name, loader in loaders.items() if loader]
    # What is added isn't loaded before.
    origin = f", with {listing(sources)}" if sources and not called.startswith("add_") else ""
    return f"call {called}({', '.join(written)}){origin}"


def _other_call(
    called: str, taken: Iterable[str], needed: Sequence[str], argument: str, given: object
) -> str:
    """Write the call that takes the text that was given for a frame; "" where none does."""
    if not isinstance(given, str | os.PathLike):
        return ""
    if "path" in taken:
        frames = ", ".join(name for name in needed if name != "path")
        return f"{called}({frames}, path={os.fspath(given)!r}) writes a file"
    if "project" in taken and called[0].isupper():
        return f"{called}(project={given!r}) loads what it shows"
    return "tgp.explain_comment takes one text" if argument == "comments" else ""


def as_pandas(argument: str, given: object) -> object:
    """Return another library's table as a DataFrame, its column as a Series, all else as it is.

    Tables in a list, a tuple or a dict are read too. Texts become ``str``, whole numbers Int64,
    other numbers Float64, flags boolean, days and times datetime64[us], words of a dictionary a
    category. Lists, structs and maps become JSON text, as in frames of the loaders, and decimals
    with a fraction stay decimals. What a pandas frame left in an Arrow table is restored: its
    index and its provenance.

    Raises
    ------
    ArgumentError
        The table can't be read.
    """
    if given is None or isinstance(given, pd.DataFrame | pd.Series | str):
        return given
    if isinstance(given, list | tuple) and _has_stream(given):
        return type(given)(as_pandas(argument, each) for each in given)
    if isinstance(given, dict) and _has_stream(given.values()):
        return {name: as_pandas(argument, each) for name, each in given.items()}
    if not _has_stream([given]):
        return given
    try:
        return _read(given)
    except (pa.ArrowException, ArithmeticError, LookupError, TypeError, ValueError) as error:
        kind = type(given).__name__
        raise ArgumentError(argument, kind, f"the {kind} can't be read: {error}") from error


def arrow_buffer(content: bytes) -> pa.Buffer:
    """Copy bytes into memory that is Arrow's own, for readers of files.

    Threads of Arrow let go of what they read after the reader has returned. To let go of an object
    of Python they need the interpreter, and where that is just ending, Arrow aborts the process
    (https://github.com/apache/arrow/issues/33975). Measured on two busy cores: 2 of 40 scripts that
    read a store ended so.
    """
    copied = pa.allocate_buffer(len(content))
    pa.FixedSizeBufferWriter(copied).write(content)
    return copied


def _has_stream(given: Iterable[object]) -> bool:
    # By types, since a list may hold 150,000 ids. pandas' own offer a stream too.
    return any(
        hasattr(kind, "__arrow_c_stream__") and not issubclass(kind, pd.DataFrame | pd.Series)
        for kind in set(map(type, given))
    )


def _read(given: Any) -> pd.DataFrame | pd.Series:
    try:
        reader = pa.RecordBatchReader.from_stream(given)
    except pa.ArrowInvalid:
        # The stream is a column's. No row of a table was read before its schema was refused.
        column = pa.chunked_array(given)
        # Arrow doesn't join an empty chunk that begins behind others' rows, nor such a batch.
        chunks = [each for each in column.chunks if len(each)]
        column = _as_plain_type(pa.chunked_array(chunks, column.type))
        return pd.Series(
            column.to_pandas(types_mapper=dtype_of), name=getattr(given, "name", None) or None
        )
    table = pa.Table.from_batches([batch for batch in reader if batch.num_rows], reader.schema)
    typed = pa.Table.from_arrays(
        [_as_plain_type(column) for column in table.columns], table.column_names
    )
    if len(set(table.column_names)) == table.num_columns:
        return _frame(typed.replace_schema_metadata(table.schema.metadata))
    places = [str(place) for place in range(table.num_columns)]
    return _frame(typed.rename_columns(places)).set_axis(table.column_names, axis="columns")


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=dtype_of)
    return frame


def _as_plain_type(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in the one Arrow type that stands for its kind of values."""
    kind, types = column.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return _as_plain_type(_storage(column))
    if types.is_run_end_encoded(kind):
        return _as_plain_type(pa.chunked_array([pc.run_end_decode(each) for each in column.chunks]))
    if types.is_dictionary(kind):
        if not _is_text(kind.value_type):
            return _as_plain_type(column.cast(kind.value_type))
        words = pa.dictionary(pa.int32(), TEXT, ordered=kind.ordered)
        return column.unify_dictionaries().cast(words)
    if _is_text(kind):
        return column.cast(TEXT)
    if types.is_nested(kind):
        return _as_json(column)
    return _as_time(column) if types.is_temporal(kind) else _as_number(column)


def _is_text(kind: pa.DataType) -> bool:
    is_any_of = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(is_one(kind) for is_one in is_any_of)


def _as_time(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us"))
    if not pa.types.is_timestamp(kind):
        return column
    # Nanoseconds are cut off, as in what the loaders return.
    options = pc.CastOptions(pa.timestamp("us", kind.tz), allow_time_truncate=True)
    return column.cast(options=options)


def _as_number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind, types = column.type, pa.types
    if types.is_floating(kind):
        numbers = column.cast(pa.float64())
        # Frames have one missing value, NA, so that nothing depends on which library made them.
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    if not (types.is_integer(kind) or (types.is_decimal(kind) and kind.scale <= 0)):
        return column
    # DuckDB's sums have 128 bits.
    ends = pc.min_max(column)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    fits = least is None or (least >= _INT64.min and most <= _INT64.max)
    return column.cast(pa.int64()) if fits else column


def _storage(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what an extension type stores; a UUID's 16 bytes as the text that ids are."""
    plain = pa.chunked_array([each.storage for each in column.chunks], column.type.storage_type)
    if column.type.extension_name != "arrow.uuid":
        return plain
    ids = [None if each is None else str(uuid.UUID(bytes=each)) for each in plain.to_pylist()]
    return pa.chunked_array([pa.array(ids, TEXT)])


def _as_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    plain: Callable[[Any], Any] = dict if pa.types.is_map(column.type) else lambda value: value
    texts = [
        None if value is None else json.dumps(plain(value), ensure_ascii=False, default=str)
        for value in column.to_pylist()
    ]
    return pa.chunked_array([pa.array(texts, TEXT)])


class _Words:
    """Make category columns by Arrow's protocol for extension types.

    Arrow's own conversion gives categories of dtype object in pandas 2 and of str in pandas 3.
    """

    def __from_arrow__(self, column: pa.Array | pa.ChunkedArray) -> pd.Categorical[Any]:
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        dtype = _category_dtype(tuple(array.dictionary.to_pylist()), ordered=array.type.ordered)
        return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


@functools.lru_cache(maxsize=64)
def _category_dtype(words: tuple[str, ...], *, ordered: bool) -> pd.CategoricalDtype:
    """Return the dtype for these words; making one costs as much as a column of 1,000 rows."""
    return pd.CategoricalDtype(pd.Index(words, dtype=STRING), ordered=ordered)


DTYPES: Final[dict[pa.DataType, Any]] = {
    TEXT: STRING,
    pa.int64(): pd.Int64Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    WORDS: _Words(),
}


def dtype_of(kind: pa.DataType) -> Any:
    """Return the pandas dtype of an Arrow type; None to leave it to Arrow."""
    if pa.types.is_dictionary(kind) and kind.ordered:
        return DTYPES[WORDS]
    return pd.ArrowDtype(kind) if pa.types.is_decimal(kind) else DTYPES.get(kind)
