"""What a report says, before it is a page: sentences, tables and pictures with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from trackagoat_pandas.asking.sentences import Drawing, Number, Sentence


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of a section: its title, headings, and rows of texts and numbers.

    ``numeric`` says which columns stand to the right; ``more`` how many rows are left out.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | Number]]
    numeric: Sequence[bool]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes
    ----------
    name
        The name by which ``sections=`` picks it, such as ``"goals"``.
    title
        Its heading.
    sentences
        What was found, the most important first.
    findings
        Those of them that answer a question, each with the moment for which it holds.
    listings, picture
        Its tables, and its picture if there is one.
    code
        The script that computes its frames, which the code of its numbers reads.
    caveats
        What has to be known to read it.
    reason
        Why nothing can be said; then there is nothing else.
    moment
        The instant for which it is written, if its lists are older than the report's moment.
    """

    name: str
    title: str
    sentences: Sequence[Sentence] = ()
    listings: Sequence[Listing] = ()
    picture: Drawing | None = None
    code: str = ""
    caveats: Sequence[str] = ()
    reason: str = ""
    moment: pd.Timestamp | None = None
    findings: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title, project, project_id
        Its title, and the project's name and id.
    moment, zone
        The instant for which everything is said (UTC), and the time zone of its days.
    days
        The week that it is about, in words.
    first
        The five sentences of its first screen.
    picture
        The picture of its first screen.
    sections
        Its parts in their order.
    source
        How its frames were made, ``"store"`` or ``"live"``.
    arguments
        What has to be passed to make it again.
    """

    title: str
    project: str
    project_id: str
    moment: pd.Timestamp
    zone: str
    days: str
    first: Sequence[Sentence]
    picture: Drawing | None
    sections: Sequence[Section]
    source: Literal["store", "live"]
    arguments: dict[str, object] = field(default_factory=dict)
