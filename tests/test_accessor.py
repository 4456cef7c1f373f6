from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import pandas as pd
import polars as pl
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas._homes import HOMES, VERBS, VERBS_OF
from trackagoat_pandas.accessor import GoatAccessor, GoatPlotAccessor, Verb
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
    TrackaGoatError,
    UnknownNameError,
)

POSTS = pd.DataFrame(
    {
        "like_count": [8, 0, None],
        "comment_count": [1, 0, 1],
        "share_count": [1, 0, 1],
        "save_count": [0, 0, 1],
        "view_count": [200, 0, 100],
    }
).astype("Int64")


def verbs(accessor):
    return {name: verb for name, verb in vars(accessor).items() if isinstance(verb, Verb)}


@pytest.mark.parametrize("name", verbs(GoatAccessor))
def test_a_verb_is_the_public_function_of_its_name_without_the_frame(name):
    function = getattr(tgp, name)
    assert verbs(GoatAccessor)[name].function is function
    method = getattr(POSTS.goat, name)
    parameters = list(inspect.signature(function).parameters.values())
    assert list(inspect.signature(method).parameters.values()) == parameters[1:]
    assert method.__doc__ == function.__doc__


@pytest.mark.parametrize("name", verbs(GoatPlotAccessor))
def test_a_plot_is_the_function_of_its_name(name):
    assert verbs(GoatPlotAccessor)[name].function is getattr(tgp.plots, name)


def test_completion_offers_only_the_verbs_that_fit(client):
    comments = tgp.load_comments("Summer Launch", client=client)
    assert "score_comments" in dir(comments.goat)
    assert "comment_words" in dir(comments.goat.plot)
    assert "score_comments" not in dir(POSTS.goat)
    assert "engagement" in dir(POSTS.goat)
    assert {"provenance", "plot"} <= set(dir(pd.DataFrame().goat))


def alone(function) -> bool:
    """Whether a function needs nothing but the frame."""
    rest = list(inspect.signature(function).parameters.values())[1:]
    return all(parameter.default is not parameter.empty for parameter in rest)


NEEDS_MORE = {"check_posts", "explain_change", "leaderboard", "payout_file", "unreadable_cells"}
"""These have their columns, and then need rows, provenance or another argument."""


@pytest.mark.parametrize("accessor", [GoatAccessor, GoatPlotAccessor])
def test_what_is_offered_has_the_columns_that_it_needs(accessor):
    # A plot of a leaderboard names its bars by tiktok_handle or by a column that is asked for, and
    # any one column of ids gets names.
    any_of = {"leaderboard": {"tiktok_handle"}, "with_names": {"creator_id"}}
    offered = {name: verb for name, verb in verbs(accessor).items() if alone(verb.function)}
    assert len(offered) > 5
    for name, verb in offered.items():
        for needs in verb.needs:
            columns = sorted(needs | any_of.get(name, set()))
            frame = pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
            # An empty frame knows no time zone.
            zone = {"timezone"} & inspect.signature(verb.function).parameters.keys()
            try:
                verb.function(frame, **dict.fromkeys(zone, "UTC"))
            except MissingColumnError as error:
                advice = "delete its lines in _homes.py and run `python -m tests.stub`"
                pytest.fail(f"{name}: {error}. {advice}")
            except ArgumentError as error:
                # Whatever is asked for before the columns would hide that they are missing.
                if name not in NEEDS_MORE:
                    pytest.fail(f"{name}: {error}. Check its columns first")
            plt.close("all")


def test_a_scatter_is_offered_for_either_frame_that_it_takes(client):
    creators = tgp.load_creators("Summer Launch", client=client)
    videos = tgp.load_videos("Summer Launch", client=client)
    goals = tgp.load_goal_compliance("Summer Launch", client=client)
    assert "creator_scatter" in dir(tgp.summarize_creators(creators, videos, goals).goat.plot)
    report = tgp.load_report("creator-scatter", "Summer Launch", client=client)
    assert "creator_scatter" in dir(report.goat.plot)
    assert "creator_scatter" not in dir(creators.goat.plot)


def test_a_verb_that_does_not_fit_says_what_it_needs():
    with pytest.raises(MissingColumnError, match=r"no columns? .*'text'.*load_comments"):
        POSTS.goat.score_comments()


