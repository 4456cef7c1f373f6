"""The page of a board that shows the answer to a question, and its code: a call of ``ask``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trackagoat_pandas.asking.catalogue import ask
from trackagoat_pandas.asking.kernel import Answer, Question
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.widgets.board import HEIGHT_IN, View, without_picture


def asked(question: Question, frames: Mapping[str, Traced], **given: Any) -> Traced:
    """Ask a question about those of some frames that it reads."""
    read = {name: frames[name] for name in question.loaded if name in frames}
    return call(ask, question.name, frames=read, **given)


def answer_view(recorder: Recorder, found: Traced, zone: str, currency: str = "USD") -> View:
    """List the rows of an answer below their picture."""
    answer: Answer = found.value
    found = recorder.let("answer", found)
    frame = recorder.let("frame", found.rows.reset_index() if answer.count else found.rows)
    plot, height_in, picture = without_picture, HEIGHT_IN, answer.picture
    if picture is not None:
        recorder.let("ax", Traced(picture, f"{found.code}.plot()"))
        plot, height_in = picture.draw, max(picture.height_in, HEIGHT_IN)
    columns = [name for name in answer.question.fields.split() if name in frame.value.columns]
    return View(
        recorder, frame, plot, columns, height_in, zone, currency=currency, empty=answer.finding
    )
