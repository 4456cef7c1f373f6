"""Read the items of an action, and send their requests or report the effect of each.

A real run and a dry run read alike: an item is valid if the action takes it alone. A real run
raises an error that names all invalid items; a dry run gives each a row, asks what exists, and
says what would become of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import (
    check_confirmed,
    check_keys,
    plan_frame,
    plan_row,
    send_all,
)
from trackagoat_pandas.actions.inputs import Check
from trackagoat_pandas.actions.repeats import listed
from trackagoat_pandas.actions.requests import Write, each
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import (
    AmbiguousCampaignError,
    AmbiguousCreatorError,
    ArgumentError,
    ArgumentTypeError,
    ForbiddenError,
    InvalidItemsError,
    MissingArgumentError,
    NotFoundError,
    TrackaGoatError,
    UnknownCampaignError,
    UnknownCreatorError,
)
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_bool, is_null, without_frame_warnings

Judged: TypeAlias = "tuple[str, str | None]"
"""What would become of an item, and why if it is nothing."""
Judge: TypeAlias = "Callable[[list[Planned]], list[Judged]]"
"""Asks what exists, and judges the items of requests, in their order."""
Record: TypeAlias = "dict[str, Any]"
Unit: TypeAlias = "tuple[str, str | None, Callable[[], Any]]"
"""One item of an argument: its place, its text, and what makes the argument with it alone."""
NOT_FOUND: Final[Judged] = ("not found", "no such id is listed")
_SEND_THE_REST: Final = "; pass its frame as `{}` to send the valid ones"
_LONGEST: Final = 60
"""Characters of an item in a message."""
_UNLISTED: Final[Judged] = ("unknown", "the API has no list of what exists")
_REFUSED: Final = (ArgumentError, ArgumentTypeError)
_AMBIGUOUS: Final = (AmbiguousCreatorError, AmbiguousCampaignError)
_UNKNOWN: Final = (UnknownCreatorError, UnknownCampaignError, *_AMBIGUOUS, ArgumentError)


class Planned(NamedTuple):
    """What a request says of one item."""

    item: str
    path: str
    body: dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One item: its text as given, and the value read from it or the reason it can't be sent."""

    place: str
    item: str | None
    value: Any = None
    status: str | None = None
    error: str | None = None

    def reject(self, status: str, error: str | None) -> None:
        """Leave the item out of the requests."""
        self.status, self.error = status, error

    def sentence(self) -> str | None:
        """Return why the item is left out, with its place; None if it isn't."""
        return None if self.error is None else f"{self.place}: {self.error}"


