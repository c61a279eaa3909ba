"""What ``twin check`` is asked: scenarios, gates, margins, and where to write the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.composition import Composed, composed, job_of
from experiments.config import Job, Text
from experiments.gate.figures import QUANTILES, WORSE
from experiments.gate.verdicts import FIRST, Key, Rules, looks
from experiments.guard import plain
from experiments.origin import override_key, touches, without
from experiments.problems import input_error
from experiments.study import Name
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.units import STRICT

OF_THE_CHECK = ("seed", "out", "overwrite", "until", "plugins", "programs")
"""What a scenario may not set, because all scenarios share it."""
Margin = Annotated[float, Field(strict=True, gt=0, le=1e6)]


@checked(frozen=True, config=STRICT)
class Gate:
    """The keys of a check."""

    scenarios: Annotated[dict[Name, tuple[Text, ...]], Field(min_length=1, max_length=24)]
    gates: dict[str, Margin | None]
    """Null: not gated."""
    baseline: Text | None = None
    worlds: Annotated[int, Field(strict=True, ge=FIRST, le=4096)] = 128
    tier: Literal["pull_request", "nightly"] = "pull_request"
    alpha: Annotated[float, Field(strict=True, gt=0, le=0.2)] = 0.01
    tolerated: Annotated[float, Field(strict=True, ge=0, lt=1)] = 0.0
    against: Text | None = None
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] = 2
    junit: Text | None = None
    summary: Text | None = None
    annotations: Annotated[bool, Field(strict=True)] = False

    def __post_init__(self) -> None:
        """Refuse figures that cannot be gated, and margins that would swallow anything."""
        for name, margin in self.gates.items():
            if name not in WORSE:
                raise ValueError(f"gates.{name} is no figure of which less or more is worse; {_hint(name)}")
            if margin is not None and name not in QUANTILES and margin >= 1:
                raise ValueError(f"gates.{name}(={margin}) must be a share below 1; write 0.02 for 2 %")

    @property
    def margins(self) -> dict[str, float]:
        """The gates of this tier: quantiles need more pairs than a pull request waits for."""
        nightly = self.tier == "nightly"
        given = {name: margin for name, margin in self.gates.items() if margin is not None}
        return {name: margin for name, margin in given.items() if nightly or name not in QUANTILES}

    def rules(self, worlds: int) -> Rules:
        """How the family is judged with so many worlds at most."""
        return Rules(len(looks(worlds)), self.alpha, self.tolerated)


@dataclass(frozen=True)
class Plan:
    """A check, checked: its keys, the run of each scenario, and the words that made them."""

    gate: Gate
    jobs: dict[str, Job]
    words: tuple[str, ...]

    @property
    def seed(self) -> int:
        """Of the first world."""
        return next(iter(self.jobs.values())).options.seed

    def settings(self, scenario: str) -> dict[str, Any]:
        """The configuration of a scenario, without what does not say what happens in a world."""
        plain = self.jobs[scenario].plain
        return {key: value for key, value in plain.items() if key not in OF_THE_CHECK}

    @property
    def family(self) -> list[Key]:
        """Every figure that is judged."""
        return [(scenario, kpi) for scenario in self.jobs for kpi in self.gate.margins]


def plan_of(made: Composed) -> Plan:
    """Check a composed check and the configuration of each of its scenarios.

    Raises
    ------
    InputError
        If a key or a scenario is wrong; the message names the scenario.
    """
    settings = plain(made.config, made.origin.where)
    own = {key: settings.pop(key) for key in own_keys() if key in settings}
    try:
        gate: Gate = TypeAdapter(Gate).validate_python(own)
    except ValidationError as error:
        raise input_error(error, Gate, made.origin.where) from None
    if not gate.margins:
        raise InputError(f"gates: nothing is gated in the {gate.tier} tier; set gates.on_time=0.02")
    if settings.get("until") is not None:
        raise InputError(f"until(={settings['until']}) cannot be checked; remove it, whole runs are played")
    last = settings.get("seed", 0)
    if isinstance(last, int) and last + gate.worlds > 1 << 63:
        raise InputError(f"seed(={last}) and the next {gate.worlds} must be less than 2**63; set a smaller seed")
    jobs = {name: _job(name, list(overrides), made) for name, overrides in gate.scenarios.items()}
    return Plan(gate, jobs, made.origin.overrides)


def own_keys() -> tuple[str, ...]:
    """Keys of a check; everything else is the configuration of its runs."""
    return tuple(Gate.__dataclass_fields__)


def joined(stored: Sequence[str], words: Sequence[str]) -> list[str]:
    """Words of a baseline, then those of the command line, which have the last word.

    What a stored word adds stays, so that a later one can change it or take it away, unless it is added anew.
    """
    again = [override_key(word) for word in words if word.startswith("+")]
    given = [override_key(word) for word in words if not word.startswith("-")]
    added = [word for word in stored if word.startswith("+") and override_key(word) not in again]
    return [*without([word for word in stored if word not in added], *given), *added, *words]


def _job(name: str, overrides: list[str], made: Composed) -> Job:
    for key in map(override_key, overrides):
        if any(touches(shared, key) for shared in (*OF_THE_CHECK, *own_keys(), "hydra")):
            raise InputError(f"scenarios.{name}: {key} is the same for all scenarios; set it for the whole check")
    common = without(without(made.origin.overrides, *own_keys()), *map(override_key, overrides))
    try:
        return job_of(composed(made.origin.config_name, [*common, *overrides], made.origin.extra_dirs), own_keys())
    except InputError as error:
        raise InputError(f"scenarios.{name}: {error}") from None


def _hint(name: str) -> str:
    return did_you_mean(name, WORSE)
