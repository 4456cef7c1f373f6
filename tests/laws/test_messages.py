"""Typical mistakes: each is answered in a sentence that says what is wrong and what to do."""

from __future__ import annotations

import inspect
import re

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
        r"^creators: item 2 of 2 has no tiktok_handle\. Nothing was sent\. dry_run=True lists ",
    ),
    "the same thing twice": (
        lambda loaded: ACT.add_creators(PROJECT, ["same", "@same"]),
        r"^creators: 'same' appears twice\. That is item 2 of 2, @same, and nothing was sent\. ",
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
        r"has no attribute 'barplot'\. It has budget, calendar, campaign_tree, .*waterfall\.",
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
        r"load these days as well: load_analytics\(\.\.\., compare='prior_period'\)\.$",
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
        (
            r"^accruals can't be of type str: .*; "
            r"payout_workbook\(accruals, payments, path='may\.xlsx'\) writes a file\.$"
        ),
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
    "days in another separator": (
        lambda loaded: series(loaded["creators"], dates="2026-05-01:2026-05-31"),
        r"^dates='2026.*' is not allowed: did you mean '2026-05-01\.\.2026-05-31'\?$",
    ),
    "a month without its year": (
        lambda loaded: series(loaded["creators"], dates="May"),
        r"^dates='May' is not allowed: add its year, such as 'May 2026'\.$",
    ),
    "the days of an index": (
        lambda loaded: series(loaded["creators"], dates=pd.date_range("2026-05-01", "2026-05-31")),
        r"^dates=<DatetimeIndex> is not allowed: did you mean \('2026-05-01', '2026-05-31'\)\?$",
    ),
    "a month as a number": (
        lambda loaded: series(loaded["creators"], dates=202605),
        r"^dates can't be of type int: it takes days: did you mean '2026-05'\?$",
    ),
    "a first day and no last": (
        lambda loaded: series(loaded["creators"], dates=("2026-05-01", None)),
        r"^dates=\('2026-05-01', None\) is not allowed: did you mean 'since 2026-05-01'\?$",
    ),
    "a day that the month doesn't have": (
        lambda loaded: series(loaded["creators"], dates="2026-02-30"),
        r"there is no such day; the last of its month is '2026-02-28'\.$",
    ),
    "no day at all": (
        lambda loaded: tgp.outstanding_balances(
            loaded["accruals"], loaded["payments"], as_of=pd.NaT
        ),
        r"^as_of=NaT is not allowed: give a day as 'YYYY-MM-DD'",
    ),
    "two metrics in one text": (
        lambda loaded: series(loaded["creators"], "views, likes"),
        r"^metrics='views, likes' is not allowed: did you mean \['views', 'likes'\]\?$",
    ),
    "no metrics": (
        lambda loaded: series(loaded["creators"], None),
        r"^`metrics` is required: name at least one, such as 'views'\.$",
    ),
    "rows for ids": (
        lambda loaded: series(loaded["creators"].to_dict("records")),
        r"^ids can't be of type dict: it takes ids as strings; .* or a loaded frame\.$",
    ),
    "a zone by its letters": (
        lambda loaded: series(loaded["creators"], timezone="EST5"),
        r"Did you mean 'America/New_York'\?$",
    ),
    "a city for a zone": (
        lambda loaded: tgp.connect(sandbox=True, timezone="New York"),
        r"^timezone: 'New York' is not one: .* Did you mean 'America/New_York'\?$",
    ),
    "a wrong argument of connect": (
        lambda loaded: tgp.connect(key="tga_" + "0" * 64),
        r"^connect has no argument 'key': it takes api_key, .*\. Did you mean 'api_key'\?$",
    ),
    "a word for a flag of connect": (
        lambda loaded: tgp.connect(sandbox=True, progress="no"),
        r"^progress can't be of type str: it takes True or False\.$",
    ),
    "a folder for one load": (
        lambda loaded: tgp.load_videos(PROJECT, store="folder"),
        r"\. connect\(store='folder'\) makes the client that keeps what is loaded\.$",
    ),
    "a store in no folder": (
        lambda loaded: tgp.open_store(),
        r"^`path` is required: call open_store\(path\)\.$",
    ),
    "a part of a project's name": (
        lambda loaded: tgp.load_videos("q1"),
        r"^no project is called 'q1'; .* Did you mean 'Q1 Brand Program'\?$",
    ),
    "a project that isn't there": (
        lambda loaded: tgp.load_videos(ids_of(1)[0]),
        r"tgp\.load_projects\(\) lists those that the key can read\.$",
    ),
    "a path that isn't there": (
        lambda loaded: tgp.load_path("/v1/videos"),
        r"Paths begin below the base URL, such as '/videos'\.$",
    ),
    "a project for its rules": (
        lambda loaded: tgp.load_payout_assignments(PROJECT),
        r"For all of a project pass load_payout_structures\(project\)\.$",
    ),
    "a frame without texts for comments": (
        lambda loaded: tgp.load_comments(loaded["videos"]),
        r"^The frame has no column 'text' .* the texts: load_comments\(frame, text=\.\.\.\)\.$",
    ),
    "a file for a creator": (
        lambda loaded: ACT.add_creators(PROJECT, "creators.csv"),
        r"^tiktok_handle='creators\.csv' is .*: it looks like a file: .* '@creators\.csv'\.$",
    ),
    "creators that are to be added left out": (
        lambda loaded: ACT.add_creators(PROJECT),
        r"^`creators` is required: call add_creators\(project, creators\)\.$",
    ),
    "a project before the rows": (
        lambda loaded: ACT.remove_videos(PROJECT, loaded["videos"]),
        r"It takes no project: the rows say which it is\. ",
    ),
    "a frame by position that has a name": (
        lambda loaded: tgp.accrue(loaded["structures"], loaded["assignments"], loaded["views"]),
        r"^accrue takes only structures, assignments by .* Did you mean analytics=\.\.\.\? ",
    ),
    "a frame by position that knows names": (
        lambda loaded: tgp.rank_creators_by_sentiment(
            pd.DataFrame({"text": ["x"]}), loaded["creators"]
        ),
        r"^rank_creators_by_sentiment takes only comments by .* Did you mean names=\.\.\.\? ",
    ),
    "per cent for a share": (
        lambda loaded: tgp.find_negative_alerts(
            pd.DataFrame({"text": ["x"], "video_id": ["v"]}), confidence=95
        ),
        r"^confidence=95 is not allowed: it must be above 0 and below 1; did you mean 0\.95\?$",
    ),
    "a column for the name of one": (
        lambda loaded: tgp.score_comments(
            pd.DataFrame({"said": ["x"]}), text=pd.Series(["x"], name="said")
        ),
        r"^text can't be of type Series: it takes the name of a column\.$",
    ),
    "a second argument of one": (
        lambda loaded: tgp.describe(loaded["videos"], "view_count"),
        r"^describe takes only name, and 2 arguments were given\.$",
    ),
    "a column that is to be described": (
        lambda loaded: tgp.describe(loaded["videos"]["view_count"]),
        r"^name can't be of type Series: it takes the name of a table or a helper, such as",
    ),
    "a mistyped helper that is to be described": (
        lambda loaded: tgp.describe("goal_ods"),
        r"^name='goal_ods' is not allowed\. Did you mean 'goal_odds'\?$",
    ),
    "a list of dicts for a frame": (
        lambda loaded: tgp.who_to_nudge([{"status": "missed"}]),
        (
            r"^goals can't be of type list: it takes a pandas DataFrame, such as "
            r"`load_goal_compliance` returns; pd\.DataFrame\(rows\) makes one of a list of dicts\.$"
        ),
    ),
    "texts for a frame of comments": (
        lambda loaded: tgp.score_comments(["nice", "bad"]),
        r"; tgp\.score_texts\(pd\.Series\(texts\)\) scores texts alone\.$",
    ),
    "one text for a frame of comments": (
        lambda loaded: tgp.score_comments("nice"),
        r"`load_comments` returns; tgp\.explain_comment takes one text\.$",
    ),
    "a project for a frame": (
        lambda loaded: tgp.will_miss(PROJECT),
        r"^goals can't be of type str: .* such as `load_goal_compliance` returns\.$",
    ),
    "a project for any frame": (
        lambda loaded: tgp.show(PROJECT),
        r"^frame can't be of type str: .*; load one first: tgp\.load_videos\(project\)\.$",
    ),
    "a file for a frame": (
        lambda loaded: tgp.as_table("export.csv", "videos"),
        r"^frame can't be of type str: .*; pd\.read_csv\('export\.csv'\) reads one\.$",
    ),
    "a project for a result": (
        lambda loaded: tgp.plots.budget(PROJECT),
        r"^plan can't be of type str: .* such as `plan_budget` returns\.$",
    ),
    "a project for the frames of a board": (
        lambda loaded: tgp.widgets.PayoutBoard(PROJECT),
        r"^accruals can't be .*; PayoutBoard\(project='Q1 Brand Program'\) loads what it shows\.$",
    ),
    "loads of two tables in a list": (
        lambda loaded: tgp.combine_loads([loaded["creators"], loaded["videos"]]),
        r"^frames can't be of type list: .* with a star before their list: \*frames\.$",
    ),
    "loads of two tables": (
        lambda loaded: tgp.combine_loads(loaded["creators"], loaded["videos"]),
        r"^frames: they are of more than one table, creators, videos: combine each alone\.$",
    ),
    "a frame without texts for scores": (
        lambda loaded: tgp.score_comments(loaded["videos"]),
        (
            r"^The frame is from `load_videos`: pass what `load_comments` returns\. It has no "
            r"column 'text'\.$"
        ),
    ),
    "two frames of a plot in the wrong order": (
        lambda loaded: tgp.plots.payout_timeline(loaded["payments"], loaded["accruals"]),
        r"'structure_id'\. It seems that `accruals` and `payments` are swapped\.$",
    ),
    "a frame given as another": (
        lambda loaded: tgp.plots.campaigns(loaded["views"], loaded["campaigns"]),
        (
            r"^The frame is from `load_analytics`: pass what `load_campaigns` returns\. .* "
            r"That frame was given as `videos`\.$"
        ),
    ),
    "a fraction for per cent": (
        lambda loaded: tgp.find_negative_alerts(
            pd.DataFrame({"text": ["bad"], "video_id": ["v"]}), share_pct=0.6
        ),
        r"^share_pct=0\.6 is not allowed: it is a percentage: did you mean 60\?$",
    ),
    "a change of days that weren't loaded": (
        lambda loaded: tgp.explain_change(loaded["views"], dates="2026-04"),
        r"load_analytics\(\.\.\., dates='2026-04-01\.\.2026-04-30', compare='prior_period'\)\.$",
    ),
    "a file in a folder that isn't there": (
        lambda loaded: tgp.to_csv(loaded["videos"], "missing/videos.csv"),
        r"can't be written: there is no folder 'missing'; make it first\.$",
    ),
    "a line for each creator": (
        lambda loaded: tgp.plots.trend(loaded["views"], by="creator"),
        r"^The frame has no column 'creator' .* by='label' draws a line for each creator",
    ),
    "one choice": (
        lambda loaded: tgp.plots.trend(loaded["views"], metric="view"),
        r"^metric='view' is not allowed: write 'views'\.$",
    ),
    "a title": (
        lambda loaded: tgp.plots.trend(loaded["views"], title="May"),
        r"It returns the axes: ax = tgp\.plots\.trend\(\.\.\.\); ax\.set_title\(\.\.\.\)\.$",
    ),
    "a size": (
        lambda loaded: tgp.plots.trend(loaded["views"], figsize=(10, 4)),
        r"Pass ax=plt\.subplots\(figsize=\(10, 4\)\)\[1\] for another size\.$",
    ),
    "the days of a plot": (
        lambda loaded: tgp.plots.trend(loaded["views"], dates="2026-05"),
        r"Plot the rows of those days, e\.g\. frame\[frame\['date'\] >= '2026-05-01'\]\.$",
    ),
    "the first rows of a result": (
        lambda loaded: tgp.will_miss(loaded["videos"], n=5),
        r"It returns all rows; \.head\(10\) after it has the first ten\.$",
    ),
    "a mistyped metric of a board": (
        lambda loaded: tgp.widgets.Explorer(loaded["views"], metrics="view"),
        r"^metrics='view' is not allowed: .* Did you mean 'views'\?$",
    ),
    "a handle for a board": (
        lambda loaded: tgp.widgets.Explorer(project=PROJECT, creators="mossy_reef"),
        r"^creators: 'mossy_reef' is not an id",
    ),
    "the accessor called": (
        lambda loaded: loaded["videos"].goat(),
        r"^DataFrame\.goat: call one of its methods: frame\.goat\.show\(\)\.$",
    ),
    "the accessor of plots called": (
        lambda loaded: loaded["videos"].goat.plot("view_count"),
        r"call one of its methods: frame\.goat\.plot\.leaderboard\(\)\.$",
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


FRAME = pd.DataFrame({"view_count": [1]})


@pytest.mark.parametrize(
    ("owner", "name", "place"),
    [
        (tgp, "trend", "It is a plot: tgp.plots.trend(...)."),
        (tgp, "add_creators", "It is an action: tgp.actions.add_creators(...)."),
        (tgp, "GoalBoard", "It is a widget: tgp.widgets.GoalBoard(...)."),
        (tgp, "videos", "A function of the package loads them: tgp.load_videos(...)."),
        (tgp.actions, "diff", "It is a function of the package: tgp.diff(...)."),
        (tgp.widgets, "accruals", "tgp.load_payout_accruals(...)."),
        (FRAME.goat, "load_videos", "It is a function of the package: tgp.load_videos(...)."),
        (FRAME.goat, "trend", "It is a plot: frame.goat.plot.trend()."),
        (FRAME.goat, "head", "It is pandas' own: frame.head."),
        (FRAME.goat, "view_count", "It is a column: frame['view_count']."),
        (FRAME.goat.plot, "show", "It is frame.goat.show()."),
    ],
)
def test_a_name_that_is_elsewhere_is_answered_with_its_place(owner, name, place):
    with pytest.raises(AttributeError, match=f" has no attribute '{name}'. .*{re.escape(place)}$"):
        getattr(owner, name)


def test_a_private_name_is_not_suggested(client, tmp_path):
    with tgp.open_store(tmp_path) as store:
        for owner, name in ((client, "facts"), (store, "scope")):
            assert hasattr(owner, f"_{name}")
            with pytest.raises(AttributeError, match=rf"no attribute '{name}'\. It has [a-z]"):
                getattr(owner, name)


def test_a_store_says_how_a_table_is_loaded(tmp_path):
    with tgp.open_store(tmp_path) as store:
        with pytest.raises(AttributeError, match=r"It is a table: store\.load\('videos'\)\.$"):
            _ = store.videos
        with pytest.raises(AttributeError, match=r"function of the package: tgp\.growth\(\.\.\.\)"):
            _ = store.growth
        with pytest.raises(
            TypeError, match=r"^store\.load has no argument 'frm': it takes table, "
        ):
            store.load("videos", frm=1)
        with pytest.raises(TypeError, match=r"^`table` is required|^store\.load takes only table"):
            store.load("videos", "a", "b")
        with pytest.raises(ValueError, match=r"or a day, '2026-06-18'\.$"):
            store.load("videos", as_of="18.06.2026")


def public_functions():
    """Every public function and class, by the name under which users call it."""
    for owner in (tgp, tgp.plots, tgp.widgets, tgp.actions):
        for name in owner.__all__:
            one = getattr(owner, name)
            if inspect.isclass(one) and owner is tgp.widgets:
                yield name, one, one.__init__
            elif inspect.isfunction(one):
                yield name, one, one


def frames_of(function):
    """The arguments that take only a frame, and whether each may be None."""
    taken = inspect.signature(function).parameters
    kinds = {"pd.DataFrame": False, "pd.DataFrame | None": True}
    return {name: kinds[one.annotation] for name, one in taken.items() if one.annotation in kinds}


FUNCTIONS = {name: (call, function) for name, call, function in public_functions()}
FREE = {"goat", "load_path", "estimate_load"}
"""``goat`` is there before Arrow is imported; the others take any argument."""


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - FREE))
def test_an_argument_that_isnt_there_is_named_with_those_that_are(name):
    call, _ = FUNCTIONS[name]
    with pytest.raises(TrackaGoatError, match=f"^{name} has no argument 'no_such': it takes "):
        call(no_such=1)


@pytest.mark.parametrize("name", [name for name, (_, one) in FUNCTIONS.items() if frames_of(one)])
def test_what_is_no_frame_is_refused_by_the_name_of_its_argument(name):
    call, function = FUNCTIONS[name]
    taken = inspect.signature(function).parameters
    needed = {one for one, kind in taken.items() if kind.default is kind.empty and one != "self"}
    for argument in frames_of(function):
        if taken[argument].kind is inspect.Parameter.VAR_POSITIONAL:
            continue
        others = {one: pd.DataFrame() for one in needed if one != argument}
        for given in ("a text", 5, [{"a": 1}], pd.Series([1], name="a")):
            # The frames before it may be refused first, which are right in kind but empty.
            with pytest.raises(TypeError, match=f"^{argument} can't be of type .* DataFrame"):
                call(**{argument: given}, **others)


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
