"""How panes are divided, how wide columns are, how lists are sorted: as somebody left them, in every pane of the same name."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QSplitter, QWidget

from fal_studio.ui.theme import current

MOST = 200
"""So many names are kept at most: what was written down is read with care."""
Numbers = tuple[int, ...]
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class Arrangement(QObject):
    """What was chosen by name, sizes in pixels at 100 % text. A child of the window, where the panes in it find it."""

    changed = Signal()
    """Something was chosen, or given up: it is to be written down."""
    put = Signal(str)
    """The numbers of a name are others; "": all are as at first again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._numbers: dict[str, Numbers] = {}

    @property
    def numbers(self) -> dict[str, Numbers]:
        """All that was chosen."""
        return dict(self._numbers)

    def of(self, name: str) -> Numbers:
        """Return what was chosen for a name; empty if nothing was."""
        return self._numbers.get(name, ())

    def take(self, numbers: Mapping[str, Numbers]) -> None:
        """Be as it was left."""
        self._numbers = dict(list(numbers.items())[:MOST])
        for name in self._numbers:
            self.put.emit(name)

    def note(self, name: str, numbers: Numbers) -> None:
        """Remember what somebody chose."""
        if self._numbers.get(name) != numbers:
            self._numbers[name] = numbers
            self.put.emit(name)
            self.changed.emit()

    def reset(self) -> None:
        """Be as at the first start."""
        self._numbers.clear()
        self.put.emit("")
        self.changed.emit()


def arrangement_of(widget: QWidget) -> Arrangement | None:
    """Return the arrangement of the window that a widget is in, also from a window that belongs to it; None without one."""
    at: QWidget | None = widget
    while at is not None:
        found = at.findChild(Arrangement, "", _DIRECT)
        if isinstance(found, Arrangement):
            return found
        at = at.parentWidget()
    return None


class _Keeper(QObject):
    """Joins a part with its window when it is first seen, and lets it follow others of its name."""

    def __init__(
        self,
        part: QWidget,
        key: Callable[[], str],
        now: Callable[[], Numbers],
        put: Callable[[Numbers], None],
    ) -> None:
        super().__init__(part)
        self._part, self._key, self._now, self._put = part, key, now, put
        self._arrangement: Arrangement | None = None
        self._usual: dict[str, Numbers] = {}
        """How the part was before somebody chose, by key."""
        self._is_putting = False

    def join(self) -> None:
        """Be as it was left; told by the part when it is shown."""
        if self._arrangement is None:
            self._arrangement = arrangement_of(self._part)
            if self._arrangement is not None:
                self._arrangement.put.connect(self._on_put)
                self.apply()

    def apply(self) -> None:
        """Be as it was left, if it was."""
        if self._arrangement is None:
            return
        now, key = self._now(), self._key()
        if any(now):
            self._usual.setdefault(key, now)
        if (wanted := self._arrangement.of(key)) and wanted != now:
            self._be(wanted)

    @property
    def kept(self) -> Numbers:
        """What was chosen for it; empty if nothing was."""
        return self._arrangement.of(self._key()) if self._arrangement is not None else ()

    def note(self, numbers: Numbers = ()) -> None:
        """Remember how it is, or these numbers: somebody chose it."""
        if self._arrangement is not None and not self._is_putting:
            self._arrangement.note(self._key(), numbers or self._now())

    def _on_put(self, key: str) -> None:
        if not key and (usual := self._usual.get(self._key())):
            self._be(usual)
        elif key == self._key():
            self.apply()

    def _be(self, numbers: Numbers) -> None:
        self._is_putting = True
        self._put(numbers)
        self._is_putting = False


