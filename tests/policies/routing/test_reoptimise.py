"""Planning anew: tours under way get better orders, never others' stops, and nothing changes for cents."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from policies.cases import plain_view
from policies.routing.insertion import CheapestInsertion
from policies.routing.parts import at_home, under_way
from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.reoptimise import EVERY, Reoptimise
from policies.routing.timing import price
from policies.waves import underway, wave
from twin import legal
from twin.entities import Dispatch, Tour, Trigger
from twin.units import HOUR, USD


def view_of(dispatch: Dispatch) -> Any:
    """A view at eleven with something to plan."""
    return plain_view(0, hour=11, dispatch=dispatch)


def tour_of(tours: tuple[Tour, ...], vehicle: int) -> Tour | None:
    """The tour of a vehicle."""
    return next((tour for tour in tours if tour.vehicle == vehicle), None)


@settings(max_examples=25, deadline=None)
@given(stops=st.integers(0, 24), seed=st.integers(0, 1000))
def test_plans_are_legal_and_keep_what_is_on_board(stops: int, seed: int) -> None:
    """Every plan is legal; who is away visits all that it has on board and nothing else."""
    dispatch = underway(stops, seed)
    tours = Reoptimise()(view_of(dispatch))
    legal.tours(dispatch, tours)
    busy = dispatch.vehicles[1]
    changed = tour_of(tours, busy.id)
    assert {dispatch.stops[i] for i in busy.aboard} == set(changed.stops if changed else ())
    assert tour_of(tours, dispatch.vehicles[2].id) is None


def test_a_bad_order_becomes_a_better_one() -> None:
    """What a change says that it saves is the difference of the two prices, and it is worth at least ``least_usd``."""
    dispatch = underway(24, 1)
    alone = next(iter(under_way(dispatch)))
    problem = prepare(view_of(dispatch), Stakes(), alone)
    changed = tour_of(Reoptimise()(view_of(dispatch)), 1)
    assert changed is not None
    after = [alone.stops.index(stop) + 1 for stop in changed.stops]
    assert changed.saves == price(problem, 0, list(problem.places)) - price(problem, 0, after) > 0.5 * USD


def test_nothing_changes_for_less_than_it_is_worth() -> None:
    """With a threshold that nothing reaches the order stays, and says that it saves nothing."""
    dispatch = underway(24, 1)
    same = tour_of(Reoptimise(least_usd=1e5)(view_of(dispatch)), 1)
    assert same == Tour(1, tuple(dispatch.stops[i] for i in dispatch.vehicles[1].aboard))


def test_a_wave_is_planned_as_by_insertion() -> None:
    """Where nobody is away it is the same plan."""
    view = plain_view(0, dispatch=wave(20, 2, seed=3))
    assert Reoptimise()(view) == CheapestInsertion()(view)


def test_it_is_asked_about_what_it_names() -> None:
    """All causes by default; an unknown one, or none, is refused."""
    assert Reoptimise().triggers == set(Trigger) - {Trigger.WAVE}
    assert Reoptimise(when=("late", "home")).triggers == {Trigger.LATE, Trigger.HOME}
    assert {name.upper() for name in EVERY} == {trigger.name for trigger in Trigger if trigger is not Trigger.WAVE}
    for wrong in (("wave",), ("sometimes",), ()):
        with pytest.raises(ValidationError, match="when"):
            Reoptimise(when=wrong)  # type: ignore[arg-type]


def test_nobody_is_called_in_between_the_waves() -> None:
    """A van that is not on duty yet stays at home until the next wave; one that is takes what is urgent."""
    dispatch = underway(24, 1)
    home = dispatch.vehicles[0]
    assert home.fixed_cost > 0
    assert tour_of(Reoptimise()(view_of(dispatch)), home.id) is None
    assert tour_of(Reoptimise()(view_of(on_duty(dispatch))), home.id) is not None
    assert at_home(replace(dispatch, triggers=(Trigger.WAVE,)), 13 * HOUR).vehicles == (home,)


def on_duty(dispatch: Dispatch, **changes: Any) -> Dispatch:
    """The dispatch with its van at home on duty already."""
    return replace(dispatch, vehicles=(replace(dispatch.vehicles[0], fixed_cost=0, **changes), *dispatch.vehicles[1:]))


def test_who_leaves_between_the_waves_is_back_by_the_next() -> None:
    """The tour ends before the wave at one; who would leave later than that stays."""
    dispatch = on_duty(underway(24, 1))
    tour = tour_of(Reoptimise()(view_of(dispatch)), 0)
    assert tour is not None
    places = [dispatch.stops.index(stop) + 1 for stop in tour.stops]
    assert legal.driven(dispatch, dispatch.vehicles[0], places, 0, dispatch.time)[0] <= 13 * HOUR
    assert at_home(on_duty(underway(24, 1), tw_early=13 * HOUR), 13 * HOUR).vehicles == ()


def test_a_driver_who_is_paid_anyway_brings_more() -> None:
    """Who is paid until the evening takes at least the stops of one who is paid for each minute."""
    free, dear = (
        tour_of(Reoptimise()(view_of(on_duty(underway(24, 1), paid_to=until))), 0) for until in (20 * HOUR, -1)
    )
    assert free is not None
    assert len(free.stops) > len(dear.stops if dear else ())


def test_what_is_late_already_is_no_cause_to_hurry() -> None:
    """A stop whose window is over is worth a detour, as one that may wait is, however late it is."""
    dispatch = on_duty(underway(9, 1))
    over = replace(dispatch.stops[0], tw_early=8 * HOUR, tw_late=9 * HOUR)
    problem = prepare(view_of(replace(dispatch, stops=(over, *dispatch.stops[1:]))), Stakes())
    assert problem.worth[1] == 5 * USD * len(over.parcels)


def test_parts_are_whole() -> None:
    """The floor and who is at home, and each tour under way: together all stops, once, with their own ways."""
    dispatch = underway(17, 5)
    parts = [at_home(dispatch, 13 * HOUR), *under_way(dispatch)]
    stops = [stop for part in parts for stop in part.stops]
    assert sorted(stop.node for stop in stops) == sorted(stop.node for stop in dispatch.stops)
    home, alone = parts
    assert all(not vehicle.away for vehicle in home.vehicles)
    first = dispatch.vehicles[1].aboard[0]
    assert alone.duration[0][0, 1] == dispatch.duration[0][0, first + 1]
    assert alone.duration[0][alone.vehicles[0].start, 1] == dispatch.duration[0][dispatch.vehicles[1].start, first + 1]
