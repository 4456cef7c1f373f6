from __future__ import annotations

import itertools

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected, ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ConflictError,
    InterruptedWriteError,
    MissingColumnError,
    UnknownCreatorError,
    UnreadableResponseError,
)

NUMBERS = itertools.count()
WEEKLY = {"metric": "posts", "period": "weekly", "target_value": 5, "start_date": "2026-06-01"}


client = pytest.fixture(scope="module")(connected)


def new_creators(client, *handles):
    return tgp.actions.add_creators(PROJECT, handles, client=client)["id"]


def goals_of(client, ids):
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    return goals[goals["creator_id"].isin(ids)].set_index("creator_id")


def test_goals_show_in_the_compliance(client):
    ids = new_creators(client, "ann", "bob")
    done = tgp.actions.set_goals(ids, **WEEKLY, client=client)
    goals = goals_of(client, ids)
    assert done["item"].tolist() == ids.tolist()
    assert done["status"].tolist() == ["created", "created"]
    assert goals.loc[ids, "goal_id"].tolist() == done["id"].tolist()
    assert set(goals["target_value"]) == {5.0}


def test_a_frame_of_goals_says_what_differs(client):
    ids = new_creators(client, "cyd", "dee")
    goals = pd.DataFrame(
        {
            "creator_id": [*ids, ids[0]],
            "metric": ["posts", "views", "views"],
            "target_value": [3.0, 10_000.0, 20_000.0],
            "end_date": pd.to_datetime(["2026-12-31", None, None]),
        }
    )
    done = tgp.actions.set_goals(
        goals, period="monthly", start_date="2026-06-01", client=client
    ).set_index("id")
    found = goals_of(client, ids).reset_index().set_index("goal_id").loc[done.index]
    assert found["metric"].tolist() == ["posts", "views", "views"]
    assert found["target_value"].tolist() == [3, 10_000, 20_000]
    assert found["end_date"].notna().tolist() == [True, False, False]


def test_a_second_goal_of_the_same_kind_fails_alone(client):
    first, second = new_creators(client, "eli", "fay")
    tgp.actions.set_goals(first, **WEEKLY, client=client)
    done = tgp.actions.set_goals([first, second], **{**WEEKLY, "target_value": 6}, client=client)
    assert done["error_code"].fillna("").tolist() == ["duplicate", ""]
    assert done["status"].tolist() == ["failed", "created"]


def test_a_goal_is_changed_and_taken_out_of_force(client):
    ids = new_creators(client, "gil")
    (goal,) = tgp.actions.set_goals(ids, **WEEKLY, client=client)["id"]
    changed = tgp.actions.update_goal(
        ids[0], goal, target_value=8, end_date="2026-09-01", client=client
    )
    open_again = tgp.actions.update_goal(ids[0], goal, end_date=None, client=client)
    assert changed["target_value"].tolist() == [8.0]
    assert changed["end_date"].tolist() == [pd.Timestamp("2026-09-01")]
    assert open_again["end_date"].isna().all()
    goals = goals_of(client, ids).reset_index()
    assert tgp.actions.remove_goals(goals, client=client)["status"].tolist() == ["deleted"]
    assert goals_of(client, ids).empty


def test_a_conflict_of_days_is_an_error_with_its_code(client):
    ids = new_creators(client, "hal")
    (goal,) = tgp.actions.set_goals(ids, **WEEKLY, client=client)["id"]
    with pytest.raises(ConflictError, match="before it starts") as caught:
        tgp.actions.update_goal(ids[0], goal, end_date="2026-01-01", client=client)
    assert caught.value.code == "state_conflict"


def test_a_goal_of_one_day_is_fine():
    days = {"start_date": "2026-06-15", "end_date": "2026-06-15"}
    with connect_to(Canned({})) as client:
        plan = tgp.actions.set_goals(ids_of(1), **{**WEEKLY, **days}, dry_run=True, client=client)
    assert "2026-06-15" in plan["body"][0]


def test_a_frame_of_something_else_is_not_taken_for_creators(client):
    campaigns = tgp.load_campaigns(client=client)
    with pytest.raises(ArgumentError, match=r"frame of campaigns; pass creator ids, or .*load_cr"):
        tgp.actions.set_goals(campaigns, **WEEKLY, client=client)


