from __future__ import annotations

import errno
import json
from pathlib import Path

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    FileError,
    MissingArgumentError,
    MissingColumnError,
    MissingFileError,
    RefusedFileError,
    TrackaGoatError,
    UnknownProjectError,
)
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


def test_a_server_without_comments_is_an_error_that_says_what_to_do():
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


WITHOUT_ZONE = ["2026-05-01", "2026-05-01 10:00", "2026-05-01T10:00:00.5"]
CSV = "text,posted_at\n" + "".join(
    f"a,{time}\n" for time in (*WITHOUT_ZONE, "", "2026-05-01T10:00Z")
)


@pytest.mark.parametrize("kind", ["csv", "json", "frame", "frame of times"])
def test_times_without_a_time_zone_are_read_as_utc_with_a_warning(file, kind):
    rows = [{"text": "a", "posted_at": time} for time in WITHOUT_ZONE]
    source = {
        "csv": lambda: file("a.csv", CSV.encode()),
        "json": lambda: file("a.json", json.dumps(rows).encode()),
        "frame": lambda: pd.DataFrame(rows),
        "frame of times": lambda: pd.DataFrame(
            {"text": "a", "posted_at": pd.to_datetime(WITHOUT_ZONE, format="ISO8601")}
        ),
    }[kind]()
    said = r"times without a time zone are read as UTC: posted_at \(3 values\)\. .*timezone="
    with pytest.warns(ContractWarning, match=said) as warned:
        comments = tgp.load_comments(source)
    assert len(warned) == 1
    assert comments["posted_at"].iloc[0] == pd.Timestamp("2026-05-01", tz="UTC")
    assert comments["posted_at"].iloc[1] == pd.Timestamp("2026-05-01 10:00", tz="UTC")


def test_times_without_a_time_zone_are_read_in_the_one_that_is_named(file):
    comments = tgp.load_comments(file("a.csv", CSV.encode()), timezone="America/New_York")
    assert str(comments["posted_at"].dtype) == "datetime64[us, UTC]"
    times = [
        "2026-05-01 04:00",
        "2026-05-01 14:00",
        "2026-05-01 14:00:00.5",
        None,
        "2026-05-01 10:00",
    ]
    assert comments["posted_at"].equals(
        pd.Series(pd.to_datetime(times, utc=True, format="ISO8601")).astype("datetime64[us, UTC]")
    )
    assert comments.goat.provenance["timezone"] == "America/New_York"


def test_times_with_a_zone_and_missing_times_are_no_warning(file):
    text = "text,posted_at\na,2026-05-01T10:00:00+02:00\nb,\n"
    posted = tgp.load_comments(file("a.csv", text.encode()))["posted_at"]
    assert posted.iloc[0] == pd.Timestamp("2026-05-01 08:00", tz="UTC")


TEXTS = pd.DataFrame({"text": ["a"]})


def called(*columns):
    return pd.DataFrame([["a"] * len(columns)], columns=columns)


@pytest.mark.parametrize(
    ("source", "given", "error", "said"),
    [
        (pd.DataFrame({"a": [1]}), {}, MissingColumnError, r"no column 'text'.*load_comments"),
        (pd.DataFrame(), {}, MissingColumnError, r"no column 'text'.*load_comments"),
        (TEXTS, {"text": "body"}, MissingColumnError, r"no column 'body' \(it has: text\)"),
        (called("text", "text"), {}, ArgumentError, "two columns are called"),
        (called("text", "x", "x"), {}, ArgumentError, "two columns are called"),
        (called("text", 0, "0"), {}, ArgumentError, "two columns are called"),
        (pd.DataFrame({"text": [b"a", None]}), {}, ArgumentError, "hold text, and holds bytes"),
        (7, {}, ArgumentTypeError, "a project's id or name, a path, or a frame"),
        (Path("comments.xlsx"), {}, ArgumentError, r"one of \.csv, \.json"),
        (TEXTS, {"timezone": "Mars"}, ArgumentError, "IANA"),
        (TEXTS, {"timezone": 7}, ArgumentTypeError, "timezone"),
        (PROJECT, {"timezone": "UTC"}, ArgumentError, "timezone=.* only to files and frames"),
        (TEXTS, {"encoding": "utf-8"}, ArgumentError, "only files have an encoding"),
        (TEXTS, {"dates": "2026"}, ArgumentError, "only to the comments of a project"),
        (TEXTS, {"dtype_backend": "numpy"}, ChoiceError, "'numpy_nullable', 'pyarrow'"),
        (TEXTS, {"max_requests": -1}, ArgumentError, "max_requests=-1"),
    ],
)
def test_what_can_not_be_loaded_is_refused(source, given, error, said):
    with pytest.raises(error, match=said):
        tgp.load_comments(source, **given)


