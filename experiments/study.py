"""What ``twin compare`` is asked: arms, a baseline, replications."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.composition import Composed, composed, job_of
from experiments.config import Job, Text
from experiments.guard import plain
from experiments.origin import override_key, touches, without
from experiments.problems import input_error
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.units import STRICT

Name = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
OWN = ("question", "arms", "baseline", "replications", "precision", "indifference", "most", "workers")
"""Keys of a study; everything else is the configuration of its runs."""
OF_THE_STUDY = (
    *("seed", "out", "overwrite", "until", "plugins", "programs"),
    *("days", "warmup_days", "first_weekday", "city", "demand"),
)
"""What an arm may not set, because all arms share it."""


@checked(frozen=True, config=STRICT)
class Plan:
    """The keys of a study."""

    arms: Annotated[dict[Name, tuple[Text, ...]], Field(min_length=1, max_length=24)]
    baseline: Name
    replications: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 10
    precision: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = None
    """Half-width of each difference in cost, as a share of the baseline's cost, at which enough worlds are played."""
    indifference: Annotated[float, Field(strict=True, gt=0, le=1e6)] | None = None
    """The smallest difference in cost that matters, USD per delivered parcel."""
    most: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 200
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] = 2
    question: Text = "Which arm is best?"


@dataclass(frozen=True)
class Study:
    """A study, checked: its plan, and the run of each arm."""

    plan: Plan
    jobs: dict[str, Job]

    @property
    def first(self) -> Job:
        """The run of the baseline."""
        return self.jobs[self.plan.baseline]

    @property
    def seeds(self) -> range:
        """The seed of each world."""
        return range(self.first.options.seed, self.first.options.seed + self.plan.replications)


def study_of(made: Composed, beside: Sequence[str] = ()) -> Study:
    """Check a composed study and the configuration of each of its arms.

    Parameters
    ----------
    beside : sequence of str
        Keys that are not the study's: those of a question that it is part of.

    Raises
    ------
    InputError
        If the plan or an arm is wrong; the message names the arm.
    """
    settings = plain(made.config, made.origin.where)
    own = {key: settings.pop(key) for key in OWN if key in settings}
    try:
        plan = TypeAdapter(Plan).validate_python(own)
    except ValidationError as error:
        raise input_error(error, Plan, made.origin.where) from None
    if plan.baseline not in plan.arms:
        raise InputError(f"baseline(={plan.baseline}) is not an arm; {did_you_mean(plan.baseline, plan.arms)}")
    if settings.get("until") is not None:
        raise InputError(f"until(={settings['until']}) cannot be compared; remove it, whole runs are played")
    last = settings.get("seed", 0)
    if isinstance(last, int) and last + plan.replications > 1 << 63:
        raise InputError(f"seed(={last}) and the next {plan.replications} must be less than 2**63; set a smaller seed")
    study = Study(plan, {name: _arm(name, list(overrides), made, beside) for name, overrides in plan.arms.items()})
    for name, overrides in plan.arms.items():
        if "scenario" in map(override_key, overrides):
            _same_world(name, study.jobs[name], study.first)
    return study


def _same_world(name: str, job: Job, baseline: Job) -> None:
    """A scenario pack of an arm may set what all arms share: then they would not have the same customers."""
    for key in OF_THE_STUDY:
        if job.plain.get(key) != baseline.plain.get(key):
            raise InputError(f"arms.{name}: {key} is the same for all arms; give the scenario to the whole comparison")


def _arm(name: str, overrides: list[str], made: Composed, beside: Sequence[str]) -> Job:
    for key in map(override_key, overrides):
        if any(touches(shared, key) for shared in (*OF_THE_STUDY, *OWN, "hydra")):
            raise InputError(f"arms.{name}: {key} is the same for all arms; set it for the whole comparison")
    common = without(made.origin.overrides, *OWN)
    common = without(common, *map(override_key, overrides))
    try:
        return job_of(composed(made.origin.config_name, [*common, *overrides], made.origin.extra_dirs), (*OWN, *beside))
    except InputError as error:
        raise InputError(f"arms.{name}: {error}") from None


def settings_of(job: Job) -> dict[str, Any]:
    """The plain configuration that a worker builds the run from."""
    return {key: value for key, value in job.plain.items() if key not in ("out", "overwrite")}
