"""Drones and robots to parcels at least cost: who goes now, when not everybody can."""

import numpy as np

from policies.routing.problem import Stakes
from twin.entities import FAR, Dispatch, Tour
from twin.ports import View
from twin.units import HOUR, usd

_WAIT_USD_H = 1.0
"""What an hour in the queue costs a parcel that is still in time: it may keep somebody else waiting later (D)."""


def assign(view: View, dispatch: Dispatch, stakes: Stakes) -> tuple[Tour, ...]:
    """One parcel each for as many vehicles as can go, those first that lose most by waiting for another turn.

    The assignment is that of least cost (Jonker & Volgenant 1987, in scipy). What a parcel loses by waiting is
    lateness, and the price of the streets where the weather that is foretold would keep the vehicle at home by then.

    Parameters
    ----------
    dispatch : Dispatch
        With ``Trigger.LAUNCH``: each vehicle has a profile of its own, with ``FAR`` where it cannot go.
    """
    from scipy.optimize import linear_sum_assignment

    gains = np.array([[_gain(view, dispatch, v, s, stakes) for s in range(len(dispatch.stops))]
                      for v in range(len(dispatch.vehicles))])  # fmt: skip
    if not gains.size:
        return ()
    pairs = zip(*linear_sum_assignment(gains, maximize=True), strict=True)
    return tuple(Tour(dispatch.vehicles[int(v)].id, (dispatch.stops[int(s)],)) for v, s in pairs if gains[v, s] > 0.0)


def _gain(view: View, dispatch: Dispatch, vehicle: int, stop: int, stakes: Stakes) -> float:
    """Micro-dollars that a parcel would lose by waiting for the vehicle's next turn; 0 where it cannot go."""
    it, goal = dispatch.vehicles[vehicle], dispatch.stops[stop]
    out = int(dispatch.duration[it.profile][0, stop + 1])
    if out >= FAR or it.capacity_g < goal.weight_g or it.capacity_ml < goal.volume_ml:
        return 0.0
    turn = 2 * out + it.handling
    now, later = (max(0, dispatch.time + wait + out - goal.tw_late) for wait in (0, turn))
    gain = (usd(stakes.late_usd_h) * (later - now) + usd(_WAIT_USD_H) * turn) / HOUR
    if not view.flyable(it.id, dispatch.time + turn, goal.area):
        gain += usd(view.operation.ground_usd)
    return gain
