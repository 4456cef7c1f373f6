"""Create, undo and create again in any order, through faults: frame, server and dry run agree."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples
from tests.support.acting import CHEAP, PROJECT, limit, planned
from tests.support.leaping import leaping_client
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ConflictError,
    PartialWriteError,
    RepeatedRequestWarning,
    TrackaGoatError,
)

FAULTS = ["lost", "500 after", "500", "502", "reset", "429", "empty", "cut"]
NEW, THERE = {"created", "reactivated"}, {"unchanged"}
GOAL = {"metric": "views", "period": "daily", "target_value": 3, "start_date": "2026-06-01"}


@dataclass(frozen=True)
class Kind:
    """Something to create: the call, what undoes it by its id, and what the server has of it.

    ``table`` and ``where`` count what there is of it; ``alone`` says that there can be only one.
    """

    create: object
    undo: object
    table: str
    where: str
    alone: bool = False
    listed: bool = True


KINDS = {
    "add_creators": Kind(
        lambda world, name, **own: actions.add_creators(PROJECT, [name], **own),
        lambda world, name, id_, **own: actions.remove_creators(id_, **own),
        "creators", "is_active AND tiktok_handle = :name", alone=True,
    ),
    "add_videos": Kind(
        lambda world, name, **own: actions.add_videos(PROJECT, [world.url(name)], **own),
        lambda world, name, id_, **own: actions.remove_videos(id_, **own),
        "videos", "deleted_at IS NULL AND url = :url", alone=True,
    ),
    "set_goals": Kind(
        lambda world, name, **own: actions.set_goals(world.goat(name), **GOAL, **own),
        lambda world, name, id_, **own: actions.remove_goals(
            pd.DataFrame({"goal_id": [id_], "creator_id": [world.goat(name)]}), **own
        ),
        "goals", "is_active AND creator_id = :goat AND metric = 'views'", alone=True,
    ),
    "create_campaign": Kind(
        lambda world, name, **own: actions.create_campaign(PROJECT, name, **own),
        lambda world, name, id_, **own: actions.remove_campaigns(id_, **own),
        "campaigns", "name = :name",
    ),
    "renamed campaign": Kind(
        lambda world, name, **own: actions.create_campaign(PROJECT, name, **own),
        lambda world, name, id_, **own: actions.update_campaign(id_, name="Other", **own),
        "campaigns", "name = :name",
    ),
    "add_campaign_items": Kind(
        lambda world, name, **own: actions.add_campaign_items(
            world.campaign, creators=[world.goat(name)], **own
        ),
        lambda world, name, id_, **own: actions.remove_campaign_items(
            world.campaign, creators=[world.goat(name)], **own
        ),
        "campaign_items", "item_id = :goat", alone=True,
    ),
    "annotate": Kind(
        lambda world, name, **own: actions.annotate("2026-06-10", name, project=PROJECT, **own),
        lambda world, name, id_, **own: actions.remove_annotations(id_, **own),
        "annotations", "label = :name",
    ),
    "create_payout_method": Kind(
        lambda world, name, **own: actions.create_payout_method(name, **own),
        lambda world, name, id_, **own: actions.remove_payout_methods(id_, **own),
        "payout_methods", "name = :name",
    ),
    "create_payout_structure": Kind(
        lambda world, name, **own: actions.create_payout_structure(
            PROJECT, name, "cpm", cpm_cents=5, **own
        ),
        lambda world, name, id_, **own: actions.remove_payout_structures(id_, **own),
        "payout_structures", "is_active AND name = :name",
    ),
    "assign_payout_structure": Kind(
        lambda world, name, **own: actions.assign_payout_structure(
            world.structure, world.goat(name), start_date="2026-09-01", **own
        ),
        lambda world, name, id_, **own: actions.unassign_payout_structure(
            world.structure, world.goat(name), **own
        ),
        "payout_assignments", "creator_id = :goat AND start_date = '2026-09-01'", alone=True,
    ),
    "record_payment": Kind(
        lambda world, name, **own: actions.record_payment(**world.payment(name), **own),
        lambda world, name, id_, **own: actions.void_payment(id_, **own),
        "payout_payments", "status = 'recorded' AND accrual_ids = :accruals", alone=True,
    ),
    "add_members": Kind(
        lambda world, name, **own: actions.add_members(f"{name}@example.com", **own),
        lambda world, name, id_, **own: actions.remove_members(id_, **own),
        "members", "email = :email", alone=True, listed=False,
    ),
    "invite_members": Kind(
        lambda world, name, **own: actions.invite_members(f"{name}@example.com", **own),
        lambda world, name, id_, **own: actions.cancel_invitations(id_, **own),
        "invitations", "email = :email", alone=True, listed=False,
    ),
    "create_api_key": Kind(
        lambda world, name, **own: actions.create_api_key(name, **own),
        lambda world, name, id_, **own: actions.revoke_api_keys(id_, **own),
        "api_keys", "name = :name AND revoked_at IS NULL", listed=False,
    ),
}  # fmt: skip


class World:
    """A world in which things are created under names of their own."""

    def __init__(self, box) -> None:
        self.box = box
        for limited in ("max_creators_per_org", "max_campaigns_per_project", "max_members_per_org",
                        "max_api_keys_per_org", "max_payout_methods_per_org",
                        "max_payout_structures_per_project", "max_tracked_videos_per_org",
                        "max_campaign_items_per_campaign"):  # fmt: skip
            limit(box, limited, 10**6)
        with self.client() as client:
            self.campaign = actions.create_campaign(PROJECT, "Home", client=client)["id"][0]
            rule = actions.create_payout_structure(
                PROJECT, "Rule", "cpm", cpm_cents=5, client=client
            )
            self.structure = rule["id"][0]
            self.method = tgp.load_payout_methods(client=client)["id"][0]
        self._goats, self._accruals = {}, {}

    def client(self, plan=None):
        return leaping_client(self.box.key, planned(self.box.app, plan or {}))

    def url(self, name) -> str:
        return f"https://www.tiktok.com/@goat/video/{7 * 10**18 + int(name, 16) % 10**15}"

    def goat(self, name) -> str:
        if name not in self._goats:
            with self.client() as client:
                added = actions.add_creators(PROJECT, [f"of.{name}"], client=client)
            self._goats[name] = added["id"][0]
        return self._goats[name]

    def payment(self, name) -> dict:
        if name not in self._accruals:
            goat = self.goat(name)
            (pattern,) = self.box.database.rows("SELECT * FROM payout_accruals LIMIT 1")
            accrual = {**dict(pattern), "id": str(uuid4()), "creator_id": goat, "status": "pending"}
            self.box.database.insert("payout_accruals", [accrual])
            self._accruals[name] = accrual["id"]
        return {
            "creator": self.goat(name),
            "accruals": [self._accruals[name]],
            "amount_cents": 500,
            "method": self.method,
        }

    def ids(self, kind: Kind, name: str) -> list[str]:
        """What the server has of a thing."""
        values = {
            "name": name,
            "email": f"{name}@example.com",
            "url": self.url(name),
            "goat": self._goats.get(name),
            "accruals": json.dumps([self._accruals.get(name)]),
        }
        which = {"campaign_items": "item_id", "members": "user_id"}.get(kind.table, "id")
        rows = self.box.database.rows(
            f"SELECT {which} AS id FROM {kind.table} WHERE {kind.where}", values
        )
        return [row["id"] for row in rows]


@pytest.fixture(scope="module")
def world():
    with tgp.sandbox(**CHEAP) as box:
        yield World(box)


def created(world, kind, name, client, **own) -> tuple[str, str | None]:
    """Create something; return a word and its id."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RepeatedRequestWarning)
        try:
            frame = kind.create(world, name, client=client, **own)
        except ConflictError:
            return "failed", None
        except PartialWriteError as stop:
            frame = stop.frame
        except TrackaGoatError:
            return "unknown", None
    if "error_code" in frame:
        return frame["status"].iloc[0], frame["id"].iloc[0]
    is_repeated = any("nothing new was created" in str(one.message) for one in caught)
    return ("unchanged" if is_repeated else "created"), frame["id"].iloc[0]


