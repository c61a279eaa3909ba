"""How weather is drawn: a climate, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from twin.units import STRICT, NonNeg, Pos, Share

Celsius = Annotated[float, Field(strict=True, ge=-60, le=60)]
Swing = Annotated[float, Field(strict=True, ge=0, le=40)]


@dataclass(frozen=True, config=STRICT)
class WeatherSpec:
    """A climate, for hourly weather by zone.

    Temperature: season, time of day and an AR(1) day anomaly. Wind: a vector with two AR(1) components, so its
    speed is Weibull with shape 2. Rain: one storm on a wet day, as in the Highway Capacity Manual's generator
    (7th edition, chapter 11): rate and depth gamma with one luck, duration depth / rate, start uniform.
    """

    mean_c: Celsius = 12.0
    season_c: Swing = 11.0
    """Half the difference between the warmest and the coldest month."""
    diurnal_c: Swing = 4.5
    """Half the difference between afternoon and dawn."""
    anomaly_c: Swing = 3.5
    """Standard deviation of a day around the season."""
    day_of_year: Annotated[int, Field(strict=True, ge=1, le=366)] = 105
    """Of the run's first day: 105 is 15 April."""
    wind_mps: Annotated[float, Field(strict=True, ge=0, le=60)] = 4.5
    """Mean; 2 % of hours above 10 m/s, as at Newark in 2013 (A)."""
    gust: Annotated[float, Field(strict=True, ge=1, le=4)] = 1.5
    """Gust over mean wind (M)."""
    memory_h: Pos = 12.0
    """How long the wind lasts: time in which its correlation falls to 1/e (D)."""
    wet_days: Share = 0.33
    """Share of days with a storm; New York has about 120 a year (M)."""
    depth_mm: Annotated[float, Field(strict=True, gt=0, le=2_000)] = 9.0
    """Mean of a wet day's storm (M)."""
    depth_cv: Pos = 1.2
    rate_mmh: Annotated[float, Field(strict=True, gt=0, le=500)] = 1.8
    """Mean rate (M)."""
    rate_cv: Pos = 1.0
    fog_days: Share = 0.08
    """Days with fog from 4 to 9 h (D); with rain, about 4 % of hours are below 3 miles, as at Newark."""
    spread: NonNeg = 0.15
    """How far zones differ: cv of a zone's wind and rain around the city's (D)."""
    forecast_cv: NonNeg = 0.2
    """Error of the day-ahead wind forecast (D)."""
    forecast_h: NonNeg = 1.5
    """Error of the forecast start of a storm, standard deviation in hours (D)."""
    missed: Share = 0.1
    """Storms that were not forecast (D)."""
    false_alarm: Share = 0.05
    """Dry days with a storm forecast (D)."""
