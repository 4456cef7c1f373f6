"""How a program does: a row a part, of which the worst decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, cast

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.data import DATA
from trackagoat_pandas.asking.forecasts import FORECASTS
from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.asking.kernel import (
    Answer,
    Level,
    Parts,
    Question,
    TableColumn,
    Thresholds,
    answer_from,
)
from trackagoat_pandas.asking.ledger import LEDGER
from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.owed import OWED
from trackagoat_pandas.asking.script import Script, chosen, frame_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.asking.silent import SILENT
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.facts import derived, moment_of, zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.losses import unless_lost
from trackagoat_pandas.helpers.health.scores import with_score
from trackagoat_pandas.helpers.health.statuses import STATUSES, Verdict, day_of, is_plural, worst_of
from trackagoat_pandas.helpers.health.supply import FRAMES, ONE_LOAD, Supply
from trackagoat_pandas.helpers.health.views import judge_fall, judge_slumps
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.checks import check_bool, check_choice, check_frame, check_names
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_SAID: Final = {"bad": "bad", "watch": "to be watched", "unknown": "unknown", "good": "good"}
"""How a sentence says each status, in the order in which parts are listed."""


class Aspect(NamedTuple):
    """A part of a program's health: what judges it, its frames, and the questions behind it."""

    judge: Callable[[Supply], Verdict]
    frames: tuple[str, ...]
    questions: tuple[Question, ...]


def _judge_by(question: Question, *names: str) -> Callable[[Supply], Verdict]:
    """Return what judges a part by the answer to a question; by default from all its frames."""
    all_frames = [name for name in names or (*question.needs, *question.uses) if name in FRAMES]

    def judge(given: Supply) -> Verdict:
        needed = [given.frames[name] for name in question.needs if name in given.frames]
        # Frames that a list is compared with say nothing about an empty one.
        is_empty = any(frame.empty for frame in needed)
        counted = [name for name in all_frames if not (is_empty and name in question.uses)]
        if doubt := given.doubt(*counted):
            return doubt
        # All that it reads, as in the line of code that is shown: some only give names and reasons.
        known = [name for name in question.loaded if name in given.frames]
        frames = {name: Traced(given.frames[name], name) for name in known}
        answer = answer_from(
            question, frames, given.zone, now=given.moment, currency=given.currency,
            missing=given.missing,
        )  # fmt: skip
        return Verdict(answer.level, answer.finding, answer.advice, question=question.name)

    return judge


def _judge_money(given: Supply) -> Verdict:
    """Judge whether money is late, and whether the ledger is right; the worse of both counts."""
    owed, ledger = (_judge_by(one, "accruals", "payments")(given) for one in (OWED, LEDGER))
    if STATUSES.index(ledger.status) < STATUSES.index(owed.status):
        return ledger
    if ledger.status == owed.status == "bad":
        return owed._replace(evidence=f"{ledger.evidence} {owed.evidence}")
    return owed if owed.status != "good" else owed._replace(advice="")


def _judge_views(given: Supply) -> Verdict:
    """Judge the views of all creators, and the last posts of each; the worse of both counts."""
    if doubt := given.doubt("analytics", "videos", "creators"):
        return doubt
    fall, slump = judge_fall(given), judge_slumps(given)
    if fall.status != "unknown":
        answer = _judge_by(VIEWS, "analytics", "creators")(given)
        fall = fall._replace(evidence=answer.evidence)
    status = worst_of([fall.status, slump.status])
    first, second = sorted([fall, slump], key=lambda verdict: verdict.status != status)
    return first._replace(evidence=f"{first.evidence} {second.evidence}")


PARTS: Final[Mapping[str, Aspect]] = {
    "data": Aspect(_judge_by(DATA), (), (DATA,)),
    "cadence": Aspect(_judge_by(SILENT), SILENT.needs, (SILENT,)),
    "views": Aspect(_judge_views, ("analytics", "videos", "creators"), (VIEWS,)),
    "over-posting": Aspect(_judge_by(OVERPOSTING), ("videos",), (OVERPOSTING,)),
    "goals": Aspect(_judge_by(GOALS), ("goals", "videos", "analytics"), (GOALS,)),
    "sentiment": Aspect(_judge_by(UNDER_FIRE), UNDER_FIRE.needs, (UNDER_FIRE,)),
    "payouts": Aspect(_judge_money, ("accruals", "payments"), (OWED, LEDGER)),
    "forecasts": Aspect(_judge_by(FORECASTS), FORECASTS.needs, (FORECASTS,)),
}
"""The parts of a program, in the order of their rows."""


