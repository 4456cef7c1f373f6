"""A calendar has an event for each post, by the rules of RFC 5545; a workbook has month sheets."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.reading_back import formulas_in, opened, texts_of
from trackagoat_pandas.errors import (
    ArgumentError,
    IncompleteFrameWarning,
    MissingColumnError,
    NoDataWarning,
    UnwritableFileError,
)

NOW = "2026-06-15T12:00:00Z"


def posts(*titles, **columns):
    size = len(titles)
    return pd.DataFrame(
        {
            "id": [f"id-{place}" for place in range(size)],
            "creator_id": "ann",
            "posted_at": pd.to_datetime(["2026-06-01T23:30:05Z"] * size, utc=True).as_unit("us"),
            "tracking_status": "included",
            "view_count": pd.array([1_234] * size, "Int64"),
            "title": pd.Series(titles, dtype=object),
            **columns,
        }
    )


def saved(videos, path, **options):
    file = tgp.calendar_file(videos, path, **{"timezone": "UTC", "now": NOW, **options})
    return file.read_bytes()


def events_of(content):
    """The events of a calendar, read apart from the code that writes it."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode("utf-8").split("\r\n")[:-1]
    found, stack = [], []
    for line in unfolded:
        head, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+", head), line
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        if head == "BEGIN":
            stack.append(value)
            found += [{}] if value == "VEVENT" else []
        elif head == "END":
            assert stack.pop() == value
        elif stack[-1] == "VEVENT":
            assert head not in found[-1]
            found[-1][head] = value
    assert not stack
    assert unfolded[:3][::2] == ["BEGIN:VCALENDAR", "PRODID:-//trackagoat-pandas//Posts//EN"]
    return found


def unescaped(text):
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", text)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def test_a_post_is_an_event_at_its_instant_in_utc(tmp_path):
    videos = posts("Hi", url="https://www.tiktok.com/@ann/video/7")
    videos.attrs["trackagoat"] = {"fetched_at": "2026-06-14T08:00:00Z", "timezone": "Asia/Tokyo"}
    [event] = events_of(saved(videos, tmp_path / "a.ics"))
    assert event == {
        "UID": "id-0@trackagoat-pandas", "DTSTAMP": "20260614T080000Z",
        "DTSTART": "20260601T233005Z", "SUMMARY": "@ann: Hi",
        "DESCRIPTION": r"1\,234 views on 2026-06-14",
        "URL": "https://www.tiktok.com/@ann/video/7", "TRANSP": "TRANSPARENT",
    }  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "a, b; c\\d", "two\nlines", "x" * 300, "é" * 100, "😭" * 60, "a" * 66 + "😭😭", "",
        "END:VEVENT\r\nBEGIN:VEVENT", "\x00\x1b[31mred\x7f", "#ad " * 40,
    ],
)  # fmt: skip
def test_any_caption_is_one_line_of_text_that_comes_back(title, tmp_path):
    [event] = events_of(saved(posts(title), tmp_path / "a.ics"))
    read = unescaped(event["SUMMARY"])
    assert read == " ".join(re.sub(r"[\x00\x1b\x7f]", " ", title).split())


def test_a_newer_file_has_the_same_identifiers(tmp_path):
    videos = posts("a", "b")
    first = events_of(saved(videos, tmp_path / "a.ics"))
    later = events_of(saved(videos[::-1].assign(view_count=9), tmp_path / "a.ics"))
    assert {one["UID"] for one in first} == {one["UID"] for one in later}
    assert len({one["UID"] for one in first}) == 2


def test_events_are_the_posts_that_the_calendar_counts(box, tmp_path):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        videos = tgp.load_videos("Summer Launch", client=client)
        creators = tgp.load_creators("Summer Launch", client=client).head(2)
    for options in ({}, {"dates": "2026-05"}, {"creators": creators}):
        events = events_of(tgp.calendar_file(videos, tmp_path / "a.ics", **options).read_bytes())
        days = tgp.content_calendar(videos, **options)
        starts = pd.to_datetime([event["DTSTART"] for event in events], format="%Y%m%dT%H%M%SZ")
        counted = starts.tz_localize("UTC").tz_convert("America/New_York").strftime("%Y-%m-%d")
        expected = days[days["posts"] > 0].set_index("day")["posts"]
        assert counted.value_counts().sort_index().tolist() == expected.tolist()


