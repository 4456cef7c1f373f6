"""Campaigns by id or name: read an argument, and look up the ids of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from trackagoat_pandas.errors import AmbiguousCampaignError, ArgumentError, UnknownCampaignError
from trackagoat_pandas.helpers.columns import text
from trackagoat_pandas.inputs.checks import check_id, given_ids, is_uuid


class NamedCampaign(NamedTuple):
    """A campaign's id and name; ``project_id`` is "" where it isn't known."""

    id: str
    name: str
    project_id: str


def read_campaigns(argument: str, given: object) -> list[str]:
    """Return the ids, in lower case, and names of campaigns, without repetitions, in order.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        An id or a name; several of them in a list, Index or Series; or a frame of campaigns.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        A value is null, empty or no text, or a frame has no ids of campaigns.
    """
    values = given_ids(argument, given, "campaign")
    return list(dict.fromkeys(_read(argument, value) for value in values))


def ids_of_campaigns(
    wanted: Iterable[str],
    known: Sequence[NamedCampaign],
    *,
    say_project: Callable[[str], str] = repr,
) -> dict[str, str]:
    """Return the id of each id or name that `read_campaigns` read.

    A name in upper or lower case will do, unless several campaigns have it then.

    Parameters
    ----------
    wanted
        Ids, which aren't looked up, and names.
    known
        The campaigns there are.
    say_project
        Writes the project of an id, for the message of an ambiguous name.

    Raises
    ------
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has a name, or several have it.
    """
    found: dict[str, list[NamedCampaign]] = {}
    for name in (name for name in wanted if not is_uuid(name)):
        exact = [one for one in known if one.name == name]
        # In other upper or lower case only where no name is exactly so.
        found[name] = exact or [one for one in known if _fold(one.name) == _fold(name)]
    if unknown := [name for name, them in found.items() if not them]:
        raise UnknownCampaignError(unknown, list(dict.fromkeys(one.name for one in known)))
    for name, them in found.items():
        if len(them) > 1:
            owners = {
                one.id: f"project {say_project(one.project_id)}" if one.project_id else ""
                for one in them
            }
            raise AmbiguousCampaignError(name, list(owners), owners)
    return {name: found[name][0].id if name in found else name for name in wanted}


def campaigns_of_frame(campaigns: pd.DataFrame) -> list[NamedCampaign]:
    """Return the campaigns of a frame that have a name."""
    if "name" not in campaigns.columns:
        return []
    columns: Mapping[str, pd.Series] = {
        name: text(campaigns[name]).fillna("")
        for name in ("id", "name", "project_id")
        if name in campaigns.columns
    }
    owners = columns.get("project_id", [""] * len(campaigns))
    rows = zip(columns["id"], columns["name"], owners, strict=True)
    # The same campaign in two rows isn't ambiguous.
    return list(dict.fromkeys(NamedCampaign(*row) for row in rows if row[0] and row[1]))


def _read(argument: str, given: object) -> str:
    if not isinstance(given, str) or is_uuid(given):
        return check_id(argument, given, entity="campaign")
    if not given.strip():
        raise ArgumentError(argument, given, "an id is a UUID; it is empty: give an id or a name")
    return given


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())
