"""The picker of creators."""

from __future__ import annotations

import ipywidgets as ipw
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from trackagoat_pandas.helpers.campaigns import members_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.load.resources import load_campaigns, load_creators
from trackagoat_pandas.widgets.checklist import WIDE
from trackagoat_pandas.widgets.filters import distinct, told_apart
from trackagoat_pandas.widgets.picker import LABELS, Picker, RowsPicker, joined, learn_projects

_ALL = ("All campaigns", "")


class CreatorPicker(RowsPicker):
    """Pick several creators from a list, by search and by campaign.

    Parameters
    ----------
    creators
        The frame of :func:`load_creators`; by default it is loaded in the background.
    project
        A :class:`ProjectPicker` to follow, a project's id or exact name, or None for all. A given
        frame is filtered by the project's id.
    campaigns
        The frame of :func:`load_campaigns`, to filter the creators by a campaign and those below
        it. Where the creators are loaded, the campaigns are, too.
    value
        The creators selected at first: ids, or a frame of creators.
    none_is_all
        Whether no selection stands for all creators, as in a board, and the heading says so.
    client
        The client to load with; by default the project picker's, or the one that ``connect`` made
        last.

    Attributes
    ----------
    value : tuple of str
        The selected creators' ids, as loaders take them. Creators that the search or the campaign
        hides stay selected.
    code : str
        The Python line for the selection.
    frame : pandas.DataFrame or None
        The creators to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or the value doesn't consist of ids.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.CreatorPicker(project="Summer Launch").wait()
    ...     picker.value = picker.frame["id"].head(2)
    ...     len(tgp.load_analytics("creator", picker.value, "views", dates="2026-05"))
    62
    """

    what, one, needs = "creators", "creator", ("id", "tiktok_handle")
    hint = "handle or name"

    @takes_arrow
    def __init__(
        self,
        creators: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        campaigns: pd.DataFrame | None = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        if campaigns is not None:
            require_columns(campaigns, ["id", "name", "items"], loader="load_campaigns")
        self._campaigns = campaigns
        self.campaign = ipw.Dropdown(
            description="Campaign",
            options=[_ALL],
            value="",
            style=LABELS,
            layout=ipw.Layout(**WIDE),
        )
        super().__init__(creators, project, client, value, self.campaign, none_is_all=none_is_all)
        self._listen(self.campaign, lambda _: self._match())

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        self._campaigns = load_campaigns(project, client=view)
        creators = load_creators(project, client=view)
        learn_projects(view, creators["tiktok_handle"])
        learn_projects(view, self._campaigns["name"])
        return creators

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        self._offer_campaigns()
        handles = frame["tiktok_handle"].fillna("(no handle)")
        order = np.argsort(handles.str.casefold().to_numpy(object), kind="stable")
        rows, handles = frame.iloc[order], handles.iloc[order]
        names = rows["display_name"] if "display_name" in rows else pd.Series("", index=rows.index)
        labels = [
            f"@{handle} · {name}" if name else f"@{handle}"
            for handle, name in zip(handles, names.fillna(""), strict=True)
        ]
        called = dict(zip(rows["id"], labels, strict=True))
        projects = self._projects_of(rows)
        return rows, list(told_apart(called, projects).values()), joined(handles, names)

    def _offer_campaigns(self) -> None:
        frame = self._campaigns
        self.campaign.layout.display = "none" if frame is None or frame.empty else None
        if frame is None:
            return
        chosen = self.campaign.value
        names = dict(zip(frame["id"], frame["name"].fillna("(no name)"), strict=True))
        self.campaign.options = [_ALL, *distinct(names, self._projects_of(frame))]
        self.campaign.value = chosen if chosen in set(frame["id"]) else ""

    def _narrow(self) -> NDArray[np.bool_] | None:
        campaign = self.campaign.value
        if not campaign or self._campaigns is None:
            return None
        members = members_of(self._campaigns, [campaign]).creators
        return np.fromiter((id_ in members for id_ in self._ids), np.bool_, len(self._ids))
