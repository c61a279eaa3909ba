"""What happened at the doors: how late, and how often somebody took the parcel, by hour, by carrier and by area."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.charts import arm_look
from experiments.comparison import Comparison
from experiments.figures import new_figure, short, styled, svg
from experiments.reporting.exhibit import Exhibit
from experiments.reporting.portrait import BIN_MIN, EARLIEST, LATEST, Portrait, merged
from experiments.statistics import Interval, ratio

if TYPE_CHECKING:
    from experiments.figures import Axes

FEW = 20
"""Attempts below which a share is not shown: it would be mostly chance."""


def portraits(found: Comparison, arm: str) -> list[Portrait]:
    """The portraits of an arm's runs, one a world."""
    return [record["portrait"] for record in found.records[arm]]


@styled
def lateness(found: Comparison) -> Exhibit:
    """Of each arm the share of parcels delivered by so many hours after the end of the promise, and the late tail."""
    figure = new_figure(9.2, 3.3)
    whole, tail = figure.subplots(1, 2, width_ratios=(3, 2))
    hours = (np.arange(EARLIEST, LATEST + 1) + 1) * BIN_MIN / 60
    rows: list[tuple[Any, ...]] = []
    for arm in found.arms:
        late = merged(portraits(found, arm)).get("late", {})
        counts = np.array([late.get(str(name), [0])[0] for name in range(EARLIEST, LATEST + 1)], dtype=np.float64)
        if not counts.sum():
            continue
        share = 100 * counts.cumsum() / counts.sum()
        colour, _, line = arm_look(found, arm)
        whole.step(hours, share, where="post", color=colour, linestyle=line, linewidth=1.6, label=short(arm))
        tail.step(hours, 100 - share, where="post", color=colour, linestyle=line, linewidth=1.6)
        rows += [
            (arm, BIN_MIN * name, int(count), round(float(by), 4))
            for name, count, by in zip(range(EARLIEST, LATEST + 1), counts, share, strict=True)
            if count
        ]
    whole.axvline(0, color="#666666", linewidth=0.9)
    whole.set_xlim(-5, 5)
    whole.set_ylim(0, 101)
    whole.set_ylabel("% of delivered parcels, by then")
    tail.set_xlim(0, 30)
    tail.set_ylim(bottom=0)
    top = max((100 - by for _, start, _, by in rows if start >= -BIN_MIN), default=1.0)
    tail.set_ylim(0, max(1.15 * top, 0.5))
    tail.set_ylabel("% of delivered parcels, later than")
    for axes in (whole, tail):
        axes.set_xlabel("hours after the end of the promise")
        axes.grid(color="#EEEEEE")
        axes.set_axisbelow(True)
    if rows:
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "lateness",
        "How late",
        "Left: the share of delivered parcels that had come by then; at the line the promise ended. Right: the "
        "share that "
        f"was later than that. In steps of {BIN_MIN} minutes.",
        svg(figure),
        ("arm", "bin_starts_min_after_promise", "parcels", "cumulative_percent"),
        rows,
    )


@styled
def success_by_hour(found: Comparison) -> Exhibit:
    """Of each arm the share of attempts that succeeded, by the hour in which they were made."""
    figure = new_figure(9.2, 3.1)
    axes = figure.add_subplot()
    rows: list[tuple[Any, ...]] = []
    drawn: list[tuple[float, float]] = []
    for number, arm in enumerate(found.arms):
        shares = shares_of(found, arm, "hour")
        mine = [(int(hour), tried, worked, share) for hour, (tried, worked, share) in shares.items() if tried >= FEW]
        mine.sort()
        colour, marker, line = arm_look(found, arm)
        drawn += [(hour, share.estimate) for hour, _, _, share in mine]
        x = [hour + 0.5 + 0.07 * (number - len(found.arms) / 2) for hour, *_ in mine]
        axes.plot(x, [100 * share.estimate for *_, share in mine], color=colour, marker=marker, linestyle=line,
                  markersize=5, linewidth=1.4, label=short(arm))  # fmt: skip
        axes.vlines(x, [100 * share.low for *_, share in mine], [100 * share.high for *_, share in mine], color=colour,
                    linewidth=0.9, alpha=0.7)  # fmt: skip
        rows += [
            (arm, int(hour), tried, worked, *_parts(share)) for hour, (tried, worked, share) in sorted(
                shares.items(), key=lambda item: int(item[0]))
        ]  # fmt: skip
    first, last = (int(end((hour for hour, _ in drawn), default=12)) for end in (min, max))
    axes.set_xticks(range(first, last + 2), [f"{hour}:00" for hour in range(first, last + 2)])
    lowest = min((100 * share for *_, share in drawn), default=90.0)
    axes.set_ylim(max(lowest - 12.0, 0.0), 101)
    axes.set_xlabel("hour of the attempt")
    axes.set_ylabel("attempts that succeed, %")
    axes.grid(axis="y", color="#EEEEEE")
    axes.set_axisbelow(True)
    if rows:
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "success_by_hour",
        "Success by hour",
        "Attempts at the door that succeed, of all attempts in the hour, with 95 % intervals over worlds; hours "
        "with fewer "
        f"than {FEW} attempts are in the data only.",
        svg(figure),
        ("arm", "hour", "attempts", "successes", "share", "low", "high"),
        rows,
    )


