"""The documentation does what it says: its Python runs and prints what is shown, its commands run, its links lead somewhere.

A page is played from top to bottom in an empty folder. ``python`` blocks are executed in one namespace; ``console``
blocks are commands with what they print, on a small town so that all pages take seconds; a ``python`` or ``yaml`` block
whose first line is a comment with a path is a file to be written. Whatever must not run is in a block of another kind.
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

import pytest

from experiments.cli import main
from tests.source import ROOT

DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
SMALL = {
    "run": {"city": "small", "demand.parcels_per_day": "40"},
    "compare": {"city": "small", "demand.parcels_per_day": "40", "replications": "2", "workers": "1"},
}
"""What a command of a page is given on top, unless it says otherwise itself."""
_BLOCK = re.compile(r"^```(python|console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.(?:py|yaml))\n")
_LINK = re.compile(r"\[[^\]]+\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


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
        first = {line.split()[0] for line in said.splitlines() if line.strip()}
        for line in filter(str.strip, shown):
            if line.startswith("twin: ") and " ".join(line.split()) not in " ".join(said.split()):
                wrong.append(f"$ {command}\nshows {line!r}, but says:\n{said}")
            elif line.strip() != "..." and line.split()[0] not in first:
                wrong.append(f"$ {command}\nshows {line!r}, but says:\n{said}")
    return wrong


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


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder, and no trace of its modules afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
@pytest.mark.usefixtures("elsewhere")
def test_a_page_shows_what_happens(page: Path) -> None:
    """Whoever copies a page's blocks one after another sees what it shows."""
    assert play(page.read_text(encoding="utf-8"), page.name) == []


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as links use them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Each relative link of a page: as written, the file, the heading."""
    for match in _LINK.finditer(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        yield match[0], (page.parent / match[1]).resolve() if match[1] else page, match[2] or ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    """Each relative link of a page is a file of the project, and a heading in it."""
    lost = [said for said, file, anchor in links(page) if not file.exists() or (anchor and anchor not in anchors(file))]
    assert lost == []


def test_every_page_is_found_from_the_index() -> None:
    """The index names each page of the documentation."""
    index = ROOT / "docs" / "index.md"
    assert {file for _, file, _ in links(index)} >= {page.resolve() for page in DOCS} - {index.resolve()}


@pytest.mark.usefixtures("elsewhere")
def test_a_wrong_page_is_caught() -> None:
    """A page whose output is not what happens is reported, and names pass from block to block."""
    shown = "```python\nx = 6\n```\ntext\n```python\n>>> x * 7\n{}\n```\n"
    assert play(shown.format(42), "page") == []
    assert any("Expected" in said for said in play(shown.format(41), "page"))


@pytest.mark.parametrize(
    ("command", "shown", "fault"),
    [
        ("twin --version", "lastmile-twin 0", None),
        ("twin --version", "version 0", "shows 'version 0'"),
        ("twin rum", "twin: there is no command 'rum'; did you mean 'run'?", None),
        ("twin rum", "twin: there is no such thing", "shows 'twin: there is no such thing'"),
        ("twin rum", "...", "ended with 2"),
        ("twin --version", "twin: no", "ended with 0"),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_a_wrong_command_is_caught(command: str, shown: str, fault: str | None) -> None:
    """A command that ends otherwise, or says something else than is shown, is reported."""
    wrong = play(f"```console\n$ {command}\n{shown}\n```\n", "page")
    assert wrong == [] if fault is None else any(fault in said for said in wrong)
