"""A program's frames as of one moment: with their code, within a budget, and without hindsight."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentTypeError, StoreMissingError, UnknownProjectError
from trackagoat_pandas.program.frames import (
    FRAMES,
    ProgramData,
    loaded_program,
    newest_moment,
    stored_program,
)

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
PROJECT = "Q1 Brand Program"
ONLY_STORED = {"forecasts", "history"}


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store that was synced on two days, and the moment of the first sync."""
    with (
        tgp.sandbox.Sandbox(seed=5007, creators=8, rate_limit=None) as box,
        tgp.connect(sandbox=box, rate_limit=None, progress=False) as client,
        tgp.open_store(tmp_path_factory.mktemp("store")) as store,
    ):
        store.sync(dates="last 150 days", metrics="views", client=client)
        first = newest_moment(store)
        box.advance(dt.timedelta(days=1))
        store.sync(dates="last 150 days", metrics="views", client=client, max_age=None)
        yield store, first


def made_by_code(program: ProgramData, **known: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"tgp": tgp, **known}
    exec("\n".join(one.code for one in program.recorder.statements), names)
    return names


def test_a_live_load_stays_within_its_requests_and_its_code_loads_the_same(client: Any) -> None:
    before = client.requests_sent
    program = loaded_program(PROJECT, client=client)
    assert client.requests_sent - before <= 30
    assert {*program.frames} == {*FRAMES} - ONLY_STORED
    assert {*program.missing} == ONLY_STORED
    assert (program.name, program.zone) == (PROJECT, "America/New_York")
    names = made_by_code(program)
    for name, frame in program.data.items():
        pd.testing.assert_frame_equal(names[name], frame)


def test_days_beyond_the_data_are_no_reason_for_a_warning() -> None:
    with (
        tgp.sandbox(seed=5, creators=4, days=40, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        program = loaded_program(PROJECT, client=client, wanted=["creators", "analytics"])
    assert program.data["analytics"].goat.provenance["data_since"]


def test_what_is_too_dear_is_left_out_with_the_reason(client: Any) -> None:
    before = client.requests_sent
    program = loaded_program(PROJECT, client=client, max_requests=6)
    assert client.requests_sent - before <= 6
    assert "sync a store" in program.missing["videos"]
    assert "creators" in program.frames


def test_a_frame_that_needs_another_one_says_so(client: Any) -> None:
    program = loaded_program(PROJECT, client=client, wanted=["analytics"])
    assert program.missing == {"analytics": "it needs the creators"}


def test_the_daily_views_of_posts_are_those_of_the_most_viewed_new_ones_and_of_all(
    client: Any,
) -> None:
    program = loaded_program(PROJECT, client=client, wanted=["videos", "post_analytics"])
    asked = {*program.data["post_analytics"]["entity_id"]}
    videos = program.data["videos"].sort_values("view_count", ascending=False)
    new = videos[videos["posted_at"] >= program.moment.normalize() - pd.Timedelta(days=15)]
    assert {*videos["id"].head(20), *new["id"].head(20)} <= asked
    assert len(asked) <= 40


def test_a_store_gives_the_frames_of_its_newest_moment_and_sends_nothing(synced: Any) -> None:
    store, first = synced
    program = stored_program(PROJECT, store=store)
    assert program.moment == newest_moment(store) > first
    assert {*program.frames} == {*FRAMES} - {"forecasts", "post_analytics"}
    assert "record_forecasts" in program.missing["forecasts"]
    names = made_by_code(program, store=store)
    for name, frame in program.data.items():
        pd.testing.assert_frame_equal(names[name], frame)


def test_an_earlier_moment_has_only_what_was_stored_by_then(synced: Any) -> None:
    store, first = synced
    then = stored_program(PROJECT, store=store, as_of=first)
    now = stored_program(PROJECT, store=store)
    assert then.moment == first
    assert (then.data["history"]["observed_at"] <= first).all()
    assert len(now.data["history"]) > len(then.data["history"])
    assert then.data["analytics"]["date"].max() < now.data["analytics"]["date"].max()


def test_of_an_earlier_moment_in_hindsight_nothing_is_there_that_came_later(synced: Any) -> None:
    store, first = synced
    hindsight = stored_program(PROJECT, store=store, moment=first).data
    now = stored_program(PROJECT, store=store).data
    assert hindsight["videos"]["posted_at"].max() <= first < now["videos"]["posted_at"].max()
    assert hindsight["videos"].goat.provenance["rows"] == len(hindsight["videos"])
    last = hindsight["analytics"]["date"] == hindsight["analytics"]["date"].max()
    assert hindsight["analytics"].loc[last, "is_partial"].all()


def test_payments_of_a_project_are_those_to_its_creators(synced: Any) -> None:
    store, _ = synced
    creators, accruals = (store.load(one, PROJECT) for one in ("creators", "payout_accruals"))
    everyone, some = store.load("payout_payments"), store.load("payout_payments", PROJECT)
    owners = {*creators["id"], *accruals["creator_id"]}
    of_project = everyone["creator_id"].isin(owners)
    assert some["id"].tolist() == everyone.loc[of_project, "id"].tolist()
    assert some.goat.provenance["rows"] == len(some)


def test_a_history_until_a_moment_has_no_later_list(synced: Any) -> None:
    store, first = synced
    whole = store.history("videos", columns=["view_count"])
    some = store.history("videos", columns=["view_count"], until=first)
    early = whole[whole["observed_at"] <= first]
    assert 0 < len(some) == len(early) < len(whole)


def test_an_empty_store_and_an_unknown_project_are_clear_errors(
    tmp_path: Path, synced: Any
) -> None:
    with tgp.open_store(tmp_path / "empty") as empty:
        with pytest.raises(StoreMissingError, match=r"store\.sync"):
            stored_program(PROJECT, store=empty)
        with pytest.raises(StoreMissingError, match="no data"):
            newest_moment(empty)
    with pytest.raises(UnknownProjectError, match="Nothing"):
        stored_program("Nothing", store=synced[0])
    with pytest.raises(ArgumentTypeError, match="it takes a project's id or exact name"):
        stored_program(5, store=synced[0])  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="store"):
        stored_program(PROJECT, store="folder")  # type: ignore[arg-type]
