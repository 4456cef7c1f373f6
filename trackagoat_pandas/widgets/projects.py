"""The picker of a project."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets

from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_id
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.widgets.checklist import WIDE
from trackagoat_pandas.widgets.filters import distinct
from trackagoat_pandas.widgets.picker import LABELS, FramePicker
from trackagoat_pandas.widgets.recorder import literal

# A stock dropdown shows nothing where its value is None.
_ALL, _CHOOSE = ("All projects", ""), ("Choose a project", "")


class ProjectPicker(FramePicker):
    """Pick one of the organization's projects, or all of them.

    Parameters
    ----------
    projects
        The frame of :func:`load_projects`; by default it is loaded in the background.
    value
        The project selected at first: its id, or None for all.
    first
        Whether the first project of the list is selected where none is; "All projects" isn't
        offered then.
    client
        The client to load with; by default the one that ``connect`` made last. Pickers and boards
        that follow this one load with it, too.

    Attributes
    ----------
    value : str or None
        The selected project's id, as loaders take it; None for all projects.
    code : str
        The Python line for the selection: the project's name, or its id where several projects
        have that name.
    frame : pandas.DataFrame or None
        The projects to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The frame has no column of ids or names, or the value isn't an id.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.ProjectPicker().wait()
    ...     picker.value = picker.frame["id"].iloc[-1]
    >>> picker.code
    'project = "Q1 Brand Program"'
    """

    value: Any = traitlets.TraitType(None)
    what, needs = "projects", ("id", "name")

    @takes_arrow
    def __init__(
        self,
        projects: pd.DataFrame | None = None,
        *,
        value: str | None = None,
        first: bool = False,
        client: Client | None = None,
    ) -> None:
        super().__init__(projects, None, client)
        self._takes_first, self._all = check_bool("first", first), _CHOOSE if first else _ALL
        self.choice = ipw.Dropdown(
            description="Project",
            options=[self._all],
            style=LABELS,
            layout=ipw.Layout(**{**WIDE, "max_width": "420px"}),
        )
        self._listen(self.choice, self._chosen)
        self._arrange(self.choice, self._status)
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> str | None:
        return None if proposal["value"] is None else check_id("value", proposal["value"])

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        del project
        return load_projects(client=view)

    def _show_rows(self) -> None:
        names = self._names()
        if self._takes_first and self.value is None and names:
            self.value = next(iter(names))
        self._show_value()

    def _show_value(self) -> None:
        names = self._names()
        lost = None if self.value is None or self.value in names else self.value
        is_open = self.value is None or not self._takes_first
        options = [(name, id_) for id_, name in names.items()]
        lost_one = [(lost, lost)] if lost else []
        self.choice.options = [*([self._all] if is_open else []), *options, *lost_one]
        self.choice.value = self.value or ""
        is_known = lost and self.frame is not None
        self._notice(f"The selected project {lost} is not among the projects." if is_known else "")

    def _names(self) -> dict[str, str]:
        """Map the projects' ids to their names, in order; days distinguish equal names."""
        if self.frame is None:
            return {}
        names = dict(zip(self.frame["id"], self.frame["name"].fillna("(no name)"), strict=True))
        days = [
            _days(self.frame, word, column)
            for word, column in (("created", "created_at"), ("changed", "updated_at"))
            if column in self.frame.columns
        ]
        return {id_: name for name, id_ in distinct(names, *days)}

    def _chosen(self, id_: str) -> None:
        self.value = id_ or None

    def _line(self) -> str:
        if self.value is None:
            return "project = None"
        name = self._names().get(self.value)
        is_own = self.frame is not None and name in set(self.frame["name"])
        return f"project = {literal(name if is_own else self.value)}"


def _days(projects: pd.DataFrame, word: str, column: str) -> dict[str, str]:
    pairs = zip(projects["id"], projects[column], strict=True)
    return {id_: f"{word} {day_text(when)}" for id_, when in pairs if not pd.isna(when)}
