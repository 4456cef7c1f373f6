"""Create, change and delete payout methods."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import send_one, update
from trackagoat_pandas.actions.dry_runs import Given, Judged, among, delete_all
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Listed
from trackagoat_pandas.actions.requests import Record, check_again, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.tables import PAYOUT_METHODS

EDITS: Final[dict[str, Check]] = {
    "name": partial(inputs.text, longest=100),  # the API's limit
    "icon_path": inputs.or_null(inputs.text),
    "metadata": inputs.json_object,
    "readme": inputs.or_null(inputs.text),
    "is_active": inputs.flag,
}


@takes_arrow
def create_payout_method(
    name: str,
    *,
    icon_path: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    readme: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a payout method in addition to the built-in ones.

    ``POST /payout-methods``.

    Parameters
    ----------
    name : str
        The name, of up to 100 characters.
    icon_path : str, optional
        The icon's path among the organization's files.
    metadata : dict, optional
        Further facts about it, of your own.
    readme : str, optional
        Notes on the method.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the method as :func:`load_payout_methods` returns it.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.update_payout_method : Change a way of paying.
    load_payout_methods : Load the ways of paying.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_payout_method("Barter")["name"].iloc[0]
    'Barter'
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    body = inputs.fields(
        EDITS, "name", name=name, icon_path=icon_path, metadata=metadata, readme=readme
    )
    look = Listed(PAYOUT_METHODS.path, fields=EDITS, by_id=True)
    write = creation(
        PAYOUT_METHODS.path, body, name, again=again, idempotency_key=idempotency_key, look=look
    )
    return send_one(client, PAYOUT_METHODS, write, dry_run=dry_run)


@takes_arrow
def update_payout_method(
    method: One,
    *,
    name: str | Keep = KEEP,
    icon_path: str | Keep | None = KEEP,
    metadata: Mapping[str, Any] | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    is_active: bool | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a payout method; fields that aren't given stay as they are.

    ``PATCH /payout-methods/{id}``.

    Parameters
    ----------
    method : str or DataFrame
        The method's id, or a frame of one method.
    name : str, optional
        The method's name.
    icon_path : str or None, optional
        The path of its icon; None clears it.
    metadata : dict, optional
        Further facts about it, of your own.
    readme : str or None, optional
        Notes; None clears them.
    is_active : bool, optional
        Whether it can be used; a built-in one always can.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the method as :func:`load_payout_methods` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`; the code of a ConflictError may be ``default_method``.

    See Also
    --------
    actions.create_payout_method : Create a way of paying.
    actions.remove_payout_methods : Delete ways of paying.
    load_payout_methods : Load the ways of paying.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     barter = tgp.actions.create_payout_method("Barter")
    ...     tgp.actions.update_payout_method(barter, is_active=False)["is_active"].tolist()
    [False]
    """
    client = session_of(client)
    body = inputs.changes(
        EDITS,
        name=name,
        icon_path=icon_path,
        metadata=metadata,
        readme=readme,
        is_active=is_active,
    )
    return update(client, PAYOUT_METHODS, inputs.one("method", method), body, dry_run=dry_run)


@takes_arrow
def remove_payout_methods(
    methods: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete payout methods; payments made with them keep their names.

    ``DELETE /payout-methods/{id}``, a request for each.

    Parameters
    ----------
    methods : str, list of str or DataFrame
        Ids, or a frame of methods.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per method;
        ``status`` is ``deleted`` on success, or ``failed`` with the ``error_code``
        ``default_method`` for a built-in one.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.update_payout_method : Change a way of paying.
    load_payout_methods : Load the ways of paying.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     barter = tgp.actions.create_payout_method("Barter")
    ...     tgp.actions.remove_payout_methods(barter)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids, path = given.ids("methods", methods), PAYOUT_METHODS.path

    def say(method: Record) -> Judged:
        if method.get("is_default"):
            return "would fail", "it is a built-in method"
        return "would remove", None

    judge = among(client, path, {"include_disabled": 1}, say=say)
    return delete_all(given, "remove_payout_methods", path, ids, confirm=confirm, judge=judge)
