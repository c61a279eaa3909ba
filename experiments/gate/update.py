"""Moving the baseline on purpose: every world of every scenario, and what has changed since the last one."""

from dataclasses import dataclass
from pathlib import Path

from experiments.config import data_files
from experiments.gate.baseline import Baseline, Kept, Recorded, Stored, read_baseline, write_baseline
from experiments.gate.checking import kept_words, player
from experiments.gate.figures import WORSE, level_of
from experiments.gate.git import here
from experiments.gate.outcome import Record
from experiments.gate.plan import Plan
from experiments.progress import Bar
from experiments.versions import versions
from twin.errors import InputError


@dataclass(frozen=True)
class Moved:
    """A baseline that was written, and what it took the place of.

    Attributes
    ----------
    levels : dict
        Scenario -> KPI -> what it was (None: there was no such scenario) and what it is.
    settings : dict
        Scenario -> keys of the configuration that have another value now, with both values.
    """

    path: Path
    new: Stored
    old: Stored | None
    levels: dict[str, dict[str, tuple[float | None, float]]]
    settings: dict[str, list[str]]


def updated(plan: Plan, old: Stored | None, shown: Bar) -> Moved:
    """Play and write a baseline.

    Raises
    ------
    InputError
        If no file is named, or its folder is not there.
    """
    if plan.gate.baseline is None:
        raise InputError("baseline names no file; write twin check --update baseline=kpi.json")
    path = Path(plan.gate.baseline)
    if not path.absolute().parent.is_dir() or path.is_dir():
        raise InputError(f"baseline(={path}) cannot be written; name a file in a folder that is there")
    tasks = [(name, i) for name in plan.jobs for i in range(plan.gate.worlds)]
    runs = player(plan, None, shown, mark=True)(tasks)
    scenarios = {name: _recorded(plan, name, [run for run in runs if run["scenario"] == name]) for name in plan.jobs}
    made = Baseline(plan.seed, plan.gate.worlds, tuple(kept_words(plan)), here(), versions(), scenarios)
    write_baseline(path, made)
    new = read_baseline(path)
    levels = {name: _levels(old, new, name) for name in scenarios}
    settings = {name: _changed(old, new, name) for name in scenarios}
    return Moved(path, new, old, levels, settings)


def _recorded(plan: Plan, name: str, runs: list[Record]) -> Recorded:
    job, marks = plan.jobs[name], runs[0]["marks"]
    return Recorded(
        overrides=plan.gate.scenarios[name],
        settings=plan.settings(name),
        data_sha256=data_files(job),
        fingerprints=tuple(run["fingerprint"] for run in runs),
        totals={key: tuple(run["totals"][key] for run in runs) for key in runs[0]["totals"]},
        first=Kept(marks.trace, marks.costs, marks.parcels, marks.events, marks.postings),
    )


def _levels(old: Stored | None, new: Stored, name: str) -> dict[str, tuple[float | None, float]]:
    now = new.baseline.scenarios[name].columns(new.baseline.worlds)
    before = old.baseline.scenarios.get(name) if old else None
    then = before.columns(old.baseline.worlds) if old and before else None
    return {kpi: (level_of(kpi, then) if then else None, level_of(kpi, now)) for kpi in WORSE}


def _changed(old: Stored | None, new: Stored, name: str) -> list[str]:
    before = old.baseline.scenarios.get(name) if old else None
    if before is None:
        return []
    then, now = _flat(before.settings), _flat(new.baseline.scenarios[name].settings)
    return [
        f"{key}: {then.get(key, 'not set')} -> {now.get(key, 'not set')}"
        for key in sorted(then.keys() | now.keys())
        if then.get(key) != now.get(key)
    ]


def _flat(value: object, key: str = "") -> dict[str, object]:
    if not isinstance(value, dict) or not value:
        return {key: value}
    return {k: v for name, inner in value.items() for k, v in _flat(inner, f"{key}.{name}" if key else name).items()}
