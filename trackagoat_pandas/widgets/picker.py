"""The base classes of pickers: one value, its line of Python, and the rows to choose from."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Final

import ipywidgets as ipw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import traitlets
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_ids, require_columns
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.widgets.panel import Panel, check_client
from trackagoat_pandas.widgets.recorder import literal

LABELS: Final = {"description_width": "90px"}
"""The style of every labelled control, so that they are aligned."""


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
    def _rows(self, view: Client, project: str | None) -> pd.DataFrame:
        """Load the rows of a project, or of all projects."""

    @abstractmethod
    def _show_rows(self) -> None:
        """Offer the rows of ``frame``."""

    def _of_project(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.project is None or "project_id" not in frame.columns:
            return frame
        return frame[frame["project_id"] == self.project]

    def _offer(self, frame: pd.DataFrame) -> None:
        with self._showing():
            self.set_trait("frame", frame)
            self._show_rows()
        self._follow_value()


Places = NDArray[np.intp]

_NAMED: Final = 3
"""How many names a sentence lists before it counts the rest."""


class RowsPicker(FramePicker):
    """A picker of several rows; subclasses define their order, labels and searched texts.

    ``value`` is a tuple of ids, in the order in which they were selected.
    """

    value: Any = traitlets.TraitType(())

    page_rows = 500
    """The number of rows in the list at a time."""
    one = ""
    """What one row is, such as ``"creator"``."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
        value: object,
        narrowing: ipw.Widget | None = None,
    ) -> None:
        super().__init__(given, project, client)
        self._ids: NDArray[np.object_] = np.empty(0, dtype=object)
        self._labels: NDArray[np.object_] = np.empty(0, dtype=object)
        self._texts = pa.array([], pa.large_string())
        self._known: dict[str, str] = {}
        self._matching: Places = np.empty(0, dtype=np.intp)
        self._first = 0
        self._make_controls()
        rows = [self.search, *([narrowing] if narrowing else []), self.choices, self._buttons]
        self._arrange(*rows, self.counts, self._status)
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _checked(self, proposal: Any) -> tuple[str, ...]:
        return tuple(check_ids("value", proposal["value"], entity=self.one))

    @abstractmethod
    def _named(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        """Sort the rows, and return them with their labels and the texts to search."""

    def _narrowed(self) -> NDArray[np.bool_] | None:
        """Return which rows to offer where there are filters beside the search, else None."""
        return None

    def _make_controls(self) -> None:
        wide = ipw.Layout(width="min(100%, 560px)")
        self.search = ipw.Text(
            description="Search",
            placeholder=f"part of a {self.one}'s name; Enter selects the only match",
            style=LABELS,
            layout=wide,
        )
        self.choices = ipw.SelectMultiple(
            description=self.what.capitalize(), rows=10, style=LABELS, layout=wide
        )
        self.select_all, self.clear, self.previous, self.next = (
            ipw.Button(description=word, icon=icon, layout=ipw.Layout(width="auto"))
            for word, icon in (
                ("Select all", "check-square-o"),
                ("Clear", "square-o"),
                ("Previous", "chevron-left"),
                ("Next", "chevron-right"),
            )
        )
        self._buttons = ipw.HBox(
            [self.select_all, self.clear, self.previous, self.next],
            layout=ipw.Layout(margin="0 0 0 98px", flex_flow="row wrap"),
        )
        self.counts = ipw.Label(layout=ipw.Layout(margin="0 0 0 100px"))
        self._listen(self.search, lambda _: self._match())
        # JupyterLab keeps the arrow keys from lists; so Enter in the search selects its only match.
        self.search.on_msg(self._entered)
        self._listen(self.choices, self._marked)
        self.select_all.on_click(lambda _: self._choose_all())
        self.clear.on_click(lambda _: self._choose(()))
        self.previous.on_click(lambda _: self._turn(-self.page_rows))
        self.next.on_click(lambda _: self._turn(self.page_rows))

    def _show_rows(self) -> None:
        rows, labels, texts = self._named(self.frame)
        self._ids = rows["id"].to_numpy(object)
        self._labels = np.array(labels, dtype=object)
        self._texts = folded(texts)
        self._known.update(zip(self._ids, labels, strict=True))
        self._match()

    def _match(self) -> None:
        """Find the rows that match the search and other filters, and show the first of them."""
        with self._showing():
            words = folded(pa.array([self.search.value.strip().removeprefix("@")]))[0].as_py()
            is_match = np.asarray(pc.match_substring(self._texts, words)).astype(np.bool_)
            narrowed = self._narrowed()
            self._matching = np.flatnonzero(is_match if narrowed is None else is_match & narrowed)
            self._first = 0
            self._show_value()

    def _turn(self, rows: int) -> None:
        with self._showing():
            last = max(0, (len(self._matching) - 1) // self.page_rows * self.page_rows)
            self._first = min(max(0, self._first + rows), last)
            self._show_value()

    def _page(self) -> Places:
        return self._matching[self._first : self._first + self.page_rows]

    def _show_value(self) -> None:
        page = self._page()
        self.choices.options = list(zip(self._labels[page], self._ids[page], strict=True))
        chosen = set(self.value)
        self.choices.value = tuple(id_ for id_ in self._ids[page] if id_ in chosen)
        self.select_all.description = f"Select all {len(self._matching):,}"
        self.select_all.disabled = not len(self._matching)
        self.clear.disabled = not self.value
        has_pages = len(self._matching) > self.page_rows
        for button, is_off in (
            (self.previous, self._first == 0),
            (self.next, self._first + self.page_rows >= len(self._matching)),
        ):
            button.layout.display = None if has_pages else "none"
            button.disabled = is_off
        self.counts.value = self._counts(len(page), has_pages=has_pages)
        self._notice(self._lost())

    def _counts(self, shown: int, *, has_pages: bool) -> str:
        found = f"{len(self._matching):,} of {len(self._ids):,} found"
        rows = f" · showing {self._first + 1:,} to {self._first + shown:,}" if has_pages else ""
        return f"{len(self.value):,} selected · {found}{rows}"

    def _lost(self) -> str:
        """Write a sentence about selected rows that no longer exist."""
        if self.frame is None:
            return ""
        there = set(self._ids)
        lost = [self._known.get(id_, id_) for id_ in self.value if id_ not in there]
        if not lost:
            return ""
        names = ", ".join(lost[:_NAMED]) + (
            f" and {len(lost) - _NAMED:,} more" * (len(lost) > _NAMED)
        )
        return f"Selected, but no longer among the {self.what}: {names}."

    def _marked(self, ids: tuple[str, ...]) -> None:
        """Select what is marked on this page; selected rows of other pages stay selected."""
        page, marked = set(self._ids[self._page()]), set(ids)
        kept = tuple(id_ for id_ in self.value if id_ not in page or id_ in marked)
        self.value = (*kept, *(id_ for id_ in ids if id_ not in set(kept)))

    def _entered(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("event") == "submit" and len(self._matching) == 1:
            self._choose_all()

    def _choose_all(self) -> None:
        found = self._ids[self._matching]
        chosen = set(self.value)
        self._choose((*self.value, *(id_ for id_ in found if id_ not in chosen)))

    def _choose(self, ids: tuple[str, ...]) -> None:
        with self._lock:
            self.value = ids

    def _line(self) -> str:
        names = [" ".join(self._known[id_].split()) for id_ in self.value if id_ in self._known]
        named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        return f"{self.what} = {literal(self.value)}" + (f"  # {named}" if named else "")


def folded(texts: pa.Array) -> pa.Array:
    """Remove case and accents from texts, so that a search ignores them."""
    plain = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(texts, ""), form="NFKD"))
    return pc.replace_substring_regex(plain, pattern=r"\p{M}", replacement="")


def joined(*columns: pd.Series) -> pa.Array:
    """Join the texts of several columns row by row; a missing text counts as empty."""
    texts = [
        pc.fill_null(pa.array(column, pa.large_string(), from_pandas=True), "")
        for column in columns
    ]
    return pc.binary_join_element_wise(*texts, pa.scalar(" ", pa.large_string()))
