"""Storms: when they begin, how long and how hard they fall, and how their front crosses the zones.

After the storm generator of the Highway Capacity Manual (7th edition, chapter 17), with three differences: storms
may follow one another after a lull, on the same day or the next; they may last over midnight; and they move, so zones
get wet one after another.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.weatherluck import kinship, quantile, shared
from scenarios.weatherseason import by_month
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws, Stream
from twin.world import Floats, Ints

_MOST = 4
"""Storms that follow one another."""
_LONGEST_H = 36
_LIGHTEST = 0.1
"""mm/h: less is not felt."""
_VEER_DEG, _HURRY = 40.0, 0.3
"""Spread of the fronts' direction, and cv of their speed (D)."""


@dataclass(frozen=True, slots=True, eq=False)
class Storms:
    """One row a storm.

    Attributes
    ----------
    reaches, hours, hard : (storms, zones)
        The hour at which it reaches each zone, how many hours it stays, and how hard it falls, a normal score.
    own : (storms, 36, zones)
        Normal scores of its hours, from the one in which it comes on: they move with it.
    """

    reaches: Floats
    hours: Floats
    hard: Floats
    own: Floats


def draw_storms(spec: WeatherSpec, span: int, places: Floats, draws: Draws, stream: Stream) -> Storms:
    """The storms that begin on ``span`` days; the luck of a day is its own."""
    toss, front, own, nature = [], [], [], []
    for day in range(span):
        luck = draws.generator(stream, day, 1)
        toss.append(luck.random((_MOST, 2)))
        front.append(luck.standard_normal((_MOST, 2)))
        own.append(luck.standard_normal((_MOST, _LONGEST_H, len(places))))
        nature.append(luck.standard_normal((_MOST, 2, len(places))))
    root, score = kinship(places, spec.storm_km), np.stack(nature)
    hours, hard = _size(spec, shared(score[:, :, 0], kinship(places, spec.reach_km)), shared(score[:, :, 1], root))
    which, start = _one_after_another(spec, np.stack(toss), hours.mean(axis=2))
    reaches = start[:, None] + _delay(spec, np.stack(front)[which], places)
    return Storms(reaches, hours[which], hard[which], shared(np.stack(own)[which], root))


def _one_after_another(spec: WeatherSpec, toss: Floats, hours: Floats) -> tuple[tuple[Ints, Ints], Floats]:
    """Day and place in its row of each storm that comes, and its start.

    A spell begins on a day of its own luck, but not until ``rest_h`` after the last; its storms follow one another.
    """
    days = len(toss)
    chance = by_month(spec.month_wet, spec.day_of_year, days) if spec.month_wet else np.full(days, spec.wet_days)
    lull = -spec.lull_h * np.log1p(-toss[:, :, 1])
    which, start, over = [], [], -np.inf
    for day in np.flatnonzero(toss[:, 0, 0] < chance).tolist():
        begins = 24.0 * (day + toss[day, 0, 1])
        for turn in range(_MOST if begins >= over + spec.rest_h else 0):
            if turn and toss[day, turn, 0] >= spec.another:
                break
            begins = over + lull[day, turn] if turn else begins
            over = begins + hours[day, turn]
            which.append((day, turn))
            start.append(begins)
    day_of, turn_of = np.array(which, dtype=np.int64).reshape(-1, 2).T
    return (day_of, turn_of), np.array(start, dtype=np.float64)


def _size(spec: WeatherSpec, long: Floats, hard: Floats) -> tuple[Floats, Floats]:
    """Hours of each storm in each zone, and how hard it falls, from two normal scores."""
    if spec.storm_h:
        linked = spec.storm_link * long + np.sqrt(1.0 - spec.storm_link**2) * hard
        return np.minimum(quantile(spec.storm_h, long), _LONGEST_H), linked
    rate = np.maximum(_gamma(spec.rate_mmh, spec.rate_cv, hard), _LIGHTEST)
    return np.clip(_gamma(spec.depth_mm, spec.depth_cv, hard) / rate, 0.25, 24.0), hard


def _gamma(mean: float, cv: float, score: Floats) -> Floats:
    """A gamma quantile at a normal score (Wilson & Hilferty 1931)."""
    third = cv / 3.0
    return np.asarray(mean * np.maximum(1.0 - third * third + third * score, 0.0) ** 3)


def _delay(spec: WeatherSpec, luck: Floats, places: Floats) -> Floats:
    """(storms, zones) hours from the first zone that a front reaches to each."""
    towards = np.radians(spec.front_from_deg + 180.0 + _VEER_DEG * luck[:, :1])
    along = np.sin(towards) * places[:, 0] + np.cos(towards) * places[:, 1]
    speed = spec.front_kmh * np.maximum(1.0 + _HURRY * luck[:, 1:], 0.3)
    return np.asarray((along - along.min(axis=1, keepdims=True)) / speed)


def fall(spec: WeatherSpec, storms: Storms, hours: int) -> Floats:
    """(hours, zones) mm/h at the middle of each hour; where storms meet, that of the stronger."""
    hardest = np.full((hours, storms.hours.shape[1]), -np.inf)
    first = np.floor(storms.reaches.min(axis=1, initial=np.inf)).astype(np.int64)
    last = np.ceil((storms.reaches + storms.hours).max(axis=1, initial=0.0)).astype(np.int64)
    common, own = np.sqrt(1.0 - spec.burst) * storms.hard, np.sqrt(spec.burst) * storms.own
    zone = np.arange(hardest.shape[1])
    for storm in range(len(first)):
        at = slice(first[storm], min(last[storm], hours))
        age = np.arange(at.start, at.stop)[:, None] + 0.5 - storms.reaches[storm]
        score = common[storm] + own[storm][np.clip(age, 0, _LONGEST_H - 1).astype(np.int64), zone]
        wet = (age >= 0.0) & (age < storms.hours[storm])
        hardest[at] = np.where(wet, np.maximum(hardest[at], score), hardest[at])
    mmh = quantile(spec.rain_mmh, hardest) if spec.rain_mmh else _gamma(spec.rate_mmh, spec.rate_cv, hardest)
    return np.where(np.isfinite(hardest), np.maximum(mmh, _LIGHTEST), 0.0)
