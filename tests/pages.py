"""Pages of the documentation, played: what their blocks do, against what they show.

``python`` blocks are executed in one namespace; ``console`` blocks are commands and what they print, on a small town so
that all pages take seconds; a ``python`` or ``yaml`` block whose first line is a comment with a path is a file to be
written. Whatever must not run is in a block of another kind.
"""

import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from experiments.cli import main
from tests.source import ROOT

SMALL = {
    "run": {"city": "small", "demand.parcels_per_day": "20"},
    "check": {"city": "small", "demand.parcels_per_day": "20", "worlds": "16", "days": "1", "workers": "1"},
    "compare": {"city": "small", "demand.parcels_per_day": "20", "replications": "1", "workers": "1"},
    "sweep": {"city": "small", "demand.parcels_per_day": "20", "days": "1", "executor": "serial"},
}
"""What a command of a page is given on top, unless it says otherwise itself."""
_BLOCK = re.compile(r"^```(python|console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.(?:py|yaml))\n")


def blocks(text: str) -> Iterator[tuple[str, int, str]]:
    """Kind, line and text of the blocks that do something."""
    for match in _BLOCK.finditer(text):
        yield match[1], text.count("\n", 0, match.start(2)), match[2]


def play(text: str, page: str) -> list[str]:
    """Play a page in the working folder and return what differs from what it shows."""
    names: dict[str, Any] = {"__name__": "page"}
    wrong: list[str] = []
    for kind, line, block in blocks(text):
        if file := _FILE.match(block):
            Path(file[1]).parent.mkdir(parents=True, exist_ok=True)
            Path(file[1]).write_text(block, encoding="utf-8")
        elif kind == "python":
            wrong += python(block, page, line, names)
        elif kind == "console":
            wrong += console(block)
    return wrong


def python(block: str, page: str, line: int, names: dict[str, Any]) -> list[str]:
    """Execute a block; with prompts, compare what it prints."""
    if ">>>" not in block:
        exec(compile("\n" * line + block, page, "exec"), names)  # noqa: S102 (our own pages)
        return []
    heard: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    test = doctest.DocTestParser().get_doctest(block, names, page, page, line)
    runner.run(test, out=heard.append, clear_globs=False)
    names |= test.globs
    return heard


def console(block: str) -> list[str]:
    """Run the commands of a block: each must end well, unless a complaint of ours is shown, and say what is shown.

    A shown line that is a complaint must be said word for word; of any other only the first word, because the town is
    small. A line of dots stands for anything.
    """
    wrong = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.replace("\\\n", " ").splitlines()
        status, said = ran(shlex.split(command))
        refused = any(line.startswith("twin: ") for line in shown)
        if status != (2 if refused else 0):
            wrong.append(f"$ {command}\nended with {status}:\n{said}")
        wrong += [f"$ {command}\nshows {line!r}, but says:\n{said}" for line in shown if not _is_said(line, said)]
    return wrong


def _is_said(line: str, said: str) -> bool:
    words = line.split()
    if line.startswith("twin: "):
        return " ".join(words) in " ".join(said.split())
    return words in ([], ["..."]) or words[0] in {other.split()[0] for other in said.splitlines() if other.strip()}


def ran(words: list[str]) -> tuple[int, str]:
    """Exit status and output: ``twin`` in this process, which is quick, anything of Python in another."""
    if words[0] != "twin":
        command = [sys.executable, "-m", *words] if words[0] == "pytest" else [sys.executable, *words[1:]]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr
    given = {word.lstrip("+").partition("=")[0] for word in words}
    words += [f"{key}={value}" for key, value in SMALL.get(words[1], {}).items() if key not in given]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = main(words[1:])
    return status, said.getvalue()
