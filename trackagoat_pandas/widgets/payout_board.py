"""The board of payouts: who is owed what, when it was earned and paid, and an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.errors import MissingArgumentError, TrackaGoatError
from trackagoat_pandas.helpers.facts import known_projects as projects_of
from trackagoat_pandas.helpers.facts import mismatch_of
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.load.auditing import LISTS, audit, load_assignments, load_findings
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.names.organization import known_projects
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES
from trackagoat_pandas.widgets import payout_board_views as views
from trackagoat_pandas.widgets.board import ProjectBoard, asked_timezone
from trackagoat_pandas.widgets.filters import ALL, Filters, all_of, dropdown, picker_of_all_days
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.payout_board_audit import Audit, audit_books
from trackagoat_pandas.widgets.picker import Picker
from trackagoat_pandas.widgets.recorder import Recorder, Traced, given, literal
from trackagoat_pandas.widgets.tiles import Tile

_FIRST: Final = ("structures", "accruals", "payments", "creators")
"""The lists that are loaded before the board shows anything."""
PAGES: Final = ("Owed", "Timeline", "Entries", "Audit")
_WORDS: Final = {
    "status": ACCRUAL_STATUSES,
    "every": ("month", "week"),
}


class _Opened(NamedTuple):
    """The books and their audit; `first` has the lists with which a fuller audit goes on."""

    books: views.Books
    audit: Audit
    first: tuple[Recorder, Mapping[str, Traced]] | None = None


class PayoutBoard(ProjectBoard):
    """Show who is owed what: by creator, over time, entry by entry, and audited.

    Selecting a creator shows each accrual and payment of that creator.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. By default
        these, creators and structures are loaded in the background, for one project or all, and
        then what :func:`audit` needs.
    creators
        The frame of :func:`load_creators`, for handles. It has no removed creators.
    structures, assignments
        The frames of :func:`load_payout_structures` and :func:`load_payout_assignments`: for the
        names of rules, and to audit what accrued by recurring rules.
    videos
        The frame of :func:`load_videos`: for the handles of removed creators, and with it and
        ``due`` the audit finds pay for deleted videos.
    due
        The frame of :func:`accrue`, to audit what accrued by all rules. It must cover the same
        structures and periods as the accruals and payments.
    projects
        The frame of :func:`load_projects`, for the names of projects, which also distinguish
        rules of the same name.
    project
        A project's id, or a :class:`ProjectPicker` to follow; None for all. Where the frames are
        loaded, an exact name works, too.
    timezone
        The organization's time zone; by default that of the frames' attributes, else the one that
        ``client`` knows or asks for, else UTC.
    currency
        The currency of frames without a column ``currency``.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table, with amounts as Int64 cents and as exact decimals.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Owed"``, ``"Timeline"``, ``"Entries"`` or ``"Audit"``.
    creator, structure, status : ipywidgets.Dropdown
        Filters: an id or a status; ``""`` for all.
    dates : DateRangePicker
        The days on which accruals were earned. From code, set ``board.dates.value = "2026-05"``.
        Presets end on the day of the last entry.
    filters : Filters
        All filters.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column or one of the two frames is missing, or an argument is not allowed.

    Notes
    -----
    The filters apply to accruals, and only what was paid of those then counts as paid. Without a
    filter all payments count, including those that list no accrual.

    Amounts of different currencies are never added up; the picture shows one currency.

    Accruals are always compared with payments. The tile "Audit" says how much money is wrong, which
    is the total of the column "Wrong" on the page "Audit" (``wrong_cents`` of
    :func:`audit_payouts`), and below it in how many findings, and what wasn't audited or can't be
    judged. Adjustments by hand are on that page, but are no problem.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> board = tgp.widgets.PayoutBoard(accruals, payments, timezone="America/New_York")
    >>> board.status.value = "pending"
    >>> int(board.frame["paid_cents"].sum())
    0
    """

    what = "payouts"

    @takes_arrow
    def __init__(
        self,
        accruals: pd.DataFrame | None = None,
        payments: pd.DataFrame | None = None,
        *,
        creators: pd.DataFrame | None = None,
        structures: pd.DataFrame | None = None,
        assignments: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
        due: pd.DataFrame | None = None,
        projects: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        client: Client | None = None,
    ) -> None:
        check_client(client)
        frames = given(
            accruals=accruals, payments=payments, creators=creators, structures=structures,
            assignments=assignments, videos=videos, due=due, projects=projects,
        )  # fmt: skip
        missing = [name for name in ("accruals", "payments") if name not in frames]
        if len(missing) == 1:
            raise MissingArgumentError(missing[0], "give both frames, or neither to load them")
        if projects is not None:
            require_columns(projects, ["id", "name"], loader="load_projects")
        books = given(payments=payments, accruals=accruals)
        self._timezone, self._currency = asked_timezone(timezone, books, client), currency
        opened = None if missing else self._open_books(Recorder(), frames)
        self._seen: _Opened | None = None
        self._narrowed: tuple[views.Part, Mapping[str, str | Tile]] | None = None
        self._make_controls()
        super().__init__(
            "Payouts", "payouts", [self.filters], tabs=[self.page],
            is_given=not missing, project=project, client=client,
        )  # fmt: skip
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(options=PAGES)
        self.creator, self.structure = dropdown("Creator"), dropdown("Rule")
        self.status = dropdown("Status", [("All statuses", ALL), *_pairs("status")])
        self.dates = picker_of_all_days()
        self.filters = Filters(
            {
                "project": dropdown("Project"),
                "creator": self.creator,
                "structure": self.structure,
                "status": self.status,
                "drawn": dropdown("Currency"),
                "every": dropdown("Interval", _pairs("every")),
            },
            self._on_change,
            self.dates,
        )
        self._listen(self.page, lambda _: self._draw())

    def _on_change(self, name: str) -> None:
        if name == "creator" and self.creator.value and self.page.value == "Owed":
            # Turning the page draws it.
            self.page.value = "Entries"
        else:
            self._redraw()

    def _cost(self, client: Client, project: str | None) -> str:
        with suppress(TrackaGoatError):  # the load itself reports it
            cost = estimate_load(audit, project, client=client)
            if cost.requests is None:
                most = " or more" if cost.most is None else f" to {cost.most:,}"
                many = f"{cost.least:,}{most}"
            else:
                many = f"{cost.requests:,}"
            return (
                "With the audit, which also needs assignments, videos, goals and views, this takes "
                f"{many} requests. What is owed comes first; the rest can be cancelled."
            )
        return ""

    def _load_all(self, view: Session, project: str | None) -> _Opened:
        recorder, frames = Recorder(), dict[str, Traced]()
        for name in _FIRST:
            frames[name] = recorder.step(name, partial(LISTS[name], client=view), project)
        # Rules of several projects often have the same name.
        if project is None and views.share_names(frames["structures"].value):
            frames["projects"] = recorder.step("projects", partial(load_projects, client=view))
        return self._open_books(recorder.branch(), frames)._replace(first=(recorder, frames))

    def _load_audit(
        self, view: Session, project: str | None, recorder: Recorder, first: Mapping[str, Traced]
    ) -> _Opened:
        """Load what the audit needs besides, and audit all rules."""
        recorder, frames = recorder.branch(), dict(first)
        frames["videos"] = recorder.step("videos", partial(LISTS["videos"], client=view), project)
        plain = {name: frame.value for name, frame in frames.items() if name in LISTS}
        plain["assignments"] = load_assignments(view, plain["structures"])
        findings = load_findings(view, plain, currency=self._currency, timezone=self._timezone)
        books = views.open_books(recorder, frames, self._timezone, self._currency)
        asked = [] if project is None else [literal(project)]
        asked += [] if self._currency == "USD" else [f"currency={literal(self._currency)}"]
        recorder = books.recorder.branch()
        found = recorder.let("findings", Traced(findings, f"tgp.audit({', '.join(asked)})"))
        return _Opened(books, Audit(recorder, found))

    def _open_books(self, recorder: Recorder, frames: dict[str, Traced]) -> _Opened:
        books = views.open_books(recorder, frames, self._timezone, self._currency)
        return _Opened(books, audit_books(books))

    def _open(self, loaded: _Opened) -> None:
        self._seen, books, filters = loaded, loaded.books, self.filters
        self._narrowed = None
        creators, rules = books.called.value.to_dict(), books.rule_names()
        projects = self._projects(books)
        currencies = books.currencies()
        filters.offer("creator", all_of(creators, "creators"))
        filters.offer("structure", all_of(rules, "rules"))
        filters.offer("project", all_of(projects, "projects"))
        filters.offer("drawn", [(name, name) for name in currencies])
        is_free = self._is_given and self._project is None and len(projects) > 1
        filters.show("project", is_shown=is_free)
        filters.show("drawn", is_shown=len(currencies) > 1)
        filters.offer_days(books.span)
        self._draw()
        if loaded.first is not None and self._client is not None:
            project, first = self.project, loaded.first
            self._load(
                self._client,
                "what the audit needs",
                lambda view: self._load_audit(view, project, *first),
                self._open,
            )

    def _projects(self, books: views.Books) -> dict[str, str]:
        """Name the projects of the accruals that a frame or the client knows."""
        frames = [books.accruals, books.payments, *books.others.values()]
        known = projects_of([frame.value for frame in frames])
        known |= {} if self._client is None else known_projects(session_of(self._client))
        if "projects" in books.others:
            listed = books.others["projects"].value
            known |= dict(zip(listed["id"], listed["name"], strict=True))
        ids = books.accruals.value["project_id"].dropna().unique()
        return {id_: known.get(id_, id_[:ID_LETTERS]) for id_ in ids}

    def _choice(self) -> views.PayoutChoice:
        filters = self.filters
        # Loaded frames hold one project only, and payments needn't name it.
        followed = self.project if self._is_given else None
        return views.PayoutChoice(
            project=followed or filters["project"],
            creator=filters["creator"],
            structure=filters["structure"],
            status=filters["status"],
            dates=filters.days,
        )

    def _draw(self) -> None:
        if self._seen is None:
            return
        books, audited = self._seen.books, self._seen.audit
        page, drawn = self.page.value, self.filters["drawn"]
        choice, every = self._choice(), self.filters["every"]
        if self._narrowed is None or self._narrowed[0].choice != choice:
            part = views.narrow(books, choice, books.recorder.branch())
            self._narrowed = part, views.tiles(part, audited.narrow(choice, Recorder()))
        part, tiles = self._narrowed
        part = part.branch()
        match page:
            case "Owed":
                view = views.owed(part, drawn)
            case "Timeline":
                view = views.timeline(part, drawn, every)
            case "Entries":
                view = views.entries(part, drawn, every)
            case _:
                part = views.narrow(books, choice, audited.recorder.branch())
                view = views.findings(part, drawn, audited.narrow(choice, part.recorder))
        self.filters.show("every", is_shown=page in ("Timeline", "Entries"))
        self._notice(*views.notes(part), *self._caveats(books, audited))
        view = view._replace(empty=view.empty or self._no_rows())
        self.show(view, tiles)

    def _caveats(self, books: views.Books, audited: Audit) -> Iterable[str]:
        """List the caveats: partial or stale frames, unknown names, vanished selections."""
        pair = {"accruals": books.accruals.value, "payments": books.payments.value}
        due = {"amounts due": books.others["due"].value} if "due" in books.others else {}
        yield from self._caveats_of(pair | due)
        if problem := mismatch_of(pair):
            yield f"{problem}."
        if books.zone is None:
            yield "Days are UTC days: the frames don't carry the organization's time zone."
        if unnamed := books.unnamed():
            which = f"Creators without a known handle, such as removed ones: {unnamed:,}"
            yield f"{which}. They are shown by the first letters of their ids."
        for name, id_ in self.filters.gone().items():
            yield f"The selected {name} {id_} is not in these payouts."
        if self.page.value == "Audit":
            yield from audited.caveats(is_given=self._is_given)


def _pairs(name: str) -> list[tuple[str, str]]:
    return [(heading(word), word) for word in _WORDS[name]]
