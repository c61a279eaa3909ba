"""``twin flip``: the value of a parameter at which the decision between two arms flips."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omegaconf import open_dict

from experiments.compare import tasks_of
from experiments.comparison import compared
from experiments.composition import Composed
from experiments.config import job_from
from experiments.family import DECIDES
from experiments.front import launch
from experiments.guard import plain
from experiments.pool import mapped
from experiments.progress import Bar, bar
from experiments.say import say
from experiments.sensitivity.ranges import placed, ranges_of
from experiments.statistics import Interval
from experiments.study import Study, settings_of, study_of
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


def flip_of(made: Composed) -> Flip:
    """Check a composed question.

    Raises
    ------
    InputError
        If the key, its range or the arms are wrong.
    """
    settings = plain(made.config, made.origin.where)
    own = {name: settings[name] for name in OWN}
    config = made.config.copy()
    with open_dict(config):
        for name in OWN:
            del config[name]
    study = study_of(Composed(config, made.origin), OWN)
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


def flip_job(made: Composed, _: Path | None) -> None:
    """Halve the range until the flip is known, and say where it is."""
    flip = flip_of(made)
    with bar() as shown:
        lines = found(flip, shown)
        shown.stop()
    for line in lines:
        say(line)


def found(flip: Flip, shown: Bar) -> list[str]:
    """Where the decision flips, in sentences, with what was seen on the way."""
    seen = {end: _difference(flip, end, shown) for end in (flip.low, flip.high)}
    low, high = flip.low, flip.high
    arm = next(name for name in flip.study.jobs if name != flip.study.plan.baseline)
    told = f"{arm} minus {flip.study.plan.baseline}, USD per delivered parcel"
    if _sign(seen[low]) == _sign(seen[high]):
        return [*_lines(flip, seen, told), f"The decision does not flip between {low:g} and {high:g}."]
    for _ in range(flip.steps):
        middle = (low + high) / 2
        seen[middle] = _difference(flip, middle, shown)
        low, high = (middle, high) if _sign(seen[middle]) == _sign(seen[low]) else (low, middle)
    sure = [value for value, interval in seen.items() if interval.excludes_zero]
    below, above = [value for value in sure if value <= low], [value for value in sure if value >= high]
    within = f"; each side shown with 95 % confidence at {max(below):g} and {min(above):g}" if below and above else ""
    return [*_lines(flip, seen, told), f"The decision flips between {low:g} and {high:g}{within}."]


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


def _lines(flip: Flip, seen: dict[float, Interval], told: str) -> list[str]:
    rows = [f"  {value:<10g} {i.estimate:+.3f} ({i.low:+.3f} to {i.high:+.3f})" for value, i in sorted(seen.items())]
    return [f"{flip.key}: {told}", *rows]