def test_a_frame_is_loaded_where_no_request_may_be_sent():
    assert tgp.load_comments(TEXTS, max_requests=0)["text"].tolist() == ["a"]


@pytest.mark.parametrize("path", ["x.txt", "X.XLSX", "./x", "../x.dat", "~/x", "C:\\x", "/x/y"])
def test_a_text_that_is_a_path_is_no_projects_name(path):
    said = r"is not allowed: a file's type is one of \.csv, \.json"
    with connect_to(app := Canned({})) as client, pytest.raises(ArgumentError, match=said):
        tgp.load_comments(path, client=client)
    assert app.asked == []


@pytest.mark.parametrize("name", ["Spring 2.0", "A/B test", "acme.com", "v1.5"])
def test_a_projects_name_may_have_dots_and_slashes(name):
    with connect_to(Canned({"/projects": []})) as client, pytest.raises(UnknownProjectError):
        tgp.load_comments(name, client=client)


@pytest.fixture
def file(tmp_path):
    """Write bytes to a file of this name."""

    def written(name, body):
        (tmp_path / name).write_bytes(body)
        return tmp_path / name

    return written


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "a.csv",
            "text\ncafé\n".encode("latin-1"),
            r"a.csv is not in UTF-8 \(byte 9 .*encoding='cp1252'",
        ),
        (
            "a.json",
            '[{"text": "é"}]'.encode("cp1252"),
            "a.json is not in UTF-8 .*encoding='cp1252'",
        ),
        ("a.csv", b"", "is empty"),
        ("a.jsonl", b"\n \n", "is empty"),
        ("a.parquet", b"", "is empty"),
        ("a.csv", b"text,text\na,b\n", "two columns are called"),
        ("a.csv", b"Comment,comment\na,b\n", "'Comment' and 'comment' could both be 'text'"),
        ("a.csv", b"text,a\nx,y,z\n", "must hold CSV .*Expected 2 fields in line 2, saw 3"),
        ("a.csv", b'text\n"abc\n', "must hold CSV .*EOF inside string"),
        ("a.json", b"[" * 100_000, "must hold JSON .*recursion"),
        ("a.json", b"{", "must hold JSON"),
        ("a.json", b"7", "must hold"),
        ("a.json", b'["a"]', "must hold"),
        ("a.jsonl", b'{"text": "a"}\n{"text"\n', "must hold JSON"),
        ("a.parquet", b"hello", "must hold Parquet"),
        ("a.parquet", b"PAR1" * 9, "must hold Parquet"),
    ],
)
def test_a_file_that_cant_be_understood_is_refused_in_a_sentence(file, name, body, said):
    with pytest.raises(ArgumentError, match=said):
        tgp.load_comments(file(name, body))


def test_a_directory_is_no_file(tmp_path):
    for kind in (".csv", ".json", ".parquet"):
        (tmp_path / f"x{kind}").mkdir()
        with pytest.raises(FileError, match="it is a directory"):
            tgp.load_comments(tmp_path / f"x{kind}")


