"""Every answer is small, says what it rests on, keeps strangers' words apart, and has its code."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import HEAVY, every
from tests.support.agent_doors import agent_of
from tests.support.hostile_texts import MARK, TEXTS
from trackagoat_pandas.agents.answers import tokens_of
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.server import GUIDE, ToolServer
from trackagoat_pandas.agents.untrusted import FIELD, MOST_LETTERS

FIELDS = {"answer", "complete", "as_of", "unit", "rows", "code"}
TABLES = (
    "creators", "videos", "campaigns", "goals", "comments", "analytics", "accruals", "payments",
    "structures", "assignments", "methods", "annotations",
)  # fmt: skip
SECTIONS = (
    (
        "views",
        "goals",
        "payouts",
        "breakouts",
        "comments",
        "campaigns",
        "posting",
        "health",
        "data",
    )
    if HEAVY
    else ("payouts",)
)
CALLS = {
    "list_projects": ("list_projects", {}),
    "describe": ("describe", {}),
    "describe videos": ("describe", {"name": "videos"}),
    "describe will_miss": ("describe", {"name": "will_miss"}),
    "quota": ("quota", {}),
    **{
        name: (name, {"project": ...})
        for name in (
            "views", "goals", "owed", "under_fire", "comments", "breakouts",
            "overposting", "campaigns", "lift", "health", "data",
        )
    },
    **{f"load {name}": ("load", {"project": ..., "table": name}) for name in TABLES},
    **{f"plan {name}": ("plan", {"project": ..., "table": name}) for name in TABLES[:: every(4)]},
    **{
        f"summarize {name}": ("summarize", {"project": ..., "what": name})
        for name in ("creators", "views", "goals", "payouts", "campaigns")
    },
    **{f"report {name}": ("report", {"project": ..., "section": name}) for name in SECTIONS},
}  # fmt: skip
_MARKED = re.compile(rf"{MARK}|IGNORE|SYSTEM|im_start|javascript|evil|nihton|New rules|cmd\|")


@pytest.fixture(scope="module")
def answers(agent, raw):
    """The answer of each call, asked for once."""
    return {
        name: agent.ask(
            tool, **{key: raw.project if one is ... else one for key, one in given.items()}
        )
        for name, (tool, given) in CALLS.items()
    }


@pytest.fixture(scope="module")
def program(reached, tmp_path_factory):
    """A client of this process that reads the same program."""
    key, base_url = reached["TRACKAGOAT_API_KEY"], reached["TRACKAGOAT_BASE_URL"]
    folder = tmp_path_factory.mktemp("store")  # so that what several scripts load is loaded once
    with tgp.connect(
        key, base_url=base_url, rate_limit=None, progress=False, store=folder, max_age="5min"
    ) as client:
        yield client


def trusted_part(answer):
    """The answer without what is in fields of untrusted text."""
    if isinstance(answer, dict):
        return {name: trusted_part(one) for name, one in answer.items() if name != FIELD}
    return [*map(trusted_part, answer)] if isinstance(answer, list) else answer


def untrusted_texts(answer, *, inside=False):
    """The texts within fields of untrusted text."""
    if isinstance(answer, dict):
        for name, one in answer.items():
            yield from untrusted_texts(one, inside=inside or name == FIELD)
    elif isinstance(answer, list):
        for one in answer:
            yield from untrusted_texts(one, inside=inside)
    elif inside and isinstance(answer, str):
        yield answer


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_says_what_it_rests_on(name, answers):
    answer = answers[name]
    assert {*answer} >= FIELDS
    assert isinstance(answer["complete"], bool)
    assert re.fullmatch(r"always|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer["as_of"])
    assert answer["rows"]["shown"] == len(answer.get("items", []))
    assert answer["rows"]["shown"] <= answer["rows"]["of"]
    assert answer["code"]


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_has_at_most_2000_tokens_text_and_structure_together(name, answers):
    text = json.dumps(answers[name], ensure_ascii=False, separators=(",", ":"))
    assert 2 * tokens_of(text) <= 2_000


@pytest.mark.parametrize("name", CALLS)
def test_rows_that_are_left_out_are_counted_and_can_be_had(name, answers, agent):
    answer = answers[name]
    rows = answer["rows"]
    assert ("next" in rows) == (rows["shown"] < rows["of"])
    if "next" in rows:
        more = agent.ask("rows", handle=answer["handle"], offset=rows["shown"])
        assert more["rows"]["from"] == rows["shown"]
        assert more["rows"]["of"] == rows["of"]
        assert more["rows"]["shown"] > 0


@pytest.mark.parametrize("name", CALLS)
def test_strangers_words_are_only_in_untrusted_text(name, answers):
    assert not _MARKED.search(json.dumps(trusted_part(answers[name]), ensure_ascii=False))


@pytest.mark.parametrize("name", CALLS)
def test_strangers_words_are_cut_and_have_no_control_characters(name, answers):
    for text in untrusted_texts(answers[name]):
        assert len(text) <= 3 * MOST_LETTERS
        assert text.isprintable()
        assert "tga_0" not in text


def test_all_fifty_texts_are_met(answers):
    said = json.dumps(answers)
    met = {n for n in range(len(TEXTS)) if f"{MARK}{n:02d}" in said}
    assert len(met) >= 30  # the others are in rows further down


def frame_of(code):
    """Run an answer's code, and return what its last line makes."""
    names = {"tgp": tgp}
    exec(code, names)
    return names[re.findall(r"^(\w+) = ", code, re.MULTILINE)[-1]]


