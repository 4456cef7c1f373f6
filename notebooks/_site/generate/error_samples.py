"""A sample of each error, from which its message is taken, and a sentence on what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from trackagoat_pandas import errors

PROJECT = "0b9b7c1e-6a57-4f5e-9a3e-2f6f7b3f6a11"
OTHER = "7c0d5e52-3c86-4d8a-8c2a-51a3c6d6f0b2"
RETRY_AT = dt.datetime(2026, 6, 18, 16, 1, tzinfo=dt.UTC)
STORE = "data"

Sample = tuple[Callable[[], errors.TrackaGoatError] | None, str]


def refusal(kind: type[errors.ApiError], status: int, message: str, **facts: object) -> Sample:
    """Make a sample of an answer of the API, without advice of its own."""
    return (lambda: kind(status, "/videos", message, **facts)), ""  # type: ignore[arg-type]


def advised(sample: Sample, advice: str) -> Sample:
    """Add the advice."""
    return sample[0], advice


def writing() -> pd.DataFrame:
    """Return what an action reports of its items."""
    words = pd.Categorical(["done", "done", "not_sent"], categories=["done", "failed", "not_sent"])
    return pd.DataFrame({"status": words})


REFUSALS: Mapping[str, Sample] = {
    "ApiError": (
        None,
        "Catch it for any refusal of the API; `status`, `code` and `meta` are what was sent.",
    ),
    "BadRequestError": advised(
        refusal(errors.BadRequestError, 400, "from must be a date", code="invalid_query"),
        "Correct the argument that the message names. Where you passed only documented ones, "
        "`trackagoat-pandas check` says whether the API has changed.",
    ),
    "UnauthorizedError": advised(
        refusal(errors.UnauthorizedError, 401, "invalid API key", code="invalid_api_key"),
        "Copy the key again, or create a new one; a revoked or expired key can't be used.",
    ),
    "LimitReachedError": advised(
        refusal(
            errors.LimitReachedError,
            402,
            "limit reached",
            code="limit_reached",
            meta={"limitKey": "max_creators_per_org", "current": 50, "max": 50},
        ),
        "Remove something, or change the plan: `limit_key` says which limit, `maximum` how much.",
    ),
    "RetentionExceededError": advised(
        refusal(
            errors.RetentionExceededError,
            402,
            "from is before the days that the plan keeps",
            code="retention_exceeded",
            meta={"earliestDate": "2025-06-18"},
        ),
        "Begin at `earliest`, or pass `clip=True`; a store keeps older days once they were loaded.",
    ),
    "ForbiddenError": advised(
        refusal(
            errors.ForbiddenError,
            403,
            "the key lacks a scope",
            code="insufficient_scope",
            meta={"required": "write", "granted": ["read"]},
        ),
        "Use a key with the scope in `required`; a key that only reads can't write.",
    ),
    "NotFoundError": advised(
        refusal(errors.NotFoundError, 404, "not found", asked={"project_id": [PROJECT]}),
        "Check the id: what was deleted, and what another organization has, look alike.",
    ),
    "ConflictError": advised(
        refusal(errors.ConflictError, 409, "handle_taken"),
        "Load the thing and look: it is there already, or its state doesn't allow the change.",
    ),
    "GoneError": advised(
        refusal(errors.GoneError, 410, "this endpoint was removed"),
        "Use the loader of the package in its place, such as `tgp.load_analytics`.",
    ),
    "RateLimitedError": advised(
        refusal(errors.RateLimitedError, 429, "too many requests", code="rate_limit_exceeded"),
        "Come back at `retry_at`. A client waits by itself up to `max_wait_s`; `tgp.quota()` says "
        "which process uses the limits.",
    ),
    "ServerError": advised(
        refusal(errors.ServerError, 500, "internal error", code="internal_error"),
        "Try again later; every retry was made already.",
    ),
}
MISTAKES: Mapping[str, Sample] = {
    "ArgumentError": (
        lambda: errors.ArgumentError("n", 0, "a whole number from 1"),
        "Give one of the values that the message allows; nothing was sent.",
    ),
    "MissingArgumentError": (
        lambda: errors.MissingArgumentError(
            "timezone", "the frames don't carry one, e.g. 'Europe/Berlin'"
        ),
        "Pass the argument.",
    ),
    "ChoiceError": (
        lambda: errors.ChoiceError("granularity", "daily", ("day", "week", "month")),
        "Choose one of the words; `choices` has them all.",
    ),
    "ArgumentTypeError": (
        lambda: errors.ArgumentTypeError("videos", ["a"], "a DataFrame"),
        "Pass what the message says that the argument takes.",
    ),
    "UnknownArgumentError": (
        lambda: errors.UnknownArgumentError("leaderboard", "limit", ("frame", "by", "n")),
        "Use the name that it suggests, or see `known`.",
    ),
    "UnnamedArgumentError": (
        lambda: errors.UnnamedArgumentError("leaderboard", 2, ("frame",), ("by", "n")),
        "Give the arguments by name.",
    ),
    "UnknownNameError": (
        lambda: errors.UnknownNameError("trackagoat_pandas", "load_video", ("load_videos",)),
        "Use the name that it suggests.",
    ),
    "InvalidItemsError": (
        lambda: errors.InvalidItemsError("creators", [("row 2 of 7", "a handle has 1 to 30")], 7),
        "Correct the rows in `flaws`; `dry_run=True` lists them all, and nothing was sent.",
    ),
    "ConfirmationError": (
        lambda: errors.ConfirmationError("remove_creators", "creators", 12),
        "Look at the requests with `dry_run=True`, then pass `confirm=True`.",
    ),
    "MissingColumnError": (
        lambda: errors.MissingColumnError(["view_count"], ["id", "views"], loader="load_videos"),
        "Pass a frame of that loader, or rename your column: `tgp.as_table` reads other exports.",
    ),
    "UnknownProjectError": (
        lambda: errors.UnknownProjectError("Q1 Brand Progam", ["Archive", "Q1 Brand Program"]),
        "Write one of the names that the key can read, or pass an id.",
    ),
    "AmbiguousProjectError": (
        lambda: errors.AmbiguousProjectError("Archive", [PROJECT, OTHER]),
        "Pass the id.",
    ),
    "UnknownCreatorError": (
        lambda: errors.UnknownCreatorError(["salty_studio"], ["salty_studio_"], "Q1 Brand Program"),
        "Write the handle that it suggests; a removed creator goes by its id.",
    ),
    "AmbiguousCreatorError": (
        lambda: errors.AmbiguousCreatorError("salty_studio_", [PROJECT, OTHER]),
        "Pass the id, or the project where one can be given.",
    ),
    "UnknownCampaignError": (
        lambda: errors.UnknownCampaignError(["Sumer Drop"], ["Summer Drop", "Unboxing"]),
        "Write one of the names that there are.",
    ),
    "AmbiguousCampaignError": (
        lambda: errors.AmbiguousCampaignError("Unboxing", [PROJECT, OTHER]),
        "Pass the id, or a frame of that campaign alone.",
    ),
    "SettingsError": (
        lambda: errors.SettingsError("TRACKAGOAT_TIMEOUT", "'soon' is not a number"),
        "Correct it where it stands: in an argument, a variable of the environment, or `.env`.",
    ),
    "MissingKeyError": (
        errors.MissingKeyError,
        "Put the key into one of these places, or try everything with `tgp.connect(sandbox=True)`.",
    ),
    "MalformedKeyError": (
        lambda: errors.MalformedKeyError("argument", "has 63 characters instead of 68"),
        "Copy the key again, whole and without quotes.",
    ),
    "MissingDependencyError": (
        lambda: errors.MissingDependencyError("XlsxWriter", "an Excel workbook", "excel"),
        "Install the extra that the message names.",
    ),
}
ANSWERS: Mapping[str, Sample] = {
    "ConnectionFailedError": (
        lambda: errors.ConnectionFailedError("/videos", "name not resolved", 4),
        "Check the network and `base_url`; every retry was made already.",
    ),
    "DeadlineError": (
        lambda: errors.DeadlineError("/videos", "too many requests", RETRY_AT, 60.0),
        "Come back at `retry_at`, or raise `max_wait_s`; with a store the load goes on there.",
    ),
    "ClosedClientError": (errors.ClosedClientError, "Connect again."),
    "StoppedError": (
        lambda: errors.StoppedError("/videos"),
        "Nothing, where you stopped the load yourself; else load again.",
    ),
    "RequestBudgetError": (
        lambda: errors.RequestBudgetError(5, needed=8),
        "Allow more requests or load less; `tgp.estimate_load` says what a load takes.",
    ),
    "RedirectError": (
        lambda: errors.RedirectError("/videos", 301, "https://example.com/"),
        "Set `base_url` to the address that you trust; the key is never sent to another one.",
    ),
    "UnreadableResponseError": (
        lambda: errors.UnreadableResponseError("/videos", 200, "the answer is HTML", "<html>"),
        "Look at `start`: often a proxy or a login page answers in place of the API.",
    ),
    "MismatchedResponseError": (
        lambda: errors.MismatchedResponseError("/analytics", 200, "it has weeks instead of days"),
        "Report it with the message; the rows aren't returned, since they answer something else.",
    ),
    "CutShortError": (
        lambda: errors.CutShortError("/videos", 200, "the answer is empty"),
        "Try again; where it stays, load in smaller parts.",
    ),
    "MissingEndMarkError": (
        lambda: errors.MissingEndMarkError("/videos", 200, 3, 100),
        "`partial` has the rows; they may not be all.",
    ),
    "StuckCursorError": (
        lambda: errors.StuckCursorError("/videos", "2026-03-15T10:00:00Z", 3),
        "Try again later; `partial` has the rows of the pages before.",
    ),
}
FILES: Mapping[str, Sample] = {
    "FileError": (
        lambda: errors.FileError("comments.csv", "it is no text in UTF-8"),
        "Open the file, and save it in the form that the message asks for.",
    ),
    "MissingFileError": (
        lambda: errors.MissingFileError("comments.csv"),
        "Check the name and the folder; a relative path is seen from where Python was started.",
    ),
    "RefusedFileError": (
        lambda: errors.RefusedFileError("comments.csv"),
        "Give this account the right to read it.",
    ),
    "UnwritableFileError": (
        lambda: errors.UnwritableFileError("report.html", "the disk is full"),
        "Choose another folder, or close the program that has the file open.",
    ),
}
PARTS: Mapping[str, Sample] = {
    "PartialLoadError": (
        lambda: errors.PartialLoadError(
            "creators",
            {(PROJECT, "views"): errors.GoneError(410, "/analytics", "gone")},
            12,
            pd.DataFrame({"value": [1]}),
        ),
        "Use `partial`, which says that it is incomplete, or load again without what failed.",
    ),
    "PartialWriteError": (
        lambda: errors.PartialWriteError("creators", "The server failed.", writing()),
        "Look at `frame`, and run the same call again: items that exist are left as they are.",
    ),
    "InterruptedWriteError": (
        lambda: errors.InterruptedWriteError("creators", writing()),
        "Look at `frame`, and run the same call again.",
    ),
    "UploadError": (
        lambda: errors.UploadError("receipt.pdf", "the address has expired"),
        "Try again.",
    ),
    "DeliveryError": (
        lambda: errors.DeliveryError("mail to 2 people", "the server refused the password"),
        "Correct the setting that `problem` is about; the report itself is written.",
    ),
}
STORES: Mapping[str, Sample] = {
    "StoreError": (None, "Catch it for any error of a store; `path` says which."),
    "StoreBusyError": (
        lambda: errors.StoreBusyError(STORE, pid=4711, host="runner", what="sync"),
        "Wait until the other process is done; reading is possible meanwhile.",
    ),
    "StoreWriteError": (
        lambda: errors.StoreWriteError(STORE, "the disk is full", "make room and try again"),
        "Make room or give the right to write, and run the same call again.",
    ),
    "StoreDamagedError": (
        lambda: errors.StoreDamagedError(f"{STORE}/videos.parquet", "it is cut short"),
        "Run `store.verify(repair=True)`; what it drops is loaded again.",
    ),
    "StoreVersionError": (
        lambda: errors.StoreVersionError(STORE, 4, 3),
        "Update the package; the store was not touched.",
    ),
    "StoreOwnerError": (
        lambda: errors.StoreOwnerError(STORE, "organization A", "organization B"),
        "Keep a store for each organization.",
    ),
    "StoreMissingError": (
        lambda: errors.StoreMissingError(STORE, "comments", "creators, videos"),
        "Load or sync what is missing; `store.info()` lists what is there.",
    ),
}
WARNINGS: Mapping[str, Sample] = {
    "BaseUrlWarning": (None, "Use the address that the message gives."),
    "ClippedDatesWarning": (
        None,
        "Nothing, or load fewer days: older ones aren't kept by the plan.",
    ),
    "ContractWarning": (
        None,
        "Nothing is lost: unknown fields are kept. `trackagoat-pandas check` lists what changed.",
    ),
    "EnvFileWarning": (
        None,
        "Put the key and the base URL into one `.env` file of your own, with the mode 600.",
    ),
    "IncompleteFrameWarning": (
        None,
        "Load the frame again; `frame.goat.provenance` says what is missing.",
    ),
    "MismatchedFramesWarning": (None, "Load both frames with the same project, dates and filters."),
    "NoDataWarning": (None, "Read the message: other dates or another project have data."),
    "RepeatedRequestWarning": (None, "Nothing, or pass `again=True` to create another one."),
    "RestatedWarning": (
        None,
        "`store.restatements()` shows what changed; the newest values are used.",
    ),
    "ResumedListWarning": (None, "Load again if rows of two moments are a problem."),
}
BASES: Mapping[str, Sample] = {
    "TrackaGoatError": (
        None,
        "Catch it for any error that the package raises on purpose; `partial` has loaded rows.",
    ),
    "TrackaGoatWarning": (None, "Filter it with `warnings.filterwarnings`, as any other."),
}
GROUPS: Mapping[str, Mapping[str, Sample]] = {
    "Bases": BASES,
    "Mistakes in a call, found before anything is sent": MISTAKES,
    "Refusals of the API": REFUSALS,
    "On the way to the API, and answers that can't be used": ANSWERS,
    "Parts of loads and writes": PARTS,
    "Stores": STORES,
    "Files of this machine": FILES,
    "Warnings": WARNINGS,
}