@derived(*FRAMES)
def program_health(
    *,
    videos: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    accruals: pd.DataFrame | None = None,
    payments: pd.DataFrame | None = None,
    forecasts: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    parts: str | Sequence[str] | None = None,
    score: bool = False,
) -> pd.DataFrame:
    """Judge how a program does, part by part, with the evidence and what to do.

    The worst part decides, in the order bad, unknown, watch, good: a program is good only if all
    parts are, and losing data never makes it better. So a part whose frames aren't given, aren't
    whole, are older than three days or are of different projects is unknown. So is a part that
    could be worse, if missing values were known. There is no average, in which good comments would
    make up for a late payout.

    Two losses can't be noticed: rows that were dropped from a frame whose attributes still say that
    it is whole, and values that are often missing rightly, such as the end of a goal or the creator
    of a post that was added by its URL.

    Parameters
    ----------
    videos, creators : DataFrame, optional
        The frames of :func:`load_videos` and :func:`load_creators` of one project, whole, as all
        frames of lists.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with ``"views"`` and the
        metrics of goals, of 130 days or more.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`, of 28 days or more.
    accruals, payments : DataFrame, optional
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    forecasts : DataFrame, optional
        The result of :func:`score_forecasts`.
    now : str or datetime, optional
        The instant for which the program is judged, such as ``"2026-06-15T12:00:00Z"``; by default
        this very moment, by the server's clock. Later rows are left out. A part whose lists are
        older than that is judged as of the oldest one, and its evidence names the day.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from a frame, or UTC.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``.
    parts : str or list of str, optional
        The parts that are judged, one or several; by default all. A program without payouts leaves
        them out so, since a part without its frames is unknown.
    score : bool, default False
        Whether to add a number, which says less than the parts.

    Returns
    -------
    pandas.DataFrame
        One row for each part: ``part`` (category), ``status`` (ordered category: bad, unknown,
        watch, good), ``since`` (datetime64[us]: the first local day of a bad or watched status; NaT
        where it isn't known, and for others), ``evidence`` and ``advice`` (str: the numbers, and
        what to do; NA where there is nothing to do), and ``code`` (str: the call of
        :func:`ask` that lists the rows, for frames under the names above). With `score`, also
        ``score`` (Float64: the points of the whole, of 100) and ``share`` (Int64: those that come
        from the part; they add up to the score).

        ``attrs["trackagoat"]["status"]`` is that of the whole, as in the title of ``show()``.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    Warns
    -----
    IncompleteFrameWarning, MismatchedFramesWarning
        A frame is incomplete, or frames are of different projects.

    See Also
    --------
    plots.health : Draw the status of each part.
    rank_programs : Rank programs by their health.
    widgets.HealthBoard : Click through the parts of a program.
    report : Write the week on one page.

    Notes
    -----
    All parts but views are answers of :func:`ask`, without ``since``. The statuses of views begin
    at one number and end at another, so they don't flap. Both are found from the days in the
    frames, so each call gives the same.

    - *data*: the answer to ``ask("data")``. A frame is watched from one day after its load on, and
      bad from three days on, or where rows are missing or it is of another project. Values that
      could not be read are watched.
    - *cadence*: the answer to ``ask("silent")``. An active creator is silent for longer than ever
      in the half year before, and for so long that creators who post as often at random would bring
      one such silence in ten months (one a month is watched).
    - *views*: those of a typical creator (the mean of logs of medians) fell by 30 % against eight
      weeks before, with a chance of 1 in 2,000 that this is luck (20 % and 1 in 100 are watched);
      it ends at 15 % (10 %). Or a creator's last four or six posts have less than 40 % of the
      views of earlier ones, for their age, and further below than normal logs would bring once in
      50 months; it ends at 70 %.
    - *over-posting*: the answer to ``ask("overposting")``, by the product's rule. One day within
      four weeks is watched, two days of one creator within a week are bad.
    - *goals*: the answer to ``ask("goals")``. They are bad where one in 25 was missed in the last 7
      days or has a chance of 75 % to be missed, and watched where a quarter of the open ones is
      more likely missed than reached.
    - *sentiment*: the answer to ``ask("under_fire")``. The product's alert of 40 % negative of 10
      comments or more on a video is watched, and bad where the 99 % interval is above 40 %.
    - *payouts*: the answer to ``ask("owed")``. Money is unpaid for two weeks longer than 95 % of
      the accruals of the last half year were (one week is watched); without ten of those, for 60
      days (30), the terms of Directive 2011/7/EU. They are also bad where ``ask("ledger")`` finds
      an error.
    - *forecasts*: the answer to ``ask("forecasts")``. They are bad where at least 25 % of the last
      100 missed their interval, by the lower end of the exact one-sided 99 % interval (20 % is
      watched).

    Cadence, slumps and goals are bad from one in 25 creators or goals on, else they are watched.

    On 40 simulated programs each of 24 creators, a bad part that names the creator came before the
    sixth week of a silence in 39 and before the eighth of a slump to an eighth of the views in 38;
    in all 40 one came before six weeks in which all posts had a third of their views, before a goal
    was missed that a silent creator had, and before money was six weeks late. In programs without
    such an event a part became bad for nothing 0.2 times a month.

    All parts have the same weight in the score. A good part counts 1, one to watch 0.5, others 0.
    ``attrs["trackagoat"]["note"]`` says whether the part that costs most is the same in 0.9 of
    1,000 random weightings.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     project = "Q1 Brand Program"
    ...     videos, creators = tgp.load_videos(project), tgp.load_creators(project)
    >>> health = tgp.program_health(videos=videos, creators=creators)
    >>> print(health[["part", "status"]].head(4).to_string(index=False))
            part  status
            data unknown
         cadence    good
           views unknown
    over-posting     bad
    >>> health.attrs["trackagoat"]["status"]
    'bad'
    """
    check_bool("score", score)
    check_currency(currency)
    chosen = {name: PARTS[name] for name in _names_of(parts)}
    each = (videos, creators, analytics, goals, comments, accruals, payments, forecasts)
    given = dict(zip(FRAMES, each, strict=True))
    frames = {name: frame for name, frame in given.items() if frame is not None}
    for name, frame in frames.items():
        check_frame(name, frame)
    # A record of forecasts is no load: without one, the data are no less fresh or whole.
    needed = {name for part in chosen.values() for name in part.frames} - {"forecasts"}
    supply = Supply(
        frames=frames,
        wanted=[name for name in FRAMES if name in needed],
        moment=moment_of(now, [*frames.values()]),
        zone=zone_of(timezone, [*frames.values()]) or "UTC",
        currency=currency,
    )
    found = {name: _judge(name, supply) for name in chosen}
    said = "" if now is None else f', now="{stamp_text(supply.moment)}"'
    if any(zone_of(None, [frame]) != supply.zone for frame in frames.values()):
        said += f', timezone="{supply.zone}"'
    if currency != "USD":
        said += f', currency="{currency}"'
    table = _table(found, [*frames], said)
    table.attrs["trackagoat"] = _facts(found)
    return with_score(table) if score else table


