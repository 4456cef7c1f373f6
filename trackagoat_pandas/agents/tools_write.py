"""Tools that write: each makes a dry run first, and writes only with its token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import Field

from trackagoat_pandas.actions.creators import add_creators
from trackagoat_pandas.actions.goals import set_goals
from trackagoat_pandas.actions.payout_payments import record_payment
from trackagoat_pandas.actions.videos import review_inbox
from trackagoat_pandas.agents.answers import Reply, fitted
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.questions import Id, Project
from trackagoat_pandas.agents.tokens import LIFETIME_S
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import PartialWriteError

Token = Annotated[str, Field(pattern=r"^(w_[0-9a-f]{24})?$", description="of the dry run")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
OptionalDay = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Handles = Annotated[
    # TikTok's own rule; the API takes more.
    Sequence[Annotated[str, Field(pattern=r"^@?[A-Za-z0-9._]{2,24}$")]],
    Field(min_length=1, max_length=50),
]
SomeIds = Annotated[Sequence[Id], Field(max_length=50)]
OneOrMore = Annotated[Sequence[Id], Field(min_length=1, max_length=50)]
_WOULD: Final = "would "


class Writer:
    """Adds creators, sets goals, reviews posts and records payments.

    Parameters
    ----------
    desk
        What the tools of a server share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_creators(self, project: Project, handles: Handles, token: Token = "") -> dict[str, Any]:
        """Add creators to a project by their TikTok handles."""
        project_id = self._desk.project(project)
        act = partial(add_creators, project_id, [*handles])
        code = f'done = tgp.actions.add_creators("{project_id}", handles)'
        return self._write(
            "add_creators", {"project": project_id, "handles": [*handles]}, token, act, code
        )

    def set_goals(
        self,
        creator_ids: OneOrMore,
        metric: Literal["posts", "views", "engagement", "followers"],
        period: Literal["daily", "weekly", "monthly"],
        target_value: Annotated[int, Field(ge=1, le=10**12)],
        start_date: Day,
        end_date: OptionalDay = "",
        *,
        update: bool = False,
        token: Token = "",
    ) -> dict[str, Any]:
        """Give each of some creators a goal. `target_value` is in units of the metric.

        A creator has one goal per metric and period. With `update` an existing one gets the new
        target and keeps its days; without it, it is refused.
        """
        days = {"start_date": start_date, "end_date": end_date}
        options: dict[str, Any] = {
            "metric": metric, "period": period, "target_value": target_value,
            **{name: day for name, day in days.items() if day},
            **({"update": True} if update else {}),
        }  # fmt: skip
        shown = ", ".join(f"{name}={value!r}" for name, value in options.items())
        return self._write(
            "set_goals", {"creator_ids": [*creator_ids], **options}, token,
            partial(set_goals, [*creator_ids], **options),
            f"done = tgp.actions.set_goals(creator_ids, {shown})",
        )  # fmt: skip

    def review_posts(
        self,
        project: Project,
        approve: SomeIds = (),
        exclude: SomeIds = (),
        token: Token = "",
    ) -> dict[str, Any]:
        """Approve or exclude posts that wait for review, by their ids; excluded ones are hidden."""
        project_id = self._desk.project(project)
        given = {"approve": [*approve], "exclude": [*exclude]}
        return self._write(
            "review_posts", {"project": project_id, **given}, token,
            partial(review_inbox, project_id, approve=[*approve], exclude=[*exclude]),
            f'done = tgp.actions.review_inbox("{project_id}", approve=approve, exclude=exclude)',
        )  # fmt: skip

    def record_payment(
        self,
        creator_id: Id,
        accrual_ids: OneOrMore,
        amount_cents: Annotated[int, Field(ge=1, le=10**10)],
        method_id: Id,
        token: Token = "",
    ) -> dict[str, Any]:
        """Record that accruals of a creator were paid; no money is moved."""
        given = {
            "creator_id": creator_id, "accrual_ids": [*accrual_ids], "amount_cents": amount_cents,
            "method_id": method_id,
        }  # fmt: skip
        return self._write(
            "record_payment", given, token,
            partial(
                record_payment, creator_id, [*accrual_ids], amount_cents=amount_cents,
                method=method_id,
            ),
            "done = tgp.actions.record_payment(creator_id, accrual_ids, "
            f'amount_cents={amount_cents}, method="{method_id}")',
        )  # fmt: skip

    def _write(
        self,
        tool: str,
        given: Mapping[str, Any],
        token: str,
        act: Callable[..., pd.DataFrame],
        code: str,
    ) -> dict[str, Any]:
        """Say what a write would do and give its token, or do it if its token is given."""
        payload = {"tool": tool, "owner": self._desk.owner, **given}
        if not token:
            return self._dry_run(payload, act, code)
        self._desk.tokens.redeem(token, payload)
        said, is_whole = "It was done; `status` says what became of each item.", True
        with kept_warnings() as warned:
            try:
                done = act(client=self._desk.client)
            except PartialWriteError as error:
                done, is_whole = error.frame, False
                said = "Writing stopped midway; `status` says what was done."
        return fitted(Reply(
            said, _counts(done), self._desk.now(), code, done, _result_columns(done),
            complete=is_whole, notes=warned,
        ))  # fmt: skip

    def _dry_run(
        self, payload: Mapping[str, Any], act: Callable[..., pd.DataFrame], code: str
    ) -> dict[str, Any]:
        with kept_warnings() as warned:
            plan = act(dry_run=True, client=self._desk.client)
        totals = _counts(plan)
        extra: dict[str, Any] = {}
        said = "Nothing was written, and there is nothing that could be: see `status`."
        if any(status.startswith(_WOULD) and status != "would fail" for status in totals):
            extra = {"token": self._desk.tokens.issue(payload)}
            said = (
                "Nothing was written. To do it, call again with the same arguments and `token`, "
                f"once, within {LIFETIME_S / 60:.0f} minutes."
            )
        shown = f"{code.replace('done =', 'plan =')[:-1]}, dry_run=True)"
        return fitted(Reply(
            said, totals, self._desk.now(), shown,
            plan, _result_columns(plan), notes=warned, extra=extra,
        ))  # fmt: skip


def _counts(frame: pd.DataFrame) -> dict[str, int]:
    counts = frame["status"].astype("str").value_counts()
    return {str(status): int(count) for status, count in counts.items()}


def _result_columns(frame: pd.DataFrame) -> list[str]:
    names = (
        "status", "id", "item", "old_target", "new_target", "error_code", "error", "amount_cents",
        "paid_at",
    )  # fmt: skip
    return [name for name in names if name in frame.columns]
