"""Speeds by hour and kind of day, and how uneven they are, from trips or speed records."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.calibration.fit import Curve, Figure, Fit, Score
from twin.errors import InputError
from twin.world import Floats, Ints

if TYPE_CHECKING:
    from scenarios.calibration.table import Table

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
_KM = {"mi": 1.609344, "km": 1.0}
_SHORTEST_S, _LONGEST_S = 60.0, 3 * 3600.0
_SLOWEST_KMH, _FASTEST_KMH = 1.0, 130.0
_PRIOR = 5.0
"""Trips for which the neighbouring hours count (D)."""
_FEWEST = 200
_NAMES = ("weekday", "weekend")
_FREE = "that of the fastest hour without its noise; the streets' own free flow stays what the city says."
_NOTES = (
    "All spread within an hour is taken for that of the streets: trips differ in their streets, too.",
    "Records of one area cannot tell classes of street and districts apart, so share and district are kept.",
    "The index is that of an arterial in an urban district.",
)


@dataclass(frozen=True, eq=False)
class Speeds:
    """Records that can be used: km/h, hour of the day, days since the first, and whether on a weekend."""

    kmh: Floats
    hour: Ints
    day: Ints
    weekend: Mask

    def of(self, keep: Mask) -> "Speeds":
        """Some of them."""
        return Speeds(self.kmh[keep], self.hour[keep], self.day[keep], self.weekend[keep])


@dataclass(frozen=True, eq=False)
class Profile:
    """What is fitted: (2, 24) medians and cv by kind of day and hour, the free-flow speed, and what a run is told."""

    median: Floats
    cv: Floats
    free: float
    tti: Floats
    cv_low: float
    cv_peak: float
    day_cv: float

    @property
    def fitted(self) -> Floats:
        """(2, 24): the median speed of a lognormal travel time with this mean and this cv."""
        return np.asarray(self.free / self.tti * np.sqrt(1.0 + self.cv**2))


def fit(path: Path, *, area: str = "", unit: str = "mi") -> Fit:
    """Travel time index by hour, weekdays and weekends, and its noise, from trips or from speed records.

    Columns: ``pickup`` and ``dropoff`` times and ``distance``; or ``time`` and ``speed``. With ``pickup_borough`` and
    ``dropoff_borough`` (or ``area``) only records of one area can be used.

    Options
    -------
    area=NAME    only records whose both ends are there
    unit=mi|km   of distance, or of speed in an hour
    """
    if unit not in _KM:
        raise InputError(f"unit(={unit}) must be mi or km")
    table = _read(path)
    dropped = dict(table.dropped)
    speeds = _speeds(path, table, area, _KM[unit], dropped)
    profile = _profile(speeds)
    return Fit(
        topic="traffic",
        group="traffic",
        values=_values(profile, speeds),
        rows=table.rows,
        dropped=dropped,
        figures=tuple(_figures(profile, speeds)),
        scores=(_score(speeds),),
        curves=tuple(
            Curve(f"Median speed, {name}s", "hour", "km/h", tuple(map(float, range(24))),
                  tuple(np.round(profile.median[kind], 2).tolist()), tuple(np.round(profile.fitted[kind], 2).tolist()))
            for kind, name in enumerate(_NAMES) if (speeds.weekend == kind).any()
        ),
        notes=(f"Free flow of these records is {profile.free:.1f} km/h, {_FREE}", *_NOTES),
    )  # fmt: skip


def _read(path: Path) -> "Table":
    from scenarios.calibration.table import Column, read_table

    start = ("time", "pickup_datetime", "tpep_pickup_datetime", "lpep_pickup_datetime", "start", "timestamp")
    end = ("dropoff_datetime", "tpep_dropoff_datetime", "lpep_dropoff_datetime", "end")
    texts: dict[str, Any] = {"kind": "text", "required": False, "blank": True}
    return read_table(
        path,
        [
            Column("pickup", start, "time"),
            Column("dropoff", end, "time", required=False),
            Column("distance", ("trip_distance",), low=0, required=False),
            Column("speed", ("speed_kmh", "speed_mph"), low=0, required=False),
            Column("pickup_borough", ("area",), **texts),
            Column("dropoff_borough", **texts),
        ],
    )


def _speeds(path: Path, table: "Table", area: str, km: float, dropped: dict[str, int]) -> Speeds:
    """The records that can be used; why others cannot is added to ``dropped``."""
    time = table.times("pickup")
    if "dropoff" in table and "distance" in table:
        seconds = (table.times("dropoff") - time).astype(np.float64)
        kmh = table.numbers("distance") * km / np.maximum(seconds, 1.0) * 3600.0
        reasons = {"shorter than a minute or longer than three hours": (seconds < _SHORTEST_S) | (seconds > _LONGEST_S)}
    elif "speed" in table:
        kmh, reasons = table.numbers("speed") * km, {}
    else:
        raise InputError(f"{path}: has neither columns dropoff and distance nor a column speed; add them")
    reasons[f"not from {_SLOWEST_KMH:g} to {_FASTEST_KMH:g} km/h"] = (kmh < _SLOWEST_KMH) | (kmh > _FASTEST_KMH)
    if area:
        reasons[f"not in {area}"] = ~_inside(path, table, area)
    keep = np.ones(len(kmh), dtype=bool)
    for reason, bad in reasons.items():
        if count := int((keep & bad).sum()):
            dropped[reason] = count
        keep &= ~bad
    days = time.astype("datetime64[D]").astype(np.int64)
    hour = (time - time.astype("datetime64[D]")).astype("timedelta64[h]").astype(np.int64)
    speeds = Speeds(kmh, hour, days - days.min(), (days + 3) % 7 >= 5).of(keep)  # day 0 of the epoch was a Thursday
    if (~speeds.weekend).sum() < _FEWEST:
        raise InputError(f"{path}: only {(~speeds.weekend).sum()} usable records of weekdays; bring at least {_FEWEST}")
    return speeds


def _inside(path: Path, table: "Table", area: str) -> Mask:
    inside = np.ones(table.used, dtype=bool)
    ends = [name for name in ("pickup_borough", "dropoff_borough") if name in table]
    if not ends:
        raise InputError(f"{path}: has no column pickup_borough or area, so area(={area}) cannot be chosen; drop it")
    for name in ends:
        texts = table.texts(name)
        if area not in texts.labels:
            known = ", ".join(label for label in texts.labels[:8] if label)
            raise InputError(f"{path}: area(={area}) is not in column {name}; it has {known}")
        inside &= texts.codes == texts.labels.index(area)
    return inside


def _profile(speeds: Speeds) -> Profile:
    """Medians by hour, shrunk to their neighbours where trips are few; noise by moments."""
    median, count = _medians(speeds)
    smooth = _smooth(np.log(median), count)
    left = np.log(speeds.kmh) - smooth[speeds.weekend.astype(np.int64), speeds.hour]
    day = _day_variance(left, speeds.day)
    cv = np.array([[_cv(speeds, kind, hour) for hour in range(24)] for kind in (0, 1)])
    weight = np.where(np.isfinite(cv), count, 0.0)
    low = peak = float(np.average(np.nan_to_num(cv), weights=weight))
    index = np.exp(smooth.max() - smooth)
    for _ in range(8):  # cv depends on the delay, the delay on the medians' correction by cv
        share = (index - 1.0) / max(float((index - 1.0).max()), 1e-9)
        low, peak = _line(share, np.nan_to_num(cv), weight)
        level = smooth - 0.5 * np.log1p((low + (peak - low) * share) ** 2)
        index = np.exp(level.max() - level)
    every = low + (peak - low) * share
    within = [float(np.sqrt(max(np.expm1(np.log1p(side**2) - day), 0.0))) for side in (low, peak)]
    return Profile(
        median, every, float(np.exp(level.max())), index, within[0], within[1], float(np.sqrt(np.expm1(day)))
    )


def _medians(speeds: Speeds) -> tuple[Floats, Floats]:
    """(2, 24) medians and counts; an hour without trips gets the median of its kind of day, or of all."""
    median, count = np.empty((2, 24)), np.zeros((2, 24))
    for kind in (0, 1):
        mine = speeds.kmh[speeds.weekend == kind]
        for hour in range(24):
            here = speeds.kmh[(speeds.weekend == kind) & (speeds.hour == hour)]
            count[kind, hour] = len(here)
            median[kind, hour] = np.median(here if len(here) else mine if len(mine) else speeds.kmh)
    return median, count


def _smooth(value: Floats, count: Floats) -> Floats:
    around = sum(np.roll(value * count, step, axis=1) for step in (-1, 1))
    near = sum(np.roll(count, step, axis=1) for step in (-1, 1))
    around = np.where(near > 0, around / np.maximum(near, 1.0), value)
    return np.asarray((count * value + _PRIOR * around) / (count + _PRIOR))


def _day_variance(left: Floats, day: Ints) -> float:
    """Variance between days of what is left, beyond what the trips of a day explain; at least 0."""
    count = np.bincount(day)
    full = count >= 20
    mean = np.bincount(day, weights=left)[full] / count[full]
    if len(mean) < 5:
        return 0.0
    return max(float(mean.var(ddof=1) - (left.var() / count[full]).mean()), 0.0)


def _cv(speeds: Speeds, kind: int, hour: int) -> float:
    here = speeds.kmh[(speeds.weekend == kind) & (speeds.hour == hour)]
    return float(here.std(ddof=1) / here.mean()) if len(here) >= 10 else float("nan")


def _line(share: Floats, cv: Floats, weight: Floats) -> tuple[float, float]:
    """Cv where nobody waits and at the worst hour: a weighted line, never falling."""
    mean_x, mean_y = np.average(share, weights=weight), np.average(cv, weights=weight)
    along = float(np.sum(weight * (share - mean_x) * (cv - mean_y)))
    slope = max(along / max(float(np.sum(weight * (share - mean_x) ** 2)), 1e-9), 0.0)
    low = float(max(mean_y - slope * mean_x, 0.0))
    return low, low + slope


def _values(profile: Profile, speeds: Speeds) -> dict[str, Any]:
    fastest = float(np.exp(3.3 * np.sqrt(np.log1p(profile.cv.max() ** 2))))  # so that the noise stays lognormal
    values: dict[str, Any] = {"tti": np.round(np.minimum(profile.tti[0], 20.0), 3).tolist()}
    if speeds.weekend.any():
        values["tti_weekend"] = np.round(np.minimum(profile.tti[1], 20.0), 3).tolist()
    return values | {
        "cv": round(profile.cv_low, 3),
        "cv_peak": round(max(profile.cv_peak, profile.cv_low), 3),
        "day_cv": round(profile.day_cv, 3),
        "fastest": round(min(fastest, 5.0), 2),
    }


def _figures(profile: Profile, speeds: Speeds) -> list[Figure]:
    """Median and cv hour by hour, with intervals: of a median of logs 1.253 sd / sqrt(n)."""
    figures = []
    for kind, name in enumerate(_NAMES):
        for hour in range(24):
            here = np.log(speeds.kmh[(speeds.weekend == kind) & (speeds.hour == hour)])
            if len(here) >= 10:
                median, off = float(np.median(here)), 1.96 * 1.253 * float(here.std(ddof=1)) / np.sqrt(len(here))
                figures.append(
                    Figure(f"median speed, {name} {hour} h, km/h", float(np.exp(median)),
                           float(profile.fitted[kind, hour]), float(np.exp(median - off)), float(np.exp(median + off)))
                )  # fmt: skip
    counts = [((speeds.weekend == kind) & (speeds.hour == hour)).sum() for kind in (0, 1) for hour in range(24)]
    observed = np.array([[_cv(speeds, kind, hour) for hour in range(24)] for kind in (0, 1)]).reshape(-1)
    known = np.isfinite(observed)
    weights = np.array(counts)[known]
    figures.append(
        Figure("cv of speed within an hour, mean over hours", float(np.average(observed[known], weights=weights)),
               float(np.average(profile.cv.reshape(-1)[known], weights=weights)))
    )  # fmt: skip
    return figures


def _score(speeds: Speeds) -> Score:
    """The last quarter of the days, foretold from the others."""
    last = int(np.quantile(np.unique(speeds.day), 0.75))
    past, future = speeds.of(speeds.day <= last), speeds.of(speeds.day > last)
    said = np.log(_profile(past).fitted[future.weekend.astype(np.int64), future.hour])
    log = np.log(future.kmh)
    flat = float(np.abs(log - np.median(np.log(past.kmh))).mean())
    return Score("mean absolute error of log speed, last quarter of the days", float(np.abs(log - said).mean()), flat)
