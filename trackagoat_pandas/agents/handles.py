"""Frames that stay on the server, each under a short name that answers repeat."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.showing.recorder import Recorder, Traced

if TYPE_CHECKING:
    import pandas as pd

MOST_FRAMES, MOST_BYTES = 40, 400_000_000
_IMPORT: Final = "import trackagoat_pandas as tgp"
_ID: Final = re.compile(r'"[0-9a-f]{8}-[0-9a-f-]{27}"')


@dataclass(frozen=True)
class KeptFrame:
    """A frame that is kept: its name in code, the script that makes it, and as of when it is.

    ``notes`` are the warnings that came with it, and ``columns`` those that are shown. With
    ``is_ours`` all its texts are ours. ``script`` is its code where no recorder wrote it, and
    ``is_whole`` is False where a frame that it is made of is missing.
    """

    traced: Traced
    recorder: Recorder
    as_of: str
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    is_ours: bool = False
    script: str = ""
    is_whole: bool = True

    def showing(self, columns: str, units: Mapping[str, str] | None = None) -> KeptFrame:
        """Return it with the columns to show, separated by spaces, and their units."""
        return replace(self, columns=tuple(columns.split()), units=units or self.units)

    @property
    def frame(self) -> pd.DataFrame:
        """The frame itself."""
        frame: pd.DataFrame = self.traced.value
        return frame

    @property
    def code(self) -> str:
        """The script without the import of the package, which every script begins with."""
        return self.script or script_of(self.recorder.code)


def script_of(code: str) -> str:
    r"""Return a script without its first import and empty lines, and with each long id once.

    Examples
    --------
    >>> print(script_of('import trackagoat_pandas as tgp\n\nprojects = tgp.load_projects()'))
    projects = tgp.load_projects()
    """
    lines = "\n".join(line for line in code.splitlines() if line not in ("", _IMPORT))
    repeated = [text for text, count in Counter(_ID.findall(lines)).items() if count > 1]
    for id_ in repeated[:1]:
        lines = f"project = {id_}\n" + lines.replace(id_, "project")
    return lines


class Handles:
    """Frames by their handles; the one that was used the longest ago goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, KeptFrame] = OrderedDict()
        self._numbers = itertools.count(1)

    def keep(self, kept: KeptFrame) -> str:
        """Keep a frame and return its handle, such as ``videos_3``."""
        with self._lock:
            handle = f"{kept.traced.code}_{next(self._numbers)}"
            self._kept[handle] = kept
            while len(self._kept) > 1 and self._is_full():
                self._kept.popitem(last=False)
        return handle

    def get(self, handle: str) -> KeptFrame:
        """Return a kept frame.

        Raises
        ------
        Refusal
            There is none under this handle, or no longer.
        """
        with self._lock:
            if handle in self._kept:
                self._kept.move_to_end(handle)
                return self._kept[handle]
        raise Refusal("No frame is kept under this handle (any longer): ask or load again.")

    def _is_full(self) -> bool:
        sizes = (int(one.frame.memory_usage().sum()) for one in self._kept.values())
        return len(self._kept) > MOST_FRAMES or sum(sizes) > MOST_BYTES