class Given:
    """The items of one call of an action.

    Parameters
    ----------
    client
        The client to send with, and to ask what exists.
    dry_run
        Whether each item gets a row instead of being sent.
    """

    def __init__(self, client: Session, *, dry_run: bool) -> None:
        self.is_dry = check_bool("dry_run", dry_run)
        self._client = client
        self._sent_before = client.requests_sent
        self._entries: list[Entry] = []

    def take(
        self,
        argument: str,
        value: Any,
        read: Callable[[Any], list[Any]],
        *,
        units: Sequence[Unit],
        unique: Sequence[str] = (),
        takes_plans: bool = False,
    ) -> list[Any]:
        """Read the items of an argument, and return those that would be sent.

        Parameters
        ----------
        argument, value
            The argument's name and its items: one text, several, or a frame with a row for each.
        read
            Reads all items, or one alone; what it returns are ids, or bodies of requests.
        units
            The argument's items, as `units_of` splits them.
        unique
            The fields of a body that make it another item. Repeated ids aren't errors.
        takes_plans
            Whether the argument may be the frame of a dry run, for messages.

        Raises
        ------
        InvalidItemsError
            In a real run, several items are invalid.
        ArgumentError, ArgumentTypeError, MissingColumnError
            One is, or the argument itself.
        """
        try:
            values = read(value)
        # Nothing was given, so there is no item that could be valid alone.
        except MissingArgumentError:
            raise
        except _REFUSED as error:
            entries = _read_alone(units, read, unique)
            if not any(entry.status for entry in entries):
                raise  # each alone is valid, so the argument as a whole isn't
            if not self.is_dry:
                advice = _SEND_THE_REST.format(argument) if takes_plans else ""
                _refuse(argument, entries, error, advice, is_unique=bool(unique))
        else:
            if len(values) == len(units):
                entries = [
                    Entry(place, item, one)
                    for (place, item, _), one in zip(units, values, strict=True)
                ]
            else:
                entries = _read_alone(units, read, unique)
                invalid = [one for one in entries if one.status == "invalid"]
                if invalid and not self.is_dry:
                    # Together they could be read, so nothing else would name the items left out.
                    flaws = [(one.place, str(one.error)) for one in invalid]
                    raise InvalidItemsError(argument, flaws, len(entries))
        self._entries += entries
        return [entry.value for entry in entries if entry.status is None]

    def ids(
        self, argument: str, value: Any, entity: str | None = None, *, column: str | None = None
    ) -> list[str]:
        """Read ids; the argument is the plural of the entity unless that is given."""
        entity = entity or argument.removesuffix("s")
        given = inputs.with_column(argument, value, f"{entity}_id", column)
        read = partial(inputs.many, argument, entity=entity)
        units = units_of(given, f"{entity}_id", "id")
        return self.take(argument, given, read, units=units, takes_plans=True)

    def creators(self, argument: str, value: Any, *, column: str | None = None) -> list[str]:
        """Read ids and handles of creators, which `find` looks up."""
        given = inputs.with_column(argument, value, "creator_id", column)
        units = units_of(given, "creator_id", "id", "tiktok_handle")
        read = partial(inputs.named_creators, argument)
        return self.take(argument, given, read, units=units, takes_plans=True)

    def campaigns(self, argument: str, value: Any) -> list[str]:
        """Read ids and names of campaigns, which `find` looks up."""
        some = list(value) if isinstance(value, Iterator) else value
        units = units_of(some, "campaign_id", "id")
        return self.take(argument, some, partial(inputs.named_campaigns, argument), units=units)

    def bodies(
        self,
        argument: str,
        value: Any,
        key: str,
        checks: Mapping[str, Check],
        defaults: Mapping[str, Any],
        *,
        required: Sequence[str] = (),
        unique: Sequence[str] = (),
        column: str | None = None,
    ) -> list[dict[str, Any]]:
        """Read items with the fields of each, as :func:`inputs.rows` does."""
        given = inputs.with_column(argument, value, key, column)
        unique = unique or (key,)

        def read(some: Any) -> list[dict[str, Any]]:
            return inputs.rows(
                argument, some, key, checks, defaults, required=required, unique=unique
            )

        names = (key, "id", "tiktok_handle") if key.endswith("_id") else (key,)
        units = units_of(given, *names, by_row=True)
        return self.take(argument, given, read, units=units, unique=unique, takes_plans=True)

    def find(
        self,
        look_up: Callable[[list[str]], Mapping[str, str]],
        *,
        key: str | None = None,
        kind: str | None = None,
        unique: Sequence[str] = (),
    ) -> list[Any]:
        """Replace the names of items by the ids that `look_up` finds, and return all items.

        Parameters
        ----------
        look_up
            Returns what each name means, such as the id of a handle.
        key
            The field of bodies that holds the name.
        kind
            The kind of the items to look up, where they are pairs of a kind and a name.
        unique
            As in `take`; in a real run a repeated item is an error then.

        Raises
        ------
        UnknownCreatorError, AmbiguousCreatorError, UnknownCampaignError, AmbiguousCampaignError, \
        ArgumentError
            In a real run, one isn't found, or two are the same though they must not be.
        """
        # An error names only the items that it is about: they are rejected, and the rest is looked
        # up again.
        while named := {
            place: name
            for place, entry in enumerate(self._entries)
            if entry.status is None and (name := _name_in(entry.value, key, kind)) is not None
        }:
            try:
                found = look_up(list(dict.fromkeys(named.values())))
            except _UNKNOWN as error:
                given = getattr(error, "given", ())
                unknown = {given} if isinstance(given, str) else {*given}
                hit = [self._entries[place] for place in named if named[place] in unknown]
                if not self.is_dry or not hit:
                    raise
                for entry in hit:
                    entry.reject(*_why_unknown(error, str(_name_in(entry.value, key, kind))))
                continue
            for place, name in named.items():
                entry = self._entries[place]
                if key is not None:
                    entry.value = {**entry.value, key: found[name]}
                else:
                    entry.value = found[name] if kind is None else (kind, found[name])
            break
        twice = _mark_duplicates(self._entries, unique)
        if unique and twice and not self.is_dry:
            raise ArgumentError("creators", twice[0].item, problem=str(twice[0].sentence()))
        return [entry.value for entry in self._entries if entry.status is None]

    def values(self) -> list[Any]:
        """Return each item's value in the order of results; None for a refused item."""
        return [entry.value if entry.status is None else None for entry in self._entries]

    def send(self, what: str, writes: Sequence[Write], judge: Judge | None = None) -> pd.DataFrame:
        """Send the requests, or in a dry run report the effect on each item.

        Parameters
        ----------
        what
            What is written, for the progress bar and error messages.
        writes
            The requests of the valid items, in order.
        judge
            Asks what exists; by default each item would do what its request says.
        """
        if not self.is_dry:
            names = [str(entry.item) for entry in self._entries if entry.status is None]
            return send_all(self._client, what, writes, names)
        check_keys(writes)
        sent = [(write, place) for write in writes for place in range(len(write.items))]
        planned = [plan_row(write, place) for write, place in sent]
        parts = [Planned(row["item"], row["path"], row["body"] or {}) for row in planned]
        judged = self._judge(parts, judge) if judge and parts else [None] * len(parts)
        rest = iter(zip(planned, judged, strict=True))
        rows = []
        for entry in self._entries:
            row = {"item": entry.item, "status": entry.status, "error": entry.sentence()}
            if entry.status is None:
                plan, outcome = next(rest)
                row = {**plan, "item": entry.item}
                if outcome is not None:
                    row["status"], row["error"] = outcome
            rows.append(row)
        sent_since = self._client.requests_sent - self._sent_before
        return plan_frame(self._client, rows, writes[0].path if writes else "", sent_since)

    def _judge(self, parts: list[Planned], judge: Judge) -> Sequence[Judged | None]:
        try:
            return judge(parts)
        # A list that the server doesn't have, or doesn't show to this key, must not end a dry run.
        except (NotFoundError, ForbiddenError) as error:
            return [("unknown", f"what exists can't be asked for: {error}")] * len(parts)