@pytest.mark.parametrize(
    "rows",
    [[5], [{}], [{"compliance": 5}], [{"compliance": [5]}], [{"compliance": [{"goal": [1]}]}]],
)
def test_goals_that_cannot_be_read_are_an_error_of_the_server(rows):
    project, creator, goal = ids_of(3)
    people = [{"id": creator, "tiktok_handle": "ada", "project_id": project}]
    app = Canned({"/creators": people, f"/projects/{project}/goal-compliance": rows})
    with connect_to(app) as client:
        for dry_run in (
            lambda: tgp.actions.set_goals(creator, **WEEKLY, dry_run=True, client=client),
            lambda: tgp.actions.remove_goals(
                pd.DataFrame({"creator_id": [creator], "goal_id": [goal]}),
                dry_run=True,
                client=client,
            ),
        ):
            with pytest.raises(UnreadableResponseError, match="goals of a creator"):
                dry_run()


@pytest.mark.parametrize("owner", [None, 5, "<script>", "../x", [1]])
def test_what_is_no_project_becomes_no_part_of_a_path(owner):
    creator, _ = ids_of(2)
    app = Canned({"/creators": [{"id": creator, "tiktok_handle": "ada", "project_id": owner}]})
    with connect_to(app) as client:
        plan = tgp.actions.set_goals(creator, **WEEKLY, dry_run=True, client=client)
    assert plan["status"].tolist() == ["unknown"]
    assert [path for path, _ in app.asked] == ["/creators"]


def test_odd_fields_of_a_goal_are_no_crash():
    project, creator, goal = ids_of(3)
    people = [{"id": creator, "tiktok_handle": "ada", "project_id": project}]
    goals = [{"compliance": [{"goal": {"id": [1], "creator_id": {}, "metric": [], "period": 5}}]}]
    app = Canned({"/creators": people, f"/projects/{project}/goal-compliance": goals})
    with connect_to(app) as client:
        plan = tgp.actions.set_goals(creator, **WEEKLY, dry_run=True, client=client)
        gone = tgp.actions.remove_goals(
            pd.DataFrame({"creator_id": [creator], "goal_id": [goal]}), dry_run=True, client=client
        )
    assert plan["status"].tolist() == ["would create"]
    assert gone["status"].tolist() == ["unknown"]


def test_goals_are_removed_by_the_handles_of_their_creators(client):
    goals = tgp.load_goal_compliance(PROJECT, client=client).head(3)
    frame = goals[["tiktok_handle", "goal_id"]].assign(tiktok_handle="@" + goals["tiktok_handle"])
    plan = tgp.actions.remove_goals(frame, confirm=True, dry_run=True, client=client)
    by_id = goals[["creator_id", "goal_id"]]
    pd.testing.assert_frame_equal(
        plan, tgp.actions.remove_goals(by_id, confirm=True, dry_run=True, client=client),
        check_flags=False,
    )  # fmt: skip
    assert set(plan["status"]) == {"would remove"}
    twice = pd.concat([frame, frame.head(1)])
    twice = tgp.actions.remove_goals(twice, confirm=True, dry_run=True, client=client)
    assert twice["status"].tolist() == ["would remove"] * 3 + ["duplicate"]
    unknown = frame.assign(tiktok_handle=["no.such.goat", *frame["tiktok_handle"].iloc[1:]])
    said = tgp.actions.remove_goals(unknown, confirm=True, dry_run=True, client=client)
    assert said["status"].tolist() == ["not found", "would remove", "would remove"]
    with pytest.raises(UnknownCreatorError, match=r"no\.such\.goat"):
        tgp.actions.remove_goals(unknown, confirm=True, client=client)
    with pytest.raises(MissingColumnError, match="creator_id"):
        tgp.actions.remove_goals(frame[["goal_id"]], client=client)
    removed = tgp.actions.remove_goals(frame, confirm=True, client=client)
    assert removed["status"].tolist() == ["deleted"] * 3
    assert removed["item"].tolist() == goals["goal_id"].tolist()


