"""How a drawn climate compares with the records it was fitted to: exceedance, memory, and what is held out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scenarios.calibration.fit import Curve, Figure
from scenarios.calibration.weatherclimate import LOW_M
from scenarios.weatherforecast import Truth
from scenarios.weatherrecords import Station
from twin.draws import Draws, Stream
from twin.world import Floats

_BLOCK_H = 7 * 24
"""Weeks are drawn with replacement: what an hour says about the next stays together."""
_RESAMPLES = 1_000
FLYABLE = "hours to fly in: wind up to 10 m/s, dry, 3 miles of view"

Hours = Mapping[str, Floats]
Ratio = Callable[[Hours], tuple[Floats, Floats]]
"""Hours -> (hours,) numerator and denominator; the figure is the ratio of their sums."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a series of hours, as a ratio of sums so that weeks can be resampled."""

    name: str
    ratio: Ratio


def measures() -> tuple[Measure, ...]:
    """What is compared."""
    return (
        *(_beyond("wind", f"hours with wind above {limit} m/s", limit) for limit in (5, 8, 10, 12)),
        *(_beyond("rain", f"hours with {what}", limit) for limit, what in _RAIN),
        *(
            _below("visibility", f"hours with less than {limit:,.0f} m of view", limit)
            for limit in (1_609, LOW_M, 8_046)
        ),
        _below("temperature", "hours below freezing", 0.0),
        _beyond("temperature", "hours above 30 deg C", 30.0),
        Measure(FLYABLE, _flyable),
        *(Measure(f"correlation of the wind {lag} h apart", _correlation("wind", lag)) for lag in (1, 6, 24)),
        Measure("correlation of the temperature 24 h apart", _correlation("temperature", 24)),
        *(Measure(f"wet hours that are wet {lag} h later", _persistence(lag)) for lag in (1, 3, 6, 24)),
    )


_RAIN = ((0.0, "rain or snow"), (1.0, "more than 1 mm"), (2.5, "more than 2.5 mm"), (5.0, "more than 5 mm"))


def hours_of(truth: Truth) -> dict[str, Floats]:
    """A drawn year as a station would report it."""
    return {
        "temperature": truth.temperature_c[:, 0],
        "wind": truth.wind_mps[:, 0],
        "rain": truth.falls_mmh[:, 0],
        "visibility": truth.visibility_m[:, 0],
    }


def figures(station: Station, drawn: list[Truth]) -> tuple[Figure, ...]:
    """Each measure in the records, with the 95 % interval of a bootstrap by weeks, and in the mean drawn year."""
    found = []
    for measure in measures():
        if "view" in measure.name and "visibility" not in station.hours:
            continue
        seen, low, high = interval(measure, station.hours)
        found.append(
            Figure(measure.name, seen, float(np.mean([value(measure, hours_of(t)) for t in drawn])), low, high)
        )
    return tuple(found)


def value(measure: Measure, hours: Hours) -> float:
    """The figure."""
    over, under = measure.ratio(hours)
    return float(np.nansum(over) / max(np.nansum(under), 1e-12))


def interval(measure: Measure, hours: Hours) -> tuple[float, float, float]:
    """The figure and its 95 % interval."""
    over, under = (_by_week(np.nan_to_num(part)) for part in measure.ratio(hours))
    luck = Draws(0).generator(Stream.WEATHER, 0)
    times = luck.multinomial(len(over), np.full(len(over), 1.0 / len(over)), _RESAMPLES)
    again = (times @ over) / np.maximum(times @ under, 1e-12)
    low, high = np.quantile(again, (0.025, 0.975))
    return float(over.sum() / max(under.sum(), 1e-12)), float(low), float(high)


def curves(station: Station, drawn: list[Truth]) -> tuple[Curve, ...]:
    """Exceedance of wind and rain, and the wind's correlogram."""
    speeds, falls, lags = (
        range(15),
        (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0),
        (*range(1, 13), 18, 24, 36, 48),
    )
    return (
        _curve("Wind", "m/s", "share of hours above", station, drawn, [_beyond("wind", "", x) for x in speeds], speeds),
        _curve("Rain", "mm/h", "share of hours above", station, drawn, [_beyond("rain", "", x) for x in falls], falls),
        _curve("How long the wind lasts", "hours apart", "correlation", station, drawn,
               [Measure("", _correlation("wind", lag)) for lag in lags], lags),
    )  # fmt: skip


def _curve(
    title: str,
    x: str,
    y: str,
    station: Station,
    drawn: list[Truth],
    along: list[Measure],
    at: "range | tuple[float, ...]",
) -> Curve:
    seen = tuple(value(measure, station.hours) for measure in along)
    fitted = tuple(float(np.mean([value(measure, hours_of(truth)) for truth in drawn])) for measure in along)
    return Curve(title, x, y, tuple(float(point) for point in at), seen, fitted)


def _beyond(kind: str, name: str, limit: float) -> Measure:
    return Measure(name, lambda hours: _share(hours[kind], hours[kind] > limit))


def _below(kind: str, name: str, limit: float) -> Measure:
    return Measure(name, lambda hours: _share(hours[kind], hours[kind] < limit))


def _share(values: Floats, which: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> tuple[Floats, Floats]:
    known = ~np.isnan(values)
    return (known & which).astype(np.float64), known.astype(np.float64)


def _flyable(hours: Hours) -> tuple[Floats, Floats]:
    fair = (hours["wind"] <= 10.0) & (hours["rain"] == 0.0) & (hours["visibility"] >= LOW_M)
    return _share(hours["wind"] + hours["rain"] + hours["visibility"], fair)


def _correlation(kind: str, lag: int) -> Ratio:
    def ratio(hours: Hours) -> tuple[Floats, Floats]:
        around = hours[kind] - np.nanmean(hours[kind])
        later = np.append(around[lag:], np.full(lag, np.nan))
        return around * later, np.where(np.isnan(around * later), np.nan, around**2)

    return ratio


def _persistence(lag: int) -> Ratio:
    def ratio(hours: Hours) -> tuple[Floats, Floats]:
        later = np.append(hours["rain"][lag:], np.full(lag, np.nan))
        wet = (hours["rain"] > 0.0) & ~np.isnan(later)
        return (wet & (later > 0.0)).astype(np.float64), wet.astype(np.float64)

    return ratio


def _by_week(values: Floats) -> Floats:
    return np.add.reduceat(values, np.arange(0, len(values), _BLOCK_H))
