"""A file of the posts by day: events for calendar programs, or a workbook with month sheets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import as_days
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.labels import arranged, known_frames, with_known_names
from trackagoat_pandas.helpers.posting import posts_by_day
from trackagoat_pandas.inputs.checks import loaded_at
from trackagoat_pandas.showing.cells import one_line, web_address
from trackagoat_pandas.showing.export.payout_workbook import incomplete_parts
from trackagoat_pandas.showing.export.saving import check_path, save
from trackagoat_pandas.showing.export.sheets import Book, Sheet

_OCTETS: Final = 75
"""The longest line of a calendar, without its end (RFC 5545, 3.1)."""
_IN_ADDRESS: Final = ":/?#[]@!$&'()*+,;=%~-._"
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_WIDTH: Final = 26
"""The width of a day in characters."""
_MOST_LINES: Final = 12
"""The most posts that a day of a sheet names; the sheet of posts has all."""
_POSTS: Final = ("posted_at", "tiktok_handle", "title", "view_count", "url", "id")


@derived("videos", "creators")
def calendar_file(
    videos: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    creators: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> Path:
    """Save the posts as a calendar for calendar programs, or as a workbook with month sheets.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`, or a part of it. Posts that don't count in the product's
        statistics are left out, as by :func:`content_calendar`.
    path : str or path
        Where to save: ``.ics`` for a calendar, ``.xlsx`` for a workbook. A file that is there is
        replaced.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles; posts of others are left out.
    dates : str, tuple or DateRange, optional
        The days whose posts are saved, as :meth:`DateRange.parse` reads them; by default from the
        frame's first post to today.
    now : str or datetime, optional
        The instant of today; by default when `videos` were loaded, by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pathlib.Path
        The file. A calendar has an event for each post, at its instant in UTC, with the creator and
        the caption, the views when the videos were loaded, and the address. A post has the same
        identifier in every file, so that a program which reads a newer one replaces its event. A
        workbook has the sheets Calendar, with a table for each month whose weeks begin on Monday,
        and Posts.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    MissingDependencyError
        XlsxWriter, which workbooks need, is not installed.
    ArgumentError, ArgumentTypeError
        The path ends in neither, no time zone is known, or an argument isn't allowed.
    UnwritableFileError
        The file can't be written. An existing file is unchanged.

    Warns
    -----
    NoDataWarning
        There is no post on these days; the file is written without any.

    See Also
    --------
    content_calendar : Count posts by day.
    plots.calendar : Draw posts by day.
    inbox : List posts that wait for review.

    Notes
    -----
    Calendars follow RFC 5545. Events take no time and don't mark anybody as busy.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = tgp.calendar_file(videos, pathlib.Path(folder, "may.ics"), dates="2026-05")
    ...     file.name, file.read_text().count("BEGIN:VEVENT")
    ('may.ics', 18)
    """
    target = check_path(path, ".ics", ".xlsx")
    is_book = target.suffix.lower() == ".xlsx"
    zone = known_zone(timezone, [videos, creators])
    read = loaded_at(videos)
    moment = moment_of(read if now is None else now, [videos])
    posts, first, last = posts_by_day(
        videos, "id", creators=creators, dates=dates, now=moment, zone=zone
    )
    if posts.empty:
        warn("There is no post on these days: the file has none.", NoDataWarning)
    notes = " ".join(incomplete_parts({"videos": videos}))
    if is_book:
        known = known_frames(creators=creators, videos=videos)
        posts = arranged(with_known_names(posts, known))
        _workbook(posts, first, last, zone, notes).save(target)
    else:
        lines = _calendar(posts, moment if read is None else read, notes)
        save(target, b"".join(map(_fold, lines)))
    return target


def _calendar(posts: pd.DataFrame, read: pd.Timestamp, notes: str) -> Iterator[str]:
    """Yield the lines of a calendar, none of them folded."""
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trackagoat-pandas//Posts//EN")
    yield from ("NAME:Posts", "X-WR-CALNAME:Posts")  # RFC 7986, and what most programs read
    if notes:
        yield f"DESCRIPTION:{_escape(notes)}"
    for post in posts.to_dict("records"):
        yield "BEGIN:VEVENT"
        yield f"UID:{_escape(str(post['id']))}@trackagoat-pandas"
        yield f"DTSTAMP:{_utc(read)}"
        yield f"DTSTART:{_utc(post['posted_at'])}"
        yield f"SUMMARY:{_escape(one_line(str(post['line'])))}"
        if not pd.isna(post["view_count"]):
            said = f"{int(post['view_count']):,} views on {read.tz_convert('UTC'):%Y-%m-%d}"
            yield f"DESCRIPTION:{_escape(said)}"
        if (address := web_address(post.get("url"))) is not None:
            yield f"URL:{quote(address, safe=_IN_ADDRESS)}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _utc(instant: pd.Timestamp) -> str:
    return f"{instant.tz_convert('UTC'):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    r"""Write a text as a value (RFC 5545, 3.3.11).

    Examples
    --------
    >>> print(_escape("a;b,c\\d"))
    a\;b\,c\\d
    """
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return text


def _fold(line: str) -> bytes:
    """Write a line, broken before each octet that is too many, but not within a letter."""
    rest, parts, room = line.encode(), list[bytes](), _OCTETS
    while len(rest) > room:
        end = room
        while rest[end] & 0xC0 == 0x80:  # the second or a later octet of a letter
            end -= 1
        parts.append(rest[:end])
        rest, room = rest[end:], _OCTETS - 1  # the space counts
    return b"\r\n ".join([*parts, rest]) + b"\r\n"


def _workbook(posts: pd.DataFrame, first: int, last: int, zone: str, notes: str) -> Book:
    book = Book(timezone=zone)
    sheet = book.blank("Calendar", [_DAY_WIDTH] * len(_WEEKDAYS))
    days = pd.Series(as_days(np.arange(first, last + 1)))
    span = buckets_text(days.iloc[0], days.iloc[-1], "day") if len(days) else "no days"
    sheet.write(0, 0, f"Posts of {span}, in the time zone {zone}. {notes}".strip())
    by_day = posts.groupby(as_days(posts["day"].to_numpy(np.int64)))["line"]
    lines = {day: list(texts) for day, texts in by_day}
    row = 2
    for month, dates in days.groupby(days.dt.to_period("M")):
        sheet.write(row, 0, f"{month.start_time:%B %Y}", bold=True)
        for column, name in enumerate(_WEEKDAYS):
            sheet.write(row + 1, column, name, bold=True)
        row = _write_weeks(sheet, row + 2, dates, lines) + 1
    sheet.worksheet.fit_to_pages(1, 0)
    names = [name for name in _POSTS if name in posts.columns]
    book.add("Posts", posts[names].reset_index(drop=True))
    return book


def _write_weeks(sheet: Sheet, row: int, dates: pd.Series, lines: Mapping[Any, list[str]]) -> int:
    """Write the weeks of a month, each as a row of dates and one of posts; return the row below."""
    for day in dates:
        column = day.weekday()
        sheet.write(row, column, f"{day.day} {day:%b}", bold=True)
        found = lines.get(day, [])
        shown = [one_line(line) for line in found[:_MOST_LINES]]
        if more := len(found) - len(shown):
            shown.append(f"and {more:,} more")
        if shown:
            sheet.write(row + 1, column, "\n".join(shown), wrap=True)
        if column == len(_WEEKDAYS) - 1 or day == dates.iloc[-1]:
            row += 2
    return row
