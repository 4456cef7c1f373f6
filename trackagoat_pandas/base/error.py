"""The base of every error of the package, and the errors of arguments and of a store."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from trackagoat_pandas.base.html import facts_table, note
from trackagoat_pandas.base.secrets import harmless, redact
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.wording import as_text, brief, ended, listing, number

_FEW_NAMES: Final = 40
"""The most names of a module that its error lists."""
_DAYS: Final = frozenset({"start", "end", "since", "until", "from", "to", "date", "dates", "days",
                          "start_date", "end_date"})  # fmt: skip
"""What people call the days of a load."""
_FIRST_ROWS: Final = ("limit", "n", "top", "max_rows", "nrows")
_ROWS: Final = frozenset({"accruals", "analytics", "campaigns", "comments", "goals", "payments",
                          "structures", "videos"})  # fmt: skip
"""The first arguments of functions that return rows."""
_SIZES: Final = ("figsize", "size", "fig", "figure", "width", "height", "dpi")
_LOOKS: Final = ("title", "xlabel", "ylabel", "xlim", "ylim")
"""What pandas' own plots take as arguments, and the axes of matplotlib set."""
_CALLED: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(_FIRST_ROWS, ("n",)),
    **dict.fromkeys(("tz", "zone"), ("timezone",)),
    **dict.fromkeys(("freq", "interval", "bucket"), ("granularity",)),
    **dict.fromkeys(("file", "filename", "output", "to"), ("path",)),
    **dict.fromkeys(("today", "as_of", "date"), ("now", "as_of", "reference_date")),
    **dict.fromkeys(("sort_by", "sort", "order_by", "metric", "column"), ("by", "order")),
    **dict.fromkeys(("df", "data"), ("frame",)),
    "now": ("as_of",),
    "month": ("dates",),
    "dates": ("month",),
    "creators": ("names",),
    "names": ("creators",),
}
"""What other libraries, or people, call an argument; the first of these that there is counts."""


