const PANEL = ".trackagoat-panel", PICTURE = ".trackagoat-picture", STEP_PX = 16, CALM_MS = 150;
const REACH_PX = 30, TIP_PX = 14;

function save(name, type, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Once a page, however many views there are of the panel: two of them save a file once.
function initialize({ model }) {
  const handle = (file, [bytes]) => save(file.name, file.type, bytes);
  model.on("msg:custom", handle);
  model.send({ do: "ready" });
  return () => model.off("msg:custom", handle);
}

// A table that is sorted is written again: it stays scrolled, and its heading keeps the focus.
function keepPlace(heading) {
  const box = heading.closest(".trackagoat-grid"), host = box.parentElement;
  const { scrollLeft } = box, sorts = `[data-goat="${CSS.escape(heading.dataset.goat)}"]`;
  new MutationObserver((_, changes) => {
    changes.disconnect();
    host.querySelector(sorts)?.focus({ preventScroll: true });
    host.querySelector(".trackagoat-grid")?.scrollTo({ left: scrollLeft });
  }).observe(host, { childList: true });
}

// A control that a key hides or turns off, such as the last chip, leaves the focus to its panel.
function keepFocus(panel, signal) {
  let last;
  panel.tabIndex = -1;
  panel.addEventListener("focusin", ({ target }) => {
    last = target;
    target.setAttribute("data-lm-suppress-shortcuts", "true");
  }, { signal });
  const changes = new MutationObserver(() => {
    const isUsable = last && last.isConnected && !last.disabled && last.checkVisibility();
    const active = document.activeElement;
    if (last && !isUsable && (active === document.body || active === last)) {
      panel.focus({ preventScroll: true });
    }
  });
  changes.observe(panel, { subtree: true, childList: true, attributes: true,
    attributeFilter: ["class", "disabled", "style"] });
  signal.addEventListener("abort", () => changes.disconnect());
}

// How far a point lies outside of a box.
function distance(box, x, y) {
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
}

// The mark under the pointer, or the nearest one, says what it stands for; in a picture that has the
// focus, arrows go from mark to mark.
function readOut(panel, signal) {
  const tip = document.createElement("div");
  let on;
  tip.className = "trackagoat-tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  signal.addEventListener("abort", () => tip.remove());

  // The browser would show a title as well, a second later.
  function marksOf(svg) {
    for (const title of svg.querySelectorAll("g > title")) {
      title.parentElement.dataset.say = title.textContent;
      title.remove();
    }
    return [...svg.querySelectorAll("[data-say]")];
  }
  function say(mark, x, y) {
    if (on !== mark) {
      on?.classList.remove("trackagoat-on");
      mark?.classList.add("trackagoat-on");
      on = mark;
      tip.hidden = !mark;
      tip.textContent = mark?.dataset.say ?? "";
    }
    if (!mark) return;
    if (!tip.parentElement) panel.append(tip);
    const room = panel.getBoundingClientRect(), { width, height } = tip.getBoundingClientRect();
    const left = x - room.left + TIP_PX, top = y - room.top - height - TIP_PX;
    tip.style.left = `${Math.max(0, left + width > room.width ? left - width - 2 * TIP_PX : left)}px`;
    tip.style.top = `${Math.max(0, top)}px`;
  }
  function sayAt(mark) {
    const box = mark?.getBoundingClientRect();
    say(mark, box && (box.left + box.right) / 2, box && (box.top + box.bottom) / 2);
  }
  function nearest(marks, { target, clientX, clientY }) {
    const under = target.closest("[data-say]");
    if (under) return under;
    let best, least = REACH_PX;
    for (const mark of marks) {
      const far = distance(mark.getBoundingClientRect(), clientX, clientY);
      if (far < least) [best, least] = [mark, far];
    }
    return best;
  }
  function pictureOf({ target }) {
    const svg = target.closest(`${PICTURE} svg`);
    return svg?.closest(PANEL) === panel ? svg : null;
  }
  panel.addEventListener("pointermove", (event) => {
    const svg = pictureOf(event);
    say(svg && nearest(marksOf(svg), event), event.clientX, event.clientY);
  }, { signal });
  panel.addEventListener("pointerleave", () => say(), { signal });
  panel.addEventListener("focusout", () => say(), { signal });
  panel.addEventListener("keydown", (event) => {
    const svg = pictureOf(event);
    if (!svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const marks = marksOf(svg), at = marks.indexOf(on), last = marks.length - 1;
    const next = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at < 0 ? last : at - 1,
      ArrowUp: at < 0 ? last : at - 1, Home: 0, End: last,
    }[event.key];
    if (event.key === "Enter") on?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    else if (event.key === "Escape") say();
    else if (next !== undefined) sayAt(marks[Math.min(Math.max(next, 0), last)]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
}

// A pointer that is drawn over the buckets of a picture chooses their days.
function brush(panel, model, signal) {
  let first, chosen = [];
  function bucketOf({ target }) {
    const mark = target.closest(`${PICTURE} [data-days]`);
    return mark?.closest(PANEL) === panel ? mark : null;
  }
  function choose(marks) {
    for (const mark of chosen) mark.classList.remove("trackagoat-brushed");
    for (const mark of marks) mark.classList.add("trackagoat-brushed");
    chosen = marks;
  }
  panel.addEventListener("pointerdown", (event) => {
    first = event.button === 0 ? bucketOf(event) : null;
  }, { signal });
  panel.addEventListener("pointermove", (event) => {
    const last = first && (event.buttons & 1) ? bucketOf(event) : null;
    if (!last || last.parentElement !== first.parentElement) return;
    const marks = [...first.closest("svg").querySelectorAll("[data-days]")];
    const ends = [marks.indexOf(first), marks.indexOf(last)].sort((one, other) => one - other);
    choose(ends[0] === ends[1] ? [] : marks.slice(ends[0], ends[1] + 1));
  }, { signal });
  // Also where the pointer has left the panel, or the days would stay marked.
  document.addEventListener("pointerup", () => {
    if (chosen.length) {
      const days = [chosen[0], chosen[chosen.length - 1]].map((mark) => mark.dataset.days.split(".."));
      model.send({ do: "days", key: `${days[0][0]}..${days[1][1]}` });
    }
    choose([]);
    first = null;
  }, { signal });
}

function render({ model, el }) {
  const end = new AbortController();
  function attach(panel) {
    keepFocus(panel, end.signal);
    readOut(panel, end.signal);
    brush(panel, model, end.signal);
    panel.addEventListener("click", (event) => {
      const target = !event.target.closest("a") && event.target.closest("[data-goat]");
      if (!target || target.closest(PANEL) !== panel) return;
      const [act, ...rest] = target.dataset.goat.split(":");
      if (act === "sort") keepPlace(target);
      model.send({ do: act, key: rest.join(":") });
    }, { signal: end.signal });
    // Only the last of many widths is sent, so that a drag of the window draws once.
    let shown = 0, timer;
    function measure() {
      const width = Math.floor(panel.querySelector(PICTURE)?.parentElement.clientWidth ?? 0);
      if (!width || Math.abs(width - shown) < STEP_PX) return;
      shown = width;
      model.send({ do: "width", key: width });
    }
    const sizes = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(measure, shown ? CALM_MS : 0);
    });
    sizes.observe(panel);
    end.signal.addEventListener("abort", () => { clearTimeout(timer); sizes.disconnect(); });
  }
  function begin() {
    if (end.signal.aborted) return;
    const panel = el.closest(PANEL);
    if (panel) attach(panel); else requestAnimationFrame(begin);
  }
  begin();
  return () => end.abort();
}

export default { initialize, render };
