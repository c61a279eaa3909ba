"""Act on what is almost surely bad, and take it back only when it probably is not: no flapping."""

from collections.abc import Iterator

from pydantic.dataclasses import dataclass

from twin.entities import Adjustment, Knob, Mode
from twin.ports import View
from twin.units import STRICT, Pos, PosInt, Share

_UNATTENDED = (Mode.ROBOVAN, Mode.ROBOT, Mode.DRONE)
_DAYTIME = range(8, 18)
_EVENING = range(18, 22)
Record = tuple[float, float]


@dataclass(frozen=True, config=STRICT)
class Bottleneck:
    """Hierarchical Beta-Binomial success by area, mode, hour and carrier (evidence 16.5).

    A rate is shrunk to that of all areas with ``weight`` pseudo-trials; a knob is set when Pr(rate < threshold)
    is above ``sure``, and taken back when it is below ``doubt``. Avoided is an unattended mode in an area where
    it fails, and a carrier that is late; an area that fails by day and not in the evening is served in the evening.

    Parameters
    ----------
    weight : float
        kappa, about 20 (evidence 16.5, D).
    least : int
        Trials of its own without which nothing is judged, whatever its parent is like (D).
    sure, doubt : float
        .9 to act (evidence 16.5), .5 to take back (D).
    mode_success, day_success, carrier_on_time : float
        Thresholds: hand-offs .92 when all is well (evidence 12, D), first attempts .92-.97 (evidence 3, B),
        regional carriers .955 and .90 in peak (evidence 7, D).
    """

    weight: Pos = 20.0
    least: PosInt = 8
    sure: Share = 0.9
    doubt: Share = 0.5
    mode_success: Share = 0.75
    day_success: Share = 0.8
    carrier_on_time: Share = 0.85

    def __call__(self, view: View, /) -> tuple[Adjustment, ...]:
        """The knobs to change tonight."""
        return (*self._modes(view), *self._evenings(view), *self._carriers(view))

    def _modes(self, view: View) -> Iterator[Adjustment]:
        for mode in _UNATTENDED:
            records = [view.success(area, None, mode) for area in range(view.areas)]
            parent = self.shrunk(_total(records), self.mode_success)
            for area, record in enumerate(records):
                bad = self.certainty(record, parent, self.mode_success)
                yield from self._turn(view, Knob.AVOID_MODE, area * 8 + mode, bad, f"{mode.name} fails in area {area}")

    def _evenings(self, view: View) -> Iterator[Adjustment]:
        days = [_total([view.success(area, hour) for hour in _DAYTIME]) for area in range(view.areas)]
        evenings = [_total([view.success(area, hour) for hour in _EVENING]) for area in range(view.areas)]
        day_parent, evening_parent = (self.shrunk(_total(records), self.day_success) for records in (days, evenings))
        for area, (day, evening) in enumerate(zip(days, evenings, strict=True)):
            bad = self.certainty(day, day_parent, self.day_success)
            better = self.shrunk(evening, evening_parent) > self.shrunk(day, day_parent)
            yield from self._turn(view, Knob.EVENING_FIRST, area, bad * better, f"nobody is in by day in area {area}")

    def _carriers(self, view: View) -> Iterator[Adjustment]:
        for carrier, spec in enumerate(view.carriers):
            bad = self.certainty(view.carrier_record(carrier), spec.on_time, self.carrier_on_time)
            yield from self._turn(view, Knob.AVOID_CARRIER, carrier, bad, f"{spec.name} is late")

    def _turn(self, view: View, knob: Knob, key: int, bad: float, why: str) -> Iterator[Adjustment]:
        """Set the knob when surely bad, take it back when probably not, else leave it."""
        is_set = view.knob(knob, key)
        if not is_set and bad > self.sure:
            yield Adjustment(knob, key, 1, f"{why}: certain to {bad:.3f}")
        elif is_set and bad < self.doubt:
            yield Adjustment(knob, key, 0, f"no longer: {why}")

    def shrunk(self, record: Record, parent: float) -> float:
        """A success rate from (successes, trials), shrunk to the rate of its parent."""
        good, trials = record
        return (good + self.weight * parent) / (trials + self.weight)

    def certainty(self, record: Record, parent: float, threshold: float) -> float:
        """Probability that the rate is below the threshold; even odds while there is too little to judge."""
        from scipy.special import betainc

        good, trials = record
        if trials < self.least:
            return self.doubt
        inside = min(max(parent, 0.01), 0.99)
        return float(betainc(good + self.weight * inside, trials - good + self.weight * (1 - inside), threshold))


def _total(records: list[Record]) -> Record:
    return sum(good for good, _ in records), sum(trials for _, trials in records)
