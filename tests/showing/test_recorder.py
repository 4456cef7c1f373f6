from __future__ import annotations

from functools import partial

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure

import trackagoat_pandas as tgp
from trackagoat_pandas.plots.leaderboard import leaderboard as plot_leaderboard
from trackagoat_pandas.showing.recorder import (
    MOST_LINES,
    WIDEST,
    Recorder,
    Traced,
    call,
    given,
    literal,
)

VIDEOS = pd.DataFrame(
    {"tiktok_handle": ["ann", "bob", "cy"], "view_count": [3, 1, 2], "kind": ["a", "b", "a"]}
)


def rerun(recorder, **names):
    exec(recorder.code, names)
    return names


def test_what_is_done_with_a_frame_is_written_as_it_is_done():
    recorder, videos = Recorder(), Traced(VIDEOS, "videos")
    kept = (videos["kind"] == "a") & (videos["view_count"] != 3) | videos["kind"].isin(["b"])
    few = recorder.let("few", videos[kept])
    named = ("@" + few["tiktok_handle"]).fillna("nobody")
    frame = recorder.let("frame", few.assign(called=named).sort_values("view_count"))
    assert frame.value["called"].tolist() == ["@bob", "@cy"]
    pd.testing.assert_frame_equal(rerun(recorder, videos=VIDEOS)["frame"], frame.value)


def test_sums_and_comparisons_are_written_with_the_parentheses_they_need():
    views = Traced(VIDEOS, "videos")["view_count"]
    for made, first in (
        (~((views > 2) | (views < 2)) & (views >= 1), False),
        (100 * (views / (views + 1) - views * 2), 100 * (3 / 4 - 6)),
    ):
        recorder = Recorder()
        found = recorder.let("found", made)
        assert rerun(recorder, videos=VIDEOS)["found"].tolist() == found.value.tolist()
        assert found.value.tolist()[0] == first


@pytest.mark.parametrize("name", ["a b", "class", "n=1); raise SystemExit(", "\ufb01"])
def test_a_column_of_any_name_is_assigned_to(name):
    recorder, videos = Recorder(), Traced(VIDEOS, "videos")
    frame = recorder.let("frame", videos.assign(plain=1, **{name: videos["view_count"]}))
    assert name in frame.value.columns
    pd.testing.assert_frame_equal(rerun(recorder, videos=VIDEOS)["frame"], frame.value)


def test_a_public_function_is_called_and_written_by_its_public_name():
    recorder = Recorder()
    frame = recorder.step("frame", tgp.leaderboard, Traced(VIDEOS, "videos"), by="view_count")
    assert 'frame = tgp.leaderboard(videos, by="view_count")' in recorder.code
    pd.testing.assert_frame_equal(rerun(recorder, videos=VIDEOS)["frame"], frame.value)


def test_what_is_bound_before_is_not_written():
    recorder = Recorder()
    recorder.step("frame", partial(tgp.leaderboard, by="view_count"), Traced(VIDEOS, "videos"))
    assert recorder.code.endswith("frame = tgp.leaderboard(videos)")


def test_a_plot_is_written_at_once_and_drawn_on_other_axes():
    recorder = Recorder()
    draw = recorder.plot(plot_leaderboard, Traced(VIDEOS, "videos"), by="view_count")
    drawn = draw(ax=Figure().add_subplot())
    again = rerun(recorder, videos=VIDEOS)["ax"]
    assert recorder.code.endswith('ax = tgp.plots.leaderboard(videos, by="view_count")')
    assert drawn.get_title(loc="left") == again.get_title(loc="left")
    plt.close("all")


def test_a_branch_goes_on_without_the_trunk():
    trunk = Recorder(["a = 1"])
    branch = trunk.branch()
    branch.write("b = 2")
    assert (trunk.code.splitlines()[2:], branch.code.splitlines()[2:]) == (
        ["a = 1"],
        ["a = 1", "b = 2"],
    )


