"""``twin flip``: the value of a parameter at which the decision between two arms flips."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.compare import tasks_of
from experiments.comparison import compared
from experiments.composition import Composed
from experiments.config import job_from
from experiments.family import DECIDES
from experiments.folder import target, whole
from experiments.front import launch
from experiments.guard import plain
from experiments.manifest import write_json
from experiments.pool import mapped
from experiments.progress import Bar, bar
from experiments.say import say
from experiments.sensitivity.ranges import placed, ranges_of
from experiments.statistics import Interval
from experiments.study import Study, settings_of, study_of
from experiments.versions import versions
from experiments.worker import play_world
from twin.errors import InputError

OWN = ("key", "low", "high", "steps")


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``flip`` on the command line."""
    return launch(flip_job, flip_of, "flip", argv)


@dataclass(frozen=True)
class Flip:
    """A study of two arms, the parameter that is moved, and its range."""

    study: Study
    key: str
    low: float
    high: float
    steps: int

    @property
    def arm(self) -> str:
        """The arm that is held against the baseline."""
        return next(name for name in self.study.jobs if name != self.study.plan.baseline)


def flip_of(made: Composed) -> Flip:
    """Check a composed question.

    Raises
    ------
    InputError
        If the key, its range or the arms are wrong.
    """
    settings = plain(made.config, made.origin.where)
    own = {name: settings[name] for name in OWN}
    study = study_of(made.without(OWN), OWN)
    if len(study.jobs) != 2:
        raise InputError(f"arms: {len(study.jobs)} are named, and a decision is between two; take away '~arms.NAME'")
    if not isinstance(own["key"], str) or not isinstance(own["steps"], int) or not 1 <= own["steps"] <= 40:
        raise InputError(
            "key must name a parameter and steps be 1 to 40; write key=operation.pick_usd low=1.0 high=4.0"
        )
    for job in study.jobs.values():
        ((key, (low, high)),) = ranges_of({own["key"]: [own["low"], own["high"]]}, settings_of(job), least=1).items()
        for end in (low, high):
            job_from(placed(settings_of(job), {key: end}))
    return Flip(study, key, low, high, own["steps"])


def flip_job(made: Composed, sweep: Path | None) -> None:
    """Halve the range until the flip is known, say where it is, and write the folder."""
    flip = flip_of(made)
    options = flip.study.first.options
    folder = sweep or target(options.out, "flip", overwrite=options.overwrite)
    with bar() as shown:
        seen, between = found(flip, shown)
        shown.stop()
    for line in told(flip, seen, between):
        say(line)
    _write(folder, flip, seen, between)
    say(f"Written to {folder}")


Seen = dict[float, Interval]
"""Value of the parameter -> what the arm costs more there."""


def found(flip: Flip, shown: Bar) -> tuple[Seen, tuple[float, float] | None]:
    """What was seen on the way, and between which values the decision flips, if it does."""
    low, high = flip.low, flip.high
    seen = {end: _difference(flip, end, shown) for end in (low, high)}
    if _sign(seen[low]) == _sign(seen[high]):
        return seen, None
    for _ in range(flip.steps):
        middle = (low + high) / 2
        seen[middle] = _difference(flip, middle, shown)
        low, high = (middle, high) if _sign(seen[middle]) == _sign(seen[low]) else (low, middle)
    return seen, (low, high)


def told(flip: Flip, seen: Seen, between: tuple[float, float] | None) -> list[str]:
    """The same in sentences."""
    rows = [f"  {value:<10g} {i.estimate:+.3f} ({i.low:+.3f} to {i.high:+.3f})" for value, i in sorted(seen.items())]
    lines = [f"{flip.key}: {flip.arm} minus {flip.study.plan.baseline}, USD per delivered parcel", *rows]
    if between is None:
        return [*lines, f"The decision does not flip between {flip.low:g} and {flip.high:g}."]
    low, high = between
    sure = [value for value, interval in seen.items() if interval.excludes_zero]
    below, above = [value for value in sure if value <= low], [value for value in sure if value >= high]
    within = f"; each side shown with 95 % confidence at {max(below):g} and {min(above):g}" if below and above else ""
    return [*lines, f"The decision flips between {low:g} and {high:g}{within}."]


def _write(folder: Path, flip: Flip, seen: Seen, between: tuple[float, float] | None) -> None:
    plan = flip.study.plan
    about = {
        "key": flip.key,
        "arm": flip.arm,
        "baseline": plan.baseline,
        "kpi": DECIDES,
        "seeds": list(flip.study.seeds),
        "config_sha256": {name: job.sha256 for name, job in flip.study.jobs.items()},
        "versions": versions(),
        "between": between,
        "seen": [{"value": value, **interval.plain} for value, interval in sorted(seen.items())],
    }
    with whole(folder) as inside:
        write_json(inside / "flip.json", about)


def _difference(flip: Flip, value: float, shown: Bar) -> Interval:
    plan = flip.study.plan
    arms = {name: placed(settings_of(job), {flip.key: value}) for name, job in flip.study.jobs.items()}
    tasks = [(seed, {name: arms[name] for name in names}, False) for seed, names, _ in tasks_of(flip.study)]
    shown.expect(len(flip.study.seeds) * len(arms), f"{flip.key}={value:g}")
    runs = [run for batch in mapped(play_world, tasks, min(plan.workers, len(tasks)), shown.advance) for run in batch]
    (differences,) = compared("", plan.baseline, list(arms), runs).differences.values()
    return differences[DECIDES]


def _sign(interval: Interval) -> bool:
    return interval.estimate > 0
