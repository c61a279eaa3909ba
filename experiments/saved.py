"""What a snapshot says about the run it was taken from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.config import Job, data_files, job_from, named_files
from experiments.origin import Origin
from experiments.suggest import did_you_mean
from scenarios.build import draw_world
from twin.engine import Twin
from twin.errors import InputError
from twin.snapshot import load
from twin.state import TwinState
from twin.units import hhmm
from twin.world import World

RUN_KEYS = ("until", "out", "overwrite", "plugins")
"""What is said anew when a run goes on; everything else is in the snapshot. Plugins run code: never from a file."""


@dataclass(frozen=True)
class Saved:
    """A snapshot and what it needs to go on."""

    path: Path
    state: TwinState
    about: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Saved":
        """Read a snapshot.

        Raises
        ------
        InputError
            If it is not one, or says too little about its run.
        """
        state, about = load(path)
        if not {"settings", "overrides", "config_name", "config_dirs", "data_sha256"} <= about.keys():
            raise InputError(f"{path}: does not hold its configuration; write it with twin run until=HH:MM")
        return cls(path, state, about)

    @property
    def origin(self) -> Origin:
        """Where the configuration of the snapshot came from: the snapshot, made of what it tells."""
        return Origin(
            overrides=tuple(self.about["overrides"]),
            sources=(Path(), *map(Path, self.about["config_dirs"])),
            config_name=self.about["config_name"],
            file=str(self.path),
        )

    def job(self, **changes: Any) -> Job:
        """The run of the snapshot with other ``RUN_KEYS``; its data files must be unchanged.

        Raises
        ------
        InputError
            If a data file differs from the one that the run began with, or it could not stop at ``until``.
        """
        settings = {key: value for key, value in self.about["settings"].items() if key not in RUN_KEYS}
        job = job_from({**settings, **changes}, self.origin)
        check_files(self, job)
        if job.until is not None and job.until <= self.state.now:
            raise InputError(
                f"until(={job.options.until}) is before the snapshot's {hhmm(self.state.now)}; set it later"
            )
        return job

    def twin(self, job: Job, world: World | None = None) -> Twin:
        """A twin at the moment of the snapshot."""
        return Twin(world or draw_world(job.scenario, job.options.seed), job.policies, self.state)


def check_files(saved: Saved, job: Job) -> None:
    """Refuse a data file that has changed since the snapshot was taken."""
    before = saved.about["data_sha256"]
    for key, digest in data_files(job).items():
        if before.get(key) != digest:
            raise InputError(f"{key}(={named_files(job)[key]}) has changed since {saved.path} was written; restore it")


def run_changes(words: list[str]) -> dict[str, Any]:
    """``key=value`` words that say how a run goes on.

    Raises
    ------
    InputError
        If another key is named: that is a what-if.
    """
    changes: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if key not in RUN_KEYS or not equals:
            raise InputError(
                f"command line: {word!r} cannot change a run that goes on (twin fork asks a what-if); "
                f"{did_you_mean(key, RUN_KEYS)}"
            )
        changes[key] = _READ.get(key, str)(value.strip("'\""))
    return changes


_READ: dict[str, Callable[[str], Any]] = {
    "overwrite": lambda text: {"true": True, "false": False}.get(text.lower(), text),
    "plugins": lambda text: [name.strip() for name in text.strip("[]").split(",") if name.strip()],
}
