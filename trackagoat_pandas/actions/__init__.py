"""Every write of the API, a function for each.

Arguments that the functions share:

``dry_run``
    Change nothing; return what would become of each item, and the request that would be sent.
``column``
    The column of a frame that names its items, whatever it is called.
``confirm``
    Must be True to delete more than one thing.
``again``
    Create another one like the one that the same call created within the last 24 hours. Without it,
    the same cell run again creates nothing twice, also in another process and if the first response
    was lost: an item that exists is ``unchanged``, with a ``RepeatedRequestWarning`` where one
    thing is created. What was undone since, here or elsewhere, is created again.
``idempotency_key``
    Goes with a request that creates something; a key is for one request. By default it is a digest
    of the request, and another one each time that what it created was undone. For what the API
    doesn't list (members, invitations, API keys) the client knows only what it has removed itself;
    the result says so, and ``again=True`` creates it.
``creator``, ``creators``
    One or several, each as an id, a TikTok handle with or without @, or the address of a profile;
    or a loaded frame. Handles are looked up in the project, if one is given, before anything is
    written.
``campaign``, ``campaigns``
    One or several, each as an id or a name; or a loaded frame. Names are looked up first.
``client``
    The client to send with; by default the one that ``connect`` made last.

A function that creates or changes one thing returns one row: the resource as its loader returns it.
One that takes many things returns *results*, a frame with a row per item in the order given:

``item`` : str
    The item as it was given: a handle, a URL, an email address or an id.
``status`` : category
    ``created``, ``reactivated``, ``updated``, ``deleted``, ``done`` or ``unchanged``; ``failed``;
    ``unknown`` if no response says, and ``error`` then says which GET shows whether it was done;
    ``not_sent`` if an earlier request made it stop. These are the
    API's words for the request: ``deleted`` means removed, and a creator's data is kept;
    ``updated`` means that what the action does was done, also where that is to remove or to pause.
``id`` : str
    The resource's id: the response's, or the one that was given or found by a handle or a name.
``error_code``, ``error`` : str
    The API's code and message for an item that failed; the others are sent nevertheless. Of an
    item that the same request created before, ``error`` says when, and how to create another.

With ``dry_run`` both return a row per item in the order given, also for those that are invalid.
The API is asked what exists, with GETs alone; for several items, ``requests`` in the provenance
says how many.

``item`` : str
    The item as it was given; NA for an empty cell.
``status`` : category
    ``would create``, ``would reactivate``, ``would change``, ``would remove`` or ``would send``;
    ``exists`` or ``unchanged`` if nothing would change; ``not found`` or ``would fail`` if the API
    would refuse it; ``duplicate`` for the repetition of an earlier one; ``invalid``; or ``unknown``
    where the API has no list of what exists, or only the server knows which post an address means.
``error`` : str
    Why nothing would change, as a sentence that says which row; or what is odd about it.
``method``, ``path``, ``body`` : str
    The request, with the body (JSON text) for this item alone; NA if none would be sent.

The real run does the same as long as nothing else changes, within what the API shows: whether it
lists creators who were removed long ago and videos that are excluded, whether TikTok knows a
handle, and the plan's limits only show when something is sent. What another process has created is
``unknown`` where the same request may have done it.

Errors that the functions share:

``ArgumentError``, ``ArgumentTypeError``, ``MissingColumnError``
    A value is missing or invalid; nothing was sent. If several items are, an ``InvalidItemsError``
    names them. In a dry run each has a row instead.
``UnknownProjectError``, ``UnknownCreatorError``, ``AmbiguousCampaignError``, ...
    A name or handle can't be found, or is that of several; nothing was written.
``ConfirmationError``
    More than one thing would be deleted and ``confirm`` is False; nothing was sent.
``ApiError``, ``ConnectionFailedError``, ``DeadlineError``
    The API refused the request (``LimitReachedError``, ``ForbiddenError``, ``ConflictError``, ...)
    or didn't answer. A function that takes many things raises it only if nothing was changed and
    every other request would have failed too.
``PartialWriteError``, ``InterruptedWriteError``
    It had to stop midway, or Ctrl-C came; ``frame`` has the results.
"""

from typing import NoReturn

from trackagoat_pandas._homes import place_of
from trackagoat_pandas.actions.annotations import annotate, remove_annotations, update_annotation
from trackagoat_pandas.actions.api_keys import create_api_key, revoke_api_keys
from trackagoat_pandas.actions.campaigns import (
    add_campaign_items,
    create_campaign,
    remove_campaign_items,
    remove_campaigns,
    update_campaign,
)
from trackagoat_pandas.actions.creators import (
    add_creators,
    reenable_creators,
    remove_creators,
    scrape_creators,
    update_creator,
)
from trackagoat_pandas.actions.edits import apply
from trackagoat_pandas.actions.goals import remove_goals, set_goals, update_goal
from trackagoat_pandas.actions.members import (
    add_members,
    cancel_invitations,
    invite_members,
    remove_members,
    update_member,
)
from trackagoat_pandas.actions.payout_methods import (
    create_payout_method,
    remove_payout_methods,
    update_payout_method,
)
from trackagoat_pandas.actions.payout_payments import (
    record_payment,
    update_accruals,
    update_payment,
    upload_receipt,
    void_payment,
)
from trackagoat_pandas.actions.payout_structures import (
    assign_payout_structure,
    create_payout_structure,
    remove_payout_structures,
    unassign_payout_structure,
    update_payout_structure,
)
from trackagoat_pandas.actions.projects import create_organization, create_project, update_project
from trackagoat_pandas.actions.videos import (
    add_videos,
    remove_videos,
    review_inbox,
    scrape_videos,
    set_tracking,
    unexempt_tracking,
    update_video,
)
from trackagoat_pandas.errors import UnknownNameError

__all__ = [
    "add_campaign_items",
    "add_creators",
    "add_members",
    "add_videos",
    "annotate",
    "apply",
    "assign_payout_structure",
    "cancel_invitations",
    "create_api_key",
    "create_campaign",
    "create_organization",
    "create_payout_method",
    "create_payout_structure",
    "create_project",
    "invite_members",
    "record_payment",
    "reenable_creators",
    "remove_annotations",
    "remove_campaign_items",
    "remove_campaigns",
    "remove_creators",
    "remove_goals",
    "remove_members",
    "remove_payout_methods",
    "remove_payout_structures",
    "remove_videos",
    "review_inbox",
    "revoke_api_keys",
    "scrape_creators",
    "scrape_videos",
    "set_goals",
    "set_tracking",
    "unassign_payout_structure",
    "unexempt_tracking",
    "update_accruals",
    "update_annotation",
    "update_campaign",
    "update_creator",
    "update_goal",
    "update_member",
    "update_payment",
    "update_payout_method",
    "update_payout_structure",
    "update_project",
    "update_video",
    "upload_receipt",
    "void_payment",
]


def __getattr__(name: str) -> NoReturn:
    raise UnknownNameError(__name__, name, __all__, place=place_of(name))


def __dir__() -> list[str]:
    return __all__
