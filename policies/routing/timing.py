"""When a tour is where, whether its vehicle can do it, and what it costs: one clock for all routers."""

from policies.routing.problem import Plan, Problem
from twin.entities import FAR
from twin.units import NEVER


def price(problem: Problem, vehicle: int, places: list[int]) -> int:
    """What a tour costs by the believed matrices, or ``NEVER`` if the vehicle cannot do it.

    A vehicle leaves at once, waits where it is early, and pays for distance, for time until it is back, for
    late beginnings of service and for attempts that will fail. Hard are capacity, range, working time, ways that
    do not exist, and areas that its mode must avoid.

    Parameters
    ----------
    vehicle : int
        Index in ``problem.vehicles``.
    places : list of int
        In order, without the depot.

    Returns
    -------
    int
        Micro-dollars.
    """
    if not places:
        return 0
    return drive(problem, vehicle, places) if fits(problem, vehicle, places) else NEVER


def fits(problem: Problem, vehicle: int, places: list[int]) -> bool:
    """Whether the vehicle holds all these stops' parcels and may visit them."""
    it = problem.vehicles[vehicle]
    grams, millilitres, parcels = map(sum, zip(*[problem.loads[place] for place in places], strict=True))
    room = grams <= it.capacity_g and millilitres <= it.capacity_ml and parcels <= it.capacity_parcels
    return room and problem.barred[vehicle].isdisjoint(places)


def drive(problem: Problem, vehicle: int, places: list[int]) -> int:
    """What a tour of at least one stop costs if the vehicle holds it, or ``NEVER`` if it is not back in time."""
    it, doors = problem.vehicles[vehicle], problem.doors
    way, metre = problem.ways[it.profile], problem.lengths[it.profile]
    start = problem.start[vehicle]
    row, time, late = way[start], problem.leave[vehicle], 0
    for place in places:
        early, due, service, rate = doors[place]
        time += row[place]
        if time < early:
            time = early
        elif time > due:
            late += rate * (time - due)
        time += service
        row = way[place]
    time += row[0]
    metres = sum([metre[a][b] for a, b in zip([start, *places], [*places, 0], strict=True)])
    if time > it.tw_late or metres > it.range_m or time >= FAR or metres >= FAR:
        return NEVER
    risk, busy = problem.risk[vehicle], max(0, time - problem.paid[vehicle])
    cost = it.fixed_cost + it.unit_distance_cost * metres + sum([risk[place] for place in places])
    return cost + (it.unit_duration_cost * busy + late) // 1000


def trim(problem: Problem, plan: Plan) -> Plan:
    """The plan without the last stops of tours that a vehicle cannot do, as many as it takes."""
    trimmed = [list(places) for places in plan]
    for vehicle, places in enumerate(trimmed):
        while price(problem, vehicle, places) == NEVER:
            places.pop()
    return trimmed


def starts(problem: Problem, vehicle: int, places: list[int]) -> list[int]:
    """When service begins at each place."""
    way, here = problem.ways[problem.vehicles[vehicle].profile], problem.start[vehicle]
    time, begun = problem.leave[vehicle], []
    for place in places:
        begun.append(max(time + way[here][place], problem.doors[place].early))
        time = begun[-1] + problem.doors[place].service
        here = place
    return begun


def left_out(problem: Problem, plan: Plan) -> list[int]:
    """The places that no tour visits, in order."""
    served = {place for places in plan for place in places}
    return [place for place in problem.places if place not in served]


def total(problem: Problem, plan: Plan) -> int:
    """Micro-dollars of a plan: its tours and what it leaves behind; ``NEVER`` if a vehicle cannot do its tour."""
    prices = [price(problem, vehicle, places) for vehicle, places in enumerate(plan)]
    if NEVER in prices:
        return NEVER
    return sum(prices) + sum(problem.worth[place] for place in left_out(problem, plan))
