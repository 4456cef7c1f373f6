"""Pages as they come, decoded in threads."""

from __future__ import annotations

import threading
import warnings

import msgspec
import pytest

from trackagoat_pandas.errors import ContractWarning, UnreadableResponseError
from trackagoat_pandas.frames.assemble import PAGES_A_CHUNK, Assembler, frame_from_pages
from trackagoat_pandas.tables import CREATORS


def pages(count: int, size: int = 3) -> list[bytes]:
    return [
        msgspec.json.encode(
            {"data": [{"id": f"{place}.{row}", "follower_count": row} for row in range(size)]}
        )
        for place in range(count)
    ]


def ids(count: int, size: int = 3) -> list[str]:
    return [f"{place}.{row}" for place in range(count) for row in range(size)]


def decoding_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("trackagoat-decode")]


@pytest.mark.parametrize(
    "count", [0, 1, 5, 6, PAGES_A_CHUNK, PAGES_A_CHUNK + 1, 12 * PAGES_A_CHUNK + 7]
)
def test_every_row_of_every_page_comes_in_order(count):
    frame = frame_from_pages(pages(count), CREATORS, provenance={})
    assert frame["id"].tolist() == ids(count)


def test_no_pages_give_a_typed_empty_frame():
    frame = frame_from_pages([], CREATORS, provenance={"path": "/creators"})
    assert tuple(frame.columns) == CREATORS.names
    assert frame.attrs["trackagoat"] == {"path": "/creators", "rows": 0}


def test_a_few_pages_need_no_thread():
    with Assembler(CREATORS) as assembler:
        for body in pages(PAGES_A_CHUNK):
            assembler.add(body)
        assert decoding_threads() == []


def test_one_odd_page_changes_nothing_for_the_others():
    bodies = pages(3 * PAGES_A_CHUNK)
    bodies[25] = b'{"data": [{"id": "odd", "follower_count": "12"}]}'
    frame = frame_from_pages(bodies, CREATORS, provenance={})
    assert len(frame) == 3 * (len(bodies) - 1) + 1
    assert frame.loc[frame["id"] == "odd", "follower_count"].tolist() == [12]


def test_chunks_of_different_shapes_become_one_frame():
    bodies = pages(3 * PAGES_A_CHUNK)
    bodies[30] = b'{"data": [{"id": "odd", "surprise": 1}]}'
    with pytest.warns(ContractWarning, match="not declared: surprise"):
        frame = frame_from_pages(bodies, CREATORS, provenance={})
    assert frame["surprise"].dropna().tolist() == [1]


@pytest.mark.parametrize("place", [0, 30, 59])
def test_an_unreadable_page_is_an_error_and_leaves_no_thread(place):
    bodies = pages(3 * PAGES_A_CHUNK)
    bodies[place] = b"<html>"
    with pytest.raises(UnreadableResponseError, match="no JSON envelope"):
        frame_from_pages(bodies, CREATORS, provenance={})
    assert decoding_threads() == []


def test_an_interrupt_leaves_no_thread():
    def interrupted():
        yield from pages(2 * PAGES_A_CHUNK)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        frame_from_pages(interrupted(), CREATORS, provenance={})
    assert decoding_threads() == []


def test_finishing_leaves_no_thread():
    frame_from_pages(pages(3 * PAGES_A_CHUNK), CREATORS, provenance={})
    assert decoding_threads() == []


def test_no_warning_comes_from_a_thread():
    bodies = pages(3 * PAGES_A_CHUNK)
    bodies[3] = b'{"data": [{"id": "odd", "follower_count": "?"}]}'
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame_from_pages(bodies, CREATORS, provenance={})
    assert [one.filename for one in caught] == [__file__]
