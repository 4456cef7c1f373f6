"""Where modes differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from trackagoat_pandas.checks import check_choice, check_names, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.sentiment.lexicon import MODES, SentimentMode
from trackagoat_pandas.helpers.sentiment.scoring import score_texts

_COMPARED = ("score", "comparative", "label", "tokens")


def compare_sentiment_modes(
    comments: pd.DataFrame,
    *,
    modes: Sequence[SentimentMode] = ("api", "plus"),
    text: str = "text",
) -> pd.DataFrame:
    """Show the comments that two modes score differently.

    Parameters
    ----------
    comments
        Any frame with a column of text, such as that of :func:`load_comments`.
    modes
        Two of ``"api"``, ``"plus"`` and ``"tiktok"``.
    text
        The column.

    Returns
    -------
    pandas.DataFrame
        The rows on whose score or number of tokens the modes differ, in their order and with their
        index: the text's column, ``id`` if the frame has it, then for each mode the columns
        ``api_score`` (Int64), ``api_comparative`` (Float64), ``api_label`` (category) and
        ``api_tokens`` (Int64), under its name, and ``label_differs`` (boolean).

    Raises
    ------
    MissingColumnError
        The frame has no such column.
    ArgumentError
        The column holds something else than text, or `modes` are not two modes.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love it", "so good 🔥🔥", "❤️❤️"]})
    >>> compare_sentiment_modes(comments)[["api_score", "plus_score"]].values.tolist()
    [[3, 3], [0, 6]]
    >>> compared = compare_sentiment_modes(comments, modes=["api", "tiktok"])
    >>> compared[["text", "tiktok_score"]].values.tolist()
    [['so good 🔥🔥', 5], ['❤️❤️', 3]]
    """
    require_columns(comments, [text], loader="load_comments")
    given = [check_choice("modes", name, MODES) for name in check_names("modes", modes)]
    names = [mode for mode in MODES if mode in given]
    if len(names) != 2:
        raise ArgumentError("modes", given, "name two different ones, such as ['api', 'tiktok']")
    one, other = (score_texts(comments[text], mode=name)[list(_COMPARED)] for name in names)
    differs = (one["score"] != other["score"]) | (one["tokens"] != other["tokens"])
    label_differs = (one["score"].clip(-1, 1) != other["score"].clip(-1, 1)).astype("boolean")
    kept = [name for name in ("id", text) if name in comments.columns]
    compared = pd.concat(
        [comments[kept], one.add_prefix(f"{names[0]}_"), other.add_prefix(f"{names[1]}_")],
        axis="columns",
    ).assign(label_differs=label_differs)
    return compared[differs.fillna(value=False).to_numpy(dtype=bool)]
