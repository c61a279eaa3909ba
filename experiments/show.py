"""Tables on the terminal, at most 80 columns wide."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from twin.kpis import MEANING, Kpis

WIDTH = 80
HEADLINE = ("cost_per_delivered_parcel", "on_time", "first_attempt_success", "kgco2e_per_parcel")
"""What two operations are compared by; in this order everywhere."""


def console() -> Console:
    """A console that fits a terminal of 80 columns."""
    return Console(width=min(WIDTH, Console().width), highlight=False, markup=False)


def show_run(kpis: Kpis, folder: Path, hint: str = "") -> None:
    """The KPIs of one run, and where the rest is."""
    table = Table(title="One run", title_justify="left", box=None, pad_edge=False)
    table.add_column("KPI")
    table.add_column("", justify="right")
    table.add_column("unit", style="dim")
    for name in (*HEADLINE, *(name for name in kpis.values if name not in HEADLINE)):
        table.add_row(name, number(kpis.values[name]), MEANING[name][0])
    out = console()
    out.print(table)
    out.print(f"Written to {folder}", soft_wrap=True)
    if hint:
        out.print(hint, soft_wrap=True)


def show_line(kpis: Kpis, folder: Path) -> None:
    """One job of a sweep, in a line."""
    parts = (f"{name}={number(kpis.values[name])}" for name in HEADLINE)
    console().print(f"{folder}: {' '.join(parts)}", soft_wrap=True)


def number(value: float) -> str:
    """A number with four digits that count, and no exponent."""
    if value != value:  # noqa: PLR0124 (NaN: nothing to divide by)
        return "-"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.4g}"


def show_fork(original: Kpis, what_if: Kpis, folder: Path) -> None:
    """Two futures of one state, side by side."""
    table = Table(title="As it was, and what if", title_justify="left", box=None, pad_edge=False)
    table.add_column("KPI")
    for heading in ("as it was", "what if", "difference"):
        table.add_column(heading, justify="right")
    table.add_column("unit", style="dim")
    for name in (*HEADLINE, *(name for name in original.values if name not in HEADLINE)):
        one, other = original.values[name], what_if.values[name]
        table.add_row(name, number(one), number(other), signed(other - one), MEANING[name][0])
    out = console()
    out.print(table)
    out.print("One world with the same luck: no interval. For one, use twin compare.")
    out.print(f"Written to {folder}", soft_wrap=True)


def signed(value: float) -> str:
    """A difference, with its sign."""
    return number(value) if value != value or value == 0 else f"{'+' if value > 0 else '-'}{number(abs(value))}"
