"""A load that broke off goes on where it stopped: by hand without a store, by itself with one."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from tests.relays import Relay, after, refusal
from trackagoat_pandas.errors import ArgumentError, NotFoundError, TrackaGoatError

pytestmark = pytest.mark.filterwarnings(
    # The rows of canned answers have no more fields than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
)

ADA, BEN = (f"22222222-0000-4000-8000-00000000000{number}" for number in range(2))
PROJECT = "Q1 Brand Program"


class Breaking:
    """An answer for a Relay that refuses from some request on, until it is mended."""

    def __init__(self, breaks, status=400) -> None:
        self.breaks, self.status, self.is_mended = breaks, status, False

    def __call__(self, request, go_on):
        if self.breaks(request) and not self.is_mended:
            return refusal(self.status)
        return go_on()


def client_of(app, box, **settings):
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(box.key, base_url=box.base_url, transport=app, **settings)


def test_a_list_that_broke_off_goes_on_at_the_cursor_in_the_error(box):
    breaking = Breaking(after(3))
    with client_of(Relay(box.app, breaking), box):
        said = r"load_path\('/videos', \.\.\., cursor=error\.resume_at\), with the same parameters"
        with pytest.raises(TrackaGoatError, match=said) as caught:
            tgp.load_videos()
        breaking.is_mended = True
        rest = tgp.load_path("/videos", cursor=caught.value.resume_at)
        whole = tgp.load_videos()
    joined = pd.concat([caught.value.partial, rest], ignore_index=True)
    assert len(caught.value.partial) == 300
    pd.testing.assert_frame_equal(joined, whole)
    pages = whole.goat.provenance["requests"]
    assert rest.goat.provenance["requests"] == pages - 3


def test_a_report_that_broke_off_goes_on_at_the_offset_in_the_error(box):
    breaking = Breaking(lambda request: request.query.get("offset") == "100")
    with client_of(Relay(box.app, breaking), box) as client:
        said = r"load_path\('/analytics/aggregate/video-leaderboard', \.\.\., offset="
        with pytest.raises(TrackaGoatError, match=said) as caught:
            tgp.load_report("video-leaderboard", PROJECT, dates="2026")
        breaking.is_mended = True
        asked = caught.value.partial.goat.provenance["params"]
        path = "/analytics/aggregate/video-leaderboard"
        rest = tgp.load_path(path, **asked, limit=100, offset=caught.value.resume_at)
        whole = tgp.load_report("video-leaderboard", PROJECT, dates="2026", client=client)
    assert caught.value.resume_at == 100
    assert [*caught.value.partial["video_id"], *rest["video_id"]] == whole["video_id"].tolist()


def test_a_list_that_fails_on_its_first_page_has_no_place_to_go_on_at(box):
    with (
        client_of(Relay(box.app, Breaking(after(0), 404)), box),
        pytest.raises(NotFoundError, match="/videos: HTTP 404") as caught,
    ):
        tgp.load_videos()
    assert caught.value.resume_at is None
    assert "resume_at" not in str(caught.value)


def test_lists_of_several_creators_have_no_single_place_to_go_on_at():
    def pages(query):
        if query.get("cursor"):
            return 400
        row = {"id": "a", "creator_id": query["creator_id"]}
        return {"data": [row], "error": None, "meta": {"hasMore": True, "nextCursor": "2"}}

    with connect_to(Canned({"/payout-payments": pages})) as client:
        with pytest.raises(TrackaGoatError, match="refused with 400") as one:
            tgp.load_path("/payout-payments", creator_id=ADA, client=client)
        with pytest.raises(TrackaGoatError, match="refused with 400") as several:
            tgp.load_payout_payments(creator=[ADA, BEN], client=client)
    assert one.value.resume_at == "2"
    assert several.value.resume_at is None
    assert len(several.value.partial) == 1


@pytest.mark.parametrize("offset", [-1, "next", 2.5, True])
def test_an_offset_that_is_no_number_of_rows_is_refused(client, offset):
    with pytest.raises(ArgumentError, match=r"offset=.* is not allowed: use a whole number"):
        tgp.load_path("/analytics/aggregate/video-leaderboard", offset=offset, client=client)
