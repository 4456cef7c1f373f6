"""A report is written whole, from a store without a request, or live within its requests."""

from __future__ import annotations

import email
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.restating import PROJECT, synced_store
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    UnknownProjectError,
    UnwritableFileError,
)
from trackagoat_pandas.reporting.weekly import report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning"),
]


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with synced_store(tmp_path_factory.mktemp("data") / "store", 5600) as (store, _, client):
        yield store, client


def test_a_report_from_a_store_sends_nothing_and_is_the_same_again(
    synced: Any, tmp_path: Path
) -> None:
    store, client = synced
    before = client.requests_sent
    first = report(PROJECT, tmp_path / "monday.html", store=store)
    again = report(PROJECT.lower(), tmp_path / "again.html", store=store)
    assert client.requests_sent == before
    assert (tmp_path / "monday.html").read_bytes() == (tmp_path / "again.html").read_bytes()
    assert first.html == again.html == (tmp_path / "monday.html").read_text("utf-8")
    assert len(first.html) < 400_000


def test_a_live_report_sends_at_most_25_requests(client: Any, tmp_path: Path) -> None:
    before = client.requests_sent
    made = report(PROJECT, tmp_path / "monday.html", client=client)
    assert 0 < client.requests_sent - before <= 30
    assert made.document.source == "live"
    assert len(made.document.first) == 5
    assert len(made.html) < 400_000


def test_a_mail_is_written_as_a_message_and_as_a_page(synced: Any, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=synced[0], mail=True)
    assert [path.name for path in made.paths] == ["monday.eml", "monday.html"]
    content = (tmp_path / "monday.eml").read_bytes()
    assert len(content) <= 90_000
    message = email.message_from_bytes(content)
    assert message.get_content_type().startswith("multipart/")
    again = report(PROJECT, tmp_path / "again.html", store=synced[0], mail=True)
    assert again.paths[0].read_bytes() == content


def test_what_a_report_says_is_its_repr_and_a_notebook_shows_its_page(
    synced: Any, tmp_path: Path
) -> None:
    made = report(PROJECT, tmp_path / "monday.html", store=synced[0], title="Goats\x1b[31m\nred")
    lines = repr(made).splitlines()
    assert len(lines) == 6
    assert "monday.html" in lines[0]
    assert "\x1b" not in repr(made)
    shown = made._repr_html_()
    assert shown.startswith("<iframe")
    assert "sandbox=''" in shown
    assert str(tmp_path) not in repr(made) + shown + made.html


def test_only_the_asked_sections_are_written(synced: Any, tmp_path: Path) -> None:
    made = report(PROJECT, tmp_path / "a.html", store=synced[0], sections=["posting", "goals"])
    assert [section.name for section in made.document.sections] == ["goals", "posting"]


def test_an_earlier_moment_of_a_store_has_its_report(synced: Any, tmp_path: Path) -> None:
    store, _ = synced
    now = report(PROJECT, tmp_path / "now.html", store=store)
    then = report(PROJECT, tmp_path / "then.html", store=store, as_of=now.document.moment)
    assert then.html == now.html


def test_a_day_and_its_newest_data_give_the_same_report(synced: Any, tmp_path: Path) -> None:
    store, _ = synced
    newest = report(PROJECT, tmp_path / "newest.html", store=store)
    today = f"{newest.document.moment.tz_convert(newest.document.zone):%Y-%m-%d}"
    assert report(PROJECT, tmp_path / "today.html", store=store, as_of=today).html == newest.html


@pytest.mark.parametrize("ahead", [pd.Timedelta(days=1), pd.Timedelta(days=400)])
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])
def test_a_future_day_is_refused_before_anything_is_read(
    ahead: pd.Timedelta, form: str, synced: Any, tmp_path: Path
) -> None:
    store, _ = synced
    later = (pd.Timestamp(store.archive.server_time()) + ahead).strftime(form)
    with pytest.raises(ArgumentError, match=r"as_of: .* is in the future: today is") as caught:
        report("No such project", tmp_path / "monday.html", store=store, as_of=later)
    assert "leave it out for the newest data" in str(caught.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"path": "monday.pdf"}, ArgumentError),
        ({"path": 5}, ArgumentTypeError),
        ({"sections": "money"}, ChoiceError),
        ({"sections": 5}, ArgumentTypeError),
        ({"title": ""}, ArgumentError),
        ({"title": 5}, ArgumentTypeError),
        ({"logo": "none.png"}, ArgumentError),
        ({"logo": "goat.svg"}, ArgumentError),
        ({"style": 5}, ArgumentTypeError),
        ({"style": "@import 'x'"}, ArgumentError),
        ({"style": "</style><script>"}, ArgumentError),
        ({"mail": "yes"}, ArgumentTypeError),
        ({"as_of": "soon"}, ArgumentError),
        ({"store": "folder"}, ArgumentTypeError),
        ({"project": "Nothing"}, UnknownProjectError),
        ({"project": None}, ArgumentTypeError),
    ],
    ids=str,
)
def test_a_wrong_argument_is_refused_and_nothing_is_written(
    wrong: dict[str, Any], error: type[Exception], synced: Any, tmp_path: Path
) -> None:
    given = {"project": PROJECT, "path": "monday.html", "store": synced[0], **wrong}
    with pytest.raises(error, match=next(iter(wrong))) as caught:
        report(**given)
    assert "the name of a column" not in str(caught.value)
    assert not [*tmp_path.glob("*.html")]


def test_a_store_and_a_client_together_and_a_moment_without_a_store_are_refused(
    synced: Any,
) -> None:
    store, client = synced
    with pytest.raises(ArgumentError, match="one of both"):
        report(PROJECT, store=store, client=client)
    with pytest.raises(ArgumentError, match="only a store"):
        report(PROJECT, as_of="2026-06-01", client=client)


def test_a_logo_that_is_no_picture_or_too_large_is_refused(synced: Any, tmp_path: Path) -> None:
    place = tmp_path / "goat.png"
    for content in (b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(100_001)):
        place.write_bytes(content)
        with pytest.raises(ArgumentError, match="logo"):
            report(PROJECT, store=synced[0], logo=place)


def test_an_existing_file_stays_where_the_new_one_cannot_be_written(
    synced: Any, tmp_path: Path
) -> None:
    with pytest.raises(UnwritableFileError, match="no folder"):
        report(PROJECT, tmp_path / "none" / "monday.html", store=synced[0])
