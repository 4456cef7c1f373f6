"""Documents of reports, made by hand: an ordinary one, a full one, and one of hostile texts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from PIL import Image

from tests.support.explained_frames import explained
from tests.support.payout_frames import accrual, accruals, payment, payments
from trackagoat_pandas import plots
from trackagoat_pandas.asking.sentences import Drawing, Number, Sentence
from trackagoat_pandas.reporting.document import Document, Listing, Section
from trackagoat_pandas.showing.recorder import literal

MOMENT = pd.Timestamp("2026-06-22T06:00:00Z")
HANDLES = (
    "dancingmia",
    "ben.bakes",
    "chef_cora",
    "dan",
    "elifrunsfar",
    "fatou.makes",
    "gabetalks",
    "hana",
    "ivan_lifts_heavy_things",
    "julesinthekitchen",
)
TITLES = (
    "POV: the goat ate my homework #goat #school",
    "3 pans, 1 cake",
    "Day 12 of running a mile",
    "how I film in a shoebox",
    "wait for it",
    "Get ready with me before the summer launch party",
    "the trick nobody shows you",
    "answering your questions",
    "one pot, ten minutes",
    "outtakes",
)


def number(key: str, text: str, value: Any, code: str = "", basis: Any = "moment") -> Number:
    return Number(key, text, value, code or f"{key.split('.')[0]}[{key!r}]", basis)


def listing(
    section: str, title: str, rows: int, columns: Sequence[tuple[str, str]], names: Sequence[str]
) -> Listing:
    """A table whose first column are names, and each other one is "count", "money" or "word"."""
    made: list[list[str | Number]] = []
    for row in range(rows):
        cells: list[str | Number] = [names[row % len(names)]]
        for at, (_, kind) in enumerate(columns[1:], 1):
            value = 98_765_43 // (row + 1) ** 2 // at
            key = f"{section}.row.{row}.{at}"
            texts = {"count": f"{value:,}", "money": f"${value / 100:,.2f}", "word": "at risk"}
            if kind == "word":
                cells.append(texts[kind])
            else:
                cells.append(number(key, texts[kind], value, f'{section}["{key}"].iloc[{row}]'))
        made.append(cells)
    headings = [heading for heading, _ in columns]
    numeric = [kind in ("count", "money") for _, kind in columns]
    return Listing(title, headings, made, numeric, more=12 if rows == 10 else 0)


def pictures(names: Sequence[str]) -> dict[str, Drawing]:
    ids = [str(place) for place in range(len(names))]
    changes = [
        (name, None, 40_000 * place, 9_000 * place**2) for place, name in enumerate(names, 1)
    ]
    odds = pd.DataFrame(
        {
            "tiktok_handle": names,
            "metric": "views",
            "period": "monthly",
            "chance": [0.04 + 0.09 * place for place in range(len(names))],
            "missing": [90_000 - 8_000 * place for place in range(len(names))],
            "days_left": 8.5,
        }
    )
    earned = accruals(
        *(accrual(id_, 90_000 // (int(id_) + 1), creator_id=id_, status="pending") for id_ in ids)
    )
    paid = payments(*(payment(f"p{id_}", 20_000, creator_id=id_) for id_ in ids[:4]))
    young = pd.DataFrame(
        {
            "tiktok_handle": names,
            "title": [*TITLES][: len(names)],
            "id": ids,
            "horizon_days": 30,
            "views": [900 * 2**place for place in range(len(names))],
        }
    )
    young = young.assign(
        expected_views=young["views"] * 3, low=young["views"] * 2, high=young["views"] * 5
    )
    hours = pd.DataFrame(
        [
            (day, hour, 3 + hour % 5, 900.0 * (1 + hour % 7), 800.0 * (1 + hour % 7))
            for day in range(7)
            for hour in range(6, 24)
        ],
        columns=["dow", "hour", "posts", "mean_views", "median_views"],
    )
    posted = pd.date_range("2026-06-15", periods=len(names), tz="UTC").as_unit("us")
    comments = pd.DataFrame(
        {
            "text": [["awful", "love it"][place % 2] for place in range(len(names))],
            "tiktok_handle": names,
            "creator_id": ids,
            "posted_at": posted,
        }
    )
    budgets = pd.DataFrame(
        {
            "project_name": names,
            "project_id": ids,
            "currency": "USD",
            "budget_cents": 9_000_00,
            "left_today_cents": 4_000_00,
            "daily_burn_cents": 100_00,
            "runs_out": pd.Timestamp("2026-07-09"),
            "days_left": 40,
            "days_left_low": 30,
            "days_left_high": 50,
        }
    )
    status = [("good", "bad", "watch", "unknown")[place % 4] for place in range(6)]
    health = pd.DataFrame(
        {
            "part": ["goals", "payouts", "views", "cadence", "comments", "quality"],
            "status": status,
            "since": pd.Timestamp("2026-05-04"),
            "evidence": "3 of 8 goals are behind",
        }
    )
    drawn: dict[str, Callable[..., Any]] = {
        "first": partial(plots.waterfall, explained(*changes)),
        "goals": partial(plots.goal_odds, odds),
        "payouts": partial(
            plots.payout_summary, earned, paid, names=dict(zip(ids, names, strict=True))
        ),
        "breakouts": partial(plots.expected_views, young),
        "comments": partial(plots.sentiment_creators, comments, min_comments=1),
        "posting": partial(plots.posting_heatmap, hours),
        "campaigns": partial(plots.budget, budgets),
        "health": partial(plots.health, health),
    }
    words = "Each bar is a creator; the longest is that of the first name."
    return {name: Drawing(draw, f"The picture of {name}. {words}") for name, draw in drawn.items()}


def first_sentences(who: str, title: str) -> list[Sentence]:
    return [
        [
            "Views rose by ",
            number("changes.share", "14 %", 0.1402, basis="settled"),
            " to ",
            number("changes.views", "2,345,678", 2_345_678, basis="settled"),
            "; one post of ",
            who,
            ", “",
            title,
            "”, explains ",
            number("changes.one_post", "61 %", 0.61, basis="settled"),
            " of it.",
        ],
        [
            number("goals.at_risk", "3", 3),
            " of ",
            number("goals.count", "18", 18),
            " goals of June are at risk: ",
            who,
            " needs ",
            number("goals.row.0.per_day", "41,200 views a day", 41_200),
            ".",
        ],
        [
            number("payouts.owed", "$12,345.67", 12_345_67),
            " is owed to ",
            number("payouts.creators", "11 creators", 11),
            "; ",
            number("payouts.settling", "$2,310.00", 2_310_00, basis="settled"),
            " still settles.",
        ],
        [
            "“",
            title,
            "” breaks out: ",
            number("breakouts.multiple", "12 times", 12.2),
            " the usual views of ",
            who,
            "; of the last ",
            number("breakouts.scored", "100", 100),
            " forecasts ",
            number("breakouts.inside", "82", 82, basis="settled"),
            " were right.",
        ],
        [
            "Two posts are under fire: ",
            number("comments.negative", "37", 37),
            " of ",
            number("comments.count", "61", 61),
            " comments under “",
            title,
            "” are negative; the worst is by ",
            number("comments.worst", who, who),
            ".",
        ],
    ]


_TABLES: dict[str, tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = {
    "views": (
        (
            "What changed most",
            (
                ("Post", ""),
                ("Creator", "word"),
                ("Views this week", "count"),
                ("Views before", "count"),
                ("Change", "count"),
            ),
        ),
    ),
    "goals": (
        (
            "Goals at risk",
            (
                ("Creator", ""),
                ("Goal", "word"),
                ("Done", "count"),
                ("Target", "count"),
                ("Needed a day", "count"),
                ("Usual a day", "count"),
            ),
        ),
        ("Goals that can't be judged", (("Creator", ""), ("Goal", "word"), ("Days left", "count"))),
    ),
    "payouts": (
        (
            "Who is owed",
            (("Creator", ""), ("Owed", "money"), ("Oldest", "word"), ("Entries", "count")),
        ),
        ("What still settles", (("Day", ""), ("Amount", "money"), ("Entries", "count"))),
    ),
    "breakouts": (
        (
            "Breakouts",
            (("Post", ""), ("Creator", "word"), ("Views", "count"), ("Times the usual", "count")),
        ),
        (
            "Young posts",
            (
                ("Post", ""),
                ("Views now", "count"),
                ("Expected", "count"),
                ("Low", "count"),
                ("High", "count"),
            ),
        ),
    ),
    "comments": (
        (
            "Posts under fire",
            (("Post", ""), ("Creator", "word"), ("Comments", "count"), ("Negative", "count")),
        ),
        ("The sentences", (("Comment", ""), ("Creator", "word"), ("Likes", "count"))),
    ),
    "posting": (("Silent creators", (("Creator", ""), ("Last post", "word"), ("Days", "count"))),),
    "campaigns": (
        (
            "Campaigns against their targets",
            (
                ("Campaign", ""),
                ("Status", "word"),
                ("Views", "count"),
                ("Target", "count"),
                ("Needed a day", "count"),
            ),
        ),
    ),
    "health": (("Parts", (("Part", ""), ("Status", "word"), ("Since", "word"))),),
    "data": (("Where the data is from", (("Table", ""), ("Loaded", "word"), ("Rows", "count"))),),
}
_HEADINGS = {
    "views": "What moved the views",
    "goals": "Who will miss a goal",
    "payouts": "Who is owed what",
    "breakouts": "Breakouts and expected views",
    "comments": "Comments under fire",
    "posting": "Posting",
    "campaigns": "Campaigns",
    "health": "Program health",
    "data": "What has to be known about the data",
}
NAMES = tuple(_HEADINGS)
_ROWS = {
    "views": 6,
    "goals": 5,
    "payouts": 10,
    "breakouts": 5,
    "comments": 4,
    "posting": 6,
    "campaigns": 5,
    "health": 6,
    "data": 7,
}


def sample(
    who: str = "@dancingmia",
    title: str = TITLES[0],
    names: Sequence[str] = HANDLES,
    titles: Sequence[str] = TITLES,
    rows: int | None = None,
    project: str = "Q1 Brand Program",
) -> Document:
    """An ordinary report; with `rows` each of its tables has so many."""
    drawn = pictures(names)
    said = first_sentences(who, title)
    about = [["Views of ", number("data.days", "2 days", 2), " are partial."]]
    sections = []
    for at, name in enumerate(NAMES):
        tables = [
            listing(
                name,
                heading,
                rows or _ROWS[name] - 2 * place,
                columns,
                titles if columns[0][0] in ("Post", "Comment") else names,
            )
            for place, (heading, columns) in enumerate(_TABLES[name])
        ]
        code = f'{name} = store.load("{name}", "Q1 Brand Program", as_of="2026-06-22T06:00:00Z")'
        sections.append(
            Section(
                name,
                _HEADINGS[name],
                about if name == "data" else [said[at % 5], said[(at + 1) % 5]],
                tables,
                drawn.get(name),
                code=f"import trackagoat_pandas as tgp\n\n{code}\nwho = {literal(who)}",
                caveats=[f"The last two days of {who} are partial."] if at % 2 else [],
            )
        )
    return Document(
        "The week in one page",
        project,
        "8f0c5b1e-3332-47ea-a96f-0123456789ab",
        MOMENT,
        "Europe/Berlin",
        "15 to 21 Jun 2026",
        said,
        drawn["first"],
        sections,
        "store",
        {"title": None, "sections": None},
    )


def small() -> Document:
    """A report with two sections, one of them without anything to say."""
    whole = sample()
    unsaid = Section("campaigns", "Campaigns", reason="The project has no campaign.")
    return replace(whole, sections=[whole.sections[1], unsaid])


def full() -> Document:
    """A report in which each table has ten rows."""
    return sample(rows=10)


EVIL = (
    "\"'><goat onload='alert(1)'></td></style><script>alert(1)</script>&lt;b&gt;"
    "\u202e\r\nBcc: x@example.com\x00"
)


def hostile(text: str = EVIL) -> Document:
    """The ordinary report with a text in the place of each one that comes from the API."""
    size = len(HANDLES)
    handles = [f"{text}{place}" for place in range(size)]
    return sample(text, text, handles, [text] * size, project=text)


def harmless() -> Document:
    """The same report with words in these places."""
    return hostile("goat")


def logo(width: int = 240, height: int = 80, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0072b2").save(file, kind)
    return file.getvalue()
