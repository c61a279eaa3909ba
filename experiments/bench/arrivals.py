"""Days to time decisions in: many orders behind one, and orders that are inserted one by one as they come."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.bench import day
from policies.routing.insertion import CheapestInsertion
from policies.routing.problem import Stakes
from twin import dispatches
from twin.engine import Twin
from twin.engines import Engines
from twin.entities import Dispatch, Tour, Trigger
from twin.ports import View
from twin.specs import People
from twin.state import Status
from twin.units import DAY, HOUR
from twin.world import Parcels, Sessions, World

_INSERTION = CheapestInsertion(sweeps=0, stakes=Stakes(late_usd_h=1000.0, left_usd=10_000.0))


class AtOnce:
    """Inserts what waits whenever something is packed or somebody comes home; nothing waits for company."""

    triggers = frozenset({Trigger.ORDER, Trigger.HOME})

    def __call__(self, view: View) -> tuple[Tour, ...]:
        """Tours of vans at home, by cheapest insertion."""
        return _INSERTION(view)


ROUTER = AtOnce()
_OPEN = (Status.PICKING, Status.READY, Status.ABOARD)


def _sure(world: World) -> World:
    """The world without anything that brings a parcel back."""
    people: People = replace(
        world.people, bad_address=0.0, no_access=(0.0,) * 5, safe_place=(1.0,) * 5, withdrawn=0.0, contact=0.0
    )
    operation = replace(world.operation, phantom=0.0, plan_min=0.0, replan_min=1e-6, pick_min=0.5)
    return replace(world, people=people, operation=operation)


def finished(orders: int, waiting: int, most: int) -> World:
    """Two days: ``orders`` checkouts on the first morning, then the same ``waiting`` ones on the second.

    The world always holds ``most`` and the waiting ones; those that are too many would come when nobody asks any more.
    """
    drawn = _sure(day.world(most + waiting, most // 60, days=2))
    every = np.arange(len(drawn.sessions.time))
    mine, others = every[:waiting], every[waiting:]
    order = np.concatenate([others[:orders], mine, others[orders:]])
    times = (
        np.linspace(0, 7 * HOUR, orders),
        DAY + np.linspace(0, 7 * HOUR, waiting),
        np.full(len(others) - orders, 2 * DAY - HOUR),
    )
    return replace(drawn, **_in_order(drawn, order, np.concatenate(times).astype(np.int64)))


def _in_order(world: World, order: Any, times: Any) -> dict[str, Any]:
    """Sessions and their parcels in another order, at other times; each becomes an order."""
    sessions, parcels = world.sessions, world.parcels
    ends = np.concatenate([[0], np.cumsum(np.diff(sessions.parcel)[order])])
    rows = np.concatenate([np.arange(sessions.parcel[i], sessions.parcel[i + 1]) for i in order.tolist()])
    moved: Sessions = replace(
        sessions,
        time=times,
        customer=sessions.customer[order],
        parcel=ends,
        weather=np.full(len(order), 10_000_000),
        headroom=1.0,
        ceiling=1.0,
        certain=True,
    )
    goods = Parcels(parcels.sku[rows], parcels.weight_g[rows], parcels.volume_ml[rows])
    return {"sessions": moved, "parcels": goods}


def same_day(orders: int, vans: int) -> World:
    """``orders`` checkouts in the night, packed one after another from eight to six; vans leave when they are asked."""
    drawn = _sure(day.world(3 * orders, vans))
    order = np.arange(orders)
    moved = replace(drawn, **_in_order(drawn, order, np.linspace(0, 7 * HOUR, orders).astype(np.int64)))
    pace = 10 * 60 / len(moved.parcels.sku)
    operation = replace(
        moved.operation, pickers=1, pick_min=pace, pick_cv=0.01, pick_hours=("08:00", "22:00"), waves=("07:30",)
    )
    return replace(moved, operation=operation)


def rebuilt(twin: Twin, depot: int) -> tuple[dict[str, Any], Any, Any]:
    """The naive way: the whole state as plain records, and all ways between all that is open, computed anew.

    This is what a simulator does that hands its decider a dump: every order so far, every stop that is still to be
    made, every vehicle, and the matrix of their places.
    """
    state, facts = twin.state, twin.facts
    orders = [
        {
            "parcel": parcel, "order": facts.order_of[parcel], "status": int(status), "where": state.holder[parcel],
            "attempts": state.attempts[parcel], "weight_g": facts.weight_g[parcel],
            "volume_ml": facts.volume_ml[parcel], "early": state.early[facts.order_of[parcel]],
            "late": state.late[facts.order_of[parcel]],
        }
        for parcel, status in enumerate(state.status)
        if status
    ]  # fmt: skip
    stops = [dispatches.stop_of(twin, [order["parcel"]]) for order in orders if order["status"] in _OPEN]
    vehicles = [
        dispatches.vehicle_of(twin, unit, facts.kinds[unit.group], 0) for unit in state.units if unit.depot == depot
    ]
    places = [facts.depots[depot], *(stop.node for stop in stops), *(unit.node for unit in state.units)]
    nodes = np.unique(np.array(places, dtype=np.int64))
    cost = twin.roads._disturbed(0, twin.roads._row(twin.now), twin.now).copy()
    times = Engines(twin.world.city).times(cost, nodes)
    return {"orders": orders, "stops": stops, "vehicles": vehicles}, *times


@dataclass
class Decisions:
    """Times the decisions of a router between the waves, and at each ``every``-th what rebuilding would have cost."""

    twin: Twin | None = None
    every: int = 20
    made: int = 0
    router_s: list[float] = field(default_factory=list)
    state_s: list[float] = field(default_factory=list)
    rebuilt_s: list[float] = field(default_factory=list)
    open_stops: list[int] = field(default_factory=list)

    @property
    def triggers(self) -> frozenset[Trigger]:
        """As of the router that is timed."""
        return ROUTER.triggers

    def __call__(self, view: View) -> tuple[Tour, ...]:
        """The router's answer."""
        start = time.process_time()
        answer = ROUTER(view)
        self.router_s.append(time.process_time() - start)
        self.made += 1
        if self.made % self.every == 0 and self.twin is not None:
            start = time.process_time()
            said, *_ = rebuilt(self.twin, 0)
            self.rebuilt_s.append(time.process_time() - start)
            self.open_stops.append(len(said["stops"]))
        return answer

    def at(self, *args: Any, **more: Any) -> Dispatch:
        """The twin's own state for a decision."""
        start = time.process_time()
        dispatch = _AT(*args, **more)
        if dispatch.stops and dispatch.vehicles:  # otherwise nobody is asked
            self.state_s.append(time.process_time() - start)
        return dispatch


_AT = dispatches.at
