"""The pages of the board of payouts: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pandas as pd

from trackagoat_pandas.base.types import Granularity
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.entries import accrual_days, payments_for, payout_entries
from trackagoat_pandas.helpers.payouts.money import (
    check_currency,
    currencies,
    format_cents,
    to_money,
)
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    payout_timeline,
    summarize_payouts,
)
from trackagoat_pandas.inputs.checks import fact_instant, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.payout_summary import payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline as plot_timeline
from trackagoat_pandas.widgets.board import View
from trackagoat_pandas.widgets.filters import NO_MATCH
from trackagoat_pandas.widgets.picture import height_of
from trackagoat_pandas.widgets.recorder import Recorder, Traced, call
from trackagoat_pandas.widgets.tiles import Tile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trackagoat_pandas.widgets.payout_board_audit import Audit

Plot: TypeAlias = "Callable[..., Axes]"
MOST_BARS: Final = 12
_SUMS: Final = ("owed", "earned", "paid")
_DIFFERENCES: Final = ("due", "accrued", "paid", "wrong", "difference")
_OPEN: Final = ("unpaid_accruals", "oldest_unpaid")
_ORDER: Final = ("currency", "owed_cents", "earned_cents", "creator_id")

_PICK: Final = "creator_id"
_NAMING: Final = frozenset({"tiktok_handle", "url"})
"""Columns that know a creator's handle."""
_TELL_APART: Final = ("project_name", "version", "id")
_MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Books:
    """The frames of a board.

    ``others`` holds the given ones of structures, assignments, videos, creators, projects and
    amounts due. ``zone`` is the time zone that was given, else that of the frames, else None.
    ``span`` is the days from the first entry to the last. ``called`` has each creator's name, by
    id: the handle where any frame knows it, else the first letters of the id.
    """

    recorder: Recorder
    accruals: Traced
    payments: Traced
    others: Mapping[str, Traced]
    zone: str | None
    currency: str
    called: Traced
    span: DateRange | None = None

    @property
    def timezone(self) -> dict[str, str]:
        """The option of helpers that need a time zone."""
        return {"timezone": self.zone or "UTC"}

    @property
    def money(self) -> dict[str, str]:
        """The option of helpers that need a currency."""
        return {"currency": self.currency}

    def currencies(self) -> list[str]:
        """List the currencies, that of the first accrual first."""
        frames = (self.accruals.value, self.payments.value)
        sides = [currencies(frame, self.currency) for frame in frames]
        return list(pd.concat(sides).unique()) or [self.currency]

    def rules(self, recorder: Recorder) -> Traced | None:
        """Return the rules' names by id; None without structures.

        Equal names are followed by the project, else the version, else the first letters of the id.
        """
        if "structures" not in self.others:
            return None
        rules = self.others["structures"].dropna(subset=["id"]).drop_duplicates("id")
        if "projects" in self.others:
            rules = call(with_names, rules, projects=self.others["projects"])
        rules = recorder.let("rules", rules.astype("object").set_index("id", drop=False))
        names = recorder.let("names", rules["name"].astype("string").fillna("(no name)"))
        for column in [name for name in _TELL_APART if name in rules.value.columns]:
            is_shared = names.duplicated(keep=False)
            if not is_shared.value.any():
                break
            texts = rules[column].astype("string").fillna("?")
            if column == "version":
                texts = "v" + texts
            elif column == "id":
                texts = texts.str.slice(0, ID_LETTERS)
            # A column in which the shared names are alike wouldn't distinguish them.
            if len(set(texts.value[is_shared.value])) > 1:
                names = recorder.let(
                    "names", names.mask(is_shared, names.str.cat(texts, sep=" · "))
                )
        return names

    def rule_names(self) -> dict[str, str]:
        """Map each rule, of structures or only of accruals, to its name."""
        # A recorder of its own, as these names are no step of the code that is shown.
        rules = self.rules(Recorder())
        known = {} if rules is None else rules.value.to_dict()
        ids = self.accruals.value["structure_id"].dropna().unique()
        return {id_: id_[:ID_LETTERS] for id_ in ids} | known

    def unnamed(self) -> int:
        """Count the creators of whom no frame knows the handle."""
        return sum(not str(name).startswith("@") for name in self.called.value)

    def loaded_on(self) -> pd.Timestamp:
        """Return the day on which the earlier frame was loaded; today if none says it."""
        said = (
            fact_instant(frame.value, "server_time") or fact_instant(frame.value, "fetched_at")
            for frame in (self.accruals, self.payments)
        )
        loaded = min(filter(None, said), default=pd.Timestamp.now("UTC"))
        return loaded.tz_convert(self.zone or "UTC").tz_localize(None).normalize()


