"""Real attempts: fitted on January to April, the model has to predict May."""

import os
from pathlib import Path

import pytest

from scenarios.calibration.attempts import fit
from scenarios.calibration.fit import Fit

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data"))
FILE = DATA / "attempts" / "parl_changshu" / "history_2024-01_05.csv.gz"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not there; set LASTMILE_DATA"),
]
PATTERN = (0.17, 0.22, 0.23, 0.80, 0.51, 0.41, 0.45)
"""Failures of autonomous vehicles by slot."""


@pytest.fixture(scope="module")
def changshu() -> Fit:
    """The calibration of the records, as the command does it."""
    return fit(FILE)


def test_may_is_predicted_better_than_by_rates(changshu: Fit) -> None:
    """Brier scores of May are below those of each vehicle's rate and of rates by area, for both vehicles."""
    assert len(changshu.scores) == 4
    assert [score.name for score in changshu.scores if score.model >= score.baseline] == []


@pytest.mark.parametrize("vehicle", ["human", "autonomous"])
def test_forecasts_for_may_are_calibrated(changshu: Fit, vehicle: str) -> None:
    """The slope of the outcome on the forecast is between .9 and 1.1, and the mean within the interval of the month."""
    slope = next(each for each in changshu.figures if each.name == f"{vehicle}, held out: slope of calibration")
    assert 0.9 <= slope.observed <= 1.1
    share = next(each for each in changshu.figures if each.name == f"{vehicle}, held out: share that fails")
    assert share.low is not None
    assert share.high is not None
    assert share.low <= share.fitted <= share.high


def test_the_slots_of_autonomous_vehicles_are_reproduced(changshu: Fit) -> None:
    """Each slot's share of failures is the records', to two digits, and the model's is within its interval."""
    slots = [each for each in changshu.figures if each.name.startswith("autonomous, slot")]
    assert [round(each.observed, 2) for each in slots] == pytest.approx(PATTERN, abs=0.0051)
    assert [each.name for each in slots if not (each.low or 0) <= each.fitted <= (each.high or 1)] == []


def test_customers_persist_and_areas_tell_little(changshu: Fit) -> None:
    """A customer's effect has a spread of .5 to 1.5 on the logit, so a run's people differ for good."""
    assert 0.5 < changshu.values["handoff_sigma"] < 1.5
    assert 0.5 < changshu.values["presence_sigma"] < 3.0
