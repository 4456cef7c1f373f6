const PANEL = ".trackagoat-panel", PICTURE = ".trackagoat-picture", STEP_PX = 16, CALM_MS = 150;

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

function render({ model, el }) {
  const end = new AbortController();
  function attach(panel) {
    keepFocus(panel, end.signal);
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
