"""A server that ignores a filter is detected by the rows that it sends."""

from __future__ import annotations

import datetime as dt
import warnings
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    BadRequestError,
    ContractWarning,
    TrackaGoatError,
    UnreadableResponseError,
)

pytestmark = pytest.mark.filterwarnings(
    # The rows here have no more fields than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
)


def uid(digit: str, number: int = 0) -> str:
    return f"{digit * 8}-0000-4000-8000-{number:012d}"


PROJECT, ELSEWHERE = uid("1"), uid("1", 1)
ADA, BEN = uid("2"), uid("2", 1)
PROJECTS = [{"id": PROJECT, "name": "One", "timezone": "America/New_York"}]


def load(path, rows, loader, backend="numpy_nullable", **rules):
    app = Canned({path: rows, "/projects": PROJECTS, **rules})
    with connect_to(app) as client:
        return loader(client=client, dtype_backend=backend)


def of_filters(warned):
    """The warnings that say which filters were ignored."""
    return [one for one in warned if "the server ignored" in str(one.message)]


def rows(count, **fields):
    """Rows with ids, whose fields repeat the values given."""
    return [
        {"id": uid("9", number)} | {name: each[number % len(each)] for name, each in fields.items()}
        for number in range(count)
    ]


PENDING = partial(tgp.load_payout_accruals, status="pending")
PENDING_OF_ADA = partial(PENDING, creator=ADA)
GOAL = {"metric": "posts", "target_value": 1, "project_id": PROJECT, "creator_id": ADA}
COMPLIANCE = [
    {
        "creator": {"id": creator},
        "compliance": [
            {"goal": GOAL | {"id": uid("7", number), "creator_id": creator, "period": period}}
            for number, period in enumerate(["daily", "weekly", "monthly"], start=3 * place)
        ],
    }
    for place, creator in enumerate([ADA, BEN])
]


def one_of_two(path, loader, name, wanted, other):
    """A case of two rows, of which the second has another value in the column of the filter."""
    return path, rows(2, **{name: [wanted, other]}), loader, (name, name, wanted, 1, 2)