@styled
def success_by_carrier(found: Comparison) -> Exhibit:
    """The share of attempts that succeeded, by who brought the parcel: our own modes, and carriers."""
    shares = {arm: shares_of(found, arm, "way") for arm in found.arms}
    ways = list(dict.fromkeys(way for own in shares.values() for way, (tried, *_) in own.items() if tried))
    figure = new_figure(9.2, 1.3 + max(len(ways), 1) * (0.16 * len(found.arms) + 0.2))
    axes = figure.add_subplot()
    step = 0.8 / max(len(found.arms), 1)
    rows: list[tuple[Any, ...]] = []
    for number, arm in enumerate(found.arms):
        colour, marker, _ = arm_look(found, arm)
        named = False
        for row, way in enumerate(ways):
            tried, worked, share = shares[arm].get(way, (0, 0, Interval(np.nan, np.nan, np.nan)))
            if not tried:
                continue
            rows.append((arm, way, tried, worked, *_parts(share)))
            if tried >= FEW:
                _dot(axes, share, row - 0.4 + step * (number + 0.5), (colour, marker, "" if named else short(arm)))
                named = True
    for row in range(1, len(ways)):
        axes.axhline(row - 0.5, color="#DDDDDD", linewidth=0.8)
    axes.set_yticks(range(len(ways)), list(map(short, ways)))
    axes.set_ylim(max(len(ways), 1) - 0.5, -0.5)
    axes.set_xlabel("attempts that succeed, %")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#EEEEEE")
    axes.set_axisbelow(True)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "success_by_carrier",
        "Success by carrier",
        f"The same by who brought it: our own modes, and third-party carriers; fewer than {FEW} attempts are in the "
        "data "
        "only.",
        svg(figure),
        ("arm", "mode_or_carrier", "attempts", "successes", "share", "low", "high"),
        rows,
    )


def shares_of(found: Comparison, arm: str, name: str) -> dict[str, tuple[int, int, Interval]]:
    """Of each label of a table: attempts, successes, and the share with its interval over worlds."""
    runs = [one.get(name, {}) for one in portraits(found, arm)]
    shares = {}
    for label in dict.fromkeys(label for run in runs for label in run):
        tried, worked = ([run.get(label, (0, 0))[place] for run in runs] for place in (0, 1))
        share = ratio(worked, tried).within(0.0, 1.0) if _enough(tried) else _alone(worked, tried)
        shares[label] = (sum(tried), sum(worked), share)
    return shares


def _enough(tried: Sequence[int]) -> bool:
    """Whether each world can be left out."""
    return len(tried) > 1 and all(sum(tried) > one for one in tried)


def _alone(worked: Sequence[int], tried: Sequence[int]) -> Interval:
    return Interval(sum(worked) / sum(tried) if sum(tried) else np.nan, np.nan, np.nan)


def _dot(axes: "Axes", share: Interval, row: float, look: tuple[str, str, str]) -> None:
    colour, marker, label = look
    axes.plot([100 * share.low, 100 * share.high], [row, row], color=colour, linewidth=1.4)
    axes.plot(
        100 * share.estimate, row, marker=marker, color=colour, markersize=6, linestyle="none", label=label or None
    )


def _parts(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high
