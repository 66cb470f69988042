"""A failure card has room for all it says, however narrow it is."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.failure_card import CardAction, CardFact, FailureCard

LINE = (
    "Nobody closed it in good order: usually that is the network, a proxy, or a runner that died. "
    "Start it again; what has arrived is kept. It may be charged."
)
FACTS = [CardFact(name, "The network", "", "sent, no bill came back") for name in "abcde"]


@pytest.mark.parametrize("width", [380, 560, 900])
def test_nothing_is_cut_off(theme: Theme, qtbot: QtBot, width: int) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    column = QVBoxLayout(place)
    card = FailureCard("The stream broke off after 2 events", LINE, FACTS, [CardAction("a", "Events")])
    column.addWidget(card)
    column.addStretch(1)
    place.resize(width, 700)
    with qtbot.waitExposed(place):
        place.show()
    inner = card.layout()
    assert inner is not None
    qtbot.waitUntil(lambda: card.height() >= inner.totalHeightForWidth(card.width()))
    assert card.height() < 700
    facts = next(
        one for one in card.findChildren(QWidget) if one.accessibleName().startswith("a: The network")
    )
    # The last line of them is not painted below the edge.
    qtbot.waitUntil(lambda: facts.height() >= facts.heightForWidth(facts.width()))
