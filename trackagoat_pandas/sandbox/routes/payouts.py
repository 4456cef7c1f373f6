"""Payout methods, structures, assignments, accruals and payments: lists, and single rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Row, get
from trackagoat_pandas.sandbox.entities import (
    PayoutAccrual,
    PayoutAssignment,
    PayoutMethod,
    PayoutPayment,
    PayoutStructure,
)
from trackagoat_pandas.sandbox.lookups import check_filters, find, instant_conditions, project_ids
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import FROM, OF_CREATOR, OF_PROJECT, PAGE, TO, Parameter

_NEWEST = (
    "version = (SELECT max(version) FROM payout_structures AS other "
    "WHERE other.id = payout_structures.id)"
)


def list_methods(call: Call) -> Answer:
    """List the payout methods that new payments may use, or all."""
    condition = "TRUE" if call.arguments["include_disabled"] else "is_active"
    listing = Listing("payout_methods", [call.organization.id], condition, owner="org_id")
    return page_of(call, PayoutMethod, listing)


def get_method(call: Call) -> Answer:
    """Show one payout method, disabled or not."""
    return Answer(PayoutMethod.record(find(call, "Payout method", call.ids[0])))


def list_structures(call: Call) -> Answer:
    """List payout structures, each in its newest version."""
    return page_of(call, PayoutStructure, Listing("payout_structures", project_ids(call), _NEWEST))


def get_structure(call: Call) -> Answer:
    """Show one payout structure in its newest version."""
    return Answer(PayoutStructure.record(find(call, "Payout structure", call.ids[0])))


def list_assignments(call: Call) -> Answer:
    """List the creators of a payout structure."""
    structure = find(call, "Payout structure", call.ids[0])
    listing = Listing("payout_assignments", [structure["id"]], owner="structure_id")
    return page_of(call, PayoutAssignment, listing)


def list_accruals(call: Call) -> Answer:
    """List accruals whose periods touch the days asked for."""
    first: date | None = call.arguments["from"]
    last: date | None = call.arguments["to"]
    # A period touches the range if it ends in or after it and starts in or before it.
    days = {
        "period_end >= ?": first and first.isoformat(),
        "period_start <= ?": last and last.isoformat(),
    }
    return _filter(call, PayoutAccrual, "payout_accruals", days)


def get_accrual(call: Call) -> Answer:
    """Show one accrual."""
    return Answer(PayoutAccrual.record(find(call, "Payout accrual", call.ids[0])))


def list_payments(call: Call) -> Answer:
    """List recorded payments by the days on which they were paid."""
    return _filter(call, PayoutPayment, "payout_payments", instant_conditions(call, "paid_at"))


def get_payment(call: Call) -> Answer:
    """Show one payment."""
    return Answer(PayoutPayment.record(find(call, "Payout payment", call.ids[0])))


def _filter(call: Call, entity: type[Row], table: str, days: dict[str, Any]) -> Answer:
    check_filters(call)
    filters = {
        "creator_id = ?": call.arguments["creator_id"],
        "status = ?": call.arguments["status"],
        **days,
    }
    return page_of(call, entity, Listing(table, project_ids(call), filters=filters))


def _filters(*statuses: str) -> tuple[Parameter, ...]:
    status = Parameter("status", "Only rows with this status.", choices=statuses)
    return (OF_PROJECT, OF_CREATOR, status, FROM, TO, *PAGE)


_DISABLED = Parameter("include_disabled", "1 or true: disabled methods too.", bool, default=False)
_OF_ACCRUALS = _filters("pending", "paid", "voided")
_OF_PAYMENTS = _filters("recorded", "voided")
_STRUCTURES = "/payout-structures"
ROUTES = (
    get("/payout-methods", list_methods, PayoutMethod, "page", (_DISABLED, *PAGE)),
    get("/payout-methods/{id}", get_method, PayoutMethod),
    get(_STRUCTURES, list_structures, PayoutStructure, "page", (OF_PROJECT, *PAGE)),
    get(f"{_STRUCTURES}/{{id}}", get_structure, PayoutStructure),
    get(f"{_STRUCTURES}/{{id}}/assignments", list_assignments, PayoutAssignment, "page", PAGE),
    get("/payout-accruals", list_accruals, PayoutAccrual, "page", _OF_ACCRUALS),
    get("/payout-accruals/{id}", get_accrual, PayoutAccrual),
    get("/payout-payments", list_payments, PayoutPayment, "page", _OF_PAYMENTS),
    get("/payout-payments/{id}", get_payment, PayoutPayment),
)
