"""Progress of many runs: a bar on a terminal, a line now and then elsewhere, each with the time left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from experiments.say import tell

LINES = 10


class Bar:
    """Counts pieces of work. Nothing is known of their number until :meth:`expect`."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = progress.add_task("preparing", total=None) if progress else None
        self._total = 0
        self._done = 0
        self._began = time.monotonic()

    def expect(self, total: int, what: str) -> None:
        """So many pieces will come."""
        self._total, self._done, self._began = total, 0, time.monotonic()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, total=total, completed=0, description=what)
        else:
            self._line(what)

    def advance(self, what: str) -> None:
        """One more is done."""
        self._done += 1
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, advance=1, description=what)
        elif self._done * LINES // self._total != (self._done - 1) * LINES // self._total:
            self._line(what)

    def stop(self) -> None:
        """Leave the terminal to others."""
        if self._progress is not None:
            self._progress.stop()

    def _line(self, what: str) -> None:
        tell(f"twin: {self._done}/{self._total} runs ({what}){self._left()}")

    def _left(self) -> str:
        """How long the rest takes at the pace so far."""
        if not 0 < self._done < self._total:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * (self._total - self._done)
        return f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar that shows itself at once."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(None)
        return
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn()),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress)
