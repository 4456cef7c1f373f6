"""Payout methods, structures, assignments, accruals and payments: listed, and one by its id.

Knows filters. Must not know how an amount was computed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Entity, Route
from trackagoat_pandas.sandbox.instants import instant_conditions
from trackagoat_pandas.sandbox.lookups import (
    check_filters,
    find_method,
    find_payout,
    project_ids,
)
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import FROM, OF_CREATOR, OF_PROJECT, PAGE, TO, Parameter
from trackagoat_pandas.sandbox.payout_entities import (
    ACCRUAL,
    ASSIGNMENT,
    METHOD,
    PAYMENT,
    STRUCTURE,
)

_NEWEST = (
    "version = (SELECT max(version) FROM payout_structures AS other "
    "WHERE other.id = payout_structures.id)"
)


def list_methods(call: Call) -> Answer:
    """List the ways of paying that may be used, or all."""
    conditions = () if call.arguments["include_disabled"] else ("is_active",)
    owner = [call.organization.id]
    return _page(call, METHOD, Listing("payout_methods", "org_id", owner, conditions))


def get_method(call: Call) -> Answer:
    """Show one method, disabled or not."""
    return Answer(METHOD.record(find_method(call, call.ids[0]), {}))


def list_structures(call: Call) -> Answer:
    """List structures, each in its newest version."""
    listing = Listing("payout_structures", "project_id", project_ids(call), (_NEWEST,))
    return _page(call, STRUCTURE, listing)


def get_structure(call: Call) -> Answer:
    """Show one structure in its newest version."""
    row = find_payout(call, "Payout structure", "payout_structures", call.ids[0])
    return Answer(STRUCTURE.record(row, {}))


def list_assignments(call: Call) -> Answer:
    """List to whom a structure applies."""
    row = find_payout(call, "Payout structure", "payout_structures", call.ids[0])
    return _page(call, ASSIGNMENT, Listing("payout_assignments", "structure_id", [row["id"]]))


def list_accruals(call: Call) -> Answer:
    """List what was earned; from and to choose the periods that touch these days."""
    first, last = call.arguments["from"], call.arguments["to"]
    filters: dict[str, date | None] = {"period_end >= ?": first, "period_start <= ?": last}
    days = {name: day.isoformat() for name, day in filters.items() if day is not None}
    return _page(call, ACCRUAL, _listing(call, "payout_accruals", days))


def get_accrual(call: Call) -> Answer:
    """Show one accrual."""
    row = find_payout(call, "Payout accrual", "payout_accruals", call.ids[0])
    return Answer(ACCRUAL.record(row, {}))


def list_payments(call: Call) -> Answer:
    """List recorded payments; from and to choose the days on which they were paid."""
    return _page(
        call, PAYMENT, _listing(call, "payout_payments", instant_conditions(call, "paid_at"))
    )


def get_payment(call: Call) -> Answer:
    """Show one payment."""
    row = find_payout(call, "Payout payment", "payout_payments", call.ids[0])
    return Answer(PAYMENT.record(row, {}))


def _listing(call: Call, table: str, dates: dict[str, str]) -> Listing:
    check_filters(call)
    filters: dict[str, Any] = {
        "creator_id = ?": call.arguments["creator_id"],
        "status = ?": call.arguments["status"],
        **dates,
    }
    used = {condition: value for condition, value in filters.items() if value is not None}
    return Listing(table, "project_id", project_ids(call), tuple(used), tuple(used.values()))


def _page(call: Call, entity: Entity, listing: Listing) -> Answer:
    page = page_of(call, listing)
    return Answer([entity.record(row, {}) for row in page.rows], page.meta)


def _filters(*statuses: str) -> tuple[Parameter, ...]:
    status = Parameter("status", "Only rows with this status.", choices=statuses)
    return (OF_PROJECT, OF_CREATOR, status, FROM, TO, *PAGE)


_DISABLED = Parameter("include_disabled", "1: disabled methods too.", "flag")

ROUTES = (
    Route(
        "/payout-methods",
        "List payout methods",
        list_methods,
        (_DISABLED, *PAGE),
        METHOD,
        "page",
    ),
    Route("/payout-methods/{id}", "Show a payout method", get_method, (), METHOD),
    Route(
        "/payout-structures",
        "List payout structures",
        list_structures,
        (OF_PROJECT, *PAGE),
        STRUCTURE,
        "page",
    ),
    Route("/payout-structures/{id}", "Show a payout structure", get_structure, (), STRUCTURE),
    Route(
        "/payout-structures/{id}/assignments",
        "List the creators of a payout structure",
        list_assignments,
        PAGE,
        ASSIGNMENT,
        "page",
    ),
    Route(
        "/payout-accruals",
        "List what creators earned",
        list_accruals,
        _filters("pending", "paid", "voided"),
        ACCRUAL,
        "page",
    ),
    Route("/payout-accruals/{id}", "Show an accrual", get_accrual, (), ACCRUAL),
    Route(
        "/payout-payments",
        "List recorded payments",
        list_payments,
        _filters("recorded", "voided"),
        PAYMENT,
        "page",
    ),
    Route("/payout-payments/{id}", "Show a payment", get_payment, (), PAYMENT),
)
