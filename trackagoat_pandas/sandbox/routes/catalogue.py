"""Every route of the sandbox, in the order in which the OpenAPI description lists them."""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Route
from trackagoat_pandas.sandbox.routes import (
    analytics,
    campaign_reports,
    comments,
    compliance,
    creator_reports,
    notes,
    openapi,
    payouts,
    reports,
    resources,
    schema,
)
from trackagoat_pandas.sandbox.routes.removed import REMOVED

SERVED: tuple[Route, ...] = (
    *resources.ROUTES,
    *compliance.ROUTES,
    *analytics.ROUTES,
    *notes.ROUTES,
    *reports.ROUTES,
    *creator_reports.ROUTES,
    *campaign_reports.ROUTES,
    *payouts.ROUTES,
    *comments.ROUTES,
    *schema.ROUTES,
    *openapi.ROUTES,
)
ROUTES = (*SERVED, *REMOVED)
