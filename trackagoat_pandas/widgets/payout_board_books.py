"""The frames of a payout board, the part that is looked at, and the Python for that part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.money import check_currency, currencies
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
from trackagoat_pandas.widgets.payout_board_ledger import accrual_days, list_entries, payments_for

NO_AUDIT = (
    "The audit compares the ledger with what was due: give structures= and assignments= for "
    "recurring rules that were never edited, or due=, the frame of tgp.accrue, for all."
)
_FROM = "from trackagoat_pandas.widgets.payout_board_ledger import"


@dataclass(frozen=True, slots=True)
class Books:
    """All that a board was given, accruals with their creators' handles where they are known."""

    accruals: pd.DataFrame
    payments: pd.DataFrame
    structures: pd.DataFrame | None = None
    assignments: pd.DataFrame | None = None
    videos: pd.DataFrame | None = None
    creators: pd.DataFrame | None = None
    due: pd.DataFrame | None = None
    timezone: str | None = None
    currency: str = "USD"

    def opened(self) -> Books:
        """Check the frames, and look up what they name."""
        check_currency(self.currency)
        list_entries(self.accruals, self.payments, currency=self.currency)
        for name in self.currencies():
            check_currency(name)
        if self.structures is not None:
            needs = ["id", "name", "kind", "version"]
            require_columns(self.structures, needs, loader="load_payout_structures")
        if self.creators is None:
            return self
        return self.with_accruals(with_names(self.accruals, creators=self.creators))

    def with_accruals(self, accruals: pd.DataFrame) -> Books:
        """Give the same books with other accruals."""
        return Books(
            accruals, self.payments, self.structures, self.assignments, self.videos,
            self.creators, self.due, self.timezone, self.currency,
        )  # fmt: skip

    @property
    def zone(self) -> str:
        """The time zone of days: the one given, else the frames' own, else UTC."""
        return self._named_zone() or "UTC"

    @property
    def is_zone_known(self) -> bool:
        """Whether an argument or a frame names the time zone."""
        return self._named_zone() is not None

    def _named_zone(self) -> str | None:
        return zone_of(self.timezone or None, [self.payments, self.accruals])

    def currencies(self) -> list[str]:
        """Name the currencies there are, the first one of the accruals first."""
        sides = [currencies(frame, self.currency) for frame in (self.accruals, self.payments)]
        return list(pd.concat(sides).unique()) or [self.currency]

    def span(self) -> DateRange | None:
        """Give the days from the first entry to the last."""
        days = list_entries(self.accruals, self.payments, timezone=self.zone)["day"].dropna()
        return DateRange(days.min(), days.max()) if len(days) else None

    def rules(self) -> pd.Series | None:
        """Give the structures' names by id, where they are known."""
        if self.structures is None:
            return None
        return self.structures.drop_duplicates("id").set_index("id")["name"]

    def names(self) -> dict[str, str]:
        """Give each structure's name, the id's first letters where it isn't known."""
        rules = self.rules()
        known = {} if rules is None else rules.to_dict()
        ids = self.accruals["structure_id"].dropna().unique()
        return {id_: known.get(id_, id_[:8]) for id_ in ids}

    def handles(self) -> dict[str, str]:
        """Give each creator's handle, the id's first letters where it isn't known."""
        ids = pd.concat([self.accruals["creator_id"], self.payments["creator_id"]]).dropna()
        known = dict.fromkeys(ids.unique())
        if "tiktok_handle" in self.accruals.columns:
            pairs = self.accruals[["creator_id", "tiktok_handle"]].dropna()
            known |= dict(pairs.itertuples(index=False))
        return {id_: f"@{name}" if name else id_[:8] for id_, name in known.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the filters say; None lets everything pass."""

    project: str | None = None
    creator: str | None = None
    structure: str | None = None
    status: str | None = None
    dates: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a choice leaves of the books, its sums by creator, and the lines that leave it."""

    books: Books
    earned: pd.DataFrame
    paid: pd.DataFrame
    sums: pd.DataFrame
    lines: tuple[str, ...]


def narrow(books: Books, choice: Choice) -> Part:
    """Keep the accruals that a choice means, and what was paid of them.

    A creator alone keeps all of the creator's payments, also those that list no accrual.
    """
    accruals, payments, lines = books.accruals, books.payments, []
    if choice.creator is not None:
        accruals = accruals[accruals["creator_id"] == choice.creator]
        payments = payments[payments["creator_id"] == choice.creator]
        lines += [
            f'{name} = {name}[{name}["creator_id"] == {choice.creator!r}]'
            for name in ("accruals", "payments")
        ]
    earned, paid = accruals, payments
    lines.append("earned, paid = accruals, payments")
    for column in ("project", "structure"):
        if (id_ := getattr(choice, column)) is not None:
            earned = earned[earned[f"{column}_id"] == id_]
            lines.append(f'earned = earned[earned["{column}_id"] == {id_!r}]')
    if choice.status is not None:
        earned = earned[earned["status"] == choice.status]
        lines.append(f'earned = earned[earned["status"] == {choice.status!r}]')
    if choice.dates is not None:
        days = accrual_days(earned, timezone=books.zone)
        earned = earned[days.between(choice.dates.start, choice.dates.stop, inclusive="left")]
        lines += _dates_lines(choice.dates, books.zone)
    if len(lines) > (3 if choice.creator else 1):
        paid = payments_for(earned, accruals, payments, currency=books.currency)
        money = f", currency={books.currency!r}"
        lines.insert(0, f"{_FROM} payments_for")
        lines.append(f"paid = payments_for(earned, accruals, payments{money})")
    sums = summarize_payouts(earned, paid, currency=books.currency)
    return Part(books, earned, paid, sums, tuple(lines))


def _dates_lines(dates: DateRange, zone: str) -> list[str]:
    first, stop = f"{dates.start:%F}", f"{dates.stop:%F}"
    return [
        f"{_FROM} accrual_days",
        f"days = accrual_days(earned, timezone={zone!r})",
        f'earned = earned[days.between({first!r}, {stop!r}, inclusive="left")]',
    ]


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings, the lines that find them, and what has to be said of them.

    ``covered`` are the ids of the structures that were audited, ``rules`` those of all there are;
    both None where what was due was given, so that all of it is covered.
    """

    findings: pd.DataFrame
    lines: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    covered: frozenset[str] | None = None
    rules: frozenset[str] | None = None

    def narrow(self, choice: Choice) -> Audit:
        """Keep the findings that a choice means; they have no status."""
        found, lines = self.findings, [*self.lines, "frame = findings"]
        for column in ("project", "creator", "structure"):
            if (id_ := getattr(choice, column)) is not None:
                found = found[found[f"{column}_id"] == id_]
                lines.append(f'frame = frame[frame["{column}_id"] == {id_!r}]')
        if choice.dates is not None:
            first, last = f"{choice.dates.first}", f"{choice.dates.last}"
            found = found[found["period_start"].between(first, last)]
            lines.append(f'frame = frame[frame["period_start"].between({first!r}, {last!r})]')
        covered, rules = self.covered, self.rules
        if choice.structure is not None and covered is not None:
            rules = frozenset({choice.structure})
            covered &= rules
        return Audit(found, tuple(lines), self.caveats, covered, rules)

    def tiles(self) -> dict[str, str]:
        """Say how many findings there are, in how many of the rules, and how many stand apart."""
        if self.covered is not None and not self.covered:
            return {"Findings": "not audited"}
        is_aside = self.findings["stage"] == "set_aside"
        wrong = f"{(~is_aside).sum():,}"
        if self.covered is not None and self.rules is not None and self.covered != self.rules:
            wrong += f" in {len(self.covered):,} of {len(self.rules):,} rules"
        return {"Findings": wrong} | (
            {"Set aside": f"{is_aside.sum():,}"} if is_aside.any() else {}
        )


def audit(books: Books) -> Audit | None:
    """Audit all books: None where nothing says what was due."""
    if books.due is not None:
        found = audit_payouts(
            books.due, books.accruals, books.payments, videos=books.videos, currency=books.currency
        )
        videos = "" if books.videos is None else ", videos=videos"
        options = f"{videos}, currency={books.currency!r}"
        line = f"findings = tgp.audit_payouts(due, accruals, payments{options})"
        return Audit(found, (line,))
    if books.structures is None or books.assignments is None or books.accruals.empty:
        return None
    rules = _recurring(books.structures)
    assigned = books.assignments[books.assignments["structure_id"].isin(rules["id"])]
    until: dt.datetime = pd.to_datetime(books.accruals["created_at"], utc=True).max()
    due = accrue(rules, assigned, until=until, timezone=books.zone, currency=books.currency)
    earned = books.accruals[books.accruals["structure_id"].isin(rules["id"])]
    paid = payments_for(earned, books.accruals, books.payments, currency=books.currency)
    # No recurring rule rests on a video, so that none can have been deleted.
    found = audit_payouts(due, earned, paid, currency=books.currency)
    covered, every = (frozenset(frame["id"].dropna()) for frame in (rules, books.structures))
    return Audit(found, _recurring_lines(books), _limits(covered, every), covered, every)


def _recurring_lines(books: Books) -> tuple[str, ...]:
    money = f"currency={books.currency!r}"
    return (
        f"{_FROM} payments_for",
        'rules = structures[(structures["kind"] == "recurring") & (structures["version"] == 1)]',
        'assigned = assignments[assignments["structure_id"].isin(rules["id"])]',
        "import pandas as pd",
        'until = pd.to_datetime(accruals["created_at"], utc=True).max()',
        f"due = tgp.accrue(rules, assigned, until=until, timezone={books.zone!r}, {money})",
        'audited = accruals[accruals["structure_id"].isin(rules["id"])]',
        f"settled = payments_for(audited, accruals, payments, {money})",
        f"findings = tgp.audit_payouts(due, audited, settled, {money})",
    )


def _recurring(structures: pd.DataFrame) -> pd.DataFrame:
    """Keep the rules of which every period is known: one version, and no frame to look at."""
    return structures[(structures["kind"] == "recurring") & (structures["version"] == 1)]


def _limits(covered: frozenset[str], rules: frozenset[str]) -> tuple[str, ...]:
    if covered == rules:
        return ()
    which = f"{len(covered)} of {len(rules)} structures: recurring ones never edited"
    return (f"The audit covers {which}. Give due=, the frame of tgp.accrue, to cover all.",)
