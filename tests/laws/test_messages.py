"""Typical mistakes: each is answered in a sentence that says what is wrong and what to do."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, ids_of
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import TrackaGoatError

ACT = tgp.actions
WEEKLY = {"metric": "posts", "period": "weekly", "target_value": 5, "start_date": "2026-06-15"}


@pytest.fixture(scope="module")
def loaded(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as connected:
        return {
            "creators": tgp.load_creators(PROJECT, client=connected),
            "videos": tgp.load_videos(PROJECT, client=connected),
            "campaigns": tgp.load_campaigns(PROJECT, client=connected),
        }


def series(ids, metrics="views", entity="creator", **options):
    return tgp.load_analytics(entity, ids, metrics, **options)


MISTAKES = {
    "a mistyped project": (
        lambda loaded: tgp.load_videos("Q1 brand progam"),
        r"^no project is called 'Q1 brand progam'; .* Did you mean 'Q1 Brand Program'\?$",
    ),
    "one project where there are several": (
        lambda loaded: tgp.load_videos("Archive"),
        r"^2 projects are called 'Archive': .* Pass the id of the one you mean\.$",
    ),
    "an entity in the plural": (
        lambda loaded: series(loaded["creators"], entity="creators"),
        r"^entity='creators' is not allowed: choose one of .*\. Did you mean 'creator'\?$",
    ),
    "a metric in the singular": (
        lambda loaded: series(loaded["creators"], "view"),
        r"^metrics='view' is not allowed: choose one of .*\. Did you mean 'views'\?$",
    ),
    "a mistyped handle": (
        lambda loaded: series("mossy_ref"),
        (
            r"^no creator in any project is called '@mossy_ref' \(did you mean '@mossy_reef'\?\)\. "
            r"A creator who was removed may not be listed; give the id instead\.$"
        ),
    ),
    "a handle of another project": (
        lambda loaded: tgp.load_videos("Summer Launch", creator="@mossy_reef"),
        r"^no creator in the project 'Summer Launch' is called '@mossy_reef'",
    ),
    "a post for a creator": (
        lambda loaded: tgp.load_videos(creator="https://www.tiktok.com/@mossy_reef/video/7"),
        r"^creator='https.*' is not allowed: it is the address of a post; .*give '@mossy_reef'\.$",
    ),
    "a name for a creator": (
        lambda loaded: series("Mossy Reef"),
        (
            r"^ids='Mossy Reef' is not allowed: an id is a UUID; a handle has 1 to 30 letters, "
            r"digits, dots, underscores and hyphens\.$"
        ),
    ),
    "videos of nobody for creators": (
        lambda loaded: series(loaded["videos"].assign(creator_id=None)),
        (
            r"^ids: (\d+) of \1 rows of the frame of videos have no 'creator_id'; an id can't be "
            r"null: drop them with \.dropna\(subset=.creator_id.\), or pass a frame from "
            r"load_creators\.$"
        ),
    ),
    "creators for videos": (
        lambda loaded: series(loaded["creators"], entity="video"),
        r"^ids: this is a frame of creators; pass video ids, or a frame from load_videos\.$",
    ),
    "campaigns for a project": (
        lambda loaded: ACT.add_creators(loaded["campaigns"].drop(columns="project_id"), "x"),
        r"^project: this is a frame of campaigns; pass project ids, or a frame from load_projects",
    ),
    "days as in Berlin": (
        lambda loaded: series(loaded["creators"], dates="31.05.2026"),
        r"^dates='31\.05\.2026' is not allowed: days are written YYYY-MM-DD .* '2026-05-31'\?$",
    ),
    "days that may be two": (
        lambda loaded: series(loaded["creators"], dates="06/07/2026"),
        r"did you mean '2026-07-06' or '2026-06-07'\?$",
    ),
    "a month with a slash": (
        lambda loaded: series(loaded["creators"], dates="2026/05"),
        r"^dates='2026/05' is not allowed: .*did you mean '2026-05'\?$",
    ),
    "a mistyped range of days": (
        lambda loaded: series(loaded["creators"], dates="last moth"),
        r"^dates='last moth' is not allowed: give .*\. Did you mean 'last month'\?$",
    ),
    "a report by a part of its name": (
        lambda loaded: tgp.load_report("heatmap", PROJECT),
        r"^name='heatmap' is not allowed: .* Did you mean 'posting-heatmap'\?$",
    ),
    "a frame that is not described": (
        lambda loaded: tgp.describe(pd.DataFrame({"a": [1]})),
        r"^name: the frame doesn't say which table it was loaded from; name one of 'projects', ",
    ),
    "a column by the metric's name": (
        lambda loaded: tgp.leaderboard(loaded["videos"], by="views"),
        r"^The frame has no column 'views' \(it has: .*\)\. Did you mean 'view_count'\?$",
    ),
    "counts that are words": (
        lambda loaded: tgp.engagement(loaded["videos"].assign(view_count="many")),
        r"^view_count: the column must hold numbers; its dtype is (str|object)\.$",
    ),
    "a time zone by its city": (
        lambda loaded: tgp.sentiment_trend(
            pd.DataFrame({"text": ["x"], "posted_at": ["2026-05-01"]}), timezone="Berlin"
        ),
        r"^timezone='Berlin' is not allowed: .* Did you mean 'Europe/Berlin'\?$",
    ),
    "a mistyped verb": (
        lambda loaded: loaded["videos"].goat.engagment,
        r"^DataFrame\.goat has no attribute 'engagment'\. Did you mean 'engagement'\?$",
    ),
    "a mistyped loader": (
        lambda loaded: tgp.load_video,
        r"^trackagoat_pandas has no attribute 'load_video'\. Did you mean 'load_videos'\?$",
    ),
    "a column under another name": (
        lambda loaded: ACT.add_creators(PROJECT, pd.DataFrame({"Handles": ["a"]})),
        (
            r"^The frame has no column 'tiktok_handle' \(it has: Handles\)\. "
            r"Did you mean 'Handles'\? Say which column it is with `column=`\.$"
        ),
    ),
    "an empty cell": (
        lambda loaded: ACT.add_creators(PROJECT, ["a", None]),
        r"^creators: item 2 of 2 has no tiktok_handle\.$",
    ),
    "the same thing twice": (
        lambda loaded: ACT.add_creators(PROJECT, ["same", "@same"]),
        r"^creators: 'same' appears twice\.$",
    ),
    "a short link for a handle": (
        lambda loaded: ACT.add_creators(PROJECT, "https://vm.tiktok.com/ZM1/"),
        r"^tiktok_handle='https.*' is not allowed: it doesn't say whose it is; give a handle, or ",
    ),
    "no amount": (
        lambda loaded: ACT.record_payment(
            ids_of(1), ids_of(1), amount_cents=None, method=ids_of(1)
        ),
        r"^`amount_cents` is required: it can't be omitted or null\.$",
    ),
    "days in the wrong order": (
        lambda loaded: ACT.set_goals(ids_of(1), **WEEKLY, end_date="2026-06-01"),
        r"^end_date='2026-06-01' is not allowed: it comes before start_date, 2026-06-15\.$",
    ),
    "a goal of nothing": (
        lambda loaded: ACT.set_goals(ids_of(1)),
        r"^`metric` is required: pass metric=\.\.\., or a frame with a column 'metric'\.$",
    ),
    "a long name": (
        lambda loaded: ACT.create_campaign(PROJECT, "x" * 201),
        r"^name: it has 201 characters; the limit is 200\.$",
    ),
    "a change of nothing": (
        lambda loaded: ACT.update_creator(ids_of(1)),
        r"^changes: give at least one of tiktok_handle, readme, ",
    ),
    "a note about nothing": (
        lambda loaded: ACT.annotate("2026-06-01", "x"),
        r"^`project` is required: a note is about a project or something in one\.$",
    ),
    "two lists of other things": (
        lambda loaded: tgp.diff(loaded["creators"], loaded["videos"]),
        r"^after: `before` is a frame of creators, and `after` one of videos\.$",
    ),
    "an edit of a count": (
        lambda loaded: ACT.apply(
            tgp.diff(loaded["creators"], loaded["creators"].assign(follower_count=1))
        ),
        r"^field='follower_count' is not allowed: choose one of 'tiktok_handle', ",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_in_a_sentence_that_helps(mistake, client, loaded):
    call, sentence = MISTAKES[mistake]
    with pytest.raises(TrackaGoatError, match=sentence):
        call(loaded)


@pytest.mark.parametrize(
    ("package", "name", "meant"),
    [
        (tgp.plots, "trends", "trend"),
        (tgp.widgets, "PayoutsBoard", "PayoutBoard"),
        (tgp.actions, "add_creator", "add_creators"),
    ],
)
def test_the_nearest_name_of_a_package_is_suggested(package, name, meant):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'. Did you mean '{meant}'"):
        getattr(package, name)
    assert not hasattr(package, "nothing_like_it")


def test_a_text_is_cut_only_if_it_is_longer_than_the_limit():
    assert cut("a caption", 9) == "a caption"
    assert cut("a caption", 8) == "a capti…"
    assert cut("a caption", 3) == "a…"
