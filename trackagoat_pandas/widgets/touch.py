"""The part of a panel that runs in the browser.

It keeps keys from the notebook, whose shortcuts would otherwise act on the cell: "m" in a list would
turn it into Markdown. It passes on clicks on headings, rows and marks, says how wide the panel is,
and saves files. Where it can't run, a panel does all that its stock widgets do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import anywidget
import traitlets

_SCRIPT: Final = """
const PANEL = ".trackagoat-panel", PICTURE = ".trackagoat-picture", STEP_PX = 16;

function save(name, type, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function initialize({ model }) {
  model.on("msg:custom", (file, [bytes]) => save(file.name, file.type, bytes));
  model.send({ do: "ready" });
}

function render({ model, el }) {
  const end = new AbortController();
  function attach(panel) {
    panel.addEventListener("focusin", (event) => {
      event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    }, { signal: end.signal });
    panel.addEventListener("click", (event) => {
      const target = event.target.closest("[data-goat]");
      if (!target || target.closest(PANEL) !== panel) return;
      const [act, ...rest] = target.dataset.goat.split(":");
      model.send({ do: act, key: rest.join(":") });
    }, { signal: end.signal });
    let shown = 0;
    const sizes = new ResizeObserver(() => {
      const width = Math.floor(panel.querySelector(PICTURE)?.parentElement.clientWidth ?? 0);
      if (width && Math.abs(width - shown) >= STEP_PX) model.send({ do: "width", key: (shown = width) });
    });
    sizes.observe(panel);
    end.signal.addEventListener("abort", () => sizes.disconnect());
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
"""


class Touch(anywidget.AnyWidget):
    """Pass on what happens in a panel: ``act(what, key)`` is called with each.

    Parameters
    ----------
    act
        Called with ``"sort"`` and a column, ``"row"`` and a place, ``"pick"`` and an id, or
        ``"width"`` and pixels.

    Attributes
    ----------
    is_ready : bool
        Whether a browser runs it.
    """

    _esm = traitlets.Unicode(_SCRIPT).tag(sync=True)

    def __init__(self, act: Callable[[str, Any], None]) -> None:
        super().__init__(layout={"display": "none"})
        self.is_ready = False
        self._act = act
        self.on_msg(self._heard)

    def save(self, name: str, media_type: str, content: bytes) -> None:
        """Save a file as a download of the browser."""
        self.send({"name": name, "type": media_type}, [content])

    def _heard(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        if message.get("do") == "ready":
            self.is_ready = True
        else:
            self._act(str(message.get("do")), message.get("key"))
