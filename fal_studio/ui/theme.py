"""The appearance of the whole program: fills the palettes and the fonts of the application, live."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

from fal_studio import resources
from fal_studio.ui import tokens
from fal_studio.ui.ticker import Ticker
from fal_studio.ui.tokens import Role, Scheme
from fal_studio.words import tr

LEAST_ZOOM, MOST_ZOOM = 0.8, 2.0
_FONTS_PROPERTY: Final = "falFonts"
_SELECTED: dict[QPalette.ColorRole, Role] = {
    QPalette.ColorRole.Highlight: "accent.fill",
    QPalette.ColorRole.HighlightedText: "on.accent",
}
_PALETTE: dict[QPalette.ColorRole, Role] = {
    QPalette.ColorRole.Window: "bg.panel",
    QPalette.ColorRole.WindowText: "text.1",
    QPalette.ColorRole.Base: "bg.field",
    QPalette.ColorRole.AlternateBase: "bg.panel",
    QPalette.ColorRole.Text: "text.1",
    QPalette.ColorRole.PlaceholderText: "text.3",
    QPalette.ColorRole.Button: "bg.raised",
    QPalette.ColorRole.ButtonText: "text.1",
    QPalette.ColorRole.BrightText: "on.accent",
    QPalette.ColorRole.Highlight: "accent.tint",
    QPalette.ColorRole.HighlightedText: "text.1",
    QPalette.ColorRole.Accent: "accent.fill",
    QPalette.ColorRole.Link: "accent.text",
    QPalette.ColorRole.LinkVisited: "accent.text",
    QPalette.ColorRole.ToolTipBase: "bg.float",
    QPalette.ColorRole.ToolTipText: "text.1",
    QPalette.ColorRole.Mid: "line.control",
    QPalette.ColorRole.Midlight: "line.subtle",
    QPalette.ColorRole.Dark: "line.strong",
    QPalette.ColorRole.Light: "bg.hover",
    QPalette.ColorRole.Shadow: "bg.window",
}
_CLASS_FONTS = {
    "QLineEdit": "cell",
    "QTextEdit": "cell",
    "QPlainTextEdit": "cell",
    "QAbstractSpinBox": "cell",
    "QListView": "cell",
    "QTreeView": "cell",
    "QTableView": "cell",
    "QHeaderView": "header",
    "QMenu": "cell",
    "QMenuBar": "body",
    "QStatusBar": "caption",
    "QTipLabel": "cell",
}
"""Type styles of Qt's own classes that do not use the one of controls."""
_CLASS_PALETTES: dict[str, dict[QPalette.ColorRole, Role]] = {
    "QListView": {QPalette.ColorRole.Base: "bg.panel"},
    "QTreeView": {QPalette.ColorRole.Base: "bg.panel"},
    "QTableView": {QPalette.ColorRole.Base: "bg.panel"},
    "QComboBoxListView": {QPalette.ColorRole.Base: "bg.float"},
    "QLineEdit": _SELECTED,
    "QTextEdit": _SELECTED,
    "QPlainTextEdit": _SELECTED,
    "QAbstractSpinBox": _SELECTED,
}
"""What differs from the application's palette in Qt's own classes: rows lie on the pane, chosen text is loud."""
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
    QPalette.ColorRole.PlaceholderText,
)


