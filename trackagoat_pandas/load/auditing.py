"""The audit of payouts: load the books, work out the amounts due, and compare them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import ArgumentTypeError, NotFoundError, PartialLoadError, listing
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import (
    day_numbers,
    days_of,
    instants_of,
    is_among,
    is_word,
    text,
)
from trackagoat_pandas.helpers.counted import active_ids
from trackagoat_pandas.helpers.facts import known_zone, server_now, zone_of
from trackagoat_pandas.helpers.gains import PARTS
from trackagoat_pandas.helpers.loads import combine_loads
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.ledger import paid_days, read_payments
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions, with_versions
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.payouts import (
    load_payout_accruals,
    load_payout_assignments,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.reading import records_frame
from trackagoat_pandas.load.resources import load_creators, load_goal_compliance, load_videos
from trackagoat_pandas.names.organization import known_projects, resolve_dates
from trackagoat_pandas.tables import GOAL_COMPLIANCE, PAYOUT_ASSIGNMENTS, PAYOUT_STRUCTURES

Frames: TypeAlias = Mapping[str, pd.DataFrame]
LISTS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = {
    "structures": load_payout_structures,
    "accruals": load_payout_accruals,
    "payments": load_payout_payments,
    "creators": load_creators,
    "videos": load_videos,
}
"""The lists of a project, or of all, that an audit needs."""
_NOT_JUDGED: Final = {
    "other_version": "by earlier versions of rules whose terms aren't known",
    "undecided": "of which it isn't known what was due",
    "not_covered": "for periods that aren't over",
}


@takes_arrow
@loader
def audit(
    project: str | pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    *,
    rule_versions: pd.DataFrame | None = None,
    currency: str = "USD",
    max_requests: int | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Audit the payouts of one project or all: list amounts accrued or paid wrongly.

    It loads rules, assignments, accruals, payments, creators, videos and goals, and the views that
    pay depends on; works out the amounts due with :func:`accrue`; and compares them with
    :func:`audit_payouts`. ``tgp.estimate_load(tgp.audit, project)`` estimates the cost beforehand.

    Parameters
    ----------
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads, for the findings about periods with at least
        one of these days and about payments made on them. None for all. Fewer days don't save
        requests.
    rule_versions : DataFrame, optional
        Earlier versions of rules, as in :func:`accrue`. Those that the client's store has are used
        by themselves; the terms of others are inferred from the accruals that were made by them,
        as :func:`infer_rule_versions` does it.
    currency : str, default 'USD'
        The currency of the amounts.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per finding: the columns of :func:`audit_payouts`, with names. An empty frame means
        that the books agree. The provenance says in its ``note`` what was compared and what
        couldn't be judged, and in ``audited`` the numbers.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    ArgumentError, MissingColumnError
        As in :func:`accrue`.
    PartialLoadError
        Some of the series failed for another reason than that their creator or video is gone.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    See Also
    --------
    audit_payouts : Compare amounts due, accrued and paid.
    accrue : Work out what each rule owes.
    widgets.PayoutBoard : Click through the books.

    Notes
    -----
    The API has no goals of creators who have left, and of those who aren't listed any more no
    views. Pay by these can't be judged, and is set aside with the reason; their other pay is
    audited. Where the client's store was synced before they left, their goals are those that it
    had last. The ``note`` names removed creators to whom pay is still assigned, and counts the
    accruals of periods that began after their creator was removed.

    Requests: the lists, a page for each 100 rows; one for each rule's assignments, and one for the
    goals of each project with goal pay. Then one for each creator who is paid by views and each
    video that passed a threshold, or a twentieth of that where the server takes several ids.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     findings = tgp.audit("Q1 Brand Program")
    >>> print(findings[["stage", "finding", "tiktok_handle", "wrong_cents"]].to_string(index=False))
    stage   finding   tiktok_handle  wrong_cents
     paid duplicate tonic.by.quiet_        50000
    """
    session = session_of(client, max_requests)
    check_currency(currency)
    if rule_versions is not None:
        require_columns(rule_versions, ["id", "version"])
    if isinstance(project, pd.DataFrame) and isinstance(dates, pd.DataFrame):
        wanted = "days: audit(project) loads accruals and payments itself, and audit_payouts"
        raise ArgumentTypeError("dates", dates, f"{wanted} compares frames of yours")
    span = resolve_dates(session, dates)
    if session.is_counting:
        frames = dict(_count_lists(session, project))
        if frames.keys() < {*LISTS, "assignments"}:
            return pd.DataFrame()
    else:
        frames = {name: load(project, client=session) for name, load in LISTS.items()}
        frames["assignments"] = load_assignments(session, frames["structures"])
    findings = load_findings(session, frames, rule_versions=rule_versions, currency=currency)
    # Not by the findings: those of all projects may happen to be of one, or there are none.
    of = "all projects" if project is None else frame_facts(frames["accruals"]).get("project")
    add_facts(findings, project=of)
    return findings if span is None else _within(findings, span, frames, currency)


