"""Shell text as commands and their words: bash and its kin, cmd and PowerShell of Windows. Nothing is run."""

import re

import msgspec

from fal_studio.words import tr


class Command(msgspec.Struct):
    """The words of one command, and what it is given on standard input."""

    words: list[str]
    stdin: str | None = None


class ShellError(ValueError):
    """The text ends inside a quote."""


_CMD = re.compile(r'\^\r?\n|curl(?:\.exe)?\s+\^"')
_POWERSHELL = re.compile(r"`\r?\n")
_ANSI = re.compile(
    r"\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL
)
_ANSI_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    "e": "\x1b",
    "0": "\0",
}
_ENDS = ";|&\n()"


def commands(text: str) -> list[Command]:
    """Return the commands of a text; raises ShellError."""
    text = text.replace("\r\n", "\n")
    if _CMD.search(text):
        return _of_windows(re.sub(r"\^(\n|.)", lambda found: "" if found[1] == "\n" else found[1], text))
    if _POWERSHELL.search(text):
        return _Posix(_POWERSHELL.sub(" ", text), is_powershell=True).commands()
    if (
        re.match(r"\s*curl(?:\.exe)?\s", text)
        and "\n" not in text.strip()
        and '\\"' in text
        and "'" not in text
    ):
        return _of_windows(text)  # one line in double quotes: both shells read it so
    return _Posix(text).commands()


def _of_windows(text: str) -> list[Command]:
    """Split as a Windows program does: only double quotes, a backslash before one makes it plain."""
    words: list[str] = []
    word, is_open, has_word = "", False, False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            run = len(text[at:]) - len(text[at:].lstrip("\\"))
            is_before_quote = text[at + run : at + run + 1] == '"'
            word += "\\" * (run // 2 if is_before_quote else run)
            at += run
            if is_before_quote and run % 2:
                word += '"'
                at += 1
            has_word = True
            continue
        if char == '"':
            if is_open and text[at + 1 : at + 2] == '"':
                word += '"'
                at += 1
            else:
                is_open = not is_open
            has_word = True
        elif char.isspace() and not is_open:
            if has_word:
                words.append(word)
            word, has_word = "", False
        else:
            word += char
            has_word = True
        at += 1
    if is_open:
        raise ShellError(tr("a quote is not closed"))
    return [Command([*words, word] if has_word else words)]


class _Posix:
    """Reads bash; brackets and pipes just end a command, since only the words matter here."""

    def __init__(self, text: str, *, is_powershell: bool = False) -> None:
        self._text = text
        self._is_powershell = is_powershell
        self._at = 0
        self._commands: list[Command] = [Command([])]
        self._word: str | None = None
        self._waiting: list[tuple[str, Command]] = []

    def commands(self) -> list[Command]:
        """Return all commands that have words."""
        while self._at < len(self._text):
            self._step(self._text[self._at])
        self._end_word()
        return [command for command in self._commands if command.words]

    def _step(self, char: str) -> None:
        text, at = self._text, self._at
        if char == "'":
            self._single()
        elif char == '"':
            self._double()
        elif text.startswith("$'", at):
            self._ansi()
        elif char == "\\" and not self._is_powershell:
            if text[at + 1 : at + 2] != "\n":
                self._add(text[at + 1 : at + 2])
            self._at += 2
        elif char == "#" and self._word is None:
            end = text.find("\n", at)
            self._at = len(text) if end < 0 else end
        elif text.startswith("<<", at) and not text.startswith("<<<", at):
            self._here()
        elif text.startswith("$(", at):
            self._end_command()
            self._at += 2
        elif char in _ENDS:
            self._end_command()
            self._at += 1
            if char == "\n":
                self._take_bodies()
        elif char.isspace():
            self._end_word()
            self._at += 1
        else:
            self._add(char)
            self._at += 1

    def _add(self, text: str) -> None:
        self._word = (self._word or "") + text

    def _end_word(self) -> None:
        if self._word is not None:
            self._commands[-1].words.append(self._word)
            self._word = None

    def _end_command(self) -> None:
        self._end_word()
        if self._commands[-1].words:
            self._commands.append(Command([]))

    def _single(self) -> None:
        text = self._text
        self._at += 1
        while True:
            end = text.find("'", self._at)
            if end < 0:
                raise ShellError(tr("a single quote is not closed"))
            self._add(text[self._at : end])
            self._at = end + 1
            if not (self._is_powershell and text.startswith("'", self._at)):
                return
            self._add("'")
            self._at += 1

    def _double(self) -> None:
        text = self._text
        escape = "`" if self._is_powershell else "\\"
        self._add("")
        self._at += 1
        while self._at < len(text):
            char = text[self._at]
            if char == '"':
                self._at += 1
                return
            following = text[self._at + 1 : self._at + 2]
            if char == escape and (self._is_powershell or following in ('"', "\\", "$", "`", "\n")):
                self._add("" if following == "\n" else following)
                self._at += 2
            elif self._is_powershell and text.startswith('\\"', self._at):
                self._add('"')  # as PowerShell must write a quote for a program
                self._at += 2
            else:
                self._add(char)
                self._at += 1
        raise ShellError(tr("a double quote is not closed"))

    def _ansi(self) -> None:
        found = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self._text, self._at)
        if found is None:
            raise ShellError(tr("a quote that begins with $' is not closed"))
        self._add(_ANSI.sub(_ansi_char, found[1]))
        self._at = found.end()

    def _here(self) -> None:
        found = re.compile(r"<<-?\s*(['\"]?)(\w+)\1").match(self._text, self._at)
        if found is None:
            self._add("<<")
            self._at += 2
            return
        self._end_word()
        self._waiting.append((found[2], self._commands[-1]))
        self._at = found.end()

    def _take_bodies(self) -> None:
        for mark, command in self._waiting:
            lines: list[str] = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end]
                self._at = end + 1
                if line.strip() == mark:
                    break
                lines.append(line)
            command.stdin = "\n".join(lines)
        self._waiting = []


def _ansi_char(found: "re.Match[str]") -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if found[group] is not None:
            return chr(min(int(found[group], base), 0x10FFFF))
    return _ANSI_LETTERS.get(found[5], found[5])