@pytest.mark.parametrize(
    ("target", "said"), [("1.2k", "is a text, and no whole number"), ("-5", "at least 1")]
)
def test_a_target_that_is_no_whole_number_says_why(client, target, said):
    goal = {"metric": "posts", "period": "weekly", "start_date": "2026-06-22"}
    with pytest.raises(ArgumentError, match=said):
        tgp.actions.set_goals("honest.gloss", target_value=target, client=client, **goal)


JULY = {"metric": "posts", "period": "weekly", "start_date": "2026-07-01"}


def targets_of(client, ids):
    goals = goals_of(client, ids)
    return dict(zip(goals.index, goals["target_value"], strict=True))


def test_update_sets_new_goals_and_changes_old_ones(client):
    old, same, _ = ids = new_creators(client, "upd_old", "upd_same", "upd_new").tolist()
    tgp.actions.set_goals([old], **WEEKLY, client=client)
    tgp.actions.set_goals([same], **{**WEEKLY, "target_value": 8}, client=client)
    wanted = pd.DataFrame({"creator_id": ids, "target_value": 8})
    before = targets_of(client, ids)
    plan = tgp.actions.set_goals(wanted, **JULY, update=True, dry_run=True, client=client)
    assert plan["status"].tolist() == ["would change", "unchanged", "would create"]
    assert plan["old_target"].astype(object).where(plan["old_target"].notna(), None).tolist() == [
        5, 8, None,
    ]  # fmt: skip
    assert plan["new_target"].tolist() == [8, 8, 8]
    assert plan["method"].astype(object).where(plan["method"].notna(), None).tolist() == [
        "PATCH", None, "POST",
    ]  # fmt: skip
    assert targets_of(client, ids) == before
    done = tgp.actions.set_goals(wanted, **JULY, update=True, client=client)
    assert done["status"].tolist() == ["updated", "unchanged", "created"]
    assert targets_of(client, ids) == dict.fromkeys(ids, 8)
    again = tgp.actions.set_goals(wanted, **JULY, update=True, client=client)
    assert again["status"].tolist() == ["unchanged"] * 3
    # An existing goal keeps its first day.
    assert goals_of(client, [old])["start_date"].dt.strftime("%m-%d").tolist() == ["06-01"]


