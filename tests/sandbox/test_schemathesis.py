"""What /openapi.json promises, tried on every operation: all checks of schemathesis, none left out.

Ids, cursors and time zones that mean something are given to the generator, since no schema can; so
is what no schema says of two values together.
"""

from __future__ import annotations

import atexit
import re
import uuid
from itertools import count
from zoneinfo import available_timezones

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from tests.heavy import HEAVY
from trackagoat_pandas.sandbox import sandbox
from trackagoat_pandas.sandbox.bodies import MOST_ITEMS
from trackagoat_pandas.sandbox.formats import is_uuid
from trackagoat_pandas.sandbox.metrics import ALL, GROWTH, METRICS

# Where the ids are that a place of a path, or a member of a body, means.
SOURCES = {
    "projects": "projects",
    "creators": "creators",
    "videos": "videos",
    "campaigns": "campaigns",
    "payout-methods": "payout_methods",
    "payout-structures": "payout_structures",
    "payout-accruals": "payout_accruals",
    "payout-payments": "payout_payments",
    "annotations": "annotations",
    "organizations": "(SELECT org_id AS id, rowid FROM projects)",
    "project_id": "projects",
    "creator_id": "creators",
    "method_id": "payout_methods",
    "payment_id": "payout_payments",
    "user_id": "(SELECT user_id AS id, rowid FROM members)",
    "invitation_id": "invitations",
    "creator": "creators",
    "video": "videos",
    "campaign": "campaigns",
}
PAIRS = (("from", "to"), ("start_date", "end_date"))


# The tests are made from the description while they are collected, so it must be served by then.
# Nearly every request changes the sandbox, so it is this module's own.
BOX = sandbox(creators=6, days=60, rate_limit=None)
atexit.register(BOX.close)
HEADERS = {"Authorization": f"Bearer {BOX.key}"}
CURSOR = "the next one"
NUMBERS = count()

schemathesis.openapi.format("cursor", st.sampled_from(["", CURSOR]))
schemathesis.openapi.format("time-zone", st.sampled_from(sorted(available_timezones())))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", BOX.app, headers=HEADERS)
# The contract answers what is well-formed and beyond the plan with 402.
schema.config.checks.positive_data_acceptance.expected_statuses.append("402")


@schema.auth()
class Key:
    """The sandbox's own key, left out where schemathesis means it to be missing."""

    def get(self, case, context):
        return BOX.key

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schema.hook
def filter_case(context, case):
    """Drop days in the wrong order, series that there can't be, and inboxes of more than 50."""
    query, body = case.query or {}, case.body if isinstance(case.body, dict) else {}
    reviewed = [body[name] for name in ("approve", "exclude") if isinstance(body.get(name), list)]
    return (are_in_order(query) and are_in_order(body) and is_series(query)) and sum(
        map(len, reviewed)
    ) <= MOST_ITEMS


@schema.hook
def map_case(context, case):
    """Put ids, cursors and idempotency keys that mean something in place of most that don't."""
    for name, value in (case.path_parameters or {}).items():
        place = case.operation.path.partition(f"/{{{name}}}")[0].rsplit("/", 1)[-1]
        case.path_parameters[name] = real(place if name == "id" else name, value)
    for given in (case.body, case.query):
        if isinstance(given, dict):
            kind = given.get("item_type") or given.get("entity")
            for name, value in given.items():
                given[name] = real(kind if name in {"item_id", "entity_id"} else name, value)
    if (case.query or {}).get("cursor") == CURSOR:
        case.query["cursor"] = next_cursor(case)
    if re.fullmatch("[!-~]{1,200}", (case.headers or {}).get("Idempotency-Key", "")):
        case.headers["Idempotency-Key"] += f".{next(NUMBERS)}"
    return with_a_goal(case)


def are_in_order(values):
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    return all(texts.get(first, "") <= texts.get(last, "~") for first, last in PAIRS)


def is_series(query):
    """Whether the parameters of /analytics go together, as far as they are right by themselves."""
    entity, asked = query.get("entity"), METRICS.get(str(query.get("metric")))
    known = [METRICS[one] for one in (str(query.get("base_metric")),) if one in METRICS]
    if entity not in ALL or asked is None:
        return True
    return not (
        any(entity not in metric.entities for metric in (asked, *known))
        or (asked.name == GROWTH and not known)
        or (query.get("mode") == "cumulative" and asked.derive is not None)
        or (query.get("breakdown") and (entity != "campaign" or "video" not in asked.entities))
    )


def next_cursor(case):
    """The cursor of the second page of a list; of a list without one it is the first's."""
    path = case.operation.path.format(**(case.path_parameters or {}))
    answer = Client(BOX.app).get(f"/api/v1{path}?limit=1", headers=HEADERS).json
    return (answer["meta"] or {}).get("nextCursor") or ""


def real(name, value):
    """A row's id in place of three of four ids that mean nothing; anything else as it is."""
    source = SOURCES.get(str(name))
    try:
        number = uuid.UUID(value).int
    except (ValueError, AttributeError, TypeError):
        return value
    rows = BOX.database.rows(f"SELECT id FROM {source} ORDER BY rowid") if source else []
    return rows[number % len(rows)]["id"] if rows and number % 4 else value


def with_a_goal(case):
    """Let most goals be their creator's."""
    places = case.path_parameters or {}
    if "goal_id" in places and is_uuid(str(places["goal_id"])) and next(NUMBERS) % 4:
        goal = BOX.database.rows("SELECT * FROM goals ORDER BY is_active DESC, rowid LIMIT 1")[0]
        places |= {"id": goal["creator_id"], "goal_id": goal["id"]}
    return case


@schema.parametrize()
@settings(
    max_examples=4 if HEAVY else 2,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_is_as_described(case):
    case.call_and_validate()
