"""``twin compare``: arms on the same worlds, with intervals, and a report that can be mailed.

Only what shows progress is imported at once: the bar is up before the libraries are.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.progress import Bar, bar

if TYPE_CHECKING:
    from experiments.composition import Composed
    from experiments.study import Study

QUIET = ("--help", "-h", "--hydra-help", "--cfg", "-c", "--info", "-i", "-sc", "--shell-completion")
_bar = Bar(None)


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``compare`` on the command line."""
    if any(word.partition("=")[0] in QUIET for word in argv):
        return _launched(argv)
    global _bar  # the job is called with the configuration alone
    with bar() as _bar:
        return _launched(argv)


def _launched(argv: Sequence[str]) -> int:
    from experiments.front import launch
    from experiments.study import study_of

    return launch(compare_job, study_of, "compare", argv)


def compare_job(made: "Composed", sweep: Path | None) -> None:
    """Play one composed study and write its folder."""
    from experiments.comparison import compared
    from experiments.enough import enough
    from experiments.folder import target
    from experiments.show import show_comparison
    from experiments.study import study_of
    from experiments.writeup import write_study

    began = time.perf_counter()
    study = study_of(made)
    options = study.first.options
    folder = sweep or target(options.out, "compare", overwrite=options.overwrite)
    runs = play(study, _bar)
    played = study.plan.replications
    while (worlds := enough(study.plan, runs)) > played:
        runs += play(study, _bar, range(study.seeds.start + played, study.seeds.start + worlds))
        played = worlds
    found = compared(study.plan.question, study.plan.baseline, list(study.plan.arms), runs)
    write_study(folder, study, found, time.perf_counter() - began)
    _bar.stop()
    show_comparison(found, folder, study.first.counted)


def play(study: "Study", shown: Bar, seeds: range | None = None) -> list[dict[str, Any]]:
    """Play every arm in every world, or in those of other seeds; the records of all runs."""
    from experiments.pool import mapped
    from experiments.worker import play_world

    tasks = tasks_of(study, seeds)
    shown.expect(sum(len(arms) for _, arms, _ in tasks), "playing")
    workers = min(study.plan.workers, len(tasks))
    return [run for batch in mapped(play_world, tasks, workers, shown.advance) for run in batch]


def tasks_of(study: "Study", seeds: range | None = None) -> list[tuple[int, dict[str, Any], bool]]:
    """What the processes do: seed, configurations by arm, whether to sketch the tours.

    One task is one world with all its arms, which then share what is drawn; when there are fewer worlds than
    workers, each arm is a task of its own.
    """
    from experiments.study import settings_of

    arms = {name: settings_of(job) for name, job in study.jobs.items()}
    worlds = study.seeds if seeds is None else seeds
    together = [arms] if len(worlds) >= study.plan.workers else [{name: own} for name, own in arms.items()]
    return [(seed, part, seed == study.seeds[0]) for seed in worlds for part in together]
