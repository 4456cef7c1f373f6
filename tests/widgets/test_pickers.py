from __future__ import annotations

import datetime as dt
import gc
import json
import threading
import weakref
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.relays import Gate, Relay
from tests.widgets.doubles import REGISTRY, await_no_workers
from trackagoat_pandas.base.types import Metric
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
    NotFoundError,
)
from trackagoat_pandas.http.client import set_default
from trackagoat_pandas.widgets import (
    CampaignPicker,
    CreatorPicker,
    DateRangePicker,
    Explorer,
    GoalBoard,
    MetricPicker,
    ProjectPicker,
    VideoPicker,
)
from trackagoat_pandas.widgets.pickers import distinct, told_apart

PROJECT = "Q1 Brand Program"
RULES = {"a": "Retainer", "b": "Bonus", "c": "Bonus", "d": "Bonus"}
HOMES = {"a": "Spring", "b": "Spring", "c": "Spring", "d": "Summer"}
VERSIONS = {"a": "version 1", "b": "version 1", "c": "version 2", "d": "version 1"}


def uid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def creators(*handles: str, project: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [uid(100 + place) for place in range(len(handles))],
            "project_id": uid(project),
            "tiktok_handle": handles,
            "display_name": [f"Name of {handle}" for handle in handles],
        }
    )


def campaign(number: int, name: str, *items: tuple[str, int]) -> dict[str, str]:
    listed = [{"item_type": kind, "item_id": uid(id_)} for kind, id_ in items]
    return {"id": uid(number), "project_id": uid(1), "name": name, "items": json.dumps(listed)}


def shown(picker) -> list[str]:
    return [label for label, _ in picker.choices.page]


def tick(picker, *labels: str) -> None:
    """Click the check boxes of these labels, or of what they begin with."""
    for label in labels:
        boxes = zip(picker.choices.boxes, shown(picker), strict=False)
        [box] = [box for box, written in boxes if written.startswith(label)]
        assert box.description.startswith(label)
        box.value = not box.value


def enter(text) -> None:
    """Send what a browser sends for the Enter key."""
    content = {"method": "custom", "content": {"event": "submit"}}
    text.comm.handle_msg({"content": {"data": content}, "buffers": []})


def executed(code: str) -> dict[str, object]:
    names: dict[str, object] = {"tgp": tgp}
    exec(code, names)
    return names