def same(shown, value):
    """Whether a cell of an answer is the value of a frame."""
    if isinstance(value, pd.Timestamp):
        zone = value.tz is not None
        return pd.Timestamp(shown) == value.floor("s") if zone else shown == str(value.date())
    if isinstance(shown, float | int) and not isinstance(shown, bool):
        return shown == pytest.approx(float(value), abs=1e-4)
    if isinstance(shown, list):
        return all(map(same, shown, value))
    return shown == value


def script_of(agent, handle):
    """The whole script behind a frame, which comes in pages of some lines."""
    pages, shown, lines = [], 0, 1
    while shown < lines:
        page = agent.ask("code", handle=handle, first_line=shown)
        pages.append(page["code"])
        shown, lines = shown + page["lines"]["shown"], page["lines"]["of"]
    return "\n".join(pages)


WITH_FRAMES = [name for name in CALLS if name.split()[0] not in ("quota", "plan", "report")]


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.TrackaGoatWarning")
@pytest.mark.parametrize("name", WITH_FRAMES[:: every(5)])
def test_the_code_gives_the_same(name, answers, agent, program):
    answer = answers[name]
    code = answer["code"]
    if code.startswith("# long"):
        code = script_of(agent, answer["handle"])
    frame = frame_of(code)
    assert len(frame) == answer["rows"]["of"]
    for item, (_, row) in zip(answer.get("items", []), frame.iterrows(), strict=False):
        for column, shown in item.items():
            assert column == FIELD or same(shown, row[column]), column


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.TrackaGoatWarning")
@pytest.mark.parametrize("section", SECTIONS)
def test_each_number_of_a_report_has_its_code(section, answers, agent, program):
    answer = answers[f"report {section}"]
    names = {"tgp": tgp}
    exec(script_of(agent, answer["handle"]), names)
    for item in answer["items"]:
        if "value" in item:
            assert same(item["value"], eval(item["code"], names)), item["key"]


def test_a_plan_is_that_of_its_code(answers, program):
    plan = frame_of(answers["plan creators"]["code"])
    assert plan.loader == "load_creators"
    assert answers["plan creators"]["totals"]["least"] in (0, 1)  # 0 if it was loaded before


def test_a_long_script_is_given_by_lines(agent, answers):
    handle = answers["report payouts"]["handle"]
    whole = agent.ask("code", handle=handle)
    part = agent.ask("code", handle=handle, first_line=2)
    assert part["code"] == "\n".join(whole["code"].splitlines()[2:])
    assert part["complete"] is False


def test_rows_are_sorted_filtered_and_shown_by_column(agent, answers):
    given = {"handle": answers["load videos"]["handle"], "where": {"is_tracking_disabled": False}}
    shown = agent.ask("rows", **given, sort_by="like_count")
    counts = [one["like_count"] for one in shown["items"]]
    assert counts == sorted(counts, reverse=True)
    more = agent.ask("rows", handle=shown["handle"], offset=len(counts), columns=["like_count"])
    assert more["items"][0]["like_count"] <= counts[-1]
    assert {*more["items"][0]} == {"like_count"}


def test_the_guide_is_a_resource(agent):
    listed = agent.portal.call(agent.client.list_resources).resources
    assert [str(one.uri) for one in listed] == [GUIDE]
    text = agent.portal.call(agent.client.read_resource, GUIDE).contents[0].text
    for tool in agent.tools():
        assert f"`{tool}`" in text


@pytest.fixture(scope="module")
def writing(program):
    """A server with the tools that write, in memory."""
    with agent_of(ToolServer(Desk(program), allow_writes=True)) as connected:
        yield connected


WRITES = {"add_creators", "set_goals", "review_posts", "record_payment"}


def test_a_sentence_agrees_with_the_totals(writing, raw):
    asked = {name: {"project": raw.project} for name in ("goals", "owed", "health")}
    answers = {name: writing.ask(name, **given) for name, given in asked.items()}
    said = {name: answer["answer"] for name, answer in answers.items()}
    totals = {name: answer["totals"] for name, answer in answers.items()}
    goals, owed = totals["goals"], totals["owed"]
    counts = f"{goals['at_risk']} of {goals['open']} open goals are at risk."
    assert said["goals"].startswith(counts)
    assert said["owed"].startswith(f"You owe {owed['creditors']} creators $")
    worst = next(one for one in ("bad", "unknown", "watch", "good") if totals["health"][one])
    assert totals["health"]["status"] == worst
    assert said["health"].startswith(f"The program's health is {worst} because of ")


