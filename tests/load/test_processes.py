from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

import trackagoat_pandas as tgp
from tests.support.children import child, said

pytestmark = pytest.mark.crash

PROJECT = "Q1 Brand Program"

DIGEST = """
import hashlib
def digest(frame):
    values = frame.to_json(orient="split", date_format="iso", date_unit="us")
    dtypes = str(list(frame.dtypes.items()))
    return hashlib.sha256((values + dtypes).encode()).hexdigest()
"""
BOTH = (
    DIGEST
    + f"""
import json
import trackagoat_pandas as tgp
with tgp.connect(rate_limit=(10, 1.0), progress=False) as client:
    print("ready", flush=True)
    input()
    videos = tgp.load_videos()
    creators = tgp.load_creators({PROJECT!r})
    views = tgp.load_analytics("creator", creators, ["views", "likes"], dates="2026-05")
    print(json.dumps({{
        "videos": digest(videos), "views": digest(views), "rows": [len(videos), len(views)],
        "sent": client.requests_sent, "complete": views.goat.provenance["complete"],
    }}))
"""
)
EVERYTHING = (
    DIGEST
    + f"""
import json, time
import trackagoat_pandas as tgp
with tgp.connect(rate_limit=None, progress=False) as client:
    creators = tgp.load_creators({PROJECT!r})
    frames = {{
        "creators": creators,
        "videos": tgp.load_videos({PROJECT!r}),
        "goals": tgp.load_goal_compliance({PROJECT!r}),
        "views": tgp.load_analytics("creator", creators, "views", dates="2026-05"),
        "weeks": tgp.load_analytics(
            "creator", creators, "views", dates="2026-05", granularity="week", timezone="Asia/Tokyo"
        ),
        "notes": tgp.load_annotations({PROJECT!r}, dates="2026"),
        "comments": tgp.load_comments({PROJECT!r}),
        "accruals": tgp.load_payout_accruals({PROJECT!r}),
        "payments": tgp.load_payout_payments({PROJECT!r}, dates="2026"),
        "heatmap": tgp.load_report("posting-heatmap", {PROJECT!r}, dates="2026-05"),
    }}
    assert all(len(frame) for frame in frames.values())
    told = {{name: digest(frame) for name, frame in frames.items()}}
    print(json.dumps({{"zone": time.tzname[0], "frames": told}}))
"""
)


def result(process) -> dict:
    out, errors = said(process)
    assert errors == ""
    assert process.returncode == 0
    return json.loads(out)


def test_two_processes_with_one_key_share_a_limit_that_neither_foresees():
    with tgp.sandbox(rate_limit=(10, 1.0)) as box, ExitStack() as stack:
        processes = [
            stack.enter_context(child("-c", BOTH, base_url=box.base_url, key=box.key))
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        first, second = map(result, processes)
        refused = [logged for logged in box.log if logged.status == 429]
        answered = [logged for logged in box.log if logged.status == 200]
    assert refused
    assert first["sent"] + second["sent"] == len(refused) + len(answered)
    alike = ("videos", "views", "rows", "complete")
    assert [first[name] for name in alike] == [second[name] for name in alike]
    assert first["complete"] is True
    assert min(first["rows"]) > 100
    # Each learns of the other by a few refusals, not by running against the limit for ever.
    assert len(refused) < len(answered)


@pytest.fixture(scope="module")
def at_home(box):
    """What a process in UTC loads."""
    with child("-c", EVERYTHING, base_url=box.base_url, key=box.key, TZ="UTC") as process:
        return result(process)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
def test_the_time_zone_of_the_machine_changes_no_frame(box, at_home, zone):
    with child("-c", EVERYTHING, base_url=box.base_url, key=box.key, TZ=zone) as process:
        there = result(process)
    assert there["zone"] != at_home["zone"]
    assert there["frames"] == at_home["frames"]