class TestProjectPicker:
    PROJECTS = pd.DataFrame({"id": [uid(1), uid(2), uid(3)], "name": ["One", "Twin", "Twin"]})

    def test_none_is_all_projects_and_a_choice_sets_the_value_and_its_line(self):
        picker, seen = ProjectPicker(self.PROJECTS), []
        assert picker.value is None
        assert picker.choice.label == "All"
        assert executed(picker.code)["project"] is None
        picker.observe(lambda change: seen.append(change["new"]), "value")
        picker.choice.value = uid(1)
        assert picker.value == uid(1)
        assert seen == [uid(1)]
        assert executed(picker.code)["project"] == "One"

    def test_projects_of_one_name_differ_by_the_day_on_which_they_were_created(self):
        created = pd.to_datetime(["2026-01-05", "2026-02-06", "2026-03-07"], utc=True)
        picker = ProjectPicker(self.PROJECTS.assign(created_at=created), value=uid(2))
        assert [label for label, _ in picker.choice.options] == [
            "All", "One", "Twin (created 6 Feb 2026)", "Twin (created 7 Mar 2026)",
        ]  # fmt: skip
        assert executed(picker.code)["project"] == uid(2)

    def test_where_nothing_else_is_known_projects_of_one_name_differ_by_their_ids(self):
        labels = [label for label, _ in ProjectPicker(self.PROJECTS).choice.options]
        assert labels[2:] == ["Twin (00000002)", "Twin (00000003)"]

    def test_the_first_project_is_taken_where_a_board_needs_one(self):
        picker = ProjectPicker(self.PROJECTS, first=True)
        assert picker.value == uid(1)
        assert picker.choice.label == "One"
        assert "All" not in [label for label, _ in picker.choice.options]
        assert ProjectPicker(self.PROJECTS, value=uid(3), first=True).value == uid(3)

    def test_of_several_projects_the_newest_is_taken(self):
        created = pd.to_datetime(["2026-01-05", "2026-03-07", "2026-02-06"], utc=True)
        picker = ProjectPicker(self.PROJECTS.assign(created_at=created), first=True)
        assert picker.value == uid(2)

    def test_the_first_of_no_projects_is_none(self):
        picker = ProjectPicker(self.PROJECTS.iloc[:0], first=True)
        assert picker.value is None
        assert picker.choice.label == "Choose a project"

    def test_what_follows_hears_of_the_first_project_once(self, box):
        gate, seen = Gate(), []
        settings = {"rate_limit": None, "progress": False, "transport": Relay(box.app, gate)}
        with tgp.connect(box.key, base_url="http://127.0.0.1/api/v1", **settings) as client:
            picker = ProjectPicker(client=client, first=True)
            picker.observe(lambda change: seen.append(change["new"]), "value")
            assert picker.choice.label == "Choose a project"
            gate.let_go.set()
            picker.wait(60).reload()
            picker.wait(60)
        assert seen == [picker.value]
        assert picker.choice.label == "Always-On UGC"  # the newer ones have no creators

    def test_of_projects_without_creators_the_newest_is_taken_after_asking_for_five(self):
        days = pd.date_range("2026-01-01", periods=7, tz="UTC").strftime("%Y-%m-%dT00:00:00Z")
        listed = [
            {
                "id": uid(day),
                "name": f"P{day}",
                "org_id": uid(9),
                "created_at": at,
                "updated_at": at,
            }
            for day, at in enumerate(days, 1)
        ]
        app = Canned({"/projects": listed, "/creators": []})
        with connect_to(app) as client:
            assert ProjectPicker(client=client, first=True).wait(60).value == uid(7)
        asked = [query["project_id"] for path, query in app.asked if path == "/creators"]
        assert asked == [uid(7), uid(6), uid(5), uid(4), uid(3)]

    def test_a_hostile_name_is_a_text_in_the_line(self):
        name = 'a"\\\n__import__("os")'
        picker = ProjectPicker(pd.DataFrame({"id": [uid(1)], "name": [name]}), value=uid(1))
        assert executed(picker.code)["project"] == name

    def test_a_value_that_is_gone_is_named_and_stays_as_it_does_when_another_is_refused(self):
        picker = ProjectPicker(self.PROJECTS, value=uid(9))
        assert picker.value == uid(9)
        assert f"{uid(9)} is not among the projects" in picker.message.value
        with pytest.raises(ArgumentError, match="UUID"):
            picker.value = "One"
        assert picker.value == picker.choice.value == uid(9)

    def test_it_loads_what_a_loader_takes_and_survives_a_reload(self, client):
        picker = ProjectPicker(client=client).wait(60)
        picker.value = picker.frame["id"].iloc[-1]
        loaded = tgp.load_creators(picker.value, client=client)
        named = tgp.load_creators(executed(picker.code)["project"], client=client)
        assert len(loaded) == len(named)
        picker.reload()
        assert picker.wait(60).value == picker.frame["id"].iloc[-1]
        assert picker.choice.value == picker.value

    def test_a_frame_without_names_and_what_is_no_client_are_refused(self):
        with pytest.raises(MissingColumnError, match=r"no columns? .*'name'.*load_projects"):
            ProjectPicker(pd.DataFrame({"id": []}))
        with pytest.raises(ArgumentTypeError, match="client"):
            ProjectPicker(client="tga")


