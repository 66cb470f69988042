"""`fal-studio call` as a person uses it: a process, its exit code, what it prints."""

import functools
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fal_studio.commands import window
from fal_studio.core.accounts import Account
from fal_studio.core.budget import Budget
from fal_studio.language import PSEUDO, VARIABLE
from fal_studio.services.emulator_process import KEY
from fal_studio.store import accounts
from fal_studio.store.paths import folders
from fal_studio.words import OPEN
from tests.emulator_process import start_emulator
from tests.modes.stage import profile_of

PROGRAM = [sys.executable, "-m", "fal_studio"]
BENCH = "emulator/bench"


@pytest.fixture(scope="module")
def emulator():
    with start_emulator("--cold-start", "0", "--speed", "20") as it:
        yield it


def interruptible(words: list[str], **streams: int) -> "subprocess.Popen[str]":
    """Start a command that hears Ctrl+C, also where these tests run in the background, which passes on that it is ignored."""
    hear = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen([*PROGRAM, *words], text=True, preexec_fn=hear, **streams)  # noqa: PLW1509 - no thread holds a lock here


def run(
    *words: object, stdin: str = "", encoding: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding=encoding,
        timeout=200,
        env={**os.environ, **environ},
        check=False,
    )


def facts_of(output: str) -> list[dict]:
    return [json.loads(line)["fact"] for line in output.splitlines()]


