"""The process that reads a 3D model and draws views of it: asked for one view at a time, and ended when it takes too long."""

import sys
from pathlib import PurePath

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.mesh import MOST_BYTES, READABLE, Answer, Drawn, Look, MeshFacts, Open, Refused
from fal_studio.words import tr

READ_IN_MS = 60_000
DRAW_IN_MS = 20_000
_LONGEST_LINE = 65_536


class MeshProcess(QObject):
    """Reads one model. It begins with `open` and ends with `close`; after `failed` there is nothing more to ask."""

    told = Signal(object)
    """MeshFacts: the model has been read."""
    drawn = Signal(QImage, object)
    """A view, and the Drawn that says which."""
    failed = Signal(str)
    """Why it cannot be shown, in words that go on after "it"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._came = bytearray()
        self._waiting: Drawn | None = None
        """The picture whose bytes come next."""
        self._decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._on_too_long)

    @property
    def process_id(self) -> int:
        """Number of the process, 0 if there is none."""
        return self._process.processId() if self._process is not None else 0

    def open(self, data: bytes, name: str) -> None:
        """Begin to read a model; `told` or `failed` answers."""
        self.close()
        ending = PurePath(name).suffix.lower()
        if data[:4] == b"glTF":
            ending = ".glb"
        if ending not in READABLE:
            kinds = tr("only GLB, glTF, OBJ, PLY, STL and OFF are read here")
            self.failed.emit(
                tr("is a {ending} file, and {kinds}").format(ending=ending, kinds=kinds)
                if ending
                else tr("is a file whose name has no ending, and {kinds}").format(kinds=kinds)
            )
            return
        if len(data) > MOST_BYTES:
            self.failed.emit(
                tr("has {count}, and at most {most_bytes} are read here").format(
                    count=in_bytes(len(data)), most_bytes=in_bytes(MOST_BYTES)
                )
            )
            return
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("OPENBLAS_NUM_THREADS", "1")
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_ready)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(sys.executable, ["-P", "-m", "fal_studio.meshes"])
        process.write(msgspec.json.encode(Open(ending, len(data))) + b"\n")
        process.write(data)
        self._patience.start(READ_IN_MS)

    def ask(self, look: Look) -> None:
        """Ask for a view; ask for the next when `drawn` has brought this one."""
        if self._process is not None:
            self._process.write(msgspec.json.encode(look) + b"\n")
            self._patience.start(DRAW_IN_MS)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._patience.stop()
        self._came.clear()
        self._waiting = None
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)  # noqa: FBT003
        process.kill()
        process.waitForFinished(1000)
        process.deleteLater()

    def _on_ready(self) -> None:
        if self._process is None:
            return
        self._came += self._process.readAllStandardOutput().data()
        while self._take_one():
            pass

    def _take_one(self) -> bool:
        """Take one answer out of what came; False if there is not a whole one."""
        if (drawn := self._waiting) is not None:
            if len(self._came) < drawn.size_bytes:
                return False
            data = bytes(self._came[: drawn.size_bytes])
            del self._came[: drawn.size_bytes]
            self._waiting = None
            self._patience.stop()
            form = QImage.Format.Format_RGBA8888_Premultiplied
            image = QImage(data, drawn.width, drawn.height, 4 * drawn.width, form).copy()
            self.drawn.emit(image, drawn)
            return True
        line, end, _ = self._came.partition(b"\n")
        if not end:
            if len(self._came) > _LONGEST_LINE:
                self._fail(tr("was answered with nonsense by the program that reads it"))
            return False
        del self._came[: len(line) + 1]
        return self._take(line)

    def _take(self, line: bytearray) -> bool:
        try:
            answer: Answer = self._decoder.decode(line)
        except msgspec.MsgspecError:
            self._fail(tr("was answered with nonsense by the program that reads it"))
            return False
        match answer:
            case MeshFacts():
                self._patience.stop()
                self.told.emit(answer)
            case Drawn():
                self._waiting = answer
            case Refused(why=why):
                self._fail(why)
        return self._process is not None

    def _on_finished(self) -> None:
        self._fail(tr("ended the program that reads it, probably because it needs too much memory"))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._fail(tr("needs a program of its own to be read, and that could not be started"))

    def _on_too_long(self) -> None:
        self._fail(tr("takes too long"))

    def _fail(self, why: str) -> None:
        self.close()
        self.failed.emit(why)
