"""A client that openapi-python-client makes of /openapi.json reads every GET as typed rows."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from datetime import date
from uuid import UUID

import pytest

from tests.support.writer import Writer

DAYS = {"from_": date(2026, 5, 1), "to": date(2026, 5, 31)}
WORDS = {"entity": "creator", "metric": "views"}
UNTYPED = {"get_openapi_json", "get_schema", "get_analytics_schema"}
"""Documents about the API itself, whose members have no schema."""


@pytest.fixture(scope="module")
def api():
    return Writer()


@pytest.fixture(scope="module")
def description(api):
    return api.send("GET", "/openapi.json").json


@pytest.fixture(scope="module")
def generated(description, tmp_path_factory):
    """The name of the generated package."""
    place = tmp_path_factory.mktemp("generated")
    (place / "openapi.json").write_text(json.dumps(description))
    run = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    made = subprocess.run(
        [*run, "--path", "openapi.json", "--output-path", "goat_client"],
        cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Unable to parse" not in made.stdout, made.stdout
    sys.path.insert(0, str(place))
    yield "goat_client"
    sys.path.remove(str(place))
    for name in [name for name in sys.modules if name.partition(".")[0] == "goat_client"]:
        del sys.modules[name]


def reads(description: dict) -> list[str]:
    return [path["get"]["operationId"] for path in description["paths"].values() if "get" in path]


def ids_for(api: Writer, operation: str) -> list[UUID]:
    """The id that stands in an operation's path, if there is one."""
    resource, is_one, _ = operation.removeprefix("get_").partition("_id")
    if not is_one:
        return []
    in_use = {
        "projects": ("/creators", "project_id"),
        "payout_structures": ("/payout-accruals", "structure_id"),
    }
    if resource in in_use:  # the first one of the list itself may have nothing beneath
        path, name = in_use[resource]
        return [UUID(api.rows(path)[0][name])]
    return [UUID(api.rows("/" + resource.replace("_", "-"))[0]["id"])]


def arguments(function, api: Writer) -> dict[str, object]:
    """The arguments that a generated function requires, and a range of days where it takes one."""
    creator = api.rows("/creators")[0]
    known = {
        **DAYS,
        "entity_id": [UUID(creator["id"])],
        "project_id": UUID(creator["project_id"]),
    }
    given = {}
    for name, parameter in inspect.signature(function).parameters.items():
        is_needed = parameter.default is parameter.empty
        if is_needed and name in WORDS:
            given[name] = parameter.annotation(WORDS[name])  # an enumeration
        elif name in known and (is_needed or name in DAYS):
            given[name] = known[name]
    return given


def test_no_array_is_without_items(description):
    def missing(part, place=()):
        if isinstance(part, dict):
            kinds = part.get("type")
            if "array" in (kinds if isinstance(kinds, list) else [kinds]) and "items" not in part:
                yield "/".join(map(str, place))
        members = part.items() if isinstance(part, dict) else enumerate(part)
        for name, member in members:
            if isinstance(member, dict | list):
                yield from missing(member, (*place, name))

    assert list(missing(description)) == []


def test_every_get_gives_typed_rows(api, description, generated):
    client_class = importlib.import_module(f"{generated}.client").AuthenticatedClient
    first_rows = {}
    with api.box.serve() as box, client_class(base_url=box.base_url, token=box.key) as client:
        for operation in reads(description):
            module = importlib.import_module(f"{generated}.api.default.{operation}")
            given = arguments(module.sync_detailed, api)
            answer = module.sync_detailed(*ids_for(api, operation), client=client, **given)
            assert answer.status_code == 200, (operation, answer.content)
            rows = getattr(answer.parsed, "data", answer.parsed)
            assert rows, f"{operation} gave no row"
            first_rows[operation] = rows[0] if isinstance(rows, list) else rows
    assert len(first_rows) > 25
    for operation in first_rows.keys() - UNTYPED:
        row = first_rows[operation]
        assert type(row).__module__.startswith(f"{generated}.models."), operation
        assert row.additional_properties == {}, f"{operation}: fields that no schema describes"