class KeptSplitter(QSplitter):
    """Its parts are as they were left. Each set of parts that can be seen has its own sizes, and so has each direction."""

    def __init__(self, way: Qt.Orientation, name: str, parent: QWidget | None = None) -> None:
        super().__init__(way, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._name = name
        self._was = ""
        """The key of the parts that were seen last."""
        self._keeper = _Keeper(self, self._key, self._now, self._put)
        self.splitterMoved.connect(self._on_moved)

    def apply(self) -> None:
        """Be as it was left, after somebody else has shared the room out."""
        self._keeper.apply()

    def note(self) -> None:
        """Remember how it is: somebody chose it without pulling."""
        self._keeper.note()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as it was left."""
        super().showEvent(event)
        self._keeper.join()

    def event(self, event: QEvent) -> bool:
        """Follow what is seen of its parts."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and (key := self._key()) != self._was:
            self._was = key
            self._keeper.apply()
        return is_done

    def _key(self) -> str:
        way = "across" if self.orientation() is Qt.Orientation.Horizontal else "down"
        return f"{self._name} {way} {','.join(type(self.widget(at)).__name__ for at in self._seen())}"

    def _seen(self) -> list[int]:
        parts = (self.widget(at) for at in range(self.count()))
        return [at for at, part in enumerate(parts) if part is not None and not part.isHidden()]

    def _now(self) -> Numbers:
        sizes = self.sizes()
        return tuple(round(sizes[at] / current().zoom) for at in self._seen())

    def _put(self, numbers: Numbers) -> None:
        seen, sizes = self._seen(), self.sizes()
        if len(numbers) == len(seen):
            for at, number in zip(seen, numbers, strict=True):
                sizes[at] = max(1, current().px(number))
            self.setSizes(sizes)

    def _on_moved(self, _pos: int, _index: int) -> None:
        self._keeper.note()


class KeptHead(QHeaderView):
    """The head of a table whose columns are as wide, and whose rows are sorted, as they were left; the last one takes the rest."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self._held: Numbers = ()
        """The widths when the mouse was pressed."""
        self._keeper = _Keeper(self, lambda: f"{name} columns", self._now, self._put)
        self._sorting = _Keeper(self, lambda: f"{name} sorted", self._order, self._sort)

    def apply(self) -> None:
        """Be as it was left, after somebody else has said how wide columns are."""
        self._keeper.apply()

    def keep_sorting(self) -> None:
        """Remember also by which column rows are sorted."""
        self.sortIndicatorChanged.connect(self._on_sorted)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as it was left."""
        super().showEvent(event)
        self._keeper.join()
        if self.isSortIndicatorShown():
            self._sorting.join()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Notice how wide columns are before somebody pulls."""
        self._held = self._now()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Notice that somebody has pulled."""
        super().mouseReleaseEvent(event)
        if self._held not in {(), self._now()}:
            self._keeper.note(self._chosen())
        self._held = ()

    def _now(self) -> Numbers:
        """All but the last; 0 for those that are hidden."""
        zoom = current().zoom
        return tuple(round(self.sectionSize(at) / zoom) for at in range(self.count() - 1))

    def _chosen(self) -> Numbers:
        """What is to be kept: of a hidden column what was kept before, 0 if nothing was."""
        now, kept = self._now(), self._keeper.kept
        if len(kept) != len(now):
            return now
        return tuple(kept[at] if self.isSectionHidden(at) else width for at, width in enumerate(now))

    def _put(self, numbers: Numbers) -> None:
        now = self._now()
        if len(numbers) == len(now):
            for at, number in enumerate(numbers):
                if number and number != now[at] and not self.isSectionHidden(at):
                    self.resizeSection(at, max(self.minimumSectionSize(), current().px(number)))

    def _order(self) -> Numbers:
        """The column counted from 1, 0 for none, and 2 for downwards or 1."""
        is_down = self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        return self.sortIndicatorSection() + 1, 2 if is_down else 1

    def _sort(self, numbers: Numbers) -> None:
        column, way = numbers if len(numbers) == 2 else (0, 1)
        if 0 <= column <= self.count():
            order = Qt.SortOrder.DescendingOrder if way == 2 else Qt.SortOrder.AscendingOrder
            self.setSortIndicator(column - 1, order)

    def _on_sorted(self, _column: int, _order: Qt.SortOrder) -> None:
        self._sorting.note()
