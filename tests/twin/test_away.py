"""Vehicles that are away: what a plan may still change, what stays, and what it brings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from tests.twin.audit import audit
from tests.worlds import PLAIN, Restless, disturbed, operation, play, rows
from twin import dispatches, legal, replan
from twin.engine import Twin
from twin.entities import FAR, Dispatch, Tour, Trigger
from twin.errors import PolicyError
from twin.ledger import Kind
from twin.ports import View
from twin.specs import FleetGroup
from twin.state import PARCELS, Duty
from twin.units import DAY, HOUR, MINUTE


def away(seed: int = 1) -> tuple[Twin, Dispatch]:
    """A twin in the morning with a van that has at least three stops before it, and what a router would see."""
    twin = Twin(toy_world(seed, days=2, fleet=toy_fleet(van=1)), PLAIN)
    for time in range(DAY + 9 * HOUR, DAY + 12 * HOUR, MINUTE):
        twin.run(time)
        unit = twin.state.units[0]
        if unit.duty == Duty.DRIVING and len(unit.tour) - unit.stop > 3:
            return twin, dispatches.at(twin, 0, (Trigger.LATE,), [0])
    raise AssertionError("no van was on its way with three stops before it")


class Once:
    """Gives the tour of who is away another shape, the first time that it is asked about one."""

    triggers = frozenset(Trigger)

    def __init__(self, shape: slice) -> None:
        self.shape, self.done = shape, 0

    def __call__(self, view: View) -> list[Tour]:
        """The stops of the first vehicle that is away, in another shape."""
        assert view.dispatch is not None
        for vehicle in view.dispatch.vehicles:
            if vehicle.away and len(vehicle.aboard) > 2 and not self.done:
                self.done = 1
                return [Tour(vehicle.id, tuple(view.dispatch.stops[i] for i in vehicle.aboard[self.shape]), 7)]
        return []


def test_the_stop_that_it_drives_to_is_not_in_the_plan() -> None:
    """What a router sees of a van on its way: everything on board but the next stop, and where it will be then."""
    twin, dispatch = away()
    unit, vehicle = twin.state.units[0], next(it for it in dispatch.vehicles if it.away)
    seen = [dispatch.stops[i].parcels for i in vehicle.aboard]
    assert seen == [tuple(stop[PARCELS:]) for stop in unit.tour[unit.stop + 1 :]]
    assert vehicle.tw_early > twin.now
    assert vehicle.start > len(dispatch.stops)
    assert dispatch.duration[0][vehicle.start, 1 + vehicle.aboard[0]] < FAR


def test_what_no_vehicle_goes_between_is_far() -> None:
    """From the floor to what is on board there is no way: nobody could use it."""
    twin, _ = away()
    twin.state.ready[0] |= {
        parcel: twin.now for parcel in range(len(twin.state.status)) if twin.state.status[parcel] == 4
    }
    dispatch = dispatches.at(twin, 0, (Trigger.LATE,), [0])
    vehicle = next(it for it in dispatch.vehicles if it.away)
    matrix = dispatch.duration[vehicle.profile]
    for stop in dispatch.waiting:
        assert matrix[1 + stop, 1 + vehicle.aboard[0]] == FAR
    for a in vehicle.aboard:
        assert all(matrix[1 + a, 1 + b] < FAR for b in vehicle.aboard)


@pytest.mark.parametrize(("shape", "moved"), [(slice(None), 0), (slice(None, None, -1), 3), (slice(1, None), 2)])
def test_a_changed_tour_is_written_down(shape: slice, moved: int) -> None:
    """The same order changes times only and leaves no trace; another one says how many stops moved, and why."""
    twin, _ = away()
    router = Once(shape)
    fork = twin.fork(policies=PLAIN.replace(routing=router))
    fork.state.replans[0].mask = 1 << Trigger.LATE
    fork.state.replans[0].units = [0]

    replan.plan(fork, 0)
    changed = rows(fork.ledger, Kind.RETOURED)
    assert router.done
    assert (len(changed) > 0) == (moved > 0)
    if moved:
        assert changed["subject"].tolist() == [0]
        assert changed["actor"][0] >= moved - 1
        assert changed["value"].tolist() == [7]
        assert changed["cause"].tolist() == [Trigger.LATE]
    assert audit(fork) == []
    fork.run()
    assert audit(fork) == []


def test_what_is_left_out_comes_home() -> None:
    """A stop that a plan leaves out is not visited on this tour; its parcels are on the floor after it."""
    twin, dispatch = away()
    last = dispatch.stops[-1].parcels
    router = Once(slice(None, -1))
    fork = twin.fork(policies=PLAIN.replace(routing=router))
    fork.state.replans[0].mask, fork.state.replans[0].units = 1 << Trigger.LATE, [0]

    replan.plan(fork, 0)
    assert fork.state.units[0].kept == list(last)
    home = next(time for time in range(fork.now, 2 * DAY, MINUTE) if fork.run(time) and not fork.state.units[0].kept)
    assert home
    tried = rows(fork.ledger, Kind.ATTEMPTED)
    assert not set(tried["subject"][tried["time"] <= fork.now - MINUTE].tolist()) & set(last)


def test_a_vehicle_that_is_away_can_be_sent_home_for_more() -> None:
    """Restless routers let vehicles reload between waves: they leave again with parcels that waited for them."""
    small = (FleetGroup(toy_kind(capacity_parcels=2), 1),)
    world = disturbed(toy_world(3, days=6, noise=True, fleet=small, operation=operation(replan_min=1.0)))
    twin = Twin(world, PLAIN.replace(routing=Restless()))
    waited: set[int] = set()
    for time in range(0, 6 * DAY, 5 * MINUTE):
        twin.run(time)
        waited |= {parcel for unit in twin.state.units for stop in unit.next for parcel in stop[PARCELS:]}
    assert waited
    assert waited & set(rows(twin.ledger, Kind.LOADED)["subject"].tolist())
    assert audit(twin) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_plan_loses_or_doubles_a_parcel(seed: int) -> None:
    """However restless the router, every law holds and every parcel is accounted for at the end."""
    world = disturbed(toy_world(seed, days=2, noise=True, fleet=toy_fleet(van=2, drone=1)), seed)
    twin = Twin(world, PLAIN.replace(routing=Restless()))
    twin.run()
    assert audit(twin) == []


def test_only_who_has_it_on_board_may_bring_it() -> None:
    """A plan that gives a stop on board to another vehicle, or puts the floor before it, is refused."""
    _, dispatch = away()
    vehicle = next(it for it in dispatch.vehicles if it.away)
    stop = dispatch.stops[vehicle.aboard[0]]
    other = next((it for it in dispatch.vehicles if not it.away), None)
    if other is not None:
        with pytest.raises(PolicyError, match="only vehicle"):
            legal.tours(dispatch, [Tour(other.id, (stop,))])
    with pytest.raises(PolicyError, match="saves"):
        legal.tours(dispatch, [Tour(vehicle.id, (stop,), 10**15)])
    legal.tours(dispatch, [Tour(vehicle.id, (stop,))])


def test_the_same_run_twice_is_the_same() -> None:
    """Two runs of a restless router have one fingerprint."""
    world = disturbed(toy_world(5, days=2, noise=True))
    one, two = (play(world, PLAIN.replace(routing=Restless())).fingerprint() for _ in range(2))
    assert one == two
