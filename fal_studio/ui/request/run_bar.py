"""The bar above a request: endpoint, mode, what it will cost, Run; and the line that says what Run will do."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.request import Mode
from fal_studio.ui import icons, key_choice, mirroring, theme
from fal_studio.ui.catalogue import Catalogue, Endpoint
from fal_studio.ui.request.draft import MOST_RUNS
from fal_studio.ui.request.endpoint_text import endpoint_of
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets import key_words
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import BROWSE, ModelBox, SpinBox
from fal_studio.ui.widgets.flow import TwoRows
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.run_button import RUN_KEY, RunButton
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

MODE_HELP = {
    Mode.RUN: tr("One request, one answer: the connection stays open until the result is there."),
    Mode.SUBSCRIBE: tr("Queue it and follow it here to the result. Survives busy times."),
    Mode.SUBMIT: tr("Queue it and let go. The result is kept at the server; follow it when you like."),
    Mode.STREAM: tr("Partial results arrive while the model works."),
    Mode.REALTIME: tr("A session that stays open: every edit is sent, every answer shown at once."),
}


REPEAT_HELP = tr("How often one press of Run runs this request: each is a call of its own")


class Reason(NamedTuple):
    """Why Run cannot run, and where that is mended."""

    text: str
    target: str
    """What `reason_followed` carries: "endpoint", "json:LINE", "mode", "key"."""


class RunBar(TwoRows):
    """Endpoint, mode, estimate and Run."""

    endpoint_changed = Signal(str)
    mode_changed = Signal(str)
    repeat_changed = Signal(int)
    """How often one press of Run runs the request."""
    help_wanted = Signal()
    """What the chosen mode is for."""
    jobs_wanted = Signal()
    compare_wanted = Signal()
    """Call the request in all modes at once."""
    open_wanted = Signal(str)
    """A command, code or JSON was pasted where the endpoint stands."""
    browse_wanted = Signal()
    """Look for a model in the whole catalogue."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(HEIGHTS["run bar"], parent=parent)
        laid(self, "panel")
        self._catalogue = catalogue
        self._endpoint = ""
        self._is_private = False
        self.box = ModelBox(parent=self)
        self.box.setMinimumWidth(theme.current().px(150))
        self.box.activated.connect(self._on_box_chosen)
        self.box.open_wanted.connect(self.open_wanted)
        self.box.browse_wanted.connect(self._on_browse_wanted)
        line = self.box.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_box_chosen)
        self.modes = SegmentedControl(_parts(Endpoint("")), scale="l", name=tr("Mode"), parent=self)
        self.modes.chosen.connect(self.mode_changed)
        self.help = IconButton("help", tr("What this mode is for"), shortcut_text="Shift+F1", parent=self)
        self.help.clicked.connect(self.help_wanted)
        self.repeat = SpinBox(1, 1, MOST_RUNS, name=tr("Repeat"), prefix="×", scale="l", parent=self)
        self.repeat.setToolTip(REPEAT_HELP)
        self.repeat.valueChanged.connect(self.repeat_changed)
        self._caption = Label(tr("estimate"), "caption", "3", parent=self)
        self._amount = Label(tr("free"), "value", "1", parent=self)
        self.run = RunButton(parent=self)
        self._run_words = self._run_tip = ""
        self._tell_run(tr("Run this request"))
        key_choice.current().commands_changed.connect(self._on_keys_changed)
        self.compare = IconButton(
            "compare",
            tr("Compare all modes of this request"),
            scale="l",
            shortcut_text="Ctrl+Alt+Enter",
            parent=self,
        )
        self.compare.clicked.connect(self.compare_wanted)
        self.jobs = Button("0", icon="queued", scale="l", parent=self)
        self.jobs.setToolTip(tr("Jobs: what runs now, and what ended"))
        self.jobs.clicked.connect(self.jobs_wanted)
        self.set_open_jobs(0)
        self._lay_out()
        catalogue.changed.connect(self._on_catalogue_changed)
        self._on_catalogue_changed()

    def set_endpoint(self, endpoint: str) -> None:
        """Show an endpoint."""
        self._endpoint = endpoint
        self.box.setEditText(endpoint)
        self._show_support()

    def set_mode(self, mode: Mode) -> None:
        """Show a mode as chosen."""
        self.modes.set_chosen(mode.value)
        is_session = mode is Mode.REALTIME
        self.repeat.setEnabled(not is_session)
        self.repeat.setToolTip(
            tr("A session is one call: every edit is sent in it.") if is_session else REPEAT_HELP
        )

    def set_repeat(self, count: int) -> None:
        """Show how often Run runs it, without telling it."""
        before = self.repeat.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.repeat.setValue(count)
        self.repeat.blockSignals(before)

    def set_estimate(self, amount: str, words: str = "", *, is_above: bool = False) -> None:
        """Show what a run costs; `words` say more of it; `is_above`: it will be asked about first."""
        self._amount.setText(amount)
        self._amount.set_tone("ask" if is_above else "1")
        self._amount.setToolTip(
            tr("{words}: more than your limit, Run asks first").format(words=words) if is_above else words
        )

    def show_profile(self, words: str) -> None:
        """Say at Run whom it calls as: "fal, key: work"."""
        how = tr(", as a private run") if self._is_private else ""
        self._tell_run(tr("Run this request with {words}{how}").format(words=words, how=how))
        self.run.setAccessibleDescription(tr("With {words}{how}").format(words=words, how=how))

    def _tell_run(self, words: str) -> None:
        """Say at Run what it does, and by which key."""
        keys = key_words.told(key_choice.current().now(RUN_KEY))
        self._run_words, self._run_tip = words, f"{words}  ({keys})" if keys else words
        self.run.setToolTip(self._run_tip)

    def _on_keys_changed(self) -> None:
        if self.run.toolTip() == self._run_tip:  # not while it tells why nothing can be run
            self._tell_run(self._run_words)

    def set_private(self, *, is_private: bool) -> None:
        """Show at Run whether it is a private run."""
        self._is_private = is_private
        self.run.set_icon("lock" if is_private else "play")

    def set_open_jobs(self, count: int) -> None:
        """Show how many calls are open."""
        self.jobs.setText(str(count))
        self.jobs.set_icon_name("running" if count else "queued")
        self.jobs.setAccessibleName(tr("Jobs, {count} open").format(count=count))

    def focus_endpoint(self) -> None:
        """Put the keyboard into the endpoint field, its text selected."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        line = self.box.lineEdit()
        assert line is not None
        line.selectAll()

    def _lay_out(self) -> None:
        px = theme.current().px
        money = QVBoxLayout()
        money.setSpacing(0)
        money.setContentsMargins(px(4), 0, px(4), 0)
        for label in (self._caption, self._amount):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        money.addStretch(1)
        money.addWidget(self._caption)
        money.addWidget(self._amount)
        money.addStretch(1)
        self.first.addWidget(self.box, 1)
        self.first.addWidget(self.modes)
        self.first.addWidget(self.help)
        self.second.addWidget(self.repeat)
        self.second.addLayout(money)
        for button in (self.run, self.compare, self.jobs):
            self.second.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _fit(self) -> None:
        """Leave out of the first row what has no room even where it stands alone: the help first, then dots."""
        px = theme.current().px
        room = self.width() - 2 * px(12)
        need = self.box.minimumWidth() + self.modes.whole_width + self.help.sizeHint().width() + 2 * px(8)
        self.help.setVisible(need <= room)
        self.modes.set_compact(is_compact=need - self.help.sizeHint().width() - px(8) > room)
        super()._fit()

    def _on_browse_wanted(self) -> None:
        self.box.setEditText(self._endpoint)
        self.browse_wanted.emit()

    def _on_box_chosen(self, _index: int = 0) -> None:
        if self.box.currentText() == BROWSE:
            return  # the line is put back by whoever hears of it
        endpoint = endpoint_of(self.box.currentText())
        if endpoint != self.box.currentText():
            self.box.setEditText(endpoint)
        if endpoint != self._endpoint:
            self._endpoint = endpoint
            self._show_support()
            self.endpoint_changed.emit(endpoint)

    def _on_catalogue_changed(self) -> None:
        before = self.box.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.box.set_endpoints([endpoint.id for endpoint in self._catalogue.all()])
        self.box.setEditText(self._endpoint)
        self.box.blockSignals(before)
        self._show_support()

    def _show_support(self) -> None:
        endpoint = self._catalogue.get(self._endpoint)
        self.box.set_icon(endpoint.icon)
        self.box.setToolTip(endpoint.description or endpoint.id)
        self.modes.set_parts(_parts(endpoint))


def _parts(endpoint: Endpoint) -> list[Part]:
    parts: list[Part] = []
    for mode in Mode:
        support, reason = endpoint.supports(mode)
        parts.append(Part(mode.value, mode.value, support, f"{MODE_HELP[mode]}\n{reason}"))
    return parts


_REASONS = 4
"""Links on the line; the others are told when these are done."""


class ForecastLine(QWidget):
    """What Run will do, or each reason why it cannot, as links."""

    reason_followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._row = QHBoxLayout(self)
        px = theme.current().px
        mirroring.margins(self._row, px(13), 0, px(12), px(2))  # a link is 24 high
        self._row.setSpacing(px(6))
        self.setFixedHeight(px(HEIGHTS["forecast"]))
        self._shown: tuple[tuple[str, ...], tuple[Reason, ...], str] | None = None
        self._links: list[Button] = []
        self._is_brief = False

    def set_brief(self, *, is_brief: bool) -> None:
        """Stay away while there is nothing to press: the form needs the room more than facts that Run has in its tooltip."""
        self._is_brief = is_brief
        self._show_or_stay_away()

    def _show_or_stay_away(self) -> None:
        self.setVisible(not self._is_brief or self._shown is None or bool(self._shown[1]))

    def show_forecast(self, facts: Sequence[str], aside: str = "", offer: Reason | None = None) -> None:
        """Say what Run will do; `offer` is a link to something that may be better."""
        self._show(tuple(facts), (offer,) if offer is not None else (), aside)

    def show_reasons(self, reasons: Sequence[Reason]) -> None:
        """Say why Run cannot."""
        self._show((), tuple(reasons), "")

    @property
    def text(self) -> str:
        """All of it in words."""
        facts, reasons, aside = self._shown or ((), (), "")
        return " · ".join((*facts, *(reason.text for reason in reasons), *([aside] if aside else [])))

    def _show(self, facts: tuple[str, ...], reasons: tuple[Reason, ...], aside: str) -> None:
        if self._shown == (facts, reasons, aside):
            return
        self._shown = (facts, reasons, aside)
        at = next((place for place, link in enumerate(self._links) if link.hasFocus()), -1)
        self._links = []
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, fact in enumerate(facts):
            if number:
                self._row.addWidget(Label("·", "control", "3"))
            self._row.addWidget(ElidedLabel(fact, "cell", "2"))
        for number, reason in enumerate(reasons[:_REASONS]):
            if number or facts:
                self._row.addWidget(Label("·", "control", "3"))
            link = Button(reason.text, "link", scale="s")
            if not number and not facts:
                link.setIcon(icons.icon("failed", "bad"))
            link.clicked.connect(lambda _=False, target=reason.target: self.reason_followed.emit(target))
            self._row.addWidget(link)
            self._links.append(link)
        if len(reasons) > _REASONS:
            self._row.addWidget(
                Label(tr("and {count} more").format(count=len(reasons) - _REASONS), "cell", "3")
            )
        self._row.addStretch(1)
        if aside:
            self._row.addWidget(ElidedLabel(aside, "cell", "3"))
        self.setAccessibleName(self.text)
        self._show_or_stay_away()
        if 0 <= at < len(self._links):  # the keyboard stays where it was: a link may ask to be pressed again
            self._links[at].setFocus(Qt.FocusReason.OtherFocusReason)
