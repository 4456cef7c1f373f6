"""A run of the watch: findings about a program now, and the alerts made of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from trackagoat_pandas.base.wording import listing
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.facts import moment_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_int, check_project
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.program.frames import ProgramData, loaded_program
from trackagoat_pandas.store.store import Store, refuse_other
from trackagoat_pandas.watching.alerts import alerts_of, first_rows, run_once
from trackagoat_pandas.watching.memory import MemoryFile, memory_place
from trackagoat_pandas.watching.moments import known_program, snapshot_moments
from trackagoat_pandas.watching.rules import RulesLike, read_rules
from trackagoat_pandas.watching.sending import deliver
from trackagoat_pandas.watching.states import Memory

_PROJECTS: Final = 3
_BY_NAME: Final = "give rules by name, as rules="


@dataclass(frozen=True, slots=True)
class Observation:
    """What a run found; nothing is written yet.

    Attributes
    ----------
    alerts
        All alerts, as the frame of :func:`watch` without a limit.
    memory
        What the next run has to remember.
    project, zone
        The project's name, or those of several, and the time zone of days.
    """

    alerts: pd.DataFrame
    memory: Memory
    project: str
    zone: str


@takes_arrow
def watch(
    project: str | None = None,
    *,
    rules: RulesLike = None,
    store: Store | None = None,
    client: Client | None = None,
    state: str | os.PathLike[str] | None = None,
    now: InstantLike | None = None,
    n: int = 20,
) -> pd.DataFrame:
    """Watch a program: list what began, goes on and ended since the last run.

    Each run judges the program by rules and compares what it finds with what the last run left in
    its memory. What was bad already on the first run isn't announced.

    Parameters
    ----------
    project : str, optional
        A project's id or exact name; None for all projects.
    rules : dict, list, str or path, optional
        None for all rules with their defaults; a dict of settings by rule, such as
        ``{"breakouts": {"fire": 5.0}, "overposting": False}``; a list of the rules to follow; or
        the path of a TOML file with a table for each rule (``[breakouts]``, ``fire = 5.0``).
    store : Store, optional
        The store to read; nothing is requested, so sync it first. By default that of the client,
        if it was connected with one.
    client : Client, optional
        The client to load with where there is no store, with at most 30 requests a project; by
        default the one that ``connect`` made last. Rules that need past counts then can't be
        judged.
    state : str or path, optional
        The path of a JSON file with the memory, by default a file in the store's folder. It is
        required without a store.
    now : str or datetime, optional
        The instant of the run; by default now, by the server's clock. Data that were loaded later
        are left out.
    n : int, default 20
        The most rows.

    Returns
    -------
    pandas.DataFrame
        One row for each alert that is pending or firing, or ended in this run; what this run
        announces first: ``rule`` (category), ``tiktok_handle``, ``title`` (str, the post's or the
        goal's), ``project_name`` (only with several projects), ``state`` (category: pending,
        firing, resolved), ``is_new`` (bool: it began or ended in this run, and this wasn't
        announced yet), ``since`` (datetime64[us, UTC]: when it was first seen to hold),
        ``sentence``, ``evidence`` (a line of Python for frames of the usual names, such as
        ``videos``), ``period`` (str, such as ``2026-W25``; empty for what is of no period),
        ``entity`` (category), ``entity_id``, ``project_id`` and ``key`` (str: the identity, which
        depends on no value).

        ``attrs["trackagoat"]`` holds in ``unknown`` why rules could not be judged, how many
        ``more`` alerts there are, a ``note`` on both, and as ``caveats`` what helpers warned of.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A rule has an unknown name or setting, rules are given as the project, or another argument
        is not allowed.
    MissingArgumentError
        There is neither a store nor the file of a memory.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it.
    StoreMissingError, StoreBusyError, StoreDamagedError, StoreWriteError
        The store is empty, or the memory can't be read or written.

    See Also
    --------
    silence_alert : Silence an alert for a time.
    backtest_watch : See which alerts the past would have given.
    widgets.AlertsBoard : See alerts, and silence them.
    open_store : Open the store in a folder.

    Notes
    -----
    An alert is pending until its condition has held for the rule's number of local days, fires at
    ``fire`` or more, and ends only below ``clear``. Its identity is rule, thing and period, so that
    one whose numbers change stays one. One that fires again within seven days of its end is
    announced again once it has held for three days. What can't be judged leaves its alert as it
    was. What is gone, such as a deleted video or a goal whose period is over, ends its alert.

    Everything is judged as of the store's last load, so that two runs on the same data find the
    same. A rule isn't judged by lists of an earlier sync; goals are judged by their own counts
    then, where no chance is needed. Once data are three days old, only the alert of ``data`` is
    listed, and all others stay as they were.

    ==================== ===========================================================================
    rule                 what is compared with ``fire`` and ``clear``
    ==================== ===========================================================================
    ``goals``            the chance to miss (:func:`will_miss`), 0 to 1, of goals whose period has
                         at least ``min_days`` (7); without a chance, how much of the rate that is
                         needed exceeds the target's
    ``under_fire``       standard errors by which the negative share of a video's comments is above
                         40% (``ask("under_fire")``), of those with ``min_comments`` (10) or more
    ``breakouts``        spreads above the creator's level (:func:`find_outliers`); a late wave
                         fires as well
    ``views``            1 for a fall of all creators, or a creator's slump, that
                         :func:`program_health` calls bad, 0.5 for one to watch; days younger than
                         ``settle_days`` are waited out
    ``views_taken_back`` the share of a video's views that went away between two snapshots
    ``overposting``      the days of the last seven on which a creator over-posted
                         (:func:`find_overposting`)
    ``ledger``           the cents that are wrong (:func:`audit_payouts`)
    ``budget``           ``horizon_days`` over the days that ``budget_cents`` lasts
                         (``ask("budget")``); off without a budget
    ``data``             days since the newest load, or days that the daily views lack
                         (``ask("data")``)
    ``captions``         how many of the ``required`` terms a post of the last ``days`` (14) lacks
                         (``ask("captions")``); off without terms
    ``forecasts``        the lower end of the exact one-sided 99% interval of the share of the
                         last 100 forecasts that missed (:func:`forecast_coverage`)
    ==================== ===========================================================================

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True):
    ...     synced = store.sync("Q1 Brand Program", dates="last 30 days")
    >>> alerts = tgp.watch("Q1 Brand Program", store=store)
    >>> print(alerts["rule"].astype(str).value_counts(sort=False).to_string())
    rule
    under_fire     1
    views          1
    overposting    1
    ledger         1
    >>> store.close()
    >>> folder.cleanup()
    """
    limit = check_int("n", n, minimum=1)
    if project is not None:
        check_watched(project)
    if store is None and (archive := session_of(client).archive) is not None:
        store = Store(archive)
    file = MemoryFile(memory_place(store, state))
    with file.held():
        memory = file.read().memory
        found = observe(project, rules=rules, memory=memory, store=store, client=client, now=now)
        # Nothing is sent: what is new is left to the next run that has a webhook or mail.
        deliver(found, file, project=found.project, zone=found.zone)
    return first_rows(found.alerts, limit)


def observe(
    project: str | None = None,
    *,
    rules: RulesLike = None,
    memory: Memory,
    store: Store | None = None,
    client: Client | None = None,
    now: InstantLike | None = None,
) -> Observation:
    """Judge a program and step its alerts; write nothing, so that a sender can send first.

    Parameters
    ----------
    project, rules, store, client, now
        As for :func:`watch`.
    memory
        What the last run left.

    Raises
    ------
    ArgumentError, ArgumentTypeError, UnknownProjectError, AmbiguousProjectError
        As :func:`watch`.
    StoreMissingError
        The store has no data.
    """
    chosen = read_rules(rules)
    runs = []
    for data, ran_at in _programs(project, store, client, now):
        run, memory = run_once(data, chosen, memory, ran_at)
        runs.append(run)
    names = [run.data.name for run in runs]
    zone = runs[0].data.zone if runs else "UTC"
    return Observation(alerts_of(runs), memory, listing(names, _PROJECTS), zone)


def _programs(
    project: str | None, store: Store | None, client: Client | None, now: InstantLike | None
) -> Iterable[tuple[ProgramData, pd.Timestamp]]:
    """Give the frames of each project that is watched, and the moment of the run."""
    names = None if project is None else [check_watched(project)]
    until = None if now is None else moment_of(now, [])
    if store is None:
        for one in names or load_projects(client=client)["id"].astype(str):
            data = loaded_program(one, client=client)
            yield data, data.moment if until is None else until
        return
    refuse_other(store)
    ran_at = pd.Timestamp(store.archive.server_time()).as_unit("us") if until is None else until
    moments = snapshot_moments(store)
    for one in names or project_ids(store):
        yield known_program(one, store=store, moments=moments, until=until), ran_at


def check_watched(project: str) -> str:
    """Return the project of a watch, and say where rules belong.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is no text, or the path of a file with rules.
    """
    if isinstance(project, Mapping | Sequence | os.PathLike) and not isinstance(project, str):
        raise ArgumentTypeError("project", project, f"a project's id or exact name; {_BY_NAME}")
    if isinstance(project, str) and project.lower().endswith(".toml"):
        raise ArgumentError("project", project, problem=f"it is a file; {_BY_NAME}")
    return check_project(project)


def project_ids(store: Store) -> list[str]:
    """Return the ids of a store's projects."""
    return store.load("projects")["id"].dropna().astype(str).tolist()