def needed_frames(name) -> list[str]:
    """The arguments of a public function that can't be left out and are frames."""
    given = inspect.signature(getattr(tgp, name)).parameters.values()
    needed = [one for one in given if one.default is one.empty and one.kind != one.VAR_POSITIONAL]
    return [one.name for one in needed if str(one.annotation).startswith("pd.DataFrame")]


def test_every_helper_of_one_frame_is_a_verb():
    homes = ("helpers.", "showing.", "names.")
    helpers = [name for name, home in HOMES.items() if home.startswith(homes)]
    of_one = {name for name in helpers if len(needed_frames(name)) == 1}
    assert len(of_one) > 20
    assert of_one - {*VERBS} == set(), "say in VERBS of _homes.py which columns its frame needs"
    assert {*verbs(GoatAccessor)} == {*VERBS}
    of_none = [name for name in VERBS if not needed_frames(name)]
    assert of_none == [], "remove it from VERBS in _homes.py"


def test_a_series_of_texts_and_of_cents_has_its_own_verbs():
    texts = pd.Series(["love it", None])
    pd.testing.assert_frame_equal(texts.goat.score(), tgp.score_texts(texts))
    cents = pd.Series([1999], dtype="Int64")
    pd.testing.assert_series_equal(cents.goat.to_money(), tgp.to_money(cents))


def test_a_verb_equals_its_function_and_leaves_the_frame_unchanged():
    before = POSTS.copy()
    pd.testing.assert_frame_equal(POSTS.goat.engagement(), tgp.engagement(POSTS))
    pd.testing.assert_frame_equal(POSTS, before)


