"""The built documentation as files: what each public name has, and what a language model finds."""

from __future__ import annotations

import re

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas._homes import HOMES, PLOTS, VERBS
from trackagoat_pandas.tables import REPORTS, TABLES
from trackagoat_pandas.tables.results import RESULTS

pytestmark = pytest.mark.slow

# Each is asked as people ask, and answered by a phrase of the page that a reader should get to.
QUESTIONS = {
    "How do I connect without an account?": "sandbox=True",
    "Why did the views jump?": "explain_change(",
    "Who will miss a goal?": "will_miss(",
    "Whom should we write to today?": "who_to_nudge(",
    "What do we owe, and how is it paid?": "outstanding_balances(",
    "Is what was accrued and paid right?": "audit(",
    "What will this month cost?": "forecast_payouts(",
    "Which videos are under fire, and why?": "find_negative_alerts(",
    "When should creators post?": "suggest_posting_times(",
    "Does somebody post too much on one day?": "find_overposting(",
    "Which videos stand out?": "find_outliers(",
    "What will a young video reach?": "expected_views(",
    "Do the views look right?": "view_quality(",
    "What did a campaign add?": "campaign_lift(",
    "How does the program do, and what is first?": "program_health(",
    "What do I show on Monday?": "tgp.report(",
    "What does a load cost?": "estimate_load(",
    "Which columns does the frame of videos have?": "| Int64 | views |",
    "What do I do about the error RateLimitedError?": "Come back at `retry_at`",
    "Which options does the sync command of the command line have?": "--lookback-days",
}
LINK = re.compile(r"\[([^\]]*)\]\(([\w./-]+\.md)(?:#[^)]*)?\)")
WORD = re.compile(r"[a-z]+")
DULL = frozenset(
    "a an and do does have i in is it of on one or the to was what which who with".split()  # noqa: SIM905 - shorter
)
TRIED = 3
"""How many links a reader follows from a page, the likeliest first."""


def test_every_public_name_has_a_page(site):
    text = {path: path.read_text() for path in site.glob("reference/**/*.html")}
    documented = {
        name
        for page in text.values()
        for name in re.findall(r'id="(trackagoat_pandas[\w.]*)"', page)
    }
    wanted = {f"trackagoat_pandas.{name}" for name in HOMES}
    for module in ("plots", "widgets", "actions", "sandbox"):
        names = {*getattr(tgp, module).__all__} - {"sandbox"}
        wanted |= {f"trackagoat_pandas.{module}.{name}" for name in names}
    wanted |= {
        f"trackagoat_pandas.errors.{name}"
        for name, value in vars(tgp.errors).items()
        if isinstance(value, type)
        and issubclass(value, tgp.TrackaGoatError | tgp.TrackaGoatWarning)
        and not name.startswith("_")
    }
    # The bases of errors and warnings are documented where the others are.
    bases = {"trackagoat_pandas.TrackaGoatError", "trackagoat_pandas.TrackaGoatWarning"}
    assert len(wanted) > 250
    assert sorted(wanted - bases - documented) == []


def test_every_method_of_a_frame_is_listed(site):
    text = (site / "reference/accessor.md").read_text()
    methods = [f"frame.goat.{verb}()" for verb in VERBS]
    methods += [f"frame.goat.plot.{plot}()" for plot in PLOTS]
    assert [method for method in methods if f"`{method}`" not in text] == []


def test_every_frame_has_a_page_with_all_of_its_columns(site):
    for name in [*TABLES, *RESULTS]:
        text = (site / f"frames/{name}.md").read_text()
        assert (site / f"frames/{name}.html").exists()
        columns = tgp.describe(name)
        assert [one for one in columns["column"] if f"| `{one}` |" not in text] == [], name
        for meaning in columns["meaning"].dropna():
            assert meaning.replace("|", "\\|") in text, name


def test_the_list_of_frames_names_the_ten_reports(site):
    text = (site / "frames/index.md").read_text()
    below = text.partition("## Reports of the server")[2].partition("\n## ")[0]
    assert re.findall(r"^\| \[([\w-]+)\]", below, re.MULTILINE) == [one.name for one in REPORTS]
    assert len(REPORTS) == 10


def test_each_page_has_its_plain_text_beside_it(site):
    own = {"genindex.html", "py-modindex.html", "search.html"}
    pages = [path for path in site.rglob("*.html") if path.name not in own]
    pages = [
        path for path in pages if not path.relative_to(site).parts[0].startswith(("_", "live"))
    ]
    assert len(pages) > 300
    assert [str(path) for path in pages if not path.with_suffix(".md").exists()] == []


def test_links_between_plain_texts_lead_somewhere(site):
    broken = []
    for path in [*site.rglob("*.md"), site / "llms.txt", site / "llms-full.txt"]:
        text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
        for _, target in LINK.findall(text):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(site)}: {target}")
    assert broken == []


def test_no_page_has_a_directive_or_a_role_in_its_plain_text(site):
    for path in site.rglob("*.md"):
        text = path.read_text()
        assert not re.search(r"^[`:]{3,}\{", text, re.MULTILINE), path
        assert not re.search(r":(func|class|meth|mod):`", text), path


def test_all_plain_texts_are_in_one_file(site):
    whole = (site / "llms-full.txt").read_text()
    for path in site.rglob("*.md"):
        last = [line for line in path.read_text().splitlines() if line and "](" not in line][-1]
        assert f"<!-- {path.relative_to(site)} -->" in whole, path
        assert last in whole, path


def test_the_list_for_language_models_is_short_and_says_what_it_is(site):
    text = (site / "llms.txt").read_text()
    assert text.startswith("# trackagoat_pandas\n\n> ")
    assert len(text) < 60_000
    for heading in ("Questions", "Reference", "Guide"):
        assert f"\n## {heading}\n" in text


@pytest.mark.parametrize(("question", "answer"), QUESTIONS.items())
def test_a_question_is_answered_two_steps_from_the_list(site, question, answer):
    visited = []
    steps = [site / "llms.txt"]
    for _ in range(2):
        steps = [
            found for page in steps for found in likely(page, question) if found not in visited
        ]
        visited += steps
    answered = [page for page in visited if answer in page.read_text()]
    assert answered, [str(page.relative_to(site)) for page in visited]


def likely(page, question):
    """The pages that a reader with a question would go to from a page, by words alone."""
    asked = words(question)
    scores = {}
    for line in page.read_text().splitlines():
        for title, target in LINK.findall(line):
            score = 2 * len(asked & words(title.replace("_", " "))) + len(asked & words(line))
            scores[target] = max(score, scores.get(target, 0))
    best = sorted(scores, key=lambda target: -scores[target])[:TRIED]
    return [(page.parent / target).resolve() for target in best if scores[target]]


def words(text):
    """The words of a text that matter, without their endings."""
    found = WORD.findall(text.lower())
    return {word.removesuffix("s") for word in found if word not in DULL}


def test_no_page_shows_a_machines_path_or_a_hole_in_place_of_a_widget(site):
    for path in [*site.rglob("*.html"), *site.rglob("*.md")]:
        text = path.read_text()
        assert not re.search(r"/(work|root|home/\w+)/", text), path
        assert " at 0x" not in text, path
        assert "widget-view+json" not in text, path


def test_no_page_refers_to_scripts_styles_or_pictures_of_elsewhere(site):
    outside = re.compile(
        r"<(?:script|img|iframe|source)[^>]+src=\"(?:https?:)?//|<link[^>]+href=\"https?:"
    )
    assert [path.name for path in site.rglob("*.html") if outside.search(path.read_text())] == []