def _count_lists(session: Session, project: object) -> Iterator[tuple[str, pd.DataFrame]]:
    """Count the requests for lists; yield those that a store has, for which none are sent."""
    tally = session.tally
    for name, load in LISTS.items():
        found = session.attempt(partial(load, project, client=session))
        if found is not None:
            yield name, found
            if name == "structures":
                yield "assignments", load_assignments(session, found)
                continue
        if name == "structures":
            tally.add(0, None, "/payout-structures/{id}/assignments: 1 request for each rule")
    tally.add(0, None, "/analytics: by how many creators and videos are paid by views")


def load_findings(
    session: Session,
    frames: Frames,
    *,
    rule_versions: pd.DataFrame | None = None,
    currency: str = "USD",
    timezone: str | None = None,
) -> pd.DataFrame:
    """Load the data that the rules need, work out the amounts due, and return the findings.

    ``frames`` has those of ``LISTS`` and ``assignments``.
    """
    with kept_warnings():  # the note says what isn't known
        due, note = _due(session, frames, rule_versions, currency=currency, timezone=timezone)
        if session.is_counting:
            return pd.DataFrame()
        names = [frames["creators"], frames["videos"]]
        if known := known_projects(session):
            projects = pd.DataFrame({"project_id": [*known], "project_name": [*known.values()]})
            projects.attrs = dict(frames["accruals"].attrs)  # as of the same load
            names.append(projects)
        findings = audit_payouts(
            due,
            frames["accruals"],
            frames["payments"],
            videos=frames["videos"],
            currency=currency,
            names=names,
        )
    zone = zone_of(timezone, [*frames.values()]) or "UTC"
    left = _said_of_left(frames, zone)
    add_facts(findings, note=" ".join([*_summarize(findings), *note, *left]))
    return findings


def _said_of_left(frames: Frames, zone: str) -> Iterator[str]:
    """Name the creators who were removed and still have pay assigned, and what accrued since."""
    creators = frames["creators"]
    gone = creators[~is_among(creators["id"], active_ids(creators))].set_index("id")
    assigned = frames["assignments"]
    is_open = assigned["end_date"].isna() & is_among(assigned["creator_id"], gone.index.to_series())
    if still := [*assigned["creator_id"][is_open].map(gone["tiktok_handle"]).dropna().unique()]:
        who = listing([f"@{name}" for name in still])
        yield (
            f"Pay is still assigned to {who}, removed from the program: it goes on until "
            "actions.unassign_payout_structure ends it."
        )
    accruals = frames["accruals"]
    accruals = accruals[~is_word(accruals["status"], "voided")]
    left = instants_of(gone["disabled_at"].reindex(accruals["creator_id"]))
    is_later = day_numbers(accruals["period_start"]) > days_shown(left, zone).astype(np.int64)
    if count := int((is_later & ~np.isnat(left)).sum()):
        which = "1 accrual is for a period" if count == 1 else f"{count:,} accruals are for periods"
        yield f"{which} that began after the creator was removed."


