"""A calibration on the terminal: at most 80 columns."""

from pathlib import Path

from rich.table import Table

from experiments.calibration_page import answer, change, within
from experiments.show import console
from experiments.wording import number
from scenarios.calibration.fit import Fit


def show(found: Fit, out: Path) -> None:
    """Figures and scores, what was left out, and how to use what was written."""
    terminal = console()
    if found.figures:
        terminal.print(_figures(found))
    if found.scores:
        terminal.print(_scores(found))
    for reason, count in found.dropped.items():
        terminal.print(f"{count:,} records left out: {reason}.")
    terminal.print(answer(found))
    terminal.print(f"Written to {out} and {out.with_suffix('.html').name}.", soft_wrap=True)
    terminal.print(f"Try it: twin run --config-dir {out.parent.parent} {found.group}={out.stem}", soft_wrap=True)


def _figures(found: Fit) -> Table:
    table = _table("Records and model", ("records", "model", "within 95 %"))
    for figure in found.figures:
        table.add_row(figure.name, number(figure.observed), number(figure.fitted), within(figure))
    return table


def _scores(found: Fit) -> Table:
    table = _table("Held out, smaller is better", ("model", "baseline", "change"))
    for score in found.scores:
        table.add_row(score.name, number(score.model), number(score.baseline), change(score))
    return table


def _table(title: str, headings: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
