"""``twin sensitivity``: which parameters decide a figure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from experiments.composition import Composed
from experiments.folder import target, whole
from experiments.front import launch
from experiments.manifest import write_json
from experiments.pool import mapped
from experiments.progress import Bar, bar
from experiments.sensitivity.plan import Sensitivity, sensitivity_of
from experiments.sensitivity.ranges import placed
from experiments.sensitivity.screening import Influence, influences, points
from experiments.sensitivity.tornado import Swing, tornado
from experiments.show import console
from experiments.wording import figure, number, shown_unit
from experiments.worker import play_world
from twin.errors import InputError
from twin.files import write_text
from twin.kpis import MEANING, RATIOS

Values = dict[str, float]
HEADINGS = {"morris": ("effect", "±", "spread"), "sobol": ("total share", "±", "alone")}


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``sensitivity`` on the command line."""
    return launch(sensitivity_job, sensitivity_of, "sensitivity", argv)


def sensitivity_job(made: Composed, sweep: Path | None) -> None:
    """Play every point of one composed study and write its folder."""
    study = sensitivity_of(made)
    options, question = study.job.options, study.question
    folder = sweep or target(options.out, "sensitivity", overwrite=options.overwrite)
    sampled = points(question.method, study.ranges, question.samples)
    ends = [{key: end} for key, pair in study.ranges.items() for end in pair]
    asked: list[Values] = [*(dict(zip(study.ranges, row, strict=True)) for row in sampled.tolist()), *ends, {}]
    with bar() as shown:
        figures = played(study, asked, shown)
        shown.stop()
    found = influences(question.method, study.ranges, sampled, figures[: len(sampled)])
    usual, moved = figures[-1], figures[len(sampled) : -1]
    swings = [Swing(key, *study.ranges[key], *moved[2 * i : 2 * i + 2]) for i, key in enumerate(study.ranges)]
    _write(folder, study, asked, figures, found, swings, usual)
    _show(study, found, swings, usual, folder)


def played(study: Sensitivity, asked: Sequence[Values], shown: Bar) -> list[float]:
    """The figure at each point, over all worlds."""
    question, settings = study.question, study.settings
    seeds = range(study.job.options.seed, study.job.options.seed + question.worlds)
    tasks = [(seed, {str(i): placed(settings, values)}, False) for i, values in enumerate(asked) for seed in seeds]
    shown.expect(len(tasks), "playing")
    runs = [run for batch in mapped(play_world, tasks, question.workers, shown.advance) for run in batch]
    of_a_point = [runs[i * len(seeds) : (i + 1) * len(seeds)] for i in range(len(asked))]
    return [_figure(question.kpi, part, values) for part, values in zip(of_a_point, asked, strict=True)]


def _figure(kpi: str, runs: Sequence[Any], values: Values) -> float:
    if kpi in RATIOS:
        above, below = (sum(run["totals"][part] for run in runs) for part in RATIOS[kpi])
        if below:
            return float(above / below)
    elif all(kpi in run["values"] for run in runs):
        return float(sum(run["values"][kpi] for run in runs) / len(runs))
    where = ", ".join(f"{key}={value:g}" for key, value in values.items()) or "the usual values"
    raise InputError(f"kpi(={kpi}) is not defined at {where}; narrow the ranges, or add worlds=10")


def _write(
    folder: Path,
    study: Sensitivity,
    asked: Sequence[Values],
    figures: Sequence[float],
    found: dict[str, Influence],
    swings: Sequence[Swing],
    usual: float,
) -> None:
    question = study.question
    said = {"kpi": question.kpi, "unit": MEANING[question.kpi][0], "method": question.method, "worlds": question.worlds}
    about = {**said, "seed": study.job.options.seed, "config_sha256": study.job.sha256, "usual": usual}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*study.ranges, question.kpi])
    table.writerows(
        [[*(values.get(key, "") for key in study.ranges), y] for values, y in zip(asked, figures, strict=True)]
    )
    with whole(folder) as inside:
        rows = {key: asdict(influence) for key, influence in found.items()}
        write_json(inside / "sensitivity.json", {**about, "influence": rows, "swings": [asdict(s) for s in swings]})
        write_text(inside / "points.csv", text.getvalue())
        write_text(inside / "tornado.svg", tornado(swings, usual, question.kpi))


def _show(study: Sensitivity, found: dict[str, Influence], swings: Sequence[Swing], usual: float, folder: Path) -> None:
    unit = MEANING[study.question.kpi][0]
    title = f"{study.question.kpi}, usually {figure(usual, unit)} {shown_unit(unit)}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("parameter", overflow="fold")
    for heading in ("range", *HEADINGS[study.question.method], "at low", "at high"):
        table.add_column(heading, justify="right")
    by_key = {swing.key: swing for swing in swings}
    for key, influence in found.items():
        swing = by_key[key]
        sizes = (number(value) for value in (influence.size, influence.doubt, influence.other))
        ends = (figure(value, unit) for value in (swing.at_low, swing.at_high))
        table.add_row(key, f"{swing.low:g} to {swing.high:g}", *sizes, *ends)
    out = console()
    out.print(table)
    out.print(f"Written to {folder}", soft_wrap=True)
