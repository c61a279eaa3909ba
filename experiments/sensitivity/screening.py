"""Points to play, and what the figures at them say: Morris' screening and Sobol's shares, by SALib.

Morris 1991 (Technometrics 33:161-174) with the mean of absolute effects of Campolongo et al. 2007; Sobol 2001 with the
estimators of Saltelli et al. 2010. SALib is Herman & Usher 2017, Journal of Open Source Software 2(9):97.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError

Points = NDArray[np.float64]
SEED = 1991
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Influence:
    """What a parameter does to the figure.

    Attributes
    ----------
    size : float
        Morris: mean absolute effect of moving it over its range, in the figure's unit. Sobol: share of the variance
        that goes with it, alone or with others.
    doubt : float
        Half of a 95 % interval of the size.
    other : float
        Morris: spread of its effects (interaction or curvature). Sobol: share that it explains alone.
    """

    size: float
    doubt: float
    other: float


def points(method: str, ranges: Mapping[str, tuple[float, float]], samples: int) -> Points:
    """The points to play, one a row, one column a parameter.

    Raises
    ------
    InputError
        If SALib is not installed.
    """
    sample, _ = _salib(method)
    options = {"num_levels": LEVELS} if method == "morris" else {"calc_second_order": False}
    made: Points = sample(_problem(ranges), samples, seed=SEED, **options)
    return made


def influences(
    method: str, ranges: Mapping[str, tuple[float, float]], played: Points, figures: Sequence[float]
) -> dict[str, Influence]:
    """What each parameter does, the strongest first."""
    values = np.asarray(figures, dtype=np.float64)
    _, analyse = _salib(method)
    if method == "morris":
        found = analyse(_problem(ranges), played, values, num_levels=LEVELS, seed=SEED)
        columns = found["mu_star"], found["mu_star_conf"], found["sigma"]
    else:
        found = analyse(_problem(ranges), values, calc_second_order=False, seed=SEED)
        columns = found["ST"], found["ST_conf"], found["S1"]
    rows = {key: Influence(*map(float, row)) for key, row in zip(ranges, zip(*columns, strict=True), strict=True)}
    return dict(sorted(rows.items(), key=lambda item: -item[1].size))


def _problem(ranges: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [list(ends) for ends in ranges.values()]}


def _salib(method: str) -> tuple[Any, Any]:
    """How SALib samples and analyses by a method; it brings pandas with it and is only needed here."""
    try:
        from SALib.analyze import morris, sobol
        from SALib.sample import morris as morris_points
        from SALib.sample import sobol as sobol_points
    except ImportError:
        raise InputError("SALib is not installed; pip install 'lastmile-twin[sensitivity]'") from None
    found = {"morris": (morris_points.sample, morris.analyze), "sobol": (sobol_points.sample, sobol.analyze)}
    return found[method]
