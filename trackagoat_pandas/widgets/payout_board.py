"""The board of payouts: who is owed what, when it was earned and paid, and an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.asking.kernel import answer_from
from trackagoat_pandas.asking.owed import OWED
from trackagoat_pandas.base.types import Granularity
from trackagoat_pandas.errors import MissingArgumentError, TrackaGoatError
from trackagoat_pandas.helpers.facts import known_projects as projects_of
from trackagoat_pandas.helpers.facts import mismatch_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.summaries import (
    balance_totals,
    payout_timeline,
    summarize_payouts,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.load.auditing import LISTS, audit, load_assignments, load_findings
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.names.organization import known_projects
from trackagoat_pandas.plots.payout_summary import payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline as plot_timeline
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, given, literal
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES
from trackagoat_pandas.widgets.board import ProjectBoard, Tile, View, asked_timezone, height_of
from trackagoat_pandas.widgets.filters import (
    ALL,
    NO_MATCH,
    Filters,
    all_of,
    dropdown,
    picker_of_all_days,
)
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.payout_books import (
    Audit,
    Books,
    Part,
    PayoutChoice,
    audit_books,
    narrow,
    open_books,
)
from trackagoat_pandas.widgets.pickers import Picker, options_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIRST: Final = ("structures", "accruals", "payments", "creators")
"""The lists that are loaded before the board shows anything."""
PAGES: Final = ("Owed", "Timeline", "Entries", "Audit")
_MOST_BARS: Final = 8
_SUMS: Final = ("owed", "earned", "paid")
_CENTS: Final = tuple(f"{name}_cents" for name in _SUMS)
_OPEN: Final = ("unpaid_accruals", "oldest_unpaid", "days_outstanding")
_PICK: Final = "creator_id"


class _Opened(NamedTuple):
    """The books and their audit; `first` has the lists with which a fuller audit goes on.

    ``finding`` answers who is owed what.
    """

    books: Books
    audit: Audit
    finding: str
    first: tuple[Recorder, Mapping[str, Traced]] | None = None


class PayoutBoard(ProjectBoard):
    """Show who is owed what: by creator, over time, entry by entry, and audited.

    Selecting a creator shows each accrual and payment of that creator.

    Parameters
    ----------
    accruals, payments : DataFrame, optional
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. By default
        these, creators and structures are loaded in the background, for one project or all, and
        then what :func:`audit` needs.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles. It has no removed creators.
    structures, assignments : DataFrame, optional
        The frames of :func:`load_payout_structures` and :func:`load_payout_assignments`: for the
        names of rules, and to audit what accrued by recurring rules.
    videos : DataFrame, optional
        The frame of :func:`load_videos`: for the handles of removed creators, and with it and
        ``due`` the audit finds pay for deleted videos.
    due : DataFrame, optional
        The frame of :func:`accrue`, to audit what accrued by all rules. It must cover the same
        structures and periods as the accruals and payments.
    projects : DataFrame, optional
        The frame of :func:`load_projects`, for the names of projects, which also distinguish
        rules of the same name.
    project : str or ProjectPicker, optional
        A project's id, or a :class:`ProjectPicker` to follow; None for all. Where the frames are
        loaded, an exact name works, too.
    timezone : str, optional
        The organization's time zone; by default that of the frames' attributes, else the one that
        ``client`` knows or asks for, else UTC.
    currency : str, default 'USD'
        The currency of frames without a column ``currency``.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table, with amounts as Int64 cents.
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

    See Also
    --------
    outstanding_balances : List who is owed what.
    audit : Load the books and audit them in one call.
    payout_workbook : Save the books as a workbook.
    plots.payout_summary : Draw what is paid and owed.

    Notes
    -----
    The filters apply to accruals, and only what was paid of those then counts as paid. Without a
    filter all payments count, including those that list no accrual. With one, "Payable" is what is
    owed for these accruals, but at most what is owed over all: money that was paid twice isn't
    paid again.

    Amounts of different currencies are never added up; the picture shows one currency.

    Accruals are always compared with payments, on all days. The tile "Audit" shows how much money
    is wrong, which is the total of the column "Wrong" on the page "Audit" (``wrong_cents`` of
    :func:`audit_payouts`). Below it are the number of findings, and what wasn't audited or can't be
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
        self._narrowed: tuple[Part, Mapping[str, str | Tile]] | None = None
        self._make_controls()
        super().__init__(
            "Payouts", "payouts", [self.filters], tabs=[self.page],
            is_given=not missing, project=project, client=client,
        )  # fmt: skip
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(options=PAGES)
        self.creator, self.structure = dropdown("Creator"), dropdown("Rule")
        self.status = dropdown("Status", [("All", ALL), *options_of(ACCRUAL_STATUSES)])
        self.dates = picker_of_all_days()
        self.filters = Filters(
            {
                "project": dropdown("Project"),
                "creator": self.creator,
                "structure": self.structure,
                "status": self.status,
                "drawn": dropdown("Currency"),
                "every": dropdown("Interval", options_of(["month", "week"])),
            },
            self._on_change,
            self.dates,
        )
        # Which of these there are to choose from is known once the frames are there.
        for name in ("project", "drawn"):
            self.filters.show(name, is_shown=False)
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
            frames[name] = _load_list(recorder, name, view, project)
        known = frames["creators"].value["id"]
        if not frames["accruals"].value["creator_id"].dropna().isin(known).all():
            # The addresses of their videos have the handles of those who were removed.
            frames["videos"] = _load_list(recorder, "videos", view, project)
        # Rules of several projects often have the same name.
        rules = frames["structures"].value.drop_duplicates("id")
        if project is None and rules["name"].duplicated().any():
            frames["projects"] = recorder.step("projects", partial(load_projects, client=view))
        opened = self._open_books(recorder.branch(), frames, _arguments(project))
        return opened._replace(first=(recorder, frames))

    def _load_audit(
        self, view: Session, project: str | None, recorder: Recorder, first: Mapping[str, Traced]
    ) -> _Opened:
        """Load what the audit needs besides, and audit all rules."""
        recorder, frames = recorder.branch(), dict(first)
        if "videos" not in frames:
            frames["videos"] = _load_list(recorder, "videos", view, project)
        plain = {name: frame.value for name, frame in frames.items() if name in LISTS}
        plain["assignments"] = load_assignments(view, plain["structures"])
        findings = load_findings(view, plain, currency=self._currency, timezone=self._timezone)
        asked = _arguments(project)
        books = open_books(recorder, frames, self._timezone, self._currency, asked)
        money = [] if self._currency == "USD" else [f"currency={literal(self._currency)}"]
        found = Traced(findings, f"tgp.audit({', '.join([*asked, *money])})")
        return _Opened(books, Audit(books.recorder, found), self._finding(books))

    def _open_books(
        self,
        recorder: Recorder,
        frames: dict[str, Traced],
        loaded_by: Sequence[str] | None = None,
    ) -> _Opened:
        books = open_books(recorder, frames, self._timezone, self._currency, loaded_by)
        return _Opened(books, audit_books(books), self._finding(books))

    def _finding(self, books: Books) -> str:
        frames = {"accruals": books.accruals, "payments": books.payments, **books.others}
        zone = books.zone or "UTC"
        return answer_from(OWED, frames, zone, currency=self._currency).finding

    def _open(self, loaded: _Opened) -> None:
        self._seen, books, filters = loaded, loaded.books, self.filters
        self._title("Payouts", loaded.finding)
        self._narrowed = None
        creators = {str(id_): str(name) for id_, name in books.called.items()}
        rules = books.rule_names()
        projects = self._projects(books)
        currencies = books.currencies
        filters.offer("creator", all_of(creators))
        filters.offer("structure", all_of(rules))
        filters.offer("project", all_of(projects))
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

    def _projects(self, books: Books) -> dict[str, str]:
        """Name the projects of the accruals that a frame or the client knows."""
        frames = [books.accruals, books.payments, *books.others.values()]
        known = projects_of([frame.value for frame in frames])
        known |= {} if self._client is None else known_projects(session_of(self._client))
        if "projects" in books.others:
            listed = books.others["projects"].value
            known |= dict(zip(listed["id"], listed["name"], strict=True))
        ids = books.accruals.value["project_id"].dropna().unique()
        return {id_: known.get(id_, id_[:ID_LETTERS]) for id_ in ids}

    def _pick(self, column: str, id_: str) -> None:
        # A row may have another creator id of an account than the one that stands for it.
        is_creator = column == _PICK and self._seen is not None
        known = self._seen.books.known_accounts.mains if is_creator and self._seen else {}
        super()._pick(column, known.get(id_, id_))

    def _choice(self) -> PayoutChoice:
        filters = self.filters
        # Loaded frames hold one project only, and payments needn't name it.
        followed = self.project if self._is_given else None
        return PayoutChoice(
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
            part = narrow(books, choice, books.recorder.branch())
            self._narrowed = part, tiles_of(part, audited.narrow(choice, books, Recorder()))
        part, tiles = self._narrowed
        match page:
            case "Owed":
                view = owed_page(part, drawn)
            case "Timeline":
                view = timeline_page(part, drawn, every)
            case "Entries":
                view = entries_page(part, drawn, every)
            case _:
                part = narrow(books, replace(choice, dates=None), audited.recorder.branch())
                view = findings_page(part, drawn, audited)
        self.filters.show("every", is_shown=page in ("Timeline", "Entries"))
        self._notice(*notes_on(part), *self._caveats(books, audited))
        view = view._replace(empty=view.empty or self._no_rows())
        self.show(view, tiles)

    def _caveats(self, books: Books, audited: Audit) -> Iterable[str]:
        """List the caveats: partial or stale frames, unknown names, vanished selections."""
        pair = {"accruals": books.accruals.value, "payments": books.payments.value}
        due = {"amounts due": books.others["due"].value} if "due" in books.others else {}
        yield from self._caveats_of(pair | due)
        if problem := mismatch_of(pair):
            yield f"{problem}."
        if books.zone is None:
            yield "Days are UTC days: the frames don't carry the organization's time zone."
        if unnamed := books.unnamed():
            have = "creator has" if unnamed == 1 else "creators have"
            why = "for instance since they were removed; the first letters of the id stand for it"
            yield f"{unnamed:,} {have} no known handle, {why}."
        if note := books.known_accounts.note:
            yield note
        for name, id_ in self.filters.gone().items():
            yield f"The selected {name} {id_} is not in these payouts."
        if self.page.value == "Audit":
            if self.filters.days is not None:
                yield "The audit covers all days, whichever are selected."
            yield from audited.caveats(is_given=self._is_given)


def _arguments(project: str | None) -> list[str]:
    """Write the argument with which lists of a project, or of all, are loaded."""
    return [] if project is None else [literal(project)]


def _load_list(recorder: Recorder, name: str, view: Session, project: str | None) -> Traced:
    """Load a list of a project, or of all."""
    projects = [] if project is None else [project]
    return recorder.step(name, partial(LISTS[name], client=view), *projects)


def owed_page(part: Part, drawn: str) -> View:
    """List what each creator earned, was paid and is owed, the most owed first."""
    books, recorder = part.books, part.recorder.branch()
    frame = recorder.let("frame", part.balances)
    pair, sums = _of_currency(part, drawn, recorder), frame.value
    if len(books.currencies) > 1:
        sums = sums[sums["currency"] == drawn]
    options = {"n": _MOST_BARS, **part.names, **books.money, **books.by_account}
    plot = recorder.plot(partial(payout_summary, summary=sums), *pair, **options)
    columns = ["tiktok_handle", *_CENTS, "payable_cents", "method_name", *_OPEN]
    return _view(part, recorder, frame, plot, columns, height_in=_height_in(sums))


def timeline_page(part: Part, drawn: str, granularity: Granularity) -> View:
    """List the earned and paid amounts of each bucket, and the balance at its end."""
    recorder = part.recorder.branch()
    books = part.books
    options = {**_every(granularity), **books.timezone, **books.money, **books.by_account}
    rows = (
        call(payout_timeline, part.earned, part.paid, **options)
        if granularity == "week"
        else part.months
    )
    frame = recorder.let("frame", rows)
    period = frame["date"].dt.strftime("%b %Y" if granularity == "month" else "week of %d %b %Y")
    running = _running(part.books, frame.value["date"], granularity)
    if running is not None:
        unfinished = period.value[frame.value["date"] >= running].unique()
        for name in unfinished:
            period = period.replace(name, f"{name} (so far)")
    frame = recorder.put(frame, "period", period)
    plot = recorder.plot(plot_timeline, *_of_currency(part, drawn, recorder), **options)
    return _view(part, recorder, frame, plot, ["period", *_CENTS, "overpaid_cents"])


def _every(granularity: Granularity) -> dict[str, str]:
    """Return the option for buckets of another length than months."""
    return {} if granularity == "month" else {"granularity": granularity}


def entries_page(part: Part, drawn: str, granularity: Granularity) -> View:
    """List each accrual and payment, the newest first, below a plot of their timeline."""
    books, (before, frame) = part.books, part.entries
    recorder = before.branch()
    options = {**books.timezone, **books.money, **books.by_account}
    columns = [
        "tiktok_handle", "day", "entry", "amount_cents", "structure_name", "status", "method_name",
    ]  # fmt: skip
    pair = _of_currency(part, drawn, recorder)
    plot = recorder.plot(plot_timeline, *pair, **_every(granularity), **options)
    return _view(part, recorder, frame, plot, columns)


def findings_page(part: Part, drawn: str, audited: Audit) -> View:
    """List the differences between due, accrued and paid, with their evidence."""
    recorder, books = part.recorder.branch(), part.books
    audit = audited.narrow(part.choice, books, recorder)
    earned, paid = _of_currency(part, drawn, recorder)
    options: dict[str, Any] = {"by": "structure", **books.money}
    sums = call(summarize_payouts, earned, paid, **options).value
    rules = books.rules(recorder)
    options |= {"n": _MOST_BARS, **({} if rules is None else {"names": rules})}
    plot = recorder.plot(partial(payout_summary, summary=sums), earned, paid, **options)
    columns = [
        "tiktok_handle", "finding", "structure_name", "period_start", "wrong_cents", "reason",
        "advice", "due_cents", "accrued_cents", "paid_cents", "stage",
    ]  # fmt: skip
    view = _view(part, recorder, audit.findings, plot, columns, height_in=_height_in(sums))
    left_out = f" Payments alone: {audit.left_out}." if audit.left_out else ""
    return view._replace(mark="structure_id", empty=f"No findings.{left_out}")


def notes_on(part: Part) -> Iterator[str]:
    """Say which payments count under filters, and which entries the sums leave out."""
    chosen = part.choice
    if any((chosen.project, chosen.structure, chosen.status, chosen.dates)):
        yield "Filtered by what was earned: payments count only for these accruals."
    if part.is_filtered:
        rows = part.balances.value
        is_less = (rows["payable_cents"] < rows["owed_cents"]) & (rows["owed_cents"] > 0)
        if count := int(is_less.sum()):
            who = "1 creator is" if count == 1 else f"{count:,} creators are"
            yield f"Over all days {who} owed less than for these accruals: pay the column Payable."
    accruals, payments = part.earned.value, part.paid.value
    for what, frame in {
        "accrual": accruals[accruals["status"] != "voided"],
        "payment": payments,
    }.items():
        if unknown := int(frame["amount_cents"].isna().sum()):
            yield f"{unknown:,} {what}{'s' * (unknown > 1)} without an amount: not in the sums."


def tiles_of(part: Part, audit: Audit) -> dict[str, str | Tile]:
    """Return the amounts in each currency, the number of creators owed, and the findings.

    Amounts have their change, unless only some days are shown. What some creators were overpaid
    has a tile of its own, and isn't deducted from what others are owed.
    """
    balances, books = part.balances.value, part.books
    by_currency = balance_totals(balances)
    months = None
    if part.choice.dates is None:
        months = part.months.value.dropna(subset=["date"])
    facts = {}
    for currency, amounts in by_currency.iterrows():
        code = f" {currency}" if len(by_currency) > 1 else ""
        for name in _SUMS:
            change = "" if months is None else _change(books, months, name, str(currency))
            value = format_cents(int(amounts[f"{name}_cents"]), str(currency))
            facts[f"{name.capitalize()}{code}"] = Tile(value, change)
        if part.is_filtered:
            rows = balances[balances["currency"] == currency]
            value = format_cents(int(rows["payable_cents"].sum()), str(currency))
            facts[f"Payable{code}"] = Tile(value, "at most what is owed over all days")
        if overpaid := int(amounts["overpaid_cents"]):
            facts[f"Overpaid{code}"] = Tile(format_cents(overpaid, str(currency)))
    creators = balances.loc[balances["owed_cents"] > 0, "creator_id"].nunique()
    scope = "" if part.choice.dates is None else "on all days"
    return {**facts, "Creators owed": f"{creators:,}", "Audit": audit.tile(books.currency, scope)}


def _change(books: Books, months: pd.DataFrame, name: str, currency: str) -> str:
    """Write the amount of the last whole month, or the change of the balance since its end."""
    mine = months[months["currency"] == currency]
    running = _running(books, mine["date"], "month")
    whole = mine if running is None else mine[mine["date"] < running]
    cents = whole.set_index("date")[f"{name}_cents"]
    if name == "owed":
        # Against the end of the month before: that of the one that is running is now.
        ends = mine.set_index("date")["owed_cents"].iloc[-2:]
        if len(ends) < 2:
            return ""
        more = format_cents(abs(int(ends.iloc[1] - ends.iloc[0])), currency)
        sign = "+" if ends.iloc[1] >= ends.iloc[0] else "-"
        return f"{sign}{more} since {day_text(ends.index[0] + pd.offsets.MonthEnd())}"
    if cents.empty:
        return ""
    brought = f"{cents.index[-1]:%b %Y}: {format_cents(int(cents.iloc[-1]), currency)}"
    if len(cents) < 2 or not cents.iloc[-2]:
        return brought
    return f"{brought} ({_percent(*map(int, cents.iloc[-2:]))} on {cents.index[-2]:%b})"


def _percent(old: int, new: int) -> str:
    """Round a change in percent, but never to 100 % unless it is exactly that."""
    change = 100 * (new - old) / abs(old)
    size, digits = abs(change), 0
    if new not in {0, 2 * old} and 99 < size < 101:
        size, digits = min(size, 99.9) if size < 100 else max(size, 100.1), 1
    return f"{'+' if change >= 0 else '-'}{size:,.{digits}f} %"


def _running(books: Books, starts: pd.Series, granularity: Granularity) -> pd.Timestamp | None:
    """Return the first day of the bucket that was not over when the frames were loaded."""
    today = books.loaded_on()
    start = (
        today - pd.Timedelta(today.weekday(), "D")
        if granularity == "week"
        else today.replace(day=1)
    )
    return start if (starts >= start).any() else None


def _view(
    part: Part,
    recorder: Recorder,
    frame: Traced,
    plot: Callable[..., Axes],
    columns: list[str],
    **options: Any,
) -> View:
    """Show columns that the frame has, and currencies where there are several."""
    has_several = len(part.books.currencies) > 1
    shown = [name for name in columns if name in frame.value.columns]
    if "creator_id" in frame.value.columns and "tiktok_handle" not in shown:
        shown = ["creator_id", *shown]
    is_whole = part.choice == PayoutChoice()
    return View(
        recorder,
        frame,
        plot,
        [*shown, *["currency"] * has_several],
        zone=part.books.zone or "UTC",
        pick=_PICK * (_PICK in frame.value.columns),
        currency=part.books.currency,
        empty="" if is_whole else NO_MATCH.format("payouts"),
        **options,
    )


def _of_currency(part: Part, currency: str, recorder: Recorder) -> tuple[Traced, Traced]:
    """Keep only the currency to plot, where there are several."""
    if len(part.books.currencies) == 1:
        return part.earned, part.paid
    default, kept = part.books.currency, []
    for frame in (part.earned, part.paid):
        if "currency" in frame.value.columns:
            is_drawn = frame["currency"].astype("object").fillna(default) == currency
            kept.append(recorder.let(frame.code, frame[is_drawn]))
        else:
            kept.append(frame if currency == default else frame.head(0))
    return kept[0], kept[1]


def _height_in(sums: pd.DataFrame) -> float:
    """Return the height of a picture of sums, of which groups without any money have no bar."""
    bars = int((sums[[*_CENTS]] != 0).any(axis=1).sum()) or len(sums)
    return height_of(min(bars, _MOST_BARS + 1))
