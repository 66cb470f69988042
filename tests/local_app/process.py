"""The served app (`served.py`) in a process of its own, for as long as a test needs it."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "fal-venv" / "bin" / "python"


@contextmanager
def served(home: Path) -> Generator[str]:
    """Start it with `home` as its home folder and yield its address."""
    assert PYTHON.exists(), "the fal SDK is missing: run python3 packaging/dev.py setup"
    with (home / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [PYTHON, ROOT / "tests" / "local_app" / "served.py"],
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=home,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            while line and not line.startswith(b'{"port"'):
                line = process.stdout.readline()
            assert line, (home / "errors.txt").read_text()
            yield f"http://127.0.0.1:{json.loads(line)['port']}"
        finally:
            process.terminate()
            process.wait(60)
            process.stdout.close()