def test_every_error_of_a_file_is_ours_and_the_builtin(tmp_path):
    with pytest.raises(MissingFileError, match="no file has this name") as missing:
        tgp.load_comments(tmp_path / "gone.csv")
    assert isinstance(missing.value, FileNotFoundError)
    assert isinstance(missing.value, TrackaGoatError)
    with pytest.raises(FileError, match="can't be read"):
        tgp.load_comments("a\0b.csv")
    with pytest.raises(FileError, match="can't be read"):
        tgp.load_comments(f"{'a' * 400}.csv")
    assert issubclass(RefusedFileError, PermissionError)


def test_a_file_without_permission_says_so(file, monkeypatch):
    def refuse(_path):
        raise PermissionError(errno.EACCES, "Permission denied")

    path = file("a.csv", b"text\na\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read all
    with pytest.raises(RefusedFileError, match="no permission"):
        tgp.load_comments(path)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_an_encoding_that_is_named_is_used_and_kept(file, encoding):
    comments = tgp.load_comments(file("a.csv", "text\ncafé\n".encode(encoding)), encoding=encoding)
    assert comments["text"].tolist() == ["café"]
    assert comments.attrs["trackagoat"]["params"] == {"encoding": encoding}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_shows_is_read_without_asking(file, encoding):
    assert tgp.load_comments(file("a.csv", "text\ncafé 😭\n".encode(encoding)))[
        "text"
    ].tolist() == ["café 😭"]


@pytest.mark.parametrize(
    ("name", "encoding", "error", "said"),
    [
        ("a.csv", "klingon", ArgumentError, "there is no encoding of this name"),
        ("a.csv", 8, ArgumentTypeError, "the name of an encoding"),
        ("a.parquet", "utf-8", ArgumentError, "a Parquet file has no encoding"),
    ],
)
def test_an_encoding_is_checked(file, name, encoding, error, said):
    with pytest.raises(error, match=said):
        tgp.load_comments(file(name, b"text\na\n"), encoding=encoding)


def test_files_of_a_country_with_decimal_commas_are_read(file):
    comments = tgp.load_comments(file("a.csv", b"text;likes\nhi, there;3\n"))
    assert comments["text"].tolist() == ["hi, there"]
    assert comments["like_count"].tolist() == [3]


def test_an_index_that_was_saved_too_is_a_column_of_its_own(file):
    comments = tgp.load_comments(file("a.csv", b",text\n0,hi\n1,\n"))
    assert comments["text"].isna().tolist() == [False, True]
    assert comments["Unnamed: 0"].tolist() == ["0", "1"]


def test_the_words_na_and_null_are_texts(file):
    loaded = tgp.load_comments(file("words.csv", b"text,author\nNA,a\nnull,b\nnan,\n"))
    assert loaded["text"].tolist() == ["NA", "null", "nan"]
    assert loaded["author"].isna().tolist() == [False, False, True]


def test_a_line_separator_in_a_text_ends_no_line_of_json(file):
    lines = '{"text": "one\u2028two"}\n{"text": "three"}\n'.encode()
    assert tgp.load_comments(file("a.jsonl", lines))["text"].tolist() == ["one\u2028two", "three"]


def test_half_an_emoji_in_json_is_replaced(file):
    assert tgp.load_comments(file("a.json", b'[{"text": "a\\ud83d"}]'))["text"].tolist() == [
        "a\ufffd"
    ]


def test_a_file_of_no_comments_is_a_typed_frame(file):
    for name, body in {"a.json": b"[]", "a.csv": b"text\n"}.items():
        comments = tgp.load_comments(file(name, body))
        assert len(comments) == 0
        assert list(comments.columns) == list(COMMENTS.names)


def test_a_missing_source_is_named():
    with pytest.raises(MissingArgumentError, match="`source` is required: give a project's id"):
        tgp.load_comments()
