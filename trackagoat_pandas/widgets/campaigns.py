"""The picker of campaigns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.helpers.campaigns import items_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.load.resources import load_campaigns
from trackagoat_pandas.widgets.filters import told_apart
from trackagoat_pandas.widgets.picker import Picker, RowsPicker, learn_projects

_INDENT = "\N{EM SPACE}"


class CampaignPicker(RowsPicker):
    """Pick several campaigns from their tree.

    Campaigns of one name in several projects have their project's name beside it. A campaign is
    listed below the first one that contains it. Selecting a campaign doesn't select
    those below it, because the API counts them with it.

    Parameters
    ----------
    campaigns
        The frame of :func:`load_campaigns`; by default it is loaded in the background.
    project, client
        As for :class:`CreatorPicker`.
    value
        The campaigns selected at first: ids, or a frame of campaigns.
    none_is_all
        Whether no selection stands for all campaigns, as in a board, and the heading says so.

    Attributes
    ----------
    value : tuple of str
        The selected campaigns' ids, as loaders take them.
    code : str
        The Python line for the selection.
    frame : pandas.DataFrame or None
        The campaigns to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or the value doesn't consist of ids.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.CampaignPicker(project="Q1 Brand Program").wait()
    >>> picker.code
    'campaigns = []'
    """

    what, one, needs = "campaigns", "campaign", ("id", "name", "items")
    hint = "name"

    @takes_arrow
    def __init__(
        self,
        campaigns: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        value: object = (),
        none_is_all: bool = False,
        client: Client | None = None,
    ) -> None:
        super().__init__(campaigns, project, client, value, none_is_all=none_is_all)
        self.choices.add_class("trackagoat-tree")

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        campaigns = load_campaigns(project, client=view)
        learn_projects(view, campaigns["name"])
        return campaigns

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        names = dict(zip(frame["id"], frame["name"].fillna("(no name)"), strict=True))
        names = told_apart(names, self._projects_of(frame))
        order = list(_walk(list(names), _children(frame)))
        place = {id_: number for number, id_ in enumerate(frame["id"])}
        rows = frame.iloc[[place[id_] for id_, _ in order]]
        labels = [f"{_INDENT * depth}{names[id_]}" for id_, depth in order]
        texts = pa.array([names[id_] for id_, _ in order], pa.large_string())
        return rows, labels, texts


def _children(campaigns: pd.DataFrame) -> dict[str, list[str]]:
    """Map each campaign to those of the frame that it lists."""
    there = set(campaigns["id"])
    return {
        id_: [item for kind, item in items_of(items) if kind == "campaign" and item in there]
        for id_, items in zip(campaigns["id"], campaigns["items"], strict=True)
    }


def _walk(ids: list[str], children: dict[str, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield each campaign once with its depth: first from the roots down, then pure cycles."""
    held = {child for listed in children.values() for child in listed}
    seen: set[str] = set()
    for start in [*(id_ for id_ in ids if id_ not in held), *ids]:
        waiting = [(start, 0)]
        while waiting:
            id_, depth = waiting.pop()
            if id_ not in seen:
                seen.add(id_)
                yield id_, depth
                waiting += [(child, depth + 1) for child in reversed(children[id_])]
