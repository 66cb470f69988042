"""The menu over the lanes: what can be done with the chosen one, and with all of them."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.ui.compare.lane_chart import LaneChart
from fal_studio.ui.compare.verdict import Verdict
from fal_studio.words import tr


class LaneMenu(QMenu):
    """One for as long as the pane lives; its entries follow the chart and the buttons each time it opens."""

    copy_wanted = Signal(str)
    call_wanted = Signal(str)
    """A call that is to be shown."""
    switch_wanted = Signal(str, bool)
    """A lane, and whether it takes part from now on."""

    def __init__(self, verdict: Verdict, parent: QWidget) -> None:
        super().__init__(parent)
        self._verdict = verdict
        self._words = self._call = self._lane = ""
        self._is_on = False
        self._copy = self.addAction(tr("Copy lane"), self._on_copy)
        self._show = self.addAction(tr("Show the call"), self._on_show)
        self._switch = self.addAction(tr("Switch the lane off"), self._on_switch)
        self.addSeparator()
        self._buttons = tuple(
            (button, self.addAction(button.text(), button.click))
            for button in (verdict.copy, verdict.table, verdict.more)
        )
        self.export = self.addMenu(verdict.export.text())
        self.export.addActions(verdict.menu.actions())

    def offer(self, chart: LaneChart, at: QPoint, *, is_running: bool) -> None:
        """Open at a place of the screen, for what is chosen in the chart."""
        view = chart.views[chart.lane]
        self._words, self._call = chart.words, view.call
        self._lane, self._is_on = view.lane.id, view.lane.is_on
        self._copy.setText(tr("Copy lane") if chart.stage < 0 else tr("Copy stage"))
        self._show.setVisible(bool(view.call))
        self._switch.setText(tr("Switch the lane off") if view.lane.is_on else tr("Switch the lane on"))
        self._switch.setEnabled(not view.lane.reason and not is_running)
        for button, entry in self._buttons:
            entry.setText(button.text())
            entry.setVisible(button.isVisible())
            entry.setEnabled(button.isEnabled())
        export = self._verdict.export
        self.export.menuAction().setVisible(export.isVisible() and export.isEnabled())
        self.popup(at)

    def _on_copy(self) -> None:
        self.copy_wanted.emit(self._words)

    def _on_show(self) -> None:
        self.call_wanted.emit(self._call)

    def _on_switch(self) -> None:
        self.switch_wanted.emit(self._lane, not self._is_on)
