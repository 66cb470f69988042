"""How Markdown looks: room between paragraphs, quiet tables, code on a ground of its own. Applied after Qt has read it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from fal_studio.ui import theme
from fal_studio.words import tr

LONGEST_ADDRESS = 80
_MOST_BOXES = 300
"""Runs of code that have a box: Qt needs longer for each than for the one before. Further lines have a ground of their own."""
_HEADINGS = {1: 17.0, 2: 15.0, 3: 13.0}


def show_markdown(document: QTextDocument, text: str) -> None:
    """Fill a document from Markdown. HTML in it is shown as text: what a model writes is never interpreted."""
    dialect = (
        QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
    )
    document.setMarkdown(text, dialect)
    whole = QTextCursor(document)
    whole.beginEditBlock()  # the document is laid out once, not after each of a thousand bold words
    _name_pictures(document)
    _soften(document)
    block = document.begin()
    while block.isValid():
        _dress(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)
    runs = _runs_of_code(document)
    for first, last in runs[_MOST_BOXES:]:
        _ground_code(document, first, last)
    for first, last in reversed(runs[:_MOST_BOXES]):
        _frame_code(document, first, last)
    whole.endEditBlock()


def _name_pictures(document: QTextDocument) -> None:
    """Put words where the text names pictures: none is fetched."""
    places: list[tuple[int, str]] = []
    block = document.begin()
    while block.isValid():
        each = block.begin()
        while not each.atEnd():
            fragment = each.fragment()
            if fragment.charFormat().isImageFormat():
                places += [
                    (fragment.position() + number, fragment.charFormat().toImageFormat().name())
                    for number in range(fragment.length())
                ]
            each += 1
        block = block.next()
    cursor = QTextCursor(document)
    for place, address in reversed(places):
        cursor.setPosition(place)
        cursor.setPosition(place + 1, QTextCursor.MoveMode.KeepAnchor)
        short = address if len(address) <= LONGEST_ADDRESS else f"{address[:LONGEST_ADDRESS]}…"
        cursor.insertText(tr("[picture, not fetched: {short}]").format(short=short), QTextCharFormat())


def _soften(document: QTextDocument) -> None:
    """Take the weight that the program's font has in place of bold: Qt would smear a bold of its own."""
    places: list[tuple[int, int]] = []
    block = document.begin()
    while block.isValid():
        each = block.begin()
        while not each.atEnd():
            fragment = each.fragment()
            if fragment.charFormat().fontWeight() > QFont.Weight.DemiBold:
                places.append((fragment.position(), fragment.length()))
            each += 1
        block = block.next()
    letters = QTextCharFormat()
    letters.setFontWeight(QFont.Weight.DemiBold)
    cursor = QTextCursor(document)
    for place, length in places:
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(letters)


def _dress(block: QTextBlock) -> None:
    colours = theme.current()
    px = colours.px
    form = QTextBlockFormat(block.blockFormat())
    cursor = QTextCursor(block)
    level = form.headingLevel()
    is_code = _is_code(block)
    if cursor.currentTable():
        return
    form.setTopMargin(px(14) if level else 0 if is_code or block.textList() else px(2))
    form.setBottomMargin(px(6) if level else 0 if is_code else px(3) if block.textList() else px(8))
    form.setLineHeight(
        140 if not is_code else 130, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    )
    if quoted := form.intProperty(QTextFormat.Property.BlockQuoteLevel.value):
        form.setLeftMargin(px(16) * quoted)
    if is_code:
        form.setNonBreakableLines(False)
        form.setLeftMargin(0)
    cursor.setBlockFormat(form)
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    letters = QTextCharFormat()
    if level:
        _dress_heading(block, px(_HEADINGS.get(level, 13.0)))
    elif is_code:
        letters.setFontFamilies(colours.font("mono").families())
        letters.setProperty(QTextFormat.Property.FontPixelSize, px(12))
        cursor.mergeCharFormat(letters)


def _is_code(block: QTextBlock) -> bool:
    """Whether a line is code, between fences or indented: Qt keeps a language for both, "" where none was named."""
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage)


def _runs_of_code(document: QTextDocument) -> list[tuple[int, int]]:
    """Return where each run of lines of code begins and ends: positions of the first and after the last letter."""
    runs: list[tuple[int, int]] = []
    block, was_code = document.begin(), False
    while block.isValid():
        is_code = _is_code(block) and not QTextCursor(block).currentTable()
        if is_code:
            end = block.position() + block.length() - 1
            runs.append((runs.pop()[0] if was_code else block.position(), end))
        block, was_code = block.next(), is_code
    return runs


def _ground_code(document: QTextDocument, first: int, last: int) -> None:
    form = QTextBlockFormat()
    form.setBackground(QBrush(theme.current().color("bg.field")))
    cursor = QTextCursor(document)
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeBlockFormat(form)


def _frame_code(document: QTextDocument, first: int, last: int) -> None:
    """Put lines of code into one box: a ground of each line's own would leave stripes between them."""
    px = theme.current().px
    form = QTextFrameFormat()
    form.setBackground(QBrush(theme.current().color("bg.field")))
    form.setPadding(px(10))
    form.setTopMargin(px(2))
    form.setBottomMargin(px(10))
    cursor = QTextCursor(document)
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    frame = cursor.insertFrame(form)
    # Qt puts an empty line before and one after the box, each with a format of its own.
    cursor.setPosition(frame.lastPosition() + 1)
    if not cursor.block().text() and cursor.block().next().isValid():
        _drop_empty(cursor, keeps=cursor.block().next())
    cursor.setPosition(frame.firstPosition() - 1)
    before = cursor.block().previous()
    if before.isValid() and QTextCursor(before).currentFrame() == cursor.currentFrame():
        form_before = QTextBlockFormat(before.blockFormat())
        cursor.deletePreviousChar()
        cursor.setBlockFormat(form_before)


def _drop_empty(cursor: QTextCursor, *, keeps: QTextBlock) -> None:
    """Take the empty line away in which the cursor stands; the line below keeps its looks."""
    form = QTextBlockFormat(keeps.blockFormat())
    cursor.deleteChar()
    cursor.setBlockFormat(form)


def _dress_heading(block: QTextBlock, pixels: int) -> None:
    parts: list[tuple[int, int, QTextCharFormat]] = []
    each = block.begin()
    while not each.atEnd():
        fragment = each.fragment()
        letters = QTextCharFormat(fragment.charFormat())
        # Qt's own step for headings wins over any size, whatever it is: it has to go.
        letters.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
        letters.setProperty(QTextFormat.Property.FontPixelSize, pixels)
        letters.setFontWeight(QFont.Weight.DemiBold)
        parts.append((fragment.position(), fragment.length(), letters))
        each += 1
    cursor = QTextCursor(block)
    for place, length, letters in parts:
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(letters)


def _dress_table(table: QTextTable) -> None:
    colours = theme.current()
    form = table.format()
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(colours.color("line.subtle")))
    form.setBorderCollapse(True)
    form.setCellPadding(colours.px(6))
    form.setCellSpacing(0)
    form.setTopMargin(colours.px(4))
    form.setBottomMargin(colours.px(10))
    form.setAlignment(Qt.AlignmentFlag.AlignLeft)
    form.setWidth(QTextLength())
    table.setFormat(form)