def test_provenance_is_a_small_copy_and_survives_filtering(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    facts = videos.goat.provenance
    facts["path"] = "changed"
    assert videos[videos["view_count"] > 0].goat.provenance["path"] == "/videos"
    assert len(json.dumps(videos.attrs)) < 1_000
    assert POSTS.goat.provenance == {}


def test_the_rate_is_interactions_over_views_or_followers_in_percent():
    rates = tgp.engagement(POSTS)["engagement_rate_by_views"]
    assert rates.astype(object).tolist() == [5.0, pd.NA, pd.NA]
    creators = POSTS.assign(follower_count=[1000, 10, 10]).drop(columns="view_count")
    rates = tgp.engagement(creators, by="followers")["engagement_rate_by_followers"]
    assert rates[:2].tolist() == [1.0, 0.0]
    for frame in (POSTS, POSTS.head(0)):
        assert tgp.engagement(frame)["engagement_rate_by_views"].dtype == pd.Float64Dtype()


def test_a_frame_without_counts_is_refused_with_the_loader_that_has_them():
    with pytest.raises(
        MissingColumnError, match=r"no columns? .*'view_count'.*load_videos` returns them"
    ):
        pd.DataFrame({"like_count": [1]}).goat.engagement()


def test_the_rate_equals_the_servers(client):
    board = tgp.load_report("creator-leaderboard", "Q1 Brand Program", client=client)
    ours = tgp.engagement(board.drop(columns="engagement_rate_by_views"))
    pd.testing.assert_series_equal(
        ours["engagement_rate_by_views"], board["engagement_rate_by_views"]
    )


def test_the_typed_accessor_is_the_frames_own():
    pd.testing.assert_frame_equal(tgp.goat(POSTS).engagement(), POSTS.goat.engagement())
    assert isinstance(tgp.goat(POSTS), GoatAccessor)
    table = pl.DataFrame({"view_count": [5, 9], "tiktok_handle": ["ann", "bob"]})
    assert tgp.goat(table).leaderboard()["tiktok_handle"].tolist() == ["bob", "ann"]
    with pytest.raises(ArgumentTypeError, match="a pandas DataFrame"):
        tgp.goat([1])


def test_a_repr_says_what_the_frame_is_and_which_verbs_fit(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    what, size, *lines, plots = repr(videos.goat).splitlines()
    verbs = " ".join(line.strip() for line in lines)
    assert what == "Videos of Summer Launch"
    assert re.fullmatch(
        r"\d+ rows x 21 columns, as of \d+ Jun 2026 \d\d:\d\d America/New_York, complete", size
    )
    assert verbs.startswith("Verbs that fit: ")
    assert "engagement, expected_views, find_outliers, find_overposting" in verbs
    assert "score_comments" not in verbs
    assert plots == "Plots that fit: leaderboard, view_distribution"
    assert repr(videos.goat.plot) == plots


def test_methods_of_other_tables_are_not_offered(client):
    projects = tgp.load_projects(client=client)
    assert not {"plan_campaign", "visible_effects"} & {*dir(projects.goat)}
    creators = tgp.load_creators("Summer Launch", client=client)
    assert {"plan_campaign", "visible_effects"} <= {*dir(creators.goat)}
    own = pd.DataFrame({"id": ["a"]})
    assert "plan_campaign" in dir(own.goat)


def test_methods_of_one_table_take_it_first():
    names = {"goal_compliance": "goals"}
    for table, verbs in VERBS_OF.items():
        argument = names.get(table, table.removeprefix("payout_"))
        for verb in verbs.split():
            assert next(iter(inspect.signature(getattr(tgp, verb)).parameters)) == argument, verb


def test_a_repr_says_what_is_missing():
    frame = POSTS.copy()
    frame.attrs["trackagoat"] = {"path": "/videos", "complete": False, "timezone": "Nowhere"}
    assert repr(frame.goat).splitlines()[:3] == [
        "Videos",
        "3 rows x 5 columns",
        "Not complete: a part was not loaded.",
    ]


def test_a_repr_of_a_frame_of_ones_own_says_how_large_it_is():
    said = repr(pd.DataFrame({"a": [1]}).goat).splitlines()
    assert said[0] == "1 row x 1 column"
    assert said[-1] == "Plots that fit: none"
    assert repr(pd.DataFrame().goat).startswith("0 rows x 0 columns")


def test_a_repr_of_many_verbs_is_wrapped(client):
    comments = tgp.load_comments("Summer Launch", client=client)
    lines = repr(comments.goat).splitlines()
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 88


def test_a_repr_of_a_series_lists_its_verbs():
    assert repr(POSTS["view_count"].goat) == ("3 values of dtype Int64\nVerbs: score, to_money")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: POSTS.goat.engagment, r"DataFrame\.goat has .*Did you mean 'engagement'\?$"),
        (lambda: POSTS.goat.plot.trends, r"DataFrame\.goat\.plot has .*Did you mean 'trend'\?$"),
        (lambda: POSTS["view_count"].goat.money, r"Series\.goat has .*Did you mean 'to_money'\?$"),
        (lambda: tgp.load_video, r"trackagoat_pandas has .*Did you mean 'load_videos'\?$"),
        (lambda: POSTS.goat.xyzzy, r"has no attribute 'xyzzy'\.$"),
    ],
    ids=["verb", "plot", "series", "package", "nothing-near"],
)
def test_a_mistyped_name_is_guessed(ask, message):
    with pytest.raises(AttributeError, match=message) as caught:
        ask()
    assert isinstance(caught.value, TrackaGoatError)


def test_an_accessor_is_asked_copied_and_pickled_like_any_object():
    accessor = POSTS.goat
    assert hasattr(accessor, "engagement")
    assert not hasattr(accessor, "engagment")
    assert getattr(accessor, "_repr_html_", None) is None
    for twin in (
        copy.copy(accessor),
        copy.deepcopy(accessor),
        pickle.loads(pickle.dumps(accessor)),
    ):
        pd.testing.assert_frame_equal(twin.engagement(), accessor.engagement())
        assert dir(twin) == dir(accessor)


@pytest.mark.parametrize("attribute", [None, 5, "x", [], {"path": "/videos"}, {"params": None}])
def test_provenance_reads_whatever_stands_in_the_attributes(attribute):
    frame = POSTS.copy()
    frame.attrs["trackagoat"] = attribute
    facts = frame.goat.provenance
    assert facts == (attribute if isinstance(attribute, dict) else {})
    assert repr(facts)
    assert facts._repr_html_()


def test_an_import_adds_little_to_that_of_pandas():
    code = (
        "import pandas, sys; before = set(sys.modules); import trackagoat_pandas; "
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [
        "trackagoat_pandas",
        "trackagoat_pandas._homes",
        "trackagoat_pandas.accessor",
    ]


def test_misplaced_plot_names_the_method_that_makes_its_frame(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    with pytest.raises(UnknownNameError, match=r"frame\.goat\.find_outliers\(\)\.goat\.plot\.outl"):
        videos.goat.outliers()
