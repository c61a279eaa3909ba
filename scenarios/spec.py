"""How worlds are drawn: what a scenario says, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

import re
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from scenarios.demandspec import DemandSpec, DemandWeather
from scenarios.incidentspec import IncidentSpec
from scenarios.trafficspec import TrafficSpec
from scenarios.weatherspec import WeatherSpec
from twin.specs import CARRIER_NAME, CarrierSpec, FleetGroup, Operation, People, Strike
from twin.units import STRICT, Pos

__all__ = ["MAX_PARCELS", "PARCELS_A_HOUSEHOLD", "CitySpec", "DemandSpec", "DemandWeather", "Scenario", "check_size"]

MAX_PARCELS = 10_000_000
"""Of all days together: more would not fit into most machines, 15 GB at the 1.5 kB a parcel that are measured."""

PARCELS_A_HOUSEHOLD = 0.44
"""Parcels a household a day: 162 a year (Pitney Bowes 2022, A-)."""

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
    incidents: IncidentSpec = field(default_factory=IncidentSpec)
    operation: Operation = field(default_factory=Operation)
    people: People = field(default_factory=People)
    strike: Strike = field(default_factory=Strike)

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