@pytest.mark.parametrize("mode", ["run", "subscribe", "stream"])
def test_a_result_is_printed_and_the_way_to_it_told(emulator, mode) -> None:
    done = run(
        "call", BENCH, "--mode", mode, "--input", '{"text": "grüße", "count": 2}', "--base", emulator.base
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert emulator.base in done.stderr


def test_without_a_server_one_is_started_for_the_call() -> None:
    done = run("call", BENCH, "--mode", "run", "--input", '{"text": "hello"}')
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["echo"] == {"text": "hello"}


def test_facts_are_lines_of_json(emulator) -> None:
    done = run(
        "call", BENCH, "--mode", "stream", "--input", '{"count": 3}', "--base", emulator.base, "--jsonl"
    )
    facts = facts_of(done.stdout)
    assert [fact["fact"] for fact in facts if fact["fact"] == "Partial"] == ["Partial"] * 3
    assert (facts[0]["fact"], facts[-1]["fact"]) == ("Started", "Output")
    assert done.stderr == ""


def test_facts_come_as_they_happen(emulator) -> None:
    words = [
        "call",
        BENCH,
        "--mode",
        "stream",
        "--input",
        '{"count": 100000, "rate": 50}',
        "--base",
        emulator.base,
        "--jsonl",
    ]
    process = interruptible(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    guard = threading.Timer(200, process.kill)
    guard.start()
    for line in process.stdout:
        if json.loads(line)["fact"]["fact"] == "Partial":
            break
    process.send_signal(signal.SIGINT)
    last = process.stdout.read().splitlines()[-1]
    assert process.wait(100) == 130
    guard.cancel()
    guard.join()
    process.stdout.close()
    assert json.loads(last)["fact"]["fact"] == "Cancelled"


def test_submit_names_what_is_needed_to_follow_and_follow_gets_the_result(emulator) -> None:
    done = run(
        "call",
        BENCH,
        "--mode",
        "submit",
        "--input",
        '{"text": "later", "seconds": 10}',
        "--base",
        emulator.base,
    )
    assert done.returncode == 0
    names = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert list(names) == ["request_id", "status_url", "response_url", "cancel_url"]
    followed = run("call", "--follow", names["status_url"])
    assert followed.returncode == 0, followed.stderr
    assert json.loads(followed.stdout)["echo"]["text"] == "later"


def test_an_interrupted_queue_call_goes_on_and_says_how_to_take_it_up(emulator) -> None:
    # Eight seconds at this emulator's speed: on a busy machine the interrupt may come late.
    words = ["call", BENCH, "--input", '{"seconds": 160, "text": "on"}', "--base", emulator.base]
    process = interruptible(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    guard = threading.Timer(200, process.kill)
    guard.start()
    for line in process.stderr:
        if "running" in line:
            break
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=100)
    guard.cancel()
    guard.join()
    assert process.returncode == 130
    follow = next(line for line in said.splitlines() if "--follow" in line).split()
    assert follow[0] == "fal-studio"
    followed = run(*follow[1:])
    assert followed.returncode == 0, followed.stderr
    assert json.loads(followed.stdout)["echo"]["text"] == "on"


def test_realtime_sends_every_line_and_prints_every_answer(emulator, tmp_path) -> None:
    inputs = tmp_path / "inputs.jsonl"
    inputs.write_text('{"text": "one"}\n\n{"text": "two"}\n')
    done = run("call", BENCH, "--mode", "realtime", "--input", f"@{inputs}", "--base", emulator.base)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["one", "two"]


def test_bytes_are_printed_as_data_uris(emulator) -> None:
    done = run(
        "call",
        "emulator/sketch",
        "--mode",
        "realtime",
        "--input",
        '{"prompt": "x", "num_inference_steps": 1}',
        "--base",
        emulator.base,
    )
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["images"][0]["content"].startswith("data:")


def test_input_comes_from_a_file_or_standard_input(emulator, tmp_path) -> None:
    path = tmp_path / "in.json"
    path.write_text('\ufeff{"text": "file"}', encoding="utf-8")
    for source, stdin, wanted in ((f"@{path}", "", "file"), ("-", '{"text": "pipe"}', "pipe")):
        done = run("call", BENCH, "--mode", "run", "--input", source, "--base", emulator.base, stdin=stdin)
        assert json.loads(done.stdout)["echo"]["text"] == wanted


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "Name the endpoint"),
        (["bench"], 2, "the owner is missing"),
        ([BENCH, "--input", "{"], 2, "--input is not JSON"),
        ([BENCH, "--input", '{"a": NaN}'], 2, "NaN or Infinity"),
        ([BENCH, "--input", "@/no/such/file"], 2, "/no/such/file cannot be read: No such file or directory"),
        ([BENCH, "--option", "nope=1"], 2, "is not known. Write NAME=VALUE"),
        ([BENCH, "--option", "max_buffering=x"], 2, "An option does not fit"),
        ([BENCH, "--option", "poll_every_s=0", "--base", "EMULATOR"], 2, "poll_every_s does not fit. The status is asked for every 0.1"),
        ([BENCH, "--option", "poll_every_s=nan", "--base", "EMULATOR"], 2, "poll_every_s does not fit"),
        ([BENCH, "--option", "headers.Authorization=Key x", "--base", "EMULATOR"], 2, "headers does not fit. Authorization is never sent"),
        ([BENCH, "--option", "webhook_url=here", "--base", "EMULATOR"], 2, "Only the window listens itself"),
        ([BENCH, "--timeout", "nan", "--base", "EMULATOR"], 2, "argument --timeout: it must be more than 0"),
        ([BENCH, "--mode", "realtime", "--idle=-1", "--base", "EMULATOR"], 2, "argument --idle: it must be more than 0"),
        ([BENCH, "--local-app"], 2, "--local-app needs --base"),
        ([BENCH, "--base", "nonsense"], 2, "wants an address such as"),
        ([BENCH, "--profile", "fal"], 2, "No key: set FAL_KEY"),
        (["--follow", "https://fal.run/x"], 2, "wants a status URL"),
        ([BENCH, "--mode", "dance"], 2, "invalid choice"),
        ([BENCH, "--base", "http://127.0.0.1:9"], 3, "refused the connection"),
        (["emulator/nope", "--mode", "run", "--base", "EMULATOR"], 1, "was not found"),
        ([BENCH, "--mode", "run", "--input", '{"count": "x"}', "--base", "EMULATOR"], 1, "refused an argument: count"),
        ([BENCH, "--input", '{"seconds": 600}', "--timeout", "2", "--base", "EMULATOR"], 3, "given up after 2 s"),
        ([BENCH, "--mode", "run", "--option", "headers.X-Emulator-Fault=reset", "--base", "EMULATOR"], 3, "broke off"),
        ([BENCH, "--mode", "subscribe", "--local-app", "--base", "EMULATOR"], 2, "has no queue"),
    ],
)  # fmt: skip
def test_exit_codes_and_reasons(emulator, words, code, said) -> None:
    done = run("call", *(emulator.base if word == "EMULATOR" else word for word in words))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["call", BENCH, "--mode", "dance"],
            "Argument --mode: unbekannte Auswahl: 'dance' (möglich: 'run', ",
        ),
        (["call", BENCH, "a", "b"], "unbekannte Argumente: a b"),
        (["call", BENCH, "--mode"], "Argument --mode: braucht einen Wert"),
        (["call", BENCH, "--idle", "x"], "Argument --idle: „x“ ist keine Zahl"),
        (["call", "--base", "x", "--profile", "y"], "Argument --profile: geht nicht zusammen mit --base"),
        (["call", "--pro", "x"], "--pro kann --profile, --proxy sein"),
        (["call", "--jsonl=1"], "Argument --jsonl: nimmt keinen Wert"),
        (["desktop"], "es fehlt: what"),
        (["tour", "--size", "big"], "big ist keine Größe"),
        (["emulator", "--slots", "x"], "Argument --slots: kein gültiger Wert (int): 'x'"),
        (["emulator", "--slots", "-1"], "Argument --slots: muss 0 oder mehr sein"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said_in_german(words, said) -> None:
    done = run(*words, encoding="utf-8", PYTHONUTF8="1", **{VARIABLE: "de"})
    assert done.returncode == 2, done.stderr
    assert f"fal-studio {words[0]}: Fehler: " in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("command", "said"), [("emulator", "Port von 127.0.0.1"), ("tour", "Ordner für die Bilder")]
)
def test_the_help_of_every_command_is_german(command: str, said: str) -> None:
    done = run(command, "--help", encoding="utf-8", PYTHONUTF8="1", **{VARIABLE: "de"})
    assert done.returncode == 0
    assert "Optionen:" in done.stdout
    assert said in done.stdout


