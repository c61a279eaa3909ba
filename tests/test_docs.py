"""The documentation does what it says: pages show what happens, links lead somewhere, nothing is forgotten."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import play, ran
from tests.source import ROOT

DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
_LINK = re.compile(r"\[[^\]]+\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


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


@pytest.mark.usefixtures("elsewhere")
def test_the_real_city_imports_as_shown() -> None:
    """The São Paulo example says on the real data what the guide shows, and a day can be played in the city."""
    text = (ROOT / "docs" / "how-to" / "real-city.md").read_text(encoding="utf-8")
    command, shown = re.findall(r"^```(?:sh|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[:2]
    data = os.environ.get("LASTMILE_DATA", str(ROOT.parent / "shared" / "data"))
    words = shlex.split(command.replace("\\\n", " ").replace("../shared/data", data))
    if not Path(words[3]).exists():
        pytest.skip(f"{words[3]} is absent; set LASTMILE_DATA to the folder of real data")
    assert ran(words) == (0, shown)
    assert ran(shlex.split("twin run city=file city.path=sao_paulo.city"))[0] == 0


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
