"""Frames stay under handles until others take their place."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.agents import handles
from trackagoat_pandas.agents.handles import Handles, KeptFrame, script_of
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.showing.recorder import Recorder, Traced


def kept(name="videos"):
    return KeptFrame(Traced(pd.DataFrame({"n": [1, 2]}), name), Recorder(), "now")


def test_a_frame_is_found_by_its_handle():
    desk, one = Handles(), kept()
    assert desk.keep(one) == "videos_1"
    assert desk.get("videos_1") is one


def test_the_frame_that_was_used_the_longest_ago_goes_first(monkeypatch):
    monkeypatch.setattr(handles, "MOST_FRAMES", 2)
    desk = Handles()
    first, second = desk.keep(kept()), desk.keep(kept())
    desk.get(first)
    desk.keep(kept())
    assert desk.get(first).frame.shape == (2, 1)
    with pytest.raises(Refusal, match="any longer"):
        desk.get(second)


def test_large_frames_make_room_but_the_last_one_stays(monkeypatch):
    monkeypatch.setattr(handles, "MOST_BYTES", 1)
    desk = Handles()
    first, second = desk.keep(kept()), desk.keep(kept())
    desk.get(second)
    with pytest.raises(Refusal):
        desk.get(first)


def test_a_script_writes_an_id_once_that_it_needs_more_often():
    id_ = "2f70839e-c958-41de-a834-4c276d930dc6"
    code = f'import trackagoat_pandas as tgp\n\na = load("{id_}")\nb = load("{id_}")'
    assert script_of(code) == f'project = "{id_}"\na = load(project)\nb = load(project)'


def test_a_script_that_needs_an_id_once_is_left_as_it_is():
    code = 'a = load("2f70839e-c958-41de-a834-4c276d930dc6")'
    assert script_of(code) == code
