"""What a benchmark is asked for, its rows as they come, and the table at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from rich.console import Console
from rich.table import Table as Printed

from experiments.benchmarks import euro as contest
from experiments.benchmarks import solomon as classic
from experiments.say import say
from experiments.suggest import did_you_mean
from policies.solvers.consensus import Consensus
from policies.solvers.model import Stop
from policies.solvers.solve import Engine
from twin.errors import InputError


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to come: how many, of which columns, and who prints them."""

    what: str
    total: int
    columns: Sequence[str]
    rows: Iterator[Any]
    printed: Any

    def show(self, rows: Sequence[Any]) -> None:
        """Print them for people."""
        self.printed(rows)


def solomon(folder: Path, words: dict[str, str]) -> Table:
    """Solomon's instances as words ask for them.

    Raises
    ------
    InputError
        If a word or the folder is wrong.
    """
    files = classic.folder(folder, tuple(filter(None, words["instances"].split(","))))
    engine = _choice("engine", words["engine"], ("pyvrp", "ortools"))
    iterations = _number("iterations", words["iterations"])
    stop = Stop(iterations=iterations, solutions=iterations, starts=_number("starts", words["starts"]), trial=1.0)
    rows = classic.study(files, cast("Engine", engine), stop, _number("seed", words["seed"], least=0))
    return Table("Solomon", len(files), classic.Found._fields, rows, _show_solomon)


def euro(folder: Path, words: dict[str, str]) -> Table:
    """The contest as words ask for it.

    Raises
    ------
    InputError
        If a word or the folder is wrong.
    """
    wanted = tuple(filter(None, words["instances"].split(",")))
    files = [f for f in classic.folder(folder) if not wanted or any(part in f.stem for part in wanted)]
    if not files:
        raise InputError(f"command line: instances={words['instances']}: no file of {folder} has that in its name")
    names = [_choice("strategies", name, (*contest.NAMES, "static")) for name in words["strategies"].split(",")]
    seeds = [_number("seeds", seed, least=0) for seed in words["seeds"].split(",")]
    how = Consensus(*(_number(word, words[word]) for word in ("futures", "rounds", "imagined")))
    stop = Stop(iterations=_number("iterations", words["iterations"]))
    rows = contest.study(files, names, how, stop, seeds)
    return Table("EURO", len(files) * len(names) * len(seeds), contest.Played._fields, rows, _show_euro)


def _choice(key: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise InputError(f"command line: {key}={value}: {did_you_mean(value, choices)}")
    return value


def _number(key: str, value: str, least: int = 1) -> int:
    if not value.isdecimal() or int(value) < least:
        raise InputError(f"command line: {key}={value} must be a whole number from {least} on")
    return int(value)


def _show_solomon(rows: Sequence[classic.Found]) -> None:
    table = _table("instance", "best known", "ours", "gap %", "vehicles", "CPU s")
    for row in rows:
        cells = (f"{row.best:.1f}", f"{row.cost:.1f}", f"{row.gap:.2f}", str(row.vehicles), f"{row.cpu_s:.1f}")
        table.add_row(row.instance, *cells)
    Console(highlight=False).print(table)
    gaps = [row.gap for row in rows]
    say(f"mean gap {np.mean(gaps):.2f} %, median {np.median(gaps):.2f} %, worst {max(gaps):.2f} %")


def _show_euro(rows: Sequence[contest.Played]) -> None:
    """A row for each instance and day, a column for each strategy, and the means."""
    names = list(dict.fromkeys(row.strategy for row in rows))
    days = list(dict.fromkeys((row.instance, row.seed) for row in rows))
    cost = {(row.instance, row.seed, row.strategy): row.cost for row in rows}
    table = _table("instance", "seed", *names)
    for instance, seed in days:
        short = instance.removeprefix("ORTEC-VRPTW-ASYM-").partition("-k")[0]
        table.add_row(short, str(seed), *(f"{cost[instance, seed, name]:,}" for name in names))
    means = {name: float(np.mean([cost[(*day, name)] for day in days])) for name in names}
    table.add_section()
    table.add_row("mean", "", *(f"{means[name]:,.0f}" for name in names))
    Console(highlight=False).print(table)
    if {"greedy", "ours"} <= set(names):
        saved = [100 * (1 - cost[(*day, "ours")] / cost[(*day, "greedy")]) for day in days]
        say(f"ours costs {np.mean(saved):.1f} % less than greedy in the mean, {min(saved):.1f} % at least")


def _table(*columns: str) -> Printed:
    table = Printed(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table
