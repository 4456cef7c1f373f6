"""The law of paging: pages joined are the whole, whatever the limit and whatever is added."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tiny_world import ADA, P1, Api, at_once, tiny_database, video

INSTANTS = st.sampled_from(
    [
        "2026-06-01T00:00:00Z",
        "2026-06-01T00:00:00.000001Z",
        "2026-06-01T00:00:00.500000Z",
        "2026-06-01T00:00:01Z",
        "2026-07-01T00:00:00Z",
    ]
)
BATCHES = st.lists(st.lists(INSTANTS, max_size=4), max_size=6)


def add(api: Api, name: str, instants: list[str]) -> None:
    rows = [
        video(f"{name} {number}", ADA, "2026-05-01T00:00:00Z", at_once(1), created_at=instant)
        for number, instant in enumerate(instants)
    ]
    api.database.insert("videos", rows)


@settings(max_examples=25, deadline=None)
@given(first=st.lists(INSTANTS, max_size=12), limit=st.integers(1, 9))
def test_pages_joined_are_the_whole(first, limit):
    api = Api(tiny_database())
    add(api, "first", first)
    whole = api.data("/videos", limit=100)
    assert api.rows("/videos", limit=limit) == whole
    assert api.rows("/videos", limit=limit, project_id=P1) == whole
    assert len(whole) == 7 + len(first)
    api.database.close()


@settings(max_examples=25, deadline=None)
@given(first=st.lists(INSTANTS, max_size=8), batches=BATCHES, limit=st.integers(1, 4))
def test_rows_added_meanwhile_neither_hide_nor_repeat_the_old_ones(first, batches, limit):
    api = Api(tiny_database())
    add(api, "first", first)
    before = [row["id"] for row in api.data("/videos", limit=100)]
    seen: list[str] = []
    for number, page in enumerate(api.pages("/videos", limit=limit)):
        seen += [row["id"] for row in page["data"]]
        add(api, f"batch {number}", batches[number] if number < len(batches) else [])
    old = set(before)
    assert [one for one in seen if one in old] == before
    assert len(set(seen)) == len(seen)
    api.database.close()
