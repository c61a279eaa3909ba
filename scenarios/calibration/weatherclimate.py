"""From one station's hours to the values of :class:`~scenarios.weatherspec.WeatherSpec`, part by part."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.weatherscores import correlation, normal_scores, plain, spread, tetrachoric
from scenarios.weatherluck import mean_of
from scenarios.weatherrecords import Station
from scenarios.weatherseason import usual_temperature, usual_wind
from scenarios.weatherspec import SHARES, WeatherSpec
from twin.world import Floats

LOW_M = 4_828.0
"""Three miles: below it nothing flies by sight."""
_MONTH_H = 240
"""A month with fewer known hours says nothing."""
_LAGS = (1, 2, 3, 6, 12)
_FEWEST_STORMS = 20
_APART_H = 12
"""Rain after a shorter lull belongs to the same spell."""
_CLASS_H = 20
"""Hours of rain, snow or strong wind from which a table of visibility, or a ratio of gusts, is made."""

Mask = NDArray[np.bool_]


def measured(station: Station, use: Mask | None = None) -> dict[str, Any]:
    """The keys that a station's records tell, for the hours in ``use`` (all unless given)."""
    hours = station.hours if use is None else {key: np.where(use, x, np.nan) for key, x in station.hours.items()}
    month, day_of_year = calendar(station)
    spec = WeatherSpec(day_of_year=day_of_year)
    found = _temperature(spec, hours["temperature"], month) | _wind(spec, hours, month)
    return found | _storms(hours["rain"], month) | _sight(hours)