def _judge(name: str, supply: Supply) -> Verdict:
    """Judge a part as of its oldest list, and name that day if it is of an earlier sync."""
    part = PARTS[name]
    known = supply.as_of_oldest(*part.frames)
    verdict = unless_lost(name, part.judge(known), known)
    if verdict.status == "unknown" or supply.moment - known.moment <= ONE_LOAD:
        return verdict
    day = day_text(known.moment.tz_convert(supply.zone))
    return verdict._replace(evidence=f"As of {day}: {verdict.evidence}")


def _names_of(parts: str | Sequence[str] | None) -> list[str]:
    """Return the parts that are judged, in their order."""
    asked = check_names("parts", parts)
    for name in asked:
        check_choice("parts", name, [*PARTS])
    return [name for name in PARTS if name in asked or not asked]


def _table(found: Mapping[str, Verdict], frames: Collection[str], given: str) -> pd.DataFrame:
    """Return a row for each part, with a call of ``ask`` that lists what it rests on."""
    each = [*found.values()]
    statuses = np.array([one.status for one in each], object)
    since = np.array([day_of(one.since) for one in each], "datetime64[us]")
    return pd.DataFrame(
        {
            "status": categories(statuses, STATUSES, ordered=True),
            "part": categories(np.array([*found], object), [*PARTS]),
            "since": since,
            "advice": pd.array([one.advice or None for one in each], dtype=STRING),
            "evidence": pd.array([one.evidence for one in each], dtype=STRING),
            "code": pd.array(
                [_code(name, one, frames, given) for name, one in found.items()], STRING
            ),
        }
    )


def _code(part: str, verdict: Verdict, frames: Collection[str], given: str) -> str:
    """Write the call of ``ask`` that lists what a part rests on."""
    first, *others = PARTS[part].questions
    question = next((one for one in others if one.name == verdict.question), first)
    read = ", ".join(f'"{name}": {name}' for name in question.loaded if name in frames)
    return f'tgp.ask("{question.name}", frames={{{read}}}{given}).rows'


