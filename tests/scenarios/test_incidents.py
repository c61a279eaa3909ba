"""Incidents, works and closures are as many, as long and as bad as the specification says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.incidents import draw_disruptions, left, mean_minutes
from scenarios.incidentspec import Closure, Freeway, IncidentSpec, Works
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import steady_weather, toy_city
from twin.draws import Draws
from twin.entities import Street, Upset
from twin.errors import InputError
from twin.units import DAY, HOUR, MINUTE
from twin.world import City, Disruptions

CITY = synthetic_city(CitySpec(nodes=900))
NO_WORKS = Works(rate_km_year=0.0)
OFTEN = IncidentSpec(works=NO_WORKS, rate_km_year=(20.0, 20.0, 40.0, 80.0))
NOTHING = IncidentSpec(works=NO_WORKS, rate_km_year=(0.0,) * 4)


def drawn(
    spec: IncidentSpec, days: int = 7, city: City = CITY, seed: int = 1, rain_mmh: float = 0.0, weekday: int = 0
) -> Disruptions:
    """Disruptions in steady weather."""
    weather = steady_weather(days, city.zones, rain_mmh=rain_mmh)
    return draw_disruptions(spec, days, weekday, city, weather, Draws(seed))


def km(street: Street) -> float:
    """Kilometres of directions of a class."""
    return float(CITY.length_mm[CITY.street == street].sum()) / 1e6


@pytest.mark.parametrize("street", list(Street))
def test_there_are_as_many_as_the_rate_says(street: Street) -> None:
    """Per kilometre and year, over 56 days, within four standard deviations."""
    edges = drawn(OFTEN, days=55).edge
    seen = int((CITY.street[edges] == street).sum())
    wanted = OFTEN.rate_km_year[street] * km(street) * 56 / 365
    assert abs(seen - wanted) < 4 * np.sqrt(wanted)


def test_they_follow_the_traffic_of_the_day() -> None:
    """Hour by hour the share of a day's volume; more on Fridays than on Sundays."""
    rows = drawn(OFTEN, days=139)
    day, hour = rows.start // DAY, rows.start % DAY // HOUR
    share = np.bincount(hour[day % 7 < 5], minlength=24) / (day % 7 < 5).sum()
    assert np.abs(share - np.array(OFTEN.hours)).max() < 0.015
    count = np.bincount(day % 7)
    assert count[4] / count[6] == pytest.approx(1.15 / 0.87, rel=0.2)


def test_rain_doubles_crashes_and_leaves_the_rest() -> None:
    """With common luck: every dry incident is there in the rain, and crashes are twice as many."""
    dry, wet = drawn(OFTEN, days=27), drawn(OFTEN, days=27, rain_mmh=2.0)
    city = CITY.street[dry.edge] != Street.EXPRESSWAY
    both = set(zip(dry.edge.tolist(), dry.start.tolist(), strict=True))
    assert both <= set(zip(wet.edge.tolist(), wet.start.tolist(), strict=True))
    crashes, other = (
        [int(((rows.kind <= Upset.DAMAGE_CRASH) == crash).sum()) for rows in (dry, wet)] for crash in (True, False)
    )
    assert other[0] == other[1] > 0
    assert crashes[1] / crashes[0] == pytest.approx(2.0, rel=0.2)
    assert city.any()


def test_durations_have_the_mean_and_the_spread_of_the_manual() -> None:
    """Detection, response and clearance together, gamma with cv .8; dry, by what happened."""
    rows = drawn(replace(OFTEN, rate_km_year=(60.0, 60.0, 60.0, 0.0)), days=139)
    minutes = (rows.end - rows.start) / MINUTE
    for upset, wanted in zip(range(4), mean_minutes(OFTEN)[0], strict=True):
        mine = minutes[rows.kind == upset]
        assert len(mine) > 150
        assert mine.mean() == pytest.approx(wanted, abs=4 * 0.8 * wanted / np.sqrt(len(mine)))
        assert mine.std() / mine.mean() == pytest.approx(0.8, abs=0.15)


