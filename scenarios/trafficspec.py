"""How traffic is drawn: the streets' week, its noise and its feel for weather, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from twin.specs import Feel
from twin.units import STRICT, NonNeg, Pos, Share

Index = Annotated[float, Field(strict=True, ge=1, le=20)]
Hours = Annotated[tuple[Index, ...], Field(min_length=24, max_length=24)]

_WEEKDAY = (1.0,) * 6 + (
    1.12, 1.35, 1.16, 1.12, 1.06, 1.06, 1.08, 1.12, 1.22, 1.32, 1.37, 1.49, 1.21, 1.08,
) + (1.0,) * 4  # fmt: skip
_WEEKEND = (1.0,) * 8 + (
    1.01, 1.04, 1.09, 1.08, 1.24, 1.24, 1.25, 1.26, 1.26, 1.26, 1.15, 1.07, 1.03, 1.02, 1.01, 1.0,
)  # fmt: skip


@dataclass(frozen=True, config=STRICT)
class TrafficSpec:
    """How fast streets are, by time of day, kind of day, class of street, district, and weather."""

    period_min: Literal[5, 10, 15, 20, 30, 60] = 15
    tti: Hours = _WEEKDAY
    """Travel time index of an urban arterial by hour, Monday to Friday: HCM 7 exhibit 17-5, BPR .6/4 at .95 (D)."""
    tti_weekend: Hours = _WEEKEND
    """The same on Saturday and Sunday: the exhibit's weekend column, .905 of a weekday's volume (exhibit 17-6; D)."""
    share: tuple[NonNeg, NonNeg, NonNeg, NonNeg] = (0.35, 0.7, 1.0, 1.2)
    """How much of an arterial's delay residential, collector, arterial and expressway streets have (D)."""
    district: tuple[NonNeg, NonNeg, NonNeg] = (1.3, 1.0, 0.7)
    """How much of it streets in the core, in urban areas and in suburbs have (D)."""
    volumes: str | None = None
    """A table of volumes over capacity, by class of street or by street; BPR makes delays of them."""
    alpha: NonNeg = 0.6
    beta: Annotated[float, Field(strict=True, ge=1, le=12)] = 4.0
    """Of the volume-delay function 1 + alpha (v/c)^beta; the Bureau of Public Roads' own is .15 and 4 (M)."""
    cv: NonNeg = 0.20
    cv_peak: NonNeg = 0.35
    """Of travel time, within the day: .20 off-peak to .35 at the worst hour, lognormal (evidence 14, D)."""
    reach_km: Pos = 1.5
    """Noise correlates in space as exp(-distance / reach) (evidence 14, D)."""
    across: Share = 0.6
    """Its correlation between two classes of street at one place (D)."""
    memory_min: Pos = 30.0
    """AR(1) in time, tau 30 min (evidence 14, D)."""
    day_cv: NonNeg = 0.08
    """Of a day's factor for the whole city (evidence 14, D)."""
    fastest: Annotated[float, Field(strict=True, ge=1, le=5)] = 1.2
    """Highest true speed over free flow: luck does not make a street a motorway (D)."""
    feel: Feel = field(default_factory=Feel)

    @model_validator(mode="after")
    def _rising(self) -> "TrafficSpec":
        if self.cv_peak < self.cv:
            raise ValueError(f"cv_peak(={self.cv_peak}) must be >= cv(={self.cv})")
        return self