class TestCreatorPicker:
    PEOPLE = creators("zoe", "Álva.goat", "ben", "mia")

    def test_creators_stand_in_the_order_of_their_handles(self):
        assert [label.split(" ")[0] for label in shown(CreatorPicker(self.PEOPLE))] == [
            "@ben", "@mia", "@zoe", "@Álva.goat",
        ]  # fmt: skip

    @pytest.mark.parametrize("words", ["alva", "ÁLVA", "@alva", "  alva.g ", "NAME OF Á"])
    def test_a_search_folds_case_accents_and_the_at_sign(self, words):
        picker = CreatorPicker(self.PEOPLE)
        picker.search.value = words
        assert [label.split(" ")[0] for label in shown(picker)] == ["@Álva.goat"]
        assert "1 of 4 found" in picker.counts.value

    def test_a_click_sets_an_immutable_value_that_a_loader_takes(self):
        picker = CreatorPicker(self.PEOPLE)
        tick(picker, "@ben", "@mia")
        assert picker.value == (uid(102), uid(103))
        assert executed(picker.code)["creators"] == [uid(102), uid(103)]
        assert "@ben" in picker.code

    def test_a_click_never_drops_an_earlier_choice(self):
        picker = CreatorPicker(self.PEOPLE, value=[uid(102)])
        picker.search.value = "zoe"
        tick(picker, "@zoe")
        assert picker.value == (uid(102), uid(100))
        picker.search.value = ""
        assert [box.description[:4] for box in picker.choices.boxes if box.value] == [
            "@ben", "@zoe",
        ]  # fmt: skip
        tick(picker, "@ben")
        assert picker.value == (uid(100),)

    def test_each_choice_is_a_chip_that_takes_it_away_whatever_the_search_shows(self):
        picker = CreatorPicker(self.PEOPLE, value=[uid(102), uid(100)])
        picker.search.value = "mia"
        chips = picker.chips.buttons
        assert [chip.description for chip in chips[:2]] == ["@ben", "@zoe"]
        chips[0].click()
        assert picker.value == (uid(100),)
        assert [chip.description for chip in picker.chips.children] == ["@zoe"]

    def test_choices_that_begin_alike_have_chips_that_differ(self):
        people = creators("ann", "ann").assign(display_name=["Ann A", "Ann B"])
        picker = CreatorPicker(people, value=people)
        assert [chip.description for chip in picker.chips.children] == [
            "@ann · Ann A",
            "@ann · Ann B",
        ]

    def test_no_choice_is_called_all_where_it_stands_for_all(self):
        assert "All 4" in CreatorPicker(self.PEOPLE, none_is_all=True).counts.value
        picker = CreatorPicker(self.PEOPLE)
        assert "none selected" in picker.counts.value
        picker.value = [uid(100)]
        assert "1 of 4 selected" in picker.counts.value

    def test_a_handle_that_is_in_two_projects_has_the_project_beside_it(self):
        twice = creators("zoe", "zoe").assign(
            project_id=[uid(1), uid(2)], project_name=["One", "Two"], display_name="Zoe"
        )
        assert shown(CreatorPicker(twice)) == ["@zoe · Zoe (One)", "@zoe · Zoe (Two)"]

    def test_select_all_takes_all_that_are_found_and_clear_takes_none(self):
        picker = CreatorPicker(self.PEOPLE)
        picker.search.value = "a"
        assert picker.select_all.description == "Select all 4"
        picker.search.value = "i"
        picker.select_all.click()
        assert picker.value == (uid(103),)
        picker.clear.click()
        assert picker.value == ()

    def test_enter_takes_the_only_one_that_is_left(self):
        picker = CreatorPicker(self.PEOPLE)
        for words, expected in (("o", ()), ("zoe", (uid(100),))):
            picker.search.value = words
            enter(picker.search)
            assert picker.value == expected

    def test_a_campaign_narrows_to_the_creators_of_its_whole_tree(self):
        campaigns = pd.DataFrame(
            [
                campaign(1, "Top", ("campaign", 2), ("creator", 100)),
                campaign(2, "Sub", ("creator", 102), ("campaign", 1), ("video", 5)),
            ]
        )
        picker = CreatorPicker(self.PEOPLE, campaigns=campaigns)
        picker.campaign.value = uid(1)
        assert [label.split(" ")[0] for label in shown(picker)] == ["@ben", "@zoe"]
        picker.campaign.value = ""
        assert len(shown(picker)) == 4

    def test_where_daily_values_are_known_each_has_its_curve(self):
        days = pd.date_range("2026-05-01", periods=3)
        values = pd.DataFrame({
            "entity_id": [uid(100)] * 3 + [uid(102)] * 3, "metric": "views", "date": [*days] * 2,
            "value": [1.0, 2.0, 3.0, 5.0, 5.0, 5.0], "series_kind": "main", "is_partial": False,
        })  # fmt: skip
        picker = CreatorPicker(self.PEOPLE, analytics=values)
        curves = ["polyline" in picture.value for picture in picker.choices.pictures[:4]]
        assert curves == [True, False, True, False]  # ben, mia, zoe, Álva

    def test_a_line_break_in_a_name_stays_in_the_comment(self):
        people = creators("ann").assign(display_name="a\nimport os")
        assert executed(CreatorPicker(people, value=[uid(100)]).code)["creators"] == [uid(100)]

    def test_nulls_an_odd_index_and_nobody_at_all_are_survived(self):
        people = self.PEOPLE.set_index(pd.Index([7, 7, 3, 3])).assign(display_name=None)
        people.iloc[0, people.columns.get_loc("tiktok_handle")] = None
        assert len(shown(CreatorPicker(people))) == 4
        nobody = CreatorPicker(self.PEOPLE.iloc[:0])
        assert shown(nobody) == []
        assert "no creators here" in nobody.counts.value

    def test_a_project_picker_narrows_a_given_frame_and_what_is_gone_stays_chosen(self):
        people = pd.concat([creators("ann"), creators("bob", project=2).assign(id=uid(200))])
        project = ProjectPicker(pd.DataFrame({"id": [uid(1), uid(2)], "name": ["One", "Two"]}))
        picker = CreatorPicker(people, project=project, value=[uid(100)])
        assert len(shown(picker)) == 2
        project.value = uid(2)
        assert shown(picker) == ["@bob · Name of bob"]
        assert picker.value == (uid(100),)
        assert "no longer among the creators: @ann" in picker.message.value

    def test_a_project_picker_feeds_it_through_its_client(self, client):
        project = ProjectPicker(client=client).wait(60)
        picker = CreatorPicker(project=project).wait(60)
        everyone = len(picker.frame)
        project.value = project.frame["id"].iloc[-1]
        assert 0 < len(picker.wait(60).frame) < everyone
        series = tgp.load_analytics(
            "creator", picker.frame["id"].head(1), "views", dates="2026-05-01", client=client
        )
        assert len(series) == 1

    def test_a_keystroke_among_3000_shows_one_page(self):
        picker = CreatorPicker(creators(*(f"goat{number:04}" for number in range(3_000))))
        for words in ("g", "go", "goat1", "goat12"):
            picker.search.value = words
            assert len(shown(picker)) <= picker.page_rows
        assert "100 of 3,000 found" in picker.counts.value
        picker.search.value = ""
        assert len(shown(picker)) == picker.page_rows
        assert picker.choices.place.value == "1 to 8 of 3,000"


