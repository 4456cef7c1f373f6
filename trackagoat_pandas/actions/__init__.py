"""Actions: every write of the API; one request, or a frame of results for many.

``dry_run=True`` shows the requests and sends none.
"""

from typing import NoReturn

from trackagoat_pandas.actions.annotations.editing import remove_annotations, update_annotation
from trackagoat_pandas.actions.annotations.writing import annotate
from trackagoat_pandas.actions.campaigns.editing import create_campaign, update_campaign
from trackagoat_pandas.actions.campaigns.items import add_campaign_items, remove_campaign_items
from trackagoat_pandas.actions.campaigns.removal import remove_campaigns
from trackagoat_pandas.actions.creators import add_creators, update_creator
from trackagoat_pandas.actions.edits import apply
from trackagoat_pandas.actions.goals.editing import remove_goals, update_goal
from trackagoat_pandas.actions.goals.setting import set_goals
from trackagoat_pandas.actions.inbox import review_inbox
from trackagoat_pandas.actions.organizations.creation import create_organization
from trackagoat_pandas.actions.organizations.invitations import cancel_invitations, invite_members
from trackagoat_pandas.actions.organizations.keys import create_api_key
from trackagoat_pandas.actions.organizations.members import add_members
from trackagoat_pandas.actions.organizations.membership import remove_members, update_member
from trackagoat_pandas.actions.organizations.projects import create_project, update_project
from trackagoat_pandas.actions.organizations.revocation import revoke_api_keys
from trackagoat_pandas.actions.payouts.accruals import update_accruals
from trackagoat_pandas.actions.payouts.assignments import (
    assign_payout_structure,
    unassign_payout_structure,
)
from trackagoat_pandas.actions.payouts.method_removal import remove_payout_methods
from trackagoat_pandas.actions.payouts.methods import create_payout_method, update_payout_method
from trackagoat_pandas.actions.payouts.payment_edits import update_payment, void_payment
from trackagoat_pandas.actions.payouts.payments import record_payment
from trackagoat_pandas.actions.payouts.receipts import upload_receipt
from trackagoat_pandas.actions.payouts.structure_edits import (
    remove_payout_structures,
    update_payout_structure,
)
from trackagoat_pandas.actions.payouts.structures import create_payout_structure
from trackagoat_pandas.actions.roster import reenable_creators, remove_creators, scrape_creators
from trackagoat_pandas.actions.tracking import set_tracking, unexempt_tracking
from trackagoat_pandas.actions.video_upkeep import remove_videos, scrape_videos
from trackagoat_pandas.actions.videos import add_videos, update_video
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
