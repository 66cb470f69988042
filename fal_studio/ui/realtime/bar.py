"""The bar over the desk: the session's toggle with its state in words, the endpoint, the token, the cost."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.figures import number, percent
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.realtime.result_view import ring
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.realtime.sparing import SparingButton
from fal_studio.ui.realtime.words import words_of
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE, Role
from fal_studio.ui.widgets.fields import ChoiceBox
from fal_studio.ui.widgets.flow import TwoRows
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import tr

HEIGHT = 56
_WIDE = 176
_ENDPOINT = (160, 100)
"""The least width of the choice of endpoints at 100 %, and where room is rare."""
_MOST = 2


class Toggle(QAbstractButton):
    """Starts and stops; says the state in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._line, self._clock = tr("Go live"), "", ""
        self._role: Role = "text.1"
        self._is_on = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, title: str, line: str, clock: str, role: Role, *, is_on: bool) -> None:
        """Show a state; `role` is its colour."""
        seen = (title, line, clock, role, is_on)
        if seen != (self._title, self._line, self._clock, self._role, self._is_on):
            self._title, self._line, self._clock, self._role, self._is_on = seen
            self.setAccessibleName(f"{(tr('Stop') if is_on else tr('Go live'))}: {title}")
            self.update()

    @property
    def title(self) -> str:
        """The state in words."""
        return self._title

    def sizeHint(self) -> QSize:
        """Return room for the longest state."""
        return QSize(current().px(_WIDE), current().px(40))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the mark and the words."""
        del event
        theme = current()
        painter = QPainter(self)
        line = theme.color(self._role) if self._is_on else theme.color("line.control")
        fill = theme.color("good.tint" if self._role == "good" else "bg.raised")
        if self.underMouse() and self._role != "good":
            fill = theme.color("bg.hover")
        paint.frame(painter, QRectF(self.rect()), theme.px(6), fill, line, 1.5 if self._is_on else 1.0)
        if self.hasFocus():
            paint.frame(painter, QRectF(self.rect()), theme.px(6), None, theme.color("focus"), 2)
        side = theme.px(14)
        box = QRectF(theme.px(12), (self.height() - side) / 2, side, side)
        icons.draw(painter, box, "stop" if self._is_on else "play", theme.color(self._role))
        left = theme.px(36)
        clock_width = QFontMetricsF(theme.font("value")).horizontalAdvance(self._clock) if self._clock else 0
        wide = self.width() - left - theme.px(10) - clock_width
        half = self.height() / 2
        paint.text(
            painter,
            QRectF(left, 3, wide, half - 2),
            self._title,
            theme.font("value"),
            theme.color(self._role),
        )
        paint.text(
            painter,
            QRectF(left, half, wide, half - 5),
            self._line,
            theme.font("caption"),
            theme.color("text.2"),
        )
        if self._clock:
            at = QRectF(self.width() - clock_width - theme.px(10), 0, clock_width + 2, self.height())
            paint.text(painter, at, self._clock, theme.font("value"), theme.color("text.1"))


class TokenRing(QWidget):
    """How much of the token's life is left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = 0.0
        side = current().px(18)
        self.setFixedSize(side, side)

    def show_part(self, part: float) -> None:
        """Show how much is left, 0 to 1."""
        self._part = part
        self.setAccessibleName(
            tr("{part} of the token's time is left").format(part=percent(part)) if part else tr("no token")
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arc."""
        del event
        theme = current()
        ring(
            QPainter(self), QRectF(self.rect()), self._part, theme.color("text.2"), theme.color("line.subtle")
        )


class SessionBar(TwoRows):
    """One row. What it leaves out where there is no room, the last of it only then: words of buttons and of the token, the
    token's ring; after that there are two rows.
    """

    toggle_wanted = Signal()
    keep_wanted = Signal()
    record_wanted = Signal()
    endpoint_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(HEIGHT, parent=parent, edge_px=8)
        laid(self, "panel")
        px = current().px
        self._spares = 0
        """How much is left out, up to `_MOST`."""
        self.toggle = Toggle(self)
        self.toggle.clicked.connect(self.toggle_wanted)
        self.endpoint = ChoiceBox(name=tr("Endpoint"))
        self.endpoint.setProperty("scale", "l")
        self.endpoint.setMinimumWidth(px(_ENDPOINT[0]))
        self.endpoint.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.endpoint.setMaximumWidth(px(300))
        self.endpoint.textActivated.connect(self.endpoint_chosen)
        self._ring = TokenRing(self)
        self.token = ElidedLabel(tr("no token yet"), "control", "2")
        self.renewals = ElidedLabel(tr("fetched when it starts"), "caption", "3")
        self.rate = Label("", "control", "1")
        self.rate.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spent = ElidedLabel("", "caption", "3", is_trailing=True)
        self.record = SparingButton(
            tr("Record"), icon="record", tooltip=tr("Keep everything with its timing (R)")
        )
        self.record.clicked.connect(self.record_wanted)
        self.keep = SparingButton(
            tr("Keep frame"), icon="frame", hint="K",
            tooltip=tr("Keep the picture with its exact input in the history (K)"),
        )  # fmt: skip
        self.keep.clicked.connect(self.keep_wanted)
        for row in (self.first, self.second):
            row.setSpacing(px(12))
        self.first.addWidget(self.toggle)
        self.first.addWidget(self.endpoint, 2)
        self.first.addWidget(self._ring)
        self.first.addLayout(_two(self.token, self.renewals), 2)
        self.first.addStretch(1)
        self.second.addLayout(_two(self.rate, self.spent))
        self.second.addWidget(self.record)
        self.second.addWidget(self.keep)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _fit(self) -> None:
        """Leave out as little as possible, then fold as any bar of two parts."""
        spares = next((one for one in range(_MOST) if self._need(one) <= self.width()), _MOST)
        if spares != self._spares:
            self._spares = spares
            self.endpoint.setMinimumWidth(current().px(_ENDPOINT[min(spares, 1)]))
            for button in (self.record, self.keep):
                button.set_bare(is_bare=spares >= 1)
            for label in (self.token, self.renewals):
                label.setVisible(spares < 1)
            self._ring.setVisible(spares < 2)
            self._bind_spent()
        super()._fit()

    def _bind_spent(self) -> None:
        """Show all that was spent, or where room is rare only its beginning."""
        self.spent.setMinimumWidth(self.spent.sizeHint().width() if self._spares < 2 else 0)

    def _need(self, spares: int) -> int:
        """Return the width of one row where so much is left out, in pixels."""
        px = current().px
        buttons = [one.whole_width() if not spares else px(LARGE) for one in (self.record, self.keep)]
        money = self.rate.sizeHint().width()
        parts = [self.toggle.sizeHint().width(), px(_ENDPOINT[min(spares, 1)]), *buttons]
        if spares < 2:
            parts.append(self._ring.width())
            money = max(money, self.spent.sizeHint().width())
        if spares < 1:
            parts.append(max(self.token.sizeHint().width(), self.renewals.sizeHint().width()))
        edges = 2 * px(12) + px(8)
        return sum(parts) + money + (len(parts) - 1) * px(12) + edges

    def set_endpoints(self, endpoints: list[str], chosen: str) -> None:
        """Offer endpoints, one of them chosen."""
        listed = endpoints if chosen in endpoints else [chosen, *endpoints]
        if [self.endpoint.itemText(place) for place in range(self.endpoint.count())] != listed:
            self.endpoint.clear()
            self.endpoint.addItems(listed)
        self.endpoint.setCurrentText(chosen)
        self.endpoint.setToolTip(chosen)

    def show_money(self, rate: str, spent: str) -> None:
        """Show what it costs, in words."""
        self.rate.setText(rate)
        self.spent.set_text(spent)
        self._bind_spent()

    def show_session(self, session: LiveSession) -> None:
        """Show the state of the session and its token."""
        title, line, role = words_of(session)
        clock = _clock(session.live_s) if session.is_live else ""
        self.toggle.show_state(title, line, clock, role, is_on=session.is_on)
        self._show_token(session)
        token = f"{self.token.text()}, {self.renewals.text()}"
        self.toggle.setToolTip("\n".join(filter(None, (session.reason, token))))
        self.endpoint.setEnabled(not session.is_on)

    def _show_token(self, session: LiveSession) -> None:
        age_s = session.token_age_s
        if age_s is None or not session.is_on:
            self._ring.show_part(0.0)
            if session.is_live:
                self.token.set_text(tr("no token"))
                self.renewals.set_text(tr("an app on this machine needs none"))
                return
            self.token.set_text(tr("no token yet") if age_s is None else tr("token let go"))
            self.renewals.set_text(
                tr("fetched when it starts") if age_s is None else tr("a new one for each start")
            )
            return
        self._ring.show_part(1 - age_s / session.lifetime_s if session.lifetime_s else 0)
        self.token.set_text(
            tr("token {age_s} of {lifetime_s} s").format(
                age_s=number(age_s, ".0f"), lifetime_s=number(session.lifetime_s, ".0f")
            )
        )
        times = session.figures.tokens - 1
        gap = (
            tr("no gap")
            if session.attempt == 0
            else tr("reconnect {attempt}").format(attempt=session.attempt)
        )
        self.renewals.set_text(
            tr("renewed {times}, {gap}").format(times=_times(times), gap=gap)
            if times > 0
            else tr("renewed before it ends")
        )


def _two(upper: QWidget, lower: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addStretch(1)
    column.addWidget(upper)
    column.addWidget(lower)
    column.addStretch(1)
    return column


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _times(count: int) -> str:
    return {1: tr("once"), 2: tr("twice")}.get(count, tr("{count} times").format(count=count))
