"""A family is red when a loss is proven, green when there is none to speak of, and neither while nobody can say."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.gate.verdicts import FLOOR, SAFE, Loss, Rules, Verdict, looks, loss, overall
from tests.experiments.gate.families import changed, decided
from twin.draws import Draws, Stream

KEY, OTHER = ("default", "on_time"), ("default", "cost_per_delivered_parcel")
OPEN = {KEY: Verdict.OPEN, OTHER: Verdict.OPEN}


@pytest.mark.parametrize(
    ("worlds", "at"),
    [(16, (16,)), (20, (16, 20)), (32, (16, 32)), (128, (16, 32, 64, 128)), (200, (16, 32, 64, 128, 200))],
)
def test_looks_double_up_to_the_baselines_worlds(worlds: int, at: tuple[int, ...]) -> None:
    """16 first, the last one uses every world there is."""
    assert looks(worlds) == at


@given(st.integers(1, 8), st.floats(1e-4, 0.2))
def test_all_looks_together_spend_alpha(number: int, alpha: float) -> None:
    """However many looks: their parts sum to what of alpha is spent, and each has one."""
    parts = [Rules(number, alpha).alpha_at(look) for look in range(number)]
    assert sum(parts) == pytest.approx(SAFE * alpha)
    assert sum(parts) < alpha
    assert min(parts) > 0


def test_a_plain_loss_is_red_and_no_loss_is_green() -> None:
    """Two figures of one family are told apart at the first look."""
    found = {KEY: Loss(0.05, 0.002, 16, 0.02), OTHER: Loss(0.0, 0.002, 16, 0.02)}
    assert Rules(4).judge(0, found, OPEN) == {KEY: Verdict.FAIL, OTHER: Verdict.PASS}


def test_what_is_noisy_stays_open() -> None:
    """An interval that holds both zero and the margin proves nothing."""
    assert Rules(4).judge(0, {KEY: Loss(0.01, 0.02, 16, 0.02)}, {KEY: Verdict.OPEN}) == {KEY: Verdict.OPEN}


def test_a_verdict_is_final() -> None:
    """A figure that passed is not judged again, whatever it shows later."""
    before = {KEY: Verdict.PASS, OTHER: Verdict.OPEN}
    after = Rules(4).judge(1, {OTHER: Loss(0.0, 0.001, 32, 0.02)}, before)
    assert after == {KEY: Verdict.PASS, OTHER: Verdict.PASS}


def test_a_larger_family_needs_more_proof() -> None:
    """The same loss is red alone and open among a hundred figures."""
    found = Loss(0.02, 0.006, 32, 0.01)
    crowd = {KEY: Verdict.OPEN} | {("s", str(i)): Verdict.PASS for i in range(99)}
    assert Rules(2).judge(1, {KEY: found}, {KEY: Verdict.OPEN})[KEY] is Verdict.FAIL
    assert Rules(2).judge(1, {KEY: found}, crowd)[KEY] is Verdict.OPEN


def test_a_tolerated_loss_is_not_red() -> None:
    """Proven, but below what is tolerated: not red; above it: red."""
    rules = Rules(4, tolerated=0.5)
    assert rules.judge(0, {KEY: Loss(0.008, 0.0002, 16, 0.02)}, {KEY: Verdict.OPEN}) == {KEY: Verdict.PASS}
    assert rules.judge(0, {KEY: Loss(0.012, 0.0002, 16, 0.02)}, {KEY: Verdict.OPEN}) == {KEY: Verdict.FAIL}


def test_equal_pairs_have_a_spread_too() -> None:
    """All pairs alike: the floor stands in for a spread of zero, so a trifle is not proven."""
    same = loss(np.full(16, 0.0005), 0.02)
    assert same.error == pytest.approx(FLOOR * 0.02 / 4)
    assert Rules(1).judge(0, {KEY: same}, {KEY: Verdict.OPEN}) == {KEY: Verdict.PASS}


@pytest.mark.parametrize(
    ("effect", "verdict"), [(math.inf, Verdict.FAIL), (-math.inf, Verdict.PASS), (math.nan, Verdict.OPEN)]
)
def test_what_has_no_share_is_judged_by_its_direction(effect: float, verdict: Verdict) -> None:
    """From nothing to something is a loss beyond measure; an undefined figure is never green."""
    found = loss(np.full(16, effect), 0.02)
    assert Rules(4).judge(0, {KEY: found}, {KEY: Verdict.OPEN}) == {KEY: verdict}


def test_one_red_figure_makes_a_family_red() -> None:
    """Red before undecided, undecided before green."""
    assert overall({KEY: Verdict.FAIL, OTHER: Verdict.OPEN}) is Verdict.FAIL
    assert overall({KEY: Verdict.PASS, OTHER: Verdict.OPEN}) is Verdict.OPEN
    assert overall({KEY: Verdict.PASS, OTHER: Verdict.SAME}) is Verdict.PASS
    assert overall({KEY: Verdict.SAME, OTHER: Verdict.SAME}) is Verdict.SAME


def verdicts(arm: str, effect: dict[str, float], families: int, scenarios: int = 1) -> list[tuple[Verdict, int]]:
    """Verdicts on families drawn from recorded runs with this effect planted."""
    now, then = changed(arm, effect)
    luck = Draws(4).generator(Stream.DUMMY, scenarios)
    worlds = len(then["sessions"])
    return [decided(now, then, luck.integers(0, worlds, 128 * scenarios), scenarios) for _ in range(families)]


LOSSES = [{"cost_per_delivered_parcel": 0.02}, {"on_time": -0.02}]


@pytest.mark.parametrize("arm", ["neighbours", "margin"])
def test_false_alarms_are_rare(arm: str) -> None:
    """Of 500 families in which nothing is worse at most 1 % are red; nearly all are green."""
    found = Counter(verdict for verdict, _ in verdicts(arm, {}, 500))
    assert found[Verdict.FAIL] <= 5
    assert found[Verdict.PASS] >= 490


@pytest.mark.parametrize("effect", LOSSES, ids=lambda effect: str(*effect))
@pytest.mark.parametrize("arm", ["neighbours", "margin"])
def test_planted_losses_are_found(arm: str, effect: dict[str, float]) -> None:
    """Of 200 families with a loss of 2 % at least 90 % are red within 32 pairs, and at most 5 % green."""
    found = verdicts(arm, effect, 200)
    assert sum(verdict is Verdict.FAIL and pairs <= 32 for verdict, pairs in found) >= 180
    assert sum(verdict is Verdict.PASS for verdict, _ in found) <= 10


@pytest.mark.slow
@pytest.mark.parametrize("scenarios", [1, 3])
@pytest.mark.parametrize("arm", ["neighbours", "margin", "sweeps"])
def test_false_alarms_are_rare_whatever_the_change(arm: str, scenarios: int) -> None:
    """Of 2,000 families of one or three scenarios at most 1 % are red, for a change of twice the spread too."""
    found = Counter(verdict for verdict, _ in verdicts(arm, {}, 2000, scenarios))
    assert found[Verdict.FAIL] <= 20


@pytest.mark.slow
@pytest.mark.parametrize("effect", LOSSES, ids=lambda effect: str(*effect))
def test_losses_in_a_noisy_change_are_found_with_more_pairs(effect: dict[str, float]) -> None:
    """A change that moves every world by 3 %: 2 % on average are found in 95 % of families within 128 pairs.

    Three in a hundred pass at most; the rules would allow ten.
    """
    found = verdicts("sweeps", effect, 500)
    assert sum(verdict is Verdict.FAIL for verdict, _ in found) >= 475
    assert sum(verdict is Verdict.PASS for verdict, _ in found) <= 15