class TrackaGoatError(Exception):
    """Base of every error that the package raises on purpose.

    Catch it to catch them all. The message says what failed and what to do; anything in it that
    looks like an API key is masked.

    Parameters
    ----------
    *args : object
        The message.

    See Also
    --------
    errors.ApiError : The API refused a request.
    errors.ArgumentError : A value is not allowed.
    TrackaGoatWarning : The base of all warnings.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> try:  # doctest: +NORMALIZE_WHITESPACE
    ...     tgp.DateRange.parse("soon")
    ... except tgp.TrackaGoatError as error:
    ...     print(error)
    dates='soon' is not allowed: give two days, ('2026-05-01', '2026-05-31') or
    '2026-05-01..2026-05-31', or one of '2026-05-31', '2026-05', 'May 2026', '2026-Q2',
    '2026-W20', '2026', 'today', 'yesterday', 'this week', 'last month', 'last 30 days' and
    'since 2026-05-01'.
    """

    partial: Any = None
    """The rows that a load got before it failed, as a frame whose provenance says
    ``complete=False``; None if it got none."""
    resume_at: str | int | None = None
    """The cursor or offset of the page at which a list broke off; None for its first page."""

    _shown: ClassVar[tuple[str, ...]] = ()
    """The fields that a notebook shows below the message, in this order."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(harmless(arg) if isinstance(arg, str) else arg for arg in args))

    def __str__(self) -> str:
        # KeyError's own would show the repr of its argument, in quotes.
        return str(self.args[0]) if self.args else type(self).__name__

    def add_advice(self, advice: str) -> None:
        """Add a sentence to the message, where a caller knows more than the one that raised it."""
        self.args = (f"{self} {harmless(advice)}", *self.args[1:])

    def _repr_html_(self) -> str:
        facts = self._facts()
        said = note(f"{type(self).__name__}: {self}", "error")
        return said + (facts_table("Details", facts) if facts else "")

    def _facts(self) -> dict[str, str]:
        fields = {name.replace("_", " "): getattr(self, name) for name in self._shown}
        texts = {name: redact(as_text(value)) for name, value in fields.items()}
        return {name: text for name, text in texts.items() if text}


class ArgumentError(TrackaGoatError, ValueError):
    """An argument has a value that is not allowed; nothing was sent.

    ``allowed`` says which values are. Where showing the value wouldn't help, ``problem`` says
    what is wrong with the argument instead.

    Parameters
    ----------
    argument : str
        The argument's name.
    given : object
        Its value.
    allowed, problem : str, optional
        Which values are allowed, or what is wrong with this one.

    See Also
    --------
    errors.ChoiceError : A word is not one of those allowed.
    errors.ArgumentTypeError : A type is not accepted.
    errors.MissingArgumentError : A required argument is missing.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ArgumentError("n", 0, "pass a whole number from 1"))
    n=0 is not allowed: pass a whole number from 1.
    """

    _shown: ClassVar[tuple[str, ...]] = ("argument", "given", "allowed")

    def __init__(
        self, argument: str, given: object, allowed: str = "", *, problem: str = ""
    ) -> None:
        self.argument, self.given, self.allowed, self.problem = argument, given, allowed, problem
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        if self.problem:
            return ended(f"{self.argument}: {self.problem}")
        return ended(f"{self._refusal()}: {self.allowed}")

    def _refusal(self) -> str:
        # The repr of a frame or an array would fill the screen.
        is_long = hasattr(self.given, "shape") or callable(self.given)
        given = f"<{type(self.given).__name__}>" if is_long else brief(self.given)
        return f"{self.argument}={given} is not allowed"


class MissingArgumentError(ArgumentError):
    """One or several required arguments were not given; nothing was sent.

    Pass them; the message says what they are for.

    Parameters
    ----------
    argument : str or list of str
        The names of the arguments.
    reason : str
        Why they are required.

    See Also
    --------
    errors.ArgumentError : A value is not allowed.
    errors.UnknownArgumentError : There is no such argument.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.MissingArgumentError(
    ...     "timezone", "the frame doesn't say one, e.g. 'Europe/Berlin'"
    ... )
    >>> print(error)
    `timezone` is required: the frame doesn't say one, e.g. 'Europe/Berlin'.
    """

    _shown = ("argument",)

    def __init__(self, argument: str | Sequence[str], reason: str) -> None:
        self.arguments = (argument,) if isinstance(argument, str) else tuple(argument)
        super().__init__(", ".join(self.arguments), None, problem=reason)

    def _sentence(self) -> str:
        *most, last = [f"`{name}`" for name in self.arguments]
        named = f"{', '.join(most)} and {last} are" if most else f"{last} is"
        return ended(f"{named} required: {self.problem}")


_MOST_CHOICES: Final = 15
"""Of more choices than these only the nearest is named, where one is near."""


class ChoiceError(ArgumentError):
    """An argument is not one of a closed set of words; the message suggests the nearest.

    Pass one of ``choices``.

    Parameters
    ----------
    argument : str
        The argument's name.
    given : object
        Its value.
    choices : list of str
        The words that are allowed.

    See Also
    --------
    errors.ArgumentError : A value is not allowed.
    describe : Describe the columns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.ChoiceError("granularity", "weeks", ["day", "week", "month"])
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    granularity='weeks' is not allowed: choose one of 'day', 'week', 'month'. Did you mean
    'week'?
    """

    _shown = ("argument", "given", "choices")

    def __init__(self, argument: str, given: object, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        others = ", ".join(map(repr, choices))
        super().__init__(argument, given, f"{'choose one of' if choices[1:] else 'write'} {others}")

    def _sentence(self) -> str:
        said, choices = super()._sentence(), self.choices
        parts = re.findall(r"[^\s,;+&]+", self.given) if isinstance(self.given, str) else []
        near = did_you_mean(self.given, choices)
        if parts[1:] and set(parts) <= {*choices}:
            return f"{self._refusal()}: did you mean {parts}?"
        if near and len(choices) > _MOST_CHOICES:
            return f"{self._refusal()}.{near}"
        return said + near if choices[1:] else said


class ArgumentTypeError(TrackaGoatError, TypeError):
    """An argument has a type that is not accepted; nothing was sent.

    ``allowed`` says what the argument takes. A frame of another library becomes one of pandas
    with :func:`as_table`.

    Parameters
    ----------
    argument : str
        The argument's name.
    given : object
        Its value.
    allowed : str
        What it takes.

    See Also
    --------
    errors.ArgumentError : A value is not allowed.
    as_table : Turn another tool's export into such a frame.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.ArgumentTypeError(
    ...     "videos", None, "a DataFrame, such as load_videos returns"
    ... )
    >>> print(error)
    videos can't be None: it takes a DataFrame, such as load_videos returns.
    """

    _shown = ("argument", "allowed")

    def __init__(self, argument: str, given: object, allowed: str) -> None:
        self.argument, self.given, self.allowed = argument, given, allowed
        kind = "None" if given is None else f"of type {type(given).__name__}"
        super().__init__(ended(f"{argument} can't be {kind}: it takes {allowed}"))


class UnknownArgumentError(TrackaGoatError, TypeError):
    """A function was given an argument by a name that none of its arguments has.

    The message lists the names, and suggests what you may have meant.

    Parameters
    ----------
    function, given : str
        The function, and the name that it was given.
    known : list of str
        The names of its arguments.

    See Also
    --------
    errors.UnnamedArgumentError : An argument has to be named.
    errors.ArgumentError : A value is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.UnknownArgumentError("leaderboard", "top", ["videos", "by", "n"]))
    leaderboard has no argument 'top': it takes videos, by, n. Did you mean 'n'?
    """

    _shown = ("function", "given", "known")

    def __init__(self, function: str, given: str, known: Sequence[str]) -> None:
        self.function, self.given, self.known = function, given, tuple(known)
        said = f"{function} has no argument {given!r}: it takes {', '.join(known)}."
        advice = did_you_mean(given, known)
        frames = [name for name in ("creators", "videos", "campaigns") if name in known]
        if given == "names" and len(frames) > 1:
            advice = f" Pass each frame of names by its own name: {'=..., '.join(frames)}=...."
        if not advice and (meant := [name for name in _CALLED.get(given, ()) if name in known]):
            advice = f" Did you mean {meant[0]!r}?"
        super().__init__(f"{said}{advice}{_other_way(function, given.strip('_'), known)}")


def _other_way(function: str, given: str, known: Sequence[str]) -> str:
    """Say how else to get what an argument that isn't there was meant for; "" where unknown."""
    is_loader, is_plot = function.startswith("load_"), "ax" in known
    if given == "store":
        return " connect(store='folder') makes the client that keeps what is loaded."
    if given in _DAYS and "dates" in known:
        return " Give both days as dates=('2026-05-01', '2026-05-31')."
    if given in _DAYS and is_loader:
        return (
            " It can't filter by date: filter its frame instead, e.g. "
            "frame[frame['posted_at'] >= '2026-05-01'], or by created_at."
        )
    if given in _DAYS and is_plot:
        column = "date" if "analytics" in known else "posted_at"
        return f" Plot the rows of those days, e.g. frame[frame['{column}'] >= '2026-05-01']."
    if given in _FIRST_ROWS and is_loader:
        return " It loads all rows; frame.head(10) has the first ten."
    if given in _FIRST_ROWS and not is_plot and "n" not in known and _ROWS & {*known[:1]}:
        return " It returns all rows; .head(10) after it has the first ten."
    if given in _SIZES and is_plot:
        return " Pass ax=plt.subplots(figsize=(10, 4))[1] for another size."
    if given in ("color", "colors", "c", "cmap", "palette") and is_plot:
        return " Its colours are the theme's: theme='dark' has others."
    if given in _LOOKS and is_plot:
        return f" It returns the axes: ax = tgp.plots.{function}(...); ax.set_{given}(...)."
    return ""


