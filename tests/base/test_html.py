from __future__ import annotations

import copy
import datetime as dt
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import KEY, Canned, connect_to
from tests.support.http_doubles import make_client, refused
from tests.support.markup import Seen
from trackagoat_pandas import errors
from trackagoat_pandas.base.html import escape, facts_table, note
from trackagoat_pandas.errors import (
    ApiError,
    ArgumentError,
    ChoiceError,
    ClosedClientError,
    DeadlineError,
    LimitReachedError,
    MissingColumnError,
    NotFoundError,
    PartialLoadError,
    TrackaGoatError,
    UnknownProjectError,
)
from trackagoat_pandas.load.provenance import Provenance

HOSTILE = "<script>alert('goat')</script>\"&amp;"
OF_OURS = {"style", "table", "caption", "tbody", "tr", "th", "td", "div"}


class Page(Seen):
    """What a browser shows of HTML, with the cells of its tables."""

    def __init__(self, html: str) -> None:
        self.cells: list[str] = []
        super().__init__(html)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_data(self, data):
        if self.tags[-1] != "style":
            super().handle_data(data)
        if self.tags[-1] in ("th", "td"):
            self.cells[-1] += data

    @property
    def facts(self) -> dict[str, str]:
        return dict(zip(self.cells[::2], self.cells[1::2], strict=True))


def shown(thing) -> Page:
    return Page(thing._repr_html_())


def frame(rows=2) -> pd.DataFrame:
    return pd.DataFrame({"id": range(rows)})


def partial(failures: int) -> PartialLoadError:
    failed = {
        f"creator {number}": NotFoundError(404, "/analytics", HOSTILE) for number in range(failures)
    }
    return PartialLoadError("analytics series", failed, 4, frame())


@pytest.mark.parametrize("text", [HOSTILE, "plain", "", "a\nb", "ümläut 🐐", 7, None])
def test_an_escaped_text_reads_as_it_was(text):
    page = Page(f"<td>{escape(text)}")
    assert page.tags == ["td"]
    assert page.cells == [str(text)]


def test_a_table_of_facts_has_its_title_and_a_row_each():
    page = Page(facts_table("A <frame>", {"rows": 2, "path": "/videos"}))
    assert page.facts == {"rows": "2", "path": "/videos"}
    assert page.text.startswith("A <frame>")


def test_a_table_escapes_title_names_and_facts():
    page = Page(facts_table(HOSTILE, {HOSTILE: HOSTILE}))
    assert set(page.tags) == OF_OURS - {"div"}
    assert page.text == HOSTILE * 3


@pytest.mark.parametrize("kind", ["info", "warning", "error"])
def test_a_note_shows_its_text_and_carries_its_kind(kind):
    html = note(HOSTILE, kind)
    assert Page(html).text == HOSTILE
    assert set(Page(html).tags) == {"style", "div"}
    assert f"class='trackagoat trackagoat-{kind} " in html
    assert f"div.trackagoat-{kind} {{" in html


@pytest.mark.parametrize(
    "html",
    [
        facts_table("$1 of $2", {}),
        note("$1 of $2"),
        tgp.show(pd.DataFrame({"title": ["$100 vs $1"]})).table,
        ArgumentError("n", 1, "it must be at least 2")._repr_html_(),
    ],
)
def test_two_dollars_are_no_formula(html):
    body = html.partition("</style>")[2]
    assert re.match(r"<(table|div) class='[^']*\bmathjax_ignore tex2jax_ignore\b", body)


def test_the_package_makes_no_markdown():
    """In Markdown a dollar can't be escaped for every reader: see `test_notebooks`."""
    sources = [file.read_text() for file in Path(tgp.__file__).parent.rglob("*.py")]
    assert len(sources) > 200
    assert [text for text in sources if re.search(r"_repr_markdown_|text/markdown", text)] == []


def test_an_error_is_read_out_at_once_and_other_notes_are_not():
    assert "role='alert'" in note("broken", "error")
    assert "role='status'" in note("clipped", "warning")


def test_every_text_colour_is_the_themes_or_the_pages():
    """So that nothing is black on black: no colour stands without a theme's before it."""
    style = re.search(r"<style>(.*)</style>", facts_table("", {}), re.DOTALL)[1]
    colours = re.findall(r"(?<![-\w])color: ([^;}]+)", style)
    assert len(colours) == 3
    assert all(colour == "inherit" or colour.endswith("inherit))") for colour in colours)
    assert "background" not in style


def test_a_client_shows_its_facts():
    client = make_client(base_url="https://api.example/v1", timezone="Europe/Berlin")
    assert shown(client).facts == {
        "base URL": "https://api.example/v1",
        "time zone": "Europe/Berlin",
        "pace": "60 requests per 60 s",
        "requests": "0 sent",
    }


