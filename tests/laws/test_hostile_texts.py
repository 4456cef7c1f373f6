"""Texts of the API that are markup or escapes: summaries and errors show them, obeying none."""

from __future__ import annotations

import unicodedata
import warnings

import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.markup import IDS, MARKUP, check_harmless
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ApiError,
    PartialLoadError,
    TrackaGoatError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.session import session_of

ESCAPES = ["\x1b[2J\x1b]0;goat\x07", "\x9b31m", "a\x08\x08b", "\r\ngoat"]
CONTROLS = ["\x1b[31mred\x1b]0;goat\x07", "a\rb", "a\nNEW alert", "\u202etaog", "a\x00b", "a\x07b"]


def canned(text, **rules):
    """An API in which every name is the text."""
    named = {
        "name": text, "tiktok_handle": text, "display_name": text, "description": text,
        "title": text, "timezone": text, "url": text, "avatar_url": text, "label": text,
        "readme": text, "tracking_status": text, "kind": text, text: text,
    }  # fmt: skip
    rows = [{"id": id_, "project_id": IDS[0], **named} for id_ in IDS[:2]]
    paths = ["/projects", "/creators", "/videos", "/campaigns", "/analytics/annotations"]
    return Canned({**dict.fromkeys(paths, rows), **rules})


@pytest.mark.parametrize("text", MARKUP)
def test_provenance_and_a_client_show_no_markup(text):
    with warnings.catch_warnings(), connect_to(canned(text)) as client:
        warnings.simplefilter("ignore")
        creators = tgp.load_creators(search=text, client=client)
        check_harmless(creators.goat.provenance._repr_html_())
        check_harmless(client._repr_html_())
        report = {"buckets": [{"lower": 1}], text: {"p50": text}, "note": text}
        session_of(client).transport.rules["/analytics/aggregate/view-distribution"] = report
        frame = tgp.load_report("view-distribution", IDS[0], client=client)
        check_harmless(frame.goat.provenance._repr_html_())


def provoked(load, app) -> TrackaGoatError:
    with (
        connect_to(app, max_wait_s=0) as client,
        pytest.raises(TrackaGoatError, match=r".") as raised,
    ):
        load(client)
    return raised.value


def refusing(text, status):
    meta = {"code": text, "limitKey": text, "required": text, "granted": [text], "current": text}
    return {"/videos": (status, meta)}


ERRORS = {
    **{
        f"a refusal with {status}": (
            lambda text, status=status: canned(text, **refusing(text, status)),
            lambda client: tgp.load_videos(client=client),
            ApiError,
        )
        for status in (400, 401, 402, 403, 404, 409, 418, 422)
    },
    "a message": (
        lambda text: canned(text, **{"/videos": {"data": None, "error": text, "meta": None}}),
        lambda client: tgp.load_videos(client=client),
        ApiError,
    ),
    "an unreadable answer": (
        lambda text: canned(text, **{"/videos": {"data": text}}),
        lambda client: tgp.load_videos(client=client),
        UnreadableResponseError,
    ),
    "an unknown project": (
        canned, lambda client: tgp.load_videos("none", client=client), UnknownProjectError,
    ),
    "some that failed": (
        lambda text: canned(text, **{"/analytics": {"data": None, "error": text}}),
        lambda client: tgp.load_analytics("creator", IDS, "views", client=client),
        PartialLoadError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_errors_show_no_markup(name):
    app, load, kind = ERRORS[name]
    for text in MARKUP:
        error = provoked(load, app(text))
        assert isinstance(error, kind)
        check_harmless(error._repr_html_())


@pytest.mark.parametrize("text", MARKUP)
def test_names_that_are_alike_show_no_markup(text):
    error = provoked(lambda client: tgp.load_videos(text, client=client), canned(text))
    assert isinstance(error, AmbiguousProjectError)
    check_harmless(error._repr_html_())


@pytest.mark.parametrize("name", ERRORS)
def test_no_error_sends_escapes_to_a_terminal(name):
    app, load, _ = ERRORS[name]
    for text in ESCAPES:
        said = str(provoked(load, app(text)))
        assert {letter for letter in said if unicodedata.category(letter) == "Cc"} <= {"\n"}


def controls_in(text):
    return {letter for letter in text if not letter.isprintable()} - {"\n"}


@pytest.mark.parametrize("text", CONTROLS)
@pytest.mark.parametrize("load", [tgp.load_creators, tgp.load_videos, tgp.load_campaigns])
def test_tables_as_text_have_no_control_characters(load, text):
    with warnings.catch_warnings(), connect_to(canned(text)) as client:
        warnings.simplefilter("ignore")  # the fields called like the text aren't declared
        tgp.load_projects(client=client)
        frame = load(IDS[0], client=client)
        for shown in (tgp.show(frame).text, repr(frame.goat.provenance)):
            assert controls_in(shown) == set()
            assert not any(line.startswith("NEW") for line in shown.splitlines())


@pytest.mark.parametrize("text", CONTROLS)
def test_errors_list_names_without_control_characters(text):
    said = str(provoked(lambda client: tgp.load_videos("none", client=client), canned(text)))
    assert controls_in(said) == set()
    assert len(said.splitlines()) == 1
