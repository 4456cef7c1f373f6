"""The file in which a watch remembers its alerts, and the messages that weren't delivered yet."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import pandas as pd

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    RefusedFileError,
    StoreDamagedError,
    StoreVersionError,
)
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.store.disk.lock import lock_of, writing_file
from trackagoat_pandas.store.disk.parts import force_folder
from trackagoat_pandas.store.scope import Moment, known_timezone, read_moment
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.watching.states import VERSION as MEMORY_VERSION
from trackagoat_pandas.watching.states import Memory

FILE: Final = "watch.json"
"""The file's name in the folder of a store."""
VERSION: Final = 1
_PATIENCE_S: Final = 10.0
_DAMAGED: Final = (
    "Take it from a backup, or move it away: the next run is then silent, as a first one is"
)

Place: TypeAlias = "Store | str | os.PathLike[str]"
"""A store, in whose folder the file is, or the path of a file that ends in .json."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said of one alert that began or ended: all texts, as they are kept and sent.

    Attributes
    ----------
    key, rule, state
        The alert's identity, its rule, and ``firing`` or ``resolved``.
    since
        When its condition was first seen to hold, such as ``2026-06-18T19:00:00Z``.
    sentence
        What was found. It may quote names of the API, and is not escaped.
    project
        The project's name.
    """

    key: str
    rule: str
    state: str
    since: str
    sentence: str
    project: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The content of the file.

    Attributes
    ----------
    memory
        The alerts and their states.
    unsent
        The messages that are still to be delivered, by the name of what delivers them; also of
        what has delivered all. Neither an address nor a password is in it.
    """

    memory: Memory = field(default_factory=Memory)
    unsent: Mapping[str, tuple[Announcement, ...]] = field(default_factory=dict)


class MemoryFile:
    """The file of a watch, which is written whole or not at all.

    Parameters
    ----------
    place
        A store, or the path of a file that ends in ``.json``; it need not exist yet.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is neither, or the file's folder doesn't exist.
    """

    def __init__(self, place: Place) -> None:
        self.path = place.path / FILE if isinstance(place, Store) else _check_path(place)

    @contextmanager
    def held(self, what: str = "watch a program") -> Iterator[Self]:
        """Keep other processes and threads from a run of their own meanwhile.

        Raises
        ------
        StoreBusyError
            Another process still runs after ten seconds.
        StoreWriteError
            The folder can't be written to.
        """
        lock = lock_of(self.path.with_suffix(".lock"))
        with lock.held(what, wait_s=_PATIENCE_S), lock.whole:
            yield self

    def read(self) -> Remembered:
        """Read the file; nothing is remembered if there is none yet.

        Raises
        ------
        StoreDamagedError, StoreVersionError
            It isn't as it was written, or a later version of the package wrote it.
        RefusedFileError
            This account may not read it.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Remembered()
        except PermissionError as error:
            raise RefusedFileError(str(self.path)) from error
        except IsADirectoryError as error:
            raise self._damage("it is a folder") from error
        try:
            given = json.loads(content)
            kept = {name: given[name] for name in ("memory", "unsent")}
            versions = int(given["version"]), int(kept["memory"]["version"])
            digest = given["sha256"]
        except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
            raise self._damage("it isn't the memory of a watch") from error
        for found, known in zip(versions, (VERSION, MEMORY_VERSION), strict=True):
            if found > known:
                raise StoreVersionError(str(self.path), found, known)
        if digest != _digest(kept):
            raise self._damage("it was changed after it was written")
        try:
            unsent = {
                channel: tuple(_announcement(one) for one in messages)
                for channel, messages in kept["unsent"].items()
            }
            return Remembered(Memory.from_json(kept["memory"]), unsent)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._damage("it isn't the memory of a watch") from error

    def write(self, remembered: Remembered) -> None:
        """Replace the file in one step, once the new one is on the disk.

        Raises
        ------
        StoreWriteError
            It can't be written; the old file is unchanged.
        """
        unsent = {
            channel: [asdict(one) for one in messages]
            for channel, messages in sorted(remembered.unsent.items())
        }  # fmt: skip
        kept = {"memory": remembered.memory.to_json(), "unsent": unsent}
        content = json.dumps({"version": VERSION, "sha256": _digest(kept), **kept}, indent=1)
        # The file that a link points to is replaced, so that the link stays.
        place = Path(os.path.realpath(self.path))
        beside = place.with_name(f".{place.name}.new")
        with writing_file(self.path):
            # Left there by a process that died, if it exists: there is one writer at a time.
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
            force_folder(place.parent)

    def _damage(self, problem: str) -> StoreDamagedError:
        return StoreDamagedError(str(self.path), problem, _DAMAGED)


