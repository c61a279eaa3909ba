"""How traffic is drawn: the streets' day, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from twin.specs import Feel
from twin.units import STRICT, NonNeg, Pos

_TTI = (1.0,) * 6 + (1.12, 1.35, 1.16, 1.12, 1.06, 1.06, 1.08, 1.12, 1.22, 1.32, 1.37, 1.49, 1.21, 1.08) + (1.0,) * 4


@dataclass(frozen=True, config=STRICT)
class TrafficSpec:
    """How fast streets are, by time of day, day, and weather."""

    period_min: Literal[5, 10, 15, 20, 30, 60] = 15
    tti: Annotated[
        tuple[Annotated[float, Field(strict=True, ge=1, le=10)], ...], Field(min_length=24, max_length=24)
    ] = _TTI
    """Travel time index of an arterial by hour: HCM 7 demand through BPR .6/4 at .95 (evidence 14, D)."""
    share: tuple[NonNeg, NonNeg, NonNeg, NonNeg] = (0.35, 0.7, 1.0, 1.2)
    """How much of an arterial's delay residential, collector, arterial and expressway streets have (D)."""
    cv: NonNeg = 0.20
    cv_peak: NonNeg = 0.35
    """Of travel time, within the day: .20 off-peak to .35 at the worst hour, lognormal (evidence 14, D)."""
    memory_min: Pos = 30.0
    """AR(1) in time, tau 30 min (D)."""
    day_cv: NonNeg = 0.08
    """Of a day's factor for the whole city (D)."""
    feel: Feel = field(default_factory=Feel)

    @model_validator(mode="after")
    def _rising(self) -> "TrafficSpec":
        if self.cv_peak < self.cv:
            raise ValueError(f"cv_peak(={self.cv_peak}) must be >= cv(={self.cv})")
        return self
