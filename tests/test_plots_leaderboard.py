from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib import pyplot as plt

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.plots.style import INK


def people(counts, **columns):
    names = [f"creator.{place}" for place in range(len(counts))]
    return pd.DataFrame(
        {"tiktok_handle": names, "view_count": pd.array(counts, "Int64"), **columns}
    )


def names_of(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_the_longest_bar_is_on_top():
    ax = tgp.plots.leaderboard(people([10, 30, 20]), n=2)
    assert [bar.get_width() for bar in ax.patches] == [30, 20]
    assert names_of(ax) == ["creator.1", "creator.2"]
    lower, upper = ax.get_ylim()
    assert lower > upper


def test_the_title_says_who_leads_and_how_much_is_theirs():
    ax = tgp.plots.leaderboard(people([10_000, 30_000, 20_000]), n=2)
    assert ax.get_title(loc="left") == (
        "creator.1 leads with 30k views, 50% of all; the first 2 of 3 have 83%"
    )


def test_the_leader_has_a_colour_of_its_own():
    colors = [bar.get_facecolor() for bar in tgp.plots.leaderboard(people([3, 2, 1])).patches]
    assert colors[0] != colors[1] == colors[2]
    assert plt.matplotlib.colors.to_hex(colors[0]).upper() == INK


@pytest.mark.parametrize(
    ("column", "text"),
    [("amount_cents", "$12.5k"), ("engagement_rate_by_views", "1,250,000%"), ("likes", "1.2M")],
)
def test_numbers_are_written_as_what_they_are(column, text):
    ax = tgp.plots.leaderboard(people([1], **{column: [1_250_000]}), by=column)
    assert [note.get_text() for note in ax.texts] == [text]


def test_money_is_written_in_the_frames_currency():
    frame = people([1, 2], amount_cents=[200, 500], currency=["EUR", "EUR"])
    ax = tgp.plots.leaderboard(frame, by="amount_cents")
    assert [note.get_text() for note in ax.texts] == ["€5", "€2"]
    with pytest.raises(ArgumentError, match=r"EUR, USD.*one currency"):
        tgp.plots.leaderboard(frame.assign(currency=["EUR", "USD"]), by="amount_cents")


def test_a_rate_has_no_share():
    frame = people([1, 2], engagement_rate_by_views=[4.0, 6.5])
    title = tgp.plots.leaderboard(frame, by="engagement_rate_by_views", n=1).get_title(loc="left")
    assert title == "creator.1 leads with 6.5% engagement rate by views; the first 1 of 2"


def test_rows_can_be_named_by_another_column():
    frame = people([1], nickname=["_The $ $ one"])
    ax = tgp.plots.leaderboard(frame, name="nickname")
    assert names_of(ax)[0].strip("\u200b") == "_The $ $ one"
    assert not ax.get_yticklabels()[0].get_parse_math()


def test_equal_and_missing_names_stay_apart():
    frame = people([3, 2, 1]).assign(tiktok_handle=["mia", "mia", None])
    assert names_of(tgp.plots.leaderboard(frame)) == ["mia", "mia (2)", "(no name)"]


def test_a_row_without_a_name_is_called_by_its_id():
    videos = pd.DataFrame(
        {
            "id": ["ca24bfce-3332-47ea-a96f-0123456789ab", "b"],
            "tiktok_video_id": ["7409876543210987654", None],
            "title": ["the first", None],
            "view_count": [2, 1],
        }
    )
    assert names_of(tgp.plots.leaderboard(videos)) == ["the first", "b"]
    assert names_of(tgp.plots.leaderboard(videos.assign(title=None))) == [
        "7409876543210987654",
        "b",
    ]


def test_new_axes_are_as_high_as_the_rows_need():
    few = tgp.plots.leaderboard(people(range(1, 4))).figure.get_size_inches()[1]
    many = tgp.plots.leaderboard(people(range(1, 31)), n=30).figure.get_size_inches()[1]
    most = tgp.plots.leaderboard(people(range(1, 301)), n=300).figure.get_size_inches()[1]
    assert few < many < most < 12


@pytest.mark.parametrize("count", [3, 24, 300])
def test_names_never_overlap(count):
    _, ax = plt.subplots(figsize=(9, 4), layout="constrained")
    tgp.plots.leaderboard(people(range(1, count + 1)), n=count, ax=ax)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.get_yticklabels()]
    assert 3 <= len(boxes) <= 40
    assert len(ax.patches) == count
    assert all(above.y0 >= below.y1 - 1 for above, below in pairwise(boxes))


def test_numbers_stay_inside_the_axes():
    ax = tgp.plots.leaderboard(people([1_234_567_890, 10]))
    ax.figure.canvas.draw()
    assert max(text.get_window_extent().x1 for text in ax.texts) <= ax.bbox.x1 + 1


def test_losses_go_to_the_left():
    ax = tgp.plots.leaderboard(people([1], gained=[5]).assign(gained=[-5]), by="gained")
    assert ax.get_xlim()[0] < -5
    assert ax.texts[0].get_ha() == "right"


def test_all_zeros_are_drawn():
    ax = tgp.plots.leaderboard(people([0, 0]))
    assert ax.get_title(loc="left") == "creator.0 leads with 0 views"
    assert ax.get_xlim()[1] > 0


def test_another_frame_is_refused():
    with pytest.raises(MissingColumnError, match=r"no columns? .*'view_count'"):
        tgp.plots.leaderboard(people([1]).drop(columns="view_count"))
    with pytest.raises(MissingColumnError, match=r"no columns? .*'tiktok_handle'"):
        tgp.plots.leaderboard(pd.DataFrame({"view_count": [1]}))
    with pytest.raises(ArgumentError, match="a column of numbers"):
        tgp.plots.leaderboard(people([1]), by="tiktok_handle")


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_sandboxs_videos_and_creators_can_be_drawn(client, backend):
    options = {"client": client, "dtype_backend": backend}
    videos = tgp.load_videos("Q1 Brand Program", **options)
    tgp.plots.leaderboard(videos, n=20).figure.canvas.draw()
    board = tgp.load_report("creator-leaderboard", "Q1 Brand Program", **options)
    leader = tgp.leaderboard(board, n=1)["tiktok_handle"].iloc[0]
    assert leader in tgp.plots.leaderboard(board).get_title(loc="left")
