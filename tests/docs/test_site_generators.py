"""What the site's generators make of the package, of notebooks and of scripts, without Sphinx."""

from __future__ import annotations

import base64
import inspect
import io
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from generate import error_samples, gallery, guide, keywords, llms, pages, pictures, uses, written
from generate.commands import commands_page
from generate.errors import errors_page
from generate.frames import frame_pages as frames
from generate.names import GROUPS, every_error, public_names
from generate.reference import reference_pages, signature_of
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import trackagoat_pandas as tgp
from trackagoat_pandas.helpers.counted import is_counted

ROOT = Path(__file__).parents[2]
WIDGET = guide.WIDGET
_file = io.BytesIO()
Image.new("L", (2, 2)).save(_file, "PNG")
PICTURE = base64.b64encode(_file.getvalue()).decode()
SCRIPT = '''"""Who has most views?

One creator does. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True)
ax = tgp.plots.leaderboard(tgp.load_videos("Q1 Brand Program"))
'''


@pytest.fixture(scope="module")
def names():
    return public_names()


@pytest.fixture
def scripts(tmp_path):
    (tmp_path / "images").mkdir()
    said = PngInfo()
    said.add_itxt("Description", "One leads with 12M [views]\n\nann  12M")
    Image.new("L", (8, 8)).save(tmp_path / "images" / "01_most_views.png", pnginfo=said)
    (tmp_path / "01_most_views.py").write_text(SCRIPT)
    (tmp_path / "21_a_table.py").write_text(SCRIPT.replace("Who has most views?", "Who | what?"))
    return gallery.scripts_in(tmp_path)


def test_names_have_pages_of_their_own_and_every_group_has_names(names):
    alone = [name for name in names if name.group != "errors"]
    assert len({name.page.lower() for name in alone}) == len(alone)  # also on disks without case
    assert {name.group for name in names} == {group.slug for group in GROUPS}


def test_a_page_of_a_name_links_to_its_frame_and_to_where_it_is_shown(names):
    made = {page.path: page for page in reference_pages(names, {"goal_odds": [("03", "guide/03")]})}
    page = made["reference/goals/goal_odds"]
    assert "trackagoat_pandas::goal_odds" in page.source
    assert "[goal_odds](../../frames/goal_odds.md)" in page.source
    assert "[03](../../guide/03.md)" in page.plain
    assert "tgp.goal_odds(goals, videos=None" in page.plain
    assert "\n## Returns\n" in page.plain
    assert "`frame.goat.goal_odds()`" in page.plain


def test_a_widget_has_the_members_of_its_bases_but_not_those_of_ipywidgets(names):
    board = {page.path: page for page in reference_pages(names, {})}["reference/widgets/Home"]
    assert "## Home.to_csv\n" in board.plain
    assert re.search(r":members: .*\bto_csv\b", board.source)
    assert not re.search(r"\b(on_msg|observe|add_class)\b", board.source + board.plain)


def test_no_default_of_a_call_is_an_object_of_this_process(names):
    called = [signature_of(name.target) for name in names if name.group != "errors"]
    assert [text for text in called if "<" in text or " at 0x" in text] == []
    assert "(goals=None, *, videos=None" in signature_of(tgp.widgets.GoalBoard)


def test_the_list_for_language_models_has_the_questions_and_their_pages(
    names, monkeypatch, tmp_path
):
    guide_file = tmp_path / "guide.md"
    guide_file.write_text("# Agents\n\n```sh\n# no heading\n```\n\n## Start\n")
    monkeypatch.setattr(llms, "AGENTS", guide_file)
    text = llms.llms([*reference_pages(names, {}), errors_page(), commands_page(), *frames(names)])
    assert text.endswith("\n## Agents\n\n```sh\n# no heading\n```\n\n### Start\n")
    assert re.search(r"- \[Store\]\(reference/stores/Store\.md\): .*`Store\.sync`", text)
    assert "- Who will miss a goal? [will_miss](reference/goals/will_miss.md)" in text
    assert "- [Goals](reference/goals/index.md): Who is on pace" in text


def test_pages_of_frames_say_what_is_documented_and_what_is_assumed(names):
    made = {page.path: page for page in frames(names)}
    videos = made["frames/videos"].plain
    assert (
        "| `view_count` | Views at the last scrape. | Int64 | views | may be NA | documentation |"
        in videos
    )
    assert re.search(r"\| `save_count` \| .* \| assumed \|", videos)
    assert re.search(r"Documented columns: .*/docs/api-reference/videos\), read on 2026-", videos)
    assert "[load_videos](../reference/loaders/load_videos.md)" in videos
    odds = made["frames/goal_odds"].plain
    assert "A row is one goal in its period." in odds
    assert "Every column is computed." in odds
    assert "| computed |" not in odds
    assert re.search(r"`tracking_status` \| .* One of `auto_tracked`, ", videos)


