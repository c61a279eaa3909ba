"""What disturbs streets: incidents by chance, works that are announced, closures that are planned.

Incidents are a Poisson process in time, thinned by weather (Highway Capacity Manual 7, chapters 17 and 29). The luck of
a day and class of street is its own: other rates, other weather or a longer run leave it as it was.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.closures import planned
from scenarios.incidentspec import IncidentSpec
from scenarios.traffic import lately
from twin.draws import Draws, Stream
from twin.entities import Street, Upset
from twin.units import DAY, HOUR, MINUTE, SECOND
from twin.world import City, Disruptions, Floats, Ints, WeatherField

_BEFORE = 30
"""Days before the run whose works may still be there."""
_FLOOR = 0.10
"""Capacity that an open street keeps at least (HCM 7, equation 29-27)."""


def draw_disruptions(
    spec: IncidentSpec, days: int, first_weekday: int, city: City, weather: WeatherField, draws: Draws
) -> Disruptions:
    """Disruptions that touch ``days`` days and one more.

    Raises
    ------
    InputError
        If a planned closure closes no street.
    """
    sky, rows = _sky(weather), [planned(spec, city, days)]
    for street in Street:
        edges = np.flatnonzero(city.street == street)
        if len(edges):
            far = np.cumsum(city.length_mm[edges]) / 1e6
            place = _Streets(street, edges, far, city.zone[city.area[city.tail[edges]]])
            rows += [_incidents(spec, place, day, (first_weekday + day) % 7, sky, draws) for day in range(days + 1)]
    far = np.cumsum(city.length_mm) / 1e6
    rows += [_works(spec, city, far, day, draws) for day in range(-_BEFORE, days + 1)]
    table = np.concatenate(rows, axis=1)
    return Disruptions.of(len(city.head), *table[:, (table[2] > 0) & (table[1] < (days + 1) * DAY)])


@dataclass(frozen=True, slots=True, eq=False)
class _Streets:
    """The streets of a class: edges, kilometres up to the end of each, weather zones."""

    street: Street
    edges: Ints
    far: Floats
    zone: Ints


def _incidents(spec: IncidentSpec, place: _Streets, day: int, weekday: int, skies: Ints, draws: Draws) -> Ints:
    """(8, rows) of a day and class: candidates at the highest rate, thinned to that of the weather."""
    street, far = place.street, place.far
    luck = draws.generator(Stream.INCIDENT, day, street)
    crashes = np.array([1.0, spec.crash_rain, spec.crash_wet, spec.crash_snow, spec.crash_ice])
    rate = spec.rate_km_year[street] * far[-1] / 365.0 * spec.week[weekday] * crashes.max()
    n = int(luck.poisson(rate))
    when, where, what, keep, long_, within = luck.random((6, n))
    told = luck.standard_normal(n)
    hours = np.cumsum(spec.hours if weekday < 5 else spec.hours_weekend)
    hour = np.minimum(np.searchsorted(hours / hours[-1], when, side="right"), 23)
    at = np.minimum(np.searchsorted(far, where * far[-1], side="right"), len(far) - 1)
    sky = skies[24 * day + hour, place.zone[at]]
    lanes, upset = _what(spec, street, what)
    stays = keep * crashes.max() < np.where(upset <= Upset.DAMAGE_CRASH, crashes[sky], 1.0)
    minutes = _minutes(spec, street, lanes, upset, sky, long_)
    begin = day * DAY + hour * HOUR + np.rint(within * 3600).astype(np.int64) * SECOND
    detected = begin + round((spec.detect_min + spec.report_min) * MINUTE)
    believed = minutes * np.exp(np.sqrt(np.log1p(spec.estimate_cv**2)) * told)
    speed, capacity = left(spec, street, lanes, upset)
    rows = [
        place.edges[at], begin, begin + _ms(minutes), detected, np.maximum(begin + _ms(believed), detected + MINUTE),
        speed, _delay(spec, capacity), upset,
    ]  # fmt: skip
    return np.array(rows, dtype=np.int64)[:, stays]


def _ms(minutes: Floats) -> Ints:
    """Whole seconds, so that the last bit of a machine's arithmetic decides nothing."""
    return np.asarray(np.maximum(np.rint(minutes * 60), 1).astype(np.int64) * SECOND)


def _sky(weather: WeatherField) -> Ints:
    """(hours, zones): 0 dry, 1 rain, 2 wet after it, 3 snow, 4 ice after it."""
    rain, snow = weather.rain_mmh, weather.snow_mmh
    after = np.where(lately(snow), 4, np.where(lately(rain), 2, 0))
    return np.asarray(np.where(snow > 0, 3, np.where(rain > 0, 1, after)))


