from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    AmbiguousCreatorError,
    ArgumentError,
    ArgumentTypeError,
    UnknownCreatorError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.names.creators import (
    creators_of_project,
    find_creators,
    forget_creators,
    handles_of_creators,
    known_creators,
    read_creators,
    remember_creators,
)
from trackagoat_pandas.names.organization import resolve_project

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ADA, BEN, CYD = (f"aaaaaaa{n}-aaaa-4aaa-8aaa-aaaaaaaaaaaa" for n in (1, 2, 3))
PROJECTS = [{"id": ONE, "name": "One"}, {"id": TWO, "name": "Two"}]
PEOPLE = [
    {"id": ADA, "tiktok_handle": "ada", "project_id": ONE},
    {"id": BEN, "tiktok_handle": "ben", "project_id": ONE},
    {"id": CYD, "tiktok_handle": "ada", "project_id": TWO},
]


def serve(*people):
    people = list(people or PEOPLE)

    def creators(query):
        wanted = query.get("project_id")
        return [one for one in people if wanted in (None, one["project_id"])]

    return Canned({"/creators": creators, "/projects": PROJECTS})


def resolve_creators(session, argument, given, *, project_id=None):
    """The ids of creators as loaders find them: read first, then looked up."""
    return find_creators(session, read_creators(argument, given), project_id=project_id)


def lists(app):
    return [query for path, query in app.asked if path == "/creators"]


def test_creators_are_listed_once_for_a_project():
    app = serve()
    with connect_to(app) as client:
        assert known_creators(session_of(client), ONE)[ADA] == (ADA, "ada", ONE, None, None)
        assert known_creators(session_of(client), ONE.upper()).keys() == {ADA, BEN}
        assert client.requests_sent == 1
    assert [query["project_id"] for query in lists(app)] == [ONE]


def test_the_list_of_all_projects_also_answers_for_one():
    app = serve()
    with connect_to(app) as client:
        assert known_creators(session_of(client)).keys() == {ADA, BEN, CYD}
        assert known_creators(session_of(client), TWO).keys() == {CYD}
    assert len(lists(app)) == 1


def test_forgotten_creators_are_listed_again():
    app = serve()
    with connect_to(app) as client:
        known_creators(session_of(client)), known_creators(session_of(client), ONE)
        forget_creators(session_of(client))
        known_creators(session_of(client), ONE), known_creators(session_of(client))
    assert len(lists(app)) == 3


def test_a_loaded_frame_is_remembered():
    frame = pd.DataFrame(PEOPLE)
    app = serve()
    with connect_to(app) as client:
        remember_creators(session_of(client), frame, None)
        assert resolve_creators(session_of(client), "creators", ["ben"]) == [BEN]
    assert app.asked == []


def test_ids_that_are_none_are_not_remembered():
    app = serve()
    with connect_to(app) as client:
        remember_creators(session_of(client), pd.DataFrame(PEOPLE).replace(BEN, "../x"), None)
        assert known_creators(session_of(client)).keys() == {ADA, BEN, CYD}
    assert len(lists(app)) == 1


def test_a_frame_with_a_creator_of_unknown_project_is_not_remembered():
    frame = pd.DataFrame(PEOPLE).replace(TWO, None)
    app = serve()
    with connect_to(app) as client:
        remember_creators(session_of(client), frame, None)
        known_creators(session_of(client))
    assert len(lists(app)) == 1


def test_a_list_that_was_loaded_is_remembered_and_one_that_was_searched_is_not():
    app = serve()
    with connect_to(app) as client:
        tgp.load_creators("Two", search="a", client=client)
        tgp.load_creators("One", client=client)
        assert known_creators(session_of(client), ONE).keys() == {ADA, BEN}
        assert len(lists(app)) == 2
        assert known_creators(session_of(client), TWO).keys() == {CYD}
    assert len(lists(app)) == 3


def test_an_id_is_never_looked_up():
    app = serve()
    with connect_to(app) as client:
        assert resolve_creators(session_of(client), "creators", [ADA.upper(), CYD]) == [ADA, CYD]
    assert app.asked == []


def test_handles_addresses_and_ids_may_be_mixed_and_repeated():
    given = ["@BEN", ADA, "https://www.tiktok.com/@ada?lang=en", "ben"]
    with connect_to(serve()) as client:
        for mixed in (given, pd.Series(given), pd.Index(given), tuple(given)):
            assert resolve_creators(session_of(client), "creators", mixed, project_id=ONE) == [
                BEN,
                ADA,
            ]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"id": [BEN], "tiktok_handle": ["ada"]}),
        pd.DataFrame({"creator_id": [BEN], "id": ["x"]}),
        pd.DataFrame({"tiktok_handle": ["@ben"]}),
    ],
)
def test_a_frame_names_its_creators_by_id_else_by_handle(frame):
    with connect_to(serve()) as client:
        assert resolve_creators(session_of(client), "creators", frame, project_id=ONE) == [BEN]


