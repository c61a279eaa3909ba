"""The twin's own queues in isolation: Poisson arrivals at a dock, a charger, a picker, the contact centre.

Each station is a toy twin in which nothing else happens: its first midnight is taken back, and what follows the
queue (a departure, a packed parcel) is taken back as well. What is fed is the model's own function.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_kind
from tests.worlds import PLAIN, operation, rows
from twin import calls, energy, stock, tours
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.entities import Dispatch, Mode, Stop, Tour
from twin.ledger import Kind
from twin.specs import FleetGroup
from twin.state import Duty
from twin.units import HOUR, MINUTE
from twin.world import Floats, World

WARM = 100
"""Customers at the beginning that are not counted: the queue fills from nothing."""
Run = Callable[[int, int], tuple[float, float]]
"""From a seed and a number of customers to their mean wait in minutes (or the share that is lost), and to how much more
work than expected they brought."""


def gaps(seed: int, many: int) -> Floats:
    """Between arrivals of a Poisson process, over their mean."""
    return Draws(seed).generator(Stream.DUMMY, 0).standard_exponential(many)


def push(seed: int, work: Floats) -> float:
    """Work over its mean less time over its mean: what a run's customers happened to bring; 0 in the mean."""
    return float(work.mean() - gaps(seed, len(work)).mean())


def quiet(world: World) -> Twin:
    """A twin in which nothing is going to happen."""
    twin = Twin(world, PLAIN)
    twin.calendar.cancel(0)
    return twin


def _times(twin: Twin, seed: int, many: int, mean_min: float) -> Iterator[int]:
    """Let the twin's clock go from arrival to arrival."""
    times = 1 + np.cumsum(np.rint(gaps(seed, many) * mean_min * MINUTE).astype(np.int64))
    for number, time in enumerate(times.tolist()):
        twin.calendar.run(time)
        yield number


def contact_centre(agents: int, load: float, patience_min: float | None) -> Run:
    """Callers; the mean wait, or without patience the share that hung up."""

    def run(seed: int, many: int) -> tuple[float, float]:
        world = toy_world(seed, operation=operation(agents=agents, call_min=4.0, patience_min=patience_min))
        sessions = replace(
            world.sessions,
            time=np.arange(many, dtype=np.int64),
            customer=np.zeros(many, dtype=np.int64),
            parcel=np.zeros(many + 1, dtype=np.int64),
            weather=np.full(many, 1_000_000, dtype=np.int64),
        )
        twin = quiet(replace(world, sessions=sessions))
        for order in _times(twin, seed, many, 4.0 / load):
            calls.ring(twin, order)
        twin.calendar.run(1 << 60)
        ended = rows(twin.ledger, Kind.ANSWERED, Kind.HUNG_UP)
        ended = ended[ended["subject"] >= WARM]
        work = -np.log1p(-twin.draws.uniforms(Stream.CALL_TIME, np.arange(many)))
        lost = float((ended["kind"] == Kind.HUNG_UP).mean())
        return lost if patience_min == 0.0 else float(ended["value"].mean()) / MINUTE, push(seed, work)

    return run


def chargers(servers: int, load: float) -> Run:
    """Vehicles with an exponential need of energy: 20 minutes in the mean."""

    def run(seed: int, many: int) -> tuple[float, float]:
        kind = toy_kind(Mode.EVAN, battery_kwh=1_000.0, charge_kw=60.0)
        twin = quiet(toy_world(seed, fleet=(FleetGroup(kind, 400),), operation=operation(chargers=servers)))
        need = Draws(seed).generator(Stream.DUMMY, 1).standard_exponential(many)
        idle, waits = twin.state.units, []
        for number in _times(twin, seed, many, 20.0 / load):
            unit = next(unit for unit in idle if unit.duty == Duty.IDLE)
            missing = round(need[number] * 20_000)
            energy.drain(twin, unit, missing)
            energy.charge(twin, unit)
            waits.append(twin.state.pending[unit.wait].due - twin.now - round(missing / 60.0 * HOUR / 1000))
        return float(np.mean(waits[WARM:])) / MINUTE, push(seed, need)

    return run


def dock(load: float, most: int) -> Run:
    """Tours of 1 to ``most`` parcels at one dock, a minute a parcel."""

    def run(seed: int, many: int) -> tuple[float, float]:
        kind = toy_kind(handling_s=60.0)
        twin = quiet(toy_world(seed, fleet=(FleetGroup(kind, 1),), operation=operation(docks=1)))
        counts = Draws(seed).generator(Stream.DUMMY, 1).integers(1, most, many, endpoint=True)
        unit, floor, legs = twin.state.units[0], twin.state.ready[0], np.zeros((2, 2), dtype=np.int64)
        waits = []
        for number in _times(twin, seed, many, (1 + most) / 2 / load):
            parcels = tuple(range(int(counts[number])))
            floor |= dict.fromkeys(parcels, twin.now)
            stop = Stop(0, parcels, 0, 0, 0, 0, 0, 0)
            tours._load(twin, Dispatch(0, (stop,), (), (legs,), (legs,), twin.now), Tour(0, (stop,)))
            waits.append(twin.state.pending[unit.wait].due - twin.now - len(parcels) * MINUTE)
            twin.calendar.cancel(unit.wait)
        return float(np.mean(waits[WARM:])) / MINUTE, push(seed, counts * 2.0 / (1 + most))

    return run


def picker(load: float, cv: float) -> Run:
    """Parcels at one picker whose times are lognormal with this cv."""

    def run(seed: int, many: int) -> tuple[float, float]:
        mean = 3.0 * np.sqrt(1.0 + cv * cv)
        works = operation(pickers=1, pick_min=3.0, pick_cv=cv, pick_hours=("0:00", "24:00"))
        twin = quiet(toy_world(seed, operation=works))
        took = np.array([twin.draws.lognormal(3.0, cv, Stream.PICK_TIME, number) for number in range(many)])
        free, waits = twin.state.pickers[0], []
        for number in _times(twin, seed, many, mean / load):
            stock._queue_pick(twin, number, 0)
            waits.append(free[0] - twin.now - round(took[number] * MINUTE))
            twin.calendar.cancel(twin.state.seq - 1)
        return float(np.mean(waits[WARM:])) / MINUTE, push(seed, took / mean)

    return run
