from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected, ids_of
from trackagoat_pandas.errors import MissingColumnError

URL = "https://www.tiktok.com/@a/video/760000000000000000{}"


client = pytest.fixture(scope="module")(connected)


def videos_of(client):
    return tgp.load_videos(PROJECT, client=client)


def test_videos_are_added_once_and_one_bad_address_does_not_hide_the_others(client):
    urls = [URL.format(1), "https://www.tiktok.com/@a/live", URL.format(2)]
    added, again = (tgp.actions.add_videos(PROJECT, urls, client=client) for _ in range(2))
    found = videos_of(client).set_index("id").loc[added["id"].dropna()]
    assert added["item"].tolist() == urls
    assert added["status"].tolist() == ["created", "failed", "created"]
    assert added["error_code"][1] == "invalid_body"
    assert again["id"].equals(added["id"])
    assert found["creator_id"].isna().all()
    assert found["url"].tolist() == [urls[0], urls[2]]


def test_a_frame_of_videos_has_a_column_url(client):
    videos = videos_of(client).head(2)
    known = tgp.actions.add_videos(PROJECT, videos, client=client)
    assert known["status"].tolist() == ["unchanged", "unchanged"]
    with pytest.raises(MissingColumnError, match=r"no columns? .*'url'"):
        tgp.actions.add_videos(PROJECT, videos.drop(columns="url"), client=client)


def test_an_excluded_video_is_hidden_and_brought_back(client):
    video = videos_of(client).head(1)
    hidden = tgp.actions.update_video(video, tracking_status="excluded", client=client)
    assert video["id"][0] not in set(videos_of(client)["id"])
    back = tgp.actions.add_videos(PROJECT, video, client=client)
    assert hidden["tracking_status"].tolist() == ["excluded"]
    assert back["status"].tolist() == ["reactivated"]


def test_a_video_that_is_deleted_is_gone_and_deleting_it_again_fails(client):
    video = videos_of(client)["id"].iloc[-1]
    gone = tgp.actions.remove_videos(video, client=client)
    again = tgp.actions.remove_videos(video, client=client)
    assert video not in set(videos_of(client)["id"])
    assert gone["status"].tolist() == ["deleted"]
    assert again["status"].tolist() == ["failed"]


@pytest.mark.parametrize("project", [None, PROJECT])
def test_tracking_is_switched_off_and_on_one_by_one_or_in_bulk(client, project):
    videos = videos_of(client).head(3)
    before = client.requests_sent
    for enabled in (False, True):
        done = tgp.actions.set_tracking(videos, enabled=enabled, project=project, client=client)
        assert done["status"].tolist() == ["updated"] * 3
        assert done["item"].tolist() == videos["id"].tolist()
        now = videos_of(client).set_index("id").loc[videos["id"], "is_tracking_disabled"]
        assert now.tolist() == [not enabled] * 3
    assert client.requests_sent - before == (8 if project is None else 4)


def test_tracking_of_a_video_of_another_project_fails_alone(client):
    mine, other = videos_of(client)["id"][0], ids_of(1)[0]
    done = tgp.actions.set_tracking([other, mine], enabled=True, project=PROJECT, client=client)
    assert done["status"].tolist() == ["failed", "unchanged"]


def test_an_exemption_is_taken_away(client):
    videos = videos_of(client).head(2)
    done = tgp.actions.unexempt_tracking(videos, client=client)
    assert done["status"].tolist() == ["updated", "updated"]


def test_the_inbox_is_decided_in_one_request_approved_ones_first(client):
    videos = tgp.load_videos(client=client)
    waiting = videos[videos["tracking_status"] == "pending_review"]
    project = waiting["project_id"].iloc[0]
    waiting = waiting[waiting["project_id"] == project]
    counted = videos[videos["tracking_status"] == "auto_tracked"]["id"].iloc[0]
    before = client.requests_sent
    done = tgp.actions.review_inbox(
        project, approve=waiting.head(1), exclude=[counted, *waiting["id"][1:]], client=client
    )
    assert client.requests_sent - before == 1
    now = tgp.load_videos(client=client).set_index("id")["tracking_status"]
    assert done["item"].tolist() == [waiting["id"].iloc[0], counted, *waiting["id"][1:]]
    assert done["status"].tolist() == ["updated", "failed", *["updated"] * (len(waiting) - 1)]
    assert now[waiting["id"].iloc[0]] == "included"
    assert not set(waiting["id"][1:]) & set(now.index)


def test_more_than_50_decisions_are_split(client):
    many = ids_of(70)
    decisions = {"approve": many[:40], "exclude": many[40:], "client": client}
    plan = tgp.actions.review_inbox(PROJECT, dry_run=True, **decisions)
    assert plan["item"].tolist() == many
    before = client.requests_sent
    assert tgp.actions.review_inbox(PROJECT, **decisions)["item"].tolist() == many
    assert client.requests_sent - before == 2


def test_videos_are_scraped_again_and_again(client):
    videos = videos_of(client).head(1)
    for _ in range(2):
        done = tgp.actions.scrape_videos(videos, client=client)
        assert done["status"].tolist() == ["done"]