def _due(
    session: Session,
    frames: Frames,
    rule_versions: pd.DataFrame | None,
    *,
    currency: str,
    timezone: str | None,
) -> tuple[pd.DataFrame | None, list[str]]:
    """Work out the amounts due, and say which terms were inferred; None without rules."""
    structures, accruals = frames["structures"], frames["accruals"]
    if structures.empty:
        return None, ["There are no rules, so that nothing was due."] if len(accruals) else []
    zone = known_zone(timezone, [accruals, structures, frames["assignments"]])
    given = with_versions(structures, rule_versions)
    given = with_versions(given, _stored_versions(session))
    inferred = infer_rule_versions(given, accruals)
    measured = dict(_load_measures(session, frames, zone))
    if session.is_counting:
        return None, []
    lists = [frame for frame in frames.values() if len(frame)]
    due = accrue(
        with_versions(given, inferred),
        frames["assignments"],
        videos=frames["videos"],
        creators=frames["creators"],
        until=server_now(lists),
        timezone=zone,
        currency=currency,
        **measured,
    )
    if inferred.empty:
        return due, []
    which = f"{len(inferred):,} earlier version{'s' * (len(inferred) > 1)} of rules"
    alike, every = inferred["agreeing"].sum(), inferred["accruals"].sum()
    return due, [
        f"The terms of {which} were inferred from the accruals: {alike:,} of {every:,} agree."
    ]


def load_assignments(session: Session, structures: pd.DataFrame) -> pd.DataFrame:
    """Load the assignments of structures; none of none."""
    if structures.empty:
        return records_frame(PAYOUT_ASSIGNMENTS, [], {}, "numpy_nullable")
    return load_payout_assignments(structures, client=session)


def _stored_versions(session: Session) -> pd.DataFrame | None:
    """Return all versions of rules that the client's store has; None without a store."""
    if session.archive is None:
        return None
    kept = session.archive.lists
    lists = [kept.read(one) for one in kept.snapshots(PAYOUT_STRUCTURES.name)]
    lists = [each.astype(object) for each in lists if len(each)]
    if not lists:
        return None
    versions: pd.DataFrame = pd.concat(lists).drop_duplicates(["id", "version"])
    return versions.assign(source="store")


def _with_stored_goals(session: Session, goals: pd.DataFrame, left: pd.Series) -> pd.DataFrame:
    """Add the goals of creators who have left, as the client's store last had them."""
    if session.archive is None or left.empty:
        return goals
    kept, found = session.archive.lists, goals
    for one in reversed(kept.snapshots(GOAL_COMPLIANCE.name)):
        rows = kept.read(one)
        theirs = rows[is_among(rows["creator_id"], left)]
        found = combine_loads(found, theirs) if len(theirs) else found
        left = left[~is_among(left, theirs["creator_id"])]
        if left.empty:
            break
    found.attrs = dict(goals.attrs)  # all other goals are as of now, and none is left out
    add_facts(found, rows=len(found))
    return found