def delete_all(
    given: Given,
    action: str,
    path: str,
    ids: Sequence[str],
    *,
    confirm: bool,
    judge: Judge | None = None,
) -> pd.DataFrame:
    """Send a DELETE below a path for each id, if that is confirmed."""
    what = action.partition("_")[2].replace("_", " ")  # remove_payout_methods: payout methods
    check_confirmed(action, what, ids, confirm=confirm, dry_run=given.is_dry)
    return given.send(what, each("DELETE", f"{path}/{{}}", ids), judge)


def among(
    client: Session,
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    otherwise: Judged = NOT_FOUND,
    say: Judged | Callable[[Record], Judged],
) -> Judge:
    """Return the judge of ids that a list has or doesn't have."""

    def judge(parts: list[Planned]) -> list[Judged]:
        found = listed(client, path, params, [part.item for part in parts])
        records = [found.get(part.item) for part in parts]
        return [otherwise if one is None else say(one) if callable(say) else say for one in records]

    return judge


def judge_unlisted(parts: list[Planned]) -> list[Judged]:
    """Judge items that the API doesn't list."""
    return [_UNLISTED] * len(parts)


def units_of(value: Any, *key: str, by_row: bool = False) -> list[Unit]:
    """Split an argument into its items; an argument of a wrong type has none.

    Parameters
    ----------
    value
        One text, several in a list, Index or Series, or a frame.
    key
        The columns of a frame that may name its items; the first that there is does.
    by_row
        Whether a frame's other columns belong to its items.
    """
    labels, noun = None, "item"
    if isinstance(value, pd.DataFrame):
        name = next((name for name in key if name in value.columns), None)
        cells = [None] * len(value) if name is None else value[name].tolist()
        labels, noun = _labels(value.index), "row"
    elif isinstance(value, str):
        cells = [value]
    elif isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        cells = list(value)
        labels = _labels(value.index) if isinstance(value, pd.Series) else None
        noun = "row" if isinstance(value, pd.Series) else "item"
    else:
        return []
    count, is_frame = len(cells), isinstance(value, pd.DataFrame)
    return [
        (
            f"{noun} {place + 1} of {count}"
            + ("" if labels is None else f" (label {labels[place]!r})"),
            None if is_null(cell) or not str(cell).strip() else str(cell),
            partial(value.iloc.__getitem__, [place])
            if is_frame and by_row
            else partial(list, [cell]),
        )
        for place, cell in enumerate(cells)
    ]


