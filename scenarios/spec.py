"""How worlds are drawn: what a scenario says, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

import re
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from scenarios.climate import TrafficSpec, WeatherSpec
from twin.specs import CARRIER_NAME, CarrierSpec, FleetGroup, Operation, People
from twin.units import STRICT, NonNeg, Pos, Share

MAX_PARCELS = 50_000_000
"""More would not fit into the memory of one machine (about 100 bytes a parcel before anything happens)."""

PARCELS_A_HOUSEHOLD = 0.44
"""Parcels a household a day: 162 a year (Pitney Bowes 2022, A-)."""

Week = Annotated[tuple[NonNeg, ...], Field(min_length=7, max_length=7)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=1 << 63)]


@dataclass(frozen=True, config=STRICT)
class CitySpec:
    """Which city: drawn, read from a compiled file, or the toy."""

    kind: Literal["synthetic", "file", "toy"] = "synthetic"
    nodes: Annotated[int, Field(strict=True, ge=100, le=500_000)] = 2_500
    nodes_per_km2: Pos = 80.0
    """Junctions per square kilometre: 60-120 in large cities (M); ignored when ``area_km2`` is given."""
    area_km2: Pos | None = None
    seed: Seed = 1
    """The city's own luck: replications of a study differ in the run's seed and share the city."""
    path: Annotated[str, Field(strict=True)] | None = None
    """The compiled file, for the kind ``file``."""
    depots: Annotated[int, Field(strict=True, ge=1, le=200)] = 2
    lockers: Annotated[int, Field(strict=True, ge=0, le=5_000)] = 12
    resolution: Annotated[int, Field(strict=True, ge=7, le=9)] = 8
    """H3 resolution of the areas: 8 is .74 km2, 9 is .11 km2."""

    @model_validator(mode="after")
    def _complete(self) -> "CitySpec":
        if self.kind == "file" and not self.path:
            raise ValueError(f"path(={self.path}) must name a compiled city file; set city.path")
        if self.kind != "file" and self.path:
            raise ValueError(f"path(={self.path}) is for city.kind file; kind is {self.kind}, so drop city.path")
        if self.kind == "synthetic" and not 5.0 <= self.nodes / self.km2 <= 2_000.0:
            raise ValueError(
                f"area_km2(={self.km2:g}) for {self.nodes} nodes must leave 5 to 2000 nodes per km2; change either"
            )
        return self

    @property
    def km2(self) -> float:
        """The area that the city covers."""
        return self.area_km2 if self.area_km2 is not None else self.nodes / self.nodes_per_km2


@dataclass(frozen=True, config=STRICT)
class DemandSpec:
    """How much is ordered, when, and what is in the parcels."""

    parcels_per_day: Annotated[float, Field(strict=True, gt=0)] | None = None
    """Parcels bought on a mean day; left out, households x .44 x ``catchment``."""
    catchment: Share = 0.03
    """Share of all parcels of the city that is ours (D)."""
    customers: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.25
    """Share of households (and offices) that ever buy from us (D)."""
    peak: Annotated[float, Field(strict=True, gt=0, le=10)] = 1.0
    """Season: 1.3 in December, 1.6 on extreme days (ShipMatrix, B+)."""
    hours: Literal["oberlo", "evening"] = "oberlo"
    """When people order: most at lunch (Oberlo, B), or most at 20 to 21 h (SaleCycle, B)."""
    week: Week = (1.06, 1.03, 1.01, 1.03, 1.00, 0.93, 0.94)
    """Monday to Sunday (D); sources disagree on the weekend's sign."""
    overdispersion: Pos = 6.0
    """k of the negative binomial of an area's day: 4-8 (D)."""
    weight_kg: Pos = 0.9
    """Median: 86 % of parcels weigh at most 5 lb (B), so LN(.9 kg, sigma 1.0) (D)."""
    weight_sigma: NonNeg = 1.0
    litres_per_kg: Pos = 5.0
    """Median volume of a kilogram: carriers' divisor of 139 in3/lb is 5.02 l/kg (M)."""
    litres_sigma: NonNeg = 0.5
    heaviest_kg: Pos = 30.0
    largest_l: Pos = 150.0
    parcels_per_order: Annotated[float, Field(strict=True, ge=1, le=20)] = 1.15
    """Mean (D)."""
    buys: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.65
    """Share of checkouts that become orders (D); the customer's choice decides, this only sizes the candidates."""
    headroom: Annotated[float, Field(strict=True, ge=1, le=5)] = 1.15
    """Candidates over the mean rate, so that well served customers can order more."""


