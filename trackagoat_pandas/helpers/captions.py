"""What the captions of posts must say, and mustn't."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.columns import categories, read_columns
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.tables import VIDEOS

Terms: TypeAlias = "str | Sequence[str | Sequence[str]]"
"""A term, or several; a list of terms inside stands for any one of them."""
PROBLEMS = ("missing", "forbidden")
_READ = ("id", "creator_id", "title", "posted_at")


@derived("videos")
def check_posts(
    videos: pd.DataFrame, *, required: Terms = (), forbidden: Terms = ()
) -> pd.DataFrame:
    """Check the captions of posts for hashtags, mentions and words.

    Titles and descriptions are searched as one text. A hashtag or mention is found as a whole, so
    that ``#ad`` isn't found in ``#adventure``; other terms are found as whole words, also several
    in a row, and as hashtags. Case doesn't matter. The API doesn't show what is said in the video,
    or TikTok's own label of paid partnerships.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`, or a part of it: all of its posts are checked.
    required : str or list of str, optional
        Terms that must be there, such as ``["#ad", "@brand"]``. A list inside stands for any one of
        its terms: ``[["#ad", "#sponsored"], "@brand"]``.
    forbidden : str or list of str, optional
        Terms that mustn't be there.

    Returns
    -------
    pandas.DataFrame
        One row for each thing that is wrong, the latest post first: ``tiktok_handle`` where a frame
        knows it, ``title``, ``problem`` (category: missing, forbidden), ``term`` (str; of a list
        its terms with "or" between them), ``posted_at``, ``creator_id``, ``id`` and ``url``. In a
        post without a caption, everything required is missing.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Neither `required` nor `forbidden` is given, or a term is empty, or isn't text.
    MissingColumnError
        A column is missing from the frame.

    See Also
    --------
    load_videos : Load videos.
    inbox : List posts that wait for review.
    actions.review_inbox : Approve or exclude them.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"id": ["a", "b"], "creator_id": "ann", "posted_at": "2026-06-01",
    ...                        "title": ["My #adventure", "Free! #Ad"]})
    >>> found = tgp.check_posts(videos, required=["#ad"], forbidden=["free"])
    >>> print(found[["id", "problem", "term"]].to_string(index=False))
    id   problem term
     a   missing  #ad
     b forbidden free
    """
    wanted, unwanted = _choices("required", required), _choices("forbidden", forbidden)
    if not wanted and not unwanted:
        problem = "give terms to look for: required=['#ad'] or forbidden=['giveaway']"
        raise ArgumentError("required", required, problem=problem)
    posts = read_columns(
        latest_of(videos, ["id"]), VIDEOS, _READ, optional=("description", "url")
    ).sort_values("posted_at", ascending=False, kind="stable", na_position="last")
    captions = posts["title"].fillna("") + "\n" + posts["description"].fillna("")
    folded = captions.map(_fold)
    parts = []
    for problem, choices in zip(PROBLEMS, (wanted, unwanted), strict=True):
        for choice in choices:
            is_there = folded.str.contains(_pattern(choice), regex=True).to_numpy(bool)
            is_wrong = is_there if problem == "forbidden" else ~is_there
            parts.append(posts[is_wrong].assign(problem=problem, term=" or ".join(choice)))
    found = pd.concat(parts).drop(columns="description")
    # By post, and of one post in the order of the arguments.
    order = np.argsort(posts.index.get_indexer(found.index), kind="stable")
    found = found.iloc[order].reset_index(drop=True)
    found["problem"] = categories(found["problem"], PROBLEMS)
    return found


def _choices(argument: str, terms: Terms) -> list[list[str]]:
    """Return the terms of an argument, each as a list of those of which one is enough."""
    given = [terms] if isinstance(terms, str) else terms
    if not isinstance(given, Iterable):
        raise ArgumentTypeError(argument, terms, "a term, or a list of them")
    choices = [[one] if isinstance(one, str) else one for one in given]
    for choice in choices:
        if not isinstance(choice, list | tuple) or not all(isinstance(one, str) for one in choice):
            raise ArgumentTypeError(argument, choice, "a term, or a list of them")
        if not choice or not all(_fold(one).strip() for one in choice):
            raise ArgumentError(argument, choice, problem="a term is empty")
    return [list(choice) for choice in choices]


def _fold(text: str) -> str:
    # NFKC, since letters from Unicode's mathematical and full-width blocks pass for bold ones.
    return unicodedata.normalize("NFKC", text).casefold()


def _pattern(choice: Iterable[str]) -> str:
    """Return a regular expression that finds one of some terms as a whole."""
    found = []
    for term in choice:
        words = r"\s+".join(map(re.escape, _fold(term).split()))
        # Tags may follow each other without a space.
        before = "" if term.strip()[0] in "#@" else r"(?<!\w)"
        found.append(rf"{before}{words}(?!\w)")
    return "|".join(found)