def _facts(found: Mapping[str, Verdict]) -> dict[str, str]:
    """Return the status of the whole, and a sentence on which parts decide it."""
    whole = worst_of(one.status for one in found.values())
    if whole == "good":
        return {"status": whole, "note": "All parts are good."}
    names = [name for name, one in found.items() if one.status == whole]
    said = joined(names)
    are = "is" if len(names) == 1 and not is_plural(names[0]) else "are"
    note = f"The worst part decides: {said} {are} {whole}."
    return {"status": whole, "note": note}


class HealthQuestion(Question):
    """How a program does, part by part.

    - *Parts*: those of :func:`program_health`; forecasts only where some are recorded.
    - *Level*: the worst part's, in the order bad, unknown, watch, good.
    - *Listed*: the parts that aren't good: bad ones first, then those to watch and unknown ones.
    """

    name, text = "health", "How is the program doing?"
    section, boards = "health", ("HealthBoard",)
    needs = ()
    names = tuple(FRAMES)  # each part judges its own
    is_of_now = True
    entity, key = "part", "part"
    rows_name, flagged_name = "parts", "not_good"
    thresholds = Thresholds(
        unit="0 for a good part, 1 for one to watch, 2 for a bad one", watch=1.0, bad=2.0,
        why="The questions behind the parts have thresholds and alerts of their own.",
    )  # fmt: skip
    caption = "Parts of the program that aren't good"
    advice = "Begin with the bad parts."
    fields = "part status since evidence advice"
    is_first_said = False

    def rows(self, script: Script, dates: DateRange | None) -> Traced:  # noqa: ARG002
        program = script.program
        given = program.given(*FRAMES)
        if not given:
            raise TrackaGoatError("None of the program's frames is there.")
        # Only who records forecasts has some: without them, they are no part of the program.
        parts = {} if "forecasts" in given else {"parts": [*PARTS][:-1]}
        found = script.call(
            "health", program_health, **given, **parts, now=program.now, timezone=program.zone
        )
        status = found["status"].astype("str")
        level = status.map({"good": 0.0, "watch": 1.0, "bad": 2.0})
        rows = found.assign(part=found["part"].astype("str"), status=status, level=level)
        return script.let("parts", rows.set_index("part"))

    def is_flagged(self, rows: Traced) -> Traced:
        return rows["status"] != "good"

    def order(self, flagged: Traced) -> Traced:
        return flagged.sort_values("level", ascending=False, kind="stable")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:  # noqa: ARG002
        counts = {status: (rows["status"] == status).sum() for status in _SAID}
        status = script.results["health"].attrs["trackagoat"]["status"]
        return {
            "status": script.number("status", status, "text", text=_SAID[str(status.value)]),
            **{name: script.number(name, count) for name, count in counts.items()},
        }

    def whole(self, answer: Answer) -> Level:
        return cast("Level", answer.numbers["status"].value)

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        status = answer.numbers["status"]
        if status.value == "good":
            return ["The program's health is ", status, " in all its parts."], []
        parts = answer.rows["status"]
        names = {word: [*parts.index[parts == word]] for word in _SAID}
        cause = joined(names.pop(str(status.value)))
        more = [f"; {_SAID[word]}: {joined(named)}" for word, named in names.items() if len(named)]
        return ["The program's health is ", status, f" because of {cause}{''.join(more)}."], []

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        said: list[str | Number] = [
            f"{_heading(id_)}: ", self._sentence(script, rows, id_, "evidence"),
        ]  # fmt: skip
        # What to do about an unknown part helps only who writes code.
        if rows.value["status"][id_] != "unknown" and pd.notna(rows.value["advice"][id_]):
            said += [" ", self._sentence(script, rows, id_, "advice")]
        return said

    def _sentence(self, script: Script, rows: Traced, id_: str, column: str) -> Number:
        """Write a sentence of a part; names of frames become those for people."""
        sentence = rows[column][id_]
        said = one_line(sentence.value)
        for name in FRAMES:
            said = said.replace(f"`{name}`", frame_text(name))
        key = id_.replace(" ", "_")
        return script.number(f"row.{key}.{column}", sentence, "text", text=said.replace("`", ""))

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return _heading(str(row.name))

    columns = (
        TableColumn("Part", lambda _, row: _heading(str(row.name))),
        TableColumn("Status", "status", "text"),
        TableColumn("Since", "since", "day", day_text),
        TableColumn(
            "What to do",
            lambda _, row: one_line(row["advice"]) if row["status"] in ("bad", "watch") else BLANK,
        ),
    )

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.health import health

        text = "A block for each part of the program in the color of its status."
        return partial(health, chosen(answer.script.results["health"].value)), text, 3.4


def _heading(part: str) -> str:
    return f"{part[:1].upper()}{part[1:]}"


HEALTH: Final = HealthQuestion()
