"""The fit of demand says what records can tell, and keeps quiet about what they cannot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenarios.build import draw_world
from scenarios.calibration.daycounts import DayCounts, spread
from scenarios.calibration.demand import fit
from scenarios.calibration.goods import lognormal, sku_power
from scenarios.calibration.jackknife import Estimate, jackknife
from scenarios.demandspec import DemandSpec
from tests.scenarios.drawn import scenario
from tests.scenarios.recorded import write_orders
from twin.draws import Draws, Stream
from twin.errors import InputError

Shorten = Callable[[Callable[[list[str]], list[str]]], Path]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four weeks and two days of orders of a small town, from a Wednesday on; little on Sundays."""
    path = tmp_path_factory.mktemp("drawn") / "orders.csv"
    demand = DemandSpec(parcels_per_day=120.0, week=(1.1,) * 6 + (0.4,))
    write_orders(draw_world(scenario(days=30, first_weekday=2, demand=demand), 2), path, "2024-03-06")
    return path


@pytest.fixture
def changed(drawn: Path, tmp_path: Path) -> Shorten:
    """The same orders, with lines changed."""

    def write(change: Callable[[list[str]], list[str]]) -> Path:
        path = tmp_path / "changed.csv"
        path.write_text("\n".join(change(drawn.read_text().splitlines())))
        return path

    return write


def luck(number: int) -> np.random.Generator:
    """A generator for what a test makes up."""
    return Draws(7).generator(Stream.DUMMY, number)


def test_a_run_can_use_the_values(drawn: Path) -> None:
    """Every value is a key of the demand, of the right type and within its bounds; weekdays are the calendar's."""
    found = fit(drawn)
    spec = DemandSpec(**found.values)
    assert spec.week.index(min(spec.week)) == 6
    assert np.mean(spec.week) == pytest.approx(1.0, abs=1e-3)
    assert found.group == found.topic == "demand"
    assert found.dropped == {"after the last whole week": found.rows - found.used}


def test_what_is_not_in_the_file_is_not_fitted(changed: Shorten) -> None:
    """With times and places alone there are hours, weekdays and spread, and notes on the rest."""
    found = fit(changed(lambda lines: [",".join(line.split(",")[:3]) for line in lines]))
    assert not {"weight_kg", "litres_per_kg", "sku_power", "parcels_per_order", "spatial_sigma"} & found.values.keys()
    assert {"hours", "week", "overdispersion", "parcels_per_day"} <= found.values.keys()
    assert any("city=FILE" in note for note in found.notes)


def test_dates_without_a_time_tell_no_hours(changed: Shorten) -> None:
    """The hours stay those of the base, and the page says so."""
    found = fit(changed(lambda lines: [lines[0], *(line[:10] + line[19:] for line in lines[1:])]))
    assert "hours" not in found.values
    assert any("no time of day" in note for note in found.notes)


def test_dirty_rows_are_counted_and_change_nothing(drawn: Path, changed: Shorten) -> None:
    """Rows without a time or with an impossible place are left out with their reason."""
    dirty = fit(changed(lambda lines: [*lines, "soon,1,2,x,,,,", "2024-03-20 10:00,-100,123,y,,,,", "half a line"]))
    clean = fit(drawn)
    assert dirty.values == clean.values
    assert sum(dirty.dropped.values()) == sum(clean.dropped.values()) + 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resolution": 3}, "must be from 5 to 10"),
        ({"held_weeks": 0}, "must be at least 1"),
        ({"city": "x.city"}, "x.city"),
    ],
)
def test_impossible_options_are_refused(drawn: Path, options: dict[str, int], said: str) -> None:
    """With the value and the bounds."""
    with pytest.raises(InputError, match=said):
        fit(drawn, **options)  # type: ignore[arg-type]


def test_too_few_weeks_are_refused(changed: Shorten) -> None:
    """Weekdays and their spread need three weeks."""
    with pytest.raises(InputError, match="bring at least 3 whole weeks"):
        fit(changed(lambda lines: lines[:900]))


def test_areas_and_days_that_only_chance_moves_are_poisson() -> None:
    """Independent Poisson counts have no overdispersion to speak of, and nothing in common for certain."""
    table = luck(1).poisson(40.0, (60, 8, 7)).astype(np.float64)
    found = spread(DayCounts(table, *luck(2).uniform(0.0, 12.0, (2, 60))))
    assert found.k.low > 100.0
    assert found.k.value > 300.0


def test_the_jackknife_takes_the_bias_out() -> None:
    """The variance by n becomes the one by n - 1, and the interval of a mean is Student's."""
    values = luck(3).normal(5.0, 2.0, 20)

    def figures(some: np.ndarray) -> np.ndarray:
        return np.array([some.var(), some.mean()])

    variance, mean = jackknife(figures(values), [figures(np.delete(values, place)) for place in range(20)])
    assert variance.value == pytest.approx(values.var(ddof=1))
    assert mean.value == pytest.approx(values.mean())
    assert mean.high - mean.value == pytest.approx(2.0930 * values.std(ddof=1) / np.sqrt(20), rel=1e-4)
    assert Estimate(0.5, -1.0, 2.0).within(0.0, 1.0) == Estimate(0.5, 0.0, 1.0)


def test_quantiles_tell_a_lognormal_whose_top_is_cut_off() -> None:
    """Median and sigma within their intervals though nothing is heavier than 30."""
    median, sigma = lognormal(np.minimum(luck(4).lognormal(np.log(2.0), 1.2, 20_000), 30.0))
    assert median.low < 2.0 < median.high
    assert sigma.low < 1.2 < sigma.high


@pytest.mark.parametrize("power", [0.0, 0.7, 1.3])
def test_the_power_of_sales_by_rank_is_found(power: float) -> None:
    """Products drawn by 1 / (rank + 3) to a power, in any naming, give that power back within the interval."""
    share = (np.arange(150) + 4.0) ** -power
    names = luck(5).permutation(150)
    found = sku_power(names[luck(6).choice(150, 30_000, p=share / share.sum())])
    assert found.low - 0.01 <= power <= found.high + 0.01
