"""Payment files: who is paid what, how it is written, and who is left out and why."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    MissingColumnError,
    TrackaGoatWarning,
    UnwritableFileError,
)
from trackagoat_pandas.showing.export.payout_file import REASONS, payout_file

MAIL = "mia@example.com"


def owed(*rows, **columns):
    mails = [MAIL, *(f"mia{place}@example.com" for place in range(1, len(rows)))]
    frame = pd.DataFrame(
        [
            {"creator_id": "c", "owed_cents": 1, "recipient": mail, **row}
            for mail, row in zip(mails, rows, strict=True)
        ]
    )
    return frame.astype({"owed_cents": "Int64"}).assign(**columns)


def many(count, **columns):
    return owed(*({"creator_id": f"c{n}", "owed_cents": n + 1} for n in range(count)), **columns)


def fields(file, number=0):
    return list(csv.reader(io.StringIO(file.contents[number], newline=""), strict=True))


def field(place, /, row=None, **options):
    """The field at a place of the file of one row."""
    (only,) = fields(payout_file(owed(row or {}), **options))
    return only[place]


def reasons(frame, **options):
    return payout_file(frame, **options).left_out["reason"].tolist()


def test_a_row_is_recipient_amount_currency_reference_note_and_wallet():
    file = payout_file(owed({"owed_cents": 123_450, "tiktok_handle": "mia"}), note="May")
    assert file.contents == (f"{MAIL},1234.50,USD,mia,May,PAYPAL\r\n",)


def test_balances_of_some_days_are_paid_without_what_was_paid_wrongly_for_others():
    owed = pd.DataFrame(
        {
            "creator_id": ["1", "2", "3", "4"], "recipient": [f"{n}@x.com" for n in range(4)],
            "owed_cents": [62_500, 100, 5_000, -1], "payable_cents": [12_500, 0, 9_000, 0],
        }
    )  # fmt: skip
    made = tgp.payout_file(owed)
    # The third is paid in parts: its owed amount was lowered by hand.
    assert made.written[["amount", "owed_cents"]].to_numpy().tolist() == [
        ["125.00", 12_500], ["50.00", 5_000],
    ]  # fmt: skip
    assert made.left_out["reason"].tolist() == ["nothing_owed", "overpaid"]


def test_venmos_rows_are_private_in_its_feed():
    file = payout_file(owed({"recipient": "408-555-0123"}), format="venmo", note="May")
    assert file.contents == ("408-555-0123,0.01,USD,c,May,VENMO,PRIVATE\r\n",)


@pytest.mark.parametrize(
    ("cents", "amount"),
    [(1, "0.01"), (10, "0.10"), (100, "1.00"), (123_450, "1234.50"), (10**13, "100000000000.00"),
     (9_007_199_254_739, "90071992547.39")],
)  # fmt: skip
def test_amounts_are_exact(cents, amount):
    assert field(1, {"owed_cents": cents}, limit_cents=10**13) == amount


def test_amounts_have_a_comma_where_the_senders_country_has_one():
    file = payout_file(owed({"owed_cents": 150}), decimal=",")
    assert f'{MAIL},"1,50",USD' in file.contents[0]


def test_no_payment_is_over_the_published_limit():
    frame = owed({"owed_cents": 2_000_000}, {"creator_id": "d", "owed_cents": 2_000_001})
    assert reasons(frame) == ["over_limit"]
    phones = frame.assign(recipient=["408-555-0123", "408-555-0124"])
    assert reasons(phones, format="venmo", note="May") == ["over_limit"]
    # In other currencies no number is published.
    assert reasons(frame, currency="EUR") == []


@pytest.mark.parametrize(("limit", "left_out"), [(2_000_001, []), (50, ["over_limit"] * 2)])
def test_an_account_may_have_another_limit(limit, left_out):
    frame = owed({"owed_cents": 2_000_000}, {"creator_id": "d", "owed_cents": 2_000_001})
    assert reasons(frame, limit_cents=limit) == left_out


def test_a_limit_is_whole_cents():
    with pytest.raises(ArgumentError, match="limit_cents=0 is not allowed"):
        payout_file(owed({}), limit_cents=0)


def test_creators_who_are_paid_to_one_recipient_are_warned_of_by_name():
    frame = owed(
        {"tiktok_handle": "mia"},
        {"creator_id": "d", "tiktok_handle": "bo", "recipient": "MIA@example.com"},
        {"creator_id": "e", "tiktok_handle": "cleo"},
    )  # fmt: skip
    with pytest.warns(
        TrackaGoatWarning, match="^@mia, @bo have the same recipient, mia@example.com"
    ):
        file = payout_file(frame)
    assert len(file.written) == 3


def test_a_creator_who_is_left_out_shares_no_recipient():
    frame = owed({}, {"creator_id": "d", "owed_cents": 0, "recipient": MAIL})
    assert reasons(frame) == ["nothing_owed"]


def test_a_currency_that_paypal_pays_in_whole_units_has_no_decimals():
    frame = owed({"owed_cents": 120_000}, {"creator_id": "d", "owed_cents": 120_050})
    file = payout_file(frame, currency="HUF")
    assert [row[1] for row in fields(file)] == ["1200"]
    assert file.left_out["reason"].tolist() == ["has_cents"]


def test_5_001_payments_are_two_files(tmp_path):
    frame = many(5_001)
    file = payout_file(frame, tmp_path / "june.csv")
    assert [path.name for path in file.files] == ["june-1.csv", "june-2.csv"]
    assert [len(fields(file, number)) for number in (0, 1)] == [5_000, 1]
    assert file.written["file"].value_counts().to_dict() == {1: 5_000, 2: 1}
    assert sum(file.written["owed_cents"]) == sum(frame["owed_cents"])


def test_5_000_payments_are_one_file(tmp_path):
    file = payout_file(many(5_000), tmp_path / "june.csv")
    assert [path.name for path in file.files] == ["june.csv"]


def test_files_hold_what_contents_say(tmp_path):
    file = payout_file(owed({}, {"creator_id": "é"}), tmp_path / "june.csv", note="für Mai 🐐")
    assert [path.read_bytes().decode() for path in file.files] == list(file.contents)


def test_without_a_path_nothing_is_written(tmp_path):
    file = payout_file(owed({}))
    assert (file.files, len(file.contents), list(tmp_path.iterdir())) == ((), 1, [])


def test_if_nothing_is_to_be_paid_there_is_no_file(tmp_path):
    file = payout_file(owed({"owed_cents": 0}), tmp_path / "june.csv")
    assert (file.files, file.contents, list(tmp_path.iterdir())) == ((), (), [])


def test_if_nothing_is_owed_there_is_no_file_whatever_recipients_there_are():
    file = payout_file(owed({"creator_id": "a"})[:0], recipients={"@mia": "mia@example.com"})
    assert (len(file.written), len(file.left_out), file.contents) == (0, 0, ())


def test_rows_in_other_currencies_are_left_out():
    frame = owed({"currency": "USD"}, {"currency": "EUR"}, {"creator_id": "d", "currency": None})
    file = payout_file(frame, currency="EUR")
    assert [row[2] for row in fields(file)] == ["EUR", "EUR"]
    assert file.left_out[["currency", "reason"]].to_numpy().tolist() == [["USD", "other_currency"]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"creator_id": None}, "no_creator"), ({"owed_cents": None}, "no_amount"),
        ({"owed_cents": 0}, "nothing_owed"), ({"owed_cents": -1}, "overpaid"),
        ({"recipient": None}, "no_recipient"), ({"recipient": "mia"}, "invalid_recipient"),
    ],
)  # fmt: skip
def test_who_is_left_out_is_named_with_the_reason(row, reason):
    file = payout_file(owed({"creator_id": "paid"}, row))
    assert [row[3] for row in fields(file)] == ["paid"]
    assert file.left_out["reason"].tolist() == [reason]


def test_a_creator_who_is_there_twice_is_not_paid_twice():
    frame = owed({}, {"owed_cents": 5}, {"creator_id": "d"})
    assert reasons(frame) == ["repeated", "repeated"]


def test_a_creator_in_two_currencies_is_not_there_twice():
    frame = owed({"currency": "USD"}, {"currency": "EUR"})
    assert reasons(frame) == ["other_currency"]


def test_what_is_left_out_keeps_its_columns():
    file = payout_file(owed({"owed_cents": 0, "days_outstanding": 7}))
    assert list(file.left_out) == [
        "creator_id", "owed_cents", "recipient", "days_outstanding", "reason",
    ]  # fmt: skip
    assert file.left_out["reason"].cat.categories.tolist() == list(REASONS)


@pytest.mark.parametrize(
    "recipients",
    [
        {"c": MAIL}, {"@Mia": MAIL}, {"mia": f" {MAIL} "},
        pd.DataFrame({"creator_id": ["c", "x"], "recipient": [MAIL, "other@example.com"]}),
        pd.DataFrame({"tiktok_handle": ["@mia", None], "recipient": [MAIL, None]}),
        pd.DataFrame({"creator_id": ["c", "c"], "recipient": [MAIL, MAIL]}),
    ],
    ids=["id", "handle", "bare handle", "frame of ids", "frame of handles", "repeated"],
)  # fmt: skip
def test_recipients_are_found_by_id_or_handle(recipients):
    frame = owed({"tiktok_handle": "mia"}).drop(columns="recipient")
    assert payout_file(frame, recipients=recipients).written["recipient"].tolist() == [MAIL]


def test_recipients_take_the_place_of_those_in_the_frame():
    assert field(0, recipients={"c": "bo@example.com"}) == "bo@example.com"


def test_half_an_emoji_is_no_recipient():
    left = payout_file(owed({}), recipients={"c": "\ud83d@example.com"}).left_out
    assert left[["recipient", "reason"]].to_numpy().tolist() == [
        ["?@example.com", "invalid_recipient"]
    ]


@pytest.mark.parametrize("blank", ["", " ", "@"])
def test_a_creator_without_a_handle_is_not_paid_to_the_recipient_of_nobody(blank):
    frame = owed({"tiktok_handle": None})
    recipients = pd.DataFrame({"tiktok_handle": [blank], "recipient": ["else@example.com"]})
    assert reasons(frame, recipients=recipients) == ["no_recipient"]
    assert reasons(owed({"creator_id": blank})) == ["no_creator"]


def test_a_creator_whose_id_is_spelled_differently_is_not_paid_twice():
    assert reasons(owed({"creator_id": "aB"}, {"creator_id": " Ab"})) == ["repeated"] * 2


def test_a_creator_with_different_recipients_is_left_out():
    two = pd.DataFrame({"creator_id": ["c", "c"], "recipient": [MAIL, "bo@example.com"]})
    left = payout_file(owed({}), recipients=two).left_out
    assert left["reason"].tolist() == ["several_recipients"]
    assert left["recipient"].tolist() == [f"{MAIL} / bo@example.com"]


@pytest.mark.parametrize(
    ("recipient", "written"),
    [
        ("408-555-0123", "408-555-0123"), ("+1 (408) 555-0123", "408-555-0123"),
        ("14085550123", "408-555-0123"), (4085550123.0, "408-555-0123"),
        ("@mia-goat", "mia-goat"), ("mia_goat", "mia_goat"), (MAIL, MAIL),
    ],
)  # fmt: skip
def test_venmo_pays_to_phones_handles_and_emails(recipient, written):
    assert field(0, {"recipient": recipient}, format="venmo", note="May") == written


@pytest.mark.parametrize(
    "recipient",
    ["+44 20 7946 0123", "555-0123", "140855501234", "mia", "-mia-goat", "=1+1+1", "mia goat", "",
     "a@b"],
)  # fmt: skip
def test_what_venmo_cannot_pay_to_is_left_out(recipient):
    assert len(reasons(owed({"recipient": recipient}), format="venmo", note="May")) == 1


@pytest.mark.parametrize("recipient", [MAIL, "ABCDEFGH23456", "a+b@mail.example.org"])
def test_paypal_pays_to_emails_and_payer_ids(recipient):
    assert field(0, {"recipient": recipient}) == recipient


@pytest.mark.parametrize(
    "recipient",
    ["408-555-0123", "=cmd@example.com", "+1@example.com", "-1@example.com",
     "mia@example.com,bo@x.de", "mia@exam ple.com", f"{'m' * 120}@example.com", "é@example.com",
     "abcdefgh23456"],
)  # fmt: skip
def test_what_paypal_cannot_pay_to_is_left_out(recipient):
    assert reasons(owed({"recipient": recipient})) == ["invalid_recipient"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('Mia "Goat", Inc.', 'Mia_"Goat",_Inc.'), ("mia\r\ngoat", "mia_goat"), ("@mia", "mia"),
        ("=1+1", "'=1+1"), ("m" * 40, "m" * 30), (None, "c"),
    ],
)  # fmt: skip
def test_a_reference_has_no_blanks_and_at_most_30_characters(name, written):
    assert field(3, {"customer_id": name}) == written


def test_a_reference_is_the_handle_else_the_id_as_far_as_it_fits():
    creator = "12345678-1234-1234-1234-123456789abc"
    assert field(3, {"creator_id": creator, "tiktok_handle": "mia"}) == "mia"
    assert field(3, {"creator_id": creator}) == "12345678123412341234123456789a"


@pytest.mark.parametrize(
    ("note", "written"),
    [
        ('May, "thanks"', 'May, "thanks"'), ("May\r\nthanks\t!", "May thanks !"), ("=1+1", "'=1+1"),
        ("@SUM(1)", "'@SUM(1)"), ("m" * 401, "m" * 400), (" ", ""), ("half \ud83d", "half ?"),
    ],
)  # fmt: skip
def test_a_note_is_one_line_of_at_most_400_characters(note, written):
    assert field(4, note=note) == written


def test_a_rows_own_note_takes_the_place_of_the_common_one():
    frame = owed({"note": "May"}, {"creator_id": "d", "note": None})
    assert payout_file(frame, note="Thanks").written["note"].tolist() == ["May", "Thanks"]


def test_venmo_requires_a_note():
    rows = owed({"recipient": "mia-goat"}, {"creator_id": "d"}, note=[None, "May"])
    assert reasons(rows, format="venmo") == ["no_note"]


@pytest.mark.parametrize("note", [None, "", " \n"])
def test_venmo_without_any_note_is_refused(note):
    with pytest.raises(MissingArgumentError, match="`note` is required: Venmo"):
        payout_file(owed({"recipient": "mia-goat"}), format="venmo", note=note)


METHODS = owed(
    {"method_name": "PayPal"},
    {"creator_id": "d", "method_name": "Venmo"},
    {"creator_id": "e", "method_name": "never paid"},
    {"creator_id": "f", "method_name": None},
)


def test_a_method_picks_those_who_were_last_paid_with_it():
    file = payout_file(METHODS, method=" paypal")
    assert file.written["creator_id"].tolist() == ["c"]
    assert file.left_out["reason"].tolist() == ["other_method"] * 3


def test_without_a_method_all_are_paid():
    assert payout_file(METHODS).left_out.empty


@pytest.mark.parametrize(
    ("frame", "method", "error", "said"),
    [
        (METHODS, "Paypl", ChoiceError, "Did you mean 'PayPal'"),
        (METHODS, 1, ArgumentTypeError, "a method's name"),
        (owed({}), "PayPal", MissingColumnError, "outstanding_balances"),
    ],
)
def test_a_method_that_nobody_was_paid_with_is_refused(frame, method, error, said):
    with pytest.raises(error, match=said):
        payout_file(frame, method=method)


def test_a_misspelt_handle_is_warned_of():
    frame = owed({"tiktok_handle": "salty.tonic"}, {"creator_id": "d", "tiktok_handle": "mia"})
    recipients = {"@salty.tonc": MAIL, "@mia": MAIL, "@someone.else": MAIL}
    with pytest.warns(TrackaGoatWarning, match="@salty.tonc is no .* '@salty.tonic'") as warned:
        payout_file(frame, recipients=recipients)
    assert len(warned) == 1


def test_recipients_of_creators_who_are_owed_nothing_are_no_mistake():
    frame = owed({"tiktok_handle": "mia_goat"})
    assert payout_file(frame, recipients={"mia_goat": MAIL, "mia_goats": MAIL}).left_out.empty


def test_venmo_pays_in_dollars_only():
    with pytest.raises(ArgumentError, match="Venmo pays in USD only"):
        payout_file(owed({}), format="venmo", currency="EUR")


def test_what_is_there_already_is_not_replaced_unless_asked(tmp_path):
    path = tmp_path / "june.csv"
    payout_file(many(5_001), path)
    with pytest.raises(ArgumentError, match=r"june-\d.csv is there already"):
        payout_file(owed({}), path)
    file = payout_file(owed({}), path, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["june.csv"]
    assert path.read_bytes().decode() == file.contents[0]


def test_a_file_of_another_name_is_left_alone(tmp_path):
    (tmp_path / "june-old.csv").write_text("x")
    payout_file(owed({}), tmp_path / "june.csv")
    assert (tmp_path / "june-old.csv").read_text() == "x"


def test_a_month_beside_the_file_of_a_year_is_no_part_of_it(tmp_path):
    (tmp_path / "2026-05.csv").write_text("x")
    payout_file(owed({}), tmp_path / "2026.csv")
    payout_file(owed({}), tmp_path / "2026.csv", overwrite=True)
    assert (tmp_path / "2026-05.csv").read_text() == "x"


def test_parts_that_are_left_over_are_removed_once_the_new_file_is_there(tmp_path):
    payout_file(many(10_001), tmp_path / "june.csv")
    payout_file(many(5_001), tmp_path / "june.csv", overwrite=True)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["june-1.csv", "june-2.csv"]


def test_a_creator_without_a_handle_is_not_paid_to_the_recipient_of_an_empty_one():
    frame = owed({"tiktok_handle": None}).drop(columns="recipient")
    assert reasons(frame, recipients={"": MAIL, "@": MAIL}) == ["no_recipient"]


def test_files_of_an_earlier_call_are_replaced_and_others_are_not_removed(tmp_path):
    for name in ("june.csv", "june-1.csv", "june-2.csv", "june-2025.csv"):
        (tmp_path / name).write_text("x")
    payout_file(owed({}), tmp_path / "june.csv", overwrite=True)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["june-2025.csv", "june.csv"]


def test_files_of_an_earlier_call_stay_until_the_new_ones_are_written(tmp_path, monkeypatch):
    path = tmp_path / "june.csv"
    path.write_text("old")

    def full(self, mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UnwritableFileError, match=r"june-1\.csv' can't be written: No space"):
        payout_file(many(5_001), path, overwrite=True)
    monkeypatch.undo()
    assert path.read_text() == "old"


def test_a_folder_where_a_file_of_an_earlier_call_would_be_is_said(tmp_path):
    (tmp_path / "june-1.csv").mkdir()
    with pytest.raises(UnwritableFileError, match=r"june-1\.csv"):
        payout_file(owed({}), tmp_path / "june.csv", overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["june-1.csv"]


def test_a_file_in_no_folder_cannot_be_written(tmp_path):
    with pytest.raises(UnwritableFileError, match=r"june\.csv"):
        payout_file(owed({}), tmp_path / "no" / "june.csv")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"format": "wise"}, ChoiceError, "'paypal', 'venmo'"),
        ({"decimal": ";"}, ChoiceError, "decimal=';' is not allowed"),
        ({"currency": "JPY"}, ArgumentError, "it has no cents"),
        ({"path": "june.xlsx"}, ArgumentError, "it must end in .csv"),
        ({"note": 5}, ArgumentTypeError, "note can't be of type int"),
        ({"recipients": [MAIL]}, ArgumentTypeError, "a frame, or a mapping of creators"),
        ({"recipients": pd.DataFrame({"creator_id": ["c"]})}, MissingColumnError, "'recipient'"),
    ],
)
def test_what_makes_no_file_is_refused(options, error, said):
    with pytest.raises(error, match=said):
        payout_file(owed({}), **options)


def test_recipients_must_come_from_somewhere():
    with pytest.raises(MissingArgumentError, match="add a column 'recipient'"):
        payout_file(owed({}).drop(columns="recipient"))


def test_fractions_of_a_cent_are_refused():
    with pytest.raises(ArgumentError, match="whole cents"):
        payout_file(owed({}).assign(owed_cents=[1.5]))


def test_the_result_says_what_it_is():
    file = payout_file(owed({"owed_cents": 123_450}, {"creator_id": "d", "owed_cents": 0}))
    said = "payments: 1 of $1,234.50 in all; files: 1, not saved; left out: 1 (1 nothing_owed)"
    assert repr(file) == f"<PayoutFile for PayPal: {said}>"
    assert "<td>1 of $1,234.50 in all</td>" in file._repr_html_()


def test_the_demo_programs_debts_are_paid_to_the_cent(client):
    frames = (load(client=client) for load in (tgp.load_payout_accruals, tgp.load_payout_payments))
    balances = tgp.outstanding_balances(*frames)
    emails = {creator: f"{creator}@example.com" for creator in balances["creator_id"]}
    file = balances.goat.payout_file(recipients=emails)
    assert file.left_out.empty
    assert sum(cents_of(row[1]) for row in fields(file)) == balances["owed_cents"].sum()


def cents_of(amount):
    units, hundredths = amount.split(".")
    assert len(hundredths) == 2
    return int(units) * 100 + int(hundredths)


TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('=+-@,"\r\n\t; 1a.')), max_size=12
)
ROWS = st.fixed_dictionaries(
    {
        "creator_id": st.sampled_from(["a", "b", "c", "d", "e", None]),
        "owed_cents": st.none() | st.integers(-(10**13), 10**13) | st.integers(-2, 2),
        "currency": st.sampled_from(["USD", "USD", "EUR", None]),
        "recipient": st.sampled_from([MAIL, "bo-goat", "408-555-0123", None]) | TEXTS,
        "customer_id": st.none() | TEXTS,
        "note": st.none() | TEXTS,
    }
)


@pytest.mark.filterwarnings("ignore:.*have the same recipient")
@settings(max_examples=examples(250), deadline=None)
@given(
    st.lists(ROWS, min_size=1, max_size=8),
    st.sampled_from(["paypal", "venmo"]),
    st.sampled_from(["USD", "EUR"]),
)
def test_every_cent_is_in_a_file_or_left_out_and_every_row_reads_back(rows, wallet, currency):
    frame = owed(*rows)
    file = payout_file(frame, format=wallet, currency="USD" if wallet == "venmo" else currency)
    assert len(file.written) + len(file.left_out) == len(frame)
    assert not file.left_out["reason"].isna().any()
    kept = file.written["owed_cents"].tolist()
    given_cents = [each["owed_cents"] or 0 for each in rows]
    assert sum(kept) + sum(file.left_out["owed_cents"].fillna(0).tolist()) == sum(given_cents)
    read = fields(file) if file.contents else []
    assert [cents_of(row[1]) for row in read] == kept
    assert file.written["creator_id"].is_unique
    shown = ["recipient", "amount", "currency", "customer_id", "note"]
    assert [row[:5] for row in read] == file.written[shown].to_numpy().tolist()
    for row in read:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert not any(mark in cell for cell in row for mark in "\r\n\t")
        assert len(row[3]) <= 30
        assert " " not in row[3]


@pytest.mark.parametrize("name", ["creator_id", "owed_cents", "currency", "tiktok_handle"])
def test_a_column_that_is_there_twice_is_refused(name):
    frame = owed({"tiktok_handle": "mia", "currency": "USD"})
    with pytest.raises(ArgumentError, match=f"several columns '{name}'"):
        payout_file(pd.concat([frame, frame[[name]]], axis="columns"))


def found(*rows):
    frame = pd.DataFrame([{"stage": "accrued", "finding": "overpaid", **row} for row in rows])
    return frame.astype({"wrong_cents": "Int64"})


def test_a_creator_of_whom_the_audit_finds_wrong_accruals_is_warned_of_and_paid():
    frame = owed({"tiktok_handle": "mia", "owed_cents": 718_605}, {"creator_id": "d"})
    findings = found(
        {"creator_id": "c", "wrong_cents": 568_605}, {"creator_id": "elsewhere", "wrong_cents": 9}
    )
    with pytest.warns(TrackaGoatWarning, match=r"finds wrong: @mia \(overpaid, \$5,686\.05\)\."):
        file = payout_file(frame, findings=findings)
    assert len(file.written) == 2


def test_what_was_paid_wrongly_is_deducted_already_and_needs_no_warning():
    findings = found(
        {"creator_id": "c", "wrong_cents": 500, "stage": "paid", "finding": "duplicate"},
        {"creator_id": "c", "wrong_cents": None, "stage": "set_aside", "finding": "other_version"},
    )
    assert len(payout_file(owed({}), findings=findings).written) == 1


def test_findings_are_those_of_an_audit():
    with pytest.raises(MissingColumnError, match=r"wrong_cents.*audit"):
        payout_file(owed({}), findings=pd.DataFrame({"creator_id": ["c"]}))


def test_rows_that_balances_keep_apart_are_paid_apart():
    # Equal handles alone don't show that two creators are one account.
    rows = pd.DataFrame(
        {
            "tiktok_handle": ["Mia", "bo", "mia"],
            "creator_id": ["a", "c", "b"],
            "owed_cents": pd.array([500, 70, -200], "Int64"),
            "currency": "USD",
        }
    )
    file = payout_file(rows, recipients={"mia": "mia@example.com", "bo": "bo@example.com"})
    paid = dict(zip(file.written["creator_id"], file.written["owed_cents"], strict=True))
    assert paid == {"a": 500, "c": 70}
    assert file.left_out[["creator_id", "reason"]].to_numpy().tolist() == [["b", "overpaid"]]


def test_findings_of_an_accounts_other_creator_are_warned_of():
    rows = pd.DataFrame(
        {
            "tiktok_handle": ["mia"], "creator_id": ["a"], "owed_cents": [500],
            "recipient": ["mia@example.com"],
        }
    )  # fmt: skip
    findings = pd.DataFrame(
        {
            "creator_id": ["b"], "tiktok_handle": ["Mia"], "stage": ["accrued"],
            "finding": ["amount"], "wrong_cents": [100], "currency": ["USD"],
        }
    )  # fmt: skip
    with pytest.warns(TrackaGoatWarning, match="mia"):
        payout_file(rows, findings=findings)


def test_amounts_of_one_handle_in_two_currencies_are_not_added_up():
    rows = pd.DataFrame(
        {
            "tiktok_handle": ["mia", "mia"],
            "creator_id": ["a", "b"],
            "owed_cents": [500, 200],
            "currency": ["USD", "EUR"],
        }
    )
    file = payout_file(rows, recipients={"mia": "mia@example.com"})
    assert file.written["owed_cents"].tolist() == [500]
    assert file.left_out["reason"].tolist() == ["other_currency"]