def test_a_line_that_nothing_needs_is_left_out():
    recorder, videos = Recorder(), Traced(VIDEOS, "videos")
    recorder.let("unused", videos.head(1))
    few = recorder.let("few", videos.head(2))
    recorder.let("few", videos)  # and so is what is assigned anew before it is read
    recorder.let("frame", few.tail(1))
    assert recorder.code.splitlines()[2:] == ["few = videos", "frame = few.tail(1)"]


def test_a_keyword_is_no_name_that_a_line_reads():
    recorder, videos = Recorder(), Traced(VIDEOS, "videos")
    number = recorder.let("n", Traced(2, "2"))
    few = recorder.let("few", videos.head(n=1))
    assert recorder.code.splitlines()[2:] == ["few = videos.head(n=1)"]
    recorder.let("frame", few.head(n=number))
    assert recorder.code.splitlines()[2:] == [
        "n = 2",
        "few = videos.head(n=1)",
        "frame = few.head(n=n)",
    ]


def test_a_long_line_is_broken_inside_its_brackets_and_means_the_same():
    recorder, videos = Recorder(), Traced(VIDEOS, "videos")
    handles = [*"abcdefghijklmnopqrstuvwxyz", 'x, "y" & (z', "bob"]
    frame = recorder.let(
        "frame", videos[videos["tiktok_handle"].isin(handles) & videos["kind"].ne("c")]
    )
    lines = recorder.code.splitlines()[2:]
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDEST
    pd.testing.assert_frame_equal(rerun(recorder, videos=VIDEOS)["frame"], frame.value)


def test_a_script_of_more_than_eight_lines_is_joined_where_a_name_is_read_once():
    recorder, part = Recorder(), Traced(VIDEOS, "videos")
    for place in range(6):
        part = recorder.let(f"part{place}", part[part["view_count"] > place - 9])
    for place in range(6):
        part = recorder.let(f"one{place}", part.head(9 - place))
    frame = recorder.let("frame", part.tail(2))
    lines = [line for line in recorder.code.splitlines() if line]
    assert len(lines) <= MOST_LINES
    pd.testing.assert_frame_equal(rerun(recorder, videos=VIDEOS)["frame"], frame.value)


def test_pandas_is_imported_once_where_it_is_needed():
    recorder = Recorder()
    for name in ("frame", "a"):
        recorder.let(name, recorder.pandas.to_datetime("2026-05-01"))
    assert recorder.code.splitlines()[:2] == [
        "import trackagoat_pandas as tgp",
        "import pandas as pd",
    ]
    assert rerun(recorder)["a"] == pd.Timestamp("2026-05-01")


@pytest.mark.parametrize(
    "value",
    [
        'a "quoted" \\ word', '"); raise SystemExit  # ', "line\nbreak", "\u2028", "\ud800", "\x00",
        "💀", ["a", 'b"'], {"a": 1, 'b"': ["c"]}, None, True, 1.5,
    ],
)  # fmt: skip
def test_a_value_is_written_so_that_python_reads_it_back(value):
    assert eval(literal(value)) == value


def test_days_are_written_as_the_package_reads_them():
    days = tgp.DateRange("2026-05-01", "2026-05-31")
    assert eval(literal(days), {"tgp": tgp}) == days


def test_frames_that_are_not_given_have_no_name():
    assert list(given(videos=VIDEOS, creators=None)) == ["videos"]


def test_a_script_for_expressions_has_what_they_read_and_joins_nothing():
    recorder = Recorder()
    frame = recorder.let("rows", Traced(pd.DataFrame({"n": [1, 2, 3]}), "load()"))
    small = recorder.let("small", frame[frame["n"] < 3])
    recorder.let("unused", frame["n"])
    total = small["n"].sum()
    assert recorder.code_for([total.code]).splitlines()[2:] == [
        "rows = load()",
        'small = rows[rows["n"] < 3]',
    ]
    assert recorder.code_for([]).splitlines()[2:] == []


def test_lists_may_have_traced_values():
    def joined(frames):
        return pd.concat(frames)

    rows = Traced(pd.DataFrame({"n": [1]}), "rows")
    made = call(joined, [rows, rows])
    assert made.code.endswith("joined([rows, rows])")
    assert made.value["n"].tolist() == [1, 1]
