"""The sandbox as one object: a world, the application over it, and its loopback server."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from trackagoat_pandas.sandbox.agenda import lived_to
from trackagoat_pandas.sandbox.app import PREFIX, Application, Logged
from trackagoat_pandas.sandbox.call import LeaderboardCounts
from trackagoat_pandas.sandbox.clock import Clock, format_instant, parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.faults import Faults
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.server import Server
from trackagoat_pandas.sandbox.truth import Truth
from trackagoat_pandas.sandbox.world import DEMO_KEY, fill


class Sandbox:
    """An embedded TrackaGoat with a demo program: no account, no network.

    A context manager that closes its server and database. Nothing is served until ``base_url`` is
    asked for; ``app`` works in-process without any server.

    Parameters
    ----------
    seed : int, default 7
        Seed of everything random in the world.
    days : int, default 180
        How many days of history there are.
    creators : int, default 24
        How many creators there are.
    videos : int, optional
        How many videos there are; None for about 0.27 a day for each creator.
    now : str, default '2026-06-18T19:00:00Z'
        The current time of a new world. A file goes on at the moment at which it was left.
    timezone : str, default 'America/New_York'
        The organization's IANA time zone, which defines its days.
    nature : Nature, optional
        How posts do: noise, a daily rhythm, long lives, bought views and more. None for that of
        ``Nature()``; ``Nature.smooth()`` has none of it.
    shared_accounts : int, default 0
        How many creators are tracked in several projects: in two, three or four, in turn, with a
        creator id in each and the same posts under other video ids. They add a fourth project.
    rate_limit : tuple or None, default (60, 60.0)
        ``(requests, seconds)``: how many requests each key may send in a sliding window; None
        for no limit.
    latency_s : float, default 0.0
        How long each answer is held back.
    faults : Faults, optional
        What goes wrong, and when.
    leaderboards : {'lifetime', 'range'}, default 'lifetime'
        What leaderboards count, which is not documented: ``"lifetime"``, all counts of the videos
        posted in the range; or ``"range"``, what all videos gained in it.
    speed : float, optional
        How many seconds pass for the sandbox in one second of real time, up to 1,000,000: at
        3,600 an hour. None: its time stands still, and only ``advance`` moves it.
    path : str or path, optional
        A SQLite file for the world; None keeps it in memory. A file that holds a world is served
        as it is. One of another version of the package is refused with a ValueError.

    Attributes
    ----------
    app
        The WSGI callable.
    database
        The world that it serves.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    sandbox.Faults : Plan what goes wrong.
    sandbox.Nature : Choose how posts do in the world.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.sandbox(creators=3, days=30) as box, tgp.connect(sandbox=box):
    ...     print(tgp.load_creators()["tiktok_handle"].tolist())
    ['alpinestudio', 'thesleepykiln', 'marble_kiln']
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        days: int = 180,
        creators: int = 24,
        videos: int | None = None,
        now: str = "2026-06-18T19:00:00Z",
        timezone: str = "America/New_York",
        nature: Nature | None = None,
        shared_accounts: int = 0,
        rate_limit: tuple[int, float] | None = (60, 60.0),
        latency_s: float = 0.0,
        faults: Faults | None = None,
        leaderboards: LeaderboardCounts = "lifetime",
        speed: float | None = None,
        path: str | Path | None = None,
    ) -> None:
        begin = parse_instant(now)
        self._server: Server | None = None
        self._starting = threading.Lock()
        self._is_open = True
        self.database = Database(path)
        with ExitStack() as failing:
            failing.callback(self.database.close)
            self._clock = Clock(lived_to(self.database) or begin, speed or 0.0)
            self.app = Application(
                self.database,
                clock=self._clock,
                rate_limit=rate_limit,
                latency_s=latency_s,
                faults=faults,
                leaderboards=leaderboards,
            )
            # A file that holds a world already is served as it is.
            if self.database.is_new:
                fill(
                    self.database,
                    seed=seed,
                    days=days,
                    creators=creators,
                    videos=videos,
                    now=now,
                    timezone=timezone,
                    nature=nature or Nature(),
                    shared_accounts=shared_accounts,
                )
            failing.pop_all()

    @property
    def key(self) -> str:
        """The demo organization's API key, with the scopes read and write.

        See Also
        --------
        Sandbox.base_url : The sandbox's address.
        connect : Make the client, or connect to the sandbox.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     with tgp.connect(api_key=box.key, base_url=box.base_url):
        ...         print(len(tgp.load_creators()), "creators")
        3 creators
        """
        return DEMO_KEY

    @property
    def base_url(self) -> str:
        """The address of the API on loopback; starts the server when first asked for.

        See Also
        --------
        Sandbox.serve : Start the server.
        connect : Make the client, or connect to the sandbox.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     print(box.base_url.partition(":")[0], box.base_url[-7:])
        http /api/v1
        """
        server = self._start()
        host, port = server.address
        return f"http://{host}:{port}{PREFIX}"

    @property
    def now(self) -> datetime:
        """The sandbox's current time, in UTC.

        See Also
        --------
        Sandbox.advance : Advance the clock.
        Sandbox.log : List the requests that were answered.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     print(box.now)
        2026-06-18 19:00:00+00:00
        """
        return self._clock()

    def set_faults(self, faults: Faults | None) -> Sandbox:
        """Replace what goes wrong; the next request has number 1 in its plan.

        Parameters
        ----------
        faults : Faults or None
            What goes wrong from now on; None for nothing.

        Returns
        -------
        Sandbox
            The sandbox itself.

        See Also
        --------
        sandbox.Faults : Plan what goes wrong.
        Sandbox.log : List the requests that were answered.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     faults = tgp.sandbox.Faults({1: "reset"})
        ...     with tgp.connect(sandbox=box.set_faults(faults)):
        ...         print(len(tgp.load_creators()), "creators, after", box.requests, "requests")
        3 creators, after 2 requests
        """
        self.app.set_faults(faults)
        return self

    @property
    def requests(self) -> int:
        """The number of requests that were answered, refused ones included.

        See Also
        --------
        Sandbox.log : List the requests that were answered.
        Client.requests_sent : Count the requests of this client.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     with tgp.connect(sandbox=box):
        ...         creators = tgp.load_creators()
        ...     box.requests
        1
        """
        return self.app.requests

    @property
    def log(self) -> Sequence[Logged]:
        """The latest requests that were answered: method, path with query, status.

        See Also
        --------
        Sandbox.requests : Count the requests that were answered.
        Sandbox.set_faults : Choose what goes wrong.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box:
        ...     with tgp.connect(sandbox=box):
        ...         creators = tgp.load_creators()
        ...     box.log
        [Logged(method='GET', target='/api/v1/creators?limit=100', status=200)]
        """
        return list(self.app.log)

    @property
    def truth(self) -> Truth:
        """What was planted in the demo organization's world, and which points are restated.

        See Also
        --------
        sandbox.Nature : Choose how posts do in the world.
        load_videos : Load videos.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(nature=tgp.sandbox.Nature(boosted=0.1)) as box:
        ...     print(len(box.truth.boosted), "posts have bought views")
        116 posts have bought views
        """
        sql = "SELECT org_id FROM api_keys WHERE key = ?"
        [row] = self.database.rows(sql, (DEMO_KEY,))
        return Truth(self.database, row["org_id"])

    def advance(self, by: timedelta) -> Sandbox:
        """Advance the sandbox's clock, and let life go on to its new time.

        Counts grow, creators post and are commented on, join, leave and change their names; pay
        periods close, and what is due is paid; idempotency keys and upload addresses age. The world
        at a moment depends only on its seed and on what was written, however many steps led there.

        Parameters
        ----------
        by : timedelta
            By how much.

        Returns
        -------
        Sandbox
            The sandbox itself.

        See Also
        --------
        Sandbox.now : Read the clock.
        watch : List what began, goes on and ended.
        Store.sync : Bring the store up to date.

        Examples
        --------
        >>> from datetime import timedelta
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box, tgp.connect(sandbox=box):
        ...     before = len(tgp.load_videos())
        ...     box = box.advance(timedelta(days=14))
        ...     print(before, "videos, and two weeks later", len(tgp.load_videos()))
        23 videos, and two weeks later 37
        """
        self._clock.advance(by)
        self.app.present.catch_up()
        return self

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Sandbox:
        """Start the loopback server, unless it runs already; port 0 takes any free one.

        Parameters
        ----------
        host : str, default '127.0.0.1'
            The address to listen at.
        port : int, default 0
            The port; 0 for any free one.

        Returns
        -------
        Sandbox
            The sandbox itself.

        See Also
        --------
        Sandbox.base_url : The sandbox's address.
        Sandbox.wait : Serve until it is closed.
        Sandbox.close : Stop the sandbox.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.sandbox(creators=3, days=30) as box, tgp.connect(sandbox=box.serve()):
        ...     print(len(tgp.load_creators()), "creators")
        3 creators
        """
        self._start(host, port)
        return self

    def wait(self) -> None:
        """Serve until the sandbox is closed or the wait is interrupted, for the command line.

        See Also
        --------
        Sandbox.serve : Start the server.
        Sandbox.close : Stop the sandbox.

        Examples
        --------
        >>> import threading
        >>> import trackagoat_pandas as tgp
        >>> box = tgp.sandbox(creators=3, days=30)
        >>> threading.Timer(0.1, box.close).start()  # somebody else ends it
        >>> box.wait()
        >>> print("It was closed.")
        It was closed.
        """
        self._start().wait()

    def close(self) -> None:
        """Stop the server, if it runs, and close the database.

        See Also
        --------
        Sandbox.serve : Start the server.
        Sandbox.wait : Serve until it is closed.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> box = tgp.sandbox(creators=3, days=30)
        >>> box.close()
        >>> box
        <Sandbox at 2026-06-18T19:00:00Z, not served, 0 requests>
        """
        if self._server is not None:
            self._server.close()
            self._server = None
        with ExitStack() as closing:
            closing.callback(self.database.close)
            if self._is_open and self._clock.is_running:
                # A file goes on at this moment.
                self.app.present.catch_up()
        self._is_open = False

    def _start(self, host: str = "127.0.0.1", port: int = 0) -> Server:
        with self._starting:
            if self._server is None:
                self._server = Server(self.app, host, port)
            return self._server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "not served" if self._server is None else self.base_url
        return f"<Sandbox at {format_instant(self._clock())}, {where}, {self.requests} requests>"
