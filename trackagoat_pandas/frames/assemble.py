"""Pages as they come, to a frame: decoded in two helper threads while the next are on their way.

Arrow gives Python's lock back while it reads, so the caller goes on asking for pages. Must not
know where pages come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import pandas as pd

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import Chunk, decode_few, decode_pages
from trackagoat_pandas.tables.model import Table

PAGES_A_CHUNK = 20
"""Measured: fewer pay Arrow's start-up too often, more gain nothing and hold bytes longer."""
THREADS = 2
_WAITING_CHUNKS = 4
"""How many chunks may wait for a thread; then the caller decodes the next one itself."""
_PAGES_WORTH_A_THREAD = 6


class Assembler:
    """Takes the pages of one list in order and gives their frame.

    Use it as a context manager: whatever happens inside, no thread is left running.

    Parameters
    ----------
    table
        What the rows are declared to be.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._bodies: list[bytes] = []
        self._chunks: list[Future[Chunk]] = []
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, body: bytes) -> None:
        """Take the next page's body.

        Raises
        ------
        UnreadableResponseError
            If an earlier page could not be read.
        """
        # A full chunk waits for one page more: a list of a single chunk needs no thread.
        if len(self._bodies) >= PAGES_A_CHUNK:
            self._decode(self._bodies)
            self._bodies = []
        self._bodies.append(body)

    def finish(
        self, *, dtype_backend: DtypeBackend = "numpy_nullable", provenance: dict[str, Any]
    ) -> pd.DataFrame:
        """Build the frame of all pages, as build_frame does.

        Raises
        ------
        UnreadableResponseError
            If a page could not be read.
        """
        try:
            half = len(self._bodies) // 2
            if half >= _PAGES_WORTH_A_THREAD // 2:
                self._submit(self._bodies[:half])
                self._bodies = self._bodies[half:]
            last = decode_few(self._bodies, self._table)
            chunks = [future.result() for future in self._chunks]
        finally:
            self.close()
        return build_frame(
            [*chunks, last], self._table, dtype_backend=dtype_backend, provenance=provenance
        )

    def close(self) -> None:
        """Forget the pages, and let no thread run on."""
        self._bodies, self._chunks = [], []
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None

    def _decode(self, bodies: list[bytes]) -> None:
        """Have a chunk decoded by a thread, or here if they have enough to do."""
        if (
            sum(not chunk.done() for chunk in self._chunks[-2 * _WAITING_CHUNKS :])
            < _WAITING_CHUNKS
        ):
            self._submit(bodies)
            return
        here: Future[Chunk] = Future()
        here.set_result(decode_few(bodies, self._table))
        self._chunks.append(here)

    def _submit(self, bodies: list[bytes]) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, "trackagoat-decode")
        self._chunks.append(self._threads.submit(decode_pages, bodies, self._table))


def frame_from_pages(
    pages: Iterable[bytes],
    table: Table,
    *,
    dtype_backend: DtypeBackend = "numpy_nullable",
    provenance: dict[str, Any],
) -> pd.DataFrame:
    """Build the frame of a list's pages, given their bodies in order.

    Raises
    ------
    UnreadableResponseError
        If a page could not be read.
    """
    with Assembler(table) as assembler:
        for body in pages:
            assembler.add(body)
        return assembler.finish(dtype_backend=dtype_backend, provenance=provenance)
