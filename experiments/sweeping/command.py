"""``twin sweep``: every combination, replicated, with results that survive.

Only what shows progress is imported at once: the bar is up before the libraries are.
"""

import shlex
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.compare import QUIET
from experiments.progress import Bar, bar
from experiments.say import tell

if TYPE_CHECKING:
    from experiments.sweeping.journal import Journal
    from experiments.sweeping.plan import Sweep


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``sweep`` on the command line."""
    quiet = any(word.partition("=")[0] in QUIET for word in argv)
    with nullcontext(Bar(None)) if quiet else bar() as shown:
        from experiments.front import launch_cells
        from experiments.sweeping.plan import sweep_from

        return launch_cells(lambda cells, seeds: _sweep(sweep_from(cells, seeds), argv, shown), "sweep", argv)


def _sweep(sweep: "Sweep", argv: Sequence[str], shown: Bar) -> int:
    from experiments.sweeping.journal import alone, begun, place
    from experiments.sweeping.report import REPORT, write_report
    from experiments.sweeping.showing import show_cells

    folder = place(sweep)
    with alone(folder):
        journal = begun(folder, sweep)
        try:
            news = carry_out(journal, sweep, shown)
            if news or not (folder / REPORT).is_file():
                write_report(journal)
        except KeyboardInterrupt:
            shown.stop()
            tell(f"twin: stopped; {_kept(journal)}. Go on with:\n{again(argv, folder)}")
            return 130
        except Exception:
            shown.stop()
            tell(f"twin: {_kept(journal)}. Go on, when what follows is mended, with:\n{again(argv, folder)}")
            raise
    shown.stop()
    show_cells(folder)
    return 0


def carry_out(journal: "Journal", sweep: "Sweep", shown: Bar) -> bool:
    """Play what is missing, and write the table of all.

    Returns
    -------
    bool
        Whether anything was missing.

    Raises
    ------
    InputError
        If a run is missing or unreadable after it was played.
    """
    from experiments.sweeping.collate import RESULTS, collated, write_table
    from experiments.sweeping.executors import execute
    from experiments.sweeping.tasks import tasks_of
    from twin.errors import InputError

    missing = journal.missing()
    tasks = tasks_of(journal, missing, sweep.way.workers)
    if len(missing) < len(journal.runs()):
        tell(f"twin: {len(journal.runs()) - len(missing)} of {len(journal.runs())} runs are there already")
    if tasks:
        shown.expect(sum(len(cells) for *_, cells in tasks), "playing")
        execute(tasks, sweep.way, journal.folder, shown.advance)
    table = collated(journal)
    if len(table) < len(journal.runs()):
        lost = len(journal.runs()) - len(table)
        raise InputError(f"{journal.folder}: {lost} runs cannot be read back; repeat the command")
    write_table(journal.folder / RESULTS, table)
    return bool(tasks)


def _kept(journal: "Journal") -> str:
    return f"{len(journal.runs()) - len(journal.missing())} of {len(journal.runs())} runs are kept"


def again(argv: Sequence[str], folder: Path) -> str:
    """What to type to go on."""
    words = [word for word in argv if word.partition("=")[0] not in ("out", "overwrite")]
    return shlex.join(["twin", "sweep", *words, f"out={folder}"])
