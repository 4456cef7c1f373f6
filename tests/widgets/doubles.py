"""Small programs for boards, and what tests do with any widget."""

from __future__ import annotations

import json
import threading
import warnings

import ipywidgets
import pandas as pd

import trackagoat_pandas as tgp
from tests.support.payout_frames import (
    ZONE,
    accrual,
    accruals,
    due,
    owed,
    payment,
    payments,
    rule,
    structures,
)
from tests.support.waiting import join
from trackagoat_pandas.errors import NoDataWarning

REGISTRY = ipywidgets.widgets.widget._instances
"""All widgets that have not been closed, by their id."""

EARNED = accruals(
    accrual("a1", 1_000, status="paid"),
    accrual("a2", 2_050, structure_id="t", status="paid"),
    accrual("b1", 99_999, creator_id="bo"),
    accrual(
        "b2", 4_000, creator_id="bo", structure_id="t",
        period_start=pd.Timestamp("2026-04-01"), period_end=pd.Timestamp("2026-04-30"),
    ),
    accrual("v1", 700, creator_id="bo", status="voided"),
)  # fmt: skip
PAID = payments(payment("p1", 3_100, "a1", "a2"), payment("p2", 500, creator_id="bo"))
NAMES = pd.DataFrame({"id": ["nan", "bo"], "tiktok_handle": ["nan.eats", "<b>bo</b>"]})
RULES = structures(rule(name="Retainer", amount_cents=1_000), rule(id="t", name="Bonus", version=2))
DUE = due(owed(1_000), owed(500, creator_id="bo"))

SPRING, LAUNCH, EMPTY = (f"{n:08}-4a51-4f0e-9a53-0d6c1be0a7f1" for n in range(3))
COMMENTS = pd.DataFrame(
    {
        "text": ["love it", *["awful"] * 6, *["first"] * 4, None, "<b>hey</b> so good"],
        "video_id": ["v1", *["v2"] * 11, "v1"],
        "creator_id": ["nan", *["bo"] * 11, "nan"],
        "posted_at": pd.to_datetime(
            ["2026-05-01T03:00Z", *["2026-05-02T12:00Z"] * 11, "2026-05-04T12:00Z"], utc=True
        ),
    }
)
CREATORS = pd.DataFrame({"id": ["nan", "bo"], "tiktok_handle": ["nan.eats", "bo"]})
VIDEOS = pd.DataFrame({"id": ["v1", "v2"], "title": ["pasta", "<i>pizza</i>"]})
CAMPAIGNS = pd.DataFrame(
    {
        "id": [SPRING, LAUNCH, EMPTY],
        "project_id": "p",
        "name": ["Spring", "Launch", "Empty"],
        "items": [
            json.dumps([{"item_type": "campaign", "item_id": LAUNCH}]),
            json.dumps(
                [
                    {"item_type": "video", "item_id": "v1"},
                    {"item_type": "campaign", "item_id": SPRING},
                ]
            ),
            None,
        ],
    }
)


def open_board(name, frames):
    """Open a board with frames; the Explorer and goals have their own time zone."""
    zone = {"timezone": ZONE} if name in ("PayoutBoard", "SentimentRadar") else {}
    return getattr(tgp.widgets, name)(**frames, **zone)


def pages(board):
    """Turn to each page of a board in turn."""
    for page in board.page.options:
        board.page.value = page
        yield page


def rebuilt(board, **frames):
    """Run a board's code, where its frames have these names, and give all names after it."""
    names = {"tgp": tgp, **frames}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDataWarning)
        exec(board.code, names)
    return names


def check_code(board, **frames):
    """Check that the code gives what the board shows."""
    made = rebuilt(board, **frames)
    pd.testing.assert_frame_equal(made["frame"], board.frame)
    if "ax" in made or board.figure.axes[0].has_data():
        assert made["ax"].get_title(loc="left") == board.figure.axes[0].get_title(loc="left")


def tree(widget):
    """A widget and all that it shows."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


def is_shown(part, widget):
    """Whether a widget shows a part: neither it nor a box around it is hidden."""
    if widget.layout.display == "none":
        return False
    return part is widget or any(
        is_shown(part, child) for child in getattr(widget, "children", ()) or ()
    )


def report(board, what, key):
    """Let the browser report something to a board."""
    board.touch._handle_custom_msg({"do": what, "key": key}, [])


def await_no_workers():
    """Wait until no widget loads anything."""
    for thread in threading.enumerate():
        if thread.name == "trackagoat-widget":
            join(thread)
