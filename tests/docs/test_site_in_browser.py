"""The built documentation as readers meet it: search, faults that axe finds, and what is loaded."""

from __future__ import annotations

import pytest

from tests.browser import probes

pytestmark = pytest.mark.browser

SEARCHES = {
    "who will miss a goal": "guide/07_cookbook",  # its second question
    "will_miss": "reference/goals/will_miss",
    "goal_odds": "reference/goals/goal_odds",
    "explain_change": "reference/views/explain_change",
    "audit the payouts": "reference/payouts/audit",
    "outstanding balances": "reference/payouts/outstanding_balances",
    "negative alerts": "reference/comments/find_negative_alerts",
    "overposting": "reference/posting/find_overposting",
    "posting heatmap": "frames/posting-heatmap",
    "video-leaderboard": "frames/video-leaderboard",
    "expected views": "reference/videos/expected_views",
    "campaign lift": "reference/campaigns/campaign_lift",
    "creator statement": "reference/files/creator_statement",
    "RateLimitedError": "reference/errors",
    "command line": "reference/commands",
    "sandbox": "reference/sandbox/Sandbox",
    "add_creators": "reference/actions/add_creators",
    "GoalBoard": "reference/widgets/GoalBoard",
    "open_store": "reference/stores/open_store",
    "API known": "api",
    "install": "install",
    "refresh": "reference/stores/Store",
    "incremental": "reference/stores/Store",
    "as of": "reference/stores/Store",
    "a week ago": "reference/stores/Store",
    "churn": "gallery/43_who_went_silent",
    "left the program": "gallery/85_what_has_changed",
    "own csv": "gallery/94_another_tools_export",
    "google sheets": "cookbook/excel",
    "pdf": "cookbook/month_and_pdf",
    "monthly report": "cookbook/month_and_pdf",
    "retainer left": "cookbook/creators_left",
    "lookalike": "reference/program/similar_creators",
    "shadowban": "reference/videos/view_quality",
    "invoice": "reference/files/creator_statement",
    "429": "reference/errors",
    "add creators csv": "reference/actions/add_creators",
}
KINDS = {
    "front": "index",
    "guide": "guide/00_tour",
    "reference": "reference/goals/will_miss",
    "picture": "reference/pictures/trend",
    "board": "reference/widgets/GoalBoard",
    "frame": "frames/videos",
    "gallery": "gallery/index",
}
FRONT_BYTES = 300_000


@pytest.mark.parametrize(("query", "wanted"), SEARCHES.items())
def test_a_search_finds_its_page_among_the_first_three(page, address, query, wanted):
    page.goto(f"{address}/search.html?q={query.replace(' ', '+')}")
    page.locator("#search-results ul.search > li").first.wait_for()
    page.locator("#search-progress, .search-summary").first.wait_for()
    links = page.locator("#search-results ul.search > li > a")
    found = [link.get_attribute("href").partition("#")[0].partition("?")[0] for link in links.all()]
    assert f"{wanted}.html" in [name.removeprefix("./") for name in found[:3]], found[:8]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious_and_the_page_fits(browser, address, site, kind, theme, width):
    if not (site / f"{KINDS[kind]}.html").exists():
        pytest.skip(f"the site has no {kind}")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/{KINDS[kind]}.html", wait_until="networkidle")
    found = probes.violations(page.locator("body"))
    wide = page.evaluate("document.documentElement.scrollWidth")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert found == []
    assert wide <= width
    assert (sum(map(int, dark[4:-1].split(","))) < 3 * 64) == (theme == "dark")


@pytest.mark.parametrize("name", [*KINDS.values(), "api", "reference/errors", "search"])
def test_nothing_is_loaded_from_elsewhere(page, address, site, name):
    if not (site / f"{name}.html").exists():
        pytest.skip(f"the site has no {name}")
    requested, failed = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{address}/{name}.html", wait_until="networkidle")
    outside = [url for url in requested if not url.startswith((f"{address}/", "data:", "blob:"))]
    assert requested
    assert outside == []
    assert [url for url in failed if not url.endswith("/favicon.ico")] == []


@pytest.mark.parametrize(
    "name", [*(KINDS[kind] for kind in ("guide", "reference", "picture")), "reference/errors"]
)
def test_no_code_and_no_output_is_cut_off(page, address, name):
    page.goto(f"{address}/{name}.html")
    page.locator("pre").first.wait_for()
    cut = (
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )
    assert page.locator(".bd-article pre").evaluate_all(cut) == []


def test_a_button_copies_code_without_prompts(page, context, address):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{KINDS['reference']}.html")
    block = page.locator("div.highlight", has_text=">>>").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import ")
    assert ">>>" not in copied


def test_a_page_of_a_function_lists_its_parts(page, address):
    page.goto(f"{address}/{KINDS['reference']}.html")
    listed = page.locator("#pst-page-toc-nav a")
    assert [one.inner_text() for one in listed.all()][:3] == ["Parameters", "Returns", "Raises"]
    listed.get_by_text("Returns").first.click()
    assert page.locator(":target").inner_text().startswith("Returns")


def test_the_front_page_is_small_and_starts_nothing(page, address):
    sizes = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    page.goto(f"{address}/index.html", wait_until="networkidle")
    heavy = {url: size for url, size in sizes.items() if not url.endswith("/favicon.ico")}
    assert len(heavy) >= 4
    assert sum(heavy.values()) <= FRONT_BYTES, heavy
    assert not [url for url in heavy if url.endswith((".js", ".wasm"))]
    assert page.locator("img").count() == 2
    assert page.locator(".tile").count() == 6
    assert page.locator("pre").count() >= 2


@pytest.mark.parametrize(
    ("query", "first"), [("will_miss", "will_miss.html"), ("Store sync", ".Store.sync")]
)
def test_a_search_lists_a_page_once_and_its_methods_beside_it(page, address, query, first):
    page.goto(f"{address}/search.html?q={query}")
    page.locator(".search-summary").first.wait_for()
    links = page.locator("#search-results ul.search > li > a")
    links.first.wait_for()
    found = [link.get_attribute("href") for link in links.all()]
    pages = [link.partition("#")[0] for link in found if ".Store" not in link]
    assert len(pages) == len({*pages})
    assert any(link.partition("#trackagoat_pandas.will_miss")[0].endswith(first) for link in found)


def test_a_search_begins_on_the_front_page(page, address):
    page.goto(f"{address}/index.html")
    page.get_by_label("Search").fill("goal_odds")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=goal_odds")
    first = page.locator("#search-results ul.search > li > a").first
    assert "goal_odds" in (first.get_attribute("href") or "")
