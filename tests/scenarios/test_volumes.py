"""Volumes make delays by the Bureau of Public Roads' function, where a table says something and nowhere else."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import steady_weather, toy_city
from scenarios.traffic import draw_traffic
from scenarios.trafficspec import TrafficSpec
from scenarios.volumes import bpr
from twin.draws import Draws
from twin.entities import District, Street
from twin.errors import InputError
from twin.world import TrafficField

CITY = toy_city()


def drawn(folder: Path, *lines: str, alpha: float = 0.6, beta: float = 4.0) -> TrafficField:
    """Traffic with a table of volumes."""
    path = folder / "volumes.csv"
    path.write_text("\n".join(lines) + "\n")
    spec = TrafficSpec(volumes=str(path), cv=0.0, cv_peak=0.0, day_cv=0.0, alpha=alpha, beta=beta)
    return draw_traffic(spec, 1, 0, CITY, steady_weather(1, CITY.zones), Draws(1))


def index(field: TrafficField, column: int, hour: int, weekend: bool = False) -> float:
    """Travel time index of a column at an hour."""
    return 1000.0 / float(field.profile.reshape(2, 24, 4, -1)[int(weekend), hour, 0, column])


@given(st.floats(0.0, 3.0), st.floats(0.0, 2.0), st.floats(1.0, 8.0))
def test_the_volume_delay_function_rises_from_free_flow(ratio: float, alpha: float, beta: float) -> None:
    """1 on an empty street, 1 + alpha at capacity, never falling."""
    assert float(bpr(np.array(0.0), alpha, beta)) == 1.0
    assert float(bpr(np.array(1.0), alpha, beta)) == pytest.approx(1.0 + alpha)
    assert bpr(np.array(ratio), alpha, beta) <= bpr(np.array(ratio + 0.1), alpha, beta)


def test_a_class_of_street_follows_its_volumes_and_the_others_the_profile(tmp_path: Path) -> None:
    """At 3 h arterials run at capacity, 1.6 times as long in every district; at 4 h and elsewhere nobody waits."""
    field = drawn(tmp_path, "street,hour,v_c", "arterial,3,1.0")
    for district in District:
        assert index(field, district * 4 + Street.ARTERIAL, 3) == pytest.approx(1.6)
        assert index(field, district * 4 + Street.ARTERIAL, 4) == 1.0
        assert index(field, district * 4 + Street.COLLECTOR, 3) == 1.0
    assert index(field, District.URBAN * 4 + Street.ARTERIAL, 17) == pytest.approx(1.49, abs=0.002)


def test_volume_over_capacity_is_what_counts(tmp_path: Path) -> None:
    """900 of 1,200 vehicles an hour is .75; with other coefficients in the table, those."""
    field = drawn(tmp_path, "street;hour;volume;capacity;alpha;beta", "residential;3;900;1200;0,15;2")
    assert index(field, District.URBAN * 4, 3) == pytest.approx(1.0 + 0.15 * 0.75**2, abs=0.001)


def test_days_may_differ(tmp_path: Path) -> None:
    """A row for weekends leaves weekdays alone; a row without a day holds for both."""
    field = drawn(tmp_path, "street,hour,v_c,day", "arterial,3,1.0,weekend", "arterial,4,1.0,")
    column = District.URBAN * 4 + Street.ARTERIAL
    assert [index(field, column, 3, weekend) for weekend in (False, True)] == pytest.approx([1.0, 1.6])
    assert [index(field, column, 4, weekend) for weekend in (False, True)] == pytest.approx([1.6, 1.6])


def ends(a: int, b: int) -> str:
    """Coordinates of two junctions of the toy."""
    return ",".join(f"{value:.6f}" for node in (a, b) for value in (CITY.lon[node], CITY.lat[node]))


def test_a_stretch_of_street_has_its_own_times(tmp_path: Path) -> None:
    """From 3 by 4 to 5: two edges of that direction follow the volumes, the way back does not."""
    field = drawn(tmp_path, "from_lon,from_lat,to_lon,to_lat,hour,v_c", f"{ends(3, 5)},3,1.0")
    own = np.flatnonzero(field.column >= 12)
    assert sorted(zip(CITY.tail[own].tolist(), CITY.head[own].tolist(), strict=True)) == [(3, 4), (4, 5)]
    assert index(field, 12, 3) == pytest.approx(1.6)
    assert index(field, 12, 17) == pytest.approx(1.49, abs=0.002)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["street,hour,v_c", "lane,3,1"], "street 'lane' is not one of residential, collector"),
        (["street,hour,v_c", "arterial,3,1", "arterial,24,1", "arterial,5,1"], "hour is not from 0 to 23; correct"),
        (["street,hour,v_c,day", "arterial,3,1,monday"], "day 'monday' is not weekday or weekend"),
        (["street,hour", "arterial,3"], "neither a column v_c nor volume and capacity"),
        (["hour,v_c", "3,1"], "neither a column street nor from_lon"),
        (["from_lon,from_lat,to_lon,to_lat,hour,v_c", "1,2,3,4,5,1"], "m from any junction"),
        (["from_lon,from_lat,to_lon,to_lat,hour,v_c", f"{ends(3, 3)},5,1"], "has no street between its ends"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path: Path, lines: list[str], said: str) -> None:
    """With the file, what is wrong, and the fix."""
    with pytest.raises(InputError, match=said):
        drawn(tmp_path, *lines)


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Naming the file."""
    with pytest.raises(InputError, match="nowhere"):
        draw_traffic(TrafficSpec(volumes=str(tmp_path / "nowhere.csv")), 1, 0, CITY, steady_weather(1, 2), Draws(1))