class UnnamedArgumentError(TrackaGoatError, TypeError):
    """A function was given arguments by position that it only takes by name.

    Name them, as the message writes them.

    Parameters
    ----------
    function : str
        The function.
    given : int
        How many arguments it was given by position.
    placed, named : list of str
        The arguments that it takes by position, and those that it takes by name.
    advice : str, optional
        A further sentence.

    See Also
    --------
    errors.UnknownArgumentError : There is no such argument.
    errors.ArgumentError : A value is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UnnamedArgumentError(
    ...     "load_videos", 3, ["project"], ["search", "creator"]
    ... )
    >>> print(error)
    load_videos takes only project by position. Give the others by name: search=, creator=.
    """

    _shown = ("function", "given", "named")

    def __init__(
        self,
        function: str,
        given: int,
        placed: Sequence[str],
        named: Sequence[str],
        advice: str = "",
    ) -> None:
        self.function, self.given, self.named = function, given, tuple(named)
        takes = f"only {listing(list(placed))} by position" if placed else "nothing by position"
        if not named:
            takes = f"only {listing(list(placed)) or 'nothing'}, and {number(given, 'argument')}"
            takes += " were given" if given > 1 else " was given"
        rest = f" Give the others by name: {', '.join(f'{name}=' for name in named)}."
        super().__init__(f"{function} takes {takes}.{advice}{rest if named else ''}")


