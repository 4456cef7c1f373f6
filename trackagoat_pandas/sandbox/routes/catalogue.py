"""Every route of the sandbox, in the order of the OpenAPI description."""

from trackagoat_pandas.sandbox.declare import Route
from trackagoat_pandas.sandbox.routes import (
    analytics,
    compliance,
    openapi,
    payouts,
    reports,
    resources,
)
from trackagoat_pandas.sandbox.routes.writes import (
    annotations,
    campaigns,
    creators,
    goals,
    methods,
    organizations,
    payments,
    structures,
    videos,
)

READS: tuple[Route, ...] = (
    *resources.ROUTES,
    *compliance.ROUTES,
    *analytics.ROUTES,
    *reports.ROUTES,
    *payouts.ROUTES,
    *openapi.ROUTES,
)
WRITES: tuple[Route, ...] = (
    *creators.ROUTES,
    *videos.ROUTES,
    *campaigns.ROUTES,
    *goals.ROUTES,
    *structures.ROUTES,
    *methods.ROUTES,
    *payments.ROUTES,
    *annotations.ROUTES,
    *organizations.ROUTES,
)
SERVED = (*READS, *WRITES)
ROUTES = (*SERVED, *resources.REMOVED)
