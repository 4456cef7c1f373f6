"""Programs of many kinds for tests of all questions: hostile texts, no data, three currencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd

import trackagoat_pandas as tgp
from tests.support.hostile_texts import hostile_relay
from tests.support.relays import serving
from trackagoat_pandas.program.frames import ALL_FRAMES, ProgramData, loaded_program
from trackagoat_pandas.showing.recorder import Traced

WORLDS = 20
_SIZES = (6, 1, 12)
_ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC")
_CURRENCIES = ("USD", "EUR", "GBP")
_LIKE = ("plain", "hostile", "three currencies", "creators removed", "no data")


@contextmanager
def programs_of(world: int) -> Iterator[list[ProgramData]]:
    """Yield the five projects of a simulated organization, with all frames and forecasts."""
    kind = _LIKE[world % len(_LIKE)]
    moment = dt.datetime(2026, 3, 5, 4, 30, tzinfo=dt.UTC) + dt.timedelta(
        days=9 * world, hours=5 * world
    )
    with ExitStack() as opened:
        box = opened.enter_context(
            tgp.sandbox.Sandbox(
                seed=4000 + world,
                days=120,
                creators=_SIZES[world % len(_SIZES)],
                timezone=_ZONES[world % len(_ZONES)],
                now=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                rate_limit=None,
            )
        )
        address = box.base_url
        if kind == "hostile":
            address = opened.enter_context(serving(hostile_relay(box.app)))
        client = opened.enter_context(
            tgp.connect(box.key, base_url=address, rate_limit=None, progress=False)
        )
        projects = tgp.load_projects(client=client)["id"]
        yield [
            with_forecasts(_changed(kind, _load(id_, client)), place)
            for place, id_ in enumerate(projects)
        ]


def _load(id_: str, client: tgp.Client) -> ProgramData:
    return loaded_program(id_, client=client, wanted=ALL_FRAMES, max_requests=200)


def with_forecasts(program: ProgramData, place: int) -> ProgramData:
    """Add settled forecasts, which only a store has: each project's miss more than the last's."""
    frame = pd.DataFrame({"about_id": [f"post {number}" for number in range(50)]}).assign(
        forecast_kind="expected_views", creator_id="mia",
        made_at=program.moment - pd.Timedelta(days=9),
        settles_at=program.moment - pd.Timedelta(days=2),
        is_inside=lambda rows: rows.index >= 6 * place, chance=np.nan, actual_value=1_000.0,
    )  # fmt: skip
    facts = {"helper": "score_forecasts", "rows": 50, "server_time": program.now}
    frame.attrs = {"trackagoat": facts}
    return replace(program, frames={**program.frames, "forecasts": Traced(frame, "forecasts")})


def _changed(kind: str, program: ProgramData) -> ProgramData:
    frames = program.data
    if kind == "three currencies":
        for name in ("accruals", "payments", "structures"):
            rows = np.arange(len(frames[name])) % len(_CURRENCIES)
            words = pd.array(np.array(_CURRENCIES, object)[rows], "string")
            frames[name] = frames[name].assign(currency=words)
    elif kind == "creators removed":
        frames["creators"] = _cut(frames["creators"], slice(None, None, 2))
    elif kind == "no data":
        frames = {
            name: frame if name == "projects" else _cut(frame, slice(0))
            for name, frame in frames.items()
        }
    return replace(program, frames={name: Traced(frame, name) for name, frame in frames.items()})


def _cut(frame: pd.DataFrame, rows: slice) -> pd.DataFrame:
    kept = frame.iloc[rows].reset_index(drop=True)
    facts = {**frame.attrs["trackagoat"], "rows": len(kept)}
    kept.attrs = {**frame.attrs, "trackagoat": facts}
    return kept
