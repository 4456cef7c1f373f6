"""Write a project's report for a week: one page for a browser, or another one for mail."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.clocks import past_day
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_names,
    check_text,
)
from trackagoat_pandas.program.frames import (
    FRAMES,
    MOST_UNASKED,
    ProgramData,
    loaded_program,
    stored_program,
)
from trackagoat_pandas.reporting.document import Document
from trackagoat_pandas.reporting.mail import mail_of
from trackagoat_pandas.reporting.narrowing import CAMPAIGN_FRAMES, CAMPAIGN_SECTIONS
from trackagoat_pandas.reporting.page import check_style, page_of
from trackagoat_pandas.reporting.pictures import read_logo
from trackagoat_pandas.reporting.sections import SECTIONS, check_section
from trackagoat_pandas.reporting.texts import plain_sentence
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.export.saving import check_path, save_all
from trackagoat_pandas.store.scope import Moment, known_timezone, read_as_of
from trackagoat_pandas.store.store import Store

_HEIGHT_PX: Final = 640


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What :func:`report` returns: its repr is the first screen, its display in notebooks the page.

    Attributes
    ----------
    paths
        The files that were written.
    document
        What it says: sentences, tables and numbers with their code.
    html
        The page, or with ``mail=True`` that for mail.
    """

    paths: tuple[Path, ...]
    document: Document
    html: str

    def __repr__(self) -> str:
        said = map(plain_sentence, self.document.first)
        names = ", ".join(path.name for path in self.paths)
        return "\n".join([one_line(f"{self.document.title}: {names}"), *said])

    def _repr_html_(self) -> str:
        # In a frame of its own, so that its style is not that of the notebook; no script runs.
        return (
            f"<iframe title='{escape(self.document.title)}' sandbox='' width='100%' "
            f"height='{_HEIGHT_PX}' style='border: 1px solid #8886' "
            f"srcdoc='{escape(self.html)}'></iframe>"
        )


@takes_arrow
def report(
    project: str,
    path: str | os.PathLike[str] = "report.html",
    *,
    campaign: str | None = None,
    sections: str | Sequence[str] | None = None,
    title: str | None = None,
    logo: str | os.PathLike[str] | None = None,
    style: str | None = None,
    mail: bool = False,
    as_of: Moment | None = None,
    store: Store | None = None,
    client: Client | None = None,
) -> Report:
    """Write a project's week on one page: what changed, who is owed what, what needs a decision.

    It is about the last seven days that are over, and says everything as of one moment. Each of its
    numbers carries the line of Python that computes it, folded below its section.

    Parameters
    ----------
    project : str
        The project's id or exact name.
    path : str or path, default 'report.html'
        The file to write, ending in ``.html``. With `mail` the message is written beside it, ending
        in ``.eml``. A file that is there is replaced.
    campaign : str, optional
        The id or exact name of the only campaign that it is about, such as for a client. It is made
        from that campaign's posts, with its creators and comments, and shows no other creator, post
        or count, and no other campaign than those nested in it. Its code names the project. Its
        sections are ``breakouts``, ``comments`` and ``campaigns``: the
        others are about everything that creators do.
    sections : str or list of str, optional
        The names of its sections; None for all: ``views``, ``goals``, ``payouts``,
        ``breakouts``, ``comments``, ``posting``, ``campaigns``, ``health`` and ``data``.
    title : str, optional
        Its title; by default the project's name and the week.
    logo : str or path, optional
        The path of a PNG or JPEG file of at most 100 kB, which becomes a part of the page.
    style : str, optional
        More CSS for the page, which may not load anything. A mail has no place for it.
    mail : bool, default False
        Whether to write the shorter page for mail clients, as ``.eml`` and ``.html``, instead.
    as_of : str or datetime, optional
        With a store: an instant, or a day up to today, which stands for its end. The report is
        made as of the newest data that the store had by then; by default of all data.
    store : Store, optional
        The store to read, which ``store.sync`` has filled; nothing is requested then. Without it,
        the frames are loaded, by at most 30 requests; what takes more is left out, and the report
        says so.
    client : Client, optional
        Without a store: the client to load with, by default the one that ``connect`` made last.

    Returns
    -------
    Report
        The written ``paths``, the ``document`` and its ``html``. In a notebook it shows the page.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ChoiceError
        An argument is not allowed; nothing was requested or written.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has the name, or several have it.
    StoreMissingError
        The store has nothing of that moment.
    ApiError, ConnectionFailedError, DeadlineError
        A list can't be loaded.
    UnwritableFileError
        The file can't be written.

    See Also
    --------
    verify_report : Check the numbers of a report.
    watch : List what began, goes on and ended.
    program_health : Judge a program part by part.
    open_store : Open the store in a folder.

    Notes
    -----
    The same frames give the same bytes. The page loads nothing from elsewhere and prints on at most
    four A4 pages; :func:`verify_report` checks each number of it against a store.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> with tgp.connect(sandbox=True):
    ...     made = tgp.report("Q1 Brand Program", f"{folder.name}/monday.html")
    >>> [path.name for path in made.paths], len(made.document.first)
    (['monday.html'], 5)
    >>> folder.cleanup()
    """
    target = check_path(path, ".html")
    chosen = _sections_of(sections, campaign)
    if title is not None and not check_text("title", title, "a text").strip():
        raise ArgumentError("title", title, problem="it is empty")
    asked: dict[str, object] = {"sections": chosen, "title": title}
    if campaign is not None:
        asked["campaign"] = check_text("campaign", campaign, "a campaign's id or name")
        if not campaign.strip():
            raise ArgumentError("campaign", campaign, problem="it is empty")
    image = None if logo is None else _image_of(logo)
    read_logo(image)
    check_style(style)
    is_mail = check_bool("mail", mail)
    wanted = FRAMES if campaign is None else CAMPAIGN_FRAMES
    program = _program_of(project, store, client, as_of, wanted)
    document = document_of(
        program, sections=chosen, title=title, campaign=campaign, store=store, arguments=asked,
        source="live" if store is None else "store",
    )  # fmt: skip
    if is_mail:
        message = mail_of(document, logo=image)
        files = {target.with_suffix(".eml"): message.eml, target: message.html.encode()}
        save_all(files)
        return Report(tuple(files), document, message.html)
    html = page_of(document, logo=image, style=style)
    save_all({target: html.encode()})
    return Report((target,), document, html)


