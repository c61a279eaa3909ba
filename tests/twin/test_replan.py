"""Planning between the waves: who is asked when, about whom, and never without cause."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from tests.worlds import PLAIN, Restless, chain, disturbed, operation, play, rows
from twin.engine import Twin
from twin.entities import Dispatch, Mode, Tour, Trigger
from twin.ledger import Kind
from twin.ports import View
from twin.specs import FleetGroup
from twin.units import DAY, HOUR, MINUTE
from twin.world import World


class Witness:
    """Plans like ``chain``, leaves who is away alone, and remembers what it was asked."""

    def __init__(self, *triggers: Trigger) -> None:
        self.triggers = frozenset(triggers)
        self.asked: list[Dispatch] = []

    def __call__(self, view: View) -> Sequence[Tour]:
        """The tours of who is at home."""
        assert view.dispatch is not None
        self.asked.append(view.dispatch)
        return chain(view)


def asked(world: World, *triggers: Trigger, **policies: Any) -> list[Dispatch]:
    """Everything that a router with these triggers is asked between the waves."""
    router = Witness(*triggers)
    play(world, PLAIN.replace(routing=router, **policies))
    return [dispatch for dispatch in router.asked if Trigger.WAVE not in dispatch.triggers]


def test_who_has_no_triggers_is_asked_at_waves_alone() -> None:
    """And nothing of planning anew is in the ledger or in the calendar."""
    world = disturbed(toy_world(days=3, noise=True))
    router = Witness()
    twin = Twin(world, PLAIN.replace(routing=router))
    ledger = twin.run()
    assert {dispatch.triggers for dispatch in router.asked} == {(Trigger.WAVE,)}
    assert len(rows(ledger, Kind.REPLANNED)) == len(rows(ledger, Kind.RETOURED)) == 0
    assert twin.state.watch == -1


@pytest.mark.parametrize("trigger", [Trigger.ORDER, Trigger.CLOSURE, Trigger.TRAFFIC, Trigger.LATE, Trigger.HOME])
def test_a_router_is_asked_about_what_it_wants(trigger: Trigger) -> None:
    """Each cause by itself is met in a busy world, and no other comes along."""
    world = disturbed(toy_world(days=4, noise=True, operation=operation(late_min=1.0, traffic_shift=0.01)))
    found = asked(world, trigger)
    assert found
    assert {dispatch.triggers for dispatch in found} == {(trigger,)}


def test_a_breakdown_is_told_of_the_vehicle_that_has_it() -> None:
    """Only the vehicle that stands is in the plan, and it is expected free after a usual repair."""
    kind = toy_kind(breakdown_km=0.5, repair_min=40.0)
    found = asked(toy_world(days=4, fleet=(FleetGroup(kind, 2),)), Trigger.BREAKDOWN)
    away = [[vehicle for vehicle in dispatch.vehicles if vehicle.away] for dispatch in found]
    assert {len(vehicles) for vehicles in away} <= {0, 1}
    assert any(
        vehicle.tw_early - dispatch.time > 15 * MINUTE
        for dispatch, vehicles in zip(found, away, strict=True)
        for vehicle in vehicles
    )


def test_plans_keep_their_distance() -> None:
    """Two plans of a depot between the waves are at least ``replan_min`` apart."""
    world = disturbed(toy_world(days=4, noise=True, operation=operation(replan_min=25.0, late_min=1.0)))
    for depot in range(len(world.sites.depots)):
        times = [dispatch.time for dispatch in asked(world, *Trigger) if dispatch.depot == depot]
        assert times
        assert all(later - sooner >= 25 * MINUTE for sooner, later in pairwise(times))


def test_drones_and_robots_are_never_replanned() -> None:
    """Sorties are not on the streets."""
    for dispatch in asked(toy_world(days=3, fleet=toy_fleet(van=1, drone=2), noise=True), *Trigger):
        assert all(not vehicle.mode.is_sortie for vehicle in dispatch.vehicles)


def test_a_fork_to_a_router_with_triggers_begins_to_watch() -> None:
    """Who takes over at noon hears of traffic from then on; who took over from it does not go on watching."""
    world = disturbed(toy_world(days=2, noise=True, operation=operation(traffic_shift=0.01)))
    twin = Twin(world, PLAIN)
    twin.run(DAY + 12 * HOUR)
    router = Witness(Trigger.TRAFFIC)
    twin.fork(policies=PLAIN.replace(routing=router)).run()
    assert any(Trigger.TRAFFIC in dispatch.triggers for dispatch in router.asked)
    restless = Twin(world, PLAIN.replace(routing=Restless()))
    restless.run(DAY + 12 * HOUR)
    calm = Witness()
    restless.fork(policies=PLAIN.replace(routing=calm)).run()
    assert {dispatch.triggers for dispatch in calm.asked} == {(Trigger.WAVE,)}


def test_a_plan_has_only_what_concerns_it() -> None:
    """A new order concerns nobody who is away; a closure everybody of the depot."""
    world = disturbed(toy_world(days=4, noise=True))
    orders, closures = asked(world, Trigger.ORDER), asked(world, Trigger.CLOSURE)
    assert not any(vehicle.away for dispatch in orders for vehicle in dispatch.vehicles)
    assert any(vehicle.away for dispatch in closures for vehicle in dispatch.vehicles)
    assert all(vehicle.mode == Mode.VAN for dispatch in closures for vehicle in dispatch.vehicles)
