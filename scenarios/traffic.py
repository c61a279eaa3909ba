"""How fast streets are: what everybody knows by class, district, hour and kind of day, and noise and weather on top.

Noise multiplies travel time, with mean one, so that the profile is right on average. It is lognormal, drawn once for
each group of streets and period; it correlates in space, between classes of street and in time.
"""

import numpy as np

from scenarios.cells import zones_of
from scenarios.trafficspec import TrafficSpec
from scenarios.volumes import Volumes, read_volumes
from twin.draws import Draws, Stream
from twin.entities import District, Street
from twin.specs import Feel
from twin.units import DAY, MINUTE
from twin.world import City, Floats, Ints, TrafficField, WeatherField

SLOWEST = 50
"""Lower bound of a true speed, in thousandths of free flow."""
MAX_CELLS = 1_024
"""Noise has a column for each cell and class of street; in a larger city cells are coarser."""
_MM_INCH = 25.4
_CLASSES = len(Street)


def draw_traffic(
    spec: TrafficSpec, days: int, first_weekday: int, city: City, weather: WeatherField, draws: Draws
) -> TrafficField:
    """Speeds for ``days`` days and one more; the luck of a day is its own."""
    per_day = DAY // MINUTE // spec.period_min
    volumes = read_volumes(spec, city) if spec.volumes else Volumes.none(city)
    profile = _profile(spec, volumes, per_day)
    district = city.district[city.area[city.tail]]
    usual = district * _CLASSES + city.street
    weekend = (first_weekday + np.arange(days + 1)) % 7 >= 5
    row = (weekend[:, None] * per_day + np.arange(per_day)).reshape(-1)
    cell = _cells(city)
    return TrafficField(
        period=spec.period_min * MINUTE,
        profile=profile,
        row=row.astype(np.int64),
        column=np.where(volumes.of_edge >= 0, len(District) * _CLASSES + volumes.of_edge, usual),
        noise=_noise(spec, row, profile, city, cell, weather, draws),
        group=cell[city.area[city.tail]] * _CLASSES + city.street,
    )


