"""A report about one campaign shows nothing of others, whatever the others contain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import ChoiceError, UnknownCampaignError
from trackagoat_pandas.program.frames import loaded_program
from trackagoat_pandas.reporting.mail import mail_of
from trackagoat_pandas.reporting.page import page_of
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.showing.recorder import Traced

PROJECT, CAMPAIGN = "Q1 Brand Program", "Unboxed"
HOSTILE = st.sampled_from(
    ["<b>rival</b>", "rival\x00\x1b[31m", "=1+1", "Unboxed", "%s{0}", "\u202erival", "r" * 300]
)


@pytest.fixture(scope="module")
def client():
    with tgp.connect(sandbox=True) as made:
        yield made


@pytest.fixture(scope="module")
def program(client):
    with kept_warnings():
        return loaded_program(PROJECT, client=client)


def campaign_id_of(program):
    campaigns = program.frames["campaigns"].value
    return campaigns.loc[campaigns["name"] == CAMPAIGN, "id"].iloc[0]


def files_of(program, campaign):
    """The page with its pictures, code and JSON, and the mail, of one campaign."""
    document = document_of(program, campaign=campaign, arguments={"campaign": campaign})
    return page_of(document), mail_of(document).eml


def members_of(program):
    """The ids of the campaign's posts and of their creators."""
    frames = {name: frame.value for name, frame in program.frames.items()}
    posts = tgp.campaign_videos(frames["campaigns"], frames["videos"], campaign_id_of(program))
    return set(posts["id"]), set(posts["creator_id"].dropna())


def with_other_frames(program, text, seed):
    """Change all that isn't of the campaign: texts, handles, counts, and which rows there are."""
    dice = np.random.default_rng(seed)
    posts, creators = members_of(program)
    campaign = campaign_id_of(program)
    own = {
        "campaigns": ("id", {campaign}), "videos": ("id", posts), "creators": ("id", creators),
        "comments": ("video_id", posts),
    }  # fmt: skip
    changed = dict(program.frames)
    for name, (key, ids) in own.items():
        frame = program.frames[name].value
        is_own = frame[key].isin(ids)
        is_kept = is_own | (dice.random(len(frame)) < 0.7)
        other = frame.copy()
        texts = {"name", "title", "description", "tiktok_handle", "display_name", "text", "url"}
        for column in texts & {*frame.columns}:
            other[column] = frame[column].mask(~is_own, text)
        for column in {"view_count", "like_count", "comment_count"} & {*frame.columns}:
            other[column] = frame[column].mask(~is_own, int(dice.integers(1, 10**9)))
        kept = other[is_kept].reset_index(drop=True)
        kept.attrs = {"trackagoat": {**frame.attrs["trackagoat"], "rows": len(frame) + 7}}
        changed[name] = Traced(kept, name)
    for name in ("goals", "accruals", "payments", "analytics", "structures"):
        changed.pop(name)
    return replace(program, frames=changed)


@settings(max_examples=4, deadline=None)
@given(HOSTILE, st.integers(0, 2**32 - 1))
def test_nothing_of_others_changes_a_campaigns_report(program, text, seed):
    own = {name: Traced(frame.value, name) for name, frame in program.frames.items()}
    campaign = campaign_id_of(program)  # in other frames, several may have its name
    assert files_of(with_other_frames(program, text, seed), campaign) == files_of(
        replace(program, frames=own), campaign
    )


def test_a_campaigns_report_has_no_other_names_or_ids(client, program, tmp_path):
    posts, creators = members_of(program)
    frames = {name: frame.value for name, frame in program.frames.items()}
    campaigns = frames["campaigns"]
    others = [*campaigns.loc[campaigns["name"] != CAMPAIGN, ["id", "name"]].to_numpy().flat]
    others += (
        frames["creators"]
        .loc[~frames["creators"]["id"].isin(creators), ["id", "tiktok_handle"]]
        .to_numpy()
        .tolist()[0]
    )
    others += frames["videos"].loc[~frames["videos"]["id"].isin(posts), "id"].tolist()
    made = tgp.report(PROJECT, tmp_path / "one.html", campaign=CAMPAIGN, client=client)
    mailed = tgp.report(PROJECT, tmp_path / "mail.html", campaign=CAMPAIGN, mail=True,
                        client=client)  # fmt: skip
    assert [one.name for one in made.document.sections] == ["breakouts", "comments", "campaigns"]
    assert made.document.project == CAMPAIGN
    for path in (*made.paths, *mailed.paths):
        written = path.read_text()
        assert CAMPAIGN in written
        assert not [other for other in others if other in written]
        assert "earned" not in written


def test_a_campaigns_report_refuses_other_sections_and_names(client, tmp_path):
    options = {"client": client}
    with pytest.raises(ChoiceError, match="payouts"):
        tgp.report(PROJECT, tmp_path / "a.html", campaign=CAMPAIGN, sections="payouts", **options)
    with pytest.raises(UnknownCampaignError):
        tgp.report(PROJECT, tmp_path / "a.html", campaign="No such campaign", **options)
    assert not [*tmp_path.iterdir()]


def test_a_campaigns_report_from_a_store_is_verified(client, tmp_path):
    with tgp.open_store(tmp_path / "store") as store:
        with kept_warnings():
            store.sync(PROJECT, client=client, dates="last 30 days", metrics="views")
        made = tgp.report(PROJECT, tmp_path / "one.html", campaign=CAMPAIGN, store=store)
        assert set(tgp.verify_report(made.paths[0], store)["status"]) == {"equal"}
