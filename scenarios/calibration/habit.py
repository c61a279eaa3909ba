"""Failures with a customer's effect that lasts: a logistic model whose hidden part is fitted exactly, on a grid.

The logit of a failure is a sum of effects of its kind (vehicle, slot, area) and of the customer's habit times the
spread of the vehicle's mode. Habits are standard normal and fade as an autoregression from one period to the next. A
grid of coin tosses stands for the normal (Rouwenhorst 1995; Kopecky & Suen 2010), so the likelihood is that of a hidden
Markov chain, summed exactly; effects of areas are shrunk by an empirical Bayes variance (Schall 1991).
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.world import Floats, Ints

COINS = 16
"""The grid has one more point, from -4 to 4 standard deviations."""
RIDGE = 0.05
"""On effects that are not shrunk, so that an empty class has some."""
_ROUNDS = 5
_SEARCH = {"maxiter": 60, "ftol": 1e-8}


@dataclass(frozen=True, eq=False)
class Visits:
    """Attempts to be explained, one row each.

    Attributes
    ----------
    customer, period : (visits,) int64
        Numbered from 0; a period is a step of the habits.
    kind : (visits,) int64
        Row of ``design``.
    failed : (visits,) float64
        The part of its parcels that failed; a visit counts once, however many they are, because they fail together.
    design : (kinds, effects) scipy sparse array of 0 and 1
    shrunk : (effects,) int64
        Which family of shrunk effects each belongs to; 0: none.
    mode : (kinds,) int64
        Whose spread of habits applies.
    customers : int
    """

    customer: Ints
    period: Ints
    kind: Ints
    failed: Floats
    design: Any
    shrunk: Ints
    mode: Ints
    customers: int

    def some(self, which: NDArray[np.bool_]) -> "Visits":
        """Only these visits."""
        parts = {name: getattr(self, name)[which] for name in ("customer", "period", "kind", "failed")}
        return replace(self, **parts)


@dataclass(frozen=True, eq=False)
class Habits:
    """A fitted model.

    Attributes
    ----------
    effects : (effects,) float64
    spread : (modes,) float64
        Standard deviation of the customers' effect on the logit.
    keeps : float
        Correlation of a customer's habit with itself one period on.
    variance : (families,) float64
        Of the shrunk effects.
    belief : (customers, 17) float64
        What the visits say of each customer's habit in the last period.
    last : int
        That period.
    loss : float
        Minus the log-likelihood.
    """

    effects: Floats
    spread: Floats
    keeps: float
    variance: Floats
    belief: Floats
    last: int
    loss: float


def grid() -> tuple[Floats, Floats]:
    """Points of the grid, and the probability of each."""
    points: Floats = np.array([(2.0 * ones - COINS) / math.sqrt(COINS) for ones in range(COINS + 1)])
    share: Floats = np.array([math.comb(COINS, ones) / 2.0**COINS for ones in range(COINS + 1)])
    return points, share


def step(keeps: float) -> Floats:
    """(17, 17) probabilities of going from one point to another in a period: each coin stays or is turned."""
    stays = (1.0 + keeps) / 2.0
    matrix = np.ones((1, 1))
    for _ in range(COINS):  # one coin more: it is among the ones or not, before and after
        size = len(matrix)
        more = np.zeros((size + 1, size + 1))
        more[:-1, :-1] += stays * matrix
        more[:-1, 1:] += (1.0 - stays) * matrix
        more[1:, :-1] += (1.0 - stays) * matrix
        more[1:, 1:] += stays * matrix
        more[1:-1] /= 2.0
        matrix = more
    return matrix


def fit_habits(visits: Visits, spread: float = 1.0) -> Habits:
    """The model with the highest likelihood, shrunk effects at the variance that the visits suggest.

    Parameters
    ----------
    spread : float
        Where the search for the spreads begins.
    """
    from scipy.optimize import minimize

    modes, families = int(visits.mode.max()) + 1, int(visits.shrunk.max())
    problem = _Problem(visits)
    effects = visits.design.shape[1]
    at = np.concatenate([np.zeros(effects), np.full(modes, np.log(spread)), [3.0]])
    bounds = [(-12.0, 12.0)] * effects + [(-4.0, 2.0)] * modes + [(-2.0, 6.0)]
    variance = np.full(families, 0.25)
    for _ in range(_ROUNDS):
        weight = np.concatenate([[2.0 * RIDGE], 1.0 / variance])[visits.shrunk]
        found = minimize(problem.loss, at, (weight,), "L-BFGS-B", jac=True, bounds=bounds, options=_SEARCH)
        at = found.x
        variance = problem.variances(at, weight, variance)
    effects, spreads, keeps = problem.parts(at)
    loss, belief = problem.belief(at)
    return Habits(effects, spreads, keeps, variance, belief, int(visits.period.max()), loss)


def predict(found: Habits, visits: Visits) -> Floats:
    """Probability that each visit fails, knowing what was known at the end of the last period of the fit."""
    from scipy.special import expit

    points, _ = grid()
    base, spread, forward = visits.design @ found.effects, found.spread[visits.mode], step(found.keeps)
    chance, belief = np.zeros(len(visits.kind)), found.belief
    for ahead in range(1, max(int(visits.period.max()) - found.last, 1) + 1):
        belief = _through(belief, forward)
        here = np.maximum(visits.period - found.last, 1) == ahead
        kind = visits.kind[here]
        logits = base[kind][:, None] + spread[kind][:, None] * points
        chance[here] = (expit(logits) * belief[visits.customer[here]]).sum(axis=1)
    return chance


def average(found: Habits, visits: Visits) -> Floats:
    """Probability that each visit fails for a customer of whom nothing is known."""
    from scipy.special import expit

    points, share = grid()
    logits = (visits.design @ found.effects)[:, None] + found.spread[visits.mode][:, None] * points
    mean: Floats = (expit(logits) @ share)[visits.kind]
    return mean


def _through(rows: Floats, matrix: Floats) -> Floats:
    """Rows times a small matrix, by plain loops: threads would be in each other's way, and move the last bit."""
    product: Floats = np.einsum("ij,jk->ik", rows, matrix)
    return product


