"""Which videos count."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.helpers.counted import is_counted


def test_a_video_counts_by_its_status_unless_it_is_disabled():
    videos = pd.DataFrame(
        {
            "tracking_status": ["included", "Direct Add", "excluded", "new", None, "new"],
            "is_tracking_disabled": [None, True, False, False, None, True],
        }
    )
    assert is_counted(videos).tolist() == [True, False, False, pd.NA, pd.NA, False]


def test_without_a_status_it_is_not_known_what_counts():
    with pytest.raises(MissingColumnError, match=r"'tracking_status'.*load_videos"):
        is_counted(pd.DataFrame({"is_tracking_disabled": [False]}))