class Theme(QObject):
    """Colours, fonts and sizes as they are now; `changed` fires after everything was applied.

    One theme belongs to the application; `current()` finds it. `zoom` is the text zoom, 0.8 to 2.0.
    """

    changed = Signal()
    zoomed = Signal(float, float)
    """The text zoom was the first and is the second: every widget shall ask the style for its size again."""

    def __init__(
        self,
        app: QApplication,
        scheme: Scheme = Scheme.SYSTEM,
        zoom: float = 1.0,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._wanted = scheme
        self._zoom = _bounded(zoom)
        self.ticker = Ticker(self)
        self._colors: dict[Role, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}
        _load_fonts(app)
        _Latest.theme = self
        hints = app.styleHints()
        self._system_scheme = hints.colorScheme()
        self._system_contrast = hints.accessibility().contrastPreference()
        self._resolved = self._resolve()
        self._fill()
        hints.colorSchemeChanged.connect(self._on_system_scheme_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_contrast_changed)

    @property
    def scheme(self) -> Scheme:
        """What the user chose."""
        return self._wanted

    @property
    def resolved(self) -> Scheme:
        """What is shown: dark, light or high contrast, never `system`."""
        return self._resolved

    @property
    def zoom(self) -> float:
        """The text zoom, 0.8 to 2.0."""
        return self._zoom

    def dress(self) -> None:
        """Give the application its palettes and fonts. `style.dress` calls it before the first window."""
        self._dress_fonts()
        self._dress_palettes()

    def apply(self, scheme: Scheme | str) -> None:
        """Show another scheme at once."""
        self._wanted = Scheme(scheme)
        self._refresh()

    def set_zoom(self, zoom: float) -> None:
        """Scale text and heights; values outside 0.8 to 2.0 are bounded."""
        bounded = _bounded(zoom)
        if bounded != self._zoom:
            before, self._zoom = self._zoom, bounded
            self._refresh(zoom_before=before)

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing glides, turns or fades."""
        return self.ticker.reduced

    def set_reduced_motion(self, *, reduced: bool) -> None:
        """Turn motion down or up."""
        if reduced != self.ticker.reduced:
            self.ticker.set_reduced(reduced=reduced)
            self.changed.emit()

    def color(self, role: Role, alpha: float = 1.0) -> QColor:
        """Return the colour of a role; `alpha` 0 to 1 makes it translucent."""
        color = QColor(self._colors[role])
        if alpha < 1.0:
            color.setAlphaF(alpha)
        return color

    def px(self, pixels: float) -> int:
        """Return a measure of the design in pixels of the window, scaled by the text zoom."""
        return round(pixels * self._zoom)

    def font(self, style: str) -> QFont:
        """Return a copy of the font of a type style: hero, title, body, control, caption, mono and so on."""
        return QFont(self._fonts[style])

    def metrics(self, style: str) -> QFontMetricsF:
        """Return the measures of a type style."""
        found = self._metrics.get(style)
        if found is None:
            found = self._metrics[style] = QFontMetricsF(self._fonts[style])
        return found

    def line_px(self, style: str) -> int:
        """Return the line height of a type style in pixels."""
        return self.px(tokens.TYPE[style].line_px)

    def palette(self, different: Mapping[QPalette.ColorRole, Role] | None = None) -> QPalette:
        """Return the palette of what is shown; `different` names roles that are not the usual ones."""
        palette = QPalette(self._palette)
        for target, role in (different or {}).items():
            palette.setColor(QPalette.ColorGroup.All, target, self._colors[role])
        return palette

    def _make_palette(self) -> QPalette:
        palette = QPalette()
        for target, role in _PALETTE.items():
            palette.setColor(QPalette.ColorGroup.All, target, self._colors[role])
        for target in _DISABLED:
            palette.setColor(QPalette.ColorGroup.Disabled, target, self._colors["text.off"])
        # A field that is off has no fill.
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, self._colors["bg.panel"])
        return palette

    def _dress_fonts(self) -> None:
        self._app.setFont(self._fonts["control"])
        for name, style in _CLASS_FONTS.items():
            self._app.setFont(self._fonts[style], name)  # pyright: ignore[reportArgumentType] - the stubs say bytes, the call takes str only

    def _dress_palettes(self) -> None:
        self._app.setPalette(self.palette())
        for name, different in _CLASS_PALETTES.items():
            self._app.setPalette(self.palette(different), name)  # pyright: ignore[reportArgumentType] - see above
        for window in self._app.topLevelWidgets():
            # Qt tells windows later, and those that were never shown not at all.
            self._app.sendEvent(window, QEvent(QEvent.Type.ApplicationPaletteChange))

    def _resolve(self) -> Scheme:
        if self._wanted is not Scheme.SYSTEM:
            return self._wanted
        if self._system_contrast == Qt.ContrastPreference.HighContrast:
            return Scheme.HIGH_CONTRAST
        return Scheme.LIGHT if self._system_scheme == Qt.ColorScheme.Light else Scheme.DARK

    def _refresh(self, *, zoom_before: float = 0.0) -> None:
        before = self._resolved
        self._resolved = self._resolve()
        if self._resolved is before and not zoom_before:
            return
        self._fill()
        if zoom_before:
            self._dress_fonts()
            # Heights follow the zoom, and only a new style makes Qt ask every widget for its size again.
            self.zoomed.emit(zoom_before, self._zoom)
        self._dress_palettes()
        self.changed.emit()

    def _fill(self) -> None:
        table = tokens.TABLES[self._resolved]
        self._colors = {role: QColor(value) for role, value in table.items()}
        self._palette = self._make_palette()
        self._metrics = {}
        self._fonts = {name: self._make_font(style) for name, style in tokens.TYPE.items()}

    def _make_font(self, style: tokens.TypeStyle) -> QFont:
        font = QFont()
        font.setFamilies(list(tokens.MONO if style.mono else tokens.SANS))
        font.setPixelSize(max(11, self.px(style.size_px)))
        font.setWeight(QFont.Weight(style.weight))
        if not style.mono:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _on_system_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._system_scheme = scheme
        self._refresh()

    def _on_system_contrast_changed(self, contrast: Qt.ContrastPreference) -> None:
        self._system_contrast = contrast
        self._refresh()


def current() -> Theme:
    """Return the application's theme; a widget that is tried alone gets a dark one."""
    if (theme := _Latest.theme) is not None:
        return theme
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("A QApplication is needed before a theme.")
    return Theme(app, Scheme.DARK)


def held() -> Theme | None:
    """Return the application's theme, None before there is one."""
    return _Latest.theme


class _Latest:
    """The theme that was made last; kept here, since it is asked for a thousand times while a window is made."""

    theme: Theme | None = None


def text_width(style: str, text: str) -> float:
    """Return how wide a text is in a type style, in pixels."""
    return current().metrics(style).horizontalAdvance(text)


def _bounded(zoom: float) -> float:
    return round(min(MOST_ZOOM, max(LEAST_ZOOM, zoom)), 2)  # ten steps of 0.1 are one


def _load_fonts(app: QApplication) -> None:
    """Load the program's fonts, once an application however many themes are made."""
    if app.property(_FONTS_PROPERTY):
        return
    for name in tokens.FONT_FILES:
        if QFontDatabase.addApplicationFont(str(resources.path("fonts", name))) < 0:
            raise OSError(tr("The font {name} cannot be read. Install fal Studio again.").format(name=name))
    app.setProperty(_FONTS_PROPERTY, "loaded")
