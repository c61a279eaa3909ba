"""The charts of a report: differences, cost by account, cost against punctuality."""

from typing import TYPE_CHECKING

from experiments.comparison import HEADLINE, LOWER_IS_BETTER, TITLES, Comparison
from experiments.costs import GROUPS, costs_per_parcel
from experiments.figures import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, new_figure, short, styled, svg
from experiments.statistics import Interval
from experiments.wording import shown_unit
from twin.kpis import MEANING

if TYPE_CHECKING:
    from experiments.figures import Axes

ARMS = ((BLUE, "o"), (RED, "s"), (GREEN, "^"), (PURPLE, "D"), (ORANGE, "v"), (SKY, "P"), (BLACK, "X"))


@styled
def differences(found: Comparison) -> str:
    """Paired differences from the baseline with their intervals, one panel a KPI."""
    arms = [arm for arm in found.arms if arm != found.baseline]
    figure = new_figure(9.2, 0.9 + 0.34 * max(len(arms), 2))
    for index, name in enumerate(HEADLINE):
        axes = figure.add_subplot(1, len(HEADLINE), index + 1)
        axes.axvline(0, color="#666666", linewidth=0.9)
        share = MEANING[name][0] == "share"
        for row, arm in enumerate(arms):
            colour, marker = _arm_look(found, arm)
            _whisker(axes, found.differences[arm][name], row, (100 if share else 1, colour, marker))
        axes.set_yticks(range(len(arms)), list(map(short, arms)) if index == 0 else [""] * len(arms))
        axes.set_ylim(len(arms) - 0.4, -0.6)
        axes.set_title(TITLES[name], fontsize=9)
        better = "lower is better" if name in LOWER_IS_BETTER else "higher is better"
        axes.set_xlabel(f"{shown_unit(MEANING[name][0], difference=True)}; {better}", fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="x", color="#EEEEEE")
        axes.set_axisbelow(True)
    return svg(figure)


def _whisker(axes: "Axes", interval: Interval, row: int, look: tuple[int, str, str]) -> None:
    scale, colour, marker = look
    filled = colour if interval.excludes_zero else "white"
    ends = [scale * interval.low, scale * interval.high]
    axes.plot(ends, [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
    axes.plot(scale * interval.estimate, row, marker=marker, color=colour, markerfacecolor=filled, markersize=6)


@styled
def cost_against_on_time(found: Comparison) -> str:
    """Each arm as a point with both its intervals."""
    figure = new_figure(5.4, 3.6)
    axes = figure.add_subplot()
    for arm in found.arms:
        colour, marker = _arm_look(found, arm)
        cost, on_time = (found.estimates[arm][name] for name in ("cost_per_delivered_parcel", "on_time"))
        x, y = cost.estimate, 100 * on_time.estimate
        axes.plot([cost.low, cost.high], [y, y], color=colour, linewidth=1.2)
        axes.plot([x, x], [100 * on_time.low, 100 * on_time.high], color=colour, linewidth=1.2)
        axes.plot(x, y, marker=marker, color=colour, markersize=8, linestyle="none", label=short(arm))
    axes.set_xlabel("cost per delivered parcel, USD")
    axes.set_ylabel("on time, %")
    axes.grid(color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.margins(0.12)
    axes.legend(frameon=False, fontsize=8)
    return svg(figure)


@styled
def cost_breakdown(found: Comparison) -> str:
    """Cost per delivered parcel of each arm, stacked by what it is paid for."""
    figure = new_figure(5.4, 0.75 + 0.42 * len(found.arms))
    axes = figure.add_subplot()
    costs = {arm: costs_per_parcel(found, arm) for arm in found.arms}
    left = dict.fromkeys(found.arms, 0.0)
    for colour, accounts in GROUPS.values():
        widths = {arm: sum(costs[arm].get(account, 0.0) for account in accounts) for arm in found.arms}
        if not any(widths.values()):
            continue
        rows = list(range(len(found.arms)))
        axes.barh(
            rows,
            list(widths.values()),
            left=list(left.values()),
            color=colour,
            edgecolor="white",
            linewidth=0.7,
            height=0.62,
        )
        left = {arm: left[arm] + widths[arm] for arm in found.arms}
    for row, arm in enumerate(found.arms):
        axes.annotate(f"${left[arm]:.2f}", (left[arm], row), (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(found.arms)), list(map(short, found.arms)))
    axes.invert_yaxis()
    axes.set_xlabel("USD per delivered parcel")
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.14)
    axes.set_xlim(left=0)
    return svg(figure)


def _arm_look(found: Comparison, arm: str) -> tuple[str, str]:
    return ARMS[found.arms.index(arm) % len(ARMS)]