OF_PROJECT = ("project_id", PROJECT, ELSEWHERE)
OF_ADA = ("creator_id", ADA, BEN)
CASES = {
    "creators of a project": one_of_two(
        "/creators", partial(tgp.load_creators, PROJECT), *OF_PROJECT
    ),
    "videos of a project": one_of_two("/videos", partial(tgp.load_videos, PROJECT), *OF_PROJECT),
    "videos of a creator": one_of_two(
        "/videos", partial(tgp.load_videos, creator=ADA.upper()), *OF_ADA
    ),
    "campaigns": one_of_two("/campaigns", partial(tgp.load_campaigns, PROJECT), *OF_PROJECT),
    "notes on a kind of entity": one_of_two(
        "/analytics/annotations", partial(tgp.load_annotations, entity="creator"),
        "entity", "creator", "video",
    ),
    "notes on an entity": one_of_two(
        "/analytics/annotations", partial(tgp.load_annotations, entity_id=ADA),
        "entity_id", ADA, BEN,
    ),
    "methods in use": one_of_two(
        "/payout-methods", tgp.load_payout_methods, "is_active", True, False
    ),
    "structures": one_of_two(
        "/payout-structures", partial(tgp.load_payout_structures, PROJECT), *OF_PROJECT
    ),
    "assignments": one_of_two(
        f"/payout-structures/{PROJECT}/assignments", partial(tgp.load_payout_assignments, PROJECT),
        "structure_id", PROJECT, ELSEWHERE,
    ),
    "accruals of a creator": one_of_two(
        "/payout-accruals", partial(tgp.load_payout_accruals, creator=ADA), *OF_ADA
    ),
    "accruals of a project": one_of_two(
        "/payout-accruals", partial(tgp.load_payout_accruals, PROJECT), *OF_PROJECT
    ),
    "payments by status": one_of_two(
        "/payout-payments", partial(tgp.load_payout_payments, status="recorded"),
        "status", "recorded", "voided",
    ),
    "payments of a creator": one_of_two(
        "/payout-payments", partial(tgp.load_payout_payments, creator=ADA), *OF_ADA
    ),
    "creators by handle": (
        "/creators",
        rows(3, tiktok_handle=["GoatFarm", "goat", "sheep"]),
        partial(tgp.load_creators, search=" @gOAT "),
        ("search", "tiktok_handle", ["GoatFarm", "goat"], 1, 3),
    ),
    "notes of some days": (
        "/analytics/annotations",
        rows(4, date=["2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"]),
        partial(tgp.load_annotations, dates="2026-05"),
        ("dates", "id", [uid("9", 1), uid("9", 2)], 2, 4),
    ),
    "accruals by status": (
        "/payout-accruals",
        rows(90, status=["pending", "paid", "paid"]),
        partial(tgp.load_payout_accruals, status="pending"),
        ("status", "status", "pending", 60, 90),
    ),
    "accruals whose period touches the days": (
        "/payout-accruals",
        rows(
            4,
            period_start=["2026-04-27", "2026-04-20", "2026-05-31", "2026-06-01"],
            period_end=["2026-05-01", "2026-04-30", "2026-06-06", "2026-06-07"],
        ),
        partial(tgp.load_payout_accruals, dates="2026-05"),
        ("dates", "id", [uid("9", 0), uid("9", 2)], 2, 4),
    ),
    "payments of some days of New York": (
        "/payout-payments",
        rows(
            4,
            paid_at=[
                "2026-05-01T03:59:59Z", "2026-05-01T04:00:00Z",
                "2026-06-01T03:59:59Z", "2026-06-01T04:00:00Z",
            ],
        ),
        partial(tgp.load_payout_payments, dates="2026-05"),
        ("dates", "id", [uid("9", 1), uid("9", 2)], 2, 4),
    ),
    "goals of a period": (
        f"/projects/{PROJECT}/goal-compliance",
        COMPLIANCE,
        partial(tgp.load_goal_compliance, PROJECT, period="weekly"),
        ("period", "period", "weekly", 4, 6),
    ),
    "goals of a creator": (
        f"/projects/{PROJECT}/goal-compliance",
        COMPLIANCE,
        partial(tgp.load_goal_compliance, PROJECT, creator=ADA),
        ("creator_id", "creator_id", ADA, 3, 6),
    ),
    "goals of a project": (
        f"/projects/{ELSEWHERE}/goal-compliance",
        COMPLIANCE,
        partial(tgp.load_goal_compliance, ELSEWHERE),
        ("project_id", "project_id", ELSEWHERE, 6, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("case", CASES)
def test_rows_that_were_not_asked_for_are_dropped_and_counted(case, backend):
    path, sent, loader, (name, column, wanted, dropped, came) = CASES[case]
    said = rf": the server ignored {name}=.*: {dropped} of {came} rows were something else and were"
    with pytest.warns(ContractWarning, match=said) as warned:
        frame = load(path, sent, loader, backend)
    assert len(of_filters(warned)) == 1
    values = frame[column].tolist()
    assert values == (wanted if isinstance(wanted, list) else [wanted] * (came - dropped))
    assert frame.index.tolist() == list(range(came - dropped))
    assert "index" not in frame.columns
    facts = frame.goat.provenance
    assert facts["dropped"] == {name: dropped}
    assert facts["rows"] == len(frame)
    assert facts["complete"] is True
    assert "unverified" not in facts


@pytest.mark.parametrize("case", CASES)
def test_rows_that_do_not_say_are_kept_and_the_filter_is_unverified(case):
    path, sent, loader, (name, *_) = CASES[case]
    silent = [{"id": row["id"]} for row in sent if "id" in row] or [
        {"creator": {}, "compliance": [{"goal": {"id": uid("7", number)}} for number in range(3)]}
    ]
    frame = load(path, silent, loader)
    assert len(frame) >= 2
    assert name in frame.goat.provenance["unverified"]
    assert "dropped" not in frame.goat.provenance


def test_a_handle_is_searched_for_literally():
    sent = rows(2, tiktok_handle=["goat.farm", "goatyfarm"])
    with pytest.warns(ContractWarning, match=r"ignored search='goat\.farm': 1 of 2 rows"):
        frame = load("/creators", sent, partial(tgp.load_creators, search="goat.farm"))
    assert frame["tiktok_handle"].tolist() == ["goat.farm"]


@pytest.mark.parametrize("others", ["status", "creator_id"])
def test_what_a_dropped_row_does_not_say_leaves_nothing_unverified(others):
    kept, dropped = {"creator_id": ADA, "status": "pending"}, {"creator_id": BEN, "status": "paid"}
    sent = rows(2, **{name: [kept[name], None] for name in kept})
    sent[1][others] = dropped[others]
    with pytest.warns(ContractWarning, match=f"ignored {others}='{kept[others]}'"):
        frame = load("/payout-accruals", sent, PENDING_OF_ADA)
    assert len(frame) == 1
    assert "unverified" not in frame.goat.provenance


def test_an_accrual_whose_period_has_no_end_may_be_of_any_later_days():
    sent = rows(2, period_start=["2026-05-01", "2026-06-01"])
    with pytest.warns(ContractWarning, match="1 of 2 rows"):
        frame = load("/payout-accruals", sent, partial(tgp.load_payout_accruals, dates="2026-05"))
    assert frame["id"].tolist() == [uid("9", 0)]
    assert frame.goat.provenance["unverified"] == ["dates"]


def test_a_frame_of_an_obedient_server_says_nothing_of_filters(client):
    creators = tgp.load_creators("Q1 Brand Program", search="a", client=client)
    paid = tgp.load_payout_accruals("Q1 Brand Program", status="paid", client=client)
    of_one = {"creator": paid["creator_id"].iloc[0], "status": "paid", "dates": "2026"}
    accruals = tgp.load_payout_accruals("Q1 Brand Program", client=client, **of_one)
    goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly", client=client)
    # A payment says nothing of its project, but those who were paid do.
    payments = tgp.load_payout_payments("Q1 Brand Program", dates="2026-05", client=client)
    for frame in (creators, accruals, goals, payments):
        assert len(frame) > 0
        assert not frame.goat.provenance.keys() & {"dropped", "unverified"}


def test_a_video_without_a_creator_is_dropped_if_others_have_one():
    sent = rows(3, creator_id=[ADA, None, BEN])
    with pytest.warns(ContractWarning, match="2 of 3 rows"):
        frame = load("/videos", sent, partial(tgp.load_videos, creator=ADA))
    assert frame["creator_id"].tolist() == [ADA]
    assert "unverified" not in frame.goat.provenance


def test_a_word_that_is_not_declared_may_be_the_servers_for_what_was_asked():
    odd = r"status: 'owed' \(\d\)"
    with pytest.warns(ContractWarning, match=odd):
        frame = load("/payout-accruals", rows(2, status=["owed"]), PENDING)
    assert frame["status"].tolist() == ["owed", "owed"]
    assert frame.goat.provenance["unverified"] == ["status"]
    assert "filters not verified  status" in repr(frame.goat.provenance)
    for other, kept in (("pending", "pending"), ("paid", "owed")):
        with (
            pytest.warns(ContractWarning, match="1 of 2 rows"),
            pytest.warns(ContractWarning, match=odd),
        ):
            frame = load("/payout-accruals", rows(2, status=["owed", other]), PENDING)
        assert frame["status"].tolist() == [kept]


@pytest.mark.parametrize(
    ("count", "said"),
    [(4, r" \(4 values\): 4 of 4 rows"), (3, "='{0}' or '{1}' or '{2}': 3 of 3 rows")],
)
def test_a_warning_lists_up_to_three_values_and_counts_more(count, said):
    ids = [uid("3", number) for number in range(count)]
    app = Canned(
        {
            f"/payout-structures/{id_}/assignments": [{"id": id_, "structure_id": ELSEWHERE}]
            for id_ in ids
        }
    )
    said = f"ignored structure_id{said.format(*ids)}"
    with connect_to(app) as client, pytest.warns(ContractWarning, match=said):
        assert tgp.load_payout_assignments(ids, client=client).empty


def test_several_ignored_filters_are_one_warning():
    sent = rows(6, status=["pending", "paid"], creator_id=[ADA, ADA, BEN])
    said = rf"creator_id='{ADA}' \(2 rows\), status='pending' \(3 rows\): 4 of 6 rows were"
    with pytest.warns(ContractWarning, match=said) as warned:
        frame = load("/payout-accruals", sent, PENDING_OF_ADA)
    assert len(of_filters(warned)) == 1
    assert frame["status"].tolist() == ["pending", "pending"]
    assert frame.goat.provenance["dropped"] == {"creator_id": 2, "status": 3}
    assert "creator_id=2, status=3" in repr(frame.goat.provenance)


def test_comments_are_compared_too():
    sent = rows(4, project_id=[PROJECT], creator_id=[ADA, BEN])
    openapi = {"openapi": "3.1.0", "paths": {"/comments": {"get": {}}}}
    with pytest.warns(ContractWarning, match="comments: the server ignored creator_id="):
        frame = load(
            "/comments",
            sent,
            partial(tgp.load_comments, PROJECT, creator=ADA),
            **{"/openapi.json": openapi},
        )
    assert frame["creator_id"].tolist() == [ADA, ADA]


def test_an_instant_near_midnight_is_unverified_where_the_server_names_no_time_zone():
    sent = rows(3, paid_at=["2026-04-01T00:00:00Z", "2026-05-01T01:00:00Z", "2026-05-09T00:00:00Z"])
    projects = [{"id": PROJECT, "name": "One"}]
    with pytest.warns(ContractWarning, match="1 of 3 rows"):
        frame = load(
            "/payout-payments",
            sent,
            partial(tgp.load_payout_payments, dates="2026-05"),
            **{"/projects": projects},
        )
    assert len(frame) == 2
    assert frame.goat.provenance["unverified"] == ["dates"]


def test_days_far_from_midnight_need_no_further_request():
    app = Canned({"/payout-payments": rows(1, paid_at=["2026-05-09T00:00:00Z"])})
    with connect_to(app) as client:
        tgp.load_payout_payments(dates="2026-05", client=client)
    assert [path for path, _ in app.asked] == ["/payout-payments"]


@pytest.mark.parametrize(
    ("paid_at", "is_kept", "is_in_doubt"),
    [
        ("2026-04-30T09:59:59.999999Z", False, False),
        ("2026-04-30T10:00:00Z", False, True),  # Kiritimati shows 1 May
        ("2026-05-01T11:59:59.999999Z", True, True),
        ("2026-05-01T12:00:00Z", True, False),  # the clocks farthest behind UTC show 1 May, too
        ("2026-05-31T09:59:59.999999Z", True, False),
        ("2026-05-31T10:00:00Z", True, True),
        ("2026-06-01T11:59:59.999999Z", False, True),
        ("2026-06-01T12:00:00Z", False, False),
    ],
)
def test_the_time_zone_is_asked_for_only_where_some_clock_may_show_another_day(
    paid_at, is_kept, is_in_doubt
):
    app = Canned({"/payout-payments": rows(1, paid_at=[paid_at]), "/projects": PROJECTS})
    with connect_to(app) as client, warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        frame = tgp.load_payout_payments(dates="2026-05", client=client)
    assert len(frame) == is_kept
    assert ("/projects" in [path for path, _ in app.asked]) is is_in_doubt


def test_one_resource_must_be_the_one_that_was_asked_for():
    app = Canned({f"/payout-accruals/{ADA}": {"id": BEN, "amount_cents": 5}})
    with (
        connect_to(app) as client,
        pytest.raises(UnreadableResponseError, match="its data has another id"),
    ):
        tgp.load_payout_accruals(accrual=ADA, client=client)


def failing_after(first, last=400, **fields):
    """A list whose first page has rows with these fields, and whose second page fails."""

    def answer(query):
        if "cursor" in query:
            return last
        meta = {"hasMore": True, "nextCursor": "2"}
        return {"data": rows(first, **fields), "error": None, "meta": meta}

    return answer


def test_a_list_that_has_failed_asks_for_no_time_zone():
    answer = failing_after(1, paid_at=["2026-05-01T01:00:00Z"])
    app = Canned({"/payout-payments": answer, "/projects": PROJECTS})
    with (
        connect_to(app) as client,
        pytest.raises(BadRequestError, match=r"`error\.partial`: 1 row") as caught,
    ):
        tgp.load_payout_payments(dates="2026-05", client=client)
    assert caught.value.partial.goat.provenance["unverified"] == ["dates"]
    assert "/projects" not in [path for path, _ in app.asked]


def test_the_rows_before_a_failure_are_compared_too():
    with (
        pytest.warns(ContractWarning, match="2 of 4 rows"),
        pytest.raises(BadRequestError, match=r"`error\.partial`: 2 rows"),
    ):
        load("/payout-accruals", failing_after(4, status=["pending", "paid"]), PENDING)


@pytest.mark.parametrize("last", [400, {"data": [5], "error": None, "meta": None}])
def test_a_failure_after_nothing_but_other_rows_has_nothing_to_hand_over(last):
    with (
        pytest.warns(ContractWarning, match="4 of 4 rows"),
        pytest.raises(TrackaGoatError, match="/payout-accruals: HTTP") as caught,
    ):
        load("/payout-accruals", failing_after(4, last, status=["paid"]), PENDING)
    assert caught.value.partial is None


ZONES = [
    "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca",
    "Australia/Lord_Howe", "America/Sao_Paulo", "Europe/Lisbon", "Asia/Beirut", "UTC",
]  # fmt: skip
OCTOBER, NOVEMBER = map(dt.datetime.fromisoformat, ("2018-10-31", "2018-11-07"))
MOMENTS = st.datetimes(OCTOBER, NOVEMBER)


@given(
    zone=st.sampled_from(ZONES),
    moments=st.lists(MOMENTS, min_size=1, max_size=6),
    first=st.dates(dt.date(2018, 10, 31), dt.date(2018, 11, 6)),
    length=st.integers(0, 4),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_payments_are_kept_by_the_days_that_the_organizations_clocks_show(
    zone, moments, first, length
):
    last = first + dt.timedelta(days=length)
    sent = rows(len(moments), paid_at=[f"{moment.isoformat()}Z" for moment in moments])
    days = [moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).date() for moment in moments]
    projects = [{"id": PROJECT, "name": "One", "timezone": zone}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        frame = load(
            "/payout-payments",
            sent,
            partial(tgp.load_payout_payments, dates=(first, last)),
            **{"/projects": projects},
        )
    wanted = [row["id"] for row, day in zip(sent, days, strict=True) if first <= day <= last]
    assert frame["id"].tolist() == wanted


OWNERS = [
    {"id": id_, "tiktok_handle": name, "project_id": project}
    for id_, name, project in ((ADA, "ada", PROJECT), (BEN, "ben", ELSEWHERE))
]
REPORTS = ["creator-leaderboard", "posting-consistency", "creator-scatter"]


@pytest.mark.parametrize("name", REPORTS)
def test_rows_of_a_report_are_checked_by_the_creators_that_are_known(name):
    sent = [{"creator_id": one["id"], "tiktok_handle": one["tiktok_handle"]} for one in OWNERS]
    path = f"/analytics/aggregate/{name}"
    app = Canned({path: sent, "/projects": PROJECTS, "/creators": OWNERS})
    with connect_to(app) as client:
        unknown = tgp.load_report(name, PROJECT, client=client)
        tgp.load_creators(client=client)
        with pytest.warns(ContractWarning, match=f"ignored project_id='{PROJECT}': 1 of 2 rows"):
            known = tgp.load_report(name, PROJECT, client=client)
    assert unknown["creator_id"].tolist() == [ADA, BEN]
    assert "project_id" in unknown.goat.provenance["unverified"]
    assert known["creator_id"].tolist() == [ADA]
    assert known.goat.provenance["dropped"] == {"project_id": 1}
    assert "project_id" not in known.goat.provenance.get("unverified", ())


def test_a_store_does_not_keep_payments_of_other_projects(tmp_path):
    paid = rows(2, creator_id=[ADA, BEN], amount_cents=[5, 7], status=["recorded"])
    app = Canned({"/payout-payments": paid, "/projects": PROJECTS, "/creators": OWNERS})
    with tgp.open_store(tmp_path) as store, connect_to(app, store=store) as client:
        with pytest.warns(ContractWarning, match="ignored project_id"):
            sent = tgp.load_payout_payments(PROJECT, client=client)
        kept = store.load("payout_payments", PROJECT)
    assert sent["amount_cents"].tolist() == kept["amount_cents"].tolist() == [5]
