"""How much more the fleet can take: what a window may be sold for, and when a parcel on the streets would be there.

The pace of a depot's vehicles is learnt from their tours; hours come from their shifts, overtime not counted.
"""

from typing import TYPE_CHECKING

from twin import carriers
from twin.state import PARCELS, Unit
from twin.units import DAY, HOUR

if TYPE_CHECKING:
    from twin.engine import Twin

PACE_H, PACE_WEIGHT_H = 13.0, 20.0
"""Parcels that a vehicle brings in an hour before there is a record, 110 stops in 8.25 h (evidence 2, A-/B), and the
hours that it counts for (D)."""
ON_TOUR = 0.85
"""Share of a shift that a busy vehicle is on tour; the rest is waiting for waves and docks (D)."""
_AHEAD_DAYS = 4
"""So far is looked for room; what finds none is expected no sooner."""
_SORTIE_SHARE = 0.5
"""Of what sorties could fly in a window: weather, and parcels that cannot fly (evidence 8 and 10, D)."""


def learn(twin: "Twin", unit: Unit) -> None:
    """A tour is over: so many parcels in so much time."""
    state = twin.state
    state.brought[unit.depot] += sum(len(stop) - PARCELS for stop in unit.tour[: unit.stop])
    state.hours_out[unit.depot] += (state.now - unit.left) / HOUR


def pace(twin: "Twin", depot: int) -> float:
    """Parcels that a busy vehicle of a depot brings in an hour of its shift; the record is shrunk to the prior."""
    state = twin.state
    out = (state.brought[depot] + PACE_H * PACE_WEIGHT_H) / (state.hours_out[depot] + PACE_WEIGHT_H)
    return out * ON_TOUR


def of_streets(twin: "Twin", depot: int, window: int) -> float:
    """Parcels that a depot's street vehicles can bring within a window, by its index."""
    return pace(twin, depot) * twin.facts.street_hours[depot][window]


def of_slots(twin: "Twin", slots: list[int], ready: int) -> list[int]:
    """Parcels that may be sold for each slot, by its index: streets, sorties, and carriers that come in time."""
    fixed = twin.world.operation.slot_parcels
    if fixed is not None:
        return [fixed] * len(slots)
    facts, state = twin.facts, twin.state
    depots = range(len(facts.depots))
    windows = range(len(facts.windows))
    own = [facts.sortie_room[window] * _SORTIE_SHARE for window in windows]
    for depot in depots:
        per_hour = pace(twin, depot)
        own = [room + per_hour * facts.street_hours[depot][window] for window, room in enumerate(own)]
    hired = carriers.room(twin, ready)
    today = (state.now // DAY + 1) * len(windows)
    behind = sum(state.behind)
    rooms = []
    for slot in slots:
        own_room = own[slot % len(windows)]
        if slot < today:  # what was left behind goes first, and takes today's room
            own_room = max(own_room - behind, 0.0)
        late = facts.slots[slot].late
        rooms.append(int(own_room) + sum(room for comes, room in hired if comes <= late))
    return rooms


def expected(twin: "Twin", depot: int, parcel: int) -> int:
    """When a parcel that joins the floor now would be at the door by the streets.

    With room in its window, soon after the wave that serves it; without, in the first later window that has room
    when all that was taken before has been brought.
    """
    state, facts = twin.state, twin.facts
    order, taken, windows = facts.order_of[parcel], state.taken[depot], len(facts.windows)
    start = max(next_wave(twin), state.early[order])
    today = start // DAY * windows
    waiting = 1.0 + state.behind[depot]
    for slot in range(today, min(today + _AHEAD_DAYS * windows, len(facts.slots))):
        if facts.slots[slot].late <= start:
            continue
        room = of_streets(twin, depot, slot % windows) - taken.get(slot, 0)
        if waiting <= room:
            return max(start, facts.slots[slot].early) + HOUR
        waiting -= max(room, 0.0)
    return start + _AHEAD_DAYS * DAY


def next_wave(twin: "Twin") -> int:
    """The first wave from now on."""
    now, waves = twin.state.now, twin.facts.waves
    midnight = now // DAY * DAY
    return next((midnight + wave for wave in waves if midnight + wave >= now), midnight + DAY + waves[0])


def take(twin: "Twin", depot: int, parcel: int) -> None:
    """A parcel has joined the floor for the streets."""
    state, facts = twin.state, twin.facts
    if state.late[facts.order_of[parcel]] > state.now:
        slot, taken = _slot(twin, parcel), state.taken[depot]
        taken[slot] = taken.get(slot, 0) + 1


def leave(twin: "Twin", depot: int, parcel: int) -> None:
    """A parcel has left the floor without a tour."""
    slot, taken = _slot(twin, parcel), twin.state.taken[depot]
    if taken.get(slot, 0):
        taken[slot] -= 1


def free(twin: "Twin", parcel: int) -> None:
    """Nobody needs a parcel's room in its window any more."""
    slot, booked = _slot(twin, parcel), twin.state.booked
    if booked.get(slot, 0):
        booked[slot] -= 1


def _slot(twin: "Twin", parcel: int) -> int:
    order = twin.facts.order_of[parcel]
    return twin.facts.slot_index[twin.state.early[order], twin.state.late[order]]


def left_behind(twin: "Twin", depot: int) -> None:
    """After a wave: count what stays on the floor though its promise has ended."""
    state, order_of = twin.state, twin.facts.order_of
    state.behind[depot] = sum(state.late[order_of[parcel]] <= state.now for parcel in state.ready[depot])


def forget_slots(twin: "Twin", today: int) -> None:
    """Drop the counts of windows of days before ``today``."""
    first = today * len(twin.facts.windows)
    for taken in twin.state.taken:
        for slot in [slot for slot in taken if slot < first]:
            del taken[slot]
