"""Where a steady-state study begins to count."""

import numpy as np
from numpy.typing import ArrayLike

BATCH = 5


def mser5(series: ArrayLike) -> int:
    """Observations to leave out at the beginning of one long run: MSER-5.

    White 1997 (Simulation 69:323-334), with the batches of Spratt 1998: means of five, cut where the standard error
    of the mean of what is left is smallest. A cut in the second half says that the run is too short, and so does
    this. For studies of many days only (stock, learning, retention): a day that begins empty ends, and has no
    steady state.

    Parameters
    ----------
    series : (observations,) array
        In the order of time: what each day (or hour) shows.

    Raises
    ------
    ValueError
        If there are fewer than ten batches, or the smallest error is in the second half.
    """
    values = np.asarray(series, dtype=np.float64)
    batches = len(values) // BATCH
    if batches < 10:
        raise ValueError(f"{len(values)} observations are too few for a warm-up; give at least {10 * BATCH}")
    means = values[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    left = np.arange(batches, 0, -1)
    sums, squares = np.cumsum(means[::-1])[::-1], np.cumsum(np.square(means)[::-1])[::-1]
    errors = (squares - sums**2 / left) / np.square(left)
    cut = int(np.argmin(errors[: batches - BATCH]))
    if cut > batches // 2:
        raise ValueError(f"the run is still changing in its second half ({batches * BATCH} observations); play longer")
    return cut * BATCH
