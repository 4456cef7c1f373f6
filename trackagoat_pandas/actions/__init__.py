"""Actions: every write of the API; one request, or a frame of results for many.

``dry_run=True`` shows the requests and sends none.
"""

from trackagoat_pandas.actions.creators import add_creators, update_creator
from trackagoat_pandas.actions.roster import reenable_creators, remove_creators, scrape_creators

__all__ = [
    "add_creators",
    "reenable_creators",
    "remove_creators",
    "scrape_creators",
    "update_creator",
]
