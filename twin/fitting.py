"""Whether a state can belong to a world: as many of everything, and every number within what it counts.

A snapshot is a file from somebody, and its digest proves nothing but that it is whole. What is checked here keeps a
wrong one from being read as another parcel, vehicle or hour; the audit (:mod:`twin.laws`) then counts it again.
"""

import dataclasses
from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from twin.entities import Cause, Knob, Mode, Remedy, Trigger
from twin.errors import InputError
from twin.facts import Facts
from twin.ledger import DTYPE, Account, Kind
from twin.state import PARCELS, Phase, Status, TwinState, Unit
from twin.units import NEVER
from twin.world import World

_COUNTED = {
    "status": "parcels", "late": "checkouts", "propensity": "customers", "ready": "depots", "shelf": "stock entries",
    "handed": "carriers", "tries": "records of attempts",
}  # fmt: skip
"""Columns by the name of what they have one entry for."""
_ANY_LENGTH = ("units", "inbound", "forecast")
_CREWS = ("pickers", "docks", "chargers", "operators")
_LEARNT = (
    "tries", "hits", "carrier_tries", "carrier_hits", "own_tries", "own_hits", "driver_tries",
    "driver_hits", "brought", "hours_out", "behind",
    "slot_kept", "slot_ended", "ordered", "demand",
)  # fmt: skip
_FAR_M = 10**9
"""Metres that no vehicle goes in a day."""
_WHO = {
    Phase.PICKED: "parcels", Phase.BACKORDER: "parcels", Phase.ANSWER: "parcels", Phase.WAVE: "depots",
    Phase.LAUNCH: "depots", Phase.REPLAN: "depots",
    Phase.WITHDRAWN: "orders", Phase.CARRIER: "carriers", Phase.ANSWERED: "orders", Phase.HUNG_UP: "orders",
}  # fmt: skip
"""What the one who waits is numbered among; vehicles, if not said here or below."""


def fitting(state: TwinState, fresh: TwinState, world: World, facts: Facts) -> TwinState:
    """The state, if it can belong to a world.

    Parameters
    ----------
    fresh : TwinState
        The state of this world at its first midnight.

    Raises
    ------
    InputError
        If it has more or fewer of something, or a number that counts nothing of this world.
    """
    _sizes(state, fresh)
    counts = _counts(state, world, facts)
    _parcels(state, facts, counts)
    _orders(state, facts, counts)
    _waiting(state, counts)
    for unit in state.units:
        _vehicle(unit, counts)
    _stock(state, counts)
    _learnt(state, counts)
    _books(state, counts)
    return state


def _sizes(state: TwinState, fresh: TwinState) -> None:
    for field in dataclasses.fields(TwinState):
        given, wanted = getattr(state, field.name), getattr(fresh, field.name)
        if isinstance(wanted, array | bytearray | list) and field.name not in _ANY_LENGTH:
            _same(len(given), len(wanted), _COUNTED.get(field.name, f"entries of {field.name}"))
        if isinstance(wanted, array) and given.typecode != wanted.typecode:
            raise InputError(f"the snapshot's {field.name} has another type; write the snapshot again")
        if field.name in _CREWS:
            for crew, other in zip(given, wanted, strict=True):
                _same(len(crew), len(other), field.name)
    _same(len(state.units), len(fresh.units), "vehicles")
    for unit, other in zip(state.units, fresh.units, strict=True):
        home, wanted = ((one.id, one.group, one.depot) for one in (unit, other))
        _same(home, wanted, "as id, group and depot of a vehicle")


def _same(given: object, wanted: object, what: str) -> None:
    if given != wanted:
        raise InputError(
            f"the snapshot has {given} {what}, the world {wanted}; "
            "resume with the seed, city, demand, fleet and carriers that it was saved with"
        )


