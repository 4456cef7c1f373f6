"""Tools that list, describe, load and show; none of them writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import Field

from trackagoat_pandas.agents.answers import Reply, fits, fitted
from trackagoat_pandas.agents.desk import MOST_REQUESTS, Desk, notes_of
from trackagoat_pandas.agents.handles import KeptFrame, script_of
from trackagoat_pandas.agents.questions import Dates, Id, Project
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.untrusted import FIELD, clean, trusted
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.types import Metric
from trackagoat_pandas.frames.dictionary import describe as describe_columns
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.payouts import (
    load_payout_accruals,
    load_payout_assignments,
    load_payout_methods,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.planning import Plan, estimate_load
from trackagoat_pandas.load.resources import (
    load_annotations,
    load_campaigns,
    load_creators,
    load_goal_compliance,
    load_projects,
    load_videos,
)
from trackagoat_pandas.program.frames import loaded_program
from trackagoat_pandas.reporting.document import Section
from trackagoat_pandas.reporting.texts import plain_sentence
from trackagoat_pandas.showing.recorder import Recorder, Traced, literal
from trackagoat_pandas.usage import quota as quota_of

Table = Literal[
    "creators", "videos", "campaigns", "goals", "comments", "analytics", "accruals", "payments",
    "structures", "assignments", "methods", "annotations",
]  # fmt: skip
Handle = Annotated[str, Field(pattern=r"^[a-z_]{1,40}_\d{1,9}$", description="of an answer")]
Column = Annotated[str, Field(pattern=r"^[a-z_0-9]{1,40}$")]
Value = Annotated[str, Field(max_length=40)] | bool | int
Ids = Annotated[Sequence[Id], Field(max_length=50)]
Name = Annotated[str, Field(pattern=r"^[\w-]{0,60}$", description="videos, will_miss ...")]
Metrics = Annotated[Sequence[Metric], Field(min_length=1, max_length=9)]
SectionName = Literal[
    "views", "goals", "payouts", "breakouts", "comments", "posting", "campaigns", "health",
    "data",
]  # fmt: skip
_SUMMED: Final = (
    "view_count", "like_count", "comment_count", "share_count", "save_count", "amount_cents",
)  # fmt: skip
_COUNTED: Final = ("status", "tracking_status", "is_active", "kind", "period", "metric")
_ADDED_UP: Final = frozenset({"views", "likes", "comments", "shares", "saves", "posts"})
_SENTENCE_LETTERS, _MOST_CODE = 240, 10_000


@dataclass(frozen=True)
class _TableSource:
    """How a table is loaded, and which filters it takes."""

    load: Callable[..., pd.DataFrame]
    takes: frozenset[str] = frozenset()
    of_project: bool = True


_BY_DAY: Final = frozenset({"creator_ids", "dates"})
_SOURCES: Final[Mapping[str, _TableSource]] = {
    "creators": _TableSource(load_creators),
    "videos": _TableSource(load_videos, frozenset({"creator_ids"})),
    "campaigns": _TableSource(load_campaigns),
    "goals": _TableSource(load_goal_compliance, frozenset({"creator_ids"})),
    "comments": _TableSource(load_comments, _BY_DAY),
    "analytics": _TableSource(load_analytics, _BY_DAY | {"metrics"}),
    "accruals": _TableSource(load_payout_accruals, _BY_DAY),
    "payments": _TableSource(load_payout_payments, _BY_DAY),
    "structures": _TableSource(load_payout_structures),
    "assignments": _TableSource(load_payout_assignments, of_project=False),
    "methods": _TableSource(load_payout_methods, of_project=False),
    "annotations": _TableSource(load_annotations, frozenset({"dates"})),
}


class Reader:
    """Lists, describes, loads and shows.

    Parameters
    ----------
    desk
        What the tools of a server share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_projects(self) -> dict[str, Any]:
        """List the projects that the key can read. Begin here: ids are safer than names."""
        load = partial(load_projects, client=self._desk.client)
        kept = self._desk.loaded("projects", lambda script: script.step("projects", load))
        said = "Pass a project's id to the other tools."
        return self._desk.answer(kept, said, {"projects": len(kept.frame)})

    def describe(self, name: Name = "") -> dict[str, Any]:
        """Explain the columns of a table or of a function's result; without a name list tables."""
        given = {"name": name} if name else {}
        kept = KeptFrame(
            Traced(describe_columns(**given), "columns"), Recorder(), "always", is_ours=True,
            script=f"columns = tgp.describe({literal(name) if name else ''})",
            columns=("column", "dtype", "unit", "meaning") if name else ("table", "row", "loader"),
        )  # fmt: skip
        rows = kept.frame.attrs.get("trackagoat", {}).get("row")
        said = (
            f"A row is {rows}." if rows else "Tables that can be loaded; results have names, too."
        )
        return self._desk.answer(kept, said, {"columns" if name else "tables": len(kept.frame)})

    def load(
        self,
        project: Project,
        table: Table,
        creator_ids: Ids = (),
        dates: Dates = "",
        metrics: Metrics = ("views",),
        max_requests: Annotated[int, Field(ge=1, le=MOST_REQUESTS)] = 25,
    ) -> dict[str, Any]:
        """Load a table of a project. The frame stays here under a handle; a few rows are shown.

        `creator_ids` and `dates` filter some tables; `metrics` are of analytics, day by day.
        """
        load = partial(
            self._step, project=project, table=table, creator_ids=creator_ids, dates=dates,
            metrics=metrics, max_requests=max_requests,
        )  # fmt: skip
        kept = self._desk.loaded(table, load)
        return self._desk.answer(kept, "Sums and counts are over all rows.", _totals(kept.frame))

    def plan(
        self,
        project: Project,
        table: Table,
        creator_ids: Ids = (),
        dates: Dates = "",
        metrics: Metrics = ("views",),
    ) -> dict[str, Any]:
        """Estimate the requests of a load before it is made."""
        made = list[Plan]()

        def estimate(load: Callable[..., Any], *args: Any, **options: Any) -> None:
            made.append(estimate_load(load, *args, client=self._desk.client, **options))

        recorder = Recorder()
        source, args, options = self._call(recorder, project, table, creator_ids, dates, metrics)
        values = [one.value if isinstance(one, Traced) else one for one in args]
        estimate(source, *values, **options)
        plan = made[0]
        totals = {"least": plan.least, "most": plan.most, "wait_s": round(plan.seconds, 1)}
        said = "`most` is left out where only the first answer says how long a list is."
        named = [f"{name}={literal(value)}" for name, value in options.items()]
        shown = ", ".join([f"tgp.{source.__name__}", *map(literal, args), *named])
        lines = [*script_of(recorder.code).splitlines(), f"plan = tgp.estimate_load({shown})"]
        return fitted(Reply(
            said, {name: one for name, one in totals.items() if one is not None},
            as_of=self._desk.now(), code="\n".join(lines),
            units={"least": "requests", "most": "requests", "wait_s": "seconds"}, notes=plan.notes,
        ))  # fmt: skip

    def quota(self) -> dict[str, Any]:
        """Say how many requests are used and left, by what this machine counted."""
        now = quota_of(self._desk.client)
        totals = {
            "used": now.used, "left": now.left, "used_today": now.used_today,
            "left_today": now.left_today, "sent_here": self._desk.client.requests_sent,
        }  # fmt: skip
        said = "The limit slides: requests count for as many seconds as the window has."
        window = {"window_s": now.limit[1], "limit": now.limit[0]} if now.limit else {}
        return fitted(Reply(
            said, {name: one for name, one in {**totals, **window}.items() if one is not None},
            as_of=f"{now.at:%Y-%m-%dT%H:%M:%SZ}", code="used = tgp.quota()",
            units={"used": "requests", "left": "requests", "window_s": "seconds"},
        ))  # fmt: skip

    def rows(
        self,
        handle: Handle,
        offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
        columns: Annotated[Sequence[Column], Field(max_length=20)] = (),
        sort_by: Annotated[str, Field(pattern=r"^[a-z_0-9]{0,40}$")] = "",
        descending: bool = True,  # noqa: FBT001, FBT002 - arguments of tools have names
        where: Annotated[dict[Column, Value], Field(max_length=3)] = {},  # noqa: B006
    ) -> dict[str, Any]:
        """Show rows of a kept frame: the next ones, other columns, sorted, or some (`where`).

        A sorted or filtered frame gets a handle of its own, for the next call.
        """
        kept = self._desk.handles.get(handle)
        for name in {*columns, *where, *([sort_by] if sort_by else [])}:
            if name not in kept.frame.columns:
                raise Refusal("The frame hasn't got such a column: describe lists them.")
        if sort_by or where:
            kept = _arrange(kept, sort_by, where, descending=descending)
            handle = self._desk.handles.keep(kept)
        if columns:
            kept = kept.showing(" ".join(columns))
        totals = _totals(kept.frame) if where else {"rows": len(kept.frame)}
        said = "Rows of a frame that was loaded before."
        return self._desk.page(handle, kept, said, totals, first=offset)

    def code(
        self, handle: Handle, first_line: Annotated[int, Field(ge=0, le=10_000)] = 0
    ) -> dict[str, Any]:
        """Give the whole Python script that makes a kept frame, to run elsewhere."""
        kept = self._desk.handles.get(handle)
        lines = kept.code.splitlines()
        if first_line >= len(lines):
            raise Refusal("The script has fewer lines: begin at 0.")
        said = (
            "Before it: import trackagoat_pandas as tgp; client = tgp.connect(). "
            "A frame's name is left of the last =."
        )
        for end in range(len(lines), first_line - 1, -1):
            made = fitted(Reply(
                said, {"lines": len(lines)}, kept.as_of, "\n".join(lines[first_line:end]),
                handle=handle, complete=first_line == 0 and end == len(lines), most_code=_MOST_CODE,
                extra={"lines": {"from": first_line, "shown": end - first_line, "of": len(lines)}},
            ))  # fmt: skip
            if fits(made):
                break
        return made

    def report(self, project: Project, section: SectionName) -> dict[str, Any]:
        """Write a section of the weekly report: sentences, and each number with its code."""
        # It imports matplotlib, which no other tool needs.
        from trackagoat_pandas.reporting.sections import SECTIONS

        program = loaded_program(
            self._desk.project(project), client=self._desk.client, max_requests=MOST_REQUESTS
        )
        written: Section = SECTIONS[section](program, None)
        frame = _numbers_of(written)
        script = script_of(written.code)
        kept = KeptFrame(
            Traced(frame, "report"), Recorder(), program.now,
            tuple(written.caveats) + tuple(notes_of(frame)), ("key", "value", "text", "code"),
            {"value": "cents of amounts, shares of 1 or percent as `text` shows"},
            script=script or "# nothing could be computed",
        )  # fmt: skip
        said = (
            "The sentences quote names, so that they are untrusted; their numbers are the rows. "
            "A `value` of money is in cents, and `text` is how a number is written."
        )
        if written.reason:
            said = "Nothing can be said: a frame that the section needs is missing or empty."
        sentences = [clean(plain_sentence(one), _SENTENCE_LETTERS) for one in written.sentences]
        extra = {"sentences": {FIELD: sentences}} if sentences else {}
        return self._desk.answer(kept, said, {"numbers": len(frame)}, extra=extra)

    def _step(self, recorder: Recorder, *, max_requests: int, **given: Any) -> Traced:
        source, args, options = self._call(recorder, **given)
        load = partial(source, client=self._desk.client, max_requests=max_requests)
        return recorder.step(given["table"], load, *args, **options)

    def _call(
        self,
        recorder: Recorder,
        project: str,
        table: str,
        creator_ids: Sequence[str],
        dates: str,
        metrics: Sequence[str],
    ) -> tuple[Callable[..., pd.DataFrame], list[Any], dict[str, Any]]:
        """Return a loader and its arguments."""
        source = _SOURCES[table]
        given = {"creator_ids": creator_ids, "dates": dates}
        for name in (one for one, value in given.items() if value and one not in source.takes):
            raise Refusal(f"{table} can't be filtered by {name}: load all, then use rows(where=).")
        project_id = self._desk.project(project)
        options: dict[str, Any] = {"dates": dates} if dates else {}
        if table == "analytics":
            ids: Any = [*creator_ids] or recorder.step(
                "creators", partial(load_creators, client=self._desk.client), project_id
            )
            return source.load, ["creator", ids, [*metrics]], {**options, "clip": True}
        if creator_ids:
            options["creator"] = [*creator_ids]
        if table == "assignments":
            load = partial(load_payout_structures, client=self._desk.client)
            return source.load, [recorder.step("structures", load, project_id)], options
        return source.load, [project_id] if source.of_project else [], options


