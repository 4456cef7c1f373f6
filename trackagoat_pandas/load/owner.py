"""Whether a client's store is of the organization that the client's key belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pandas as pd

from trackagoat_pandas.archive.folder import Owner
from trackagoat_pandas.errors import StoreOwnerError
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.organization import forget_projects, known_organization, organization
from trackagoat_pandas.settings import is_loopback

if TYPE_CHECKING:
    from trackagoat_pandas.archive.folder import Archive

_LOOPBACK: Final = "a server on this machine"
"""Its port is another one each time."""


def check_owner(session: Session) -> None:
    """Check that the client's store is the organization's of the client, before it is used.

    A key that the store doesn't know takes one request, for the projects, unless the client has
    them: a new key of the same organization goes on with its store. A client that is offline or
    only counts requests sends nothing.

    Raises
    ------
    StoreOwnerError
        It is another organization's, or of another API; or the client is offline, and its key was
        never used with this store.
    """
    archive: Archive = session.archive
    own = Owner(_address(session), known_organization(session))
    owner = archive.owner.read()
    if owner is None:
        return
    if not owner.includes(own):
        raise _foreign(archive, owner, own)
    if archive.owner.knows(session.fingerprint):
        return
    if session.offline:
        if own.address != _LOOPBACK:
            raise StoreOwnerError(str(archive.path), _said(owner), _said(own), is_unsure=True)
        return
    # Without the store: nothing of another organization is kept in it.
    found = organization(Session(session, archive=None))
    if session.tally is not None:
        return
    own = replace(own, org_id=found.id)
    if owner.org_id is None and (known := archive.owner.project_ids()):
        is_own = not known.isdisjoint(id_ for id_, _ in found.projects)
    else:
        is_own = owner.org_id in (None, own.org_id)
    if not is_own:
        raise _foreign(archive, owner, own)
    archive.owner.note(own, session.fingerprint)
    forget_projects(
        session
    )  # the next look-up is kept in the store, for when the client is offline


def note_owner(session: Session, frame: pd.DataFrame | None = None) -> None:
    """Note whose the client's store is, before something is kept in it.

    Parameters
    ----------
    session
        The client.
    frame
        What is kept; it may say which organization its rows are of.

    Raises
    ------
    StoreOwnerError
        It is another organization's by now; nothing was kept.
    """
    archive: Archive = session.archive
    org_id = known_organization(session)
    if frame is not None and "org_id" in frame and org_id is None:
        named = frame["org_id"].dropna().astype(str).unique()
        org_id = str(named[0]) if len(named) == 1 else None
    own = Owner(_address(session), org_id)
    owner = archive.owner.note(own, session.fingerprint)
    if not owner.includes(own):
        raise _foreign(archive, owner, own)


def _address(session: Session) -> str:
    url = urlsplit(session.base_url)
    return _LOOPBACK if is_loopback(url.hostname) else session.base_url


def _foreign(archive: Archive, owner: Owner, own: Owner) -> StoreOwnerError:
    return StoreOwnerError(str(archive.path), _said(owner), _said(own))


def _said(owner: Owner) -> str:
    known = f"organization {owner.org_id}" if owner.org_id else "an organization of unknown id"
    return f"{known} at {owner.address}"
