"""Every write of the API: one request, or a frame of results for many.

``dry_run=True`` shows the requests and sends none.
"""

from typing import NoReturn

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
    raise UnknownNameError(__name__, name, __all__)
