"""What a parcel costs by what it is paid for, what the differences are made of, and what would turn them."""

from dataclasses import dataclass

from experiments.comparison import Comparison
from experiments.costs import GROUPS, costs_per_parcel
from experiments.figures import filled, label_piece, new_figure, short, styled, svg, whisker
from experiments.reporting.exhibit import Exhibit
from experiments.statistics import Interval, ratio_difference
from twin.ledger import Account

SHOWN = 0.055
"""Part of the widest bar from which on a piece is labelled."""


@styled
def cost_by_cause(found: Comparison) -> Exhibit:
    """Cost per delivered parcel of each arm, stacked by what it is paid for."""
    figure = new_figure(9.2, 1.15 + 0.46 * len(found.arms))
    axes = figure.add_subplot()
    costs = {arm: costs_per_parcel(found, arm) for arm in found.arms}
    widest = max((sum(own.values()) for own in costs.values()), default=0.0) or 1.0
    left, rows = dict.fromkeys(found.arms, 0.0), []
    for index, (label, (colour, accounts)) in enumerate(GROUPS.items()):
        widths = {arm: sum(costs[arm].get(account, 0.0) for account in accounts) for arm in found.arms}
        rows += [(arm, label, width) for arm, width in widths.items()]
        if not any(widths.values()):
            continue
        axes.barh(range(len(found.arms)), list(widths.values()), left=list(left.values()), height=0.66, label=label,
                  **filled(index, colour))  # fmt: skip
        for row, arm in enumerate(found.arms):
            if widths[arm] > SHOWN * widest:
                label_piece(axes, left[arm] + widths[arm] / 2, row, f"{widths[arm]:.2f}", colour)
        left = {arm: left[arm] + widths[arm] for arm in found.arms}
    for row, arm in enumerate(found.arms):
        axes.annotate(f"${left[arm]:.2f}", (left[arm], row), (5, 0), textcoords="offset points", va="center",
                      fontweight="bold")  # fmt: skip
    axes.set_yticks(range(len(found.arms)), list(map(short, found.arms)))
    axes.invert_yaxis()
    axes.set_xlabel("USD per delivered parcel")
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.1)
    axes.set_xlim(left=0)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "cost_by_cause",
        "What a parcel costs",
        "All costs of the operation over all parcels delivered, by what they are paid for.",
        svg(figure),
        ("arm", "paid_for", "usd_per_delivered_parcel"),
        rows,
    )


@dataclass(frozen=True)
class Part:
    """What one kind of cost does to the difference of an arm from the baseline.

    Attributes
    ----------
    difference : Interval
        USD per delivered parcel, paired.
    turn : float or None
        Factor on all prices of this kind at which both cost the same, decisions being as they were; None where
        no price above zero does that.
    """

    arm: str
    label: str
    difference: Interval
    turn: float | None


def parts_of(found: Comparison) -> list[Part]:
    """What the differences in cost are made of, the largest first; they add up to the whole difference.

    A price moves postings and nothing else while nobody decides otherwise, so the difference is a straight line in each
    price, and crosses zero at ``1 - difference / part``.
    """
    parts = []
    for arm in found.differences:
        whole = found.differences[arm]["cost_per_delivered_parcel"].estimate
        for label, (_, accounts) in GROUPS.items():
            own, base = (_totals(found, name, accounts) for name in (arm, found.baseline))
            if any(own[0]) or any(base[0]):
                apart = ratio_difference(own, base)
                turn = 1.0 - whole / apart.estimate if apart.estimate else -1.0
                parts.append(Part(arm, label, apart, turn if turn > 0 else None))
    order = list(found.differences)
    return sorted(parts, key=lambda part: (order.index(part.arm), -abs(part.difference.estimate)))


def _totals(found: Comparison, arm: str, accounts: tuple[Account, ...]) -> tuple[list[float], list[float]]:
    totals = [record["totals"] for record in found.records[arm]]
    paid = [sum(total.get(f"cost_{account.name.lower()}", 0.0) or 0.0 for account in accounts) for total in totals]
    return paid, [total["delivered"] for total in totals]


@styled
def difference_by_cause(found: Comparison, parts: list[Part]) -> Exhibit:
    """Of each arm the parts of its difference in cost from the baseline, with their intervals."""
    arms = list(found.differences)
    labels = [label for label in GROUPS if any(part.label == label for part in parts)]
    columns = min(3, max(len(arms), 1))
    lines = -(-len(arms) // columns)
    figure = new_figure(9.2, (0.75 + 0.25 * len(labels)) * lines)
    first = None
    for index, arm in enumerate(arms):
        axes = figure.add_subplot(lines, columns, index + 1, sharex=first)
        first = first or axes
        axes.axvline(0, color="#666666", linewidth=0.9)
        for row, label in enumerate(labels):
            part = next((part for part in parts if (part.arm, part.label) == (arm, label)), None)
            if part:
                fill = filled(list(GROUPS).index(label), GROUPS[label][0])
                axes.barh(row, part.difference.estimate, height=0.62, **fill)
                whisker(axes, part.difference, row, ("#333333", "|"))
        axes.set_yticks(range(len(labels)), labels if index % columns == 0 else [""] * len(labels), fontsize=8)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_title(f"{short(arm, 24)} minus {short(found.baseline, 16)}", fontsize=9)
        axes.set_xlabel("USD per delivered parcel", fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#EEEEEE")
        axes.set_axisbelow(True)
    return Exhibit(
        "difference_by_cause",
        "What the difference is made of",
        f"Parts of the difference in cost from {found.baseline}, with 95 % intervals of the paired differences. "
        "Left of "
        "the line an arm spends less.",
        svg(figure),
        ("arm", "paid_for", "difference_usd_per_parcel", "low", "high", "price_factor_at_which_it_turns"),
        [
            (part.arm, part.label, part.difference.estimate, part.difference.low, part.difference.high,
             "" if part.turn is None else part.turn)
            for part in parts
        ],
    )  # fmt: skip
