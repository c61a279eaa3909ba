"""What a sweep found, on the terminal: a table for each headline KPI, a row for each cell."""

import math
from pathlib import Path
from typing import Any

from rich.table import Table

from experiments.comparison import HEADLINE, TITLES
from experiments.show import console
from experiments.statistics import Interval
from experiments.sweeping.report import REPORT
from experiments.sweeping.source import results_of
from experiments.sweeping.summary import CHANGE, PARTS, by_cell, compared_with, labels
from experiments.wording import between, figure, shown_unit
from twin.kpis import MEANING

MOST = 40
"""Cells that are shown; all of them are in the table."""


def show_cells(folder: Path) -> None:
    """The cells of a sweep with their intervals, and where the rest is."""
    table = results_of(folder)
    names, bases = labels(table), compared_with(table)
    rows = by_cell(table).to_pylist()
    out = console()
    for kpi in HEADLINE:
        out.print(_headline(kpi, rows[:MOST], names, bases))
        out.print()
    if len(rows) > MOST:
        out.print(f"{len(rows) - MOST} more cells: twin table {folder} --cells", soft_wrap=True)
    pairs = ", each minus the cell that has the baseline's values" if bases else ""
    out.print(f"{len(rows)} cells, {len(table)} runs{pairs}.")
    out.print(f"Written to {folder}. Report: {folder / REPORT}", soft_wrap=True)


def _headline(kpi: str, rows: list[dict[str, Any]], names: list[str], bases: dict[int, int]) -> Table:
    unit = MEANING[kpi][0]
    title = f"{TITLES[kpi]}, {shown_unit(unit)}, with 95 % intervals"
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    shown.add_column("", overflow="fold", ratio=1)
    for heading in ("", "", *(("minus baseline", "") if bases else ())):
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        estimate, change = _interval(row, kpi), _interval(row, kpi + CHANGE)
        words = [names[row["cell"]], figure(estimate.estimate, unit), between(estimate, unit)]
        if bases and not math.isnan(change.estimate):
            words += [figure(change.estimate, unit, sign=True), between(change, unit, sign=True)]
        shown.add_row(*words)
    return shown


def _interval(row: dict[str, Any], name: str) -> Interval:
    parts = (row.get(name + part) for part in PARTS)
    return Interval(*(math.nan if value is None else value for value in parts))
