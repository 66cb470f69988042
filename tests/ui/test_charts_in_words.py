"""Charts that take no keyboard say in words what they show."""

from pytestqt.qtbot import QtBot

from fal_studio.core.realtime.figures import Quantiles, Trip
from fal_studio.ui.realtime.chart import TripBars


def test_the_spread_of_round_trips_is_told_bar_by_bar(qtbot: QtBot) -> None:
    bars = TripBars()
    qtbot.addWidget(bars)
    assert bars.words() == "no round trip yet"
    trips = [Trip(number, number, ms) for number, ms in enumerate((100.0, 100.0, 300.0))]
    bars.show_trips(trips, Quantiles(100.0, 290.0, 300.0))
    words = bars.words()
    assert words.startswith("2 from 100 to ")
    assert ", 1 from " in words
    assert words.endswith("half within 100 ms, 95 % 290, 99 % 300")