def calendar(station: Station) -> tuple[NDArray[np.int64], int]:
    """(hours,) month, 0 to 11, and the day of the year of the first hour."""
    days = station.first + np.arange(len(station.hours["wind"]) // 24)
    month = np.repeat(days.astype("datetime64[M]").astype(np.int64) % 12, 24)
    first = station.first - station.first.astype("datetime64[Y]").astype("datetime64[D]")
    return month, int(first.astype(np.int64)) + 1


def _monthly(values: Floats, month: NDArray[np.int64]) -> Floats | None:
    """(12,) means, or nothing when a month is missing."""
    known = ~np.isnan(values)
    if np.bincount(month[known], minlength=12).min() < _MONTH_H:
        return None
    return np.array([values[known & (month == m)].mean() for m in range(12)])


def _by_hour(values: Floats) -> Floats:
    """(24,) means; that of all where an hour has none."""
    days = values.reshape(-1, 24)
    count = (~np.isnan(days)).sum(axis=0)
    return np.where(count > 0, np.nansum(days, axis=0) / np.maximum(count, 1), np.nanmean(values))


def _temperature(spec: WeatherSpec, values: Floats, month: NDArray[np.int64]) -> dict[str, Any]:
    """Level by month and hour; an anomaly whose correlation a day later says how long it lasts."""
    mean, months = float(np.nanmean(values)), _monthly(values, month)
    found: dict[str, Any] = {"mean_c": round(mean, 2), "hour_c": plain(_by_hour(values) - mean, 2)}
    if months is None:
        found |= {"season_c": 0.0}
    else:
        found |= {"season_c": round(float(np.ptp(months)) / 2.0, 2), "month_c": plain(months, 2)}
    anomaly = values - usual_temperature(replace(spec, **found), len(values) // 24)
    tomorrow = min(max(correlation(anomaly, 24), 0.01), 0.995)
    return found | {
        "anomaly_c": round(float(np.nanstd(anomaly)), 2), "anomaly_h": round(-24.0 / float(np.log(tomorrow)), 1),
    }  # fmt: skip


def _wind(spec: WeatherSpec, hours: dict[str, Floats], month: NDArray[np.int64]) -> dict[str, Any]:
    """Mean by month and hour, the shape around it, and an AR(1) with noise on normal scores."""
    wind = hours["wind"]
    mean, months = float(np.nanmean(wind)), _monthly(wind, month)
    found: dict[str, Any] = {
        "wind_mps": round(mean, 3),
        "hour_wind": plain(np.maximum(_by_hour(wind) / mean, 0.05), 3),
    }
    if months is not None:
        found |= {"month_wind": plain(np.maximum(months / months.mean(), 0.05), 3)}
    over = spread(wind, upwards=False) / usual_wind(replace(spec, **found), len(wind) // 24)
    shape = np.nanquantile(over, SHARES)
    score = normal_scores(over)
    alike = np.log([max(correlation(score, lag), 0.01) for lag in _LAGS])
    slope, level = np.polyfit(_LAGS, alike, 1)
    found |= {
        "wind_shape": plain(shape / mean_of(shape), 4),
        "memory_h": round(-1.0 / min(float(slope), -1e-3), 2),
        "wind_noise": round(float(np.clip(1.0 - np.exp(level), 0.0, 0.9)), 3),
    }
    gust = hours.get("gust", np.full_like(wind, np.nan))
    strong = (wind >= np.nanquantile(wind, 0.9)) & ~np.isnan(gust)
    if strong.sum() >= _CLASS_H:
        found["gust"] = round(float(np.clip(np.median(gust[strong] / wind[strong]), 1.0, 4.0)), 2)
    return found


def _storms(rain: Floats, month: NDArray[np.int64]) -> dict[str, Any]:
    """Storms are runs of wet hours: when they begin, how long, how hard, and how unevenly."""
    amount = np.nan_to_num(rain)
    edge = np.diff(np.concatenate([[0], (amount > 0).astype(np.int64), [0]]))
    first, last = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    lull = first[1:] - last[:-1]
    follows = np.concatenate([np.zeros(min(len(first), 1), dtype=bool), lull < _APART_H])
    begun = np.zeros(len(rain))
    begun[first[~follows] // 24 * 24] = 24.0
    begun[np.isnan(rain)] = np.nan
    found: dict[str, Any] = {"wet_days": round(float(np.nanmean(begun)), 4)}
    months = _monthly(begun, month)
    if months is not None:
        found |= {"month_wet": plain(np.minimum(months, 1.0), 4)}
    if len(first) < _FEWEST_STORMS:
        return found
    score = normal_scores(np.where(amount > 0, amount, np.nan))
    runs = [score[a:b] for a, b in zip(first, last, strict=True)]
    long = (last - first).astype(np.float64)
    linked = np.corrcoef(normal_scores(long), normal_scores(np.array([run.mean() for run in runs])))[0, 1]
    own = np.sum([((run - run.mean()) ** 2).sum() for run in runs]) / np.sum(long - 1.0)
    return found | {
        "another": round(min(float(follows.mean()), 0.9), 3),
        "lull_h": round(float(lull[follows[1:]].mean()) if follows.any() else 4.0, 2),
        "rest_h": round(_rest(lull[~follows[1:]]), 1),
        "storm_h": plain(np.quantile(long, SHARES), 2),
        "rain_mmh": plain(np.quantile(amount[amount > 0], SHARES), 3),
        "storm_link": round(float(np.clip(linked, -0.95, 0.95)), 3),
        "burst": round(float(np.clip(own / np.nanvar(score), 0.0, 1.0)), 3),
    }


def _rest(between: Floats) -> float:
    """The shortest time between spells, if the rest of it is exponential: mean less standard deviation."""
    return float(np.clip(between.mean() - between.std(), _APART_H, 96.0)) if len(between) else 0.0


def _sight(hours: dict[str, Floats]) -> dict[str, Any]:
    """Quantiles in dry, rainy and snowy hours, and how long a poor view lasts."""
    if "visibility" not in hours:
        return {}
    sight, wet, cold = hours["visibility"], hours["rain"] > 0, hours["temperature"] <= 0.0
    kinds = {"dry": ~wet, "rain": wet & ~cold, "snow": wet & cold}
    tables = {
        f"sight_{kind}_m": plain(np.nanquantile(spread(np.where(is_so, sight, np.nan), upwards=True), SHARES), 0)
        for kind, is_so in kinds.items()
        if (is_so & ~np.isnan(sight)).sum() >= _CLASS_H
    }
    if not tables:
        return {}
    alike = tetrachoric(np.where(wet, np.nan, sight), 3)
    return tables | {"sight_memory_h": round(-3.0 / float(np.log(min(max(alike, 0.05), 0.99))), 1)}
