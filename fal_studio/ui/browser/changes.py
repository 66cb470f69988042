"""What changed in a model's inputs, field by field, and the saved requests that no longer fit it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.catalogue import InputsChange, Outgrown
from fal_studio.core.schema.drift import Change, Drift
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.day import moment
from fal_studio.ui.widgets.fact_list import Fact, FactList
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr, trn

_MOST = 30
_BETWEEN = " · "


class Changes(QWidget):
    """Hidden while there is nothing to tell."""

    seen = Signal()
    """Somebody knows by now what changed."""
    open_wanted = Signal(str)
    """The path of a saved request."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[InputsChange | None, tuple[Outgrown, ...]] = (None, ())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current().px(8))
        self.hide()

    @property
    def text(self) -> str:
        """All of it in words."""
        change, outgrown = self._told
        lines = [f"{drift.name}: {told(drift)}" for drift in change.drifts] if change is not None else []
        return "\n".join([*lines, *(f"{one.title}: {' '.join(one.why)}" for one in outgrown)])

    def show_changes(self, change: InputsChange | None, outgrown: tuple[Outgrown, ...]) -> None:
        """Tell what changed and what no longer fits."""
        if (change, outgrown) == self._told:
            return
        self._told = (change, outgrown)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if change is not None:
            self._add_change(change)
        if outgrown:
            self._add_outgrown(outgrown)
        self.setVisible(change is not None or bool(outgrown))

    def _add_change(self, change: InputsChange) -> None:
        line = NoticeLine(
            tr("The model's inputs changed since {moment}").format(moment=moment(change.since_s)),
            "ask",
            icon="warning",
            actions=(("seen", tr("Got it"), "default"),),
            parent=self,
        )
        line.action_wanted.connect(self._on_seen)
        facts = FactList(tr("What changed"), names_px=140, mono=True, parent=self)
        shown = [
            Fact(drift.name, told(drift), "text.1", "warning" if drift.breaks else "", "ask")
            for drift in change.drifts[:_MOST]
        ]
        if len(change.drifts) > _MOST:
            shown.append(Fact("", tr("and {count} more").format(count=len(change.drifts) - _MOST)))
        facts.set_facts(shown)
        self._column.addWidget(line)
        self._column.addWidget(facts)

    def _on_seen(self, _key: str) -> None:
        self.seen.emit()

    def _add_outgrown(self, outgrown: Sequence[Outgrown]) -> None:
        count = len(outgrown)
        title = trn("1 saved request no longer fits", "{count} saved requests no longer fit", count).format(
            count=count
        )
        self._column.addSpacing(current().px(4))
        self._column.addWidget(Label(title, "section", "1", parent=self))
        for one in outgrown[:_MOST]:
            self._column.addWidget(self._row(one))
        if count > _MOST:
            self._column.addWidget(
                Label(tr("and {count} more").format(count=count - _MOST), "cell", "3", parent=self)
            )

    def _row(self, one: Outgrown) -> QWidget:
        row = QWidget(self)
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(ElidedLabel(one.title, "control", "1", parent=row))
        words.addWidget(Paragraph(" ".join(one.why), "cell", "2", parent=row))
        button = Button(
            tr("Open"),
            scale="s",
            tooltip=tr("Open {title} in a tab of its own").format(title=one.title),
            parent=row,
        )
        button.setAccessibleName(tr("Open {title}").format(title=one.title))
        button.clicked.connect(lambda _=False, path=one.path: self.open_wanted.emit(path))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(current().px(12))
        line.addLayout(words, 1)
        line.addWidget(button)
        return row


def told(drift: Drift) -> str:
    """Return what happened to one field: "added: text · required", "changed: to 4 → to 2", "newly required"."""
    match drift.change:
        case Change.ADDED:
            return tr("added: {after}").format(after=drift.after)
        case Change.REMOVED:
            return tr("removed; it was {before}").format(before=drift.before)
        case Change.CHANGED:
            return _difference(drift.before.split(_BETWEEN), drift.after.split(_BETWEEN))


def _difference(before: list[str], after: list[str]) -> str:
    gone = [part for part in before if part not in after]
    new = [part for part in after if part not in before]
    said: list[str] = []
    if (required := tr("required")) in new:
        new.remove(required)
        said.append(tr("newly required"))
    if required in gone:
        gone.remove(required)
        said.append(tr("no longer required"))
    if gone or new:
        said.append(
            tr("changed: {gone} → {new}").format(
                gone=_BETWEEN.join(gone) or tr("nothing"), new=_BETWEEN.join(new) or tr("nothing")
            )
        )
    return "; ".join(said)
