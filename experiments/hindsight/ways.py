"""Ways through the city with the day known: at each street's fastest moment, and as the streets were by the hour."""

import numpy as np
from numpy.typing import NDArray

from experiments.hindsight.visits import Work
from twin.engine import Twin
from twin.entities import FAR
from twin.fleetfacts import KindFacts
from twin.units import DAY, HOUR

Ints = NDArray[np.int64]
_HALF_A_METRE = 500


def street_groups(twin: Twin, depot: int) -> list[int]:
    """Fleet groups with vehicles at a depot that go by the streets."""
    here = {unit.group for unit in twin.state.units if unit.depot == depot}
    return sorted(group for group in here if not twin.facts.kinds[group].is_sortie)


def paid_hour(kind: KindFacts) -> int:
    """Micro-dollars that an hour of a vehicle costs in wages; 0 without a driver."""
    return kind.hour_cost if kind.has_driver else 0


def cheapest(twin: Twin, work: Work) -> Ints:
    """(n + 1, n + 1) int64: micro-dollars that no way of that day can have cost less than; the depot, then the visits.

    Each street at its fastest moment between the beginning of the shifts (or the first tour) and the legal end of duty
    (or the last return), nothing disturbed or closed, driven by the cheapest kind of vehicle. The speed within a street
    never exceeds that of its fastest moment, and a fastest way under lower bounds is a lower bound of every way. Half
    a metre is taken off each way because the ledger rounds.
    """
    midnight = work.day * DAY
    nodes = np.array([twin.facts.depots[work.depot], *(visit.node for visit in work.visits)], dtype=np.int64)
    places, where = np.unique(nodes, return_inverse=True)
    least: Ints | None = None
    for group in street_groups(twin, work.depot):
        kind = twin.facts.kinds[group]
        span = min(work.since, midnight + kind.shift[0]), max(work.until, midnight + kind.shift[1])
        wage, metre = paid_hour(kind), kind.spec.running_usd_km
        mm = twin.world.city.length_mm
        cost = np.floor(_fastest(twin, group, *span) * (wage / HOUR) + mm * metre).astype(np.int64)
        table = twin.roads.engines.times(np.maximum(cost, 1), places)[0]
        table = np.maximum(table - round(_HALF_A_METRE * metre), 0)
        least = table if least is None else np.minimum(least, table)
    if least is None:
        raise ValueError(f"depot {work.depot} has delivered without a street vehicle")
    return np.asarray(least[np.ix_(where, where)], dtype=np.int64)


def _fastest(twin: Twin, group: int, since: int, until: int) -> Ints:
    """(edges,) int64: milliseconds that each street takes at least, whenever between two times it is driven."""
    city, traffic = twin.world.city, twin.world.traffic
    last = len(traffic.noise) - 1
    steps = np.arange(min(since // traffic.period, last), min(until // traffic.period, last) + 1)
    pace = np.ones(len(city.head), dtype=np.int64)
    for step in steps.tolist():
        pace = np.maximum(pace, _pace(twin, step))
    pace = np.minimum(pace, twin.roads.limits[twin.roads.profile_of[group]])
    return np.asarray(city.length_mm * 1000 // np.maximum(pace, 1), dtype=np.int64)


def _pace(twin: Twin, step: int) -> Ints:
    """(edges,) int64: true mm/s in a period of traffic, without works, incidents and what a vehicle can do."""
    city, traffic = twin.world.city, twin.world.traffic
    usual = city.speed_mmps * traffic.profile[traffic.row[step], traffic.column] // 1000
    return np.asarray(usual * traffic.noise[step].astype(np.int64)[traffic.group] // 1000, dtype=np.int64)


def by_the_hour(twin: Twin, profile: int, work: Work, places: Ints) -> list[tuple[Ints, Ints]]:
    """Of each hour of the work's day milliseconds and metres between places, as the streets were in its middle.

    Hours before the first tour and after the last return are like those.
    """
    midnight = work.day * DAY
    first, last = (work.since - midnight) // HOUR, min((work.until - midnight) // HOUR, 23)
    known: dict[int, tuple[Ints, Ints]] = {}
    for hour in range(first, last + 1):
        time = midnight + hour * HOUR + HOUR // 2
        duration, length_mm = twin.roads.engines.times(_true_cost(twin, profile, time), places)
        known[hour] = duration, np.where(length_mm < FAR, length_mm // 1000, FAR)
    return [known[min(max(hour, first), last)] for hour in range(24)]


def _true_cost(twin: Twin, profile: int, time: int) -> Ints:
    """(edges,) int64: milliseconds that each street takes at a time in truth; ``FAR`` where it is closed."""
    city, traffic, upsets = twin.world.city, twin.world.traffic, twin.world.disruptions
    pace = _pace(twin, min(time // traffic.period, len(traffic.noise) - 1))
    rows = np.flatnonzero((upsets.start <= time) & (time < upsets.end))
    slowed = np.maximum(pace[upsets.edge[rows]] * upsets.permille[rows] // 1000, 1)
    np.minimum.at(pace, upsets.edge[rows], slowed)
    pace = np.maximum(np.minimum(pace, twin.roads.limits[profile]), 1)
    cost = -(-city.length_mm * 1000 // pace)
    cost[upsets.edge[rows[upsets.permille[rows] == 0]]] = FAR
    return np.asarray(cost, dtype=np.int64)