class TestCampaignPicker:
    def test_campaigns_stand_beneath_those_that_hold_them(self):
        rows = [
            campaign(3, "Leaf"),
            campaign(1, "Root", ("campaign", 2), ("creator", 9)),
            campaign(2, "Branch", ("campaign", 3)),
        ]
        picker = CampaignPicker(pd.DataFrame(rows))
        assert shown(picker) == ["Root", "\u2003Branch", "\u2003\u2003Leaf"]

    def test_cycles_and_shared_children_stand_once(self):
        rows = [
            campaign(1, "A", ("campaign", 2)),
            campaign(2, "B", ("campaign", 1), ("campaign", 3)),
            campaign(3, "C"),
            campaign(4, "D", ("campaign", 3), ("campaign", 99)),
        ]
        names = [label.strip() for label in shown(CampaignPicker(pd.DataFrame(rows)))]
        assert sorted(names) == ["A", "B", "C", "D"]

    def test_campaigns_of_one_name_have_their_project_beside_them(self):
        rows = pd.DataFrame([campaign(1, "A"), campaign(2, "Unboxed"), campaign(3, "Unboxed")])
        rows["project_name"] = ["One", "One", "Two"]
        assert shown(CampaignPicker(rows)) == ["A", "Unboxed (One)", "Unboxed (Two)"]

    def test_campaigns_of_all_projects_can_be_told_apart(self, client):
        picker = CampaignPicker(client=client).wait(60)
        labels = [label for label, _ in picker.choices.options]
        assert "Unboxed (Summer Launch)" in labels
        assert len(set(labels)) == len(labels)

    def test_its_value_is_what_a_loader_takes(self, client):
        picker = CampaignPicker(project=PROJECT, client=client).wait(60)
        picker.choices.boxes[0].value = True
        views = tgp.load_analytics(
            "campaign", picker.value, "views", dates="2026-05", client=client
        )
        assert len(views) == 31
        assert executed(picker.code)["campaigns"] == list(picker.value)


