"""A forecast errs as it is stated: without sign, more for longer leads, and never by nothing."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from scenarios.weather import draw_weather
from scenarios.weatherforecast import foretell
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws
from twin.world import LEADS_H

SPEC = WeatherSpec(forecast_cv=0.25, forecast_h=2.0, missed=0.1)
HERE = np.zeros((1, 2))
DAYS = 3_000
HOURS = np.arange(DAYS * 24)
WIND = np.full((DAYS * 24, 1), 8.0)
RAIN = (HOURS % 60 < 6).astype(np.float64)[:, None]
"""Six wet hours of each sixty."""
OTHER = (HOURS % 60 >= 54).astype(np.float64)[:, None]
"""As wet, at another time."""
TOLD = foretell(SPEC, WIND, RAIN, OTHER, HERE, Draws(1))
LEAD = range(len(LEADS_H))
YEAR = draw_weather(WeatherSpec(), 365, np.array([[0.0, 0.0], [4.0, 0.0]]), Draws(2))


@pytest.mark.parametrize("lead", LEAD)
def test_the_wind_s_error_is_as_stated(lead: int) -> None:
    """Its logarithm has the standard deviation cv x root of (lead / 24 h), and its mean is the wind's."""
    error = np.log(TOLD[0][:, lead, 0] / 8.0)
    assert error.std() == pytest.approx(0.25 * np.sqrt(LEADS_H[lead] / 24.0), rel=0.05)
    assert TOLD[0][:, lead].mean() == pytest.approx(8.0, rel=0.03)


def test_the_rain_is_unbiased_at_every_lead() -> None:
    """As much is foretold as falls."""
    assert TOLD[1].mean(axis=(0, 2)) == pytest.approx(np.full(len(LEADS_H), 0.1), rel=0.05)


def test_errors_grow_with_the_lead() -> None:
    """In a drawn year: wind's mean square error rises, rain's correlation with the truth falls, lead by lead."""
    wind = [np.mean((YEAR.forecast_wind_mps[:, lead] - YEAR.wind_mps) ** 2) for lead in LEAD]
    falls = (YEAR.rain_mmh + YEAR.snow_mmh).reshape(-1)
    rain = [np.corrcoef(YEAR.forecast_rain_mmh[:, lead].reshape(-1), falls)[0, 1] for lead in LEAD]
    assert wind == sorted(wind)
    assert rain == sorted(rain, reverse=True)
    assert 0.3 < rain[-1] < rain[0] < 0.995


def test_storms_are_missed_and_falsely_announced_as_often() -> None:
    """A tenth of hours tell of another day at a lead of 24 h, root two times that at 48, whether wet or dry."""
    still = foretell(WeatherSpec(forecast_cv=1e-3, forecast_h=1e-6, missed=0.1), WIND, RAIN, OTHER, HERE, Draws(1))[1]
    wet, instead = RAIN[:, 0] > 0, OTHER[:, 0] > 0
    for lead, share in ((LEADS_H.index(24), 0.1), (LEADS_H.index(48), 0.1414), (LEADS_H.index(6), 0.05)):
        told = still[:, lead, 0] > 0.5
        assert (~told[wet]).mean() == pytest.approx(share, abs=0.03)
        assert told[instead].mean() == pytest.approx(share, abs=0.03)
        assert not told[~wet & ~instead].any()


def test_a_storm_s_time_is_off_by_as_much_as_stated() -> None:
    """The first foretold wet hour, a day ahead, is 2 h or so from the first wet one, early as often as late."""
    spec = WeatherSpec(forecast_cv=1e-3, forecast_h=2.0, missed=1e-6)
    told = foretell(spec, WIND, RAIN, OTHER, HERE, Draws(1))[1][:, LEADS_H.index(24), 0] > 0.5
    begins = np.flatnonzero(RAIN[:, 0] > 0)[::6][5:-5]
    offs = np.array([np.flatnonzero(told[at - 12 : at + 24])[0] - 12 for at in begins])
    assert np.median(offs) == pytest.approx(0.0, abs=1.0)
    assert offs.std() == pytest.approx(2.0, rel=0.25)


def test_no_revision_can_be_foreseen() -> None:
    """The change from one lead to the next shorter one says nothing of the change after it."""
    error = np.log(TOLD[0][:, :, 0] / 8.0)
    revisions = -np.diff(error, axis=1)
    for lead in range(len(LEADS_H) - 2):
        assert abs(np.corrcoef(revisions[:, lead], revisions[:, lead + 1])[0, 1]) < 0.03


def test_no_forecast_is_the_truth() -> None:
    """Even an hour ahead, hour by hour, hardly any wind is foretold exactly, and some rain is wrong."""
    assert (YEAR.forecast_wind_mps[:, 0] == YEAR.wind_mps).mean() < 0.1
    falls = YEAR.rain_mmh + YEAR.snow_mmh
    assert ((YEAR.forecast_rain_mmh[:, 0] > 0) != (falls > 0)).any()


@pytest.mark.parametrize("key", ["forecast_cv", "forecast_h", "missed"])
def test_perfect_knowledge_cannot_be_asked_for(key: str) -> None:
    """An error of nothing is refused, with its key."""
    with pytest.raises(ValidationError, match=key):
        TypeAdapter(WeatherSpec).validate_python({key: 0.0})
