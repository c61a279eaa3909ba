"""What forecasters read: complete days, and which weekday each was."""

import numpy as np
from numpy.typing import NDArray

from twin.ports import View

WEEK = 7
Floats = NDArray[np.float64]


def complete_days(view: View) -> Floats:
    """(days before today, areas) parcels ordered."""
    return view.orders_by_day()[: view.day]


def weekdays(view: View) -> list[int]:
    """The weekday of each of those days, 0 being Monday."""
    return [(view.weekday - view.day + day) % WEEK for day in range(view.day)]
