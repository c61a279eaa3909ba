"""What a climate may say, and what is refused in a sentence."""

from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.weatherspec import SHARES, WeatherSpec

RISING = tuple(float(n) for n in range(len(SHARES)))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"month_c": (1.0, 2.0)}, "12 values"),
        ({"hour_wind": (1.0,) * 12}, "24 values"),
        ({"wind_shape": (1.0,)}, f"{len(SHARES)} values"),
        ({"wind_shape": RISING[::-1]}, "must not fall"),
        ({"storm_h": RISING}, "rain_mmh is empty"),
        ({"rain_mmh": RISING}, "storm_h is empty"),
        ({"station": "EWR"}, "set weather.records"),
        ({"first_day": "2013-01-01"}, "set weather.records"),
        ({"first_day": "1 May"}, "first_day"),
        ({"month_wet": (1.5,) * 12}, "less than or equal to 1"),
        ({"storm_link": 1.0}, "0.95"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], words: str) -> None:
    """With a word on what is wrong."""
    with pytest.raises(ValidationError, match=words):
        WeatherSpec(**values)


def test_tables_and_lists_are_taken_whole() -> None:
    """Lists of the right length, as YAML brings them."""
    spec = WeatherSpec(month_c=[1.0] * 12, wind_shape=list(RISING), storm_h=list(RISING), rain_mmh=list(RISING))  # type: ignore[arg-type]
    assert (len(spec.month_c), len(spec.wind_shape)) == (12, len(SHARES))
