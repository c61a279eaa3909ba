"""Hourly weather by zone, drawn from a climate or replayed, with what was foretold at each lead.

Values are rounded to hundredths, so that the last bit of a machine's arithmetic decides nothing.
"""

import numpy as np

from scenarios.weatherforecast import Truth, foretold_field
from scenarios.weatherluck import hourly, kinship, mean_of, quantile, remembered, shared
from scenarios.weatherseason import usual_temperature, usual_wind
from scenarios.weatherspec import SHARES, WeatherSpec
from scenarios.weatherstorms import draw_storms, fall
from twin.draws import Draws, Stream
from twin.world import Floats, WeatherField

CLEAR_M = 16_000.0
"""The farthest that is reported: 10 miles."""
_RAYLEIGH = np.sqrt(-2.0 * np.log1p(-np.array(SHARES)))
"""Weibull with shape 2, by quantiles: the length of a vector with two normal parts."""


def draw_weather(spec: WeatherSpec, days: int, places: Floats, draws: Draws) -> WeatherField:
    """Weather for ``days`` days and one more; the luck of a day is its own.

    Parameters
    ----------
    places : (zones, 2)
        Kilometres east and north of each zone's middle; see :func:`~scenarios.weatherluck.zone_places`.

    Raises
    ------
    InputError
        If records are to be replayed and cannot be read, or have too few of the hours.
    """
    if spec.records is not None:
        from scenarios.weatherreplay import replay

        return replay(spec, days, places, draws)
    span = days + 2  # a forecast of the last hour may be of a storm that comes later
    truth = draw_truth(spec, span, places, draws)
    other = draw_fall(spec, span, places, draws, Stream.WEATHER_OTHER)
    return foretold_field(spec, truth, other, places, draws)


def draw_truth(spec: WeatherSpec, days: int, places: Floats, draws: Draws) -> Truth:
    """What the weather is like, without what is foretold of it."""
    temperature = np.round(_temperature(spec, days, places, draws), 2)
    wind = draw_wind(spec, days, places, draws)
    falls = draw_fall(spec, days, places, draws, Stream.WEATHER)
    snow = np.where(temperature <= 0.0, falls, 0.0)
    sight = np.round(_sight(spec, falls - snow, snow, places, draws))
    return Truth(temperature, wind, np.round(wind * spec.gust, 2), falls, sight)


def draw_wind(spec: WeatherSpec, days: int, places: Floats, draws: Draws) -> Floats:
    """(hours, zones) m/s: what lasts and is common, and what is the hour's and the zone's own, as a speed."""
    steady = _scores(draws, days, 2, places, spec.reach_km, spec.memory_h)
    own = hourly(draws, Stream.WEATHER, days, 3, (len(places),))
    score = np.sqrt(1.0 - spec.wind_noise) * steady + np.sqrt(spec.wind_noise) * own
    shape = np.array(spec.wind_shape) if spec.wind_shape else _RAYLEIGH
    return np.round(usual_wind(spec, days)[:, None] * quantile(shape / mean_of(shape), score), 2)


def draw_fall(spec: WeatherSpec, days: int, places: Floats, draws: Draws, stream: Stream) -> Floats:
    """(hours, zones) mm/h of rain, or of snow as water."""
    return np.round(fall(spec, draw_storms(spec, days, places, draws, stream), days * 24), 2)


def _scores(draws: Draws, span: int, occasion: int, places: Floats, reach_km: float, memory_h: float) -> Floats:
    """(hours, zones) normal scores that remember, and that neighbours share."""
    fresh = hourly(draws, Stream.WEATHER, span, occasion, (len(places),))
    return shared(remembered(fresh, memory_h), kinship(places, reach_km))


def _temperature(spec: WeatherSpec, span: int, places: Floats, draws: Draws) -> Floats:
    anomaly = _scores(draws, span, 0, places, spec.reach_km, spec.anomaly_h)
    return usual_temperature(spec, span)[:, None] + spec.anomaly_c * anomaly


def _sight(spec: WeatherSpec, rain: Floats, snow: Floats, places: Floats, draws: Draws) -> Floats:
    """(hours, zones) metres, by table or by formula in dry, rainy and snowy hours."""
    score = _scores(draws, len(rain) // 24, 4, places, spec.reach_km, spec.sight_memory_h)
    fog = _fog(spec, len(rain) // 24, draws)[:, None]
    dry = quantile(spec.sight_dry_m, score) if spec.sight_dry_m else np.broadcast_to(fog, rain.shape)
    rainy = quantile(spec.sight_rain_m, score) if spec.sight_rain_m else np.minimum(CLEAR_M / (1.0 + 0.35 * rain), dry)
    snowy = quantile(spec.sight_snow_m, score) if spec.sight_snow_m else np.minimum(CLEAR_M / (1.0 + 8.0 * snow), dry)
    return np.where(snow > 0.0, snowy, np.where(rain > 0.0, rainy, dry))


def _fog(spec: WeatherSpec, span: int, draws: Draws) -> Floats:
    """(hours,) metres that fog leaves from 4 to 9 h."""
    foggy = np.array([draws.generator(Stream.WEATHER, day, 5).random() < spec.fog_days for day in range(span)])
    early = (np.arange(24) >= 4) & (np.arange(24) < 9)
    return np.where(np.logical_and.outer(foggy, early).reshape(-1), 1_500.0, CLEAR_M)
