"""The window's style: Fusion underneath, our own drawing for controls, measures from the tokens."""

import functools
import importlib
import logging
import traceback
from collections.abc import Callable
from typing import Any, TypeVar, cast

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QProxyStyle,
    QScrollBar,
    QSlider,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QStyleOptionToolButton,
    QStyleOptionViewItem,
    QTextEdit,
    QWidget,
)

from fal_studio.ui import controls, items, menus, mirroring, paint, scrolling, tokens
from fal_studio.ui import style_rules as rules
from fal_studio.ui.focus import FocusFollower
from fal_studio.ui.theme import Theme, current, held
from fal_studio.ui.tokens import Scheme

_logger = logging.getLogger(__name__)
_Style = QStyle
_Hint = QStyle.StyleHint
_Metric = QStyle.PixelMetric
_Sub = QStyle.SubControl
_POPUP = "QComboBoxPrivateContainer"
"""Qt's name of the window around the list of a choice."""
_POPUP_EDGE = 5


def dress(
    app: QApplication, scheme: Scheme = Scheme.SYSTEM, zoom: float = 1.0, *, reduced_motion: bool = False
) -> Theme:
    """Give the application its style, theme and focus ring, and return the theme.

    Call it before the first window. A second call only applies what it asks for.
    """
    theme = held() or Theme(app, scheme, zoom)
    if app.findChild(FocusFollower) is None:
        app.setStyle(StudioStyle())
        FocusFollower(app)
        theme.dress()
        theme.zoomed.connect(_follow_zoom)
    theme.set_reduced_motion(reduced=reduced_motion)
    theme.set_zoom(zoom)
    theme.apply(scheme)
    return theme


def _follow_zoom(before: float, now: float) -> None:
    zooming: Any = importlib.import_module("fal_studio.ui.zooming")  # few people ever need it
    zooming.Zooming(before, now).apply()
    # Qt asks every widget for its size again only under a new style.
    QApplication.setStyle(StudioStyle())
    zooming.fit_anew()


_Answer = TypeVar("_Answer", bound=Callable[..., Any])


def _answering(answer: _Answer) -> _Answer:
    """Let Qt always have an answer: an error of ours is logged, and the plain style answers without the widget.

    Qt asks while a widget is still being made, or already gone, and an error that leaves an answer then ends the process.

    Only the words of the error are logged. Its frames hold the wrapper that PySide made for the unfinished widget; whoever
    keeps them keeps that, the finished widget gets a second one, and when it ends PySide releases the wrong one of the two.
    """
    plain: Callable[..., Any] = getattr(QProxyStyle, answer.__name__)

    @functools.wraps(answer)
    def asked(style: QProxyStyle, *about: Any) -> Any:
        try:
            return answer(style, *about)
        except Exception:  # noqa: BLE001 - whatever it is, Qt needs an answer
            _logger.error("%s\n%s", answer.__name__, traceback.format_exc())  # noqa: TRY400 - see above
            return plain(style, *(None if isinstance(each, QWidget) else each for each in about))

    return cast("_Answer", asked)


