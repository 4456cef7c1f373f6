"""Every loader by its table's name, and what it gives from canned answers."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pandas as pd

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.relays import Relay
from trackagoat_pandas.errors import ContractWarning, NoDataWarning
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.tables import TABLES

ID = "11111111-1111-4111-8111-111111111111"
Load = Callable[[Client], pd.DataFrame]

LOADS: dict[str, Load] = {
    "projects": lambda client: tgp.load_projects(client=client),
    "creators": lambda client: tgp.load_creators(client=client),
    "videos": lambda client: tgp.load_videos(client=client),
    "campaigns": lambda client: tgp.load_campaigns(client=client),
    "annotations": lambda client: tgp.load_annotations(client=client),
    "comments": lambda client: tgp.load_comments(ID, client=client),
    "payout_methods": lambda client: tgp.load_payout_methods(client=client),
    "payout_structures": lambda client: tgp.load_payout_structures(client=client),
    "payout_assignments": lambda client: tgp.load_payout_assignments(ID, client=client),
    "payout_accruals": lambda client: tgp.load_payout_accruals(client=client),
    "payout_payments": lambda client: tgp.load_payout_payments(client=client),
    "goal_compliance": lambda client: tgp.load_goal_compliance(ID, client=client),
    "data_model": lambda client: tgp.load_data_model(client=client),
} | {
    name: lambda client, name=name: tgp.load_report(name, ID, client=client)
    for name in get_args(Report)
}
RANKED = ("video-leaderboard", "creator-leaderboard")
REPORTS = tuple(name for name in get_args(Report) if name not in RANKED)
NESTED = ("goal_compliance", "data_model")
LISTS = tuple(name for name in LOADS if name not in (*RANKED, *REPORTS, *NESTED))
LISTED = (*LISTS, *RANKED, *REPORTS)
PROJECTS = [{"id": ID, "name": "One", "timezone": "America/New_York"}]
OPENAPI = {"openapi": "3.1.0", "paths": {"/comments": {"get": {}}}}


def with_numbers(app: Canned) -> Relay:
    """Canned answers in which a text such as "number:1e400" travels as that very number."""

    def answer(request, go_on):
        status, headers, body = go_on()
        return status, headers, re.sub(rb'"number:([^"]*)"', rb"\1", body)

    return Relay(app, answer)


@dataclass(frozen=True)
class Loaded:
    """A frame, and what was said of it."""

    frame: pd.DataFrame
    warnings: list[str]

    @property
    def unreadable(self) -> dict[str, int]:
        return self.frame.attrs["trackagoat"].get("unreadable", {})


def path_of(name: str) -> str:
    return TABLES[name].path.format(id=ID)


def load(rules: Mapping[str, Any], loader: Load, **settings: Any) -> Loaded:
    """Load from canned answers, and keep the warnings."""
    app = with_numbers(Canned({"/openapi.json": OPENAPI, "/projects": PROJECTS, **rules}))
    with connect_to(app, **settings) as client, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", NoDataWarning)  # many a drawn report has no row
        # Rows here may have a key alone, and series any days.
        warnings.filterwarnings("ignore", ".* that every row should have", ContractWarning)
        warnings.filterwarnings("ignore", ".* out of the middle of a series", ContractWarning)
        frame = loader(client)
    return Loaded(frame, [str(warning.message) for warning in caught])


def load_table(name: str, answer: Any) -> Loaded:
    return load({path_of(name): answer}, LOADS[name])
