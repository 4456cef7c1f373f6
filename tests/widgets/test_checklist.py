from __future__ import annotations

import ipywidgets

from trackagoat_pandas.widgets.checklist import MOST_CHIPS, CheckList, Chips, Pool

LETTERS = [(letter.upper(), letter) for letter in "abcdefghijklm"]


def checked(rows: CheckList) -> list[str]:
    """The labels of the boxes that are shown and checked."""
    boxes = zip(rows.boxes, rows.page, strict=False)
    assert all(box.description == label for box, (label, _) in boxes)
    return [label for box, (label, _) in zip(rows.boxes, rows.page, strict=False) if box.value]


class TestCheckList:
    def test_a_page_has_as_many_boxes_as_it_has_rows(self):
        rows = CheckList(LETTERS, page_rows=8)
        seen = [len(rows.pool.children)]
        assert rows.previous.disabled
        assert not rows.next.disabled
        rows.next.click()
        seen.append(len(rows.pool.children))
        assert seen == [8, 5]
        assert rows.place.value == "9 to 13 of 13"
        assert rows.next.disabled
        assert not rows.previous.disabled

    def test_rows_on_one_page_need_no_buttons_to_turn_it(self):
        rows = CheckList(LETTERS[:8], page_rows=8)
        assert rows.previous.layout.display is None
        assert rows.pager.layout.display == "none"
        rows.options = LETTERS
        assert rows.pager.layout.display is None

    def test_a_click_adds_to_what_other_pages_and_searches_hold(self):
        rows = CheckList(LETTERS, ["z", "b"], page_rows=4)
        rows.next.click()
        rows.boxes[1].value = True
        assert rows.value == ("z", "b", "f")
        rows.options = LETTERS[12:]
        rows.boxes[0].value = True
        assert rows.value == ("z", "b", "f", "m")
        rows.options = LETTERS
        assert checked(rows) == ["B"]

    def test_a_second_click_takes_only_that_row_away(self):
        rows = CheckList(LETTERS, ["c", "a", "b"])
        rows.boxes[0].value = False
        assert rows.value == ("c", "b")

    def test_a_value_set_from_code_checks_the_boxes_and_is_reported_once(self):
        rows, seen = CheckList(LETTERS), []
        rows.observe(lambda change: seen.append(change["new"]), "value")
        rows.value = ["b", "d"]
        assert checked(rows) == ["B", "D"]
        assert seen == [("b", "d")]

    def test_new_options_start_on_the_first_page_and_equal_ones_stay_where_they_are(self):
        rows = CheckList(LETTERS, page_rows=4)
        rows.next.click()
        rows.options = list(LETTERS)
        assert rows.page[0] == ("E", "e")
        rows.options = LETTERS[:12]
        assert rows.page[0] == ("A", "a")

    def test_turning_pages_checks_and_unchecks_nothing(self):
        rows = CheckList(LETTERS, ["a", "h"], page_rows=4)
        for button in (rows.next, rows.next, rows.next, rows.previous, rows.next):
            button.click()
        assert rows.value == ("a", "h")

    def test_select_all_keeps_what_is_hidden_and_clear_takes_all_away(self):
        rows = CheckList(LETTERS[:2], ["m"])
        assert rows.select_all.description == "Select all 2"
        rows.select_all.click()
        assert rows.value == ("m", "a", "b")
        rows.clear.click()
        assert rows.value == ()
        assert rows.clear.disabled

    def test_no_rows_leave_nothing_to_select(self):
        rows = CheckList()
        assert rows.page == []
        assert rows.pool.children == ()
        assert rows.select_all.disabled

    def test_the_heading_is_text(self):
        rows = CheckList(description="<b>")
        rows.describe("<i>")
        assert "&lt;b&gt;" in rows.counts.value
        assert "&lt;i&gt;" in rows.counts.value


def test_closing_a_pool_closes_parts_that_were_not_shown():
    boxes = [ipywidgets.Checkbox(), ipywidgets.Checkbox()]
    pool = Pool(boxes)
    pool.children = boxes[:1]
    pool.close()
    assert [part.comm for box in boxes for part in (box, box.layout, box.style)] == [None] * 6


class TestChips:
    def test_a_click_takes_away_what_the_chip_shows_now(self):
        gone = []
        chips = Chips(gone.append)
        chips.show([("A", "a"), ("B", "b")])
        chips.show([("B", "b")])
        chips.buttons[0].click()
        assert gone == ["b"]
        assert chips.buttons[0].tooltip == "Remove B"

    def test_a_click_that_comes_after_its_chip_is_gone_does_nothing(self):
        gone = []
        chips = Chips(gone.append)
        chips.show([("A", "a")])
        chips.show([])
        chips.buttons[0].click()
        assert gone == []
        assert chips.layout.display == "none"

    def test_eight_have_a_chip_and_the_others_are_counted(self):
        chips = Chips(print)
        chips.show(LETTERS)
        assert [chip.description for chip in chips.buttons] == [name for name, _ in LETTERS[:8]]
        assert chips.children == (*chips.buttons, chips.more)
        assert chips.more.value == f"and {13 - MOST_CHIPS} more"
        chips.show(LETTERS[:8], 1_008)
        assert chips.more.value == "and 1,000 more"
        chips.show(LETTERS[:8])
        assert chips.children == tuple(chips.buttons)