class TestVideoPicker:
    VIDEOS = pd.DataFrame(
        {
            "id": [uid(number) for number in range(60)],
            "project_id": uid(1),
            "creator_id": [uid(100 + number % 2) for number in range(60)],
            "title": [None, *(f"Goat yoga {number}" for number in range(1, 60))],
            "url": [f"https://www.tiktok.com/@zoe/video/72{number:017}" for number in range(60)],
            "tiktok_video_id": [f"72{number:017}" for number in range(60)],
            "posted_at": pd.date_range("2026-05-01", periods=60, tz="UTC"),
        }
    )

    def test_the_newest_come_first_8_to_a_page(self):
        picker = VideoPicker(self.VIDEOS)
        assert len(shown(picker)) == 8
        assert shown(picker)[0] == "Goat yoga 59 · @zoe · 29 Jun 2026"
        for _ in range(7):
            picker.next.click()
        assert shown(picker)[-1] == "(no title) · @zoe · 1 May 2026"
        assert picker.next.disabled
        assert picker.choices.place.value == "57 to 60 of 60"

    def test_a_video_has_its_whole_title_its_creator_and_its_views(self):
        title = "get ready with me\nand 40 goats, " + "a herd " * 10 + "and me"
        videos = self.VIDEOS.head(3).assign(
            title=[title, "x" * 4_000, None], view_count=pd.array([1_234_567, 0, None], "Int64"),
            url="https://www.tiktok.com/@thelazygoat/video/1",
        )  # fmt: skip
        nothing, long, whole = shown(VideoPicker(videos))
        words = " ".join(title.split())
        assert whole == f"{words} · @thelazygoat · 1.2M views · 1 May 2026"
        assert long == f"{'x' * 150}… · @thelazygoat · 0 views · 2 May 2026"
        assert nothing == "(no title) · @thelazygoat · 3 May 2026"

    def test_a_video_without_day_or_address_is_shown_by_its_title(self):
        posted_at = pd.to_datetime([None], utc=True)
        videos = self.VIDEOS.tail(1).assign(url=None, posted_at=posted_at)
        assert shown(VideoPicker(videos)) == ["Goat yoga 59"]

    def test_a_day_is_that_of_the_columns_zone_even_if_it_has_no_midnight(self):
        posted_at = pd.to_datetime(["2018-11-04T12:00Z"]).tz_convert("America/Sao_Paulo")
        picker = VideoPicker(self.VIDEOS.tail(1).assign(posted_at=posted_at))
        assert shown(picker) == ["Goat yoga 59 · @zoe · 4 Nov 2018"]

    def test_what_other_pages_hold_stays_chosen(self):
        picker = VideoPicker(self.VIDEOS)
        tick(picker, "Goat yoga 59")
        picker.next.click()
        tick(picker, "Goat yoga 50")
        assert picker.value == (uid(59), uid(50))
        picker.previous.click()
        assert [box.value for box in picker.choices.boxes] == [True, *[False] * 7]

    @pytest.mark.parametrize("words", ["yoga 41", "7200000000000000041"])
    def test_a_search_looks_at_title_and_tiktoks_id(self, words):
        picker = VideoPicker(self.VIDEOS)
        picker.search.value = words
        assert len(shown(picker)) == 1

    def test_a_creator_picker_narrows_it(self):
        people = CreatorPicker(creators("zoe", "ben"))
        picker = VideoPicker(self.VIDEOS, creators=people)
        people.value = [uid(101)]
        assert "30 of 60 found" in picker.counts.value
        people.value = ()
        assert "found" not in picker.counts.value
        assert len(picker.choices.options) == 60

    def test_a_frame_of_creators_names_them_and_one_of_them_narrows_it(self):
        picker = VideoPicker(self.VIDEOS, creators=creators("mia", "ben"))
        assert [label for label, _ in picker.creator.options] == ["All 2", "@ben", "@mia"]
        picker.creator.value = uid(101)
        assert "30 of 60 found" in picker.counts.value
        assert VideoPicker(self.VIDEOS).creator.options[1][0] == "@zoe (00000064)"
        with pytest.raises(ArgumentTypeError, match="the frame of load_creators, a CreatorPicker"):
            VideoPicker(self.VIDEOS, creators=["mia"])

    def test_another_order_keeps_the_chosen_creator(self):
        picker = VideoPicker(self.VIDEOS.assign(view_count=pd.array(range(60), "Int64")))
        picker.creator.value = uid(101)
        picker.order.value = "view_count"
        assert picker.creator.value == uid(101)
        assert "30 of 60 found" in picker.counts.value

    def test_it_sorts_by_views_where_they_are_known(self):
        views = pd.array([*range(30), *[None] * 30], "Int64")
        picker = VideoPicker(self.VIDEOS.assign(view_count=views))
        assert shown(picker)[0].startswith("Goat yoga 59")
        picker.order.value = "view_count"
        assert [label.split(" · ")[0] for label in shown(picker)[:2]] == [
            "Goat yoga 29", "Goat yoga 28",
        ]  # fmt: skip
        assert VideoPicker(self.VIDEOS).order.layout.display == "none"

    def test_each_has_its_cover_or_a_tile(self):
        covers = ["https://covers.example/1.jpg", "javascript:alert(1)", None]
        picker = VideoPicker(self.VIDEOS.tail(3).assign(thumbnail_url=covers[::-1]))
        html = [picture.value for picture in picker.choices.pictures[:3]]
        assert "url(&quot;https://covers.example/1.jpg&quot;)" in html[0]
        assert html[1] == html[2] == "<span class='trackagoat-cover'><i>Z</i></span>"

    def test_a_keystroke_among_150000_is_counted(self):
        many = self.VIDEOS.loc[np.arange(150_000) % 60].assign(
            id=[uid(number) for number in range(150_000)]
        )
        picker = VideoPicker(many)
        picker.search.value = "yoga 41"
        assert "2,500 of 150,000 found" in picker.counts.value


