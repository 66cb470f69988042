"""What the style answers without looking: behaviour, measures, what is not drawn, and signs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle

from fal_studio.ui import menus, scrolling

_Hint = QStyle.StyleHint
_Metric = QStyle.PixelMetric
STEPPER = 24
"""The width of a step button of a number field, in pixels at 100 % text."""
HINTS = {
    _Hint.SH_FocusFrame_AboveWidget: 1,
    # No mask: Fusion's would cut the inner corners out of a rounded ring.
    _Hint.SH_FocusFrame_Mask: 0,
    _Hint.SH_ComboBox_Popup: 0,
    _Hint.SH_Slider_AbsoluteSetButtons: int(Qt.MouseButton.LeftButton.value),
    _Hint.SH_ToolTip_WakeUpDelay: 500,
    _Hint.SH_EtchDisabledText: 0,
    _Hint.SH_DitherDisabledText: 0,
    _Hint.SH_Menu_SubMenuPopupDelay: 120,
    _Hint.SH_ItemView_ShowDecorationSelected: 1,
}
"""How controls behave, whatever they look like."""
STEADY = (_Hint.SH_Widget_ShareActivation, _Hint.SH_ScrollBar_Transient, _Hint.SH_MenuBar_AltKeyNavigation)
"""What Qt asks most, a thousand times while a window is made, and Fusion answers alike for every widget."""
AS_GIVEN = {QStyle.ContentsType.CT_ScrollBar, QStyle.ContentsType.CT_Splitter}
"""What Fusion leaves as large as it was asked for."""
METRICS = {
    # 2 px of ground, then the ring of 2 px.
    _Metric.PM_FocusFrameHMargin: 4,
    _Metric.PM_FocusFrameVMargin: 4,
    _Metric.PM_SplitterWidth: 1,
    _Metric.PM_DockWidgetSeparatorExtent: 1,
    _Metric.PM_ButtonShiftHorizontal: 0,
    _Metric.PM_ButtonShiftVertical: 0,
    _Metric.PM_ToolBarFrameWidth: 0,
    _Metric.PM_MenuPanelWidth: 1,
    _Metric.PM_MenuHMargin: menus.EDGE,
    _Metric.PM_MenuVMargin: menus.EDGE,
    _Metric.PM_ToolTipLabelFrameWidth: 6,
    _Metric.PM_ScrollBarExtent: scrolling.EXTENT,
    _Metric.PM_ScrollBarSliderMin: scrolling.SHORTEST,
}
"""Measures that stay the same with every size of text."""
SCALED = {
    _Metric.PM_IndicatorWidth: 16,
    _Metric.PM_IndicatorHeight: 16,
    _Metric.PM_ExclusiveIndicatorWidth: 16,
    _Metric.PM_ExclusiveIndicatorHeight: 16,
    _Metric.PM_CheckBoxLabelSpacing: 6,
    _Metric.PM_RadioButtonLabelSpacing: 6,
    _Metric.PM_SliderLength: 12,
    _Metric.PM_SliderThickness: 24,
    _Metric.PM_SliderControlThickness: 12,
    _Metric.PM_TabBarScrollButtonWidth: 24,
    _Metric.PM_ToolBarExtensionExtent: 28,
    _Metric.PM_SmallIconSize: 16,
    _Metric.PM_ButtonIconSize: 16,
}
"""Measures that grow with the text."""
BARE = {
    QStyle.PrimitiveElement.PE_FrameFocusRect,  # the focus ring is a widget of its own
    QStyle.PrimitiveElement.PE_FrameLineEdit,
    QStyle.PrimitiveElement.PE_FrameDefaultButton,
    QStyle.PrimitiveElement.PE_FrameMenu,
    QStyle.PrimitiveElement.PE_PanelMenuBar,
    QStyle.PrimitiveElement.PE_FrameStatusBarItem,
    QStyle.PrimitiveElement.PE_FrameDockWidget,
    QStyle.PrimitiveElement.PE_PanelScrollAreaCorner,
    QStyle.PrimitiveElement.PE_PanelItemViewRow,
}
"""What is not drawn at all."""
ITEM_PARTS = {
    QStyle.SubElement.SE_ItemViewItemCheckIndicator,
    QStyle.SubElement.SE_ItemViewItemDecoration,
    QStyle.SubElement.SE_ItemViewItemText,
    QStyle.SubElement.SE_ItemViewItemFocusRect,
}
"""What an item of a list has inside its margin."""
SIGNS = {
    QStyle.PrimitiveElement.PE_IndicatorArrowDown: "chevron-down",
    QStyle.PrimitiveElement.PE_IndicatorArrowUp: "chevron-up",
    QStyle.PrimitiveElement.PE_IndicatorArrowLeft: "chevron-left",
    QStyle.PrimitiveElement.PE_IndicatorArrowRight: "chevron-right",
    QStyle.PrimitiveElement.PE_IndicatorMenuCheckMark: "check",
}
"""Icons that are drawn for the signs of Qt."""