def _labels(index: pd.Index) -> list[Any] | None:
    """Return the labels of rows; None if nobody has chosen them."""
    return None if isinstance(index, pd.RangeIndex) else index.tolist()


def _read_alone(
    units: Sequence[Unit],
    read: Callable[[Any], list[Any]],
    unique: Sequence[str],
) -> list[Entry]:
    entries = []
    for place, item, alone in units:
        entry = Entry(place, item)
        entries.append(entry)
        if item is None:
            entry.reject("invalid", "it is empty")
            continue
        try:
            # Once for the whole frame is enough.
            with without_frame_warnings():
                (entry.value,) = read(alone())
        except _REFUSED as error:
            entry.reject("invalid", str(error))
    _mark_duplicates(entries, unique)
    return entries


def _mark_duplicates(entries: Sequence[Entry], unique: Sequence[str]) -> list[Entry]:
    """Reject valid items that repeat an earlier one."""
    seen: dict[Any, str] = {}
    twice = []
    for entry in entries:
        if entry.status is not None:
            continue
        body = entry.value if isinstance(entry.value, dict) else {"": entry.value}
        same = inputs.identity(body, unique if isinstance(entry.value, dict) else [""])
        if same in seen:
            entry.reject("duplicate", f"it is the same as {seen[same]}")
            twice.append(entry)
        seen.setdefault(same, entry.place)
    return twice


def _refuse(
    argument: str,
    entries: Sequence[Entry],
    error: TrackaGoatError,
    advice: str,
    *,
    is_unique: bool,
) -> None:
    """Raise the error of a real run: of the one invalid item, or of several by their places."""
    statuses = {"invalid", "duplicate"} if is_unique else {"invalid"}
    bad = [entry for entry in entries if entry.status in statuses]
    # What is wrong with all of them is an argument that all of them share.
    is_shared = len(bad) == len(entries) and len({entry.error for entry in bad}) == 1
    if len(bad) > 1 and not is_shared:
        flaws = [(entry.place, str(entry.error)) for entry in bad]
        raise InvalidItemsError(argument, flaws, len(entries), advice) from error
    if len(bad) == 1 < len(entries):
        (one,) = bad
        said = f"{error} {one.place}"
        new = [one.place] * (one.place not in str(error))
        new += [cut(one.item, _LONGEST)] if one.item and one.item not in said else []
        where = f"That is {', '.join(new)}, and nothing" if new else "Nothing"
        error.add_advice(f"{where} was sent. dry_run=True lists them all{advice}.")
    raise error


def _name_in(value: Any, key: str | None, kind: str | None) -> str | None:
    """Return an item's name, or None if it is of another kind."""
    if key is not None:
        return str(value[key])
    if kind is None:
        return str(value)
    return str(value[1]) if value[0] == kind else None


def _why_unknown(error: TrackaGoatError, name: str) -> Judged:
    if isinstance(error, _AMBIGUOUS):
        return "invalid", str(error)
    if isinstance(error, UnknownCampaignError):
        return "not found", str(UnknownCampaignError([name], error.candidates))
    if isinstance(error, UnknownCreatorError):
        return "not found", str(UnknownCreatorError([name], error.candidates, error.project))
    return "not found", str(error)