def open_books(
    recorder: Recorder, frames: Mapping[str, Traced], timezone: str | None, currency: str
) -> Books:
    """Check the frames, and look up time zone, days, currencies and handles."""
    others = dict(frames)
    accruals, payments = others.pop("accruals"), others.pop("payments")
    check_currency(currency)
    if "structures" in others:
        needs = ["id", "name", "kind", "version"]
        require_columns(others["structures"].value, needs, loader="load_payout_structures")
    zone = zone_of(timezone or None, [payments.value, accruals.value])
    called = _creator_names(recorder, accruals, payments, others, currency)
    books = Books(recorder, accruals, payments, others, zone, currency, called)
    entries = call(payout_entries, accruals, payments, **books.timezone, **books.money)
    days = entries["day"].value.dropna()
    for name in books.currencies():
        check_currency(name)
    return replace(books, span=DateRange(days.min(), days.max()) if len(days) else None)


def share_names(structures: pd.DataFrame) -> bool:
    """Return whether several rules have the same name."""
    return bool(structures.drop_duplicates("id")["name"].duplicated().any())


def _creator_names(
    recorder: Recorder,
    accruals: Traced,
    payments: Traced,
    others: Mapping[str, Traced],
    currency: str,
) -> Traced:
    """Name each creator by id, with the handle where any frame knows it."""
    if "creators" in others:
        needs = ["id", "tiktok_handle"]
        require_columns(others["creators"].value, needs, loader="load_creators")
    known = [frame for frame in others.values() if not _NAMING.isdisjoint(frame.value.columns)]
    written = f"[{', '.join(frame.code for frame in known)}]"
    names = {"names": Traced([frame.value for frame in known], written)} if known else {}
    sums = call(summarize_payouts, accruals, payments, currency=currency, **names)
    sums = recorder.let("people", sums.dropna(subset=["creator_id"]).drop_duplicates("creator_id"))
    called = sums["creator_id"].str.slice(0, ID_LETTERS)
    if "tiktok_handle" in sums.value.columns:
        called = ("@" + sums["tiktok_handle"]).fillna(called)
    return recorder.let("called", sums.assign(creator=called).set_index("creator_id")["creator"])


@dataclass(frozen=True, slots=True)
class PayoutChoice:
    """The values of the filters; None for all."""

    project: str | None = None
    creator: str | None = None
    structure: str | None = None
    status: str | None = None
    dates: DateRange | None = None

    def ids(self, *names: str) -> dict[str, str]:
        """Return the selected ids by their columns."""
        found = {f"{name}_id": getattr(self, name) for name in names}
        return {column: id_ for column, id_ in found.items() if id_ is not None}


@dataclass(frozen=True, slots=True)
class Part:
    """The books that match a choice, and their sums by creator."""

    books: Books
    recorder: Recorder
    accruals: Traced
    earned: Traced
    paid: Traced
    sums: Traced
    choice: PayoutChoice

    def branch(self) -> Part:
        """Return the same part for one page, whose script goes on from here."""
        return replace(self, recorder=self.recorder.branch())


def narrow(books: Books, choice: PayoutChoice, recorder: Recorder) -> Part:
    """Keep the accruals that match a choice, and the payments for them.

    A choice of only a creator keeps all of the creator's payments, even without an accrual.
    """
    accruals, payments = books.accruals, books.payments
    if choice.creator is not None:
        accruals = recorder.let("accruals", accruals[accruals["creator_id"] == choice.creator])
        payments = recorder.let("payments", payments[payments["creator_id"] == choice.creator])
    whole = earned = recorder.let("earned", accruals)
    columns = choice.ids("project", "structure")
    if choice.status is not None:
        columns["status"] = choice.status
    for column, wanted in columns.items():
        earned = recorder.let("earned", earned[earned[column] == wanted])
    if choice.dates is not None:
        days = recorder.step("days", accrual_days, earned, **books.timezone)
        chosen = days.between(f"{choice.dates.first}", f"{choice.dates.last}")
        earned = recorder.let("earned", earned[chosen])
    # Without filters payments that settle no accrual count as well.
    if earned is whole:
        paid = recorder.let("paid", payments)
    else:
        paid = recorder.step("paid", payments_for, earned, accruals, payments, **books.money)
    sums = call(summarize_payouts, earned, paid, **books.money)
    return Part(books, recorder, accruals, earned, paid, sums, choice)


