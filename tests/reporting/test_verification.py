"""A written report is checked number by number: equal, restated since, or edited by hand."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.growth import growth_of
from tests.support.restating import (
    LATER,
    PROJECT,
    change_accrual,
    sync,
    synced_store,
    weekly_views,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    StoreDamagedError,
    StoreMissingError,
)
from trackagoat_pandas.reporting.verification import (
    compare,
    derive_again,
    read_report,
    verify_report,
)
from trackagoat_pandas.reporting.weekly import report
from trackagoat_pandas.store.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning"),
]
SEEDS = range(5000, 5000 + part(20, 3, 1))
OWED = r"payouts\.row\..*\.owed_cents"
NUMBER = re.compile(r"(<data\b[^>]*>)([^<]*)(</data>)")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that no test changes."""
    with synced_store(tmp_path_factory.mktemp("data") / "store", 5200) as (synced, _, _):
        yield synced


def counts_of(checked: pd.DataFrame) -> dict[str, int]:
    return checked["status"].value_counts().loc[lambda found: found > 0].to_dict()


def week_before(moment: str) -> list[str]:
    today = pd.Timestamp(moment).tz_convert("America/New_York").normalize().tz_localize(None)
    return [f"{today - pd.Timedelta(days=ago):%Y-%m-%d}" for ago in range(7, 0, -1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_all_is_equal_at_the_moment_and_what_was_restated_since_is_named(
    seed: int, tmp_path: Path
) -> None:
    with synced_store(tmp_path / "store", seed) as (store, box, client):
        made = report(PROJECT, tmp_path / "monday.html", store=store)
        checked = verify_report(made.paths[0], store)
        assert counts_of(checked) == {"equal": len(checked)}
        moment = f"{made.document.moment:%Y-%m-%dT%H:%M:%SZ}"
        then = weekly_views(store, week_before(moment), as_of=moment)
        box.advance(LATER)
        sync(store, client)
        now = weekly_views(store, week_before(moment))
        restated = {id_ for id_, views in now.items() if views != then.get(id_, 0)}
        checked = verify_report(made.paths[0], store)
        rows = checked[checked["key"].str.fullmatch(r"views\.row\..*\.after")]
        named = rows.loc[rows["status"] == "restated", "key"].str.split(".").str[2]
        listed = {*rows["key"].str.split(".").str[2]}
        assert {*named} == restated & listed
        total = checked.set_index("key").loc["views.views"]
        assert total["today"] == f"{sum(now.values()):,}"
        assert "edited" not in counts_of(checked)
        # A state at the moment isn't restated by what came later.
        kept = {"goals", "breakouts", "comments", "health"}
        assert not (checked["section"].isin(kept) & (checked["status"] == "restated")).any()


@pytest.mark.parametrize(
    "change", [{"status": "voided"}, {"amount_cents": 1}], ids=["voided", "another amount"]
)
def test_a_restated_accrual_is_named_and_nothing_else(
    change: dict[str, Any], tmp_path: Path
) -> None:
    with synced_store(tmp_path / "store", 5100) as (store, _, _):
        made = report(PROJECT, tmp_path / "monday.html", store=store)
        owed = (key for key in read_report(made.html).numbers if re.fullmatch(OWED, key))
        creator = next(owed).split(".")[2].removesuffix(" USD")
        change_accrual(store, creator, **change)
        checked = verify_report(made.paths[0], store)
        restated = checked[checked["status"] == "restated"]
        assert len(restated) > 0
        assert set(restated["section"]) == {"payouts"}
        rows = restated[restated["key"].str.contains(r"\.row\.")]
        assert len(rows) > 0
        assert rows["key"].str.contains(creator).all()


def test_a_report_of_a_day_is_equal_whatever_the_machines_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with synced_store(tmp_path / "store", 5201) as (store, box, client):
        box.advance(LATER)
        sync(store, client)
        today = store.archive.server_time().astimezone(ZoneInfo("America/New_York")).date()
        made = [
            report(PROJECT, tmp_path / f"{day}.html", store=store, as_of=f"{day}")
            for day in (today, today - LATER)
        ]
        sync(store, client)
        clock = pd.Timestamp.now
        monkeypatch.setattr(pd.Timestamp, "now", lambda tz=None: clock(tz) + LATER / 12)
        checked = [counts_of(verify_report(one.paths[0], store)) for one in made]
    assert not {"edited", "missing"} & {status for one in checked for status in one}


def edited(text: str, dice: random.Random) -> tuple[str, str | None]:
    """Edit a page by hand; return it, and the key of the number that was edited."""
    numbers = [*NUMBER.finditer(text)]
    found = dice.choice(numbers)
    match = re.search(r"data-n='([^']*)'", found[1])
    assert match is not None
    key = match[1]
    kind = dice.choice(["digit", "value", "gone", "doubled", "word"])
    if kind == "digit" and re.search(r"\d", found[2]):
        place = dice.choice([at.start() for at in re.finditer(r"\d", found[2])])
        other = dice.choice([digit for digit in "0123456789" if digit != found[2][place]])
        new = found[2][:place] + other + found[2][place + 1 :]
        return text[: found.start(2)] + new + text[found.end(2) :], key
    if kind == "value":
        new = re.sub(r"value='[^']*'", "value='1234567'", found[1])
        return text[: found.start()] + new + found[2] + found[3] + text[found.end() :], key
    if kind == "gone":
        return text[: found.start()] + text[found.end() :], key
    if kind == "doubled":
        return text[: found.end()] + found[0] + text[found.end() :], key
    inside = [one.span() for one in numbers]
    words = [
        at for at in re.finditer(r">[^<>]*?\b([a-z]{4,})\b[^<>]*<", text)
        if not any(first <= at.start(1) < last for first, last in inside)
    ]  # fmt: skip
    word = dice.choice(words)
    return text[: word.start(1)] + "nothing" + text[word.end(1) :], None


def test_each_edit_by_hand_is_found_and_named(store: Store, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store)
    right, dice = made.html, random.Random(5200)
    written = read_report(right)
    moment, asked = made.document.moment, made.document.arguments
    derived = derive_again(written, made.document.project_id, moment, {**asked}, store)
    for _ in range(200):
        text, key = edited(right, dice)
        assert text != right
        checked = compare(text, read_report(text), derived).set_index("key")["status"]
        wrong = checked[checked != "equal"]
        assert set(wrong) <= {"edited", "missing"}
        assert [*wrong.index] == [key or "page"]


@pytest.mark.parametrize(("times", "status"), [(1 + 1e-12, "equal"), (1.001, "restated")])
def test_a_share_of_today_may_differ_in_its_last_bits(
    times: float, status: str, store: Store, tmp_path: Path
) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store, sections="views")
    written, asked = read_report(made.html), {**made.document.arguments}
    derived = derive_again(written, made.document.project_id, made.document.moment, asked, store)
    value = derived.today["views.views_pct"]
    assert isinstance(value, float)
    # A report of today may have no such row; then its code says what the number is by now.
    newest = {key: one for key, one in derived.newest.items() if key != "views.views_pct"}
    today = {**derived.today, "views.views_pct": value * times}
    checked = compare(made.html, written, derived._replace(newest=newest, today=today))
    other = checked.loc[checked["status"] != "equal", ["key", "status"]].to_numpy().tolist()
    assert other == ([["views.views_pct", status]] if status != "equal" else [])


def hidden_edits(page: str) -> dict[str, str]:
    """Return pages with other words or a look of their own around numbers that are right."""
    first, other = (one[0] for one in [*NUMBER.finditer(page)][:2])
    added = {
        name: page.replace(first, first.replace("<data ", f"<data {attribute} ", 1), 1)
        for name, attribute in {
            "hidden": "hidden", "style": "style='display:none'", "script": "onmouseover='x()'",
        }.items()
    }  # fmt: skip
    return added | {
        "class": page.replace(first, first.replace("class='n", "class='narrow n", 1), 1),
        "swapped": page.replace(first, "@", 1).replace(other, first, 1).replace("@", other, 1),
        "a number of no key": page.replace(first, f"<data>9,</data>{first}", 1),
        "a comment": page.replace(first, f"<!--{first}-->", 1),
        "a rule of style": page.replace("data.n {", "data.n { display: none;", 1),
        "a style": page.replace("</head>", "<style>data { display: none }</style></head>"),
        "a style that loads": page.replace("</head>", "<style>@import 'x'</style></head>"),
        "a logo": page.replace("<h1>", "<img src='data:image/png;base64,AAAA' alt='Logo'><h1>"),
        "a row": page.replace("</tbody>", "<tr><td>9</td></tr></tbody>", 1),
    }


def test_numbers_that_are_hidden_or_swapped_are_found(store: Store, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store, sections=["goals", "payouts"])
    asked, project = {**made.document.arguments}, made.document.project_id
    pages = hidden_edits(made.html)
    usual, styled = (
        derive_again(read_report(page), project, made.document.moment, asked, store)
        for page in (made.html, pages["a style"])
    )
    for name, text in pages.items():
        written = read_report(text)
        derived = usual if written.style is None else styled
        checked = compare(text, written, derived)
        assert text != made.html
        assert "edited" in counts_of(checked), name


def test_a_style_of_the_user_is_said_since_it_can_hide_words(store: Store, tmp_path: Path) -> None:
    path, style = tmp_path / "monday.html", "@media (width < 40rem) { h1 { color: red } }"
    report(PROJECT, path, store=store, sections="goals", style=style)
    checked = verify_report(path, store)
    assert counts_of(checked) == {"equal": len(checked)}
    assert "Its own style is taken as it is" in checked.attrs["trackagoat"]["note"]


@pytest.mark.parametrize(
    "facts",
    [
        "[" * 100_000, '{"moment": 5, ', '{"arguments": []}', '{"arguments": {"title": 5}}',
        '{"arguments": {"sections": 5}}', '{"arguments": {"sections": [[]]}}',
        '{"arguments": {"sections": ["goals", "goals"]}}', '{"arguments": {}, "project_id": 5}',
        '{"arguments": {}, "moment": "0001-01-01T00:00:00Z"}',
    ],
)  # fmt: skip
def test_facts_of_strange_kinds_are_refused(facts: str, tmp_path: Path) -> None:
    known = '{"source": "store", "project_id": "x", "moment": "2026-06-18T19:00:00Z", '
    said = escape(known + facts[1:] if facts.startswith("{") else facts)
    path = tmp_path / "monday.html"
    path.write_text(f"<meta name='trackagoat-report' content='{said}'>", encoding="utf-8")
    with (
        tgp.open_store(tmp_path / "store") as store,
        pytest.raises(ArgumentError, match="it isn't a page that"),
    ):
        verify_report(path, store)


@pytest.mark.parametrize("part", ["<!--", "<![CDATA[", "<data class='n' ", "<", "<style>", "</"])
def test_a_large_hostile_page_takes_time_in_proportion_to_its_size(part: str) -> None:
    # Ten times as much in proportion, a hundred times if each part were compared with all others.
    assert growth_of(lambda count: read_report(part * count), 30_000, 300_000) < 40
    assert read_report(part * 300_000).numbers == {}


def test_a_picture_that_was_changed_is_found(store: Store, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store, sections="payouts")
    opening, figure, rest = made.html.partition("<svg")
    bent = figure + re.sub(r"\b(\d)(?=\.\d)", lambda at: str(9 - int(at[1])), rest, count=1)
    for text in (opening + bent, made.html.replace(">TrackaGoat", ">Trackagoat", 1)):
        assert text != made.html
        made.paths[0].write_text(text, encoding="utf-8")
        status = verify_report(made.paths[0], store).set_index("key")["status"]
        assert status.loc[lambda found: found != "equal"].to_dict() == {"page": "edited"}


def test_a_number_that_the_report_never_had_is_edited(store: Store, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store, sections="goals")
    added = "<data class='n' data-n='goals.reached' value='9'>9</data></main>"
    made.paths[0].write_text(made.html.replace("</main>", added), encoding="utf-8")
    checked = verify_report(made.paths[0], store).set_index("key")
    assert checked.loc["goals.reached", "status"] == "edited"
    assert "1 edited" in checked.attrs["trackagoat"]["note"]


def test_own_style_logo_title_and_sections_are_part_of_the_report(
    store: Store, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    made = report(
        PROJECT, tmp_path / "monday.html", store=store, sections=["payouts", "goals"],
        title="Goats & <b>co</b>", logo=logo, style="main { color: navy }",
    )  # fmt: skip
    checked = verify_report(made.paths[0], store)
    assert counts_of(checked) == {"equal": len(checked)}
    assert [section.name for section in made.document.sections] == ["goals", "payouts"]


def test_what_is_no_report_of_a_store_is_refused(tmp_path: Path, client: Any) -> None:
    with tgp.open_store(tmp_path / "store") as store:
        for name, content in {
            "none": None, "text": b"<p>Hello", "bytes": b"\xff\xfe",
            "facts": b"<meta name='trackagoat-report' content='[]'>",
            "moment": b"<meta name='trackagoat-report' content='"
            b'{"source": "store", "arguments": {}, "moment": "soon"}\'>',
        }.items():  # fmt: skip
            path = tmp_path / f"{name}.html"
            if content is not None:
                path.write_bytes(content)
            with pytest.raises(ArgumentError, match="path"):
                verify_report(path, store)
        with pytest.raises(ArgumentTypeError, match=r"takes the path of a \.html file\.$"):
            verify_report(5, store)  # type: ignore[arg-type]
        live = report(PROJECT, tmp_path / "live.html", client=client)
        with pytest.raises(ArgumentError, match="from a store"):
            verify_report(live.paths[0], store)


def test_a_damaged_store_accuses_no_report(tmp_path: Path) -> None:
    with synced_store(tmp_path / "store", 5600) as (store, _, _):
        made = report(PROJECT, tmp_path / "monday.html", store=store, sections="goals")
        for path in (tmp_path / "store").rglob("*.parquet"):
            path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(StoreDamagedError):
            verify_report(made.paths[0], store)


def test_no_report_names_the_folder_of_a_damaged_store(tmp_path: Path) -> None:
    with synced_store(tmp_path / "store", 5625) as (store, _, _):
        for path in (tmp_path / "store").rglob("*videos/**/*.parquet"):
            path.write_bytes(path.read_bytes()[:-30])
        made = report(PROJECT, tmp_path / "monday.html", store=store)
        assert "are damaged or missing." in made.html
        assert str(tmp_path) not in made.html


def test_a_moment_before_all_data_has_no_report(store: Store, tmp_path: Path) -> None:
    for at, error in {
        "2020-01-01T00:00:00Z": StoreMissingError, "0001-01-01T00:00:00Z": ArgumentError,
        "9999-12-31T23:59:59Z": ArgumentError, "9999-12-31": ArgumentError,
        pd.NaT: tgp.TrackaGoatError,
    }.items():  # fmt: skip
        with pytest.raises(error):
            report(PROJECT, tmp_path / "monday.html", store=store, as_of=at)
    assert not (tmp_path / "monday.html").exists()


def test_a_store_without_the_project_is_a_clear_error(store: Store, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=store, sections="goals")
    with tgp.open_store(tmp_path / "other") as other, pytest.raises(tgp.TrackaGoatError):
        verify_report(made.paths[0], other)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