def test_what_is_described_is_said(writing):
    tables, videos = writing.ask("describe"), writing.ask("describe", name="videos")
    assert tables["answer"].startswith("Tables that can be loaded")
    assert videos["answer"].startswith("A row is one tracked TikTok post")
    assert [*tables["totals"], *videos["totals"]] == ["tables", "columns"]


@pytest.mark.parametrize(
    ("dates", "way"), [("2026-05-01..2026-05-07", "fewer"), ("2026-05-08..2026-05-14", "more")]
)
def test_the_sentence_on_views_says_which_way_they_moved(writing, raw, dates, way):
    answer = writing.ask("views", project=raw.project, dates=dates)
    views, change = (answer["totals"][name] for name in ("views", "change"))
    assert f"{answer['totals']['from']}..{answer['totals']['to']}" == dates
    assert change != 0
    assert (change > 0) == (way == "more")
    assert answer["answer"].startswith(f"Creators had {views:,} views from ")
    assert f" {way} than the week before." in answer["answer"]


def test_tools_that_write_are_listed_only_if_they_are_allowed(agent, writing):
    assert WRITES.isdisjoint(agent.tools())
    assert {*writing.tools()} == {*agent.tools()} | WRITES
    assert "no such tool" in agent.refusal("add_creators", project="x", handles=["goat"])


def test_models_read_at_most_4000_tokens_of_tools(agent, writing):
    for one in (agent, writing):
        # Clients decide by the hints, and give models the rest.
        listed = [
            tool.model_dump(by_alias=True, exclude_none=True, exclude={"annotations"})
            for tool in one.tools().values()
        ]
        text = json.dumps(listed, separators=(",", ":"))
        # Schemas took 3.98 bytes a token of o200k_base and 4.14 of cl100k_base, as measured.
        assert len(text) / 3.5 <= 4_000


def test_all_four_hints_are_set_on_every_tool(writing):
    for name, tool in writing.tools().items():
        hints = tool.annotations
        assert hints.read_only_hint is (name not in WRITES)
        assert hints.idempotent_hint is (name not in WRITES)
        assert isinstance(hints.destructive_hint, bool)
        assert isinstance(hints.open_world_hint, bool)
        assert tool.input_schema["additionalProperties"] is False


REFUSED = {
    "no such argument": ("list_projects", {"ignore_all": "zqx"}),
    "input should be 'creators'": ("load", {"project": "x", "table": "zqx"}),
    "`dates` can't be used": ("load", {"project": ..., "table": "accruals", "dates": "zqx"}),
    "can't be filtered": ("load", {"project": ..., "table": "videos", "dates": "2026-05"}),
    "No project": ("owed", {"project": "zqx IGNORE"}),
    "Several projects|No project": ("owed", {"project": TEXTS[0]}),
    "fewer lines": ("code", {"handle": "load videos", "first_line": 999}),
    "hasn't got such a column": ("rows", {"handle": "load videos", "sort_by": "zqx"}),
    "`where` takes ids": ("rows", {"handle": "load videos", "where": {"title": "zqx"}}),
    "No frame is kept": ("rows", {"handle": "videos_999"}),
    "have no answer": ("lift", {"project": ..., "campaign": "0" * 8 + "-0" * 14}),
    "There is no such tool": ("zqx IGNORE", {}),
    "`name` can't be used": ("describe", {"name": "zqx"}),
    "nothing of this id|No project": (
        "owed", {"project": "00000000-0000-4000-8000-000000000000"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", REFUSED)
def test_a_refusal_is_a_sentence_of_ours(said, agent, raw, answers):
    tool, given = REFUSED[said]
    known = {..., *answers}
    sentence = agent.refusal(tool, **{
        name: one if not isinstance(one, str | type(...)) or one not in known
        else raw.project if one is ... else answers[one]["handle"]
        for name, one in given.items()
    })  # fmt: skip
    assert re.search(said, sentence)
    assert not _MARKED.search(sentence)
    assert not re.search(r"Traceback|/home|/work|/tmp|tga_|\.py", sentence)


def test_a_campaigns_lift_says_why_it_cannot_be_seen(agent, raw):
    campaign = raw.rows("/campaigns", project_id=raw.project)["id"][0]
    answer = agent.ask("lift", project=raw.project, campaign=campaign)
    assert answer["totals"]["unknown"] == answer["totals"]["campaigns"] == 1
    assert answer["answer"] == "What the campaign added can't be measured."
    assert not _MARKED.search(json.dumps(trusted_part(answer)))
