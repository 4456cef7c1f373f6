"""Files of payments for PayPal and Venmo, made from balances."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.html import facts_table
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    TrackaGoatWarning,
    listing,
)
from trackagoat_pandas.helpers.columns import STRING, categories, is_word, text, whole
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.payouts.money import (
    CENTS_A_UNIT,
    MOST_CENTS,
    check_cents,
    check_currency,
    currencies,
    format_cents,
)
from trackagoat_pandas.helpers.payouts.summaries import PAYABLE
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_int,
    is_null,
    require_columns,
)
from trackagoat_pandas.showing.export.csv_files import guard_text
from trackagoat_pandas.showing.export.saving import check_path, save_all

PayoutFormat: TypeAlias = Literal["paypal", "venmo"]
REASONS: Final = (
    "no_creator", "other_method", "other_currency", "repeated", "no_amount", "nothing_owed",
    "overpaid", "over_limit", "has_cents", "no_recipient", "several_recipients",
    "invalid_recipient", "no_note",
)  # fmt: skip
"""Why a row is left out, in the order in which that is looked for."""
MOST_ROWS: Final = 5_000
_LONGEST_NOTE, _LONGEST_ID = 400, 30
_MOST_CENTS: Final[Mapping[str, int]] = {"USD": 20_000_00}
"""The most that PayPal sends in one payment, to PayPal or Venmo.

Source: https://developer.paypal.com/docs/payouts/standard/reference/fees ("Individual payout
maximum", dated 13 May) and the FAQ beside it, which adds that an account may be allowed more; read
on 29 November 2026. In other currencies the page says "up to $20,000.00 USD in your country's local
currency", which is no number. A newer page (/payouts/fees) gives recipients with an account another
limit, which could not be read; Worldpay's pages say $60,000 for PayPal and $20,000 for Venmo.
"""
_WITHOUT_DECIMALS: Final = frozenset({"HUF", "TWD"})
"""PayPal pays whole units of these, although they have hundredths."""
_WRITTEN: Final = (
    "tiktok_handle", "creator_id", "recipient", "amount", "currency", "owed_cents", "customer_id",
    "note", "file",
)  # fmt: skip
_NAMES: Final = {"paypal": "PayPal", "venmo": "Venmo"}
_ENDS: Final = {"paypal": ("PAYPAL",), "venmo": ("VENMO", "PRIVATE")}
"""The last fields of a row: the wallet, and who sees the payment in Venmo's feed."""

# The first character is none that begins a formula; PayPal takes up to 127 single-byte characters.
_EMAIL: Final = re.compile(
    r"(?=.{3,127}\Z)[A-Za-z0-9_][!-?A-~]*@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]+"
)
_PAYER_ID: Final = re.compile(r"[A-Z0-9]{13}")
_PHONE: Final = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?(\d{3})[ .-]?(\d{4})", re.ASCII)
_HANDLE: Final = re.compile(r"@?([A-Za-z0-9_][A-Za-z0-9_-]{4,29})")
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True, repr=False)
class PayoutFile:
    """The payments of :func:`payout_file`, and the rows that it left out.

    Parameters
    ----------
    files : tuple
        The paths of the files written; none without a path, or if there is nothing to pay.
    contents : tuple
        The text of each file.
    written : DataFrame
        A row for each payment in the files.
    left_out : DataFrame
        The rows of ``owed`` that are in no file, with the ``reason``.
    format : {'paypal', 'venmo'}
        The format of the files.
    currency : str
        Their currency.
    """

    files: tuple[Path, ...]
    contents: tuple[str, ...]
    written: pd.DataFrame
    left_out: pd.DataFrame
    format: PayoutFormat
    currency: str

    def _facts(self) -> dict[str, str]:
        paid = format_cents(int(self.written["owed_cents"].sum()), self.currency)
        counts = self.left_out["reason"].value_counts(sort=False)
        reasons = [f"{count:,} {word}" for word, count in counts.items() if count]
        return {
            "payments": f"{len(self.written):,} of {paid} in all",
            "files": ", ".join(map(str, self.files)) or f"{len(self.contents)}, not saved",
            "left out": f"{len(self.left_out):,}" + (f" ({', '.join(reasons)})" if reasons else ""),
        }

    def __repr__(self) -> str:
        facts = "; ".join(f"{name}: {fact}" for name, fact in self._facts().items())
        return f"<PayoutFile for {_NAMES[self.format]}: {facts}>"

    def _repr_html_(self) -> str:
        return facts_table(f"Payments by {_NAMES[self.format]}", self._facts())


