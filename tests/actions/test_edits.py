"""A copy of a frame that somebody edited: what differs, and the requests that it becomes."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.acting import connected, ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MismatchedFramesWarning,
    MissingArgumentError,
    MissingColumnError,
    TrackaGoatError,
)
from trackagoat_pandas.tables import table
from trackagoat_pandas.tables.writes import WRITABLE

client = pytest.fixture(scope="module")(connected)


@pytest.fixture(scope="module")
def creators(client):
    return tgp.load_creators(client=client)


LOADERS = {
    "creators": tgp.load_creators,
    "videos": lambda **options: tgp.load_videos("Summer Launch", **options),
    "campaigns": tgp.load_campaigns,
    "projects": tgp.load_projects,
    "annotations": lambda **options: tgp.load_annotations(dates="2026", **options),
    "payout_methods": tgp.load_payout_methods,
    "payout_structures": tgp.load_payout_structures,
    "payout_payments": tgp.load_payout_payments,
}


def edited(frame, row, **cells):
    copy = frame.copy()
    for name, cell in cells.items():
        copy[name] = copy[name].astype(object)
        copy.loc[row, name] = cell
    return copy


def of_one_cell(field, cell):
    return pd.DataFrame({"id": ids_of(1), field: pd.Series([cell], dtype=object)})


READERS = {
    "plain": {},
    "text": {"dtype": str},
    "text-and-empty": {"dtype": str, "keep_default_na": False, "na_values": [""]},
    "nullable": {"dtype_backend": "numpy_nullable"},
    "arrow": {"dtype_backend": "pyarrow"},
}


COLUMNS = ["name", "resource", "change", "field", "before", "after", "id"]


@pytest.mark.parametrize("table_name", WRITABLE)
def test_a_frame_and_its_copy_do_not_differ_however_they_are_stored(client, tmp_path, table_name):
    assert set(WRITABLE[table_name]) <= set(table(table_name).names)
    frame = LOADERS[table_name](client=client)
    arrow = LOADERS[table_name](client=client, dtype_backend="pyarrow")
    frame.to_csv(tmp_path / "edited.csv", index=False)
    copies = {
        "copied": frame.copy(),
        "object": frame.astype(object),
        "shuffled": frame.sample(frac=1, random_state=0),
        "arrow": arrow,
        "shuffled arrow": arrow.sample(frac=1, random_state=0),
        **{name: pd.read_csv(tmp_path / "edited.csv", **how) for name, how in READERS.items()},
    }
    assert len(frame)
    # In a usual run each third copy, beginning with another one for each table.
    for stored, copy in [*copies.items()][[*LOADERS].index(table_name) % every(3) :: every(3)]:
        for found in (tgp.diff(frame, copy), tgp.diff(copy, frame)):
            assert found.empty, f"{stored}: {found.head().to_string()}"
            names = ["tiktok_handle"] * ("url" in frame)
            owners = ["creator_id"] * ("creator_id" in frame)
            assert list(found) == [*names, *COLUMNS[:-1], *owners, COLUMNS[-1]]


@pytest.mark.parametrize("reader", READERS)
def test_only_the_edits_of_a_csv_are_found_as_the_api_writes_them(client, tmp_path, reader):
    campaigns = tgp.load_campaigns(client=client)
    edited(
        campaigns, 1, readme="Evenings", target_views=7, target_at="2026-07-01T12:00:00+02:00"
    ).to_csv(tmp_path / "edited.csv", index=False)
    found = tgp.diff(campaigns, pd.read_csv(tmp_path / "edited.csv", **READERS[reader]))
    assert set(found["id"]) == {campaigns["id"][1]}
    assert dict(zip(found["field"], found["after"], strict=True)) == {
        "readme": "Evenings",
        "target_views": 7,
        "target_at": "2026-07-01T10:00:00Z",
    }


@pytest.mark.parametrize(
    ("field", "kind", "was", "is_now"),
    [
        ("name", "campaigns", "007", 7),
        ("name", "campaigns", "1e3", 1000.0),
        ("name", "campaigns", "7000000000000000001", 7000000000000000001),
        ("is_active", "payout_methods", True, "True"),
        ("is_active", "payout_methods", False, 0.0),
        ("tracking_start_date", "creators", pd.Timestamp("2026-05-01"), "2026-05-01 00:00:00"),
        ("tracking_start_date", "creators", pd.Timestamp("2026-05-01"), "2026-05-01"),
        ("target_at", "campaigns", pd.Timestamp("2026-05-01T10:00Z"), "2026-05-01 10:00:00+00:00"),
        ("target_at", "campaigns", "2026-05-01T10:00:00Z", "2026-05-01T12:00:00+02:00"),
        ("target_views", "campaigns", 5, "5"),
        ("target_views", "campaigns", 5, "5.0"),
        ("readme", "campaigns", None, pd.NA),
        ("readme", "campaigns", None, float("nan")),
        ("readme", "campaigns", None, pd.NaT),
        ("name", "campaigns", ["a", "b"], ["a", "b"]),
    ],
)
def test_a_cell_that_only_looks_different_does_not_differ(field, kind, was, is_now):
    before, after = of_one_cell(field, was), of_one_cell(field, is_now)
    assert tgp.diff(before, after, resource=kind).empty
    assert tgp.diff(after, before, resource=kind).empty


@pytest.mark.parametrize(
    ("field", "kind", "is_now"),
    [
        *(("tracking_start_date", "creators", text) for text in ("01.06.2026", "today")),
        ("target_at", "campaigns", "2026-06-01 10:00:00"),
        ("target_views", "campaigns", "many"),
        ("is_active", "payout_methods", "perhaps"),
    ],
)
def test_a_text_that_cannot_be_read_is_left_for_the_action_to_refuse(field, kind, is_now):
    found = tgp.diff(of_one_cell(field, None), of_one_cell(field, is_now), resource=kind)
    assert found["after"].tolist() == [is_now]
    with connect_to(Canned({})) as client:
        with pytest.raises(TrackaGoatError, match=field):
            tgp.actions.apply(found, client=client)
        assert client.requests_sent == 0


def test_only_cells_that_differ_are_found_in_the_order_of_the_rows(creators):
    copy = edited(creators, 2, description="C", tracking_mode="selective")
    copy = edited(copy, 0, tracking_start_date="2026-05-01")
    as_they_were = creators.copy(deep=True), copy.copy(deep=True)
    found = tgp.diff(creators, copy.iloc[::-1])
    assert found["id"].tolist() == creators["id"][[0, 2, 2]].tolist()
    assert found["field"].tolist() == ["tracking_start_date", "tracking_mode", "description"]
    assert found["after"].tolist() == ["2026-05-01", "selective", "C"]
    assert found["before"][0] == creators["tracking_start_date"][0].date().isoformat()
    assert set(found["resource"]) == {"creators"}
    pd.testing.assert_frame_equal(found, creators.goat.diff(copy))
    for frame, as_it_was in zip((creators, copy), as_they_were, strict=True):
        pd.testing.assert_frame_equal(frame, as_it_was)


@pytest.mark.parametrize(
    ("field", "before", "after", "written"),
    [
        ("target_at", None, pd.Timestamp("2026-07-01T12:00+02:00"), "2026-07-01T10:00:00Z"),
        ("target_views", None, 5.0, 5),
        ("target_views", 5, None, None),
        ("name", "a", "b", "b"),
        ("name", ["a", "b"], ["a", "c"], ["a", "c"]),
    ],
)
def test_a_cell_is_shown_as_the_api_writes_it(field, before, after, written):
    found = tgp.diff(of_one_cell(field, before), of_one_cell(field, after), resource="campaigns")
    assert found["after"].tolist() == [written]
    assert found["before"].tolist() == [before]


def test_a_copy_with_fewer_columns_has_the_others_unchanged(creators):
    copy = edited(creators[["id", "description"]], 0, description="x")
    assert tgp.diff(creators, copy)["field"].tolist() == ["description"]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: pd.concat([frame, frame.head(1)]), "one row"),
        (lambda frame: frame.assign(id=None), "a row has no id"),
    ],
)
def test_rows_that_cannot_be_matched_are_refused(creators, change, match):
    with pytest.raises(ArgumentError, match=match):
        tgp.diff(creators, change(creators))


def cells(found, *names):
    return found[[*names]].astype(object).where(found[[*names]].notna(), None).to_numpy().tolist()


def test_two_lists_of_different_rows_differ_in_rows_and_cells(client):
    creators = tgp.load_creators(client=client)
    later = edited(creators, 1, follower_count=7).drop(index=0)
    new = creators.head(1).assign(id="new", tiktok_handle="new.one")
    later = pd.concat([later.iloc[::-1], new]).reset_index(drop=True)
    later.attrs["trackagoat"] = {**creators.attrs["trackagoat"], "rows": len(later)}
    found = tgp.diff(creators, later)
    was, handles = int(creators["follower_count"][1]), creators["tiktok_handle"]
    assert cells(found, "change", "name", "field", "before", "after", "id") == [
        ["removed", handles[0], None, None, None, creators["id"][0]],
        ["changed", handles[1], "follower_count", was, 7, creators["id"][1]],
        ["added", "new.one", None, None, None, "new"],
    ]
    note = found.attrs["trackagoat"]["note"]
    assert note == "1 row changed, 1 row added, 1 row removed"
    assert "field" not in tgp.diff(creators, later, columns="description")["field"].dropna()
    with connect_to(Canned({})) as other:
        with pytest.raises(ArgumentError, match="were added or removed, and apply only changes"):
            tgp.actions.apply(found, client=other)
        with pytest.raises(ChoiceError, match="field='follower_count' is not allowed"):
            tgp.actions.apply(found[found["change"] == "changed"], client=other)
        assert other.requests_sent == 0


def test_two_loads_differ_between_two_moments_by_creator_and_not_in_updated_at(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    facts = videos.attrs["trackagoat"]
    then, now = ({**facts, "server_time": f"2026-06-{day}T12:00:00+00:00"} for day in (15, 16))
    later = edited(videos, 0, view_count=7).drop(index=1).reset_index(drop=True)
    later["updated_at"] += pd.Timedelta("1h")
    videos.attrs["trackagoat"], later.attrs["trackagoat"] = then, {**now, "rows": len(later)}
    found = tgp.diff(videos, later)
    assert found["field"].dropna().tolist() == ["view_count"]
    assert found["tiktok_handle"].notna().all()  # by the addresses, also of a removed creator
    assert len(tgp.diff(videos, later, columns="updated_at")) == len(videos)
    title = "Changes of videos, Summer Launch, 15 Jun 2026 08:00 to 16 Jun 2026 08:00 America/New_"
    assert found.goat.show().text.startswith(title)
    assert "as of" not in found.goat.show().text
    creators = tgp.load_creators("Summer Launch", client=client)
    nameless = tgp.diff(videos.drop(columns="url"), later.drop(columns="url"), names=creators)
    assert nameless["tiktok_handle"].tolist() == found["tiktok_handle"].tolist()


def test_rows_of_lists_that_are_no_match_are_warned_of(creators):
    with pytest.warns(MismatchedFramesWarning, match="since `after` has 2 of 3 creators"):
        assert (tgp.diff(creators, creators.head(2))["change"] == "removed").all()
    other = creators.iloc[2:].reset_index(drop=True)
    facts = creators.attrs["trackagoat"]
    other.attrs["trackagoat"] = {**facts, "rows": len(other), "params": {"project_id": "p"}}
    creators = creators.copy()
    creators.attrs["trackagoat"] = {**facts, "params": {"project_id": "q"}}
    with pytest.warns(MismatchedFramesWarning, match=r"different filters \(project_id\)"):
        tgp.diff(creators, other)
    videos = creators.copy()
    videos.attrs["trackagoat"] = {**facts, "path": "/videos"}
    with pytest.raises(ArgumentError, match="`before` is a frame of creators, and `after`"):
        tgp.diff(creators, videos)
    with pytest.warns(MismatchedFramesWarning, match="`after` has columns .*: readme. They aren't"):
        assert tgp.diff(creators, creators.assign(readme="x")).empty


def test_times_and_counts_of_loaded_lists_are_written_as_the_api_does():
    times = pd.Series(pd.to_datetime(["2026-05-01T10:00Z", None, "2026-05-01T10:00Z"])).dt.as_unit(
        "us"
    )
    before = pd.DataFrame({"id": ["v", "w", "x"], "posted_at": times, "view_count": [1, 2, 3]})
    moved = pd.Timestamp("2026-06-01T12:00:00.5+02:00")
    after = before.assign(posted_at=[moved, moved, None], view_count=[1, 2, 4])
    after["posted_at"] = pd.to_datetime(after["posted_at"], utc=True).dt.as_unit("us")
    written = "2026-06-01T10:00:00.500000Z"
    for copy in (after, after.astype(object), after.assign(view_count=["1", "2", "4.0"])):
        found = tgp.diff(before, copy, resource="videos")
        assert cells(found, "id", "before", "after") == [
            ["v", "2026-05-01T10:00:00Z", written], ["w", None, written],
            ["x", "2026-05-01T10:00:00Z", None], ["x", 3, 4],
        ]  # fmt: skip


def test_what_the_rows_are_must_be_given():
    frame = pd.DataFrame({"id": ["a"]})
    with pytest.raises(MissingArgumentError, match="`resource` is required: name one of 'creat"):
        tgp.diff(frame, frame)
    with pytest.raises(ChoiceError, match="resource='goats'"):
        tgp.diff(frame, frame, resource="goats")
    with pytest.raises(MissingColumnError, match=r"no columns? .*'id'"):
        tgp.diff(frame, pd.DataFrame({"name": ["a"]}), resource="creators")


def test_changes_become_one_request_for_each_resource(client, creators):
    other = {"auto": "selective", "selective": "auto"}[creators["tracking_mode"][0]]
    copy = edited(creators, 0, description=None, tracking_mode=other)
    copy = edited(copy, 1, description="Mornings")
    copy = edited(copy, 0, description="Evenings")
    plan = tgp.actions.apply(tgp.diff(creators, copy), dry_run=True, client=client)
    ids = creators["id"]
    assert plan["method"].tolist() == ["PATCH", "PATCH"]
    assert plan["path"].tolist() == [f"/creators/{ids[0]}", f"/creators/{ids[1]}"]
    assert [json.loads(body) for body in plan["body"]] == [
        {"readme": "Evenings", "tracking_mode": other},
        {"readme": "Mornings"},
    ]


@pytest.mark.parametrize(
    ("name", "column", "cell"),
    [
        ("creators", "description", "x"),
        ("videos", "title", "x"),
        ("campaigns", "target_views", 77),
        ("projects", "name", "New name"),
        ("annotations", "date", "2026-06-02"),
        ("payout_structures", "name", "x"),
        ("payout_payments", "note", "x"),
    ],
)
def test_applied_changes_are_what_is_loaded_then(client, name, column, cell):
    frame = LOADERS[name](client=client)
    found = tgp.diff(frame, edited(frame, 0, **{column: cell}))
    done = tgp.actions.apply(found, client=client)
    now = LOADERS[name](client=client).set_index("id")[column]
    assert done["status"].tolist() == ["updated"]
    assert str(now[frame["id"][0]]).removesuffix(" 00:00:00") == str(cell)
    if name == "projects":
        assert tgp.load_creators("New name", client=client) is not None


def test_a_cleared_cell_is_null_and_one_that_must_not_be_is_refused(client, creators):
    noted = edited(creators, 0, description="x")
    plan = tgp.actions.apply(
        tgp.diff(noted, edited(noted, 0, description=pd.NA)), dry_run=True, client=client
    )
    assert json.loads(plan["body"][0]) == {"readme": None}
    nameless = tgp.diff(creators, edited(creators, 0, tiktok_handle=None))
    with pytest.raises(ArgumentTypeError, match="tiktok_handle"):
        tgp.actions.apply(nameless, client=client)


DIFF = {"resource": "creators", "id": ids_of(1)[0], "field": "description", "after": "x"}


@pytest.mark.parametrize(
    ("rows", "error", "match"),
    [
        ([{**DIFF, "resource": "goats"}], ChoiceError, "resource='goats'"),
        ([{**DIFF, "field": "readme"}], ChoiceError, "field='readme'"),
        ([{**DIFF, "id": "x"}], ArgumentError, "UUID"),
        ([{**DIFF, "field": "tracking_mode"}], ChoiceError, "tracking_mode='x'"),
        ([DIFF, DIFF], ArgumentError, "appears twice"),
        ([{"id": "x"}], MissingColumnError, "no columns? .*'after'"),
    ],
)
def test_changes_that_cannot_be_right_are_not_sent(rows, error, match):
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            tgp.actions.apply(pd.DataFrame(rows), client=client)
        assert client.requests_sent == 0


def test_one_change_that_is_refused_does_not_hide_the_others(client, creators):
    copy = edited(creators, 0, tiktok_handle="nosuch1")
    copy = edited(copy, 1, tiktok_handle="renamed")
    done = tgp.actions.apply(creators.goat.diff(copy), client=client)
    assert done["status"].tolist() == ["failed", "updated"]
    assert done["error_code"][0] == "invalid_handle"


def test_no_changes_are_no_requests(client, creators):
    before = client.requests_sent
    assert tgp.actions.apply(tgp.diff(creators, creators), client=client).empty
    assert client.requests_sent == before


def test_rows_without_ids_lead_to_the_ids_of_their_handles(creators):
    sheet = pd.DataFrame({"tiktok_handle": creators["tiktok_handle"], "description": "x"})
    said = "`load_creators` has the ids of handles: merge its frame on 'tiktok_handle'"
    with pytest.raises(MissingColumnError, match=said):
        tgp.diff(creators, sheet)
    with pytest.raises(ArgumentError, match=f"a row has no id. {said}"):
        tgp.diff(creators, tgp.as_table(sheet, "creators"))
    with pytest.raises(MissingColumnError, match=said):
        tgp.with_names(sheet)


def test_a_diff_of_goals_leads_to_the_action_that_changes_one(client):
    goals = tgp.load_goal_compliance("Q1 Brand Program", client=client)
    with pytest.raises(MissingColumnError, match=r"by `actions\.update_goal`") as raised:
        tgp.diff(goals, goals)
    assert "load_creators" not in str(raised.value)


def test_a_diff_of_analytics_leads_to_what_tells_their_changes(client, creators):
    views = tgp.load_analytics("creator", creators.head(1), "views", client=client)
    with pytest.raises(MissingColumnError, match=r"`store\.restatements` .* `explain_change`"):
        tgp.diff(views, views)
