"""Pages as they come, to a frame: decoded in two helper threads while the next are on their way.

Arrow gives Python's lock back while it reads, so the caller goes on asking for pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeAlias

import pandas as pd

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import Chunk, decode_few, decode_pages
from trackagoat_pandas.tables.model import Table

PAGES_A_CHUNK = 50
"""Measured: fewer pay Arrow's start-up too often, more gain little and hold bytes longer."""
FEW_PAGES = 16
"""Up to this many pages of a short list are decoded sooner than threads are started."""
THREADS = 2
_WAITING_CHUNKS = 4
"""How many chunks may wait for a thread before add() waits too."""

_Decoded: TypeAlias = tuple[list[Chunk], UnreadableResponseError | None]
"""The pages that could be read, and what was wrong with the one after them."""


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
        self._chunks: list[Future[_Decoded]] = []
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
            If an earlier page could not be read; ``finish`` then gives what came before it.
        """
        # A full chunk waits for one page more: a list of a single chunk needs no thread.
        if len(self._bodies) >= PAGES_A_CHUNK:
            self._submit()
            for chunk in self._chunks:
                if chunk.done() and (flaw := chunk.result()[1]) is not None:
                    raise flaw
        self._bodies.append(body)

    def finish(
        self, *, dtype_backend: DtypeBackend = "numpy_nullable", provenance: dict[str, Any]
    ) -> pd.DataFrame:
        """Build the frame of all pages, as build_frame does.

        Raises
        ------
        UnreadableResponseError
            If a page could not be read. Its ``partial`` is the frame of the pages before it.
        """
        try:
            if self._threads is None and len(self._bodies) <= FEW_PAGES:
                decoded = [_decode(decode_few, self._bodies, self._table)]
            else:
                self._submit_halves()
                decoded = [chunk.result() for chunk in self._chunks]
        finally:
            self.close()
        chunks: list[Chunk] = []
        for readable, flaw in decoded:
            chunks += readable
            if flaw is not None:
                facts = {**provenance, "complete": False}
                frame = build_frame(
                    chunks, self._table, dtype_backend=dtype_backend, provenance=facts
                )
                if len(frame):
                    flaw.partial = frame
                raise flaw
        return build_frame(chunks, self._table, dtype_backend=dtype_backend, provenance=provenance)

    def close(self) -> None:
        """Forget the pages, and let no thread run on."""
        self._bodies, self._chunks = [], []
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None

    def _submit_halves(self) -> None:
        """Submit the last pages so that no thread is idle while another decodes them."""
        last = self._bodies
        for half in (last[: len(last) // 2], last[len(last) // 2 :]):
            self._bodies = half
            self._submit()

    def _submit(self) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, "trackagoat-decode")
        if len(self._chunks) >= _WAITING_CHUNKS:
            self._chunks[-_WAITING_CHUNKS].result()
        self._chunks.append(self._threads.submit(_decode, decode_pages, self._bodies, self._table))
        self._bodies = []


def _decode(
    decode: Callable[[Sequence[bytes], Table], Chunk], bodies: Sequence[bytes], table: Table
) -> _Decoded:
    """Decode pages, or those before the first that can't be read."""
    try:
        return [decode(bodies, table)], None
    except UnreadableResponseError as flaw:
        found = flaw
    readable: list[Chunk] = []
    for body in bodies:
        try:
            readable.append(decode_few([body], table))
        except UnreadableResponseError as flaw:
            return readable, flaw
    return [], found  # a flood: no page is too much by itself, all together are


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
