"""Reading days and ranges of days as people write them.

The caller passes today's date, since it depends on the organization's time zone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from trackagoat_pandas.base.spelling import nearest
from trackagoat_pandas.base.types import DateLike, DatesLike
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError

_DAY_FORMS = "a day as 'YYYY-MM-DD', a date, or a midnight without a time zone"
_RANGE_FORMS = (
    "two days, ('2026-05-01', '2026-05-31') or '2026-05-01..2026-05-31', or one of '2026-05-31', "
    "'2026-05', 'May 2026', '2026-Q2', '2026-W20', '2026', 'today', 'yesterday', 'this week', "
    "'last month', 'last 30 days' and 'since 2026-05-01'"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_FEW = re.compile(r"last ([1-9]\d{0,3}) (day|week|month|quarter|year)s?")
_FEW = re.compile(r"(?:last |past )?([1-9]\d{0,3})(?: ?([a-z]+))?")
"""What people write for the last days, which is only suggested."""
_UNITS: Final = {
    **{name: f"{name}s" for name in ("day", "week", "month", "quarter", "year")},
    **{f"{name}s": f"{name}s" for name in ("day", "week", "month", "quarter", "year")},
    **{name[0]: f"{name}s" for name in ("day", "week", "month", "year")},
}
_ALL: Final = ("all", "all time", "all days", "always", "ever", "everything", "max")
_NO_YEAR: Final = "2026"
"""The year of examples, where someone left theirs out."""
_WEEK = re.compile(r"(?:week|w|kw) ?(\d{1,2})")
_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})[t ]\d{2}:?\d{2}\S*")
_OTHER_SPAN = re.compile(r"\s*(?:\.\.|[,;:\u2013\u2014]|\bto\b|\buntil\b|\bthrough\b)\s*|\s+-\s+|"
                         r"(?<=\d{4})-(?=\d\d?\.)")  # fmt: skip
"""What people write between two days, besides what is read."""
_SINCE = re.compile(r"since (.+)")
_WORDS: Final = (
    "today", "yesterday", "this week", "last week", "this month", "last month", "this quarter",
    "last quarter", "this year", "last year",
)  # fmt: skip
_RELATIVE = re.compile("|".join((_LAST_FEW.pattern, _SINCE.pattern, *_WORDS)))
_CALENDAR = re.compile(r"(\d{4})(?:-?(q|w)(\d{1,2})|-(\d{2}))?")
_NAMED = re.compile(r"(?:q([1-4])|([a-z]{3,9})\.?) ([1-9]\d{3})")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH_OF: Final = {
    "sept": 9,
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
}
"""The number of each month by its English name and its first three letters."""
_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS_OF: Final = {"day": 1, "week": 7}
_SPAN = re.compile(r"\s*(?:\.\.|/|\bto\b)\s*")
_SLASHED_MONTH = re.compile(r"\d{4}/\d{1,2}|\d{1,2}/\d{4}")  # though "/" also separates two days
_OTHER_DAYS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y",
)  # fmt: skip
_OTHER_MONTHS: Final = ("%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y")
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
            meant = "" if pd.isna(value) else f"; did you mean '{value.date()}'?"
            raise ArgumentError(argument, value, f"give {_DAY_FORMS}{meant}")
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
        year, month = int(text.strip()[:4]), int(text.strip()[5:7])
        why = "months are 01 to 12"
        if year and 1 <= month <= 12:
            why = f"the last of its month is '{_months(year, month, month)[1]}'"
        raise ArgumentError(argument, text, f"there is no such day; {why}") from error


def _misread(argument: str, text: str, forms: str, others: Sequence[str]) -> ArgumentError:
    """Make the error for a text: it suggests a spelling, or lists `forms`."""
    if meant := dict.fromkeys(_as_written_here(text, others)):
        forms = "days are written YYYY-MM-DD and months YYYY-MM"
        return ArgumentError(argument, text, f"{forms}: did you mean {' or '.join(meant)}?")
    advice = _range_meant(text.strip().lower()) if argument == "dates" else ""
    return ArgumentError(argument, text, advice or forms)


def _range_meant(text: str) -> str:
    """Say which range of days a text in lower case may mean; "" if that isn't clear."""
    if text in _ALL:
        return f"name the first of all days, such as 'since {_NO_YEAR}-01-01'"
    if (few := _FEW.fullmatch(text)) and (near := nearest(few[2] or "days", _UNITS)):
        return f"did you mean 'last {few[1]} {_UNITS[few[2] if few[2] in _UNITS else near[0]]}'?"
    if near := nearest(text, _WORDS):
        return f"did you mean {' or '.join(map(repr, near))}?"
    if re.fullmatch(r"last 0+ ?[a-z]*", text):
        return "the last days are at least one, 'last 1 day'"
    if found := _TIMED.fullmatch(text):
        return f"it takes days without a time: did you mean '{found[1]}'?"
    if week := _WEEK.fullmatch(text):
        return f"add its year, such as '{_NO_YEAR}-W{int(week[1]):02}'"
    with_year = f"{text} {_NO_YEAR}"
    if _NAMED.fullmatch(with_year) and _calendar_bounds(with_year):
        return f"add its year, such as '{with_year.capitalize()}'"
    if day := [*_as_written_here(with_year, _OTHER_DAYS)]:
        return f"add its year, such as {day[0]}"
    if ends := _ends_of(_OTHER_SPAN.split(text)):
        return f"did you mean '{ends[0]}..{ends[1]}'?"
    return ""


