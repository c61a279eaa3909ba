"""Every Python block of the documentation runs, in order, and prints what the page says it prints."""

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\((?!https?:|#|mailto:)([^)#\s]+)")


def blocks(text: str) -> list[tuple[int, str]]:
    """The Python blocks of a page and the line on which each begins."""
    return [(text.count("\n", 0, match.start(1)), match[1]) for match in _BLOCK.finditer(text)]


def run(text: str, page: str) -> list[str]:
    """Run a page's blocks in one namespace and return what differs from what it shows."""
    names: dict[str, Any] = {"__name__": "page"}
    heard: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for line, block in blocks(text):
        if ">>>" not in block:
            exec(compile("\n" * line + block, page, "exec"), names)  # noqa: S102 (our own pages)
            continue
        test = doctest.DocTestParser().get_doctest(block, names, page, page, line)
        runner.run(test, out=heard.append, clear_globs=False)
        names |= test.globs
    return heard


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_shows_what_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying a page's blocks one after another gives the output it prints."""
    monkeypatch.chdir(tmp_path)
    assert run(page.read_text(encoding="utf-8"), page.name) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    """Each relative link of a page is a file of the project."""
    links = [match[1] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_wrong_page_is_caught() -> None:
    """A page whose output is not what happens is reported, and names pass from block to block."""
    shown = "```python\nx = 6\n```\ntext\n```python\n>>> x * 7\n{}\n```\n"
    assert run(shown.format(42), "page") == []
    assert any("Expected" in said for said in run(shown.format(41), "page"))
