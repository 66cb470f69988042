"""One request taken apart: what it was sent with, every exchange on one time scale, and where each one's time went."""

import json
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core import events as e
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.events import Event
from fal_studio.core.exchanges import Exchange
from fal_studio.core.request import Json, Request
from fal_studio.figures import number
from fal_studio.ui import theme
from fal_studio.ui.output.json_writing import is_large, written
from fal_studio.ui.output.waterfall import Lane, Waterfall, added_up, lanes_of
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import Divider
from fal_studio.words import tr, trn

BODY_CHARS = 20_000
"""Longer bodies are cut in the view."""


class Inspector(QWidget):
    """The waterfall, and the chosen exchange in full."""

    archive_wanted = Signal()
    transcript_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.lanes: tuple[Lane, ...] = ()
        self._request: Request | None = None
        self._request_id = ""
        self.waterfall = Waterfall()
        self.waterfall.chosen.connect(self._show_detail)
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName(tr("The chosen exchange"))
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._archive = Button(
            tr("Save as HAR"), icon="save", scale="s", tooltip=tr("Save as HTTP archive, without keys")
        )
        self._archive.clicked.connect(self.archive_wanted)
        self._transcript = Button(
            tr("Save transcript"), icon="save", scale="s", tooltip=tr("Save every byte as it came")
        )
        self._transcript.clicked.connect(self.transcript_wanted)
        self._copy = Button(tr("Copy request id"), icon="copy", scale="s")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._request_id))
        self._lay_out()
        self.finder = Finder(self._text, tr("the exchange"), lambda bar: self._below.insertWidget(0, bar))
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """What is told of the chosen lane."""
        return self._text.toPlainText()

    def show_call(
        self, events: Sequence[Event], request: Request | None, request_id: str, *, has_bytes: bool
    ) -> None:
        """Show a call as far as it is; `has_bytes`: there is a transcript of it."""
        self._request, self._request_id = request, request_id
        self.lanes = lanes_of(events)
        self.waterfall.show_lanes(self.lanes)
        for button in (self._archive, self._transcript, self._copy):
            button.setEnabled(bool(self.lanes))
        self._transcript.setVisible(has_bytes)
        self._copy.setVisible(bool(request_id))
        self._show_detail(self.waterfall.index)

    def open_find(self) -> None:
        """Look for words."""
        self.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self.finder.step(step)

    def _show_detail(self, index: int) -> None:
        if not self.lanes:
            text = tr("Run a request to see where its time goes.")
        elif (one := self.lanes[index].exchange) is None:
            text = _whole_text(self.lanes[0], self._request)
        else:
            text = _exchange_text(self.lanes[index], one, self._request)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)

    def _lay_out(self) -> None:
        px = theme.current().px
        tools = QHBoxLayout()
        tools.setContentsMargins(px(12), px(6), px(12), px(6))
        tools.setSpacing(px(8))
        for button in (self._archive, self._transcript):
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self._copy)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.waterfall)
        column.addStretch(1)
        area.setWidget(inner)
        below = QWidget(self)
        self._below = QVBoxLayout(below)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        self._below.addWidget(self._text, 1)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(area)
        split.addWidget(below)
        split.setSizes([220, 260])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(tools)
        whole.addWidget(Divider())
        whole.addWidget(split, 1)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))


def _ms(length_ns: int) -> str:
    return tr("{length_ns} ms").format(length_ns=number(length_ns / 1000000.0, "12,.2f"))


def _times(lane: Lane, together: str) -> list[str]:
    rows = [f"{bar.word:<24}{_ms(bar.end_ns)}" for bar in added_up(lane.bars)]
    return [*rows, f"{together:<24}{_ms(lane.length_ns)}"]


def _whole_text(lane: Lane, request: Request | None) -> str:
    rows = _times(lane, tr("together, the wall clock"))
    if request is not None:
        rows += [
            "",
            tr("Sent with"),
            tr("    endpoint: {endpoint}").format(endpoint=request.endpoint),
            tr("    mode: {mode}").format(mode=request.mode.value),
        ]
        rows.append(f"    profile: {request.profile}")
        options = msgspec.to_builtins(request.options)
        # Headers and query may hold a secret: the exchange shows them as they went, with secrets replaced.
        shown = [
            f"    {name}: {value}" for name, value in options.items() if name not in ("headers", "query")
        ]
        rows += shown or [tr("    options: none set, so fal's own apply")]
    return "\n".join(rows)


def _exchange_text(lane: Lane, one: Exchange, request: Request | None) -> str:
    connection = tr("reused connection") if one.reused else tr("new connection")
    rows = [
        f"{one.method} {one.url}",
        tr("{connection} to {remote}, {http_version}").format(
            connection=connection, remote=one.remote or "nobody", http_version=one.http_version
        ),
        "",
    ]
    rows += [*_times(lane, "together"), ""]
    rows.append("Sent" + (f", body {in_bytes(one.sent_bytes)}" if one.sent_bytes >= 0 else ""))
    rows += [f"    {name}: {value}" for name, value in one.sent_headers.items()]
    if one.has_body and request is not None:
        rows += ["", _body(request.arguments)]
    rows.append("")
    if not one.status:
        return "\n".join([*rows, tr("No answer. {error}").format(error=one.error).strip()])
    rows.append(
        f"Answer {one.status}" + (f", body {in_bytes(one.body_bytes)}" if one.body_bytes >= 0 else "")
    )
    rows += [f"    {name}: {value}" for name, value in one.headers.items()]
    return "\n".join([*rows, *_answer_body(one)])


def _answer_body(one: Exchange) -> list[str]:
    if one.messages:
        count = len(one.messages)
        words = trn("1 message", "{count} messages", count).format(count=number(count))
        return ["", tr("{words}: see Events. The transcript has every byte of them.").format(words=words)]
    match one.end:
        case e.Failed(body=body) if body:
            return ["", _cut(body)]
        case e.Output(payload=payload):
            return ["", _body(payload)]
        case _:
            return []


def _body(payload: Json) -> str:
    """Return the beginning of a payload as JSON; a large one is not written further than is shown."""
    if not is_large(payload, 2000, BODY_CHARS):
        return _cut(json.dumps(payload, ensure_ascii=False, indent=2, default=str))
    text = ""
    try:
        for part in written(payload):
            text += part[: BODY_CHARS + 1]
            if len(text) > BODY_CHARS:
                return tr("{text}\n… and more; HAR has all").format(text=text[:BODY_CHARS])
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        return tr("{text}\n… which cannot be written as JSON: {error}").format(text=text, error=error)
    return text


def _cut(text: str) -> str:
    left_out = len(text) - BODY_CHARS
    return (
        text
        if left_out <= 0
        else tr("{text}\n… and {left_out} characters more; HAR has all").format(
            text=text[:BODY_CHARS], left_out=number(left_out)
        )
    )
