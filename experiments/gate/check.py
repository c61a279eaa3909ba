"""``twin check``: whether a change made a key figure worse than the baseline says.

The exit status is the verdict: 0 passed, 1 a loss is proven, 3 undecided.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.origin import override_key

if TYPE_CHECKING:
    from experiments.composition import Composed

FAILED, UNDECIDED = 1, 3
UPDATE = "--update"
NAMES = ("baseline", "against", "junit", "summary")
"""Keys whose value is a name that may hold anything."""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``check`` on the command line."""
    from experiments.front import launch
    from experiments.gate.plan import plan_of

    words = [_quoted(word) for word in argv if word != UPDATE]
    job = _Update() if UPDATE in argv else _Check()
    status = launch(job, plan_of, "check", _with_the_baselines(words, job))
    return status or job.status


def _quoted(word: str) -> str:
    """Names of files and commits as Hydra's grammar takes them: ``HEAD~2`` would be an error there."""
    key, _, value = word.partition("=")
    if key not in NAMES or not value or value[0] in "'\"" or value == "null":
        return word
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{key}='{escaped}'"


def _with_the_baselines(words: list[str], job: "_Check | _Update") -> list[str]:
    """The words that the baseline was made with, before those of the command line."""
    from experiments.gate.baseline import read_baseline
    from experiments.gate.plan import joined
    from twin.errors import InputError

    if any(word in ("--multirun", "-m") for word in words):
        raise InputError("command line: a check has no --multirun; name what it varies under scenarios")
    named = [word.partition("=")[2].strip("'\"") for word in words if override_key(word) == "baseline"]
    if not named or not Path(named[-1]).is_file():
        return words
    job.stored = read_baseline(Path(named[-1]))
    then = job.stored.baseline
    return joined([f"seed={then.seed}", f"worlds={then.worlds}", *then.overrides], words)


class _Check:
    """The task of a check; its status is the verdict."""

    def __init__(self) -> None:
        from experiments.gate.baseline import Stored

        self.status = 0
        self.stored: Stored | None = None

    def __call__(self, made: "Composed", _: Path | None) -> None:
        """Check one composed configuration."""
        from experiments.gate.checking import checked
        from experiments.gate.plan import plan_of
        from experiments.gate.say import tell_outcome
        from experiments.gate.verdicts import Verdict
        from experiments.progress import bar

        plan = plan_of(made)
        with bar() as shown:
            found, stored = checked(plan, self.stored, shown)
            shown.stop()
        tell_outcome(plan, stored, found)
        self.status = {Verdict.FAIL: FAILED, Verdict.OPEN: UNDECIDED}.get(found.verdict, 0)


class _Update(_Check):
    """The task that moves the baseline on purpose."""

    def __call__(self, made: "Composed", _: Path | None) -> None:
        """Play every world of every scenario, write the baseline, and say what has changed."""
        from experiments.gate.plan import plan_of
        from experiments.gate.say import tell_update
        from experiments.gate.update import updated
        from experiments.progress import bar

        plan = plan_of(made)
        with bar() as shown:
            moved = updated(plan, self.stored, shown)
            shown.stop()
        tell_update(plan, moved)
