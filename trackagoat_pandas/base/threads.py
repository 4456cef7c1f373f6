"""Work beside the calling thread, or in it where no thread can be started, as in a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable


def start_thread(work: Callable[[], object], name: str) -> threading.Thread | None:
    """Start a daemon thread; where none can be started, do its work here and return None.

    Parameters
    ----------
    work
        What the thread does.
    name
        The thread's name.

    Returns
    -------
    threading.Thread or None
        The thread, which may still be at work; None if the work is done.

    Examples
    --------
    >>> done = []
    >>> thread = start_thread(lambda: done.append("work"), "example")
    >>> if thread is not None:
    ...     thread.join()
    >>> done
    ['work']
    """
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # Python has no threads here, or the system allows no further one
        is_started = False
    else:
        is_started = True
    # Not within `except`: an error of the work would then carry this one as its context.
    if is_started:
        return thread
    work()
    return None
