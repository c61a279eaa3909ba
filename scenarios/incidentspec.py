"""How works, incidents and closures are drawn, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here. HCM is the Highway Capacity Manual, 7th edition.
"""

from dataclasses import field
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from twin.units import STRICT, Clock, Count, NonNeg, Pos, Share, clock

Four = tuple[NonNeg, NonNeg, NonNeg, NonNeg]
"""By class of street (residential, collector, arterial, expressway), or by what happened (crash with injuries, crash
with damage, breakdown, obstacle)."""
Shares = tuple[Share, Share, Share, Share]
Lanes = Annotated[int, Field(strict=True, ge=1, le=8)]
Weights = Annotated[tuple[NonNeg, ...], Field(min_length=24, max_length=24)]
_WEEKDAY = (
    0.010, 0.006, 0.005, 0.005, 0.009, 0.030, 0.054, 0.071, 0.058, 0.047, 0.046, 0.050,
    0.053, 0.054, 0.063, 0.069, 0.072, 0.077, 0.062, 0.044, 0.035, 0.033, 0.026, 0.021,
)  # fmt: skip
_WEEKEND = (
    0.023, 0.014, 0.010, 0.006, 0.006, 0.010, 0.017, 0.024, 0.035, 0.046, 0.056, 0.054,
    0.071, 0.071, 0.072, 0.073, 0.073, 0.073, 0.063, 0.052, 0.044, 0.038, 0.033, 0.026,
)  # fmt: skip


@dataclass(frozen=True, config=STRICT)
class Freeway:
    """Incidents on expressways, by how many lanes they take: shoulder, one, two, three (HCM chapter 11, A)."""

    share: Shares = (0.754, 0.196, 0.031, 0.019)
    mean_min: tuple[Pos, Pos, Pos, Pos] = (34.0, 34.6, 53.6, 67.9)
    sd_min: tuple[Pos, Pos, Pos, Pos] = (15.1, 13.8, 13.9, 21.9)
    low_min: tuple[Pos, Pos, Pos, Pos] = (8.7, 16.0, 30.5, 36.0)
    high_min: tuple[Pos, Pos, Pos, Pos] = (58.0, 58.2, 66.9, 93.3)
    """Lognormal, cut off below and above."""
    open_lane: Shares = (0.83, 0.74, 0.51, 0.51)
    """Capacity that each open lane keeps."""

    @model_validator(mode="after")
    def _ordered(self) -> "Freeway":
        if any(low >= high for low, high in zip(self.low_min, self.high_min, strict=True)):
            raise ValueError(f"low_min(={list(self.low_min)}) must be below high_min(={list(self.high_min)})")
        return self


@dataclass(frozen=True, config=STRICT)
class Works:
    """Short closures of lanes for works; they are announced."""

    rate_km_year: NonNeg = 0.3
    """Per kilometre of a street's direction and year (evidence 14, D)."""
    days: Pos = 2.0
    days_cv: NonNeg = 1.5
    """Lognormal median and cv (evidence 14, D)."""
    closes: Shares = (0.2, 0.1, 0.0, 0.0)
    """Share that closes the street in that direction, by class (D)."""
    capacity: tuple[Pos, Pos, Pos, Pos] = (0.5, 0.5, 0.35, 0.49)
    """What the others leave: one lane in turns; one of two at .70; two of three at .74 (HCM chapter 11, A;
    mapping D)."""