def owed(part: Part, drawn: str) -> View:
    """List what each creator earned, was paid and is owed, the most owed first."""
    books, recorder, earned, paid = part.books, part.recorder, part.earned, part.paid
    sums = recorder.let("sums", part.sums)
    options = {**books.timezone, **books.money}
    waiting = recorder.step("waiting", outstanding_balances, earned, paid, **options)
    key = ["creator_id", "currency"]
    frame = recorder.let("frame", sums.merge(waiting[[*key, *_OPEN]], on=key, how="left"))
    ascending = [True, False, False, True]
    frame = frame.sort_values([*_ORDER], ascending=ascending, ignore_index=True)
    frame = _with_money(part, _with_creators(part, recorder.let("frame", frame)), _SUMS)
    if len(books.currencies()) > 1:
        sums = recorder.let("sums", sums[sums["currency"] == drawn])
    plot = recorder.plot(
        payout_summary,
        earned,
        paid,
        n=MOST_BARS,
        names=books.called,
        summary=sums,
        **books.money,
    )
    columns = ["creator", *_SUMS, "accruals", "payments", *_OPEN]
    return _view(part, frame, plot, columns, height_in=_height_in(sums))


def timeline(part: Part, drawn: str, granularity: Granularity) -> View:
    """List the earned and paid amounts of each bucket, and the balance at its end."""
    options = {"granularity": granularity, **part.books.timezone, **part.books.money}
    frame = part.recorder.step("frame", payout_timeline, part.earned, part.paid, **options)
    period = frame["date"].dt.strftime("%b %Y" if granularity == "month" else "week of %d %b %Y")
    period = part.recorder.let("period", period)
    running = _running(part.books, frame.value["date"], granularity)
    if running is not None:
        is_running = frame["date"].ge(f"{running.date()}")
        period = period.mask(is_running, period.add(" (so far)"))
    frame = part.recorder.let("frame", frame.assign(period=period))
    frame = _with_money(part, frame, _SUMS)
    plot = part.recorder.plot(plot_timeline, *_of_currency(part, drawn), **options)
    return _view(part, frame, plot, ["period", *_SUMS])


def entries(part: Part, drawn: str, granularity: Granularity) -> View:
    """List each accrual and payment, the newest first, below a plot of their timeline."""
    recorder = part.recorder
    options = {**part.books.timezone, **part.books.money}
    frame = recorder.step("frame", payout_entries, part.earned, part.paid, **options)
    frame = _with_rules(part, _with_creators(part, frame), part.books.rules(recorder))
    frame = _with_money(part, frame, ("amount",))
    columns = ["creator", "day", "entry", "amount", "rule", "status", "method_name"]
    plot = recorder.plot(
        plot_timeline, *_of_currency(part, drawn), granularity=granularity, **options
    )
    return _view(part, frame, plot, columns)


def findings(part: Part, drawn: str, audit: Audit) -> View:
    """List the differences between due, accrued and paid, with their evidence."""
    recorder = part.recorder
    rules = part.books.rules(recorder)
    frame = _with_money(
        part, _with_rules(part, _with_creators(part, audit.findings), rules), _DIFFERENCES
    )
    earned, paid = _of_currency(part, drawn)
    names = {} if rules is None else {"names": rules}
    options: dict[str, Any] = {"by": "structure", **part.books.money}
    sums = recorder.let("sums", call(summarize_payouts, earned, paid, **options))
    options |= {"n": MOST_BARS, "summary": sums, **names}
    plot = recorder.plot(payout_summary, earned, paid, **options)
    columns = [
        "creator", "finding", "rule", "period_start", "wrong", "reason", "advice", "due", "accrued",
        "paid", "stage",
    ]  # fmt: skip
    view = _view(part, frame, plot, columns, height_in=_height_in(sums))
    left_out = f" Payments alone: {audit.left_out}." if audit.left_out else ""
    return view._replace(mark="structure_id", empty=f"No findings.{left_out}")


def notes(part: Part) -> Iterator[str]:
    """Say which payments count under filters, and which entries the sums leave out."""
    chosen = part.choice
    if any((chosen.project, chosen.structure, chosen.status, chosen.dates)):
        yield "Filtered by what was earned: payments count only for these accruals."
    accruals, payments = part.earned.value, part.paid.value
    for what, frame in {
        "accrual": accruals[accruals["status"] != "voided"],
        "payment": payments,
    }.items():
        if unknown := int(frame["amount_cents"].isna().sum()):
            yield f"{unknown:,} {what}{'s' * (unknown > 1)} without an amount: not in the sums."


