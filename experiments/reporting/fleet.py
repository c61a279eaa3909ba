"""What our own vehicles did with their day, and what was emitted."""

from typing import Any

from experiments.comparison import Comparison
from experiments.figures import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    filled,
    label_piece,
    new_figure,
    short,
    styled,
    svg,
)
from experiments.reporting.doors import portraits
from experiments.reporting.exhibit import Exhibit
from experiments.reporting.portrait import USE, merged
from twin.entities import Mode

SPENT = {"under way": SKY, "at stops": BLUE, "at rest": GREEN, "held up": RED}
"""Parts of the time between leaving and coming back."""
FILLS = (BLUE, SKY, GREEN, ORANGE, PURPLE, YELLOW, RED)


@styled
def utilisation(found: Comparison) -> Exhibit:
    """Of each arm and mode the hours of a vehicle's shift that it was out, by what it did, and how full it was."""
    used = {arm: _used(found, arm) for arm in found.arms}
    bars = [(arm, mode, said) for arm, own in used.items() for mode, said in own.items()]
    figure = new_figure(9.2, 1.2 + 0.34 * max(len(bars), 1))
    axes = figure.add_subplot()
    top = max((max(said["shift_h"], said["out_h"]) for *_, said in bars), default=1.0)
    for row, (_, _, said) in enumerate(bars):
        left = 0.0
        axes.barh(row, said["shift_h"], height=0.74, facecolor="none", edgecolor="#999999", linewidth=0.8,
                  label="shift" if row == 0 else None)  # fmt: skip
        for index, (what, colour) in enumerate(SPENT.items()):
            axes.barh(row, said[what], left=left, height=0.5, label=what if row == 0 else None, **filled(index, colour))
            left += said[what]
        told = f"{100 * said['out_h'] / said['shift_h']:.0f} % out" if said["shift_h"] else ""
        told += (
            f"; {said['parcels_a_tour']:.3g} parcels a tour, {100 * said['fill']:.0f} % full" if said["tours"] else ""
        )
        axes.text(1.02 * top, row, told, va="center", fontsize=8)
    axes.set_yticks(range(len(bars)), [f"{short(arm, 24)}: {said['count']:.3g} {mode}" for arm, mode, said in bars])
    axes.set_ylim(max(len(bars), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.5 * top)
    axes.set_xticks(range(0, int(top) + 1, 2))
    axes.spines["bottom"].set_bounds(0, top)
    axes.set_xlabel("hours of a vehicle's day", loc="left")
    axes.tick_params(axis="y", length=0)
    if bars:
        figure.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=8)
    names = ("count", "shift_h", "out_h", *SPENT, "tours", "parcels_a_tour", "fill")
    return Exhibit(
        "utilisation",
        "What the fleet did",
        "Mean hours of a vehicle's day, used or not, within its planned shift (outline): what it did between "
        "leaving and "
        "coming back. Full: parcels loaded over what the tours could carry, by weight, volume or number, whichever "
        "is most.",
        svg(figure),
        ("arm", "mode", *(name.replace(" ", "_") + ("_h" if name in SPENT else "") for name in names)),
        [(arm, mode, *(said[name] for name in names)) for arm, mode, said in bars],
    )


def _used(found: Comparison, arm: str) -> dict[str, dict[str, float]]:
    """Of each mode: a vehicle's mean day."""
    runs = portraits(found, arm)
    fleet = merged(runs).get("fleet", {})
    return {mode: _a_day(dict(zip(USE, counts, strict=True)), runs, mode) for mode, counts in fleet.items()}


def _a_day(counts: dict[str, int], runs: Any, mode: str) -> dict[str, float]:
    hours = 3600.0 * counts["vehicle_days"] or 1.0
    flies = Mode[mode.upper()].is_sortie
    there, rest, stuck = (0 if flies else counts[name] for name in ("stops_s", "rest_s", "stuck_s"))
    under_way = max(counts["out_s"] - there - rest - stuck, 0)
    pairs = (("load_g", "room_g"), ("load_ml", "room_ml"), ("parcels", "room_parcels"))
    days = _days(runs, mode)
    return {
        "count": counts["vehicle_days"] / days if days else 0.0,
        "shift_h": counts["shift_s"] / hours,
        "out_h": counts["out_s"] / hours,
        "under way": under_way / hours,
        "at stops": there / hours,
        "at rest": rest / hours,
        "held up": stuck / hours,
        "tours": float(counts["tours"]),
        "parcels_a_tour": counts["parcels"] / counts["tours"] if counts["tours"] else 0.0,
        "fill": max((counts[load] / counts[room] for load, room in pairs if counts[room]), default=0.0),
    }


def _days(runs: Any, mode: str) -> float:
    return float(sum(run.get("days", {}).get("", [0])[0] for run in runs if mode in run.get("fleet", {})))


@styled
def carbon(found: Comparison) -> Exhibit:
    """Grams of CO2e a delivered parcel of each arm, by who emits them."""
    figure = new_figure(9.2, 1.15 + 0.46 * len(found.arms))
    axes = figure.add_subplot()
    ways = {arm: merged(portraits(found, arm)).get("way", {}) for arm in found.arms}
    delivered = {arm: sum(record["totals"]["delivered"] for record in found.records[arm]) for arm in found.arms}
    names = list(dict.fromkeys(way for own in ways.values() for way, counts in own.items() if counts[4]))
    grams = {
        arm: {
            name: ways[arm].get(name, [0] * 5)[4] / 1000 / delivered[arm] if delivered[arm] else 0.0 for name in names
        }
        for arm in found.arms
    }
    widest = max((sum(own.values()) for own in grams.values()), default=0.0) or 1.0
    left = dict.fromkeys(found.arms, 0.0)
    for index, name in enumerate(names):
        colour = FILLS[index % len(FILLS)]
        widths = [grams[arm][name] for arm in found.arms]
        axes.barh(range(len(found.arms)), widths, left=list(left.values()), height=0.66, label=short(name),
                  **filled(index, colour))  # fmt: skip
        for row, arm in enumerate(found.arms):
            if grams[arm][name] > 0.06 * widest:
                label_piece(axes, left[arm] + grams[arm][name] / 2, row, f"{grams[arm][name]:.0f}", colour)
            left[arm] += grams[arm][name]
    for row, arm in enumerate(found.arms):
        axes.annotate(f"{left[arm]:.0f} g", (left[arm], row), (5, 0), textcoords="offset points", va="center",
                      fontweight="bold")  # fmt: skip
    axes.set_yticks(range(len(found.arms)), list(map(short, found.arms)))
    axes.invert_yaxis()
    axes.set_xlabel("g CO2e per delivered parcel")
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.1)
    axes.set_xlim(left=0)
    if names:
        figure.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=8)
    return Exhibit(
        "carbon",
        "Carbon",
        "Carbon of vehicles (fuel, and the grid's for what batteries gave) and of carriers over all parcels "
        "delivered, by "
        "who emits it.",
        svg(figure),
        ("arm", "mode_or_carrier", "g_co2e_per_delivered_parcel"),
        [(arm, name, grams[arm][name]) for arm in found.arms for name in names],
    )
