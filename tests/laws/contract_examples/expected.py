"""What a load of an example is: its call, its requests and its cells, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

import trackagoat_pandas as tgp
from tests.laws.contract_examples.served import PROJECT, series
from tests.support.plain_server import Query

UTC, DAY = "datetime64[us, UTC]", "datetime64[us]"
CAPTION = '<b>Glow & go</b> ✨🐐 "50% off" #ad'
NAME = "Q1 Brand Program"
Asked = list[tuple[str, Query]]


class Load(NamedTuple):
    """A load, the requests that it takes, and the cells that it gives.

    A column is named with its dtype. A cell that is a list or a dict is JSON text in the frame.
    ``facts`` are those in its provenance beside the usual ones; ``warning`` is the one it gives.
    """

    call: Callable[[], pd.DataFrame]
    asks: Asked
    cells: dict[str, list[Any]]
    facts: Mapping[str, Any] = {}
    warning: str = ""

    @property
    def own_asks(self) -> Asked:
        """The requests without those that find out what to ask for."""
        looked_up = ("/projects", "/openapi.json")
        return [ask for ask in self.asks if ask[0] not in looked_up] or self.asks


def listed(path: str, *, project: bool = False, **more: str) -> Asked:
    """The requests of a list, and the one before it that finds a project's id by its name."""
    before = [("/projects", {"limit": "100"})] if project else []
    of_project = {"project_id": PROJECT} if project else {}
    return [*before, (path, {"limit": "100", **of_project, **more})]


def points(entity: str, id_: str, metric: str, **more: str) -> Asked:
    days = {"from": "2026-03-25", "to": "2026-03-27"}
    asked = series(entity, id_, metric, mode="new", granularity="day")
    return [("/analytics", {**asked, **days, **more})]


def analytics(*arguments: Any, **options: Any) -> Callable[[], pd.DataFrame]:
    return lambda: tgp.load_analytics(*arguments, dates=("2026-03-25", "2026-03-27"), **options)


def march(*days: int) -> list[str]:
    return [f"2026-03-{day} 00:00:00" for day in days]
