"""A planned day to time: everybody has ordered before eight, one wave at nine, everything fits."""

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import simpy

from policies.adapting.none import Steadfast
from policies.carriers.own_first import OwnFirst
from policies.forecasting.naive import SameAsLastWeek
from policies.notifying.proactive import Proactive
from policies.placement.static import RefillToOpening
from policies.promising.fixed import FixedPrice
from policies.recovering.fixed_order import FixedOrder
from scenarios.build import draw_world
from scenarios.spec import CitySpec, DemandSpec, Scenario
from twin.entities import Tour
from twin.ports import Policies, View
from twin.specs import FleetGroup, Operation, People, VehicleKind
from twin.units import HOUR
from twin.world import World

WAVE = 9 * HOUR
_P = ParamSpec("_P")
_T = TypeVar("_T")


def strips(view: View) -> list[Tour]:
    """Stops by node, dealt out in strips: a plan that costs nothing to make."""
    dispatch = view.dispatch
    if dispatch is None:
        return []
    stops = sorted(dispatch.stops, key=lambda stop: stop.node)
    size = -(-len(stops) // len(dispatch.vehicles))
    strip = [tuple(stops[first : first + size]) for first in range(0, len(stops), size)]
    return [Tour(vehicle.id, stops) for vehicle, stops in zip(dispatch.vehicles, strip, strict=False)]


POLICIES = Policies(
    routing=strips,
    promising=FixedPrice(),
    placement=RefillToOpening(),
    carriers=OwnFirst(),
    recovering=FixedOrder(),
    notifying=Proactive(),
    forecasting=SameAsLastWeek(),
    adapting=Steadfast(),
)


def world(parcels: int, vans: int, nodes: int = 2_500, days: int = 1) -> World:
    """Days on each of which ``vans`` vans at one depot can deliver about ``parcels`` parcels."""
    van = VehicleKind(
        mode="van",  # type: ignore[arg-type]
        capacity_kg=1e5,
        capacity_l=1e6,
        capacity_parcels=parcels,
        speed_kmh=(80.0, 80.0, 80.0, 90.0),
        fixed_usd_day=60.0,
        running_usd_km=0.28,
        wage_usd_h=23.0,
        max_duty_h=15.0,
        shift_h=12.0,
    )
    operation = Operation(
        waves=("09:00",),
        windows=(("09:00", "23:00"),),
        promise_days=1,
        slot_parcels=1 << 40,
        stock_days=20.0,
        pickers=parcels,
        docks=vans,
    )
    scenario = Scenario(
        days=days,
        fleet={"vans": FleetGroup(kind=van, count=vans)},
        city=CitySpec(nodes=nodes, depots=1),
        demand=DemandSpec(parcels_per_day=float(parcels), buys=1.0, headroom=1.0),
        operation=operation,
        people=People(utility_base=(9.0, 9.0, 9.0), parking_s=(30.0, 20.0, 10.0)),
    )
    drawn = draw_world(scenario, 1)
    early = np.sort(drawn.sessions.time * 8 // 24)
    return replace(drawn, sessions=replace(drawn.sessions, time=early))


def bare(parcels: int, vans: int) -> float:
    """CPU seconds of a bare SimPy loop with three timeouts a parcel."""

    def shift(environment: simpy.Environment, timeouts: int) -> Generator[simpy.Event, Any, None]:
        for _ in range(timeouts):
            yield environment.timeout(7)

    environment = simpy.Environment()
    for _ in range(vans):
        environment.process(shift(environment, 3 * parcels // vans))
    start = time.process_time()
    environment.run()
    return time.process_time() - start


class Planning:
    """CPU seconds spent on what is counted apart."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def counting(self, function: Callable[_P, _T]) -> Callable[_P, _T]:
        """The same function, its time counted."""

        @wraps(function)
        def counted(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - start

        return counted