def _totals(frame: pd.DataFrame) -> dict[str, Any]:
    """Count a frame's rows, add its counts and amounts up, and count its words."""
    totals: dict[str, Any] = {"rows": len(frame)}
    if {"metric", "value", "series_kind"} <= {*frame.columns}:
        rows = frame[frame["metric"].isin([*_ADDED_UP])]
        of_metric = rows.groupby("metric", observed=True)["value"].sum()
        return {**totals, "sum": {str(name): int(value) for name, value in of_metric.items()}}
    sums: dict[str, Any] = {
        name: int(frame[name].sum()) for name in _SUMMED if name in frame.columns
    }
    if {"amount_cents", "status"} <= {*frame.columns}:
        sums = _amounts(frame)
    counts = dict[str, dict[str, int]]()
    for name in (one for one in _COUNTED if one in frame.columns):
        counted = frame[name].astype("str").str.lower().value_counts()
        counts[name] = {
            str(word): int(count)
            for word, count in counted.items()
            if str(word) in ("true", "false") or trusted(name, word)
        }
    return {**totals, **({"sum": sums} if sums else {}), **({"count": counts} if counts else {})}


def _amounts(frame: pd.DataFrame) -> dict[str, Any]:
    """Add amounts up by status, and by currency where the API sends one."""
    keys = [name for name in ("currency", "status") if name in frame.columns]
    sums = frame.groupby(keys, observed=True)["amount_cents"].sum()
    named = {" ".join(map(str, key if isinstance(key, tuple) else (key,))): int(cents)
             for key, cents in sums.items()}  # fmt: skip
    is_ours = all(trusted("status", word) or trusted("currency", word)
                  for name in named for word in name.split())  # fmt: skip
    return {"amount_cents": named} if is_ours else {}