def test_a_dry_breakdown_lasts_27_8_minutes() -> None:
    """2 to detect, 15 to respond, 10.8 to clear: the manual's own example; 20.4 to respond in snow."""
    assert mean_minutes(IncidentSpec())[0, Upset.BREAKDOWN] == pytest.approx(27.8)
    assert mean_minutes(IncidentSpec())[3, Upset.INJURY_CRASH] == pytest.approx(2.0 + 20.4 + 76.7)


def test_expressways_have_their_own_durations() -> None:
    """Within the bounds of each number of lanes, near its mean."""
    rows = drawn(replace(OFTEN, rate_km_year=(0.0, 0.0, 0.0, 900.0)), days=99)
    minutes = (rows.end - rows.start) / MINUTE
    spec = Freeway()
    for lanes, delay in enumerate((0.83, 0.74 * 2 / 3, 0.51 / 3)):
        mine = minutes[np.abs(rows.delay - 1000 * delay**-4.0) < 2]
        assert len(mine) > 5
        assert spec.low_min[lanes] - 0.02 <= mine.min()
        assert mine.max() <= spec.high_min[lanes] + 0.02
        assert mine.mean() == pytest.approx(spec.mean_min[lanes], rel=0.2)


def test_what_is_left_of_a_street_is_the_manuals() -> None:
    """HCM equation 29-27: of two lanes with one blocked by a crash with injuries .5 x (1 - .58 / 2)."""
    spec, lanes, upset = IncidentSpec(), np.array([1, 1, 2, 0]), np.array([0, 2, 0, 1])
    speed, capacity = left(spec, Street.ARTERIAL, lanes, upset)
    assert capacity == pytest.approx([0.5 * 0.71, 0.5 * 0.915, 0.0, 0.79])
    assert speed.tolist() == [710, 915, 0, 790]
    speed, capacity = left(spec, Street.RESIDENTIAL, lanes, upset)
    assert capacity == pytest.approx([0.0, 0.83, 0.0, 0.58])
    assert speed.tolist() == [0, 830, 0, 580]


def test_operations_learn_after_detection_and_are_told_an_uncertain_end() -> None:
    """Two minutes to detect and five to report; the end that is told errs, and is not always late or early."""
    rows = drawn(OFTEN)
    assert set((rows.detected - rows.start).tolist()) == {7 * MINUTE}
    assert 0.3 < (rows.until > rows.end).mean() < 0.8
    assert np.all(rows.until > rows.detected)
    told = drawn(replace(OFTEN, estimate_cv=0.0))
    honest = told.until == np.maximum(told.end, told.detected + MINUTE)
    assert honest.all()


def test_works_are_as_many_and_as_long_as_said_and_are_announced() -> None:
    """.3 a year and kilometre, median two days; those that began before the run are there."""
    spec = IncidentSpec(rate_km_year=(0.0,) * 4, works=Works(rate_km_year=12.0))
    rows = drawn(spec, days=55)
    length = sum(km(street) for street in Street)
    began = rows.start >= 0
    wanted = 12.0 * length * 56 / 365
    assert abs(began.sum() - wanted) < 4 * np.sqrt(wanted)
    assert np.median((rows.end - rows.start)[began]) == pytest.approx(2 * DAY, rel=0.1)
    assert (~began).any()
    assert np.array_equal(rows.detected, rows.start)
    assert np.array_equal(rows.until, rows.end)
    shut = rows.permille == 0
    local = CITY.street[rows.edge] == Street.RESIDENTIAL
    assert shut[local].mean() == pytest.approx(0.2, abs=0.05)
    assert not shut[CITY.street[rows.edge] >= Street.ARTERIAL].any()


def test_a_longer_run_begins_with_the_same_days_and_rates_leave_luck_alone() -> None:
    """The luck of a day and class is its own."""

    def early(rows: Disruptions) -> set[tuple[int, int, int]]:
        mine = rows.start < 3 * DAY
        return set(zip(rows.edge[mine].tolist(), rows.start[mine].tolist(), rows.end[mine].tolist(), strict=True))

    assert early(drawn(IncidentSpec(), days=9)) == early(drawn(IncidentSpec(), days=3))
    more = replace(OFTEN, rate_km_year=(99.0, *OFTEN.rate_km_year[1:]))
    for rows in (drawn(OFTEN), drawn(more)):
        kept = CITY.street[rows.edge] > Street.RESIDENTIAL
        assert len(rows.edge[kept])
    one, other = (
        {(e, s) for e, s in zip(rows.edge.tolist(), rows.start.tolist(), strict=True) if CITY.street[e] > 0}
        for rows in (drawn(OFTEN), drawn(more))
    )
    assert one == other


