"""What is usual of a creator's posts is the same in a report and in the watch."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.helpers.posting import LOW_VIEWS
from trackagoat_pandas.program.frames import loaded_program
from trackagoat_pandas.program.posts import usual_posts
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.watching.judging import JUDGES
from trackagoat_pandas.watching.rules import DEFAULTS

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
NEEDED = ["creators", "videos"]


@pytest.fixture
def program(client: Any) -> Any:
    return loaded_program("Q1 Brand Program", client=client, wanted=NEEDED)


def test_posts_of_over_posted_days_that_nobody_saw_are_left_out(program: Any) -> None:
    videos = program.data["videos"]
    usual = usual_posts(program)
    left_out = videos[~videos["id"].isin(usual.value["id"])]
    days = tgp.find_overposting(videos, now=program.now, timezone=program.zone)
    posted = left_out["posted_at"].dt.tz_convert(program.zone).dt.normalize().dt.tz_localize(None)
    assert len(left_out) > 0
    assert (left_out["view_count"] < LOW_VIEWS).all()
    assert {*zip(left_out["creator_id"], posted, strict=True)} <= {
        *zip(days["creator_id"], days["day"], strict=True)
    }
    assert eval(usual.code, {"videos": videos}).equals(usual.value)


def test_a_report_and_the_watch_name_the_same_breakouts(program: Any) -> None:
    said = JUDGES["breakouts"](program, DEFAULTS["breakouts"]).signals
    fired = {one.entity_id for one in said if one.level >= DEFAULTS["breakouts"].fire}
    with warnings.catch_warnings(action="ignore"):
        section = SECTIONS["breakouts"](program, None)
    numbers = [part for sentence in section.sentences for part in sentence]
    count = next(one for one in numbers if getattr(one, "key", "") == "breakouts.breakouts")
    assert count.value == len(fired) > 0