class _Problem:
    """The likelihood of some visits: how often each kind failed and did not, by customer and period."""

    def __init__(self, visits: Visits) -> None:
        from scipy.sparse import csr_array

        self.visits, self.kinds = visits, visits.design.shape[0]
        self.periods = int(visits.period.max()) + 1
        self.points, self.share = grid()
        row = np.concatenate([visits.kind, visits.kind + self.kinds])
        column = np.tile(visits.customer * self.periods + visits.period, 2)
        share = np.concatenate([1.0 - visits.failed, visits.failed])
        shape = (2 * self.kinds, visits.customers * self.periods)
        self.count: Any = csr_array((share, (row, column)), shape=shape)
        self.count.eliminate_zeros()
        self.turned: Any = self.count.T.tocsr()

    def parts(self, at: Floats) -> tuple[Floats, Floats, float]:
        """Effects, spreads, and what is kept from one period to the next."""
        effects = self.visits.design.shape[1]
        return at[:effects], np.exp(at[effects:-1]), float(1.0 / (1.0 + np.exp(-at[-1])))

    def loss(self, at: Floats, weight: Floats) -> tuple[float, Floats]:
        """Penalised minus log-likelihood, and its gradient."""
        effects, spread, _ = self.parts(at)
        chance, evidence = self._evidence(effects, spread)
        value, belief, odds = self._forward(evidence, at)
        posterior, fade = self._backward(belief, odds, at)
        seen = self.count @ posterior
        right, wrong = seen[: self.kinds], seen[self.kinds :]
        excess = chance * (right + wrong) - wrong
        by_mode = (excess @ self.points) * spread[self.visits.mode]
        slope = np.bincount(self.visits.mode, weights=by_mode, minlength=len(spread))
        gradient = np.concatenate([self.visits.design.T @ excess.sum(axis=1) + weight * effects, slope, [fade]])
        return value + 0.5 * float(weight @ effects**2), gradient

    def belief(self, at: Floats) -> tuple[float, Floats]:
        """Minus log-likelihood, and what is known of each customer in the last period."""
        effects, spread, _ = self.parts(at)
        value, belief, _ = self._forward(self._evidence(effects, spread)[1], at)
        return value, belief[:, -1]

    def variances(self, at: Floats, weight: Floats, before: Floats) -> Floats:
        """The variance of each family: squared effects over the freedom that the visits leave them."""
        effects, spread, _ = self.parts(at)
        chance, evidence = self._evidence(effects, spread)
        _, belief, odds = self._forward(evidence, at)
        seen = self.count @ self._backward(belief, odds, at)[0]
        information = ((seen[: self.kinds] + seen[self.kinds :]) * chance * (1.0 - chance)).sum(axis=1)
        uncertain = 1.0 / (self.visits.design.T @ information + weight)
        found = []
        for family, variance in enumerate(before, start=1):
            mine = self.visits.shrunk == family
            freedom = max(float((1.0 - uncertain[mine] / variance).sum()), 1e-6)
            found.append(float(np.clip((effects[mine] ** 2).sum() / freedom, 1e-4, 10.0)))
        return np.array(found)

    def _evidence(self, effects: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """Chance of failure of each kind at each point, and the log-likelihood by customer, period and point."""
        from scipy.special import expit, log_expit

        logits = (self.visits.design @ effects)[:, None] + spread[self.visits.mode][:, None] * self.points
        table = np.concatenate([log_expit(-logits), log_expit(logits)])
        return expit(logits), (self.turned @ table).reshape(self.visits.customers, self.periods, -1)

    def _forward(self, evidence: Floats, at: Floats) -> tuple[float, Floats, Floats]:
        """Minus log-likelihood; what is known in each period from it and those before; the scaled evidence."""
        top = evidence.max(axis=2, keepdims=True)
        odds, forward = np.exp(evidence - top), step(self.parts(at)[2])
        now, total = np.tile(self.share, (len(odds), 1)), float(top.sum())
        belief = np.empty_like(odds)
        for period in range(self.periods):
            now = (_through(now, forward) if period else now) * odds[:, period]
            scale = now.sum(axis=1, keepdims=True)
            now = belief[:, period] = now / scale
            total += float(np.log(scale).sum())
        return -total, belief, odds

    def _backward(self, belief: Floats, odds: Floats, at: Floats) -> tuple[Floats, float]:
        """What is known in each period from all of them, and the slope of the loss in the last parameter."""
        forward, slope = step(self.parts(at)[2]), 0.0
        nudged = at + np.append(np.zeros(len(at) - 1), 1e-5)
        turned = (step(self.parts(nudged)[2]) - forward) / 1e-5
        posterior, later = belief.copy(), np.ones_like(belief[:, 0])
        for period in range(self.periods - 2, -1, -1):
            ahead = later * odds[:, period + 1]
            later = _through(ahead, forward.T)
            both = belief[:, period] * later
            scale = both.sum(axis=1, keepdims=True)
            slope -= float(((belief[:, period] * _through(ahead, turned.T)).sum(axis=1) / scale[:, 0]).sum())
            posterior[:, period] = both / scale
            later /= later.sum(axis=1, keepdims=True)
        return posterior.reshape(-1, len(self.points)), slope