def test_an_address_that_no_browser_may_follow_is_left_out(tmp_path):
    urls = ["javascript:alert(1)", None, "https://x.y/a b\r\nEND:VEVENT"]
    events = events_of(saved(posts("a", "b", "c", url=urls), tmp_path / "a.ics"))
    assert [event.get("URL") for event in events] == [None] * 3


def test_a_post_without_known_views_says_none(tmp_path):
    videos = posts("a", view_count=pd.array([None], "Int64"))
    [event] = events_of(saved(videos, tmp_path / "a.ics"))
    assert "DESCRIPTION" not in event


def test_a_calendar_of_incomplete_videos_says_so(tmp_path):
    videos = posts("a")
    videos.attrs["trackagoat"] = {"complete": False}
    with pytest.warns(IncompleteFrameWarning, match="calendar_file: `videos` is incomplete"):
        content = saved(videos, tmp_path / "a.ics")
    assert b"DESCRIPTION:" in content.partition(b"BEGIN:VEVENT")[0]


def test_days_without_a_post_give_a_file_and_a_warning(tmp_path):
    for ending in ("ics", "xlsx"):
        with pytest.warns(NoDataWarning, match="There is no post on these days"):
            saved(posts("a"), tmp_path / f"a.{ending}", dates="2025-05")
    assert events_of((tmp_path / "a.ics").read_bytes()) == []


def test_a_workbook_has_a_table_for_each_month_from_monday_and_all_posts(tmp_path):
    times = pd.to_datetime(["2026-05-31T10:00Z", "2026-06-01T10:00Z", "2026-06-01T11:00Z"])
    videos = posts("last of May", "=1+1", "b\nc", posted_at=times.as_unit("us"))
    content = saved(videos, tmp_path / "a.xlsx", dates="2026-05-30..2026-06-02")
    calendar = texts_of(content)
    assert calendar["A1"] == "Posts of 30 May to 2 Jun 2026, in the time zone UTC."
    assert {calendar[place] for place in ("A3", "A8")} == {"May 2026", "June 2026"}
    assert (calendar["F5"], calendar["G5"], calendar["G6"]) == ("30 May", "31 May", "last of May")
    assert (calendar["A10"], calendar["A11"], calendar["B10"]) == ("1 Jun", "=1+1\nb c", "2 Jun")
    cells = opened(content)["Calendar"]
    for row in (4, 9):
        heads = [(cell.value, cell.font.b) for cell in cells[row]]
        assert heads == [(day, True) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    assert cells["A11"].alignment.wrap_text
    assert formulas_in(content) == 0
    sheet = opened(content)["Posts"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, min_col=2, max_col=2)] == [
        "last of May", "=1+1", "b\nc"
    ]  # fmt: skip


def test_a_day_of_a_sheet_names_twelve_posts_and_counts_the_rest(tmp_path):
    content = saved(posts(*map(str, range(15))), tmp_path / "a.xlsx", dates="2026-06-01")
    [lines] = [text for text in texts_of(content).values() if "\n" in text]
    assert lines.split("\n") == [*map(str, range(12)), "and 3 more"]


def test_wrong_paths_and_frames_are_refused(tmp_path):
    with pytest.raises(ArgumentError, match=r"it must end in \.ics"):
        saved(posts("a"), tmp_path / "a.txt")
    with pytest.raises(MissingColumnError, match="load_videos"):
        saved(posts("a").drop(columns="id"), tmp_path / "a.ics")
    with pytest.raises(UnwritableFileError):
        saved(posts("a"), tmp_path / "none" / "a.ics")