def _arrange(
    kept: KeptFrame, sort_by: str, where: Mapping[str, Any], *, descending: bool
) -> KeptFrame:
    """Return a frame filtered and sorted."""
    if kept.script:
        raise Refusal("These rows can't be sorted or filtered: page through them.")
    script, made = kept.recorder.branch(), kept.traced
    for column, value in where.items():
        is_word = isinstance(value, str)
        if is_word and not trusted(column, value):
            raise Refusal("`where` takes ids, words such as a status, numbers, and true or false.")
        whole = made[column].astype("str") if is_word else made[column]
        made = made[(whole == value).fillna(value=False)]
    if sort_by:
        made = made.sort_values(sort_by, ascending=not descending, kind="stable")
    made = script.let("shown", made)
    return replace(kept, traced=made, recorder=script)


def _numbers_of(section: Section) -> pd.DataFrame:
    """Return the numbers of a section, each once."""
    parts = [part for sentence in section.sentences for part in sentence]
    parts += [cell for one in section.listings for row in one.rows for cell in row]
    numbers = {one.key: one for one in parts if isinstance(one, Number)}.values()
    # The text of a number says its unit; other texts only repeat the value.
    cells = {
        name: [getattr(one, name) for one in numbers] for name in ("key", "value", "text", "code")
    }
    frame = pd.DataFrame({name: pd.Series(some, dtype=object) for name, some in cells.items()})
    is_figure = frame["text"].map(lambda text: trusted("text", text)).astype(bool)
    return frame.assign(text=frame["text"].where(is_figure))
