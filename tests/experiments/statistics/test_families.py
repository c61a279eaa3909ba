"""Looking at many things at once, choosing, and counting worlds: by hand where it can be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from experiments.statistics import (
    ENOUGH,
    FIRST,
    Interval,
    adjusted,
    against_control,
    best,
    bootstrapped,
    effects,
    holm,
    interval,
    mser5,
    p_value,
    pairing,
    ratio,
    relative_effects,
    worlds_for,
    worlds_to_select,
)
from twin.draws import Draws, Stream


def luck(entity: int) -> np.random.Generator:
    """Numbers of a test's own."""
    return Draws(11).generator(Stream.DUMMY, entity)


def test_holm_by_hand() -> None:
    """0.01, 0.02 and 0.04 of three tests: 3 x 0.01, then 2 x 0.02, then 1 x 0.04, none less than the one before."""
    found = adjusted({"a": 0.04, "b": 0.01, "c": 0.02})
    assert found == pytest.approx({"a": 0.04, "b": 0.03, "c": 0.04})
    assert holm({"a": 0.04, "b": 0.01, "c": 0.02}, 0.035) == {"b"}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_none_and_bonferroni(p_values: list[float]) -> None:
    """No adjusted value is below its own p-value, above Bonferroni's, or in another order."""
    given_ = dict(enumerate(p_values))
    found = adjusted(given_)
    assert all(p <= found[i] <= min(1.0, len(p_values) * p) or math.isclose(p, found[i]) for i, p in given_.items())
    order = sorted(given_, key=lambda i: given_[i])
    assert [found[i] for i in order] == sorted(found.values())


def test_effects_carry_the_interval_of_their_ratio() -> None:
    """The spread of the effects is that of the ratio, and their mean is the ratio but for its small bias."""
    above, below = luck(1).uniform(5, 9, 12), luck(2).uniform(1, 2, 12)
    found, carried = ratio(above, below), interval(effects(above, below))
    assert carried.half == pytest.approx(found.half)
    assert carried.estimate == pytest.approx(found.estimate, rel=0.01)


def test_a_relative_change_is_exact_where_all_worlds_agree() -> None:
    """Every world dearer by 2 %: so says each pair, however unequal the worlds."""
    above, below = luck(3).uniform(5, 9, 16), luck(4).uniform(1, 2, 16)
    assert relative_effects((1.02 * above, below), (above, below)) == pytest.approx(np.full(16, 0.02))
    assert relative_effects((-0.98 * above, below), (-above, below)) == pytest.approx(np.full(16, 0.02))


@pytest.mark.parametrize(("now", "effect"), [(0.0, 0.0), (1.0, math.inf), (-1.0, -math.inf)])
def test_a_change_from_nothing_has_no_share(now: float, effect: float) -> None:
    """Nothing stays nothing; anything else is beyond measure."""
    ones, zeros = np.ones(4), np.zeros(4)
    found = relative_effects((now * ones, ones), (zeros, ones))
    assert (found == effect).all() or np.isnan(found).all() == math.isinf(effect)


def test_a_p_value_by_hand() -> None:
    """1, 2, 3: t = 2 x sqrt(3) with two degrees of freedom, p = 0.0742."""
    assert p_value([1.0, 2.0, 3.0]) == pytest.approx(0.07418, abs=1e-5)
    assert (p_value([0.0, 0.0]), p_value([2.0, 2.0]), p_value([1.0]), p_value([1.0, math.nan])) == (1.0, 0.0, 1.0, 1.0)


def test_the_worth_of_pairs_by_hand() -> None:
    """A constant difference is worth any number of worlds; independent runs are worth none."""
    world = np.array([1.0, 4.0, 2.0, 9.0])
    assert pairing(world + 3, world).reduction == math.inf
    assert pairing(world + 3, world).correlation == pytest.approx(1.0)
    apart = pairing([1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0])
    assert (apart.correlation, apart.reduction) == pytest.approx((0.0, 1.0))
    assert math.isnan(pairing([1.0], [2.0]).reduction)


