"""What ``twin sensitivity`` is asked."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.composition import Composed, job_of
from experiments.config import Job, Text, job_from
from experiments.guard import plain
from experiments.problems import input_error
from experiments.sensitivity.ranges import Ranges, placed, ranges_of
from experiments.study import settings_of
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.kpis import MEANING
from twin.units import STRICT


@checked(frozen=True, config=STRICT)
class Question:
    """The keys of a sensitivity study."""

    vary: Any
    kpi: Text = "cost_per_delivered_parcel"
    method: Literal["morris", "sobol"] = "morris"
    samples: Annotated[int, Field(strict=True, ge=2, le=1 << 16)] = 10
    worlds: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] = 2

    def __post_init__(self) -> None:
        """Refuse an unknown figure, and what Sobol's sequence cannot be."""
        if self.kpi not in MEANING:
            raise ValueError(f"kpi(={self.kpi}) is not known; {did_you_mean(self.kpi, MEANING)}")
        if self.method == "sobol" and self.samples & (self.samples - 1):
            raise ValueError(f"samples(={self.samples}) must be a power of two for sobol; set samples=64")


OWN = tuple(Question.__dataclass_fields__)


@dataclass(frozen=True)
class Sensitivity:
    """A sensitivity study, checked."""

    question: Question
    job: Job
    ranges: Ranges

    @property
    def settings(self) -> dict[str, Any]:
        """Of the run that is varied."""
        return settings_of(self.job)


def sensitivity_of(made: Composed) -> Sensitivity:
    """Check a composed study, and both ends of every range.

    Raises
    ------
    InputError
        If a key is wrong, or an end of a range is no configuration.
    """
    settings = plain(made.config, made.origin.where)
    try:
        question: Question = TypeAdapter(Question).validate_python({key: settings.get(key) for key in OWN})
    except ValidationError as error:
        raise input_error(error, Question, made.origin.where) from None
    job = job_of(made, OWN)
    if job.until is not None:
        raise InputError(f"until(={job.options.until}) cannot be varied; remove it, whole runs are played")
    found = Sensitivity(question, job, ranges_of(question.vary, settings_of(job)))
    for key, ends in found.ranges.items():
        for end in ends:
            try:
                job_from(placed(found.settings, {key: end}))
            except InputError as error:
                raise InputError(f"vary.{key} reaches {end:g}, which is refused: {error}") from None
    return found
