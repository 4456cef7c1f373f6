"""What the tools of one server share: the client, the kept frames and the tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from trackagoat_pandas.agents.answers import Reply, fitted
from trackagoat_pandas.agents.handles import Handles, KeptFrame
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.tokens import WriteTokens
from trackagoat_pandas.agents.untrusted import plain
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.names.organization import resolve_project, server_time
from trackagoat_pandas.program.frames import (
    STORED_FRAMES,
    ProgramData,
    loaded_program,
    stamp_text,
)
from trackagoat_pandas.showing.captions import flaws
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.store.forecasts import score_forecasts
from trackagoat_pandas.store.store import Store

if TYPE_CHECKING:
    from trackagoat_pandas.http.client import Client

MOST_REQUESTS: Final = 55
"""Of one question: what the limit allows in a minute, so that no question waits for long."""
MOST_ROWS: Final = 50
_WARNED: ContextVar[Sequence[str]] = ContextVar("_WARNED", default=())
"""What the package has warned of in this call, outside of what is kept with a frame."""


@contextmanager
def heard_warnings() -> Iterator[None]:
    """Collect the package's warnings of a call, which its answer passes on."""
    with kept_warnings() as messages:
        token = _WARNED.set(messages)
        try:
            yield
        finally:
            _WARNED.reset(token)


class Desk:
    """The client of a server, its kept frames and its tokens.

    Parameters
    ----------
    client
        The client that loads and writes. It has a store, so that nothing is asked for twice within
        minutes.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.handles, self.tokens = Handles(), WriteTokens()
        self.owner = f"{client.base_url} {secrets.token_hex(8)}"
        """Whose writes its tokens allow: this client's, which has one key of one organization."""

    def now(self) -> str:
        """Return the present moment by the server's clock."""
        return stamp_text(pd.Timestamp(server_time(session_of(self.client))).floor("s"))

    def project(self, given: str) -> str:
        """Return the id of a project that is given by its id or name."""
        return resolve_project(session_of(self.client), given)

    def program(self, project: str, *wanted: str) -> ProgramData:
        """Load frames of a project.

        Raises
        ------
        Refusal
            The first of them, which the others are of no use without, takes too many requests or
            is only in a store.
        """
        program = loaded_program(
            self.project(project), client=self.client, wanted=wanted, max_requests=MOST_REQUESTS
        )
        archive = session_of(self.client).archive
        if "forecasts" in wanted and archive is not None:
            forecasts = call(score_forecasts, Traced(Store(archive), "store"), now=program.now)
            if len(forecasts.value) or wanted[0] == "forecasts":
                script = program.recorder
                script.write("# store = tgp.open_store(...), with the folder of --store")
                forecasts = script.let("forecasts", forecasts)
                program = replace(program, frames={**program.frames, "forecasts": forecasts})
        if wanted[0] not in program.frames:
            if wanted[0] in STORED_FRAMES:
                raise Refusal(f"Only a store has {wanted[0]}: start this server with --store.")
            raise Refusal(
                f"The {wanted[0]} take more than {MOST_REQUESTS} requests: a person can sync a "
                "store and start this server with --store."
            )
        return program

    def ask(
        self,
        program: ProgramData,
        name: str,
        function: Callable[..., pd.DataFrame],
        *args: object,
        **options: object,
    ) -> KeptFrame:
        """Call a function of the package with a program's frames, in a script of its own."""
        return self.ask_in(program.recorder.branch(), program, name, function, *args, **options)

    def ask_in(
        self,
        script: Recorder,
        program: ProgramData,
        name: str,
        function: Callable[..., pd.DataFrame],
        *args: object,
        **options: object,
    ) -> KeptFrame:
        """Call a function of the package with a program's frames, and add it to a script."""
        with kept_warnings() as warned:
            made = script.let(name, call(function, *args, **options))
        notes = [*warned, *notes_of(made.value), *program.missing.values()]
        return KeptFrame(made, script, program.now, tuple(notes), is_whole=not program.missing)

    def answer(
        self,
        kept: KeptFrame,
        said: str,
        totals: Mapping[str, Any],
        *,
        extra: Mapping[str, Any] | None = None,
        most: int = MOST_ROWS,
    ) -> dict[str, Any]:
        """Keep a frame, and answer with its first rows."""
        noted = replace(kept, notes=(*kept.notes, *_WARNED.get()))
        return self.page(self.handles.keep(noted), noted, said, totals, extra=extra, most=most)

    def page(
        self,
        handle: str,
        kept: KeptFrame,
        said: str,
        totals: Mapping[str, Any],
        *,
        first: int = 0,
        extra: Mapping[str, Any] | None = None,
        most: int = MOST_ROWS,
    ) -> dict[str, Any]:
        """Reply with rows of a frame that is kept under a handle."""
        return fitted(Reply(
            said, totals, kept.as_of, kept.code, kept.frame, kept.columns, handle, first, most,
            complete=None if kept.is_whole else False, units=kept.units, notes=kept.notes,
            extra=extra or {}, is_ours=kept.is_ours,
        ))  # fmt: skip

    def loaded(self, name: str, load: Callable[[Recorder], Traced]) -> KeptFrame:
        """Load a frame and keep its script.

        Parameters
        ----------
        name
            What it is called in the script.
        load
            Loads it with a recorder.
        """
        recorder = Recorder()
        with kept_warnings() as warned:
            made = recorder.let(name, load(recorder))
        facts = frame_facts(made.value)
        moment = pd.Timestamp(str(facts.get("server_time") or facts.get("fetched_at")))
        notes = (*warned, *notes_of(made.value))
        return KeptFrame(made, recorder, str(plain(moment)), notes)


def notes_of(frame: pd.DataFrame) -> list[str]:
    """Return the problems of a frame, and the note of its helper."""
    note = frame_facts(frame).get("note")
    return [*flaws(frame), *([note] if isinstance(note, str) and note else [])]


def traced(program: ProgramData, name: str) -> Traced:
    """Return a frame of a program.

    Raises
    ------
    Refusal
        It couldn't be loaded.
    """
    if name not in program.frames:
        raise Refusal(
            f"The {name} of this project couldn't be loaded with {MOST_REQUESTS} requests."
        )
    return program.frames[name]