@derived("owed", "findings")
def payout_file(
    owed: pd.DataFrame,
    path: str | os.PathLike[str] | None = None,
    *,
    format: PayoutFormat = "paypal",  # noqa: A002 - what pandas calls it, too
    method: str | None = None,
    recipients: pd.DataFrame | Mapping[str, str] | None = None,
    findings: pd.DataFrame | None = None,
    note: str | None = None,
    currency: str = "USD",
    decimal: Literal[".", ","] = ".",
    limit_cents: int | None = None,
    overwrite: bool = False,
) -> PayoutFile:
    """Write balances as a file for PayPal's Payouts Web, which pays PayPal and Venmo accounts.

    Audit first (:func:`audit`), since what is owed is what was accrued, rightly or not; pass the
    `findings` to be warned of payments that may be wrong. The package moves no money: upload the
    file yourself, and record what was paid with ``actions.record_payment``, a payment for each
    creator id of an account. Every row of ``owed`` is either a payment in a file or in ``left_out``
    with the reason, so the two add up to what was given, to the cent.

    Parameters
    ----------
    owed : DataFrame
        The frame of :func:`outstanding_balances`: ``creator_id``, ``owed_cents``, and ``currency``
        if there are several. Each row is one payment: an account of several projects has one if
        the balances have one row for it (``accounts=``). No row is paid more than its
        ``payable_cents``, a column of balances of some days (``dates=``), so that what was paid
        wrongly for other days is deducted. A column ``recipient`` says where each creator is paid,
        unless there are `recipients`; a column ``note`` takes the place of `note`; a column
        ``customer_id``, or else ``tiktok_handle``, is written as the row's reference.
    path : str or path, optional
        Where to write, such as ``"june.csv"``. If there are more than 5,000 payments, the files
        are ``june-1.csv``, ``june-2.csv`` and so on. None writes nothing; see ``contents``.
    format : {'paypal', 'venmo'}, default 'paypal'
        ``"paypal"``: recipients are email addresses or PayPal's payer ids. ``"venmo"``: US mobile
        numbers, email addresses or Venmo handles, in USD; others don't see the payments.
    method : str, optional
        The name of a payout method, such as ``"PayPal"``: only creators who were last paid with it,
        by the column ``method_name`` of ``owed``, so that who was never paid is left out. None
        pays all of ``owed``, however they were paid before.
    recipients : DataFrame or dict, optional
        A frame with ``creator_id`` or ``tiktok_handle``, and ``recipient``; or a mapping of
        creators, by id or handle, to recipients. Creators who are owed nothing may be in it; a
        handle that is nearly that of a creator without a recipient is warned of.
    findings : DataFrame, optional
        The frame of :func:`audit` or :func:`audit_payouts`. Creators in the files of whom something
        accrued wrongly are warned of; they are paid nevertheless. What was paid wrongly is taken
        off what is owed already.
    note : str, optional
        The text that each recipient reads. Venmo requires one, here or in ``owed``.
    currency : str, default 'USD'
        The currency of the files, and of a frame that has no column ``currency``. Rows in others
        are left out: write a file for each.
    decimal : {'.', ','}, default '.'
        How cents are separated: ``","`` for accounts in countries that write 1,50.
    limit_cents : int, optional
        The most that one payment may be, if PayPal allows your account another limit. By default
        the published one, 20,000.00 USD; for other currencies no number is published, so there is
        none.
    overwrite : bool, default False
        Whether to replace files of an earlier call. By default they are refused, since a file that
        was left there by mistake would pay twice.

    Returns
    -------
    PayoutFile
        ``files`` (paths), ``contents`` (their texts), and two frames. ``written`` has a row for
        each payment: ``tiktok_handle`` (if ``owed`` has it), ``creator_id``, ``recipient``,
        ``amount`` (str, as written), ``currency``, ``owed_cents`` (Int64), ``customer_id``,
        ``note`` (str), ``file`` (Int64: its number from 1). ``left_out`` has the other rows of
        ``owed`` with all columns, ``recipient`` and ``reason`` (category).

    Raises
    ------
    MissingColumnError, MissingArgumentError
        A column, `recipients`, or for Venmo a note, is missing.
    ArgumentError, ArgumentTypeError
        An argument is not allowed, an amount isn't whole cents, or a file is there already;
        nothing was written.
    UnwritableFileError
        A file can't be written.

    Warns
    -----
    TrackaGoatWarning
        A handle in `recipients` may be misspelled, several creators are paid to one recipient, or
        by the `findings` something accrued wrongly of a creator who is paid.

    See Also
    --------
    outstanding_balances : List who is owed what.
    load_payout_methods : Load the ways of paying.
    actions.record_payment : Record a payment.

    Notes
    -----
    Source of the format: https://developer.paypal.com/payouts/use-payouts/send-money/use-web-ui
    (read in November 2026). A row is recipient, amount, currency, customer id (up to 30
    characters, no blanks), note (up to 400 characters), wallet and, for Venmo, the privacy in its
    feed. There is no row of headings. A file has one currency and up to 5,000 rows; fields with
    commas or quotes are quoted, and quotes in them are doubled.

    In notes, line breaks become blanks, and what is too long is cut; in customer ids, blanks become
    ``_``. A text that a spreadsheet would run as a formula gets an apostrophe. A US number is
    written as 408-555-0123, a handle without its @.

    ====================== =======================================================================
    reason                 the row
    ====================== =======================================================================
    ``no_creator``         has no ``creator_id``
    ``other_method``       is of a creator who wasn't last paid with `method`
    ``other_currency``     is in another currency than the file
    ``repeated``           is one of several for its creator, who would be paid twice
    ``no_amount``          has no ``owed_cents``
    ``nothing_owed``       is 0
    ``overpaid``           is negative: the creator was paid too much
    ``over_limit``         is over `limit_cents`, so PayPal would refuse it: pay it in parts
    ``has_cents``          has cents, and the currency is HUF or TWD, which PayPal pays without
    ``no_recipient``       has no recipient
    ``several_recipients`` has different ones in `recipients`
    ``invalid_recipient``  has one that the format doesn't take
    ``no_note``            has no note, which Venmo requires
    ====================== =======================================================================

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> owed = pd.DataFrame({"tiktok_handle": ["mia", "bo", "cleo"], "creator_id": ["1", "2", "3"],
    ...                      "owed_cents": [123450, 5, -200]})
    >>> file = tgp.payout_file(owed, recipients={"@mia": "mia@example.com"}, note="May, thanks!")
    >>> print(file.contents[0].strip())
    mia@example.com,1234.50,USD,mia,"May, thanks!",PAYPAL
    >>> print(file.left_out[["tiktok_handle", "owed_cents", "reason"]].to_string(index=False))
    tiktok_handle  owed_cents       reason
               bo           5 no_recipient
             cleo        -200     overpaid
    """
    check_choice("format", format, list(_NAMES))
    check_choice("decimal", decimal, [".", ","])
    if check_currency(currency) != "USD" and format == "venmo":
        raise ArgumentError("currency", currency, "Venmo pays in USD only")
    target = None if path is None else check_path(path, ".csv")
    check_bool("overwrite", overwrite)
    limit = _MOST_CENTS.get(currency, MOST_CENTS) if limit_cents is None else limit_cents
    check_int("limit_cents", limit, minimum=1, maximum=MOST_CENTS)
    rows = _read(owed, recipients, note, currency)
    if format == "venmo" and "note" not in owed.columns and not _line(note or ""):
        raise MissingArgumentError("note", "Venmo requires one for each payment")
    is_other = _is_other(owed, method)
    to = [_written_to(each, format) for each in rows["given"]]
    rows = rows.assign(recipient=pd.Series(to, dtype=STRING))
    reason = _reasons(rows, is_other, format, currency, limit)
    pays = reason.isna()
    written = rows[pays].reset_index(drop=True).assign(
        amount=lambda paid: [_amount(cents, currency, decimal) for cents in paid["owed_cents"]],
        file=lambda paid: pd.Series(np.arange(len(paid)) // MOST_ROWS + 1, dtype="Int64"),
    )  # fmt: skip
    written = written[[*_WRITTEN[0 if "tiktok_handle" in owed.columns else 1 :]]]
    _warn_of_shared(written)
    _warn_of_wrong(written, findings, currency)
    left_out = owed.assign(recipient=rows["given"].array, reason=categories(reason, REASONS))
    contents = tuple(_csv(part, format) for _, part in written.groupby("file"))
    files = () if target is None else _save(target, contents, overwrite=overwrite)
    return PayoutFile(
        files,
        contents,
        written,
        left_out[~pays.to_numpy()].reset_index(drop=True),
        format,
        currency,
    )


def _read(
    owed: pd.DataFrame,
    recipients: pd.DataFrame | Mapping[str, str] | None,
    note: str | None,
    currency: str,
) -> pd.DataFrame:
    """Read each row of the balances: the payment, and the recipient as given."""
    require_columns(owed, ["creator_id", "owed_cents"], loader="outstanding_balances")
    if note is not None and not isinstance(note, str):
        raise ArgumentTypeError("note", note, "a text")
    nothing = pd.Series(None, owed.index, dtype=STRING)
    rows = pd.DataFrame(
        {
            "tiktok_handle": text(owed.get("tiktok_handle", nothing)),
            "creator_id": text(owed["creator_id"]),
            "currency": currencies(owed, currency),
            "owed_cents": _cents_to_pay(owed),
        }
    )
    known = _known(owed, recipients)
    if known is None:
        given = [[] if is_null(each) else [_recipient_text(each)] for each in owed["recipient"]]
    else:
        keys = zip(rows["creator_id"], rows["tiktok_handle"], strict=True)
        given = [known.get(_key(one)) or known.get(_key(other), []) for one, other in keys]
        _warn_of_misspelt(known, rows[np.array([not each for each in given], dtype=bool)], rows)
    own = text(owed.get("customer_id", nothing)).fillna(rows["tiktok_handle"])
    notes = text(owed.get("note", nothing)).fillna(_line(note or ""))
    return rows.assign(
        given=pd.Series([" / ".join(each) or None for each in given], dtype=STRING),
        is_several=[len(each) > 1 for each in given],
        customer_id=[_reference(*each) for each in zip(own, rows["creator_id"], strict=True)],
        note=pd.Series(
            [guard_text(_line(each))[:_LONGEST_NOTE].strip() for each in notes], dtype=STRING
        ),
    )


def _cents_to_pay(owed: pd.DataFrame) -> pd.Series:
    """Return the amount to pay of each row: owed, but at most payable."""
    cents = check_cents(whole(owed["owed_cents"]))
    if PAYABLE not in owed.columns:
        return cents
    payable = check_cents(whole(owed[PAYABLE]))
    return cents.mask((payable < cents).fillna(value=False), payable)


def _known(
    owed: pd.DataFrame, recipients: pd.DataFrame | Mapping[str, str] | None
) -> dict[str, list[str]] | None:
    """Return each creator's different recipients, by id or handle; None for those in `owed`."""
    if recipients is None:
        if "recipient" not in owed.columns:
            reason = "pass a frame or a mapping, or add a column 'recipient' to `owed`"
            raise MissingArgumentError("recipients", reason)
        return None
    if isinstance(recipients, pd.DataFrame):
        key = "creator_id" if "creator_id" in recipients.columns else "tiktok_handle"
        require_columns(recipients, [key, "recipient"])
        pairs = list(zip(recipients[key], recipients["recipient"], strict=True))
    elif isinstance(recipients, Mapping):
        pairs = list(recipients.items())
    else:
        raise ArgumentTypeError("recipients", recipients, "a frame, or a mapping of creators")
    known: dict[str, list[str]] = {}
    for creator, recipient in pairs:
        said, key = "" if is_null(recipient) else _recipient_text(recipient), _key(creator)
        # An empty key would be that of every creator without a handle.
        if said and key:
            known.setdefault(key, []).append(said)
    return {creator: list(dict.fromkeys(each)) for creator, each in known.items()}


def _warn_of_misspelt(
    known: Mapping[str, list[str]], unpaid: pd.DataFrame, rows: pd.DataFrame
) -> None:
    """Warn of handles that are no row's, but nearly that of a row without a recipient."""
    there = {_key(each) for name in ("creator_id", "tiktok_handle") for each in rows[name]}
    handles = [f"@{handle}" for handle in unpaid["tiktok_handle"].dropna()]
    unused = [f"@{each}" for each in known if each not in there]
    for each in unused:
        if advice := did_you_mean(each, handles):
            warn(f"`recipients`: {each} is no creator in `owed`.{advice}", TrackaGoatWarning)


def _names_of(written: pd.DataFrame) -> pd.Series:
    """Return the names of a file's creators: their handles, else their ids."""
    if "tiktok_handle" not in written.columns:
        return written["creator_id"]
    return ("@" + written["tiktok_handle"]).fillna(written["creator_id"])


def _names_in(written: pd.DataFrame, findings: pd.DataFrame) -> pd.Series:
    """Return the name in a file of each finding's creator, by id or else by handle; NA if none."""
    names = _names_of(written)
    found = text(findings["creator_id"]).map(dict(zip(written["creator_id"], names, strict=True)))
    if "tiktok_handle" in findings.columns:
        by_handle = {_key(name): name for name in names}
        found = found.fillna(text(findings["tiktok_handle"]).map(_key).map(by_handle))
    return found.astype(STRING)


def _warn_of_shared(written: pd.DataFrame) -> None:
    """Warn of recipients to whom several creators are paid: one of them may be a mistake."""
    to = written["recipient"].str.lower()
    for recipient, who in _names_of(written)[to.duplicated(keep=False)].groupby(to, sort=False):
        warn(
            f"{listing(who)} have the same recipient, {recipient}: make sure that this is meant.",
            TrackaGoatWarning,
        )


def _warn_of_wrong(written: pd.DataFrame, findings: pd.DataFrame | None, currency: str) -> None:
    """Warn of creators who are paid although something accrued wrongly, with the amounts."""
    if findings is None:
        return
    require_columns(findings, ["creator_id", "stage", "finding", "wrong_cents"], loader="audit")
    wrong = pd.DataFrame(
        {
            "name": _names_in(written, findings),
            "finding": text(findings["finding"]),
            "cents": whole(findings["wrong_cents"]).fillna(0),
            "is_meant": is_word(findings["stage"], "accrued")
            & (currencies(findings, currency) == currency).to_numpy(bool),
        }
    )
    wrong = wrong[wrong["is_meant"] & (wrong["cents"] > 0)].dropna(subset="name")
    if wrong.empty:
        return
    wrong = wrong.sort_values("cents", ascending=False)
    amounts = [format_cents(int(cents), currency) for cents in wrong["cents"]]
    words = zip(wrong["name"], wrong["finding"].str.replace("_", " "), amounts, strict=True)
    said = [f"{name} ({finding}, {amount})" for name, finding, amount in words]
    warn(
        f"What is paid rests on accruals that the audit finds wrong: {listing(said, 5)}. Correct "
        "them first, or leave these creators out.",
        TrackaGoatWarning,
    )


def _key(creator: object) -> str:
    """Return a creator's id or handle in the spelling in which they are compared."""
    return "" if is_null(creator) else str(creator).strip().lower().removeprefix("@")


def _recipient_text(recipient: object) -> str:
    """Return a recipient as text; a phone number may have become a float in a spreadsheet."""
    if isinstance(recipient, float) and recipient.is_integer():
        recipient = int(recipient)
    return str(recipient).strip().encode("utf-8", "replace").decode()


def _written_to(given: object, wallet: PayoutFormat) -> str | None:
    """Return a recipient as the format writes it; None if the format doesn't take it."""
    if not isinstance(given, str):
        return None
    if _EMAIL.fullmatch(given):
        return given
    if wallet == "paypal":
        return given if _PAYER_ID.fullmatch(given) else None
    if phone := _PHONE.fullmatch(given):
        return "-".join(phone.groups())
    handle = _HANDLE.fullmatch(given)
    # Digits alone are a phone number with too many or too few of them.
    return handle[1] if handle and not handle[1].replace("-", "").isdigit() else None


def _reference(own: object, creator: object) -> str:
    """Return the customer id of a row: at most 30 characters, without blanks."""
    said = own if isinstance(own, str) else creator
    if not isinstance(said, str):
        return ""
    # Without its dashes, all but two letters of a UUID have room.
    bare = said if len(said) <= _LONGEST_ID else said.replace("-", "")
    return guard_text(_line(bare).removeprefix("@").replace(" ", "_"))[:_LONGEST_ID]


def _line(said: str) -> str:
    """Return a text as one line that any file can hold."""
    return _BLANKS.sub(" ", said).strip().encode("utf-8", "replace").decode()


def _is_other(owed: pd.DataFrame, method: str | None) -> pd.Series:
    """Whether each row is of a creator who wasn't last paid with a method.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        It is no text, or no row is of that method, or there is no column of methods.
    """
    if method is None:
        return pd.Series(False, range(len(owed)))  # noqa: FBT003 - a value
    if not isinstance(method, str):
        raise ArgumentTypeError("method", method, "a method's name")
    require_columns(owed, ["method_name"], loader="outstanding_balances")
    names = text(owed["method_name"]).reset_index(drop=True)
    is_other = names.str.strip().str.casefold().fillna("") != method.strip().casefold()
    # If nobody was paid with it, the name is most likely misspelt.
    if len(owed) and is_other.all():
        raise ChoiceError("method", method, sorted(names.dropna().unique()))
    return is_other


def _reasons(
    rows: pd.DataFrame,
    is_other: pd.Series,
    wallet: PayoutFormat,
    currency: str,
    limit: int,
) -> pd.Series:
    """Return why each row is left out; None for a payment."""
    cents = rows["owed_cents"].fillna(0)
    conditions = {
        "no_creator": rows["creator_id"].map(_key) == "",
        "other_method": is_other,
        "other_currency": rows["currency"] != currency,
        "repeated": rows.assign(creator_id=rows["creator_id"].map(_key)).duplicated(
            ["creator_id", "currency"], keep=False
        ),
        "no_amount": rows["owed_cents"].isna(),
        "nothing_owed": cents == 0,
        "overpaid": cents < 0,
        "over_limit": cents > limit,
        "has_cents": (cents % CENTS_A_UNIT != 0) & (currency in _WITHOUT_DECIMALS),
        "no_recipient": rows["given"].isna(),
        "several_recipients": rows["is_several"],
        "invalid_recipient": rows["recipient"].isna(),
        "no_note": (rows["note"] == "") & (wallet == "venmo"),
    }
    choices = [condition.to_numpy(bool, na_value=False) for condition in conditions.values()]
    return pd.Series(np.select(choices, list(conditions), default=""), dtype=object).replace(
        "", None
    )


def _amount(cents: int, currency: str, decimal: str) -> str:
    units, hundredths = divmod(int(cents), CENTS_A_UNIT)
    return str(units) if currency in _WITHOUT_DECIMALS else f"{units}{decimal}{hundredths:02}"


def _csv(rows: pd.DataFrame, wallet: PayoutFormat) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    fields = rows[["recipient", "amount", "currency", "customer_id", "note"]]
    for row in fields.itertuples(index=False):
        writer.writerow([*row, *_ENDS[wallet]])
    return lines.getvalue()


def _save(path: Path, contents: tuple[str, ...], *, overwrite: bool) -> tuple[Path, ...]:
    """Write each file, after checking that none of an earlier call is there."""
    several = [_part(path, number) for number in range(1, len(contents) + 1)]
    files = tuple(several if len(contents) > 1 else [path][: len(contents)])
    # Numbered from 1 without a gap, as a call names them: 2026-05.csv is no part of 2026.csv.
    parts = takewhile(Path.exists, (_part(path, number) for number in count(1)))
    old = [each for each in dict.fromkeys([path, *parts, *files]) if each.exists()]
    if old and not overwrite:
        problem = (
            f"{old[0]} is there already. Remove it, choose another name or pass overwrite=True"
        )
        raise ArgumentError("path", str(path), problem=problem)
    saved = {file: content.encode() for file, content in zip(files, contents, strict=True)}
    save_all(saved, old=[each for each in old if each not in saved])
    return files


def _part(path: Path, number: int) -> Path:
    """Return the path of one of several files."""
    return path.with_stem(f"{path.stem}-{number}")
