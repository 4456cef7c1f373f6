"""How a draft writes numbers, names and caveats."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.asking.script import json_value, short_day, title_text
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ArgumentError, NoDataWarning
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.reporting.drafts import Draft, percent_text, section
from trackagoat_pandas.showing.cells import BLANK
from trackagoat_pandas.showing.recorder import Traced

pytestmark = pytest.mark.slow

NOW = pd.Timestamp("2026-06-15T11:00Z")


def draft_of(**frames: pd.DataFrame) -> Draft:
    traced = {name: Traced(frame, name) for name, frame in frames.items()}
    program = ProgramData("Goats", "p", NOW, "America/New_York", traced, {"goals": "too dear"})
    return Draft("goals", program, title="Goals")


def number_of(value: object, *args: object, **options: object) -> tuple[str, object]:
    made = draft_of().number("key", Traced(value, "value"), *args, **options)
    return made.text, made.value


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (pd.NA, None),
        (np.nan, None),
        (pd.NaT, None),
        (True, 1),
        (np.int64(7), 7),
        (np.float64(0.5), 0.5),
        ("a text", "a text"),
        (pd.Timestamp("2026-06-01"), "2026-06-01"),
        (pd.Timestamp("2026-06-01T12:00Z"), "2026-06-01T12:00:00+00:00"),
    ],
)
def test_values_are_kept_as_json_has_them(value: object, kept: object) -> None:
    assert json_value(value) == kept
    assert type(json_value(value)) is type(kept)


def test_numbers_are_written_as_the_package_writes_them() -> None:
    assert number_of(1_234_567) == ("1,234,567", 1_234_567)
    assert number_of(123_450, "money", currency="EUR") == ("€1,234.50", 123_450)
    assert number_of(-500, "money") == ("−$5.00", -500)
    assert number_of(0.998, "share") == (">99 %", 0.998)
    assert number_of(pd.Timestamp("2026-07-01"), "day") == ("Wed 1 Jul", "2026-07-01")
    # An instant is shown in the organization's time zone.
    assert number_of(NOW, "instant")[0] == "15 Jun 2026 07:00"
    assert number_of(pd.NA) == (BLANK, None)
    assert number_of("two\nlines\x1b", "text", text="two\nlines\x1b")[0] == "two lines"


def test_a_number_knows_its_section_its_code_and_its_basis() -> None:
    made = draft_of().number("open", Traced(3, "misses.shape[0]"), basis="settled")
    assert (made.key, made.code, made.basis) == ("goals.open", "misses.shape[0]", "settled")


def test_the_script_of_a_section_has_what_its_numbers_read() -> None:
    draft = draft_of()
    frame = draft.let("rows", Traced(pd.DataFrame({"n": [1, 2]}), "tgp.rows()"))
    draft.let("unused", frame["n"])
    draft.say(draft.number("sum", frame["n"].sum()), " goats.")
    code = draft.section().code
    assert "rows = tgp.rows()" in code
    assert "unused" not in code


def test_warnings_are_caveats_without_what_is_for_coders() -> None:
    def helper() -> int:
        warn(
            "goals: of 2 goals nothing is known: pass analytics=tgp.load_analytics(a)",
            NoDataWarning,
        )
        return 1

    draft = draft_of()
    draft.call("made", helper)
    draft.call("made", helper)
    assert draft.caveats == ["Of 2 goals nothing is known."]


def test_what_is_missing_is_the_reason() -> None:
    draft = draft_of()
    assert draft.is_without("goals")
    draft.say("This isn't said.")
    made = draft.section()
    assert (made.reason, made.sentences) == ("The goals are missing: too dear.", ())
    assert not draft_of(goals=pd.DataFrame()).is_without("goals")


def test_an_error_of_the_package_is_the_reason() -> None:
    @section("Money")
    def money(draft: Draft) -> None:
        draft.say("This isn't said.")
        raise ArgumentError("currency", "JPY", "it has no cents")

    made = money(draft_of().program)
    assert (made.name, made.title) == ("money", "Money")
    assert "JPY" in made.reason
    assert made.reason.endswith(".")
    assert made.sentences == ()


def test_other_errors_are_raised() -> None:
    @section("Money")
    def money(draft: Draft) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        money(draft_of().program)


def test_creators_are_named_by_their_handles() -> None:
    creators = pd.DataFrame({"id": ["a", "b"], "tiktok_handle": ["goat", None]})
    draft = draft_of(creators=creators)
    assert draft.handle("a") == "@goat"
    assert draft.handle("b", "other") == "a creator without a name"
    assert draft.handle("c", "@other") == "@other"
    assert draft_of().handle("a") == "a creator without a name"


def test_a_table_without_rows_is_left_out() -> None:
    draft = draft_of()
    draft.list("Goals", ("Goal",), [], numeric="-", of=0)
    draft.list("Goals", ("Goal", "Has"), [("a", "b")], numeric="-n", of=4)
    (made,) = draft.listings
    assert (made.more, [*made.numeric]) == (3, [False, True])


def test_texts_are_short() -> None:
    assert title_text("a" * 100) == f"“{'a' * 43}…”"
    assert title_text(pd.NA) == title_text(" ") == "a post without a title"
    assert short_day(pd.Timestamp("2026-07-01")) == "Wed 1 Jul"
    texts = [percent_text(one) for one in (0, 99.97, 100, 100.4, -99.5, 0.04)]
    assert texts == ["0 %", "99.9 %", "100 %", "100 %", "−99.5 %", "0.0 %"]
