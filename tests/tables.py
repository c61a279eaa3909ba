"""The tables of the reference pages, read."""

import re
from collections.abc import Iterator
from functools import cache

from tests.source import ROOT

PAGES = ROOT / "docs" / "reference"


@cache
def page(name: str) -> str:
    """A reference page."""
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def cells(name: str) -> Iterator[tuple[str, list[str]]]:
    """The heading above, and the cells, of every row of a page's tables."""
    heading = ""
    for line in page(name).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif line.startswith("| `"):
            yield heading, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(name: str, heading: str, column: int = 1) -> dict[str, str]:
    """First cell -> another one, of the rows below a heading."""
    return {row[0].strip("`"): row[column] for above, row in cells(name) if above == heading}