def _ends_of(given: Iterable[Any]) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last of several days; None unless all can be read."""
    days: list[dt.date] = []
    for one in given:
        if isinstance(one, str):
            # Of what may be two days, such as 06/07/2026, nothing is guessed.
            read = {*_as_written_here(one, _OTHER_DAYS)}
            days += (
                [dt.date.fromisoformat(each.strip("'")) for each in read] if len(read) == 1 else []
            )
        elif isinstance(one, dt.date) and not pd.isna(one):
            days.append(one.date() if isinstance(one, dt.datetime) else one)
    is_whole = len(days) == len(list(given)) > 1
    return (min(days), max(days)) if is_whole else None


def _unreadable(value: object) -> ArgumentError | ArgumentTypeError:
    """Make the error for a range that is neither a text nor a day nor a pair of those."""
    meant = ""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        meant = _number_meant(int(value))
    elif isinstance(value, dt.timedelta) and value.days > 0:
        meant = f"'last {value.days} days'"
    elif isinstance(value, slice):
        meant = _ends_meant([value.start, value.stop])
    elif isinstance(value, Mapping | AbstractSet):
        meant = _ends_meant(value.values() if isinstance(value, Mapping) else value)
    elif isinstance(value, Sequence | pd.Index | pd.Series) and not isinstance(value, bytes):
        one_day = len(value) == 1 and isinstance(next(iter(value)), str)
        meant = repr(next(iter(value))) if one_day else _ends_meant(value)
        allowed = f"did you mean {meant}?" if meant else f"give {_RANGE_FORMS}"
        return ArgumentError("dates", value, allowed)
    return ArgumentTypeError(
        "dates", value, (meant and f"days: did you mean {meant}?") or _RANGE_FORMS
    )


def _number_meant(number: int) -> str:
    """Write the year, the month, the day or the last days that a number may stand for."""
    text = str(number)
    if len(text) == 4:
        return repr(text)
    forms = {6: "%Y%m", 8: "%Y%m%d"}.get(len(text))
    if forms is None:
        return f"'last {number} days'" if 0 < number < 1000 else ""
    return next(_as_written_here(text, [forms]), "")


def _ends_meant(given: Iterable[Any]) -> str:
    """Write the first and the last of several days, in any notation, as a pair."""
    ends = _ends_of(given)
    return f"('{ends[0]}', '{ends[1]}')" if ends else ""


def _as_written_here(text: str, others: Sequence[str]) -> Iterator[str]:
    for form in others:
        try:
            found = dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        yield repr(found.isoformat() if "%d" in form else f"{found:%Y-%m}")


@dataclass(frozen=True, slots=True, init=False, repr=False)
class DateRange:
    """A range of whole days of the organization's calendar.

    Parameters
    ----------
    first : str or date
        The first day, included.
    last : str or date, optional
        The last day, included; by default the first.

    See Also
    --------
    DateRange.parse : Read days in any form.
    load_analytics : Load time series.
    widgets.DateRangePicker : Pick days.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.DateRange("2026-02-27", "2026-03-01").days
    3
    >>> tgp.DateRange.parse("2026-02")
    DateRange('2026-02-01', '2026-02-28')
    """

    first: dt.date
    last: dt.date

    def __init__(self, first: DateLike, last: DateLike | None = None) -> None:
        if last is None:
            advice = f"DateRange takes two days; DateRange.parse({str(first)!r}) reads a text"
            raise MissingArgumentError("last", advice)
        begin, end = parse_day(first, "first"), parse_day(last, "last")
        if begin > end:
            allowed = f"the first day must not come after the last; did you mean '{end}..{begin}'?"
            raise ArgumentError("dates", f"{begin}..{end}", allowed)
        object.__setattr__(self, "first", begin)
        object.__setattr__(self, "last", end)

    @classmethod
    def parse(cls, value: DatesLike, *, today: dt.date | None = None) -> Self:
        """Read a range of days in any of the forms that loaders take as ``dates=``.

        Parameters
        ----------
        value : str, tuple or DateRange
            A DateRange, a pandas Period, one day, a pair of any of these, or text, in upper or
            lower case:

            - ``"2026-01-05"``, ``"2026-01-05..2026-02-03"``, ``"2026-W20..2026-W22"``, with
              ``..``, ``/`` or ``to`` between the two;
            - ``"2026"``, ``"2026-Q2"`` or ``"Q2 2026"``, ``"2026-06"`` or ``"June 2026"``,
              ``"2026-W07"``, a week from Monday to Sunday;
            - ``"today"``, ``"yesterday"``; ``"last week"``, ``"last month"``, ``"last quarter"``,
              ``"last year"``, the whole one before the current; ``"this week"``,
              ``"this month"``, ``"this quarter"``, ``"this year"``, from its first day to today;
            - ``"last 30 days"``, today and the 29 days before; ``"last 8 weeks"``, 56 days;
              ``"last 12 months"``, from the day after this one a year ago; likewise quarters and
              years. They all end today, so their first week or month may be cut;
            - ``"since 2026-05-01"``, ``"since May 2026"``, from its first day to today.
        today : date, optional
            The organization's current day; required for texts that are relative to it.

        Raises
        ------
        ArgumentError
            The value is none of these, or its first day comes after its last.
        MissingArgumentError
            The value is relative to today, and `today` is None.
        ArgumentTypeError
            The value is of another type.

        See Also
        --------
        DateRange.single : The only day of the range.
        DateRange.params : The days as query parameters.
        load_analytics : Load time series.
        widgets.DateRangePicker : Pick days.

        Examples
        --------
        >>> import datetime as dt
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("last 7 days", today=dt.date(2026, 6, 15))
        DateRange('2026-06-09', '2026-06-15')
        >>> tgp.DateRange.parse("last quarter", today=dt.date(2026, 6, 15))
        DateRange('2026-01-01', '2026-03-31')
        >>> tgp.DateRange.parse("May 2026")
        DateRange('2026-05-01', '2026-05-31')
        """
        if isinstance(value, DateRange):
            return cls(value.first, value.last)
        if isinstance(value, str):
            return cls._parse_text(value.strip(), today)
        if isinstance(value, pd.Period):
            period = _period_range(value, "dates")
            return cls(period.first, period.last)
        if isinstance(value, list | tuple | pd.Index | pd.Series) and len(value) == 2:
            first, last = value
            return cls._parse_pair(first, last, today)
        if not isinstance(value, dt.date | np.datetime64):
            raise _unreadable(value)
        day = parse_day(value, "dates")
        return cls(day, day)

    @classmethod
    def _parse_pair(cls, first: Any, last: Any, today: dt.date | None) -> Self:
        if last is None and isinstance(first, str):
            raise ArgumentError("dates", (first, last), f"did you mean 'since {first}'?")
        return cls(cls.parse(first, today=today).first, cls.parse(last, today=today).last)

    @classmethod
    def _parse_text(cls, given: str, today: dt.date | None) -> Self:
        text = _fold(given)
        if found := _SINCE.fullmatch(text):
            return cls._parse_since(found[1], today)
        ends = _SPAN.split(text)
        if len(ends) == 2 and not _SLASHED_MONTH.fullmatch(text):
            return cls._parse_ends(given, ends, today)
        if _DAY.fullmatch(text):
            day = parse_day(text, "dates")
            return cls(day, day)
        bounds = _calendar_bounds(text) or _relative_bounds(text, today)
        if bounds is None:
            forms = f"give {_RANGE_FORMS}"
            raise _misread("dates", given, forms, (*_OTHER_DAYS, *_OTHER_MONTHS))
        return cls(*bounds)

    @classmethod
    def _parse_ends(cls, given: str, ends: Sequence[str], today: dt.date | None) -> Self:
        try:
            first, last = (cls.parse(end, today=today) for end in ends)
        except ArgumentError as error:
            # A message about the whole is better than one about the part that can't be read.
            whole = _misread("dates", given, f"give {_RANGE_FORMS}", ())
            if whole.allowed != error.allowed and whole.allowed.startswith("give"):
                raise
            raise whole from None
        return cls(first.first, last.last)

    @classmethod
    def _parse_since(cls, text: str, today: dt.date | None) -> Self:
        if len(_SPAN.split(text)) > 1 and not _SLASHED_MONTH.fullmatch(text):
            raise ArgumentError("dates", f"since {text}", "it has an end; leave out 'since'")
        first = cls._parse_text(text, today).first
        last = _checked_today(f"since {text}", today)
        if first > last:
            raise ArgumentError("dates", f"since {text}", f"it begins after today, {last}")
        return cls(first, last)

    def __repr__(self) -> str:
        return f"DateRange('{self.first}', '{self.last}')"

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def __contains__(self, day: DateLike) -> bool:
        return self.first <= parse_day(day) <= self.last

    @property
    def days(self) -> int:
        """The number of days in the range.

        See Also
        --------
        DateRange.start : The midnight at which it begins.
        DateRange.stop : The midnight at which it has ended.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("2026-Q2").days
        91
        """
        return (self.last - self.first).days + 1

    @property
    def start(self) -> pd.Timestamp:
        """The midnight at which the range begins, without a time zone, as in frames.

        See Also
        --------
        DateRange.stop : The midnight at which it has ended.
        DateRange.days : Count the days.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("2026-05").start
        Timestamp('2026-05-01 00:00:00')
        """
        return pd.Timestamp(self.first).as_unit("us")

    @property
    def stop(self) -> pd.Timestamp:
        """The midnight at which the range has ended: ``start <= date < stop``.

        See Also
        --------
        DateRange.start : The midnight at which it begins.
        DateRange.days : Count the days.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("2026-05").stop
        Timestamp('2026-06-01 00:00:00')
        """
        return pd.Timestamp(self.last + _ONE_DAY).as_unit("us")

    @property
    def params(self) -> dict[str, str]:
        """The range as the API's query parameters, both days included.

        See Also
        --------
        DateRange.parse : Read days in any form.
        Client.get : Fetch one envelope.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("2026-05").params
        {'from': '2026-05-01', 'to': '2026-05-31'}
        """
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def single(self, argument: str = "date") -> dt.date:
        """Return the only day of a one-day range; raise if it has more.

        Parameters
        ----------
        argument : str, default 'date'
            What an error calls it.

        Returns
        -------
        datetime.date
            The day.

        Raises
        ------
        ArgumentError
            The range has several days.

        See Also
        --------
        DateRange.parse : Read days in any form.
        DateRange.days : Count the days.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> tgp.DateRange.parse("2026-05-31").single()
        datetime.date(2026, 5, 31)
        """
        if self.days != 1:
            raise ArgumentError(argument, str(self), "it must be one day")
        return self.first


def is_relative(value: object) -> bool:
    """Whether a range depends on which day is today."""
    if isinstance(value, str):
        text = _fold(value)
        # "since" comes first, since the day after it may have slashes.
        parts = [text] if _SINCE.fullmatch(text) else _SPAN.split(text)
        return any(_RELATIVE.fullmatch(part) for part in parts)
    return isinstance(value, list | tuple) and any(is_relative(part) for part in value)


def begins_relative(value: object) -> bool:
    """Whether the first day of a range depends on which day is today."""
    if isinstance(value, str):
        text = _fold(value)
        if found := _SINCE.fullmatch(text):
            return begins_relative(found[1])
        return bool(_RELATIVE.fullmatch(_SPAN.split(text)[0]))
    return isinstance(value, list | tuple) and begins_relative(next(iter(value), None))


def _fold(text: str) -> str:
    """Return a text in lower case, with one space between words."""
    return " ".join(text.lower().split())


def _period_range(period: pd.Period, argument: str) -> DateRange:
    # Not 24: the Period of a day ends a nanosecond before midnight.
    if period.end_time - period.start_time < pd.Timedelta(hours=23):
        raise ArgumentError(argument, period, "a Period must be a day or longer")
    return DateRange(period.start_time.date(), period.end_time.date())


def _calendar_bounds(text: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a year, quarter, month or ISO week; None for other texts."""
    if found := _NAMED.fullmatch(text):
        if found[1]:
            return _quarter(int(found[3]), int(found[1]))
        month = _MONTH_OF.get(found[2])
        return _months(int(found[3]), month, month) if month else None
    if not (found := _CALENDAR.fullmatch(text)):
        return None
    year, unit, number, month = int(found[1]), found[2], int(found[3] or 0), int(found[4] or 0)
    try:
        if unit == "w":
            monday = dt.date.fromisocalendar(year, number, 1)
            return monday, monday + 6 * _ONE_DAY
        if unit == "q":
            return _quarter(year, number)
        return _months(year, month, month) if found[4] else _months(year, 1, 12)
    except ValueError as error:
        allowed = "the calendar has no such days: months are 01 to 12, quarters Q1 to Q4"
        raise ArgumentError("dates", text.upper(), f"{allowed}, weeks W01 to W53") from error