def test_the_key_of_the_environment_is_sent_to_fal_and_shown_nowhere() -> None:
    secret = "feedfacefeedface"
    done = run(
        "call", "fal-ai/flux/dev", "--mode", "run", "--profile", "fal", "--jsonl",
        FAL_KEY=f"my-id:{secret}", HTTPS_PROXY="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 3
    assert facts_of(done.stdout)[1]["headers"]["Authorization"] == "…redacted…"
    assert secret not in done.stdout + done.stderr


@pytest.mark.usefixtures("noon")
def test_limits_of_a_profile_hold_without_a_window_too(emulator, tmp_path: Path) -> None:
    kept = folders(tmp_path)
    account = Account("fal", hosts=profile_of(emulator).hosts, budget=Budget(stop_day_usd=0.04))
    accounts.save(kept.config / "accounts.json", (account,))
    picture = json.dumps({"prompt": "a purse", "image_size": {"width": 512, "height": 512}})
    words = ["call", "emulator/image", "--mode", "run", "--input", picture, "--profile", "fal", "--jsonl"]
    first = run(*words, FAL_STUDIO_HOME=str(tmp_path), FAL_KEY=KEY)
    assert first.returncode == 0, first.stderr
    since = emulator.last()
    second = run(*words, FAL_STUDIO_HOME=str(tmp_path), FAL_KEY=KEY)
    assert second.returncode == 1
    assert "about $0.025, and $0.015 are left of the $0.04 that fal may spend today" in second.stdout
    assert not emulator.requests(since, method="POST")
    other = run("call", "emulator/image", "--profile", "home", FAL_STUDIO_HOME=str(tmp_path))
    assert other.returncode == 2
    assert "There is no profile called home. There are: emulator, fal." in other.stderr


def test_no_command_without_a_window_imports_qt(emulator) -> None:
    program = (
        "import sys; from fal_studio.cli import main; code = main(sys.argv[1:]);"
        "qt = [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6', 'qasync'))];"
        "sys.exit(99 if qt else code)"
    )
    for words in (["call", BENCH, "--mode", "run", "--base", emulator.base], ["call", "bench"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *words], capture_output=True, timeout=200, check=False
        )
        assert done.returncode != 99


def test_people_are_told_in_their_language_and_programs_read_the_same_in_every_one(emulator) -> None:
    surroundings = {VARIABLE: PSEUDO, "PYTHONUTF8": "1"}
    call = ["call", BENCH, "--mode", "run", "--input", '{"text": "hello"}', "--base", emulator.base]
    done = run(*call, encoding="utf-8", **surroundings)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["echo"] == {"text": "hello"}
    assert OPEN in done.stderr.splitlines()[0]  # the attempt; a metric has the server's words
    facts = facts_of(run(*call, "--jsonl", encoding="utf-8", **surroundings).stdout)
    assert [fact["why"] for fact in facts if fact["fact"] == "Attempt"] == ["run"]
    wrong = run("call", encoding="utf-8", **surroundings)
    assert wrong.returncode == 2
    assert OPEN in wrong.stderr


def test_help_and_version() -> None:
    said = run("--help").stdout
    assert "call" in said
    assert "--new-instance" in said
    assert "--profile NAME" in said
    for words in (("--help",), ("call", "--help"), ("desktop", "--help"), ("doctor", "--help")):
        told = run(*words, encoding="utf-8", PYTHONUTF8="1", **{VARIABLE: "de"}).stdout
        assert told.startswith("Aufruf: fal-studio"), words
        assert "diese Hilfe zeigen" in told
        assert not {"usage:", "options:", "positional arguments:"} & set(told.splitlines())
    wrong = run("desktop", encoding="utf-8", PYTHONUTF8="1", **{VARIABLE: "de"})
    assert wrong.returncode == 2
    assert "fal-studio desktop: Fehler: " in wrong.stderr
    assert run("--version").stdout.startswith("fal-studio ")
    assert "Exit codes" in run("call", "--help").stdout
    done = run("dance")
    assert (done.returncode, "there is no command" in done.stderr) == (2, True)


def test_the_module_and_the_command_are_the_same() -> None:
    command = Path(sys.executable).with_name("fal-studio")
    assert (
        subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=200).stdout
        == run("--version").stdout
    )


def test_without_a_word_everything_is_as_the_parser_has_it() -> None:
    assert vars(window.options([])) == vars(window.parser().parse_args([]))
    assert window.options(["--verbose"]).verbose is True


def test_high_contrast_is_chosen_with_and_without_quotes() -> None:
    for words in ("high contrast", "high-contrast"):
        assert window.parser().parse_args(["--theme", words]).theme == "high contrast"
