"""`fal-studio doctor`: what works on this machine, what does not, and what to do about it."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from fal_studio.command_line import Parser
from fal_studio.core.request import Hosts
from fal_studio.doctor import machine, probes
from fal_studio.doctor.findings import Finding, Level, problem
from fal_studio.store.paths import folders
from fal_studio.words import tr

_SIGNS = {Level.OK: "  ok  ", Level.NOTE: " note ", Level.PROBLEM: "PROBLEM"}


def main(argv: list[str]) -> int:
    """Examine, print, and return 0 if fal Studio can be used here, else 1."""
    parser = Parser(
        prog="fal-studio doctor",
        description=tr("Says what works on this machine and what to do about the rest."),
    )
    parser.options.add_argument(
        "--json", action="store_true", help=tr("print one JSON object instead of text")
    )
    parser.options.add_argument("--home", type=Path, help=tr("examine this folder instead of the usual ones"))
    options = parser.parse_args(argv)
    found = examine(options.home)
    is_usable = all(finding.level is not Level.PROBLEM for finding in found)
    if options.json:
        report = {"usable": is_usable, "findings": found}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    else:
        sys.stdout.write(as_text(found) + "\n")
    return 0 if is_usable else 1


def examine(home: Path | None = None, hosts: Hosts | None = None) -> list[Finding]:
    """Make all checks side by side and return what they found, in a fixed order."""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("versions", machine.check_versions),
        ("window", probes.check_window),
        ("fonts", probes.check_fonts),
        ("multimedia", probes.check_multimedia),
        ("keyring", machine.check_keyring),
        ("data folder", lambda: machine.check_folders(folders(home))),
        ("loopback", machine.check_loopback),
        ("emulator", probes.check_emulator),
        ("network", lambda: machine.check_network(hosts or Hosts())),
    )
    with ThreadPoolExecutor(len(checks), thread_name_prefix="doctor") as pool:
        return list(pool.map(_survived, checks))


def _survived(check: tuple[str, Callable[[], Finding]]) -> Finding:
    """A check that breaks is a finding too; the others are still worth reading."""
    name, examined = check
    try:
        return examined()
    except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
        return problem(
            name,
            tr("The check itself failed: {name}: {error}.").format(name=type(error).__name__, error=error),
            tr("Please report this as a mistake in fal Studio."),
        )


def as_text(found: list[Finding]) -> str:
    """Return the findings as lines for a terminal, and a verdict."""
    lines: list[str] = []
    for finding in found:
        lines.append(f"{_SIGNS[finding.level]:>8}  {finding.check:<12} {finding.message}")
        if finding.next_step:
            lines.append(f"{'':>23}→ {finding.next_step}")
    problems = [finding.check for finding in found if finding.level is Level.PROBLEM]
    lines.append("")
    lines.append(
        tr("To be mended first: {problems}.").format(problems=", ".join(problems))
        if problems
        else tr("fal Studio can be used here.")
    )
    return "\n".join(lines)
