"""A wrong scenario is refused at construction, with the value and the fix."""

from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.spec import CitySpec, DemandSpec, Scenario
from scenarios.trafficspec import TrafficSpec
from scenarios.weatherspec import WeatherSpec
from tests.scenarios.drawn import VANS, scenario
from twin.specs import CarrierSpec


def refusal(kind: Any, /, **values: Any) -> str:
    """The message with which these values are refused."""
    with pytest.raises(ValidationError) as caught:
        kind(**values)
    return caught.value.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        (Scenario, {}, ["fleet and carriers are both empty", "set fleet=vans"]),
        (Scenario, {"fleet": VANS, "days": 366}, ["less than or equal to 365"]),
        (Scenario, {"fleet": VANS, "demand": DemandSpec(parcels_per_day=1e12)}, ["(=1e+12)", "10000000"]),
        (Scenario, {"carriers": {"ups": {"base_usd": -3.0, "per_kg_usd": 1.0}}}, ["ups.base_usd(=-3.0)", "set "]),
        (Scenario, {"carriers": {"ups": {"name": "x"}}}, ["ups", "without a name"]),
        (CitySpec, {"nodes": 99}, ["greater than or equal to 100"]),
        (CitySpec, {"nodes": 500_001}, ["less than or equal to 500000"]),
        (CitySpec, {"kind": "file"}, ["path(=None)", "set city.path"]),
        (CitySpec, {"path": "a.city"}, ["path(=a.city)", "drop city.path"]),
        (CitySpec, {"area_km2": 0.01}, ["area_km2(=0.01)", "5 to 2000 nodes"]),
        (CitySpec, {"kind": "paris"}, ["'synthetic', 'file' or 'toy'"]),
        (DemandSpec, {"hours": "lunch"}, ["'oberlo' or 'evening'"]),
        (DemandSpec, {"parcels_per_day": float("nan")}, ["finite"]),
        (DemandSpec, {"week": [1.0] * 6}, ["at least 7"]),
        (DemandSpec, {"peak": 0.0}, ["greater than 0"]),
        (WeatherSpec, {"wet_days": 1.5}, ["less than or equal to 1"]),
        (WeatherSpec, {"mean_c": float("inf")}, ["finite"]),
        (TrafficSpec, {"period_min": 7}, ["5, 10, 15, 20, 30 or 60"]),
        (TrafficSpec, {"cv": 0.5}, ["cv_peak(=0.35) must be >= cv(=0.5)"]),
        (TrafficSpec, {"tti": [0.9, *[1.0] * 23]}, ["greater than or equal to 1"]),
    ],
)  # fmt: skip
def test_wrong_values_are_refused_in_a_sentence(kind: Any, values: dict[str, Any], words: list[str]) -> None:
    """The message names what is wrong; one line, no traceback."""
    message = refusal(kind, **values)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_a_fleet_of_nothing_is_no_fleet() -> None:
    """Zero vehicles and no carrier are refused like no fleet at all."""
    with pytest.raises(ValidationError, match="nothing can be delivered"):
        scenario(fleet={"vans": {"kind": VANS["vans"].kind, "count": 0}})


def test_carriers_may_be_a_mapping_and_stand_by_name() -> None:
    """The order in a file decides nothing."""
    values = {"base_usd": 5.0, "per_kg_usd": 0.5}
    one, other = ({"b": values, "a": values}, {"a": values, "b": values})
    assert [c.name for c in scenario(carriers=one).carriers] == ["a", "b"]
    assert scenario(carriers=one).carriers == scenario(carriers=other).carriers


def test_two_carriers_of_one_name_are_refused() -> None:
    """Names tell carriers apart."""
    carrier = CarrierSpec(name="a", base_usd=5.0, per_kg_usd=0.5)
    with pytest.raises(ValidationError, match="'a' twice"):
        scenario(carriers=(carrier, carrier))


def test_the_area_follows_from_the_nodes_unless_it_is_given() -> None:
    """2,500 nodes at 80 a square kilometre are 31.25; a given area is taken."""
    assert CitySpec().km2 == 31.25
    assert CitySpec(area_km2=40.0).km2 == 40.0
