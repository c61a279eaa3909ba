"""Small worlds and policies of every sort, put together by whoever chooses: hypothesis, or a keyed generator."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import numpy as np

from policies.adapting.bottleneck import Bottleneck
from policies.carriers.cheapest import Cheapest
from policies.carriers.scored import Scored
from policies.notifying.proactive import Proactive
from policies.placement.static import RefillToOpening
from policies.promising.calibrated import CalibratedPromise
from policies.promising.fixed import FixedPrice
from policies.recovering.cheapest import CheapestRemedy
from policies.recovering.fixed_order import FixedOrder
from policies.routing.insertion import CheapestInsertion
from policies.routing.nearest import NearestNeighbour
from policies.routing.reoptimise import Reoptimise
from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_kind
from tests.worlds import PLAIN, Restless, chain, disturbed, in_turn, nothing, prefer, remedy, tell
from twin.draws import Draws, Stream
from twin.entities import Adjustment, Cause, Knob, Mode, Remedy
from twin.ports import Policies, View
from twin.specs import CarrierSpec, FleetGroup, Limits, Operation, People
from twin.world import World

T = TypeVar("T")


class Choose(Protocol):
    """One of several."""

    def __call__(self, options: Sequence[T], /) -> T:
        """An option."""


def keyed(number: int) -> Choose:
    """A chooser with luck of its own: scenario 0, 1, 2, ..."""
    luck = Draws(number).generator(Stream.DUMMY, 0)

    def choose(options: Sequence[T]) -> T:
        return options[int(luck.integers(len(options)))]

    return choose


def scenario(choose: Choose) -> tuple[World, Policies]:
    """A world of one to four days and a bundle of policies."""
    return _world(choose), _policies(choose)


def _world(choose: Choose) -> World:
    seed, days, fleet = choose(range(1000)), choose((1, 2, 2, 3, 4)), _fleet(choose)
    world = toy_world(
        seed, days, noise=True, fleet=fleet, carriers=_carriers(choose) if fleet else (_carrier(choose, "only"),),
        depots=choose(((4,), (4,), (0, 8))), lockers=choose(((8,), (), (2, 6))), first_weekday=choose((0, 4, 5)),
        operation=_operation(choose), people=_people(choose),
    )  # fmt: skip
    world.customers.presence[:] = choose((0.0, -2.0, 2.0))
    world.customers.channels[:] = np.arange(12) % choose((1, 4, 8))
    world = replace(world, weather=_weather(world, choose, seed))
    return disturbed(world, seed, often) if (often := choose((0, 4, 60))) else world


def _weather(world: World, choose: Choose, seed: int) -> Any:
    luck = Draws(seed).generator(Stream.WEATHER, 0)
    shape = world.weather.wind_mps.shape
    wind = luck.uniform(0.0, choose((2.0, 12.0, 26.0)), shape)
    return replace(
        world.weather, wind_mps=wind, gust_mps=1.4 * wind,
        rain_mmh=luck.uniform(0.0, 1.0, shape) ** 4 * choose((0, 10)), temperature_c=luck.uniform(-10.0, 30.0, shape),
    )  # fmt: skip


def _fleet(choose: Choose) -> tuple[FleetGroup, ...]:
    return tuple(_group(choose) for _ in range(choose((0, 1, 1, 2, 2, 3, 3, 4, 5))))


def _group(choose: Choose) -> FleetGroup:
    mode = choose(list(Mode))
    rough = choose((False, True))
    changes: dict[str, Any] = {"limits": Limits(wind_mps=choose((8.0, 12.0, 30.0)))}
    if mode.is_sortie:
        changes |= {"vehicles_per_operator": choose((0, 1, 3)), "battery_kwh": choose((0.1, 0.3, 1.0)),
                    "capacity_kg": choose((1.0, 3.0)), "radius_km": choose((0.6, 3.0))}  # fmt: skip
        changes |= {"abort": 0.3, "loss": 0.2, "recipient_failure": 0.3} if rough else {}
    else:
        changes |= {"capacity_parcels": choose((2, 5, 30)), "break_after_h": choose((1.0, 4.5)),
                    "max_duty_h": choose((9.5, 11.0)), "overtime_after_h": choose((2.0, 8.0))}  # fmt: skip
        changes |= {"breakdown_km": 1.5, "repair_min": choose((20.0, 400.0))} if rough else {}
    if mode in (Mode.EVAN, Mode.ROBOVAN):
        changes |= {"battery_kwh": choose((4.0, 40.0)), "kwh_km": choose((0.3, 0.9)), "charge_kw": choose((0.3, 11.0))}
    if mode == Mode.ROBOVAN:
        changes |= {"vehicles_per_operator": choose((1, 4)), "assist_km": choose((0.0, 0.3)), "handoff": 0.7}
    return FleetGroup(toy_kind(mode, **changes), choose((0, 1, 1, 2, 2, 3)), choose((None, None, None, None, 0, 1, 2)))


def _carriers(choose: Choose) -> tuple[CarrierSpec, ...]:
    return tuple(_carrier(choose, name) for name in ("regional", "postal")[: choose((0, 1, 2))])


def _carrier(choose: Choose, name: str) -> CarrierSpec:
    return toy_carrier(
        name, capacity=choose((1, 3, 50)), days=choose((0, 1, 2)), loss=choose((0.0, 0.3)), on_time=choose((0.3, 0.95)),
        first_attempt=choose((0.2, 0.9)), cut_off=choose(("08:00", "16:00")), base_usd=choose((0.5, 6.0)),
    )  # fmt: skip


def _operation(choose: Choose) -> Operation:
    return Operation(
        skus=6, waves=choose((("09:00", "13:00", "17:00"), ("08:00",), ("00:00", "12:00", "20:00"))),
        windows=choose(((("10:00", "14:00"), ("14:00", "18:00")), (("09:00", "21:00"),), (("20:00", "24:00"),))),
        slot_parcels=choose((3, 400)), promise_days=choose((1, 2, 4)), pickers=choose((1, 6)),
        pick_hours=choose((("06:00", "20:00"), ("06:00", "20:00"), ("00:00", "24:00"), ("12:00", "12:30"))),
        docks=choose((1, 4)),
        chargers=choose((1, 4)), phantom=choose((0.0, 0.0, 0.2, 0.9)), cleansed=choose((0.0, 1.0)),
        stock_days=choose((0.25, 4.0, 20.0)), max_attempts=choose((1, 2, 3)), replan_min=choose((1.0, 10.0)),
        hub_usd_day=choose((0.0, 80.0)),
    )  # fmt: skip


def _people(choose: Choose) -> People:
    home = choose((0.0, 0.3, 0.7, 0.9, 1.0))
    return People(
        presence_weekday=(home,) * 24, presence_weekend=(home,) * 24, bad_address=choose((0.0, 0.5)),
        safe_place=(choose((0.0, 0.5)),) * 5, neighbour=(choose((0.0, 0.5)),) * 5, no_access=(choose((0.0, 0.3)),) * 5,
        answer=choose((0.0, 0.7, 1.0)), withdrawn=choose((0.0, 0.1, 0.6)),
        contact=choose((0.0, 0.5)), utility_base=(choose((0.0, 9.0, 20.0)),) * 3,
    )  # fmt: skip


def _policies(choose: Choose) -> Policies:
    def one(*options: Any) -> Any:
        return choose(options)

    return Policies(
        routing=one(
            chain, Restless(), Restless(), NearestNeighbour(), CheapestInsertion(sweeps=1), Reoptimise(sweeps=1)
        ),
        promising=one(PLAIN.promising, PLAIN.promising, FixedPrice(), CalibratedPromise()),
        placement=one(nothing, RefillToOpening()),
        carriers=one(in_turn, in_turn, prefer("drone", "robot"), Cheapest(), Scored()),
        recovering=one(_rotating, _rotating, FixedOrder(), CheapestRemedy(), *map(remedy, Remedy)),
        notifying=one(tell(), tell(*Cause), Proactive(), lambda view, notice: notice.channels),
        forecasting=PLAIN.forecasting,
        adapting=one(nothing, Bottleneck(), restless),
    )


def _rotating(view: View, trouble: Any, remedies: Sequence[Any]) -> Any:
    """Every remedy for some parcel and time."""
    return remedies[(trouble.parcel.id + trouble.time // 60_000) % len(remedies)]


def restless(view: View) -> list[Adjustment]:
    """Turns the evening knob of every area each night."""
    return [Adjustment(Knob.EVENING_FIRST, area, (view.day + area) % 2) for area in range(view.areas)]
