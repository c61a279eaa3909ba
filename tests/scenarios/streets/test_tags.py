"""Tags mean what the OpenStreetMap wiki says, and no text is too strange to be read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.streets.tags import direction, kmh, open_to_cars, street, values
from twin.entities import Street


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50.0),
        ("50 km/h", 50.0),
        ("50kmh", 50.0),
        ("30 mph", 30 * 1.609344),
        ("25mph", 25 * 1.609344),
        ("50;30", 40.0),
        ("['50', '30']", 40.0),
        ("['30 mph', '50']", (30 * 1.609344 + 50) / 2),
        ("50; none", 50.0),
        ("walk", 7.0),
        ("12.5", 12.5),
    ],
)
def test_a_limit_is_read_in_its_unit(text: str, expected: float) -> None:
    """Kilometres, miles, several values and walking speed become km/h; several are averaged."""
    assert kmh(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "none", "signals", "RO:urban", "0", "-5", "999", "5 knots", "1e3", "fast", "[]"])
def test_a_limit_without_a_number_is_unknown(text: str) -> None:
    """What is no believable number of km/h is not guessed at."""
    assert math.isnan(kmh(text))


@given(st.text(max_size=40))
def test_any_text_is_a_limit_or_unknown(text: str) -> None:
    """No text raises, and a limit that is read lies between 1 and 200 km/h."""
    assert math.isnan(kmh(text)) or 1 <= kmh(text) <= 200
    assert all(value.strip() for value in values(text))


@pytest.mark.parametrize(
    ("highway", "expected"),
    [
        ("motorway", Street.EXPRESSWAY),
        ("trunk", Street.EXPRESSWAY),
        ("trunk_link", Street.ARTERIAL),
        ("primary", Street.ARTERIAL),
        ("secondary", Street.ARTERIAL),
        ("tertiary", Street.COLLECTOR),
        ("unclassified", Street.COLLECTOR),
        ("residential", Street.RESIDENTIAL),
        ("living_street", Street.RESIDENTIAL),
        ("['residential', 'tertiary']", Street.COLLECTOR),
        ("footway", None),
        ("service", None),
        ("", None),
    ],
)
def test_a_highway_has_its_class(highway: str, expected: Street | None) -> None:
    """Classes follow the tag; of several the fastest counts; what is not for cars has none."""
    assert street(highway) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "True"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no"}, 0),
        ({"oneway": "sometimes"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
    ],
)
def test_a_way_runs_where_it_may(tags: dict[str, str], expected: int) -> None:
    """The oneway tag decides; roundabouts and motorways are one-way without it."""
    assert direction(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, True),
        ({"access": "private"}, False),
        ({"access": "no"}, False),
        ({"access": "no", "motor_vehicle": "destination"}, True),
        ({"access": "yes", "motor_vehicle": "no"}, False),
        ({"motor_vehicle": "no", "motorcar": "yes"}, True),
        ({"access": "['yes', 'private']"}, True),
        ({"access": "['no', 'private']"}, False),
        ({"area": "yes"}, False),
    ],
)
def test_the_most_specific_permission_decides(tags: dict[str, str], expected: bool) -> None:
    """A rule for cars beats a rule for all; one open value of several is enough."""
    assert open_to_cars(tags) is expected
