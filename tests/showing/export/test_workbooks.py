"""Every cell of every frame comes back from a workbook, and a sheet says where each is from."""

from __future__ import annotations

import builtins
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import trackagoat_pandas as tgp
from tests.support.reading_back import opened, rows_of
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    MissingDependencyError,
)
from trackagoat_pandas.helpers.formats import content_of, is_words
from trackagoat_pandas.showing.export.workbooks import to_excel

PROJECT, ZONE = "Q1 Brand Program", "America/New_York"


def loaded(client):
    """A frame of every loader."""
    creators = tgp.load_creators(PROJECT, client=client)
    structures = tgp.load_payout_structures(PROJECT, client=client)
    metrics = ["views", "likes", "engagement_rate_by_views"]
    return {
        "projects": tgp.load_projects(client=client),
        "creators": creators,
        "videos": tgp.load_videos(PROJECT, client=client),
        "campaigns": tgp.load_campaigns(PROJECT, client=client),
        "goals": tgp.load_goal_compliance(PROJECT, client=client),
        "analytics": tgp.load_analytics(
            "creator", creators, metrics, dates="last 14 days", client=client
        ),
        "comments": tgp.load_comments(PROJECT, client=client),
        "annotations": tgp.load_annotations(client=client),
        "methods": tgp.load_payout_methods(client=client),
        "structures": structures,
        "assignments": tgp.load_payout_assignments(structures, client=client),
        "accruals": tgp.load_payout_accruals(PROJECT, client=client),
        "payments": tgp.load_payout_payments(PROJECT, client=client),
        "outliers": tgp.load_report("outliers", PROJECT, dates="last 30 days", client=client),
        "data model": tgp.load_data_model(client=client),
    }


def derived_from(frames):
    """The results of some helpers."""
    accruals, payments, goals = frames["accruals"], frames["payments"], frames["goals"]
    videos, comments, analytics = frames["videos"], frames["comments"], frames["analytics"]
    rules = (frames["structures"], frames["assignments"])
    achieved = {"videos": videos, "analytics": analytics, "goals": goals}
    other = {"Base retainer": {"amount_cents": 70_000}}
    scored = tgp.score_comments(comments)
    return {
        "balances": tgp.outstanding_balances(accruals, payments),
        "payouts": tgp.summarize_payouts(accruals, payments),
        "entries": tgp.payout_entries(accruals, payments),
        "wide": tgp.to_wide(analytics, "views"),
        "engagement": tgp.engagement(videos),
        "leaderboard": tgp.leaderboard(videos),
        "odds": tgp.goal_odds(goals, videos=videos, analytics=analytics),
        "evaluated": tgp.evaluate_goals(goals, videos=videos),
        "nudges": tgp.who_to_nudge(goals),
        "sentiment": tgp.summarize_sentiment(comments),
        "ranked": tgp.rank_creators_by_sentiment(comments),
        "cost": tgp.effective_cpm(accruals, analytics),
        "described": tgp.describe("videos"),
        "moved": tgp.explain_change(analytics, dates="last 7 days"),
        "missed": tgp.will_miss(goals, videos=videos, analytics=analytics),
        "budget": tgp.plan_budget(accruals, payments, budget_cents=4_000_000),
        "raised": tgp.what_if(*rules, other, creators=frames["creators"], **achieved),
        "years": tgp.paid_by_year(payments),
        "due": tgp.accrue(*rules, until="2026-05-31", **achieved),
        "alerts": tgp.find_negative_alerts(scored),
        "members": tgp.campaign_members(frames["campaigns"]),
    }