def _profile(spec: TrafficSpec, volumes: Volumes, per_day: int) -> Ints:
    """(2 x periods of a day, columns): weekday then weekend; districts x classes, then streets with volumes."""
    delay = np.array([spec.tti, spec.tti_weekend]) - 1.0
    factor = np.multiply.outer(spec.district, spec.share)
    time = 1.0 + np.multiply.outer(delay, factor)
    known = np.isfinite(volumes.of_class)
    time = np.where(known[:, :, None, :], volumes.of_class[:, :, None, :], time).reshape(2, 24, -1)
    like = time[:, :, District.URBAN * _CLASSES + volumes.street]
    streets = np.where(np.isfinite(volumes.time), volumes.time, like)
    time = np.repeat(np.concatenate([time, streets], axis=2), per_day // 24, axis=1)
    return np.asarray(np.maximum(np.rint(1_000.0 / time), SLOWEST).astype(np.int64).reshape(2 * per_day, -1))


def _cells(city: City) -> Ints:
    """(areas,): the noise cell of each area."""
    return zones_of(city.cell, MAX_CELLS) if city.areas > MAX_CELLS else np.arange(city.areas, dtype=np.int64)


def _noise(
    spec: TrafficSpec, row: Ints, profile: Ints, city: City, cell: Ints, weather: WeatherField, draws: Draws
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """(periods, cells x classes): factor on the profile, so that true speeds stay in bounds."""
    per_day, cells = len(profile) // 2, int(cell.max()) + 1
    one = np.unique(cell, return_index=True)[1]  # an area of each cell
    wet = slowdown(spec.feel, weather.rain_mmh, weather.snow_mmh)[:, city.zone[one]]
    usual = profile[:, (city.district[one][:, None] * _CLASSES + np.arange(_CLASSES)).reshape(-1)]
    keep = float(np.round(np.exp(-spec.period_min / spec.memory_min), 9))
    spread = _spread(spec, city, cell)
    cv = _cv(spec, per_day)
    noise = np.empty((len(row), cells * _CLASSES), dtype=np.int16)
    state = _fresh(draws, 0, 1, 1, spread, spec.across)[0]
    for day in range(len(row) // per_day):
        at = slice(day * per_day, (day + 1) * per_day)
        z = _fresh(draws, day, 0, per_day, spread, spec.across)
        for period in range(per_day):
            state = keep * state + np.sqrt(1.0 - keep * keep) * z[period]
            z[period] = state
        today = _mean_one(np.array(spec.day_cv), draws.generator(Stream.TRAFFIC, day, 2).standard_normal())
        longer = today * _mean_one(cv[row[at]][:, None], z)
        weathered = np.repeat(wet[24 * day : 24 * day + 24], per_day // 24, axis=0).repeat(_CLASSES, axis=1)
        low, high = 1_000.0 * SLOWEST / usual[row[at]], 1e6 * spec.fastest / usual[row[at]]
        noise[at] = np.rint(np.clip(1_000.0 * weathered / longer, np.minimum(low, 1_000.0), high))
    return noise


def _cv(spec: TrafficSpec, per_day: int) -> Floats:
    """(rows,): from ``cv`` where nobody waits to ``cv_peak`` at the worst hour of the week."""
    delay = np.concatenate([spec.tti, spec.tti_weekend]) - 1.0
    cv = spec.cv + (spec.cv_peak - spec.cv) * delay / max(float(delay.max()), 1e-9)
    return np.repeat(cv, per_day // 24)


def _spread(spec: TrafficSpec, city: City, cell: Ints) -> Floats:
    """(cells, cells): the Cholesky factor that makes independent luck correlate as exp(-distance / reach)."""
    of_node = cell[city.area]
    count = np.maximum(np.bincount(of_node), 1)
    x, y = (np.bincount(of_node, weights=metres) / count for metres in (city.x_m, city.y_m))
    far = np.hypot(x[:, None] - x, y[:, None] - y)
    correlation = np.exp(-far / (1_000.0 * spec.reach_km)) + 1e-9 * np.eye(len(x))
    return np.asarray(np.linalg.cholesky(correlation), dtype=np.float64)


def _fresh(draws: Draws, day: int, occasion: int, periods: int, spread: Floats, across: float) -> Floats:
    """(periods, cells x classes): standard normal luck, correlated between places and between classes."""
    own = draws.generator(Stream.TRAFFIC, day, occasion).standard_normal((periods, _CLASSES + 1, len(spread)))
    luck = np.sqrt(across) * own[:, :1] + np.sqrt(1.0 - across) * own[:, 1:]
    return np.asarray((luck.reshape(-1, len(spread)) @ spread.T).reshape(luck.shape).swapaxes(1, 2)).reshape(
        periods, -1
    )


def _mean_one(cv: Floats, z: Floats | float) -> Floats:
    """A lognormal factor with mean one."""
    variance = np.log1p(cv * cv)
    return np.asarray(np.exp(np.sqrt(variance) * z - 0.5 * variance))


def slowdown(feel: Feel, rain_mmh: Floats, snow_mmh: Floats) -> Floats:
    """Speed over dry speed, hour by hour: falling water, then a wet or snowy road in that hour and the next."""
    falling = 1.0 / (1.0 + feel.rain * rain_mmh / _MM_INCH + feel.snow * snow_mmh / _MM_INCH)
    road = np.where(lately(snow_mmh), feel.snowy, np.where(lately(rain_mmh), feel.wet, 1.0))
    return np.asarray(np.clip(1.0 - feel.sensitivity * (1.0 - falling * road), 0.1, 1.0))


def lately(fall: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether it falls in an hour or fell in the one before."""
    before = np.concatenate([np.zeros_like(fall[:1]), fall[:-1]])
    return np.asarray((fall > 0) | (before > 0))