def test_a_handle_that_is_not_remembered_is_looked_up_again():
    people = PEOPLE[:1]
    app = serve(*people)
    with connect_to(app) as client:
        assert resolve_creators(session_of(client), "creator", "ada") == [ADA]
        app.rules["/creators"] = PEOPLE[1:]
        assert resolve_creators(session_of(client), "creator", "ben") == [BEN]
    assert len(lists(app)) == 2


def test_an_unknown_handle_costs_one_list_and_is_answered_with_a_similar_one():
    app = serve()
    said = (
        r"^no creator in the project 'One' is called '@benn' \(did you mean '@ben'\?\)\. "
        r"A creator who was removed may not be listed; give the id instead\.$"
    )
    with connect_to(app) as client:
        project = resolve_project(session_of(client), "One")
        with pytest.raises(UnknownCreatorError, match=said):
            resolve_creators(session_of(client), "creator", "@benn", project_id=project)
    assert len(lists(app)) == 1


def test_all_unknown_handles_are_named_at_once():
    with (
        connect_to(serve()) as client,
        pytest.raises(
            UnknownCreatorError, match=r"called '@benn' \(did you mean '@ben'\?\), '@zzz'\."
        ),
    ):
        resolve_creators(session_of(client), "creators", ["benn", "zzz", "ben"])


def test_a_handle_of_two_projects_is_ambiguous_unless_the_project_is_given():
    with connect_to(serve()) as client:
        assert resolve_creators(session_of(client), "creator", "ada", project_id=TWO) == [CYD]
        with pytest.raises(
            AmbiguousCreatorError,
            match=rf"2 creators are called '@ada': {ADA} \(project 'One'\), {CYD} \(project 'Two'",
        ) as caught:
            resolve_creators(session_of(client), "creator", "ada")
    assert caught.value.candidates == (ADA, CYD)


def test_a_number_or_null_is_refused_and_nothing_is_sent():
    app = serve()
    with connect_to(app) as client:
        with pytest.raises(ArgumentTypeError, match="creators can't be of type int"):
            resolve_creators(session_of(client), "creators", ["ada", 7])
        with pytest.raises(ArgumentError, match="an id can't be null"):
            resolve_creators(session_of(client), "creators", ["ada", None])
    assert app.asked == []


def test_creators_of_another_project_than_asked_for_are_left_out():
    app = Canned({"/creators": PEOPLE})
    with connect_to(app) as client:
        assert known_creators(session_of(client), TWO).keys() == {CYD}


def test_an_id_from_the_server_that_is_none_is_refused():
    with (
        connect_to(serve({"id": "../x", "tiktok_handle": "ada", "project_id": ONE})) as client,
        pytest.raises(UnreadableResponseError, match="the id of a creator in its data is no UUID"),
    ):
        resolve_creators(session_of(client), "creator", "ada")


def test_a_creator_without_a_handle_is_called_nothing():
    with (
        connect_to(serve({"id": ADA, "tiktok_handle": None, "project_id": ONE})) as client,
        pytest.raises(UnknownCreatorError, match="no creator in any project is called '@none'"),
    ):
        resolve_creators(session_of(client), "creator", "none")


def test_an_unknown_id_costs_one_list_and_a_remembered_one_is_renewed():
    app = serve()
    with connect_to(app) as client:
        for number in (1, 2):
            with pytest.raises(ArgumentError, match="no listed creator has the id"):
                handles_of_creators(session_of(client), "creators", [ONE])
            assert len(lists(app)) == number


def test_ids_of_listed_creators_stand_for_their_handles():
    with connect_to(serve()) as client:
        assert handles_of_creators(session_of(client), "creators", [BEN, "new"]) == {
            BEN: "ben",
            "new": "new",
        }
        with pytest.raises(ArgumentError, match=f"no listed creator has the id {ONE}; give a hand"):
            handles_of_creators(session_of(client), "creators", [ONE])


def test_filters_are_checked_before_anything_is_looked_up():
    app = serve()
    with connect_to(app) as client:
        with pytest.raises(ArgumentError, match="an id is a UUID; a handle has 1 to 30 letters"):
            creators_of_project(session_of(client), "no handle", "One")
        assert app.asked == []
        assert creators_of_project(session_of(client), None, None) == (None, None)
        assert creators_of_project(session_of(client), "@Ada", "Two") == (TWO, [CYD])


def test_a_list_that_was_asked_for_before_a_change_is_not_kept():
    people = list(PEOPLE)
    app = serve(*people)

    def creators(query):
        listed = list(people)
        if len(lists(app)) == 1:  # while it is on its way, another thread renames a creator
            people[0] = {**people[0], "tiktok_handle": "eve"}
            forget_creators(session_of(client))
        return listed

    app.rules["/creators"] = creators
    with connect_to(app) as client:
        assert known_creators(session_of(client))[ADA].handle == "ada"
        assert known_creators(session_of(client))[ADA].handle == "eve"
        assert known_creators(session_of(client))[ADA].handle == "eve"
    assert len(lists(app)) == 2
