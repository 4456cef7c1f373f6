/* Puts a button on each block of code. Of a Python session it copies what was typed, without prompts. */
document.addEventListener("DOMContentLoaded", () => {
  if (!navigator.clipboard) return; // pages of a file have none
  for (const block of document.querySelectorAll("div.highlight")) {
    if (block.closest(".cell_output")) continue;
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const lines = block.querySelector("pre").textContent.trimEnd().split("\n");
      const typed = lines.filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
      await navigator.clipboard.writeText((typed.length ? typed.map((line) => line.slice(4)) : lines).join("\n"));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    block.append(button);
  }
});

/* Leaves of the results of a search one for each page and each method: a page and its name are the same. */
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("search-results");
  if (!place) return;
  new MutationObserver(() => {
    const seen = new Set();
    for (const result of place.querySelectorAll("ul.search > li")) {
      const [path, anchor = ""] = result.querySelector("a").getAttribute("href").split("#");
      const name = path.match(/(?:class_)?([^/]*)\.html/)?.[1];
      const isOfPage = !anchor.startsWith("trackagoat_pandas.") || anchor.endsWith(`.${name}`);
      const key = isOfPage ? path : `${path}#${anchor}`;
      if (seen.has(key)) result.remove();
      seen.add(key);
    }
  }).observe(place, { childList: true, subtree: true });
});