def test_provenance_is_still_a_dict_that_equals_one(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    facts = videos.goat.provenance
    assert isinstance(facts, Provenance)
    assert facts == videos.attrs["trackagoat"]
    assert json.loads(json.dumps(facts)) == facts
    assert type(videos.attrs["trackagoat"]) is dict


def test_changing_provenance_leaves_the_frames_own_alone(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    before = copy.deepcopy(videos.attrs)
    videos.goat.provenance["params"]["project_id"] = "another"
    assert videos.attrs == before


def test_provenance_shows_what_was_asked_when_and_what_came(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    page = shown(videos.goat.provenance)
    assert page.facts["path"] == "/videos"
    assert page.facts["params"].startswith("project_id=")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page.facts["fetched at"])
    assert page.facts["complete"] == "yes"
    assert page.facts["rows loaded"] == str(len(videos))
    assert page.facts["project"] == "Summer Launch"
    assert page.facts["time zone"] == "America/New_York"
    assert "div" not in page.tags


def test_provenance_of_a_part_says_that_it_is_not_complete():
    facts = Provenance(path="/analytics", complete=False, requests=3, rows=2)
    assert shown(facts).text.startswith("This frame is NOT complete")
    assert shown(facts).facts["complete"].startswith("NO: ")
    assert "  complete     NO: a part of the request failed to load" in repr(facts)


def test_provenance_says_in_words_what_a_store_had():
    store = {"part": "all", "fetched_at": "2026-06-18T19:00:00+00:00", "new": 0}
    facts = Provenance(path="/x", complete=True, rows=1, store=store)
    said = "all of it; fetched 2026-06-18 19:00:00 UTC; kept now: 0 new"
    assert shown(facts).facts["from the store"] == said
    assert f"  from the store  {said}" in repr(facts)


def test_provenance_shows_unreadable_values_duplicates_and_what_a_report_adds():
    facts = Provenance(
        path="/x",
        complete=True,
        rows=1,
        unreadable={"view_count": 2, "posted_at": 1},
        duplicates=3,
        percentiles={"p50": 7},
    )
    cells = shown(facts).facts
    assert cells["unreadable values"] == "view_count=2, posted_at=1"
    assert cells["duplicates dropped"] == "3"
    assert cells["percentiles"] == '{"p50": 7}'


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            {
                "part": "all",
                "fetched_at": "2026-11-26T08:00:00+00:00",
                "observed_at": "2026-06-15T12:00:00+00:00",
            },
            "all of it; fetched 2026-11-26 08:00:00 UTC; observed 2026-06-15 12:00:00 UTC",
        ),
        (
            {
                "part": "some",
                "fetched_at": "2026-06-15T12:00:00+00:00",
                "fetched_since": "2026-06-01T12:00:00+00:00",
                "new": 1200,
                "changed": 3,
                "gone": 0,
            },
            (
                "a part of it; fetched from 2026-06-01 12:00:00 UTC to 2026-06-15 12:00:00 UTC; "
                "kept now: 1,200 new, 3 changed, 0 gone "
                "(changed: those of days that were partial included)"
            ),
        ),
        (
            {"part": "none", "new": 1, "changed": 0, "gone": 0},
            "nothing: all was requested; kept now: 1 new, 0 changed, 0 gone",
        ),
        (
            {"part": "all", "as_of": "2026-06-15T12:00:00+00:00"},
            "all of it; as of 2026-06-15 12:00:00 UTC",
        ),
        ({"part": "all", "snapshots": 24}, "all of it; lists: 24"),
    ],
)
def test_provenance_says_in_words_what_is_from_the_store(fact, text):
    facts = Provenance(path="/x", complete=True, store=fact)
    assert shown(facts).facts["from the store"] == text
    assert text in repr(facts)


@pytest.mark.parametrize(("count", "text"), [(1, "1 answer"), (4, "4 answers")])
def test_provenance_says_in_words_what_a_load_went_on_from(count, text):
    resumed = {"answers": count, "since": "2026-06-15 12:00:00 UTC"}
    facts = Provenance(path="/x", complete=True, resumed=resumed)
    assert shown(facts).facts["resumed"] == f"{text} kept since 2026-06-15 12:00:00 UTC"


def test_a_plain_repr_of_provenance_has_a_line_for_each_fact():
    facts = Provenance(path="/videos", params={"creator_id": "a"}, complete=True, timezone=None)
    assert repr(facts).splitlines() == [
        "Provenance of a frame",
        "  path      /videos",
        "  params    creator_id=a",
        "  complete  yes",
    ]


def test_a_frame_of_ones_own_says_that_nothing_is_known():
    facts = frame().goat.provenance
    assert repr(facts).startswith("Nothing is known of where this frame came from")
    assert shown(facts).text == repr(facts)


def test_a_hostile_search_for_a_handle_is_escaped_in_the_provenance(client):
    creators = tgp.load_creators("Summer Launch", search=HOSTILE, client=client)
    page = shown(creators.goat.provenance)
    assert f"search={HOSTILE}" in page.facts["params"]
    assert set(page.tags) <= OF_OURS


