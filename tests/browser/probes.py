"""What a reader with weak eyes, a small screen or no mouse would stumble over in a part of a page.

Each probe lists what it found, in words; nothing wrong is an empty list.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator

_SMALLEST_PX = 11
_TEXT_CONTRAST, _LARGE_TEXT_CONTRAST, _MARK_CONTRAST = 4.5, 3.0, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

_TOOLS = """
const CONTROLS = "button, select, input, textarea, a[href], summary, [tabindex='0']";
const isSeen = (part) => part.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && part.getBoundingClientRect().width > 1;
const nameOf = (part) => `<${part.tagName.toLowerCase()}> "${
    (part.getAttribute("aria-label") || part.textContent || part.placeholder || part.title || "")
        .trim().slice(0, 40)}"`;
// What is left of a part's box within the boxes that scroll it.
function shownBox(part, root) {
    let { left, top, right, bottom } = part.getBoundingClientRect();
    for (let box = part.parentElement; box && box !== root; box = box.parentElement) {
        if (getComputedStyle(box).overflowX === "visible") continue;
        const edge = box.getBoundingClientRect();
        left = Math.max(left, edge.left); right = Math.min(right, edge.right);
        top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
    }
    return { left, top, right, bottom };
}
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function rgba(color) {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
}
const over = ([r, g, b, a], [R, G, B]) =>
    [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
const luminance = (color) => color.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}
function pageBehind(part) {
    const layers = [];
    for (let box = part; box; box = box.parentElement)
        layers.unshift(rgba(getComputedStyle(box).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
}
function textsOf(root) {
    const found = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const part = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() && isSeen(part)
            && !part.closest("style, script, title, select, .jp-OutputPrompt, [aria-hidden=true]"))
            found.push(part);
    }
    return [...new Set(found)];
}
const sizeOf = (part) => {
    const size = parseFloat(getComputedStyle(part).fontSize);
    const matrix = part instanceof SVGElement && part.getScreenCTM();
    return matrix ? size * Math.hypot(matrix.a, matrix.b) : size;
};
function colorOf(part, property) {
    const style = getComputedStyle(part), value = style[property];
    if (value === "none" || value.startsWith("url")) return null;
    const color = rgba(value);
    color[3] *= style.opacity * style[`${property}Opacity`];
    return color;
}
// The mark that was drawn beneath a text, or else the page.
function behindText(text, page) {
    const box = text.getBoundingClientRect(), svg = text.ownerSVGElement;
    let color = page;
    for (const mark of svg.querySelectorAll("path")) {
        if (!(mark.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
        if (mark.closest("defs, clipPath")) continue;
        const fill = colorOf(mark, "fill");
        if (!fill || fill[3] < 0.1) continue;
        const centre = new DOMPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        if (mark.isPointInFill(centre.matrixTransform(mark.getScreenCTM().inverse())))
            color = over(fill, color);
    }
    return color;
}
"""

_SMALL = (
    "(root, smallest) => {"
    + _TOOLS
    + """
    return [...textsOf(root), ...root.querySelectorAll("select, input")].filter(isSeen)
        .filter((part) => !["checkbox", "radio"].includes(part.type))
        .filter((part) => sizeOf(part) < smallest - 0.05)
        .map((part) => `${nameOf(part)} has ${sizeOf(part).toFixed(1)} px`);
}"""
)

_CUT = (
    "(root) => {"
    + _TOOLS
    + """
    const edge = root.getBoundingClientRect().right + 1, found = [];
    const parts = [...root.querySelectorAll(
        `.jupyter-widgets, button, label, td, th, svg, ${CONTROLS}`)].filter(isSeen);
    for (const part of parts) {
        if (shownBox(part, root).right > edge) found.push(`${nameOf(part)} reaches over the edge`);
        const style = getComputedStyle(part);
        if (part.matches("button, label, .widget-label, .widget-html, .widget-html-content")
            && style.overflowX !== "visible" && !["auto", "scroll"].includes(style.overflowX)
            && part.scrollWidth > part.clientWidth + 1) found.push(`${nameOf(part)} is cut off`);
        const hint = part.placeholder ?? "";
        if (hint) {
            canvas.font = style.font;
            const room = part.clientWidth - parseFloat(style.paddingLeft)
                - parseFloat(style.paddingRight);
            if (canvas.measureText(hint).width > room) found.push(`"${hint}" is cut off`);
        }
    }
    for (const text of root.querySelectorAll(".trackagoat-picture svg text")) {
        const box = text.getBoundingClientRect();
        const frame = text.ownerSVGElement.getBoundingClientRect();
        if (isSeen(text) && (box.left < frame.left - 1 || box.right > frame.right + 1
            || box.top < frame.top - 1 || box.bottom > frame.bottom + 1))
            found.push(`${nameOf(text)} reaches out of the picture`);
    }
    return found;
}"""
)

_COVERED = (
    "(root) => {"
    + _TOOLS
    + """
    const parts = [...root.querySelectorAll(CONTROLS)].filter(isSeen)
        .map((part) => [part, shownBox(part, root)])
        .filter(([, box]) => box.right > box.left && box.bottom > box.top);
    const found = [];
    parts.forEach(([one, a], at) => parts.slice(at + 1).forEach(([other, b]) => {
        const isOver = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
        if (isOver && !one.contains(other) && !other.contains(one))
            found.push(`${nameOf(one)} and ${nameOf(other)}`);
    }));
    return found;
}"""
)

_FAINT = (
    "(root, [least, leastLarge, leastOfMarks]) => {"
    + _TOOLS
    + """
    const found = new Set();
    for (const text of textsOf(root)) {
        if (text.closest("button:disabled, .p-mod-disabled")) continue;
        const svg = text.ownerSVGElement;
        const page = pageBehind(svg ? svg.parentElement : text);
        const behind = svg ? behindText(text, page) : page;
        const color = svg ? colorOf(text, "fill") : rgba(getComputedStyle(text).color);
        const size = sizeOf(text), isBold = getComputedStyle(text).fontWeight >= 700;
        const needed = size >= 24 || (isBold && size >= 18.66) ? leastLarge : least;
        const reached = contrast(over(color, behind), behind);
        if (reached < needed) found.add(`${nameOf(text)} has ${reached.toFixed(2)}`);
    }
    for (const svg of root.querySelectorAll(".trackagoat-picture svg")) {
        if (!isSeen(svg)) continue;
        const page = pageBehind(svg.parentElement);
        const grid = rgba(getComputedStyle(svg).getPropertyValue("--goat-e3e3e3"));
        for (const mark of svg.querySelectorAll("path, use")) {
            if (mark.closest("defs, clipPath, pattern")) continue;
            const seen = [colorOf(mark, "fill"), colorOf(mark, "stroke")]
                .filter((color) => color && color[3] > 0.5)  // bands say how sure a mark is
                .map((color) => over(color, page))
                .filter((color) => contrast(color, page) > 1.01 && contrast(color, grid) > 1.01);
            const best = Math.max(...seen.map((color) => contrast(color, page)));
            const named = `rgb(${seen[0]?.slice(0, 3).map(Math.round)})`;
            if (seen.length && best < leastOfMarks)
                found.add(`a mark in ${named} has ${best.toFixed(2)}`);
        }
    }
    return [...found];
}"""
)

_UNNAMED = """(root) => [...root.querySelectorAll(".trackagoat-picture svg")]
    .filter((svg) => svg.checkVisibility())
    .filter((svg) => svg.getAttribute("role") !== "img")
    .concat([...root.querySelectorAll("svg[role=img]")]
        .filter((svg) => svg.getAttribute("aria-label").split(" ").length < 3))
    .map((svg) => `a picture says "${svg.getAttribute("aria-label")}"`)
    .concat([...root.querySelectorAll("img:not([alt]), img[alt='']")].map((img) => "an image"))"""

_MARKED = "data-probed"
_GRAVE = ("serious", "critical")


_OUT_OF_SIGHT = """(root) => [...root.querySelectorAll(".trackagoat-grid")].flatMap((box) => {
  const right = box.getBoundingClientRect().right;
  const first = [...box.querySelectorAll("thead th")].slice(0, 4);
  return first.filter((head) => head.getBoundingClientRect().right > right + 1)
    .map((head) => head.textContent.trim());
})"""


def violations(shown: Locator) -> list[str]:
    """What axe-core finds in a part of a page that is serious or critical."""
    shown.evaluate(f"root => root.setAttribute('{_MARKED}', '')")
    try:
        found = Axe().run(shown.page, f"[{_MARKED}]").response["violations"]
    finally:
        shown.evaluate(f"root => root.removeAttribute('{_MARKED}')")
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in _GRAVE
        for node in one["nodes"]
    ]


def small_texts(shown: Locator) -> list[str]:
    """The texts with letters of fewer than 11 pixels, as they are shown."""
    return _probed(shown, _SMALL, _SMALLEST_PX)


def cut_parts(shown: Locator) -> list[str]:
    """The parts that reach beyond what shows them, and the texts that aren't shown whole."""
    return _probed(shown, _CUT)


def headings_out_of_sight(shown: Locator) -> list[str]:
    """Of the first four headings of each table, those that its box doesn't show unscrolled."""
    return _probed(shown, _OUT_OF_SIGHT)


def covered_controls(shown: Locator) -> list[str]:
    """The pairs of controls that lie one over the other."""
    return _probed(shown, _COVERED)


def faint_parts(shown: Locator) -> list[str]:
    """The texts and marks, also those of pictures, that are too like what they stand on."""
    return _probed(shown, _FAINT, [_TEXT_CONTRAST, _LARGE_TEXT_CONTRAST, _MARK_CONTRAST])


def unnamed_pictures(shown: Locator) -> list[str]:
    """The pictures without their finding as text."""
    return _probed(shown, _UNNAMED)


def _probed(shown: Locator, script: str, given: object = None) -> list[str]:
    found: list[str] = shown.evaluate(script, given)
    return found
