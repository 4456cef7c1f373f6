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
