"""Manual scrapes, of which a plan allows so many in a UTC day.

Knows that a scrape shows in ``updated_at``. Must not know what is scraped.
"""

from __future__ import annotations

from datetime import UTC

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer
from trackagoat_pandas.sandbox.plans import check_limit, count


def queue_scrape(call: Call, table: str, item_id: str) -> Answer:
    """Scrape a row of creators or videos; the sandbox has its counts of now already."""
    midnight = call.now.astimezone(UTC).date().isoformat()
    today = "org_id = ? AND created_at >= ?"
    check_limit(
        call,
        "max_manual_scrape_triggers_per_day",
        lambda: count(call, "scrapes", today, call.organization.id, midnight),
    )
    scrape = {"org_id": call.organization.id, "item_id": item_id, "created_at": call.now_text}
    call.database.insert("scrapes", [scrape])
    call.database.update(table, item_id, {"updated_at": call.now_text})
    return Answer({"id": item_id, "queued": True})