def test_rows_are_found_by_edge() -> None:
    """``first`` delimits each edge's rows, which rise by start."""
    rows = drawn(OFTEN)
    for edge in np.unique(rows.edge)[:50]:
        mine = slice(rows.first[edge], rows.first[edge + 1])
        assert set(rows.edge[mine].tolist()) == {edge}
        assert np.all(np.diff(rows.start[mine]) >= 0)
    assert rows.first[-1] == len(rows.edge)


class TestClosures:
    """What is closed by plan."""

    def closed(self, city: City = CITY, days: int = 3, **keys: Any) -> Disruptions:
        """The rows of one closure."""
        return drawn(replace(NOTHING, closures=(Closure(**keys),)), days, city)

    def test_the_busiest_street_is_closed_both_ways_for_its_hours(self) -> None:
        """One street of a main class; announced, so known from the start."""
        rows = self.closed(busiest=1, start="07:00", until="19:00", day=1)
        assert len(rows.edge) == 2
        assert set(CITY.tail[rows.edge].tolist()) == set(CITY.head[rows.edge].tolist())
        assert CITY.street[rows.edge].min() >= Street.ARTERIAL
        assert set(rows.start.tolist()) == {DAY + 7 * HOUR}
        assert set(rows.end.tolist()) == set(rows.until.tolist()) == {DAY + 19 * HOUR}
        assert set(rows.detected.tolist()) == set(rows.permille.tolist()) == {0}

    def test_without_a_day_it_is_closed_on_each(self) -> None:
        """As many rows as edges and days."""
        assert len(self.closed(busiest=2, days=3).edge) == 3 * 2

    def test_unannounced_it_is_heard_of_late(self) -> None:
        """As an incident is."""
        rows = self.closed(busiest=1, announced=False)
        assert np.array_equal(rows.detected, rows.start + 7 * MINUTE)

    def test_around_a_place_nobody_drives_in(self) -> None:
        """Exactly the streets that lead to a junction within the radius."""
        city = toy_city()
        rows = self.closed(city, days=1, lon=float(city.lon[0]), lat=float(city.lat[0]), radius_m=600.0)
        assert set(city.head[rows.edge].tolist()) == {0, 1, 3}
        assert len(rows.edge) == int(np.isin(city.head, [0, 1, 3]).sum())

    @pytest.mark.parametrize(
        ("keys", "said"),
        [
            ({"busiest": 1, "day": 7}, r"closures\[0\].day\(=7\) must be below days"),
            ({"busiest": 20}, r"closures\[0\].busiest\(=20\) must be at most"),
            ({"lon": 3.0, "lat": 4.0, "radius_m": 50.0}, "no street of synthetic-900-1 leads to a place within 50 m"),
        ],
    )
    def test_what_closes_nothing_is_refused_in_one_sentence(self, keys: dict[str, Any], said: str) -> None:
        """With its key, its value and the fix."""
        with pytest.raises(InputError, match=said):
            self.closed(**keys)

    @pytest.mark.parametrize(
        "keys",
        [{}, {"busiest": 1, "lon": 1.0}, {"lon": 1.0, "lat": 2.0}, {"busiest": 1, "start": "9:00", "until": "8:00"}],
    )
    def test_a_closure_has_one_place_and_ends_after_it_begins(self, keys: dict[str, Any]) -> None:
        """Otherwise it is refused at construction."""
        with pytest.raises(ValidationError):
            Closure(**keys)


def test_the_busiest_street_of_two_towns_is_the_bridge_between_them() -> None:
    """Two grids joined by one main street and one long way round: its loss costs most."""
    from tests.scenarios.towns import two_towns

    city, bridge = two_towns()
    from scenarios.busiest import busiest_streets

    assert set(busiest_streets(city)[0].tolist()) == set(bridge)
