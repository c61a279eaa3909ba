"""Tables on the terminal, at most 80 columns wide."""

import math
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.comparison import HEADLINE, TITLES, Comparison, answer
from experiments.statistics import Interval
from twin.kpis import MEANING, RATIOS, Kpis

WIDTH = 80
MAIN = ("cost_total", "delivered", "sessions", "orders")
"""Totals worth a line of their own, though ratios are made of them."""


def console() -> Console:
    """A console that fits a terminal of 80 columns."""
    return Console(width=min(WIDTH, Console().width), highlight=False, markup=False)


def show_run(kpis: Kpis, folder: Path, hint: str = "") -> None:
    """The KPIs of one run, and where the rest is."""
    table = Table(title="One run", title_justify="left", box=None, pad_edge=False)
    table.add_column("KPI")
    table.add_column("", justify="right")
    table.add_column("unit", style="dim")
    for name in _names(kpis):
        table.add_row(name, number(kpis.values.get(name, math.nan)), MEANING[name][0])
    out = console()
    out.print(table)
    out.print(f"Written to {folder}", soft_wrap=True)
    if hint:
        out.print(hint, soft_wrap=True)


def _names(*runs: Kpis) -> list[str]:
    """The headline, then every other figure that is not zero in all runs and not merely a part of a ratio."""
    parts = {part for ratio in RATIOS.values() for part in ratio} - set(MAIN)
    others = [name for name in MEANING if name not in HEADLINE and name not in parts]
    return [*HEADLINE, *(name for name in others if any(run.values.get(name) for run in runs))]


def show_line(kpis: Kpis, folder: Path) -> None:
    """One job of a sweep, in a line."""
    parts = (f"{name}={number(kpis.values.get(name, math.nan))}" for name in HEADLINE)
    console().print(f"{folder}: {' '.join(parts)}", soft_wrap=True)


def number(value: float) -> str:
    """A number with four digits that count, and no exponent."""
    if math.isnan(value):
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
    for name in _names(original, what_if):
        one, other = (kpis.values.get(name, math.nan) for kpis in (original, what_if))
        table.add_row(name, number(one), number(other), signed(other - one), MEANING[name][0])
    out = console()
    out.print(table)
    out.print("One world with the same luck: no interval. For one, use twin compare.")
    out.print(f"Written to {folder}", soft_wrap=True)


def signed(value: float) -> str:
    """A difference, with its sign."""
    return number(value) if math.isnan(value) or value == 0 else f"{'+' if value > 0 else '-'}{number(abs(value))}"


def show_comparison(found: Comparison, folder: Path) -> None:
    """Each arm with its interval, and its paired difference from the baseline."""
    out = console()
    for name in HEADLINE:
        title = f"{TITLES[name]}, {MEANING[name][0]}"
        table = Table(title=title, title_justify="left", box=None, pad_edge=False, min_width=WIDTH - 8)
        table.add_column("arm", ratio=2)
        table.add_column("estimate [95 % interval]", justify="right", ratio=3)
        table.add_column(f"minus {found.baseline} [95 % interval]", justify="right", ratio=4)
        for arm in found.arms:
            difference = found.differences.get(arm, {}).get(name)
            shown = bracketed(difference, signed) if difference else "baseline"
            table.add_row(arm, bracketed(found.estimates[arm][name], number), shown)
        out.print(table)
        out.print()
    out.print(answer(found))
    out.print(f"{len(found.seeds)} paired worlds. Report: {folder / 'report.html'}", soft_wrap=True)


def bracketed(interval: Interval, written: Callable[[float], str]) -> str:
    """An estimate with its interval in brackets."""
    return f"{written(interval.estimate)} [{written(interval.low)}, {written(interval.high)}]"