def read_memory(place: Place) -> Memory:
    """Read what a watch remembers; it is empty before the first run.

    Raises
    ------
    StoreDamagedError, StoreVersionError, RefusedFileError
        As :meth:`MemoryFile.read`.
    """
    return MemoryFile(place).read().memory


def write_memory(place: Place, memory: Memory) -> None:
    """Replace what a watch remembers; undelivered messages stay.

    Raises
    ------
    StoreBusyError, StoreWriteError
        As :class:`MemoryFile`.
    """
    with MemoryFile(place).held() as file:
        file.write(replace(file.read(), memory=memory))


@takes_arrow
def silence_alert(
    key: str,
    until: Moment | None,
    *,
    store: Store | None = None,
    state: str | os.PathLike[str] | None = None,
) -> pd.Timestamp | None:
    """Silence an alert until a moment; if it still fires then, it is announced.

    The alert goes on in the frame of :func:`watch`, and in the boards.

    Parameters
    ----------
    key : str
        The alert's ``key``.
    until : str, datetime or None
        An instant with its offset, or a day, which stands for its end in the organization's time
        zone (in UTC with `state`). None ends the silence now.
    store : Store, optional
        The store in which the watch remembers its alerts.
    state : str or path, optional
        The file in which the watch remembers its alerts, if it isn't the store's own.

    Returns
    -------
    pandas.Timestamp or None
        The moment (UTC).

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingArgumentError
        No alert has this key, or an argument is not allowed.
    StoreBusyError, StoreWriteError, StoreDamagedError, StoreVersionError
        The file is in use, or can't be read or written.

    See Also
    --------
    watch : List what began, goes on and ended.
    widgets.AlertsBoard : See alerts, and silence them.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> state = f"{folder.name}/watch.json"
    >>> with tgp.connect(sandbox=True):
    ...     alerts = tgp.watch("Q1 Brand Program", rules=["overposting"], state=state)
    >>> until = tgp.silence_alert(alerts["key"].iloc[0], "2026-06-20", state=state)
    >>> str(until)
    '2026-06-20 23:59:59.999999+00:00'
    >>> folder.cleanup()
    """
    place = memory_place(store, state)
    if not isinstance(key, str):
        raise ArgumentTypeError("key", key, "the key of an alert")
    zone = known_timezone(place.archive) if isinstance(place, Store) else "UTC"
    moment = None if until is None else pd.Timestamp(read_moment(until, zone, "until"))
    with MemoryFile(place).held("silence an alert") as file:
        remembered = file.read()
        memory = remembered.memory
        if key not in memory.alerts:
            problem = "the watch remembers no alert of this key: it ends each line, and is the "
            problem += "column `key` of the frame"
            raise ArgumentError("key", key, problem=problem)
        others = {one: at for one, at in memory.silenced.items() if one != key}
        silenced = others if moment is None else {**others, key: moment.as_unit("us")}
        file.write(replace(remembered, memory=replace(memory, silenced=silenced)))
    return moment


def memory_place(store: Store | None, state: str | os.PathLike[str] | None) -> Place:
    """Return the one of a store and a file that was given; the file if both were.

    Raises
    ------
    MissingArgumentError, ArgumentTypeError
        Neither was given, or the store isn't one.
    """
    if state is not None:
        return state
    if store is None:
        raise MissingArgumentError("store", "a watch has to remember its alerts in it, or in state")
    if not isinstance(store, Store):
        raise ArgumentTypeError("store", store, "a store, as tgp.open_store returns it")
    return store


def _check_path(place: object) -> Path:
    if not isinstance(place, str | os.PathLike) or not isinstance(os.fspath(place), str):
        raise ArgumentTypeError("state", place, "the path of a .json file, or a store")
    try:
        os.fsencode(place)
        path = Path(os.fspath(place)).expanduser().absolute()
    except (UnicodeError, RuntimeError) as error:
        # Half of an emoji, or the home of a user whom the system doesn't know.
        raise ArgumentError(
            "state", str(place), problem=f"no file can be there: {error}"
        ) from error
    if path.suffix.lower() != ".json" or "\0" in str(path):
        raise ArgumentError("state", str(place), "it must end in .json, such as 'watch.json'")
    if not path.parent.is_dir():
        raise ArgumentError("state", str(place), problem="its folder doesn't exist; make it first")
    return path


def _digest(kept: Mapping[str, Any]) -> str:
    plain = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _announcement(given: Mapping[str, Any]) -> Announcement:
    return Announcement(**{one.name: str(given[one.name]) for one in fields(Announcement)})