@dataclass(frozen=True, config=STRICT | ConfigDict(populate_by_name=True))
class Closure:
    """A closure that is planned: of the busiest street, or of what lies around a place."""

    busiest: Annotated[int, Field(strict=True, ge=1, le=20)] | None = None
    """1: the street whose loss costs most, a bridge where there is a river; 2: the next one that is not near it."""
    lon: Annotated[float, Field(strict=True, ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(strict=True, ge=-90, le=90)] | None = None
    radius_m: Pos | None = None
    """Nobody may drive to a junction within this distance of the place."""
    day: Count | None = None
    """The day of the run, 0 the first; left out, each day."""
    start: Annotated[Clock, Field(alias="from")] = "00:00"
    until: Clock = "24:00"
    announced: bool = True
    """Whether operations know from the start; otherwise as of an incident."""

    @model_validator(mode="after")
    def _one_place(self) -> "Closure":
        place = [self.lon, self.lat, self.radius_m]
        if (self.busiest is None) == (None in place) or (self.busiest is not None and place != [None] * 3):
            raise ValueError("a closure must have either busiest, or lon, lat and radius_m")
        if clock(self.until) <= clock(self.start):
            raise ValueError(f"until(={self.until}) must be after from(={self.start})")
        return self


@dataclass(frozen=True, config=STRICT)
class IncidentSpec:
    """What disturbs streets. Rates are per kilometre of a street's direction and year."""

    rate_km_year: Four = (0.4, 3.2, 16.0, 48.0)
    """In dry weather: 700 incidents per 100 million vehicle-miles (350-1,050 in HCM, A) at 250, 2,000, 10,000 and
    30,000 vehicles a day and direction (D)."""
    hours: Weights = _WEEKDAY
    hours_weekend: Weights = _WEEKEND
    """Incidents follow traffic: share of a day's volume by hour (HCM exhibit 17-5, principal arterial, A)."""
    week: Annotated[tuple[NonNeg, ...], Field(min_length=7, max_length=7)] = (0.98, 0.98, 1.00, 1.03, 1.15, 0.99, 0.87)
    """Monday to Sunday (HCM exhibit 17-6, A)."""
    one_lane: Shares = (0.036, 0.083, 0.456, 0.089)
    more_lanes: Shares = (0.028, 0.030, 0.059, 0.017)
    shoulder: Shares = (0.020, 0.160, 0.014, 0.007)
    """Share of incidents by lanes taken and what happened (HCM exhibit 17-11, segments, A)."""
    crash_rain: Annotated[float, Field(strict=True, ge=1, le=20)] = 2.0
    crash_wet: Annotated[float, Field(strict=True, ge=1, le=20)] = 3.0
    crash_snow: Annotated[float, Field(strict=True, ge=1, le=20)] = 1.5
    crash_ice: Annotated[float, Field(strict=True, ge=1, le=20)] = 2.75
    """Factor on crashes in rain, after it, in snow, after it (HCM exhibit 17-9, A)."""
    detect_min: NonNeg = 2.0
    respond_min: NonNeg = 15.0
    respond_snow_min: NonNeg = 20.4
    """HCM exhibit 17-9 (A)."""
    clear_dry_min: Four = (56.4, 39.5, 10.8, 6.7)
    clear_rain_min: Four = (42.1, 28.6, 5.6, 2.4)
    clear_wet_min: Four = (43.5, 29.7, 5.7, 2.8)
    clear_snow_min: Four = (76.7, 53.7, 14.7, 9.1)
    """HCM exhibit 17-10 (A). Detection, response and clearance together are the mean duration."""
    duration_cv: Annotated[float, Field(strict=True, gt=0, le=5)] = 0.8
    """Of a gamma duration (HCM equation 29-19, A)."""
    severity: Shares = (0.58, 0.42, 0.17, 0.17)
    """How much what happened slows the lanes that are left (HCM equation 29-28, A)."""
    lanes: tuple[Lanes, Lanes, Lanes, Lanes] = (1, 1, 2, 3)
    """Of one direction, by class (D)."""
    power: Annotated[float, Field(strict=True, ge=1, le=12)] = 4.0
    """A capacity of c makes c^-power of the usual delay: the beta of the volume-delay function (M)."""
    report_min: NonNeg = 5.0
    """From detection until operations know (D)."""
    estimate_cv: NonNeg = 0.3
    """Error of the duration that they are told (D)."""
    freeway: Freeway = field(default_factory=Freeway)
    works: Works = field(default_factory=Works)
    closures: Annotated[tuple[Closure, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _whole(self) -> "IncidentSpec":
        for name, weights in (("hours", self.hours), ("hours_weekend", self.hours_weekend)):
            if not sum(weights) > 0:
                raise ValueError(f"{name} must have an hour above 0")
        for name, shares in (("one_lane, more_lanes and shoulder", self.joint), ("freeway.share", self.freeway.share)):
            if abs(sum(shares) - 1.0) > 0.005:
                raise ValueError(f"{name} must sum to 1, not to {sum(shares):g}")
        return self

    @property
    def joint(self) -> tuple[float, ...]:
        """(12,) shares: lanes taken (one, more, none) by what happened."""
        return self.one_lane + self.more_lanes + self.shoulder
