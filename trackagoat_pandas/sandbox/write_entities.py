"""What writes answer with that no list shows: results, deletions, members, keys, addresses.

Must not know how anything is written.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Entity, Field

_ID = Field("id", "uuid", "The row's id.")
_ORG_ID = Field("org_id", "uuid", "The organization.")
_CREATED_AT = Field("created_at", "datetime", "When the row was made.")
_ROLE = Field("role", "string", "admin or member.")

RESULT = Entity(
    "result",
    "What became of one item.",
    (
        Field("item", "string", "The item as it was given."),
        Field("id", "uuid", "The id of its resource; null if it failed.", nullable=True),
        Field("status", "string", "created, reactivated, updated, unchanged or failed."),
        Field("code", "string", "The error's code.", nullable=True),
        Field("error", "string", "The error.", nullable=True),
    ),
)
RESULTS = Entity(
    "results",
    "What became of each item, in the order given.",
    (Field("results", "array", "One result for each item.", of=RESULT),),
)
DELETED = Entity("deleted", "What was deleted.", (_ID, Field("deleted", "boolean", "Always true.")))
QUEUED = Entity(
    "queued_scrape", "What will be scraped.", (_ID, Field("queued", "boolean", "Always true."))
)
CAMPAIGN_ITEM = Entity(
    "campaign_item",
    "A member of a campaign.",
    (
        Field("campaign_id", "uuid", "The campaign."),
        Field("item_type", "string", "creator, video or campaign."),
        Field("item_id", "uuid", "Which one."),
    ),
)
ORGANIZATION = Entity(
    "organization",
    "Who owns projects, members and keys.",
    (
        _ID,
        Field("name", "string", "The name."),
        Field("timezone", "string", "IANA time zone in which its days are days."),
        _CREATED_AT,
    ),
)
MEMBER = Entity(
    "member",
    "A person of an organization.",
    (
        _ID,
        _ORG_ID,
        Field("user_id", "uuid", "The person."),
        Field("email", "string", "The address, if it is known.", nullable=True),
        _ROLE,
        _CREATED_AT,
    ),
)
INVITATION = Entity(
    "invitation",
    "An invitation that waits for its answer.",
    (_ID, _ORG_ID, Field("email", "string", "Who is invited."), _ROLE, _CREATED_AT),
)
API_KEY = Entity(
    "api_key",
    "A key, with the plain text that is shown this once.",
    (
        _ID,
        Field("name", "string", "The name."),
        Field("scopes", "array", "read, write or both.", of="string"),
        Field("key", "string", "The key itself."),
        _CREATED_AT,
    ),
)
UPLOAD = Entity(
    "receipt_upload",
    "An address to which a receipt is put, once and without a key.",
    (
        Field("upload_url", "string", "Where to PUT the file."),
        Field("receipt_url", "string", "Where it will be: the payment's receipt_url."),
        Field("expires_at", "datetime", "Until when."),
    ),
)