def _load_measures(
    session: Session, frames: Frames, zone: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Load the goals and the analytics that the assigned rules measure."""
    assigned = frames["assignments"].merge(
        frames["structures"],
        left_on="structure_id", right_on="id", suffixes=("", "_rule"),
    )  # fmt: skip
    assigned = assigned[assigned["start_date"].notna()]
    by_kind = {str(kind): rows for kind, rows in assigned.groupby("kind", observed=True)}
    # The server answers 404 for the analytics of removed creators.
    there = frames["creators"]["id"]
    wanted: dict[str, set[str]] = {}
    if (rows := by_kind.get("goal")) is not None:
        goals = combine_loads(
            *(
                load_goal_compliance(str(id_), client=session)
                for id_ in rows["project_id"].dropna().unique()
            )
        )
        there_still = pd.concat([active_ids(frames["creators"]), goals["creator_id"]])
        paid_by_goals = rows["creator_id"].drop_duplicates()
        left = paid_by_goals[~is_among(paid_by_goals, there_still)]
        goals = _with_stored_goals(session, goals, left)
        yield "goals", goals
        # Posts are counted from the frame of videos, so they take no analytics.
        paid = goals[goals["metric"].isin(rows["goal_metric"]) & (goals["metric"] != "posts")]
        for metric, some in paid.groupby("metric", observed=True):
            ids = set(rows["creator_id"]) & set(some["creator_id"]) & set(there)
            wanted |= {part: wanted.get(part, set()) | ids for part in PARTS[str(metric)]}
    if (rows := by_kind.get("cpm")) is not None:
        wanted["views"] = wanted.get("views", set()) | (set(rows["creator_id"]) & set(there))
    days = _days(assigned, frames, zone)
    series = [_series(session, "creator", sorted(ids), part, days) for part, ids in wanted.items()]
    if (rows := by_kind.get("view_threshold")) is not None:
        videos = frames["videos"]
        # Of a video below the lowest threshold now no series is needed; an unknown count may be
        # above.
        is_big = (videos["view_count"] >= rows["threshold_views"].min()).fillna(value=True)
        big = videos[is_big & is_among(videos["creator_id"], rows["creator_id"])]
        series.append(_series(session, "video", big["id"].tolist(), "views", days))
    if series:
        yield "analytics", combine_loads(*series)


def _days(assigned: pd.DataFrame, frames: Frames, zone: str) -> DateRange:
    """Return the days from the first assignment to today."""
    today = server_now([*frames.values()]).tz_convert(zone).date()
    first = days_of(assigned["start_date"]).min() if len(assigned) else None
    return DateRange(today if first is None else min(first.item(), today), today)


def _series(
    session: Session, entity: Any, ids: list[str], metric: Any, days: DateRange
) -> pd.DataFrame:
    """Load series; those of creators and videos that are gone are left out."""
    load = partial(load_analytics, entity, ids, metric, dates=days, clip=True, client=session)
    try:
        return load()
    except PartialLoadError as error:
        if not all(isinstance(one, NotFoundError) for one in error.failures.values()):
            raise
        return (
            error.partial
            if error.partial is not None
            else load_analytics(entity, [], metric, client=session)
        )


def _summarize(findings: pd.DataFrame) -> Iterator[str]:
    """Summarize an audit: how much it compared, and couldn't judge."""
    audited = findings.attrs["trackagoat"]["audited"]
    compared = f"{audited['accruals']:,} accruals"
    if "due" in audited:
        compared = f"{audited['due']:,} amounts due were compared with {compared}, and these"
    else:
        compared = f"{compared} were compared"
    yield f"{compared} with {audited['payments']:,} payments."
    if isinstance(counted := frame_facts(findings).get("note"), str):
        yield counted
    if count := audited.get("unchanged"):
        which = number(count, "amount")
        yield f"Unchanged terms: {which} of earlier versions follow from the version now."
    aside = findings[findings["stage"] == "set_aside"]["finding"].value_counts()
    if said := [f"{aside[word]:,} {why}" for word, why in _NOT_JUDGED.items() if aside.get(word)]:
        yield f"Not judged: {', '.join(said)}."
    if count := aside.get("adjusted"):
        yield f"Adjusted by hand: {number(count, 'amount')}."


def _within(findings: pd.DataFrame, span: DateRange, frames: Frames, currency: str) -> pd.DataFrame:
    """Keep the findings about periods with one of some days, or about payments made on them."""
    zone = known_zone(None, [frames["accruals"], frames["structures"]])
    payments = read_payments(frames["payments"], currency)
    first, last = np.array([span.first, span.last], "datetime64[D]").astype(np.int64)
    made = paid_days(payments, zone)
    paid = payments["id"][(made >= first) & (made <= last)]
    is_within = (findings["period_start"] < f"{span.stop}") & (
        findings["period_end"] >= f"{span.first}"
    )
    is_paid = (findings["stage"] == "paid") & is_among(findings["payment_id"], text(paid))
    found = findings[is_within | is_paid].reset_index(drop=True)
    note = frame_facts(findings)["note"]
    if others := len(findings) - len(found):
        which = f"{number(others, 'finding')} {'is' if others == 1 else 'are'}"
        note = f"{which} about other days. {note}"
    days = {"from": str(span.first), "to": str(span.last)}
    add_facts(found, rows=len(found), params=days, note=note)
    return found