class UnknownNameError(TrackaGoatError, AttributeError):
    """The package, or an accessor, has no such attribute; the message suggests a similar one.

    ``place`` is a sentence that says where the name is instead.

    Parameters
    ----------
    owner, given : str
        What was asked, and for which name.
    known : list of str
        The names that it has; those that begin with an underscore are left out.
    place : str, optional
        Where the name is instead.

    See Also
    --------
    goat : The methods of a frame, for editors.
    errors.UnknownArgumentError : There is no such argument.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> try:
    ...     tgp.load_video
    ... except tgp.errors.UnknownNameError as error:
    ...     print(error)
    trackagoat_pandas has no attribute 'load_video'. Did you mean 'load_videos'?
    """

    _shown = ("given",)

    def __init__(self, owner: str, given: str, known: Iterable[str], *, place: str = "") -> None:
        self.owner, self.given = owner, given
        names = [name for name in known if not name.startswith("_")]
        near = f" {ended(place)}" if place else did_you_mean(given, names)
        if not near and len(names) <= _FEW_NAMES:
            near = f" It has {listing(names, _FEW_NAMES)}."
        super().__init__(f"{owner} has no attribute {given!r}.{near}")


class StoreError(TrackaGoatError):
    """Base of the errors of a store; ``path`` is the file or folder that the error is about.

    Catch it for all that can be wrong with a store.

    Parameters
    ----------
    path, problem, message : str
        The file or folder, what is wrong with it, and the whole message.

    See Also
    --------
    open_store : Open the store in a folder.
    Store.verify : Check the store for damage.
    errors.StoreMissingError : The store doesn't have the data.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreDamagedError("data/videos.parquet", "it is cut short")
    >>> print(error.path, "|", error.problem)
    data/videos.parquet | it is cut short
    """

    _shown: ClassVar[tuple[str, ...]] = ("path", "problem")

    def __init__(self, path: str, problem: str, message: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(message)


class StoreBusyError(StoreError, TimeoutError):
    """Another process writes to the store; nothing was changed.

    ``pid``, ``host``, ``since`` (in UTC) and ``what`` say who it is; None if that is unknown.
    Wait until it is done: one process at a time writes to a store, and any number may read.

    Parameters
    ----------
    path : str
        The store's folder.
    pid : int, optional
        The number of the process.
    host : str, optional
        The machine that it runs on.
    since : datetime, optional
        Since when it writes, in UTC.
    what : str, optional
        What it does.

    See Also
    --------
    open_store : Open the store in a folder.
    Store.sync : Bring the store up to date.
    Store.info : See what the store has.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreBusyError("data", pid=4711, host="laptop", what="sync")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    the store 'data' is locked: process 4711 on laptop writes to it (sync). Nothing was changed.
    Try again when it is done; reading is possible meanwhile.
    """

    _shown = ("path", "pid", "host", "since", "what")

    def __init__(
        self,
        path: str,
        *,
        pid: int | None = None,
        host: str | None = None,
        since: dt.datetime | None = None,
        what: str | None = None,
    ) -> None:
        self.pid, self.host, self.since, self.what = pid, host, since, what
        holder = "another program" if pid is None else f"process {pid} on {host}"
        facts = [what or "", f"since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""]
        known = ", ".join(fact for fact in facts if fact)
        problem = f"{holder} writes to it{known and f' ({known})'}"
        advice = "Nothing was changed. Try again when it is done; reading is possible meanwhile"
        super().__init__(path, problem, f"the store {path!r} is locked: {problem}. {advice}.")


class StoreWriteError(StoreError, OSError):
    """A file of the store can't be written; what the store had before is unchanged.

    Make room on the disk, or check the permissions of the folder.

    Parameters
    ----------
    path, problem, advice : str
        The file, why it can't be written, and what to do.

    See Also
    --------
    open_store : Open the store in a folder.
    Store.verify : Check the store for damage.
    errors.StoreBusyError : Another process writes to the store.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreWriteError(
    ...     "data/videos.parquet", "the disk is full", "free some room"
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    the file 'data/videos.parquet' of the store can't be written: the disk is full. What the
    store had before is unchanged; free some room.
    """

    def __init__(self, path: str, problem: str, advice: str) -> None:
        said = f"the file {path!r} of the store can't be written: {problem.rstrip('.')}"
        kept = "What the store had before is unchanged"
        super().__init__(path, problem, f"{said}. {kept}; {ended(advice)}")


class StoreDamagedError(StoreError, OSError):
    """A file of the store is missing, cut short or changed; the rest of the store still loads.

    Run ``store.verify(repair=True)``: it drops what is damaged, and the next load requests it
    again.

    Parameters
    ----------
    path, problem : str
        The file, and what is wrong with it.
    advice : str, optional
        What to do.

    See Also
    --------
    Store.verify : Check the store for damage.
    Store.sync : Bring the store up to date.
    errors.StoreError : The base of a store's errors.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreDamagedError("data/videos.parquet", "it is cut short")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    the file 'data/videos.parquet' of the store is damaged: it is cut short. store.verify()
    lists everything that is damaged; store.verify(repair=True) drops just that, so that it is
    asked for again.
    """

    def __init__(self, path: str, problem: str, advice: str = "") -> None:
        todo = advice or (
            "store.verify() lists everything that is damaged; store.verify(repair=True) drops just "
            "that, so that it is asked for again"
        )
        said = f"the file {path!r} of the store is damaged: {problem.rstrip('.')}"
        super().__init__(path, problem, f"{said}. {ended(todo)}")


class StoreVersionError(StoreError, ValueError):
    """The store was written by another version of the package, and was not touched.

    ``found`` is the version of the store's files, ``known`` the one that this package reads.
    Update the package, or open another folder.

    Parameters
    ----------
    path : str
        The store's folder.
    found, known : int
        The version of its files, and the one that this package reads.

    See Also
    --------
    open_store : Open the store in a folder.
    errors.StoreDamagedError : A file of the store is damaged.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreVersionError("data", 9, 3)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    the store 'data' can't be opened: its files have version 9, and this package reads up to 3.
    Nothing was changed. Update trackagoat-pandas.
    """

    _shown = ("path", "found", "known")

    def __init__(self, path: str, found: int, known: int) -> None:
        self.found, self.known = found, known
        problem = f"its files have version {found}, and this package reads up to {known}"
        advice = "Nothing was changed. Update trackagoat-pandas"
        if found < known:
            problem = f"its files have version {found}, and this package reads only {known}"
            advice = "Nothing was changed. Open another folder; DuckDB or Polars can read its parts"
        super().__init__(path, problem, f"the store {path!r} can't be opened: {problem}. {advice}.")


class StoreOwnerError(StoreError, ValueError):
    """The store is another organization's than the client; nothing was kept in it or taken from it.

    ``owner`` says whose the store is, and ``given`` whose the client is. Give each organization
    a folder of its own.

    Parameters
    ----------
    path, owner, given : str
        The store's folder, whose it is, and whose the client is.
    is_unsure : bool, default False
        Whether the client's key was never used with the store.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    open_store : Open the store in a folder.
    errors.StoreMissingError : The store doesn't have the data.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreOwnerError("data", "'Goat Labs'", "'Herd Inc'")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    the store 'data' is refused: it is of 'Goat Labs', and the client is of 'Herd Inc'. Nothing
    was kept in it or taken from it. Open another folder with connect(store=...).
    """

    _shown = ("path", "owner", "given")

    def __init__(self, path: str, owner: str, given: str, *, is_unsure: bool = False) -> None:
        self.owner, self.given = owner, given
        problem = f"it is of {owner}, and the client is of {given}"
        advice = "Open another folder with connect(store=...)"
        if is_unsure:
            problem = f"it is of {owner}, and the client's key was never used with it"
            advice = f"Load something without offline=True, or {advice[0].lower()}{advice[1:]}"
        kept = "Nothing was kept in it or taken from it"
        super().__init__(
            path, problem, f"the store {path!r} is refused: {problem}. {kept}. {advice}."
        )


class StoreMissingError(StoreError, LookupError):
    """The store doesn't have the requested data.

    ``wanted`` names the requested data, ``available`` the data that the store has instead. Sync
    the store, or load what it has.

    Parameters
    ----------
    path : str
        The store's folder.
    wanted, available : str
        What was requested, and what the store has.
    advice : str, optional
        What to do.

    See Also
    --------
    Store.sync : Bring the store up to date.
    Store.info : See what the store has.
    errors.StoreDamagedError : A file of the store is damaged.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.StoreMissingError(
    ...     "data", "list of comments", "videos and creators", "Call store.sync()"
    ... )
    >>> print(error)
    the store 'data' has no list of comments. It has videos and creators. Call store.sync().
    """

    _shown = ("path", "wanted", "available")

    def __init__(self, path: str, wanted: str, available: str, advice: str = "") -> None:
        self.wanted, self.available = wanted, available
        problem = f"it has no {wanted}"
        said = f"the store {path!r} has no {wanted}. It has {available.rstrip('.')}."
        super().__init__(path, problem, f"{said} {ended(advice)}" if advice else said)
