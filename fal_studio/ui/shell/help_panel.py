"""Help beside the work: a page for each mode and place of the window, read from `resources/help/<language>`."""

from typing import NamedTuple

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QTextBrowser, QWidget

from fal_studio.ui import mirroring
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.markdown import show_markdown
from fal_studio.words import document, tr

TOPICS = (
    "run",
    "subscribe",
    "submit",
    "stream",
    "realtime",
    "compare",
    "live",
    "history",
    "stages",
    "costs",
    "cold-starts",
)
"""The pages, in the order of the list; each is a file."""
LIST_PX = 176
_SITES = ("https://fal.ai/docs/",)
"""Where links may lead: the texts are ours, and a slip in them shall lead nowhere else."""


class Page(NamedTuple):
    """One page of help."""

    title: str
    text: str
    """Markdown, without the title."""


def page(topic: str) -> Page:
    """Read a page, in the language of this run."""
    head, _, text = document("help", f"{topic}.md").partition("\n")
    return Page(head.removeprefix("# ").strip(), text.strip())


class HelpPanel(FloatingPanel):
    """A list of pages, and the one that is chosen."""

    link_wanted = Signal(str)
    """An address that somebody pressed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Help"), window)
        self.topics = QListWidget(self)
        self.topics.setAccessibleName(tr("Pages of help"))
        self.topics.setFrameShape(QFrame.Shape.NoFrame)
        grounded(self.topics, "float")
        self.text = _Text(self)
        self._address = ElidedLabel("", "caption", "3", parent=self)
        for topic in TOPICS:
            self.topics.addItem(page(topic).title)
        titles_px = self.topics.sizeHintForColumn(0) + current().px(8)
        self.topics.setFixedWidth(
            max(current().px(LIST_PX), titles_px)
        )  # titles are longer in some languages
        row = QHBoxLayout()
        row.setSpacing(current().px(16))
        row.addWidget(self.topics)
        row.addWidget(self.text, 1)
        mirroring.margins(self.body, current().px(8), current().px(12), 0, current().px(8))
        self.body.addLayout(row, 1)
        close = Button(tr("Close"), "primary", parent=self)
        close.clicked.connect(self.dismiss)
        self.foot.addWidget(self._address, 1)
        self.foot.addWidget(close)
        self.topics.currentRowChanged.connect(self._on_chosen)
        self.text.anchorClicked.connect(self._on_link_pressed)
        self.text.highlighted.connect(self._on_link_pointed_at)

    @property
    def topic(self) -> str:
        """The page that is shown."""
        return TOPICS[row] if (row := self.topics.currentRow()) >= 0 else ""

    def show_topic(self, topic: str) -> None:
        """Show a page, with the keyboard in the list."""
        self.topics.setCurrentRow(TOPICS.index(topic))
        self.topics.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_chosen(self) -> None:
        self.text.show_page(page(self.topic))
        self._address.set_text("")

    def _on_link_pressed(self, url: QUrl) -> None:
        address = url.toString()
        if address.startswith(_SITES):
            self.link_wanted.emit(address)

    def _on_link_pointed_at(self, url: QUrl) -> None:
        self._address.set_text(
            tr("Opens in the browser: {url}").format(url=url.toString()) if not url.isEmpty() else ""
        )


class _Text(QTextBrowser):
    """A page; fetches and opens nothing by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = Page("", "")
        self.setAccessibleName(tr("Help"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(False)  # Tab goes from link to link, and on from the last one
        self.document().setDocumentMargin(0)
        self.setViewportMargins(0, 0, current().px(16), 0)
        grounded(self, "float")
        current().changed.connect(self._render)

    def show_page(self, shown: Page) -> None:
        """Show a page from its beginning."""
        self._page = shown
        self.setAccessibleName(tr("Help: {title}").format(title=shown.title))
        self._render()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Load nothing."""
        return QImage(1, 1, QImage.Format.Format_Alpha8)  # for nothing at all, Qt looks on the disk

    def _render(self) -> None:
        self.document().setDefaultFont(current().font("body"))
        show_markdown(self.document(), f"# {self._page.title}\n\n{self._page.text}")
