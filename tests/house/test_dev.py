"""packaging/dev.py: what it says to a person when something is not as it should be, and what a second start costs."""

import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import until_blocking

ROOT = Path(__file__).parents[2]
DEV = ROOT / "packaging" / "dev.py"


@pytest.fixture(autouse=True)
def dev_modules(monkeypatch):
    """Let a test import the modules beside dev.py."""
    monkeypatch.syspath_prepend(str(DEV.parent))


def run_dev(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Start dev.py as a person would."""
    return subprocess.run(
        [sys.executable, str(DEV), *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def is_made_by_dev() -> bool:
    """Say whether this checkout's environment is one that dev.py made and would leave alone."""
    asked = "import checkout, environment; print(checkout.is_stamped('packages', environment._fingerprint()))"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=DEV.parent, capture_output=True, text=True, check=True
    )
    return done.stdout.strip() == "True"


def test_an_old_python_is_told_which_one_to_use():
    ast.parse(DEV.read_text(), feature_version=(3, 7))
    old = "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", old, str(DEV)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13; this is 3.9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_that_is_too_new_is_told_so_too():
    new = "import sys, runpy; sys.version_info = (3, 14, 0, 'final', 0); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", new, str(DEV)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "this is 3.14" in done.stderr


def test_an_unknown_command_shows_the_known_ones():
    done = run_dev("runn")
    assert done.returncode == 2
    assert "no command 'runn'" in done.stderr
    for name in ("setup", "run", "test", "tour", "bench", "build"):
        assert f"  {name}" in done.stderr


def test_without_a_command_it_explains_itself():
    done = run_dev()
    assert done.returncode == 0
    assert "dev.py COMMAND" in done.stdout


def test_a_second_start_costs_little():
    if not is_made_by_dev():
        pytest.skip("this environment was not made by dev.py setup")
    done = run_dev("setup")
    assert done.returncode == 0, done.stderr
    assert "nstalling" not in done.stdout + done.stderr, "what is there is not installed again"


def test_without_a_network_it_says_so(monkeypatch, tmp_path):
    import environment
    from terminal import PlainError

    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:1/",
        "PIP_RETRIES": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
    }
    for name, value in nowhere.items():
        monkeypatch.setenv(name, value)
    none = tmp_path / "constraints.txt"
    none.touch()
    with pytest.raises(PlainError) as told:
        environment.install(
            Path(sys.prefix), "Installing what is not there", ["a-package-that-is-not-there"], none
        )
    assert "cannot be reached" in str(told.value)
    assert "run the same command again" in str(told.value)


def test_a_full_disk_is_named():
    import environment
    from terminal import CommandError

    failure = CommandError(
        "Installing", 1, "OSError: [Errno 28] No space left on device", ROOT / "build" / "log"
    )
    assert "disk is full" in str(environment.explained(failure))


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="not a Debian")
def test_who_may_not_install_gets_the_one_command(monkeypatch):
    import system
    from terminal import PlainError

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        PlainError, match=r"sudo apt-get install -y --no-install-recommends libegl1 libpulse0\n"
    ):
        system.install(["libegl1", "libpulse0"], "For a window this system lacks libEGL.so.1, libpulse.so.0.")


def test_a_missing_library_is_seen():
    import system

    assert system.is_there(system.Need("libc.so.6", "libc6", system.WINDOW))
    assert not system.is_there(system.Need("libnowhere.so.1", "libnowhere1", system.WINDOW))


def test_everything_qt_links_to_is_in_the_list_or_comes_with_it():
    """After setup nothing that the used parts of Qt need is missing: the loader itself says so."""
    import PySide6

    if sys.platform != "linux" or shutil.which("ldd") is None:
        pytest.skip("ldd is a Linux program")
    qt = Path(PySide6.__file__).parent / "Qt"
    used = ["platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforms/libqwayland.so"]
    used += ["multimedia/libffmpegmediaplugin.so", "imageformats/libqwebp.so", "iconengines/libqsvgicon.so"]
    for plugin in used:
        linked = subprocess.run(
            ["ldd", qt / "plugins" / plugin], capture_output=True, text=True, check=True
        ).stdout
        assert "not found" not in linked, plugin


def test_the_last_line_of_the_tests_is_kept(capfdbinary):
    import gates

    script = "import sys, time\nfor part in ('a\\n== 3 pas', 'sed in 1s', ' ==\\n'):\n    print(part, end='', flush=True)\nsys.exit(3)"
    code, closing = gates._shown([sys.executable, "-c", script], dict(os.environ))
    assert (code, closing) == (3, "== 3 passed in 1s ==")
    assert capfdbinary.readouterr().out == b"a\n== 3 passed in 1s ==\n"


def test_the_tests_see_no_key_and_no_qt_setting():
    import gates

    given = {"FAL_KEY": "secret", "QT_SCALE_FACTOR": "2", "PATH": "/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    seen = gates.test_environment(given)
    assert seen["QT_QPA_PLATFORM"] == "offscreen"
    assert "FAL_KEY" not in seen
    assert "QT_SCALE_FACTOR" not in seen
    assert seen["PATH"] == "/bin"
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert Path(seen["PYTHONPYCACHEPREFIX"]).parent == ROOT / "build"


def test_the_referees_are_there_in_the_wanted_versions():
    import checkout
    import referees

    if not checkout.is_stamped("javascript", checkout.digest(json.dumps(referees.JAVASCRIPT_PACKAGES))):
        pytest.skip("the referees are installed by dev.py test")
    for name, wanted in referees.JAVASCRIPT_PACKAGES.items():
        manifest = json.loads((referees.JAVASCRIPT / "node_modules" / name / "package.json").read_text())
        assert manifest["version"] == wanted
    assert not (referees.JAVASCRIPT / "package-lock.json").exists()


def test_what_a_gate_started_ends_with_it():
    import terminal

    script = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\nprint(p.pid, flush=True); p.wait()"
    with contextlib.suppress(SystemExit), terminal.owned([sys.executable, "-c", script], cwd=ROOT) as child:
        assert child.stdout is not None
        grandchild = Path("/proc") / child.stdout.readline().decode().strip()
        assert grandchild.exists()
        raise SystemExit
    until_blocking(
        lambda: not grandchild.exists() or ") Z " in (grandchild / "stat").read_text(), what="it is gone"
    )
