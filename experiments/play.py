"""Playing a world to an end, with a line of progress for those who wait."""

import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from experiments.config import Job
from scenarios.build import draw_world
from twin.engine import Twin
from twin.kpis import Kpis, kpis
from twin.ledger import Ledger
from twin.units import DAY, HOUR, hhmm


@dataclass(frozen=True)
class Played:
    """A twin that has been played, its books, and how long that took."""

    twin: Twin
    ledger: Ledger
    kpis: Kpis
    wall_s: float


def twin_of(job: Job) -> Twin:
    """A twin at its first midnight."""
    return Twin(draw_world(job.scenario, job.options.seed), job.policies)


def played(twin: Twin, until: int | None, warmup: int, *, show: bool = True) -> Played:
    """Play a twin on.

    Parameters
    ----------
    until : int or None
        Where to stop; None plays to the end and closes the books.
    warmup : int
        When the key figures begin to count.
    show : bool
        Whether to show progress on the terminal.
    """
    began = time.perf_counter()
    console = Console(stderr=True)
    if show and console.is_terminal:
        _with_progress(twin, until, console)
    ledger = twin.run(until)
    return Played(twin, ledger, kpis(ledger, warmup), time.perf_counter() - began)


def _with_progress(twin: Twin, until: int | None, console: Console) -> None:
    """Play hour by hour up to the last one: the same events as in one go."""
    end = twin.world.days * DAY if until is None else until
    columns = (TextColumn("playing {task.fields[clock]}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=end, completed=twin.now, clock=hhmm(twin.now))
        for hour in range(twin.now + HOUR, end, HOUR):
            twin.run(hour)
            bar.update(task, completed=hour, clock=hhmm(hour))
