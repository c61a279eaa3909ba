"""Closed forms that a simulation must meet, and the interval in which a mean lies.

Erlang 1917; Pollaczek 1930 and Khinchine 1932; as in Kleinrock, Queueing Systems I (1975).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals that find all servers busy and are lost: M/M/c/c, and M/G/c/c just as well."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of arrivals that have to wait: M/M/c."""
    lost = erlang_b(servers, load)
    return lost / (1.0 - load / servers * (1.0 - lost))


def mmc_wait(servers: int, load: float, service: float) -> float:
    """Mean wait before service: M/M/c, in the unit of the mean service."""
    return erlang_c(servers, load) * service / (servers - load)


def mg1_wait(load: float, service: float, cv: float) -> float:
    """Mean wait before service: M/G/1 by Pollaczek and Khinchine; with cv 0 it is M/D/1."""
    return load * service * (1.0 + cv * cv) / (2.0 * (1.0 - load))


@dataclass(frozen=True, slots=True)
class Interval:
    """A 99.9 % interval of a mean, from independent replications."""

    mean: float
    half: float

    @classmethod
    def of(cls, runs: Sequence[tuple[float, float]]) -> "Interval":
        """Student's interval of the first column, with the second, whose mean is known to be 0, as a control.

        A run in which customers happened to bring more work has longer waits; regression takes that luck out, so that a
        third of the customers will do (Lavenberg & Welch 1981).
        """
        from scipy.stats import t

        figure, push = np.asarray(runs).T
        around = push - push.mean()
        slope = around @ figure / (around @ around)
        left = figure - figure.mean() - slope * around
        freedom = len(figure) - 2
        scale = math.sqrt((left @ left) / freedom * (1.0 / len(figure) + push.mean() ** 2 / (around @ around)))
        return cls(float(figure.mean() - slope * push.mean()), float(t.ppf(0.9995, freedom)) * scale)

    def meets(self, formula: float, within: float = 0.05) -> bool:
        """Whether the formula lies in the interval, and the interval is narrow enough to say something."""
        return abs(self.mean - formula) <= self.half <= within * formula

    def __str__(self) -> str:
        return f"{self.mean:.4g} +- {self.half:.2g} ({100 * self.half / self.mean:.1f} %)"