def tiles(part: Part, audit: Audit) -> dict[str, str | Tile]:
    """Return the amounts in each currency, the number of creators owed, and the findings.

    Amounts have their change, unless only some days are shown.
    """
    sums, books = part.sums.value, part.books
    by_currency = sums.groupby("currency", sort=False)[[f"{name}_cents" for name in _SUMS]].sum()
    months = _months(part) if part.choice.dates is None else None
    facts = {}
    for currency, amounts in by_currency.iterrows():
        code = f" {currency}" if len(by_currency) > 1 else ""
        for name, cents in zip(_SUMS, amounts, strict=True):
            change = "" if months is None else _change(books, months, name, str(currency))
            value = format_cents(int(cents), str(currency))
            facts[f"{name.capitalize()}{code}"] = Tile(value, change)
    creators = sums.loc[sums["owed_cents"] > 0, "creator_id"].nunique()
    return {
        **facts,
        "Creators owed": f"{creators:,}",
        "Audit": audit.tile(books.currency),
    }


def _months(part: Part) -> pd.DataFrame:
    options = {"granularity": "month", **part.books.timezone, **part.books.money}
    months: pd.DataFrame = call(payout_timeline, part.earned, part.paid, **options).value
    return months.dropna(subset=["date"])


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
        sign = "+" if ends.iloc[1] >= ends.iloc[0] else _MINUS
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
    return f"{'+' if change >= 0 else _MINUS}{size:,.{digits}f} %"


def _running(books: Books, starts: pd.Series, granularity: Granularity) -> pd.Timestamp | None:
    """Return the first day of the bucket that was not over when the frames were loaded."""
    today = books.loaded_on()
    start = (
        today - pd.Timedelta(today.weekday(), "D")
        if granularity == "week"
        else today.replace(day=1)
    )
    return start if (starts >= start).any() else None


def _view(part: Part, frame: Traced, plot: Plot, columns: list[str], **options: Any) -> View:
    """Show columns that the frame has, amounts as cents, and currencies where there are several."""
    has_several = len(part.books.currencies()) > 1
    amounts = {*_SUMS, *_DIFFERENCES, "amount"}
    names = [f"{name}_cents" if name in amounts else name for name in columns]
    shown = [name for name in names if name in frame.value.columns]
    is_whole = part.choice == PayoutChoice()
    return View(
        part.recorder,
        frame,
        plot,
        [*shown, *["currency"] * has_several],
        zone=part.books.zone or "UTC",
        pick=_PICK * (_PICK in frame.value.columns),
        currency=part.books.currency,
        empty="" if is_whole else NO_MATCH.format("payouts"),
        **options,
    )


def _with_creators(part: Part, frame: Traced) -> Traced:
    """Add what each creator is called."""
    called = frame["creator_id"].map(part.books.called)
    return part.recorder.let("frame", frame.assign(creator=called))


def _with_rules(part: Part, frame: Traced, rules: Traced | None) -> Traced:
    """Add the name of each rule, where structures are given."""
    if rules is None:
        return frame
    return part.recorder.let("frame", frame.assign(rule=frame["structure_id"].map(rules)))


def _with_money(part: Part, frame: Traced, names: tuple[str, ...]) -> Traced:
    amounts = {name: call(to_money, frame[f"{name}_cents"]) for name in names}
    return part.recorder.let("frame", frame.assign(**amounts))


def _of_currency(part: Part, currency: str) -> tuple[Traced, Traced]:
    """Keep only the currency to plot, where there are several."""
    if len(part.books.currencies()) == 1:
        return part.earned, part.paid
    default, kept = part.books.currency, []
    for frame in (part.earned, part.paid):
        if "currency" in frame.value.columns:
            is_drawn = frame["currency"].astype("object").fillna(default) == currency
            kept.append(part.recorder.let(frame.code, frame[is_drawn]))
        else:
            kept.append(frame if currency == default else frame.head(0))
    return kept[0], kept[1]


def _height_in(sums: Traced) -> float:
    """Return the height of a picture of sums, of which groups without any money have no bar."""
    cents = sums.value[[f"{name}_cents" for name in _SUMS]]
    bars = int((cents != 0).any(axis=1).sum()) or len(cents)
    return height_of(min(bars, MOST_BARS + 1))
