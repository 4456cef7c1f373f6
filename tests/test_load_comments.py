from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.tables import COMMENTS

PROJECT = "Q1 Brand Program"
ROWS = [
    {"cid": "7300000000000000001", "comment": "love it 😍", "likes": "12"},
    {"cid": None, "comment": None, "likes": None},
]


def test_a_project_gives_its_comments_if_the_server_lists_them(client):
    comments = tgp.load_comments(PROJECT, client=client)
    assert len(comments) > 100
    assert comments["text"].isna().any()


def test_comments_of_one_video(client):
    comments = tgp.load_comments(PROJECT, client=client)
    video = comments["video_id"].mode()[0]
    one = tgp.load_comments(PROJECT, video=video, client=client)
    assert len(one) == (comments["video_id"] == video).sum()


def test_a_server_without_comments_is_said_with_what_to_do():
    projects = [{"id": "11111111-1111-4111-8111-111111111111", "name": "x"}]
    with (
        connect_to(Canned({"/projects": projects})) as client,
        pytest.raises(ArgumentError, match="lists no comments; pass a file or a frame"),
    ):
        tgp.load_comments("x", client=client)


def write(tmp_path, kind):
    path = tmp_path / f"comments{kind}"
    frame = pd.DataFrame(ROWS)
    if kind == ".csv":
        frame.to_csv(path, index=False)
    elif kind == ".parquet":
        frame.to_parquet(path)
    elif kind == ".json":
        path.write_text(json.dumps({"comments": ROWS}))
    else:
        path.write_text("\n".join(map(json.dumps, ROWS)) + "\n")
    return path


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".json", ".jsonl", ".ndjson"])
@pytest.mark.parametrize("as_text", [True, False])
def test_a_file_is_read_under_the_declared_names(tmp_path, kind, as_text):
    path = write(tmp_path, kind)
    comments = tgp.load_comments(str(path) if as_text else path)
    assert list(comments.columns) == list(COMMENTS.names)
    assert comments["text"].iloc[0] == "love it 😍"
    assert pd.isna(comments["text"].iloc[1])
    assert comments["tiktok_comment_id"].iloc[0] == "7300000000000000001"
    assert comments["like_count"].iloc[0] == 12


def test_a_frame_keeps_its_own_columns_and_is_left_unchanged():
    given = pd.DataFrame({"Comment Text": ["a"], "mood": ["b"]})
    before = given.copy()
    comments = tgp.load_comments(given)
    assert comments["mood"].tolist() == ["b"]
    pd.testing.assert_frame_equal(given, before)


def test_the_text_column_can_be_named():
    given = pd.DataFrame({"text": ["no"], "reply": ["yes"]})
    comments = tgp.load_comments(given, text="reply")
    assert comments["text"].tolist() == ["yes"]
    assert comments["text_"].tolist() == ["no"]


def test_instants_of_a_frame_are_converted_to_utc():
    posted = pd.Series(pd.to_datetime(["2026-03-08 01:30"]).tz_localize("America/New_York"))
    comments = tgp.load_comments(pd.DataFrame({"text": ["a"], "posted_at": posted}))
    assert comments["posted_at"].iloc[0] == pd.Timestamp("2026-03-08 06:30", tz="UTC")


@pytest.mark.parametrize("given", [pd.DataFrame({"a": [1]}), pd.DataFrame()])
def test_a_frame_without_text_is_refused(given):
    with pytest.raises(MissingColumnError, match=r"lacks text.*load_comments"):
        tgp.load_comments(given)


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(MissingColumnError, match="lacks body; it has text"):
        tgp.load_comments(pd.DataFrame({"text": ["a"]}), text="body")


def test_what_is_no_source_is_refused():
    with pytest.raises(ArgumentTypeError, match="a project's id or name, a path, or a frame"):
        tgp.load_comments(7)


def test_another_file_type_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match=r"one of \.csv, \.json"):
        tgp.load_comments(tmp_path / "comments.xlsx")


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.csv"):
        tgp.load_comments(tmp_path / "gone.csv")


@pytest.mark.parametrize("body", ["{", "7", '["a"]'])
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path, body):
    path = tmp_path / "comments.json"
    path.write_text(body)
    with pytest.raises(ArgumentError, match="it must hold"):
        tgp.load_comments(path)


def test_filters_are_for_projects_alone():
    with pytest.raises(ArgumentError, match="filter the frame"):
        tgp.load_comments(pd.DataFrame({"text": ["a"]}), dates="2026")
