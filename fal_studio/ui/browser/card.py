"""All that is known of one model: what it is, costs and takes, and how it can be called."""

import json
import re

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.catalogue import Card
from fal_studio.core.catalogue_words import category_in_words
from fal_studio.core.model import Model
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json
from fal_studio.core.schema.drift import words_of
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.browser import words
from fal_studio.ui.browser.abilities import Abilities
from fal_studio.ui.browser.changes import Changes
from fal_studio.ui.browser.pictures import Pictures
from fal_studio.ui.catalogue import Catalogue, icon_of
from fal_studio.ui.history import History
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.prices import Prices
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.day import day
from fal_studio.ui.widgets.fact_list import Fact, FactList
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.markdown import show_markdown
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

PICTURE = QSize(144, 96)
STACKED_BELOW_PX = 380
"""In a narrower card the picture stands under the title."""
_LONGEST = 4_000
"""Letters of a description that are shown."""
_REFERENCE = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
"""A link or a picture in Markdown; its words stay, since nothing that a catalogue names is opened or fetched."""
_MOST_FIELDS = 60
_MOST_VALUE = 160


class ModelCard(QScrollArea):
    """Shows one model; scrolls when there is little room."""

    example_wanted = Signal(str)
    """Fill the request in front with a model's worked example."""
    copy_wanted = Signal(str)
    page_wanted = Signal(str)
    """The address of a model's page."""

    def __init__(
        self,
        door: ModelSearch,
        catalogue: Catalogue,
        prices: Prices,
        history: History,
        pictures: Pictures,
        profile: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._door, self._catalogue, self._history = door, catalogue, history
        self._prices, self._profile = prices, profile
        self._model: Model | None = None
        self.card: Card | None = None
        """What was told of the model; None until then."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Model"))
        grounded(self, "float")
        self._pictures = pictures
        self._picture = _Picture(pictures)
        self._title = Paragraph("", "title", "1")
        self._id = ElidedLabel("", "mono", "2")
        self.star = IconButton("star", tr("Favourite"), scale="s", checkable=True)
        self.star.clicked.connect(self._on_star)
        self._copy = IconButton("copy", tr("Copy the endpoint's id"), scale="s")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self.endpoint))
        self._page = IconButton("external", tr("Open its page in the browser"), scale="s")
        self._page.clicked.connect(self._on_page_pressed)
        self._category = Chip("", "plain")
        self._deprecated = Chip(tr("deprecated"), "ask", tooltip=tr("fal will take this model away."))
        self._problem = Paragraph("", "cell", "ask")
        self.changes = Changes()
        self.changes.seen.connect(lambda: self._door.accept(self.endpoint))
        self._description = _Description()
        self.facts = FactList(tr("Facts"), names_px=88)
        self.abilities = Abilities()
        self.example = FactList(tr("Example"), names_px=140, mono=True)
        self.use_example = Button(
            tr("Use the example"), scale="s", tooltip=tr("Fill the request in front with these values")
        )
        self.use_example.clicked.connect(lambda: self.example_wanted.emit(self.endpoint))
        self._example_part = QWidget()
        self._fields_title = Label(tr("Inputs"), "section", "1")
        self.fields = FactList(tr("Inputs"), names_px=140, mono=True)
        self._no_fields = Label("", "cell", "3")
        self._lay_out()
        door.card.connect(self._on_card)
        prices.changed.connect(self._show)
        catalogue.changed.connect(self._show)
        catalogue.favourites_changed.connect(self._show_star)
        history.usual_changed.connect(self._show)

    @property
    def endpoint(self) -> str:
        """The model that is shown, "" for none."""
        return self._model.id if self._model is not None else ""

    @property
    def is_pictured(self) -> bool:
        """Whether the model's thumbnail is here, or known not to exist."""
        return self._pictures.whole(self.endpoint) is not None

    @property
    def text(self) -> str:
        """The facts in words."""
        return self.facts.accessibleDescription()

    def show_model(self, model: Model) -> None:
        """Show a model, as far as the list knows it; the rest comes with its card."""
        if self.endpoint != model.id:
            self.card = None
            self.verticalScrollBar().setValue(0)
        self._model = model
        self._show()

    def _on_card(self, card: Card) -> None:
        if card.model.id == self.endpoint:
            self.card = card
            if card.model.title != card.model.id:  # else nothing is known that the list does not know
                self._model = card.model
            self._show()

    def _on_star(self) -> None:
        self._catalogue.toggle_favourite(self.endpoint)

    def _on_page_pressed(self) -> None:
        if self._model is not None:
            self.page_wanted.emit(self._model.page_url)

    def _show(self) -> None:
        model = self._model
        if model is None:
            return
        self._picture.show_model(model)
        self._title.set_text(model.title)
        self._id.set_text(model.id)
        self._category.set_text(category_in_words(model.category))
        self._category.setVisible(bool(model.category))
        self._deprecated.setVisible(model.is_deprecated)
        self._page.setEnabled(bool(model.page_url))
        self._page.setToolTip(
            tr("Open {page_url}").format(page_url=model.page_url)
            if model.page_url
            else tr("This model has no page on the web")
        )
        self._show_star()
        self._show_problem()
        self._description.show_text(_REFERENCE.sub(r"\1", model.description[:_LONGEST]))
        self._show_facts(model)
        self._show_inputs()

    def _show_star(self) -> None:
        is_favourite = self._catalogue.is_favourite(self.endpoint)
        self.star.setChecked(is_favourite)
        self.star.set_icon_name("star-filled" if is_favourite else "star")
        name = tr("Take the star away") if is_favourite else tr("Add to favourites")
        self.star.setAccessibleName(name)
        self.star.setToolTip(name)

    def _show_problem(self) -> None:
        card = self.card
        problem = card.problem if card is not None else ""
        if problem and card is not None and card.kept_s:
            problem = tr("As listed {ago}. {problem}").format(ago=words.ago(card.kept_s), problem=problem)
        self._problem.set_text(problem)
        self._problem.setVisible(bool(problem))

    def _show_facts(self, model: Model) -> None:
        price = self._prices.of(self._profile, model.id)
        unknown = Fact("", tr("unknown"), "text.3")
        note = tr(", but the emulator charges nothing") if is_free(self._profile) else ""
        rows = {
            tr("Price"): price.words + note if price is not None else "",
            tr("Takes"): words.duration(model, self._history.usual_s(model.id)),
            tr("Licence"): words.licence(model),
            tr("Updated"): day(model.updated_s) if model.updated_s else "",
        }
        facts = [Fact(name, text) if text else unknown._replace(name=name) for name, text in rows.items()]
        if model.kind == "training":
            facts.append(Fact(tr("Kind"), tr("Training: it makes a model, not a result")))
        if model.family:
            family = f"{model.family}: {model.variant}" if model.variant else model.family
            facts.append(Fact(tr("Family"), family))
        if model.tags:
            facts.append(Fact(tr("Tags"), ", ".join(model.tags[:12])))
        self.facts.set_facts(facts)

    def _show_inputs(self) -> None:
        endpoint = self._catalogue.get(self.endpoint)
        self.abilities.show_endpoint(endpoint)
        self.changes.show_changes(endpoint.change, self.card.outgrown if self.card is not None else ())
        values = {name: value for name, value in endpoint.example.items() if value not in ("", None)}
        self.example.set_facts([Fact(name, _shown(value)) for name, value in values.items()])
        self._example_part.setVisible(bool(values))
        fields = sorted(endpoint.schema.fields, key=lambda field: not field.required)
        rows = [Fact(field.name, words_of(field)) for field in fields[:_MOST_FIELDS]]
        if len(fields) > _MOST_FIELDS:
            rows.append(Fact("", tr("and {count} more").format(count=len(fields) - _MOST_FIELDS), "text.3"))
        self.fields.set_facts(rows)
        self.fields.setVisible(bool(rows))
        self._fields_title.setText(
            tr("Inputs ({count})").format(count=len(fields)) if fields else tr("Inputs")
        )
        waiting = self.card is None or (self.card.kept_s is not None and not self.card.problem)
        unknown = tr("Nothing is known of its inputs.") if self.card and self.card.problem else ""
        none = unknown or tr("Its document names none.")
        self._no_fields.setText(tr("Reading its document…") if waiting else none)
        self._no_fields.setVisible(not rows)

    def _lay_out(self) -> None:
        px = current().px
        inside = laid(QWidget(), "float")
        column = QVBoxLayout(inside)
        mirroring.margins(column, px(20), px(16), px(16), px(20))
        column.setSpacing(px(12))
        self._about = self._head()
        column.addLayout(self._about)
        column.addWidget(self._problem)
        column.addWidget(self.changes)
        column.addWidget(self._description)
        column.addWidget(self.facts)
        column.addWidget(self.abilities)
        column.addWidget(Divider())
        self._lay_out_example()
        column.addWidget(self._example_part)
        column.addWidget(self._fields_title)
        column.addWidget(self.fields)
        column.addWidget(self._no_fields)
        column.addStretch(1)
        self.setWidget(inside)

    def _lay_out_example(self) -> None:
        px = current().px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(Label(tr("Example"), "section", "1"))
        head.addStretch(1)
        head.addWidget(self.use_example)
        part = QVBoxLayout(self._example_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(px(12))
        part.addLayout(head)
        part.addWidget(self.example)
        part.addWidget(Divider())

    def _head(self) -> QBoxLayout:
        px = current().px
        chips = QHBoxLayout()
        chips.setSpacing(px(6))
        chips.addWidget(self._category)
        chips.addWidget(self._deprecated)
        chips.addStretch(1)
        title = QHBoxLayout()
        title.setSpacing(px(4))
        title.addWidget(self._title, 1)
        for button in (self.star, self._copy, self._page):
            title.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        about = QVBoxLayout()
        about.setSpacing(px(6))
        about.addLayout(title)
        about.addWidget(self._id)
        about.addLayout(chips)
        about.addStretch(1)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(px(16))
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(about, 1)
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the picture under the title where both have no room side by side."""
        way = QBoxLayout.Direction
        is_narrow = self.width() < current().px(STACKED_BELOW_PX)
        self._about.setDirection(way.BottomToTop if is_narrow else way.LeftToRight)
        super().resizeEvent(event)


class _Picture(QWidget):
    """The model's thumbnail."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._model: Model | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        pictures.arrived.connect(self._on_arrived)

    def show_model(self, model: Model) -> None:
        self._model = model
        self.setAccessibleName(tr("Thumbnail of {title}").format(title=model.title))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the picture's size."""
        return QSize(current().px(PICTURE.width()), current().px(PICTURE.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, or the sign of what the model makes."""
        del event
        if self._model is None:
            return
        theme = current()
        painter = QPainter(self)
        picture = self._pictures.whole(self._model.id)
        if picture is not None and not picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRectF(self.rect()), picture, QRectF(picture.rect()))
            return
        paint.box(painter, self.rect(), theme.color("bg.hover"))
        side = theme.px(24)
        middle = QRectF(self.rect()).center()
        spot = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        icons.draw(painter, spot, icon_of(self._model.category, self._model.id), theme.color("text.3"))

    def _on_arrived(self, endpoint: str) -> None:
        if self._model is not None and endpoint == self._model.id:
            self.update()


class _Description(QTextBrowser):
    """Markdown that somebody else wrote: no HTML, no pictures, no links that open."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setAccessibleName(tr("Description"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        grounded(self, "float")
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)
        current().changed.connect(self._render)
        self._render()

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self._render()
        self.setVisible(bool(text.strip()))

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Load nothing: a text must not fetch pictures, or read them from the disk, behind the user's back."""
        return QImage(1, 1, QImage.Format.Format_Alpha8)  # for nothing at all, Qt looks on the disk

    def sizeHint(self) -> QSize:
        """Return the height of all of it."""
        return QSize(current().px(320), round(self.document().size().height()))

    def minimumSizeHint(self) -> QSize:
        """Return the same: what is scrolled is the card."""
        return QSize(current().px(120), self.sizeHint().height())

    def _render(self) -> None:
        self.document().setDefaultFont(current().font("body"))
        show_markdown(self.document(), self._text)
        self.updateGeometry()


def _shown(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if text.startswith("data:"):
        return tr("{partition} of this program, {count} KB").format(
            partition=text[5:].partition(";")[0], count=len(text) * 3 // 4000
        )
    return text if len(text) <= _MOST_VALUE else f"{text[:_MOST_VALUE]}…"