def _counts(state: TwinState, world: World, facts: Facts) -> dict[str, int]:
    return {
        "parcels": len(state.status), "orders": len(state.late), "depots": len(facts.depots),
        "vehicles": len(state.units), "nodes": world.city.nodes, "areas": world.city.areas, "skus": facts.skus,
        "streets": len(world.city.head),
        "carriers": len(world.carriers), "days": world.days, "slots": len(facts.slots), "end": facts.horizon + 1,
    }  # fmt: skip


def _within(what: str, values: ArrayLike, high: int, low: int = 0) -> None:
    """Refuse values that are not ``low`` to ``high`` - 1."""
    found = np.asarray(values)
    if found.size and not (low <= found.min() and found.max() < high):
        odd = int(found.min() if found.min() < low else found.max())
        raise InputError(f"the snapshot's {what} holds {odd}, beyond {low} to {high - 1}; write the snapshot again")


def _parcels(state: TwinState, facts: Facts, counts: Mapping[str, int]) -> None:
    status, holder = np.frombuffer(bytes(state.status), dtype=np.uint8), np.frombuffer(state.holder, dtype=np.int32)
    for place, kinds in (
        ("depots", (Status.PICKING, Status.READY)), ("vehicles", (Status.ABOARD,)), ("carriers", (Status.CARRIER,)),
    ):  # fmt: skip
        _within(f"holder ({place})", holder[np.isin(status, kinds)], counts[place])
    _within("depot", state.depot, counts["depots"])
    _within("sortie", state.sortie, len(Mode), -1)
    if not set(state.goal) <= {-1, *facts.lockers}:
        raise InputError("the snapshot's goal holds a node without a locker; write the snapshot again")
    for name in ("asked", "decided", "held"):
        _within(name, list(getattr(state, name)), counts["parcels"])
    if any(len(pair) != 2 for pair in state.decided.values()):
        raise InputError("the snapshot's decided holds no remedy and cause; write the snapshot again")
    _within("decided (remedy)", [pair[0] for pair in state.decided.values()], len(Remedy))
    _within("decided (cause)", [pair[1] for pair in state.decided.values()], max(Cause) + 1)


def _orders(state: TwinState, facts: Facts, counts: Mapping[str, int]) -> None:
    promised = {pair for pair in zip(state.early, state.late, strict=True) if pair[1]}
    if not promised <= facts.slot_index.keys():
        raise InputError("the snapshot promises a window that this operation has not; write the snapshot again")
    _within("next_session", state.next_session, counts["orders"] + 1)
    for late, orders in state.due.items():
        _within("due", orders, counts["orders"])
        if any(state.late[order] != late for order in orders):
            raise InputError("the snapshot's due names an order of another promise; write the snapshot again")


def _waiting(state: TwinState, counts: Mapping[str, int]) -> None:
    _within("now", state.now, counts["end"])
    _within("ready", _flat(state.ready), counts["parcels"])
    _within("aloft", [parcel for hub in state.aloft for _, parcel in hub], counts["parcels"])
    _within("queue", [entry[1] for queue in state.queue for entry in queue], counts["parcels"])
    for wait in state.pending.values():
        _within(f"pending ({Phase(wait.phase).name})", wait.who, _who(wait.phase, counts))
    _within("replans (triggers)", [entry.mask for entry in state.replans], 1 << len(Trigger))
    _within("replans (units)", [unit for entry in state.replans for unit in entry.units], counts["vehicles"])
    _within("replans (last, pace)", [value for entry in state.replans for value in (entry.last, entry.pace)], NEVER, -1)
    _within("calls", list(state.calls), counts["orders"])
    _within("agents", state.agents, NEVER)
    for name in _CREWS:
        _within(name, _flat(getattr(state, name)), NEVER)


def _flat(parts: Iterable[Iterable[int]]) -> list[int]:
    return [item for part in parts for item in part]


