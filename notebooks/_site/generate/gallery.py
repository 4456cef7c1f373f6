"""The gallery: each script of one question becomes a page, and a picture in the grid."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from generate.names import Name
from generate.pages import ROOT, Page, relative
from generate.uses import Code, is_used

FOLDER = ROOT / "notebooks" / "gallery"
DESCRIPTION = "A description, not an inference."
DESCRIBES, HAS_RATE = "description", "with its error rate"
"""What the cards of the grid say instead of it, and of the others."""
TITLES = {
    "0": "Views and posts",
    "1": "Goals",
    "2": "Comments",
    "3": "Payouts",
    "4": "Posting",
    "5": "Videos",
    "6": "Campaigns",
    "7": "Program",
    "8": "Monday, and in between",
    "9": "Actions, and other tools",
}
"""The headings of the grid, by the first digit of the scripts' numbers."""
COUNTS = (
    "The demo program has 639 posts, and each page counts those that its question is about. The 13 "
    "listed creators have 610 of them; the rest belong to one who isn't listed any more, or to "
    "nobody. 551 count in statistics, as they are approved and tracked, and 542 of those belong to "
    "a creator. Where a post is compared with its creator's earlier ones, only the 427 that have "
    "enough of them are judged."
)
"""Which posts are counted where; a test counts them."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the gallery.

    Parameters
    ----------
    file
        Where it is.
    question
        The first line of its docstring.
    answer
        What the picture or table shows, with the error rate or that there is none.
    code
        What stands below the docstring.
    """

    file: Path
    question: str
    answer: str
    code: str

    @property
    def stem(self) -> str:
        """The name of the file, without its ending."""
        return self.file.stem

    @property
    def picture(self) -> Path:
        """The picture of what it shows."""
        return self.file.parent / "images" / f"{self.stem}.png"

    @property
    def shown(self) -> str:
        """What the picture says, which is kept in its file, for those who don't see it."""
        with Image.open(self.picture) as picture:
            return str(picture.info.get("Description") or self.question).strip()


def read_script(file: Path) -> Script:
    """Read a script; its docstring and its code are apart."""
    text = file.read_text("utf-8")
    tree = ast.parse(text)
    said = ast.get_docstring(tree)
    if not said or "\n\n" not in said:
        raise ValueError(f"{file.name}: its docstring is a question, a blank line and a sentence")
    question, _, answer = said.partition("\n\n")
    code = "\n".join(text.splitlines()[tree.body[0].end_lineno :]).strip()
    return Script(file, question.strip(), " ".join(answer.split()), code)


def scripts_in(folder: Path = FOLDER) -> list[Script]:
    """Read the scripts of a folder, in order of their numbers."""
    return [read_script(file) for file in sorted(folder.glob("[0-9][0-9]_*.py"))]


def gallery_pages(scripts: list[Script], names: list[Name]) -> list[Page]:
    """Write a page for each script, and the grid."""
    pages = [script_page(script, names) for script in scripts]
    return [*pages, grid(scripts)] if scripts else []


def script_page(script: Script, names: list[Name]) -> Page:
    """Write the page of one script."""
    path = f"gallery/{script.stem}"
    used = [name for name in names if is_used(name, script.code)]
    links = ", ".join(f"[{name.called}]({relative(path, name.page)})" for name in used)
    head = f"# {script.question}\n\n{script.answer}\n\n"
    code = f"```python\n{script.code}\n```\n"
    shown = said = ""
    if script.picture.exists():
        title = re.sub(r"[\[\]]", "", script.shown.partition("\n")[0])
        shown = f"\n![{title}](images/{script.stem}.png)\n"
        said = f"\nIt shows:\n\n```text\n{script.shown}\n```\n"
    sandbox = "tgp.sandbox(...)" if "tgp.sandbox(" in script.code else "tgp.connect(sandbox=True)"
    below = (
        f"\nIt runs as it stands, without an account: `{sandbox}` is an embedded demo program. "
        f"Its functions: {links}.\n"
    )
    source = unbroken(head) + shown.lstrip("\n") + "\n" + code + below
    plain = head + code + said + below
    return Page(path, script.question, script.answer, source, plain)


def grid(scripts: list[Script]) -> Page:
    """Write the first page of the gallery: a picture and a question for each script."""
    about = "One question, one picture or table, one sentence, and how often it is wrong."
    head = f"# Gallery\n\n{about} Each script has at most 25 lines and runs without an account.\n\n"
    head += f"{COUNTS}\n\n"
    source, plain = head, head
    for digit, title in TITLES.items():
        group = [script for script in scripts if script.stem.startswith(digit)]
        if group:
            cards = "\n\n".join(map(card, group))
            source += f"## {title}\n\n::::::{{container}} gallery\n{cards}\n::::::\n\n"
            lines = [f"- [{one.question}]({one.stem}.md): {one.answer}" for one in group]
            plain += f"## {title}\n\n" + "\n".join(lines) + "\n\n"
    entries = "\n".join(script.stem for script in scripts)
    tree = f"```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    return Page("gallery/index", "Gallery", about, source + tree, plain)


def card(script: Script) -> str:
    """Write one place of the grid: the picture is decoration, and the question is the link."""
    shown = f"![](images/{script.stem}.png)\n\n" if script.picture.exists() else ""
    about = script.answer.removesuffix(DESCRIPTION).strip()
    badge = DESCRIBES if about != script.answer else HAS_RATE
    text = unbroken(f"[{script.question}]({script.stem}.md)\n\n{about}")
    kind = f"::::{{container}} badge-line\n{badge}\n::::"
    return f":::::{{container}} tile\n{shown}{text}\n\n{kind}\n:::::"


def unbroken(text: str) -> str:
    """Keep a number and its percent sign in one line."""
    return re.sub(r"(?<=\d) %", "\u00a0%", text)


def scripts_code(scripts: list[Script]) -> list[Code]:
    """Return the code of each script."""
    return [
        Code(re.sub(r"[\[\]]", "", one.question), f"gallery/{one.stem}", one.code)
        for one in scripts
    ]
