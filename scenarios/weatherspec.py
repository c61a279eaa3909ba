"""How the weather is drawn or replayed: a climate, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from twin.units import STRICT, NonNeg, Pos, Share

Celsius = Annotated[float, Field(strict=True, ge=-60, le=60)]
Swing = Annotated[float, Field(strict=True, ge=0, le=40)]
Error = Annotated[float, Field(strict=True, gt=0, le=2)]
Link = Annotated[float, Field(strict=True, ge=-0.95, le=0.95)]

SHARES = (
    0.0001, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97,
    0.98, 0.99, 0.995, 0.9975, 0.999, 0.9999,
)  # fmt: skip
"""Where a table of quantiles is given; between them it is linear in the normal score."""


def _rising(values: tuple[float, ...]) -> tuple[float, ...]:
    if values and len(values) != len(SHARES):
        raise ValueError(f"must have {len(SHARES)} values, as twin calibrate weather writes them, or none")
    if any(later < earlier for earlier, later in pairwise(values)):
        raise ValueError("must not fall: they are quantiles")
    return values


def _monthly(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) not in (0, 12):
        raise ValueError(f"must have 12 values, January first, or none; it has {len(values)}")
    return values


def _hourly(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) not in (0, 24):
        raise ValueError(f"must have 24 values, midnight first, or none; it has {len(values)}")
    return values


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


Quantiles = Annotated[tuple[NonNeg, ...], AfterValidator(_rising)]
Text = Annotated[str, Field(strict=True, min_length=1)]


@dataclass(frozen=True, config=STRICT)
class WeatherSpec:
    """A climate, for hourly weather by zone, or the records to replay.

    Temperature: season, time of day and an AR(1) anomaly. Wind: a normal score that remembers (AR(1), and a share
    of noise from hour to hour), turned into a speed whose distribution is Weibull with shape 2. Rain: storms as in
    the Highway Capacity Manual's generator (7th edition, chapter 17): rate and depth gamma with one luck, duration
    depth / rate, start uniform; one may follow another, and each is a front that crosses the city. The lists, which
    are empty unless fitted, replace a formula by what a station measured.
    """

    records: Text | None = None
    """Hourly observations to replay instead of drawing: a CSV or Parquet file."""
    station: Text | None = None
    """Which station of the records; needed when there are several."""
    first_day: Annotated[str, Field(strict=True), AfterValidator(_day)] | None = None
    """The day of the records that the run begins with, as in '2013-01-15'; without it their first whole day."""
    day_of_year: Annotated[int, Field(strict=True, ge=1, le=366)] = 105
    """Of the run's first day: 105 is 15 April. Records have their own."""
    mean_c: Celsius = 12.0
    season_c: Swing = 11.0
    """Half the difference between the warmest and the coldest month."""
    diurnal_c: Swing = 4.5
    """Half the difference between afternoon and dawn."""
    anomaly_c: Swing = 4.3
    """Standard deviation around season and time of day, as at Newark in 2013 (A)."""
    anomaly_h: Pos = 40.0
    """Time in which an anomaly's correlation falls to 1/e, as at Newark in 2013 (A)."""
    month_c: Annotated[tuple[Celsius, ...], AfterValidator(_monthly)] = ()
    """Mean of each month, in place of ``mean_c`` and ``season_c``."""
    hour_c: Annotated[tuple[Celsius, ...], AfterValidator(_hourly)] = ()
    """Deviation at each hour of the day, in place of ``diurnal_c``."""
    wind_mps: Annotated[float, Field(strict=True, ge=0, le=60)] = 4.5
    """Mean; 2 % of hours above 10 m/s, as at Newark in 2013 (A)."""
    gust: Annotated[float, Field(strict=True, ge=1, le=4)] = 1.5
    """Gust over mean wind (M); median of Newark's reported gusts 1.53 (A)."""
    memory_h: Pos = 10.0
    """Time in which the wind's correlation falls to 1/e, as at Newark in 2013 (A)."""
    wind_noise: Share = 0.13
    """Share of the wind's variance that lasts an hour and is each zone's own, as at Newark in 2013 (A)."""
    month_wind: Annotated[tuple[Pos, ...], AfterValidator(_monthly)] = ()
    """The month's mean wind over the year's."""
    hour_wind: Annotated[tuple[Pos, ...], AfterValidator(_hourly)] = ()
    """The hour's mean wind over the day's."""
    wind_shape: Quantiles = ()
    """Quantiles of the wind over its mean."""
    wet_days: Share = 0.38
    """Share of days on which a spell of rain may begin: it does unless the last one was less than ``rest_h`` ago."""
    rest_h: NonNeg = 24.0
    """Shortest time from one spell to the next (Newark 2013: 24, A)."""
    another: Annotated[float, Field(strict=True, ge=0, le=0.9)] = 0.48
    """Chance that a storm is followed by one more in its spell, up to four (Newark 2013: .48, A)."""
    lull_h: Pos = 3.0
    """Mean time from a storm to the next of its spell (Newark 2013: 2.9, A)."""
    depth_mm: Annotated[float, Field(strict=True, gt=0, le=2_000)] = 6.5
    """Mean of a storm (Newark 2013: 6.7, A)."""
    depth_cv: Pos = 1.2
    rate_mmh: Annotated[float, Field(strict=True, gt=0, le=500)] = 1.6
    """Mean rate (Newark 2013: 1.6, A)."""
    rate_cv: Pos = 1.0
    burst: Share = 0.7
    """Share of an hour's luck, within its storm's, that is its own (Newark 2013: .71, A); the manual's rate is even."""
    month_wet: Annotated[tuple[Share, ...], AfterValidator(_monthly)] = ()
    """The month's share of such days, in place of ``wet_days``."""
    storm_h: Quantiles = ()
    """Quantiles of a storm's duration in hours; with ``rain_mmh`` in place of depth and rate."""
    rain_mmh: Quantiles = ()
    """Rain of an hour in a storm, by the normal score of storm and hour together."""
    storm_link: Link = 0.4
    """How long storms are hard ones: correlation of their normal scores, where they are tables."""
    front_kmh: Annotated[float, Field(strict=True, ge=1, le=300)] = 45.0
    """How fast storms move (M)."""
    front_from_deg: Annotated[float, Field(strict=True, ge=0, le=360)] = 250.0
    """Where most storms come from: 270 is the west, as in the middle latitudes (M)."""
    fog_days: Share = 0.11
    """Days with fog from 4 to 9 h (D); with rain, about 4 % of hours are below 3 miles, as at Newark (A)."""
    sight_memory_h: Pos = 30.0
    """Time in which the correlation of the view falls to 1/e, where it is a table."""
    sight_dry_m: Quantiles = ()
    """Quantiles of visibility in hours without rain, in place of ``fog_days``."""
    sight_rain_m: Quantiles = ()
    """In hours with rain, in place of 16 km / (1 + .35 mm/h)."""
    sight_snow_m: Quantiles = ()
    """In hours with snow, in place of 16 km / (1 + 8 mm/h)."""
    reach_km: Pos = 150.0
    """Distance in which correlation falls to 1/e: wind, temperature, view, storms' duration (New York 2013, A)."""
    storm_km: Pos = 95.0
    """The same for how hard it rains (New York 2013, A)."""
    forecast_cv: Error = 0.2
    """Relative error of wind and rain a day ahead; all errors grow with the root of the lead (D)."""
    forecast_h: Annotated[float, Field(strict=True, gt=0, le=12)] = 1.5
    """Error of a storm's time a day ahead, standard deviation in hours (D)."""
    missed: Annotated[float, Field(strict=True, gt=0, le=0.3)] = 0.1
    """Share of hours whose rain is foretold as if of another day, a day ahead: missed and false alarms (D)."""

    @model_validator(mode="after")
    def _together(self) -> "WeatherSpec":
        if bool(self.storm_h) != bool(self.rain_mmh):
            empty = "rain_mmh" if self.storm_h else "storm_h"
            raise ValueError(f"storm_h and rain_mmh go together, and {empty} is empty; give both or none")
        if not self.records and (self.station or self.first_day):
            raise ValueError(
                f"station(={self.station}) and first_day(={self.first_day}) are of records, and none are named; "
                "set weather.records, or drop them"
            )
        return self
