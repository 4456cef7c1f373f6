"""Actions: every write of the API; one request, or a frame of results for many.

``dry_run=True`` shows the requests and sends none.
"""

from trackagoat_pandas.actions.creators import add_creators, remove_creators, update_creator

__all__ = ["add_creators", "remove_creators", "update_creator"]
