"""Intervals cover what they claim, over 2,000 synthetic studies whose truth is known; choices are as good as stated.

Run by ``pytest -m slow tests/experiments/statistics``; the figures are in docs/validation.md.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from experiments.statistics import (
    Interval,
    against_control,
    best,
    bootstrapped,
    mean,
    mean_difference,
    ratio,
    ratio_difference,
    worlds_for,
    worlds_to_select,
)
from twin.draws import Draws, Stream

STUDIES = 2000
SPREAD = 0.08
"""Of the weather of a run: its cost per parcel then varies by 9 %, in the default city by 6 to 8 %."""
Record = Callable[[str, object], None]
pytestmark = pytest.mark.slow


def luck(entity: int) -> np.random.Generator:
    """Numbers of a test's own."""
    return Draws(23).generator(Stream.DUMMY, entity)


def days(runs: int, entity: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parcels, costs, and costs of a better arm, in runs that share their weather; each (studies, runs)."""
    own = luck(entity)
    weather = own.normal(0.0, SPREAD, (STUDIES, runs))
    parcels = own.poisson(300.0 * np.exp(weather)).astype(float)
    cost = parcels * 4.0 * np.exp(weather + own.normal(0.0, 0.05, (STUDIES, runs)))
    return parcels, cost, cost * 0.97 * np.exp(own.normal(0.0, 0.03, (STUDIES, runs)))


BASE = 4.0 * math.exp(1.5 * SPREAD**2 + 0.05**2 / 2)
"""Cost per parcel of the model above: all costs over all parcels."""
GAIN = 0.97 * math.exp(0.03**2 / 2) - 1.0
TOTAL = 300.0 * 4.0 * math.exp(2 * SPREAD**2 + 0.05**2 / 2)
"""Mean cost of a run."""


def covered(found: list[Interval], truth: float) -> float:
    """The share of intervals that hold the truth."""
    return sum(one.low <= truth <= one.high for one in found) / len(found)


CASES: dict[str, tuple[Callable[[np.ndarray, np.ndarray, np.ndarray], Interval], float]] = {
    "ratio": (lambda n, c, b: ratio(c, n), BASE),
    "difference of ratios": (lambda n, c, b: ratio_difference((b, n), (c, n)), BASE * GAIN),
    "mean": (lambda n, c, b: mean(c), TOTAL),
    "difference of means": (lambda n, c, b: mean_difference(b, c), TOTAL * GAIN),
}


@pytest.mark.parametrize("runs", [10, 20, 60])
@pytest.mark.parametrize("case", CASES)
def test_an_interval_covers_its_truth(case: str, runs: int, record_property: Record) -> None:
    """95 % intervals of skewed days cover 94 to 96 %."""
    found, truth = CASES[case]
    parcels, cost, better = days(runs, runs)
    share = covered([found(*study) for study in zip(parcels, cost, better, strict=True)], truth)
    record_property("seen", f"{case}, {runs} runs: {100 * share:.1f} %")
    assert 0.94 <= share <= 0.96


def test_an_interval_of_enough_worlds_covers_its_truth(record_property: Record) -> None:
    """Playing on until the half-width is 1 % of the baseline, from ten worlds on: 94 to 96 %."""
    parcels, cost, better = days(200, 1)
    found, worlds = [], []
    for n, c, b in zip(parcels, cost, better, strict=True):
        played, wanted = 0, 10
        while wanted > played:
            played = min(wanted, 200)
            one = ratio_difference((b[:played], n[:played]), (c[:played], n[:played]))
            wanted = worlds_for(one, played, 0.01 * BASE)
        found.append(one)
        worlds.append(played)
    share = covered(found, BASE * GAIN)
    record_property("seen", f"sequential: {100 * share:.1f} %, {np.mean(worlds):.0f} worlds on average")
    assert 0.94 <= share <= 0.96


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("arms", "worlds"), [(3, 10), (3, 40), (6, 20)])
def test_intervals_of_all_arms_hold_together(arms: int, worlds: int, shared: float, record_property: Record) -> None:
    """All differences at once, of unequal spread and any correlation: 94 to 96 %; with few worlds, or more."""
    own = luck(1000 * arms + 10 * worlds + int(10 * shared))
    spread = np.arange(1, arms + 1)[:, None]
    held = 0
    for _ in range(STUDIES):
        common = own.normal(0.0, 1.0, worlds)
        rows = spread * (math.sqrt(shared) * common + math.sqrt(1 - shared) * own.normal(0.0, 1.0, (arms, worlds)))
        held += all(one.low <= 0 <= one.high for one in against_control(rows))
    record_property("seen", f"{arms} arms, {worlds} worlds, correlation {shared}: {100 * held / STUDIES:.1f} %")
    assert held / STUDIES >= 0.94
    assert held / STUDIES <= 0.96 or worlds < 3 * arms


def test_an_interval_of_a_quantile_covers_its_truth(record_property: Record) -> None:
    """The 95th percentile of lateness in a hundred skewed worlds: BCa intervals of its mean cover 94 to 96 %."""
    own = luck(2)
    found = [bootstrapped(own.gamma(4.0, 10.0, 120)) for _ in range(STUDIES)]
    share = covered(found, 40.0)
    record_property("seen", f"BCa, 120 worlds: {100 * share:.1f} %")
    assert 0.94 <= share <= 0.96


def arms_of(count: int, worlds: int, zone: float, own: np.random.Generator) -> np.ndarray:
    """Arms that share their worlds; the first is best by just the zone, the others are alike."""
    day = own.normal(0.0, 3.0, worlds)
    means = np.where(np.arange(count) == 0, -zone, 0.0)[:, None]
    return means + day + own.normal(0.0, 1.0, (count, worlds)) * (1 + np.arange(count))[:, None] / 2


@pytest.mark.parametrize("count", [2, 5, 10])
def test_the_best_is_chosen_as_often_as_stated(count: int, record_property: Record) -> None:
    """Two stages, ten worlds first: the best arm in at least 95 % of 2,000 studies, at the edge of the zone."""
    own, right, worlds = luck(count), 0, []
    for _ in range(STUDIES):
        most = arms_of(count, 4000, 1.0, own)
        needed = worlds_to_select(most[:, :10], 1.0)
        worlds.append(needed)
        right += best(most[:, :needed]).arm == 0
    record_property("seen", f"selection of {count}: {100 * right / STUDIES:.1f} %, {np.mean(worlds):.0f} worlds")
    assert right / STUDIES >= 0.95


@pytest.mark.parametrize("count", [2, 5, 10])
def test_the_shortfall_is_not_exceeded(count: int, record_property: Record) -> None:
    """With twenty worlds and arms that are close: the choice is no worse than it says in at least 95 %."""
    own, held = luck(100 + count), 0
    for _ in range(STUDIES):
        found = best(arms_of(count, 20, 0.3, own))
        held += (0.0 if found.arm == 0 else 0.3) <= found.shortfall
    record_property("seen", f"shortfall of {count}: {100 * held / STUDIES:.1f} %")
    assert held / STUDIES >= 0.95
