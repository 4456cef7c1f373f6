"""Widgets: pickers and boards of stock ipywidgets, each with one value, frame or figure."""

from typing import NoReturn

from trackagoat_pandas._homes import place_of
from trackagoat_pandas.errors import UnknownNameError
from trackagoat_pandas.widgets.alerts_board import AlertsBoard
from trackagoat_pandas.widgets.campaign_board import CampaignBoard
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.goal_board import GoalBoard
from trackagoat_pandas.widgets.health_board import HealthBoard
from trackagoat_pandas.widgets.home import Home
from trackagoat_pandas.widgets.payout_board import PayoutBoard
from trackagoat_pandas.widgets.pickers import DateRangePicker, MetricPicker, ProjectPicker
from trackagoat_pandas.widgets.posting_board import PostingBoard
from trackagoat_pandas.widgets.row_pickers import CampaignPicker, CreatorPicker, VideoPicker
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar
from trackagoat_pandas.widgets.video_board import VideoBoard

__all__ = [
    "AlertsBoard",
    "CampaignBoard",
    "CampaignPicker",
    "CreatorPicker",
    "DateRangePicker",
    "Explorer",
    "GoalBoard",
    "HealthBoard",
    "Home",
    "MetricPicker",
    "PayoutBoard",
    "PostingBoard",
    "ProjectPicker",
    "SentimentRadar",
    "VideoBoard",
    "VideoPicker",
]


def __getattr__(name: str) -> NoReturn:
    raise UnknownNameError(__name__, name, __all__, place=place_of(name))


def __dir__() -> list[str]:
    return __all__