def _named(value: Any) -> Any:
    """Carriers by name, as configurations write them, in the order of their names."""
    return tuple(_carrier(name, value[name]) for name in sorted(value)) if isinstance(value, dict) else value


def _carrier(name: Any, values: Any) -> CarrierSpec:
    key = f"carriers.{name}"
    if not re.fullmatch(CARRIER_NAME, str(name)):
        raise ValueError(f"{key} must be named in lower-case letters, digits, - and _, a letter first; rename it")
    if not isinstance(values, dict) or "name" in values:
        raise ValueError(f"{key} must hold the carrier's values, without a name of its own; see conf/carriers")
    try:
        return CarrierSpec(name=name, **values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise ValueError(_sentence(".".join(map(str, (key, *problem["loc"]))), problem)) from None


def _sentence(key: str, problem: Any) -> str:
    """What is wrong with a key of a carrier, with its whole name."""
    kind, value = problem["type"], problem["input"]
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return f"{key} is missing; set {key}"
    if kind == "unexpected_keyword_argument":
        return f"{key} is not known; see conf/carriers"
    shown = f"(={value!r})" if isinstance(value, str | int | float) else ""
    reason = problem["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if kind == "string_type" and isinstance(value, int):
        reason += ": YAML reads an unquoted time as a number, so quote it, as in '16:00'"
    return f"{key}{shown} {reason}; set {key}"


@dataclass(frozen=True, config=STRICT)
class Scenario:
    """All that a world is drawn from, but the seed."""

    fleet: dict[str, FleetGroup] = field(default_factory=dict)
    carriers: Annotated[tuple[CarrierSpec, ...], BeforeValidator(_named)] = ()
    days: Annotated[int, Field(strict=True, ge=1, le=365)] = 1
    first_weekday: Annotated[int, Field(strict=True, ge=0, le=6)] = 0
    """0 is Monday."""
    city: CitySpec = field(default_factory=CitySpec)
    demand: DemandSpec = field(default_factory=DemandSpec)
    weather: WeatherSpec = field(default_factory=WeatherSpec)
    traffic: TrafficSpec = field(default_factory=TrafficSpec)
    operation: Operation = field(default_factory=Operation)
    people: People = field(default_factory=People)

    @model_validator(mode="after")
    def _possible(self) -> "Scenario":
        if not any(group.count for group in self.fleet.values()) and not self.carriers:
            raise ValueError(
                "fleet and carriers are both empty, so nothing can be delivered; set fleet=vans or carriers=regional"
            )
        largest = max((group.count for group in self.fleet.values()), default=0)
        if not self.carriers and self.city.depots > largest:
            raise ValueError(
                f"city.depots(={self.city.depots}) leaves depots without a vehicle, as the largest fleet group has "
                f"{largest} and there are no carriers; set fewer depots, more vehicles, or carriers=regional"
            )
        names = [carrier.name for carrier in self.carriers]
        twice = sorted(name for name in set(names) if names.count(name) > 1)
        if twice:
            raise ValueError(f"carriers has {twice[0]!r} twice; give each carrier a name of its own")
        check_size(self.demand.parcels_per_day or 0.0, self.demand.peak, self.days)
        return self


def check_size(parcels_per_day: float, peak: float, days: int) -> None:
    """Refuse what would not fit into memory.

    Raises
    ------
    ValueError
        If the days together would have more than ``MAX_PARCELS`` parcels.
    """
    if parcels_per_day * peak * days > MAX_PARCELS:
        raise ValueError(
            f"demand.parcels_per_day(={parcels_per_day:g}) x peak {peak:g} x {days} days must be at most {MAX_PARCELS};"
            " set fewer parcels, or fewer days"
        )