def test_what_functions_return_has_a_list_of_methods_and_not_how_it_is_made(names):
    store = {page.path: page for page in reference_pages(names, {})}["reference/stores/Store"]
    assert "| `sync` | Request and store everything new. |" in store.plain
    assert "{py:obj}`sync <trackagoat_pandas.store.store.Store.sync>`" in store.source
    assert "archive" not in store.plain.partition("\n## Store.")[0]


def test_methods_of_pandas_are_not_taken_for_functions_of_the_same_name(names):
    by_name = {name.short: name for name in names}
    code = "series.diff(); frame.to_csv(path); frame.resample('D')\nstore.sync(project)"
    assert [short for short, name in by_name.items() if uses.is_used(name, code)] == ["Store"]
    assert uses.is_used(by_name["resample"], "views.goat.resample('week')")
    assert uses.is_used(by_name["plots.trend"], "views.goat.plot.trend()")
    assert not uses.is_used(by_name["goal_odds"], "tgp.plots.goal_odds(odds)")


def test_plots_and_boards_have_pictures(names):
    scripts = gallery.scripts_in()
    without = {
        name.short
        for name in names
        if name.group in ("pictures", "widgets")
        and next(pictures.pictures_of(name, scripts), None) is None
    }
    # No script and no notebook shows these.
    without -= {
        "plots.campaigns",
        *(f"widgets.{kind}Picker" for kind in ("Campaign", "DateRange", "Metric", "Video")),
        "widgets.AlertsBoard",
    }
    advice = "add a script to notebooks/gallery, and run `python -m tests.docs.gallery NN`"
    assert without == set(), advice


def test_a_picture_is_called_by_what_its_file_says(names):
    trend = next(name for name in names if name.short == "plots.waterfall")
    assert next(pictures.pictures_of(trend, gallery.scripts_in())).text.startswith("Views rose by")


def test_words_of_a_search_belong_to_pages_that_exist(names):
    known = {page.path for page in [*reference_pages(names, {}), errors_page()]}
    known |= {f"gallery/{script.stem}" for script in gallery.scripts_in()}
    known |= {page.path for page in written.written_pages()}
    assert {*keywords.WORDS} <= known
    assert keywords.with_words("install", "# Install\n\nText\n").startswith("# Install\n\n```{eval")


def test_the_page_on_installing_has_every_extra():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (written.FOLDER / "install.md").read_text("utf-8")
    for extra in {*extras["optional-dependencies"]} - {"bench"}:
        assert re.search(rf"^\| .*`{extra}`.* \|", text, re.MULTILINE), extra


def test_links_of_all_pages_in_one_file_lead_from_its_folder():
    page = pages.Page("reference/goals/x", "x", "", "", "[y](../../frames/y.md) [z](https://z)\n")
    assert "[y](frames/y.md) [z](https://z)" in llms.llms_full([page])


def test_every_error_has_a_sample_and_what_to_do():
    known = {name for group in error_samples.GROUPS.values() for name in group}
    assert known == {one.__name__ for one in every_error()}
    text = errors_page().plain
    assert text.count("**What to do.** ") == len(known)
    assert not re.search(r"\*\*What to do\.\*\* *\n", text)
    assert "RateLimitedError: /videos: HTTP 429 rate_limit_exceeded" in text


@pytest.mark.parametrize("group", error_samples.GROUPS)
def test_samples_are_of_the_class_that_they_stand_for(group):
    for name, (make, _) in error_samples.GROUPS[group].items():
        assert make is None or type(make()) is getattr(tgp.errors, name)


def test_the_command_line_has_each_command_with_its_options():
    text = commands_page().plain
    for command in ("demo", "sandbox", "check", "pull", "sync", "plan", "report", "watch", "quota"):
        assert f"## trackagoat-pandas {command}\n" in text
    assert "`--lookback-days`" in text
    assert "%(" not in text
    assert "130  ended with Ctrl-C" in text


