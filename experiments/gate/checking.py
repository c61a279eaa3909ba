"""A check from its plan to its outcome: which baseline, which worlds, what differs."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.config import data_files
from experiments.gate.baseline import Recorded, Stored, keepable, read_baseline
from experiments.gate.git import commit_of, files_of, twin_there
from experiments.gate.outcome import Family, Outcome, Player, Record
from experiments.gate.plan import Plan, own_keys
from experiments.gate.worker import play_pair
from experiments.origin import without
from experiments.pool import mapped
from experiments.progress import Bar
from experiments.study import settings_of
from twin.errors import InputError


def checked(plan: Plan, stored: Stored | None, shown: Bar) -> tuple[Outcome, Stored]:
    """Compare the code as it is with a baseline, or with the code of another commit.

    The words of the command line are those of the code as it is. The other side has the words of the baseline, or,
    without one, the same.

    Returns
    -------
    tuple of Outcome and Stored
        What was found, and what it was compared with.

    Raises
    ------
    InputError
        If there is no baseline for these scenarios, seeds and files.
    """
    if plan.gate.against is None:
        found = _agreed(plan, _given(plan, stored))
        return Family.of(plan, found.baseline, player(plan, found, shown)).decide(), found
    from experiments.gate.exactly import first_differences

    with files_of(commit_of("against", plan.gate.against)) as tree:
        words = list(stored.baseline.overrides) if stored else kept_words(plan)
        found = _agreed(plan, _played_anew(plan, tree, words))
        outcome = Family.of(plan, found.baseline, player(plan, found, shown)).decide()
        outcome.differs = {name: first_differences(plan, name, tree, words) for name in outcome.differs}
    return outcome, found


def player(plan: Plan, stored: Stored | None, shown: Bar, *, mark: bool = False) -> Player:
    """What plays worlds in processes and shows how far it is."""
    settings = {name: settings_of(job) for name, job in plan.jobs.items()}

    def play(tasks: Sequence[tuple[str, int]]) -> Sequence[Record]:
        if not tasks:
            return []
        shown.expect(len(tasks), "playing")
        work = [(name, plan.seed + i, settings[name], _marks(stored, name, i), mark and i == 0) for name, i in tasks]
        return mapped(play_pair, work, min(plan.gate.workers, len(work)), shown.advance)

    return play


def kept_words(plan: Plan) -> list[str]:
    """The overrides that a baseline of this plan remembers: not those that say how to check."""
    how = [key for key in own_keys() if key not in ("scenarios", "gates", "alpha", "tolerated")]
    return keepable(without(plan.words, "seed", *how))


def _marks(stored: Stored | None, scenario: str, world: int) -> Any:
    return stored.baseline.scenarios[scenario].marks if stored and world == 0 else None


def _given(plan: Plan, stored: Stored | None) -> Stored:
    if plan.gate.baseline is None:
        raise InputError("baseline names no file; write twin check baseline=kpi.json, first with --update")
    return stored or read_baseline(Path(plan.gate.baseline))


def _agreed(plan: Plan, stored: Stored) -> Stored:
    """Refuse a baseline of other scenarios, worlds or data files: its runs would be no pairs."""
    file, there = plan.gate.baseline, stored.baseline
    if plan.seed != there.seed:
        raise InputError(
            f"seed(={plan.seed}) is not the baseline's {there.seed}, so there are no pairs; add against=COMMIT, "
            "whose code then plays these worlds too"
        )
    for name, job in plan.jobs.items():
        if name not in there.scenarios:
            raise InputError(f"scenarios.{name} is not in {file}; move the baseline on purpose with --update")
        _same_inputs(str(file), name, there.scenarios[name], plan.gate.scenarios[name], data_files(job))
    missing = [name for name in there.scenarios if name not in plan.jobs]
    if missing:
        raise InputError(f"{file} has a scenario {missing[0]} that is not checked; move it on purpose with --update")
    return stored


def _same_inputs(file: str, name: str, then: Recorded, overrides: Sequence[str], files: dict[str, str]) -> None:
    if tuple(overrides) != then.overrides:
        was = " ".join(then.overrides) or "no overrides"
        raise InputError(f"scenarios.{name} was recorded with {was} in {file}; move it on purpose with --update")
    for key in sorted(files.keys() | then.data_sha256.keys()):
        if files.get(key) != then.data_sha256.get(key):
            raise InputError(f"{key} of scenarios.{name} is another file than that of {file}; restore it, or --update")


def _played_anew(plan: Plan, tree: Path, words: Sequence[str]) -> Stored:
    """A baseline of the same worlds, by the code of another commit; of the stored words if there are any."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "baseline.json"
        told = [f"seed={plan.seed}", f"worlds={plan.gate.worlds}", f"workers={plan.gate.workers}"]
        done = twin_there(tree, ["check", "--update", f"baseline={path}", *words, *told])
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["it says nothing"]
            raise InputError(f"against(={plan.gate.against}) cannot play a baseline ({said[-1]}); name a later commit")
        return read_baseline(path)