def _what(spec: IncidentSpec, street: Street, luck: Floats) -> tuple[Ints, Ints]:
    """Lanes taken and :class:`~twin.entities.Upset` of each incident."""
    if street == Street.EXPRESSWAY:
        lanes = _choose(spec.freeway.share, luck)
        return lanes, np.where(lanes > 0, Upset.DAMAGE_CRASH, Upset.BREAKDOWN)
    place, upset = np.divmod(_choose(spec.joint, luck), 4)
    return np.array([1, 2, 0])[place], upset


def _choose(shares: tuple[float, ...], luck: Floats) -> Ints:
    total = np.cumsum(shares)
    return np.asarray(np.minimum(np.searchsorted(total / total[-1], luck, side="right"), len(total) - 1))


def _minutes(spec: IncidentSpec, street: Street, lanes: Ints, upset: Ints, sky: Ints, luck: Floats) -> Floats:
    """Durations: truncated lognormal on expressways, gamma elsewhere."""
    from scipy.special import gammaincinv, ndtr, ndtri

    if street == Street.EXPRESSWAY:
        mean, sd, low, high = (
            np.array(values)[lanes]
            for values in (spec.freeway.mean_min, spec.freeway.sd_min, spec.freeway.low_min, spec.freeway.high_min)
        )
        sigma = np.sqrt(np.log1p((sd / mean) ** 2))
        centre = np.log(mean) - 0.5 * sigma**2
        first, last = ndtr((np.log(low) - centre) / sigma), ndtr((np.log(high) - centre) / sigma)
        return np.asarray(np.exp(centre + sigma * ndtri(first + luck * (last - first))))
    shape = 1.0 / spec.duration_cv**2
    return np.asarray(mean_minutes(spec)[sky, upset] * gammaincinv(shape, luck) / shape)


def mean_minutes(spec: IncidentSpec) -> Floats:
    """(5, 4): mean duration on city streets by weather (dry, rain, wet, snow, ice) and what happened."""
    clear = np.array([spec.clear_dry_min, spec.clear_rain_min, spec.clear_wet_min, *[spec.clear_snow_min] * 2])
    respond = np.array([spec.respond_min] * 3 + [spec.respond_snow_min] * 2)
    return np.asarray(spec.detect_min + respond[:, None] + clear)


def left(spec: IncidentSpec, street: Street, lanes: Ints, upset: Ints) -> tuple[Ints, Floats]:
    """What is left of speed, in thousandths, and of capacity; nothing where no lane is left.

    On city streets HCM 7, equations 29-27 and 29-35, but a crash with injuries on all lanes closes the street.
    """
    n = spec.lanes[street]
    if street == Street.EXPRESSWAY:
        capacity = (1.0 - np.minimum(lanes, n) / n) * np.array(spec.freeway.open_lane)[lanes]
        return np.where(lanes < n, 1000, 0), capacity
    slow = np.array(spec.severity)[upset] / n
    capacity = np.maximum((1.0 - np.minimum(lanes, n - 1) / n) * (1.0 - slow), _FLOOR)
    shut = (lanes >= n) & (upset == Upset.INJURY_CRASH)
    return np.where(shut, 0, np.maximum(np.rint(1_000 * (1.0 - slow)), 50)).astype(np.int64), np.where(
        shut, 0, capacity
    )


def _delay(spec: IncidentSpec, capacity: Floats) -> Ints:
    """Factor on the usual delay, in thousandths."""
    kept = np.where(capacity > 0, np.maximum(capacity, _FLOOR), 1.0)
    return np.asarray(np.rint(1_000.0 * kept**-spec.power).astype(np.int64))


def _works(spec: IncidentSpec, city: City, far: Floats, day: int, draws: Draws) -> Ints:
    """(8, rows): works that begin on a day, in the morning; operations know of them."""
    works, luck = spec.works, draws.generator(Stream.WORKS, day)
    n = int(luck.poisson(works.rate_km_year * far[-1] / 365.0))
    where, when, closes = luck.random((3, n))
    days = works.days * np.exp(np.sqrt(np.log1p(works.days_cv**2)) * luck.standard_normal(n))
    edge = np.minimum(np.searchsorted(far, where * far[-1], side="right"), len(far) - 1)
    street = city.street[edge]
    begin = day * DAY + 7 * HOUR + np.rint(when * 120).astype(np.int64) * MINUTE
    end = begin + _ms(np.maximum(days * 1440, 60))
    shut = closes < np.array(works.closes)[street]
    delay = np.where(shut, 1_000, _delay(spec, np.array(works.capacity)[street]))
    rows = [edge, begin, end, begin, end, np.where(shut, 0, 1_000), delay, np.full(n, int(Upset.WORKS))]
    return np.array(rows, dtype=np.int64)
