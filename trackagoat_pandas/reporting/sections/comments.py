"""The section on comments: which posts are under fire, and what people say."""

from __future__ import annotations

from trackagoat_pandas.asking.comments import COMMENTS
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.reporting.drafts import Draft, line_text, records_of, section
from trackagoat_pandas.showing.recorder import Traced


@section("Comments", needs=UNDER_FIRE.needs, uses=UNDER_FIRE.uses)
def comments(draft: Draft) -> None:
    """Write which posts are under fire, the shares of comments, and the most negative ones."""
    answer = draft.answer(UNDER_FIRE)
    if draft.reason:
        return
    draft.answer(COMMENTS)
    evidence = UNDER_FIRE.quotes(answer)
    if evidence is not None:
        _list_texts(draft, evidence)


def _list_texts(draft: Draft, evidence: Traced) -> None:
    """List the most negative comments, each text once."""
    texts = evidence[evidence["text"].notna()].drop_duplicates("text").drop_duplicates("id")
    rows = draft.let("texts", texts.set_index("id"))
    likes = [name for name in ("like_count",) if name in rows.value.columns]
    draft.list(
        "The most negative comments there",
        ("Comment", "Under a post of", *["Likes" for _ in likes]),
        [
            (
                line_text(row["text"]),
                draft.handle(row.get("creator_id")),
                *(draft.number(f"text.{id_}.likes", rows[column][id_]) for column in likes),
            )
            for id_, row in records_of(rows.value)
        ],
        numeric="--" + "n" * len(likes),
        of=len(rows.value),
    )  # fmt: skip