# Where a thing is undone: by the client that creates it, or by another one.
steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "undo here", "undo elsewhere", "create elsewhere"]),
        st.dictionaries(st.integers(1, 3), st.sampled_from(FAULTS), max_size=2),
    ),
    min_size=3,
    max_size=6,
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(20), deadline=None, phases=[Phase.generate])
@given(steps=steps)
def test_in_any_order_frame_server_and_dry_run_agree(world, kind, steps):
    kind, name = KINDS[kind], uuid4().hex[:12]
    world.goat(name), world.payment(name)
    faults: dict[int, str] = {}
    app = planned(world.box.app, faults)
    has_forgotten = False  # whether what isn't listed was undone elsewhere
    with leaping_client(world.box.key, app) as mine, world.client() as other:
        for step, plan in steps:
            client = other if step.endswith("elsewhere") else mine
            before = world.ids(kind, name)
            if step.startswith("undo"):
                for id_ in before:
                    kind.undo(world, name, id_, client=client)
                has_forgotten |= bool(before) and not kind.listed
                assert world.ids(kind, name) == []
                continue
            said = kind.create(world, name, client=client, dry_run=True)["status"].iloc[0]
            faults.clear()
            faults.update({len(app.asked) + place: fault for place, fault in plan.items()})
            word, id_ = created(world, kind, name, client)
            faults.clear()
            after = world.ids(kind, name)
            if word in NEW and has_forgotten and plan:
                # Repeated after a lost response: it may be the first answer of an earlier request,
                # and nothing lists what another client has undone.
                assert set(before) <= set(after) <= {*before, id_}
            elif word in NEW:
                assert len(after) - len(before) in ({0, 1} if plan else {1})
                assert id_ in after
                assert said in {"would create", "would reactivate", "unknown"} or plan
            elif word in THERE and not has_forgotten:
                assert after == before != []
                assert id_ in after
                assert said in {"exists", "unchanged", "unknown"} or not kind.listed
            elif word in THERE:  # nothing says whether it is still there, and the frame says so
                assert after == before
            elif word == "failed":
                assert after == before
                assert kind.alone
            else:
                assert word == "unknown"
                assert set(before) <= set(after)
            assert len(after) <= max(len(before), 1) or not kind.alone


@pytest.mark.parametrize("kind", [name for name, one in KINDS.items() if not one.alone])
def test_again_creates_another_each_time(world, kind):
    kind, name = KINDS[kind], uuid4().hex[:12]
    with world.client() as client:
        for count in (1, 2, 3):
            assert created(world, kind, name, client, again=True)[0] == "created"
            assert len(world.ids(kind, name)) == count
        assert kind.create(world, name, client=client, again=True, dry_run=True)["status"][0] == (
            "would create"
        )
