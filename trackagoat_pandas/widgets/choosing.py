"""The picker of several rows: a search, a list to mark them in, and how many are marked."""

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

from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.widgets.picker import LABELS, FramePicker, Picker

Places = NDArray[np.intp]

_NAMED: Final = 3
"""How many names a sentence lists before it only counts."""


class RowsPicker(FramePicker):
    """A picker of several rows; subclasses say how a row is called and found.

    ``value`` is a tuple of ids, in the order in which they were chosen.
    """

    value: Any = traitlets.TraitType(())

    page_rows = 500
    """Rows in the list at a time."""
    one = ""
    """What one row is."""

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
        rows = [self._search, *([narrowing] if narrowing else []), self._list, self._buttons]
        self.children = [*rows, self._told, self._status]
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _checked(self, proposal: Any) -> tuple[str, ...]:
        return tuple(check_ids("value", proposal["value"], entity=self.one))

    @abstractmethod
    def _named(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        """Order the rows; give them, what each is called, and the text in which it is searched."""

    def _narrowed(self) -> NDArray[np.bool_] | None:
        """Which rows are offered at all, if something beside the search says so."""
        return None

    def _make_controls(self) -> None:
        wide = ipw.Layout(width="min(100%, 560px)")
        self._search = ipw.Text(
            description="Search",
            placeholder=f"part of a {self.one}'s name; Enter takes the only one left",
            style=LABELS,
            layout=wide,
        )
        self._list = ipw.SelectMultiple(
            description=self.what.capitalize(), rows=10, style=LABELS, layout=wide
        )
        self._all, self._none, self._back, self._on = (
            ipw.Button(description=word, icon=icon, layout=ipw.Layout(width="auto"))
            for word, icon in (
                ("Select all", "check-square-o"),
                ("Clear", "square-o"),
                ("Previous", "chevron-left"),
                ("Next", "chevron-right"),
            )
        )
        self._buttons = ipw.HBox(
            [self._all, self._none, self._back, self._on],
            layout=ipw.Layout(margin="0 0 0 98px", flex_flow="row wrap"),
        )
        self._told = ipw.Label(layout=ipw.Layout(margin="0 0 0 100px"))
        self._hear(self._search, lambda _: self._match())
        # Enter takes the only row that is left: JupyterLab keeps a list's arrow keys for itself.
        self._search.on_msg(self._entered)
        self._hear(self._list, self._marked)
        self._all.on_click(lambda _: self._choose_all())
        self._none.on_click(lambda _: self._choose(()))
        self._back.on_click(lambda _: self._turn(-self.page_rows))
        self._on.on_click(lambda _: self._turn(self.page_rows))

    def _show_rows(self) -> None:
        rows, labels, texts = self._named(self.frame)
        self._ids = rows["id"].to_numpy(object)
        self._labels = np.array(labels, dtype=object)
        self._texts = folded(texts)
        self._known.update(zip(self._ids, labels, strict=True))
        self._match()

    def _match(self) -> None:
        """Find the rows that the search and what else narrows them leave, and show the first."""
        with self._showing():
            words = folded(pa.array([self._search.value.strip().removeprefix("@")]))[0].as_py()
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
        self._list.options = list(zip(self._labels[page], self._ids[page], strict=True))
        chosen = set(self.value)
        self._list.value = tuple(id_ for id_ in self._ids[page] if id_ in chosen)
        self._all.description = f"Select all {len(self._matching):,}"
        self._all.disabled = not len(self._matching)
        self._none.disabled = not self.value
        has_pages = len(self._matching) > self.page_rows
        for button, is_off in (
            (self._back, self._first == 0),
            (self._on, self._first + self.page_rows >= len(self._matching)),
        ):
            button.layout.display = None if has_pages else "none"
            button.disabled = is_off
        self._told.value = self._counts(len(page), has_pages=has_pages)
        self._notice(self._lost())

    def _counts(self, shown: int, *, has_pages: bool) -> str:
        found = f"{len(self._matching):,} of {len(self._ids):,} found"
        rows = f", {self._first + 1:,} to {self._first + shown:,} shown" if has_pages else ""
        return f"{len(self.value):,} chosen · {found}{rows}"

    def _lost(self) -> str:
        """Name the chosen rows that are no longer there."""
        if self.frame is None:
            return ""
        there = set(self._ids)
        lost = [self._known.get(id_, id_) for id_ in self.value if id_ not in there]
        if not lost:
            return ""
        names = ", ".join(lost[:_NAMED]) + (
            f" and {len(lost) - _NAMED:,} more" * (len(lost) > _NAMED)
        )
        return f"Chosen, but not among the {self.what} any more: {names}."

    def _marked(self, ids: tuple[str, ...]) -> None:
        """Take over what is marked on this page; what other pages hold stays chosen."""
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
        ids = ", ".join(f'"{id_}"' for id_ in self.value)
        names = [" ".join(self._known[id_].split()) for id_ in self.value if id_ in self._known]
        told = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        return f"{self.what} = [{ids}]" + (f"  # {told}" if told else "")


def folded(texts: pa.Array) -> pa.Array:
    """Fold case and accents away, so that a search finds what a person means."""
    plain = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(texts, ""), form="NFKD"))
    return pc.replace_substring_regex(plain, pattern=r"\p{M}", replacement="")


def joined(*columns: pd.Series) -> pa.Array:
    """Put texts of several columns into one, a missing one as nothing."""
    texts = [
        pc.fill_null(pa.array(column, pa.large_string(), from_pandas=True), "")
        for column in columns
    ]
    return pc.binary_join_element_wise(*texts, pa.scalar(" ", pa.large_string()))
