"""Tables on the terminal, at most 80 columns wide."""

import math
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.answer import answer
from experiments.comparison import HEADLINE, TITLES, Comparison
from experiments.config import Job
from experiments.family import DECIDES
from experiments.provenance import grades, moved
from experiments.tabulate import shown
from experiments.wording import between, figure, shown_unit
from twin.kpis import MEANING, RATIOS, Kpis

WIDTH = 80
MARK = "*"
MOST_CHANGES = 12
"""So many changes of the default are shown; all of them are in the manifest."""
MAIN = ("cost_total", "delivered", "sessions", "orders")
"""Totals worth a line of their own, though ratios are made of them."""


def console() -> Console:
    """A console that fits a terminal of 80 columns."""
    return Console(width=min(WIDTH, Console().width), highlight=False, markup=False)


def show_run(kpis: Kpis, folder: Path, counted: str, hint: str = "") -> None:
    """The KPIs of one run, what they count, and where the rest is."""
    table = Table(title="One run", title_justify="left", box=None, pad_edge=False)
    table.add_column("KPI")
    table.add_column("", justify="right")
    table.add_column("unit", style="dim")
    for name in _names(kpis):
        unit = MEANING[name][0]
        table.add_row(name, figure(kpis.values.get(name, math.nan), unit), shown_unit(unit))
    out = console()
    out.print(table)
    out.print(f"Counted: {counted}.")
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
    parts = (f"{name}={kpis.values.get(name, math.nan):.4g}" for name in HEADLINE)
    console().print(f"{folder}: {' '.join(parts)}", soft_wrap=True)


def show_moved(job: Job) -> None:
    """What differs from the defaults, and how good the sources are of all that a run uses."""
    changed = [one for one in moved({"run": job}) if one.changed]
    out = console()
    if changed:
        table = Table(title="Not as by default", title_justify="left", box=None, pad_edge=False)
        for heading in ("key", "value", "default", "grade", "set by"):
            table.add_column(heading, overflow="fold")
        for one in changed[:MOST_CHANGES]:
            said = one.line.evidence
            value = shown(one.line.value) if one.values else "-"
            who = " ".join({text.partition(": ")[0] for text in one.set_by.values()})
            table.add_row(one.key, value, shown(one.default), said.grade if said else "", who)
        out.print(table)
    more = f"{len(changed) - MOST_CHANGES} more changes are in manifest.json. " if len(changed) > MOST_CHANGES else ""
    count = ", ".join(f"{number} {grade}" for grade, number in grades(job).items())
    out.print(f"{more}Numbers in use, by grade of their source: {count}. See twin evidence.")


def show_fork(original: Kpis, what_if: Kpis, folder: Path, counted: str) -> None:
    """Two futures of one state, side by side."""
    table = Table(title="As it was, and what if", title_justify="left", box=None, pad_edge=False)
    table.add_column("KPI")
    for heading in ("as it was", "what if", "difference"):
        table.add_column(heading, justify="right")
    table.add_column("unit", style="dim")
    for name in _names(original, what_if):
        one, other = (kpis.values.get(name, math.nan) for kpis in (original, what_if))
        unit = MEANING[name][0]
        change = figure(other - one, unit, sign=True)
        table.add_row(name, figure(one, unit), figure(other, unit), change, shown_unit(unit))
    out = console()
    out.print(table)
    out.print(f"Counted: {counted}.")
    out.print("One world with the same luck: no interval. For one, use twin compare.")
    out.print(f"Written to {folder}", soft_wrap=True)


def show_comparison(found: Comparison, folder: Path, counted: str) -> None:
    """Each arm with its interval, and its paired difference from the baseline."""
    out = console()
    for name in HEADLINE:
        out.print(_headline(found, name))
        out.print()
    out.print(answer(found))
    for sentence in family_notes(found):
        out.print(sentence)
    out.print(f"Counted: {counted}.")
    out.print(f"{len(found.seeds)} paired worlds. Report: {folder / 'report.html'}", soft_wrap=True)


def family_notes(found: Comparison) -> list[str]:
    """What the marks mean, what common luck was worth, and which arm is cheapest: nothing of one arm or one world."""
    if not found.differences or len(found.seeds) < 2:
        return []
    worth = [pairs[DECIDES].reduction for pairs in found.together.pairings.values()]
    least = min((factor for factor in worth if not math.isnan(factor)), default=math.nan)
    tests = len(found.differences) * len(HEADLINE)
    notes = [f"{MARK} beyond chance among these {tests} differences (Holm, 5 %)."]
    if math.isfinite(least):
        notes.append(f"Common luck: independent runs would take {least:.1f} times as many worlds, or more.")
    short = found.together.shortfall
    verdict = "no other arm is cheaper" if short <= 0 else f"no other arm is cheaper by more than {short:.2f} USD"
    return [*notes, f"{found.together.best} has the lowest cost; with 95 % confidence {verdict}."]


def _headline(found: Comparison, name: str) -> Table:
    unit = MEANING[name][0]
    title = f"{TITLES[name]}, {shown_unit(unit)}, with 95 % intervals"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("", min_width=max(len(arm) for arm in found.arms))
    for heading in ("", "", f"minus {found.baseline}", ""):
        table.add_column(heading, justify="right", min_width=14)
    for arm in found.arms:
        estimate, difference = found.estimates[arm][name], found.differences.get(arm, {}).get(name)
        mark = MARK if difference and found.beyond_chance(arm, name) else ""
        change = (
            (figure(difference.estimate, unit, sign=True) + mark, between(difference, unit, sign=True))
            if difference
            else ()
        )
        table.add_row(arm, figure(estimate.estimate, unit), between(estimate, unit), *change)
    return table
