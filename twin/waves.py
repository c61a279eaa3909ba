"""Waves: at the times of the timetable, what waits on the floor is planned for the vehicles that are there."""

from typing import TYPE_CHECKING

from twin import dispatches, room, tours
from twin.depot import reconsider, route
from twin.entities import Trigger
from twin.state import Phase
from twin.units import DAY

if TYPE_CHECKING:
    from twin.engine import Twin


def wave(twin: "Twin", depot: int) -> None:
    """A wave: plan what waits for the vehicles that are there, and load."""
    facts, midnight = twin.facts, twin.state.now // DAY * DAY
    later = [start for start in facts.waves if midnight + start > twin.state.now]
    if later:
        twin.calendar.schedule(midnight + later[0], Phase.WAVE, depot)
    floor = twin.state.ready[depot]
    for parcel in [parcel for parcel in floor if not facts.fits_streets(depot, parcel)]:
        del floor[parcel]
        route(twin, parcel)  # what was full yesterday may have room today
    tours.plan(twin, dispatches.at(twin, depot, (Trigger.WAVE,)))
    room.left_behind(twin, depot)
    if not later:
        _offer_again(twin, depot)


def _offer_again(twin: "Twin", depot: int) -> None:
    """After the last wave: what should have gone today may go with a carrier instead of waiting for tomorrow."""
    state, order_of = twin.state, twin.facts.order_of
    midnight = state.now // DAY * DAY + DAY
    if twin.world.carriers:
        for parcel in [parcel for parcel in state.ready[depot] if state.late[order_of[parcel]] < midnight]:
            reconsider(twin, parcel)