def _who(phase: int, counts: Mapping[str, int]) -> int:
    """How many there are of those whom a wait of this phase is about."""
    if phase == Phase.DUE:
        return NEVER  # the time itself
    if phase in (Phase.DAY, Phase.INBOUND, Phase.NIGHT):
        return counts["days"] + 1
    return counts["orders"] + 1 if phase == Phase.SESSION else counts[_WHO.get(Phase(phase), "vehicles")]


def _vehicle(unit: Unit, counts: Mapping[str, int]) -> None:
    what = f"vehicle {unit.id}"
    _within(f"{what} (node)", unit.node, counts["nodes"])
    _within(f"{what} (outcome)", unit.outcome, max(Cause) + 1)
    _within(f"{what} (metres)", [unit.tour_m, unit.leg_m, unit.today_m, unit.progress_m], _FAR_M)
    _within(f"{what} (mishaps)", [unit.breakdown_m, unit.assist_m], NEVER + 1)
    times = [unit.planned, unit.left, unit.moved, unit.on_since, unit.duty_from, unit.duty_to]
    _within(f"{what} (times)", times, NEVER, -1)
    _within(f"{what} (way)", [*unit.way, *unit.shut], counts["streets"])
    _within(f"{what} (driven)", unit.driven, len(unit.way) + 1)
    if unit.tour:  # at home the number of the last stop stays
        _within(f"{what} (stop)", unit.stop, len(unit.tour) + 1)
    _within(f"{what} (kept)", unit.kept, counts["parcels"])
    _within(f"{what} (delay)", [unit.delay, unit.expected], NEVER)
    for stop in [*unit.tour, *unit.next]:
        if len(stop) <= PARCELS:
            raise InputError(f"the snapshot's {what} has a stop without parcels; write the snapshot again")
        _within(f"{what} (stop)", stop[0], counts["nodes"])
        _within(f"{what} (parcels)", stop[PARCELS:], counts["parcels"])


def _stock(state: TwinState, counts: Mapping[str, int]) -> None:
    if any(len(row) != 3 for row in state.inbound):
        raise InputError("the snapshot's inbound holds no centre, product and units; write the snapshot again")
    for place, (what, high) in enumerate((("centre", counts["depots"]), ("product", counts["skus"]), ("units", NEVER))):
        _within(f"inbound ({what})", [row[place] for row in state.inbound], high)


def _learnt(state: TwinState, counts: Mapping[str, int]) -> None:
    for name in _LEARNT:
        _within(name, getattr(state, name), NEVER)
    _within("legs", [figure for hour in state.legs for figure in hour], NEVER)
    if [len(hour) for hour in state.legs] != [3] * 24:
        raise InputError("the snapshot's legs are not those of 24 hours; write the snapshot again")
    _within("visits (vehicle)", [key >> 32 for key in state.visits], counts["vehicles"])
    _within("visits (area)", [key & 0xFFFFFFFF for key in state.visits], counts["areas"])
    _within("visits", list(state.visits.values()), NEVER)
    _within("taken", _flat(state.taken), counts["slots"])
    _within("booked", list(state.booked), counts["slots"])
    _within("knobs", [code >> 32 for code in state.knobs], len(Knob))
    _within("forecast_day", state.forecast_day, counts["days"], -1)
    shape = [len(column) for column in state.forecast]
    if shape != ([] if state.forecast_day < 0 else [counts["areas"]] * 3):
        raise InputError("the snapshot's forecast is not one of this city; write the snapshot again")


def _books(state: TwinState, counts: Mapping[str, int]) -> None:
    trace, costs = (np.frombuffer(book, dtype=DTYPE) for book in (state.trace, state.costs))
    for kind, column, what in (
        (Kind.ORDERED, "subject", "orders"), (Kind.CREATED, "subject", "parcels"), (Kind.CREATED, "actor", "orders"),
        (Kind.DELIVERED, "subject", "parcels"),
    ):  # fmt: skip
        _within(f"trace ({kind.name})", trace[column][trace["kind"] == kind], counts[what])
    for column in ("kind", "place"):
        _within(f"costs ({column})", costs[column], len(Account))
