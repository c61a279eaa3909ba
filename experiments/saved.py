"""What a snapshot says about the run it was taken from."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.config import Job, data_files, job_from, named_files
from experiments.guard import present
from experiments.origin import Origin
from experiments.play import twin_of
from experiments.suggest import did_you_mean
from scenarios.build import draw_world
from twin import laws
from twin.engine import Twin
from twin.errors import InputError
from twin.snapshot import load
from twin.state import TwinState
from twin.units import STRICT, hhmm

RUN_KEYS = ("until", "out", "overwrite", "plugins", "programs")
"""What is said anew when a run goes on; everything else is in the snapshot. Plugins run code: never from a file."""


@checked(frozen=True, config=STRICT)
class About:
    """What a snapshot notes of its run; :func:`experiments.run.about` writes it."""

    settings: dict[str, Any]
    overrides: list[str]
    config_name: str
    config_dirs: list[str]
    data_sha256: dict[str, str]


@dataclass(frozen=True)
class Saved:
    """A snapshot and what it needs to go on."""

    path: Path
    state: TwinState
    about: About

    @classmethod
    def read(cls, path: Path) -> "Saved":
        """Read a snapshot.

        Raises
        ------
        InputError
            If it is not one, or says too little about its run.
        """
        state, about = load(path)
        return cls(path, state, _about(path, about))

    @property
    def origin(self) -> Origin:
        """Where the configuration of the snapshot came from: the snapshot, made of what it tells."""
        return Origin(
            overrides=tuple(self.about.overrides),
            sources=(Path(), *map(Path, self.about.config_dirs)),
            config_name=self.about.config_name,
            file=str(self.path),
        )

    def job(self, **changes: Any) -> Job:
        """The run of the snapshot with other ``RUN_KEYS``; its data files must be unchanged.

        Raises
        ------
        InputError
            If a data file differs from the one that the run began with, or it could not stop at ``until``.
        """
        settings = {key: value for key, value in self.about.settings.items() if key not in RUN_KEYS}
        job = job_from({**settings, **changes}, self.origin)
        check_files(self, job)
        if job.until is not None and job.until <= self.state.now:
            raise InputError(
                f"until(={job.options.until}) is before the snapshot's {hhmm(self.state.now)}; set it later"
            )
        return job

    def twin(self, job: Job) -> Twin:
        """A twin at the moment of the snapshot, audited.

        Raises
        ------
        InputError
            If the state cannot be one of its run.
        InvariantError
            If it breaks a law.
        """
        world = draw_world(job.scenario, job.options.seed)
        try:
            twin = Twin(world, job.policies, self.state)
        except InputError as error:
            raise InputError(f"{self.path}: {error}") from None
        laws.check(twin)
        return twin

    @contextmanager
    def doubted(self, job: Job) -> Iterator[None]:
        """Where a run goes on: when it fails, find out whether the snapshot is to blame.

        Then, and only then, its run is played again up to the snapshot, and the states are compared: a file can be
        made that no check tells from a true one.

        Raises
        ------
        InputError
            If the run never had the state of the snapshot; otherwise what failed is raised as it was.
        """
        try:
            yield
        except (InputError, MemoryError):
            raise
        except Exception as error:
            if not self._was_so(job):
                why = f"{type(error).__name__}: {error}"
                raise InputError(f"{self.path}: its run never had this state ({why}); write it again") from error
            raise

    def _was_so(self, job: Job) -> bool:
        """Whether its run comes to this state; a run that fails before is not the snapshot's fault."""
        twin = twin_of(job)
        try:
            twin.run(self.state.now)
        except Exception:
            return True
        return twin.snapshot() == self.state


def _about(path: Path, noted: dict[str, Any]) -> About:
    try:
        about = TypeAdapter(About).validate_python(noted)
    except ValidationError:
        raise InputError(f"{path}: does not hold its configuration; write it with twin run until=HH:MM") from None
    present(about.settings, lambda _: str(path))
    return about


def check_files(saved: Saved, job: Job) -> None:
    """Refuse a data file that has changed since the snapshot was taken."""
    before = saved.about.data_sha256
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
        if key.startswith("programs.") and equals:
            changes.setdefault("programs", {})[key.partition(".")[2]] = _words(value)
            continue
        if key not in RUN_KEYS or not equals or key == "programs":
            raise InputError(
                f"command line: {word!r} cannot change a run that goes on (twin fork asks a what-if); "
                f"{did_you_mean(key, RUN_KEYS)}"
            )
        changes[key] = _READ.get(key, str)(value.strip("'\""))
    return changes


def _words(text: str) -> list[str]:
    """``[python,my.py]`` as the words that Hydra reads there; quotes keep a comma within a word."""
    return [word.strip("'\"") for word in next(csv.reader([text.strip().strip("[]")], quotechar="'"), [])]


_READ: dict[str, Callable[[str], Any]] = {
    "overwrite": lambda text: {"true": True, "false": False}.get(text.lower(), text),
    "plugins": lambda text: [name.strip() for name in text.strip("[]").split(",") if name.strip()],
}
