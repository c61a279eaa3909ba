"""What a delay anywhere on a tour would cause, without driving it again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.routing.problem import Door, Problem
from twin.entities import FAR

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A tour as insertion sees it; (stops + 1,) int64 arrays by position: where a stop could be inserted.

    Attributes
    ----------
    leave : array
        When the vehicle leaves the place before, in milliseconds.
    arrive : array
        When it arrives at the place after.
    wait : array
        All waiting from there on: what a delay there loses on the way back to the depot.
    slack : array
        Delay there until a stop that is in time becomes late.
    late_rate : array
        Micro-dollars a second of delay there for the stops after it that are late already.
    due_rate : array
        The same for those in time, once ``slack`` is used up.
    back : int
        When it is back.
    """

    leave: Ints
    arrive: Ints
    wait: Ints
    slack: Ints
    late_rate: Ints
    due_rate: Ints
    back: int


def timetable(problem: Problem, vehicle: int, places: list[int]) -> Timetable:
    """The timetable of a tour."""
    way, time = problem.ways[problem.vehicles[vehicle].profile], problem.leave[vehicle]
    leave, arrive = [time], []
    for before, place in zip([0, *places], places, strict=False):
        arrive.append(time + way[before][place])
        time = max(arrive[-1], problem.doors[place].early) + problem.doors[place].service
        leave.append(time)
    back = time + way[places[-1] if places else 0][0]
    rows = [(0, FAR, 0, 0)]
    for place, at in zip(reversed(places), reversed(arrive), strict=True):
        rows.append(_before(problem.doors[place], at, rows[-1]))
    wait, slack, late_rate, due_rate = np.array(rows[::-1], dtype=np.int64).T
    return Timetable(np.array(leave), np.array([*arrive, back]), wait, slack, late_rate, due_rate, back)


def _before(door: Door, arrive: int, after: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Wait, slack, late and due rate of a delay before a door, from those after it."""
    wait, slack, late_rate, due_rate = after
    here = max(0, door.early - arrive)
    room = door.due - arrive - here
    if room < 0:
        return wait, slack, late_rate + door.rate, due_rate
    return wait + here, here + min(slack, room), late_rate, due_rate + door.rate