class StudioStyle(QProxyStyle):
    """Draws every control from the tokens of the current theme."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self._hints = {
            **rules.HINTS,
            **{hint: super(StudioStyle, self).styleHint(hint) for hint in rules.STEADY},
        }

    def polish(self, target: object) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Let fields feel the mouse, and give windows and menus the ground they need."""
        if isinstance(
            target,
            QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit | QTextEdit | QPlainTextEdit | QSlider,
        ):
            target.setAttribute(Qt.WidgetAttribute.WA_Hover)
        elif isinstance(target, QMenu):
            # Rounded corners need a window that is not opaque, without the system's square shadow.
            target.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            target.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            target.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
            if QGuiApplication.platformName() == "xcb" and target.findChild(menus.Corners) is None:
                menus.Corners(target)
        elif isinstance(target, QScrollBar):
            # Only the handle is drawn; the pane shows through.
            target.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)  # noqa: FBT003 - Qt's signature
        elif isinstance(target, QLabel) and target.inherits("QTipLabel"):
            # A tip tells names and words of others as well: one that looks like HTML would be read as that, and fetch pictures.
            target.setTextFormat(Qt.TextFormat.PlainText)
        elif isinstance(target, QMainWindow | QDialog):
            target.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        elif isinstance(target, QFrame) and _is_popup(target):
            target.setFrameStyle(int(QFrame.Shape.StyledPanel.value))
        return super().polish(target)  # pyright: ignore[reportArgumentType, reportCallIssue]

    @_answering
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        return_data: QStyleHintReturn | None = None,
    ) -> int:
        """Answer behaviour questions of Qt."""
        fixed = self._hints.get(hint)
        if fixed is not None:
            return fixed
        if hint == _Hint.SH_UnderlineShortcut:
            return int(_underlines(widget))
        if hint == _Hint.SH_Table_GridLineColor:
            # Qt reads 32 bits without a sign.
            grid = current().color("line.subtle").rgb()
            return grid - (1 << 32) if grid >= 1 << 31 else grid
        return super().styleHint(hint, option, widget, return_data)

    @_answering
    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Answer measures; most scale with the text zoom."""
        if (fixed := rules.METRICS.get(metric)) is not None:
            return fixed
        if (scaled := rules.SCALED.get(metric)) is not None:
            return current().px(scaled)
        if metric == _Metric.PM_DefaultFrameWidth:
            if isinstance(widget, QTextEdit | QPlainTextEdit):
                return 3
            if isinstance(widget, QAbstractScrollArea):
                return 0
            if _is_popup(widget):
                return _POPUP_EDGE
        return super().pixelMetric(metric, option, widget)

    @_answering
    def sizeFromContents(
        self,
        type: QStyle.ContentsType,  # noqa: A002 -- Qt's name
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """Return control sizes; heights come from the tokens."""
        if type in rules.AS_GIVEN:
            return size
        theme = current()
        kind = QStyle.ContentsType
        if type == kind.CT_PushButton and isinstance(option, QStyleOptionButton):
            return controls.button_size(option, widget)
        large = controls.prop(widget, "scale")
        height = theme.px({"l": tokens.LARGE, "s": tokens.SMALL}.get(large, tokens.CONTROL))
        if type == kind.CT_LineEdit and isinstance(option, QStyleOptionFrame) and option.lineWidth > 0:
            return QSize(size.width() + theme.px(16), height)
        if type == kind.CT_ComboBox:
            return QSize(size.width() + theme.px(8 + 6 + 16 + 8), height)
        if type == kind.CT_SpinBox:
            return QSize(size.width() + theme.px(8) + 2 * theme.px(rules.STEPPER), height)
        if type == kind.CT_ToolButton:
            bare = isinstance(option, QStyleOptionToolButton) and not option.text
            return QSize(max(size.width() + (0 if bare else theme.px(16)), height), height)
        if type == kind.CT_MenuItem and isinstance(option, QStyleOptionMenuItem):
            return menus.item_size(option, size)
        if type == kind.CT_MenuBarItem:
            return menus.bar_item_size(size)
        if type == kind.CT_ItemViewItem:
            return items.row_size(super().sizeFromContents(type, option, size, _or_none(widget)))
        if type == kind.CT_HeaderSection and isinstance(option, QStyleOptionHeader):
            return items.head_size(option.fontMetrics.size(0, option.text))
        if type in {kind.CT_CheckBox, kind.CT_RadioButton}:
            base = super().sizeFromContents(type, option, size, _or_none(widget))
            return QSize(base.width(), max(base.height(), theme.px(tokens.SMALL)))
        return super().sizeFromContents(type, option, size, _or_none(widget))

    @_answering
    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw frames, fields and marks."""
        primitive = QStyle.PrimitiveElement
        if element in rules.BARE:
            return
        if element == primitive.PE_Widget:
            _ground(painter, option.rect, widget)
        elif element in {primitive.PE_PanelButtonCommand, primitive.PE_PanelButtonTool}:
            controls.button_panel(option, painter, widget)
        elif element == primitive.PE_PanelLineEdit:
            if isinstance(option, QStyleOptionFrame) and option.lineWidth > 0:
                controls.field_frame(painter, option.rect, option, widget)
        elif element == primitive.PE_Frame and (isinstance(widget, QAbstractScrollArea) or _is_popup(widget)):
            _frame(painter, option, widget)
        elif element == primitive.PE_PanelMenu:
            menus.panel(painter, option.rect)
        elif element == primitive.PE_PanelTipLabel:
            menus.tip(painter, option.rect)
        elif element == primitive.PE_PanelItemViewItem and isinstance(option, QStyleOptionViewItem):
            items.row(painter, option, floats=_in_popup(widget))
        elif element == primitive.PE_IndicatorDockWidgetResizeHandle:
            scrolling.edge(painter, option)
        elif element in {primitive.PE_IndicatorCheckBox, primitive.PE_IndicatorItemViewItemCheck}:
            controls.check(painter, option.rect, option, widget)
        elif element == primitive.PE_IndicatorRadioButton:
            controls.radio(painter, option.rect, option)
        elif element == primitive.PE_IndicatorBranch:
            controls.branch(painter, option.rect, option)
        elif element in rules.SIGNS:
            controls.sign(painter, option.rect, rules.SIGNS[element], option)
        else:
            super().drawPrimitive(element, option, painter, widget)

    @_answering
    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the words of buttons, combos and menus, and what lies between panes."""
        kind = QStyle.ControlElement
        if element == kind.CE_PushButtonBevel:
            controls.button_panel(option, painter, widget)  # the label draws the arrow of a menu itself
        elif element == kind.CE_PushButtonLabel and isinstance(option, QStyleOptionButton):
            with mirroring.mirrored(option.rect if widget is None else widget.rect(), option.direction):
                controls.button_label(option, painter, widget)
        elif element == kind.CE_ComboBoxLabel and isinstance(option, QStyleOptionComboBox):
            self._combo_label(option, painter, widget)
        elif element == kind.CE_MenuItem and isinstance(option, QStyleOptionMenuItem):
            menus.item(painter, option, underlined=_underlines(widget))
        elif element == kind.CE_MenuBarItem and isinstance(option, QStyleOptionMenuItem):
            menus.bar_item(painter, option, underlined=_underlines(widget))
        elif element == kind.CE_CheckBoxLabel and widget is not None and widget.property("sent") is False:
            option.palette.setColor(QPalette.ColorRole.WindowText, current().color("text.3"))
            super().drawControl(element, option, painter, widget)
        elif element == kind.CE_Splitter:
            scrolling.edge(painter, option)
        elif element in {kind.CE_HeaderSection, kind.CE_HeaderEmptyArea}:
            items.head_ground(painter, option.rect)
        elif element == kind.CE_HeaderLabel and isinstance(option, QStyleOptionHeader):
            items.head_words(painter, option)
        elif element not in {kind.CE_MenuBarEmptyArea, kind.CE_MenuEmptyArea, kind.CE_SizeGrip}:
            super().drawControl(element, option, painter, widget)

    @_answering
    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw combos, number fields, sliders and scroll bars."""
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            scrolling.bar(painter, option)
        elif control == QStyle.ComplexControl.CC_ComboBox:
            controls.combo_frame(painter, option.rect, option, widget)
        elif control == QStyle.ComplexControl.CC_SpinBox and isinstance(option, QStyleOptionSpinBox):
            self._spin_box(option, painter, widget)
        elif control == QStyle.ComplexControl.CC_Slider and isinstance(option, QStyleOptionSlider):
            self._slider(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    @_answering
    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        sub_control: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Return where the parts of number fields, combos and scroll bars lie."""
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return scrolling.part(option, sub_control)
        if control == QStyle.ComplexControl.CC_SpinBox:
            return self._spin_part(option, sub_control)
        if control == QStyle.ComplexControl.CC_ComboBox and sub_control == _Sub.SC_ComboBoxEditField:
            px = current().px
            area = option.rect.adjusted(px(8), 1, -px(8 + 16 + 4), -1)
            return self.visualRect(option.direction, option.rect, area)
        return super().subControlRect(control, option, sub_control, _or_none(widget))

    @_answering
    def subElementRect(
        self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        """Return where the text of a field lies."""
        if element == QStyle.SubElement.SE_LineEditContents:
            # The line edit itself keeps 2 px at each side.
            side = (
                current().px(8) - 2 if isinstance(option, QStyleOptionFrame) and option.lineWidth > 0 else 0
            )
            # Half a pixel too much is below the words, as it is in buttons and choices; a line edit would put it above.
            odd = (option.rect.height() - option.fontMetrics.height()) % 2
            return option.rect.adjusted(side, 0, -side, -odd)
        if element == QStyle.SubElement.SE_HeaderLabel:
            return QRect(option.rect)
        if element in rules.ITEM_PARTS and isinstance(option, QStyleOptionViewItem):
            margin = rules.METRICS[_Metric.PM_FocusFrameHMargin] + 1  # Qt's own rule
            return super().subElementRect(element, items.inner(option, margin), _or_none(widget))
        return super().subElementRect(element, option, _or_none(widget))

    def _spin_part(self, option: QStyleOptionComplex, part: QStyle.SubControl) -> QRect:
        px = current().px
        area = option.rect
        wide = px(rules.STEPPER)
        plain = isinstance(option, QStyleOptionSpinBox) and (
            option.buttonSymbols == QAbstractSpinBox.ButtonSymbols.NoButtons
        )
        steps = 0 if plain else 2 * wide
        rect = QRect(area)
        if part == _Sub.SC_SpinBoxEditField:
            rect = area.adjusted(px(8) - 2, 1, -steps - 2, -1)
        elif part == _Sub.SC_SpinBoxUp:
            rect = QRect(area.right() + 1 - wide, area.top(), 0 if plain else wide, area.height())
        elif part == _Sub.SC_SpinBoxDown:
            rect = QRect(area.right() + 1 - 2 * wide, area.top(), 0 if plain else wide, area.height())
        return self.visualRect(option.direction, area, rect)

    def _spin_box(self, option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None) -> None:
        theme = current()
        controls.field_frame(painter, option.rect, option, widget)
        if option.buttonSymbols == QAbstractSpinBox.ButtonSymbols.NoButtons:
            return
        painter.save()
        # The parts are square; the clip keeps them inside the rounded corner.
        painter.setClipRect(option.rect.adjusted(2, 1, -theme.px(2), -1))
        flags = QAbstractSpinBox.StepEnabledFlag
        for part, sign, flag in (
            (_Sub.SC_SpinBoxDown, "minus", flags.StepDownEnabled),
            (_Sub.SC_SpinBoxUp, "plus", flags.StepUpEnabled),
        ):
            active = bool(option.activeSubControls & part)
            state = option.state
            enabled = bool(state & _Style.StateFlag.State_Enabled) and bool(option.stepEnabled & flag)
            controls.stepper(
                painter,
                self._spin_part(option, part),
                sign,
                hover=enabled and active and bool(state & _Style.StateFlag.State_MouseOver),
                pressed=enabled and active and bool(state & _Style.StateFlag.State_Sunken),
                enabled=enabled,
            )
        painter.restore()

    def _slider(self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget | None) -> None:
        part = QStyle.ComplexControl.CC_Slider
        controls.slider(
            painter,
            super().subControlRect(part, option, _Sub.SC_SliderGroove, _or_none(widget)),
            super().subControlRect(part, option, _Sub.SC_SliderHandle, _or_none(widget)),
            horizontal=option.orientation == Qt.Orientation.Horizontal,
            sent=bool(widget is not None and widget.property("sent")),
            enabled=bool(option.state & _Style.StateFlag.State_Enabled),
            reverse=option.upsideDown,
        )

    def _combo_label(self, option: QStyleOptionComboBox, painter: QPainter, widget: QWidget | None) -> None:
        theme = current()
        area = self.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, _Sub.SC_ComboBoxEditField, widget
        )
        enabled = bool(option.state & _Style.StateFlag.State_Enabled)
        if not option.currentIcon.isNull():
            side = theme.px(16)
            box = QRect(area.left(), area.center().y() - side // 2 + 1, side, side)
            option.currentIcon.paint(painter, box, mode=QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled)
            area.setLeft(box.right() + theme.px(6))
        if not option.editable:
            is_default = widget is not None and widget.property("sent") is False
            words = "text.off" if not enabled else "text.3" if is_default else "text.1"
            paint.text(painter, area, option.currentText, theme.font("cell"), theme.color(words))


def _ground(painter: QPainter, rect: QRect, widget: QWidget | None) -> None:
    """Fill a pane with the surface it was laid on; windows and dialogs have one of their own."""
    role = controls.GROUNDS.get(controls.prop(widget, "surface"))
    if role is None and isinstance(widget, QMainWindow | QDialog):
        role = "bg.window"
    if role is not None:
        paint.fill(painter, rect, current().color(role))


def _frame(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    """Draw the frame of a text and of the list of a choice; other panes that scroll have none."""
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        controls.field_frame(painter, option.rect, option, widget)
    elif not isinstance(widget, QAbstractScrollArea):
        menus.tip(painter, option.rect)


def _underlines(widget: QWidget | None) -> bool:
    """Say whether menu letters are underlined: while Alt is held or the keyboard walks the menus."""
    alt = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier)
    return alt or (isinstance(widget, QMenuBar) and widget.hasFocus())


def _is_popup(widget: QWidget | None) -> bool:
    return widget is not None and widget.isWindow() and widget.metaObject().className() == _POPUP


def _in_popup(widget: QWidget | None) -> bool:
    return isinstance(widget, QAbstractItemView) and _is_popup(widget.window())


def _or_none(widget: QWidget | None) -> QWidget:
    """Pass None on where Qt takes it although its type stubs do not say so."""
    return cast("QWidget", widget)
