"""Where the two modes differ."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.sentiment.lexicon import MODES
from trackagoat_pandas.helpers.sentiment.scoring import score_texts

_COMPARED = ("score", "comparative", "label", "tokens")


def compare_sentiment_modes(comments: pd.DataFrame, *, text: str = "text") -> pd.DataFrame:
    """Show the comments that modes ``api`` and ``plus`` score differently.

    Parameters
    ----------
    comments
        Any frame with a column of text, such as that of :func:`load_comments`.
    text
        The column.

    Returns
    -------
    pandas.DataFrame
        The rows on whose score or number of tokens the modes differ, in their order and with their
        index: the text's column, ``id`` if the frame has it, then ``api_`` and ``plus_`` columns of
        ``score`` (Int64), ``comparative`` (Float64), ``label`` (category) and ``tokens`` (Int64),
        and ``label_differs`` (boolean).

    Raises
    ------
    MissingColumnError
        The frame has no such column.
    ArgumentError
        The column holds something else than text.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love it", "so good 🔥🔥", "❤️❤️"]})
    >>> compare_sentiment_modes(comments)[["api_score", "plus_score"]].values.tolist()
    [[3, 3], [0, 6]]
    """
    require_columns(comments, [text], loader="load_comments")
    api, plus = (score_texts(comments[text], mode=mode)[list(_COMPARED)] for mode in MODES)
    differs = (api["score"] != plus["score"]) | (api["tokens"] != plus["tokens"])
    label_differs = (api["score"].clip(-1, 1) != plus["score"].clip(-1, 1)).astype("boolean")
    kept = [name for name in ("id", text) if name in comments.columns]
    compared = pd.concat(
        [comments[kept], api.add_prefix("api_"), plus.add_prefix("plus_")], axis="columns"
    ).assign(label_differs=label_differs)
    return compared[differs.fillna(value=False).to_numpy(dtype=bool)]