def _sections_of(given: str | Sequence[str] | None, campaign: str | None) -> list[str]:
    """Return the names of sections in their order; None gives all."""
    asked = check_names("sections", given)
    allowed = [name for name in SECTIONS if campaign is None or name in CAMPAIGN_SECTIONS]
    for name in asked:
        check_section(name, allowed)
    return [name for name in allowed if name in asked or not asked]


def _image_of(given: str | os.PathLike[str]) -> bytes:
    """Read the file of a logo."""
    path = check_path(given, ".png", ".jpg", ".jpeg", argument="logo", is_read=True)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArgumentError("logo", str(given), problem=f"it can't be read: {error}") from error


def _program_of(
    project: str,
    store: Store | None,
    client: Client | None,
    as_of: Moment | None,
    wanted: Sequence[str],
) -> ProgramData:
    if store is None:
        if as_of is not None:
            problem = "only a store knows an earlier moment: pass store="
            raise ArgumentError("as_of", as_of, problem=problem)
        return loaded_program(project, client=client, wanted=wanted, max_requests=MOST_UNASKED)
    if client is not None:
        problem = "a store is read without requests: pass one of both"
        raise ArgumentError("client", client, problem=problem)
    if not isinstance(store, Store):
        raise ArgumentTypeError("store", store, "a store, as tgp.open_store returns it")
    moment = _past_moment(store, as_of)
    return stored_program(project, store=store, as_of=moment, wanted=wanted)


def _past_moment(store: Store, as_of: Moment | None) -> dt.datetime | None:
    """Read the moment of a report, and refuse a day that hasn't begun.

    Raises
    ------
    ArgumentError
        It is after today, by the server's clock.
    """
    moment = read_as_of(store.archive, as_of)
    if moment is not None:
        zone, now = known_timezone(store.archive), pd.Timestamp(store.archive.server_time())
        day = str(moment.astimezone(ZoneInfo(zone)).date())
        past_day("as_of", day, zone, now, advice=", or leave it out for the newest data")
    return moment
