"""Numbers are written as people read them."""

import math

import pytest

from experiments.statistics import Interval
from experiments.suggest import did_you_mean
from experiments.wording import between, figure, shown_unit


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3.14159, "USD", "3.14"),
        (12345.6, "USD", "12,345.60"),
        (0.9345, "share", "93.5"),
        (0.2284, "kg", "0.228"),
        (1234567.0, "m", "1,234,567"),
        (12.0, "parcels", "12"),
        (0.031234, "1", "0.03123"),
        (math.nan, "USD", "-"),
    ],
)
def test_a_figure_has_the_digits_of_its_unit(value: float, unit: str, text: str) -> None:
    """Cents, tenths of a per cent, grams, whole parcels; a dash for what is not defined."""
    assert figure(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(0.5, "USD", "+0.50"), (-0.021, "share", "-2.1"), (3.0, "m", "+3")]
)
def test_a_difference_has_its_sign(value: float, unit: str, text: str) -> None:
    """More is a plus, less a minus."""
    assert figure(value, unit, sign=True) == text


def test_an_interval_has_both_ends() -> None:
    """In the unit of its figure."""
    assert between(Interval(0.5, 0.4, 0.6), "share") == "40.0 to 60.0"


def test_differences_of_shares_are_points() -> None:
    """2 per cent of 50 per cent is not 2 points."""
    assert (shown_unit("share"), shown_unit("share", difference=True), shown_unit("1")) == ("%", "points", "")


def test_the_nearest_name_is_suggested() -> None:
    """A typing error is near, a wild guess gets the whole choice."""
    assert did_you_mean("nearst", ["nearest", "pyvrp"]) == "did you mean 'nearest'?"
    assert did_you_mean("x", ["nearest", "pyvrp"]) == "choose one of nearest, pyvrp"
    assert did_you_mean("x", []) == "there is none to choose from"