def test_a_hostile_project_name_is_escaped_in_the_error():
    project = {"id": "11111111-1111-4111-8111-111111111111", "name": HOSTILE}
    with (
        connect_to(Canned({"/projects": [project]})) as client,
        pytest.raises(UnknownProjectError, match="no project is called") as caught,
    ):
        tgp.load_videos("Nowhere", client=client)
    page = shown(caught.value)
    assert page.facts == {"given": "Nowhere", "candidates": HOSTILE}
    assert set(page.tags) <= OF_OURS


def test_a_hostile_message_of_the_server_is_escaped_in_the_error():
    client = make_client(refused(404, message=HOSTILE))
    with pytest.raises(NotFoundError, match="HTTP 404") as caught:
        client.get("/videos")
    page = shown(caught.value)
    assert page.text.startswith(f"NotFoundError: {caught.value}")
    assert HOSTILE in page.text
    assert set(page.tags) <= OF_OURS


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (
            LimitReachedError(
                402,
                "/projects",
                "too many",
                code="limit_reached",
                meta={"limitKey": "max_projects_per_org", "current": 3, "max": 3},
            ),
            {
                "path": "/projects",
                "status": "402",
                "code": "limit_reached",
                "limit key": "max_projects_per_org",
                "current": "3",
                "maximum": "3",
            },
        ),
        (ApiError(418, "/tea", "no"), {"path": "/tea", "status": "418"}),
        (
            DeadlineError(
                "/videos", "the quota is used up", dt.datetime(2026, 6, 16, tzinfo=dt.UTC), 60.0
            ),
            {
                "path": "/videos",
                "reason": "the quota is used up",
                "retry at": "2026-06-16 00:00:00 UTC",
                "max wait s": "60.0",
            },
        ),
        (
            ChoiceError("period", "hourly", ["daily", "weekly"]),
            {"argument": "period", "given": "hourly", "choices": "daily, weekly"},
        ),
        (
            MissingColumnError(["text"], ["b", "a"], loader="load_comments"),
            {"missing": "text", "available": "a, b", "loader": "load_comments"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_shows_its_name_its_sentence_and_the_fields_that_help(error, facts):
    page = shown(error)
    assert page.text.startswith(f"{type(error).__name__}: {error}")
    assert page.facts == facts


def test_an_error_without_fields_is_a_line():
    assert shown(ClosedClientError()).tags == ["style", "div"]


def test_a_given_frame_is_shown_cut_short():
    error = ArgumentError("ids", frame(1000), "ids of one entity")
    assert len(shown(error).facts["given"]) <= 80


def error_classes(base=TrackaGoatError):
    for kind in base.__subclasses__():
        yield kind
        yield from error_classes(kind)


@pytest.mark.parametrize("kind", sorted(set(error_classes()), key=lambda kind: kind.__name__))
def test_every_field_that_an_error_shows_is_set_or_declared(kind):
    """The constructors are too different to call: their code has to name the field."""
    named = {
        name
        for base in kind.__mro__
        if "__init__" in vars(base) and issubclass(base, TrackaGoatError)
        for name in base.__init__.__code__.co_names
    }
    assert [name for name in kind._shown if name not in named and not hasattr(kind, name)] == []


@pytest.mark.parametrize(("failures", "title"), [(3, "What failed"), (13, "the first 10 of 13")])
def test_a_partial_load_lists_the_first_ten_failures_and_counts_the_rest(failures, title):
    page = shown(partial(failures))
    assert title in page.text
    assert page.facts["failed"] == str(failures)
    assert page.facts["succeeded"] == "4"
    assert page.facts["rows that came"] == "2, in .partial"
    listed = [name for name in page.facts if name.startswith("creator ")]
    assert listed == [f"creator {number}" for number in range(min(failures, 10))]
    assert HOSTILE in page.facts["creator 0"]
    assert set(page.tags) <= OF_OURS


@pytest.mark.parametrize(
    "load",
    [
        lambda client: tgp.load_videos(KEY, client=client),
        lambda client: tgp.load_report(KEY, "Summer Launch", client=client),
        lambda client: tgp.load_path(KEY, client=client),
        lambda client: tgp.load_creators("Summer Launch", dtype_backend=KEY, client=client),
    ],
)
def test_a_key_given_in_the_place_of_something_else_is_not_shown(client, load):
    with pytest.raises(TrackaGoatError, match="tga_…") as caught:
        load(client)
    said = f"{caught.value!r} {caught.value} {caught.value._repr_html_()}"
    assert KEY[4:12] not in said


def test_a_key_that_the_server_repeats_is_not_shown():
    client = make_client(refused(403, "insufficient_scope", KEY, required=KEY, granted=[KEY]))
    with pytest.raises(errors.ForbiddenError, match="tga_…") as caught:
        client.get("/videos")
    assert shown(caught.value).facts["granted"] == "tga_…"
    assert KEY[4:12] not in caught.value._repr_html_()
