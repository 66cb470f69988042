"""The top bar: mark, menus, and the profile that calls are made with."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QSizePolicy, QStyle, QToolButton, QWidget

from fal_studio import figures
from fal_studio.ui import icons, mirroring, paint, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.money_button import MoneyButton
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

PAGES = (
    Part("request", tr("Request"), tooltip=tr("Requests and their results")),
    Part("compare", tr("Compare"), tooltip=tr("The same input by every way of calling")),
    Part("live", tr("Live"), tooltip=tr("Draw, and see the answer while you draw")),
    Part("gallery", tr("Gallery"), tooltip=tr("Everything you made, as pictures")),
)

KEY_FROM_PX = 900
"""Where words are so large that the window is narrower than this, the search has no key beside it, and some menus are behind a button."""
_MORE_MENUS = "qt_menubar_ext_button"
MONEY_FROM_PX = 1100
"""In a narrower window today's money stands in the profile's tooltip."""


class TopBar(QWidget):
    """One row over the window."""

    search_wanted = Signal()
    """Somebody wants the command palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "window")
        px = theme.current().px
        self.menus = _MenuBar(self)
        self.menus.setNativeMenuBar(False)
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.pages = SegmentedControl(PAGES, "request", name=tr("Page"), parent=self)
        self.profile = ProfileChip(tr("Emulator"), tr("offline, free"), "stage.setup", parent=self)
        self.today = MoneyButton("today", parent=self)
        self.today.setToolTip(tr("What was spent today, and on what"))
        self._money = self._key = ""
        self.search = Button(tr("Search or run"), "default", icon="search", parent=self)
        self.search.setAccessibleName(tr("Search or run"))
        self.search.clicked.connect(self.search_wanted)
        row = QHBoxLayout(self)
        mirroring.margins(row, px(12), 0, px(8), 1)
        row.setSpacing(px(8))
        row.addWidget(_Mark(self))
        row.addWidget(self.menus)
        row.addStretch(1)
        row.addWidget(self.pages)
        row.addStretch(1)
        row.addWidget(self.search)
        row.addWidget(self.today)
        row.addWidget(self.profile)
        self.show_money("")
        self.setFixedHeight(px(HEIGHTS["top bar"]))

    def show_money(self, words: str) -> None:
        """Say what was spent today: "≈ $1.38"; nothing for ""."""
        self._money = words
        self.today.set_amount(words or figures.dollars("0"))
        self.profile.setToolTip(tr("Spent today: {words}").format(words=words) if words else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the money give way in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def show_search_key(self, key: str, tip: str) -> None:
        """Show by which key the palette opens too."""
        self._key = key
        self.search.setToolTip(tip)
        self._fit()

    def _fit(self) -> None:
        is_wide = self.width() >= theme.current().px(MONEY_FROM_PX)
        self.search.setText(tr("Search or run") if is_wide else "")
        is_tight = self.width() < theme.current().px(KEY_FROM_PX)
        self.search.setProperty("hint", "" if is_tight else self._key)
        self.search.updateGeometry()
        self.pages.set_compact(is_compact=is_tight)
        self.profile.set_compact(is_compact=is_tight)
        if is_tight and (more := self.menus.findChild(QToolButton, _MORE_MENUS)) is not None:
            more.setIconSize(QSize(theme.current().px(16), theme.current().px(16)))
            more.setIcon(icons.icon("more", "text.1"))
            more.setToolTip(tr("More menus"))
            more.setAccessibleName(tr("More menus"))
        self.today.setVisible(bool(self._money) and self.width() >= theme.current().px(MONEY_FROM_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line under it."""
        del event
        painter = QPainter(self)
        paint.fill(painter, self.rect(), theme.current().color("bg.window"))
        paint.box(
            painter, self.rect().adjusted(0, self.height() - 1, 0, 0), theme.current().color("line.subtle")
        )


class _MenuBar(QMenuBar):
    """The menus, as wide as they need to be."""

    def sizeHint(self) -> QSize:
        """Return room for all titles.

        Qt takes the right edge of the last one as the width. From right to left that is the width the bar has already: it would
        never grow, and all menus would stay behind its button for more.
        """
        hint = super().sizeHint()
        if self.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return hint
        titles = QRect()
        for action in self.actions():
            if action.isVisible():
                titles |= self.actionGeometry(action)
        metric = QStyle.PixelMetric
        edges = (metric.PM_MenuBarPanelWidth, metric.PM_MenuBarHMargin)
        beside = sum(self.style().pixelMetric(edge, None, self) for edge in edges)
        before = self.style().pixelMetric(
            metric.PM_MenuBarItemSpacing, None, self
        )  # stands before the first title, too
        return QSize(before + titles.width() + 2 * beside, hint.height())


class _Mark(QWidget):
    """The program's mark."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("fal Studio")
        self.setFixedSize(QSize(theme.current().px(18), theme.current().px(18)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        icons.draw(QPainter(self), self.rect(), "logo", theme.current().color("accent.line"))