def test_update_goes_on_after_an_interruption(client, monkeypatch):
    ids = new_creators(client, "cut_a", "cut_b", "cut_c").tolist()
    tgp.actions.set_goals(ids, **WEEKLY, client=client)
    update = {**JULY, "target_value": 9, "update": True, "client": client}
    sent, request = [], type(client).request

    def interrupt(self, method, *args, **options):
        sent.append(method)
        if sent.count("PATCH") == 2:
            raise KeyboardInterrupt
        return request(self, method, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(type(client), "request", interrupt)
        with pytest.raises(InterruptedWriteError):
            tgp.actions.set_goals(ids, **update)
    # No goal is lost: each has its old or its new target.
    assert targets_of(client, ids) == dict(zip(ids, (9, 5, 5), strict=True))
    done = tgp.actions.set_goals(ids, **update)
    assert done["status"].tolist() == ["unchanged", "updated", "updated"]
    assert targets_of(client, ids) == dict.fromkeys(ids, 9)


def test_a_dry_run_of_an_update_has_a_row_for_each_item(client):
    (known,) = new_creators(client, "row_known").tolist()
    tgp.actions.set_goals([known], **WEEKLY, client=client)
    asked = ["nobody_of_this_name", known]
    plan = tgp.actions.set_goals(
        asked, **JULY, target_value=6, update=True, dry_run=True, client=client
    )
    assert plan["status"].tolist() == ["not found", "would change"]
    assert plan["old_target"].isna().tolist() == [True, False]


@pytest.fixture
def update(client):
    """Return an update that changes, keeps and creates a goal, with the targets before it."""
    name = f"undo_{next(NUMBERS)}"
    ids = new_creators(client, f"{name}a", f"{name}b", f"{name}c").tolist()
    tgp.actions.set_goals(ids[:1], **WEEKLY, client=client)
    tgp.actions.set_goals(ids[1:2], **{**WEEKLY, "target_value": 8}, client=client)
    before = targets_of(client, ids)
    done = tgp.actions.set_goals(ids, **JULY, target_value=8, update=True, client=client)
    assert done["status"].tolist() == ["updated", "unchanged", "created"]
    return ids, before, done


def test_undo_restores_targets_and_removes_new_goals(client, update):
    ids, before, done = update
    after = targets_of(client, ids)
    plan = tgp.actions.set_goals(done, undo=True, dry_run=True, client=client)
    assert plan["status"].tolist() == ["would change", "unchanged", "would remove"]
    assert plan["old_target"].fillna(-1).tolist() == [8, 8, 8]
    assert plan["new_target"].fillna(-1).tolist() == [5, 8, -1]
    assert targets_of(client, ids) == after
    undone = tgp.actions.set_goals(done, undo=True, client=client)
    assert undone["status"].tolist() == ["updated", "unchanged", "deleted"]
    assert undone["new_target"].fillna(-1).tolist() == [5, 8, -1]
    assert targets_of(client, ids) == before
    repeated = tgp.actions.set_goals(done, undo=True, client=client)
    assert repeated["status"].tolist() == ["unchanged"] * 3
    # A changed target can be set again, a removed goal can't.
    redone = tgp.actions.set_goals(undone, undo=True, client=client)
    assert redone["status"].tolist() == ["updated", "unchanged", "failed"]
    assert targets_of(client, ids) == {ids[0]: 8, ids[1]: 8}


def test_undo_keeps_goals_that_were_changed_since(client, update):
    ids, _, done = update
    tgp.actions.set_goals([ids[0], ids[2]], **JULY, target_value=11, update=True, client=client)
    plan = tgp.actions.set_goals(done, undo=True, dry_run=True, client=client)
    assert plan["status"].tolist() == ["would fail", "unchanged", "would fail"]
    undone = tgp.actions.set_goals(done, undo=True, client=client)
    assert undone["status"].tolist() == ["failed", "unchanged", "failed"]
    assert undone["error"].iloc[0] == "its target was changed to 11 since"
    assert targets_of(client, ids) == dict(zip(ids, (11, 8, 11), strict=True))


def test_undo_keeps_goals_that_replaced_those_of_the_update(client, update):
    ids, _, done = update
    created = done[done["status"] == "created"].assign(goal_id=done["id"])
    tgp.actions.remove_goals(created, client=client)
    tgp.actions.set_goals(ids[2], **JULY, target_value=8, client=client)
    undone = tgp.actions.set_goals(done, undo=True, client=client)
    assert undone["status"].tolist() == ["updated", "unchanged", "failed"]
    assert targets_of(client, ids)[ids[2]] == 8


def test_undo_restores_targets_after_an_interruption(client, update, monkeypatch):
    ids, _, _ = update
    before, sent, request = targets_of(client, ids), [], type(client).request

    def interrupt(self, method, *args, **options):
        answer = request(self, method, *args, **options)
        sent.append(method)
        if sent.count("PATCH") == 2:
            raise KeyboardInterrupt  # the request was carried out
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(type(client), "request", interrupt)
        with pytest.raises(InterruptedWriteError) as stopped:
            tgp.actions.set_goals(ids, **JULY, target_value=12, update=True, client=client)
    assert targets_of(client, ids) == dict(zip(ids, (12, 12, 8), strict=True))
    undone = tgp.actions.set_goals(stopped.value.frame, undo=True, client=client)
    assert undone["status"].tolist()[0] == "updated"
    assert targets_of(client, ids)[ids[0]] == before[ids[0]]
    assert targets_of(client, ids)[ids[2]] == before[ids[2]]


def test_undo_refuses_plans_and_other_arguments(client, update):
    ids, _, done = update
    plan = tgp.actions.set_goals(
        ids, **JULY, target_value=3, update=True, dry_run=True, client=client
    )
    with pytest.raises(ArgumentError, match="dry run"):
        tgp.actions.set_goals(plan, undo=True, client=client)
    with pytest.raises(ArgumentError, match="leave out target_value, update"):
        tgp.actions.set_goals(done, undo=True, target_value=3, update=True, client=client)
    with pytest.raises(MissingColumnError, match="old_target"):
        tgp.actions.set_goals(done.drop(columns="old_target"), undo=True, client=client)
    with pytest.raises(ArgumentTypeError):
        tgp.actions.set_goals(ids, undo=True, client=client)
