"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, id_, maybe, percent
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[object, ...] = (
    # Campaigns: who is in them, and how they do

    # Campaigns: what they added

    # Creators who are alike

    # How a program does

    # Skill or luck
)