def test_worlds_are_asked_for_until_the_interval_is_narrow() -> None:
    """Never fewer than ten; half the width takes four times as many, in steps; none when it is narrow."""
    wide = Interval(1.0, 0.8, 1.2)
    assert worlds_for(wide, 4, 0.1) == FIRST
    assert worlds_for(wide, 20, 0.2) == 20
    assert worlds_for(wide, 20, 0.19) == 23
    assert worlds_for(wide, 20, 0.01) == 30


def test_one_arm_against_a_control_is_student() -> None:
    """Nothing to share the error with."""
    values = luck(5).normal(1.0, 2.0, 12)
    (found,), alone = against_control([values]), interval(values)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


@given(st.integers(2, 6), st.integers(2, 30))
def test_many_arms_widen_between_student_and_bonferroni(arms: int, worlds: int) -> None:
    """However many arms and worlds; equal arms are one."""
    rows = luck(100 * arms + worlds).normal(0.0, 1.0, (arms, worlds))
    widths = [i.half for i in against_control(rows)]
    least, most = (
        [stdtrit(worlds - 1, 1 - 0.025 / k) * row.std(ddof=1) / math.sqrt(worlds) for row in rows] for k in (1, arms)
    )
    assert all(low * 0.97 <= width <= high * 1.001 for low, width, high in zip(least, widths, most, strict=True))


def test_equal_arms_are_as_one() -> None:
    """Four arms with the same difference need no wider interval than one, but for the playing."""
    row = luck(6).normal(0.0, 1.0, 40)
    assert against_control([row] * 4)[0].half == pytest.approx(interval(row).half, rel=0.02)


def test_the_best_arm_by_hand() -> None:
    """Cheaper by one in every world: chosen, for certain. One world: chosen, and anything may be true."""
    day = np.array([5.0, 9.0, 7.0])
    assert (best([day, day - 1, day + 1]).arm, best([day, day - 1, day + 1]).shortfall) == (1, 0.0)
    assert best([[5.0], [4.0]]).shortfall == math.inf
    assert best([day]).shortfall == 0.0


def test_a_narrow_zone_takes_more_worlds() -> None:
    """Half the zone, four times the worlds; arms that do not differ from world to world need no more."""
    arms = luck(7).normal(0.0, 1.0, (3, 20))
    wide, narrow = worlds_to_select(arms, 0.5), worlds_to_select(arms, 0.25)
    assert narrow == pytest.approx(4 * wide, abs=4)
    assert worlds_to_select([arms[0], arms[0] + 1], 0.1) == 20


def test_few_worlds_give_no_interval_of_a_quantile() -> None:
    """Below a hundred it is refused; of equal worlds it is empty; otherwise it holds the estimate."""
    values = luck(8).lognormal(0.0, 1.0, ENOUGH)
    assert math.isnan(bootstrapped(values[:-1]).low)
    assert bootstrapped(np.full(ENOUGH, 3.0)) == Interval(3.0, 3.0, 3.0)
    found = bootstrapped(values)
    assert found.low < found.estimate < found.high
    assert found.high - found.estimate > found.estimate - found.low


@pytest.mark.parametrize("start", [0.0, 20.0, -20.0])
def test_the_warm_up_is_found(start: float) -> None:
    """A series that decays from its start is cut where that has died away; one that begins settled hardly at all."""
    days = np.arange(400)
    series = 10.0 + start * np.exp(-days / 15.0) + luck(9).normal(0.0, 1.0, 400)
    cut = mser5(series)
    assert cut % 5 == 0
    assert (30 <= cut <= 120) if start else cut <= 120


def test_a_run_that_never_settles_is_refused() -> None:
    """A trend, or too few days: no cut would make it steady."""
    with pytest.raises(ValueError, match="play longer"):
        mser5(np.arange(200.0) ** 2)
    with pytest.raises(ValueError, match="too few"):
        mser5(np.ones(49))
