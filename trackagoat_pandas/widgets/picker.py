"""The base classes of pickers: one value, its line of Python, and the rows to choose from."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import suppress
from typing import Any, Final

import ipywidgets as ipw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import traitlets
from numpy.typing import NDArray

from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.columns import arrow
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import TEXT
from trackagoat_pandas.inputs.checks import check_bool, check_ids, require_columns
from trackagoat_pandas.names.organization import known_projects, organization
from trackagoat_pandas.showing.row_search import folded, matching
from trackagoat_pandas.widgets.checklist import MOST_CHIPS, WIDE, CheckList, Chips
from trackagoat_pandas.widgets.panel import Panel, check_client
from trackagoat_pandas.widgets.recorder import literal

LABELS: Final = {"description_width": "76px"}
"""The style of every labelled control, so that they are aligned."""


def all_text(count: int, what: str) -> str:
    """Write what no choice stands for.

    Examples
    --------
    >>> all_text(13, "creators"), all_text(1, "creators")
    ('All 13 creators', 'All creators')
    """
    return f"All {count:,} {what}" if count > 1 else f"All {what}"


class Picker(Panel):
    """A panel whose ``value`` loaders take as an argument; subclasses declare the trait."""

    client: Client | None = None
    """The client to load with. Pickers and boards that follow this one use it, too."""

    def __init__(self) -> None:
        super().__init__()
        self.observe(self._follow_value, "value")

    def _follow_value(self, _: Any = None) -> None:
        with self._showing():
            self._show_value()
        self.set_trait("code", self._line())

    @abstractmethod
    def _show_value(self) -> None:
        """Make the controls show the value."""

    @abstractmethod
    def _line(self) -> str:
        """Write the value as a line of Python."""


def learn_projects(client: Client, names: pd.Series) -> None:
    """Load the names of projects where rows of one name may be of several of them."""
    if names.duplicated().any():
        with suppress(TrackaGoatError):  # ids then distinguish the rows
            organization(session_of(client))


def client_of(project: str | Picker | None) -> Client | None:
    """Return the client of a picker of projects; None where there is no picker."""
    return project.client if isinstance(project, Picker) else None


def project_of(project: str | Picker | None) -> str | None:
    """Return a project's id or name, given as it is or by a picker; None for all projects."""
    chosen = project.value if isinstance(project, Picker) else project
    return None if chosen is None else str(chosen)


