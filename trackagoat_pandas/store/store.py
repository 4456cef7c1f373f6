"""A folder that keeps loaded data: their state at any moment, and their changes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, get_args

import pandas as pd
import pyarrow as pa

from trackagoat_pandas._homes import place_of
from trackagoat_pandas.base.html import Side, data_table
from trackagoat_pandas.base.types import DatesLike, DtypeBackend, Entity, Metric, Metrics
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    UnknownNameError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, to_frame
from trackagoat_pandas.frames.dtypes import INSTANT, TEXT
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import STRING, takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_ids,
    check_int,
    check_names,
    check_text,
    read_age,
    read_folder,
)
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.planning import refuse_beyond
from trackagoat_pandas.store.changes import COUNTS, find_changes, find_falls, named_history
from trackagoat_pandas.store.disk.checkup import (
    FLAWS,
    Damage,
    Merge,
    check_store,
    drop_damaged,
    merge_lists,
)
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.lock import Holder
from trackagoat_pandas.store.disk.series import Scope
from trackagoat_pandas.store.elsewhere import Partition, as_dask, run_sql
from trackagoat_pandas.store.points import list_restatements, load_points, scope_of
from trackagoat_pandas.store.scope import (
    Moment,
    known_timezone,
    of_days,
    read_as_of,
    read_days,
    read_project,
    read_since,
)
from trackagoat_pandas.store.syncing import sync
from trackagoat_pandas.tables import (
    ANALYTICS,
    CREATORS,
    GOAL_COMPLIANCE,
    PAYOUT_ACCRUALS,
    PAYOUT_PAYMENTS,
    TABLES,
    Table,
)

if TYPE_CHECKING:
    import dask.dataframe as dd

_PARAMS: Final = "a dict of query parameters, such as {'creator_id': '...'}"
# The last moment of a table may be that of a list that was as the one before, and has no file.
_TABLES: Final = """
    SELECT parts.table_name, coalesce(listed.times, 0) AS snapshots, count(*) AS files,
        sum(parts.rows) AS rows, sum(bytes) AS bytes, min(first_at) AS first_at,
        max(max(last_at), coalesce(listed.last, '')) AS last_at
    FROM parts LEFT JOIN (
        SELECT table_name, count(*) AS times, max(observed_at) AS last
        FROM snapshots GROUP BY table_name) AS listed ON listed.table_name = parts.table_name
    GROUP BY parts.table_name ORDER BY parts.table_name"""
_COLUMNS: Final = {
    "table": TEXT,
    "snapshots": pa.int64(),
    "files": pa.int64(),
    "rows": pa.int64(),
    "bytes": pa.int64(),
    "first_at": INSTANT,
    "last_at": INSTANT,
}
_HEADINGS: Final = ("Table", "Snapshots", "Files", "Rows", "Size", "First", "Last")
_SIDES: Final[tuple[Side, ...]] = ("", "n", "n", "n", "n", "d", "d")
_THOUSAND: Final = 1000


class Store:
    """What was loaded, in a folder: :func:`open_store` returns it.

    Other processes may read it at the same time, and one may write to it.

    Parameters
    ----------
    archive : Archive
        The files, which a client reads and writes with ``connect(store=store)``.

    Attributes
    ----------
    archive
        The files, which a client reads and writes with ``connect(store=store)``.

    See Also
    --------
    open_store : Open the store in a folder.
    Store.sync : Bring the store up to date.
    Store.load : Load a table from the store.
    connect : Make the client, or connect to the sandbox.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True, store=store):
    ...     creators = tgp.load_creators("Summer Launch")
    >>> creators = store.load("creators", "Summer Launch")
    >>> print(creators[["tiktok_handle", "is_active"]].to_string(index=False))
         tiktok_handle  is_active
          urban.closet       True
          mossy.runner       True
    its_alpine_wander_       True
     studio.by.pixel22      False
    >>> store.close()
    >>> folder.cleanup()
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    if not TYPE_CHECKING:  # With a __getattr__, type checkers would accept any name.

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # Python and tools try many such names.
                raise AttributeError(f"'Store' object has no attribute {name!r}")
            place = f"It is a table: store.load({name!r})" if name in TABLES else place_of(name)
            raise UnknownNameError("Store", name, dir(self), place=place)

    @property
    def path(self) -> Path:
        """The folder.

        See Also
        --------
        open_store : Open the store in a folder.
        Store.info : See what the store has.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(Path(folder.name, "herd"))
        >>> store.path.name
        'herd'
        >>> store.close()
        >>> folder.cleanup()
        """
        return self.archive.path

    @takes_arrow
    def load(
        self,
        table: str,
        project: str | pd.DataFrame | None = None,
        *,
        dates: DatesLike | None = None,
        as_of: Moment | None = None,
        names_at: Moment | None = None,
        params: Mapping[str, Any] | None = None,
        entity: Entity | None = None,
        metrics: Metrics | None = None,
        dtype_backend: DtypeBackend = "numpy_nullable",
    ) -> pd.DataFrame:
        """Load a list or the analytics as they were loaded last, or as they were at a moment.

        Parameters
        ----------
        table : str
            The table's name, such as ``"videos"``; ``describe()`` lists them.
        project : str or DataFrame, optional
            A project's id or exact name, or a loaded frame of one project; None for all projects.
            If the store has no list of one project, but one of all, it is a part of that one.
            Payments are those to creators that the project's lists of creators and accruals name.
            The analytics of a project are its own and those of its creators, videos and
            campaigns, as its lists have them.
        dates : str, tuple or DateRange, optional
            Days of the rows, in any form that loaders take: when videos and comments were posted,
            and otherwise what the loader's ``dates`` mean. Rows without a day are left out.
        as_of : str or datetime, optional
            An instant with its offset, or a day, which stands for its end in the organization's
            time zone; None for the newest list.
        names_at : str or datetime, optional
            Of analytics: the moment whose names the ``label`` has, such as that of ``as_of``; None
            for the newest ones that any load has brought. Rows of lists have the names of then.
        params : dict, optional
            Other query parameters that the list was loaded with, such as
            ``{"creator_id": ...}``; an error names those of the lists that there are.
        entity : {'creator', 'campaign', 'video', 'project'}, optional
            Of analytics: the kind of entity; None for all.
        metrics : str or list of str, optional
            Of analytics: the metrics; None for all.
        dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
            ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.

        Returns
        -------
        pandas.DataFrame
            What the loader returned then. The provenance has one more fact, ``store``: when the
            list was fetched, by this machine's clock, and observed, by the server's. Analytics are
            the daily values of all loads until then, by entity, id, metric and day; as in
            ``load_analytics`` the server's zeros from before the first data are NA.

        Raises
        ------
        StoreMissingError
            The store doesn't have the list, or not from that moment or before.
        StoreDamagedError
            A file is missing or damaged; the error names it.
        ChoiceError, ArgumentError, ArgumentTypeError, MissingArgumentError
            An argument is not allowed, or a table needs a project.
        UnknownProjectError, AmbiguousProjectError
            The store knows no project of this name, or several.

        Warns
        -----
        IncompleteFrameWarning
            Some days of the analytics were never loaded; ``gaps`` in the provenance lists them.
            An earlier moment isn't checked for that.
        RestatedWarning
            Some settled days count something that has changed since they were loaded, such as a
            video that was deleted.

        See Also
        --------
        Store.sync : Bring the store up to date.
        Store.sql : Ask the store in SQL.
        Store.to_dask : Load more than fits into memory.
        Store.history : Load earlier values of rows.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     videos = tgp.load_videos("Q1 Brand Program")
        >>> again = store.load("videos", "Q1 Brand Program")
        >>> print(f"{len(videos):,} loaded, {len(again):,} in the store")
        639 loaded, 639 in the store
        >>> store.close()
        >>> folder.cleanup()
        """
        declared = _table(table)
        check_choice("dtype_backend", dtype_backend, get_args(DtypeBackend))
        if params is not None and not isinstance(params, Mapping):
            raise ArgumentTypeError("params", params, _PARAMS)
        moment = read_as_of(self.archive, as_of)
        days = read_days(self.archive, dates)
        project_id = read_project(self.archive, project, moment)
        if declared is ANALYTICS:
            scope = self._scope(project_id, days, moment, names_at, entity, metrics)
            return load_points(self.archive, scope, dtype_backend)
        path, sent = _list_of(declared, project_id, dict(params or {}))
        lists = self.archive.lists
        if days is not None:
            # Where the loader was given just these days, there is a list of them.
            dated, whole = (
                lists.find(declared, path, {**sent, **more}, as_of=moment)
                for more in (days.params, {})
            )
            # A newer list of all days knows these better.
            if dated and not (whole and whole.observed_at > dated.observed_at):
                sent |= days.params
        is_paid = declared is PAYOUT_PAYMENTS and project_id is not None
        if is_paid and lists.find(declared, path, sent, as_of=moment) is None:
            frame = self._payments_of(str(project_id), sent, moment, dtype_backend)
        else:
            frame = lists.load(declared, path, sent, as_of=moment, dtype_backend=dtype_backend)
        if days is not None:
            facts = frame.attrs[ATTRIBUTE]
            frame = of_days(frame, declared, days, known_timezone(self.archive))
            frame.attrs[ATTRIBUTE] = {**facts, "dates": str(days), "rows": len(frame)}
        return frame

    def _payments_of(
        self,
        project_id: str,
        params: dict[str, Any],
        moment: dt.datetime | None,
        dtype_backend: DtypeBackend,
    ) -> pd.DataFrame:
        """Load the payments to creators of a project, since a payment doesn't say its project."""
        lists = self.archive.lists
        rest = {name: given for name, given in params.items() if name != "project_id"}
        frame = lists.load(
            PAYOUT_PAYMENTS, PAYOUT_PAYMENTS.path, rest, as_of=moment, dtype_backend=dtype_backend
        )
        owners = set[str]()
        for table, column in ((CREATORS, "id"), (PAYOUT_ACCRUALS, "creator_id")):
            listed = lists.load(table, table.path, {"project_id": project_id}, as_of=moment)
            owners.update(listed[column].dropna().str.lower())
        of_project = frame["creator_id"].str.lower().isin(owners).to_numpy(bool)
        kept = frame[of_project].reset_index(drop=True)
        facts = frame.attrs[ATTRIBUTE]
        asked = {**facts["params"], "project_id": project_id}
        kept.attrs = {**frame.attrs, ATTRIBUTE: {**facts, "params": asked, "rows": len(kept)}}
        return kept

    @takes_arrow
    def history(
        self,
        table: str,
        ids: Any = None,
        columns: str | list[str] | None = None,
        *,
        names_at: Moment | None = None,
        until: Moment | None = None,
        dtype_backend: DtypeBackend = "numpy_nullable",
    ) -> pd.DataFrame:
        """Load the values that rows had at each moment at which they were listed.

        Parameters
        ----------
        table : str
            The table's name, such as ``"videos"``.
        ids : str, list of str or DataFrame, optional
            The ids of the rows: one, several, or a loaded frame; None for all rows. Of tables
            without an ``id`` they are those in the first column of the key.
        columns : str or list of str, optional
            The columns to return beside the names and the key, such as ``["view_count"]``; None
            for all.
        names_at : str or datetime, optional
            The moment whose names other ids have, as in :meth:`load`; None for the newest ones.
        until : str or datetime, optional
            The moment after which lists are left out; None for all of them.
        dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
            ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.

        Returns
        -------
        pandas.DataFrame
            A row for each row of each list: its names, ``observed_at``, the server's time of its
            page (datetime64[us, UTC]), the columns, with the loader's dtypes, and the key, such as
            ``id``. A title or a handle of the row itself is the one that it had at that moment; a
            creator's handle, a video's title or another name of an id is the newest one that the
            store's lists have. Rows are in the order of the key and of the moments.

            A list of several pages has several moments; if it is as it was before, and took less
            than a minute, all rows have that of its last page. The provenance says in ``resumed``
            how many of the lists broke off and were resumed.

        Raises
        ------
        StoreMissingError
            The store has no list of this table.
        MissingColumnError
            No list of this table has a column.
        ChoiceError, ArgumentError, ArgumentTypeError
            There is no such table, or an id isn't one.

        Warns
        -----
        IncompleteFrameWarning
            Files are damaged; the frame has the rows and the names of the others.

        See Also
        --------
        life_curves : See how views grow with age.
        follow_post : Follow the views of one post.
        Store.changes : See what a list gained, lost and changed.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     videos = tgp.load_videos("Q1 Brand Program")
        >>> list(store.history("videos", videos.head(1), ["view_count"]))
        ['title', 'observed_at', 'view_count', 'id']
        >>> store.close()
        >>> folder.cleanup()
        """
        declared = _table(table)
        check_choice("dtype_backend", dtype_backend, get_args(DtypeBackend))
        key = declared.key[0]
        noun = declared.name.removeprefix("payout_").removesuffix("s")
        entity = noun if key == "id" else key.removesuffix("_id")
        wanted = None if ids is None else check_ids("ids", ids, entity=entity)
        names = None if columns is None else check_names("columns", columns)
        moment = read_as_of(self.archive, names_at, "names_at")
        last = read_as_of(self.archive, until, "until")
        found = named_history(self.archive, declared, wanted, names, moment, last, dtype_backend)
        return _showing("history", found)

    @takes_arrow
    def changes(
        self,
        table: str,
        project: str | pd.DataFrame | None = None,
        *,
        since: Moment,
        until: Moment | None = None,
        columns: str | Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Compare a list with its state at an earlier moment: new, removed and changed rows.

        Parameters
        ----------
        table : str
            The name of a list, such as ``"videos"``, ``"creators"`` or ``"payout_accruals"``.
        project : str or DataFrame, optional
            The project, for tables that are loaded by project; as in :meth:`load`.
        since : str or datetime
            An instant with its offset, or a day, which stands for its beginning in the
            organization's time zone. The newest list from then or before is compared; of the day
            of the first list, that list.
        until : str or datetime, optional
            As ``as_of`` of :meth:`load`, for the list with which it is compared; None for the
            newest one.
        columns : str or list of str, optional
            The columns to compare, such as ``["view_count"]``; None for all that both lists have,
            except ``updated_at``.
        params : dict, optional
            The other filters with which the list was loaded; as in :meth:`load`.

        Returns
        -------
        pandas.DataFrame
            A row for each row that was added, for each that was removed, and for each value that
            changed, in this order: names, such as ``title`` and the creator's ``tiktok_handle``;
            ``change`` (a category: added, removed, changed); of a changed value ``field``, the name
            of its column, ``before`` and ``after`` (Python's own values; None for a missing one)
            and, of numbers, the ``difference`` (Float64); and the key, such as ``id``. The
            provenance says of which moments the two lists are, in ``compared``, and whether one of
            them was resumed.

        Raises
        ------
        StoreMissingError
            The store has no list from ``since`` or before, and none of that day, or none that was
            loaded later. The message says from when the first one is.
        StoreDamagedError
            A file is missing or damaged; the error names it.
        MissingColumnError
            The two lists don't both have a column.
        ChoiceError, ArgumentError, ArgumentTypeError, MissingArgumentError
            An argument is not allowed, or the table needs a project.
        UnknownProjectError, AmbiguousProjectError
            The store knows no project of this name, or several.

        See Also
        --------
        Store.history : Load earlier values of rows.
        Store.load : Load a table from the store.
        diff : Find what differs between two frames.

        Examples
        --------
        >>> import datetime as dt
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.sandbox(now="2026-06-15T12:00:00Z") as box:
        ...     for days in (1, 2):
        ...         with tgp.connect(box.key, base_url=box.base_url, store=store, progress=False):
        ...             videos = tgp.load_videos("Q1 Brand Program")
        ...         later = box.advance(dt.timedelta(days=days))
        >>> found = store.changes(
        ...     "videos", "Q1 Brand Program", since="2026-06-16", columns="view_count"
        ... )
        >>> found.goat.provenance["compared"]["since"]
        '2026-06-15 12:00:00 UTC'
        >>> sorted(found["change"].unique())
        ['added', 'changed']
        >>> store.close()
        >>> folder.cleanup()
        """
        declared = _table(table)
        if declared is ANALYTICS:
            problem = "it isn't a list: restatements() returns the values of analytics that changed"
            raise ArgumentError("table", table, problem=problem)
        if params is not None and not isinstance(params, Mapping):
            raise ArgumentTypeError("params", params, _PARAMS)
        first, last = read_since(self.archive, since), read_as_of(self.archive, until, "until")
        # If nothing is older than the day, its own first list will do.
        day_end = read_as_of(self.archive, since, "since") or first
        if last is not None and last <= first:
            raise ArgumentError("until", until, problem="it isn't after `since`")
        names = None if columns is None else check_names("columns", columns)
        project_id = read_project(self.archive, project, last)
        path, sent = _list_of(declared, project_id, dict(params or {}))
        found = find_changes(
            self.archive, declared, path, sent, since=(first, day_end), until=last, columns=names
        )
        return _showing("changes", found)

    @takes_arrow
    def sync(
        self,
        project: str | pd.DataFrame | None = None,
        *,
        dates: DatesLike = "last 90 days",
        metrics: Metrics = ("views", "likes"),
        lookback_days: int = 4,
        spot_checks: int | None = None,
        entities: Entity | Sequence[Entity] = "creator",
        max_age: str | dt.timedelta | None = "5min",
        max_requests: int | None = None,
        client: Client | None = None,
    ) -> pd.DataFrame:
        """Request and store everything new.

        Every list is requested and stored in its present state. A series of analytics is requested
        if a day of it isn't stored, or wasn't settled when it was stored, or if its videos,
        creators or items have changed since; :func:`load_analytics` has the rules. After an error,
        a crash or Ctrl-C the same call continues where it stopped, and counts the rows that are new
        since then. ``tgp.estimate_load(store.sync, project)`` estimates the cost beforehand.

        Parameters
        ----------
        project : str or DataFrame, optional
            A project's id or exact name, or a loaded frame of one project; None for all projects.
        dates : str, tuple or DateRange, default 'last 90 days'
            The days of analytics, in any form that loaders take; those that the plan doesn't keep
            are left out with a warning. Chart notes are those of the years of these days.
        metrics : str or list of str, default ('views', 'likes')
            The metrics of the analytics; ``()`` for none.
        lookback_days : int, default 4
            How many days after its end a day is settled; until then its analytics are requested
            again.
        spot_checks : int, optional
            How many settled series of each kind of entity to request again, as in
            :func:`load_analytics`.
        entities : {'creator', 'campaign', 'video', 'project'} or list of str, default 'creator'
            Whose analytics: ``"creator"``, ``"video"``, ``"campaign"``, ``"project"``, or several
            of them; ``()`` for none.
        max_age : str, timedelta or None, default '5min'
            Lists and series requested more recently than this, such as ``"5min"``, aren't requested
            again, except the projects; None to request everything.
        max_requests : int, optional
            The most requests that the sync may send. By default, a list may have 10,000 pages. What
            was received is kept, and the same call goes on there.
        client : Client, optional
            The client to use; by default the one that ``connect`` made last. It need not have been
            connected with this store.

        Returns
        -------
        pandas.DataFrame
            One row per table, in the order in which they were asked for: ``table`` (str); how many
            rows are ``new``, ``changed`` or ``gone`` since the list that was kept before, or points
            of analytics (Int64; NA where the server refused, or the list before can't be read any
            more; a row of which only ``updated_at`` differs hasn't changed); ``requests`` (Int64),
            those that look up names included; ``seconds`` (Float64); and ``error`` (str), what the
            server said if it has no such list or doesn't let this key read it.

        Raises
        ------
        StoreBusyError
            Another process syncs this store, or writes to it for long.
        StoreWriteError
            A file can't be written; what was kept before stays.
        StoreDamagedError
            A file with analytics of these days is missing or damaged. All lists are kept by then.
        ArgumentError, ArgumentTypeError, ChoiceError
            An argument is not allowed, or the client is offline; nothing was sent.
        UnknownProjectError, AmbiguousProjectError
            No project has the name, or several have it; the message lists candidates.
        RequestBudgetError
            It takes more than ``max_requests``; nothing was sent if that was known before.
        ApiError, ConnectionFailedError, DeadlineError
            The server couldn't be reached, or asks to wait for too long. What was received is kept.

        Warns
        -----
        ClippedDatesWarning
            The plan doesn't keep the first of the dates.
        RestatedWarning
            Settled values have changed; the message names them, and :meth:`restatements` lists
            them.

        See Also
        --------
        Store.load : Load a table from the store.
        watch : List what began, goes on and ended.
        report : Write the week on one page.
        connect : Make the client, or connect to the sandbox.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True):
        ...     first = store.sync("Summer Launch", dates="last 30 days")
        ...     second = store.sync("Summer Launch", dates="last 30 days")
        >>> print([int(result["requests"].sum()) for result in (first, second)], "requests")
        [22, 2] requests
        >>> store.close()
        >>> folder.cleanup()
        """
        run = partial(
            sync,
            self.archive,
            project,
            dates=dates,
            metrics=metrics,
            entities=entities,
            lookback_days=lookback_days,
            spot_checks=spot_checks,
            max_age=read_age(max_age),
        )
        session = session_of(client)
        refuse_beyond(run, (), {"max_requests": max_requests}, session)
        return run(max_requests=max_requests, client=session)

    @takes_arrow
    def restatements(
        self,
        table: str = "analytics",
        project: str | pd.DataFrame | None = None,
        *,
        dates: DatesLike | None = None,
        as_of: Moment | None = None,
        names_at: Moment | None = None,
        entity: Entity | None = None,
        metrics: Metrics | None = None,
        by_age: bool = False,
        dtype_backend: DtypeBackend = "numpy_nullable",
    ) -> pd.DataFrame:
        """List the daily values that the server has changed, or the counts that it has lowered.

        Parameters
        ----------
        table : str, default 'analytics'
            ``"analytics"`` for the daily values that changed since the day was over; ``"videos"``
            or ``"creators"`` for the counts in these lists, which usually only grow. Followers and
            likes may also just have been taken back.
        project : str or DataFrame, optional
            A project's id or exact name, or a loaded frame of one project; None for all projects.
            See :meth:`load`.
        dates : str, tuple or DateRange, optional
            Days of the rows, in any form that loaders take: when videos and comments were posted,
            and otherwise what the loader's ``dates`` mean. Rows without a day are left out.
        as_of : str or datetime, optional
            A moment in the past, to see what was known of restatements then.
        names_at : str or datetime, optional
            Of analytics: the moment whose names the ``label`` has, such as that of ``as_of``; None
            for the newest ones that any load has brought. Rows of lists have the names of then.
        entity : {'creator', 'campaign', 'video', 'project'}, optional
            Of analytics: the kind of entity; None for all.
        metrics : str or list of str, optional
            Of analytics: the metrics; None for all.
        by_age : bool, default False
            True for one row for each metric and age, with the sums.
        dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
            ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.

        Returns
        -------
        pandas.DataFrame
            One row per point whose newest value isn't the first one that was seen of the whole day:
            ``label`` (the entity's name), ``metric``, ``date``, ``first_value``, ``value`` (NA if
            the server gives none any more), ``change`` (Float64), ``age_days``, the days from the
            day itself to ``last_seen`` (Int64), ``first_seen`` and ``last_seen``, the server's time
            of the answers with these values (datetime64[us, UTC]), ``entity`` and ``entity_id``.

            With ``by_age``: ``metric``, ``age_days``, ``points`` (how many were restated), and the
            sums ``first_value``, ``value`` and ``change``.

            Of lists one row for each count that is lower than in the list before, or missing: the
            row's names, ``metric`` (the column, such as ``view_count``), ``first_value``, ``value``
            and ``change`` (Float64), ``first_seen`` and ``last_seen``, the server's time of the two
            answers, and the ``id``.

        Raises
        ------
        ChoiceError, ArgumentError, ArgumentTypeError
            An argument is not allowed.
        UnknownProjectError, AmbiguousProjectError, StoreMissingError
            The store knows no project of this name, or several, or has no list of its entities.
        StoreDamagedError
            A file is missing or damaged; the error names it.

        See Also
        --------
        plots.restatements : Draw by how much values changed.
        Store.history : Load earlier values of rows.
        verify_report : Check the numbers of a report.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> with tempfile.TemporaryDirectory() as folder, tgp.open_store(folder) as store:
        ...     list(store.restatements(by_age=True))
        ['metric', 'age_days', 'points', 'first_value', 'value', 'change']
        """
        check_choice("table", table, [ANALYTICS.name, *COUNTS])
        check_choice("dtype_backend", dtype_backend, get_args(DtypeBackend))
        check_bool("by_age", by_age)
        if table in COUNTS:
            given = {
                "dates": dates,
                "entity": entity,
                "metrics": metrics,
                "names_at": names_at,
                # False is the default, so it counts as not given.
                "by_age": by_age or None,
            }
            for name, value in given.items():
                if value is not None:
                    raise ArgumentError(name, value, problem=f"it is of analytics, not of {table}")
            moment = read_as_of(self.archive, as_of)
            project_id = read_project(self.archive, project, moment)
            found = find_falls(self.archive, TABLES[table], project_id, moment, dtype_backend)
            return _showing("restatements", found)
        scope = self._read_scope(project, dates, as_of, names_at, entity, metrics)
        found = list_restatements(self.archive, scope, dtype_backend, by_age=by_age)
        return _showing("restatements", found)

    @takes_arrow
    def sql(self, query: str) -> pd.DataFrame:
        """Run a SELECT of DuckDB's SQL over the newest rows of the store's tables.

        Nothing is written, and nothing else is read: no file, database or address.

        Parameters
        ----------
        query : str
            One SELECT, also after WITH, from tables by their names, such as ``videos`` or
            ``analytics``; names with a hyphen in double quotes. A table has the rows of the newest
            list; deleted ones aren't in it.

        Returns
        -------
        pandas.DataFrame
            The result, with the dtypes of a loaded frame; categories become text.

        Raises
        ------
        MissingDependencyError
            DuckDB is not installed: ``pip install 'trackagoat-pandas[duckdb]'``.
        ArgumentError, ArgumentTypeError
            The query is no text or not one SELECT, DuckDB refuses it, or it has no result.
        StoreDamagedError
            A file is missing or damaged; the error names it.

        See Also
        --------
        Store.load : Load a table from the store.
        Store.to_dask : Load more than fits into memory.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> with tempfile.TemporaryDirectory() as folder, tgp.open_store(folder) as store:
        ...     store.sql("SELECT 6 * 7 AS answer")["answer"].tolist()
        [42]
        """
        return run_sql(self.archive, check_text("query", query, "a SELECT"))

    @takes_arrow
    def to_dask(
        self,
        table: str = "analytics",
        project: str | pd.DataFrame | None = None,
        *,
        dates: DatesLike | None = None,
        as_of: Moment | None = None,
        names_at: Moment | None = None,
        entity: Entity | None = None,
        metrics: Metrics | None = None,
        by: Partition = "month",
        partitions: int = 8,
    ) -> dd.DataFrame:
        """Return analytics as a Dask DataFrame, whose parts several processes read.

        It is for the analytics of many keys. 50,000 requests a day, the most that a plan allows
        one, keep as many series up to date at a request each: 18 million points a year, a frame of
        some 1.8 GB, which one machine holds.

        Parameters
        ----------
        table : str, default 'analytics'
            The table; only ``"analytics"`` can be loaded in parts.
        project : str or DataFrame, optional
            A project's id or exact name, or a loaded frame of one project; None for all projects.
            See :meth:`load`.
        dates : str, tuple or DateRange, optional
            Days of the rows, in any form that loaders take: when videos and comments were posted,
            and otherwise what the loader's ``dates`` mean. Rows without a day are left out.
        as_of : str or datetime, optional
            An instant with its offset, or a day, which stands for its end in the organization's
            time zone; None for the newest list.
        names_at : str or datetime, optional
            Of analytics: the moment whose names the ``label`` has, such as that of ``as_of``; None
            for the newest ones that any load has brought. Rows of lists have the names of then.
        entity : {'creator', 'campaign', 'video', 'project'}, optional
            Of analytics: the kind of entity; None for all.
        metrics : str or list of str, optional
            Of analytics: the metrics; None for all.
        by : {'month', 'entity'}, default 'month'
            What a partition has: ``"month"`` for all points of a month, ``"entity"`` for all of
            some entities, so that helpers that work by entity can be mapped over the partitions.
        partitions : int, default 8
            With ``by="entity"``, the largest number of partitions.

        Returns
        -------
        dask.dataframe.DataFrame
            The columns of ``describe("analytics")``, with the dtypes of :meth:`load`. Values are as
            the server sent them: 0 before the first data, too, where :meth:`load` has NA. Workers
            need to reach the store's folder by the same path.

        Raises
        ------
        MissingDependencyError
            Dask is not installed: ``pip install 'trackagoat-pandas[dask]'``.
        StoreMissingError
            The store has no such points.
        ChoiceError, ArgumentError, ArgumentTypeError
            An argument is not allowed.

        See Also
        --------
        Store.load : Load a table from the store.
        Store.sql : Ask the store in SQL.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     creators = tgp.load_creators("Summer Launch")
        ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
        >>> points = store.to_dask(by="entity")
        >>> sums = points.map_partitions(lambda part: part["value"].sum(), meta=("sum", "f8"))
        >>> print(f"{sums.compute().sum():,.0f} views")
        761,475 views
        >>> store.close()
        >>> folder.cleanup()
        """
        check_choice("table", table, [ANALYTICS.name])
        check_choice("by", by, get_args(Partition))
        check_int("partitions", partitions, minimum=1)
        scope = self._read_scope(project, dates, as_of, names_at, entity, metrics)
        return as_dask(self.archive, scope, by=by, partitions=partitions)

    def info(self) -> StoreInfo:
        """Return which tables there are, their size, and who writes to the store.

        Returns
        -------
        StoreInfo
            Its repr is text, its display in notebooks a table; ``tables`` is the frame of it, and
            ``holder`` the process that writes.

        Raises
        ------
        StoreBusyError, StoreDamagedError
            The ledger can't be read.

        See Also
        --------
        Store.load : Load a table from the store.
        Store.verify : Check the store for damage.
        Store.compact : Make the store smaller.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     videos = tgp.load_videos("Summer Launch")
        >>> print(store.info().tables[["table", "snapshots", "rows"]].to_string(index=False))
         table  snapshots  rows
        videos          1   180
        >>> store.close()
        >>> folder.cleanup()
        """
        found = [
            (
                *row[:5],
                dt.datetime.fromisoformat(row["first_at"]),
                dt.datetime.fromisoformat(row["last_at"]),
            )
            for row in self.archive.ledger.rows(_TABLES)
        ]
        columns = list(zip(*found, strict=True)) or [()] * len(_COLUMNS)
        arrays = [
            pa.array(values, kind) for values, kind in zip(columns, _COLUMNS.values(), strict=True)
        ]
        tables = to_frame(pa.Table.from_arrays(arrays, list(_COLUMNS)), "numpy_nullable")
        return StoreInfo(str(self.path), tables, self.archive.ledger.lock.holder())

    @takes_arrow
    def verify(self, *, repair: bool = False) -> pd.DataFrame:
        """Read the whole store, and report any damage.

        Each load checks the files that it reads as well: a file in which one bit has changed is
        never loaded as data.

        Parameters
        ----------
        repair : bool, default False
            True to drop damaged parts, so that the rest loads, and the next load requests their
            data again: the lists of a damaged part, and of analytics the days of its month. Nothing
            else is dropped. The files are moved to the folder ``damaged`` beside the ledger; data
            that the server doesn't have any more is lost. Other damage stays as it is; a damaged
            ledger can only be taken from a backup.

        Returns
        -------
        pandas.DataFrame
            A row for each thing that is wrong, none if all is well: ``kind`` (a category: damaged
            ledger, damaged part, missing rows, unknown file, clock set back), the ``file`` below
            the store's folder, its ``table``, the number of ``rows`` concerned (Int64), and the
            ``problem`` as a sentence.

        Raises
        ------
        StoreBusyError, StoreDamagedError
            The ledger can't be read, or another process writes to the store that is to be repaired.
        StoreWriteError
            With ``repair``: a file can't be written.

        See Also
        --------
        Store.sync : Bring the store up to date.
        Store.info : See what the store has.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     projects = tgp.load_projects()
        >>> next(pathlib.Path(folder.name).rglob("*.parquet")).unlink()
        >>> store.verify(repair=True)["problem"].tolist(), len(store.verify())
        (['it is missing'], 0)
        >>> store.close()
        >>> folder.cleanup()
        """
        check_bool("repair", repair)
        found = pd.DataFrame(check_store(self.archive.ledger), columns=list(Damage._fields))
        texts = dict.fromkeys(("file", "table_name", "problem"), STRING)
        kinds = pd.CategoricalDtype(pd.Index(FLAWS, dtype=STRING))
        typed = found.astype({**texts, "kind": kinds, "rows": "Int64"})
        # After the check, so that the frame lists the files that are dropped.
        if repair:
            drop_damaged(self.archive.ledger)
        return typed.rename(columns={"table_name": "table"})

    def compact(self) -> pd.DataFrame:
        """Merge the files of each month, so that values that repeat take no room.

        Nothing that the store returns changes, and readers in other processes notice nothing.

        Returns
        -------
        pandas.DataFrame
            A row for each new file: ``table``, ``month`` (such as ``2026-06``), the number of
            ``parts`` that became one, its ``rows``, ``bytes_before`` and ``bytes_after``.

        Raises
        ------
        StoreBusyError
            Another process writes to the store.
        StoreWriteError
            A file can't be written; the store is as it was before, or merged in part.

        See Also
        --------
        Store.info : See what the store has.
        Store.verify : Check the store for damage.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = tgp.open_store(folder.name)
        >>> with tgp.connect(sandbox=True, store=store):
        ...     videos = tgp.load_videos("Summer Launch")
        >>> print(len(store.compact()), "files were merged")
        0 files were merged
        >>> store.close()
        >>> folder.cleanup()
        """
        merges = [*merge_lists(self.archive.ledger), *self.archive.series.compact()]
        found = pd.DataFrame(merges, columns=list(Merge._fields))
        counts = dict.fromkeys(("parts", "rows", "bytes_before", "bytes_after"), "Int64")
        typed = found.astype({"table_name": STRING, "month": STRING, **counts})
        return typed.rename(columns={"table_name": "table"})

    def _read_scope(
        self,
        project: str | pd.DataFrame | None,
        dates: DatesLike | None,
        as_of: Moment | None,
        names_at: Moment | None,
        entity: Entity | None,
        metrics: Metrics | None,
    ) -> Scope:
        moment, days = read_as_of(self.archive, as_of), read_days(self.archive, dates)
        project_id = read_project(self.archive, project, moment)
        return self._scope(project_id, days, moment, names_at, entity, metrics)

    def _scope(
        self,
        project_id: str | None,
        days: DateRange | None,
        as_of: dt.datetime | None,
        names_at: Moment | None,
        entity: Entity | None,
        metrics: Metrics | None,
    ) -> Scope:
        """Check which analytics are meant."""
        if entity is not None:
            check_choice("entity", entity, get_args(Entity))
        names = None if metrics is None else check_names("metrics", metrics)
        for name in names or ():
            check_choice("metrics", name, get_args(Metric))
        named = read_as_of(self.archive, names_at, "names_at")
        scope = scope_of(self.archive, project_id, days, as_of, entity=entity, metrics=names)
        return replace(scope, names_at=named)

    def close(self) -> None:
        """Close the ledger; using the store opens it again.

        See Also
        --------
        open_store : Open the store in a folder.
        Store.verify : Check the store for damage.

        Examples
        --------
        >>> import tempfile
        >>> import trackagoat_pandas as tgp
        >>> folder = tempfile.TemporaryDirectory()
        >>> with tgp.open_store(folder.name) as store:  # closes it at the end
        ...     print(store.info().tables["table"].tolist())
        []
        >>> folder.cleanup()
        """
        self.archive.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store {str(self.path)!r}>"

    def _repr_html_(self) -> str:
        return self.info()._repr_html_()


@takes_arrow
def open_store(path: str | os.PathLike[str]) -> Store:
    """Open the store in a folder, which is made if there is none.

    Only this account can read the folder that is made: it holds names and comments of people. The
    API key is in none of its files. A store on a disk or in a folder that can't be written opens
    for reading; connect a client to it with ``offline=True``. One of an earlier version is brought
    up to date, and from then on its ledger is checked before it is read, as its parts are.

    Parameters
    ----------
    path : str or path
        The folder; ``~`` is the home directory.

    Returns
    -------
    Store
        The store, for ``connect(store=...)`` and for what was loaded before. It can be used as a
        context manager, which closes it.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        The path is neither a string nor a Path, or no folder can be there.
    StoreVersionError
        A newer version of the package wrote the store.
    StoreDamagedError, StoreBusyError, StoreWriteError
        The store's ledger is damaged, of another program or locked, or the folder can't be made.

    See Also
    --------
    Store.sync : Bring the store up to date.
    Store.load : Load a table from the store.
    connect : Make the client, or connect to the sandbox.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> with tempfile.TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    ...     with tgp.connect(sandbox=True, store=store):
    ...         creators = tgp.load_creators("Summer Launch")
    ...     print(len(store.load("creators", "Summer Launch")), "creators are kept")
    4 creators are kept
    """
    return Store(Archive(read_folder("path", path)))


def refuse_other(store: object) -> None:
    """Refuse what isn't a store."""
    if not isinstance(store, Store):
        raise ArgumentTypeError("store", store, "a store, as open_store returns it")


def _table(name: str) -> Table:
    return TABLES[check_choice("table", name, tuple(TABLES))]


def _list_of(
    table: Table, project_id: str | None, params: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the path and the parameters by which a loader asks for a list."""
    if table is GOAL_COMPLIANCE:
        if project_id is None:
            raise MissingArgumentError("project", "goals are loaded for one project")
        return table.path.format(id=project_id), {"period": "all", **params}
    if project_id is not None:
        params |= {"project_id": project_id}
    return table.path, params


def _showing(what: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Note in a frame's provenance which view of its table it shows, for its title."""
    frame.attrs[ATTRIBUTE] = {**frame.attrs[ATTRIBUTE], "shows": what}
    return frame


@dataclass(frozen=True, slots=True, repr=False)
class StoreInfo:
    """What :meth:`Store.info` returns: its repr is text, its display in notebooks a table.

    Parameters
    ----------
    path : str
        The store's folder.
    tables : DataFrame
        A row for each table: ``table``, ``snapshots`` (how often it was listed; 0 for analytics),
        ``files``, and the ``rows`` and ``bytes`` in them (all Int64), ``first_at`` and ``last_at``,
        the first and the last moment at which something was observed (datetime64[us, UTC]).
    holder : Holder or None
        The process that writes to the store, or None if none does.
    """

    path: str
    tables: pd.DataFrame
    holder: Holder | None

    def __repr__(self) -> str:
        rows = [list(_HEADINGS), *self._cells()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if side == "n" else cell.ljust(width)
                for cell, width, side in zip(row, widths, _SIDES, strict=True)
            ).rstrip()
            for row in rows
        ]
        title = f"Store {self.path!r}: {self._about()}"
        return "\n".join([title, *lines] if len(lines) > 1 else [title])

    def _repr_html_(self) -> str:
        title = f"Store {self.path}"
        return data_table(_HEADINGS, _SIDES, self._cells(), title=title, about=self._about())

    def _about(self) -> str:
        size = f"{number(len(self.tables), 'table')}, {_size(int(self.tables['bytes'].sum()))}"
        if self.holder is None:
            return f"{size}; no process writes to it"
        pid, host, since, what = self.holder[:4]
        return f"{size}; process {pid} on {host} writes to it since {since:%H:%M:%S} UTC ({what})"

    def _cells(self) -> list[list[str]]:
        return [
            [
                row["table"],
                f"{row['snapshots']:,}",
                f"{row['files']:,}",
                f"{row['rows']:,}",
                _size(row["bytes"]),
                f"{row['first_at']:%Y-%m-%d %H:%M} UTC",
                f"{row['last_at']:%Y-%m-%d %H:%M} UTC",
            ]
            for row in self.tables.to_dict("records")
        ]


def _size(count: int) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> [_size(count) for count in (999, 15_300, 2_000_000)]
    ['999 bytes', '15.3 kB', '2.0 MB']
    """
    if count < _THOUSAND:
        return f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= _THOUSAND
        if size < _THOUSAND:
            return f"{size:.1f} {unit}"
    return f"{size / _THOUSAND:.1f} TB"