def _quarter(year: int, number: int) -> tuple[dt.date, dt.date]:
    return _months(year, 3 * number - 2, 3 * number)


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of an earlier month, or its last day if that is earlier."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _checked_today(text: str, today: dt.date | None) -> dt.date:
    if today is None:
        raise MissingArgumentError("today", f"{text!r} depends on which day is today")
    return parse_day(today, "today")


def _relative_bounds(text: str, today: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a text that is relative to today; None for other texts."""
    if not _RELATIVE.fullmatch(text):
        return None
    today = _checked_today(text, today)
    if found := _LAST_FEW.fullmatch(text):
        return _last_few(text, int(found[1]), found[2], today), today
    word, _, unit = text.partition(" ")
    if not unit:
        day = today if word == "today" else today - _ONE_DAY
        return day, day
    start = {
        "week": today - today.weekday() * _ONE_DAY,
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    if word == "this":
        return start, today
    before = start - 7 * _ONE_DAY if unit == "week" else _months_before(start, _MONTHS_OF[unit])
    return before, start - _ONE_DAY


def _last_few(text: str, number: int, unit: str, today: dt.date) -> dt.date:
    """Return the first day of the last `number` days, weeks, months, quarters or years."""
    try:
        if unit in _DAYS_OF:
            return today - (number * _DAYS_OF[unit] - 1) * _ONE_DAY
        return _months_before(today, number * _MONTHS_OF[unit]) + _ONE_DAY
    except (ValueError, OverflowError) as error:
        raise ArgumentError("dates", text, "the calendar has no such days") from error