class TestMetricPicker:
    def test_the_value_is_in_the_order_of_the_list(self):
        picker = MetricPicker("likes")
        tick(picker, "Views")
        assert picker.value == ("views", "likes")
        assert executed(picker.code)["metrics"] == ["views", "likes"]

    def test_all_metrics_are_in_sight_and_none_is_said(self):
        picker = MetricPicker()
        assert len(shown(picker)) == len(picker.choices.options) > 8
        assert "none selected" not in picker.choices.counts.value
        picker.choices.clear.click()
        assert picker.value == ()
        assert "none selected" in picker.choices.counts.value

    def test_it_offers_all_that_load_analytics_takes(self):
        offered = [metric for _, metric in MetricPicker().choices.options]
        assert offered == list(get_args(Metric))

    def test_a_video_has_fewer(self):
        offered = [metric for _, metric in MetricPicker(entity="video").choices.options]
        assert "posts_per_week" not in offered
        with pytest.raises(ChoiceError, match="posts_per_week"):
            MetricPicker("posts_per_week", entity="video")

    def test_every_metric_that_it_offers_of_a_video_is_loaded(self, client):
        videos = tgp.load_videos(PROJECT, client=client)["id"].tail(1)
        metrics = [metric for _, metric in MetricPicker(entity="video").choices.options]
        loaded = tgp.load_analytics(
            "video", videos, metrics, dates="2026-05-01", base_metric="views", client=client
        )
        assert set(loaded["metric"]) == set(metrics)


class TestDateRangePicker:
    def picker(self, value="last 30 days", **options):
        return DateRangePicker(value, today="2026-06-15", **options)

    @pytest.mark.parametrize(
        ("preset", "first"),
        [
            ("last 7 days", "2026-06-09"),
            ("last 30 days", "2026-05-17"),
            ("last 90 days", "2026-03-18"),
            ("this month", "2026-06-01"),
        ],
    )
    def test_a_preset_is_a_range_up_to_today_and_a_line_that_moves_on(self, preset, first):
        picker = self.picker("yesterday")
        picker.choice.value = preset
        assert picker.value == tgp.DateRange(first, "2026-06-15")
        assert executed(picker.code)["dates"] == preset
        assert picker.begin.value == dt.date.fromisoformat(first)

    @pytest.mark.parametrize("words", ["last quarter", "last 12 months", "since 2026-05-01"])
    def test_a_relative_range_in_words_stays_words(self, words):
        picker = self.picker(words)
        assert picker.value == tgp.DateRange.parse(words, today="2026-06-15")
        assert executed(picker.code)["dates"] == picker.choice.value == words

    def test_other_days_are_in_the_list_in_words(self):
        picker = self.picker("April 2026")
        assert picker.value == tgp.DateRange("2026-04-01", "2026-04-30")
        assert picker.choice.label == "1 Apr to 30 Apr 2026"
        assert executed(picker.code)["dates"] == picker.value
        picker.choice.value = "last 7 days"
        assert "1 Apr to 30 Apr 2026" not in [label for label, _ in picker.choice.options]

    def test_the_month_before_is_a_preset(self):
        picker = self.picker("last 7 days")
        picker.choice.value = "last month"
        assert picker.value == tgp.DateRange("2026-05-01", "2026-05-31")

    @pytest.mark.parametrize(
        ("days", "label"),
        [
            (("2026-05-17", "2026-06-15"), "Last 30 days"),
            (("2026-06-01", "2026-06-15"), "This month"),
            (("2026-02-01", "2026-06-15"), "All loaded days"),
        ],
    )
    def test_the_days_of_a_preset_have_its_name_but_do_not_move(self, days, label):
        picker = self.picker(days, earliest="2026-02-01")
        assert picker.choice.label == label
        assert executed(picker.code)["dates"] == tgp.DateRange(*days)
        picker.offer(today=dt.date(2026, 6, 20), earliest=dt.date(2026, 2, 1))
        assert picker.value == tgp.DateRange(*days)
        assert picker.choice.label != label

    def test_all_time_begins_with_the_earliest_day(self):
        picker = self.picker(earliest="2025-11-07")
        picker.choice.value = "all time"
        assert picker.value == tgp.DateRange("2025-11-07", "2026-06-15")
        assert executed(picker.code)["dates"] == picker.value

    def test_without_an_earliest_day_all_time_is_not_offered(self):
        assert "all time" not in [value for _, value in self.picker().choice.options]
        with pytest.raises(ArgumentError, match="`earliest` is required"):
            self.picker("all time")

    def test_all_time_that_is_not_offered_any_more_is_its_days(self):
        picker = self.picker("all time", earliest="2026-02-01")
        picker.offer(today=dt.date(2026, 6, 20), earliest=None)
        assert picker.value == tgp.DateRange("2026-02-01", "2026-06-15")
        assert picker.choice.label == "1 Feb to 15 Jun 2026"

    def test_free_days_are_a_range_whose_repr_can_be_typed(self):
        picker = self.picker()
        picker.begin.value = dt.date(2026, 5, 1)
        assert picker.value == tgp.DateRange("2026-05-01", "2026-06-15")
        assert picker.choice.label == "1 May to 15 Jun 2026"
        assert executed(picker.code)["dates"] == picker.value

    def test_a_first_day_after_the_last_and_a_missing_one_are_said_and_change_nothing(self):
        picker = self.picker()
        before = picker.value
        picker.begin.value = dt.date(2026, 7, 1)
        assert "the first day must not come after the last" in picker.message.value
        assert picker.value == before
        picker.end.value = dt.date(2026, 7, 2)
        assert picker.value == tgp.DateRange("2026-07-01", "2026-07-02")
        assert "must not" not in picker.message.value
        picker.end.value = None
        assert "both a first and a last day" in picker.message.value

    @pytest.fixture
    def default(self, client):
        before = set_default(client)
        yield client
        set_default(before)

    def test_the_servers_day_is_there_when_the_next_line_reads_a_relative_range(self, client):
        assert DateRangePicker("last 7 days", client=client).value.last == dt.date(2026, 6, 15)

    def test_without_a_client_the_default_one_says_what_day_it_is(self, default):
        picker = DateRangePicker("last 7 days")
        assert picker.value.last == dt.date(2026, 6, 15)
        assert ("All time", "all time") in picker.wait(60).choice.options

    def test_days_that_are_given_load_nothing_from_the_default_client(self, default):
        sent = default.requests_sent
        picker = DateRangePicker("all time", earliest="2026-02-01", today="2026-06-10")
        assert picker.value == tgp.DateRange("2026-02-01", "2026-06-10")
        assert picker.state == "idle"
        assert default.requests_sent == sent

    def test_until_the_servers_day_is_there_the_status_line_says_so(self, box):
        gate = Gate()
        settings = {"rate_limit": None, "progress": False, "transport": Relay(box.app, gate)}
        with tgp.connect(box.key, base_url="http://127.0.0.1/api/v1", **settings) as client:
            picker = DateRangePicker("last 7 days", client=client, timeout_s=0.05)
            fixed = DateRangePicker("2026-02", client=client)
            assert "day is not known yet" in picker.message.value
            assert "day is not known yet" not in fixed.message.value
            gate.let_go.set()
            assert picker.wait(60).value.last == dt.date(2026, 6, 15)
            assert "day is not known yet" not in picker.message.value
            fixed.wait(60)

    def test_the_servers_day_moves_a_relative_range_and_leaves_a_fixed_one(self, client):
        picker = DateRangePicker("last 7 days", client=client).wait(60)
        assert picker.value.last == dt.date(2026, 6, 15)
        assert ("All time", "all time") in picker.choice.options
        fixed = DateRangePicker("2026-02", client=client).wait(60)
        assert fixed.value == tgp.DateRange("2026-02-01", "2026-02-28")


