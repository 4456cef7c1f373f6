"""Reading days and ranges of days as people write them.

The caller passes today's date, since it depends on the organization's time zone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike, DatesLike
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError

_DAY_FORMS = "a day as 'YYYY-MM-DD', a date, or a midnight without a time zone"
_RANGE_FORMS = (
    "a pair of days, 'YYYY-MM-DD..YYYY-MM-DD', 'YYYY', 'YYYY-MM', 'YYYY-Qn', 'YYYY-Www', one day, "
    "'today', 'yesterday', 'last N days', 'this week', 'last week', 'this month', 'last month', "
    "'this year', a pandas Period or a DateRange"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_DAYS = re.compile(r"last ([1-9]\d{0,3}) days?")
_RELATIVE = re.compile(
    _LAST_DAYS.pattern + "|today|yesterday|(?:this|last) (?:week|month)|this year"
)
_SPAN = re.compile(r"\s*(?:\.\.|/|\bto\b)\s*")
_SLASHED_MONTH = re.compile(r"\d{4}/\d{1,2}|\d{1,2}/\d{4}")  # though "/" also separates two days
_OTHER_DAYS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y",
)  # fmt: skip
_OTHER_MONTHS: Final = ("%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y", "%B %Y", "%b %Y")
"""Other notations of days and months, recognized only to suggest the right one."""
_ONE_DAY = dt.timedelta(days=1)


def parse_day(value: DateLike | Any, argument: str = "date") -> dt.date:
    """Read one day.

    Raises
    ------
    ArgumentError
        The text isn't a day, or the timestamp has a time of day or a time zone, so that its day
        would depend on where it is read.
    ArgumentTypeError
        The value is of another type.
    """
    if isinstance(value, str):
        return _parse_text_day(value, argument)
    if isinstance(value, dt.datetime):  # pd.Timestamp is one
        if pd.isna(value) or value.tzinfo is not None or value.time() != dt.time():
            raise ArgumentError(argument, value, f"give {_DAY_FORMS}")
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, pd.Period):
        return _period_range(value, argument).single(argument)
    if isinstance(value, np.datetime64):
        return parse_day(pd.Timestamp(value), argument)
    raise ArgumentTypeError(argument, value, _DAY_FORMS)


def _parse_text_day(text: str, argument: str) -> dt.date:
    if not _DAY.fullmatch(text.strip()):
        raise _misread(argument, text, f"give {_DAY_FORMS}", _OTHER_DAYS)
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise ArgumentError(argument, text, f"there is no such day ({error})") from error


def _misread(argument: str, text: str, forms: str, others: Sequence[str]) -> ArgumentError:
    """Make the error for a text: it suggests how to write a day or month, or lists `forms`."""
    meant = dict.fromkeys(_as_written_here(text, others))
    if not meant:
        return ArgumentError(argument, text, forms)
    forms = "days are written YYYY-MM-DD and months YYYY-MM"
    return ArgumentError(argument, text, f"{forms}: did you mean {' or '.join(meant)}?")


def _as_written_here(text: str, others: Sequence[str]) -> Iterator[str]:
    for form in others:
        try:
            found = dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        yield repr(found.isoformat() if form in _OTHER_DAYS else f"{found:%Y-%m}")


@dataclass(frozen=True, slots=True, init=False, repr=False)
class DateRange:
    """A range of whole days of the organization's calendar.

    Parameters
    ----------
    first, last
        The first and the last day, both included.

    Examples
    --------
    >>> DateRange("2026-02-27", "2026-03-01").days
    3
    >>> DateRange.parse("2026-02")
    DateRange('2026-02-01', '2026-02-28')
    """

    first: dt.date
    last: dt.date

    def __init__(self, first: DateLike, last: DateLike) -> None:
        begin, end = parse_day(first, "first"), parse_day(last, "last")
        if begin > end:
            raise ArgumentError(
                "dates", f"{begin}..{end}", "the first day must not come after the last"
            )
        object.__setattr__(self, "first", begin)
        object.__setattr__(self, "last", end)

    @classmethod
    def parse(cls, value: DatesLike, *, today: dt.date | None = None) -> Self:
        """Read a range of days in any of the forms that loaders take as ``dates=``.

        Parameters
        ----------
        value
            A DateRange, a pandas Period, one day, a pair of any of these, or text:
            ``"2026-01-05"``, ``"2026-01-05..2026-02-03"``, ``"2026"``, ``"2026-06"``,
            ``"2026-Q2"``, ``"2026-W07"``, ``"today"``, ``"yesterday"``, ``"last 30 days"``
            (today and the 29 days before), ``"this week"``, ``"last week"`` (Monday to Sunday),
            ``"this month"``, ``"last month"``, ``"this year"``. "This" week, month or year ends
            today.
        today
            The organization's current day; required for texts that are relative to it.

        Raises
        ------
        ArgumentError
            The value is none of these, or its first day comes after its last.
        MissingArgumentError
            The value is relative to today, and `today` is None.
        ArgumentTypeError
            The value is of another type.

        Examples
        --------
        >>> DateRange.parse("last 7 days", today=dt.date(2026, 6, 15))
        DateRange('2026-06-09', '2026-06-15')
        """
        if isinstance(value, DateRange):
            return cls(value.first, value.last)
        if isinstance(value, str):
            return cls._parse_text(value.strip(), today)
        if isinstance(value, pd.Period):
            period = _period_range(value, "dates")
            return cls(period.first, period.last)
        if isinstance(value, Sequence | pd.Index | pd.Series) and not isinstance(value, bytes):
            return cls._parse_pair(list(value), today)
        day = parse_day(value, "dates")
        return cls(day, day)

    @classmethod
    def _parse_pair(cls, pair: list[Any], today: dt.date | None) -> Self:
        if len(pair) != 2:
            raise ArgumentError("dates", pair, f"give {_RANGE_FORMS}")
        begin, end = (cls.parse(part, today=today) for part in pair)
        return cls(begin.first, end.last)

    @classmethod
    def _parse_text(cls, given: str, today: dt.date | None) -> Self:
        text = given.lower()
        ends = _SPAN.split(text)
        if len(ends) == 2 and not _SLASHED_MONTH.fullmatch(text):
            return cls._parse_pair(ends, today)
        if _DAY.fullmatch(text):
            day = parse_day(text, "dates")
            return cls(day, day)
        bounds = _calendar_bounds(text) or _relative_bounds(text, today)
        if bounds is None:
            forms = f"give {_RANGE_FORMS}"
            raise _misread("dates", given, forms, (*_OTHER_DAYS, *_OTHER_MONTHS))
        return cls(*bounds)

    def __repr__(self) -> str:
        return f"DateRange('{self.first}', '{self.last}')"

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def __contains__(self, day: DateLike) -> bool:
        return self.first <= parse_day(day) <= self.last

    @property
    def days(self) -> int:
        """The number of days in the range."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> pd.Timestamp:
        """The midnight at which the range begins, without a time zone, as in frames."""
        return pd.Timestamp(self.first).as_unit("us")

    @property
    def stop(self) -> pd.Timestamp:
        """The midnight at which the range has ended: ``start <= date < stop``."""
        return pd.Timestamp(self.last + _ONE_DAY).as_unit("us")

    @property
    def params(self) -> dict[str, str]:
        """The range as the API's query parameters, both days included."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def single(self, argument: str = "date") -> dt.date:
        """Return the only day of a one-day range; raise if it has more."""
        if self.days != 1:
            raise ArgumentError(argument, str(self), "it must be one day")
        return self.first


def is_relative(value: object) -> bool:
    """Whether a range depends on which day is today."""
    if isinstance(value, str):
        return any(_RELATIVE.fullmatch(part.strip().lower()) for part in _SPAN.split(value))
    return isinstance(value, list | tuple) and any(is_relative(part) for part in value)


def _period_range(period: pd.Period, argument: str) -> DateRange:
    if period.end_time - period.start_time < pd.Timedelta(hours=23):
        raise ArgumentError(argument, period, "a Period must be a day or longer")
    return DateRange(period.start_time.date(), period.end_time.date())


def _calendar_bounds(text: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a year, quarter, month or ISO week; None for other texts."""
    if not (found := re.fullmatch(r"(\d{4})(?:-?(q|w)(\d{1,2})|-(\d{2}))?", text)):
        return None
    year, unit, number, month = int(found[1]), found[2], int(found[3] or 0), int(found[4] or 0)
    try:
        if unit == "w":
            monday = dt.date.fromisocalendar(year, number, 1)
            return monday, monday + 6 * _ONE_DAY
        if unit == "q":
            return _months(year, 3 * number - 2, 3 * number)
        return _months(year, month, month) if found[4] else _months(year, 1, 12)
    except ValueError as error:
        raise ArgumentError("dates", text, "the calendar has no such days") from error


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _relative_bounds(text: str, today: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a text that is relative to today; None for other texts."""
    if not _RELATIVE.fullmatch(text):
        return None
    if today is None:
        raise MissingArgumentError("today", f"{text!r} depends on which day is today")
    today = parse_day(today, "today")
    if found := _LAST_DAYS.fullmatch(text):
        return today - (int(found[1]) - 1) * _ONE_DAY, today
    monday = today - today.weekday() * _ONE_DAY
    month_end = today.replace(day=1) - _ONE_DAY
    return {
        "today": (today, today),
        "yesterday": (today - _ONE_DAY, today - _ONE_DAY),
        "this week": (monday, today),
        "last week": (monday - 7 * _ONE_DAY, monday - _ONE_DAY),
        "this month": (today.replace(day=1), today),
        "last month": (month_end.replace(day=1), month_end),
        "this year": (today.replace(month=1, day=1), today),
    }[text]
