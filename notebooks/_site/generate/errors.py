"""The page of the errors and warnings: what each means, how it looks, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from generate.error_samples import GROUPS, Sample
from generate.names import PACKAGE, every_error
from generate.pages import Page, summary_of

PATH = "reference/errors"
TITLE = "Errors and warnings"
ABOUT = "Every error and warning: what it means, how it looks, and what to do."


def errors_page() -> Page:
    """Write the page."""
    head = (
        f"# {TITLE}\n\n{ABOUT} Each error is a `TrackaGoatError`, and also the builtin that a "
        "Python user would catch. Its facts are attributes, and no message shows the key.\n\n"
    )
    module = f"```{{eval-rst}}\n.. py:module:: {PACKAGE}.errors\n```\n\n"
    classes = {one.__name__: one for one in every_error()}
    source, plain = head + module, head
    for title, samples in GROUPS.items():
        source += f"## {title}\n\n"
        plain += f"## {title}\n\n"
        for name, sample in samples.items():
            below = "\n".join(described(classes[name], sample))
            source += f"### {name}\n\n{below}\n{directive(name)}\n"
            plain += f"### {name}\n\n{summary_of(classes[name])}\n\n{below}\n"
    return Page(PATH, TITLE, ABOUT, source, plain)


def directive(name: str) -> str:
    """Write what makes Sphinx read the docstring."""
    return f"```{{eval-rst}}\n.. autoexception:: {PACKAGE}.errors.{name}\n   :members:\n```\n"


def described(kind: type[Exception], sample: Sample) -> Iterator[str]:
    """Write one error: the builtins that catch it, its message, and what to do."""
    make, advice = sample
    builtins = [one.__name__ for one in kind.__mro__ if one.__module__ == "builtins"]
    named = [name for name in builtins if name not in ("Exception", "BaseException", "object")]
    if named and not issubclass(kind, Warning):
        yield f"Also caught as: `{named[0]}`.\n"
    if make is not None:
        yield f"```text\n{kind.__name__}: {make()}\n```\n"
    yield f"**What to do.** {advice}\n"
