"""``twin regret``: what the routing of each arm cost over what it would have cost whoever had known the day."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from experiments.compare import tasks_of
from experiments.composition import Composed
from experiments.config import job_from
from experiments.folder import target, whole
from experiments.front import launch
from experiments.guard import plain
from experiments.hindsight.oracle import hindsight
from experiments.hindsight.regret import COLUMNS, Regrets, regrets
from experiments.manifest import write_json
from experiments.pool import mapped, news
from experiments.progress import Bar, bar
from experiments.show import console
from experiments.statistics import Interval
from experiments.study import Study, study_of
from experiments.versions import versions
from experiments.wording import between, figure
from experiments.worker import Settings, world_for
from twin.engine import Twin
from twin.errors import InputError
from twin.files import write_text
from twin.world import World

OWN = ("iterations",)
MOST = 100_000


@dataclass(frozen=True)
class Question:
    """A study of arms, and how long to search for a plan in hindsight."""

    study: Study
    iterations: int


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``regret`` on the command line."""
    return launch(regret_job, question_of, "regret", argv)


def question_of(made: Composed) -> Question:
    """Check a composed question.

    Raises
    ------
    InputError
        If an arm or the number of iterations is wrong.
    """
    iterations = plain(made.config, made.origin.where)["iterations"]
    if not isinstance(iterations, int) or isinstance(iterations, bool) or not 0 <= iterations <= MOST:
        raise InputError(f"iterations(={iterations}) must be a whole number from 0 to {MOST:,}; write iterations=100")
    study = study_of(made.without(OWN), OWN)
    if study.plan.precision or study.plan.indifference:
        raise InputError("precision and indifference are of twin compare; name how many worlds with replications=10")
    return Question(study, iterations)


def regret_job(made: Composed, sweep: Path | None) -> None:
    """Play every arm in every world, ask the oracle about each run, and write the folder."""
    asked = question_of(made)
    options, plan = asked.study.first.options, asked.study.plan
    folder = sweep or target(options.out, "regret", overwrite=options.overwrite)
    with bar() as shown:
        runs = played(asked, shown)
        shown.stop()
    found = regrets(plan.baseline, list(plan.arms), runs)
    _write(folder, asked, found)
    _show(found, folder, asked.study.first.counted, len(asked.study.seeds))


def played(asked: Question, shown: Bar) -> list[dict[str, Any]]:
    """The oracle's answer about every run."""
    tasks = [(seed, arms, asked.iterations) for seed, arms, _ in tasks_of(asked.study)]
    shown.expect(sum(len(arms) for _, arms, _ in tasks), "playing")
    workers = min(asked.study.plan.workers, len(tasks))
    return [run for batch in mapped(ask_world, tasks, workers, shown.advance) for run in batch]


def ask_world(seed: int, arms: dict[str, Settings], iterations: int) -> list[dict[str, Any]]:
    """Play one world with every arm and ask the oracle about each: what a process of the command does."""
    worlds: dict[str, World] = {}
    runs = []
    for name, settings in arms.items():
        job = job_from(settings)
        twin = Twin(world_for(seed, job.scenario, settings, worlds), job.policies)
        ledger = twin.run()
        said = hindsight(twin, ledger, job.warmup, iterations).plain
        runs.append({"arm": name, "seed": seed, "fingerprint": ledger.fingerprint().both, **said})
        news(name)
    return runs


def _write(folder: Path, asked: Question, found: Regrets) -> None:
    study = asked.study
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([[run[name] for name in COLUMNS] for arm in found.arms for run in found.runs[arm]])
    about = {
        "question": study.plan.question,
        "baseline": study.plan.baseline,
        "seeds": list(study.seeds),
        "counted": study.first.counted,
        "iterations": asked.iterations,
        "config_sha256": {arm: job.sha256 for arm, job in study.jobs.items()},
        "versions": versions(),
    }
    with whole(folder) as inside:
        write_json(inside / "manifest.json", about)
        write_json(inside / "regret.json", found.plain)
        write_text(inside / "regret.csv", text.getvalue())


def _show(found: Regrets, folder: Path, counted: str, worlds: int) -> None:
    out = console()
    against = f"minus {found.arms[0]}"
    for name, title in found.titles.items():
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        table.add_column("", min_width=max(map(len, found.arms)))
        for heading in ("", "", against, ""):
            table.add_column(heading, justify="right", min_width=14)
        for arm in found.arms:
            estimate, difference = found.estimates[arm][name], found.differences.get(arm, {}).get(name)
            table.add_row(arm, *_cells(estimate, sign=False), *(_cells(difference, sign=True) if difference else ()))
        out.print(table)
        out.print()
    out.print(f"USD per parcel of the streets' vehicles. Counted: {counted}; {worlds} paired worlds.", soft_wrap=True)
    out.print("No order or assignment of the same visits costs less than the lower bound.")
    if "plan" in found.titles:
        out.print("The plan was found by a solver; the best there is lies between the two.")
    out.print(f"Written to {folder}", soft_wrap=True)


def _cells(interval: Interval, *, sign: bool) -> tuple[str, str]:
    return figure(interval.estimate, "USD", sign=sign), between(interval, "USD", sign=sign)
