"""A state is taken for one of a world only when it has as many of everything and counts nothing beyond."""

from collections.abc import Callable

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, prefer
from twin.engine import Twin
from twin.entities import Cause
from twin.errors import InputError
from twin.ledger import DTYPE, Kind
from twin.state import Phase, Status, TwinState, Wait
from twin.units import HOUR, NEVER

WORLD = toy_world(days=2, noise=True, fleet=toy_fleet(van=1, evan=1, robot=2, drone=2), carriers=(toy_carrier(),))
POLICIES = PLAIN.replace(carriers=prefer("drone", "robot", "regional"))


def afternoon(hour: int = 14) -> TwinState:
    """A state with everything in use."""
    twin = Twin(WORLD, POLICIES)
    twin.run(hour * HOUR)
    return twin.snapshot()


def with_status(state: TwinState, status: Status) -> int:
    """The first parcel of a status."""
    return state.status.index(status)


def touring(state: TwinState) -> int:
    """The first vehicle with a tour."""
    return next(unit.id for unit in state.units if unit.tour)


@pytest.mark.parametrize("hour", [0, 1, 9, 14, 20, 24, 37, 48])
def test_a_true_state_fits(hour: int) -> None:
    """A state of this very world is taken at any hour, and goes on."""
    Twin(WORLD, POLICIES, afternoon(hour)).run()


Change = Callable[[TwinState], object]
CHANGES: dict[str, Change] = {
    "holder (vehicles) holds 9": lambda s: s.holder.__setitem__(with_status(s, Status.ABOARD), 9),
    "holder (depots) holds 9": lambda s: s.holder.__setitem__(with_status(s, Status.READY), 9),
    "depot holds -1": lambda s: s.depot.__setitem__(0, -1),
    "sortie holds 7": lambda s: s.sortie.__setitem__(0, 7),
    "a node without a locker": lambda s: s.goal.__setitem__(0, 0),
    "asked holds -1": lambda s: s.asked.update({-1: 0}),
    "decided holds no remedy": lambda s: s.decided.update({0: [1]}),
    "decided (remedy) holds 99": lambda s: s.decided.update({0: [99, 0]}),
    "decided (cause) holds 99": lambda s: s.decided.update({0: [0, 99]}),
    "a window that this operation has not": lambda s: s.late.__setitem__(0, 1),
    "next_session holds": lambda s: setattr(s, "next_session", len(s.late) + 1),
    "due holds 99999": lambda s: s.due.update({5: [99_999]}),
    "an order of another promise": lambda s: s.due.update({5: [0]}),
    "now holds": lambda s: setattr(s, "now", 49 * HOUR),
    "ready holds 99999": lambda s: s.ready[0].update({99_999: 0}),
    "aloft holds 99999": lambda s: s.aloft[0].append((0, 99_999)),
    "queue holds 99999": lambda s: s.queue[0].append((0, 99_999, 0, 0)),
    "pending (ARRIVE) holds 6": lambda s: s.pending.update({0: Wait(s.now, Phase.ARRIVE, 6)}),
    "pending (PICKED) holds 99999": lambda s: s.pending.update({0: Wait(s.now, Phase.PICKED, 99_999)}),
    "pending (CARRIER) holds 1": lambda s: s.pending.update({0: Wait(s.now, Phase.CARRIER, 1)}),
    "docks holds -1": lambda s: s.docks[0].__setitem__(0, -1),
    "5 pickers": lambda s: s.pickers.__setitem__(0, [0] * 5),
    "vehicle 0 (node) holds 99999": lambda s: setattr(s.units[0], "node", 99_999),
    "(outcome) holds 99": lambda s: setattr(s.units[0], "outcome", 99),
    "(metres) holds": lambda s: setattr(s.units[0], "today_m", NEVER),
    "(mishaps) holds -1": lambda s: setattr(s.units[0], "assist_m", -1),
    "(times) holds -2": lambda s: setattr(s.units[0], "moved", -2),
    "(stop) holds 99": lambda s: setattr(s.units[touring(s)], "stop", 99),
    "a stop without parcels": lambda s: s.units[touring(s)].tour.append([0, 0, 0]),
    "(parcels) holds 99999": lambda s: s.units[touring(s)].tour[0].append(99_999),
    "id, group and depot": lambda s: setattr(s.units[0], "depot", 9),
    "no centre, product and units": lambda s: s.inbound.append([0, 0]),
    "inbound (product) holds 99999": lambda s: s.inbound.append([0, 99_999, 1]),
    "tries holds -1": lambda s: s.tries.__setitem__(0, -1.0),
    "booked holds 999": lambda s: s.booked.update({999: 1}),
    "knobs holds 9": lambda s: s.knobs.update({9 << 32: 1}),
    "forecast is not one of this city": lambda s: s.forecast.pop(),
    "trace (DELIVERED) holds": lambda s: setattr(s, "trace", s.trace + event(Kind.DELIVERED, subject=99_999)),
    "costs (kind) holds 99": lambda s: setattr(s, "costs", s.costs + event(99)),
}


def event(kind: int, subject: int = 0) -> bytes:
    """An event of a book."""
    return np.array([(0, kind, Cause.NONE, subject, 0, 0, 0)], dtype=DTYPE).tobytes()


@pytest.mark.parametrize(("says", "change"), CHANGES.items())
def test_a_number_beyond_what_it_counts_is_refused(says: str, change: Change) -> None:
    """Ids, places, times and kinds that this world has not are named, before anything runs."""
    state = afternoon()
    change(state)
    with pytest.raises(InputError, match=r"^the snapshot.*; (write|resume)") as error:
        Twin(WORLD, POLICIES, state)
    assert says in str(error.value)
