"""A message of the tray icon on a real screen: Qt's own icon in the tray of a desktop, a service that shows its message, a press.

On macOS and Windows other code of Qt shows it; of that nothing is seen here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import notification_service, tray_host
from tests.screen import Screen
from tests.waiting import until_blocking

pytestmark = [pytest.mark.e2e, pytest.mark.screen]
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from fal_studio.app.notifier import TrayNotifier
from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.app.tray import Tray
from fal_studio.store.paths import folders

app = application("dark")
program = Program(folders(Path(sys.argv[1])))
tray = Tray(program.window, program.calls)
notifier = TrayNotifier(tray)
looking, other = QTimer(), QWidget()

def hide():
    other.show()
    other.activateWindow()

def tell():
    if not program.window.isActiveWindow():
        looking.stop()
        assert tray.icon is None
        notifier.show("the call", "image: done", "A <b>red</b> hat")
        assert tray.icon.isVisible()

def pressed(key):
    print("pressed", key, flush=True)
    program.window.come_forward()
    looking.timeout.disconnect(tell)
    looking.timeout.connect(gone)
    looking.start(50)

def gone():
    if tray.icon is None:
        print("gone", flush=True)
        app.exit(0)

notifier.activated.connect(pressed)
looking.timeout.connect(tell)
program.opened.connect(hide)
program.opened.connect(lambda: looking.start(50))
program.open()
app.exec()
other.close()
program.window.hide()
tray.close()
"""


def test_a_message_of_the_tray_is_shown_pressed_and_takes_its_icon_with_it(
    screen: Screen, tmp_path: Path
) -> None:
    with notification_service.running() as service, tray_host.running(service.address) as host:
        environ = {
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "DISPLAY": screen.display,
            "DBUS_SESSION_BUS_ADDRESS": service.address,
        }
        words = [sys.executable, "-c", PROGRAM, str(tmp_path / "home")]
        with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                until_blocking(lambda: service.told, what="the message is shown", limit_s=60)
                until_blocking(lambda: host.icons, what="the icon is in the tray", limit_s=60)
                assert [told[3] for told in service.told] == ["image: done"]
                service.press(1)
                assert process.stdout.readline().strip() == "pressed the call"
                assert process.stdout.readline().strip() == "gone"
                assert process.wait(60) == 0
                assert len(service.told) == 1
            finally:
                process.kill()
