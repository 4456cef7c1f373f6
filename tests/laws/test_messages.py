"""Typical mistakes: each is answered in a sentence that says what is wrong and what to do."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, ids_of
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.http.client import default_client

ACT = tgp.actions
NOON = pd.Timestamp("2026-06-14 12:00")
WEEKLY = {"metric": "posts", "period": "weekly", "target_value": 5, "start_date": "2026-06-15"}


@pytest.fixture(scope="module")
def loaded(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as connected:
        creators = tgp.load_creators(PROJECT, client=connected)
        structures = tgp.load_payout_structures(PROJECT, client=connected)
        return {
            "creators": creators,
            "videos": tgp.load_videos(PROJECT, client=connected),
            "campaigns": tgp.load_campaigns(PROJECT, client=connected),
            "accruals": tgp.load_payout_accruals(PROJECT, client=connected),
            "payments": tgp.load_payout_payments(PROJECT, client=connected),
            "structures": structures,
            "assignments": tgp.load_payout_assignments(structures, client=connected),
            "views": series(creators, dates="2026-05", client=connected),
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
            r"digits, dots, underscores and hyphens; load_creators\(project\) lists those of a "
            r"project by handle and name\.$"
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
        r"^dates='last moth' is not allowed: did you mean 'last month'\?$",
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
    "a metric that only goals have": (
        lambda loaded: series(loaded["creators"], "engagement"),
        r"^metrics='engagement' .* load 'likes', 'comments', 'shares' and 'saves', whose sum it is",
    ),
    "one argument by another's name": (
        lambda loaded: series(loaded["creators"], tz="Europe/Berlin"),
        r"^load_analytics has no argument 'tz': it takes entity, .*\. Did you mean 'timezone'\?$",
    ),
    "the first rows of a list": (
        lambda loaded: tgp.load_videos(PROJECT, limit=10),
        r"^load_videos has no argument 'limit': .* loads all rows; frame\.head\(10\) has the ",
    ),
    "posts since a day": (
        lambda loaded: tgp.load_videos(PROJECT, start="2026-05-01"),
        r"no argument 'start': .* e\.g\. frame\[frame\['posted_at'\] >= '2026-05-01'\]",
    ),
    "days in short": (
        lambda loaded: series(loaded["creators"], dates="30d"),
        r"^dates='30d' is not allowed: did you mean 'last 30 days'\?$",
    ),
    "days from the last to the first": (
        lambda loaded: series(loaded["creators"], dates=("2026-05-31", "2026-05-01")),
        r"must not come after the last; did you mean '2026-05-01\.\.2026-05-31'\?$",
    ),
    "a thirteenth month": (
        lambda loaded: series(loaded["creators"], dates="2026-13"),
        r"^dates='2026-13' is not allowed: the calendar has no such days: months are 01 to 12, ",
    ),
    "a range of one day": (
        lambda loaded: tgp.DateRange("2026-05"),
        r"^`last` is required: DateRange takes two days; DateRange\.parse\('2026-05'\) reads",
    ),
    "a comparison that is only wanted": (
        lambda loaded: series(loaded["creators"], compare=True),
        r"^compare=True is not allowed: write 'prior_period'\.$",
    ),
    "the metrics left out": (
        lambda loaded: tgp.load_analytics("creator", loaded["creators"]),
        r"^`metrics` is required: call load_analytics\(entity, ids, metrics\)\.$",
    ),
    "a function of the package as the client's": (
        lambda loaded: default_client().load_videos(PROJECT),
        r"^Client has no attribute 'load_videos'\. .*It is a function .* tgp\.load_videos\(",
    ),
    "a loader that was called": (
        lambda loaded: tgp.estimate_load(loaded["videos"]),
        r"^loader can't be .* isn't called: tgp\.estimate_load\(tgp\.load_videos, project\)\.$",
    ),
    "a rule by its name": (
        lambda loaded: tgp.load_payout_assignments("CPM"),
        r"^structure: 'CPM' is not an id .* load_payout_structures: frame\[frame\['name'\] == ",
    ),
    "a column for a frame": (
        lambda loaded: tgp.leaderboard(loaded["videos"]["view_count"]),
        r"^frame can't be of type Series: it takes a pandas DataFrame; .* df\[\['view_count'\]\]",
    ),
    "a method of frames on a column": (
        lambda loaded: loaded["videos"]["view_count"].goat.show(),
        r"^Series\.goat has no attribute 'show'\. .* series\.to_frame\(\)\.goat\.show\(\)\.$",
    ),
    "several loads in a list": (
        lambda loaded: tgp.growth([loaded["views"], loaded["views"]]),
        r"^\w+ can't be of type list: .* tgp\.combine_loads\(\*frames\) makes one of several\.$",
    ),
    "frames of two kinds in a list": (
        lambda loaded: tgp.with_names(
            loaded["accruals"], creators=[loaded["creators"], loaded["videos"]]
        ),
        r"^creators can't be of type list: .* give each of these to the argument of its name\.$",
    ),
    "two frames in the wrong order": (
        lambda loaded: tgp.outstanding_balances(loaded["payments"], loaded["accruals"]),
        (
            r"^The frame is from `load_payout_payments`: pass what `load_payout_accruals` returns\."
            r" It has no columns .* It seems that `accruals` and `payments` are swapped"
        ),
    ),
    "two frames of a board in the wrong order": (
        lambda loaded: tgp.widgets.PayoutBoard(loaded["payments"], loaded["accruals"]),
        r"pass what `load_payout_accruals` returns\.",
    ),
    "videos for a board of goals": (
        lambda loaded: tgp.widgets.GoalBoard(loaded["videos"]),
        r"^The frame is from `load_videos`: pass what `load_goal_compliance` returns\.",
    ),
    "a project's name for a board": (
        lambda loaded: tgp.widgets.GoalBoard(PROJECT),
        r"can't be of type str: it takes a pandas DataFrame, such as `load_goal_compliance`",
    ),
    "a mistyped argument of a board": (
        lambda loaded: tgp.widgets.GoalBoard(goal=loaded["videos"]),
        r"^GoalBoard has no argument 'goal': it takes goals, .*\. Did you mean 'goals'\?$",
    ),
    "videos for a curve": (
        lambda loaded: tgp.plots.trend(loaded["videos"]),
        r"^The frame is from `load_videos`: pass what `load_analytics` returns\. It has no columns",
    ),
    "a picture of nothing": (
        lambda loaded: tgp.plots.trend(),
        r"^`analytics` is required: call trend\(analytics\), with `analytics` from load_analytics",
    ),
    "a frame for a project": (
        lambda loaded: tgp.widgets.Home(loaded["creators"]),
        r"^project can't be of type DataFrame: it takes a project's id or exact name",
    ),
    "a curve of a metric that wasn't loaded": (
        lambda loaded: tgp.plots.trend(loaded["views"], metric="likes"),
        r"^metric: the frame has only 'views'; load_analytics takes several metrics",
    ),
    "a picture that isn't there": (
        lambda loaded: tgp.plots.barplot(loaded["videos"]),
        r"has no attribute 'barplot'\. It has budget, campaigns, .*.*waterfall\.",
    ),
    "all rows as a word": (
        lambda loaded: tgp.show(loaded["videos"], "all"),
        r"^n can't be of type str: it takes a whole number, or None for all rows",
    ),
    "handles of a frame of videos": (
        lambda loaded: tgp.show(loaded["videos"], columns=["tiktok_handle"]),
        r"^The frame has no column 'tiktok_handle' .*\. frame\.goat\.with_names\(\) adds names",
    ),
    "a change without the period before": (
        lambda loaded: tgp.explain_change(loaded["views"]),
        r"load these days as well, e\.g\. with load_analytics\(\.\.\., compare='prior_period'\)\.$",
    ),
    "a time without its zone for a day": (
        lambda loaded: tgp.forecast_payouts(
            loaded["structures"], loaded["assignments"], as_of=NOON
        ),
        r"give a day, '2026-06-14', or an instant with its offset, '2026-06-14T12:00:00Z'",
    ),
    "a factor for a rule": (
        lambda loaded: tgp.what_if(loaded["structures"], loaded["assignments"], {"CPM": 1.1}),
        r"^changes can't be of type float: .* such as \{'CPM': \{'cpm_cents': '\+10%'\}\}\.$",
    ),
    "a part of a column's name": (
        lambda loaded: tgp.what_if(
            loaded["structures"], loaded["assignments"], {"CPM": {"cpm": "+10%"}}
        ),
        r"^changes='cpm' is not allowed: choose one of .*\. Did you mean 'cpm_cents'\?$",
    ),
    "frames for an audit that loads them": (
        lambda loaded: tgp.audit(loaded["accruals"], loaded["payments"]),
        r"^dates can't be of type DataFrame: .* audit_payouts compares frames of yours\.$",
    ),
    "the file before the frames": (
        lambda loaded: tgp.payout_workbook("may.xlsx", loaded["accruals"], loaded["payments"]),
        r"^accruals can't be of type str: .*; .* one to write after the frames",
    ),
    "the file before the frame of a workbook": (
        lambda loaded: tgp.to_excel("videos.xlsx", loaded["videos"]),
        r"^path can't be of type DataFrame: .* \.xlsx file, after what is written to it\.$",
    ),
    "an amount in dollars": (
        lambda loaded: tgp.to_money(12.5),
        r"^cents can't be of type float: .* whole cents, not floats, such as owed\['owed_cents'\]",
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


@pytest.mark.parametrize(("name", "meant"), [("video", "videos"), ("payments", "payout_payments")])
def test_the_nearest_table_of_a_store_is_suggested(tmp_path, name, meant):
    with tgp.open_store(tmp_path) as store, pytest.raises(TrackaGoatError, match=f"mean '{meant}'"):
        store.load(name)


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    advice = r"Load it: connect\(store=\.\.\.\), then load_videos or store\.sync\(\)\.$"
    with tgp.open_store(tmp_path) as store, pytest.raises(TrackaGoatError, match=advice):
        store.load("videos")
