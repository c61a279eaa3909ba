"""What a climate fitted to every other week says of the weeks between, against the simplest forecast."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from scenarios.calibration.fit import Score
from scenarios.calibration.weatherclimate import Mask, calendar, measured
from scenarios.weatherrecords import Station
from scenarios.weatherseason import usual_wind
from scenarios.weatherspec import WeatherSpec
from twin.world import Floats

_WINDY_MPS = 8.0


def held_out(station: Station) -> tuple[Score, ...]:
    """Losses on the odd weeks of a climate fitted to the even ones."""
    week = np.arange(len(station.hours["wind"])) // (7 * 24)
    train, test = week % 2 == 0, week % 2 == 1
    values = measured(station, train)
    score = _wind_scores(station, values, train)
    scores = [Score(f"wind {lag} h ahead, log loss", *_ahead(score, _kept(values, lag), lag, test)) for lag in (1, 6)]
    wet = np.where(np.isnan(station.hours["rain"]), np.nan, station.hours["rain"] > 0.0)
    if (wet[:-1][train[:-1] & train[1:]] > 0.0).any():
        scores.append(Score("a wet hour after the hour before, Brier score", *_wet(wet, train, test)))
    by_season = _windy(station, values, train, test)
    return (*scores, Score("wind above 8 m/s by month and hour, Brier score", *by_season))


def _over(station: Station, values: Mapping[str, Any]) -> Floats:
    """The wind over what is usual at the time."""
    spec = replace(WeatherSpec(day_of_year=calendar(station)[1]), **values)
    return np.asarray(station.hours["wind"] / usual_wind(spec, len(station.hours["wind"]) // 24))


def _wind_scores(station: Station, values: Mapping[str, Any], train: Mask) -> Floats:
    """Normal scores by the ranks that hours have among those of the even weeks; equal values share one."""
    from scipy.special import ndtri

    over = _over(station, values)
    known = np.sort(over[train & ~np.isnan(over)])
    rank = 0.5 * (np.searchsorted(known, over, side="left") + np.searchsorted(known, over, side="right"))
    score = ndtri(np.clip(rank / len(known), 0.5 / len(known), 1.0 - 0.5 / len(known)))
    return np.where(np.isnan(over), np.nan, score)


def _windy(station: Station, values: Mapping[str, Any], train: Mask, test: Mask) -> tuple[float, float]:
    """By the time of year and day, and by the share of all hours."""
    wind, over = station.hours["wind"], _over(station, values)
    known = np.sort(over[train & ~np.isnan(over)])
    limit = np.where(np.isnan(wind), np.nan, _WINDY_MPS * over / np.maximum(wind, 1e-9))
    judge = test & ~np.isnan(wind) & (wind > 0.0)
    said = 1.0 - np.searchsorted(known, limit[judge], side="right") / len(known)
    share = float((wind[train & ~np.isnan(wind)] > _WINDY_MPS).mean())
    blew = wind[judge] > _WINDY_MPS
    return float(((said - blew) ** 2).mean()), float(((share - blew) ** 2).mean())


def _kept(values: Mapping[str, Any], lag: int) -> float:
    return float((1.0 - values["wind_noise"]) * np.exp(-lag / values["memory_h"]))


def _ahead(score: Floats, kept: float, lag: int, test: Mask) -> tuple[float, float]:
    """Mean negative log density of a score given that ``lag`` h before, and given nothing."""
    early, late = score[:-lag], score[lag:]
    use = test[:-lag] & test[lag:] & ~np.isnan(early) & ~np.isnan(late)
    left = 1.0 - kept * kept
    model = 0.5 * np.log(left) + (late[use] - kept * early[use]) ** 2 / (2.0 * left)
    return float(model.mean()), float((late[use] ** 2 / 2.0).mean())


def _wet(wet: Floats, train: Mask, test: Mask) -> tuple[float, float]:
    before, now = wet[:-1], wet[1:]
    known = ~np.isnan(before) & ~np.isnan(now)
    learn, judge = known & train[:-1] & train[1:], known & test[:-1] & test[1:]
    share = float(now[learn].mean())
    said = np.where(before > 0, now[learn & (before > 0)].mean(), now[learn & (before == 0)].mean())
    return float(((said - now)[judge] ** 2).mean()), float(((share - now)[judge] ** 2).mean())