@pytest.fixture(scope="module")
def frames(box):
    with (
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        first = loaded(client)
        return {**first, **derived_from(first)}


@pytest.fixture(scope="module")
def book(frames, tmp_path_factory):
    path = tmp_path_factory.mktemp("books") / "all.xlsx"
    to_excel(frames, path, timezone=ZONE)
    return opened(path)


def given_back(cells, column):
    """Read the cells of a column as the frame's own values."""
    content = content_of(column)
    known = [cell for cell in cells if cell is not None]
    if content == "money":
        return [int(as_decimal(cell, 2)) for cell in known]
    if content == "percent":
        return [float(as_decimal(cell, 2)) for cell in known]
    if content == "flag":
        return [{"yes": True, "no": False}[cell] for cell in known]
    if is_words(column):
        return [cell.replace(" ", "_") for cell in known]
    return known


def as_decimal(cell, places):
    return Decimal(repr(cell)).scaleb(places)


def values_of(column):
    """The values of a column that are not missing, as plain ones."""
    known = column.dropna()
    content = content_of(column)
    if content == "instant":
        return known.dt.tz_convert(ZONE).dt.tz_localize(None).dt.as_unit("ms").tolist()
    if content == "number":
        return [float(value) for value in known]
    return [value.item() if isinstance(value, np.generic) else value for value in known]


def test_every_cell_of_every_frame_comes_back(frames, book):
    assert book.sheetnames[:-1] == list(frames)
    for name, frame in frames.items():
        whole = frame if frame.index.name is None else frame.reset_index()
        rows = rows_of(book[name], whole.shape[1])
        assert len(rows) == len(whole), name
        for place, label in enumerate(whole.columns):
            cells, column = [row[place] for row in rows], whole[label]
            assert [cell is None for cell in cells] == column.isna().tolist(), (name, label)
            found = given_back(cells, column)
            wanted = values_of(column)
            if content_of(column) in ("number", "percent", "share"):
                np.testing.assert_allclose(found, wanted, rtol=1e-15, err_msg=f"{name}.{label}")
            else:
                assert found == wanted, (name, label)


def test_ids_of_19_digits_are_texts(frames, book):
    place = frames["videos"].columns.get_loc("tiktok_video_id")
    ids = [row[place] for row in rows_of(book["videos"], 21)]
    assert ids == frames["videos"]["tiktok_video_id"].tolist()
    assert {len(id_) for id_ in ids} == {19}


def test_every_sheet_is_one_table_with_filters_and_a_head_that_stays(frames, book):
    for sheet, frame in zip(book.worksheets, frames.values(), strict=False):
        (table,) = sheet.tables.values()
        assert table.autoFilter.ref == table.ref == sheet.dimensions
        assert sheet.freeze_panes == "B2"
        heads = [cell.value for cell in sheet[1]]
        assert heads == [column.name for column in table.tableColumns]
        assert len({head.lower() for head in heads}) == len(heads) >= frame.shape[1]
        assert sheet.page_setup.orientation == "landscape"


def test_times_in_the_hour_that_comes_twice_are_counted_in_about(tmp_path):
    times = pd.to_datetime(["2025-11-02T05:30Z", "2025-11-02T06:30Z", "2025-11-02T07:30Z"])
    to_excel(pd.DataFrame({"posted_at": times}), tmp_path / "a.xlsx", timezone=ZONE)
    said = about(opened(tmp_path / "a.xlsx"))["Data"]
    assert said["Notes"] == (
        "Posted: 2 times are in the hour that comes twice when clocks are set back."
    )


def about(book):
    """The rows of the sheet About, by the name of their sheet."""
    head, *rows = [[cell.value for cell in row] for row in book["About"]]
    described = [dict(zip(head, row, strict=True)) for row in rows if row[1] is not None]
    return {row["Sheet"]: row for row in described}


def test_about_says_what_each_sheet_is(frames, book):
    said = about(book)
    assert list(said) == list(frames)
    videos = said["videos"]
    assert videos["Rows"] == len(frames["videos"])
    assert videos["A row is"] == "one tracked TikTok post; excluded posts are left out"
    assert videos["Project"] == PROJECT
    assert videos["Source"] == "TrackaGoat, /videos"
    assert videos["Complete"] == "yes"
    assert videos["Time zone"] == ZONE
    assert videos["Currency"] is None
    assert said["balances"]["Source"] == "computed from loaded frames"
    assert said["balances"]["Currency"] == "USD"
    assert said["described"]["Complete"] == "not known"
    goals = said["goals"]
    assert goals["Source"] == "TrackaGoat, /projects/…/goal-compliance"
    assert goals["Project"] == PROJECT
    assert said["analytics"]["Asked for"].count("granularity: day") == 1


def test_one_empty_row_is_below_the_table_of_about(frames, book):
    first = [row[0].value for row in book["About"]]
    assert first[1:].index(None) == len(frames)
    assert first[len(frames) + 2].startswith("Written on ")


def test_about_has_no_ids(frames, book):
    ids = {id_ for name in ("projects", "creators") for id_ in frames[name]["id"]}
    texts = [str(cell.value) for row in book["About"] for cell in row]
    assert not [text for text in texts for id_ in ids if id_ in text]


def test_about_has_the_project_and_no_ids_of_several_creators(client, tmp_path):
    both = tgp.load_creators(PROJECT, client=client)["id"].head(2).tolist()
    to_excel(tgp.load_videos(PROJECT, creator=both, client=client), tmp_path / "a.xlsx")
    said = about(opened(tmp_path / "a.xlsx"))["Videos"]
    assert (said["Project"], said["Asked for"]) == (PROJECT, "creator id: 2 ids")


def test_the_zone_is_the_frames_own_or_the_one_asked_for(frames, tmp_path):
    videos = frames["videos"].head(3).copy()
    videos.attrs["trackagoat"] = {**videos.attrs["trackagoat"], "timezone": "Europe/Berlin"}
    for zone, wanted in ((None, "Europe/Berlin"), (ZONE, ZONE)):
        to_excel(videos, tmp_path / "a.xlsx", timezone=zone)
        sheet = opened(tmp_path / "a.xlsx")["Videos"]
        place = [cell.value for cell in sheet[1]].index(f"Posted ({wanted})")
        shown = videos["posted_at"].iloc[0].tz_convert(wanted).tz_localize(None)
        assert sheet.cell(2, place + 1).value == shown
    bare = videos.copy()
    bare.attrs = {}
    to_excel(bare, tmp_path / "a.xlsx")
    assert "Posted (UTC)" in [cell.value for cell in opened(tmp_path / "a.xlsx")["Data"][1]]


def test_without_a_provenance_the_zone_is_that_of_the_columns(tmp_path):
    made = pd.Timestamp("2026-05-01T22:30Z")
    zones = ["Europe/Berlin", "America/New_York", "+02:00"]
    frames = {
        "one": pd.DataFrame({"posted_at": [made.tz_convert(zones[0])]}),
        "two": pd.DataFrame(
            {"a_at": [made.tz_convert(zones[0])], "b_at": [made.tz_convert(zones[1])]}
        ),
        "offset": pd.DataFrame({"posted_at": [made.tz_convert(zones[2])]}),
    }
    to_excel(frames, tmp_path / "a.xlsx")
    heads = {name: opened(tmp_path / "a.xlsx")[name]["A1"].value for name in frames}
    assert heads == {"one": "Posted (Europe/Berlin)", "two": "A (UTC)", "offset": "Posted (UTC)"}


def test_what_a_helper_notes_is_said_in_about(frames, tmp_path):
    accruals, payments = frames["accruals"], frames["payments"]
    options = {"as_of": "2026-06-01", "timezone": ZONE}
    made = {
        "Owed": tgp.outstanding_balances(accruals, payments, **options),
        "Years": tgp.paid_by_year(payments, timezone=ZONE),
    }
    to_excel(made, tmp_path / "a.xlsx")
    said = about(opened(tmp_path / "a.xlsx"))
    assert said["Owed"]["Notes"].startswith("As of 2026-06-01")
    assert "no tax advice" in said["Years"]["Notes"]


def test_a_fraction_of_somebody_elses_is_written_as_it_is(tmp_path):
    to_excel(pd.DataFrame({"market_share": [0.45], "share": [45.0]}), tmp_path / "a.xlsx")
    cells = [(cell.value, cell.number_format) for cell in opened(tmp_path / "a.xlsx")["Data"][2]]
    assert cells == [(0.45, "0.0000"), (0.45, "0.0 %")]


def test_an_incomplete_frame_is_said_in_about_and_in_a_warning(tmp_path):
    frame = pd.DataFrame({"view_count": [1]})
    frame.attrs["trackagoat"] = {
        "path": "/videos", "params": {"creator_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12},
        "complete": False, "gaps": ["2026-05-01..2026-05-03"], "unreadable": {"view_count": 3},
        "duplicates": 2, "missing": ["title"],
    }  # fmt: skip
    with pytest.warns(IncompleteFrameWarning, match=r"to_excel: `posts` is incomplete.*days"):
        to_excel({"posts": frame}, tmp_path / "a.xlsx")
    said = about(opened(tmp_path / "a.xlsx"))["posts"]
    assert said["Complete"] == "NO: days are missing (2026-05-01..2026-05-03)"
    assert said["Asked for"] == "creator id: one"
    assert said["Notes"] == (
        "Values that can't be read: 3 of view_count. The API didn't send title. "
        "Duplicates that were dropped: 2."
    )


@pytest.mark.parametrize("backend", ["pyarrow", "numpy_nullable"])
def test_the_dtypes_of_a_backend_change_no_cell(backend, frames, tmp_path):
    some = {name: frames[name].head(40) for name in ("videos", "goals", "accruals", "balances")}
    other = {name: frame.convert_dtypes(dtype_backend=backend) for name, frame in some.items()}
    to_excel(some, tmp_path / "a.xlsx")
    to_excel(other, tmp_path / "b.xlsx")
    one, two = opened(tmp_path / "a.xlsx"), opened(tmp_path / "b.xlsx")
    for name, frame in some.items():
        rows = [rows_of(book[name], frame.shape[1]) for book in (one, two)]
        assert rows[0] == rows[1], name


def test_a_verb_writes_the_same_file_and_replaces_one(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("old")
    assert pd.DataFrame({"view_count": [5]}).goat.to_excel(path) == path
    assert opened(path).sheetnames == ["Data", "About"]
    assert [cell.value for cell in opened(path)["Data"]["A"]] == ["Views", 5]


def test_tables_of_other_libraries_are_written_too(frames, tmp_path):
    owed = frames["balances"]
    table = pa.Table.from_pandas(owed)
    to_excel({"ours": owed, "theirs": table}, tmp_path / "a.xlsx")
    book = opened(tmp_path / "a.xlsx")
    assert rows_of(book["theirs"], owed.shape[1]) == rows_of(book["ours"], owed.shape[1])


def test_a_sheet_called_about_stays_beside_ours(tmp_path):
    to_excel({"about": pd.DataFrame({"a": [1]})}, tmp_path / "a.xlsx")
    assert opened(tmp_path / "a.xlsx").sheetnames == ["about", "About (2)"]


@pytest.mark.parametrize(
    ("frames", "error", "words"),
    [
        ({}, ArgumentError, r"give a DataFrame, or a dict"),
        ([pd.DataFrame()], ArgumentTypeError, r"frames can't be of type list"),
        ({"a": 5}, ArgumentTypeError, r"frames\['a'\] can't be of type int"),
        ({5: pd.DataFrame()}, ArgumentTypeError, r"a name is a string"),
        (pd.DataFrame({"a": ["x" * 32_768]}), ArgumentError, r"a: the text in row 0 has 32,768"),
        (
            pd.DataFrame({"a": [pd.Timestamp("1900-02-28")]}),
            ArgumentError,
            r"row 0 holds 1900-02-28, which is outside of Excel's calendar",
        ),
        (
            pd.DataFrame({"owed_cents": [5], "currency": ["JPY"]}),
            ArgumentError,
            r"currency='JPY'.*no cents",
        ),
    ],
)
def test_what_no_workbook_can_hold_is_refused_and_nothing_is_written(
    frames, error, words, tmp_path
):
    path = tmp_path / "a.xlsx"
    path.write_text("old")
    with pytest.raises(error, match=words):
        to_excel(frames, path)
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("path", ["a.xls", "a", "", ".xlsx"])
def test_a_path_ends_in_xlsx(path):
    with pytest.raises(ArgumentError, match="path"):
        to_excel(pd.DataFrame({"a": [1]}), path)


def test_without_xlsxwriter_the_extra_is_named(monkeypatch, tmp_path):
    import_ = builtins.__import__

    def refusing(name, *args, **options):
        if name == "xlsxwriter":
            raise ImportError(name)
        return import_(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(MissingDependencyError, match=r"pip install 'trackagoat-pandas\[excel\]'"):
        to_excel(pd.DataFrame({"a": [1]}), tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["project_id", "currency", "id"])
def test_a_frame_with_levels_of_columns_is_written(name, tmp_path):
    levels = pd.MultiIndex.from_tuples([(name, "a"), (name, "b")])
    frame = pd.DataFrame([["x", "y"]], columns=levels)
    assert to_excel(frame, tmp_path / "a.xlsx").exists()