@pytest.mark.parametrize("wrong", ["someday", 5, [None], [5], None])
@pytest.mark.parametrize(
    "make",
    [
        lambda: CreatorPicker(TestCreatorPicker.PEOPLE, value=[uid(100)]),
        MetricPicker,
        lambda: DateRangePicker("2026-05"),
    ],
    ids=["creators", "metrics", "dates"],
)
def test_a_wrong_value_is_refused_and_changes_nothing(make, wrong):
    picker = make()
    before = picker.value
    with pytest.raises((ArgumentError, ArgumentTypeError, ChoiceError), match=r"value|dates"):
        picker.value = wrong
    assert picker.value == before


def test_an_error_shows_its_sentence_and_trying_again_helps():
    app = Canned({"/projects": 404})
    with connect_to(app) as client:
        picker = ProjectPicker(client=client)
        with pytest.raises(NotFoundError, match="404"):
            picker.wait(60)
        assert picker.state == "failed"
        assert "404" in picker.message.value
        app.rules["/projects"] = {"data": [], "error": None, "meta": None}
        picker.retry_button.click()
        picker.wait(60)
        assert picker.state == "idle"
        assert picker.error is None


def test_a_cancelled_load_leaves_what_was_there_and_no_thread(box):
    gate = Gate()
    gate.let_go.set()
    settings = {"rate_limit": None, "progress": False, "transport": Relay(box.app, gate)}
    with tgp.connect(box.key, base_url="http://127.0.0.1/api/v1", **settings) as client:
        picker = ProjectPicker(client=client).wait(60)
        before = picker.frame
        gate.let_go.clear()
        picker.reload()
        gate.await_held()
        assert picker.state == "running"
        assert picker.cancel_button.layout.display is None
        picker.cancel_button.click()
        assert picker.state == "cancelled"
        gate.let_go.set()
        await_no_workers()
        assert picker.frame is before