def test_a_script_becomes_a_page_and_a_place_in_the_grid(scripts, names):
    page, other, grid = gallery.gallery_pages(scripts, names)
    assert page.title == "Who has most views?"
    assert page.summary == "One creator does. A description, not an inference."
    assert "![One leads with 12M views](images/01_most_views.png)" in page.source
    assert "client = tgp.connect(sandbox=True)" in page.plain
    assert '"""' not in page.plain
    assert "```text\nOne leads with 12M [views]\n\nann  12M\n```" in page.plain
    assert "[tgp.plots.leaderboard](../reference/pictures/leaderboard.md)" in page.plain
    assert "images/" not in other.source
    assert grid.source.count("{container} tile") == 2
    assert grid.plain.index("## Views and posts") < grid.plain.index("## Comments")
    shown = uses.uses(names, gallery.scripts_code(scripts))
    assert ("Who has most views?", "gallery/01_most_views") in shown["load_videos"]
    assert "leaderboard" not in shown
    assert "One creator does.\n\n::::{container} badge-line\ndescription\n" in grid.source


def test_a_script_without_a_sentence_is_refused(tmp_path):
    (tmp_path / "01_x.py").write_text('"""Why?"""\n')
    with pytest.raises(ValueError, match=r"01_x\.py: its docstring is a question"):
        gallery.scripts_in(tmp_path)


def test_the_gallery_says_which_posts_are_counted_where():
    with tgp.connect(sandbox=True, progress=False):
        videos, creators = (
            load("Q1 Brand Program") for load in (tgp.load_videos, tgp.load_creators)
        )
    counted = is_counted(videos).fillna(value=False)
    of_listed = videos["creator_id"].isin(creators["id"])
    of_creators = counted & videos["creator_id"].notna()
    counts = [len(videos), len(creators), *map(sum, (of_listed, counted, of_creators))]
    (outliers,) = (script for script in gallery.scripts_in() if script.stem.startswith("51"))
    *said, judged = re.findall(r"\b\d+\b", gallery.COUNTS)
    assert [int(number) for number in said] == counts
    assert f"of {judged} posts are outliers" in outliers.shown


def test_no_scripts_make_no_gallery(names):
    assert gallery.gallery_pages([], names) == []


def shown(*data):
    outputs = [nbformat.v4.new_output("display_data", each) for each in data]
    return nbformat.v4.new_code_cell("board", outputs=outputs)


def test_a_widget_leaves_no_hole(tmp_path):
    view = {WIDGET: {"model_id": "1", "version_major": 2, "version_minor": 0}}
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Boards\n\n[All](README.md)"),
            shown({**view, "text/plain": "Board()"}, {**view, "image/png": PICTURE}),
        ]
    )
    file = tmp_path / "00_boards.ipynb"
    nbformat.write(notebook, file)
    text, cell = guide.staged_notebook(file).cells
    bare, pictured = cell.outputs
    assert bare.data == {"text/plain": guide.HOLE}
    assert pictured.data == {"image/png": PICTURE}
    assert "](../reference/index.md)" in text.source
    assert cell.metadata["mystnb"]["image"]["alt"].endswith("Boards")
    page = guide.notebook_page(file, "boards")
    assert guide.HOLE in page.plain
    assert "(A picture: Boards)" in page.plain


def test_the_guide_has_the_notebooks_in_the_order_of_their_list():
    order = [*guide.guide_order()]
    assert order[:2] == ["07_cookbook", "00_tour"]
    assert {*order} == {file.stem for file in (ROOT / "notebooks").glob("*.ipynb")}


def test_directives_go_and_what_they_hold_stays():
    source = (
        "# T\n\n:::{note}\nKeep [it](00_a.ipynb).\n:::\n```{toctree}\n:hidden:\n\na\n```\n"
        "![Bars](a.png)\n\n```python\nx\n```\n"
    )
    assert pages.without_directives(source) == (
        "# T\n\n**Note**\n\nKeep [it](00_a.md).\n\n\n(A picture: Bars)\n\n```python\nx\n```\n"
    )


def test_a_docstring_becomes_markdown():
    text = pages.docstring(inspect.getdoc(tgp.to_money))
    assert "\n## Parameters\n" in text
    assert text.count("```") % 2 == 0
    assert "```python\n>>> " in text
    assert ":func:" not in text


def test_written_pages_are_listed_where_their_folder_has_no_list(tmp_path):
    (tmp_path / "cookbook").mkdir()
    (tmp_path / "cookbook" / "cron.md").write_text("# Cron\n\nRuns [it](x.md) at\nsix.\n\nMore.\n")
    page, section = written.written_pages(tmp_path)
    assert (page.path, page.title, page.summary) == ("cookbook/cron", "Cron", "Runs it at six.")
    assert section.path == "cookbook/index"
    assert "- [Cron](cron.md): Runs it at six." in section.plain


def test_the_front_page_has_the_first_command_of_the_readme():
    first = re.search(r"```sh\n(.+?)\n```", (ROOT / "README.md").read_text("utf-8"))[1]
    assert first in (written.FOLDER / "index.md").read_text("utf-8")
