"""From what operations know of a wave to what a router decides by.

The dispatch is the operation's; what may wait for the next wave and how much a late hour weighs is a decision.
"""

import numpy as np

from policies.routing.problem import Door, Problem, Stakes
from policies.routing.risk import risks
from twin.entities import FAR, Dispatch, Knob, Stop, Trigger
from twin.errors import PolicyError
from twin.ports import View
from twin.units import DAY, HOUR, MINUTE, SECOND, clock, usd


def prepare(view: View, stakes: Stakes, part: Dispatch | None = None, *, wages: bool = False) -> Problem:
    """The wave of ``view.dispatch``, or a part of it, with the adapter's knobs and the stakes applied.

    Parameters
    ----------
    part : Dispatch, optional
    wages : bool
        Whether time costs what it adds to wages: nothing until ``Vehicle.paid_to``, and since then also the time that
        a driver has waited for the tour. Without it, a tour costs its time, whatever is paid anyway.

    Raises
    ------
    PolicyError
        If there is no wave to plan.
    """
    dispatch = part or view.dispatch
    if dispatch is None:
        raise PolicyError("a router was asked while view.dispatch is None, but must be asked to plan a wave")
    stops, leave = dispatch.stops, [max(dispatch.time, vehicle.tw_early) for vehicle in dispatch.vehicles]
    drive = _first_legs(dispatch)
    later = next_wave(view, dispatch.time)
    urgent = [stop.tw_early < later + way for stop, way in zip(stops, drive, strict=True)]
    first = min(leave, default=dispatch.time)
    doors = [_door(stop, first + way, stakes) for stop, way in zip(stops, drive, strict=True)]
    return Problem(
        dispatch=dispatch,
        leave=leave,
        paid=[it.paid_to if wages and it.paid_to >= 0 else at for at, it in zip(leave, dispatch.vehicles, strict=True)],
        start=[vehicle.start for vehicle in dispatch.vehicles],
        barred=_barred(view, dispatch),
        risk=risks(view, dispatch, stakes.fail_usd),
        doors=[Door(0, FAR, 0, 0), *doors],
        loads=[(0, 0, 0), *((stop.weight_g, stop.volume_ml, len(stop.parcels)) for stop in stops)],
        worth=[0, *_worths(view, dispatch, urgent, drive, (first, later), stakes)],
        urgent=[True, *urgent],
        ways=[[memoryview(row) for row in np.ascontiguousarray(matrix)] for matrix in dispatch.duration],
        lengths=[[memoryview(row) for row in np.ascontiguousarray(matrix)] for matrix in dispatch.distance],
    )


def _door(stop: Stop, arrival: int, stakes: Stakes) -> Door:
    """A stop in time, whose earliest arrival this is."""
    due = stop.tw_late - round(stakes.margin_min * MINUTE)
    rate = round(usd(stakes.late_usd_h) * SECOND / HOUR)
    return Door(stop.tw_early, max(due, stop.tw_early, arrival), stop.service_duration, rate * len(stop.parcels))


def _first_legs(dispatch: Dispatch) -> list[int]:
    """Milliseconds from where the fastest vehicle begins to each stop; ``FAR`` without vehicles."""
    begins = sorted({(vehicle.profile, vehicle.start) for vehicle in dispatch.vehicles})
    count = len(dispatch.stops)
    if not begins:
        return [FAR] * count
    legs = [dispatch.duration[profile][start, 1 : count + 1] for profile, start in begins]
    soonest: list[int] = np.min(legs, axis=0).tolist()
    return soonest


def next_wave(view: View, now: int) -> int:
    """When the wave after this one leaves: later today, or tomorrow's first."""
    midnight = now // DAY * DAY
    waves = [midnight + clock(text) for text in view.operation.waves]
    return min((wave for wave in waves if wave > now), default=waves[0] + DAY)


def _worths(
    view: View, dispatch: Dispatch, urgent: list[bool], drive: list[int], leaves: tuple[int, int], stakes: Stakes
) -> list[int]:
    """What leaving each stop loses, when vehicles leave now or ``later``."""
    now, later = leaves
    return [
        _worth(view, dispatch, stop, must, (now + way, later + way), stakes)
        for stop, must, way in zip(dispatch.stops, urgent, drive, strict=True)
    ]


def _worth(
    view: View, dispatch: Dispatch, stop: Stop, urgent: bool, arrives: tuple[int, int], stakes: Stakes
) -> int:  # fmt: skip
    """What leaving the stop loses; nothing if its area is for the evening and the evening is not too late.

    Between the waves an urgent stop that can still be in time is worth what it would be late if it went with the next
    wave (``else_at``): it is not left behind for good, so it does not pay for a vehicle of its own as at its last wave.
    What is late already is late for the customer, an hour sooner or later: sunk lateness decides nothing.
    """
    soonest, else_at = arrives
    evening = dispatch.time // DAY * DAY + clock(view.operation.waves[-1])
    waits = dispatch.time < evening and (stop.attempts > 0 or stop.tw_late >= evening)
    if waits and view.knob(Knob.EVENING_FIRST, stop.area):
        return 0
    dollars = stakes.left_usd if urgent else stakes.defer_usd
    if urgent and Trigger.WAVE not in dispatch.triggers:
        late_h = max(0, else_at - stop.tw_late) / HOUR if soonest <= stop.tw_late else 0.0
        dollars = min(max(stakes.late_usd_h * late_h, stakes.defer_usd), stakes.left_usd)
    return usd(dollars) * len(stop.parcels)


def _barred(view: View, dispatch: Dispatch) -> list[frozenset[int]]:
    """The places that each vehicle must avoid: those where its mode has failed."""
    avoided = {key for knob, key in view.knobs() if knob == Knob.AVOID_MODE}
    by_mode = {
        mode: frozenset(i + 1 for i, stop in enumerate(dispatch.stops) if stop.area * 8 + mode in avoided)
        for mode in {vehicle.mode: None for vehicle in dispatch.vehicles}
    }
    return [by_mode[vehicle.mode] for vehicle in dispatch.vehicles]
