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
from trackagoat_pandas.sandbox.routes.writes import (
    assignments,
    campaigns,
    chart_notes,
    creators,
    goals,
    keys,
    members,
    methods,
    organizations,
    payments,
    receipts,
    roster,
    structures,
    tracking,
    videos,
)

READS: tuple[Route, ...] = (
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
WRITES: tuple[Route, ...] = (
    *creators.ROUTES,
    *roster.ROUTES,
    *videos.ROUTES,
    *tracking.ROUTES,
    *campaigns.ROUTES,
    *goals.ROUTES,
    *structures.ROUTES,
    *assignments.ROUTES,
    *methods.ROUTES,
    *payments.ROUTES,
    *receipts.ROUTES,
    *chart_notes.ROUTES,
    *organizations.ROUTES,
    *members.ROUTES,
    *keys.ROUTES,
)
SERVED = (*READS, *WRITES)
ROUTES = (*SERVED, *REMOVED)