@pytest.mark.filterwarnings("ignore:creators. the server left out:Warning")
def test_a_newer_load_takes_the_place_of_an_older_one():
    answers = {uid(1): "old", uid(2): "new"}
    release = threading.Event()

    def listed(query):
        if query["project_id"] == uid(1):
            release.wait(60)
        return [
            {
                "id": uid(100),
                "project_id": query["project_id"],
                "tiktok_handle": answers[query["project_id"]],
            }
        ]

    with connect_to(Canned({"/creators": listed, "/campaigns": []})) as client:
        projects = pd.DataFrame({"id": [uid(1), uid(2)], "name": ["One", "Two"]})
        project = ProjectPicker(projects, value=uid(1))
        picker = CreatorPicker(project=project, client=client)
        project.value = uid(2)
        picker.wait(60)
        assert picker.frame["tiktok_handle"].tolist() == ["new"]
        release.set()
        await_no_workers()
        assert picker.frame["tiktok_handle"].tolist() == ["new"]


def test_waiting_too_long_is_an_error():
    gate = Gate()
    app = Relay(Canned({"/projects": []}), gate)
    with connect_to(app) as client:
        picker = ProjectPicker(client=client)
        with pytest.raises(TimeoutError, match="still loading"):
            picker.wait(0.05)
        gate.let_go.set()


@pytest.mark.parametrize(
    "make",
    [
        lambda: ProjectPicker(TestProjectPicker.PROJECTS),
        lambda: CreatorPicker(TestCreatorPicker.PEOPLE),
        lambda: CampaignPicker(pd.DataFrame([campaign(1, "A")])),
        lambda: VideoPicker(TestVideoPicker.VIDEOS),
        MetricPicker,
        lambda: DateRangePicker(today="2026-06-15"),
    ],
    ids=["project", "creators", "campaigns", "videos", "metrics", "dates"],
)
def test_closing_takes_every_part_out_of_memory(make):
    before = len(REGISTRY)
    picker = make()
    picker.close()
    picker.close()
    gc.collect()
    assert len(REGISTRY) == before


def test_clicks_leave_nothing_behind_and_choose_once():
    picker, chosen = CreatorPicker(TestCreatorPicker.PEOPLE), []
    made = len(REGISTRY)
    picker.observe(chosen.append, "value")
    for _ in range(3):
        picker.search.value = "zoe"
        picker.select_all.click()
        picker.search.value = ""
        picker.clear.click()
    assert len(REGISTRY) == made
    assert len(chosen) == 6


@pytest.mark.parametrize(
    "follow",
    [
        lambda project, client: CreatorPicker(TestCreatorPicker.PEOPLE, project=project),
        lambda project, client: GoalBoard(project=project, client=client),
        lambda project, client: Explorer(project=project, client=client),
    ],
)
def test_what_followed_a_picker_is_forgotten_by_it_once_closed(follow):
    project = ProjectPicker(TestProjectPicker.PROJECTS, value=uid(1))
    with connect_to(Canned({})) as client:
        follower = follow(project, client)
        await_no_workers()
        gone = weakref.ref(follower)
        follower.close()
        del follower
    gc.collect()
    assert gone() is None


def test_a_page_without_widgets_shows_the_line():
    assert repr(MetricPicker()) == '<MetricPicker: metrics = ["views"]>'


def test_only_names_that_are_shared_are_told_apart():
    assert told_apart(RULES, VERSIONS, HOMES)["a"] == "Retainer"


def test_a_fact_is_added_only_where_it_tells_something_apart():
    assert told_apart({"b": "Bonus", "c": "Bonus"}, HOMES, VERSIONS) == {
        "b": "Bonus (version 1)", "c": "Bonus (version 2)",
    }  # fmt: skip


def test_facts_are_added_until_all_names_differ():
    assert told_apart(RULES, HOMES, VERSIONS) == {
        "a": "Retainer",
        "b": "Bonus (Spring, version 1)",
        "c": "Bonus (Spring, version 2)",
        "d": "Bonus (Summer)",
    }


@pytest.mark.parametrize("facts", [[], [{"b": "Spring", "c": "Spring"}]])
def test_an_id_is_the_last_resort(facts):
    assert told_apart({"b" * 9: "Bonus", "c" * 9: "Bonus"}, *facts) == {
        "b" * 9: "Bonus (bbbbbbbb)", "c" * 9: "Bonus (cccccccc)",
    }  # fmt: skip


def test_ids_that_begin_alike_are_written_whole():
    ids = ["12345678-1", "12345678-2"]
    assert told_apart(dict.fromkeys(ids, "Bonus")) == {id_: f"Bonus ({id_})" for id_ in ids}


def test_who_alone_has_no_fact_keeps_the_name():
    assert told_apart({"b": "Bonus", "c": "Bonus"}, {"c": "Summer"}) == {
        "b": "Bonus", "c": "Bonus (Summer)",
    }  # fmt: skip


def test_pairs_stand_in_the_order_of_their_names():
    assert distinct({"z": "Ann", "a": "Zoe"}) == [("Ann", "z"), ("Zoe", "a")]
