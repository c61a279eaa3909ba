"""Launches: what a router may say about sorties, and that nothing leaves that could not."""

from collections.abc import Sequence

import pytest

from policies.routing.reoptimise import Reoptimise
from scenarios.toy import toy_world
from scenarios.toyfleet import toy_kind
from tests.twin.audit import audit
from tests.worlds import PLAIN, chain, operation, prefer, rows
from twin.engine import Twin
from twin.entities import FAR, Dispatch, Mode, Tour, Trigger
from twin.ledger import Kind
from twin.ports import View
from twin.specs import FleetGroup, Limits
from twin.units import DAY
from twin.world import World

FLYING = PLAIN.replace(carriers=prefer("drone", "robot"))


class Launcher:
    """Sends the last parcels of the queue first, one at a time, and remembers what it was asked."""

    triggers = frozenset({Trigger.LAUNCH})

    def __init__(self, *, hold: bool = False) -> None:
        self.hold, self.asked = hold, list[Dispatch]()

    def __call__(self, view: View) -> Sequence[Tour]:
        """One tour, or none."""
        dispatch = view.dispatch
        assert dispatch is not None
        if Trigger.LAUNCH not in dispatch.triggers:
            return chain(view)
        self.asked.append(dispatch)
        for vehicle in dispatch.vehicles:
            for place in range(len(dispatch.stops), 0, -1):
                if not self.hold and dispatch.duration[vehicle.profile][0, place] < FAR:
                    return [Tour(vehicle.id, (dispatch.stops[place - 1],))]
        return []


def world(count: int = 2, **kind: object) -> World:
    """Two days with drones at a hub."""
    drone = toy_kind(Mode.DRONE, **kind)
    return toy_world(days=2, fleet=(FleetGroup(drone, count), FleetGroup(toy_kind(), 1)), operation=operation())


def test_a_router_says_who_goes() -> None:
    """Everything that flies was in an answer; the books are in order."""
    router = Launcher()
    twin = Twin(world(), FLYING.replace(routing=router))
    ledger = twin.run()
    sorties = rows(ledger, Kind.SORTIE)
    assert len(sorties) > 3
    assert router.asked
    for dispatch in router.asked:
        assert all(vehicle.mode == Mode.DRONE and vehicle.capacity_parcels == 1 for vehicle in dispatch.vehicles)
        assert len({vehicle.profile for vehicle in dispatch.vehicles}) == len(dispatch.vehicles)
    assert audit(twin) == []


def test_what_is_held_waits() -> None:
    """A router that holds everything sends nothing, and is asked again and again; nothing is lost."""
    router = Launcher(hold=True)
    twin = Twin(world(), FLYING.replace(routing=router))
    ledger = twin.run()
    assert len(rows(ledger, Kind.SORTIE)) == 0
    assert len(router.asked) > 3
    assert audit(twin) == []


def test_without_the_trigger_nobody_is_asked() -> None:
    """The hub sends what is due first, as ever."""
    one = Twin(world(), FLYING).run()
    assert len(rows(one, Kind.SORTIE)) > 3


@pytest.mark.parametrize("wind", [3.0, 30.0])
def test_weather_is_in_the_ways_already(wind: float) -> None:
    """In a storm there is nothing to ask: what cannot fly is an exception, with or without a router for it."""
    router = Launcher()
    drone = toy_kind(Mode.DRONE, limits=Limits(wind_mps=10.0))
    stormy = toy_world(days=2, fleet=(FleetGroup(drone, 2), FleetGroup(toy_kind(), 1)), wind_mps=wind)
    ledger = Twin(stormy, FLYING.replace(routing=router)).run()
    assert bool(router.asked) == (wind < 10.0)
    assert bool(len(rows(ledger, Kind.GROUNDED))) == (wind > 10.0)


def test_a_cut_run_launches_the_same() -> None:
    """Saved and restored at noon of either day it ends with the fingerprint of the unbroken run."""
    policies = FLYING.replace(routing=Reoptimise(when=("launch",)))
    whole = Twin(world(), policies).run().fingerprint()
    for cut in (DAY // 2, DAY + DAY // 2):
        twin = Twin(world(), policies)
        twin.run(cut)
        assert Twin(world(), policies, twin.snapshot()).run().fingerprint() == whole
