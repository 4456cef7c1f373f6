from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.theme import INK, QUIET


def people(counts, **columns):
    names = [f"creator.{place}" for place in range(len(counts))]
    return pd.DataFrame(
        {"tiktok_handle": names, "view_count": pd.array(counts, "Int64"), **columns}
    )


def texts_of(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def names_of(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_the_longest_bar_is_on_top_in_a_colour_of_its_own():
    ax = tgp.plots.leaderboard(people([10, 30, 20]))
    assert [bar.get_width() for bar in ax.patches] == [30, 20, 10]
    assert names_of(ax) == ["@creator.1", "@creator.2", "@creator.0"]
    lower, upper = ax.get_ylim()
    assert lower > upper
    colors = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colors == [INK, QUIET, QUIET]


@pytest.mark.parametrize(
    ("counts", "by", "title"),
    [
        ([10_000, 30_000, 20_000], "view_count",
         "@creator.1 leads with 30k views, 50% of all. The first 2 of 3 have 83% of all views"),
        ([10, 30], "view_count", "@creator.1 leads with 30 views, 75% of all"),
        ([0, 0], "view_count", "2 share the lead, each with 0 views"),
        ([9, 9], "percentage", "2 share the lead, each with 9%"),
        ([300, 100], "cost_cents", "@creator.0 has the highest cost, $3"),
        ([30, 10, 30, 30], "view_count",
         ("3 share the lead, each with 30 views, 30% of all. "
          "The first 2 of 4 have 60% of all views")),
        ([4.0, 6.5, 1], "engagement_rate_by_views",
         ("@creator.1 leads with 6.5% engagement rate by views. "
          "The first 2 of 3 by engagement rate by views")),
        ([40.0, 65.2, 1], "positive_pct",
         "@creator.1 leads with 65.2% positive. The first 2 of 3 by positive"),
    ],
)  # fmt: skip
def test_the_title_says_who_leads_and_how_much_is_theirs(counts, by, title):
    frame = people([None] * len(counts)).assign(**{by: pd.array(counts, "Float64")})
    ax = tgp.plots.leaderboard(frame, by=by, n=2)
    assert finding_of(ax) == title
    assert ax.get_xlim()[1] > 0


def test_rows_without_a_number_are_counted_and_leave_no_share_of_all():
    ax = tgp.plots.leaderboard(people([10, None, 30, None, 5]), n=2)
    assert finding_of(ax) == "@creator.2 leads with 30 views. The first 2 of 3 by views"
    assert ax.get_xlabel() == "2 rows without a number left out"
    one = tgp.plots.leaderboard(people([10, None]))
    assert one.get_xlabel() == "1 row without a number left out"
    assert tgp.plots.leaderboard(people([10, 30])).get_xlabel() == ""


def test_all_who_share_the_lead_have_its_colour():
    ax = tgp.plots.leaderboard(people([5, 9, 9]))
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [INK, INK, QUIET]


def test_engagement_rates_of_few_views_are_left_out_and_counted():
    by = "engagement_rate_by_views"
    frame = people([999, 1_000, None], **{by: [50.0, 5.0, 4.0]})
    ax = tgp.plots.leaderboard(frame, by=by)
    assert names_of(ax) == ["@creator.1", "@creator.2"]
    assert ax.get_xlabel() == "1 of fewer than 1,000 views left out"
    assert len(tgp.plots.leaderboard(frame.drop(columns="view_count"), by=by).patches) == 3
    assert len(tgp.plots.leaderboard(frame).patches) == 2
    none = tgp.plots.leaderboard(frame.head(1), by=by)
    assert none.get_title(loc="left") == "No row has 1,000 views"


@pytest.mark.parametrize(
    ("column", "number", "text"),
    [
        ("amount_cents", 1_250_000, "€12.5k"), ("cpm_cents", -50, "−€0.50"), ("gained", -5, "−5"),
        ("engagement_rate_by_views", 1_250_000, "1,250,000%"), ("likes", 1_250_000, "1.2M"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_what_they_are_to_the_left_if_negative(column, number, text):
    frame = people([1_000], **{column: [number]}, currency="EUR")
    ax = tgp.plots.leaderboard(frame, by=column)
    assert texts_of(ax) == [text]
    assert (ax.texts[0].get_ha() == "right") == (ax.get_xlim()[0] < number < 0) == (number < 0)


def test_money_is_in_dollars_unless_the_frame_names_one_currency():
    frame = people([1, 2], amount_cents=[200, 500])
    ax = tgp.plots.leaderboard(frame, by="amount_cents")
    assert texts_of(ax) == ["$5", "$2"]
    with pytest.raises(ArgumentError, match=r"EUR, USD.*one currency"):
        tgp.plots.leaderboard(frame.assign(currency=["EUR", "USD"]), by="amount_cents")


ID, TIKTOK_ID = "ca24bfce-3332-47ea-a96f-0123456789ab", "7409876543210987654"


@pytest.mark.parametrize(
    ("columns", "name", "names"),
    [
        ({"tiktok_handle": ["mia", "mia", None]}, None, ["@mia", "@mia (2)", "(no name)"]),
        ({"nickname": ["_The $ $ one", "b", "c"]}, "nickname", ["\u200b_The $ $ one", "b", "c"]),
        (
            {"title": ["a", None, None], "id": ["c", ID, "b"],
             "tiktok_video_id": [None, TIKTOK_ID, None]},
            None, ["a", TIKTOK_ID, "b"],
        ),
    ],
)  # fmt: skip
def test_rows_are_called_by_their_name_else_by_their_id_and_stay_apart(columns, name, names):
    ax = tgp.plots.leaderboard(pd.DataFrame({"view_count": [3, 2, 1], **columns}), name=name)
    assert names_of(ax) == names
    assert not ax.get_yticklabels()[0].get_parse_math()


def test_a_video_is_called_by_its_title_and_creator_never_by_its_number_where_one_is_known():
    url = f"https://www.tiktok.com/@mia/video/{TIKTOK_ID}"
    videos = pd.DataFrame(
        {
            "title": ["get ready with me + cozy chai for all", None, "b", None],
            "view_count": [4, 3, 2, 1],
            "creator_id": ["1", "1", "2", "3"],
            "tiktok_video_id": ["1", "2", "3", TIKTOK_ID],
            "id": ["v", "w", "x", "y"],
            "url": [url, url, None, None],
        }
    )
    ax = tgp.plots.leaderboard(videos)
    long = "get ready with me + cozy chai for all · @mia"
    assert names_of(ax) == [long, "untitled · @mia", "b", TIKTOK_ID]
    assert MARKS[ax.patches[0]][:2] == (f"{long}: 4 views", "v")
    creators = pd.DataFrame({"id": ["2", "3"], "tiktok_handle": ["ben", "cyd"]})
    named = tgp.plots.leaderboard(videos, names=creators)
    assert names_of(named) == [long, "untitled · @mia", "b · @ben", "untitled · @cyd"]
    assert names_of(tgp.plots.leaderboard(videos, name="creator_id", n=2)) == ["1", "1 (2)"]


def test_narrow_axes_shorten_titles_and_keep_creators():
    video = {"title": "get ready with me + cozy chai for all", "tiktok_handle": "mia"}
    videos = pd.DataFrame({"view_count": [1], **video})
    _, ax = plt.subplots(figsize=(4, 3), layout="constrained")
    assert names_of(tgp.plots.leaderboard(videos, ax=ax)) == ["get ready with me +… · @mia"]


def test_a_bar_picks_its_video_else_its_creator():
    ax = tgp.plots.leaderboard(people([1], creator_id=["c"]))
    assert MARKS[ax.patches[0]][:2] == ("@creator.0: 1 views", "c")
    both = people([1], creator_id=["c"], video_id=["v"])
    assert MARKS[tgp.plots.leaderboard(both).patches[0]].id_ == "v"
    assert MARKS[tgp.plots.leaderboard(people([1])).patches[0]].id_ == ""


def test_the_longest_bar_and_its_number_take_the_whole_width():
    ax = tgp.plots.leaderboard(people([1_234_567, 10]))
    ax.figure.canvas.draw()
    gap = ax.bbox.x1 - max(text.get_window_extent().x1 for text in ax.texts)
    assert gap < 0.05 * ax.bbox.width


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


def listed(ids, **facts):
    """A list of creators of one project, as loaded."""
    creators = pd.DataFrame({"id": ids, "tiktok_handle": ids, "project_id": "p"})
    facts = {"path": "/creators", "complete": True, "rows": len(ids), **facts}
    creators.attrs["trackagoat"] = facts
    return creators


VIDEOS = pd.DataFrame(
    {
        "title": ["a", "b", "c"], "view_count": [3, 2, 1], "creator_id": ["mia", "ben", "eva"],
        "tiktok_handle": ["mia", "ben", "eva"], "project_id": ["p", "p", "q"],
    }
)  # fmt: skip


def test_videos_of_removed_creators_are_marked_by_the_whole_list_of_their_project():
    ax = tgp.plots.leaderboard(VIDEOS, names=listed(["ben", "tom"]))
    # That of another project isn't in this list anyway.
    assert names_of(ax) == ["a · @mia (removed)", "b · @ben", "c · @eva"]
    assert ax.get_xlabel().startswith("removed: no longer an active creator of the project")
    inactive = listed(["ben", "mia"]).assign(is_active=pd.array([True, False], "boolean"))
    assert names_of(tgp.plots.leaderboard(VIDEOS, names=inactive))[0] == "a · @mia (removed)"


@pytest.mark.parametrize(
    "creators",
    [
        listed(["ben", "tom"]).head(1),
        listed(["ben"], params={"search": "be"}),
        listed(["ben"], complete=False),
    ],
)
@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.IncompleteFrameWarning")
def test_a_part_of_a_list_of_creators_says_nothing_of_who_was_removed(creators):
    assert names_of(tgp.plots.leaderboard(VIDEOS, names=creators))[0] == "a · @mia"


def test_creators_who_are_not_active_are_left_out_as_in_other_lists_of_creators():
    active = pd.array([True, False, None], "boolean")
    ax = tgp.plots.leaderboard(people([10, 30, 20], is_active=active))
    assert names_of(ax) == ["@creator.2", "@creator.0"]
    assert ax.get_xlabel() == "1 creator isn't active and left out"


def test_long_titles_take_the_room_that_there_is():
    title = "i tried the viral lunch box so that you do not have to and this is what happened"
    frame = pd.DataFrame({"title": [title, "b"], "tiktok_handle": "mia", "view_count": [9, 1]})
    ax = tgp.plots.leaderboard(frame)
    ax.figure.canvas.draw()
    widest = max(label.get_window_extent().width for label in ax.get_yticklabels())
    assert 0.4 < widest / ax.figure.bbox.width < 0.6
    assert len(names_of(ax)[0]) > 50
