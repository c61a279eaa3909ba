"""A figure and the numbers that it shows, which go together: on the page, and as two files beside it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.sweeping.export import harmless
from twin.files import write_text

FOLDER = "figures"
"""Beside the report."""


@dataclass(frozen=True)
class Exhibit:
    """One figure of a report.

    Attributes
    ----------
    name : str
        Of its files.
    title, caption : str
    svg : str
        The drawing.
    columns : tuple of str
        Of its data, units in the names.
    rows : sequence of tuples
        Its data.
    """

    name: str
    title: str
    caption: str
    svg: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    @property
    def data(self) -> str:
        """Its data as CSV; empty where a number is not defined."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(self.columns)
        table.writerows(map(_cell, row) for row in self.rows)
        return text.getvalue()


def _cell(value: Any) -> Any:
    return "" if value != value else harmless(value)  # noqa: PLR0124 (NaN is not itself)


def write_exhibits(folder: Path, exhibits: Sequence[Exhibit]) -> None:
    """Write each figure as ``figures/NAME.svg`` and its data as ``figures/NAME.csv``."""
    inside = folder / FOLDER
    inside.mkdir(exist_ok=True)
    for one in exhibits:
        write_text(inside / f"{one.name}.svg", one.svg)
        write_text(inside / f"{one.name}.csv", one.data)