class FramePicker(Picker):
    """A picker of rows of a frame, which is given or loaded.

    ``frame`` holds the rows to choose from; it is None until they are loaded.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    what = ""
    """What the rows are, such as ``"creators"``: the loader's name without ``load_``."""
    needs: tuple[str, ...] = ("id",)
    """The columns that a given frame must have."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
    ) -> None:
        if given is not None:
            require_columns(given, self.needs, loader=f"load_{self.what}")
        check_client(client)
        self._given, self._project = given, project
        self.client = client or client_of(project)
        super().__init__()
        if isinstance(project, Picker):
            self._follow(project, lambda _: self.reload())

    def reload(self) -> None:
        """Load the rows again, unless they were given, and offer them; the value stays."""
        if self._given is not None:
            self._offer(self._of_project(self._given))
            return
        self.client = self.client or default_client()
        project = self.project
        self._load(self.client, self.what, lambda view: self._rows(view, project), self._offer)

    @property
    def project(self) -> str | None:
        """The id or exact name of the project whose rows are offered; None for all projects."""
        return project_of(self._project)

    @abstractmethod
    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        """Load the rows of a project, or of all projects."""

    @abstractmethod
    def _show_rows(self) -> None:
        """Offer the rows of ``frame``."""

    def _projects_of(self, frame: pd.DataFrame) -> dict[str, str]:
        """Map the ids of rows to the known names of their projects."""
        if "project_name" in frame.columns:
            names = frame["project_name"]
        elif "project_id" in frame.columns:
            known = {} if self.client is None else known_projects(session_of(self.client))
            names = frame["project_id"].map(known)
        else:
            return {}
        pairs = zip(frame["id"], names, strict=True)
        return {id_: name for id_, name in pairs if isinstance(name, str)}

    def _of_project(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.project is None or "project_id" not in frame.columns:
            return frame
        return frame[frame["project_id"] == self.project]

    def _offer(self, frame: pd.DataFrame) -> None:
        with self._showing():
            self.set_trait("frame", frame)
            self._show_rows()
        self._follow_value()


_NAMED: Final = 3
"""How many names a sentence lists before it counts the rest."""


class RowsPicker(FramePicker):
    """A picker of several rows; subclasses define their order, labels and searched texts.

    ``value`` is a tuple of ids, in the order in which they were selected.
    """

    value: Any = traitlets.TraitType(())

    page_rows = 8
    """The number of rows in the list at a time."""
    one = ""
    """What one row is, such as ``"creator"``."""
    hint = ""
    """What the search looks at."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
        value: object,
        narrowing: ipw.Widget | None = None,
        *,
        none_is_all: bool = False,
    ) -> None:
        super().__init__(given, project, client)
        self._ids: NDArray[np.object_] = np.empty(0, dtype=object)
        self._labels: NDArray[np.object_] = np.empty(0, dtype=object)
        self._texts = pa.array([], TEXT)
        self._there: set[str] = set()
        self._known: dict[str, str] = {}
        self._none_is_all = check_bool("none_is_all", none_is_all)
        self._make_controls([narrowing] if narrowing else [])
        self._arrange(self.choices, self._status)
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[str, ...]:
        return tuple(check_ids("value", proposal["value"], entity=self.one))

    @abstractmethod
    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        """Sort the rows, and return them with their labels and the texts to search."""

    def _narrow(self) -> NDArray[np.bool_] | None:
        """Return which rows to offer where there are filters beside the search, else None."""
        return None

    def _make_controls(self, narrowing: list[ipw.Widget]) -> None:
        self.search = ipw.Text(
            description="Search",
            placeholder=self.hint,
            tooltip="Enter selects the only match",
            style=LABELS,
            layout=ipw.Layout(**WIDE),
        )
        self.chips = Chips(self._take_away)
        self.choices = CheckList(
            description=self.what.capitalize(),
            page_rows=self.page_rows,
            beneath=[self.chips, self.search, *narrowing],
        )
        self.counts, self.select_all = self.choices.counts, self.choices.select_all
        self.clear, self.previous, self.next = (
            self.choices.clear, self.choices.previous, self.choices.next
        )  # fmt: skip
        self._listen(self.search, lambda _: self._match())
        self.search.on_msg(self._enter)
        self._listen(self.choices, self._choose)

    def _show_rows(self) -> None:
        rows, labels, texts = self._with_options(self.frame)
        self._ids = rows["id"].to_numpy(object)
        self._labels = np.array(labels, dtype=object)
        self._texts, self._there = folded(texts), set(self._ids)
        self._known.update(zip(self._ids, labels, strict=True))
        self._match()

    def _match(self) -> None:
        """Offer the rows that match the search and other filters."""
        with self._showing():
            is_match = matching(self._texts, self.search.value.strip().removeprefix("@"))
            narrowed = self._narrow()
            found = np.flatnonzero(is_match if narrowed is None else is_match & narrowed)
            self.choices.options = zip(self._labels[found], self._ids[found], strict=True)
            self._show_value()

    def _show_value(self) -> None:
        self.choices.value = self.value
        self.choices.describe(self._counts())
        self.chips.show(self._named_chips(), len(self.value))
        self._notice(self._lost())

    def _named_chips(self) -> list[tuple[str, str]]:
        """Pair selected ids with the beginnings of their labels, or all where two begin alike."""
        ids = self.value[:MOST_CHIPS]
        labels = [self._known.get(id_, id_).strip() for id_ in ids]
        short = [label.split(" · ")[0] for label in labels]
        return [
            (label if short.count(name) > 1 else name, id_)
            for id_, label, name in zip(ids, labels, short, strict=True)
        ]

    def _counts(self) -> str:
        count, found = len(self._ids), len(self.choices.options)
        if self.frame is not None and not count:
            return f"no {self.what} here"
        if self.value:
            chosen = f"{sum(id_ in self._there for id_ in self.value):,} of {count:,} selected"
        else:
            chosen = all_text(count, self.what) if self._none_is_all else "none selected"
        return chosen if found == count else f"{chosen} · {found:,} of {count:,} found"

    def _lost(self) -> str:
        """Write a sentence about selected rows that no longer exist."""
        if self.frame is None:
            return ""
        lost = [self._known.get(id_, id_) for id_ in self.value if id_ not in self._there]
        if not lost:
            return ""
        names = ", ".join(lost[:_NAMED]) + (
            f" and {len(lost) - _NAMED:,} more" * (len(lost) > _NAMED)
        )
        return f"Selected, but no longer among the {self.what}: {names}."

    def _enter(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("event") == "submit" and len(self.choices.options) == 1:
            self.choices.check_all()

    def _take_away(self, id_: str) -> None:
        self._choose(tuple(other for other in self.value if other != id_))

    def _choose(self, ids: tuple[str, ...]) -> None:
        with self._lock:
            self.value = ids

    def _line(self) -> str:
        names = [" ".join(self._known[id_].split()) for id_ in self.value if id_ in self._known]
        named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        return f"{self.what} = {literal(self.value)}" + (f"  # {named}" if named else "")


def joined(*columns: pd.Series) -> pa.Array:
    """Join the texts of several columns row by row; a missing text counts as empty."""
    texts = [pc.fill_null(arrow(column).cast(TEXT), "") for column in columns]
    return pc.binary_join_element_wise(*texts, pa.scalar(" ", TEXT))
